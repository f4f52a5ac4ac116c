"""What the people of a rehearsed county do in time: they answer what arrived, decide what was asked of them, go on leave, give
their seats up."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.rehearsal.cast import Away, Duty
from bot.rehearsal.channel import Received
from bot.rehearsal.course import Course
from rules.escalation import Days
from rules.terms import SeatRef
from storage import absences, people


@dataclass
class People:
    course: Course
    _ids: dict[Duty, int] = field(default_factory=dict)
    _seen: int = 0

    def __post_init__(self) -> None:
        self.house, self.cast = self.course.house, self.course.cast

    # -- what they make of what they hear ------------------------------------------------------------------------------

    def react(self) -> None:
        """Of what came in one moment, whose message was first depends on the machine: names decide."""
        fresh, self._seen = self.house.received[self._seen :], len(self.house.received)
        for one in sorted(fresh, key=lambda one: (one.at, one.peer)):
            for item in one.items:
                duty = (item["rule"], item["unit"], item["period"])
                if one.peer in self._owing(duty) and (act := self.cast.act_on(duty)):
                    self._plans(one, duty, act)
            if any(block == "reminders:duty_asked" for block, _ in one.says):
                self._decides(one)

    def _owing(self, duty: Duty) -> list[str]:
        return self.cast.seats.get(SeatRef(duty[1], self.house.plan.duties[duty[0]].seat), [])

    def _soon(self, one: Received, *about: object) -> datetime:
        """Some hours after, when people work."""
        hours = 0.2 + 5 * self.cast.draw("hours", one.peer, *about).random()
        days = Days(self.house.plan.calendar, self.house.plan.tz, self.house.plan.quiet)
        return days.awake(one.at + timedelta(hours=hours))

    def _plans(self, one: Received, duty: Duty, act: str) -> None:
        who = self.house.members[one.peer]

        async def answers() -> None:
            if self.house.channel.down or self.cast.is_away(who.name, self.course.today()):
                return
            if who.name in self._owing(duty) and (number := await self._number(duty)) is not None:
                await self.cast.answers_it(who, duty, number, act)

        self.course.later(self._soon(one, duty, act), f"{one.peer} {duty} {act}", self.course.when_up(answers))

    def _decides(self, one: Received) -> None:
        opens = next((key for key, _ in one.message.choices if key.startswith("go.duty.")), None)
        if opens is None:
            return

        async def decides() -> None:
            if not self.house.channel.down:
                await self.cast.decides(self.house.members[one.peer], int(opens.split(".")[2]))

        self.course.later(self._soon(one, "decides"), f"{one.peer} decides", self.course.when_up(decides))

    async def _number(self, duty: Duty) -> int | None:
        if duty not in self._ids:
            rows = await self.course.reckoning.rows(all_=True)
            self._ids = {(row.rule, row.unit, row.period): row.id for row in rows}
        return self._ids.get(duty)

    # -- who comes and goes --------------------------------------------------------------------------------------------

    async def leave(self, day: date) -> None:
        """From tomorrow on for some days; whoever sits beside them stands in."""
        draw = self.cast.draw("leave", day)
        seat = draw.choice(
            [one for one in self.cast.seats if self.cast.seats[one] and one.seat in ("liaison", "leader")]
        )
        name, *others = self.cast.seats[seat]
        if not self.house.up or name in self.cast.away and self.cast.away[name].last >= day:
            return
        away = Away(day + timedelta(days=1), day + timedelta(days=draw.randrange(1, 9)), others[0] if others else None)
        self.cast.away[name] = away
        who, deputy = self.house.members[name].person, self.house.members[others[0]].person if others else None
        told = (self.house.plan.id, who, away.first, away.last, deputy, self.house.now)
        await self.house.app.database.run(lambda tx: absences.away(tx, *told))
        self.course.happened["absences"] += 1

    async def succession(self, day: date) -> None:
        """Somebody gives their seat up; one time in three it is vacant for some days."""
        draw = self.cast.draw("succession", day)
        seat = draw.choice([one for one in self.cast.seats if self.cast.seats[one]])
        if not self.house.up:
            return
        old = self.house.members[self.cast.seats[seat].pop(0)]
        ended = (old.person, seat.unit, seat.seat, self.house.now)
        await self.house.app.database.run(lambda tx: people.unseat(tx, *ended))
        self.course.happened["seats changed"] += 1

        async def joins() -> None:
            await self.cast.joins(seat)

        gap = draw.randrange(2, 10) if draw.random() < 1 / 3 else 0
        if gap:
            joined = self.course.at(day + timedelta(days=gap), 10)
            self.course.later(joined, f"{seat} joins", self.course.when_up(joins))
        else:
            await joins()
