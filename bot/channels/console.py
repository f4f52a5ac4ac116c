"""The same conversation in a terminal: what is typed goes the way of every message, answers are printed as they come."""

import asyncio
import secrets
import sys
from typing import TYPE_CHECKING

from bot.caller import Caller
from bot.channels.base import Can, numbered
from handlers.desk import EVERYTHING

if TYPE_CHECKING:
    from bot.app import App

CAN = Can(100_000, "characters", erase=False, pull=True, disclosure=EVERYTHING)

ENDS = ("exit", "quit", "退出")


class Console:
    """A conversation of its own beside a running server, on the same database. It works off what it finds free, as any
    worker does, and ends nobody's lease."""

    def __init__(self, app: "App", county: str | None, login: str | None) -> None:
        self.app, self.county, self.login, self.seen = app, county, login, 0

    async def run(self) -> None:
        await self.app.ready_database()
        working = asyncio.create_task(self.app.inbox.run(self.app.stopping, poll=0.2))
        try:
            token, caller = await self.app.web.open(self.county, self.app.config.language, self.login)
            await self._talk(caller)
            await self.app.web.end(token, caller)
        finally:
            self.app.stopping.set()
            await working
            await self.app.database.close()

    async def _talk(self, caller: Caller) -> None:
        await self._print(caller)
        while (line := await asyncio.to_thread(sys.stdin.readline)) and line.strip().casefold() not in ENDS:
            heard = {"kind": "said", "text": line.rstrip("\n").encode(errors="replace").decode()}
            await self.app.web.hear(caller, secrets.token_hex(8), heard)
            await self._print(caller)

    async def _print(self, caller: Caller) -> None:
        await self.app.inbox.idle.wait()
        while messages := await self.app.web.take(caller, self.seen, self.seen):
            for message in messages:
                self.seen = max(self.seen, message["n"])
                choices = tuple((one["id"], one["label"]) for one in message["choices"])
                print(numbered(message["text"], choices, message["prompt"]), end="\n\n", flush=True)
