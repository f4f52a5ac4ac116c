"""How updates reach a bot, and what goes wrong on demand."""

import asyncio
import random
from typing import Any

import aiogram.exceptions
import pytest
import telegram.error

from tests.simulators.libraries import FACES, Aiogram, Library, Webhook, post
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person


async def test_offset_acknowledges(sim: Simulator, bot: Bot, zhang: Person) -> None:
    """What wasn't acknowledged comes again; what was is gone; `limit` bounds an answer."""
    for text in "一二三":
        await zhang.says(bot, text)
    _, body = await post(sim.url, bot.token, "getUpdates", limit=2)
    assert [one["message"]["text"] for one in body["result"]] == ["一", "二"]
    _, again = await post(sim.url, bot.token, "getUpdates", limit=2)
    assert again == body
    _, body = await post(sim.url, bot.token, "getUpdates", offset=body["result"][-1]["update_id"] + 1)
    assert [one["message"]["text"] for one in body["result"]] == ["三"]
    await post(sim.url, bot.token, "getUpdates", offset=body["result"][-1]["update_id"] + 1)
    await sim.settled()


async def test_long_poll_wakes(sim: Simulator, bot: Bot, zhang: Person) -> None:
    """A waiting poll is answered by the next update, and only by a kind that was asked for."""
    asked = {"timeout": 50, "allowed_updates": ["callback_query", "message"]}
    waiting = asyncio.create_task(post(sim.url, bot.token, "getUpdates", **asked))
    await bot.updates.listening.wait()
    said = await zhang.says(bot, "在吗")
    await zhang.edits(said, "在")
    _, body = await waiting
    assert [one["message"]["text"] for one in body["result"]] == ["在吗"]


async def test_two_polls(sim: Simulator, bot: Bot) -> None:
    """409 for the one that waited; and for any poll while a webhook is set."""
    waiting = asyncio.create_task(post(sim.url, bot.token, "getUpdates", timeout=50))
    await bot.updates.listening.wait()
    await post(sim.url, bot.token, "getUpdates")
    status, body = await waiting
    assert (status, body["description"][:43]) == (409, "Conflict: terminated by other getUpdates re")
    waiting = asyncio.create_task(post(sim.url, bot.token, "getUpdates", timeout=50))
    await bot.updates.listening.wait()
    await post(sim.url, bot.token, "setWebhook", url="http://127.0.0.1:9/hook")
    assert (await waiting)[1]["description"] == "Conflict: terminated by setWebhook request"
    status, body = await post(sim.url, bot.token, "getUpdates")
    assert (status, body["description"][:33]) == (409, "Conflict: can't use getUpdates me")


async def test_webhook_until_2xx(sim: Simulator, library: Library, bot: Bot, zhang: Person) -> None:
    """Refused updates come again with the secret, in order within the chat; the trouble is told by getWebhookInfo."""
    bot.delivery.backoff = 0.001
    async with Webhook.open(library, bot, says=[500, 503, 200, 404]) as ear:
        for text in "一二三":
            await zhang.says(bot, text)
        await sim.settled()
        assert [one.message.text for one in ear.heard] == ["一", "二", "三"]
        assert len(ear.times) == 6
        assert ear.secrets == {"a-secret_1"}
        info = await library.bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


@pytest.mark.parametrize("mode", ["polling", "webhook", "together"])
async def test_adversity(sim: Simulator, bot: Bot, mode: str) -> None:
    """Each update three times and chats shuffled: whoever drops what it has seen has every chat in order."""
    bot.delivery.copies, bot.delivery.shuffle = 3, random.Random(7)
    people = [sim.user(name) for name in "甲乙丙丁"]
    async with Aiogram.open(sim.url, bot.token) as library:
        if mode != "polling":
            bot.delivery.together = mode == "together"
            async with Webhook.open(library, bot) as ear:
                await everybody_counts(bot, people)
                await sim.settled()
                heard = ear.heard
        else:
            await everybody_counts(bot, people)
            heard = await polled(library)
    assert {heard.count(one) for one in heard} == {3}
    once = list({one.update_id: one.message for one in heard}.values())
    assert [one.message_id for one in once] != sorted(one.message_id for one in once)
    for person in people:
        assert [one.text for one in once if one.chat.id == person.id] == list("12345")


async def everybody_counts(bot: Bot, people: list[Person]) -> None:
    for text in "12345":
        for person in people:
            await person.says(bot, text)


async def polled(library: Aiogram) -> list[Any]:
    heard, offset = [], 0
    while found := await library.updates(offset, 0):
        heard += found
        offset = max(offset, *(one.update_id + 1 for one in found))
    return heard


async def test_presses_apart(sim: Simulator, library: Library, bot: Bot, zhang: Person) -> None:
    """On demand a press overtakes the text before it, as on Telegram's own server with several connections."""
    bot.delivery.apart, bot.delivery.backoff = True, 0.05
    await library.say(zhang.id, "问题", [("是", "1")])
    async with Webhook.open(library, bot, says=[500, 200]) as ear:
        await zhang.says(bot, "东门")
        await zhang.presses("是")
        await sim.settled()
        assert [library.kind(one) for one in ear.heard] == ["callback_query", "message"]


# -- faults ------------------------------------------------------------------------------------------------------------


async def test_ban(sim: Simulator, library: Library, bot: Bot, zhang: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins inside a ban is refused and counted; polling goes on; another bot isn't concerned."""
    monkeypatch.setattr("tests.simulators.telegram.faults.ON_ITS_WAY", 0)
    sim.faults.ban(30, "citizens", after=1)
    assert (await post(sim.url, bot.token, "sendMessage", chat_id=zhang.id, text="1"))[0] == 200
    status, body = await post(sim.url, bot.token, "sendMessage", chat_id=zhang.id, text="2")
    assert (status, body["parameters"]) == (429, {"retry_after": 30})
    assert sim.journal.violations == []
    assert (await post(sim.url, bot.token, "sendMessage", chat_id=zhang.id, text="3"))[0] == 429
    assert len(sim.journal.violations) == 1
    assert (await post(sim.url, bot.token, "getUpdates"))[0] == 200
    await zhang.starts(sim.bot("staff"))
    assert (await post(sim.url, sim.bot("staff").token, "sendMessage", chat_id=zhang.id, text="4"))[0] == 200
    assert [one.text for one in zhang.sees()] == ["1", "4"]


@pytest.mark.parametrize(("where", "seen"), [("before", []), ("after", ["x"]), ("body", ["x"])])
async def test_cut(sim: Simulator, library: Library, zhang: Person, where: Any, seen: list[str]) -> None:
    """A connection lost before the effect, after it, or in the middle of the answer: to the client all the same."""
    sim.faults.cut(where)
    with pytest.raises((aiogram.exceptions.TelegramNetworkError, telegram.error.NetworkError)):
        await library.say(zhang.id, "x")
    assert [one.text for one in zhang.sees()] == seen
    assert len(sim.journal.sent()) == len(seen)
    await library.say(zhang.id, "y")


async def test_bad_gateway(sim: Simulator, library: Library, zhang: Person) -> None:
    """A web server's own page, three times, then as before."""
    sim.faults.fail(502, times=3)
    known = (aiogram.exceptions.TelegramAPIError, aiogram.exceptions.ClientDecodeError, telegram.error.NetworkError)
    for _ in range(3):
        with pytest.raises(known):
            await library.say(zhang.id, "x")
    await library.say(zhang.id, "x")
    assert [one.status for one in sim.journal.of("sendMessage")] == [502, 502, 502, 200]


async def test_journal_counts(sim: Simulator, bot: Bot, library: Library, zhang: Person) -> None:
    """How many sends began in a second, for a bot and for the busiest chat; how many were under way at once."""
    other = sim.user("乙")
    await other.starts(bot)
    slow = sim.faults.slow(0.05)
    await asyncio.gather(*(library.say(zhang.id, str(n)) for n in range(3)), library.say(other.id, "x"))
    slow.stop()
    assert (sim.journal.busiest(60), sim.journal.busiest_chat(60)) == (4, 3)
    assert sim.journal.most_underway > 1
    assert sim.journal.of("sendMessage", chat=other.id)[0].fields["text"] == "x"
    assert all(one.done > one.at for one in sim.journal.entries)


async def test_hears_says_what_it_heard(sim: Simulator, bot: Bot, library: Library, zhang: Person) -> None:
    """A story that waits in vain names what came instead."""
    await library.say(zhang.id, "别的话")
    with pytest.raises(AssertionError, match="别的话"):
        await zhang.hears("要等的话", within=0.01)


async def test_long_texts_of_people(bot: Bot, zhang: Person) -> None:
    """The app cuts a long text into messages; nothing is lost between them."""
    await zhang.says(bot, FACES + "完")
    assert [one.text for one in zhang.chat(bot).seen][1:] == [FACES, "完"]
