"""The citizen's side, held over HTTP on both databases: what a person meets, and what nobody else may learn."""

import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from storage import attachments, chats, models, people, queue, tips
from tests.bot.attachments import photo
from tests.stories.drives import drives
from tests.town import HOME, Person, Town, receipt, tip_off

SUNDAY_NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=HOME)
STORY, PLACE = "东门仓库夜里有人卖走私香烟", "东门老粮仓"


async def count(town: Town, table: Any) -> int:
    return await town.app.database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


async def row_of(town: Town, number: str) -> Any:
    row = await town.app.database.run(lambda tx: tips.by_number(tx, number))
    assert row is not None
    return row


async def waiting(town: Town, person: Person) -> list[tuple[int, queue.Message]]:
    """What lies in the outbox for this person: (milliseconds until it may be fetched, the message), oldest first."""

    def read(tx: Any) -> list[tuple[int, queue.Message]]:
        chat = chats.find(tx, "web", person.token)
        assert chat is not None
        rows = tx.execute(select(models.outbox).where(models.outbox.c.lane == chat.id).order_by(models.outbox.c.id))
        return [(row.due_ms - queue.now_ms(), json.loads(tx.keys.open_("transit", row.sealed_payload))) for row in rows]

    return await town.app.database.run(read)


async def state_of(town: Town, person: Person) -> dict[str, Any]:
    chat = await town.app.database.run(lambda tx: chats.find(tx, "web", person.token))
    assert chat is not None
    return chat.state


async def fetched(town: Town, url: str) -> tuple[int, bytes]:
    async with town.http.get(url) as answer:
        return answer.status, await answer.read()


# -- a tip ------------------------------------------------------------------------------------------------------------------


@drives("tipoff", "form", clauses=("LZ-3.6d",))
async def test_a_greeting_is_answered_and_the_first_words_are_the_story(town: Town) -> None:
    """The truth and 110 before anything is asked; then only what is missing; a review; a number and a password."""
    citizen = await town.citizen()
    assert "110" in citizen.text and "go.tip" in citizen.ids
    await citizen.says("你好")
    assert "go.tip" in citizen.ids
    await citizen.says("你好，我要举报：" + STORY)
    assert citizen.ids == ["yes", "no", "unsure"]
    await citizen.presses("no")
    await citizen.says(PLACE)
    assert "parcel" in citizen.ids, "goods are in the story: the kind is asked next"
    await citizen.presses("enough")
    assert "未提交" in citizen.fresh[-1]["text"] and citizen.fresh[-1]["draft"]
    await citizen.presses("submit")
    number, password = receipt(citizen)
    assert number.startswith("LZ-") and not citizen.fresh[-1]["draft"]
    row = await row_of(town, number)
    content = await town.app.database.run(lambda tx: tips.content(tx, row))
    assert (content["what"], content["where"], row.goods) == ("你好，我要举报：" + STORY, PLACE, "tobacco")
    assert await town.app.database.run(lambda tx: tips.open_by(tx, number, password)) is not None


async def test_every_answer_of_a_long_tip_is_kept_where_it_belongs(town: Town) -> None:
    """Goods, kind, when, who, pictures, involved, reward, a contact under its own seal, the wish to be told."""
    citizen = await town.citizen()
    await citizen.says("东门仓库夜里在卖不知哪里来的货")
    await citizen.presses("no")
    await citizen.shares(24.48, 109.73)
    await citizen.presses("frozen")
    await citizen.presses("depot")
    await citizen.says("每周二凌晨")
    await citizen.says("桂B12345")
    assert (await citizen.sends("a.jpg", photo()))[0] == 202
    assert (await citizen.sends("b.jpg", photo()))[0] == 202
    await citizen.presses("done")
    for choice in ("market", "done", "yes", "named"):
        await citizen.presses(choice)
    await citizen.says("信箱 XZ-998877")
    await citizen.presses("yes")
    await citizen.presses("submit")
    row = await row_of(town, receipt(citizen)[0])
    assert (row.goods, row.kind, row.reward, row.named, row.notify) == ("frozen", "depot", True, True, True)
    kept = await town.app.database.run(
        lambda tx: (tips.content(tx, row), tips.contact(tx, row.id), tips.involved(tx, row.id))
    )
    content, contact, involved = kept
    assert (content["when"], content["who"], content["where"]["lat"]) == ("每周二凌晨", "桂B12345", 24.48)
    assert contact == "信箱 XZ-998877" and "XZ-998877" not in str(content) and involved == {"market"}
    assert len(await town.app.database.run(lambda tx: attachments.of_tip(tx, row.id))) == 2


async def test_a_contact_is_shown_to_nobody_with_the_tip(town: Town) -> None:
    """Intake sees that there is one; to open it takes a motive, and that is on record."""
    officer = await town.staff("hq_office", "intake")
    citizen = await town.citizen()
    await citizen.says(STORY)
    await citizen.presses("no")
    await citizen.says(PLACE)
    for choice in (*["skip"] * 4, "none", "skip", "named"):
        await citizen.presses(choice)
    await citizen.says("信箱 XZ-998877")
    await citizen.presses("yes")
    await citizen.presses("submit")
    await officer.says(receipt(citizen)[0])
    await officer.presses("take")
    assert "identity" in officer.ids and "XZ-998877" not in officer.text
    await officer.presses("identity")
    await officer.says("核实线索需要当面了解")
    await officer.presses("submit")
    assert "XZ-998877" in officer.text
    row = await row_of(town, receipt(citizen)[0])
    course = await town.app.database.run(lambda tx: tips.course(tx, row.id))
    assert any(one["note"] == "核实线索需要当面了解" for one in course)


async def test_an_unfinished_tip_survives_a_restart(database_url: str, tmp_path: Path) -> None:
    """未提交, kept sealed, and resumed in the same conversation by another process."""
    async with Town.open(database_url, tmp_path) as town:
        citizen = await town.citizen()
        await citizen.says(STORY)
        token, last = citizen.token, citizen.last
    async with Town.open(database_url, tmp_path) as town:
        again = Person(town, token)
        again.last = last
        answer = await town.http.post("/chat/start", json={"language": "zh"}, headers=again.headers)
        assert answer.status == 200
        await again.listens()
        assert "未提交" in again.text and again.ids == ["yes", "no", "unsure"] and again.fresh[-1]["draft"]
        await again.presses("no")
        await again.says(PLACE)
        await again.presses("enough")
        assert STORY in again.text
        await again.presses("submit")
        assert receipt(again)[0].startswith("LZ-")


async def test_cancel_keeps_neither_answers_nor_files(town: Town) -> None:
    """Nor does 离开并清除."""
    for leaves in (False, True):
        citizen = await town.citizen()
        await citizen.says(STORY)
        await citizen.sends("a.jpg", photo())
        assert await count(town, models.tip_files) == 1
        if leaves:
            await town.http.post("/chat/leave", headers=citizen.headers)
        else:
            await citizen.says("取消")
            await citizen.presses("give_up")
            assert (await state_of(town, citizen))["stack"] == []
        assert await count(town, models.tip_files) == 0 == await count(town, models.tips)


async def test_bad_uploads_are_told_and_the_form_goes_on(town: Town) -> None:
    """A program named .jpg is refused with a sentence; the answers stay and the next file is taken."""
    citizen = await town.citizen()
    await citizen.says(STORY)
    status, body = await citizen.sends("a.jpg", b"MZ" + bytes(300))
    assert status == 415 and body["error"]
    assert (await citizen.sends("b.jpg", photo()))[0] == 202
    assert (await state_of(town, citizen))["stack"][0]["answers"]["what"] == STORY


# -- happening now ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def sunday_night(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, start=SUNDAY_NIGHT) as opened:
        yield opened


async def urgent_tip(town: Town, *involved: str) -> tuple[Person, str]:
    citizen = await town.citizen()
    await citizen.says("码头有人正在卸货")
    assert "110" in citizen.fresh[-1]["text"], "110 and the hotlines before anything is asked"
    assert citizen.ids == ["told"], "where"
    await citizen.says("江边二号码头")
    assert citizen.ids[:2] == ["none", "some"] and "enough" in citizen.ids, "who must not be alerted, and nothing else"
    for one in ("some", *involved, "done") if involved else ("enough",):
        await citizen.presses(one)
    await citizen.presses("submit")
    return citizen, receipt(citizen)[0]


@drives("tipoff", "late", clauses=("LZ-3.6d",))
async def test_the_duty_seat_is_alerted_at_once_at_any_hour_and_up_the_ladder(sunday_night: Town) -> None:
    """02:00 on a Sunday: the duty seat now and after 3 minutes, intake after 5, coordinators after 8, leader after 15; then
    somebody takes it, and nobody is told any more but them: in two hours they are to decide. Intake's own alert keeps the
    quiet hours."""
    town = sunday_night
    seats = (("hq_office", "duty"), ("hq_office", "coordinator"), ("county_gov", "leader"), ("hq_office", "intake"))
    duty, coordinator, leader, intake = [await town.staff(*seat) for seat in seats]
    citizen, number = await urgent_tip(town)
    assert (await row_of(town, number)).urgent and "紧急" in citizen.text

    async def heard() -> list[int]:
        return [(await one.listens()).count(number) and 1 for one in (duty, coordinator, leader, intake)]

    assert await heard() == [1, 0, 0, 0]
    await town.fast_forward(minutes=3, seconds=5)
    assert await heard() == [1, 0, 0, 0]
    await town.fast_forward(minutes=5)
    assert await heard() == [0, 1, 0, 1]
    await town.fast_forward(minutes=7)
    assert await heard() == [0, 0, 1, 0]
    await town.fast_forward(minutes=10)
    assert await heard() == [1, 0, 0, 0]
    await duty.presses(f"go.open.{number}")
    await duty.presses("take")
    await town.fast_forward(minutes=50)
    assert await heard() == [0, 0, 0, 0]
    await town.fast_forward(minutes=80)
    assert await heard() == [1, 0, 0, 0]


async def test_with_the_duty_seat_vacant_the_next_rung_is_climbed_at_once(sunday_night: Town) -> None:
    """Within a minute somebody hears of it, whoever is there."""
    coordinator = await sunday_night.staff("hq_office", "coordinator")
    _, number = await urgent_tip(sunday_night)
    assert number in await coordinator.listens()


async def test_who_is_involved_is_excluded_before_the_first_alert(sunday_night: Town) -> None:
    """While it goes on too (信访工作条例 30; LZ-3.6d): the duty seat of an involved unit never hears of it, another does."""
    duty, free = await sunday_night.staff("hq_office", "duty"), await sunday_night.staff("police", "duty")
    _, number = await urgent_tip(sunday_night, "hq_office")
    assert number in await free.listens()
    await sunday_night.fast_forward(hours=3)
    assert number not in await duty.listens()


# -- who may not know -------------------------------------------------------------------------------------------------------


async def sealed_tip(citizen: Person) -> None:
    await citizen.says("有干部给卖走私烟的仓库通风报信")
    await citizen.presses("no")
    await citizen.says(PLACE)
    for choice in (*["skip"] * 4, "officials", "enough", "submit"):
        await citizen.presses(choice)


async def test_a_tip_about_officials_reaches_the_one_seat_and_nobody_else(town: Town) -> None:
    """Intake and coordinator are not alerted and find no more than its number in the register (LZ-4.8f)."""
    keeper = await town.staff("police", "sealed")
    others = [await town.staff("hq_office", seat) for seat in ("intake", "coordinator", "duty")]
    citizen = await town.citizen()
    await sealed_tip(citizen)
    number, _ = receipt(citizen)
    row = await row_of(town, number)
    assert (row.route, row.intake, row.goods, row.kind) == ("sealed", "police", None, None)
    assert number in await keeper.listens()
    await keeper.presses(f"go.open.{number}")
    assert "通风报信" in keeper.text and "烟草" in keeper.text, "the goods too, which no column holds"
    for other in others:
        assert number not in await other.listens()
        await other.says(number)
        await other.says("待办")
        assert "通风报信" not in other.text and "take" not in other.ids
    await town.fast_forward(days=10)
    for other in others:
        assert "通风报信" not in await other.listens()


async def test_while_the_sealed_seat_is_vacant_nothing_typed_is_kept(town: Town) -> None:
    """The outside address instead; no tip, no file, no answers in the conversation, no message that quotes them."""
    citizen = await town.citizen()
    await citizen.says("有干部给卖走私烟的仓库通风报信")
    await citizen.sends("a.jpg", photo())
    await citizen.presses("no")
    await citizen.says(PLACE)
    await citizen.presses("officials")  # a kind of violation that is sealed by itself (YX-2.10b, LZ-4.8f)
    assert "12388" in citizen.fresh[-1]["text"] and not citizen.fresh[-1]["draft"]
    assert [await count(town, one) for one in (models.tips, models.tip_files, models.duties)] == [0, 0, 0]
    kept = str(await state_of(town, citizen)) + str(await waiting(town, citizen))
    assert "通风报信" not in kept and PLACE not in kept
    await citizen.says(STORY)
    assert citizen.ids == ["yes", "no", "unsure"], "another matter can be told at once"


async def test_a_tip_about_intake_itself_goes_to_the_other_office(town: Town) -> None:
    """Excluded before any alert: the unit, its kin under the same host, and whoever also sits there (信访工作条例 30)."""
    kin = [await town.staff(*seat) for seat in (("hq_office", "intake"), ("anti_smuggling_office", "coordinator"))]
    other = await town.staff("gov_office", "intake")
    double = await town.staff("gov_office", "intake", "乙")
    await also_seated(town, double, "science_industry_trade", "liaison")
    citizen = await town.citizen()
    await citizen.says(STORY)
    await citizen.presses("no")
    await citizen.says(PLACE)
    for choice in (*["skip"] * 4, "hq_office", "done", "enough", "submit"):
        await citizen.presses(choice)
    number, _ = receipt(citizen)
    assert (await row_of(town, number)).intake == "gov_office"
    assert number in await other.listens()
    for excluded in (*kin, double):
        assert number not in await excluded.listens()
        await excluded.says(number)
        await excluded.says("待办")
        assert STORY not in excluded.text and number not in [one.rpartition(".")[2] for one in excluded.ids]
    await town.fast_forward(days=10)
    for excluded in (*kin, double):
        assert number not in await excluded.listens()


async def also_seated(town: Town, person: Person, unit: str, seat: str) -> None:
    def write(tx: Any) -> None:
        chat = chats.find(tx, "web", person.token)
        assert chat is not None and chat.person is not None
        people.seat(tx, chat.person, town.plan.id, unit, seat, town.app.timepiece.now())

    await town.app.database.run(write)


# -- the receipt ------------------------------------------------------------------------------------------------------------


async def test_the_password_leaves_our_history_with_the_repetition(town: Town) -> None:
    """Until then a neutral picture of it may be kept; afterwards its address is dead, the outbox has no such message,
    the conversation's state no password, and the page is told to erase."""
    citizen = await town.citizen()
    number, password = await tip_off(citizen)
    message = citizen.fresh[-1]
    await citizen.presses("picture")
    url = citizen.fresh[-1]["files"][0]["url"]
    status, picture = await fetched(town, url)
    assert status == 200 and picture.startswith(b"\x89PNG") and Image.open(io.BytesIO(picture)).text == {}  # type: ignore[attr-defined]
    await citizen.says("0000")
    assert password in str(await state_of(town, citizen))
    await citizen.says(password[-4:])
    assert citizen.fresh[-1]["erase"] == [message["id"]]
    assert password not in str(await waiting(town, citizen)) + str(await state_of(town, citizen))
    assert (await fetched(town, url))[0] == 404
    assert (await row_of(town, number)).status == "received"


async def test_a_password_put_off_is_not_kept_with_the_conversation(town: Town) -> None:
    """以后再记: the tip stands, and the picture can't be had any more."""
    citizen = await town.citizen()
    _, password = await tip_off(citizen)
    await citizen.presses("picture")
    url = citizen.fresh[-1]["files"][0]["url"]
    await citizen.presses("later")
    assert password not in str(await state_of(town, citizen)) and (await fetched(town, url))[0] == 404


async def test_a_reissued_password_voids_the_old_one(town: Town) -> None:
    """In the tip's own conversation, as often as it is asked for; from elsewhere it is not offered."""
    citizen = await town.citizen()
    number, first = await tip_off(citizen)
    await citizen.presses("later")
    for _ in range(2):
        await citizen.says("查询")
        await citizen.presses("reissue")
        await citizen.presses("later")
    number, last = receipt(citizen)
    assert last != first
    stranger = await town.citizen()
    await stranger.says(f"{number} {first}")
    await stranger.says(f"{number} {last}")
    assert "add" in stranger.ids and "reissue" not in stranger.ids


# -- back to one's tip --------------------------------------------------------------------------------------------------------


async def test_number_and_password_open_the_tip_from_anywhere_and_show_no_content(town: Town) -> None:
    """Plain words: the last change and the next step with their dates; what was told is never repeated."""
    await town.staff(town.plan.intake.unit, "intake")  # with nobody there, no day is promised
    citizen, elsewhere = await town.citizen(), await town.citizen(language="en")
    number, password = await tip_off(citizen, STORY, PLACE)
    await elsewhere.says("status")
    await elsewhere.says(number.lower().replace("-", " "))
    await elsewhere.says(password.lower().replace("-", " "))
    card = elsewhere.fresh[-1]["text"]
    assert number in card and card.count("23 Nov") >= 2 and "24 Nov" in card  # received, changed; taken in by tomorrow
    assert STORY not in elsewhere.text and PLACE not in elsewhere.text
    await elsewhere.says("昨晚又来了一车")
    await elsewhere.presses("done")
    row = await row_of(town, number)
    dialogue = await town.app.database.run(lambda tx: tips.dialogue(tx, row.id))
    assert [(one["author"], one["text"]) for one in dialogue] == [("citizen", "昨晚又来了一车")]


async def test_wrong_passwords_wait_longer_each_time_and_the_right_one_never(town: Town) -> None:
    """Per tip and per conversation, no lock-out, and nothing in the answer tells a wrong number from a wrong password."""
    citizen, stranger = await town.citizen(), await town.citizen()
    number, password = await tip_off(citizen)
    wrong = "0000-0000-0000-0000"
    for pair in (f"{number} {wrong}", f"LZ-00000000 {wrong}", f"{number} {wrong}", f"{number} {wrong}"):
        assert await stranger.says(pair) == "", "nothing is answered yet"
    late = await waiting(town, stranger)
    assert [round(wait, -3) // 1000 for wait, _ in late] == [1, 2, 4, 8]
    said = [[block for block, _ in message["says"]] for _, message in late]
    assert said == [said[0]] * 4
    another = await town.citizen()
    assert await another.says(f"{number} {wrong}") == ""
    assert round((await waiting(town, another))[-1][0], -3) == 8000, "the tip remembers, whoever asks"
    await stranger.says(f"{number} {password}")
    assert number in stranger.fresh[-1]["text"] and "add" in stranger.ids


async def test_stop_cuts_the_way_back_from_here_and_from_elsewhere(town: Town) -> None:
    """Afterwards a reply waits for whoever comes with the password, and nobody is written to."""
    officer = await town.staff("hq_office", "intake")
    for elsewhere in (False, True):
        citizen = await town.citizen()
        number, password = await tip_off_and_be_told(citizen)
        stopping = await town.citizen() if elsewhere else citizen
        if elsewhere:
            await stopping.says(f"{number} {password}")
            await stopping.presses("cut")
        else:
            await citizen.says("STOP")
            await citizen.presses("yes")  # the password was never repeated
        assert await count(town, models.returns) == 0
        await ask_back(officer, number, "什么时候看到的？")
        assert await citizen.listens() == ""
        reader = await town.citizen()
        await reader.says(f"{number} {password}")
        assert "什么时候看到的" in reader.text


async def tip_off_and_be_told(citizen: Person) -> tuple[str, str]:
    """A tip whose author wants to hear in the conversation that there is a reply."""
    await citizen.says(STORY)
    await citizen.presses("no")
    await citizen.says(PLACE)
    for choice in (*["skip"] * 4, "none", "no", "anonymous", "yes", "submit", "later"):
        await citizen.presses(choice)
    return receipt(citizen)


async def ask_back(officer: Person, number: str, words: str) -> None:
    await officer.says(number)
    await officer.presses("take")
    await officer.presses("ask")
    await officer.says(words)
    await officer.presses("submit")


async def test_who_wished_it_is_told_that_there_is_a_reply_and_nothing_more(town: Town) -> None:
    """The push holds the number and no word of the reply; it is read behind the button."""
    officer, citizen = await town.staff("hq_office", "intake"), await town.citizen()
    number, _ = await tip_off_and_be_told(citizen)
    await ask_back(officer, number, "什么时候看到的？")
    pushed = await citizen.listens()
    assert number in pushed and "什么时候" not in pushed
    await citizen.presses("go.mine")
    assert "什么时候看到的" in citizen.text


async def test_a_tip_is_withdrawn_until_it_is_handed_over_and_noted_afterwards(town: Town) -> None:
    """The citizen's right; afterwards the wish is on record and intake is told."""
    officer = await town.staff("hq_office", "intake")
    for handed in (False, True):
        citizen = await town.citizen()
        number, _ = await tip_off(citizen)
        await citizen.presses("later")
        row = await row_of(town, number)
        if handed:
            now = town.app.timepiece.now()
            await town.app.database.run(lambda tx, row=row, now=now: tips.change(tx, row.id, now, status="handed"))
        await citizen.says("撤回")
        await citizen.presses("yes")
        row = await row_of(town, number)
        assert row.status == ("handed" if handed else "withdrawn")
        course = await town.app.database.run(lambda tx, row=row: tips.course(tx, row.id))
        assert course[-1]["move"] == ("withdraw_noted" if handed else "withdrawn")
        assert number in await officer.listens()


async def test_somebody_knows_it_was_me_alerts_intake_at_once(town: Town) -> None:
    """110 first, then whoever has the tip hears it, in the same minute and on record."""
    officer, citizen = await town.staff("hq_office", "intake"), await town.citizen()
    number, _ = await tip_off(citizen)
    await citizen.presses("later")
    await officer.listens()
    assert "110" in await citizen.says("有人知道是我举报的")
    assert number in await officer.listens()
    row = await row_of(town, number)
    assert "exposed" in [one["move"] for one in await town.app.database.run(lambda tx: tips.course(tx, row.id))]


async def test_the_language_is_switched_in_mid_form(town: Town) -> None:
    """The answers stay, the open question is asked again in the other language, buttons included."""
    citizen = await town.citizen()
    await citizen.says(STORY)
    await citizen.says("English")
    assert citizen.ids == ["yes", "no", "unsure"] and all(label.isascii() for label in citizen.buttons)
    await citizen.says("No")
    await citizen.says("中文")
    await citizen.says(PLACE)
    await citizen.presses("enough")
    assert STORY in citizen.fresh[-1]["text"] and "未提交" in citizen.fresh[-1]["text"]


async def test_two_counties_in_one_house_are_told_apart(database_url: str, tmp_path: Path) -> None:
    """Asked once; a picture and a story sent before are not lost, and the number bears the county's letters."""
    async with Town.open(database_url, tmp_path, ("luzhai", "yangxi")) as town:
        status, body = await town.start()
        assert status == 200
        citizen = Person(town, body["token"])
        await citizen.listens()
        assert citizen.ids == ["go.county.luzhai", "go.county.yangxi"]
        await citizen.says("码头夜里卸走私香烟")
        await citizen.sends("a.jpg", photo())
        await citizen.says("阳西县")
        assert citizen.ids == ["yes", "no", "unsure"]
        await citizen.presses("no")
        await citizen.says("河口镇码头")
        await citizen.presses("enough")
        await citizen.presses("submit")
        number, _ = receipt(citizen)
        row = await row_of(town, number)
        assert number.startswith("YX-") and (row.intake, row.goods) == ("tobacco", "smuggled_cigarette")
        assert len(await town.app.database.run(lambda tx: attachments.of_tip(tx, row.id))) == 1
