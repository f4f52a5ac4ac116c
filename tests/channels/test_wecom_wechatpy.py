"""Our seals against another library's: wechatpy, which the house itself does not use."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.work.crypto import WeChatCrypto

from bot.channels.wecom import envelope
from bot.channels.wecom.crypto import Cipher

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "wecom_vectors.json").read_text("utf-8"))
KEYS = (VECTORS["token"], VECTORS["encoding_aes_key"], VECTORS["corpid"])
OURS, THEIRS = Cipher(*KEYS), WeChatCrypto(*KEYS)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NUMBERS, NONCES = st.integers(1, 2**31), st.text("0123456789abcdefXYZ-", min_size=1, max_size=20)


@given(WORDS, NUMBERS, NONCES)
def test_theirs_is_read_by_us(words: str, timestamp: int, nonce: str) -> None:
    """What they seal and put into an envelope, we find, verify and open."""
    body = envelope.read(THEIRS.encrypt_message(words, nonce, timestamp).encode())
    given_ = body["MsgSignature"], body["TimeStamp"], body["Nonce"]
    assert OURS.open(*given_, body["Encrypt"]) == words.encode()


@given(WORDS, NUMBERS)
def test_ours_is_read_by_them(words: str, timestamp: int) -> None:
    """And they ours, with random bytes and a nonce that we drew."""
    sealed = OURS.seal(words.encode(), timestamp)
    told = THEIRS.decrypt_message(envelope.reply(sealed), sealed.signature, sealed.timestamp, sealed.nonce)
    assert told == words


@pytest.mark.parametrize("name", ["official_get", "official_post"])
def test_the_same_for_the_vectors(name: str) -> None:
    """The vendor's samples open alike."""
    one = VECTORS[name]
    given_ = one["msg_signature"], one["timestamp"], one["nonce"], one.get("encrypt") or one["echostr"]
    assert THEIRS.check_signature(*given_) == OURS.open(*given_).decode() == one["plain"]["msg"]
