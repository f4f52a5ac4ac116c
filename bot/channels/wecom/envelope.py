"""The bodies of callbacks: XML around the secret, XML within it, and the reply (path/90930, path/90238, path/90241).

A console may be set to JSON instead; it says the same under the same names.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.ElementTree import fromstring

from bot.channels.wecom.crypto import Sealed, Unreadable

MAX_BODY = 1024 * 1024
DEPTH = 8  # SelectedItems/SelectedItem/OptionIds/OptionId is four
# Everything else is there once; of these there may be many, so they are a list also when there is one.
MANY = frozenset({"SelectedItem", "OptionId", "AuthAddOpenKfId", "AuthDelOpenKfId", "item"})


def received(body: bytes) -> str:
    """The `Encrypt` of a POST, wherever it stands among the others. Raises `Unreadable`: anybody may have sent this."""
    if len(body) > MAX_BODY:
        raise Unreadable("size")
    if body.lstrip().startswith(b"{"):
        found = {name.lower(): value for name, value in _json(body).items()}.get("encrypt")
    else:
        found = _xml(body).findtext("Encrypt")
    if not isinstance(found, str) or not found.strip():
        raise Unreadable("xml")
    return found.strip()


def read(message: bytes) -> dict[str, Any]:
    """What was within: names to texts, to more of the same, or for `MANY` to lists of either. Raises `Unreadable`."""
    if len(message) > MAX_BODY:
        raise Unreadable("size")
    told = _plain(_json(message)) if message.lstrip().startswith(b"{") else _nested(_xml(message))
    return told if isinstance(told, dict) else {}  # <xml/> holds nothing


def reply(sealed: Sealed) -> bytes:
    """A passive reply: the body of the 200 (path/90968)."""
    return (
        f"<xml><Encrypt>{_cdata(sealed.encrypt)}</Encrypt><MsgSignature>{_cdata(sealed.signature)}</MsgSignature>"
        f"<TimeStamp>{sealed.timestamp}</TimeStamp><Nonce>{_cdata(sealed.nonce)}</Nonce></xml>"
    ).encode()


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


# -- reading -------------------------------------------------------------------------------------------------------------


def _xml(body: bytes) -> Element:
    """The parser's own messages quote what they read: none of them gets out."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # not XML, a DTD or an entity, an encoding that isn't one
        raise Unreadable("xml") from None
    if root.tag != "xml":
        raise Unreadable("xml")
    return root


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("xml") from None
    if not isinstance(told, dict):
        raise Unreadable("xml")
    return told


def _nested(element: Element, depth: int = 0) -> Any:
    if depth > DEPTH:
        raise Unreadable("xml")
    if len(element) == 0:
        return element.text or ""
    return _gathered((child.tag, _nested(child, depth + 1)) for child in element)


def _gathered(children: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    """Of what should be there once, the first counts."""
    told: dict[str, Any] = {}
    for name, value in children:
        if name in MANY:
            told.setdefault(name, []).append(value)
        else:
            told.setdefault(name, value)
    return told


def _plain(value: Any, depth: int = 0) -> Any:
    """JSON's numbers as the texts they are in XML."""
    if depth > DEPTH:
        raise Unreadable("xml")
    if isinstance(value, Mapping):
        return {name: _plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return "" if value is None else str(value)
