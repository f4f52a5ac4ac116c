"""`xiezhi demo`: temporary data, sample people of one county, a clock one can move. Nothing of it is kept."""

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import App
from bot.config import Config, ConfigError, CountyConfig, Server
from bot.plans import plans_of
from bot.timepiece import Lever
from reminders import own_morning, periods
from rules import routing
from rules.county import Plan
from rules.terms import SeatRef
from storage import people
from storage.database import Tx
from storage.sealed import Keyring

CLOCK = "/demo/clock"
SPANS = {"m": "minutes", "h": "hours", "d": "days"}
FOREVER = timedelta(days=36_500)
MOVES = 2_000  # a lever pulled years ahead stops at no more due moments than this, and looks once at what is left


def seats(plan: Plan) -> tuple[SeatRef, ...]:
    """Who takes tips in and who watches over it, the duty, sealed and head seats, a liaison of every unit that leads go to, the
    leader of one unit and one town, who hear of what they owe, and whoever else a regime or a duty of the plan waits for."""
    offices = (plan.intake.unit, *plan.intake.others, *plan.intake.viewers)
    wanted = [SeatRef(unit, seat) for unit in offices for seat in ("intake", "coordinator")]
    wanted += [SeatRef(one.unit, one.seat) for one in (plan.duty, plan.sealed, plan.head)]
    wanted += [SeatRef(unit, "liaison") for unit in routing.receivers(plan, frozenset())]
    town = next(
        (unit.id for unit in plan.units.values() if unit.kind == "township" and unit.seatable), plan.intake.unit
    )
    wanted += [*(SeatRef(unit, "leader") for unit in (plan.intake.unit, town)), *routing.needed(plan)]
    return tuple(one for one in dict.fromkeys(wanted) if plan.seat_exists(one.unit, one.seat))


def cast(plan: Plan) -> Iterator[tuple[str, SeatRef]]:
    """Made-up people, no real person's name: 甲一, 乙一 … 甲二."""
    names = (
        f"{surname}{given}"
        for given in "一二三四五六七八九"
        for surname in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    )
    return zip(names, seats(plan), strict=False)


def seated(tx: Tx, plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """Seat the cast; each with a code that lets them in once, however far the clock is moved before."""
    return [_seated(tx, plan.id, name, at, now) for name, at in cast(plan)]


def _seated(tx: Tx, county: str, name: str, at: SeatRef, now: datetime) -> dict[str, Any]:
    number = people.add(tx, county, name, now)
    people.seat(tx, number, county, at.unit, at.seat, now)
    code = people.invite_person(tx, people.Person(number, county, name), now + FOREVER)
    return {"name": name, "unit": at.unit, "seats": [at.seat], "login": code}


class Demo:
    def __init__(self, config: Config, root: Path, county: str, port: int) -> None:
        if county not in config.counties:
            known = ", ".join(config.counties)
            raise ConfigError(f"--county {county}: no such county in the configuration; use one of {known}")
        self.folder = tempfile.TemporaryDirectory(prefix="xiezhi-demo-")
        here = Path(self.folder.name)
        changed = {
            "database": f"sqlite:///{here / 'demo.db'}",
            "data": here,
            "server": Server(host=config.server.host, port=port),
            "counties": {county: CountyConfig(plan=config.counties[county].plan)},
        }
        self.config = config.model_copy(update=changed)
        self.lever = Lever()
        today = self.lever.now().date()
        plans = {key: one.with_demo_towns().going_live(today) for key, one in plans_of(self.config, root).items()}
        self.app = DemoApp(self.config, plans, Keyring.make(here / "keys"), self.lever)
        self.plan = plans[county]

    async def start(self) -> dict[str, Any]:
        await self.app.start()
        persons = await self.app.database.run(lambda tx: seated(tx, self.plan, self.lever.now()))
        url = f"http://{self.config.server.host}:{self.app.port}"
        return {"url": url, "people": persons, "clock": url + CLOCK}

    async def stop(self) -> None:
        await self.app.stop()
        self.folder.cleanup()


class DemoApp(App):
    """The app with a lever on its clock."""

    written = 0  # messages, counted by the conversations a commit wrote to

    def _committed(self, touched: set[int]) -> None:
        self.written += len(touched)
        super()._committed(touched)

    def application(self) -> web.Application:
        app = super().application()
        app.router.add_post(CLOCK, self.move)
        return app

    async def move(self, request: web.Request) -> web.Response:
        """Answers when all that fell due on the way has been handled."""
        try:
            target = moved(self.timepiece.now(), await request.json())
        except (ValueError, LookupError, TypeError, OverflowError):
            return web.json_response({"error": USAGE}, status=400)
        before = self.written
        handled = await self.forward(target)
        await self.sweep()  # what may be kept no longer at that time is gone by now
        return web.json_response(
            {"now": self.timepiece.now().isoformat(), "due_handled": handled, "sent": self.written - before}
        )

    async def forward(self, target: datetime) -> int:
        """From due moment to due moment, and through every midnight, so that nothing is skipped. How many duties were looked
        at."""
        assert isinstance(self.timepiece, Lever)
        handled = 0
        for _ in range(MOVES):
            due = await self.database.run(lambda tx: own_morning.next_look(tx, self.plans, self.timepiece.now()))
            opening = periods.next_opening(self.plans, self.timepiece.now())
            nearest = min(due, opening) if due is not None else opening
            if nearest > target:
                break
            self.timepiece.move_to(nearest)
            handled += await self.looked()
        self.timepiece.move_to(target)
        return handled + await self.looked()


USAGE = 'send {"advance": "3d"} (m, h, d) or {"to": "2026-12-01T09:00:00+08:00"}; the clock only goes forward'


def moved(now: datetime, asked: dict[str, Any]) -> datetime:
    """Raises ValueError, LookupError, TypeError or OverflowError for anything that is not in the interface."""
    if "to" in asked:
        target = datetime.fromisoformat(asked["to"])
    else:
        text = str(asked["advance"])
        target = now + timedelta(**{SPANS[text[-1]]: float(text[:-1])})
    if target < now:  # a TypeError without a time zone
        raise ValueError(asked)
    return target


def told(ready: dict[str, Any], plan: Plan) -> str:
    """For a person at the terminal: who is who, and how to come in."""
    lines = [
        f"{plan.name.zh} · demo",
        "",
        f"群众 · citizen  {ready['url']}/",
        "工作人员 · staff (each link lets one person in, once; open each in a private window of its own):",
    ]
    for one in ready["people"]:
        unit, seat = plan.units[one["unit"]].name.zh, plan.seats[one["seats"][0]].name.zh
        lines.append(f"  {one['name']}  {unit} · {seat}  {ready['url']}/#login={one['login']}")
    body = json.dumps({"advance": "3d"})
    lever = f"curl -X POST {ready['clock']} -H 'Content-Type: application/json' -d '{body}'"
    return "\n".join([*lines, "", f"把时钟拨快 · move the clock: {lever}"])
