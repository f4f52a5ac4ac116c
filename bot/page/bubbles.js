/* What a message looks like. Everything is built from nodes; no text of the server or of a person is ever markup.
 *
 * `hooks`: pressed(box, button, choice, prompt) for a choice, grown() after a picture has taken its room. */
window.xiezhi.bubbles = function (say, given, hooks) {
  'use strict';

  const NUMBER = /^(110|119|120|122|12[23]\d\d|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4})$/;
  const SECRET = /^(?=.*[A-Z])[0-9A-Z]{2,}(-[0-9A-Z]{4,})+$/;   // a tip's number or password: never broken across lines
  const PASSWORD = /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/;
  // What a figure counts: 120户次, 110 起, 120家. After a number to call stand other words: 110报警, 120急救.
  const UNIT = /^(\.\d|\s*(?:[条件元公斤千克吨箱盒包支台辆个人天年月日号页米万%％户起次张宗笔名车家场份批项期例位套瓶只头块亩船艘架颗粒桶袋根捆柜队组班篇幅株余多亿百两钱]|处(?![警理置])|小时|分钟|平方|立方|毫升|升))/;

  function make(tag, properties, children) {
    const node = Object.assign(document.createElement(tag), properties);
    (children || []).forEach(function (child) { if (child) node.append(child); });
    return node;
  }

  function turn(message) {
    const node = make('article', { className: 'turn fresh' + (message.mine ? ' mine' : ''), tabIndex: -1 });
    node.append(make('h2', { className: 'hidden', textContent: say(message.mine ? 'you' : 'us') }));
    if (message.text) {
      const bubble = make('p', { className: 'bubble', dir: 'auto' });
      if (message.mine) bubble.textContent = message.text; else rich(bubble, message.text);
      node.append(bubble);
    }
    if (message.files && message.files.length) node.append(make('div', { className: 'files' }, message.files.map(fileLink)));
    if (message.choices && message.choices.length) node.append(choices(message));
    return node;
  }

  /* Service numbers become tel: links, the receipt's two codes stand out. Web addresses stay text on purpose:
     staff read here what strangers wrote. */
  function rich(node, words) {
    let from = 0;
    words.replace(/[0-9A-Za-z-]+/g, function (token, at) {
      const part = SECRET.test(token) ? make('b', { textContent: token })
        : callable(token, words.slice(0, at), words.slice(at + token.length)) && make('a', { href: 'tel:' + token, textContent: token });
      if (!part) return;
      node.append(words.slice(from, at), part);
      from = at + token.length;
    });
    node.append(words.slice(from));
  }

  function callable(token, before, behind) {   // "110条" and "1.110" are no telephone numbers
    return (NUMBER.test(token) || token === given.hotline) && !UNIT.test(behind) && !/\d\.$/.test(before);
  }

  function fileLink(file) {
    const safe = /^\/(?![/\\])/.test(file.url);   // only this server's own addresses
    const link = make(safe ? 'a' : 'span', { className: 'file', textContent: file.name });
    if (!safe) return link;
    Object.assign(link, { href: file.url, target: '_blank', rel: 'noopener noreferrer', referrerPolicy: 'no-referrer' });
    if (file.kind === 'image') picture(link, file);
    return link;
  }

  function picture(link, file) {
    const image = make('img', { alt: file.name, referrerPolicy: 'no-referrer', onload: hooks.grown });
    image.onerror = function () { link.classList.remove('image'); link.textContent = file.name; };
    image.src = file.url;
    link.classList.add('image');
    link.textContent = '';
    link.append(image);
  }

  /* With a prompt the buttons belong to a question, are numbered and go grey with it; without one (an alert,
     a menu) they stay open, and only the one pressed goes grey. */
  function choices(message) {
    const box = make('div', { className: 'choices' + (short(message.choices) ? ' short' : '') });
    box.setAttribute('role', 'group');
    if (message.prompt) box.dataset.prompt = message.prompt;
    message.choices.forEach(function (choice, i) {
      const number = message.prompt && make('b', { textContent: i + 1 });
      const button = make('button', { type: 'button', className: 'choice ' + (choice.style || ''), value: choice.id },
        [number, make('span', { textContent: choice.label })]);
      button.onclick = function () { hooks.pressed(box, button, choice, message.prompt || null); };
      box.append(button);
    });
    return box;
  }

  /* Side by side: a few short ones, or many that are not long. A Chinese character takes two places. */
  function short(options) {
    const places = function (one) { return one.label.replace(/[^\x00-\xff]/g, '..').length; };
    return options.length > 2 && Math.max.apply(null, options.map(places)) <= (options.length > 6 ? 20 : 12);
  }

  function upload(item, blobs) {
    const bubble = make('div', { className: 'bubble upload' });
    if (/^image\//.test(item.file.type)) {
      const image = make('img', { alt: '', onload: hooks.grown, onerror: function () { image.remove(); } });
      blobs.push(image.src = URL.createObjectURL(item.file));
      bubble.append(image);
    }
    item.bar = make('progress', { max: 100, value: 0 });
    item.bar.setAttribute('aria-label', item.file.name);
    bubble.append(make('span', { textContent: item.file.name + ' · ' + size(item.file.size) }), item.bar);
    return bubble;
  }

  function size(bytes) {
    return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1024)) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB';
  }

  /* Whether a password that was given stands there. */
  function secret(node) {
    return Array.from(node.querySelectorAll('.bubble b')).some(function (one) { return PASSWORD.test(one.textContent); });
  }

  function erase(node) {
    node.querySelectorAll('.bubble, .files, .choices, .mark').forEach(function (part) { part.remove(); });
    node.append(make('p', { className: 'bubble erased', textContent: say('gone') }));
  }

  return { make: make, turn: turn, upload: upload, erase: erase, secret: secret };
};
