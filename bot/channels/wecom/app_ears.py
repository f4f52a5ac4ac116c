"""What a callback of the staff's app means to us, once decrypted and read (messages path/90239, events path/90240).

A member can't send a document there: the app's chat knows no such message.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from bot.channels.wecom import handles
from bot.channels.wecom.noticed import Noticed, Pull, chose, digest, file, location, named, said, text

Told = Mapping[str, Any]
# The same callback comes up to four times; path/90238 names who and when, which two clicks in one second share.
SAME = ("ToUserName", "AgentID", "FromUserName", "CreateTime", "Event", "EventKey", "TaskId")


# -- cards --------------------------------------------------------------------------------------------------------------


def _card(told: Told) -> dict[str, Any]:
    """With a list to pick from, what was picked; the key of the button says whose question it was. The code changes this
    card, for its presser, once and within 72 hours (path/94888)."""
    key, picked = text(told, "EventKey"), _picked(told)
    if key.endswith(":") and not picked:
        return said()  # confirmed with nothing picked: the question is put again
    if picked:
        prompt = key.partition(":")[0]
        key = f"{prompt}:{picked.removeprefix(f'{prompt}:')}"
    task, code = text(told, "TaskId"), text(told, "ResponseCode")
    return chose(key) | ({"stands": handles.pressed(task, code)} if task and code else {})


def _picked(told: Told) -> str:
    """SelectedItems/SelectedItem/OptionIds/OptionId, the first there is; any of them may be missing or empty."""
    for item in _list(told.get("SelectedItems"), "SelectedItem"):
        for option in _list(item.get("OptionIds") if isinstance(item, Mapping) else None, "OptionId"):
            if isinstance(option, str) and option:
                return option
    return ""


def _list(told: object, name: str) -> list[Any]:
    found = told.get(name) if isinstance(told, Mapping) else None
    return found if isinstance(found, list) else []


# -- what it means -------------------------------------------------------------------------------------------------------

MESSAGES: dict[str, Callable[[Told], dict[str, Any]]] = {
    "text": lambda told: said(text(told, "Content")),
    "image": lambda told: file(text(told, "MediaId")),
    "voice": lambda told: file(text(told, "MediaId")),
    "video": lambda told: file(text(told, "MediaId")),
    "location": lambda told: location(text(told, "Location_X"), text(told, "Location_Y")),  # X is the latitude
    "link": lambda told: said(text(told, "Title"), text(told, "Url")),
}
EVENTS: dict[str, Callable[[Told], dict[str, Any]]] = {
    "enter_agent": lambda told: {"kind": "entered"},  # each time the chat is opened
    "subscribe": lambda told: {"kind": "opened"},
    "unsubscribe": lambda told: {"kind": "blocked"},  # out of the visible range, disabled, or gone
    "click": lambda told: said(text(told, "EventKey")),  # the menu's keys are words that always work
    "template_card_event": _card,
    "template_card_menu_event": _card,
}
# WeCom disables an app that is little used, and takes KF accounts away: somebody has to act in the console.
ALARMS = frozenset(
    {"inactive_alert", "close_inactive_agent", "reopen_inactive_agent", "low_active_alert", "low_active"}
    | {"active_restored", "kf_account_auth_change"}
)
# Told to us whether we ask or not. What a person sends from the menu's camera or map follows as a message of its own.
NO_ANSWER = frozenset(
    {"location", "view", "view_miniprogram", "scancode_push", "scancode_waitmsg", "location_select", "taskcard_click"}
    | {"pic_sysphoto", "pic_photo_or_album", "pic_weixin", "batch_job_result", "change_contact"}
    | {"open_approval_change", "share_agent_change", "share_chain_change"}
)


def hear(told: Told) -> Noticed:
    """Never raises: WeCom would only send the same again."""
    return _happened(told) if text(told, "MsgType").lower() == "event" else _said(told)


def _said(told: Told) -> Noticed:
    peer, meaning = _peer(told), MESSAGES.get(text(told, "MsgType").lower())
    if not peer:
        return Noticed(ext_id=_ext_id(told), aside=True)
    return Noticed(peer, _ext_id(told), meaning(told) if meaning else said(), aside=meaning is None)


def _happened(told: Told) -> Noticed:
    peer, ext_id, event = _peer(told), _ext_id(told), text(told, "Event").lower()
    if event in EVENTS and peer:
        return Noticed(peer, ext_id, EVENTS[event](told))
    if event == "kf_msg_or_event" and (account := text(told, "OpenKfId")):
        return Noticed(ext_id=ext_id, pull=Pull(account, text(told, "Token")))
    if event in ALARMS:
        return Noticed(ext_id=ext_id, alarm=event)
    return Noticed(ext_id=ext_id, aside=event not in NO_ANSWER)


def _peer(told: Told) -> str:
    """Userids know no case: several calls give them back in small letters."""
    return text(told, "FromUserName").casefold()


def _ext_id(told: Told) -> str:
    if code := text(told, "ResponseCode"):
        return digest(code)  # it lets a card be changed: not to lie about
    if number := text(told, "MsgId"):
        return named(number)
    if text(told, "Event"):
        return digest(*(text(told, name) for name in SAME))
    return digest(orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
