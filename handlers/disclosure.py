"""How much of a tip may be said in a chat that a platform keeps: none, its title (number, dates, state), or the full of it.

Asked twice. Before anything is opened: what may not be shown there is opened on the page, by a link good for five minutes.
And once more when a message leaves (`veiled`), whoever wrote it: pushes, and answers older than a stricter setting.
"""

from handlers.desk import Conversation, Desk, Disclosure
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
_NAMED = ("open", "lead")  # what the link opens is the thing itself; a plate that was searched for stands in no link
# Blocks of these files say number, dates and state, never what anybody told.
_TITLES = ("reminders:", "staff/", "common:")
# What somebody may know and need do nothing about: it is not called something that waits for them.
_NEWS = frozenset(
    f"reminders:{one}"
    for one in ("withdrawn", "withdrawn_one", "progress", "prolonged", "recalled", "over", "card_gone")
)


def held_back(desk: Desk, name: str) -> bool:
    """Whether what this word opens may not be shown in this chat."""
    return desk.chat.person is not None and not _allows(desk.entrance.disclosure, _SHOWS.get(name, "none"))


def too_much(desk: Desk, talk: Conversation) -> bool:
    """Whether this conversation is about a tip and may not be held in this chat."""
    return desk.chat.person is not None and bool(talk.form.about) and not _allows(desk.entrance.disclosure, "full")


def _allows(how: Disclosure, shown: Disclosure) -> bool:
    return _RANK[shown] <= _RANK[how]


def on_page(desk: Desk, name: str = "todo", argument: str = "") -> list[Say]:
    """The same thing on the page, by a code of their own. Nothing has been looked at, so nothing is given away."""
    who = people.person(desk.tx, desk.person)
    if who is None:
        return [Say("common:not_yours")]
    desk.audit("login code", str(who.id))
    code = people.login_code(desk.tx, who, desk.now)
    return [Say("staff/todo:on_page", {"code": code, "go": _go(name, argument)})]


def _go(name: str, argument: str) -> str:
    if name in _NAMED and argument.replace("-", "").isalnum() and argument.isascii():
        return f"go.{name}.{argument}"
    return "go.oral" if name == "oral" else "go.todo"


def veiled(message: Message, how: Disclosure) -> Message:
    """As it may leave by a channel that shows so much: a push says that something waits or has changed, and its button how
    to see it, where there is something to see."""
    blocks = [block for block, _ in message["says"]]
    if not message.get("about") or how == "full" or (how == "title" and all(one.startswith(_TITLES) for one in blocks)):
        return message
    count, urgent = len(set(message["about"])), any(block.startswith("reminders:now_") for block in blocks)
    news = all(one in _NEWS for one in blocks)
    said = [
        ["staff/todo:news", {"count": count}] if news else ["staff/todo:waiting", {"urgent": urgent, "count": count}]
    ]
    opens = [[key, None, style, of] for key, _, style, of in message["options"] if key.startswith("go.open.")]
    door = opens if len(opens) == 1 else [] if news else [["go.todo", None, "primary", None]]
    return {**message, "says": said, "options": door, "files": [], "prefill": ""}
