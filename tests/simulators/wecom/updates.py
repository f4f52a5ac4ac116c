"""What was sent, changed or taken back: message/update_template_card, message/recall [D 94888, 94867]."""

import copy
from typing import Any

from . import cards
from .apps import Code, Sent
from .calls import Call
from .rules import Refused, Stray
from .sends import task_is_new


def update(call: Call) -> dict[str, Any]:
    call.agent(call.body.get("agentid"))
    code = _code(call)
    users = _targets(call.body, code.sent)
    bad = sorted(set(users) - code.sent.messages.keys())
    if len(bad) == len(users):
        raise Refused(82102, invaliduser=bad)
    name, card = _instead(call, code.sent)
    code.used = True  # that a refused update leaves the code usable is M
    for user in set(users) - set(bad):
        message = code.sent.messages[user]
        message.content, message.pressed = copy.deepcopy(card) or message.content, name
        call.corp.members[user].notices(message.sender, message)
    return {"invaliduser": bad}


def _code(call: Call) -> Code:
    """Once, within 72 hours [D 94888]; that an unknown code is answered the same is M."""
    code = call.corp.codes.get(call.body.get("response_code", ""))
    if code is None or code.used or call.now - code.at >= call.limits.code_seconds:
        raise Refused(60140)
    if code.sent.app is not call.app:
        raise Refused(42015)
    return code


def _instead(call: Call, sent: Sent) -> tuple[str, dict[str, Any]]:
    """Words in the place of the buttons, for cards that have some [D 94888, the code M], or another card."""
    if "button" in call.body:
        if not call.body["button"].get("replace_name"):
            raise Refused(42020)  # D 90313: the button's name is missing
        if sent.card not in cards.ANSWERING:
            raise Refused(40058)
        return call.body["button"]["replace_name"], {}
    if "template_card" not in call.body:
        raise Refused(40063)
    card = cards.checked(copy.deepcopy(call.body["template_card"]), call.entry.advice)
    _renamed(call, card, sent)
    return "", card


def _renamed(call: Call, card: dict[str, Any], sent: Sent) -> None:
    """A new card may keep its task_id or bring a new one, not one of another card: M."""
    own = {one.content.get("task_id") for one in sent.messages.values()}
    if card.get("task_id") not in own:
        task_is_new(call, card)
        call.app.tasks.add(card.get("task_id", ""))


def _targets(body: dict[str, Any], sent: Sent) -> list[str]:
    if body.get("partyids") or body.get("tagids"):
        raise Stray("departments and tags are not simulated")
    if body.get("atall"):
        return sorted(sent.messages)
    users = sorted({one.lower() for one in body.get("userids", [])})
    if not users:
        raise Refused(82101)
    if len(users) > 1000:
        raise Refused(40032)  # D 94888 has the number, the code is M
    return users


def recall(call: Call) -> dict[str, Any]:
    sent = call.app.sent.get(call.body.get("msgid", ""))
    if sent is None:
        raise Refused(40058)  # D 90313: nobody's, or another app's
    if call.now - sent.at >= call.limits.recall_seconds:
        raise Refused(42052)
    for user, message in sent.messages.items():
        message.gone = True
        call.corp.members[user].bell.ring()
    return {}
