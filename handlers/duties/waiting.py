"""What waits for this person's decision: more time that is asked for, what was handed in and nobody has looked at, who comes
after somebody. And the clock that asks again for a filing that is left lying: once in so many working days, calmly."""

from typing import NamedTuple

from handlers import duty, matter
from handlers.desk import Desk
from handlers.duties import owed, succession
from handlers.duties.owed import Line
from handlers.forms import Choice
from storage import duties, filings, successions


class Waiting(NamedTuple):
    """`line`: what is asked, in facts; `door`: where it is decided."""

    line: Line
    door: Choice


def decisions(desk: Desk) -> list[Waiting]:
    """The oldest filing first; nothing here that somebody else has decided."""
    return [*_asked(desk), *_handed_in(desk), *_succeeding(desk)]


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
