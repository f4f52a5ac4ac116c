"""A town to hold stories in: a real app on a real port, a database of its own, and a clock on a lever.

    async with Town.open(url, folder) as town:
        citizen = await town.citizen()
        await citizen.says("码头有人在卸走私烟")
        officer.hears("新举报")

People act over HTTP as the page does. `settle` returns when everything that was said or fell due has been handled.
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot.app import TEMPLATES
from bot.bots import Channels, Telegram, Web, Wecom
from bot.config import Config, CountyConfig, Server
from bot.demo import DemoApp
from bot.timepiece import Lever
from rules import county
from rules.county import Plan
from storage import people
from storage.mailbox import PAGE
from storage.sealed import Keyring
from tests.simulators.telegram import Simulator

ROOT = TEMPLATES.parent
HOME = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=HOME)  # a working day with four more behind it


PUBLIC = "https://town.example"
BOTS, NO_CORP = Telegram(), Wecom()


def with_bots(telegram: Simulator, county: str, bots: Telegram) -> Telegram:
    """The first county's bots are called `citizens` and `staff`, as in the stories; another's carry its name."""

    def known(name: str) -> dict[str, str]:
        bot = telegram.bot(name if county == "luzhai" else f"{name}_{county}")
        return {"token": bot.token, "api_url": telegram.url}

    return Telegram(
        citizens=bots.citizens.model_copy(update=known("citizens")), staff=bots.staff.model_copy(update=known("staff"))
    )


class Person:
    """Somebody at a page: says, presses, sends, hears."""

    def __init__(self, town: "Town", token: str) -> None:
        self.town, self.token, self.last = town, token, 0
        self.messages: list[dict[str, Any]] = []
        self.fresh: list[dict[str, Any]] = []

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = await self.town.http.post("/chat/say", json={"id": str(uuid.uuid4()), **body}, headers=self.headers)
        return answer.status, await answer.json()

    async def says(self, text: str, wait: float = 0) -> str:
        """What is answered, as one text."""
        status, body = await self.post({"text": text})
        assert status == 202, body
        return await self.listens(wait)

    async def presses(self, words: str) -> str:
        """Press the newest button with these words, or this id."""
        for message in reversed(self.messages):
            for choice in message["choices"]:
                if words in (choice["id"], choice["label"]):
                    status, body = await self.post({"choice": choice["id"], "prompt": message["prompt"]})
                    assert status == 202, body
                    return await self.listens()
        raise AssertionError(f"no button {words!r} among {self.buttons}")

    async def shares(self, lat: float, lon: float) -> str:
        status, body = await self.post({"location": {"lat": lat, "lon": lon, "accuracy": 10}})
        assert status == 202, body
        return await self.listens()

    async def sends(self, name: str, data: bytes) -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData()
        form.add_field("id", str(uuid.uuid4()))
        form.add_field("file", data, filename=name, content_type="application/octet-stream")
        answer = await self.town.http.post("/chat/say", data=form, headers=self.headers)
        body = await answer.json()
        await self.listens()
        return answer.status, body

    async def listens(self, wait: float = 0) -> str:
        """All that waits, however many pages it fills."""
        await self.town.settle()
        self.fresh = page = await self._page(wait)
        while len(page) == PAGE:
            page = await self._page(0)
            self.fresh = [*self.fresh, *page]
        return "\n".join(one["text"] for one in self.fresh)

    async def _page(self, wait: float) -> list[dict[str, Any]]:
        answer = await self.town.http.get(
            "/chat/events", params={"after": str(self.last), "wait": str(int(wait))}, headers=self.headers
        )
        page: list[dict[str, Any]] = (await answer.json()).get("messages", [])
        self.messages += page
        self.last = max([self.last, *(one["n"] for one in page)])
        return page

    @property
    def buttons(self) -> list[str]:
        """What the newest question offers."""
        asked = next((one for one in reversed(self.messages) if one["choices"]), {"choices": []})
        return [choice["label"] for choice in asked["choices"]]

    @property
    def ids(self) -> list[str]:
        asked = next((one for one in reversed(self.messages) if one["choices"]), {"choices": []})
        return [choice["id"] for choice in asked["choices"]]

    @property
    def text(self) -> str:
        """Everything heard so far."""
        return "\n".join(one["text"] for one in self.messages)


@cache
def _read(*files: tuple[Path, int]) -> dict[str, Plan]:
    """Once as long as the files stand as they are: plans are frozen, and reading them was most of a town's start."""
    return county.load((path for path, _ in files), ROOT / "counties/common.yaml")


def _own(plan: Plan) -> Plan:
    """Its tables are one town's: what a story changes in them is no other story's."""
    return plan.model_copy(update={name: dict(value) for name, value in plan if isinstance(value, dict)})


class Town:
    def __init__(self, app: DemoApp, http: aiohttp.ClientSession) -> None:
        self.app, self.http = app, http
        self.plan = next(iter(app.plans.values()))

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls,
        url: str,
        folder: Path,
        counties: tuple[str, ...] = ("luzhai",),
        start: datetime = MONDAY,
        port: int = 0,
        off_page: tuple[str, ...] = (),
        telegram: Simulator | None = None,
        bots: Telegram = BOTS,
        wecom: Wecom = NO_CORP,
        role: str = "all",
        live: date | None = None,
        files: Mapping[str, str] = MappingProxyType({}),
    ) -> AsyncIterator["Town"]:
        """With `telegram`, each county has its two bots there: as `bots` says, polling if it says nothing; webhooks are
        posted to `PUBLIC`. With `wecom`, each county has its app and its account there. `live`: the
        day the counties went live, from which on their plans' duties open. `files`: where a county's plan lies, if not in
        `counties/`."""
        where = {one: files.get(one, f"counties/{one}.yaml") for one in counties}
        config = Config(
            database=url,
            data=folder,
            min_free_mb=0,
            server=Server(port=port, public_url=PUBLIC if telegram or wecom.corp_id else ""),
            counties={
                one: CountyConfig(
                    plan=where[one],
                    channels=Channels(
                        web=Web(enabled=one not in off_page),
                        telegram=with_bots(telegram, one, bots) if telegram else bots,
                        wecom=wecom,
                    ),
                )
                for one in counties
            },
        )
        read = _read(*((ROOT / one, (ROOT / one).stat().st_mtime_ns) for one in where.values()))
        plans = {key: _own(plan).with_demo_towns() for key, plan in read.items()}
        if live:
            plans = {key: plan.going_live(live) for key, plan in plans.items()}
        keys = Keyring.open(folder / "keys") if (folder / "keys").exists() else Keyring.make(folder / "keys")
        app = DemoApp(config, plans, keys, Lever(start), role)
        await app.start()
        if telegram:
            telegram.roads[PUBLIC] = f"http://127.0.0.1:{app.port}"
        async with aiohttp.ClientSession(f"http://127.0.0.1:{app.port}") as http:
            try:
                yield cls(app, http)
            finally:
                await app.stop()

    # -- people --------------------------------------------------------------------------------------------------------

    async def start(self, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = await self.http.post("/chat/start", json={"language": "zh", **body})
        return answer.status, await answer.json()

    async def citizen(self, county: str | None = None, language: str = "zh") -> Person:
        status, body = await self.start(county=county or self.plan.id, language=language)
        assert status == 200, body
        person = Person(self, body["token"])
        await person.listens()
        return person

    async def staff(self, unit: str, seat: str, name: str = "甲", county: str | None = None) -> Person:
        """Somebody newly seated, logged in by an invitation."""
        where, now = county or self.plan.id, self.app.timepiece.now()
        code = await self.app.database.run(lambda tx: people.invite(tx, where, unit, seat, name, None, now))
        return await self.login(code)

    async def login(self, code: str) -> Person:
        status, body = await self.start(login=code)
        assert status == 200, body
        person = Person(self, body["token"])
        await person.listens()
        return person

    # -- time ----------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        await self.app.fetched()
        await self.app.looked()
        if self.app.role != "web":
            await self.app.cleaner.idle.wait()
        await self.app.inbox.idle.wait()

    async def fast_forward(self, **span: float) -> int:
        """From due moment to due moment; returns how many rungs were climbed."""
        handled = await self.app.forward(self.app.timepiece.now() + timedelta(**span))
        await self.settle()
        return handled

    async def forward_to(self, moment: datetime) -> int:
        handled = await self.app.forward(moment.astimezone(UTC))
        await self.settle()
        return handled


async def tip_off(
    citizen: Person, what: str = "县城东门仓库夜里在卖走私香烟", where: str = "县城东门老粮仓"
) -> tuple[str, str]:
    """The shortest whole tip; returns (number, password)."""
    await citizen.says(what)
    if "now" not in what:
        await citizen.presses("no")
    await citizen.says(where)
    await citizen.presses("enough")
    if "as_written" in citizen.ids:
        await citizen.presses("as_written")
    await citizen.presses("submit")
    return receipt(citizen)


def receipt(person: Person) -> tuple[str, str]:
    """Number and password as the page shows them."""
    import re

    number = re.findall(r"[A-Z]{2}-\d{8}", person.text)[-1]
    password = re.findall(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", person.text)[-1]
    return number, password


async def together(*awaitables: Any) -> list[Any]:
    return list(await asyncio.gather(*awaitables))
