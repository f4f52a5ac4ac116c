"""One step of one duty: whom it tells, and what happens when nobody hears."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from reminders.batch import Batch, Reminder, Unheard
from reminders.subjects.subject import Subject
from rules.county import Plan
from rules.escalation import Audience, Days, Ladder, Step
from rules.terms import SeatRef
from storage import groups, mornings, pushes
from storage.pushes import Push
from storage.seated import local_day

KEEPERS: tuple[Audience, ...] = ("coordinators", "leader")  # who hears of a vacant seat: the first of them that can
MOVED = "moved"  # the mark of what says that a day was counted anew


@dataclass
class Rung:
    batch: Batch
    plan: Plan
    ladder: Ladder
    index: int
    subject: Subject
    mark: str = ""  # tells its pushes from those of the same rung before
    only: int | None = None  # of those who hear it this one, as long as they do
    heard: frozenset[int] = frozenset()  # who has heard it, or is to hear it at another time
    first: bool = False  # held since a morning on which it was the news

    def fired(self, fire: Step) -> set[int]:
        """Who was reached. The ladder keeps its own times; only its audiences are tried upward at once."""
        self._pointed(fire)
        if reached := self._told(fire):
            return reached
        if self._ahead():
            self._put_by(fire)
            return set()
        words: str = "passed_on" if self._vacant(fire.audience) else fire.template
        seats = self._seats(fire.audience)
        if reached := self._told(fire, words, seats, self._standing_in(fire.audience)):
            return reached
        higher = self.ladder.above(self.index) if self.ladder.urgent else ()
        heard = (self._told(step, words, seats) for step in higher)
        return next((one for one in heard if one), set())

    def _pointed(self, fire: Step) -> None:
        """What nobody has taken on when the coordinators hear of it shows as a pointer in their groups. Who sits in those is not
        known, so there is none where anybody is involved."""
        if fire.template != "untaken" or self.subject.involved() or self._ahead():
            return
        offices = {seat.unit for seat in self._seats(fire.audience) if seat.seat == "coordinator"}
        for office in sorted(offices):
            groups.point(self.batch.tx, self.plan.id, office, "untaken", urgent=self.ladder.urgent or fire.urgent)

    def moved(self) -> None:
        """Its day was counted anew by a year's notice: whoever is to do it reads the new one with the morning's."""
        step = self.ladder.steps[0]
        data = self._data(step) | {"template": "moved", "empty": None}
        options = [[self.subject.door()[0], None, "primary", None]]
        once = f"{self.subject.key}moved:{self.subject.row.due_at.timestamp()}"
        persons = self._persons(step.audience)
        told = (self.subject, "reminders:moved", data, options, once, self.index, MOVED, False, self._reached(persons))
        self._by_morning(persons, Reminder(*told))

    def known(self, whose: Audience) -> bool:
        """Whether somebody hears there, and each of them has heard it, or will without this."""
        return bool(self._all(whose)) and not self._persons(whose)

    def _told(
        self, step: Step, words: str = "", empty: tuple[SeatRef, ...] = (), instead: list[int] | None = None
    ) -> set[int]:
        """In its own words; passed on, upward or to who is there `instead`, in those of the step that nobody heard, or the first
        time in those that name the `empty` seat."""
        persons = self._persons(step.audience) if instead is None else instead
        if not persons:
            return set()
        data = self._data(step) | {"empty": list(empty[0]) if empty else None}
        # with its day: the same rung of a day that has moved since is another, even where the one before is not read yet
        once = f"{self.subject.key}{self.index}{self.mark}:{self.subject.row.due_at.timestamp():.0f}"
        block = self.subject.block(words or step.template)
        held = (self.index, self.mark, self.ladder.urgent, self._reached(persons))
        one = Reminder(self.subject, block, data, self._options(step), once, *held)
        if step.after.unit == "workday" and not step.urgent:
            return self._by_morning(persons, one)
        return self._at_once(persons, one)

    def _data(self, step: Step) -> dict[str, Any]:
        row = self.subject.row
        return self.subject.told() | {
            "kind": row.kind,
            "due": row.due_at.isoformat(),
            "audience": step.audience,
            "unit": row.unit,
            "suggested": self.subject.suggested,
            "template": step.template,
            "days": self.batch.days_past(self.plan, row.due_at),
            # The night has passed over the alert: this is the news.
            "first": self.first or (row.step == 0 and self.index > 1),
        }

    def _options(self, step: Step) -> list[list[Any]]:
        """Open it; and for whoever is to do it what can be done with one press."""
        opens = [self.subject.door()[0], None, "primary", None]
        theirs = step.audience in ("liaison", "everyone")
        return [opens, *([act, None, "", self.subject.kind_of(act)] for act in (self.subject.acts() if theirs else ()))]

    def _at_once(self, persons: list[int], one: Reminder) -> set[int]:
        """Whoever has just been called because it is urgent is not told besides that it has come in. What has waited through the
        night waits for the morning of who chose one."""
        called = {person for person in persons if self.batch.was_called(person, one.subject)}
        later = {person for person in persons if self._hears_later(person)} - called
        push = Push(self.plan.id, one.block, one.data, one.options, one.once, one.subject.about, one.subject.owes)
        if self.ladder.urgent:
            push = replace(push, urgent=True, repeats=self.subject.key)
        rest = [person for person in persons if person not in called | later]
        heard = pushes.to_lanes(self.batch.tx, self.batch.live(rest), push)
        if self.ladder.urgent:
            self.batch.called |= {(person, one.subject.name) for person in heard}
        return called | heard | self._by_morning(list(later), one)

    def _hears_later(self, person: int) -> bool:
        at, days = self.subject.row.look_at, Days(self.plan.calendar, self.plan.tz, self.plan.quiet)
        if self.ladder.urgent or at is None or days.morning(at, 0) != at:
            return False
        return self.batch.hears_at(self.plan, person, [self.subject.row.due_at]) > self.batch.now

    def _by_morning(self, persons: list[int], one: Reminder) -> set[int]:
        heard = {row.person for row in self.batch.live(persons)}
        for person in heard:
            self.batch.mornings.setdefault((self.plan.id, person), []).append(one)
        return heard

    def _persons(self, whose: Audience) -> list[int]:
        return self._still(self._all(whose))

    def _still(self, found: list[int]) -> list[int]:
        return [self.only] if self.only in found else [person for person in found if person not in self.heard]

    def _standing_in(self, whose: Audience) -> list[int]:
        """Who acts for an empty seat hears what it would hear, once from each rung."""
        return self._still(self._seated(self.subject.stand_ins(whose, self.ladder)))

    def _all(self, whose: Audience) -> list[int]:
        one = self.subject.person(whose)
        return [one] if one is not None else self._seated(self._seats(whose))

    def _reached(self, persons: Iterable[int]) -> frozenset[int]:
        return self.heard.union(row.person for row in self.batch.live(persons))

    def _seated(self, seats: Iterable[SeatRef]) -> list[int]:
        found = self.batch.seated(self.plan, seats, self.subject.involved())
        return [one for one in found if one not in self.subject.excepted()]

    def _seats(self, whose: Audience) -> tuple[SeatRef, ...]:
        return self.subject.seats(whose, self.ladder)

    def _ahead(self) -> bool:
        """Whether it is climbed before its time, for somebody whose morning begins earlier."""
        at = self.subject.row.look_at
        return self.only is None and not self.ladder.urgent and at is not None and at > self.batch.now

    def _put_by(self, fire: Step) -> None:
        """Until the county's morning: whether nobody hears there is found out then, and not told before."""
        mornings.hold(
            self.batch.tx,
            county=self.plan.id,
            person=mornings.NOBODY,
            at=self.subject.row.look_at,
            day=local_day(self.plan, self.batch.now),
            duty=self.subject.row.id,
            rung=self.index,
            mark=self.mark,
            audience=fire.audience,
            template=fire.template,
            first=self._data(fire)["first"],
            beside="",
        )

    def _vacant(self, whose: Audience) -> bool:
        """Nobody sits there, or nobody who can be written to: said once for each subject and seat, and on record. Whether
        that is new."""
        empty = self._seats(whose)
        if whose in ("coordinators", "everyone") or not empty:
            return False
        new = not self.subject.found_vacant(empty[0])
        if new:
            unheard = Unheard(self.subject, self._keepers(), self.ladder.urgent)
            self.batch.vacant.setdefault(self.plan.id, {}).setdefault(empty[0], []).append(unheard)
        return new

    def _keepers(self) -> frozenset[int]:
        """Who hears that nobody can be reached, and can be reached."""
        found = (self._seated(self._seats(keeper)) for keeper in KEEPERS)
        heard = ({one.person for one in self.batch.live(persons)} for persons in found)
        return frozenset(next((one for one in heard if one), set()))
