"""The attachments of a matter: all of them in one row, numbered as everybody calls them; which may leave, and how they hang
under a message."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Answers, Choice
from storage import attachments, merges

Line = dict[str, Any]


def of_tip(desk: Desk, row: Row[Any]) -> list[Line]:
    """Those of every tip of the matter, in the order they came."""
    parts = (row, *merges.merged_here(desk.tx, row.id))
    found = [(one, n) for n, part in enumerate(parts) for one in attachments.of_tip(desk.tx, part.id)]
    found.sort(key=lambda pair: (pair[0].made_ms, pair[0].id))
    return [
        {
            "id": one.id,
            "n": n,
            "family": one.family,
            "state": one.state,
            "reason": one.reason,
            "size": one.size,
            "opened": one.opened_at is not None,
            "digest": one.digest.hex()[:16],
            "informant": informant if len(parts) > 1 else None,
        }
        for n, (one, informant) in enumerate(found, 1)
    ]


def may_go_to_units(file: Line) -> bool:
    """A cleaned copy; what can't be cleaned, once intake has opened it under the warning; a voice never, it is put
    into words."""
    looked_at = file["state"] == "ready" or (file["state"] == "withheld" and file["opened"])
    return bool(looked_at and file["family"] != "voice")


def named(desk: Desk, file: Line) -> str:
    """As a button calls it: its kind and its number on the card. A button has a number of its own in front."""
    word = desk.setting.words.label(Choice(file["family"]), "common", desk.chat.language, desk.chat.county)
    return f"{word} {file['n']}"


def links(files: Iterable[Line]) -> tuple[Line, ...]:
    """As they hang under a message: the clean copy, else the original."""
    return tuple(
        {
            "id": one["id"],
            "n": one["n"],
            "kind": one["family"],
            "which": "clean" if one["state"] == "ready" else "original",
        }
        for one in files
    )


def shown(desk: Desk, files: Iterable[Line]) -> tuple[Line, ...]:
    """As they hang under a message; from here on they can't be taken back."""
    hung = links(files)
    attachments.opened(desk.tx, [one["id"] for one in hung], desk.now)
    return hung


def opening(desk: Desk) -> Answers:
    """What a card is given when it is opened, or its attachments are asked for: in this answer they hang under it."""
    return {"_opened": desk.chat.prompt}


def just_opened(desk: Desk, answers: Answers) -> bool:
    return bool(answers.get("_opened") == desk.chat.prompt)
