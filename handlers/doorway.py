"""Who comes to a door and goes no further: whoever tells of something where tips are not taken, and whoever has left."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import frames, guard, progress
from handlers.bulletins import reading
from handlers.citizens import answers
from handlers.desk import Desk
from handlers.forms import Choice, Heard, Say
from handlers.words import CITIZEN, folded
from storage import attachments, delivery

_STOP, _LEARN = (frozenset(map(folded, CITIZEN[name])) for name in ("stop", "learn"))
# What is public may be read anywhere; what somebody looks for is not heard here.
_READ = ("learn", "learn_more", "read", "law")
_LASTING = ("mine", "unwritten", "out", "last", "pressed")  # of a conversation where tips are not taken any more
AWAY = "away"


def heeded(heard: Mapping[str, Any]) -> bool:
    """STOP, and the wish to read what is public: all that is heard where tips are not taken."""
    return _stops(heard) or _reads(heard) is not None


def _stops(heard: Mapping[str, Any]) -> bool:
    """Written or pressed."""
    if heard["kind"] == "said":
        return folded(str(heard.get("text", ""))) in _STOP
    return heard["kind"] == "chose" and heard.get("choice") == "go.stop"


def _reads(heard: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wanted, and of what."""
    if heard["kind"] == "said":
        return ("learn", "") if folded(str(heard.get("text", ""))) in _LEARN else None
    opens, name, argument = [*str(heard.get("choice") or "").split(".", 2), "", ""][:3]
    return (name, argument) if heard["kind"] == "chose" and opens == "go" and name in _READ else None


def turned_away(desk: Desk, heard: Heard) -> list[Say]:
    """Tips are not taken here: nothing of what was told is kept, and it goes from the chat where a channel can do that. A
    state organ keeps personal information inside the country (个人信息保护法第三十六条). STOP holds here too."""
    _put_away(desk, heard)
    what = {"kind": heard.kind, "text": heard.text, "choice": heard.choice}
    if _stops(what):
        return answers.stop(desk)
    if wish := _reads(what):
        return _shown(reading.READINGS[wish[0]](desk, wish[1]))
    desk.album = AWAY  # one notice for a burst
    phones = [one for one in answers.hotlines(desk) if one["number"] and one["number"] != "110"]
    told = heard.message or heard.kind in ("said", "file", "location", "edited", "contact")
    block = "common:turned_away" if told else "common:not_here"
    return [Say(block, {"hotlines": phones[:1]}, (reading.LEARN,), deletes=guard.burst(desk, heard.message))]


def _shown(says: list[Say]) -> list[Say]:
    """What is public, without the way to what is not taken here."""
    return [replace(say, choices=tuple(one for one in say.choices if _opens(one))) for say in says]


def _opens(one: Choice) -> bool:
    return _reads({"kind": "chose", "choice": one.id}) is not None


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
