"""message/send: what is refused, who is left out, and what never comes on a screen [D 90236, 90312]."""

import copy
import json
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any

from . import cards
from .apps import Code, Sent
from .calls import Call
from .journal import Reached
from .messages import Message
from .rules import ADVISED, Refused, Rule, Stray, addresses, check, cut, need

if TYPE_CHECKING:
    from .people import Member

LENGTHS: dict[str, list[Rule]] = {  # D 90236; 45002 for all but text and markdown is M
    "markdown": [("content", "bytes", 2048, 45002)],
    "video": [("title", "bytes", 128, 45002), ("description", "bytes", 512, 45002)],
    "textcard": [
        ("title", "characters", 128, 45002), ("description", "characters", 512, 45002),
        ("url", "bytes", 2048, 45002), ("btntxt", "characters", 4, ADVISED),
    ],
}  # fmt: skip
NEEDED = {"title": 41016, "description": 41033, "url": 41010}  # D 90313, of a textcard
KINDS = ("text", "markdown", "image", "voice", "video", "file", "textcard", "template_card")


def send(call: Call) -> dict[str, Any]:
    call.agent(call.body.get("agentid"))
    kind, users = str(call.body.get("msgtype")), _receivers(call)
    if kind not in KINDS:
        raise Refused(40008)
    _flags(call)
    content = _content(call, kind)
    members, answer = _split(call, users)
    if repeated := _repeated(call):
        call.journal.repeated.append(call.entry)
        return answer | {"msgid": repeated}
    if not task_is_new(call, content):
        call.journal.repeated.append(call.entry)
        return answer | {"msgid": secrets.token_urlsafe(32)}
    _quota(call, len(members))
    sent = _sent(call, content)
    for member in members:
        _deliver(call, sent, member, kind, content)
    answer["msgid"] = sent.id
    if sent.card and cards.answers(content):
        answer["response_code"] = secrets.token_urlsafe(32)
        call.corp.codes[answer["response_code"]] = Code(sent, call.now)
    return answer


def _split(call: Call, users: list[str]) -> tuple[list["Member"], dict[str, str]]:
    """Who gets it, and who the answer says doesn't. All unlicensed is no refusal: M."""
    found = [one for user in users if (one := call.corp.members.get(user)) and one.reachable(call.app)]
    answer = {
        "invaliduser": "|".join(sorted(set(users) - {one.key for one in found})),
        "invalidparty": "",
        "invalidtag": "",
        "unlicenseduser": "|".join(sorted(one.key for one in found if not one.licensed)),
    }
    if not found:
        raise Refused(81013, **answer)  # D 90236: none of them
    return [one for one in found if one.licensed], answer


def _sent(call: Call, content: dict[str, Any]) -> Sent:
    sent = Sent(secrets.token_urlsafe(32), call.app, call.now, card=content.get("card_type", ""))
    call.app.sent[sent.id] = sent
    call.app.tasks.add(content.get("task_id", ""))
    call.app.checked[_same(call.body)] = (call.now, sent.id)
    return sent


def _receivers(call: Call) -> list[str]:
    """In lower case: userids have no case [D 90236, 90313]."""
    if call.body.get("toparty") or call.body.get("totag"):
        raise Stray("departments and tags are not simulated")
    said = call.body.get("touser", "")
    if not said:
        raise Refused(81012)
    users = call.app.visible if said == "@all" else dict.fromkeys(one.lower() for one in said.split("|") if one)
    if said != "@all" and len(users) > call.limits.receivers:
        raise Refused(40032)
    return sorted(users)


def _flags(call: Call) -> None:
    for name in ("safe", "enable_id_trans", "enable_duplicate_check"):
        call.flag(name)
    if call.body.get("enable_id_trans"):
        call.violates("enable_id_trans: what a citizen wrote would be looked up among the members")


def _content(call: Call, kind: str) -> dict[str, Any]:
    content = copy.deepcopy(call.body.get(kind) or {})
    if kind == "text":
        return _text(call, content)
    if kind == "template_card":
        return _card(call, content)
    check(content, LENGTHS.get(kind, []), call.entry.advice)
    if kind == "markdown":
        need(content, "content", code=44004)
    elif kind == "textcard":
        for name, code in NEEDED.items():
            need(content, name, code=code)
        addresses(content, "url")
    else:
        call.corp.media.find(content.get("media_id"), kind)
    return content


def _card(call: Call, content: dict[str, Any]) -> dict[str, Any]:
    cards.checked(content, call.entry.advice)
    if cards.answers(content) and not call.app.callbacks.url:
        raise Refused(43012)  # D 90313
    return content


def _text(call: Call, content: dict[str, Any]) -> dict[str, Any]:
    if not content.get("content"):
        raise Refused(44004)
    short = cut(content["content"], call.limits.text)
    if short != content["content"]:
        call.journal.cut.append(call.entry)
    return {"content": short}


def _same(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def _repeated(call: Call) -> str:
    """D 90236: the same JSON within the interval is not delivered twice. Answered with the first msgid, no code: M."""
    interval = call.body.get("duplicate_check_interval", call.limits.check_seconds)
    if not 0 < interval <= call.limits.check_most:
        raise Stray(f"duplicate_check_interval is {interval}")
    at, msgid = call.app.checked.get(_same(call.body), (0, ""))
    return msgid if call.body.get("enable_duplicate_check") and call.now - at < interval else ""


def task_is_new(call: Call, card: dict[str, Any]) -> bool:
    """D 90236: unique within the app. What a second one meets is not documented: see `Limits.task_twice_silent`."""
    if not card.get("task_id") or card["task_id"] not in call.app.tasks:
        return True
    call.violates("a task_id for the second time")
    if call.limits.task_twice_silent:
        return False
    raise Refused(42014)


def _quota(call: Call, people: int) -> None:
    """D 90312: a call to 1000 members counts 1000. A calendar day is taken as 24 hours: M."""
    today = call.app.today
    while today and today[0][0] <= call.now - 86400:
        today.popleft()
    if sum(count for _, count in today) + people > call.limits.accounts * call.limits.day_per_account:
        raise Refused(45009)
    today.append((call.now, people))


def _deliver(call: Call, sent: Sent, member: "Member", kind: str, content: dict[str, Any]) -> None:
    reached = Reached(call.now, call.app.agent_id, member.key, sent.id, kind)
    if not _in_rate(call, member.key):
        call.journal.dropped.append(reached)
        return
    call.journal.reached.append(reached)
    file = call.corp.media.files[content["media_id"]] if "media_id" in content else None
    sent.messages[member.key] = Message(sent.id, call.app, kind, copy.deepcopy(content), call.now, file=file)
    member.gets(sent.messages[member.key])


def _in_rate(call: Call, user: str) -> bool:
    """D 90312. That a dropped message doesn't count towards the next limit is M."""
    times = call.app.times.setdefault(user, deque())
    while times and times[0] <= call.now - 3600:
        times.popleft()
    recent = sum(1 for at in times if at > call.now - 60)
    if recent >= call.limits.minute or len(times) >= call.limits.hour:
        return False
    times.append(call.now)
    return True
