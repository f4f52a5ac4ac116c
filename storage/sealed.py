"""Sealing: what is kept is unreadable without keys that lie outside the database.

Two providers behind one small interface: AES-256-GCM with HMAC-SHA256 (default), and SM4-GCM with HMAC-SM3 (国密,
GB/T 39786). A sealed value carries the provider and the id of its key in front, so keys rotate without touching rows.
Nonces are random; a purpose's key should be rotated long before 2^32 seals (NIST SP 800-38D §8.3).
"""

import base64
import contextlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PURPOSES = ("transit", "address", "peer", "tip", "mark", "secret", "roster", "contact", "audit", "link")
NONCE = 12


class Unsealable(Exception):
    """The key is wrong or gone, or the bytes were tampered with. Says nothing about the content."""


@dataclass(frozen=True)
class Provider:
    """One family of primitives. `seal`/`open` take (key, nonce, bytes, bound); keys are 32 bytes, MACs are 32 bytes."""

    code: int
    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]
    mac: Callable[[bytes, bytes], bytes]


@cache
def _aesgcm() -> "type[AESGCM]":
    """OpenSSL comes with the first thing that is sealed or opened (6.7 MB, 5 ms). Kept: to ask an import each time costs a
    third of a seal."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM


def _aes_seal(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    return _aesgcm()(key).encrypt(nonce, plain, bound)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    return _aesgcm()(key).decrypt(nonce, sealed, bound)


def _sm4_seal(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    work = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(bound)
    return work.update(plain) + work.finalize() + work.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    work = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, sealed[-16:])).decryptor()
    work.authenticate_additional_data(bound)
    return work.update(sealed[:-16]) + work.finalize()


def _sm3_mac(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.hmac import HMAC

    work = HMAC(key, hashes.SM3())
    work.update(data)
    return work.finalize()


AES = Provider(1, _aes_seal, _aes_open, lambda key, data: hmac.digest(key, data, "sha256"))
SM = Provider(2, _sm4_seal, _sm4_open, _sm3_mac)
PROVIDERS = {"aes": AES, "sm": SM}
_BY_CODE = {provider.code: provider for provider in PROVIDERS.values()}


def new_key() -> bytes:
    return os.urandom(32)


def seal_with(key: bytes, plain: bytes, bound: bytes = b"", provider: Provider = AES) -> bytes:
    """Seal under a key that belongs to one thing alone (a tip, a file). `bound` is not stored but must match on opening."""
    nonce = os.urandom(NONCE)
    return bytes((provider.code,)) + nonce + provider.seal(key, nonce, plain, bound)


def open_with(key: bytes, sealed: bytes, bound: bytes = b"") -> bytes:
    """Raises `Unsealable` for a wrong key, other `bound`, or changed bytes."""
    try:
        return _BY_CODE[sealed[0]].open(key, sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound)
    except (KeyError, IndexError, ValueError, _changed()) as fault:
        raise Unsealable("sealed value cannot be opened") from fault


def _changed() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag


class Keyring:
    """The office's keys, by purpose, newest last. Lives in one file of mode 0600, apart from the database. Each key has its
    own family; `cipher` is that of the keys made from now on, and of what is sealed under a thing's own key."""

    FILE = "keyring.json"

    def __init__(self, folder: Path, cipher: str, keys: dict[str, list[dict[str, Any]]]) -> None:
        self.folder, self._file = folder, os.path.join(folder, self.FILE)
        self._stamp: tuple[int, int] | None = None
        self._take(cipher, keys)

    def _take(self, cipher: str, keys: dict[str, list[dict[str, Any]]]) -> None:
        self._provider = PROVIDERS[cipher]
        self._keys = {
            purpose: {int(k["id"]): (PROVIDERS[k["cipher"]], base64.b64decode(k["key"])) for k in kept}
            for purpose, kept in keys.items()
        }
        self._current = {purpose: max(kept) for purpose, kept in self._keys.items()}
        self.cipher, self._raw = cipher, keys

    @classmethod
    def make(cls, folder: Path, cipher: str = "aes") -> "Keyring":
        """A new ring with one key for every purpose. Raises FileExistsError rather than overwrite: lost keys are lost tips."""
        folder.mkdir(parents=True, exist_ok=True)
        ring = cls(folder, cipher, {purpose: [_fresh(1, cipher)] for purpose in PURPOSES})
        try:
            ring._save(os.link)  # of two processes that start at once, one makes the ring
        except FileExistsError:
            remedy = "use `xiezhi keys rotate` to add new keys"
            raise FileExistsError(f"{folder / cls.FILE} exists; {remedy}") from None
        return ring

    @classmethod
    def open(cls, folder: Path) -> "Keyring":
        """Raises FileNotFoundError when there is none, `Unsealable` when the file is no keyring."""
        path = folder / cls.FILE
        stamp = _stamp(path)
        try:
            kept = json.loads(path.read_text("utf-8"))
            cipher, keys = kept["cipher"], kept["keys"]
            missing = {purpose: [_fresh(1, cipher)] for purpose in PURPOSES if purpose not in keys}
            ring = cls(folder, cipher, keys | missing)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unsealable(f"{path}: not a keyring; put back the copy you keep apart") from None
        ring._stamp = stamp
        if missing:
            ring._save()
        return ring

    def rotate(self, purpose: str | None = None, cipher: str | None = None) -> None:
        """Add a new key, of another family if one is named; older ones still open what they sealed."""
        self._refresh()
        cipher = cipher or self.cipher
        names = [purpose] if purpose else PURPOSES
        fresh = {name: [*self._raw[name], _fresh(self._current[name] + 1, cipher)] for name in names}
        self._take(cipher, self._raw | fresh)
        self._save()

    def seal(self, purpose: str, plain: bytes, bound: bytes = b"") -> bytes:
        number = self._current[purpose]
        provider, key = self._keys[purpose][number]
        return number.to_bytes(2, "big") + seal_with(key, plain, bound, provider)

    def seal_with(self, key: bytes, plain: bytes, bound: bytes = b"") -> bytes:
        """Under a key that belongs to one thing alone, by the family this ring has chosen; `open_with` opens either."""
        return seal_with(key, plain, bound, self._provider)

    def open_(self, purpose: str, sealed: bytes, bound: bytes = b"") -> bytes:
        """Raises `Unsealable`."""
        number = int.from_bytes(sealed[:2], "big")
        if number not in self._keys[purpose]:
            self._refresh()
        if number not in self._keys[purpose]:
            raise Unsealable(f"the {purpose} key of this value has been destroyed")
        return open_with(self._keys[purpose][number][1], sealed[2:], bound)

    def mac(self, purpose: str, data: bytes) -> bytes:
        """32 bytes that stand for `data` in an index without giving it away."""
        return self._mac(purpose, self._current[purpose], data)

    def macs(self, purpose: str, data: bytes) -> tuple[bytes, ...]:
        """The current MAC, then those of earlier keys: a receipt's password outlives any number of rotations."""
        self._refresh()
        return tuple(self._mac(purpose, number, data) for number in sorted(self._keys[purpose], reverse=True))

    def _mac(self, purpose: str, number: int, data: bytes) -> bytes:
        provider, key = self._keys[purpose][number]
        return provider.mac(key, data)

    def _refresh(self) -> None:
        """Another process may have rotated the keys since this one read them; a file that is as it was is not read."""
        with contextlib.suppress(OSError, Unsealable):
            if _stamp(self._file) != self._stamp:
                fresh = Keyring.open(self.folder)
                self._take(fresh.cipher, fresh._raw)
                self._stamp = fresh._stamp

    def _save(self, put: Callable[[Path, Path], None] = os.replace) -> None:
        target, fresh = self.folder / self.FILE, self.folder / f"{self.FILE}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump({"cipher": self.cipher, "keys": self._raw}, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        try:
            put(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
        self._stamp = _stamp(target)
        sync_folder(self.folder)


def sync_folder(folder: Path) -> None:
    """A rename survives a power cut only once its folder is written too."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stamp(path: str | Path) -> tuple[int, int]:
    """Another one each time the file is put in place; to ask costs two microseconds."""
    status = os.stat(path)
    return status.st_ino, status.st_mtime_ns


def _fresh(number: int, cipher: str) -> dict[str, Any]:
    made = datetime.now(UTC).date().isoformat()
    return {"id": number, "cipher": cipher, "key": base64.b64encode(new_key()).decode(), "made": made}
