"""WeCom's doors, put together: the app, 微信客服, and a group that is only told something. KF's callbacks may come to the app's address (the account belongs to the app there), so
each address passes knocks on to whichever account they name.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog

from bot.bots import Bot, WecomApp, WecomBot, WecomGroup, WecomKf
from bot.channels.base import Door
from bot.channels.wecom.api import Api
from bot.channels.wecom.app_mouth import AppMouth
from bot.channels.wecom.callback import Callback
from bot.channels.wecom.crypto import Cipher
from bot.channels.wecom.group_mouth import GroupMouth
from bot.channels.wecom.kf_mouth import KfMouth
from bot.channels.wecom.login import Login
from bot.channels.wecom.media import Downloads
from bot.channels.wecom.noticed import Noticed
from bot.channels.wecom.profile import Menu
from bot.channels.wecom.pull import Pull, knock
from bot.config import ConfigError, place
from bot.doors import House, Opened
from bot.doorway import Doorway, Told
from rules.problems import dotted
from storage import groups

log = structlog.get_logger()


def opened(door: Door, bot: Bot, house: House) -> Opened:
    """Raises `ConfigError` for a token or key that can't be one."""
    return _OPENS[type(bot)](door, bot, house)


async def invitation(bot: WecomBot, code: str) -> str:
    """There is no link that carries a code into the app's chat."""
    return f"在企业微信的应用里发送 {code}（Send {code} in the app's chat in WeCom）"


def path(door: Door) -> str:
    """Where WeCom calls, below `server.public_url`."""
    return f"/{door.county}/{door.platform}/{door.bot}"


def _app(door: Door, bot: WecomApp, house: House) -> Opened:
    api = Api(door.name, bot.corp_id, bot.secret, bot.api_url, house.database)
    words = partial(_words, house, door)
    mouth = AppMouth(door, bot.agent_id, api, bot.shown, words, bot.members)
    doorway = Doorway(door, house.database, house.inbox)
    hook = Callback(path(door), _cipher(door, bot), partial(_taken, house, doorway))
    menu = Menu(door, bot.agent_id, api, house.database, house.renderer)
    routes = [*hook.routes(), *Login(door, bot, api, house).routes()]
    return Opened(mouth, Downloads(api), routes, (menu.run,), (mouth.close,))


def _kf(door: Door, bot: WecomKf, house: House) -> Opened:
    api = Api(door.name, bot.corp_id, bot.secret, bot.api_url, house.database)
    mouth = KfMouth(door, bot.open_kfid, api, house.database.keys, partial(_words, house, door))
    pull = Pull(door, bot.open_kfid, api, house)
    doorway = Doorway(door, house.database, house.inbox)
    hook = Callback(path(door), _cipher(door, bot), partial(_taken, house, doorway))
    return Opened(mouth, Downloads(api), hook.routes(), (pull.run,), (mouth.close,))


def _group(door: Door, bot: WecomGroup, house: House) -> Opened:
    mouth = GroupMouth(door, bot.key, Api(door.name, "", "", bot.api_url, None))
    return Opened(mouth, jobs=(partial(_listed, house, door, bot.key),), closing=(mouth.close,))


async def _listed(house: House, door: Door, key: str, stopping: asyncio.Event) -> None:
    """Of the key the database has a MAC, and as the way there a few digits of one: enough to tell two of them apart."""
    name, now = house.database.keys.mac("secret", f"webhook:{key}".encode()).hex()[:12], house.inbox.timepiece.now()
    await house.database.run(lambda tx: groups.configured(tx, door.county, door.name, name, now))
    await stopping.wait()


def _words(house: House, door: Door, block: str, language: str) -> str:
    return house.renderer.block(f"profile:{block}", {}, language, door.county)


_OPENS: Mapping[type[Any], Callable[[Door, Any, House], Opened]] = {
    WecomApp: _app,
    WecomKf: _kf,
    WecomGroup: _group,
}


def _cipher(door: Door, bot: WecomBot) -> Cipher:
    try:
        return Cipher(bot.token, bot.aes_key, bot.corp_id)
    except ValueError as fault:
        raise ConfigError(f"{dotted(place(door))}.{fault}") from None


async def _taken(house: House, doorway: Doorway, noticed: Noticed, raw: bytes) -> None:
    """Returns once it is on the disk."""
    if noticed.aside:
        await doorway.keep_aside(noticed.ext_id, raw, "callback not understood")
    if noticed.alarm:
        log.error("wecom tells the operators", channel=doorway.door.name, what=noticed.alarm, remedy="xiezhi check")
    if noticed.pull:
        await knock(house, noticed.pull)
    if noticed.heard:
        await doorway.take_in([Told(noticed.ext_id, noticed.peer, "zh", noticed.heard)])
