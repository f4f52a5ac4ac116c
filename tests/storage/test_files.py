"""Sealed files: what lies on the disk tells nothing, and whatever was changed there does not open."""

import errno
import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import files
from storage.files import CHUNK, SEAL, DiskFull, FileMissing, FileStore, FileTooLarge, Unsealable
from storage.sealed import SM, new_key, seal_with

KEY = bytes(range(32))
SECRET = b"23.0167N 112.4500E the blue warehouse"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", floor=0)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file())


def nothing_in(folder: Path) -> bool:
    return not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_whole(store: FileStore, size: int) -> None:
    """What comes out is what went in, whatever the size is beside the chunk's; size and hash are the plain content's."""
    data = os.urandom(size)
    stored = store.keep(KEY, data)
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert store.read_all(stored.name, KEY) == data == b"".join(store.read(stored.name, KEY))
    assert store.size(stored.name) == size


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 2 * CHUNK), max_size=6))
def test_pieces_do_not_matter(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    """However the network cuts an upload, the file is the same."""
    store = FileStore(tmp_path_factory.mktemp("files"), floor=0)
    pieces = [os.urandom(size) for size in sizes]
    with store.receive(KEY) as writer:
        for piece in pieces:
            writer.write(piece)
        stored = writer.close()
    assert store.read_all(stored.name, KEY) == b"".join(pieces)


def test_nothing_readable_on_disk(store: FileStore) -> None:
    """Neither the partial file nor the whole one holds a byte of the content, its hash or its key; names are random."""
    with store.receive(KEY) as writer:
        for _ in range(5000):
            writer.write(SECRET)
        writer._file.flush()
        assert SECRET not in everything_in(store.folder)
        stored = writer.close()
    seen = everything_in(store.folder)
    for secret in (SECRET, KEY, stored.sha256.encode(), bytes.fromhex(stored.sha256)):
        assert secret not in seen
    assert store.keep(KEY, SECRET).name != store.keep(KEY, SECRET).name


def test_only_ours_may_read(store: FileStore) -> None:
    """Files are 0600 in folders of 0700, two levels deep."""
    path = store.path(store.keep(KEY, SECRET).name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.relative_to(store.folder).parts) == 3


BLOCK = CHUNK + SEAL
# what is done to a file of three full chunks and a short one
DAMAGE = {
    "last chunk cut off": lambda b: b[: 3 * BLOCK],
    "cut in the middle of a chunk": lambda b: b[:-1],
    "all but the first chunk cut off": lambda b: b[:BLOCK],
    "emptied": lambda b: b"",
    "two chunks exchanged": lambda b: b[BLOCK : 2 * BLOCK] + b[:BLOCK] + b[2 * BLOCK :],
    "a chunk repeated": lambda b: b[:BLOCK] + b,
    "a chunk left out": lambda b: b[:BLOCK] + b[2 * BLOCK :],
    "one bit turned": lambda b: b[:100] + bytes([b[100] ^ 1]) + b[101:],
    "something appended": lambda b: b + b"x",
    "a chunk appended": lambda b: b + b[-BLOCK:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_changed_on_disk(store: FileStore, damage) -> None:
    """Truncating, reordering, repeating or changing anything is detected."""
    stored = store.keep(KEY, os.urandom(3 * CHUNK + 7))
    path = store.path(stored.name)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Unsealable):
        b"".join(store.read(stored.name, KEY))


def test_file_of_another_name(store: FileStore) -> None:
    """A file put in another's place does not open there, even under the same key."""
    one, other = store.keep(KEY, b"one"), store.keep(KEY, b"other")
    store.path(one.name).replace(store.path(other.name))
    with pytest.raises(Unsealable):
        store.read_all(other.name, KEY)


def test_another_key(store: FileStore) -> None:
    """Without its key a file is noise: destroying the key forgets the file."""
    with pytest.raises(Unsealable):
        store.read_all(store.keep(KEY, SECRET).name, new_key())


def test_national_ciphers(tmp_path: Path) -> None:
    """Under 国密 the same store works, and a file says itself how it was sealed."""
    stored = FileStore(tmp_path, floor=0, seal=partial(seal_with, provider=SM)).keep(KEY, SECRET * 5000)
    assert FileStore(tmp_path).read_all(stored.name, KEY) == SECRET * 5000


def test_too_large(tmp_path: Path) -> None:
    """The limit holds to the byte, while bytes arrive; nothing of the file is left."""
    store = FileStore(tmp_path, max_file=CHUNK, floor=0)
    assert store.keep(KEY, bytes(CHUNK)).size == CHUNK
    writer = store.receive(KEY)
    writer.write(bytes(CHUNK))
    with pytest.raises(FileTooLarge):
        writer.write(b"x")
    assert nothing_in(tmp_path / files.PARTIAL)
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"x")
    with pytest.raises(ValueError, match="dropped"):
        writer.close()


def test_reading_limit(store: FileStore) -> None:
    """A caller never gets more into memory than asked for."""
    stored = store.keep(KEY, bytes(1000))
    assert len(store.read_all(stored.name, KEY, limit=1000)) == 1000
    with pytest.raises(FileTooLarge):
        store.read_all(stored.name, KEY, limit=999)


def test_connection_lost(store: FileStore) -> None:
    """An upload that ends without close, or in an exception, leaves nothing; closing twice is one file."""
    with store.receive(KEY) as writer:
        writer.write(SECRET)
    with pytest.raises(ConnectionResetError), store.receive(KEY) as writer:
        writer.write(SECRET)
        raise ConnectionResetError
    assert nothing_in(store.folder)
    with store.receive(KEY) as writer:
        assert writer.close() == writer.close()
    assert not nothing_in(store.folder)


def test_nearly_full(tmp_path: Path) -> None:
    """Below the floor no upload begins, and one under way stops: the database needs the rest."""
    roomy = FileStore(tmp_path, floor=0)
    with pytest.raises(DiskFull), roomy.receive(KEY) as writer:
        roomy.floor = 1 << 60
        writer.write(bytes(2 * CHUNK))
    with pytest.raises(DiskFull):
        FileStore(tmp_path, floor=1 << 60).receive(KEY)
    assert nothing_in(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_full_while_writing(store: FileStore) -> None:
    """The kernel's own "no space left" becomes DiskFull, and the partial file goes."""
    writer = store.receive(KEY)
    writer._file.close()
    writer._file = open("/dev/full", "wb")  # noqa: SIM115
    with pytest.raises(DiskFull):
        writer.write(bytes(3 * CHUNK))
    assert nothing_in(store.folder)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_full_at_the_end(store: FileStore, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A disk may say so only when the file is to be made durable; other faults keep their own name."""

    def full(_: int) -> None:
        raise OSError(code, os.strerror(code))

    store.need_room()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        store.keep(KEY, SECRET)
    assert nothing_in(store.folder)


def test_durable_before_named(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content is written through before the file gets its name, the folder after: a power cut leaves all or nothing."""
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return rename(self, target)

    store.need_room()
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    store.keep(KEY, SECRET)
    assert done[0] == "file"
    assert done[-2:] == ["rename", "folder"]


def test_remove(store: FileStore) -> None:
    """Removing is final and may be repeated; what is gone says so at once, before the first byte is asked for."""
    stored = store.keep(KEY, SECRET)
    assert store.remove(stored.name)
    assert not store.remove(stored.name)
    for asking in (store.size, lambda name: store.read(name, KEY), lambda name: store.read_all(name, KEY)):
        with pytest.raises(FileMissing):
            asking(stored.name)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "/etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "a" * 31 + "/"]
)
def test_foreign_names(store: FileStore, name: str) -> None:
    """Nothing but a name of the store's own making ever reaches the file system."""
    with pytest.raises(FileMissing):
        store.read(name, KEY)
    with pytest.raises(FileMissing):
        store.remove(name)


def test_sweep(store: FileStore) -> None:
    """The sweep finds files no row knows and partials nobody writes any more, but none that just came into being."""
    known, lost = store.keep(KEY, b"known"), store.keep(KEY, b"lost")
    crashed = store.receive(KEY)
    crashed.write(SECRET)
    before, after = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
    assert list(store.orphans({known.name}, before)) == []
    assert list(store.orphans({known.name}, after)) == [lost.name]
    assert store.drop_partials(before) == 0
    assert store.drop_partials(after) == 1
    assert list(FileStore(store.folder / "none").orphans((), after)) == []
