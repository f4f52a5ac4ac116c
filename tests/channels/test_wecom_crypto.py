"""What WeCom's callbacks carry, opened and sealed: the vendor's vectors to the byte, and nothing else let through."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import envelope
from bot.channels.wecom.crypto import Cipher, Unreadable

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "wecom_vectors.json").read_text("utf-8"))
TOKEN, KEY, CORP = (VECTORS[name] for name in ("token", "encoding_aes_key", "corpid"))
SAMPLES = {name: one for name, one in VECTORS.items() if isinstance(one, dict)}
POST = SAMPLES["official_post"]
CIPHER = Cipher(TOKEN, KEY, CORP)
WHEN, NONCE = "1409659813", "1372623149"
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)  # with halves of signs, as a query may hold


def opened(encrypt: str) -> bytes:
    """As if WeCom had signed it."""
    return CIPHER.open(CIPHER.signature(WHEN, NONCE, encrypt), WHEN, NONCE, encrypt)


def encrypted(padded: bytes) -> str:
    """Whole blocks, padded by nobody but the test."""
    key = b64decode(KEY + "=")
    encryptor = Aes(AES256(key), CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def plain(message: bytes, receive_id: str = CORP, length: int | None = None) -> bytes:
    told = len(message) if length is None else length
    return b"r" * 16 + told.to_bytes(4, "big") + message + receive_id.encode()


def padded(body: bytes, count: int | None = None) -> bytes:
    full = 32 - len(body) % 32
    return body + bytes([full if count is None else count]) * full


def refused(why: str, doing: Callable[[], object]) -> None:
    """`why` is all it says, and no other exception is shown behind it."""
    with pytest.raises(Unreadable) as caught:
        doing()
    assert caught.value.why == why and str(caught.value) == why
    assert caught.value.__cause__ is None and (caught.value.__suppress_context__ or caught.value.__context__ is None)


# -- vectors -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_opens_the_vectors(name: str) -> None:
    """The vendor's samples, and ours that two other libraries agree on, open to their message."""
    one = SAMPLES[name]
    cipher = Cipher(TOKEN, KEY, one["plain"]["receiveid"])
    encrypt = one.get("encrypt") or one["echostr"]
    message = cipher.open(one["msg_signature"], one["timestamp"], one["nonce"], encrypt)
    assert message == one["plain"]["msg"].encode() and len(message) == one["plain"]["msg_len"]


@pytest.mark.parametrize("name", SAMPLES)
def test_seals_the_vectors(name: str) -> None:
    """With their own random bytes and nonce they come out to the byte, signature included."""
    one = SAMPLES[name]
    told = one["plain"]
    cipher = Cipher(TOKEN, KEY, told["receiveid"])
    sealed = cipher.seal(told["msg"].encode(), int(one["timestamp"]), one["nonce"], told["random16"].encode())
    assert sealed.encrypt == (one.get("encrypt") or one["echostr"])
    assert (sealed.signature, sealed.timestamp, sealed.nonce) == (one["msg_signature"], one["timestamp"], one["nonce"])


@given(st.binary(max_size=300), st.sampled_from(["", CORP, "县打私办"]))
def test_there_and_back(message: bytes, receive_id: str) -> None:
    """Any message is opened again by the same keys; no two seals of it are alike."""
    cipher = Cipher(TOKEN, KEY, receive_id)
    one, other = cipher.seal(message, 1), cipher.seal(message, 1)
    assert cipher.open(one.signature, one.timestamp, one.nonce, one.encrypt) == message
    assert one.encrypt != other.encrypt and one.nonce != other.nonce


def test_the_signature_does_not_hold_the_query_apart() -> None:
    """The vendor's own flaw, which is why a repetition is known by what is inside: other values, the same signature."""
    assert CIPHER.open(POST["msg_signature"], "3726231491409659813", "1", POST["encrypt"])


# -- refusals ------------------------------------------------------------------------------------------------------------

# what is wrong -> which word says so. Signed with the right token, all of them: they are refused by what they are.
SIGNED = [
    ("", "length"),
    ("!!!!", "base64"),
    ("AAAA AAAA", "base64"),
    ("QUJD\n", "base64"),
    ("县", "base64"),
    ("\ud800", "base64"),
    ("QUJ", "base64"),  # its = is missing
    (b64encode(b"x" * 15).decode(), "length"),
    (b64encode(b"x" * 33).decode(), "length"),
    (encrypted(padded(plain(b"a"), 0)), "padding"),
    (encrypted(plain(b"m" * 9) + b"\x21" * 33), "padding"),  # 33 of them
    (encrypted(padded(plain(b"a"))[:-2] + b"\x01\x02"), "padding"),  # says 2, and there is one
    (encrypted(b"\x20" * 16), "padding"),  # says 32 and has 16
    (encrypted(b"\x10" * 16), "length"),  # nothing but padding
    (encrypted(b"r" * 16 + b"\x10" * 16), "length"),  # ends before its length
    (encrypted(padded(plain(b"a", length=2**32 - 1))), "length"),
    (encrypted(padded(plain(b"a", length=len(CORP) + 2))), "length"),  # one more than there is
    (encrypted(padded(plain(b"a", length=len(CORP) + 1))), "receiver"),  # all of it, and nobody to receive
    (encrypted(padded(plain(b"a", length=0))), "receiver"),
    (encrypted(padded(plain(b"a", "wx5823bf96d3bd56c8"))), "receiver"),
    (encrypted(padded(plain(b"a", ""))), "receiver"),
    (encrypted(padded(plain(b"a", CORP + "\0"))), "receiver"),
]


@pytest.mark.parametrize(("encrypt", "why"), SIGNED)
def test_refused_though_signed(encrypt: str, why: str) -> None:
    """Base64, whole blocks, padding of 1 to 32, a length within what there is, and our own id behind it: each is checked."""
    refused(why, lambda: opened(encrypt))


@pytest.mark.parametrize("count", range(1, 33))
def test_each_padding(count: int) -> None:
    """The vendor pads with 1 to 32 bytes; libraries for blocks of 16 refuse half of them."""
    message = b"m" * ((-20 - len(CORP) - count) % 32)
    body = plain(message)
    assert len(padded(body)) - len(body) == count and opened(encrypted(padded(body))) == message


# signature, timestamp, nonce, encrypt: the official POST with one thing changed
UNSIGNED = [
    ("4" * 40, WHEN, NONCE, POST["encrypt"]),
    ("577715d11cdb4164915debcba66cb864d751f3e6", WHEN, NONCE, POST["encrypt"]),  # one digit
    (POST["msg_signature"].upper(), WHEN, NONCE, POST["encrypt"]),
    (POST["msg_signature"] + " ", WHEN, NONCE, POST["encrypt"]),
    ("", WHEN, NONCE, POST["encrypt"]),
    ("签名", WHEN, NONCE, POST["encrypt"]),
    (POST["msg_signature"], "1409659814", NONCE, POST["encrypt"]),
    (POST["msg_signature"], WHEN, "", POST["encrypt"]),
    (POST["msg_signature"], WHEN, NONCE, "!!!!"),  # not even looked at
    (POST["msg_signature"], WHEN, NONCE, ""),
]


@pytest.mark.parametrize("given_", UNSIGNED)
def test_refused_by_its_signature(given_: tuple[str, str, str, str]) -> None:
    """Nothing is decrypted before it is known to be WeCom's."""
    refused("signature", lambda: CIPHER.open(*given_))


@given(st.integers(0, 8 * len(b64decode(POST["encrypt"])) - 1))
def test_a_bent_secret(bit: int) -> None:
    """No bit of what was signed can be turned."""
    secret = bytearray(b64decode(POST["encrypt"]))
    secret[bit // 8] ^= 1 << bit % 8
    bent = b64encode(bytes(secret)).decode()
    refused("signature", lambda: CIPHER.open(POST["msg_signature"], WHEN, NONCE, bent))


def message_or_refusal(doing: Callable[[], object], kind: type) -> None:
    try:
        assert isinstance(doing(), kind)
    except Unreadable as fault:
        assert fault.args == (fault.why,)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT | st.binary(max_size=80).map(lambda raw: b64encode(raw).decode()))
def test_whatever_comes(signature: str, timestamp: str, nonce: str, encrypt: str) -> None:
    """Any query and body give a message or the one refusal, unsigned and signed."""
    message_or_refusal(lambda: CIPHER.open(signature, timestamp, nonce, encrypt), bytes)
    signed = CIPHER.signature(timestamp, nonce, encrypt)
    message_or_refusal(lambda: CIPHER.open(signed, timestamp, nonce, encrypt), bytes)


@given(st.integers(1, 8), st.data())
def test_whatever_was_within(blocks: int, data: st.DataObject) -> None:
    """Any bytes that decrypt, well padded or not, give a message or the one refusal."""
    body = data.draw(st.binary(min_size=16 * blocks, max_size=16 * blocks))
    message_or_refusal(lambda: opened(encrypted(body)), bytes)
    message_or_refusal(lambda: opened(encrypted(padded(body))), bytes)


# token, key -> what the error names
BAD_KEYS = [
    ("", KEY, "token"),
    ("a" * 33, KEY, "token"),
    ("with-dash", KEY, "token"),
    ("令牌", KEY, "token"),
    (TOKEN + "\n", KEY, "token"),
    (TOKEN, "", "aes_key"),
    (TOKEN, KEY[:-1], "aes_key"),
    (TOKEN, KEY + "=", "aes_key"),
    (TOKEN, KEY[:-1] + "+", "aes_key"),
    (TOKEN, KEY[:-1] + "键", "aes_key"),
]


@pytest.mark.parametrize(("token", "key", "named"), BAD_KEYS)
def test_bad_keys(token: str, key: str, named: str) -> None:
    """The console's form allows only letters and digits; the error says which is wrong and never what it was."""
    with pytest.raises(ValueError, match=f"^{named} ") as caught:
        Cipher(token, key, CORP)
    assert KEY[:-1] not in str(caught.value) and TOKEN not in str(caught.value)


def test_a_cipher_tells_nothing() -> None:
    """Printed or logged by mistake it shows no key."""
    assert TOKEN not in repr(CIPHER) and KEY not in repr(CIPHER) and CORP not in repr(CIPHER)


# -- envelopes -----------------------------------------------------------------------------------------------------------

ENCRYPT = "<Encrypt><![CDATA[QUJD]]></Encrypt>"
# every order and either form -> the same
BODIES = [
    f"<xml>{ENCRYPT}</xml>",
    f"<xml><ToUserName><![CDATA[ww]]></ToUserName><AgentID><![CDATA[1]]></AgentID>{ENCRYPT}</xml>",
    f"<xml>{ENCRYPT}<AgentID>1</AgentID><ToUserName>ww</ToUserName></xml>",
    f"\ufeff<?xml version='1.0' encoding='utf-8'?>\n<xml>\n {ENCRYPT}\n</xml>\n",
    "<xml><Encrypt>\nQUJD\n</Encrypt></xml>",
    '{"tousername":"ww","encrypt":"QUJD","agentid":"1"}',
    '\n{"Encrypt":"QUJD"}',
]


@pytest.mark.parametrize("body", BODIES)
def test_the_secret_is_found(body: str) -> None:
    """Wherever it stands; the number of the app may be missing."""
    assert envelope.received(body.encode()) == "QUJD"


def test_the_official_body() -> None:
    """The vendor's sample, from the body to the fields within."""
    message = CIPHER.open(POST["msg_signature"], WHEN, NONCE, envelope.received(POST["body"].encode()))
    assert envelope.read(message) == {
        "ToUserName": CORP,
        "FromUserName": "mycreate",
        "CreateTime": "1409659813",
        "MsgType": "text",
        "Content": "hello",
        "MsgId": "4561255354251345929",
        "AgentID": "218",
    }


def test_json_says_the_same() -> None:
    """The vendor's sample in JSON is read as the one in XML: numbers are texts there too."""
    within = envelope.read(SAMPLES["official_post_json"]["plain"]["msg"].encode())
    assert within == envelope.read(POST["plain"]["msg"].encode())


DTD = '<!DOCTYPE xml [<!ENTITY a "b">]>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
BAD_BODIES = [
    (b"", "xml"),
    (b"hello", "xml"),
    (b"<xml/>", "xml"),
    (b"<xml><Encrypt/></xml>", "xml"),
    (b"<xml><Encrypt>  </Encrypt></xml>", "xml"),
    (b"<xml><encrypt>QUJD</encrypt></xml>", "xml"),
    (f"<html>{ENCRYPT}</html>".encode(), "xml"),
    (f"<xml><in>{ENCRYPT}</in></xml>".encode(), "xml"),
    (f"<xml>{ENCRYPT}</xml".encode(), "xml"),
    (f"<xml>{ENCRYPT}</xml><xml/>".encode(), "xml"),
    (f"{DTD}<xml>{ENCRYPT}</xml>".encode(), "xml"),
    (f"<!DOCTYPE xml SYSTEM 'http://127.0.0.1/x'><xml>{ENCRYPT}</xml>".encode(), "xml"),
    (f'<!DOCTYPE xml [<!ENTITY l0 "lol">{LAUGHS}]><xml><Encrypt>&l8;</Encrypt></xml>'.encode(), "xml"),
    (f"<?xml version='1.0' encoding='no-such'?><xml>{ENCRYPT}</xml>".encode(), "xml"),
    (f"<?xml version='1.0' encoding='gbk'?><xml>{ENCRYPT}</xml>".encode(), "xml"),
    (b"<xml><Encrypt>\xff\xfe</Encrypt></xml>", "xml"),
    (b"<a>" * 300_000, "xml"),
    (b"{", "xml"),
    (b"{}", "xml"),
    (b'{"encrypt":1}', "xml"),
    (b'{"encrypt":null}', "xml"),
    (b'{"a":' * 5_000, "xml"),
    (b"<xml>" + b" " * envelope.MAX_BODY + b"</xml>", "size"),
]


@pytest.mark.parametrize(("body", "why"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_bodies(body: bytes, why: str) -> None:
    """Whoever posts what, a DTD, a bomb, another language, a megabyte: one word comes of it."""
    refused(why, lambda: envelope.received(body))


DEEP = b"<xml>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</xml>"


@pytest.mark.parametrize(
    "message",
    [b"", b"hello", b"[]", b"<html/>", f"{DTD}<xml/>".encode(), DEEP, b'{"a":' + b"[" * 99 + b"]" * 99 + b"}"],
)
def test_bad_messages(message: bytes) -> None:
    """Signed by WeCom, and still not trusted to be XML of a sane depth."""
    refused("xml", lambda: envelope.read(message))


def test_a_message_too_long() -> None:
    """Nor to be short."""
    refused("size", lambda: envelope.read(b"<xml>" + b" " * envelope.MAX_BODY + b"</xml>"))


def test_within() -> None:
    """Names to texts and to more of the same; what there may be many of is a list also when there is one; of all else
    the first counts."""
    message = b"""<xml><A><![CDATA[ a<b ]]></A><A>2</A><Empty/><SelectedItems>
     <SelectedItem><QuestionKey>Q1</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds></SelectedItem>
     </SelectedItems><AuthAddOpenKfId>wk1</AuthAddOpenKfId></xml>"""
    assert envelope.read(message) == {
        "A": " a<b ",
        "Empty": "",
        "SelectedItems": {"SelectedItem": [{"QuestionKey": "Q1", "OptionIds": {"OptionId": ["a", "b"]}}]},
        "AuthAddOpenKfId": ["wk1"],
    }


def test_the_reply_is_read_as_a_post_is() -> None:
    """What we answer holds the four values as they were sealed, whatever the nonce."""
    sealed = CIPHER.seal("<xml>回执</xml>".encode(), 1409659813, "]]><&")
    body = envelope.reply(sealed)
    assert envelope.read(body) == {
        "Encrypt": sealed.encrypt,
        "MsgSignature": sealed.signature,
        "TimeStamp": "1409659813",
        "Nonce": "]]><&",
    }
    assert envelope.received(body) == sealed.encrypt


XMLISH = st.lists(
    st.sampled_from(
        ["<xml>", "</xml>", "<Encrypt>", "</Encrypt>", "<![CDATA[", "]]>", "<!DOCTYPE a>", "&a;", "{", '"encrypt":']
    )
    | st.text(max_size=4),
    max_size=12,
).map(lambda parts: "".join(parts).encode(errors="replace"))


@given(st.binary(max_size=200) | XMLISH)
def test_any_body(body: bytes) -> None:
    """Read, or refused by the one exception."""
    message_or_refusal(lambda: envelope.received(body), str)
    message_or_refusal(lambda: envelope.read(body), dict)
