/* The line to the server: requests, the stream of messages, and what to do when it breaks.
 *
 * `hooks` tell the chat: after() gives the number of the last message shown, receive(payload) takes messages,
 * lost() and reached() move the banner, refused() says that the token is no longer good (401). */
window.xiezhi.line = function (hooks) {
  'use strict';

  const SILENCE = 40000;      // the server comments every 15 s: after two missed ones the line is dead
  const FIRST_BYTE = 20000;   // a stream silent from the start is held back by a proxy: poll instead
  const pauses = new Set();
  let token = null, polling = false, heard = 0, cut = null;

  function pause(ms) {
    return new Promise(function (resolve) {
      const done = function () { clearTimeout(timer); pauses.delete(done); resolve(); };
      const timer = setTimeout(done, ms);
      pauses.add(done);
    });
  }

  function wake() { Array.from(pauses).forEach(function (done) { done(); }); }

  function backoff(tries) { return Math.min(15000, 1000 * Math.pow(2, tries)) * (0.75 + Math.random() / 4); }

  function within(ms, promise) {
    let timer;
    const late = new Promise(function (_, reject) { timer = setTimeout(reject, ms, new Error('silent')); });
    promise.then(function () { clearTimeout(timer); }, function () { clearTimeout(timer); });
    return Promise.race([promise, late]);
  }

  /* XMLHttpRequest and not fetch: it reports upload progress and can be cut off in old WebViews. */
  function request(path, options) {
    const call = new XMLHttpRequest();
    const answer = new Promise(function (resolve, reject) {
      let timer = 0;
      const alive = function () {
        clearTimeout(timer);
        timer = setTimeout(function () { call.abort(); }, options.patience || 30000);
      };
      call.open(options.method || 'POST', path);
      if (options.token) call.setRequestHeader('Authorization', 'Bearer ' + options.token);
      if (options.json) call.setRequestHeader('Content-Type', 'application/json');
      if (options.progress) call.upload.onprogress = function (event) { alive(); options.progress(event); };
      call.onload = function () { resolve(answered(call)); };
      call.onerror = call.onabort = function () { reject(new Error('lost')); };
      call.onloadend = function () { clearTimeout(timer); };
      alive();
      call.send(options.json ? JSON.stringify(options.json) : options.body);
    });
    answer.catch(function () { /* cut off after nobody waits for it any more */ });
    return { answer: answer, abort: function () { call.abort(); } };
  }

  function answered(call) {
    let data = {};
    try { data = JSON.parse(call.responseText) || {}; } catch (e) { data = {}; }
    return {
      ok: call.status >= 200 && call.status < 300, status: call.status, data: data,
      transient: [429, 502, 503, 504].indexOf(call.status) >= 0,
      wait: 1000 * (Number(call.getResponseHeader('Retry-After')) || 0)
    };
  }

  async function listen(mine) {
    let tries = 0;
    while (token === mine) {
      const began = Date.now();
      try {
        await (polling ? poll(mine) : stream(mine));
        if (Date.now() - began > 1000) tries = 0; else await pause(backoff(tries++) / 2);
      } catch (error) {
        if (token !== mine) return;
        if (error.status === 401) { token = null; hooks.refused(); return; }
        if (Date.now() - began > SILENCE) tries = 0;
        hooks.lost();
        await pause(backoff(tries++));
      }
    }
  }

  function reached(mine) {
    if (token !== mine) return;
    heard = Date.now();
    hooks.reached();
  }

  async function poll(mine) {
    const call = request('/chat/events?after=' + hooks.after() + '&wait=25', { method: 'GET', token: mine, patience: SILENCE });
    cut = call.abort;
    const reply = await call.answer;
    if (!reply.ok) throw Object.assign(new Error('refused'), { status: reply.status });
    reached(mine);
    if (token === mine) hooks.receive(reply.data);
  }

  async function stream(mine) {
    if (!window.ReadableStream || !window.TextDecoder) { polling = true; return; }
    const stop = window.AbortController ? new AbortController() : null;
    const headers = { Authorization: 'Bearer ' + mine, Accept: 'text/event-stream' };
    const abort = cut = function () { if (stop) stop.abort(); };
    try {
      const answer = await within(FIRST_BYTE, fetch('/chat/events?after=' + hooks.after(),
        { headers: headers, cache: 'no-store', signal: stop ? stop.signal : undefined }));
      if (!answer.ok) throw Object.assign(new Error('refused'), { status: answer.status });
      if (!answer.body || !/event-stream/.test(answer.headers.get('Content-Type'))) { polling = true; return; }
      const reader = answer.body.getReader();
      cut = function () { reader.cancel().catch(abort); abort(); };
      await read(reader, mine);
    } finally { if (token === mine) cut(); }
  }

  async function read(reader, mine) {
    const decoder = new TextDecoder();
    let rest = '', first = true;
    while (token === mine) {
      const part = await within(first ? FIRST_BYTE : SILENCE, reader.read()).catch(function (error) {
        if (first && error.message === 'silent') polling = true;
        throw error;
      });
      if (part.done || token !== mine) return;
      first = false;
      reached(mine);
      const events = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/);
      rest = events.pop();
      events.forEach(dispatch);
    }
  }

  function dispatch(event) {
    const lines = event.split(/\r?\n/).filter(function (line) { return line.indexOf('data:') === 0; });
    if (lines.length) hooks.receive(JSON.parse(lines.map(function (line) { return line.slice(5); }).join('\n')));
  }

  return {
    request: request, pause: pause, wake: wake, backoff: backoff,
    open: function (fresh) { token = fresh; listen(fresh); },
    close: function () { token = null; if (cut) cut(); wake(); },
    /* A phone that slept holds a line that is dead without knowing it. */
    check: function () { wake(); if (Date.now() - heard > SILENCE && cut) cut(); }
  };
};
