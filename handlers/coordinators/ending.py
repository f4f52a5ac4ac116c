"""Ways a tip ends: spam or not ours, merged into another, closed with an outcome in words."""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer, taken
from handlers.coordinators.involve import exclude, shut_out
from handlers.coordinators.triage import OUTCOMES, told_filing, write_to_citizen
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, said
from rules.visibility import Power
from storage import handovers, tips

# -- spam, or not ours ---------------------------------------------------------------------------------------------------


def _elsewhere(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="elsewhere") for key in facts["elsewhere"])


MARK = Form(
    "coordinators/mark",
    (
        Question("what", chosen, lambda a, f: (Choice("spam"), Choice("outside")), asks="choice"),
        Question("where", chosen, _elsewhere, lambda a, f: a.get("what") == "outside", asks="choice"),
        Question("reason", said(500)),
    ),
    review=True,
    about=("_tip",),
)


def mark_facts(desk: Desk, answers: Answers) -> Facts:
    return {"elsewhere": desk.plan.elsewhere}


def marked(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    what, reason = answers["what"], answers["reason"]
    if what == "outside":
        write_to_citizen(desk, row, _directed(desk, answers["where"]))
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person, note=reason)
    matter.end(desk, row, "closed", what)
    return Outcome((Say("coordinators/mark:done", {"what": what, "number": row.number}),), ("go.todo", {}))


def _directed(desk: Desk, where: str) -> str:
    """The right hotline. In both languages: what the citizen reads is kept as text, and may be read in either."""
    place = desk.plan.elsewhere[where]
    line = desk.plan.hotlines[place.hotline]
    zh = f"{place.name.zh}：请拨打 {line.number}（{line.name.zh}）。"
    return f"{zh} / {place.name.en}: please call {line.number} ({line.name.en})."


# -- merge ---------------------------------------------------------------------------------------------------------------


def _likely(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"into.{number}", number) for number in facts["likely"])


def _into(heard: Heard) -> Any:
    return heard.choice.removeprefix("into.") if heard.kind == "chose" else said(20)(heard)


MERGE = Form("coordinators/merge", (Question("into", _into, _likely),), review=True, numbers=True, about=("_tip",))


def merge_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.MERGE)
    alike = matter.visible_alike(desk, row) if row else []
    likely = [{"number": one.number, "by": by} for one, by in alike if one.status in tips.OPEN]
    return {"likely": [one["number"] for one in likely], "said": {"likely": likely}}


def merged(desk: Desk, answers: Answers) -> Outcome:
    """Both must be readable and open to this person; the citizens of both keep their own numbers and answers. Who is
    involved in the one is from now on involved in the other, before anybody is told of the merging. Whoever had the one
    has the other, unless somebody has it already."""
    row, into = matter.reach(desk, answers["_tip"], Power.MERGE), _other(desk, answers["into"])
    if row is None or into is None or into.id == row.id or into.route != row.route:
        return Outcome((Say("coordinators/merge:impossible"),), card(answers))
    involved = tips.involved(desk.tx, row.id) | tips.involved(desk.tx, into.id)
    shut_out(desk, row, involved)
    tips.move(desk.tx, row.id, desk.now, "staff", "merged", person=desk.person, note=into.number)
    tips.move(desk.tx, into.id, desk.now, "staff", "merged_here", person=desk.person, note=row.number)
    matter.end(desk, row, "merged", merged_into=into.id)
    exclude(desk, into, involved)
    done = Say("coordinators/merge:done", {"number": row.number, "into": into.number})
    goes_on = tips.by_id(desk.tx, into.id)
    if goes_on is not None and row.taken_by == desk.person and matter.may(desk, goes_on, Power.TAKE):
        mine = taken(desk, goes_on, "take")
        return Outcome((done, *mine.says), mine.next)
    return Outcome((done,), card({"_tip": into.id}))


def _other(desk: Desk, number: str) -> Row[Any] | None:
    row = tips.by_number(desk.tx, number)
    reached = matter.reach(desk, row.id, Power.READ) if row else None
    return reached if reached is not None and reached.status in tips.OPEN else None


# -- close ---------------------------------------------------------------------------------------------------------------

CLOSE = Form(
    "coordinators/close",
    (
        Question("outcome", chosen, lambda a, f: tuple(Choice(one) for one in OUTCOMES), asks="choice"),
        Question("words", said(1000)),
        wording.LOOK,
    ),
    review=True,
    about=("_tip",),
)


def close_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    given = handovers.of_tip(desk.tx, row.id) if row else []
    look = wording.looked_at(answers, "words")
    return look | {"said": look["said"] | {"working": [one.unit for one in given if one.status in handovers.LIVE]}}


def closed(desk: Desk, answers: Answers) -> Outcome:
    """With an outcome in words, for every citizen whose tip was merged here as well."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    for one in (row, *tips.merged_here(desk.tx, row.id)):
        write_to_citizen(desk, one, answers["words"])
    late = told_filing(desk, row)
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person, note=answers["words"], late=late)
    matter.end(desk, row, "closed", answers["outcome"])
    return Outcome((Say("coordinators/close:done", {"number": row.number}),), ("go.todo", {}))


CONVERSATIONS = (
    Conversation(MARK, marked, "staff", mark_facts),
    Conversation(MERGE, merged, "staff", merge_facts),
    Conversation(CLOSE, closed, "staff", close_facts, wording.words_notice),
)
