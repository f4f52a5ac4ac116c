"""What comes of one thing that WeCom told us, at either door."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.forms import plain

_ID = re.compile(r"[0-9A-Za-z_.@-]{1,64}")


@dataclass(frozen=True)
class Pull:
    """Something waits at a KF account; the token is good for ten minutes (path/94670)."""

    open_kfid: str
    token: str


@dataclass(frozen=True)
class Failed:
    """A message of ours that was accepted and then not delivered; `kind` is the vendor's fail_type (path/94670)."""

    ext_id: str
    kind: int


@dataclass(frozen=True)
class Noticed:
    """Who did it and what; without `heard` there is nothing to answer. `ext_id` is the same each time the same is told.
    `aside`: it is also kept to be looked at. `alarm`: a code word for whoever runs the house."""

    peer: str = ""
    ext_id: str = ""
    heard: Mapping[str, Any] | None = None
    aside: bool = False
    alarm: str = ""
    pull: Pull | None = None
    failed: Failed | None = None


def text(told: object, name: str) -> str:
    """As something that can be kept: WeCom may leave anything out, and a sign may come in halves."""
    found = told.get(name) if isinstance(told, Mapping) else None
    return found.encode(errors="replace").decode() if isinstance(found, str) else ""


def named(identity: str) -> str:
    """As an `ext_id`: what is too long or odd for one goes by its digest."""
    return identity if _ID.fullmatch(identity) else digest(identity)


def digest(*parts: str) -> str:
    """Of the parts, held apart."""
    whole = b"".join(len(one.encode()).to_bytes(4, "big") + one.encode() for one in parts)
    return hashlib.sha256(whole).hexdigest()


def said(*lines: str) -> dict[str, Any]:
    return {"kind": "said", "text": "\n".join(filter(None, lines))}


def file(media_id: str) -> dict[str, Any]:
    """Name, size and kind are known only once it is fetched (path/90254); without an id there is nothing to fetch."""
    if not media_id:
        return said()
    return {"kind": "file", "remote": {"id": media_id, "size": 0, "name": "", "mime": "", "album": None}, "text": ""}


def location(latitude: object, longitude: object) -> dict[str, Any]:
    try:
        place = [float(str(latitude)), float(str(longitude))]
    except ValueError:
        return said()
    on_earth = abs(place[0]) <= 90 and abs(place[1]) <= 180  # what is no number is not
    return {"kind": "location", "place": place} if on_earth else said()


def chose(key: str) -> dict[str, Any]:
    """prompt:choice. Anything else was not sent by us, and presses a question that is closed."""
    prompt, _, choice = key.partition(":")
    known = prompt.removeprefix("-").isdecimal() and prompt.isascii() and len(prompt) < 10
    return {"kind": "chose", "choice": plain(choice)[:120] if known else "", "prompt": int(prompt) if known else 0}
