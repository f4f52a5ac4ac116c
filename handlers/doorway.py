"""Who comes to a door and goes no further: whoever tells of something where tips are not taken, and whoever has left."""

from collections.abc import Mapping
from typing import Any

from handlers import frames, guard, progress
from handlers.citizens import answers
from handlers.desk import Desk
from handlers.forms import Heard, Say
from handlers.words import CITIZEN, folded
from storage import attachments, delivery

_STOP = frozenset(map(folded, CITIZEN["stop"]))
_LASTING = ("mine", "unwritten", "out", "last", "pressed")  # of a conversation where tips are not taken any more
AWAY = "away"


def stops(heard: Mapping[str, Any]) -> bool:
    """STOP, written or pressed: all that is heard where tips are not taken."""
    if heard["kind"] == "said":
        return folded(str(heard.get("text", ""))) in _STOP
    return heard["kind"] == "chose" and heard.get("choice") == "go.stop"


def turned_away(desk: Desk, heard: Heard) -> list[Say]:
    """Tips are not taken here: nothing of what was told is kept, and it goes from the chat where a channel can do that. A
    state organ keeps personal information inside the country (个人信息保护法第三十六条). STOP holds here too."""
    _put_away(desk, heard)
    if stops({"kind": heard.kind, "text": heard.text, "choice": heard.choice}):
        return answers.stop(desk)
    desk.album = AWAY  # one notice for a burst
    phones = [one for one in answers.hotlines(desk) if one["number"] and one["number"] != "110"]
    told = heard.message or heard.kind in ("said", "file", "location", "edited", "contact")
    block = "common:turned_away" if told else "common:not_here"
    return [Say(block, {"hotlines": phones[:1]}, deletes=guard.burst(desk, heard.message))]


def _put_away(desk: Desk, heard: Heard) -> None:
    files = [heard.file["id"]] if heard.kind == "file" and heard.file else []
    begun = [number for frame in frames.opened(desk) for number in progress.uploads(frame.get("answers") or {})]
    attachments.discard(desk.tx, [*files, *begun])
    desk.chat.state = {name: value for name, value in desk.chat.state.items() if name in _LASTING}


def gone(desk: Desk, heard: Heard) -> list[Say]:
    """Somebody closed the page, or blocked us: there is nobody to answer. Who takes us back is reached again, and greeted
    when they write."""
    if heard.kind == "blocked":
        delivery.lost(desk.tx, desk.chat.id, desk.setting.plans)
    return []
