"""The letter to a party that nobody sits for here: what it says, from the matter as it stands, with a stub that comes back signed.

Only what its sender handed in, its grounds and how to answer. It tells nothing of the tip it may have begun with, nothing of
other parties and nothing of the course; of a sealed matter its number and days alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from handlers import matter
from handlers.desk import Desk, Setting
from handlers.matters import held, views
from handlers.matters.held import Held
from rules.clauses import under
from rules.courses import Party
from rules.fields import shown
from rules.filings import FilingForm, Part, Slot
from storage import chats, duties, matters
from storage.database import Tx

KIND = "letter"


class Table(NamedTuple):
    """What was given several times: the seizure list, a row for each."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Letter:
    """`about`: what its words need; `rows`: the form, a name and a value each; `lists`: its parts that are repeated."""

    county: str
    language: str
    about: Mapping[str, Any]
    rows: tuple[tuple[str, str], ...]
    lists: tuple[Table, ...]


def due_to(desk: Desk, one: Held) -> tuple[Party, ...]:
    """The parties that get one from whoever speaks: those outside, of a matter that is theirs to send and still stands."""
    mine = {party.role for party in one.mine}
    if mine.isdisjoint(one.regime.starters) or one.row.pulled_at is not None:
        return ()
    return tuple(party for party in one.course.parties if party.outside and not party.hosted)


def may_print(desk: Desk, one: Held) -> bool:
    """A paper says it all: only where all may be shown. The sealed matter's says what whoever sends it may see."""
    return desk.entrance.disclosure.duties == "full" and (one.sees == "all" or one.regime.sealed)


def hung(desk: Desk, one: Held, party: int) -> dict[str, Any]:
    """As it hangs under a message: it is made when somebody takes it, and lies nowhere."""
    return {"id": party, "kind": KIND, "which": KIND, "n": one.rows[party].number}


def for_chat(setting: Setting, now: datetime, tx: Tx, chat: int, number: int) -> Letter | None:
    """Asked again each time it is taken, as with a file."""
    talk, row = chats.load(tx, [chat]).get(chat), matters.party(tx, number)
    if talk is None or talk.ended or talk.person is None or row is None or talk.county not in setting.plans:
        return None
    desk = Desk(tx, now, setting, talk)
    desk.sit()
    one = held.reach(desk, row.matter)
    party = next((each for each in due_to(desk, one) if each.id == number), None) if one is not None else None
    if one is None or party is None or not may_print(desk, one):
        desk.audit("refused", row.number, KIND)
        return None
    desk.audit("letter made", row.number, one.row.number)
    return of(desk, one, party)


def of(desk: Desk, one: Held, party: Party) -> Letter:
    content = matters.content(desk.tx, one.row)
    values, form = content.get("values", {}), desk.plan.forms.get(views.form_of(one, content) or "")
    rows, lists = laid_out(form, values, desk.chat.language) if form is not None else ((), ())
    return Letter(desk.plan.id, desk.chat.language, _about(desk, one, party), rows, lists)


def _about(desk: Desk, one: Held, party: Party) -> dict[str, Any]:
    row, clock = one.rows[party.id], one.clock(party.id)
    language = desk.chat.language
    return {
        "regime": one.regime.id,
        "number": one.row.number,
        "receipt": row.number,
        "to": _full(desk, party.unit) or matters.label(desk.tx, row),
        "sender": _full(desk, one.row.unit),
        "phone": views.phone(desk, one.row.unit),
        "sealed": one.regime.sealed,
        "clauses": list(dict.fromkeys(filter(None, (under(desk.plan.clauses, id_) for id_ in one.regime.clauses)))),
        "laws": [desk.plan.common.laws[law].name.in_(language) for law in _laws(one, party.role)],
        "due": matter.stamp(clock.due_at) if clock is not None else None,
        "suggested": duties.suggested(clock) if clock is not None else False,
        "today": matter.stamp(desk.now),
    }


def _full(desk: Desk, unit: str) -> str:
    """As it is called on paper; nothing for a place that was named freely."""
    known = desk.plan.units.get(unit)
    return (known.full or known.name).in_(desk.chat.language) if known else ""


def _laws(one: Held, role: str) -> tuple[str, ...]:
    """Of the regime, and of the moves by which it goes to them."""
    sending = (move.law for move in one.regime.moves.values() if role in move.adds)
    return tuple(dict.fromkeys(law for law in (one.regime.law, *sending) if law))


def laid_out(
    form: FilingForm, values: Mapping[str, Any], language: str
) -> tuple[tuple[tuple[str, str], ...], tuple[Table, ...]]:
    """What was answered, in the order of the form."""
    given = [slot for slot in form.slots.values() if values.get(slot.key) not in (None, "")]
    single = [slot for slot in given if not slot.part.repeated]
    rows = tuple((slot.field.name.in_(language), shown(slot.field, values[slot.key], language)) for slot in single)
    return rows, tuple(_tables(form, given, values, language))


def _tables(form: FilingForm, given: list[Slot], values: Mapping[str, Any], language: str) -> Iterator[Table]:
    for part in form.parts:
        mine = [slot for slot in given if slot.part is part]
        if part.repeated and mine:
            yield _table(part, mine, values, language)


def _table(part: Part, given: list[Slot], values: Mapping[str, Any], language: str) -> Table:
    fields = [one for one in part.fields if any(slot.field is one for slot in given)]
    cells = {(slot.n, slot.field.code): shown(slot.field, values[slot.key], language) for slot in given}
    items = list(dict.fromkeys(slot.n for slot in given))
    rows = tuple(tuple(cells.get((n, one.code), "") for one in fields) for n in items)
    return Table(part.name.in_(language), tuple(one.name.in_(language) for one in fields), rows)
