"""The menu below the staff's app, made from the templates when a process starts, and only if it has changed (path/90231)."""

import asyncio
import hashlib

import orjson
import structlog

from bot.channels.base import Door
from bot.channels.wecom import cards
from bot.channels.wecom.api import Api, Refused, Unreachable
from bot.channels.wecom.cards import Item
from bot.channels.wecom.login import address
from bot.render import Renderer
from bot.rings import rings
from storage import bots
from storage.database import Database

log = structlog.get_logger()
FIRST, LONGEST = 1.0, 300.0  # seconds between two tries
# A click says the word.
SAYS = {"todo": "待办", "menu": "菜单", "find": "查询", "login": "登录", "language": "/language", "help": "帮助"}
NOW, MORE = ("todo", "menu"), ("find", "login", "language", "help")


class Menu:
    """Of one app, by one process; others that do the same do no harm."""

    def __init__(self, door: Door, agent_id: int, api: Api, database: Database, renderer: Renderer) -> None:
        self.door, self.agent_id, self.api, self.database, self.renderer = door, agent_id, api, database, renderer

    def items(self) -> list[Item]:
        more = Item(self._word("more"), below=tuple(self._item(name) for name in MORE))
        return [*(self._item(name) for name in NOW), more]

    def _item(self, name: str) -> Item:
        site = self.renderer.site
        if name == "login" and site.startswith("https://"):  # else there is no page that WeCom would open (path/91022)
            return Item(self._word(name), url=address(site, self.door))
        return Item(self._word(name), SAYS[name])

    def _word(self, name: str) -> str:
        return self.renderer.block(f"profile:wecom_{name}", {}, "zh", self.door.county)

    async def run(self, stopping: asyncio.Event) -> None:
        """Tries until it is done; then there is nothing left to do but wait."""
        wait = FIRST
        while not stopping.is_set():
            try:
                await self.made()
                await stopping.wait()
            except (Refused, Unreachable) as fault:
                log.warning("menu not made", channel=self.door.name, reason=str(fault), remedy="xiezhi check")
            if not await rings(stopping, wait):
                wait = min(wait * 2, LONGEST)

    async def made(self) -> None:
        menu = cards.menu(self.items())
        wanted = hashlib.sha256(orjson.dumps([self.agent_id, menu])).digest()
        _, told = await self.database.read(lambda tx: bots.told(tx, self.door.name))
        if told != wanted:
            await self.api.call("menu/create", menu, query={"agentid": str(self.agent_id)}, retry=2)
            await self.database.run(lambda tx: bots.keep(tx, self.door.name, "", wanted))
