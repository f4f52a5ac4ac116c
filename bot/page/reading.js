/* Where the reader is. What is new comes into view, but never past its first unread line, and a picture that takes its
 * room later doesn't push that line away. `newer` is the button that goes to the end; it doesn't vanish under the focus
 * of somebody who goes through the page with the Tab key, who would be put back to the page's beginning. */
window.xiezhi.reading = function (log, newer) {
  'use strict';

  const NEAR = 60;   // so many pixels from the end still count as the end
  let first = null, atEnd = true;

  function ended() { return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR; }

  function end() { log.scrollTop = log.scrollHeight; }

  function offer() { newer.hidden = ended() && document.activeElement !== newer; }

  function follow() {
    const top = first ? first.offsetTop - 10 : 0;
    if (first && log.scrollTop < top + 2) log.scrollTop = Math.min(log.scrollHeight, top); else end();
    offer();
  }

  log.onscroll = function () {
    atEnd = ended();
    if (atEnd) offer();
  };
  newer.onblur = offer;
  newer.onclick = function () { end(); log.focus({ preventScroll: true }); };

  return {
    ended: ended, end: end,
    sent: function (node) { first = node; atEnd = true; },
    /* `watching`: whether the reader was at the end before `node` came. Somebody who reads further up is left there. */
    heard: function (node, watching) {
      if (!watching) { offer(); return; }
      if (!first || first.classList.contains('mine') || first.offsetTop < log.scrollTop) first = node;
      follow();
    },
    grown: function () { if (atEnd) follow(); },
    forget: function () { first = null; }
  };
};
