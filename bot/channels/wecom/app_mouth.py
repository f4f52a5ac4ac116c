"""The only thing that sends to staff in WeCom: texts, and cards with buttons (path/90236).

WeCom drops what goes beyond 30 messages a minute or 1,000 an hour to one member, with errcode 0: `TERMS` stays below, and
what has to wait is said as one, and what does not fit waits whole, with the card it ends in. It repeats nothing it was sent
twice in the same words (`enable_duplicate_check`), so a request of which nobody learnt what became of it is made again as it
was; two messages that are meant to read the same differ in signs nobody sees.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.base import BETWEEN, FULL, Attachment, Can, Door, Outgoing, Sent, degraded
from bot.channels.parts import Limit, abridged, utf8
from bot.channels.wecom import cards, handles, media
from bot.channels.wecom.api import Api, Refused, Unreachable, became
from bot.channels.wecom.batch import Batch
from bot.channels.wecom.handles import Handle
from bot.channels.wecom.words import Words, listed
from handlers.desk import Shows
from storage.database import Unavailable
from storage.parcels import Terms
from storage.sending import PORTION

MINUTE = 60_000
MEMBER = ((25, MINUTE), (900, 60 * MINUTE))  # of 30 and 1,000 (path/90312)
TERMS = Terms(merge_from=4, buckets=MEMBER)
AT_ONCE = 2 * 1_000 + 8  # people of two full requests, and replies
A_DAY = 180  # of 200 for each member (path/90312): what is urgent, and answers, have the rest
SAME_WITHIN = 1_800  # seconds
SHY = (0, 30)  # minutes (path/90236: "avoid them")
TOGETHER_MS = 5_000  # nobody learnt what became of a request: all it was for wait for the same next one
AGAIN = 2  # times the same request is made again at once
SOMEWHERE = "https://work.weixin.qq.com"  # such a card has to open something
HIDDEN = "\u200b\u200c"  # signs of no width
MARK = 12  # of them, three bytes each
PIECE = cards.TEXT - 3 * MARK  # bytes
WHOLE = 3  # texts: what is longer, and stands on the page, is told by its two ends in two of them
BRIEF = PIECE * 3 // 2  # bytes that two texts hold wherever they are cut: the first is at least half full


@dataclass(frozen=True)
class Change:
    """Of one person's card: its buttons go (path/94888), or with `blank` all it says."""

    address: str
    code: str
    blank: bool


class AppMouth:
    def __init__(  # noqa: PLR0913
        self, door: Door, agent_id: int, api: Api, shown: Shows, words: Words, members: int = 0
    ) -> None:
        """`members` of the corp: WeCom lets an app send to 200 times as many people a day; 0 where it isn't known."""
        self.door, self.name, self.agent_id, self.api, self.words = door, door.name, agent_id, api, words
        self.can = Can(
            PIECE, "bytes", erase=True, pull=False, disclosure=shown,
            max_file=media.LARGEST,
            terms=replace(TERMS, daily=members * A_DAY), shy=SHY, at_once=AT_ONCE,
        )  # fmt: skip
        self._sends, self._changes = Batch(self._to_all), Batch(self._change_all)

    async def close(self) -> None:
        await self._sends.close()
        await self._changes.close()
        await self.api.close()

    # -- saying --------------------------------------------------------------------------------------------------------

    async def send(self, message: Outgoing) -> Sent:
        """A push is the same for many, as far as it can be; what is answered to one person goes at once. What they may not be
        sent now is not begun: of what WeCom drops it says nothing."""
        needs = min(len(self._left([message])), PORTION)
        if message.room is not None and message.room < needs:
            return Sent("retry", 1, FULL, costs=False, needs=needs)
        if message.prompt >= 0 or message.tells or message.gone:  # what tells of a tip must be recalled from one alone
            [sent] = await self._to_all([message])
            return sent
        return await self._sends.put((message.text, message.choices, message.language), message)

    async def _to_all(self, messages: Sequence[Outgoing]) -> list[Sent]:
        """In as many parts as it takes. What became of each: who is not there any more is named in an answer that is ok
        otherwise (`invaliduser`, `unlicenseduser`)."""
        ids, absent, left = list[str](), set[str](), self._left(messages)
        everybody = "|".join(sorted(one.address for one in messages))
        try:
            for part in left[:PORTION]:
                body = await media.filled(self.api, part)
                answer = await self.api.call("message/send", self._addressed(body, everybody), retry=AGAIN)
                ids.append(handles.sent(body, answer, len(messages)))
                absent |= _absent(answer)
        except (Refused, Unreachable) as fault:
            became = self._became(fault, tuple(ids))
            if isinstance(fault, Unreachable):  # together again, so that the same request is made
                became = replace(became, after_ms=TOGETHER_MS)
            return [became] * len(messages)
        except Unavailable:
            return [Sent("retry", 1_000, "database", tuple(ids), len(ids), costs=False)] * len(messages)
        more = len(left) > PORTION
        ok = Sent("retry" if more else "ok", int(more), ext_ids=tuple(ids), parts=len(ids), costs=not more)
        gone = Sent("gone", code="invaliduser")
        return [gone if one.address.casefold() in absent else ok for one in messages]

    def _addressed(self, body: dict[str, Any], touser: str) -> dict[str, Any]:
        common = {"touser": touser, "agentid": self.agent_id, "safe": 0, "enable_id_trans": 0}
        return {**common, **body, "enable_duplicate_check": 1, "duplicate_check_interval": SAME_WITHIN}

    def _became(self, fault: Refused | Unreachable, ids: tuple[str, ...]) -> Sent:
        """A card whose number is known already is there: it was accepted, and the answer lost."""
        if isinstance(fault, Refused) and fault.code == TASK_KNOWN:
            return Sent("ok", ext_ids=ids, parts=len(ids) + 1)
        return became(fault, ids, len(ids))

    # -- as what -------------------------------------------------------------------------------------------------------

    def _left(self, messages: Sequence[Outgoing]) -> list[dict[str, Any] | Attachment]:
        """What has not gone out before: the last of it, at least, which is what can be pressed."""
        bodies = self._bodies(messages)
        return bodies[min(messages[0].gone, len(bodies) - 1) :]

    def _bodies(self, messages: Sequence[Outgoing]) -> list[dict[str, Any] | Attachment]:
        """The same each time for the same messages; files first: what is asked stands last."""
        files = [one for one in messages[0].files if media.kind_of(one)]
        keys = "|".join([self.name, *sorted(one.key for one in messages)])
        return [*files, *self._said(messages[0], hashlib.sha256(keys.encode()).digest())]

    def _said(self, message: Outgoing, mark: bytes) -> list[dict[str, Any]]:
        """A push whose choices can't be pressed as they read leads to where they can; an answer lists them."""
        ahead, face = self._face(message)
        card = self._card(message, face, mark)
        if card is None and message.choices:
            degraded[self.name, "choices as numbers"] += 1
            if message.prompt < 0:
                todo = (("go.todo", self.words("wecom_todo", message.language)),)
                card = self._card(replace(message, choices=todo), face, mark)
        if card is not None:
            return [*_texts(self._brief(message, ahead), mark), {"msgtype": "template_card", "template_card": card}]
        brief = replace(message, says=tuple(self._brief(message, [message.text])))
        return list(_texts([listed(brief, self.words)], mark))

    def _brief(self, message: Outgoing, texts: list[str]) -> list[str]:
        """Of a tip's long text its beginning and its end, and where all of it is: that page is the same person's own."""
        long = len([piece for text in texts for piece in cards.texts(text, spare=3 * MARK)]) > WHOLE
        door = self._door(message) if message.tells and long else ""
        if not door:
            return texts
        room = Limit(BRIEF - utf8(f"{BETWEEN}{door}"), utf8)
        return [f"{abridged(cards.unlinked(BETWEEN.join(texts)), room)}{BETWEEN}{door}"]

    def _door(self, message: Outgoing) -> str:
        """Empty where there is no page; WeCom lets in by itself through https only (path/91022)."""
        page, go = self.words("wecom_page", message.language), message.subject and f"?go=go.open.{message.subject}"
        if page.startswith("https://"):
            page = f"{page}{self.door.platform}/login{go}"
        return f"{self.words('wecom_whole', message.language)}{page}" if page.startswith("http") else ""

    def _face(self, message: Outgoing) -> tuple[list[str], cards.Face]:
        """What goes ahead as text, and what the card says: all of it, else the last paragraph, which asks. What its buttons
        act on stands in its title: beside a text that names others, nobody takes one for another."""
        if message.subject:
            return self._named(message)
        if face := cards.face_of(message.text):
            return [], face
        first, _, last = message.text.rstrip().rpartition("\n\n")
        if first and (face := cards.face_of(last)):
            return [first], face
        return [message.text], cards.Face(self.words("wecom_choose", message.language))

    def _named(self, message: Outgoing) -> tuple[list[str], cards.Face]:
        face = cards.face_of(message.text)
        if face is not None and message.subject in face.title:
            return [], face
        if len(message.text) <= cards.SUBTITLE:
            return [], cards.Face(message.subject, message.text.strip())
        naming = (one.strip() for one in message.text.splitlines() if message.subject in one)
        title = next((one for one in naming if len(one) <= cards.TITLE), message.subject)
        return [message.text], cards.Face(title, self.words("wecom_choose", message.language))

    def _card(self, message: Outgoing, face: cards.Face, mark: bytes) -> dict[str, Any] | None:
        """None where there is nothing to press, or it can't be pressed as it reads."""
        if not message.choices:
            return None
        confirm, ask = self.words("wecom_confirm", message.language), self.words("wecom_choose", message.language)
        task = cards.task_id("x", mark.hex()[:32])
        made = cards.question(face, message.prompt, message.choices, task, confirm, ask)
        return None if made is None or made.cut else made.body

    # -- changing ------------------------------------------------------------------------------------------------------

    async def plain(self, address: str, ext_id: str) -> Sent:
        """The buttons become a word (path/94888). A code that was used, or is older than 72 hours, changes nothing more."""
        return await self._changed(Change(address, Handle.of(ext_id).code, blank=False))

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        """Recalled within 24 hours (path/94867); what many got becomes another card for this one."""
        sent = Sent("ok")
        for one in map(Handle.of, ext_ids):
            if one.receivers == 1 and one.msgid:
                became = await self._done("message/recall", {"msgid": one.msgid})
            else:
                became = await self._changed(Change(address, one.code, blank=True))
            sent = became if became.result != "ok" else sent
        return sent

    async def _changed(self, change: Change) -> Sent:
        """A code that many share is good for one change: all who want the same in one moment get it by the same request."""
        return await self._changes.put((change.code, change.blank), change) if change.code else Sent("ok")

    async def _change_all(self, changes: Sequence[Change]) -> list[Sent]:
        over = {"button": {"replace_name": self.words("wecom_over", "zh")}}
        into = {"template_card": self._blank()} if changes[0].blank else over
        whose = {"userids": sorted(one.address for one in changes), "agentid": self.agent_id}
        body = {**whose, "response_code": changes[0].code, **into}
        sent = await self._done("message/update_template_card", body, over=not changes[0].blank)
        return [sent] * len(changes)

    def _blank(self) -> dict[str, Any]:
        page = self.words("wecom_page", "zh")
        opens = {"type": 1, "url": page if page.startswith("http") else SOMEWHERE}
        title = {"title": self.words("wecom_withdrawn", "zh")}
        return {"card_type": "text_notice", "main_title": title, "card_action": opens}

    async def _done(self, path: str, body: dict[str, Any], *, over: bool = True) -> Sent:
        """`over`: what can't be changed any more is done with."""
        try:
            await self.api.call(path, body, retry=1)
        except (Refused, Unreachable) as fault:
            sent = became(fault)
            done = over and isinstance(fault, Refused) and fault.code in OVER
            return replace(sent, result="ok") if done else sent
        except Unavailable:
            return Sent("retry", 1_000, "database", costs=False)
        return Sent("ok")


TASK_KNOWN = 42014
OVER = frozenset({60140, 82102, 42052, 40058})  # the card's code is used, nobody of ours, too old, not ours


def _texts(texts: Sequence[str], mark: bytes) -> Iterator[dict[str, Any]]:
    """Each ends in signs of no width that tell it from another of the same words, its own other pieces among them."""
    pieces = [piece for text in texts for piece in cards.texts(text, spare=3 * MARK) or ["…"]]
    for number, piece in enumerate(pieces, int.from_bytes(mark[:2], "big")):
        hidden = "".join(HIDDEN[number >> place & 1] for place in range(MARK))
        yield {"msgtype": "text", "text": {"content": piece + hidden}}


def _absent(answer: dict[str, Any]) -> set[str]:
    named = f"{answer.get('invaliduser') or ''}|{answer.get('unlicenseduser') or ''}"
    return {one.casefold() for one in named.split("|") if one}
