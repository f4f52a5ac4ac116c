"""Temporary media: up, down, three days [D 90253, 90254]."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.bell import Clock

from .calls import Call
from .rules import Limits, Refused

MB = 1 << 20
# kind -> bytes, code when larger [D 90253; which of the documented codes is M]
SIZES = {"image": (10 * MB, 40009), "voice": (2 * MB, 45001), "video": (10 * MB, 40011), "file": (20 * MB, 45001)}
# kind -> (where, beginnings), code for others [kinds D 90253; 40123 D 90313; that the bytes are looked at is M]
BEGINNINGS: dict[str, tuple[int, tuple[bytes, ...], int]] = {
    "image": (0, (b"\xff\xd8\xff", b"\x89PNG\r\n"), 40123),
    "voice": (0, (b"#!AMR",), 40004),
    "video": (4, (b"ftyp",), 40004),
}
TYPES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "file": "application/octet-stream"}
SUFFIX = {"image": ".jpg", "voice": ".amr", "video": ".mp4"}


@dataclass(frozen=True)
class File:
    kind: str
    name: str
    data: bytes
    at: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(48))


class Media:
    """One corp's: every app of it may use the ids [D 90253]."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.clock, self.limits = clock, limits
        self.files: dict[str, File] = {}

    def keep(self, kind: str, name: str, data: bytes) -> File:
        file = File(kind, name, data, self.clock.now())
        self.files[file.id] = file
        return file

    def find(self, media_id: Any, kind: str = "") -> File:
        """D 90313: unknown, older than three days, or of another kind."""
        file = self.files.get(media_id) if isinstance(media_id, str) else None
        if file is None or self.clock.now() - file.at >= self.limits.media_seconds or kind not in ("", file.kind):
            raise Refused(40007)
        return file


def upload(call: Call) -> dict[str, Any]:
    kind, sent = call.query.get("type", ""), call.upload
    if kind not in SIZES:
        raise Refused(40005)
    if sent is None:
        raise Refused(44001)  # D 90313: nothing in the field `media`
    if not sent.name:
        raise Refused(40063, "filename is missing")  # D 90253 wants one, the code is M
    most, code = SIZES[kind]
    if len(sent.data) <= 5:
        raise Refused(40006)  # D 90253: more than 5 bytes
    if len(sent.data) > most:
        raise Refused(code)
    start, beginnings, wrong = BEGINNINGS.get(kind, (0, (b"",), 0))
    if not sent.data[start:].startswith(beginnings):
        raise Refused(wrong)
    if "%" in sent.name:
        call.violates("a percent-encoded file name: people would read it like that")  # M
    file = call.corp.media.keep(kind, sent.name, sent.data)
    return {"type": kind, "media_id": file.id, "created_at": str(file.at)}  # D 90253: a string


def download(call: Call) -> tuple[File, bytes, str]:
    """The file, the asked part of it, and what Content-Range says of a part."""
    if not call.query.get("media_id"):
        raise Refused(41006)
    file = call.corp.media.find(call.query["media_id"])
    if call.span is None:
        return file, file.data, ""
    start, stop, _ = call.span.indices(len(file.data))
    return file, file.data[start:stop], f"bytes {start}-{max(stop - 1, 0)}/{len(file.data)}"


def shown(file: File) -> str:
    """D 90254: the id is the name, whatever it was called."""
    return f'attachment; filename="{file.id}{SUFFIX.get(file.kind, "." + file.name.rpartition(".")[2])}"'
