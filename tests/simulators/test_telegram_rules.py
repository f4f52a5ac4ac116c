"""What the Bot API simulator refuses, and in which words."""

from typing import Any

import aiogram.exceptions
import aiohttp
import pytest
import telegram.error

from tests.simulators.libraries import BUTTON, FACES, JPEG, Aiogram, Ear, Library, keyboard, post
from tests.simulators.telegram import LIMITS, Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person

# What is sent beside chat_id, and what core.telegram.org/bots/api or the open server says of it.
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"text": ""}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"text": " \n "}, 400, "Bad Request: text must be non-empty"),
    ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, 400, "Bad Request: text must be non-empty"),
    ("sendMessage", {"text": "字" * 4097}, 400, "Bad Request: message is too long"),
    ("sendMessage", {"text": FACES + "!"}, 400, "Bad Request: message is too long"),
    ("sendMessage", {"text": "字" * 11_000}, 400, "Bad Request: text is too long"),
    ("sendMessage", {"text": "x", "parse_mode": "bbcode"}, 400, "Bad Request: unsupported parse_mode"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard(text="是", callback_data="十" * 22)}, 400,
     "Bad Request: BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard(text="是", callback_data="")}, 400,
     "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", {"text": "x", "reply_to_message_id": 99}, 400, "Bad Request: message to be replied not found"),
    ("sendPhoto", {"photo": ""}, 400, "Bad Request: there is no photo in the request"),
    ("sendPhoto", {"photo": "AgACnowhere"}, 400, "Bad Request: wrong file identifier/HTTP URL specified"),
    ("sendMediaGroup", {"media": []}, 400, "Bad Request: there are no messages to send"),
    ("editMessageText", {"text": "x", "message_id": 99}, 400, "Bad Request: message to edit not found"),
    ("editMessageText", {"text": "x", "message_id": 1}, 400, "Bad Request: message can't be edited"),
    ("deleteMessage", {"message_id": 99}, 400, "Bad Request: message to delete not found"),
    ("deleteMessages", {"message_ids": list(range(1, 102))}, 400,
     "Bad Request: too many message identifiers specified"),
    ("sendChatAction", {"action": "thinking"}, 400, "Bad Request: wrong parameter action in request"),
    ("leaveChat", {}, 400, "Bad Request: chat member status can't be changed in private chats"),
    ("sendMesage", {"text": "x"}, 404, "Not Found: method not found"),
]  # fmt: skip

# The same without a chat.
REFUSED_ANYWHERE: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ("sendMessage", {"text": "x", "chat_id": 4_000_000}, 400, "Bad Request: chat not found"),
    ("getFile", {"file_id": "nowhere"}, 400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    ("setWebhook", {"url": "http://tips.example/hook"}, 400,
     "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "密"}, 400,
     "Bad Request: secret token contains unallowed characters"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "s" * 257}, 400,
     "Bad Request: secret token is too long"),
    ("setMyCommands", {"commands": [{"command": "举报", "description": "x"}]}, 400, "Bad Request: BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "tip", "description": ""}]}, 400,
     "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyDescription", {"description": "x" * 513}, 400, "Bad Request: description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, 400, "Bad Request: short description is too long"),
]  # fmt: skip

# What Telegram would let pass in silence and a test must not miss.
STRAYS: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x", "parse_mod": "HTML"}, "sendMessage has no field parse_mod"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard(**BUTTON, colour="red")},
     "sendMessage: reply_markup.inline_keyboard has no field colour"),
    ("sendMessage", {"text": "x", "disable_notification": "perhaps"}, "sendMessage: disable_notification"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard(**BUTTON, url="https://a.example")},
     "a button does one thing, this one url and callback_data"),
    ("sendMessage", {"text": "x", "parse_mode": "MarkdownV2"}, "parse_mode markdownv2 is not simulated"),
    ("sendDice", {}, "sendDice is not simulated"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "AgAC"}]}, "an album has 2 to 10 items"),
]  # fmt: skip

MALFORMED: list[tuple[str, str]] = [
    ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
    ("字<br>", 'Unsupported start tag "br" at byte offset 3'),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


@pytest.mark.parametrize(("method", "fields", "status", "said"), REFUSED)
async def test_refused(
    sim: Simulator, bot: Bot, zhang: Person, method: str, fields: dict[str, Any], status: int, said: str
) -> None:
    """Each documented limit, in Telegram's own words, and without any effect."""
    answer = await post(sim.url, bot.token, method, chat_id=zhang.id, **fields)
    assert answer == (status, {"ok": False, "error_code": status, "description": said})
    assert zhang.sees() == []
    assert not sim.journal.strays


@pytest.mark.parametrize(("method", "fields", "status", "said"), REFUSED_ANYWHERE)
async def test_refused_anywhere(
    sim: Simulator, bot: Bot, method: str, fields: dict[str, Any], status: int, said: str
) -> None:
    """The same for what concerns no chat, or one that isn't there."""
    answer = await post(sim.url, bot.token, method, **fields)
    assert answer == (status, {"ok": False, "error_code": status, "description": said})


@pytest.mark.parametrize(("method", "fields", "said"), STRAYS)
async def test_strays(sim: Simulator, bot: Bot, zhang: Person, method: str, fields: dict[str, Any], said: str) -> None:
    """A field Telegram has never heard of, a wrong type or a method not simulated is refused and kept."""
    status, body = await post(sim.url, bot.token, method, chat_id=zhang.id, **fields)
    assert status == 400
    assert body["description"].startswith(f"Bad Request: simulator: {said}")
    assert [one.method for one in sim.journal.strays] == [method]


@pytest.mark.parametrize(("text", "said"), MALFORMED)
async def test_malformed(sim: Simulator, bot: Bot, zhang: Person, text: str, said: str) -> None:
    """Telegram's HTML and nothing else; offsets are bytes."""
    answer = await post(sim.url, bot.token, "sendMessage", chat_id=zhang.id, text=text, parse_mode="HTML")
    assert answer == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: can't parse entities: {said}"},
    )


async def test_what_fits_exactly(sim: Simulator, library: Library, zhang: Person) -> None:
    """4,096 UTF-16 units after the tags are gone, a caption of 1,024, 64 bytes of data, white space taken off."""
    await library.say(zhang.id, f"  <b>{FACES}</b>\n", [("是", "d" * 64)])
    heard = await zhang.hears(FACES)
    assert (heard.text, heard.marked("bold"), heard.buttons[0].data) == (FACES, [FACES], "d" * 64)
    await library.photo(zhang.id, JPEG, "&lt;" * 1024)
    assert (await zhang.hears()).text == "<" * 1024


async def test_errors_as_the_libraries_raise_them(sim: Simulator, library: Library, bot: Bot, zhang: Person) -> None:
    """400, 403, 401, 429 and 5xx each become the exception that a sender has to tell from the others."""
    errors: Any = aiogram.exceptions if isinstance(library, Aiogram) else telegram.error
    of = lambda ours, theirs: getattr(errors, ours if isinstance(library, Aiogram) else theirs)  # noqa: E731
    asked = await library.say(zhang.id, "问题", [("是", "1")])
    for attempt, said in (
        (library.say(zhang.id, "字" * 4097), "message is too long"),
        (library.edit(zhang.id, 99, "x"), "message to edit not found"),
        (library.keyboard(zhang.id, asked, [("是", "1")]), "message is not modified"),
        (library.answer("1", "x"), "query is too old"),
    ):
        with pytest.raises(of("TelegramBadRequest", "BadRequest"), match=f"(?i){said}"):
            await attempt
    await zhang.blocks(bot)
    with pytest.raises(of("TelegramForbiddenError", "Forbidden"), match="bot was blocked by the user"):
        await library.say(zhang.id, "x")
    await zhang.unblocks(bot)
    sim.faults.fail(500, "Internal Server Error")
    with pytest.raises(of("TelegramServerError", "NetworkError")):
        await library.say(zhang.id, "x")
    sim.faults.ban(2)
    with pytest.raises(of("TelegramRetryAfter", "RetryAfter")) as caught:
        await library.say(zhang.id, "x")
    assert caught.value.retry_after == 2
    sim.revoke(bot)
    with pytest.raises(of("TelegramUnauthorizedError", "InvalidToken")):
        await library.say(zhang.id, "x")


async def test_strangers(sim: Simulator, bot: Bot) -> None:
    """A bot can't write first; one that met somebody in a group is told so, one that never did finds no chat."""
    met, never = sim.user("丙"), sim.user("丁")
    await sim.group("群").adds(bot, met)
    status, body = await post(sim.url, bot.token, "sendMessage", chat_id=met.id, text="x")
    assert (status, body["description"]) == (403, "Forbidden: bot can't initiate conversation with a user")
    status, body = await post(sim.url, bot.token, "sendMessage", chat_id=never.id, text="x")
    assert (status, body["description"]) == (400, "Bad Request: chat not found")


@pytest.mark.parametrize(("token", "status"), [("123:abc", 401), ("nonsense", 404)])
async def test_wrong_tokens(sim: Simulator, token: str, status: int) -> None:
    """A token of somebody else's, and what is no token at all."""
    assert (await post(sim.url, token, "getMe"))[0] == status


async def test_old_messages(sim: Simulator, bot: Bot, library: Library, zhang: Person) -> None:
    """After 48 hours nothing is deleted, an old press is not answered, an old link leads nowhere."""
    ear, sent = Ear(library), await library.say(zhang.id, "问题", [("是", "1")])
    await zhang.presses("是")
    press = (await ear.next("callback_query")).id
    file = (await zhang.sends_document(bot, "a.pdf", b"%PDF")).files[0]
    _, link = await post(sim.url, bot.token, "getFile", file_id=file.id)
    sim.clock.forward(hours=48)
    _, body = await post(sim.url, bot.token, "deleteMessage", chat_id=zhang.id, message_id=sent)
    assert body["description"] == "Bad Request: message can't be deleted for everyone"
    _, body = await post(sim.url, bot.token, "answerCallbackQuery", callback_query_id=press)
    assert body["description"].startswith("Bad Request: query is too old")
    async with aiohttp.request("GET", f"{sim.url}/file/bot{bot.token}/{link['result']['file_path']}") as answer:
        assert answer.status == 404


async def test_sizes(bot: Bot, zhang: Person, library: Library, sim: Simulator) -> None:
    """20 MB down, 50 MB up, photos 10 MB; what is no picture is no photo."""
    big = await zhang.sends_document(bot, "big.zip", b"PK", size=LIMITS.download + 1)
    _, body = await post(sim.url, bot.token, "getFile", file_id=big.files[0].id)
    assert body["description"] == "Bad Request: file is too big"
    with pytest.raises(
        (aiogram.exceptions.TelegramBadRequest, telegram.error.BadRequest), match="(?i)IMAGE_PROCESS_FAILED"
    ):
        await library.photo(zhang.id, b"no picture", "")
    with pytest.raises(
        (aiogram.exceptions.TelegramEntityTooLarge, telegram.error.NetworkError), match="Request Entity Too Large"
    ):
        await library.document(zhang.id, "huge.bin", bytes(LIMITS.upload + 1))


async def test_what_a_bot_says_of_itself(sim: Simulator, bot: Bot) -> None:
    """Commands, descriptions and the menu button are kept by language and read back."""
    commands = [{"command": "tip", "description": "举报"}]
    await post(sim.url, bot.token, "setMyCommands", commands=commands, language_code="zh")
    await post(sim.url, bot.token, "setMyDescription", description="说明", language_code="zh")
    await post(sim.url, bot.token, "setChatMenuButton", menu_button={"type": "commands"})
    assert (await post(sim.url, bot.token, "getMyCommands", language_code="zh"))[1]["result"] == commands
    assert (await post(sim.url, bot.token, "getMyCommands"))[1]["result"] == []
    told = (await post(sim.url, bot.token, "getMyDescription", language_code="zh"))[1]["result"]
    assert told == {"description": "说明"}
    assert (await post(sim.url, bot.token, "getChatMenuButton"))[1]["result"] == {"type": "commands"}
    assert not sim.journal.strays


async def test_get_me_and_chat(library: Library, bot: Bot, zhang: Person) -> None:
    """Both libraries can read who the bot and who the other side is."""
    assert (await library.bot.get_me()).id == bot.id
    assert (await library.bot.get_chat(zhang.id)).first_name == "甲"
