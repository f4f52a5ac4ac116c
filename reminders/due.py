"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> rules.escalation.step (pure) -> rules.routing.audience -> people, excluded
    ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. A seat where nobody can be reached is told to the
coordinators once. What is urgent is then passed upward at once, and is tried again until somebody hears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from rules import escalation, routing
from rules.county import Plan
from rules.escalation import Audience, Ladder, Next, Step
from rules.terms import SeatRef
from storage import duties, people, queue, tips
from storage.database import Tx

BATCH = 200
AGAIN = timedelta(minutes=10)  # after the last rung of an urgent ladder that nobody heard
KEEPERS: tuple[Audience, ...] = ("coordinators", "leader")  # who hears of a vacant seat: the first of them that can


def look(tx: Tx, plans: Mapping[str, Plan], now: datetime, only: int | None = None) -> int:
    """Handle up to a batch of what is due now, or one of it; returns how many duties were looked at."""
    rows = duties.due(tx, now, plans, BATCH, only)
    if rows:
        Look(tx, plans, now, rows).climb()
    return len(rows)


def waiting(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> list[int]:
    """Which these are."""
    return [row.id for row in duties.due(tx, now, plans, BATCH)]


def put_off(tx: Tx, number: int, now: datetime) -> None:
    """One that fails is tried again in an hour, so that it stops nobody else's reminders."""
    duties.put_off(tx, number, now + timedelta(hours=1))


@dataclass
class Look:
    """One batch, with what it needs of tips and people read once."""

    tx: Tx
    plans: Mapping[str, Plan]
    now: datetime
    rows: list[Row[Any]]
    holders: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    held: dict[tuple[str, int], frozenset[tuple[str, str]]] = field(default_factory=dict)

    def climb(self) -> None:
        about = {row.tip for row in self.rows}
        self.tips = tips.by_ids(self.tx, about)
        self.involved = tips.involved_of(self.tx, about)
        duties.looked(self.tx, [self._climbed(row) for row in self.rows])

    def _climbed(self, row: Row[Any]) -> tuple[int, Next, int | None]:
        plan, ladder = self.plans[row.county], Ladder.loads(row.ladder)
        timing = (row.opened_at, row.due_at, self.now, plan.calendar, plan.tz, plan.quiet)
        move = escalation.step(ladder, row.step, *timing)
        if move.fire is None:
            return row.id, move, row.reached
        reached = len(Rung(self, row, plan, ladder, move.index).fired(move.fire))
        if not reached and ladder.urgent and move.look_at is None:
            move = replace(move, index=move.index - 1, look_at=self.now + AGAIN)
        return row.id, move, reached

    def seated(self, plan: Plan, seats: tuple[SeatRef, ...], involved: frozenset[str]) -> list[int]:
        """Who sits there; nobody with any seat in an involved unit is among them."""
        found = [person for seat in seats for person in self._holders(plan, seat.unit, seat.seat)]
        barred = plan.kin_of(involved) if involved else frozenset()
        return [one for one in dict.fromkeys(found) if not any(unit in barred for unit, _ in self.held[plan.id, one])]

    def _holders(self, plan: Plan, unit: str, seat: str) -> list[int]:
        key = (plan.id, unit, seat)
        if key not in self.holders:
            found = self.holders[key] = people.holders(self.tx, *key)
            seats = people.all_seats(self.tx, plan.id, found) if found else {}
            self.held |= {(plan.id, one): held for one, held in seats.items()}
        return self.holders[key]


@dataclass
class Rung:
    """One step of one duty: whom it tells, and what when nobody hears."""

    look: Look
    row: Row[Any]
    plan: Plan
    ladder: Ladder
    index: int

    def fired(self, fire: Step) -> set[int]:
        """Who was reached. The ladder keeps its own times; only its audiences are tried upward at once."""
        if reached := self._told(fire):
            return reached
        self._vacant(fire.audience)
        higher = self.ladder.rungs()[self.index :] if self.ladder.urgent else ()
        return next((heard for step in higher if (heard := self._told(step))), set())

    def _told(self, step: Step) -> set[int]:
        row, data = self.row, {"kind": self.row.kind, "due": self.row.due_at.isoformat(), "audience": step.audience}
        data |= {"unit": row.unit, "suggested": duties.suggested(row)}
        data["first"] = row.step == 0 and self.index > 1  # the night has passed over the alert: this is the news
        return self._push(
            step.audience, f"{row.kind}_{step.template}", data, f"{queue.about(row.tip)}duty:{row.id}:{self.index}"
        )

    def _push(self, whose: Audience, block: str, data: dict[str, Any], once: str) -> set[int]:
        tip, seats = self.look.tips.get(self.row.tip), self._seats(whose)
        persons = self.look.seated(self.plan, seats, self._involved()) if tip is not None else []
        if tip is None or not persons:
            return set()
        data, options = {"number": tip.number} | data, [[f"go.open.{tip.number}", None, "primary", None]]
        return queue.push_to_people(self.look.tx, persons, self.plan.id, f"reminders:{block}", data, options, once)

    def _involved(self) -> frozenset[str]:
        return self.look.involved.get(self.row.tip, frozenset())

    def _seats(self, whose: Audience) -> tuple[SeatRef, ...]:
        return routing.audience(self.plan, whose, self.row.unit, self._involved(), self.ladder.told())

    def _vacant(self, whose: Audience) -> None:
        """Nobody sits there, or nobody who can be written to: said once for each tip and seat, and on record."""
        empty = self._seats(whose)
        if whose in ("coordinators", "everyone") or not empty:
            return
        (unit, seat), move, tx = empty[0], f"vacant_{empty[0].seat}", self.look.tx
        if tips.moved(tx, self.row.tip, move, unit):
            return
        about, once = {"unit": unit, "seat": seat}, f"{queue.about(self.row.tip)}vacant:{unit}:{seat}"
        if any(self._push(keeper, "vacant", about, once) for keeper in KEEPERS):
            tips.move(tx, self.row.tip, self.look.now, "clock", move, unit=unit)
