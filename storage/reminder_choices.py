"""At what time, and where, members of staff hear what waits for the morning; who has no row hears as the county has it."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select

from rules.mornings import DEFAULT, Choice
from storage.database import Tx
from storage.models import reminder_choices

_OF = reminder_choices.c


def of_county(tx: Tx, county: str, day: date) -> dict[int, Choice]:
    """What holds on that day."""
    rows = tx.peek(select(reminder_choices).where(_OF.county == county, _OF.since <= day).order_by(_OF.since))
    return {row.person: _choice(row) for row in rows}


_EVER = select(func.min(_OF.morning)).where(_OF.county == bindparam("whose"), _OF.since <= bindparam("by"))


def earliest(tx: Tx, county: str, day: date, before: time) -> time | None:
    """The first time that anybody chose for that day, if it is so early."""
    first = tx.peek(_EVER, {"whose": county, "by": day}).scalar_one()
    if first is None or first >= before.strftime("%H:%M"):
        return None
    early = (one.morning for one in of_county(tx, county, day).values() if one.morning is not None)
    return min((one for one in early if one < before), default=None)


def of_person(tx: Tx, county: str, person: int) -> list[tuple[date, Choice]]:
    """What holds, and what is to hold, each with its first day."""
    mine = (_OF.county == county, _OF.person == person)
    return [(row.since, _choice(row)) for row in tx.execute(select(reminder_choices).where(*mine).order_by(_OF.since))]


def put(tx: Tx, county: str, person: int, since: date, choice: Choice) -> None:
    """From that day on; what holds until then goes on, and whatever else there is no longer matters."""
    key: dict[str, Any] = {"county": county, "person": person, "since": since}
    known = [day for day, _ in of_person(tx, county, person)]
    before = max((day for day in known if day < since), default=since)
    _drop(tx, county, person, (day for day in known if day not in (before, since)))
    morning = choice.morning.strftime("%H:%M") if choice.morning else None
    tx.upsert(reminder_choices, key | {"morning": morning, "place": choice.where}, on=tuple(key))
    if choice == DEFAULT and before == since:
        _drop(tx, county, person, [since])


def _drop(tx: Tx, county: str, person: int, days: Iterable[date]) -> None:
    for day in days:
        tx.execute(delete(reminder_choices).where(_OF.county == county, _OF.person == person, _OF.since == day))


def forget(tx: Tx, person: int) -> None:
    tx.execute(delete(reminder_choices).where(_OF.person == person))


def _choice(row: Row[Any]) -> Choice:
    return Choice(time.fromisoformat(row.morning) if row.morning else None, row.place)
