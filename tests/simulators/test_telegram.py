"""The Bot API simulator, kept honest by the two libraries that talk to the real one: whole conversations."""

import json
from typing import Any

import aiohttp
import pytest

from tests.simulators.libraries import BUTTON, JPEG, Ear, Library, keyboard, post
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person


async def test_conversation(sim: Simulator, library: Library, ear: Ear, bot: Bot) -> None:
    """Start, buttons, press, toast, edit, delete: either library, by polling and by webhook."""
    person = sim.user("乙")
    await person.starts(bot, "code-1")
    assert (await ear.next()).text == "/start code-1"

    asked = await library.say(person.id, "<b>确认</b>？", [("是", "q1:1"), ("否", "q1:2")])
    question = await person.hears("确认")
    assert (question.text, question.marked("bold"), person.buttons(bot)) == ("确认？", ["确认"], ["是", "否"])

    press = await person.presses("是")
    pressed = await ear.next("callback_query")
    assert (pressed.data, pressed.message.message_id) == ("q1:1", asked)
    await library.answer(pressed.id, "好")
    assert (await person.told(press))["text"] == "好"

    await library.edit(person.id, asked, "已确认")
    assert (await person.hears("已确认")).id == asked
    assert person.buttons() == []
    await library.delete(person.id, asked)
    await person.loses(question)
    assert person.sees(bot) == []
    assert not sim.journal.strays


async def test_files_both_ways(sim: Simulator, library: Library, ear: Ear, bot: Bot, zhang: Person) -> None:
    """Bytes arrive as they left, up and down; the last size of a photo is the whole one."""
    await zhang.sends_photo(bot, JPEG, "码头")
    photo = await ear.next()
    assert photo.caption == "码头"
    assert await library.fetch(photo.photo[-1].file_id) == JPEG
    assert await library.fetch(photo.photo[0].file_id) != JPEG

    await zhang.sends_album(bot, [("a.pdf", b"%PDF a"), ("b.pdf", b"%PDF b")], "两份")
    first, second = await ear.next(), await ear.next()
    assert (first.media_group_id, first.caption) == (second.media_group_id, "两份")
    assert await library.fetch(second.document.file_id) == b"%PDF b"

    await library.photo(zhang.id, JPEG, "<i>图</i>")
    assert (await zhang.hears("图")).files[0].data == JPEG
    await library.document(zhang.id, "说明.txt", b"text")
    document = (await zhang.hears(lambda message: message.files)).files[0]
    assert (document.name, document.data) == ("说明.txt", b"text")
    await library.album(zhang.id, ("1.txt", b"one"), ("2.txt", b"two"))
    assert [(await zhang.hears()).files[0].data for _ in range(2)] == [b"one", b"two"]
    assert not sim.journal.strays


async def test_everything_else_a_person_does(ear: Ear, bot: Bot, zhang: Person) -> None:
    """Voice, video, place, contact, a correction, blocking and coming back are all updates the libraries can read."""
    await zhang.sends_voice(bot, b"OggS")
    assert (await ear.next()).voice.mime_type == "audio/ogg"
    await zhang.sends_video(bot, b"mp4", size=21 << 20)
    assert (await ear.next()).video.file_size == 21 << 20
    await zhang.sends_location(bot, 24.5, 109.7)
    assert (await ear.next()).location.latitude == 24.5
    await zhang.sends_contact(bot, "10086", "丙")
    assert (await ear.next()).contact.phone_number == "10086"
    said = await zhang.says(bot, "东门")
    await zhang.edits(said, "西门")
    assert [(await ear.next()).text, (await ear.next("edited_message")).text] == ["东门", "西门"]
    await zhang.blocks(bot)
    assert (await ear.next("my_chat_member")).new_chat_member.status == "kicked"
    await zhang.starts(bot)
    assert (await ear.next("my_chat_member")).new_chat_member.status == "member"


@pytest.mark.parametrize("body", ["json", "data", "params"])
async def test_bodies(sim: Simulator, bot: Bot, zhang: Person, body: str) -> None:
    """JSON, a form and a query are the same request; names of methods have no case."""
    fields: dict[str, Any] = {"chat_id": str(zhang.id), "text": "x", "reply_markup": json.dumps(keyboard(**BUTTON))}
    if body == "json":
        fields["reply_markup"] = keyboard(**BUTTON)
    async with aiohttp.request("POST", f"{sim.url}/bot{bot.token}/sendmessage", **{body: fields}) as answer:
        assert answer.status == 200
    assert (zhang.text(), zhang.buttons()) == ("x", ["是"])
    assert sim.journal.entries[0].method == "sendMessage"


@pytest.mark.parametrize("kind", ["voice", "video"])
async def test_files_known_by_id(sim: Simulator, bot: Bot, zhang: Person, kind: str) -> None:
    """What was uploaded once is sent again by its id, but not by another bot and not as another kind."""
    form = aiohttp.FormData({"chat_id": str(zhang.id)})
    form.add_field(kind, b"bytes", filename="x")
    async with aiohttp.request("POST", f"{sim.url}/bot{bot.token}/send{kind}", data=form) as answer:
        file = (await answer.json())["result"][kind]["file_id"]
    assert (await post(sim.url, bot.token, f"send{kind}", chat_id=zhang.id, **{kind: file}))[0] == 200
    assert [one.files[0].data for one in zhang.sees(bot)] == [b"bytes", b"bytes"]
    assert (await post(sim.url, bot.token, "sendDocument", chat_id=zhang.id, document=file))[0] == 400
    await zhang.starts(sim.bot("staff"))
    status, body = await post(sim.url, sim.bot("staff").token, f"send{kind}", chat_id=zhang.id, **{kind: file})
    assert (status, body["description"]) == (400, "Bad Request: wrong file identifier/HTTP URL specified")


async def test_groups(sim: Simulator, library: Library, bot: Bot, zhang: Person) -> None:
    """A bot that is added hears of it, hears commands only, and having left may not speak there."""
    ear, group = Ear(library), sim.group("工作群")
    await group.adds(bot, zhang)
    assert (await ear.next("my_chat_member")).new_chat_member.status == "member"
    assert (await ear.next()).new_chat_members[0].id == bot.id
    assert await group.says(zhang, "大家好") == []
    assert len(await group.says(zhang, "/help")) == 1
    assert (await ear.next()).chat.type == "group"
    await library.bot.leave_chat(group.id)
    assert not group.has(bot)
    status, body = await post(sim.url, bot.token, "sendMessage", chat_id=group.id, text="x")
    assert (status, body["description"]) == (403, "Forbidden: bot is not a member of the group chat")
