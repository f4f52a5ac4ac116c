"""kill -9 of the real server at random moments under traffic: every acknowledged message has exactly one effect.

Talkers hold conversations over HTTP. A message without an answer is said again under the same id once the server is back;
now and then an acknowledged one is, too, as platforms do. Afterwards the database is opened with the keyring, and each
conversation must hold exactly what was said in it: its tips with their story and place, its additions in their order.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bench.figures import Figure
from bench.process import House, Process, spawn, wait_ready
from bench.town import PLACE
from storage import audit, chats, tips
from storage.database import Database, Tx
from storage.models import dead, inbox
from storage.models import tips as tip_rows
from storage.sealed import Keyring

TALKERS, TIPS, PAUSE = 8, 2, 0.01
TIP = ("举报", "县城东门老仓库夜里有人搬走私香烟，第{}次", "no", PLACE, "enough", "submit", "later")
OPEN = ("查询", "1")
ADDITION = ("add", "后来又看见一辆车，第{}次", "done")


@dataclass
class Talk:
    """One conversation: what is to be said in it, and what must have come of it."""

    name: str
    token: str

    @property
    def texts(self) -> list[str]:
        told = [text.format(f"{self.name}-{number}") for number in range(TIPS) for text in TIP]
        return [*told, *OPEN] + [text.format(f"{self.name}-{number}") for number in range(TIPS) for text in ADDITION]

    @property
    def stories(self) -> list[str]:
        return [TIP[1].format(f"{self.name}-{number}") for number in range(TIPS)]

    @property
    def additions(self) -> list[str]:
        return [ADDITION[1].format(f"{self.name}-{number}") for number in range(TIPS)]


@dataclass
class Traffic:
    """Talkers, one conversation after another, until `ending`; then each finishes the one it is in."""

    draw: random.Random
    talks: list[Talk] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    address: str = ""
    up: asyncio.Event = field(default_factory=asyncio.Event)
    ending: bool = False

    async def talker(self, http: aiohttp.ClientSession, name: str) -> None:
        number = 0
        while not self.ending:
            token = await self._started(http)
            talk = Talk(f"{name}-{number}", token)
            self.talks.append(talk)
            for place, text in enumerate(talk.texts):
                await self._said(http, token, {"id": f"{talk.name}-{place:04d}", "text": text})
                await asyncio.sleep(PAUSE * self.draw.random())
            number += 1

    async def _started(self, http: aiohttp.ClientSession) -> str:
        """A start without an answer leaves a conversation that nobody knows, and in which nothing was said."""
        answer = await self._post(http, "/chat/start", {"language": "zh", "county": "luzhai"}, {})
        return str(answer["token"])

    async def _said(self, http: aiohttp.ClientSession, token: str, body: dict[str, Any]) -> None:
        bearer = {"Authorization": f"Bearer {token}"}
        await self._post(http, "/chat/say", body, bearer)
        self.told["acknowledged"] += 1
        if self.draw.random() < 0.05:
            await self._post(http, "/chat/say", body, bearer)
            self.told["said twice"] += 1

    async def _post(
        self, http: aiohttp.ClientSession, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> dict[str, Any]:
        """Until it is acknowledged."""
        while True:
            await self.up.wait()
            try:
                async with http.post(self.address + path, json=body, headers=headers) as answer:
                    if answer.status in (200, 202):
                        return dict(await answer.json())
                    assert answer.status == 503, (answer.status, await answer.text())
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                self.told["without an answer"] += 1
            await asyncio.sleep(0.01)


async def killed(house: House, folder: Path, kills: int, seed: int, life: float = 0.5) -> tuple[Traffic, float]:
    """So many lives of the server, each ended by kill -9 at a random moment of at most `life` seconds after its start
    was announced (one in eight: while it starts); then a last one that works everything off. Returns the traffic and the
    longest start."""
    draw, slowest = random.Random(seed), 0.0
    traffic = Traffic(draw)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as http:
        talkers = [asyncio.create_task(traffic.talker(http, f"t{number}")) for number in range(TALKERS)]
        for _ in range(kills):
            since = time.perf_counter()
            server = spawn(house.arguments(), folder)
            if draw.random() < 1 / 8:
                await asyncio.sleep(draw.random() * life)
            else:
                await _open(traffic, server, since)
                slowest = max(slowest, server.seconds)
                await asyncio.sleep(draw.random() * life)
            traffic.up.clear()
            server.kill()
        server = spawn(house.arguments(), folder)
        try:
            await _open(traffic, server, time.perf_counter())
            traffic.ending = True
            await asyncio.gather(*talkers)
            await _quiet(http, traffic.address)
        finally:
            server.stop()
    return traffic, slowest


async def _open(traffic: Traffic, server: Process, since: float) -> None:
    await asyncio.to_thread(wait_ready, server, since)
    traffic.address = server.address.rstrip("/")
    traffic.up.set()


async def _quiet(http: aiohttp.ClientSession, address: str, seconds: float = 90) -> None:
    """Until nothing waits to be worked off."""
    until = time.monotonic() + seconds
    while True:
        async with http.get(address + "/metrics") as answer:
            if "xiezhi_inbox_waiting 0.0" in await answer.text():
                return
        assert time.monotonic() < until, "the inbox did not drain"
        await asyncio.sleep(0.05)


# -- what came of it -----------------------------------------------------------------------------------------------------


async def found(house: House, talks: list[Talk]) -> list[str]:
    """Everything that is not as it was said, in words; nothing when all is right."""
    database = Database(house.database, Keyring.open(house.folder / "keys"))
    try:
        return await database.run(lambda tx: [*_wrong(tx, talks)])
    finally:
        await database.close()


def _wrong(tx: Tx, talks: list[Talk]) -> Iterator[str]:
    for talk in talks:
        yield from _wrong_in(tx, talk)
    kept = tx.execute(select(func.count()).select_from(tip_rows)).scalar_one()
    if kept != len(talks) * TIPS:
        yield f"{kept} tips are kept, {len(talks) * TIPS} were told"
    if count := tx.execute(select(func.count()).select_from(inbox).where(~inbox.c.done)).scalar_one():
        yield f"{count} messages were not worked off"
    for cause in tx.execute(select(dead.c.cause)).scalars():
        yield f"set aside: {cause}"
    if (row := audit.broken_at(tx)) is not None:
        yield f"the audit chain breaks at {row}"


def _wrong_in(tx: Tx, talk: Talk) -> Iterator[str]:
    chat = chats.find(tx, "web", talk.token)
    assert chat is not None, talk.name
    rows = tips.by_aliases(tx, [bytes.fromhex(one) for one in chat.state.get("mine", ())])
    told = [(content["what"], content["where"]) for content in (tips.content(tx, row) for row in rows)]
    added = [one["text"] for row in rows for one in tips.dialogue(tx, row.id)]
    if told != [(story, PLACE) for story in talk.stories]:
        yield f"{talk.name}: tips {told}"
    if added != talk.additions:
        yield f"{talk.name}: additions {added}"
    if chat.prompt != len(talk.texts) + 1:
        yield f"{talk.name}: {chat.prompt} answers to {len(talk.texts) + 1} messages"


def measure(folder: Path, kills: int = 200, seed: int = 20261123) -> Iterator[Figure]:
    house = House.make(folder)
    house.migrate()
    traffic, slowest = asyncio.run(killed(house, folder, kills, seed))
    wrong = asyncio.run(found(house, traffic.talks))
    told = {
        "kills": kills,
        "seed": seed,
        **traffic.told,
        "conversations": len(traffic.talks),
        "slowest_start_s": round(slowest, 2),
        "wrong": wrong[:10],
    }
    yield Figure("kill.wrong", len(wrong), "", None, told)
