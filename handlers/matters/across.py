"""Another county of the same deployment: what is put to it comes in there as a matter of its own, and what is done with it there
moves its party here, in one commit.

What crosses is what a letter would carry, and the moves of the two parties with what was said and sent at them: no course, no
names, no other parties. Neither county's desk reaches a row of the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.matters import held, making, views
from handlers.matters.held import HOSTED, Held
from handlers.matters.making import NOBODY, Said
from rules import courses
from rules.county import Plan
from rules.courses import Party, Possible
from rules.pasted import sheet
from rules.regimes import ASKED_BY, Regime
from rules.unit_sets import members
from storage import attachments, matter_moves, matters
from storage.attachments import Owner

LANGUAGES = ("zh", "en")


def counties(desk: Desk, regime: Regime) -> tuple[str, ...]:
    """Those that would receive it inside, as parties are kept; a sealed one goes from hand to hand."""
    others = (plan for plan in desk.setting.plans.values() if plan.id != desk.plan.id and not regime.sealed)
    return tuple(f"{HOSTED}{plan.id}" for plan in others if receiving(plan, regime.id) is not None)


def receiving(plan: Plan, regime: str) -> Regime | None:
    """As what a county takes in another's matter: what it says itself, else its own regime of the same id, which its intake must
    be able to have a part in."""
    found = next((one for one in plan.regimes.values() if regime in one.receives), plan.regimes.get(regime))
    if found is None or found.straight is None:
        return None
    return found if found.receives or any(plan.intake.unit in units for units in _first(plan, found).values()) else None


def _first(plan: Plan, regime: Regime) -> dict[str, tuple[str, ...]]:
    """Who has the chosen parts at first: the county's intake, which may pass it on."""
    adds = regime.moves[regime.straight or ""].adds
    roles = (regime.roles[role] for role in adds if regime.roles[role].chosen)
    return {role.id: tuple(one for one in members(plan, role.who) if one == plan.intake.unit) for role in roles}


def make(desk: Desk, one: Held, done: Possible, said: Said) -> Held:
    """A move of this county's, and what it means to another that has a part in it or that it came from."""
    after = making.make(desk, one, done, said)
    for party in after.course.parties:
        if party.hosted and party.id != _sender(after):
            _onward(desk, one, after, party, done, said)
    if one.row.sender is not None:
        _back(desk, one.row, done, said)
    return after


def _sender(one: Held) -> int | None:
    """In a matter that came in: the party that the other county is."""
    if one.row.sender is None:
        return None
    return next(party.id for party in one.course.parties if party.role == one.regime.starter)


def _onward(desk: Desk, before: Held, after: Held, party: Party, done: Possible, said: Said) -> None:
    was = before.rows.get(party.id)
    if was is None or (was.times < after.rows[party.id].times and party.role in done.move.adds):
        _put(desk, after, party, said)
    elif _own(after.regime, done) and (row := matters.received(desk.tx, party.id)) is not None:
        theirs = desk_in(desk, row.county)
        there = _held(theirs, row)
        sender = next(one for one in there.course.parties if one.role == there.regime.starter)
        _mirrored(desk, theirs, there, sender, done, said)


def _own(regime: Regime, done: Possible) -> bool:
    """What whoever began it does with a part of their own."""
    return regime.begun_by(done.by.role) and done.party.id == done.by.id


def _back(desk: Desk, mine: Row[Any], done: Possible, said: Said) -> None:
    """Sign, hand back, answer: whoever put it is told in their own matter. One that was handed back and sent here again as another
    moves them no more."""
    party = matters.party(desk.tx, mine.sender)
    row = matters.by_id(desk.tx, party.matter) if party is not None else None
    latest = matters.received(desk.tx, mine.sender)
    if row is None or latest is None or latest.id != mine.id:
        return
    theirs = desk_in(desk, row.county)
    there = _held(theirs, row)
    stands = next(one for one in there.course.parties if one.id == mine.sender)
    _mirrored(desk, theirs, there, stands, done, said)


def _mirrored(desk: Desk, theirs: Desk, there: Held, party: Party, done: Possible, said: Said) -> None:
    """Nothing where their regime has no such move: it is this county's own affair. One that is not open to the party there now
    moves nobody, but is written down and told."""
    meant = there.course.meant_by(party, done.move)
    if not meant:
        return
    crossing = _crossing(desk, theirs, there.row, done, said)
    possible = there.course.by_another_county(party, done.move)
    if possible is not None:
        making.make(theirs, there, possible, crossing)
    else:
        _noted(theirs, there, meant[0], crossing)


def _noted(theirs: Desk, there: Held, done: Possible, said: Said) -> None:
    about: dict[str, Any] = {"party": done.party.id, "stage": done.party.stage, "unit": done.by.unit, "person": NOBODY}
    matter_moves.move(theirs.tx, there.row, theirs.now, done.move.id, said=said.words, **about)
    theirs.audit("matter noted", there.row.number, done.move.id)
    making.tell(theirs, held.known(theirs, there.row.id), done)


def desk_in(desk: Desk, county: str) -> Desk:
    """For the machinery: nobody sits at it, and what is written there bears nobody's name."""
    return Desk(desk.tx, desk.now, desk.setting, replace(desk.chat, county=county, person=None, state={}))


def _held(theirs: Desk, row: Row[Any]) -> Held:
    theirs.not_before(matter_moves.latest(theirs.tx, row.id))
    return held.known(theirs, row.id)


def _crossing(desk: Desk, theirs: Desk, row: Row[Any], done: Possible, said: Said) -> Said:
    """What was said, a form as the list it was filled in as, and copies of what was sent with it."""
    attachments.copied(desk.tx, said.files, theirs.plan.id, Owner("matter", row.id))
    words = {name: said.words[name] for name in ("reason", "note", "reference", "on") if said.words.get(name)}
    if done.move.form:
        words["sheet"] = _sheet(desk, done.move.form, said.words.get("values", {}))
    return Said(words, said.until)


def _sheet(desk: Desk, form: str | None, values: Mapping[str, Any]) -> dict[str, str]:
    asked = desk.plan.forms.get(form or "")
    return {one: sheet(asked, values, one) for one in LANGUAGES} if asked is not None else {}


# -- put there -----------------------------------------------------------------------------------------------------------


def _put(desk: Desk, one: Held, party: Party, said: Said) -> None:
    """As their matter, with a number of their own, to their intake; copies of what the sender had sent with it."""
    theirs = desk_in(desk, party.unit.removeprefix(HOSTED))
    regime = receiving(theirs.plan, one.regime.id)
    if regime is None or regime.straight is None:
        return
    row = _received(theirs, regime, f"{HOSTED}{desk.plan.id}", _about(desk, one, party), party)
    attachments.copied(theirs.tx, _own_files(desk, one), theirs.plan.id, Owner("matter", row.id))
    there = held.known(theirs, row.id)
    begun = there.course.parties[0]
    sends = Possible(regime.moves[regime.straight], begun, begun)
    making.make(theirs, there, sends, Said(units=_first(theirs.plan, regime)))


def _received(theirs: Desk, regime: Regime, sender: str, content: dict[str, Any], party: Party) -> Row[Any]:
    """`party`: what the sender's matter calls this county."""
    about: dict[str, Any] = {"unit": sender, "person": NOBODY, "at": theirs.now, "urgent": regime.urgent}
    plan = theirs.plan
    row = matters.begin(theirs.tx, plan.id, plan.letters, regime.id, content=content, sender=party.id, **about)
    number = making.enter(theirs, regime, row, regime.starter, sender, "", regime.opens, {})
    matter_moves.move(theirs.tx, row, theirs.now, "", party=number, stage=regime.opens, unit=sender, person=NOBODY)
    theirs.audit("matter received", row.number, regime.id)
    return row


def _about(desk: Desk, one: Held, party: Party) -> dict[str, Any]:
    """What a letter would say: by which door it was put, and by which day an answer is asked for."""
    content = matters.content(desk.tx, one.row)
    values = content.get("values", {})
    door = next((way for way in one.regime.ways if way.id == content.get("door")), one.regime)
    unit = desk.plan.units.get(one.row.unit)
    name = (unit.full or unit.name) if unit else desk.plan.name
    told = {
        "unit": {language: name.in_(language) for language in LANGUAGES},
        "regime": {language: door.name.in_(language) for language in LANGUAGES},
        "phone": views.phone(desk, one.row.unit),
        "number": one.rows[party.id].number,
    }
    sheets = _sheet(desk, views.form_of(one, content), values)
    plan = desk.plan
    by = courses.asked_by(one.regime, party, plan.duties, values, desk.now, plan.calendar, plan.tz)
    asked = {ASKED_BY: by.isoformat()} if by is not None else {}
    return {"title": content.get("title", ""), "values": asked, "sheet": sheets, "from": told}


def rehomed(desk: Desk, one: Held) -> None:
    """Whom they turn to there is another unit from now on."""
    for party in one.course.parties:
        row = matters.received(desk.tx, party.id) if party.hosted else None
        if row is not None and row.pulled_at is None:
            matters.restate(desk.tx, row, matters.content(desk.tx, row) | {"from": _about(desk, one, party)["from"]})


def _own_files(desk: Desk, one: Held) -> list[int]:
    """What the sender put to it; not what another party has sent with a move of its own."""
    theirs = {
        number
        for move in matter_moves.of_matter(desk.tx, one.row.id)
        if move.unit != held.now_of(desk, one.row.unit)
        for number in matter_moves.said(desk.tx, move).get("files", ())
    }
    return [row.id for row in attachments.of_owner(desk.tx, Owner("matter", one.row.id)) if row.id not in theirs]
