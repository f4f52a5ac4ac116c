/* What the person said and the server has not yet answered, in order, one at a time. An item keeps its id through
 * every repetition: the server gives the same id no second effect, so repeating is always safe.
 *
 * An item: {id, text?, json? | file?, mark (its node), bar?, undo?}. `hooks`: token() or null, after(),
 * refused(token) on 401, changed() when the queue grew or shrank, edit(item), grown(). */
window.xiezhi.outbox = function (line, say, make, hooks) {
  'use strict';

  const STALLED = 60000;   // an upload without progress is given up and repeated
  const FINAL = ['sent', 'refused', 'cancelled'];
  const items = [];
  let flushing = false, delivered = null;

  function put(item) {
    item.cancelled = false;
    items.push(item);
    mark(item, 'queued');
    hooks.changed();
    flush();
  }

  function drop(item) {
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
    hooks.changed();
  }

  async function flush() {
    if (flushing) return;
    flushing = true;
    for (let tries = 0; hooks.token() && items.length;) {
      const token = hooks.token(), item = items[0], reply = await deliver(item, token);
      if (item.cancelled) continue;
      if (reply && reply.status === 401) {
        mark(item, 'queued');
        hooks.refused(token);
      } else if (!reply || reply.transient) {
        mark(item, 'waiting', reply && reply.data.error);
        await line.pause(Math.max(reply ? reply.wait : 0, line.backoff(tries++)));
      } else {
        tries = 0;
        settle(item, reply);
      }
    }
    flushing = false;
  }

  function settle(item, reply) {
    drop(item);
    item.hopeless = [400, 413, 415].indexOf(reply.status) >= 0;   // the same again would be refused again
    mark(item, reply.ok ? 'sent' : 'refused', reply.data.error);
    if (!reply.ok && item.undo) item.undo();
  }

  function deliver(item, token) {
    const options = item.file ? multipart(item) : { json: Object.assign({ id: item.id }, item.json) };
    options.token = token;
    mark(item, 'sending');
    item.call = line.request('/chat/say?after=' + hooks.after(), options);
    return item.call.answer.catch(function () { return null; });
  }

  function multipart(item) {
    const body = new FormData();
    body.append('id', item.id);   // first, so that the server knows a repetition before the bytes
    body.append('file', item.file, item.file.name);
    return { body: body, patience: STALLED, progress: function (event) { progress(item, event); } };
  }

  function progress(item, event) {
    const percent = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
    item.bar.value = percent;
    item.mark.firstElementChild.textContent = percent < 100 ? say('uploading', percent) : say('checking');
  }

  function mark(item, state, sentence) {
    const node = item.mark, final = FINAL.indexOf(state) >= 0;
    node.className = 'mark ' + state;
    node.setAttribute('aria-live', state === 'refused' ? 'assertive' : 'off');
    node.textContent = '';
    node.append(make('span', { textContent: state !== 'sent' && sentence || say(state) }));
    actions(item, state, final).forEach(function (action) {
      node.append(make('button', { type: 'button', textContent: say(action[0]), onclick: action[1] }));
    });
    if (item.bar) item.bar.hidden = final;
    if (state === 'sent') { if (delivered) delivered.textContent = ''; delivered = node; }   // one tick, at the newest
    hooks.grown();
  }

  function actions(item, state, final) {
    const found = [];
    if (state === 'waiting') found.push(['again', line.wake]);
    if (state === 'refused' && !item.hopeless) found.push(['again', function () { put(item); }]);
    if (state === 'refused' && item.json && item.json.text) found.push(['edit', function () { hooks.edit(item); }]);
    if (item.file && !final) found.push(['cancel', function () { cancel(item); }]);
    return found;
  }

  function cancel(item) {
    item.cancelled = true;
    drop(item);
    if (item.call) item.call.abort();
    line.wake();
    mark(item, 'cancelled');
  }

  function clear() {
    items.splice(0).forEach(function (item) { item.cancelled = true; if (item.call) item.call.abort(); });
  }

  return { put: put, flush: flush, clear: clear, waiting: function () { return items.length > 0; } };
};
