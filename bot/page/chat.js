/* The web chat, for citizens without an account and for staff after login: it joins the words, the line to the
 * server, the outbox and the bubbles to the page.
 *
 * What it guarantees: a citizen's words live in variables of this page and nowhere else; the token also in the storage of
 * this tab, so that a reload or an old phone that opens its camera doesn't lose the draft. It goes with the tab, and at
 * once with 离开并清除. No cookie. Plain ES2017, classic scripts: it runs in Android WebViews from Chrome 60 on. */
(function () {
  'use strict';

  const STORE = 'xiezhi.staff', TAB = 'xiezhi.citizen';
  const WORDS = window.xiezhi.words;
  const by = function (id) { return document.getElementById(id); };
  const given = document.documentElement.dataset;
  const log = by('log'), banner = by('banner');
  const turns = new Map(), blobs = [];
  let language = given.language === 'en' ? 'en' : 'zh';
  let session = null, over = false, draft = false, sure = false;
  let who = null;   // whose desk this page has shown
  let wish = null;   // what the link that brought us here opens: pressed as soon as somebody of the staff is in
  let beginning = 0, last = 0, unread = 0, escapes = [], prompt = null;

  const line = window.xiezhi.line({
    after: function () { return last; }, receive: receive, refused: function () { expired(); },
    lost: function () { warn(say('lost')); },
    reached: function () { if (!banner.hidden) { warn(''); line.wake(); } }
  });
  const reading = window.xiezhi.reading(log, by('newer'));
  const bubbles = window.xiezhi.bubbles(say, given, { pressed: press, grown: reading.grown });
  const outbox = window.xiezhi.outbox(line, say, bubbles.make, {
    token: function () { return session && session.token; }, after: function () { return last; },
    refused: function (token) { if (session && session.token === token) expired(); },
    changed: guard, edit: function (item) { pen.edit(item); }, grown: reading.grown
  });
  const pen = window.xiezhi.pen(say, given.maxMb, {
    put: enqueue, note: note, grown: reading.grown, over: function () { return over; }
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
    document.body.classList.toggle('staff', staff);
    by('hotline').hidden = !given.hotline;
    by('hotline').href = 'tel:' + given.hotline;
    by('hotline').firstElementChild.textContent = given.hotline;
    by('hotline').lastElementChild.textContent = given['hotline' + own];
    by('draft').textContent = say(staff ? 'unfiled' : 'draft');
    by('leave').textContent = say(sure ? 'sure' : staff ? 'logout' : 'leave');
    by('leave').classList.toggle('sure', sure);
    document.title = (unread && staff ? '(' + unread + ') ' : '') + given['county' + own] + ' ' + say(staff ? 'staffTitle' : 'title');
  }

  function place(county) {
    if (!county) return;
    given.county = county.id;
    given.countyZh = county.zh;
    given.countyEn = county.en;
    if (county.hotline) {
      given.hotline = county.hotline.number;
      given.hotlineZh = county.hotline.zh;
      given.hotlineEn = county.hotline.en;
    }
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

  function ours() {
    try { return sessionStorage.getItem(TAB); } catch (e) { return null; }
  }

  function keepOurs(token) {
    try {
      if (token) sessionStorage.setItem(TAB, token); else sessionStorage.removeItem(TAB);
    } catch (e) { /* storage is switched off: the conversation lasts as long as the page */ }
  }

  /* Only what this page kept: another tab may have let somebody else in since. */
  function forget(token) {
    if (kept() === token) keep(null);
    if (ours() === token) keepOurs(null);
  }

  /* One staff login per browser. A link never puts anybody in the place of who is logged in without asking. */
  async function enter(code) {
    if (code && !session && kept()) { keepOurs(null); await begin(null); }
    if (!code || !session || !session.staff) return begin(code);
    by('code').value = code;
    showLogin(say('replace', session.name || ''));
  }

  /* A token kept by this tab, or a staff one from an earlier visit, goes along as bearer: the server resumes that
     conversation. */
  async function begin(code) {
    const mine = ++beginning;
    let old = code ? null : ours() || kept();
    const ask = { login: code || null, language: language };
    if (given.county) ask.county = given.county;
    for (let tries = 0; mine === beginning && !over; tries++) {
      const reply = await line.request('/chat/start', { json: ask, token: old }).answer.catch(function () { return null; });
      if (mine !== beginning || over) return;
      if (reply && reply.ok) return open(reply.data);
      if (reply && old && reply.status === 401) {
        const citizen = old === ours();
        forget(old);
        if (!citizen) return showLogin(say('expired'));
        old = kept();
        continue;
      }
      if (reply && code && !reply.transient) return showLogin(reply.data.error || say('refused'));
      warn(reply && reply.data.error || say('lost'));
      await line.pause(Math.max(reply ? reply.wait : 0, line.backoff(tries)));
    }
  }

  function open(data) {
    if (session && session.token !== data.token) { goodbye(session.token); clear(); }
    if (who && data.name !== who) clear();   // what one person had still to send is never said by another
    session = { token: data.token, staff: Boolean(data.staff), name: data.name };
    if (session.staff) { keep(session.token); who = session.name; }
    keepOurs(session.staff ? null : session.token);
    last = 0;
    asking(false);
    warn('');
    place(data.county);
    if (data.language) speak(data.language);
    head();
    line.open(session.token);
    outbox.flush();
    fulfil();
  }

  function asking(yes) {
    by('login').hidden = !yes;
    document.body.classList.toggle('asked', yes);
    by('say').inert = yes;
    if (yes) by('intro').setAttribute('role', 'dialog'); else by('intro').removeAttribute('role');
  }

  function showLogin(sentence) {
    warn('');
    asking(true);
    by('refused').textContent = sentence;
    by('back').textContent = say(session && session.staff ? 'stay' : 'back');
    by('code').focus();
  }

  /* The server no longer knows the token. What was not yet delivered stays in the outbox for the next conversation. */
  function expired(why) {
    if (!session) return;
    const staff = session.staff, token = session.token;
    session = null;
    line.close();
    forget(token);
    if (staff) { head(); return showLogin(say(why || 'expired')); }
    setDraft(false);
    close();
    note(say('restarted'));
    line.pause(1000).then(function () { begin(null); });
  }

  function takeCode() {
    const found = /^#login=([^&]+)(?:&go=(go\.[a-z]+(?:\.[\w-]+)?))?$/.exec(location.hash);
    if (!found) return null;
    history.replaceState(null, '', location.pathname);
    wish = found[2] || null;
    return found[1];
  }

  /* The server asks again whether this person may. Whoever stays logged in beside the link opens the thing as well. */
  function fulfil() {
    if (!wish || !session || !session.staff) return;
    const choice = wish;
    wish = null;
    enqueue({ text: choice.split('.')[2] || say('opened'), json: { choice: choice, prompt: null } });
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
    prompt = null;
    reading.forget();
    setDraft(false);
    pen.wanted(null);
  }

  function leave() {
    const unwritten = Boolean(session && !session.staff && bubbles.secret(log));
    if (!(draft || unwritten) || sure) return vanish();
    sure = true;
    head();
    if (unwritten) warn(say('unwritten'));
    setTimeout(function () { sure = false; if (!over) { head(); if (unwritten) warn(''); } }, 8000);
  }

  function vanish() {
    const token = session && session.token;
    over = true;
    session = null;
    pen.clear();
    clear();
    if (token) { forget(token); goodbye(token); }
    document.querySelectorAll('link[rel=icon], script').forEach(function (node) { node.remove(); });
    Object.keys(given).forEach(function (key) { delete given[key]; });   // nor whose page it was
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
    const watching = reading.ended(), before = log.lastElementChild;
    (payload.messages || []).forEach(function (message) {
      if (turns.has(message.n)) return;   // a reconnect may repeat what was on the way; a late one may have a lower number
      last = Math.max(last, message.n);
      show(message);
    });
    const fresh = before.nextElementSibling;
    if (fresh) reading.heard(fresh, watching);
    if (fresh && document.hidden) { unread++; head(); }
  }

  function show(message) {
    const choices = message.choices || [], files = message.files || [];
    (message.erase || []).forEach(erase);
    if (typeof message.draft === 'boolean') setDraft(message.draft);
    place(message.county);
    if (message.prompt && (choices.length || message.prompt !== prompt)) close();
    if (message.prompt || message.asks) pen.wanted(message.asks);
    if (message.prompt) { prompt = message.prompt; pen.offer(message.prefill || ''); }
    if (message.mine && turns.has(message.id)) { turns.set(message.n, turns.get(message.id)); return; }
    if (message.text || choices.length || files.length) turns.set(message.n, add(bubbles.turn(message)));
    turns.set(message.n, turns.get(message.n)).set(message.id, turns.get(message.n));
  }

  /* A message, and what belongs to it: its name goes on after a colon. `*`: all that was said, on both sides, but a password
     that was given. */
  function erase(name) {
    if (name === '*') {
      new Set(turns.values()).forEach(function (node) { if (node && !bubbles.secret(node)) bubbles.erase(node); });
      return;
    }
    turns.forEach(function (node, key) { if (key === name || String(key).startsWith(name + ':')) bubbles.erase(node); });
  }

  function add(node) {
    log.append(node);
    return node;
  }

  function note(sentence) {
    add(bubbles.make('p', { className: 'intro note turn', textContent: sentence }));
    reading.end();
  }

  /* Old questions go grey; a press that was already on its way is answered by the server. */
  function close() {
    log.querySelectorAll('.choices[data-prompt] button').forEach(function (button) { button.disabled = true; });
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
    item.node = add(bubbles.turn({ mine: true, text: item.text }));
    if (item.file) item.node.append(bubbles.upload(item, blobs));
    item.node.append(item.mark = bubbles.make('div', { className: 'mark' }));
    turns.set(item.id, item.node);
    reading.sent(item.node);
    outbox.put(item);
    const words = (item.text || '').trim().toLowerCase();
    if (words === 'english') speak('en'); else if (words === '中文') speak('zh');
    return item.node;
  }

  function press(box, button, choice, asked) {
    const all = asked ? Array.from(box.children) : [button];
    const able = function (yes) { all.forEach(function (one) { one.disabled = !yes; }); button.classList.toggle('chosen', !yes); };
    able(false);
    const undo = function () { if (!asked || asked === prompt) able(true); };
    const node = enqueue({ text: choice.label, json: { choice: choice.id, prompt: asked }, undo: undo });
    node.focus({ preventScroll: true });   // the next Tab reaches the next question
  }

  // ---- keys, pointers, the network ----------------------------------------------------------------------------

  function pressed(event) {
    if (event.key === 'Escape' && !event.isComposing && document.body.classList.contains('asked')) by('back').click();
    if (event.key !== 'Escape' || event.isComposing) { escapes = []; return; }
    escapes = escapes.concat(Date.now()).slice(-3);
    if (escapes.length === 3 && escapes[2] - escapes[0] < 1500 && !over) vanish();
  }

  function login(event) {
    event.preventDefault();
    by('refused').textContent = '';
    begin(by('code').value.trim());
    by('code').value = '';
  }

  function wireControls() {
    by('leave').onclick = leave;
    by('language').onclick = function () { enqueue({ text: by('language').textContent, json: { text: by('language').textContent } }); };
    by('staff').onclick = function () { showLogin(''); };
    by('login').onsubmit = login;
    by('back').onclick = function () { asking(false); if (session) fulfil(); else begin(null); };
  }

  function wireWindow() {
    document.onkeydown = pressed;
    document.onvisibilitychange = function () { if (!document.hidden && !over) { unread = 0; head(); line.check(); } };
    window.ononline = line.wake;
    window.onresize = reading.grown;
    window.onhashchange = function () { const code = takeCode(); if (code && !over) enter(code); };
    window.onstorage = function (event) {
      if (event.key === STORE && session && session.staff && event.newValue && event.newValue !== session.token) expired('replaced');
    };
    window.onpageshow = function (event) { if (event.persisted) location.reload(); };
  }

  wireControls();
  wireWindow();
  relabel();
  enter(takeCode());
}());
