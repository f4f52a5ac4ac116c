"""The people of a rehearsed county: who sits where, who is away, and how each takes what is asked of them.

What somebody does depends on the seed and on what it is about, never on the order in which things happened to arrive.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.rehearsal.channel import Received
from bot.rehearsal.house import Member, Rehearsal
from rules import demands, routing
from rules.county import Plan
from rules.terms import SeatRef

Temper = Literal["prompt", "slow", "promises", "asks", "late", "silent"]
TEMPERS: tuple[tuple[float, Temper], ...] = (
    (0.45, "prompt"), (0.62, "slow"), (0.74, "promises"), (0.84, "asks"), (0.94, "late"), (1.0, "silent"),
)  # fmt: skip
# After how many reminders they answer: at once, with the third, once their leader or the offices have heard, after weeks.
PATIENCE: dict[Temper, int] = {"prompt": 1, "slow": 3, "promises": 2, "asks": 3, "late": 5, "silent": 9}
Duty = tuple[str, str, str]  # rule, unit, period


@dataclass(frozen=True)
class Away:
    first: date
    last: date
    deputy: str | None


@dataclass
class Cast:
    house: Rehearsal
    seed: int
    seats: dict[SeatRef, list[str]] = field(default_factory=dict)
    away: dict[str, Away] = field(default_factory=dict)
    promised: dict[Duty, date] = field(default_factory=dict)
    heard: dict[Duty, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    def draw(self, *about: object) -> random.Random:
        return random.Random(f"{self.seed}:{about}")

    # -- who sits where ------------------------------------------------------------------------------------------------

    async def takes_seats(self) -> None:
        """One in fifteen leaders' seats is vacant from the beginning; one unit in four has two liaisons, each the other's
        deputy."""
        for seat in seats(self.house.plan):
            draw = self.draw("seat", seat)
            if seat.seat == "leader" and draw.random() < 1 / 15 and seat != self.house.plan.head.ref:
                self.seats[seat] = []
                continue
            await self.joins(seat)
            if seat.seat == "liaison" and draw.random() < 1 / 4:
                await self.joins(seat)

    async def joins(self, seat: SeatRef) -> Member:
        held = self.seats.setdefault(seat, [])
        n = sum(one.startswith(f"{seat.unit}.{seat.seat}.") for one in self.house.members)
        member = await self.house.seated(seat.unit, seat.seat, f"{seat.unit}.{seat.seat}.{n + 1}")
        held.append(member.name)
        return member

    def present(self, seat: SeatRef, day: date) -> list[str]:
        """Who hears there that day, by the rule: whoever sits there, or stands in."""
        found = [self._stands(name, day) for name in self.seats.get(seat, ())]
        return list(dict.fromkeys(name for name in found if name))

    def _stands(self, name: str, day: date) -> str | None:
        if not self.is_away(name, day):
            return name
        deputy = self.away[name].deputy
        return deputy if deputy and not self.is_away(deputy, day) else None

    def is_away(self, name: str, day: date) -> bool:
        told = self.away.get(name)
        return told is not None and told.first <= day <= told.last

    # -- what they make of it ------------------------------------------------------------------------------------------

    def temper(self, duty: Duty) -> Temper:
        drawn = self.draw("temper", duty).random()
        return next(temper for below, temper in TEMPERS if drawn < below)

    def act_on(self, duty: Duty) -> Literal["done", "promise", "extend", ""]:
        """What whoever owes it does about this reminder."""
        n = self.heard[duty] = self.heard.get(duty, 0) + 1
        temper = self.temper(duty)
        if n == 1 and temper == "promises":
            return "promise"
        if n == 1 and temper == "asks":
            return "extend"
        return "done" if n >= PATIENCE[temper] else ""

    async def answers_it(self, who: Member, duty: Duty, number: int, act: str) -> None:
        """By its card, as people do."""
        opened = await self._opens(who, number)
        if opened is None:
            self._counts("could not open")
            return
        match act:
            case "done" if opened.offers("nil") and self.draw("nil", duty).random() < 0.5:
                done = bool(await self.house.presses(who, "nil") and await self.house.presses(who, "submit"))
            case "done":
                said = await self.house.presses(who, "done") and await self.house.says(who, "已报，文号〔2026〕8号")
                done = said is not None
            case "promise":
                done = bool(await self.house.presses(who, "promise")) and await self._promises(who, duty)
            case _:
                done = bool(await self.house.presses(who, "extend")) and await self._asks(who, duty)
        self._counts(act if done else f"could not {act}")

    async def _opens(self, who: Member, number: int) -> Received | None:
        return await self.house.presses(who, f"go.duty.{number}")

    async def _promises(self, who: Member, duty: Duty) -> bool:
        said = await self.house.presses(who, "in_2")
        if said is None:
            return False
        told = next((data for block, data in said.says if block == "duties/promise:done"), None)
        if told is not None:
            last = datetime.fromisoformat(told["until"]).astimezone(self.house.plan.tz) - timedelta(microseconds=1)
            self.promised[duty] = last.date()
        return told is not None

    async def _asks(self, who: Member, duty: Duty) -> bool:
        """Three days more than there are."""
        row = next((item for one in reversed(who.heard) for item in one.items if _named(item) == duty), None)
        if row is None:
            return False
        until = datetime.fromisoformat(row["due"]).astimezone(self.house.plan.tz) + timedelta(days=2)
        words = f"{until.month}月{until.day}日"
        said = await self.house.says(who, words) and await self.house.says(who, "数据还没有核完")
        ends = ("duties/extend:asked", "duties/extend:done")
        return said is not None and any(block in ends for block, _ in said.says)

    async def decides(self, who: Member, number: int) -> None:
        opened = await self._opens(who, number)
        if opened is None or not opened.offers("allow"):
            return
        if self.draw("allow", self._called(number)).random() < 0.7:
            await self.house.presses(who, "allow")
            self._counts("allowed")
        elif await self.house.presses(who, "refuse"):
            await self.house.says(who, "请按原来的日期")
            self._counts("refused")

    def _called(self, number: int) -> str:
        """The same in every run with this seed: a row's number is not."""
        opens = f"go.duty.{number}"
        found = (one for one in self.house.received if one.offers(opens) and one.items)
        return next((str(sorted(_named(item) for item in one.items)) for one in found), "")

    def _counts(self, what: str) -> None:
        self.answers[what] = self.answers.get(what, 0) + 1


def _named(item: object) -> Duty:
    return item["rule"], item["unit"], item["period"]  # type: ignore[index]


def seats(plan: Plan) -> tuple[SeatRef, ...]:
    """Whoever owes something of the plan, their leaders, the offices that receive it, and the head of the county."""
    found: list[SeatRef] = []
    for demand in plan.duties.values():
        for unit in demands.owing(plan, demand):
            found += [SeatRef(unit, demand.seat), SeatRef(unit, "leader")]
        found += [SeatRef(unit, "coordinator") for unit in routing.watchers(plan, demands.receiving(plan, demand))]
    found.append(plan.head.ref)
    return tuple(dict.fromkeys(one for one in found if plan.seat_exists(one.unit, one.seat)))
