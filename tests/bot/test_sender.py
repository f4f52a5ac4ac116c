"""The way out, against a simulated Telegram: order, paces, refusals, and what becomes of a message that can't be sent."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot import line as line_module
from bot.channels.base import AT_ONCE, Can, Outgoing, Sent, degraded
from bot.channels.telegram.pace import RATES, Pace
from bot.line import Line, back_off
from bot.log import set_up
from handlers.desk import EVERYTHING
from storage import chats, mailbox, people, permits, pushes, queue, said, sending
from storage.database import Tx, Unavailable, now_ms
from storage.models import dead, outbox
from storage.models import said as said_table
from storage.parcels import Parcel
from tests.mail import COUNTY, Office
from tests.simulators.telegram import Fault, Refused, Simulator
from tests.simulators.telegram.people import Person


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator.open() as opened:
        yield opened
        assert not opened.journal.strays


@pytest.fixture
async def office(database_url: str, tmp_path: Path, sim: Simulator) -> AsyncIterator[Office]:
    async with Office.open(database_url, tmp_path, sim) as opened:
        yield opened


@pytest.fixture
async def small(tmp_path: Path, sim: Simulator) -> AsyncIterator[Office]:
    """On SQLite only: what does not depend on the database."""
    async with Office.open(f"sqlite:///{tmp_path / 'xiezhi.db'}", tmp_path, sim) as opened:
        yield opened


@pytest.fixture
async def served(postgres_database: str, tmp_path: Path, sim: Simulator) -> AsyncIterator[tuple[Office, Office]]:
    """Two processes on one PostgreSQL, at Telegram's rates. SQLite has one process only."""
    async with (
        Office.open(postgres_database, tmp_path, sim, RATES) as one,
        Office.open(postgres_database, tmp_path, sim, RATES) as other,
    ):
        yield one, other


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off of milliseconds."""
    monkeypatch.setattr(line_module, "FIRST_MS", 10)


async def crowd(office: Office, size: int, *, staff: bool = False) -> list[tuple[Person, int]]:
    people_ = [office.sim.user(f"甲{number}") for number in range(size)]
    add = lambda tx: people.add(tx, COUNTY, "甲", datetime.now(UTC))  # noqa: E731
    return [(one, await office.chat(one, await office.database.run(add) if staff else None)) for one in people_]


def heard(office: Office, person: Person) -> list[str]:
    return [message.text for message in person.sees(office.bot)]


# -- in order, once --------------------------------------------------------------------------------------------------------


async def test_order_within_a_conversation(office: Office) -> None:
    """What is said to one person arrives in the order in which it was written, once; then nothing waits."""
    everybody = await crowd(office, 3)
    for number in range(10):
        for _, lane in everybody:
            await office.put(lane, f"第{number}条")
    async with office.running():
        await office.empty()
    for one, _ in everybody:
        assert heard(office, one) == [f"第{number}条" for number in range(10)]


async def test_several_processes(served: tuple[Office, Office]) -> None:
    """Two processes with one outbox: each message is sent by one of them, in order; it is one bot's budget, and the second
    between two messages to one of the staff is kept by both. Of citizens no moment is written down: there each process
    keeps its own."""
    office, other = served
    everybody = await crowd(office, 20, staff=True)
    for number in range(3):
        for _, lane in everybody:
            await office.put(lane, str(number))
    async with office.running(), other.running():
        await office.empty()
    for one, _ in everybody:
        assert heard(office, one) == list("012")
    assert office.sim.journal.busiest() <= 30 and office.sim.journal.busiest_chat() == 1


async def test_many_processes_are_one_bot(postgres_database: str, tmp_path: Path, sim: Simulator) -> None:
    """Five of them, each with more to say than it may: together no more than 30 in any second, as the platform counts."""
    async with Office.open(postgres_database, tmp_path, sim, RATES) as office, contextlib.AsyncExitStack() as running:
        for _, lane in await crowd(office, 120):
            await office.put(lane, "通知")
        for _ in range(5):
            await running.enter_async_context(office.running())
        await office.empty()
    assert len(sim.journal.sent()) == 120 and sim.journal.busiest() <= 30


async def test_what_was_under_way_when_killed(small: Office) -> None:
    """Whoever starts after a kill says again what was in hand, and only that."""
    (one, lane), (other, theirs) = await crowd(small, 2)
    await small.put(lane, "a", "b")
    await small.put(theirs, "c")
    [held, _] = await small.database.run(lambda tx: sending.claim(tx, small.door.name, 32, 32))
    outgoing, _ = await small.sender().outgoing(held, small.mouth())
    await small.mouths[0].send(outgoing)
    small.senders.clear()
    async with small.running():
        await small.empty()
    assert heard(small, one) == ["a", "a", "b"] and heard(small, other) == ["c"]


async def test_what_kills_is_set_aside(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message with which the process was killed three times is not begun again; those that were beside it then are sent,
    each counted alone from the second time on."""
    monkeypatch.setattr(queue, "PATIENCE_MS", 0)
    (one, lane), (other, theirs) = await crowd(small, 2)
    await small.put(lane, "a")
    await small.put(theirs, "b")
    held = []
    for _ in range(3):  # each time by a process that never comes back
        held.append([parcel.lane for parcel in await small.database.run(lambda tx: claim_all(tx, small))])
        await small.database.run(lambda tx: sending.release(tx, [small.door.name]))
        await asyncio.sleep(0.002)  # a lease that ends now has ended a millisecond later
    assert held == [[lane, theirs], [lane], [lane]]
    async with small.running():
        await small.until(lambda: _async(heard(small, other) == ["b"]))
        await small.empty()
    assert "a" not in heard(small, one) and await small.causes() == ["never came back"]


def claim_all(tx: Tx, office: Office) -> list[Parcel]:
    return sending.claim(tx, office.door.name, 32, 32)


async def test_what_came_back_is_no_killer(small: Office, sim: Simulator, soon: None) -> None:
    """A message that is refused again and again is tried again: the process lives."""
    [(one, lane)] = await crowd(small, 1)
    await small.put(lane, "a")
    sim.faults.fail(500, "Internal Server Error", times=5)
    async with small.running():
        await one.hears("a")
    assert await small.causes() == []


async def test_urgent_goes_ahead(small: Office) -> None:
    """What is happening now waits behind no other push, in its own conversation neither; a card that is over is one still."""
    everybody = await crowd(small, 3)
    for _, lane in everybody:
        await small.put(lane, "通知")
    (_, lane), name = everybody[-1], "tip:5:duty:7:"
    await small.put(lane, "正在发生", urgent=True, once=f"{name}1", options=[["x", "x", "", None]])
    parcels = await small.database.run(lambda tx: sending.claim(tx, small.door.name, 1, 1))
    assert [one.message["says"][0][1]["text"] for one in parcels if one.message] == ["正在发生"]
    assert [one.bulk for one in parcels] == [False]
    await small.database.run(lambda tx: said.over(tx, name))
    assert await small.count(outbox, outbox.c.stale) == 1


async def test_it_stops_with_what_is_under_way(small: Office) -> None:
    """Told to stop, it waits for those in hand, writes down what became of them, and begins nothing new."""
    everybody = await crowd(small, 40)
    slow = small.sim.faults.slow(0.2)
    for _, lane in everybody:
        await small.put(lane, "x")
    async with small.running():
        await small.until(lambda: _async(len(slow.met) > 0))
    told = sum(len(heard(small, one)) for one, _ in everybody)
    assert await small.count() == 40 - told and 0 < told < 40


async def _async(value: bool) -> bool:
    return value


# -- rates and bans --------------------------------------------------------------------------------------------------------


async def test_rates(tmp_path: Path, sim: Simulator) -> None:
    """To all together no more than 30 in any second, to one person no more than one; a reply is said before the pushes
    that waited when it came."""
    async with Office.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, RATES) as office:
        everybody = await crowd(office, 90)
        for _, lane in everybody[:-1]:
            await office.put(lane, "通知")
        await office.put(everybody[0][1], "再一条")
        async with office.running():
            await everybody[20][0].hears("通知")
            await office.put(everybody[-1][1], "答复", prompt=1)
            await office.put(everybody[60][1], "答复", prompt=1)
            await office.empty()
        assert sim.journal.busiest() <= 30 and sim.journal.busiest_chat() == 1
        texts = [one.fields["text"] for one in sim.journal.sent()]
        assert len(texts) == 92 and texts.index("答复") < 40
        assert heard(office, everybody[60][0])[0] == "答复"


async def banned_in_mid_broadcast(office: Office, *others: Office) -> None:
    everybody = await crowd(office, 80)
    for _, lane in everybody:
        await office.put(lane, "通知")
    slow = office.sim.faults.slow(0.02)
    office.sim.faults.ban(2, "staff", after=40)
    async with contextlib.AsyncExitStack() as running:
        for one in (office, *others):
            await running.enter_async_context(one.running())
        await office.empty()
    slow.stop()
    assert any(one.status == 429 for one in office.sim.journal.entries)
    assert [heard(office, one) for one, _ in everybody] == [["通知"]] * 80
    assert await office.count(dead) == 0


async def test_a_ban_in_mid_broadcast(office: Office) -> None:
    """429 with 32 in hand and many under way: nothing is begun inside the ban; nobody is left out or told twice."""
    await banned_in_mid_broadcast(office)
    assert office.sim.journal.violations == [] and office.sim.journal.most_underway > 4


async def test_a_ban_is_everybodys(served: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch) -> None:
    """What one process was told, the other obeys: from the ban's commit on, no look at the row lets a request begin. What
    was begun before can't be called back, and is not repeated."""
    written, begun, until = list[int](), list[int](), list[int]()
    look, banned = Pace.look, Pace._banned

    async def looks(pace: Pace) -> None:
        at = now_ms()
        await look(pace)
        begun.append(at)

    async def is_banned(pace: Pace, fault: RetryAfter) -> None:
        await banned(pace, fault)
        written.append(now_ms())
        until.append(pace.banned_until)

    monkeypatch.setattr(Pace, "look", looks)
    monkeypatch.setattr(Pace, "_banned", is_banned)
    await banned_in_mid_broadcast(*served)
    assert [at for at in begun if min(written) < at < min(until)] == []
    assert len(served[0].sim.journal.violations) <= AT_ONCE


async def test_a_ban_costs_no_try(small: Office, sim: Simulator) -> None:
    """It is written where everybody looks, for as long as was said."""
    [(_, lane)] = await crowd(small, 1)
    await small.put(lane, "x")
    sim.faults.ban(30, "staff")
    async with small.running():
        await small.until(lambda: small.count(outbox, outbox.c.due_ms > now_ms() + 25_000))
    assert await small.count(outbox, outbox.c.attempts == 0) == 1
    until = await small.database.read(lambda tx: permits.banned_until(tx, small.door.name))
    assert 25_000 < until - now_ms() <= 30_000
    assert await small.mouth().delete("1", ("1",)) and sim.journal.violations == []
    assert len(sim.journal.entries) == 1


async def test_slow_sends_do_not_slow_the_database(small: Office, sim: Simulator) -> None:
    """With every send under way and none coming back, others commit; their commits wait for no send."""
    for _, lane in await crowd(small, 40):
        await small.put(lane, "x")
    slow = sim.faults.slow(3)
    async with small.running() as running:
        line = next(iter(running.lines.values()))
        await small.until(lambda: _async(len(slow.met) >= 20))
        assert len(line.tasks) <= AT_ONCE
        arrived = [queue.arrival(small.database.keys, "web", str(one), 1, {"kind": "said"}) for one in range(50)]
        async with asyncio.timeout(2):
            for one in arrived:
                await small.database.run(partial(queue.accept, arrivals=[one]))
        slow.stop()
        assert len(line.tasks) >= 20


# -- refusals --------------------------------------------------------------------------------------------------------------

FAULTS = [
    ("cut before", lambda sim: sim.faults.cut("before", times=2)),
    ("a page instead of an answer", lambda sim: sim.faults.fail(502, times=2)),
    ("an inner fault", lambda sim: sim.faults.fail(500, "Internal Server Error", times=2)),
    ("overloaded", lambda sim: sim.faults.fail(504, "Gateway Timeout", times=2)),
    ("token refused", lambda sim: sim.faults.fail(401, "Unauthorized", times=2)),
]


@pytest.mark.parametrize(("name", "happens"), FAULTS)
async def test_what_passes(small: Office, soon: None, monkeypatch: pytest.MonkeyPatch, name: str, happens: Any) -> None:
    """What may pass is tried again, in order, and nothing is lost or said twice."""
    monkeypatch.setattr("bot.channels.telegram.mouth.TOKEN_REFUSED_MS", 10)
    [(one, lane)] = await crowd(small, 1)
    await small.put(lane, "a", "b")
    happens(small.sim)
    async with small.running():
        await small.empty()
    assert heard(small, one) == ["a", "b"] and await small.count(dead) == 0


def test_back_off() -> None:
    """Doubled each time up to five minutes, half of it drawn."""
    assert [back_off(attempts, lambda: 1.0) for attempts in (1, 2, 3, 4, 30)] == [1000, 2000, 4000, 8000, 300_000]
    assert [back_off(attempts, lambda: 0.0) for attempts in (1, 30)] == [500, 150_000]


async def test_back_off_is_kept(small: Office, sim: Simulator) -> None:
    """Each try counts and puts it off longer; another process would wait as well."""
    [(_, lane)] = await crowd(small, 1)
    await small.put(lane, "a")
    sim.faults.cut("before", times=99)
    async with small.running():
        await small.until(lambda: small.count(outbox, outbox.c.attempts >= 2, outbox.c.claimed_ms == 0))
    assert await small.count(outbox, outbox.c.due_ms > outbox.c.at_ms + 1_000) == 1


REFUSED = [
    (400, 'Bad Request: can\'t parse entities: Unsupported start tag "机密"', "BadRequest"),
    (413, "Request Entity Too Large", "NetworkError"),
]


@pytest.mark.parametrize(("status", "words", "code"), REFUSED)
async def test_never(office: Office, status: int, words: str, code: str) -> None:
    """What Telegram will never take is set aside, its cause quotes nobody; the person is told, and the next arrives."""
    [(one, lane)] = await crowd(office, 1)
    await office.put(lane, "a", "b")
    office.sim.faults.fail(status, words)
    async with office.running():
        await office.empty()
    assert heard(office, one)[0] == "b" and "菜单" in heard(office, one)[1]
    [cause] = await office.causes()
    assert cause.startswith(code) and "机密" not in cause


async def test_what_cannot_be_rendered(small: Office) -> None:
    """A block that is gone in an upgrade stops nobody's messages."""
    [(one, lane)] = await crowd(small, 1)
    broken = queue.message("zh", COUNTY, [("common:no_such_block", {})])
    await small.database.run(lambda tx: queue.put(tx, small.door.name, lane, broken))
    await small.put(lane, "b")
    async with small.running():
        await small.empty()
    assert heard(small, one)[0] == "b" and len(heard(small, one)) == 2
    assert (await small.causes())[0].startswith("KeyError")


async def test_forbidden_goes_elsewhere(office: Office) -> None:
    """Blocked: what was written before they logged in on the page is found there; nothing more is sent to the chat."""
    now = datetime.now(UTC)
    person = await office.database.run(lambda tx: people.add(tx, COUNTY, "甲", now))
    one = office.sim.user("甲")
    lane = await office.chat(one, person)
    await office.put(lane, "警报", once=f"tip:1:x:{lane}")
    await office.put(lane, "答复", prompt=1)
    page = await office.database.run(lambda tx: chats.start(tx, "web", "page", COUNTY, "zh", person).id)
    await one.blocks(office.bot)
    async with office.running():
        await office.until(lambda: office.count(dead))
    mail = await office.database.run(lambda tx: mailbox.collect(tx, [mailbox.Fetch(page, 0, 0)]))
    assert [message["says"][0][1]["text"] for _, message in mail[page]] == ["警报"]
    assert await office.causes() == ["gone"] and len(office.sim.journal.of("sendMessage")) <= 2
    assert await office.database.run(lambda tx: [row.id for row in pushes.of_people(tx, [person])]) == [page]


# -- what stands in the chat -----------------------------------------------------------------------------------------------

YES = [["yes", "是", "", None]]


async def test_answered_questions_lose_their_buttons(office: Office) -> None:
    """The reply closes what was asked before it."""
    [(one, lane)] = await crowd(office, 1)
    async with office.running():
        await office.put(lane, "问题", prompt=1, options=YES)
        asked = await one.hears("问题")
        assert one.buttons() == ["是"]
        await office.put(lane, "下一个", prompt=2, options=[["no", "否", "", None]])
        await one.loses(asked, buttons=True)
        await office.empty()
    assert one.buttons() == ["否"]


async def test_a_card_whose_duty_is_closed(office: Office) -> None:
    """Sent, it is edited, not repeated; waiting, it is said without buttons."""
    [(one, lane), (other, theirs)] = await crowd(office, 2)
    name = "tip:5:duty:7:"
    async with office.running():
        await office.put(lane, "警报", once=f"{name}1:{lane}", options=YES)
        card = await one.hears("警报")
        await office.empty()
        await office.database.run(lambda tx: said.over(tx, name))
        await one.loses(card, buttons=True)
        await office.empty()
    await office.put(theirs, "警报", once=f"{name}1:{theirs}", options=YES)
    await office.database.run(lambda tx: said.over(tx, name))
    async with office.running():
        await other.hears("警报")
    assert (other.buttons(), heard(office, one)) == ([], ["警报"])


async def test_the_password_is_erased(office: Office) -> None:
    """Once the last four were repeated the receipt leaves the chat; after two days, when it can't, it loses its words."""
    [(one, lane)] = await crowd(office, 1)
    async with office.running():
        for mark in ("m", "n"):
            await office.put(lane, f"密码{mark}", prompt=1, once=queue.once(lane, mark))
        receipts = [await one.hears(f"密码{mark}") for mark in ("m", "n")]
        await office.empty()
        await office.database.run(lambda tx: queue.unsay(tx, lane, "m"))
        await one.loses(receipts[0])
        office.sim.clock.forward(hours=49)
        await office.database.run(lambda tx: queue.unsay(tx, lane, "n"))
        await one.hears("…")
        await office.empty()
    assert heard(office, one) == ["…"] and await office.count(said_table) == 0


async def test_erased_while_under_way(office: Office) -> None:
    """A message taken back while it was being sent leaves the chat as soon as it is there."""
    [(one, lane)] = await crowd(office, 1)
    slow = office.sim.faults.slow(0.3, method="sendMessage")
    await office.put(lane, "密码", prompt=1, once=queue.once(lane, "m"))
    async with office.running():
        receipt = await one.hears("密码")
        await office.database.run(lambda tx: queue.unsay(tx, lane, "m"))
        slow.stop()
        await one.loses(receipt)
    assert heard(office, one) == []


async def test_what_they_said_is_deleted(small: Office) -> None:
    """Where nothing may be kept, their own message leaves the chat before the answer comes."""
    [(one, lane)] = await crowd(small, 1)
    told = await one.says(small.bot, "码头在卸货")
    await small.put(lane, "此处不受理", prompt=1, deletes=[told.id])
    async with small.running():
        await one.hears("此处不受理")
    assert told.gone
    assert [entry.method for entry in small.sim.journal.entries] == ["deleteMessages", "sendMessage"]


async def test_lost_in_the_middle(small: Office, soon: None) -> None:
    """Of a long text, what has gone out is not said again."""
    [(one, lane)] = await crowd(small, 1)
    words = ["甲" * 3000, "乙" * 3000, "丙" * 3000]
    await small.put(lane, "\n\n".join(words), prompt=1, options=YES)
    small.sim.faults.cut("before", after=1)
    async with small.running():
        await small.empty()
    assert heard(small, one) == words and one.buttons() == ["是"]
    assert [len(message.keyboard) for message in one.sees(small.bot)] == [0, 0, 1]


async def test_choices_that_are_no_buttons(small: Office) -> None:
    """A choice too long to come back stands under the text with the number the engine takes, and is counted."""
    [(one, lane)] = await crowd(small, 1)
    before = degraded[small.door.name, "choices as numbers"]
    await small.put(lane, "选", prompt=1, options=[*YES, ["x" * 70, "很长的", "", None], ["no", "否", "", None]])
    async with small.running():
        asked = await one.hears("选")
    assert (asked.text, asked.labels) == ("选\n\n2. 很长的", ["是", "否"])
    assert degraded[small.door.name, "choices as numbers"] == before + 1


# -- files -----------------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Shelf:
    """Files by number, as `Uploads.attached` gives them."""

    def __init__(self, **files: bytes) -> None:
        self.files = files

    async def attached(self, file: dict[str, Any], chat: int, language: str, most: int) -> Any:
        from bot.channels.base import Attachment

        data = self.files.get(file["id"])
        return Attachment(f"附件{file['n']}.bin", file["kind"], data) if data and len(data) <= most else None


async def test_files(small: Office) -> None:
    """Sent as bytes after their text, with a sign that one is coming; a picture as one, what Telegram does not take for a
    picture as a document; what may not be opened is said to lie on the page. Buttons come last."""
    small.uploads = Shelf(a=PNG, b=b"no picture", c=b"%PDF")
    [(one, lane)] = await crowd(small, 1)
    files = [
        {"id": key, "n": n, "kind": kind}
        for n, (key, kind) in enumerate(zip("abcd", ["image"] * 2 + ["document"] * 2, strict=True), 1)
    ]
    await small.put(lane, "材料", prompt=1, files=files, options=YES)
    async with small.running():
        await small.empty()
    *sent, last = one.sees(small.bot)
    assert [message.files[0].kind for message in sent] == ["photo", "document", "document"]
    assert [message.files[0].data for message in sent] == [PNG, b"no picture", b"%PDF"]
    assert last.labels == ["是"] and last.text.startswith("材料\n附件4")
    assert len(small.sim.journal.of("sendChatAction")) == 3


# -- secrets ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that anybody logs, at every level."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def test_no_token_in_any_line(
    small: Office,
    soon: None,
    monkeypatch: pytest.MonkeyPatch,
    lines: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Sending, failing in every way and stopping, at DEBUG: neither the token nor what was said is written anywhere."""
    monkeypatch.setattr("bot.channels.telegram.mouth.TOKEN_REFUSED_MS", 10)
    set_up("DEBUG")
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger().addHandler(lines.handler)
    [(one, lane)] = await crowd(small, 1)
    await small.put(lane, "机密一", "机密二", "机密三")
    small.sim.faults.cut("before")
    await small.mouth().acknowledge("1")
    small.sim.faults.fail(401, "Unauthorized")
    await small.mouth().leave(-1)
    refusals = (Refused(502, ""), Refused(401, "Unauthorized"), Refused(400, "Bad Request: x 机密"))
    for place, refusal in enumerate(refusals):
        small.sim.faults.add(Fault(method="sendMessage", after=place, refusal=refusal))
    small.sim.faults.cut("body", method="sendMessage", after=4)
    async with small.running():
        await small.empty()
    assert await small.count(dead) == 1
    written = lines.text + "".join(capfd.readouterr()) + str([vars(one) for one in lines.records])
    assert small.bot.token not in written and small.bot.token.partition(":")[2] not in written
    assert "机密" not in written
    set_up()


# -- under way ---------------------------------------------------------------------------------------------------------


class Slowly:
    """A channel whose messages take this long."""

    name, can = "telegram:staff:luzhai", Can(4096, "utf16", erase=True, pull=False, disclosure=EVERYTHING)

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begun = seconds, list[str]()

    async def send(self, message: Outgoing) -> Sent:
        self.begun.append(message.text)
        await asyncio.sleep(self.seconds)
        return Sent("ok", ext_ids=("1",), parts=1)

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")


async def test_what_takes_longer_than_a_lease(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is on its way for several leases is begun once: they are renewed as long as its process lives."""
    monkeypatch.setattr(sending, "LEASE_MS", 600)
    for name, value in {"MARGIN_MS": 100, "LOOK": 0.05, "RENEW": 0.2}.items():
        monkeypatch.setattr(line_module, name, value)
    [(_, lane)] = await crowd(small, 1)
    slow, sender = Slowly(2.0), small.sender()
    sender.lines = {slow.name: Line(sender, slow)}
    async with small.running(sender):
        await small.put(lane, "附件二十张")
        await small.until(lambda: _async(bool(slow.begun)))
        await small.empty()
    assert slow.begun == ["附件二十张"]


async def test_taken_back_while_under_way(small: Office, sim: Simulator) -> None:
    """It goes out of the chat again, also where the platform refuses that at first."""
    [(one, lane)] = await crowd(small, 1)
    slow = sim.faults.slow(0.3, method="sendMessage", times=1)
    sim.faults.fail(502, method="deleteMessages", times=1)
    async with small.running():
        await small.put(lane, "线索全文", prompt=1, about=[5])
        await small.until(lambda: _async(bool(slow.met)))
        await small.database.run(lambda tx: pushes.drop_waiting(tx, lane))
        await small.until(lambda: small.count(said_table, said_table.c.want == "erase"))
        await small.empty()
    assert heard(small, one) == []


async def test_a_deletion_refused(small: Office, sim: Simulator) -> None:
    """The answer goes, although Telegram leaves the message standing that was to go with it."""
    [(one, lane)] = await crowd(small, 1)
    refused = "Bad Request: message can't be deleted for everyone"
    sim.faults.fail(400, refused, method="deleteMessages", times=1)
    async with small.running():
        await small.put(lane, "此处不受理", prompt=1, deletes=[1])
        await small.empty()
    assert heard(small, one) == ["此处不受理"]


async def test_a_round_that_fails(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database fails in one half of a round, the round is over only when the other half is."""
    sender, over, gate = small.sender(), list[str](), asyncio.Event()
    [line] = sender.lines.values()

    async def settles() -> None:
        raise Unavailable("busy")

    async def begins() -> bool:
        await gate.wait()
        over.append("begun")
        return False

    monkeypatch.setattr(line, "_settle", settles)
    monkeypatch.setattr(line, "_begin", begins)
    line.changed.append(None)  # type: ignore[arg-type]
    round_ = asyncio.create_task(line._round())
    asyncio.get_running_loop().call_soon(gate.set)
    await round_
    small.senders.clear()
    assert over == ["begun"]
