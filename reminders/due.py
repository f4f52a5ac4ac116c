"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> rules.escalation.step (pure) -> rules.routing.audience -> people, excluded
    ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. What comes by the working day comes to each person
as one message a morning: one worker looks at all that is due in a county. Of a seat where nobody can be reached the coordinators hear once a day, of all its tips together. What is urgent is then passed upward at once, and is tried again until somebody hears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from rules import deadlines, escalation, routing
from rules.county import Plan
from rules.escalation import Audience, Ladder, Next, Step
from rules.terms import SeatRef
from storage import duties, people, queue, tips
from storage.database import Tx

BATCH = 2_000  # of a county's morning, which is not divided
SHOWN = 20  # doors under one message
AGAIN = timedelta(minutes=10)  # at the latest, after a round of an urgent ladder that nobody heard
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
    vacant: dict[tuple[str, SeatRef], list["Rung"]] = field(default_factory=dict)
    mornings: dict[tuple[str, int], list["Reminder"]] = field(default_factory=dict)
    called: set[tuple[int, int]] = field(default_factory=set)  # (person, tip): told just now that it is urgent

    def climb(self) -> None:
        about = {row.tip for row in self.rows}
        self.tips = tips.by_ids(self.tx, about)
        self.involved = tips.involved_of(self.tx, about)
        urgent_first = sorted(self.rows, key=lambda row: not Ladder.loads(row.ladder).urgent)
        duties.looked(self.tx, [self._climbed(row) for row in urgent_first])
        for (county, person), reminders in self.mornings.items():
            self._told(county, person, list({one.once: one for one in reminders}.values()))
        for (county, seat), rungs in self.vacant.items():
            Vacancy(self, self.plans[county], seat, rungs).told()

    def _told(self, county: str, person: int, mine: list["Reminder"]) -> None:
        """One thing in its own words; several as a list of numbers."""
        about = tuple(dict.fromkeys(one.tip for one in mine))
        if len(mine) == 1:
            told = (mine[0].block, mine[0].data, mine[0].options, mine[0].once, about)
            queue.push_to_people(self.tx, [person], county, *told)
            return
        data = {"items": [one.data for one in mine], "count": len(about)}
        numbers = list(dict.fromkeys(one.data["number"] for one in mine))
        options: list[list[Any]] = [[f"go.open.{one}", one, "", None] for one in numbers[:SHOWN]]
        once = f"morning:{person}:{self.now.timestamp()}"
        queue.push_to_people(self.tx, [person], county, "reminders:morning", data, options, once, about)

    def _climbed(self, row: Row[Any]) -> tuple[int, Next, int | None]:
        plan, ladder = self.plans[row.county], Ladder.loads(row.ladder)
        timing = (row.opened_at, row.due_at, self.now, plan.calendar, plan.tz, plan.quiet)
        move = escalation.step(ladder, row.step, *timing)
        if not move.fire:
            return row.id, move, row.reached
        rung = Rung(self, row, plan, ladder, move.index)
        reached = len(set().union(*(rung.fired(one) for one in move.fire)))
        if not reached and ladder.urgent and move.index >= len(ladder.steps):
            move = replace(move, look_at=min(move.look_at, self.now + AGAIN))
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


# What a liaison can do about a lead straight from its reminder, by the kind of duty.
STRAIGHT = {"sign": ("sign",), "decide": ("complete", "prolong")}


@dataclass(frozen=True)
class Reminder:
    """What one person is to hear of one duty."""

    tip: int
    block: str
    data: dict[str, Any]
    options: list[list[Any]]
    once: str


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
        words = "passed_on" if self._vacant(fire.audience) else fire.template
        higher = self.ladder.above(self.index) if self.ladder.urgent else ()
        heard = (self._told(step, words, self._seats(fire.audience)) for step in higher)
        return next((one for one in heard if one), set())

    def _told(self, step: Step, words: str = "", empty: tuple[SeatRef, ...] = ()) -> set[int]:
        """In its own words; passed upward, in those of the step that nobody heard, or the first time in those that name
        the `empty` seat."""
        row, tip = self.row, self.look.tips.get(self.row.tip)
        persons = self._persons(step.audience) if tip is not None else []
        if tip is None or not persons:
            return set()
        data = {"number": tip.number, "kind": row.kind, "due": row.due_at.isoformat(), "audience": step.audience}
        data |= {"unit": row.unit, "suggested": duties.suggested(row), "template": step.template}
        data["days"] = deadlines.days_past(row.due_at, self.look.now, self.plan.tz)
        data["first"] = row.step == 0 and self.index > 1  # the night has passed over the alert: this is the news
        data["empty"] = list(empty[0]) if empty else None
        once = f"{duties.pushed(row.tip, row.id)}{self.index}"
        block = f"reminders:{row.kind}_{words or step.template}"
        one = Reminder(tip.id, block, data, self._options(step, tip.number), once)
        if step.after.unit == "workday" and not step.urgent:
            return self._by_morning(persons, one)
        return self._at_once(persons, one)

    def _options(self, step: Step, number: str) -> list[list[Any]]:
        """Open it; and for whoever is to do it what can be done with one press."""
        opens = [f"go.open.{number}", None, "primary", None]
        if self.row.handover is None or all(seat.seat != "liaison" for seat in self._seats(step.audience)):
            return [opens]
        longer = self.plan.clock("decide", self.row.unit).extend is not None and not self.row.extended
        acts = [act for act in STRAIGHT.get(self.row.kind, ()) if act != "prolong" or longer]
        return [opens, *([f"go.{act}.{self.row.handover}", None, "", None] for act in acts)]

    def _at_once(self, persons: list[int], one: Reminder) -> set[int]:
        """Whoever has just been called because it is urgent is not told besides that it has come in."""
        called = {person for person in persons if (person, one.tip) in self.look.called}
        told = (one.block, one.data, one.options, one.once, (one.tip,))
        rest = [person for person in persons if person not in called]
        heard = queue.push_to_people(self.look.tx, rest, self.plan.id, *told, urgent=self.ladder.urgent)
        if self.ladder.urgent:
            self.look.called |= {(person, one.tip) for person in heard}
        return called | heard

    def _by_morning(self, persons: list[int], one: Reminder) -> set[int]:
        heard = {row.person for row in queue.of_people(self.look.tx, persons)}
        for person in heard:
            self.look.mornings.setdefault((self.plan.id, person), []).append(one)
        return heard

    def _persons(self, whose: Audience) -> list[int]:
        """Whoever has taken the tip, while they may still be told; else those who sit there."""
        tip = self.look.tips[self.row.tip]
        if whose == "taker" and tip.taken_by and self._reads_still(tip.taken_by):
            return [tip.taken_by]
        return self.look.seated(self.plan, self._seats(whose), self._involved())

    def _reads_still(self, person: int) -> bool:
        """They sit where it was taken, or have the duty, and in no involved unit."""
        involved = self._involved()
        held = people.seats_of(self.look.tx, person, self.plan.id)
        here = any(
            unit == self.row.unit or (unit, seat) == routing.duty_seat_for(self.plan, involved) for unit, seat in held
        )
        return here and not any(unit in self.plan.kin_of(involved) for unit, _ in held)

    def _involved(self) -> frozenset[str]:
        return self.look.involved.get(self.row.tip, frozenset())

    def _seats(self, whose: Audience) -> tuple[SeatRef, ...]:
        return routing.audience(self.plan, whose, self.row.unit, self._involved(), self.ladder.told())

    def _vacant(self, whose: Audience) -> bool:
        """Nobody sits there, or nobody who can be written to: said once for each tip and seat, and on record. Whether that
        is new."""
        empty = self._seats(whose)
        if whose in ("coordinators", "everyone") or not empty:
            return False
        new = not tips.moved(self.look.tx, self.row.tip, f"vacant_{empty[0].seat}", empty[0].unit)
        if new:
            self.look.vacant.setdefault((self.plan.id, empty[0]), []).append(self)
        return new

    def keepers(self) -> set[int]:
        """Who hears that nobody can be reached, and can be reached."""
        found = (self.look.seated(self.plan, self._seats(keeper), self._involved()) for keeper in KEEPERS)
        heard = ({one.person for one in queue.of_people(self.look.tx, persons)} for persons in found)
        return next((one for one in heard if one), set())


@dataclass
class Vacancy:
    """A seat where nobody hears: one message a day to each who looks after it, with the numbers they may know. What comes
    later that day waits for the next one; something happening now does not."""

    look: Look
    plan: Plan
    seat: SeatRef
    rungs: list[Rung]

    def told(self) -> None:
        if not any(one.ladder.urgent for one in self.rungs) and self._today():
            return
        hear: dict[int, dict[int, str]] = {}
        for rung in self.rungs:
            for person in rung.keepers():
                hear.setdefault(person, {})[rung.row.tip] = self.look.tips[rung.row.tip].number
        for person, numbers in hear.items():
            news = {tip: number for tip, number in numbers.items() if (person, tip) not in self.look.called}
            if news:
                self._push(person, news)
        for tip in {tip for numbers in hear.values() for tip in numbers}:
            tips.move(self.look.tx, tip, self.look.now, "clock", self._move, unit=self.seat.unit)

    @property
    def _move(self) -> str:
        return f"vacant_{self.seat.seat}"

    def _today(self) -> bool:
        morning = self.look.now.astimezone(self.plan.tz).replace(hour=0, minute=0, second=0, microsecond=0)
        return tips.moved_since(self.look.tx, self.plan.id, self._move, self.seat.unit, morning)

    def _push(self, person: int, numbers: Mapping[int, str]) -> None:
        named = sorted(numbers.values())
        data = {"numbers": named, "unit": self.seat.unit, "seat": self.seat.seat}
        options: list[list[Any]] = [[f"go.open.{one}", one, "", None] for one in named[:SHOWN]]
        once = f"vacant:{self.seat.unit}:{self.seat.seat}:{self.look.now.timestamp()}"
        block, about = "reminders:vacant", tuple(numbers)
        queue.push_to_people(self.look.tx, [person], self.plan.id, block, data, options, once, about)
