"""A unit turns out to be involved: it is excluded at once, with everyone who is one body with it.

exclude -> hand-overs to its kin recalled, who opened them is learnt, what waits to be said to them is not said
        -> no part any more in what was put to others from it
        -> intake itself? the next free office takes over
        -> nobody free? the way outside the county, said to the citizen
officials -> the sealed route from now on, as if it had come in there; whoever had it keeps the number, and what was put to
             others from it is pulled

What was merged into the tip goes with it: whoever may not read the one may not read the other.
"""

from typing import Any

from sqlalchemy import Row

from handlers import duty, matter, units
from handlers.citizens.filing import seated
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer
from handlers.coordinators.triage import write_to_citizens
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say
from handlers.matters import barring, pulled
from handlers.reading import OFFICIALS
from rules import routing, visibility
from rules.visibility import Power
from storage import duties, handovers, merges, people, tips


def _involvable(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*(Choice(one) for one in facts["officials"]), *units.offered(answers, facts, "unit"))


FORM = Form(
    "coordinators/involve",
    (
        Question("unit", units.typed, _involvable, asks="choice"),
        Question("reason", wording.written(500)),
    ),
    review=True,
    about=("_tip",),
    home="coordinators/case",
)


def facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return {"units": [], "likely": [], "officials": []}
    known = tips.involved(desk.tx, row.id)
    able = [one for one in desk.plan.nameable if one not in known]
    holders = (one.unit for one in handovers.of_tip(desk.tx, row.id))
    return {
        "units": able,
        "likely": units.likely(desk.plan, _told(desk, row), *holders),
        "officials": [OFFICIALS] if row.route == "open" else [],
    }


def _told(desk: Desk, row: Row[Any]) -> str:
    """All that citizens said of the matter."""
    parts = merges.contributors(desk.tx, row)
    content = (text for one in parts for text in tips.content(desk.tx, one).values() if isinstance(text, str))
    later = (said["text"] for one in parts for said in tips.dialogue(desk.tx, one.id) if said["author"] == "citizen")
    return "\n".join((*content, *later))


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """A unit that was named in words is looked for."""
    if "unit" not in after or units.narrowed(desk, facts(desk, after), after, "unit"):
        return None
    return Outcome((Say("staff/todo:no_unit"),))


def finish(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    unit, able = answers["unit"], facts(desk, answers)
    if row is None or unit not in (*able["officials"], *able["units"]):
        return no_longer(answers)
    if unit == OFFICIALS:
        return _to_the_sealed_route(desk, row, answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "involved", person=desk.person, unit=unit, note=answers["reason"])
    data = {"number": row.number, "unit": unit} | exclude(desk, row, frozenset({unit}))
    here = matter.may(desk, row, Power.READ)
    return Outcome((Say("coordinators/involve:done", data),), card(answers) if here else ("go.todo", {}))


def _to_the_sealed_route(desk: Desk, row: Row[Any], answers: Answers) -> Outcome:
    """Never to nobody: while the sealed seat is vacant or itself involved, it is told whom outside to turn to."""
    involved = tips.involved(desk.tx, row.id)
    seat = routing.sealed_seat_for(desk.plan, involved)
    if seat is None or not seated(desk, seat.unit, seat.seat, involved):
        outside = routing.outside_of(desk.plan)
        data = {"name": outside.name.in_(desk.chat.language), "number": outside.number}
        return Outcome((Say("coordinators/involve:nobody_sealed", {"outside": data}),), card(answers))
    tips.move(desk.tx, row.id, desk.now, "staff", "sealed", person=desk.person, note=answers["reason"])
    whole = (row, *merges.merged_here(desk.tx, row.id))
    opened = [one for part in whole for one in _sealed_off(desk, part)]
    gone = pulled.of_tips(desk, [part.id for part in whole], silently=True)
    duties.close_all(desk.tx, desk.now, row.id)
    now_sealed = tips.by_id(desk.tx, row.id)
    assert now_sealed is not None
    _passed_on(desk, now_sealed, seat.unit)
    here = matter.may(desk, now_sealed, Power.READ)
    said = Say("coordinators/involve:sealed", {"number": row.number, "opened": opened, "pulled": gone})
    return Outcome((said,), card(answers) if here else ("go.todo", {}))


def _sealed_off(desk: Desk, row: Row[Any]) -> list[dict[str, Any]]:
    """What was handed out is recalled without a word, what waits to be said of it is said to nobody."""
    tips.seal_off(desk.tx, row.id, desk.now)
    matter.take_back(desk, row, {one.person for one in people.roster(desk.tx, row.county)})
    desk.audit("sealed", row.number)
    return _taken_back(desk, row, frozenset(one.unit for one in handovers.of_tip(desk.tx, row.id)))


def exclude(desk: Desk, row: Row[Any], units: frozenset[str]) -> dict[str, Any]:
    """From this commit on. What it led to: who had opened a recalled copy, which office has it now."""
    involved = units | tips.involved(desk.tx, row.id)
    whole = (row, *merges.merged_here(desk.tx, row.id))
    found = [shut_out(desk, one, involved) for one in whole]
    office = _office(desk, row, involved)
    if office is None:
        _sent_outside(desk, row)
        pulled.of_tips(desk, [one.id for one in whole])
    elif office != row.intake or _holder_barred(desk, row):
        _passed_on(desk, row, office)
        barring.rehome(desk, [one.id for one in whole], office)
    told: dict[str, Any] = {name: [line for one in found for line in one[name]] for name in ("opened", "put")}
    return told | {"moved": office if office != row.intake else None, "outside": office is None}


def shut_out(desk: Desk, row: Row[Any], units: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """From this one tip. Who of them had `opened` a copy of it, and what of it was `put` to them."""
    for unit in units - tips.involved(desk.tx, row.id):
        tips.involve(desk.tx, row.id, unit)
        desk.audit("involved", row.number, unit)
    barred = desk.plan.kin_of(units)
    matter.take_back(desk, row, people.members(desk.tx, row.county, barred))
    return {"opened": _taken_back(desk, row, barred), "put": barring.shut_out(desk, row.id, barred)}


def _taken_back(desk: Desk, row: Row[Any], barred: frozenset[str]) -> list[dict[str, Any]]:
    """Without a word to the units: nothing that is about them is sent to them."""
    for one in handovers.of_tip(desk.tx, row.id):
        live = one.unit in barred and one.status != "recalled"
        if live and handovers.change(desk.tx, one.id, (one.status,), status="recalled", closed_at=desk.now):
            duties.close(desk.tx, desk.now, tip=row.id, kinds=("sign", "decide"), handover=one.id)
            about = {"unit": one.unit, "handover": one.id}
            tips.move(desk.tx, row.id, desk.now, "staff", "recalled", person=desk.person, **about)
            desk.audit("recalled", row.number, one.unit)
    matter.settle(desk, row)
    return [readers_line(desk, one) for one in handovers.readers(desk.tx, row.id) if one.unit in barred]


def readers_line(desk: Desk, one: Row[Any]) -> dict[str, Any]:
    return {"unit": one.unit, "at": matter.stamp(one.at), "who": people.name(desk.tx, one.person)}


def _office(desk: Desk, row: Row[Any], involved: frozenset[str]) -> str | None:
    """Who may have it from now on: the office that has it, while it is free of the matter; else the plan's next."""
    if row.intake not in desk.plan.kin_of(involved):
        return str(row.intake)
    return None if row.route == "sealed" else routing.intake_for(desk.plan, involved)


def _holder_barred(desk: Desk, row: Row[Any]) -> bool:
    if row.taken_by is None:
        return False
    tip = matter.facts_of(desk, [row])[row.id]
    return visibility.excluded(desk.plan, matter.viewer(desk, row.taken_by), tip)


def _passed_on(desk: Desk, row: Row[Any], office: str) -> None:
    """As if it had just come in, with an alert there; the old office keeps neither clock nor message. What was merged
    into it moves along."""
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("receive", "now"))
    held = any(one.status in handovers.HELD for one in handovers.of_tip(desk.tx, row.id))
    tips.change(desk.tx, row.id, desk.now, intake=office, taken_by=None, status="handed" if held else "received")
    for one in merges.merged_here(desk.tx, row.id):
        tips.change(desk.tx, one.id, desk.now, intake=office, taken_by=None)
    duty.decision(desk, row)
    tips.move(desk.tx, row.id, desk.now, "staff", "moved", person=desk.person, unit=office, late=late)
    desk.audit("moved", row.number, office)
    again = f"{row.id}:{desk.now.timestamp()}"
    seat, ladder = ("sealed", "tip_sealed") if row.route == "sealed" else ("intake", "tip_receive")
    about = {"unit": office, "clock": "receive", "tip": row.id}
    duty.open_(desk, "receive", once=f"receive:{again}", seat=seat, ladder=ladder, **about)
    if row.urgent and not held:
        ladder = "sealed_now" if row.route == "sealed" else "happening_now"
        duty.open_(desk, "now", once=f"now:{again}", seat="duty", ladder=ladder, **about)
    duties.readdress(desk.tx, row.id, "tell_filing", office, desk.now)
    duties.close(desk.tx, desk.now, tip=row.id, kinds=(duties.OUTLIVES,))
    duty.exposure(desk, row)


def _sent_outside(desk: Desk, row: Row[Any]) -> None:
    """Every office that could take it is involved: nobody here reads it any more, and the citizen learns who does."""
    outside = routing.outside_of(desk.plan)
    zh = f"这里没有可以办理此事的单位，请直接向{outside.name.zh}反映：{outside.number}。"
    en = f"No office here may deal with this; please turn to {outside.name.en}: {outside.number}."
    write_to_citizens(desk, row, matter.in_both(zh, en))
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person)
    matter.end(desk, row, "closed", "passed_on")
    duties.close(desk.tx, desk.now, tip=row.id, kinds=(duties.OUTLIVES,))


CONVERSATION = Conversation(FORM, finish, "staff", facts, notice)
