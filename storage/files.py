"""Attachments on disk: every file sealed in chunks under a key of its own, under a random name.

Nothing readable ever touches the disk, the partial file included. Each chunk is bound to the file's name, its place and
whether it is the last one, so a chunk that was cut off, moved, repeated or taken from another file does not open.
Names, owners and wrapped keys are rows of the database; here lie only bytes. To forget a file, destroy its key.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from storage.sealed import Unsealable, open_with, seal_with, sync_folder

MAX_FILE = 20 * 1024 * 1024
FLOOR = 200 * 1000 * 1000  # left free for the database, which must be able to answer when uploads no longer fit
CHUNK = 64 * 1024
SEAL = 1 + 12 + 16  # provider, nonce, tag: what `seal_with` adds to each chunk
PARTIAL = "partial"

_NAME = re.compile(r"[0-9a-f]{32}")
Seal = Callable[[bytes, bytes, bytes], bytes]  # (the file's own key, a chunk, what it is bound to)
_FULL = (errno.ENOSPC, errno.EDQUOT)

__all__ = ["DiskFull", "FileMissing", "FileStore", "FileTooLarge", "Stored", "Unsealable", "Writer"]


class FileTooLarge(Exception):
    """More bytes than allowed. Raised while they arrive; what came so far is gone from the disk."""


class DiskFull(Exception):
    """The disk is full or nearly so; nothing was kept."""


class FileMissing(Exception):
    """There is no file of this name."""


@dataclass(frozen=True)
class Stored:
    """A file that is whole and durable. `size` and `sha256` (hexadecimal) are those of the plain content."""

    name: str
    size: int
    sha256: str


class FileStore:
    """The folder of sealed files. Several processes may share it; every method may run in any thread."""

    def __init__(self, folder: Path, max_file: int = MAX_FILE, floor: int = FLOOR, seal: Seal = seal_with) -> None:
        self.folder, self.max_file, self.floor, self.seal = folder, max_file, floor, seal

    def receive(self, key: bytes) -> "Writer":
        """Begin a file under the caller's 32-byte key. Raises DiskFull before a byte is taken."""
        self.need_room()
        return Writer(self, key)

    def keep(self, key: bytes, data: bytes) -> Stored:
        """Store bytes that are already in memory (a cleaned copy)."""
        with self.receive(key) as writer:
            writer.write(data)
            return writer.close()

    def read(self, name: str, key: bytes) -> Iterator[bytes]:
        """The content, chunk by chunk, each one authenticated before it is handed out.

        Raises FileMissing at once; Unsealable at the chunk that is wrong, so a reader who was given everything without
        an exception has the whole, unchanged file.
        """
        try:
            source = self.path(name).open("rb")
        except FileNotFoundError:
            raise FileMissing(name) from None
        return _opened(source, name, key)

    def read_all(self, name: str, key: bytes, limit: int | None = None) -> bytes:
        """The whole content. Raises FileTooLarge, before reading, beyond `limit` (default: the store's own)."""
        if self.size(name) > (self.max_file if limit is None else limit):
            raise FileTooLarge(name)
        return b"".join(self.read(name, key))

    def size(self, name: str) -> int:
        """Bytes of the plain content, known without the key."""
        try:
            sealed = self.path(name).stat().st_size
        except FileNotFoundError:
            raise FileMissing(name) from None
        return max(sealed - SEAL * -(-sealed // (CHUNK + SEAL)), 0)

    def remove(self, name: str) -> bool:
        """True when there was such a file. Durable on return; removing twice is no error."""
        path = self.path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True

    def orphans(self, known: Container[str], before: datetime) -> Iterator[str]:
        """Whole files that no row knows and that were finished before `before` (machine time).

        A file is finished before its row is committed: choose `before` an hour back, so that none in between is named.
        """
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if path.name not in known and _older(path, before):
                yield path.name

    def drop_partials(self, before: datetime) -> int:
        """Remove what crashed writers left behind; a writer still at work has touched its file since `before`."""
        left = [path for path in self.folder.glob(f"{PARTIAL}/*") if _older(path, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def path(self, name: str) -> Path:
        """Where a file lies. Names come from rows, yet nothing but a name of ours may ever reach the file system."""
        if not _NAME.fullmatch(name):
            raise FileMissing("not a name of this store")
        return self.folder / name[:2] / name[2:4] / name

    def need_room(self) -> None:
        """Raises DiskFull below the floor."""
        with _naming_full_disks():
            _make_folder(self.folder / PARTIAL)
            if shutil.disk_usage(self.folder).free < self.floor:
                raise DiskFull(f"less than {self.floor // 1_000_000} MB free for attachments")


class Writer:
    """One file on its way in: `write` any number of times, then `close`. Leaving the block without closing drops it.

    `write` seals at most 64 KiB at a time (a fraction of a millisecond); `close` waits for the disk, so call it in a
    thread where that matters.
    """

    def __init__(self, store: FileStore, key: bytes) -> None:
        self._store, self._key = store, key
        self._name = secrets.token_hex(16)
        self._partial = store.folder / PARTIAL / self._name
        self._waiting = bytearray()
        self._digest = hashlib.sha256()
        self._size = self._index = 0
        self._stored: Stored | None = None
        with _naming_full_disks():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            self._file: BinaryIO = os.fdopen(os.open(self._partial, flags, 0o600), "wb")

    def write(self, chunk: bytes) -> None:
        """Raises FileTooLarge or DiskFull; the file is then gone and the writer of no more use."""
        if self._file.closed:
            raise ValueError("this file is closed")
        with self._dropping_on_failure():
            self._size += len(chunk)
            if self._size > self._store.max_file:
                raise FileTooLarge(f"more than {self._store.max_file} bytes")
            self._digest.update(chunk)
            self._waiting += chunk
            while len(self._waiting) > CHUNK:  # the last chunk stays back: only `close` knows it is the last
                self._seal(bytes(self._waiting[:CHUNK]), last=False)
                del self._waiting[:CHUNK]

    def close(self) -> Stored:
        """Make it whole: durable under its final name when this returns. Closing again gives the same answer."""
        if self._stored is None:
            if self._file.closed:
                raise ValueError("this file was dropped")
            with self._dropping_on_failure():
                self._seal(bytes(self._waiting), last=True)
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._settle()
            self._stored = Stored(self._name, self._size, self._digest.hexdigest())
        return self._stored

    def abort(self) -> None:
        """Drop what came so far; nothing happens when the file is already whole."""
        if self._stored is None:
            with suppress(OSError):  # a full disk fails again when the rest is flushed
                self._file.close()
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.abort()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._store.need_room()
        self._file.write(self._store.seal(self._key, plain, _bound(self._name, self._index, last)))
        self._index += 1

    def _settle(self) -> None:
        final = self._store.path(self._name)
        _make_folder(final.parent)
        self._partial.replace(final)
        sync_folder(final.parent)

    @contextmanager
    def _dropping_on_failure(self) -> Iterator[None]:
        try:
            with _naming_full_disks():
                yield
        except BaseException:
            self.abort()
            raise


def _bound(name: str, index: int, last: bool) -> bytes:
    return f"file/{name}/{index}/{'last' if last else 'more'}".encode()


def _opened(source: BinaryIO, name: str, key: bytes) -> Iterator[bytes]:
    with source:
        left, index = os.fstat(source.fileno()).st_size, 0
        while True:
            sealed = source.read(CHUNK + SEAL)
            left -= len(sealed)
            last = left <= 0 or not sealed
            yield open_with(key, sealed, _bound(name, index, last))
            if last:
                return
            index += 1


def _older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # finished or removed by another process meanwhile
        return False


def _make_folder(folder: Path) -> None:
    """Create it and its parents, each durable, for our eyes only."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def _naming_full_disks() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise DiskFull("no space left for attachments") from fault
        raise
