"""What is asked before a piece goes to whoever lets it out: the plan's questions, one after the other. An answer that stops ends it
there: what is to be done is said, and the piece is kept with its answers."""

from collections.abc import Mapping
from typing import Any

from handlers.forms import Answers, Choice, Facts, Heard, Question, Refused, plain
from handlers.words import folded, of
from rules.bulletins import Answer, GateQuestion
from rules.county import Plan

Line = dict[str, Any]
YES, NO = of("是 有 能 会 还在 在办 还在办 yes y"), of("不是 没有 没 否 不能 不会 已办结 办结了 不在了 no n none")


def given(answers: Answers) -> dict[str, Answer]:
    return {one["asked"]: one["answer"] for one in (*answers.get("gate", ()), *answers.get("gate+", ()))}


def waiting(plan: Plan, answers: Answers) -> GateQuestion | None:
    """The first that has no answer."""
    known = given({"gate+": answers.get("gate+", ())})
    return next((one for one in plan.bulletins.asked_of(answers.get("category", "")) if one.id not in known), None)


def stopping(plan: Plan, answers: Answers) -> GateQuestion | None:
    known = given(answers)
    asked = plan.bulletins.asked_of(answers.get("category", ""))
    return next((one for one in asked if known.get(one.id) == one.stops), None)


def settle(plan: Plan, after: Answers) -> None:
    """Nothing is left to ask."""
    if "gate+" in after and waiting(plan, after) is None:
        after["gate"] = after.pop("gate+")


def _read(heard: Heard, facts: Facts) -> Any:
    said = heard.choice if heard.kind == "chose" else folded(plain(heard.text))
    answer = "yes" if said in YES else "no" if said in NO else None
    asked = facts["asked"]
    return {"asked": asked.id, "answer": answer} if answer and asked else Refused("want_choice")


def _shown(answers: Answers, facts: Facts) -> Mapping[str, Any]:
    return {"asked": facts["question"]}


QUESTION = Question(
    "gate",
    lambda heard: Refused("want_choice"),
    lambda answers, facts: (Choice("no"), Choice("yes", style="danger")),
    lambda answers, facts: facts["gated"],
    many=True,
    bounded=True,
    read=_read,
    ready=lambda answers, facts: False,
    shows=_shown,
)
