"""What one item of a KF account's `sync_msg` means to us (path/94670).

Whoever writes is known by `external_userid` alone, a pseudonym for this corp; nothing here asks for more.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.wecom.noticed import Failed, Noticed, chose, digest, file, location, named, said, text

Item = Mapping[str, Any]
CITIZEN, SERVICER = 3, 5  # `origin`; a servicer who types in the client is no citizen, and 4 is the system
# What WeChat puts in the place of a file that is beyond its limit (path/94670); the exact words are nowhere written down.
TOO_LARGE = re.compile(
    r"[\[【][^\[\]【】]{0,12}(?:文件|图片|视频|语音)[^\[\]【】]{0,6}(?:过大|太大|超过|超出)[^\[\]【】]{0,16}[\]】]"
)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as the codes in our own links
_KEY = re.compile(r"(?:[A-Za-z0-9]|_[0-9A-Fa-f]{2})+")


def _text(body: Item) -> dict[str, Any]:
    """A click on a menu is a message like any other, with the menu's words. Of a menu that is not ours, those count."""
    key, words = _key(text(body, "menu_id")), text(body, "content")
    if not key and TOO_LARGE.fullmatch(words):
        return {"kind": "unfetched", "why": "file_too_large"}
    return chose(key) if key else said(words)


def _key(menu_id: str) -> str:
    """Takes back what makes prompt:choice fit into `a-zA-Z0-9_`: each other byte, and `_`, is there as `_xx`."""
    if not _KEY.fullmatch(menu_id):
        return ""
    raw = re.sub(r"_(..)", lambda found: chr(int(found[1], 16)), menu_id).encode("latin-1")
    try:
        key = raw.decode()
    except UnicodeDecodeError:
        return ""
    return key if chose(key)["choice"] else ""


MESSAGES: dict[str, Callable[[Item], dict[str, Any]]] = {
    "text": _text,
    "image": lambda body: file(text(body, "media_id")),
    "voice": lambda body: file(text(body, "media_id")),
    "video": lambda body: file(text(body, "media_id")),
    "file": lambda body: file(text(body, "media_id")),
    "location": lambda body: location(body.get("latitude"), body.get("longitude")),
    "link": lambda body: said(text(body, "title"), text(body, "url")),
    "business_card": lambda body: {"kind": "contact"},
}
# Sent by a person, and nothing that could be an answer: the question is put again.
NO_ANSWER = frozenset(
    {"miniprogram", "msgmenu", "channels", "channels_shop_product", "channels_shop_order", "merged_msg"}
    | {"meeting", "calendar", "note"}
)
# Of servicers and their sessions: this account has nobody who answers by hand.
NO_CONCERN = frozenset(
    {"servicer_status_change", "session_status_change", "servicer_recall_msg", "reject_customer_msg_switch_change"}
)


def hear(item: Item) -> Noticed:
    """Never raises: the cursor has to move on."""
    msgid, kind, origin = text(item, "msgid"), text(item, "msgtype"), item.get("origin")
    ext_id = named(msgid) if msgid else digest(repr(sorted(item.items(), key=str)))
    if origin == SERVICER:
        return Noticed(ext_id=ext_id)
    if kind == "event":
        return _happened(_body(item, "event"), ext_id)
    peer = text(item, "external_userid")
    if origin != CITIZEN or not peer:
        return Noticed(ext_id=ext_id, aside=True)
    if kind in MESSAGES:
        return Noticed(peer, ext_id, MESSAGES[kind](_body(item, kind)))
    return Noticed(peer, ext_id, said(), aside=kind not in NO_ANSWER)


def _body(item: Item, kind: str) -> Item:
    body = item.get(kind)
    return body if isinstance(body, Mapping) else {}


# -- events --------------------------------------------------------------------------------------------------------------


def _happened(event: Item, ext_id: str) -> Noticed:
    """The account and the citizen are named within the event, not beside it."""
    kind, peer = text(event, "event_type"), text(event, "external_userid")
    if kind == "enter_session" and peer:
        return Noticed(peer, ext_id, _entered(event))
    if kind == "user_recall_msg" and peer:
        return Noticed(peer, ext_id, {"kind": "recalled", "message": named(text(event, "recall_msgid"))})
    if kind == "msg_send_fail":
        return Noticed(peer, ext_id, failed=Failed(text(event, "fail_msgid"), _number(event.get("fail_type"))))
    return Noticed(ext_id=ext_id, aside=kind not in NO_CONCERN)


def _entered(event: Item) -> dict[str, Any]:
    """Only by a link, not from the list of chats. The code is good for one welcome within 20 seconds (path/95122); there
    is none where they wrote, or were welcomed, in the last 48 hours."""
    payload, code = text(event, "scene_param"), text(event, "welcome_code")
    heard: dict[str, Any] = {"kind": "opened"}
    if PAYLOAD.fullmatch(payload):
        heard = {"kind": "started", "payload": payload}
    return heard | ({"welcome": code} if code else {})


def _number(value: object) -> int:
    """0: the vendor's own "unknown"."""
    return value if isinstance(value, int) else 0
