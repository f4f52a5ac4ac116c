"""Ways a tip ends: spam or not ours, merged into another, closed with an outcome in words."""

from typing import Any

from sqlalchemy import Row

from handlers import corrections, duty, matter
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer, taken
from handlers.coordinators.involve import exclude, shut_out
from handlers.coordinators.triage import decided, write_to_citizens
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, said
from rules.visibility import Power
from storage import handovers, merges, tips

OUTCOMES = ("confirmed", "not_confirmed", "passed_on")  # those that are told to the citizen in words

# -- spam, or not ours ---------------------------------------------------------------------------------------------------


def _elsewhere(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="elsewhere") for key in facts["elsewhere"])


MARK = Form(
    "coordinators/mark",
    (
        Question("what", chosen, lambda a, f: (Choice("spam"), Choice("outside")), asks="choice"),
        Question("where", chosen, _elsewhere, lambda a, f: a.get("what") == "outside", asks="choice"),
        Question("reason", wording.written(500)),
    ),
    review=True,
    about=("_tip",),
    home="coordinators/case",
)


def mark_facts(desk: Desk, answers: Answers) -> Facts:
    exposed = answers["_tip"] in merges.exposed(desk.tx, [answers["_tip"]])
    return {"elsewhere": desk.plan.elsewhere, "said": {"exposed": exposed}}


def marked(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    what, reason = answers["what"], answers["reason"]
    told = write_to_citizens(desk, row, _directed(desk, answers["where"])) if what == "outside" else ""
    late = decided(desk, row)
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person, note=reason, late=late)
    matter.end(desk, row, "closed", what)
    return Outcome(
        (Say("coordinators/mark:done", {"what": what, "number": row.number, "told": told}),), ("go.todo", {})
    )


def _directed(desk: Desk, where: str) -> str:
    """The right hotline. In both languages: what the citizen reads is kept as text, and may be read in either."""
    place = desk.plan.elsewhere[where]
    line = desk.plan.hotlines[place.hotline]
    zh = f"{place.name.zh}：请拨打 {line.number}（{line.name.zh}）。"
    return matter.in_both(zh, f"{place.name.en}: please call {line.number} ({line.name.en}).")


# -- merge ---------------------------------------------------------------------------------------------------------------


def _likely(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"into.{number}", number) for number in facts["likely"])


def _into(heard: Heard) -> Any:
    return heard.choice.removeprefix("into.") if heard.kind == "chose" else said(20)(heard)


MERGE = Form(
    "coordinators/merge",
    (Question("into", _into, _likely),),
    review=True,
    numbers=True,
    about=("_tip",),
    home="coordinators/case",
)


def merge_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.MERGE)
    alike = matter.visible_alike(desk, row) if row else []
    likely = [{"number": one.number, "by": by} for one, by in alike if one.status in tips.OPEN]
    return {"likely": [one["number"] for one in likely], "said": {"likely": likely}}


def merge_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """A number that cannot be it is refused where it is typed."""
    if "into" not in after or _may_merge(desk, after["_tip"], tips.by_number(desk.tx, after["into"])):
        return None
    del after["into"]
    return Outcome((Say("coordinators/merge:impossible"),))


def _may_merge(desk: Desk, tip: int, other: Row[Any] | None) -> bool:
    row, into = tips.by_id(desk.tx, tip), _other(desk, other)
    return row is not None and into is not None and into.id != row.id and into.route == row.route


def merged(desk: Desk, answers: Answers) -> Outcome:
    """Both must be readable and open to this person; the citizens of both keep their own numbers and answers. Who is
    involved in the one is from now on involved in the other, before anybody is told of the merging. Whoever had the one
    has the other, unless somebody has it already."""
    other = tips.by_number(desk.tx, answers["into"])
    merges.hold(desk.tx, answers["_tip"], *([other.id] if other is not None else []))
    row, into = matter.reach(desk, answers["_tip"], Power.MERGE), _other(desk, other)
    if row is None or into is None or not _may_merge(desk, row.id, into):
        return Outcome((Say("coordinators/merge:impossible"),), card(answers))
    involved = tips.involved(desk.tx, row.id) | tips.involved(desk.tx, into.id)
    shut_out(desk, row, involved)
    tips.move(desk.tx, row.id, desk.now, "staff", "merged", person=desk.person, note=into.number)
    tips.move(desk.tx, into.id, desk.now, "staff", "merged_here", person=desk.person, note=row.number)
    matter.end(desk, row, "merged", merged_into=into.id)
    duty.exposure(desk, row, into)
    exclude(desk, into, involved)
    done = Say("coordinators/merge:done", {"number": row.number, "into": into.number})
    goes_on = tips.by_id(desk.tx, into.id)
    if goes_on is not None and row.taken_by == desk.person and matter.may(desk, goes_on, Power.TAKE):
        mine = taken(desk, goes_on, "take")
        return Outcome((done, *mine.says), mine.next)
    return Outcome((done,), card({"_tip": into.id}))


def _other(desk: Desk, row: Row[Any] | None) -> Row[Any] | None:
    reached = matter.reach(desk, row.id, Power.READ) if row else None
    return reached if reached is not None and reached.status in tips.OPEN else None


# -- undone --------------------------------------------------------------------------------------------------------------

UNDO = Form(
    "coordinators/undo",
    (Question("reason", wording.written(300)),),
    review=True,
    about=("_tip",),
    home="coordinators/case",
)


def undo_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    found = corrections.undoable(desk, row) if row else None
    return {"said": {"number": found[0].number if found else "", "what": found[1]["move"] if found else "closed"}}


def undone(desk: Desk, answers: Answers) -> Outcome:
    """A new entry that names the one it takes back. The excluded stay excluded."""
    row = matter.reach(desk, answers["_tip"], Power.READ)
    found = corrections.undoable(desk, row) if row else None
    if row is None or found is None or not merges.hold_matter(desk.tx, found[0].id):
        return Outcome((Say("coordinators/correct:too_late"),), card(answers))
    if (found := corrections.undoable(desk, row)) is None:  # somebody was faster
        return Outcome((Say("coordinators/correct:too_late"),), card(answers))
    ended, last = found
    about = {"person": desk.person, "note": answers["reason"]}
    tips.move(desk.tx, ended.id, desk.now, "staff", "undone", corrects=last["id"], **about)
    if ended.merged_into is not None:
        tips.move(desk.tx, ended.merged_into, desk.now, "staff", "unmerged", person=desk.person, note=ended.number)
    if ended.outcome == "outside":
        write_to_citizens(
            desk,
            ended,
            matter.in_both(
                "前面的答复有误，以此为准：这件举报由我们继续办理。",
                "Our last reply was wrong: we go on with this tip.",
            ),
        )
    corrections.reopen(desk, ended)
    into = tips.by_id(desk.tx, ended.merged_into) if ended.merged_into is not None else None
    duty.exposure(desk, ended, *([into] if into is not None else []))
    desk.audit("undone", ended.number, last["move"])
    return Outcome((Say("coordinators/undo:done", {"number": ended.number}),), card({"_tip": ended.id}))


# -- close ---------------------------------------------------------------------------------------------------------------

FOUND = ("confirmed", "filed")  # a unit's word against which 未查实 is asked about once


def _anyway(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    edit = (Choice("edit", style="primary"),) if facts["said"]["contrary"] else ()
    return (Choice("yes", style="danger"), *edit, Choice("go.cancel", style="quiet"))


CLOSE = Form(
    "coordinators/close",
    (
        Question("outcome", chosen, lambda a, f: tuple(Choice(one) for one in OUTCOMES), asks="choice"),
        Question("heeded", chosen, _anyway, lambda a, f: bool(f["warned"]), asks="choice"),
        Question("words", wording.written(1000)),
        wording.LOOK,
    ),
    review=True,
    steered=wording.rewritten("words"),
    about=("_tip",),
    home="coordinators/case",
)


def close_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    given = handovers.of_tip(desk.tx, row.id) if row else []
    working = [one.unit for one in given if one.status in handovers.LIVE]
    exposed = row is not None and row.id in merges.exposed(desk.tx, [row.id])
    found = [one.unit for one in given if one.outcome in FOUND]
    contrary = found if answers.get("outcome") == "not_confirmed" else []
    return {"warned": exposed or contrary} | wording.looked_at(
        answers, "words", working=working, exposed=exposed, contrary=contrary
    )


def close_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """Another outcome is warned of anew; 改结果 asks for it."""
    if after.get("heeded") == "edit":
        after["*"] = "outcome"
    if after.get("heeded") == "edit" or (before or {}).get("outcome") != after.get("outcome"):
        after.pop("heeded", None)
    return wording.words_notice(desk, before, after)


def closed(desk: Desk, answers: Answers) -> Outcome:
    """With an outcome in words, for every citizen whose tip was merged here as well."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    told = write_to_citizens(desk, row, answers["words"])
    late = decided(desk, row)
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person, note=answers["words"], late=late)
    matter.end(desk, row, "closed", answers["outcome"])
    return Outcome((Say("coordinators/close:done", {"number": row.number, "told": told}),), ("go.todo", {}))


CONVERSATIONS = (
    Conversation(MARK, marked, "staff", mark_facts),
    Conversation(MERGE, merged, "staff", merge_facts, merge_notice),
    Conversation(UNDO, undone, "staff", undo_facts),
    Conversation(CLOSE, closed, "staff", close_facts, close_notice),
)
