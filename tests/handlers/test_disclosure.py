"""What of a message about tips may leave by a channel, whoever wrote it."""

from typing import Any

import pytest

from handlers.desk import NOTHING, Shows
from handlers.disclosure import veiled
from storage.queue import Message, message

NUMBER = "LZ-40718265"
OPEN = [f"go.open.{NUMBER}", NUMBER, "primary", None]


def told(block: str, *options: list[Any], about: tuple[int, ...] = (7,), prompt: int = -1) -> Message:
    return {**message("zh", "luzhai", [(block, {"number": NUMBER})], options, prompt), "about": list(about)}


PUSH, URGENT = told("reminders:receive_alert", OPEN), told("reminders:now_alert", OPEN)
MANY = told("reminders:vacant", OPEN, OPEN, about=(7, 8))
CARD = told("coordinators/case:ask_act", ["take", "受理", "", None], prompt=3)
PLAIN = told("staff/todo:menu", ["go.todo", "待办", "", None], about=(), prompt=3)
ASKED = ["go.duty.9", None, "primary", None]
DUTY: Message = {**told("reminders:duty_due_soon", ASKED, about=()), "owes": 1}
BOTH: Message = {**told("reminders:morning", OPEN, ASKED), "owes": 2}
OVER, PROGRESS = told("reminders:over"), told("reminders:progress", OPEN)
WAITING, NEWS = ["staff/todo:waiting"], ["staff/todo:news"]
# message, how much may be said -> blocks, ids of its buttons
CASES = [
    (PUSH, "full", ["reminders:receive_alert"], [OPEN[0]]),
    (PUSH, "title", ["reminders:receive_alert"], [OPEN[0]]),
    (PUSH, "none", WAITING, ["go.open.7"]),
    (URGENT, "none", WAITING, ["go.open.7"]),
    (MANY, "none", WAITING, ["go.todo"]),
    (OVER, "title", ["reminders:over"], []),
    (OVER, "none", NEWS, []),
    (PROGRESS, "none", NEWS, ["go.open.7"]),
    (CARD, "full", ["coordinators/case:ask_act"], ["take"]),
    (CARD, "title", WAITING, ["go.todo"]),
    (CARD, "none", WAITING, ["go.todo"]),
    (DUTY, "title", ["reminders:duty_due_soon"], [ASKED[0]]),
    (DUTY, "none", WAITING, ["go.todo"]),
    (BOTH, "title", ["reminders:morning"], [OPEN[0], ASKED[0]]),
    (BOTH, "none", WAITING, ["go.open.7"]),
    (PLAIN, "none", ["staff/todo:menu"], ["go.todo"]),
]


@pytest.mark.parametrize(("one", "how", "blocks", "ids"), CASES)
def test_what_leaves(one: Message, how: Any, blocks: list[str], ids: list[str]) -> None:
    """At `none` only that something waits, at `title` what names and dates, at `full` all; what is about no tip always. What asks nothing is not
    called something that waits, and has no door where nothing is to be seen."""
    shown = veiled(one, Shows(how, how))
    assert ([block for block, _ in shown["says"]], [choice[0] for choice in shown["options"]]) == (blocks, ids)
    if blocks in (WAITING, NEWS):
        assert NUMBER not in str((shown["says"], shown["options"]))


def test_what_a_matter_is_called_is_said_where_all_may_be_shown() -> None:
    """What happened and where is taken from what was filled in: at `title` the alarm has its number, unit and telephone alone."""
    alarm: Message = {
        **message("zh", "yangxi", [("reminders:matter_alert", {"title": "暴力抗法 · 城西市场"})]),
        "owes": 1,
    }
    assert veiled(alarm, Shows("none", "full"))["says"][0][1]["title"] == "暴力抗法 · 城西市场"
    assert veiled(alarm, Shows("none", "title"))["says"][0][1]["title"] == ""
    assert alarm["says"][0][1]["title"]


def test_urgency_and_count_are_said() -> None:
    """Whoever is called out at night has to know that it is for something."""
    assert veiled(URGENT, NOTHING)["says"][0][1] == {"urgent": True, "count": 1}
    assert veiled(MANY, NOTHING)["says"][0][1] == {"urgent": False, "count": 2}
    assert veiled(BOTH, NOTHING)["says"][0][1] == {"urgent": False, "count": 3}


def test_duties_and_tips_are_asked_for_apart() -> None:
    """As WeCom is set up: what the plan asks by name, of tips only that something waits."""
    wecom = Shows("none", "title")
    assert veiled(DUTY, wecom) == DUTY
    assert veiled(BOTH, wecom)["says"][0][0] == "staff/todo:waiting"
