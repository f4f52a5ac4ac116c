"""What comes in from Telegram: durable before it is acknowledged, once, in order, by webhook and by polling.

The simulator carries updates as Telegram does; the program under test is the whole app.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from bot import fetching, sender
from bot.bots import CitizensBot, StaffBot, Telegram
from bot.channels.telegram import polling
from bot.channels.telegram.ears import Ears, InGroup, Noticed, NotUnderstood, client
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.webhook import MAX_UPDATE, SECRET, Webhook
from storage import attachments, chats, cursors, leases, tips
from storage.database import Tx, Unavailable
from storage.models import dead, inbox, outbox
from tests.bot.attachments import image
from tests.machine import pass_time
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.people import Person
from tests.town import PUBLIC, ROOT, Town

DOOR = "telegram:citizens:luzhai"
STORY, PLACE = "县城东门老仓库夜里有人搬走私香烟，{}", "县城东门老粮仓"
TIP = (STORY, "no", PLACE, "enough", "submit", "later")


def webhooks(town: Town) -> list[Webhook]:
    return [
        one for route in town.app.doors.routes() if isinstance(one := getattr(route.handler, "__self__", None), Webhook)
    ]


def pollings(town: Town) -> list[Polling]:
    jobs = [job for one in town.app.doors.open.values() for job in one.jobs]
    return [one for job in jobs if isinstance(one := getattr(job, "__self__", None), Polling)]


def bots(mode: str, accept_tips: bool = True) -> Telegram:
    return Telegram(citizens=CitizensBot(mode=mode, accept_tips=accept_tips), staff=StaffBot(mode=mode))


@asynccontextmanager
async def opened(
    url: str, folder: Path, sim: Simulator, mode: str = "polling", accept_tips: bool = True, role: str = "all"
) -> AsyncIterator[Town]:
    """With the webhooks set, where there are any."""
    async with Town.open(url, folder, telegram=sim, bots=bots(mode, accept_tips), role=role) as town:
        for hook in webhooks(town):
            sim.bot(hook.path.rpartition("/")[2]).webhook.set(PUBLIC + hook.path, hook.secrets()[0], 40)
        try:
            yield town
        finally:
            for bot in sim.bots.values():
                await bot.webhook.close()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator.open() as one:
        yield one
        assert not one.journal.strays


@pytest.fixture(params=["polling", "webhook"])
async def town(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, sim: Simulator) -> Any:
    async with opened(database_url, tmp_path, sim, request.param) as one:
        yield one


@pytest.fixture
async def hooked(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, "webhook") as one:
        yield one


@pytest.fixture
async def polled(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as one:
        yield one


async def quiet(town: Town, sim: Simulator) -> None:
    """Everything said was taken in and worked off."""
    await sim.settled()
    await town.settle()


async def until(true: Callable[[], bool]) -> None:
    """For what no bell is rung at."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def count(town: Town, table: Any, *where: Any) -> int:
    counted = select(func.count()).select_from(table).where(*where)
    return int(await town.app.database.run(lambda tx: tx.execute(counted).scalar_one()))


async def talk(town: Town, person: Person) -> chats.Chat:
    found = await town.app.database.run(lambda tx: chats.find(tx, DOOR, str(person.id)))
    assert found is not None
    return found


async def kept(town: Town) -> list[dict[str, Any]]:
    """What waits in the inbox, as it is kept."""
    keys = town.app.database.keys

    def payloads(tx: Tx) -> list[dict[str, Any]]:
        rows = tx.execute(select(inbox.c.sealed_payload).where(~inbox.c.done).order_by(inbox.c.id)).scalars()
        return [orjson.loads(keys.open_("transit", one)) for one in rows]

    return await town.app.database.run(payloads)


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent: what is answered stays in the outbox."""
    monkeypatch.setattr(sender.Sender, "run", lambda self, stopping: stopping.wait())


async def answers(town: Town, person: Person) -> list[str]:
    """What waits to be sent to somebody, in words."""
    lane, keys = (await talk(town, person)).id, town.app.database.keys

    def sealed(tx: Tx) -> list[bytes]:
        return list(
            tx.execute(select(outbox.c.sealed_payload).where(outbox.c.lane == lane).order_by(outbox.c.id)).scalars()
        )

    rows = await town.app.database.run(sealed)
    return [town.app.renderer.text(orjson.loads(keys.open_("transit", one))) for one in rows]


def stories(tx: Tx, person: Person) -> list[str]:
    chat = chats.find(tx, DOOR, str(person.id))
    assert chat is not None
    rows = tips.by_aliases(tx, [bytes.fromhex(one) for one in chat.state.get("mine", ())])
    return [tips.content(tx, row)["what"] for row in rows]


# -- the webhook's answers -------------------------------------------------------------------------------------------------


def said(number: int, words: str = "你好", **more: Any) -> dict[str, Any]:
    someone = {"id": 50001, "is_bot": False, "first_name": "甲", "language_code": "zh-hans"}
    chat = {"id": 50001, "type": "private", "first_name": "甲"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": someone}
    return {"update_id": number, "message": message | ({"text": words} if words else {}) | more}


async def post(town: Town, body: bytes, secret: str | None = None, **headers: str) -> int:
    hook = webhooks(town)[0]
    given = {SECRET: hook.secrets()[0] if secret is None else secret} | headers
    async with town.http.post(hook.path, data=body, headers=given) as answer:
        assert not await answer.text(), "nothing is told to whoever asks"
        return answer.status


WHOLE = orjson.dumps(said(1))
REFUSED: list[tuple[str, bytes, str | None, int]] = [
    ("no secret", WHOLE, "", 401),
    ("a wrong one", WHOLE, "x" * 43, 401),
    ("one that is not ASCII", WHOLE, "口令", 401),
    ("one that is not even text", WHOLE, "\udcff\udcfe", 401),
    ("wrong and too large", b" " * (MAX_UPDATE + 1), "x", 401),
    ("too large", b'"' + b" " * MAX_UPDATE + b'"', None, 413),
    ("no JSON", b"{", None, 400),
    ("not UTF-8", b'{"update_id": "\xff"}', None, 400),
    ("a list", b"[]", None, 400),
    ("nothing", b"", None, 400),
]


@pytest.mark.parametrize(("what", "body", "secret", "status"), REFUSED, ids=[one[0] for one in REFUSED])
async def test_what_is_refused(hooked: Town, what: str, body: bytes, secret: str | None, status: int) -> None:
    """401 without the secret, whatever a header may hold; 413 and 400 for what can be no update. Nothing is kept."""
    if secret is not None and not secret.isascii():
        assert await raw_post(hooked, body, secret) == status
    else:
        assert await post(hooked, body, secret) == status
    assert await count(hooked, inbox) == await count(hooked, dead) == 0


async def raw_post(town: Town, body: bytes, secret: str) -> int:
    """As no HTTP library would send it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", town.app.port)
    head = f"POST {webhooks(town)[0].path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{SECRET}: "
    writer.write(head.encode() + secret.encode("utf-8", "surrogateescape") + b"\r\nConnection: close\r\n\r\n" + body)
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_chunked_and_too_large(hooked: Town) -> None:
    """Without a length said beforehand no more is read either."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (MAX_UPDATE // 8)

    hook = webhooks(hooked)[0]
    async with hooked.http.post(hook.path, data=endless(), headers={SECRET: hook.secrets()[0]}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain"])
async def test_what_is_taken(hooked: Town, kind: str) -> None:
    """However its type is written: taken once, though it comes three times."""
    hooked.app.inbox.paused = True
    for _ in range(3):
        assert await post(hooked, WHOLE, **{"Content-Type": kind}) == 200
    assert await kept(hooked) == [{"kind": "said", "text": "你好", "message": 1, "peer": "50001"}]


ODD: list[tuple[str, dict[str, Any]]] = [
    ("a kind of tomorrow", {"update_id": 7, "telepathy": {"text": "桂B12345"}}),
    ("no valid update", {"update_id": 7, "message": {"text": "桂B12345"}}),
    ("an update without a number", {"message": {"text": "桂B12345"}}),
    ("a number that is none", {"update_id": "桂B12345"}),
    ("a kind we never asked for", {"update_id": 7, "channel_post": said(7)["message"]}),
]


@pytest.mark.parametrize(("what", "update"), ODD, ids=[one[0] for one in ODD])
async def test_what_is_not_understood(
    hooked: Town, what: str, update: dict[str, Any], capfd: pytest.CaptureFixture[str], recwarn: Any
) -> None:
    """Kept aside once, sealed, and answered 200, or all that is behind it would wait for ever; nobody's words are printed."""
    for _ in range(3):
        assert await post(hooked, orjson.dumps(update)) == 200
    (row,) = await hooked.app.database.run(lambda tx: tx.execute(select(dead)).all())
    assert orjson.loads(hooked.app.database.keys.open_("transit", row.sealed_payload)) == update
    out, err = capfd.readouterr()
    assert "桂B12345" not in row.cause + out + err + "".join(str(one.message) for one in recwarn)


async def test_a_database_that_is_not_there(hooked: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """503: Telegram keeps it and tries again; then it has its one effect."""
    hooked.app.inbox.paused = True
    receive = hooked.app.inbox.receive

    async def unavailable(incoming: Any) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(hooked.app.inbox, "receive", unavailable)
    hook = webhooks(hooked)[0]
    async with hooked.http.post(hook.path, data=WHOLE, headers={SECRET: hook.secrets()[0]}) as answer:
        assert answer.status == 503
    monkeypatch.setattr(hooked.app.inbox, "receive", receive)
    assert await post(hooked, WHOLE) == 200 and len(await kept(hooked)) == 1


async def test_the_secret_made_from_the_keyring(hooked: Town) -> None:
    """Of the form Telegram takes; another for each door; good after a rotation until the webhook is set again."""
    hooked.app.inbox.paused = True
    first, second = (one.secrets()[0] for one in webhooks(hooked))
    assert first != second and len(first) <= 256 and first.replace("-", "").replace("_", "").isalnum()
    hooked.app.database.keys.rotate("link")
    assert await post(hooked, WHOLE, first) == 200
    assert await post(hooked, WHOLE, second) == 401


# -- once and in order -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [False, True])
async def test_each_three_times_and_shuffled(town: Town, sim: Simulator, together: bool) -> None:
    """Every update has one effect, in order within a chat, though each comes three times and chats are drawn by lot."""
    bot = sim.bot("citizens")
    bot.delivery.copies, bot.delivery.shuffle, bot.delivery.together = 3, random.Random(912), together
    people = [sim.user(f"甲{number}") for number in range(8)]
    for words in TIP:
        for number, person in enumerate(people):
            await person.says(bot, words.format(number))
    await quiet(town, sim)
    for number, person in enumerate(people):
        told = await town.app.database.run(lambda tx, one=person: stories(tx, one))
        assert told == [STORY.format(number)]
        assert (await talk(town, person)).prompt == len(TIP), "one answer each"
    assert await count(town, inbox) == len(people) * len(TIP) and await count(town, dead) == 0


async def test_a_conversation_that_is_over_goes_on_as_a_new_one(town: Town, sim: Simulator) -> None:
    """What is said after the end begins anew; what was said before it is not heard again when it comes again."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await zhang.says(bot, STORY.format(1))
    await quiet(town, sim)
    first = await talk(town, zhang)
    await town.app.database.run(lambda tx: chats.end(tx, first.id))
    await zhang.says(bot, "你好")
    await quiet(town, sim)
    second = await talk(town, zhang)
    assert second.id != first.id and not second.state.get("stack") and second.prompt == 1


async def test_the_offset_moves_after_the_commit(polled: Town, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until what came is on the disk, Telegram is told nothing of it; a poll that failed asks for the same again."""
    free, failed = asyncio.Event(), asyncio.Event()
    inbox_, bot = polled.app.inbox, sim.bot("citizens")
    receive = inbox_.receive

    async def slowly(incoming: Any) -> None:
        if not free.is_set():
            failed.set()
            raise Unavailable("busy")
        await receive(incoming)

    monkeypatch.setattr(inbox_, "receive", slowly)
    monkeypatch.setattr(polling, "BEAT", 0.02)
    await sim.user("甲").says(bot, "你好")
    (update,) = bot.updates.waiting
    await failed.wait()
    name = f"polling:{DOOR}"
    assert await polled.app.database.run(lambda tx: cursors.read(tx, name, 10**9)) is None
    assert update in bot.updates.waiting
    free.set()
    await quiet(polled, sim)
    assert await polled.app.database.run(lambda tx: cursors.read(tx, name, 10**9)) == str(update + 1)
    offsets = [one.fields.get("offset") for one in sim.journal.of("getUpdates", bot="citizens")]
    assert {int(one) for one in offsets if one} <= {update + 1} and await count(polled, inbox) == 1


async def test_one_unreadable_update_does_not_stop_the_rest(town: Town, sim: Simulator) -> None:
    """It is kept aside; those before and after it are answered."""
    bot, zhang, li = sim.bot("citizens"), sim.user("甲"), sim.user("乙")
    await zhang.says(bot, "你好")
    bot.push("message", {"text": "no message at all"}, 1)
    await li.sends(bot, {"telepathy": {"of": "tomorrow"}})
    await li.says(bot, "你好")
    await quiet(town, sim)
    assert await count(town, dead) == 2
    assert (await talk(town, zhang)).prompt == 1 and (await talk(town, li)).prompt == 2, "and told to use words"


# -- two processes ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "BEAT", 0.05)


async def test_two_pollers_of_one_token(
    database_url: str, tmp_path: Path, sim: Simulator, monkeypatch: pytest.MonkeyPatch, brisk: None
) -> None:
    """One polls and the other waits; when the one dies without a word, the other takes over when its lease is up. Telegram
    never sees two."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    async with opened(database_url, tmp_path, sim) as first:
        await zhang.says(bot, "你好")
        await quiet(first, sim)
        async with opened(database_url, tmp_path, sim, role="worker") as second:
            held, waits = (pollings(one)[0] for one in (first, second))
            assert not await second.app.database.run(lambda tx: leases.take(tx, held.name, waits.holder, 1))
            await _dies(first, monkeypatch)
            await zhang.says(bot, "在吗")
            pass_time(monkeypatch, milliseconds=polling.LEASE_MS + 1)
            await sim.settled()
            await second.app.inbox.idle.wait()
            assert await second.app.database.run(lambda tx: leases.take(tx, held.name, waits.holder, 60_000))
            assert await count(second, inbox) == 2
    beside = [one.bot for one in sim.journal.of("getUpdates") if one.status == 409]
    assert len(beside) == len(set(beside)), "but for the last poll of the one that died, answered into the void"


async def _dies(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its loops end and nothing is given up."""

    async def nothing(self: Any) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr(polling.Polling, "_give_up", nothing)
        for task in town.app._tasks:
            task.cancel()
        await asyncio.gather(*town.app._tasks, return_exceptions=True)


async def test_one_that_stops_is_followed_at_once(
    database_url: str, tmp_path: Path, sim: Simulator, brisk: None
) -> None:
    """Without waiting for a lease."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    async with (
        opened(database_url, tmp_path, sim) as first,
        opened(database_url, tmp_path, sim, role="worker") as second,
    ):
        await zhang.says(bot, "你好")
        await quiet(first, sim)
        for one in pollings(first):
            await one._give_up()
        first.app.stopping.set()
        await zhang.says(bot, "在吗")
        await sim.settled()
        held = pollings(second)[0]
        assert await second.app.database.run(lambda tx: leases.take(tx, held.name, held.holder, 60_000))


REFUSALS = [(401, "Unauthorized"), (409, "Conflict: terminated by other getUpdates request"), (502, "")]


@pytest.mark.parametrize(("status", "words"), REFUSALS)
async def test_a_poll_that_is_refused(
    polled: Town, sim: Simulator, brisk: None, status: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is tried again, with a line that says what to do and holds no token."""
    bot = sim.bot("citizens")
    sim.faults.fail(status, words, bot="citizens", method="getUpdates", times=2)
    await sim.user("甲").says(bot, "你好")
    await quiet(polled, sim)
    assert await count(polled, inbox) == 1
    out, err = capfd.readouterr()
    assert bot.token not in out + err and bot.token.partition(":")[2] not in out + err


# -- files -----------------------------------------------------------------------------------------------------------------

JPEG = image()


async def asked_for_files(town: Town, sim: Simulator, person: Person) -> None:
    """A tip with everything told but the pictures."""
    bot = sim.bot("citizens")
    for words in (STORY.format(""), "no", PLACE, "skip", "skip", "skip"):
        await person.says(bot, words)
    await quiet(town, sim)


async def got(town: Town, person: Person) -> list[dict[str, Any]]:
    frame = (await talk(town, person)).state["stack"][-1]
    return list(frame["answers"].get("files+", []))


async def test_an_album_goes_into_one_step(mute: None, town: Town, sim: Simulator) -> None:
    """Every piece is kept, in order, for the question that wants files, and all of it is answered once."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await asked_for_files(town, sim, zhang)
    before = await answers(town, zhang)
    pieces = [image(size=(64 + number, 48)) for number in range(4)]
    await zhang.sends_album(bot, pieces)
    await quiet(town, sim)
    files = await got(town, zhang)
    assert [one["size"] for one in files] == [len(one) for one in pieces]
    assert len(await answers(town, zhang)) == len(before) + 1


async def test_a_document_with_a_caption(town: Town, sim: Simulator) -> None:
    """Sent first: the file is kept and the caption is the story."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await zhang.sends_document(bot, "现场.jpg", JPEG, caption=STORY.format(1))
    await quiet(town, sim)
    frame = (await talk(town, zhang)).state["stack"][-1]
    assert frame["answers"]["what"] == STORY.format(1)
    (file,) = await got(town, zhang)
    assert file["name"] == "现场.jpg" and file["family"] == "image"
    row = await town.app.database.run(lambda tx: attachments.by_id(tx, file["id"]))
    assert row is not None and row.size == len(JPEG)


async def test_a_slow_download_delays_only_its_conversation(town: Town, sim: Simulator) -> None:
    """What was said behind the file waits for it; everybody else is answered, and their files come."""
    bot, zhang, li = sim.bot("citizens"), sim.user("甲"), sim.user("乙")
    slow = sim.faults.slow(30, method="file", times=1)
    await zhang.sends_photo(bot, JPEG)
    await until(lambda: bool(slow.met))
    await zhang.says(bot, STORY.format(1))
    await li.sends_photo(bot, JPEG, caption=STORY.format(2))
    await li.hears("正在发生", bot)
    assert len(await got(town, li)) == 1
    waiting = [one["kind"] for one in await kept(town)]
    assert waiting == ["file", "said"]


Trouble = Callable[[Simulator, Person, pytest.MonkeyPatch], Any]


async def _gone(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    sim.faults.fail(400, "Bad Request: wrong file_id or the file is temporarily unavailable", method="getFile")
    await person.sends_photo(sim.bot("citizens"), JPEG)


async def _too_big(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    await person.sends_video(sim.bot("citizens"), JPEG, size=25 << 20)


async def _too_big_after_all(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    sim.faults.fail(400, "Bad Request: file is too big", method="getFile")
    await person.sends_photo(sim.bot("citizens"), JPEG)


async def _never(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    sim.faults.fail(502, method="file", times=1000)
    await person.sends_photo(sim.bot("citizens"), JPEG)


async def _cut_off(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    sim.faults.cut("body", method="file", times=1000)
    await person.sends_photo(sim.bot("citizens"), JPEG)


async def _program(sim: Simulator, person: Person, patch: pytest.MonkeyPatch) -> None:
    await person.sends_document(sim.bot("citizens"), "a.jpg", b"MZ" + bytes(600))


FAILED: list[tuple[str, Trouble]] = [
    ("file_gone", _gone),
    ("file_too_large", _too_big),
    ("file_too_large", _too_big_after_all),
    ("file_not_fetched", _never),
    ("file_not_fetched", _cut_off),
    ("file_executable", _program),
]


@pytest.mark.parametrize(("why", "trouble"), FAILED, ids=[one[1].__name__ for one in FAILED])
async def test_a_download_that_fails_says_so(
    mute: None, polled: Town, sim: Simulator, monkeypatch: pytest.MonkeyPatch, why: str, trouble: Trouble
) -> None:
    """With the sentence that says what to do; the conversation goes on and nothing of the file is kept."""
    monkeypatch.setattr(fetching, "ALONE_MS", 0)
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await asked_for_files(polled, sim, zhang)
    await trouble(sim, zhang, monkeypatch)
    sentence = polled.app.renderer.block(f"common:http_{why}", {}, "zh", "luzhai").strip()
    await quiet(polled, sim)
    assert sentence in (await answers(polled, zhang))[-1]
    assert await got(polled, zhang) == [] and await count(polled, inbox, ~inbox.c.done) == 0
    sim.faults.clear()
    await zhang.sends_photo(bot, JPEG)
    await quiet(polled, sim)
    assert len(await got(polled, zhang)) == 1


async def test_a_download_that_works_the_second_time(
    mute: None, polled: Town, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is bothered with a server that stumbled once."""
    monkeypatch.setattr(fetching, "FIRST_MS", 1)
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await asked_for_files(polled, sim, zhang)
    sim.faults.fail(502, method="file", times=1)
    await zhang.sends_photo(bot, JPEG)
    await quiet(polled, sim)
    assert len(await got(polled, zhang)) == 1 and "没有收下" not in "".join(await answers(polled, zhang))


# -- where nothing may be kept ---------------------------------------------------------------------------------------------


async def test_nothing_is_kept_where_tips_are_turned_away(database_url: str, tmp_path: Path, sim: Simulator) -> None:
    """Of whatever is told there the inbox holds that it was told, and where it is to be taken out of the chat; that somebody
    came, without what their link carried; and STOP."""
    async with opened(database_url, tmp_path, sim, accept_tips=False) as town:
        town.app.inbox.paused = True
        bot, zhang = sim.bot("citizens"), sim.user("甲")
        told = [
            await zhang.says(bot, STORY.format(1)),
            await zhang.sends_photo(bot, JPEG, caption=STORY.format(2)),
            await zhang.sends_location(bot, 24.48, 109.73),
            await zhang.sends_contact(bot, "13800000000", "乙"),
            await zhang.sends(bot, {"telepathy": {"text": STORY.format(3)}}),
        ]
        await zhang.edits(told[0], STORY.format(4), bot)
        stop = await zhang.says(bot, " stop ")
        await zhang.starts(bot, "somebody")
        await sim.settled()
        away = [{"kind": "turned_away", "message": one.id} for one in (*told, told[0])]
        more = [{"kind": "said", "text": "stop", "message": stop.id}, {"kind": "opened"}]
        assert await kept(town) == [one | {"peer": str(zhang.id)} for one in (*away, *more)]
        assert not sim.journal.of("getFile")
        rows = await town.app.database.run(lambda tx: tx.execute(select(dead)).all())
        assert [row.sealed_payload for row in rows] == [None]


# -- groups and presses ----------------------------------------------------------------------------------------------------


async def test_a_group_is_left(town: Town, sim: Simulator) -> None:
    """Whoever adds the bot: it goes, and keeps nothing of what is said there."""
    bot, group = sim.bot("staff"), sim.group("指挥部")
    await group.adds(bot, sim.user("甲"))
    await sim.settled()
    await until(lambda: any(one.effect for one in sim.journal.of("leaveChat", chat=group.id)))
    assert await count(town, inbox) == await count(town, dead) == 0


async def test_a_press_is_acknowledged(town: Town, sim: Simulator) -> None:
    """The button stops turning, once the press is durable."""
    bot, zhang = sim.bot("citizens"), sim.user("甲")
    await zhang.says(bot, STORY.format(1))
    await zhang.hears("正在发生", bot)
    press = await zhang.presses("否", bot)
    await zhang.told(press)
    await quiet(town, sim)
    assert (await talk(town, zhang)).state["stack"][-1]["answers"]["now"] == "no"


# -- what an update means --------------------------------------------------------------------------------------------------

ME = {"id": 700000001, "is_bot": True, "first_name": "bot"}
PHOTO = [
    {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 67, "file_size": 10},
    {"file_id": "large", "file_unique_id": "b", "width": 1280, "height": 960, "file_size": 20},
]
VOICE = {"file_id": "v", "file_unique_id": "c", "duration": 3, "mime_type": "audio/ogg", "file_size": 30}
SHEET = {"file_id": "d", "file_unique_id": "d", "file_name": "表.xlsx", "mime_type": "application/x", "file_size": 40}


def file(number: str, size: int, mime: str, name: str = "", album: str | None = None, text: str = "") -> dict[str, Any]:
    told = {"id": number, "size": size, "album": album, "name": name, "mime": mime}
    return {"kind": "file", "remote": told, "text": text, "message": 1}


def words(text: str) -> dict[str, Any]:
    return {"kind": "said", "text": text, "message": 1}


def pressed(data: str, **message: Any) -> dict[str, Any]:
    body = {"id": "77", "from": said(1)["message"]["from"], "chat_instance": "1", "data": data}
    return {"update_id": 1, "callback_query": body | {"message": said(1)["message"] | message}}


def stands(status: str, kind: str = "private") -> dict[str, Any]:
    member = {"user": ME, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    chat = said(1)["message"]["chat"] | {"type": kind, "title": "x"}
    body = {"chat": chat, "from": said(1)["message"]["from"], "date": 1, "old_chat_member": member}
    return {"update_id": 1, "my_chat_member": body | {"new_chat_member": member}}


GROUP = {"chat": {"id": -7, "type": "group", "title": "x"}}
MEANS: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    ("a text", said(1), words("你好")),
    ("/start", said(1, "/start"), {"kind": "opened"}),
    ("/start in a deep link", said(1, "/start ABCD-1"), {"kind": "started", "payload": "ABCD-1"}),
    ("a command that is a word", said(1, "/todo"), words("/todo")),
    ("one for this bot", said(1, "/HELP@staff_bot"), words("/help")),
    ("/find", said(1, "/find"), words("查询")),
    ("/find something", said(1, "/find 桂B12345"), words("查 桂B12345")),
    ("a photo", said(1, "", photo=PHOTO, caption="看"), file("large", 20, "image/jpeg", text="看")),
    ("of an album", said(1, "", photo=PHOTO, media_group_id="9"), file("large", 20, "image/jpeg", album="9")),
    ("a voice", said(1, "", voice=VOICE), file("v", 30, "audio/ogg")),
    ("a document", said(1, "", document=SHEET), file("d", 40, "application/x", "表.xlsx")),
    (
        "a place",
        said(1, "", location={"latitude": 24.5, "longitude": 109.7}),
        {"kind": "location", "place": [24.5, 109.7]},
    ),
    ("a contact", said(1, "", contact={"phone_number": "1", "first_name": "乙"}), {"kind": "contact"}),
    ("a dice", said(1, "", dice={"emoji": "🎲", "value": 1}), words("")),
    ("a pin, which nobody said", said(1, "", pinned_message=said(2)["message"]), None),
    (
        "an edit",
        {"update_id": 1, "edited_message": said(1, "改")["message"] | {"edit_date": 2}},
        {"kind": "edited", "text": "改", "message": 1},
    ),
    (
        "a place that moves on",
        {"update_id": 1, "edited_message": said(1, "", location={"latitude": 1, "longitude": 1})["message"]},
        None,
    ),
    ("a press", pressed("3:yes"), {"kind": "chose", "choice": "yes", "prompt": 3}),
    ("of a push", pressed("-1:go.open.7"), {"kind": "chose", "choice": "go.open.7", "prompt": -1}),
    ("not of ours", pressed("rm -rf"), {"kind": "chose", "choice": "", "prompt": 0}),
    ("blocked", stands("kicked"), {"kind": "blocked"}),
    ("unblocked", stands("member"), {"kind": "unblocked"}),
    ("taken out of a group", stands("kicked", "group"), None),
]


@pytest.fixture
def hear() -> Callable[..., Any]:
    async def heard(update: dict[str, Any], closed: bool = False) -> Noticed:
        return await Ears(client("42:TEST", "http://127.0.0.1:1"), closed).hear(update)

    return heard


@pytest.mark.parametrize(("what", "update", "heard"), MEANS, ids=[one[0] for one in MEANS])
async def test_what_an_update_means(hear: Any, what: str, update: dict[str, Any], heard: dict[str, Any] | None) -> None:
    """One table: what Telegram sends, what we hear."""
    assert (await hear(update)).heard == heard


@pytest.mark.parametrize(
    ("code", "language"), [("zh-hans", "zh"), ("zh", "zh"), ("en-GB", "en"), ("vi", "en"), (None, "zh")]
)
async def test_the_language_of_the_first_contact(hear: Any, code: str | None, language: str) -> None:
    """Chinese where it is theirs or not known, else English."""
    update = said(1)
    update["message"]["from"] |= {"language_code": code} if code else {}
    if code is None:
        del update["message"]["from"]["language_code"]
    assert (await hear(update)).language == language


async def test_groups_are_left_whatever_happens_there(hear: Any) -> None:
    """A message, an edit, a press, being added."""
    edited = {"update_id": 1, "edited_message": said(1)["message"] | GROUP}
    for update in (said(1, **GROUP), edited, pressed("1:a", **GROUP)):
        noticed = await hear(update)
        assert noticed.group == InGroup(-7, "50001" if "message" in update else "")
        assert noticed.heard is None
    assert (await hear(stands("member", "group"))).group is not None


async def test_what_is_no_update(hear: Any) -> None:
    """Said with an exception of ours; aiogram's own would quote the person's words."""
    for _, update in ODD[:4]:
        with pytest.raises(NotUnderstood) as told:
            await hear(update)
        assert told.value.__cause__ is None and told.value.__suppress_context__


# -- nobody pays for what they don't use -----------------------------------------------------------------------------------

WITHOUT = """
import asyncio, sys, tempfile, pathlib
from bot.app import App
from bot.config import Config, CountyConfig, Server
from rules import county
from storage.sealed import Keyring
folder = pathlib.Path(tempfile.mkdtemp())
config = Config(database=f"sqlite:///{folder}/x.db", data=folder, server=Server(port=0),
                counties={"luzhai": CountyConfig(plan="counties/luzhai.yaml")})
async def life():
    app = App(config, county.load([pathlib.Path("counties/luzhai.yaml")]), Keyring.make(folder / "keys"))
    await app.start()
    await app.stop()
asyncio.run(life())
print(sorted(name for name in sys.modules if name.partition(".")[0] in ("aiogram", "telegram", "httpx")))
"""


def test_without_a_bot_neither_library_is_imported() -> None:
    """A whole life of the app, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_token_that_is_none(tmp_path: Path, sim: Simulator) -> None:
    """One sentence with its place in the configuration, and not the token."""
    from bot.config import ConfigError

    wrong = Telegram(citizens=CitizensBot(token="not-a-token"))
    with pytest.raises(ConfigError) as told:
        async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, bots=wrong):
            raise AssertionError
    assert "telegram.citizens.token" in str(told.value) and "not-a-token" not in str(told.value)
