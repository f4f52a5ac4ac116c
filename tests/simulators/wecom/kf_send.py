"""What the program says to citizens: kf/send_msg, send_msg_on_event, service_state [D 94677, 95122, 94669]."""

import re
import secrets
from typing import TYPE_CHECKING, Any

from .calls import Call
from .messages import Message
from .rules import Refused, Rule, addresses, check, cut, need

if TYPE_CHECKING:
    from .citizens import Citizen
    from .kf import Kf

KINDS = ("text", "image", "voice", "video", "file", "link", "location", "msgmenu")
ON_EVENT = ("text", "msgmenu")  # D 95122
CLICKS = 10  # D 94677: click, view and miniprogram together

LENGTHS: list[Rule] = [  # D 94677; where no code is documented 40058 is M
    ("msgmenu.head_content", "bytes", 1024, 40058),
    ("msgmenu.tail_content", "bytes", 1024, 40058),
    ("msgmenu.list", "items", 50, 95008),
    ("msgmenu.list[].click.id", "bytes", 128, 40058),
    ("msgmenu.list[].click.content", "bytes", 128, 40058),
    ("msgmenu.list[].view.url", "bytes", 2048, 40058),
    ("msgmenu.list[].view.content", "bytes", 1024, 40058),
    ("msgmenu.list[].text.content", "bytes", 256, 40058),
    ("link.title", "bytes", 128, 40058),
    ("link.desc", "bytes", 512, 40058),
    ("link.url", "bytes", 2048, 40058),
]

# D 94669 says it in words and in a picture; the table is M but for 3 -> 4 [F].
MOVES = {0: {1, 2, 3, 4}, 1: {2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set[int]()}
WITH_PEOPLE = (2, 3)


def send(call: Call) -> dict[str, Any]:
    """The order of the refusals is M; that a known msgid comes before window and budget is what makes it a key."""
    kf = call.kf()
    who = _citizen(kf, call.body.get("touser"))
    kind, content = _content(call, KINDS)
    msgid = _msgid(call, kf)
    if who.wrote_at is not None and not who.within(who.wrote_at):
        raise Refused(95002)
    if who.state not in (0, 1):
        call.violates(f"a message in service state {who.state}")
        raise Refused(95018)
    if who.spent >= call.limits.budget:
        raise Refused(95001)
    who.spent += 1
    return _deliver(call, who, msgid, kind, content)


def send_on_event(call: Call) -> dict[str, Any]:
    """The code says to whom: once, within 20 seconds, outside window and budget. 41050 for a bad one is M."""
    kf = _whose(call)
    kind, content = _content(call, ON_EVENT)
    msgid = _msgid(call, kf)
    who, _ = kf.welcomes.pop(call.body["code"])
    who.welcomed_at = call.now
    return _deliver(call, who, msgid, kind, content)


def _whose(call: Call) -> "Kf":
    code = call.body.get("code")
    if not code:
        raise Refused(40063)
    for kf in call.corp.kfs.values():
        if kf.app is call.app and code in kf.welcomes and call.now < kf.welcomes[code][1]:
            return kf
    raise Refused(41050)


def _citizen(kf: "Kf", external: Any) -> "Citizen":
    """Somebody who never came to this account is unknown there: M."""
    if not external:
        raise Refused(40063)
    if external not in kf.people:
        raise Refused(40096)  # D 90313
    return kf.people[external]


def _msgid(call: Call, kf: "Kf") -> str:
    if "msgid" not in call.body:
        return secrets.token_urlsafe(20)
    said = call.body["msgid"]
    if not said:
        call.violates("an empty msgid")  # F: never
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,32}", said):
        raise Refused(40058)
    if said in kf.msgids:
        raise Refused(95033)
    return str(said)


def _content(call: Call, kinds: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    kind = call.body.get("msgtype", "")
    if kind not in kinds:
        raise Refused(40008)
    content = call.body.get(kind) or {}
    check(call.body, LENGTHS, call.entry.advice)
    if kind == "text":
        return kind, {"content": _text(call, content)}
    if kind == "msgmenu":
        _menu(call, content)
    elif kind == "link":
        need(content, "title", "url", code=40063)
        addresses(content, "url")
        call.corp.media.find(content.get("thumb_media_id"), "image")
    elif kind == "location":
        need(content, "latitude", "longitude", code=40063)
    else:
        call.corp.media.find(content.get("media_id"), kind)
    return kind, content


def _text(call: Call, content: dict[str, Any]) -> str:
    if not content.get("content"):
        raise Refused(44004)
    short = cut(content["content"], call.limits.text)
    if short != content["content"]:
        call.journal.cut.append(call.entry)
    return short


def _menu(call: Call, menu: dict[str, Any]) -> None:
    items = menu.get("list") or []
    if not items and not menu.get("head_content"):
        raise Refused(40063)  # M
    for item in items:
        kind = item.get("type")
        if kind not in ("click", "view", "miniprogram", "text"):
            raise Refused(95009)
        if not item.get(kind, {}).get("content") or (kind == "click" and not item["click"].get("id")):
            raise Refused(40063)  # D 94677: 1-128 bytes; the code is M
        if kind == "click" and not re.fullmatch(r"[A-Za-z0-9_]+", item["click"]["id"]):
            call.violates("a menu id with more than a-zA-Z0-9_")  # D 94677 only advises against it
    if sum(1 for item in items if item["type"] != "text") > CLICKS:
        raise Refused(95008)
    addresses(menu, "list[].view.url")


def _deliver(call: Call, who: "Citizen", msgid: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """Accepted is not delivered [D 94670 msg_send_fail]."""
    kf = who.kf
    kf.msgids.add(msgid)
    fail = kf.failing.pop(0) if kf.failing else 10 if who.refuses else None
    if fail is not None:
        kf.event("msg_send_fail", who, fail_msgid=msgid, fail_type=fail)
        return {"msgid": msgid}
    file = call.corp.media.files.get(content.get("media_id", ""))
    who.gets(Message(msgid, kf, kind, content, call.now, file=file))
    return {"msgid": msgid}


# -- service_state -----------------------------------------------------------------------------------------------------


def _session(call: Call) -> "Citizen":
    """D 94669: a session ends by itself after 48 hours."""
    who = _citizen(call.kf(), call.body.get("external_userid"))
    if not who.within(who.wrote_at):
        who.state = 4
    return who


def state(call: Call) -> dict[str, Any]:
    return {"service_state": _session(call).state, "servicer_userid": ""}


def trans(call: Call) -> dict[str, Any]:
    who, to = _session(call), call.body.get("service_state")
    if to in WITH_PEOPLE:
        call.violates("a citizen handed to a person, who would see name and picture")
    if to not in MOVES[who.state]:
        raise Refused(95016)
    who.state = int(to)
    return {"msg_code": secrets.token_urlsafe(20)} if to in (2, 4) else {}


def customers(call: Call) -> dict[str, Any]:
    """kf/customer/batchget: who the citizen is. Nobody may ask; answered as WeCom would, with nothing in it."""
    call.violates("kf/customer/batchget asks who the citizen is")
    return {"customer_list": [], "invalid_external_userid": call.body.get("external_userid_list", [])}
