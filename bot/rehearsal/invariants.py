"""What must hold of everything that arrived, looked at where it arrived."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rehearsal.cast import Cast
from bot.rehearsal.channel import Item, Received
from bot.rehearsal.death import Killed
from rules.calendar import Calendar

LATE = ("超期", "逾期", "overdue")


@dataclass(frozen=True)
class Looked:
    """`known`: the moments from which a year's notice was there; `kills`: of the process, while it sent."""

    cast: Cast
    known: Mapping[int, datetime]
    kills: Sequence[Killed] = ()

    @property
    def received(self) -> list[Received]:
        return self.cast.house.received

    def broken(self) -> list[str]:
        checks: tuple[Callable[[], Iterator[str]], ...] = (
            self.twice, self.once_more, self.more_than_one, self.at_rest, self.called_late, self.to_the_absent, self.told_apart,
        )  # fmt: skip
        return [fault for check in checks for fault in check()]

    def twice(self) -> Iterator[str]:
        """Nobody is reminded twice in a day of one thing."""
        heard = Counter(
            (self._day(one), one.peer, item["rule"], item["unit"], item["period"])
            for one in self.received
            for item in one.items
        )
        yield from (f"{'/'.join(map(str, what))}: reminded {n} times" for what, n in heard.items() if n > 1)

    def once_more(self) -> Iterator[str]:
        """No message arrives twice but those that were in flight at a kill, and these are never more than a door holds."""
        channel = self.cast.house.channel
        may = Counter(key for one in self.kills for key in one.in_flight)
        for key, n in channel.arrived.items():
            if n > 1 + may[key]:
                yield f"message {key} arrived {n} times, and was in flight at {may[key]} kills"
        for one in self.kills:
            if len(one.in_flight) > channel.can.at_once:
                yield f"{one.at}: {len(one.in_flight)} messages in flight at a kill, {channel.can.at_once} may be"

    def more_than_one(self) -> Iterator[str]:
        """One reminder a person and working day, however much is due."""
        for which, what in ((lambda one: one.reminds, "reminders"), (lambda one: bool(one.vacancies), "vacant seats")):
            heard = Counter((self._day(one), one.peer) for one in self.received if which(one))
            yield from (f"{day} {who}: {n} messages of {what}" for (day, who), n in heard.items() if n > 1)

    def at_rest(self) -> Iterator[str]:
        """Nobody is reminded at night or on a day off."""
        plan = self.cast.house.plan
        for one in self.received:
            local = one.at.astimezone(plan.tz)
            awake = plan.calendar.is_workday(local.date()) and plan.quiet.ends <= local.time() < plan.quiet.begins
            if (one.reminds or one.vacancies) and not awake:
                yield f"{local:%Y-%m-%d %H:%M} {one.peer}: reminded while it was quiet"

    def called_late(self) -> Iterator[str]:
        """What is only proposed, or by a year nobody knows, is never called late; nor is what is not."""
        for one in self.received:
            late = [line for line in one.message.text.splitlines() if any(word in line for word in LATE)]
            if late and one.items and len(late) > sum(self._may_be_late(item, one.at) for item in one.items):
                yield f"{self._day(one)} {one.peer}: {late[0]}"

    def _may_be_late(self, item: Item, at: datetime) -> bool:
        plan, due = self.cast.house.plan, datetime.fromisoformat(item["due"])
        last = (due.astimezone(plan.tz) - timedelta(microseconds=1)).date()
        known = self.known.get(last.year, due) <= at
        return due <= at and known and not plan.duties[item["rule"]].suggested

    def to_the_absent(self) -> Iterator[str]:
        for one in self.received:
            if one.reminds and self.cast.is_away(one.peer, self._day(one)):
                yield f"{self._day(one)} {one.peer}: reminded while away"

    def told_apart(self) -> Iterator[str]:
        """What stays in its unit is heard by nobody else."""
        plan = self.cast.house.plan
        for one in self.received:
            for item in one.items:
                unit = one.peer.partition(".")[0]
                if plan.duties[item["rule"]].suggested and unit != item["unit"]:
                    yield f"{self._day(one)} {one.peer}: heard of {item['unit']} {item['rule']}, a proposal"

    def _day(self, one: Received) -> date:
        return one.at.astimezone(self.cast.house.plan.tz).date()


def step_of(item: Item, at: datetime, calendar: Calendar) -> str:
    """How the table calls a reminder: by whom it is for, and how far ahead of the day."""
    whose = {"unit_leader": "leader", "coordinators": "offices", "leader": "county"}.get(item["audience"])
    if whose:
        return whose
    if item["template"] != "due_soon":
        return {"alert": "told", "due_today": "T"}.get(item["template"], "again")
    last = (datetime.fromisoformat(item["due"]).astimezone(at.tzinfo) - timedelta(microseconds=1)).date()
    ahead = (at.date() + timedelta(days=n + 1) for n in range(max(0, (last - at.date()).days)))
    n = sum(calendar.is_workday(day) for day in ahead)
    return "T-7" if n > 3 else "T-3" if n > 1 else "T-1"
