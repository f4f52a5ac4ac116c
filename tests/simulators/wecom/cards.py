"""Template cards: required parts and lengths [D 90236]. Which of 42027-42051 stands for what is documented for
42038 (button text), 42039 (key), 42045 (card_action), 42047 (select_list) and 42051 (menu key); CARD for the rest is M."""

import re
from collections.abc import Iterable
from typing import Any

from .rules import ADVISED, Refused, Rule, Stray, addresses, check, each, need

CARD = 42027
KEY = 42039

# where, unit, most, errcode
LENGTHS: list[Rule] = [
    ("source.desc", "characters", 20, ADVISED),
    ("main_title.title", "characters", 36, ADVISED),
    ("main_title.desc", "characters", 44, ADVISED),
    ("emphasis_content.title", "characters", 14, ADVISED),
    ("emphasis_content.desc", "characters", 22, ADVISED),
    ("sub_title_text", "characters", 160, ADVISED),
    ("horizontal_content_list[].keyname", "characters", 5, ADVISED),
    ("horizontal_content_list[].value", "characters", 30, ADVISED),
    ("jump_list[].title", "characters", 18, ADVISED),
    ("vertical_content_list[].title", "characters", 38, ADVISED),
    ("vertical_content_list[].desc", "characters", 160, ADVISED),
    ("button_list[].text", "characters", 10, ADVISED),
    ("button_selection.option_list[].text", "characters", 16, ADVISED),
    ("checkbox.option_list[].text", "characters", 17, ADVISED),
    ("select_list[].option_list[].text", "characters", 16, ADVISED),
    ("submit_button.text", "characters", 10, ADVISED),
    ("task_id", "bytes", 128, 42014),
    ("action_menu.action_list", "items", 3, CARD),
    ("action_menu.action_list[].key", "bytes", 1024, KEY),
    ("horizontal_content_list", "items", 6, CARD),
    ("jump_list", "items", 3, CARD),
    ("vertical_content_list", "items", 4, CARD),
    ("button_list", "items", 6, CARD),
    ("button_list[].key", "bytes", 1024, KEY),
    ("submit_button.key", "bytes", 1024, KEY),
    ("button_selection.question_key", "bytes", 1024, CARD),
    ("button_selection.option_list", "items", 10, CARD),
    ("button_selection.option_list[].id", "bytes", 128, CARD),
    ("checkbox.option_list", "items", 20, CARD),
    ("checkbox.option_list[].id", "bytes", 128, CARD),
    ("select_list", "items", 3, 42047),
    ("select_list[].option_list", "items", 10, CARD),
    ("select_list[].option_list[].id", "bytes", 128, CARD),
]

# card_type -> parts that must be there, each with its errcode
REQUIRED: dict[str, list[tuple[str, int]]] = {
    "text_notice": [("card_action", 42045)],
    "news_notice": [("card_action", 42045), ("main_title.title", CARD)],
    "button_interaction": [("main_title.title", CARD), ("task_id", 42014), ("button_list", CARD)],
    "vote_interaction": [
        ("main_title.title", CARD), ("task_id", 42014), ("checkbox.question_key", CARD),
        ("checkbox.option_list", CARD), ("submit_button.text", 42038), ("submit_button.key", KEY),
    ],
    "multiple_interaction": [
        ("main_title.title", CARD), ("task_id", 42014), ("select_list", 42047),
        ("submit_button.text", 42038), ("submit_button.key", KEY),
    ],
}  # fmt: skip

# Values that must differ within one card, and what is answered when they don't; the second and third are M.
UNIQUE = [
    ("action_menu.action_list[].key", 42051),
    ("button_list[].key", KEY),
    ("button_selection.option_list[].id", CARD),
]
ANSWERING = ("button_interaction", "vote_interaction", "multiple_interaction")


def checked(card: dict[str, Any], advice: list[str]) -> dict[str, Any]:
    kind = card.get("card_type", "")
    if kind not in REQUIRED:
        raise Refused(CARD, "unknown card_type")
    for where, code in REQUIRED[kind]:
        need(card, where, code=code)
    if kind == "text_notice":
        _either(card, "main_title.title", "sub_title_text")
    if kind == "news_notice":
        _either(card, "card_image.url", "image_text_area.image_url")
    _parts(card)
    check(card, LENGTHS, advice)
    addresses(card, "card_action.url", "button_list[].url", "jump_list[].url", "quote_area.url", "source.icon_url")
    return card


def answers(card: dict[str, Any]) -> bool:
    """D 90236: whose sending gives a response_code."""
    return card["card_type"] in ANSWERING or bool(card.get("action_menu"))


def _parts(card: dict[str, Any]) -> None:
    if card.get("action_menu"):
        need(card, "action_menu.action_list", code=CARD)
        need(card, "task_id", code=42014)
        _every(card["action_menu"]["action_list"], ("text", CARD), ("key", KEY))
    if not re.fullmatch(r"[0-9A-Za-z_@-]*", card.get("task_id", "")):
        raise Refused(42014)
    for button in card.get("button_list", []):
        _every([button], ("text", 42038), ("url", CARD) if button.get("type") == 1 else ("key", KEY))
    for row in card.get("horizontal_content_list", []):
        _row(row)
    _every(card.get("jump_list", []), ("title", CARD))
    if card.get("card_action") and card["card_action"].get("type") not in (1, 2):
        raise Refused(42045, "card_action.type is 1 or 2")
    if card.get("button_selection"):
        need(card, "button_selection.question_key", "button_selection.option_list", code=CARD)
    for where, code in UNIQUE:
        values = [one for one in each(card, where) if one]
        if len(values) != len(set(values)):
            raise Refused(code, f"{where} is there twice")


def _row(row: dict[str, Any]) -> None:
    _every([row], ("keyname", CARD), *{1: [("url", CARD)], 2: [("media_id", 40007)]}.get(row.get("type", 0), []))
    if row.get("type") == 3:
        raise Stray("a card that names a member is not simulated")


def _either(card: dict[str, Any], *wheres: str) -> None:
    if not any(one for where in wheres for one in each(card, where)):
        raise Refused(CARD, f"one of {', '.join(wheres)} is needed")


def _every(items: Iterable[dict[str, Any]], *names: tuple[str, int]) -> None:
    for item in items:
        for name, code in names:
            if not item.get(name):
                raise Refused(code, f"{name} is missing")
