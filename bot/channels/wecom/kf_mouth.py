"""The only thing that speaks to citizens in 微信客服 (path/94677): five messages within 48 hours after each of theirs, so a turn
is one message wherever it fits into one.

Each part has a `msgid` of its own, the same whenever it is tried: what was accepted and its answer lost is known when it is
sent again (95033). Accepted is not delivered: WeCom says so later (`msg_send_fail`), and the rows wait for that. What opens a
shut window is the citizen's next message; until then they find the answer by number and password.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.bots import KF_WINDOW
from bot.channels.base import BETWEEN, SHUT, TICKET, Attachment, Can, Door, Outgoing, Sent, degraded
from bot.channels.parts import Limit, abridged, pieces, utf8
from bot.channels.wecom import cards, codes, media
from bot.channels.wecom.api import Api, Refused, Unreachable, became
from bot.channels.wecom.words import Words, listed
from handlers.desk import EVERYTHING
from storage.database import Unavailable
from storage.parcels import Terms
from storage.sealed import Keyring

TERMS = Terms(merge_from=2, window=KF_WINDOW, confirms=True, erases=False)
QUESTION = 400  # bytes of what is asked, beside a text that does not fit
NAMED_FROM = 10  # hex digits of a message's own name


class KfMouth:
    def __init__(self, door: Door, open_kfid: str, api: Api, keys: Keyring, words: Words) -> None:
        self.name, self.open_kfid, self.api, self.keys, self.words = door.name, open_kfid, api, keys, words
        self.can = Can(
            cards.TEXT, "bytes", erase=False, pull=False, disclosure=EVERYTHING,
            max_file=media.LARGEST, terms=TERMS,
        )  # fmt: skip

    async def close(self) -> None:
        await self.api.close()

    # -- saying --------------------------------------------------------------------------------------------------------

    async def send(self, message: Outgoing) -> Sent:
        ids: list[str] = []
        try:
            for number, body in self._left(message):
                name = msgid(self.keys, self.name, message.key, number)
                await self._say(
                    message, await media.filled(self.api, body), name, welcome=bool(message.ticket) and not ids
                )
                ids.append(name)
        except (Refused, Unreachable) as fault:
            return self._became(fault, message, len(ids))
        except Unavailable:
            return Sent("retry", 1_000, "database", parts=len(ids), costs=False)
        return Sent("ok", parts=len(ids))  # nothing can be changed there: no name of it is kept

    def _left(self, message: Outgoing) -> list[tuple[int, dict[str, Any] | Attachment]]:
        bodies = list(enumerate(self._bodies(message)))
        return bodies[min(message.gone, len(bodies) - 1) :]

    async def _say(self, message: Outgoing, body: dict[str, Any], name: str, *, welcome: bool) -> None:
        path, to = "kf/send_msg", {"touser": message.address, "open_kfid": self.open_kfid}
        if welcome:
            path, to = "kf/send_msg_on_event", {"code": message.ticket}
        try:
            await self.api.call(path, {**to, "msgid": name, **body})
        except Refused as fault:
            if codes.group_of(fault.code) != "known":
                raise

    def _became(self, fault: Refused | Unreachable, message: Outgoing, parts: int) -> Sent:
        if isinstance(fault, Refused) and message.ticket and not parts and codes.group_of(fault.code) in NO_TICKET:
            return Sent("retry", 1, TICKET, costs=False)
        if isinstance(fault, Refused) and codes.group_of(fault.code) == "window":
            return Sent("retry", 1, SHUT, parts=parts, costs=False)
        return became(fault, parts=parts)

    # -- as what -------------------------------------------------------------------------------------------------------

    def _bodies(self, message: Outgoing) -> "Iterator[dict[str, Any] | Attachment]":
        """Files first. What is asked, and what can be pressed, is in the first message, whatever is left of the five; only a
        text that may not be abridged, since nobody has read it yet, goes on behind it."""
        yield from (one for one in message.files if media.kind_of(one))
        menu, listing = _menu(message, message.text), listed(message, self.words)
        if message.choices and menu is None:
            degraded[self.name, "choices as numbers"] += 1
        if menu is not None:
            yield menu
        elif cards.fits(listing) or not (message.choices or message.draft):
            yield from _texts(listing)
        else:
            first, rest = self._parted(message)
            menu, listing = _menu(message, first), listed(replace(message, says=(first,)), self.words)
            yield from (menu,) if menu is not None else _texts(listing)
            yield from _texts(rest) if rest else ()

    def _parted(self, message: Outgoing) -> tuple[str, str]:
        """What goes with the question, and what behind it."""
        asks = self._asks(message)
        room = Limit(cards.MENU_WORDS - utf8(f"…{BETWEEN}{asks}"), utf8)
        ahead = cards.unlinked(message.text).removesuffix(asks).rstrip()
        if message.draft:
            return f"{abridged(ahead, room)}{BETWEEN}{asks}", ""
        first, *more = pieces(ahead, room)
        rest = "".join(more)
        return f"{first.rstrip()}{'…' if rest else ''}{BETWEEN}{asks}", rest and f"…{rest}"

    def _asks(self, message: Outgoing) -> str:
        """The question, if it is a short one; else its last paragraph."""
        for words in map(cards.unlinked, (message.asks, message.asks.rpartition(BETWEEN)[2])):
            if utf8(words) <= QUESTION:
                return words
        return self.words("wecom_choose", message.language)

    # -- nothing can be changed there ------------------------------------------------------------------------------------

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")


NO_TICKET = frozenset({"too_late", "window", "content", "unknown"})


def msgid(keys: Keyring, door: str, key: str, part: int) -> str:
    """At most 32 of 0-9 a-z -, unique for the account: in another house the row's number comes again, its MAC does not."""
    return f"{key}-{part}-{_own(keys.mac('link', _named(door, key, part)))}"


def row_of(keys: Keyring, door: str, name: str) -> int | None:
    """The row a message of ours was made from; None for one that is not ours."""
    key, _, rest = name.partition("-")
    part, _, own = rest.partition("-")
    if not (key.isdecimal() and part.isdecimal()):
        return None
    ours = own in map(_own, keys.macs("link", _named(door, key, int(part))))
    return int(key) if ours else None


def _named(door: str, key: str, part: int) -> bytes:
    return f"msgid:{door}:{key}:{part}".encode()


def _own(mac: bytes) -> str:
    return mac.hex()[:NAMED_FROM]


def _menu(message: Outgoing, text: str) -> dict[str, Any] | None:
    menu = cards.msgmenu(text, message.prompt, message.choices) if message.choices else None
    return menu and {"msgtype": "msgmenu", "msgmenu": menu}


def _texts(text: str) -> Iterator[dict[str, Any]]:
    return ({"msgtype": "text", "text": {"content": one}} for one in cards.texts(text) or ["…"])
