"""What WeCom itself tells of an app, an account of 微信客服 and a group's webhook, for `xiezhi check`, and what to tick in the console.

Nothing is said and nothing changed. Whether a callback arrives can't be asked: saving its form in the console tries it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.bots import Bot, WecomApp, WecomBot, WecomGroup, WecomKf
from bot.channels.base import Door
from bot.channels.wecom import codes
from bot.channels.wecom.api import Api, Barred, Refused, Unreachable
from bot.channels.wecom.group_mouth import SEND
from bot.config import Config

PAGE, MOST = 100, 5_000  # accounts in one answer, in all (path/94661)
PASSES = frozenset({"back_off", "wait"})
FIELD = {
    40013: "corp_id",
    40001: "secret",
    40091: "secret",
    40056: "agent_id",
    301002: "agent_id",
    93000: "key",
}  # what to look at
CLOSED = "应用已停用：在应用页面启用 / the app is disabled: enable it on its page"
ENTER = (
    "成员进入应用时收不到问候：在应用页面「接收消息」勾选「上报进入应用事件」"
    " / nobody is greeted who opens the app: tick 上报进入应用事件 under 接收消息 on the app's page"
)


async def examined(door: Door, bot: WecomBot | WecomGroup, config: Config) -> tuple[list[str], list[str]]:
    """See `bot.check.Examiner`."""
    corp = (bot.corp_id, bot.secret) if isinstance(bot, WecomBot) else ("", "")
    api = Api(door.name, *corp, bot.api_url, None)
    faults, unsure, known = list[str](), list[str](), set[int]()
    try:
        for look in _LOOKS[type(bot)]:
            try:
                await look(api, bot, config, faults, unsure)
            except Barred as fault:  # there is no token to ask anything else with
                faults.append(_told(look, fault))
                break
            except Refused as fault:  # what stands in the way of one question stands in that of the next
                faults += [_told(look, fault)] if fault.code not in known else []
                known.add(fault.code)
    except Unreachable as fault:  # nobody can say that it is in order
        faults.append(f": api_url {bot.api_url} gave no answer ({fault}); see that it can be reached from here")
    finally:
        await api.close()
    return faults, unsure


def _told(look: Any, fault: Refused) -> str:
    """By its number: WeCom's own sentence quotes addresses and ids."""
    field, remedy = FIELD.get(fault.code, ""), codes.remedy(fault.code)
    where = f"{f'.{field}' if field else ''}: WeCom answered {fault.code}"
    if remedy is not None:
        return f"{where}; {remedy.zh} / {remedy.en}"
    if codes.group_of(fault.code) in PASSES:
        return f"{where}, it is busy; try again later"
    return f"{where} to {look.__doc__}; look it up under 全局错误码 (path/90313)"


# -- what is asked -------------------------------------------------------------------------------------------------------


async def _agent(api: Api, bot: WecomApp, config: Config, faults: list[str], unsure: list[str]) -> None:
    """agent/get"""
    told = await api.call("agent/get", query={"agentid": str(bot.agent_id)})  # path/90227
    if told.get("close"):
        faults.append(f": {CLOSED}")
    if domain := _at_odds(told, config.server.public_url):
        faults.append(domain)
    if not told.get("isreportenter"):
        unsure.append(f": {ENTER}")


def _at_odds(told: Mapping[str, Any], public_url: str) -> str:
    """The page is opened, and its login answered, only where the trusted domain is its host, port and all (path/91022)."""
    ours, theirs = urlsplit(public_url).netloc.lower(), str(told.get("redirect_domain") or "").lower()
    if not ours or ours == theirs:
        return ""
    return (
        f": 可信域名是 {theirs or '空'}，应为 {ours}：在应用页面「网页授权及JS-SDK」设置可信域名"
        f" / the trusted domain is {theirs or 'empty'} instead of {ours}: set it under 网页授权及JS-SDK on the app's page"
    )


async def _account(api: Api, bot: WecomKf, config: Config, faults: list[str], unsure: list[str]) -> None:
    """kf/account/list"""
    known = await _accounts(api)
    ours = known.get(bot.open_kfid)
    if ours is None:
        there = ", ".join(f"{key} ({one.get('name', '')})" for key, one in known.items()) or "none"
        faults.append(
            f".open_kfid: 没有这个客服账号，现有：{there} / there is no such account; those there are: {there}"
        )
    elif not ours.get("manage_privilege"):
        remedy = codes.remedy(60252)
        assert remedy is not None
        faults.append(f".open_kfid: {remedy.zh} / {remedy.en}")


async def _shared(api: Api, bot: WecomKf, config: Config, faults: list[str], unsure: list[str]) -> None:
    """kf/account/list"""
    app = next((one for _, one in config.bots().items() if _manages(one, bot)), None)
    for field in ("token", "aes_key"):
        if app is not None and getattr(app, field) != getattr(bot, field):
            unsure.append(
                f".{field}: 与同一应用的 app.{field} 不同：客服的事件若发到该应用的回调，两项须相同"
                f" / differs from app.{field} though their secret is one app's: copy that one, unless it has its own callback"
            )


def _manages(one: Bot, bot: WecomKf) -> bool:
    return isinstance(one, WecomApp) and (one.corp_id, one.secret) == (bot.corp_id, bot.secret)


async def _accounts(api: Api) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for offset in range(0, MOST, PAGE):
        page = (await api.call("kf/account/list", {"offset": offset, "limit": PAGE})).get("account_list") or []
        found |= {str(one.get("open_kfid")): one for one in page}
        if len(page) < PAGE:
            break
    return found


async def _webhook(api: Api, bot: WecomGroup, config: Config, faults: list[str], unsure: list[str]) -> None:
    """webhook/send"""
    try:
        await api.keyed(SEND, {"msgtype": "text", "text": {"content": ""}}, bot.key)  # what is empty shows in no group
    except Refused as fault:
        if codes.group_of(fault.code) != "content":
            raise


async def _addresses(api: Api, bot: WecomBot, config: Config, faults: list[str], unsure: list[str]) -> None:
    """getcallbackip"""
    told = await api.call("getcallbackip")  # path/90930
    if not told.get("ip_list"):
        unsure.append(": WeCom names no address it calls from; a firewall in front can't be told whom to let in")


Look = Callable[[Api, Any, Config, list[str], list[str]], Awaitable[None]]
_LOOKS: Mapping[type[Bot], tuple[Look, ...]] = {
    WecomGroup: (_webhook,),
    WecomApp: (_agent, _addresses),
    WecomKf: (_account, _shared, _addresses),
}
