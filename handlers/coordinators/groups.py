"""工作群: the groups that an office tells that something is there. One is bound by a code, which whoever asked for it says in the
group; those that stand in the configuration are shown, and changed there.

Nothing is heard in a group and nobody answered there: a wrong code meets silence, and whose code it is learns what was amiss.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators.roster import via
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import OFFICE, offices
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from rules.county import Plan
from storage import bots, groups, people, pushes
from storage.database import Tx
from storage.groups import VALID
from storage.pushes import Push

NAME = "staff/groups"
BIND, LEAVE = "bind", "leave"
SURE = (Choice("yes", style="danger"), Choice("no"))


def said_here(desk: Desk, text: str) -> tuple[str, str] | None:
    """A code that is to be said in the group, said in this chat."""
    if not offices(desk) or (code := people.CODE.search(text)) is None:
        return None
    known = (groups.promised(desk.tx, one, code[0], desk.now) for one in desk.setting.for_groups(desk.plan.id))
    return ("groups", "here") if any(known) else None


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: a code was said here."""
    if argument:
        return Outcome((Say(f"{NAME}:said_here"),))
    return Outcome((Say(f"{NAME}:not_yours"),)) if not offices(desk) else Outcome(next=(NAME, {}))


def void(desk: Desk, answers: Answers) -> str | None:
    return None if offices(desk) else f"{NAME}:not_yours"


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    ours = tuple(Choice(str(one["id"]), str(one["n"])) for one in facts["said"]["groups"] if one["bound"])
    bind = (Choice(BIND, style="primary"),) if facts["said"]["can_bind"] else ()
    return (*ours, *bind, Choice(LEAVE, style="quiet"))


FORM = Form(
    NAME,
    (
        Question("which", chosen, _choices, asks="choice"),
        Question(
            "office",
            chosen,
            OFFICE.choices,
            lambda a, f: a.get("which") == BIND and len(f["offices"]) > 1,
            asks="choice",
        ),
        Question("sure", chosen, lambda a, f: SURE, lambda a, f: a.get("which") not in (BIND, LEAVE), asks="choice"),
    ),
)


def facts(desk: Desk, answers: Answers) -> Facts:
    own = offices(desk)
    lines = [_line(desk, n, one) for n, one in enumerate(groups.of_offices(desk.tx, desk.plan.id, own), 1)]
    which = next((one for one in lines if str(one["id"]) == answers.get("which")), None)
    can_bind = bool(desk.setting.for_groups(desk.plan.id))
    return {"offices": own, "said": {"groups": lines, "which": which, "can_bind": can_bind, "many": len(own) > 1}}


def _line(desk: Desk, n: int, one: Row[Any]) -> dict[str, Any]:
    who = people.name(desk.tx, one.made_by)
    known = {"id": one.id, "n": n, "via": via(desk, one.channel), "office": one.office, "who": who}
    return known | {"at": matter.stamp(one.made_at), "bound": one.made_by is not None}


def finished(desk: Desk, answers: Answers) -> Outcome:
    if answers["which"] == LEAVE:
        return Outcome(next=("go.menu", {}))
    if answers["which"] == BIND:
        return _promised(desk, answers.get("office") or offices(desk)[0])
    mine = {str(one.id) for one in groups.of_offices(desk.tx, desk.plan.id, offices(desk)) if one.made_by is not None}
    if answers["sure"] != "yes" or answers["which"] not in mine:
        return Outcome(next=(NAME, {}))
    groups.end(desk.tx, int(answers["which"]), desk.now)
    desk.audit("group unbound", answers["which"])
    return Outcome((Say(f"{NAME}:unbound"),), (NAME, {}))


def _promised(desk: Desk, office: str) -> Outcome:
    """The code is shown once; it is kept as a MAC."""
    if office not in offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    (channel, *_) = desk.setting.for_groups(desk.plan.id)
    code = groups.expect(desk.tx, desk.plan.id, office, channel, desk.person, desk.now)
    told = {"code": code, "minutes": int(VALID.total_seconds()) // 60}
    told["link"] = bots.into_group(desk.tx, channel, code)
    desk.audit("group expected", office)
    return Outcome((Say(f"{NAME}:code", told),), ("go.menu", {}))


CONVERSATION = Conversation(FORM, finished, "staff", facts, void=void)


# -- said in a group -----------------------------------------------------------------------------------------------------


def said_by_another(tx: Tx, plan: Plan, promise: Row[Any]) -> None:
    """By somebody else, or as the group itself, as whoever runs it may: whose code it is should know."""
    told = Push(plan.id, f"{NAME}:said_by_another", {}, [], f"group_amiss:{promise.id}")
    pushes.to_people(tx, [promise.made_by], told)


def bound(desk: Desk, promise: Row[Any], lane: int) -> bool:
    """By the code of whoever sits at this desk: whether their office tells this group from now on."""
    desk.sit()
    if promise.office not in offices(desk) or not groups.bind(desk.tx, promise.id, lane, desk.now):
        return False
    groups.greet(desk.tx, desk.plan.id, promise.channel, lane)
    desk.tell([desk.person], Say(f"{NAME}:bound"), f"group_bound:{promise.id}", calm=False)
    desk.audit("group bound", str(promise.id), promise.office)
    return True
