"""An app's menu: menu/create, get, delete [D 90231]."""

from collections.abc import Iterable
from typing import Any

from .calls import Call
from .rules import Refused, Rule, check, need

TYPES = (
    "click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
    "location_select", "view_miniprogram",
)  # fmt: skip
MENU: list[Rule] = [  # D 90231; codes D 90313
    ("button", "items", 3, 40016),
    ("button[].name", "bytes", 16, 40018),
    ("button[].key", "bytes", 128, 40019),
    ("button[].url", "bytes", 1024, 40020),
    ("button[].sub_button", "items", 5, 40023),
    ("button[].sub_button[].name", "bytes", 40, 40025),
    ("button[].sub_button[].key", "bytes", 128, 40026),
    ("button[].sub_button[].url", "bytes", 1024, 40027),
]


def create(call: Call) -> dict[str, Any]:
    call.agent(call.query.get("agentid"))
    need(call.body, "button", code=40016)
    for one in call.body["button"]:
        for item in one.get("sub_button") or [one]:
            _item(item, top=item is one)
    check(call.body, MENU, call.entry.advice)
    call.app.menu = call.body
    return {}


def _item(item: dict[str, Any], top: bool) -> None:
    if not item.get("name"):
        raise Refused(41102)
    if item.get("type") not in TYPES:
        raise Refused(40017 if top else 40024)
    if item["type"] == "view" and not item.get("url", "").startswith(("http://", "https://")):
        raise Refused(40055 if top else 40054)
    if item["type"] == "click" and not item.get("key"):
        raise Refused(40019 if top else 40026)  # M


def get(call: Call) -> dict[str, Any]:
    call.agent(call.query.get("agentid"))
    if call.app.menu is None:
        raise Refused(46003)
    return call.app.menu


def delete(call: Call) -> dict[str, Any]:
    call.agent(call.query.get("agentid"))
    call.app.menu = None
    return {}


def items(menu: dict[str, Any] | None) -> Iterable[dict[str, Any]]:
    for one in (menu or {}).get("button", []):
        yield from one.get("sub_button") or [one]
