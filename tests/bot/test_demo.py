"""`xiezhi demo`: sample people who can come in, and a clock one can move."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import Config, CountyConfig
from bot.demo import CLOCK, Demo, seats, told
from rules import routing
from tests.stories.office import closes, takes, tells, tip
from tests.town import MONDAY, ROOT, Town, receipt

COUNTIES = ("luzhai", "yangxi")


def demo_of(county: str) -> Demo:
    config = Config(min_free_mb=0, counties={one: CountyConfig(plan=f"counties/{one}.yaml") for one in COUNTIES})
    return Demo(config, ROOT, county, 0)


@pytest.fixture
async def luzhai() -> AsyncIterator[tuple[Demo, dict[str, Any], aiohttp.ClientSession]]:
    demo = demo_of("luzhai")
    ready = await demo.start()
    async with aiohttp.ClientSession(ready["url"]) as http:
        yield demo, ready, http
    await demo.stop()


# -- people --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("county", COUNTIES)
async def test_everybody_of_the_sample_comes_in_by_their_code(county: str) -> None:
    """Each person holds the one seat they are shown with, is let in under their name, and only once."""
    demo = demo_of(county)
    ready = await demo.start()
    async with aiohttp.ClientSession(ready["url"]) as http:
        for one in ready["people"]:
            entered = await http.post("/chat/start", json={"login": one["login"], "language": "zh"})
            assert (entered.status, (await entered.json())["name"]) == (200, one["name"])
        again = await http.post("/chat/start", json={"login": ready["people"][0]["login"]})
        assert again.status == 403
    await demo.stop()
    names = [one["name"] for one in ready["people"]]
    assert len(set(names)) == len(names) == len(seats(demo.plan))


@pytest.mark.parametrize("county", COUNTIES)
def test_every_seat_that_a_tip_may_need_is_taken(county: str) -> None:
    """Intake and whoever stands in for it, duty, sealed route, head, and a liaison wherever a lead may be handed."""
    plan = demo_of(county).plan
    taken = {(one.unit, one.seat) for one in seats(plan)}
    assert {(one.unit, one.seat) for one in (plan.duty, plan.sealed, plan.head)} <= taken
    assert {(unit, "intake") for unit in (plan.intake.unit, *plan.intake.others)} <= taken
    assert {(unit, "liaison") for unit in routing.receivers(plan, frozenset())} <= taken


@pytest.mark.parametrize("county", COUNTIES)
def test_every_seat_that_a_regime_may_need_is_taken(county: str) -> None:
    """Whatever is put in the demo reaches somebody who can answer: filling stations and post included."""
    plan = demo_of(county).plan
    assert set(routing.needed(plan)) <= set(seats(plan))


def test_the_terminal_shows_everybody_and_the_clock() -> None:
    """A link for each person and one command that moves the time; nothing has to be looked up."""
    plan = demo_of("luzhai").plan
    persons = [{"name": "甲一", "unit": "tobacco", "seats": ["liaison"], "login": "ABCD-EFGH-JKMN"}]
    shown = told({"url": "http://127.0.0.1:1", "clock": "http://127.0.0.1:1" + CLOCK, "people": persons}, plan)
    for part in ("http://127.0.0.1:1/#login=ABCD-EFGH-JKMN", "甲一", '{"advance": "3d"}', CLOCK):
        assert part in shown


# -- the clock -----------------------------------------------------------------------------------------------------------


async def moves(http: aiohttp.ClientSession, body: Any) -> tuple[int, dict[str, Any]]:
    answer = await http.post(CLOCK, json=body)
    return answer.status, await answer.json()


async def test_the_clock_stops_at_everything_that_falls_due(sqlite_town: Town) -> None:
    """What nobody takes is called out rung by rung on the way, none skipped; the answer says how much was done."""
    officer, citizen = await sqlite_town.staff("hq_office", "duty"), await sqlite_town.citizen()
    await citizen.says("码头正在卸走私烟")
    await citizen.says("东门码头")
    await citizen.presses("none")
    await citizen.presses("submit")
    number, _ = receipt(citizen)
    await officer.listens()
    status, body = await moves(sqlite_town.http, {"advance": "1h"})
    assert status == 200 and datetime.fromisoformat(body["now"]) >= MONDAY + timedelta(hours=1)
    await officer.listens()
    reminded = [one for one in officer.fresh if number in one["text"]]
    assert len(reminded) > 1
    assert body["due_handled"] >= len(reminded) and body["sent"] >= len(reminded)
    status, body = await moves(sqlite_town.http, {"advance": "0m"})
    assert (status, body["due_handled"], body["sent"]) == (200, 0, 0)


async def test_a_code_outlives_a_moved_clock(luzhai: tuple[Demo, dict[str, Any], aiohttp.ClientSession]) -> None:
    """Somebody looks at the demo a year ahead and opens the next role's link only then."""
    demo, ready, http = luzhai
    status, body = await moves(http, {"to": (demo.lever.now() + timedelta(days=365)).isoformat()})
    assert status == 200
    entered = await http.post("/chat/start", json={"login": ready["people"][-1]["login"]})
    assert entered.status == 200


WRONG = [
    # what is sent                                why it cannot be followed
    ({}, "neither word"),
    ([], "no object"),
    ("to", "no object"),
    (None, "no object"),
    ({"advance": ""}, "empty"),
    ({"advance": "3"}, "no unit"),
    ({"advance": "3w"}, "unknown unit"),
    ({"advance": "xd"}, "no number"),
    ({"advance": "nand"}, "not a number"),
    ({"advance": "infd"}, "endless"),
    ({"advance": "9999999999d"}, "beyond the calendar"),
    ({"advance": "-1d"}, "backwards"),
    ({"to": "2020-01-01T00:00:00+08:00"}, "backwards"),
    ({"to": "2100-01-01T00:00:00"}, "no time zone"),
    ({"to": "tomorrow"}, "no moment"),
    ({"to": 5}, "no moment"),
]


async def test_a_wrong_wish_is_answered_and_moves_nothing(sqlite_town: Town) -> None:
    """400 with the one sentence that says how to ask."""
    before = sqlite_town.app.timepiece.now()
    for wish, why in WRONG:
        status, body = await moves(sqlite_town.http, wish)
        assert (status, "advance" in body["error"]) == (400, True), why
    broken = await sqlite_town.http.post(CLOCK, data=b"{")
    assert broken.status == 400
    assert sqlite_town.app.timepiece.now() - before < timedelta(hours=1)


# -- the process ---------------------------------------------------------------------------------------------------------


async def test_one_line_of_json_and_a_clean_end(tmp_path: Path) -> None:
    """`--json` prints one line once everything is ready; SIGTERM ends it with 0, and nothing of it is kept."""
    command = (sys.executable, "-m", "bot", "demo", "--port", "0", "--json", "--county", "yangxi")
    pipe, here = asyncio.subprocess.PIPE, {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=here, stdout=pipe, stderr=pipe)
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    assert set(ready) == {"url", "people", "clock"}
    assert all(set(one) == {"name", "unit", "seats", "login"} for one in ready["people"])
    async with aiohttp.ClientSession() as http:
        assert (await http.get(ready["url"] + "/readyz")).status == 200
        assert (await http.post(ready["clock"], json={"advance": "2h"})).status == 200
    process.send_signal(signal.SIGTERM)
    rest, _ = await asyncio.wait_for(process.communicate(), 15)
    assert (process.returncode, rest) == (0, b"")
    assert not any(one.startswith("xiezhi-demo-") for one in os.listdir(tmp_path))


async def test_outside_the_demo_there_is_no_such_clock(tmp_path: Path) -> None:
    """A clock that anybody may move would be a way to let every deadline lapse."""
    from bot.app import App

    routes = [
        route.resource.canonical for route in App.application(demo_of("luzhai").app).router.routes() if route.resource
    ]
    assert "/chat/say" in routes and CLOCK not in routes


async def test_the_clock_moves_what_is_kept_as_well(sqlite_town: Town) -> None:
    """Retention is legal time: when the lever's answer comes, what may be kept no longer at that time is gone."""
    officer = await sqlite_town.staff("hq_office", "intake")
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    await closes(officer, number, "not_confirmed", "查过了，没有发现")
    assert (await moves(sqlite_town.http, {"advance": "1800d"}))[0] == 200
    assert (await tip(sqlite_town, number)).forgotten_at is None
    assert (await moves(sqlite_town.http, {"advance": "60d"}))[0] == 200
    assert (await tip(sqlite_town, number)).forgotten_at is not None
