"""Whole tip-offs per second through Telegram's webhook: five typed messages each, the next one right after the 200 of the
one before, until every tip is recorded. By turns with two plain bots that hold the same conversation.

The platform is a null Bot API. The house is measured twice: at Telegram's pace, where most replies still wait in the outbox
when the tips are recorded, as in life; and with the pace opened, where sending competes for the same processor.
"""

import json
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench import load, town
from bench.figures import ROUNDS, Figure, median
from bench.peers.notebook import PATH, SECRET, TOKEN
from bench.process import House, Process, running

CONNECTIONS, TIPS = 40, 400  # 40: what Telegram itself opens to a webhook, unless told otherwise
HOOK = "/luzhai/telegram/citizens"
HEADER = "X-Telegram-Bot-Api-Secret-Token:"
CROWD, SLOW_MS = 2_000, 20
_PEOPLE, _UPDATES = count(1_000), count(1)
Told = dict[str, Any]


def update(person: int, text: str) -> dict[str, Any]:
    number, who = next(_UPDATES), {"id": person, "first_name": "x"}
    chat, sender = who | {"type": "private"}, who | {"is_bot": False, "language_code": "zh-hans"}
    message = {"message_id": number, "date": 1_795_000_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": message}


def talks(path: str, tips: int) -> list[load.Conversation]:
    """Somebody new tells each of them."""
    everybody = (next(_PEOPLE) for _ in range(tips))
    return [(SECRET, [(path, update(person, text)) for text in town.TIP_OFF]) for person in everybody]


@dataclass(frozen=True)
class Api:
    """The null Bot API, as it is asked from here."""

    process: Process

    def asked(self, path: str) -> Any:
        with urllib.request.urlopen(self.process.address.rstrip("/") + path) as answer:
            return json.load(answer)

    def sent(self) -> int:
        """What was put or changed in chats."""
        counts = self.asked("/counts").items()
        return sum(number for name, number in counts if name.startswith(("send", "edit")) and name != "sendChatAction")


@dataclass(frozen=True)
class Bot:
    """One that is measured: how it is started, where it listens, where it writes tips down."""

    name: str
    arguments: list[str]
    path: str
    database: Path
    environment: dict[str, str]

    def recorded(self) -> int:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM tips").fetchone()[0])

    def waiting(self) -> int:
        """Replies that are still to be sent."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def house(folder: Path, api: str, *, paced: bool) -> Bot:
    folder.mkdir()
    made = House.make(folder)
    made.migrate()
    here = "XIEZHI_COUNTIES__LUZHAI__CHANNELS__TELEGRAM__CITIZENS__"
    told = {"TOKEN": TOKEN, "MODE": "webhook", "API_URL": api, "WEBHOOK_SECRET": SECRET, "ACCEPT_TIPS": "true"}
    environment = {here + key: value for key, value in told.items()} | {
        "XIEZHI_SERVER__PUBLIC_URL": "https://town.example"
    }
    arguments = made.arguments() if paced else ["-m", "bench.unpaced", *made.arguments()[2:]]
    return Bot("ours" if paced else "ours.unpaced", arguments, HOOK, folder / "xiezhi.db", environment)


def peer(folder: Path, api: str, name: str) -> Bot:
    database = folder / f"{name}.db"
    return Bot(name, ["-m", f"bench.peers.{name}_bot", str(database), api], PATH, database, {})


def told(bot: Bot, process: Process, api: Api, tips: int, *, answered: bool = False) -> Told:
    """From the first message to the last tip that is recorded; with `answered`, also to the last reply."""
    before, sent, cpu = bot.recorded(), api.sent(), process.cpu()
    result = load.run(process.port, talks(bot.path, tips), CONNECTIONS, expected=200, header=HEADER)
    result["acknowledged"] = result["seconds"]
    _until(lambda: bot.recorded() - before == tips)
    result |= {"seconds": time.monotonic() - result["since"], "sent": api.sent() - sent}
    cpu = process.cpu() - cpu
    if answered:
        _until(lambda: not bot.waiting())
        result["answered"] = time.monotonic() - result["since"]
    return result | {"bot_cpu": cpu}


def _until(true: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("the bot did not finish")
        time.sleep(0.01)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def once(bot: Bot, folder: Path, api: Api, tips: int = TIPS) -> Told:
    """A process of its own each time, so that what one leaves to be sent slows no other."""
    with running(bot.arguments, folder, bot.environment) as process:
        _until(lambda: _listens(process.port))  # python-telegram-bot does not say when it does
        unpaced = bot.name == "ours.unpaced"
        told(bot, process, api, tips // 4, answered=unpaced)
        return told(bot, process, api, tips, answered=unpaced) | process.memory()


def measure(folder: Path) -> Iterator[Figure]:
    with running(["-m", "bench.null_api"], folder) as server:
        api = Api(server)
        address = server.address.rstrip("/")
        bots = [house(folder / "paced", address, paced=True), house(folder / "unpaced", address, paced=False)]
        bots += [peer(folder, address, name) for name in ("aiogram", "ptb")]
        rounds: dict[str, list[Told]] = {bot.name: [] for bot in bots}
        for _ in range(ROUNDS):
            for bot in bots:
                rounds[bot.name].append(once(bot, folder, api))
    for name in ("ours", "ours.unpaced"):
        for other in ("aiogram", "ptb"):
            yield _beside(name, rounds[name], other, rounds[other])
    yield _answered(rounds["ours.unpaced"], rounds["aiogram"])


def _per_second(results: list[Told], key: str = "seconds") -> list[float]:
    return [TIPS / one[key] for one in results]


def _each(results: list[Told]) -> dict[str, Any]:
    return {
        "rounds": [round(one) for one in _per_second(results)],
        "client_busy": round(median([one["cpu"] / one["seconds"] for one in results]), 2),
        "cpu_ms_per_tip": round(median([1000 * one["bot_cpu"] / TIPS for one in results]), 1),
        "replies_sent": round(median([one["sent"] for one in results])),
        "rss_mib": median([one["VmRSS"] for one in results]),
    }


def _beside(name: str, ours: list[Told], other: str, theirs: list[Told]) -> Figure:
    conditions = {
        "floor": f"{other}, the same five messages, one commit a tip",
        "pace": "Telegram's: most replies wait in the outbox" if name == "ours" else "opened: replies are sent at once",
        "next_step": "right after the 200 of the one before",
        "connections": CONNECTIONS,
        "each": TIPS,
        "ours": _each(ours),
        other: _each(theirs),
    }
    value, floor = median(_per_second(ours)), median(_per_second(theirs))
    return Figure(f"telegram.{name}.beside.{other}", value, "1/s", floor, conditions)


def _answered(ours: list[Told], theirs: list[Told]) -> Figure:
    conditions = {"floor": "aiogram, whose replies are out when it acknowledges", "until": "the last reply is sent"}
    value, floor = median(_per_second(ours, "answered")), median(_per_second(theirs))
    return Figure("telegram.ours.unpaced.answered", value, "1/s", floor, conditions)


def crowd(folder: Path) -> Iterator[Figure]:
    """Two thousand tips at once, the next step right after each 200: all of them are recorded, each once."""
    with running(["-m", "bench.null_api"], folder) as server:
        bot = house(folder / "paced", server.address.rstrip("/"), paced=True)
        with running(bot.arguments, folder, bot.environment) as process:
            result = told(bot, process, Api(server), CROWD)
            seconds = round(result["seconds"], 1)
            conditions = {"told": CROWD, "next_step": "right after the 200 of the one before", "seconds": seconds}
            yield Figure("telegram.crowd", bot.recorded(), "tips", CROWD, conditions)


def intake(folder: Path) -> Iterator[Figure]:
    """Does it slow those who tell that sending takes its time? Acknowledged messages per second, the pace opened."""
    with running(["-m", "bench.null_api"], folder) as server:
        api, rates = Api(server), dict[int, list[float]]({0: [], SLOW_MS: []})
        bot = house(folder / "unpaced", server.address.rstrip("/"), paced=False)
        with running(bot.arguments, folder, bot.environment) as process:
            told(bot, process, api, TIPS // 4, answered=True)
            for _ in range(ROUNDS):
                for delay, found in rates.items():
                    api.asked(f"/slow/{delay}")
                    result = told(bot, process, api, TIPS, answered=True)
                    found.append(len(town.TIP_OFF) * TIPS / result["acknowledged"])
    conditions = {
        "floor": "the same, each request of ours answered at once",
        "sends_take_ms": SLOW_MS,
        "connections": CONNECTIONS,
        "slow": [round(one) for one in rates[SLOW_MS]],
        "at_once": [round(one) for one in rates[0]],
    }
    yield Figure("telegram.intake.slow_sends", median(rates[SLOW_MS]), "1/s", median(rates[0]), conditions)
