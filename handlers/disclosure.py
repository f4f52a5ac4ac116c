"""How much may be said in a chat that a platform keeps, of tips and of duties: none, a title (number or name, dates, state), or
the full of it.

Asked twice. Before anything is opened: what may not be shown there is opened on the page, by a link good for five minutes.
And once more when a message leaves (`veiled`), whoever wrote it: pushes, and answers older than a stricter setting.
"""

from collections.abc import Mapping
from typing import Any, Literal

from handlers.desk import Conversation, Desk, Disclosure, Shows
from handlers.forms import Say
from storage import people
from storage.queue import Message

_RANK: dict[Disclosure, int] = {"none": 0, "title": 1, "full": 2}
# What a word or button shows of tips.
_SHOWS: dict[str, Disclosure] = {
    "todo": "title",
    "more": "title",
    "search": "title",
    "open": "full",
    "lead": "full",
    "oral": "full",
}
# And of what the plan asks.
_SHOWS_DUTIES: dict[str, Disclosure] = {
    "todo": "title",
    "more": "title",
    **dict.fromkeys(("owed", "owed_more", "duty", "duty_done", "duty_promise", "duty_extend"), "title"),
    "duty_fill": "full",
    "assigned": "title",
    **dict.fromkeys(("matters", "matter", "do", "roll"), "title"),
    "put": "full",
    "bulletins": "title",
    **dict.fromkeys(("bulletin", "write"), "full"),
    **dict.fromkeys(("notices", "notified", "noted"), "title"),
    **dict.fromkeys(("meetings", "meeting", "attend", "deputy", "absent"), "title"),
    "meet": "full",
    **dict.fromkeys(("notify", "notice", "draft", "audiences", "save_audience"), "full"),
}
_NAMED = (
    "open",
    "lead",
    "duty",
    "duty_fill",
    "matter",
    "put",
    "notice",
    "notified",
    "draft",
    "meeting",
)  # what the link opens is the thing itself; a plate that was searched for stands in no link
_BARE = ("oral", "notify", "meet")  # and what it opens to be filled in
# Which word opens a conversation that may not be held here.
_CARDS = {"notices/sent": "notified", "notices/draft": "draft", "notices/card": "notice", "notices/compose": "notify"}
# Blocks of these files say number, dates and state, never what anybody told.
_TITLES = ("reminders:", "staff/", "common:")
# What somebody may know and need do nothing about: it is not called something that waits for them.
_NEWS = frozenset(
    f"reminders:{one}"
    for one in ("withdrawn", "withdrawn_one", "progress", "prolonged", "recalled", "over", "card_gone")
)


def held_back(desk: Desk, name: str) -> bool:
    """Whether what this word opens may not be shown in this chat."""
    how = desk.entrance.disclosure
    allowed = _allows(how.tips, _SHOWS.get(name, "none")) and _allows(how.duties, _SHOWS_DUTIES.get(name, "none"))
    return desk.chat.person is not None and not allowed


def too_much(desk: Desk, talk: Conversation) -> bool:
    """Whether this conversation is about a tip, or about a duty, and may not be held in this chat."""
    how = (
        desk.entrance.disclosure.duties
        if talk.form.name.startswith(("duties/", "matters/", "bulletins/", "notices/", "meetings/"))
        else desk.entrance.disclosure.tips
    )
    return desk.chat.person is not None and bool(talk.form.about) and not _allows(how, talk.form.shows)


def withheld(desk: Desk, what: Literal["tips", "duties"], shown: Disclosure) -> bool:
    """Whether this chat may not show that much of it."""
    return desk.chat.person is not None and not _allows(getattr(desk.entrance.disclosure, what), shown)


def _allows(how: Disclosure, shown: Disclosure) -> bool:
    return _RANK[shown] <= _RANK[how]


def on_page(desk: Desk, name: str = "todo", argument: str = "") -> list[Say]:
    """The same thing on the page, by a code of their own. Nothing has been looked at, so nothing is given away."""
    who = people.person(desk.tx, desk.person)
    if who is None:
        return [Say("common:not_yours")]
    desk.audit("login code", str(who.id))
    code = people.login_code(desk.tx, who, desk.now)
    return [Say("staff/todo:on_page", {"code": code, "go": _go(desk, name, argument)})]


def _go(desk: Desk, name: str, argument: str) -> str:
    """Where no tip is named, not even the number that somebody typed there themselves: it is typed again on the page."""
    if "-" in argument and not _allows(desk.entrance.disclosure.tips, "title"):
        return "go.todo"
    if name in _NAMED and argument.replace("-", "").replace("_", "").isalnum() and argument.isascii():
        return f"go.{name}.{argument}"
    return f"go.{name}" if name in _BARE else "go.todo"


def leads_to(talk: Conversation, answers: Mapping[str, Any]) -> tuple[str, str]:
    """By which word, and of what, the page opens the same; what has no word of its own is found in 待办."""
    name = _CARDS.get(talk.form.name, "todo")
    return name, str(answers.get("_notice", "")) if name != "todo" else ""


def veiled(message: Message, how: Shows) -> Message:
    """As it may leave by a channel that shows so much: a push says that something waits or has changed, and its button how
    to see it, where there is something to see: it names no number that anybody else knows."""
    blocks = [block for block, _ in message["says"]]
    about, owes = message.get("about", []), message.get("owes", 0)
    titles: Disclosure = "title" if all(one.startswith(_TITLES) for one in blocks) else "full"
    if not (about and not _allows(how.tips, titles)) and not (owes and not _allows(how.duties, titles)):
        return message if _allows(how.duties, "full") else _untitled(message)
    count, urgent = (
        len(set(about)) + owes,
        message.get("urgent", False) or any(block.startswith("reminders:now_") for block in blocks),
    )
    news = all(one in _NEWS for one in blocks)
    said = [
        ["staff/todo:news", {"count": count}] if news else ["staff/todo:waiting", {"urgent": urgent, "count": count}]
    ]
    opens = [one for one in message["options"] if one[0].startswith("go.open.")] if len(about) == 1 else []
    door = (
        [[f"go.open.{about[0]}", None, *opens[0][2:]]]
        if len(opens) == 1
        else []
        if news
        else [["go.todo", None, "primary", None]]
    )
    return {**message, "says": said, "options": door, "files": [], "prefill": ""}


def _untitled(message: Message) -> Message:
    """Without what a matter is called: that is taken from what was filled in; without where a meeting is, and why a notice was handed back."""
    said = [[block, _without(data, _tells(block))] for block, data in message["says"]]
    return {**message, "says": said} if said != message["says"] else message


_MORE_THAN_TITLES = {"reminders:matter_": "title", "reminders:meeting": "place", "reminders:notice_decided": "remarks"}


def _tells(block: str) -> str:
    return next((field for name, field in _MORE_THAN_TITLES.items() if block.startswith(name)), "")


def _without(data: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    return {**data, field: ""} if data.get(field) else data
