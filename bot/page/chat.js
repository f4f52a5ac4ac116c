/* The web chat, for citizens without an account and for staff after login: it joins the words, the line to the
 * server, the outbox and the bubbles to the page.
 *
 * What it guarantees: a citizen's token and words live in variables of this page and nowhere else (no storage, no
 * cookie). Plain ES2017, classic scripts: it runs in Android WebViews from Chrome 60 on. */
(function () {
  'use strict';

  const STORE = 'xiezhi.staff';
  const WORDS = window.xiezhi.words;
  const by = function (id) { return document.getElementById(id); };
  const given = document.documentElement.dataset;
  const log = by('log'), text = by('text'), banner = by('banner');
  const turns = new Map(), blobs = [];
  let language = given.language === 'en' ? 'en' : 'zh';
  let session = null, over = false, draft = false, sure = false, stuck = true;
  let beginning = 0, last = 0, unread = 0, escapes = [], anchor = null, prompt = null;

  const line = window.xiezhi.line({
    after: function () { return last; }, receive: receive, refused: expired,
    lost: function () { warn(say('lost')); },
    reached: function () { if (!banner.hidden) { warn(''); line.wake(); } }
  });
  const bubbles = window.xiezhi.bubbles(say, given, { pressed: press, grown: stick });
  const outbox = window.xiezhi.outbox(line, say, bubbles.make, {
    token: function () { return session && session.token; }, after: function () { return last; },
    refused: function (token) { if (session && session.token === token) expired(); },
    changed: guard, edit: edit, grown: stick
  });

  // ---- words --------------------------------------------------------------------------------------------------

  function say(key) {
    const values = Array.from(arguments).slice(1);
    return WORDS[language][key].replace(/\{\}/g, function () { return values.shift(); });
  }

  function speak(wanted) {
    if (wanted !== language) { language = wanted; relabel(); }
  }

  function relabel() {
    const each = function (name, put) {
      document.querySelectorAll('[data-' + name + ']').forEach(function (node) { put(node, say(node.dataset[name])); });
    };
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
    each('word', function (node, word) { node.textContent = word; });
    each('label', function (node, word) { node.setAttribute('aria-label', word); });
    each('place', function (node, word) { node.placeholder = word; });
    by('language').textContent = language === 'en' ? '中文' : 'English';
    by('language').lang = language === 'en' ? 'zh-CN' : 'en';
    head();
  }

  function head() {
    const staff = Boolean(session && session.staff), own = language === 'en' ? 'En' : 'Zh';
    by('county').textContent = given['county' + own];
    by('title').textContent = staff ? session.name || say('staffTitle') : say('title');
    by('intro').hidden = staff;
    by('hotline').hidden = !given.hotline;
    by('hotline').href = 'tel:' + given.hotline;
    by('hotline').firstElementChild.textContent = given.hotline;
    by('hotline').lastElementChild.textContent = given['hotline' + own];
    by('leave').textContent = say(sure ? 'sure' : staff ? 'logout' : 'leave');
    by('leave').classList.toggle('sure', sure);
    document.title = (unread && staff ? '(' + unread + ') ' : '') + given['county' + own] + ' ' + say(staff ? 'staffTitle' : 'title');
  }

  function place(county) {
    if (!county) return;
    given.county = county.id;
    given[language === 'en' ? 'countyEn' : 'countyZh'] = county.name;
    if (!given.countyZh) given.countyZh = county.name;
    if (!given.countyEn) given.countyEn = county.name;
    if (county.hotline) { given.hotline = county.hotline.number; given.hotlineZh = given.hotlineEn = county.hotline.name; }
    head();
  }

  function warn(sentence) {
    if (banner.textContent !== sentence) banner.textContent = sentence;
    banner.hidden = !sentence;
  }

  // ---- beginning, staff login, leaving ------------------------------------------------------------------------

  function kept() {
    try { return localStorage.getItem(STORE); } catch (e) { return null; }
  }

  function keep(token) {
    try {
      if (token) localStorage.setItem(STORE, token); else localStorage.removeItem(STORE);
    } catch (e) { /* storage is switched off: the login lasts as long as the page */ }
  }

  /* A staff token kept from an earlier visit goes along as bearer: the server resumes that conversation. */
  async function begin(code) {
    const mine = ++beginning, old = code ? null : kept();
    const ask = { login: code || null, language: language };
    if (given.county) ask.county = given.county;
    for (let tries = 0; mine === beginning && !over; tries++) {
      const reply = await line.request('/chat/start', { json: ask, token: old }).answer.catch(function () { return null; });
      if (mine !== beginning || over) return;
      if (reply && reply.ok) return open(reply.data);
      if (reply && old && reply.status === 401) { keep(null); return showLogin(say('expired')); }
      if (reply && code && !reply.transient) return showLogin(reply.data.error || say('refused'));
      warn(reply && reply.data.error || say('lost'));
      await line.pause(Math.max(reply ? reply.wait : 0, line.backoff(tries)));
    }
  }

  function open(data) {
    if (session && session.token !== data.token) { goodbye(session.token); clear(); }
    session = { token: data.token, staff: Boolean(data.staff), name: data.name };
    if (session.staff) keep(session.token);
    last = 0;
    by('login').hidden = true;
    warn('');
    place(data.county);
    head();
    line.open(session.token);
    outbox.flush();
  }

  function showLogin(sentence) {
    warn('');
    by('login').hidden = false;
    by('refused').textContent = sentence;
    by('code').focus();
  }

  /* The server no longer knows the token. What was not yet delivered stays in the outbox for the next conversation. */
  function expired() {
    if (!session) return;
    const staff = session.staff;
    session = null;
    line.close();
    if (staff) { keep(null); head(); return showLogin(say('expired')); }
    setDraft(false);
    close();
    note(say('restarted'));
    line.pause(1000).then(function () { begin(null); });
  }

  function takeCode() {
    const found = /^#login=(.+)$/.exec(location.hash);
    if (!found) return null;
    history.replaceState(null, '', location.pathname);
    return found[1];
  }

  async function goodbye(token) {
    for (let tries = 0; tries < 5; tries++) {
      try {
        await fetch('/chat/leave', { method: 'POST', headers: { Authorization: 'Bearer ' + token }, keepalive: true });
        return;
      } catch (e) { await line.pause(line.backoff(tries)); }
    }
  }

  function clear() {
    line.close();
    outbox.clear();
    blobs.splice(0).forEach(function (url) { URL.revokeObjectURL(url); });
    log.querySelectorAll('.turn').forEach(function (node) { node.remove(); });
    turns.clear();
    prompt = anchor = null;
    setDraft(false);
    wanted(null);
  }

  function leave() {
    if (!draft || sure) return vanish();
    sure = true;
    head();
    setTimeout(function () { sure = false; if (!over) head(); }, 5000);
  }

  function vanish() {
    const token = session && session.token;
    over = true;
    session = null;
    text.value = '';
    clear();
    keep(null);
    if (token) goodbye(token);
    document.querySelectorAll('link[rel=icon]').forEach(function (node) { node.remove(); });
    document.title = say('cleared');
    document.body.textContent = '';
    document.body.className = 'empty';
    const make = bubbles.make;
    const button = make('button', { type: 'button', textContent: say('blank'), onclick: function () { location.replace('about:blank'); } });
    document.body.append(make('main', {}, [make('p', { textContent: say('cleared') }), make('p', { textContent: say('history') }), button]));
    button.focus();
  }

  // ---- hearing ------------------------------------------------------------------------------------------------

  function receive(payload) {
    const low = bottom(), before = log.lastElementChild;
    (payload.messages || []).forEach(function (message) {
      if (turns.has(message.n)) return;   // a reconnect may repeat what was on the way; a late one may have a lower number
      last = Math.max(last, message.n);
      show(message);
    });
    const fresh = before.nextElementSibling;
    if (fresh && low) {
      if (!anchor || anchor.offsetTop < log.scrollTop) anchor = fresh;   // never past the first unread line
      log.scrollTop = Math.min(log.scrollHeight, anchor.offsetTop - 10);
    }
    if (fresh) by('newer').hidden = bottom();
    if (fresh && document.hidden) { unread++; head(); }
  }

  function show(message) {
    const choices = message.choices || [], files = message.files || [];
    (message.erase || []).forEach(function (key) { if (turns.has(key)) bubbles.erase(turns.get(key)); });
    if (typeof message.draft === 'boolean') setDraft(message.draft);
    place(message.county);
    if (message.prompt && (choices.length || message.prompt !== prompt)) close();
    if (message.prompt || message.asks) wanted(message.asks);
    if (message.prompt) prompt = message.prompt;
    if (message.prefill && !text.value) { text.value = message.prefill; grow(); }
    if (message.mine && turns.has(message.id)) { turns.set(message.n, turns.get(message.id)); return; }
    if (message.text || choices.length || files.length) turns.set(message.n, add(bubbles.turn(message)));
    turns.set(message.n, turns.get(message.n)).set(message.id, turns.get(message.n));
  }

  function add(node) {
    log.append(node);
    return node;
  }

  function note(sentence) {
    add(bubbles.make('p', { className: 'intro note turn', textContent: sentence }));
    log.scrollTop = log.scrollHeight;
  }

  /* Old questions go grey; a press that was already on its way is answered by the server. */
  function close() {
    log.querySelectorAll('.choices[data-prompt] button').forEach(function (button) { button.disabled = true; });
  }

  function wanted(asks) {
    by('locate').hidden = asks !== 'location';
    by('attach').classList.toggle('wanted', asks === 'file');
  }

  function setDraft(on) {
    draft = on;
    by('draft').hidden = !on;
    guard();
  }

  function guard() {
    const unsafe = !over && (draft || outbox.waiting());
    window.onbeforeunload = unsafe ? function (event) { event.preventDefault(); event.returnValue = ''; return ''; } : null;
  }

  function bottom() { return log.scrollHeight - log.scrollTop - log.clientHeight < 60; }

  function stick() { if (stuck) log.scrollTop = log.scrollHeight; }

  // ---- saying -------------------------------------------------------------------------------------------------

  function uuid() {
    const b = crypto.getRandomValues(new Uint8Array(16));   // randomUUID is missing on plain http and before 2021
    b[6] = b[6] & 15 | 64;
    b[8] = b[8] & 63 | 128;
    const hex = Array.from(b, function (x) { return (x + 256).toString(16).slice(1); }).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  function enqueue(item) {
    item.id = uuid();
    item.node = anchor = add(bubbles.turn({ mine: true, text: item.text }));
    if (item.file) item.node.append(bubbles.upload(item, blobs));
    item.node.append(item.mark = bubbles.make('div', { className: 'mark' }));
    turns.set(item.id, item.node);
    stuck = true;
    outbox.put(item);
    const words = (item.text || '').trim().toLowerCase();
    if (words === 'english') speak('en'); else if (words === '中文') speak('zh');
  }

  function press(box, button, choice, asked) {
    const all = asked ? Array.from(box.children) : [button];
    const able = function (yes) { all.forEach(function (one) { one.disabled = !yes; }); button.classList.toggle('chosen', !yes); };
    able(false);
    enqueue({ text: choice.label, json: { choice: choice.id, prompt: asked }, undo: function () { if (!asked || asked === prompt) able(true); } });
    anchor.focus({ preventScroll: true });   // the next Tab reaches the next question
  }

  function edit(item) {
    text.value = text.value ? item.text + '\n' + text.value : item.text;
    item.node.remove();
    grow();
    text.focus();
  }

  function submit(event) {
    event.preventDefault();
    const words = text.value;
    if (!words.trim()) return text.focus();
    text.value = '';
    grow();
    enqueue({ text: words, json: { text: words } });
  }

  function upload(files) {
    Array.from(files).forEach(function (file) {
      if (!file.size) note(say('empty', file.name));
      else if (file.size > given.maxMb * 1048576) note(say('tooBig', file.name, given.maxMb));
      else enqueue({ file: file });
    });
  }

  function locate() {
    const ready = function (busy) { by('locate').disabled = busy; by('locate').textContent = say(busy ? 'locating' : 'locate'); };
    const failed = function () { ready(false); note(say('noPlace')); };
    if (!navigator.geolocation) return failed();
    ready(true);
    navigator.geolocation.getCurrentPosition(function (found) {
      const at = { lat: found.coords.latitude, lon: found.coords.longitude, accuracy: Math.round(found.coords.accuracy) };
      const words = say('place', at.lat.toFixed(5) + ', ' + at.lon.toFixed(5), at.accuracy);
      ready(false);
      wanted(null);
      enqueue({ text: words, json: { location: at }, undo: function () { wanted('location'); } });
    }, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = Math.min(text.scrollHeight + 2, innerHeight * 0.4) + 'px';
    stick();
  }

  // ---- keys, pointers, the network ----------------------------------------------------------------------------

  function typed(event) {
    const composing = event.isComposing || event.keyCode === 229;   // 229: the Enter that ends a composition (Safari)
    if (event.key === 'Enter' && !event.shiftKey && !composing) submit(event);
  }

  function pressed(event) {
    if (event.key !== 'Escape' || event.isComposing) { escapes = []; return; }
    escapes = escapes.concat(Date.now()).slice(-3);
    if (escapes.length === 3 && escapes[2] - escapes[0] < 1500 && !over) vanish();
  }

  function carried(event, transfer) {
    document.body.classList.remove('drop');
    if (over || !transfer || !transfer.files.length) return;
    event.preventDefault();
    upload(transfer.files);
  }

  function login(event) {
    event.preventDefault();
    by('refused').textContent = '';
    begin(by('code').value.trim());
    by('code').value = '';
  }

  function wireControls() {
    by('say').onsubmit = submit;
    text.onkeydown = typed;
    text.oninput = grow;
    by('attach').onclick = function () { by('file').click(); };
    by('file').onchange = function () { upload(by('file').files); by('file').value = ''; };
    by('locate').onclick = locate;
    by('leave').onclick = leave;
    by('language').onclick = function () { enqueue({ text: by('language').textContent, json: { text: by('language').textContent } }); };
    by('newer').onclick = function () { log.scrollTop = log.scrollHeight; };
    by('staff').onclick = function () { showLogin(''); };
    by('login').onsubmit = login;
    by('back').onclick = function () { by('login').hidden = true; if (!session) begin(null); };
    log.onscroll = function () { stuck = bottom(); if (stuck) by('newer').hidden = true; };
  }

  function wireWindow() {
    document.onkeydown = pressed;
    document.onpaste = function (event) {   // what is copied from Word brings a picture of its text along
      if (Array.from(event.clipboardData.types).indexOf('text/plain') < 0) carried(event, event.clipboardData);
    };
    document.ondragover = function (event) { event.preventDefault(); document.body.classList.add('drop'); };
    document.ondragleave = function () { document.body.classList.remove('drop'); };
    document.ondrop = function (event) { event.preventDefault(); carried(event, event.dataTransfer); };
    document.onvisibilitychange = function () { if (!document.hidden && !over) { unread = 0; head(); line.check(); } };
    window.ononline = line.wake;
    window.onresize = stick;
    window.onhashchange = function () { const code = takeCode(); if (code && !over) begin(code); };
    window.onpageshow = function (event) { if (event.persisted) location.reload(); };
  }

  wireControls();
  wireWindow();
  relabel();
  begin(takeCode());
}());
