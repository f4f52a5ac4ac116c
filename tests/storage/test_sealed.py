"""Sealing, by both families of primitives: what is kept opens with its key and its place, and with nothing else."""

import json
import os
import stat
from pathlib import Path

import pytest

from storage.sealed import AES, PROVIDERS, PURPOSES, SM, Keyring, Unsealable, new_key, open_with, seal_with

SECRET = "县城东门仓库".encode()


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ring(tmp_path: Path, provider: str) -> Keyring:
    return Keyring.make(tmp_path, provider)


def test_there_and_back(ring: Keyring) -> None:
    """Every purpose seals and opens; two seals of the same thing are unlike, and neither shows it."""
    for purpose in PURPOSES:
        first, second = ring.seal(purpose, SECRET, b"7"), ring.seal(purpose, SECRET, b"7")
        assert ring.open_(purpose, first, b"7") == ring.open_(purpose, second, b"7") == SECRET
        assert first != second and SECRET not in first


def test_bound_to_its_place(ring: Keyring) -> None:
    """A value copied into another row, or opened for another purpose, does not open."""
    sealed = ring.seal("tip", SECRET, b"7")
    for purpose, bound in (("tip", b"8"), ("tip", b""), ("contact", b"7")):
        with pytest.raises(Unsealable):
            ring.open_(purpose, sealed, bound)


def test_tampered(ring: Keyring) -> None:
    """Not one changed, missing or added byte is accepted, and the fault says nothing about the content."""
    sealed = ring.seal("tip", SECRET)
    damaged = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for wrong in (*damaged, *(sealed[:end] for end in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(Unsealable) as fault:
            ring.open_("tip", wrong)
        assert "仓库" not in str(fault.value)


def test_a_key_of_its_own(provider: str) -> None:
    """What is sealed under a tip's or a file's own key opens with that key alone."""
    key = new_key()
    sealed = seal_with(key, SECRET, b"7", PROVIDERS[provider])
    assert open_with(key, sealed, b"7") == SECRET
    with pytest.raises(Unsealable):
        open_with(new_key(), sealed, b"7")


def test_rotation(ring: Keyring) -> None:
    """New values are sealed under the new key; old ones still open, and are found by their MAC however often it was
    rotated: a receipt's password does not expire with a key."""
    sealed, mark = ring.seal("tip", SECRET), ring.mac("secret", b"7KQD")
    for _ in range(3):
        ring.rotate()
    assert ring.open_("tip", sealed) == SECRET
    assert ring.seal("tip", SECRET)[:2] != sealed[:2]
    assert ring.mac("secret", b"7KQD") == ring.macs("secret", b"7KQD")[0] != mark
    assert mark in ring.macs("secret", b"7KQD")


def test_rotating_one_purpose(ring: Keyring) -> None:
    """The others stay as they are."""
    mark = ring.mac("mark", b"x")
    ring.rotate("tip")
    assert ring.mac("mark", b"x") == mark


def test_another_process_rotates(ring: Keyring) -> None:
    """A process that is running reads what another one has sealed under a key made since."""
    other = Keyring.open(ring.folder)
    other.rotate()
    assert ring.open_("transit", other.seal("transit", SECRET)) == SECRET


def test_another_process_knows_the_new_marks(ring: Keyring) -> None:
    """A password given out under a key made since is right in a process that was started before; and one that rotates
    builds on what the other has made."""
    other = Keyring.open(ring.folder)
    other.rotate()
    assert other.mac("secret", b"7KQD") in ring.macs("secret", b"7KQD")
    other.rotate("tip")
    ring.rotate("link")
    assert Keyring.open(ring.folder).open_("tip", other.seal("tip", SECRET)) == SECRET


def test_a_file_that_is_as_it_was_is_not_read(ring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a mark costs no reading of the ring; a ring that cannot be read for a moment is used as it was."""
    mark = ring.mac("peer", b"x")
    monkeypatch.setattr(Keyring, "open", lambda folder: pytest.fail("read again"))
    assert ring.macs("peer", b"x") == (mark,)
    (ring.folder / Keyring.FILE).unlink()
    assert ring.macs("peer", b"x") == (mark,)


def test_both_families_on_one_ring(tmp_path: Path) -> None:
    """After a change of family old values open and are found, and new ones are sealed by the new one: under the ring's
    keys as under a tip's own."""
    ring, own = Keyring.make(tmp_path), new_key()
    old, of_tip, mark = ring.seal("tip", SECRET), ring.seal_with(own, SECRET), ring.mac("mark", b"x")
    ring.rotate(cipher="sm")
    ring = Keyring.open(tmp_path)
    new, new_of_tip = ring.seal("tip", SECRET), ring.seal_with(own, SECRET)
    assert (
        ring.open_("tip", old)
        == ring.open_("tip", new)
        == SECRET
        == open_with(own, of_tip)
        == open_with(own, new_of_tip)
    )
    assert [one[2] for one in (old, new)] == [one[0] for one in (of_tip, new_of_tip)] == [AES.code, SM.code]
    assert ring.macs("mark", b"x")[1] == mark != ring.mac("mark", b"x")
    ring.rotate()
    assert ring.cipher == "sm" and ring.seal("tip", SECRET)[2] == SM.code, "the choice stays"


def test_a_destroyed_key(ring: Keyring) -> None:
    """Forgetting by destroying a key: what lay under it opens for nobody."""
    sealed = ring.seal("tip", SECRET)
    ring.rotate("tip")
    path = ring.folder / Keyring.FILE
    kept = json.loads(path.read_text())
    kept["keys"]["tip"] = kept["keys"]["tip"][1:]
    path.write_text(json.dumps(kept))
    with pytest.raises(Unsealable, match="destroyed"):
        Keyring.open(ring.folder).open_("tip", sealed)


def test_macs_differ_by_purpose(ring: Keyring) -> None:
    """The same words marked for two purposes have nothing in common; 32 bytes each."""
    marks = {ring.mac(purpose, b"same") for purpose in PURPOSES}
    assert len(marks) == len(PURPOSES) and {len(mark) for mark in marks} == {32}


def test_the_file(ring: Keyring) -> None:
    """Readable by its owner alone; never overwritten, since lost keys are lost tips; opened again it is the same ring."""
    assert stat.S_IMODE(os.stat(ring.folder / Keyring.FILE).st_mode) == 0o600
    assert [path.name for path in ring.folder.iterdir()] == [Keyring.FILE]
    with pytest.raises(FileExistsError):
        Keyring.make(ring.folder)
    again = Keyring.open(ring.folder)
    assert again.open_("tip", ring.seal("tip", SECRET)) == SECRET and again.cipher == ring.cipher


def test_a_ring_from_before_a_purpose_was_added(ring: Keyring) -> None:
    """An upgrade that needs a key more makes it, durably, and leaves the others alone."""
    path = ring.folder / Keyring.FILE
    kept = json.loads(path.read_text())
    del kept["keys"]["link"]
    path.write_text(json.dumps(kept))
    mark = Keyring.open(ring.folder).mac("link", b"x")
    assert Keyring.open(ring.folder).mac("link", b"x") == mark


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"cipher": "rot13", "keys": {}}', '{"cipher": "aes", "keys": 7}'])
def test_not_a_keyring(tmp_path: Path, content: str) -> None:
    """A damaged file is one sentence with a remedy, not a trace, and is left as it is."""
    (tmp_path / Keyring.FILE).write_text(content)
    with pytest.raises(Unsealable, match="put back the copy"):
        Keyring.open(tmp_path)
    assert (tmp_path / Keyring.FILE).read_text() == content
