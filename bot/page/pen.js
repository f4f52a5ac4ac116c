/* What one says with: the text box, files that are chosen, dropped or pasted, and the device's position.
 *
 * `hooks`: put(item) brings it into the conversation, note(sentence) tells the person why not, grown() after the box has
 * changed its height, over() once the page has been cleared. */
window.xiezhi.pen = function (say, maxMb, hooks) {
  'use strict';

  const by = function (id) { return document.getElementById(id); };
  const text = by('text');
  let offered = '';

  function write(words) {
    text.value = words;
    grow();
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = Math.min(text.scrollHeight + 2, innerHeight * 0.4) + 'px';
    hooks.grown();
  }

  function submit(event) {
    event.preventDefault();
    const words = text.value;
    if (!words.trim()) return text.focus();
    write('');
    hooks.put({ text: words, json: { text: words } });
  }

  function typed(event) {
    const composing = event.isComposing || event.keyCode === 229;   // 229: the Enter that ends a composition (Safari)
    if (event.key === 'Enter' && !event.shiftKey && !composing) submit(event);
  }

  /* An answer to start from; one that was not taken up goes with its question. */
  function offer(words) {
    if (!text.value || text.value === offered) write(words);
    offered = words;
  }

  /* What was refused comes back into the box, before what has been written since. */
  function edit(item) {
    item.node.remove();
    write(text.value ? item.text + '\n' + text.value : item.text);
    text.focus();
  }

  function wanted(asks) {
    by('locate').hidden = asks !== 'location';
    by('attach').classList.toggle('wanted', asks === 'file');
  }

  // ---- files and places ---------------------------------------------------------------------------------------

  function upload(files) {
    Array.from(files).forEach(function (file) {
      if (!file.size) hooks.note(say('empty', file.name));
      else if (file.size > maxMb * 1048576) hooks.note(say('tooBig', file.name, maxMb));
      else hooks.put({ file: file });
    });
  }

  function carried(event, transfer) {
    document.body.classList.remove('drop');
    if (hooks.over() || !transfer || !transfer.files.length) return;
    event.preventDefault();
    upload(transfer.files);
  }

  function pasted(event) {   // what is copied from Word brings a picture of its text along
    if (Array.from(event.clipboardData.types).indexOf('text/plain') < 0) carried(event, event.clipboardData);
  }

  function locate() {
    const ready = function (busy) { by('locate').disabled = busy; by('locate').textContent = say(busy ? 'locating' : 'locate'); };
    const failed = function () { ready(false); hooks.note(say('noPlace')); };
    if (!navigator.geolocation) return failed();
    ready(true);
    navigator.geolocation.getCurrentPosition(function (found) {
      const at = { lat: found.coords.latitude, lon: found.coords.longitude, accuracy: Math.round(found.coords.accuracy) };
      const words = say('place', at.lat.toFixed(5) + ', ' + at.lon.toFixed(5), at.accuracy);
      ready(false);
      wanted(null);
      hooks.put({ text: words, json: { location: at }, undo: function () { wanted('location'); } });
    }, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  }

  by('say').onsubmit = submit;
  text.onkeydown = typed;
  text.oninput = grow;
  by('attach').onclick = function () { by('file').click(); };
  by('file').onchange = function () { upload(by('file').files); by('file').value = ''; };
  by('locate').onclick = locate;
  document.onpaste = pasted;
  document.ondragover = function (event) { event.preventDefault(); document.body.classList.add('drop'); };
  document.ondragleave = function () { document.body.classList.remove('drop'); };
  document.ondrop = function (event) { event.preventDefault(); carried(event, event.dataTransfer); };

  return { offer: offer, edit: edit, wanted: wanted, clear: function () { write(''); } };
};
