"""`xiezhi demo`: temporary data, sample people of one county, a clock one can move. Nothing of it is kept."""

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import App, plans_of
from bot.config import Config, ConfigError, CountyConfig, Server
from bot.timepiece import Lever
from rules.county import Plan
from storage import duties, people
from storage.database import Tx
from storage.sealed import Keyring

CLOCK = "/demo/clock"
SPANS = {"m": "minutes", "h": "hours", "d": "days"}
MOVES = 2_000  # a lever pulled a year ahead climbs no more rungs than this


def cast(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """(made-up name, unit, seat): intake, coordinator and duty of the intake unit, the sealed seat, two liaisons of every
    body that takes leads, and a leader for it. No real person's name."""
    names = (f"{surname}{given}" for given in "一二三四" for surname in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥")
    office = plan.intake.unit
    for seat in ("intake", "coordinator"):
        if plan.seat_exists(office, seat):
            yield next(names), office, seat
    yield next(names), plan.duty.unit, plan.duty.seat
    yield next(names), plan.sealed.unit, plan.sealed.seat
    yield next(names), plan.head.unit, plan.head.seat
    for unit in plan.units.values():
        if unit.kind in ("lead_agency", "cooperating_agency") and plan.seat_exists(unit.id, "liaison"):
            yield next(names), unit.id, "liaison"


def seated(tx: Tx, plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """Seat the cast; each with a code that lets them in once."""
    persons: dict[tuple[str, str], dict[str, Any]] = {}
    for name, unit, seat in cast(plan):
        number = people.add(tx, plan.id, name, now)
        people.seat(tx, number, plan.id, unit, seat, now)
        who = people.Person(number, plan.id, name)
        code = people.invite_person(tx, who, now)
        persons[(unit, seat)] = {"name": name, "unit": unit, "seats": [seat], "login": code}
    return list(persons.values())


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
        plans = {key: plan.with_demo_towns() for key, plan in plans_of(self.config, root).items()}
        self.lever = Lever()
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

    def application(self) -> web.Application:
        app = super().application()
        app.router.add_post(CLOCK, self.move)
        return app

    async def move(self, request: web.Request) -> web.Response:
        """From due moment to due moment, so that nothing is skipped; answers when all of it has been handled."""
        assert isinstance(self.timepiece, Lever)
        try:
            target = moved(self.timepiece.now(), await request.json())
        except (ValueError, KeyError, TypeError):
            return web.json_response(
                {"error": 'send {"advance": "3d"} (m, h, d) or {"to": "2026-12-01T09:00:00+08:00"}'}, status=400
            )
        handled = await self.forward(target)
        return web.json_response({"now": self.timepiece.now().isoformat(), "due_handled": handled, "sent": handled})

    async def forward(self, target: datetime) -> int:
        assert isinstance(self.timepiece, Lever)
        handled = 0
        for _ in range(MOVES):
            nearest = await self.database.run(duties.next_look)
            if nearest is None or nearest > target:
                break
            self.timepiece.move_to(nearest)
            handled += await self.looked()
        self.timepiece.move_to(target)
        return handled


def moved(now: datetime, asked: dict[str, Any]) -> datetime:
    """Raises ValueError, KeyError or TypeError for anything that is not in the interface."""
    if "to" in asked:
        target = datetime.fromisoformat(asked["to"])
        if target.tzinfo is None:
            raise ValueError("no time zone")
        return target
    text = str(asked["advance"])
    return now + timedelta(**{SPANS[text[-1]]: float(text[:-1])})


def told(ready: dict[str, Any], plan: Plan) -> str:
    """For a person at the terminal: who is who, and how to come in."""
    lines = [
        f"{plan.name.zh} · demo  {ready['url']}/",
        "",
        "Citizens: open the address. Staff: open it with the code behind #login=",
    ]
    for one in ready["people"]:
        unit, seat = plan.units[one["unit"]].name.zh, plan.seats[one["seats"][0]].name.zh
        lines.append(f"  {one['name']}  {unit} · {seat}  {ready['url']}/#login={one['login']}")
    body = json.dumps({"advance": "3d"})
    return "\n".join(
        [*lines, "", f"Move the clock: curl -X POST {ready['clock']} -H 'Content-Type: application/json' -d '{body}'"]
    )
