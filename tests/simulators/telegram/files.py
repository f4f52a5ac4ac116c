"""What a bot may fetch and send again: files by id and, for an hour, by path."""

import itertools
import mimetypes
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.bell import Clock
from tests.simulators.serving import Upload

from .calls import Call
from .rules import Limits, bad

# Beginnings of what Telegram takes for a photo; the rest is IMAGE_PROCESS_FAILED.
IMAGES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n": "png", b"GIF8": "gif", b"RIFF": "webp", b"BM": "bmp"}

FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "voice": "voice"}
SUFFIX = {"photo": ".jpg", "video": ".mp4", "voice": ".oga"}
THUMBNAIL = b"\xff\xd8\xff\xe0 what a bot gets that takes the first size instead of the last"


@dataclass(frozen=True)
class File:
    """`size` may be more than the bytes: a story about 25 MB needn't carry them."""

    kind: str
    name: str
    data: bytes
    size: int
    id: str = field(default_factory=lambda: "AgAC" + secrets.token_urlsafe(24))
    unique: str = field(default_factory=lambda: "AQAD" + secrets.token_urlsafe(9))

    def json(self, **more: Any) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique, "file_size": self.size, **more}


class Files:
    """One bot's: the ids of one bot mean nothing to another."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.files: dict[str, File] = {}
        self.paths: dict[str, tuple[File, int]] = {}
        self._numbers = itertools.count(1)

    def keep(self, kind: str, name: str, data: bytes, size: int | None = None) -> File:
        file = File(kind, name, data, len(data) if size is None else size)
        self.files[file.id] = file
        return file

    def get(self, file_id: str) -> File:
        if file_id not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self.files[file_id]

    def link(self, file_id: str, limits: Limits) -> dict[str, Any]:
        """getFile: a path to fetch it by."""
        file = self.get(file_id)
        if file.size > limits.download:
            raise bad("file is too big")
        suffix = SUFFIX.get(file.kind) or "." + file.name.rpartition(".")[2]
        path = f"{FOLDERS[file.kind]}/file_{next(self._numbers)}{suffix}"
        self.paths[path] = (file, self.clock.now() + limits.link_seconds)
        return file.json(file_path=path)

    def fetch(self, path: str) -> File | None:
        file, until = self.paths.get(path, (None, 0))
        return file if self.clock.now() < until else None

    def received(self, call: Call, kind: str, said: Any, limits: Limits) -> File:
        """A file the bot sends, new or known."""
        found = call.upload(kind, said)
        if found is None:
            raise bad(f"there is no {kind} in the request")
        if isinstance(found, str):
            return self._known(found, kind)
        _check(found, kind, limits)
        return self.keep(kind, found.name, found.data)

    def _known(self, file_id: str, kind: str) -> File:
        if file_id.startswith(("http:", "https:")):
            raise bad("failed to get HTTP URL content")  # the project sends bytes; fetching is not simulated
        if file_id not in self.files:
            raise bad("wrong file identifier/HTTP URL specified")
        if self.files[file_id].kind != kind:
            raise bad(f"can't use file of type {self.files[file_id].kind.title()} as {kind.title()}")
        return self.files[file_id]

    def described(self, file: File) -> dict[str, Any]:
        """What a message says of it, as the field named by its kind."""
        if file.kind == "photo":
            small = self.keep("photo", "small.jpg", THUMBNAIL)
            return {"photo": [small.json(width=90, height=67), file.json(width=1280, height=960)]}
        mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.kind == "document":
            return {"document": file.json(file_name=file.name, mime_type=mime)}
        if file.kind == "video":
            return {"video": file.json(file_name=file.name, mime_type=mime, width=640, height=360, duration=3)}
        return {"voice": file.json(mime_type="audio/ogg", duration=3)}


def _check(upload: Upload, kind: str, limits: Limits) -> None:
    size = len(upload.data)
    if not size:
        raise bad("file must be non-empty")
    if kind == "photo" and size > limits.photo:
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {limits.photo} bytes")
    if kind == "photo" and not upload.data.startswith(tuple(IMAGES)):
        raise bad("IMAGE_PROCESS_FAILED")
