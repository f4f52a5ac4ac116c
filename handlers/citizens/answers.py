"""Short answers a citizen may want at any moment: greeting, 举报有奖吗, 会保密吗, what to leave out, the numbers to call."""

from collections.abc import Callable

from handlers.desk import Desk
from handlers.forms import Choice, Say
from storage import tips

MENU = (
    Choice("go.tip", style="primary"),
    Choice("go.mine"),
    Choice("go.secrecy"),
    Choice("go.reward"),
    Choice("go.learn"),
    Choice("go.hotlines"),
)


def hotlines(desk: Desk) -> list[dict[str, str | None]]:
    language = desk.chat.language
    return [
        {"name": one.name.in_(language), "number": one.number, "when": one.when.in_(language)}
        for one in desk.plan.hotlines.values()
    ]


def hello(desk: Desk) -> list[Say]:
    """The truth first: what the office learns, what the platform may know, 110 for danger."""
    other = Choice("go.zh" if desk.chat.language == "en" else "go.en", style="quiet")
    return [Say("citizens/answers:hello", {"hotlines": hotlines(desk)[:2]}, (*MENU, other))]


def again(desk: Desk) -> list[Say]:
    return [Say("citizens/answers:menu", {}, MENU)]


def secrecy(desk: Desk) -> list[Say]:
    return [Say("citizens/answers:secrecy", {}, MENU)]


def reward(desk: Desk) -> list[Say]:
    return [Say("citizens/answers:reward", {}, MENU)]


def numbers(desk: Desk) -> list[Say]:
    return [Say("citizens/answers:hotlines", {"hotlines": hotlines(desk)}, MENU)]


def forgot(desk: Desk) -> list[Say]:
    """A lost password can be changed where the tip was told, and is recovered nowhere."""
    if desk.chat.state.get("mine"):
        return [Say("citizens/answers:forgot_here", {}, (Choice("go.mine", style="primary"),))]
    return [Say("citizens/answers:forgot", {"hotlines": hotlines(desk)}, MENU)]


def thanks(desk: Desk) -> list[Say]:
    return [Say("citizens/answers:thanks", {}, MENU)]


def unsure(desk: Desk) -> list[Say]:
    """不知道 is no story: what can be told, and whom to ask."""
    return [Say("citizens/answers:unsure", {"hotlines": hotlines(desk)[:2]}, MENU)]


def about(desk: Desk) -> list[Say]:
    """你们是谁: the office behind this, the plan it works by, and that a program asks the questions."""
    title = desk.plan.title.in_(desk.chat.language)
    return [Say("citizens/answers:about", {"unit": desk.plan.intake.unit, "title": title}, MENU)]


def asked(desk: Desk) -> list[Say]:
    """A question that nobody here can answer is not passed over."""
    return [Say("citizens/answers:asked", {"hotlines": hotlines(desk)[:2]}, MENU)]


def stop(desk: Desk) -> list[Say]:
    """STOP: every way back from a tip to this conversation is deleted."""
    desk.chat.state.pop("unwritten", None)
    aliases = mine(desk)
    live = bool(tips.by_aliases(desk.tx, aliases))
    for alias in aliases:
        tips.cut(desk.tx, alias)
    desk.chat.state.pop("mine", None)
    return [Say("citizens/answers:stopped" if live else "citizens/answers:nothing_to_stop")]


def mine(desk: Desk) -> list[bytes]:
    """The ways back that began in this conversation; a tip that was withdrawn has none any more."""
    return [bytes.fromhex(one) for one in desk.chat.state.get("mine", [])]


CITIZENS: dict[str, Callable[[Desk], list[Say]]] = {
    "secrecy": secrecy,
    "reward": reward,
    "hotlines": numbers,
    "stop": stop,
    "forgot": forgot,
    "thanks": thanks,
    "filler": thanks,
    "about": about,
    "asked": asked,
    "unsure": unsure,
}
