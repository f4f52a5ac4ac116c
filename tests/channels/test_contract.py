"""The contract of a channel, on every channel: what is said arrives whole, once and in order; choices come back as they were
offered; what is taken back is gone. A channel that is added here must pass it unchanged."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.channels.base import Can
from bot.channels.web import CAN
from bot.channels.wecom.app_mouth import HIDDEN
from bot.sender import Sender
from storage import chats, mailbox, queue, windows
from storage.database import Database, now_ms
from storage.models import outbox
from tests.mail import COUNTY, Office
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.people import Person
from tests.simulators.wecom import Simulator as WecomSimulator
from tests.stories.wecom_phones import button_id
from tests.wecom_mail import APP, KF, Post

YES_NO = [["yes", "是", "", None], ["no", "否", "", None]]
LONG = "\n\n".join(f"第{number}段。" + "走私" * 900 for number in range(6))


@dataclass
class Seen:
    text: str
    choices: list[tuple[str, str]]  # what comes back when it is pressed, its words


class Peer(Protocol):
    """Somebody at the other end of a channel."""

    can: Can
    lane: int
    channel: str
    database: Database

    async def sees(self) -> list[Seen]: ...


async def say(peer: Peer, text: str, prompt: int = 1, once: str | None = None, **more: Any) -> None:
    options = more.pop("options", [])
    message = {**queue.message("zh", COUNTY, [("test:x", {"text": text})], options, prompt), **more}
    await peer.database.run(lambda tx: queue.put(tx, peer.channel, peer.lane, message, once))


class OnTelegram:
    def __init__(self, office: Office, person: Person, lane: int) -> None:
        self.office, self.person, self.lane = office, person, lane
        self.channel, self.database = office.door.name, office.database
        self.can = office.mouth().can

    async def sees(self) -> list[Seen]:
        async with self.office.running():
            await self.office.empty()
        assert not self.office.sim.journal.strays and not self.office.sim.journal.refused
        return [
            Seen(one.text, [(button.data.partition(":")[2], button.label) for button in one.buttons])
            for one in self.person.sees(self.office.bot)
        ]


class OnTheWeb:
    """Its mailbox, as the page fetches it."""

    def __init__(self, office: Office, lane: int) -> None:
        self.lane, self.channel, self.can, self.database = lane, "web", CAN, office.database

    async def sees(self) -> list[Seen]:
        fetched = await self.database.run(lambda tx: mailbox.collect(tx, [mailbox.Fetch(self.lane, 0, 0)]))
        return [
            Seen(message["says"][0][1]["text"], [(one[0], one[1]) for one in message["options"]])
            for _, message in fetched[self.lane]
        ]


class InTheApp:
    """A member of the corp, in WeCom."""

    def __init__(self, post: Post, person: Any, lane: int) -> None:
        self.post, self.person, self.lane = post, person, lane
        self.channel, self.database, self.mouth = APP.name, post.database, post.staff()
        self.can = self.mouth.can

    async def sees(self) -> list[Seen]:
        async with self.post.running(self.mouth):
            await self.post.empty()
        assert not self.post.sim.journal.violations and not self.post.sim.journal.refused
        hidden = dict.fromkeys(map(ord, HIDDEN))
        return [Seen(one.text.translate(hidden), _pressable(one)) for one in self.person.sees()]


class InWeChat:
    """A citizen at an account of 微信客服, who writes again as often as it takes."""

    def __init__(self, post: Post, person: Any, lane: int) -> None:
        self.post, self.person, self.lane = post, person, lane
        self.channel, self.database, self.mouth = KF.name, post.database, post.citizens()
        self.can = self.mouth.can

    async def sees(self) -> list[Seen]:
        async with self.post.running(self.mouth) as sender:
            for _ in range(20):
                await self.post.until(lambda: self._still(sender))
                if not await self.post.count(outbox, ~outbox.c.handed):
                    break
                await self.person.says("还有吗")
                await self.database.run(lambda tx: windows.heard(tx, self.lane, now_ms()))
                sender.wake()
        assert not self.post.sim.journal.violations and not self.post.sim.journal.cut
        return [
            Seen(one.text.partition("\n是\n")[0] if one.labels else one.text, _pressable(one))
            for one in self.person.sees()
        ]

    async def _still(self, sender: Sender) -> bool:
        line = sender.lines[KF.name]
        idle, claimed = (
            await line._idle(),
            await self.post.count(outbox, ~outbox.c.handed, outbox.c.claimed_ms > now_ms()),
        )
        return bool(idle) and not claimed and not line.tasks and not line.back


def _pressable(message: Any) -> list[tuple[str, str]]:
    return [(button_id(one.key), one.label) for one in message.buttons if one.key]


@pytest.fixture(params=["web", "telegram", "wecom app", "wecom kf"])
async def peer(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Peer]:
    async with contextlib.AsyncExitStack() as opened:
        if request.param.startswith("wecom"):
            corp = await opened.enter_async_context(WecomSimulator.open())
            post = await opened.enter_async_context(Post.open(database_url, tmp_path, corp))
            yield (
                InTheApp(post, *await post.member("zhang"))
                if "app" in request.param
                else InWeChat(post, *await post.citizen("甲"))
            )
            return
        sim = await opened.enter_async_context(Simulator.open())
        office = await opened.enter_async_context(Office.open(database_url, tmp_path, sim))
        if request.param == "web":
            start = await office.database.run(lambda tx: chats.start(tx, "web", "token", COUNTY, "zh"))
            yield OnTheWeb(office, start.id)
        else:
            person = sim.user("甲")
            yield OnTelegram(office, person, await office.chat(person))


async def test_in_order_once(peer: Peer) -> None:
    """What is said to one person arrives in its order, each once; as one message, where messages are counted."""
    for number in range(5):
        await say(peer, f"第{number}条", prompt=number)
    assert "\n\n".join(one.text for one in await peer.sees()).split("\n\n") == [f"第{number}条" for number in range(5)]


@pytest.mark.parametrize(
    "text", ["<b>1 < 2 & 3</b>", "&lt;甲&gt; &amp;", "a_b*c`d[e](f)", "😀" * 10, "甲\n\n乙\n丙", "\"引号\" ''"]
)
async def test_as_it_was_written(peer: Peer, text: str) -> None:
    """Nothing that people write is markup."""
    await say(peer, text)
    assert [one.text for one in await peer.sees()] == [text]


async def test_long_texts(peer: Peer) -> None:
    """All of a long text arrives, in pieces the channel takes, and what may be chosen stands under the last; under the first
    where messages are counted."""
    await say(peer, LONG, options=YES_NO)
    seen = await peer.sees()
    told = "".join(re.sub(r"…|请选择|\s", "", one.text) for one in seen)
    assert told.startswith("".join(LONG.split()))
    assert all(peer.can.size(one.text) <= peer.can.max_text for one in seen)
    asking = seen[0] if peer.can.terms.window else seen[-1]
    assert not any(one.choices for one in seen if one is not asking)
    assert asking.choices or "1. 是\n2. 否" in asking.text


async def test_choices_come_back(peer: Peer) -> None:
    """By the name they were offered under, in their order, with their words."""
    await say(peer, "吗", options=YES_NO)
    assert (await peer.sees())[0].choices == [("yes", "是"), ("no", "否")]


async def test_every_choice_can_be_taken(peer: Peer) -> None:
    """What can't be a button is said with its number, which the engine takes back."""
    long = ["x" * 80, "长的", "", None]
    await say(peer, "选", options=[*YES_NO, long])
    [seen] = await peer.sees()
    assert "长的" in [words for _, words in seen.choices] or "3. 长的" in seen.text
    assert [words for _, words in seen.choices][:2] == ["是", "否"]


async def test_many_choices(peer: Peer) -> None:
    """As many as there are can be taken, by a button or by a number."""
    await say(peer, "选", options=[[f"n{number}", f"第{number}个", "", None] for number in range(1, 121)])
    seen = await peer.sees()
    pressed = {words for one in seen for _, words in one.choices}
    for number in range(1, 121):
        assert f"第{number}个" in pressed or any(f"{number}. 第{number}个" in one.text for one in seen)


async def test_taken_back(peer: Peer) -> None:
    """A marked message is gone when it is unsaid, sent or not; others stay. Where nothing can be taken out of a chat, what
    was not sent yet is gone."""
    await say(peer, "密码", once=queue.once(peer.lane, "m"))
    await say(peer, "别的", prompt=2)
    if peer.can.erase:
        await peer.sees()
    await peer.database.run(lambda tx: queue.unsay(tx, peer.lane, "m"))
    assert [one.text for one in await peer.sees()] == ["别的"]
