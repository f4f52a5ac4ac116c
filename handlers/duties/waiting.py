"""What waits for this person's decision: more time that is asked for, what was handed in and nobody has looked at, who comes
after somebody, what stands with nobody. And the clock that asks again for a filing that is left lying: once in so many working days, calmly."""

from typing import NamedTuple

from handlers import duty, matter
from handlers.desk import Desk
from handlers.duties import owed, succession
from handlers.duties.owed import Line
from handlers.forms import Choice
from handlers.matters import held, views
from handlers.matters.held import Held
from storage import duties, filings, matters, successions


class Waiting(NamedTuple):
    """`line`: what is asked, in facts; `door`: where it is decided."""

    line: Line
    door: Choice


def decisions(desk: Desk) -> list[Waiting]:
    """The oldest filing first; nothing here that somebody else has decided."""
    return [*_asked(desk), *_handed_in(desk), *_succeeding(desk), *_nobody_there(desk)]


def _asked(desk: Desk) -> list[Waiting]:
    found = (one for one in owed.received(desk) if one.row.asked_until is not None)
    return [
        Waiting(
            {"what": "asked", "rule": one.row.rule, "period": one.row.period, "unit": one.row.unit}
            | {"until": matter.stamp(one.row.asked_until)},
            Choice(f"go.duty.{one.row.id}", owed.called(desk, one, whose=True)),
        )
        for one in found
    ]


def _handed_in(desk: Desk) -> list[Waiting]:
    mine = [
        (owed.of_row(desk, row), row) for row in filings.undecided(desk.tx, desk.plan.id, desk.units("coordinator"))
    ]
    return [
        Waiting(
            {
                "what": "filed",
                "rule": row.rule,
                "period": row.period,
                "unit": row.unit,
                "at": matter.stamp(row.made_at),
            },
            Choice(f"go.duty.{row.id}", owed.called(desk, one, whose=True)),
        )
        for one, row in mine
        if one is not None and one.receives
    ]


def _succeeding(desk: Desk) -> list[Waiting]:
    """By seat: who goes and who comes stands where it is decided."""
    return [
        Waiting(
            {"what": "succession", "unit": row.unit, "seat": row.seat},
            Choice(f"go.successor.{row.id}", succession.called(desk, row.unit, row.seat)),
        )
        for row in successions.waiting(desk.tx, desk.plan.id)
        if succession.decides(desk, row)
    ]


def _nobody_there(desk: Desk) -> list[Waiting]:
    """Matters put to a seat of a unit where nobody is, which this person may take in its place."""
    own = {unit for unit, _ in desk.seats}
    clocks = duties.asking(desk.tx, desk.plan.id, duties.MATTER) if desk.holds("coordinator") else []
    empty = [one for one in clocks if one.unit not in own and (one.unit, one.seat) not in desk.today.filled]
    rows = [row for number in {one.period: one.unit for one in empty} if (row := matters.by_number(desk.tx, number))]
    found = ((one, _stood_for(one, own)) for one in held.those(desk, rows))
    return [_of_matter(desk, one, units[0]) for one, units in found if units]


def _stood_for(one: Held, own: set[str]) -> list[str]:
    return [may.by.unit for may in one.possible if may.move.stand_in and may.by.unit not in own and not may.recorded]


def _of_matter(desk: Desk, one: Held, unit: str) -> Waiting:
    line: Line = {"what": "nobody", "regime": one.regime.id, "number": one.row.number, "unit": held.body(unit)}
    return Waiting(line, Choice(f"go.matter.{one.row.id}", views.called(desk, one)))


# -- left lying ----------------------------------------------------------------------------------------------------------


def remind(desk: Desk, numbers: dict[str, str]) -> None:
    """A clock for each receiver, by its receipt number; it ends with the decision."""
    for unit, number in numbers.items():
        once, seat = filings.unseen(number), "coordinator"
        duty.open_(desk, filings.UNSEEN, once=once, unit=unit, seat=seat, clock=filings.UNSEEN, ladder=filings.UNSEEN)


def seen(desk: Desk, filing: int, *offices: str) -> None:
    """Decided by these offices; by none named: nobody has to decide it any more."""
    for receipt in filings.receipts(desk.tx, filing):
        clock = (
            duties.named(desk.tx, filings.unseen(receipt.number)) if receipt.unit in offices or not offices else None
        )
        if clock is not None:
            duties.end(desk.tx, clock, desk.now, "done")
