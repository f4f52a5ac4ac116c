"""A notice after it was sent, kept right: what is taken back leaves nothing in a chat, what is held is seen by nobody who was not sent
it and forgotten by nobody, and what is said about it is what was done. Yangxi, Tuesday, 24 November 2026, half past nine."""

import asyncio
import io
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import aiohttp
import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import func, select, update

from storage import absences
from storage.models import chats, said
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.stories.duties import LIVE, START, at
from tests.stories.notices import TEXT, TITLE, writes
from tests.stories.office import kept, person_of
from tests.stories.phones import Phone, delivered, on_telegram
from tests.stories.phones import official as on_phone
from tests.stories.test_letters import taken
from tests.stories.test_notices import board, office, opens, pressed, receipts, sent, yangxi  # noqa: F401
from tests.stories.test_notices_elsewhere import corp, sends, wecom  # noqa: F401
from tests.stories.test_notices_recalled import takes_back
from tests.stories.test_notices_sent import UNITS, has, statuses, three
from tests.stories.wecom_phones import Corp
from tests.town import Person, Town

# -- held ----------------------------------------------------------------------------------------------------------------


async def pauses(office: Person) -> str:  # noqa: F811
    await board(office)
    return await office.presses("pause")


async def test_who_has_not_been_sent_a_held_one_does_not_see_it(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Not in their list, not by its number, not by a nod, nor their leader, until it goes on; who has it goes on reading it."""
    tobacco, police, _ = await three(yangxi)
    leader = await yangxi.staff("police", "leader", "丁")
    await sent(office, units=UNITS)
    await has(tobacco)
    assert "已暂停" in await pauses(office)
    number = (await receipts(yangxi))[0].notice
    for one in (police, leader):
        assert TITLE not in await one.says("通知") and "等您看的通知" not in await one.says("待办")
        assert TITLE not in await pressed(one, f"go.notice.{number}") and TITLE not in await pressed(
            one, f"go.noted.{number}"
        )
    assert TEXT in await opens(tobacco)
    assert [one.opened_at is not None for one in await receipts(yangxi)] == [False, False, True]
    await board(office)
    await office.presses("resume")
    assert TEXT in await opens(police)


@pytest.mark.parametrize(("until", "hears"), [("11月27日", 27), ("", 25)])
async def test_its_author_hears_that_it_is_held_still(yangxi: Town, office: Person, until: str, hears: int) -> None:  # noqa: F811
    """On the morning of the day by which something is wanted, once, with how many were not sent it; let go, never again."""
    tobacco, _, _ = await three(yangxi)
    await (writes(office, units=UNITS, want="answer") if until else writes(office, units=UNITS))
    if until:
        await office.says(until)
    await office.presses("submit")
    await has(tobacco)
    await pauses(office)
    for day in range(25, 29):
        await yangxi.forward_to(at(11, day, 12))
        assert ("还暂停着" in await office.listens()) is (day == hears), day
    assert f"还暂停着的通知：{TITLE} · 2 人还没有发给" in office.text or "还有 2 人没有发给" in office.text
    await board(office)
    await office.presses("resume")
    await yangxi.forward_to(at(12, 20, 12))
    assert office.text.count("还暂停着") == 1


async def test_the_list_names_how_each_stands(yangxi: Town, office: Person) -> None:  # noqa: F811
    """When it goes or went, held, taken back; and a correction that waits is told from what it corrects."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units=UNITS)
    await has(tobacco)
    assert "已发 11月24日" in await office.says("我发的通知")
    await pauses(office)
    assert "⏸ 已暂停，1 人已收到" in await office.says("我发的通知")
    await board(office)
    await office.presses("correct")
    await office.says("明天上午9点发")
    await office.presses("submit")
    said_ = await office.says("我发的通知")
    assert f"更正：{TITLE} · 定于 11月25日" in said_
    labels = [one["label"] for one in office.messages[-1]["choices"]]
    assert f"{TITLE} · 更正" in labels and TITLE in labels
    await board(office)
    await office.presses("recall")
    await office.says("写错了日期")
    await office.presses("submit")
    assert "11月24日 09:30 已收回" in await office.says("我发的通知")


# -- given up, or not ----------------------------------------------------------------------------------------------------


async def scheduled(office: Person) -> str:  # noqa: F811
    await writes(office, units="烟草局")
    await office.says("明天上午9点发")
    await office.presses("submit")
    return await office.presses(next(one for one in office.ids if one.startswith("go.draft.")))


@pytest.mark.parametrize("word", ["放弃", "取消"])
async def test_a_change_given_up_says_that_nothing_changed(yangxi: Town, office: Person, word: str) -> None:  # noqa: F811
    """It goes at its time, in its words, and its card stands there again."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await scheduled(office)
    await office.presses("rewrite")
    await office.says("标题：别的标题")
    told = await office.says(word)
    assert "没有改，仍在 11月25日 09:00 发" in told and "没有保留" not in told and "give_up_notice" in office.ids
    await yangxi.forward_to(at(11, 25, 10))
    heard = await liaison.listens()
    assert TITLE in heard and "别的标题" not in heard


async def test_a_correction_given_up_leaves_the_old_one(yangxi: Town, office: Person) -> None:  # noqa: F811
    """And says so."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await board(office)
    await office.presses("correct")
    assert "没有更正，原来那份没有动" in await office.says("放弃")
    assert await statuses(yangxi) == ["sent"] and "correct" in office.ids


@pytest.mark.parametrize("yes", ["确认", "是", "不发了", "不发"])
async def test_a_planned_one_is_given_up_after_a_last_look(yangxi: Town, office: Person, yes: str) -> None:  # noqa: F811
    """One word asks, a second does it; afterwards its words can be used again, and go to whoever is confirmed then."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await scheduled(office)
    assert "还没有发给任何人" in await office.says("不发了")
    assert await statuses(yangxi) == ["planned"]
    assert "没有发给任何人" in await office.says(yes)
    assert await statuses(yangxi) == ["cancelled"]
    assert TEXT in await office.presses("reuse")
    await office.presses("submit")
    assert sorted(await statuses(yangxi)) == ["cancelled", "sent"]
    assert TITLE in await liaison.listens()


@pytest.mark.parametrize("no", ["算了", "返回", "不"])
async def test_what_is_not_given_up_goes(yangxi: Town, office: Person, no: str) -> None:  # noqa: F811
    """Back to its card, and nothing is another."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await scheduled(office)
    await office.says("不发了")
    await office.says(no)
    assert await statuses(yangxi) == ["planned"] and "send_now" in office.ids


# -- the rest not sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["确认", "是", "其余的不发了", "不发了", "好的", "1"])
async def test_a_typed_yes_stops_the_rest(yangxi: Town, office: Person, yes: str) -> None:  # noqa: F811
    """As everywhere: in any of its ways, or in the words of what is done."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units=UNITS)
    await has(tobacco)
    await board(office)
    await office.says("其余的不发了")
    assert "其余的不发了" in await office.says(yes)
    assert await statuses(yangxi) == ["cancelled"]


@pytest.mark.parametrize("no", ["算了", "不", "接着发", "返回"])
async def test_a_typed_no_leaves_it_going(yangxi: Town, office: Person, no: str) -> None:  # noqa: F811
    """No word but a yes stops it."""
    await three(yangxi)
    await sent(office, units=UNITS)
    await board(office)
    await office.presses("cancel_rest")
    await office.says(no)
    assert await statuses(yangxi) == ["sent"] and "cancel_rest" in office.ids


async def rows_of(office: Person) -> list[list[object]]:  # noqa: F811
    await board(office)
    await office.presses("receipts")
    _, data = await taken(office)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


async def test_the_table_says_whom_it_was_not_sent(yangxi: Town, office: Person) -> None:  # noqa: F811
    """With the moment of the stop, in its rows and in its heading; never that it is on its way."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units=UNITS)
    await has(tobacco)
    await board(office)
    for press in ("cancel_rest", "cancel_rest"):
        await office.presses(press)
    rows = await rows_of(office)
    standing = {row[2]: row[3] for row in rows}
    assert standing["甲"] == "未看"
    assert standing["乙"] == standing["戊"] == "没有发给（11月24日 09:30 停发）"
    assert "11月24日 09:30 停发，其余没有再发" in str(rows[1][0])


async def test_the_table_names_the_deputy(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Who got it, or answered it, for somebody who is away, beside whose place it is; on their own line who stands in for them."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    gone, stays, day = await person_of(yangxi, liaison), await person_of(yangxi, leader), date(2026, 11, 24)
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    await kept(yangxi, lambda tx: absences.away(tx, "yangxi", gone, day, day + timedelta(days=5), stays, START))
    assert "请假（乙代）" in await board(office)
    await opens(leader)
    await leader.says("我们去三个人")
    assert "乙（代甲）：已答复" in await board(office)
    names = {row[2]: row[3] for row in await rows_of(office)}
    assert names["乙（代甲）"] == "已答复" and "请假（乙代）" in str(names["甲"])


async def test_a_deputy_to_whom_it_went_is_named(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Away when it went: whoever had it in their place."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    gone, stays, day = await person_of(yangxi, liaison), await person_of(yangxi, leader), date(2026, 11, 24)
    await kept(yangxi, lambda tx: absences.away(tx, "yangxi", gone, day, day + timedelta(days=5), stays, START))
    await sent(office, units="烟草局")
    await opens(leader)
    assert "乙（代甲）：已看" in await board(office)


# -- taken back ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["撤回", "收回", "撤销"])
async def test_it_is_taken_back_in_other_words(yangxi: Town, office: Person, word: str) -> None:  # noqa: F811
    """With its card open."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await board(office)
    assert "为什么收回" in await office.says(word)


async def test_it_is_corrected_in_a_word(yangxi: Town, office: Person) -> None:  # noqa: F811
    """更正 for 更正重发."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await board(office)
    assert TEXT in await office.says("更正")
    assert "submit" in office.ids


@pytest.mark.parametrize("no", ["算了", "不收回了", "取消", "返回", "leave"])
async def test_a_change_of_mind_is_no_reason(yangxi: Town, office: Person, no: str) -> None:  # noqa: F811
    """算了, where a reason is asked, takes nothing back; and it says that it stands."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await board(office)
    await office.presses("recall")
    told = await (office.presses(no) if no in office.ids else office.says(no))
    assert "没有收回，照旧" in told and await statuses(yangxi) == ["sent"] and "recall" in office.ids


async def test_what_was_taken_back_is_used_again(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Its words are a new notice's, which corrects nothing."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await board(office)
    for step in ("recall", "!写错了", "submit"):
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    await office.presses("reuse")
    await office.says("标题：检查改到周一")
    await office.presses("submit")
    assert await statuses(yangxi) == ["recalled", "sent"]


async def test_an_old_card_swallows_no_words(yangxi: Town, office: Person) -> None:  # noqa: F811
    """With a card open on which there is nothing to do, a nod is the next notice's, and a word opens what it opens."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await has(liaison)
    number = (await receipts(yangxi))[0].notice
    await board(office)
    for step in ("recall", "!写错了", "submit"):
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    assert "写错了" in await pressed(liaison, f"go.notice.{number}")
    await sent(office, units="烟草局")
    await has(liaison)
    assert f"已记下您看过：{TITLE}" in await liaison.says("收到")


async def test_no_open_card_swallows_a_nod(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Of a notice that came while the card of another, one's own, stood open."""
    other = await yangxi.staff("anti_smuggling_office", "coordinator", "辛")
    await three(yangxi)
    await sent(office, units=UNITS)
    await board(office)
    for step in ("recall", "!写错了", "submit"):
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    await writes(other, units="县打假办", seats="coordinator")
    await other.presses("submit")
    await has(office)
    assert f"已记下您看过：{TITLE}" in await office.says("收到")


async def test_a_nod_with_its_card_open_is_its_nod(yangxi: Town, office: Person) -> None:  # noqa: F811
    """收到 for 已知悉; taken back meanwhile it says so and counts nowhere."""
    tobacco, police, _ = await three(yangxi)
    await sent(office)
    for one in (tobacco, police):
        await opens(one)
    assert "已记下您看过" in await tobacco.says("收到")
    await board(office)
    for step in ("recall", "!写错了", "submit"):
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    assert "已经收回" in await police.says("收到")
    assert [one.confirmed_at is not None for one in await receipts(yangxi)] == [False, True]


# -- files ---------------------------------------------------------------------------------------------------------------


def png(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(made, "PNG")
    return made.getvalue()


async def uploads(person: Person, name: str, data: bytes) -> None:
    """As a browser does, which sends a Chinese name as it is."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("id", str(uuid.uuid4()))
    form.add_field("file", data, filename=name, content_type="application/octet-stream")
    answer = await person.town.http.post("/chat/say", data=form, headers=person.headers)
    assert answer.status == 202
    await person.listens()


async def test_a_file_keeps_a_name_that_tells_of_nobody(yangxi: Town, office: Person) -> None:  # noqa: F811
    """As its readers see it, so its author sees it before it goes; a number, a name of somebody or the moment of a picture goes
    with what is hidden in it. A correction has the same names."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    sent_ = [("检查名单.png", "red"), ("13800000000.png", "blue"), ("IMG_20261124_0930.png", "green")]
    for n, (name, colour) in enumerate(sent_, 1):
        await uploads(office, name, png(colour))
        told = office.messages[-1]["text"]
        assert f"现在有 {n} 个附件" in told and "先记下了" not in told
    assert "附件：3 个：检查名单.png、附件2.png、附件3.png" in told
    await office.presses("submit")
    await opens(liaison)
    seen = ["检查名单.png", "附件2.png", "附件3.png"]
    assert [one["name"] for one in liaison.messages[-1]["files"]] == seen
    await board(office)
    await office.presses("correct")
    await office.says("标题：检查改到周一")
    await office.presses("submit")
    await liaison.listens()
    await opens(liaison)
    assert [one["name"] for one in liaison.messages[-1]["files"]] == seen


async def test_of_a_file_that_comes_early_one_thing_is_said(yangxi: Town, office: Person) -> None:  # noqa: F811
    """That it goes with the notice; and the question again."""
    await office.says("发通知")
    await office.sends("a.png", png("red"))
    told = office.messages[-1]["text"]
    assert "收到第 1 个附件" in told and "先记下了" not in told and "通知什么" in told


# -- nobody asked without need -------------------------------------------------------------------------------------------


async def test_who_reads_is_left_alone_and_who_does_not_climbs_the_ladder(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Delivered, opened by page or button, confirmed: per unit and person, on the card and in the table. Who has not read hears once
    after a working day, then their leader among what else waits there, then the office as a list; nobody else hears anything."""
    tobacco, police, market = await three(yangxi)
    leaders = {unit: await yangxi.staff(unit, "leader", f"{unit}的") for unit in ("tobacco", "police", "market")}
    await sent(office, units=UNITS)
    for one in (tobacco, market):
        await has(one)
    await opens(tobacco)
    await police.listens()
    await police.presses(next(one for one in police.ids if one.startswith("go.noted.")))
    for one in (*leaders.values(), office, tobacco, police, market):
        await has(one)
    rungs = {25: market, 26: leaders["market"], 27: office}
    for day, hears in rungs.items():
        await yangxi.forward_to(at(11, day, 12))
        for one in (tobacco, police, market, office, *leaders.values()):
            assert (TITLE in await one.listens()) is (one is hears), day
    said_ = await board(office)
    assert "已看 2 家，共 3 家" in said_
    for line in ("甲：已看 11月24日", "乙：已知悉 11月24日", "戊：已送到 11月24日"):
        assert line in said_
    rows = {row[2]: row for row in await rows_of(office)}
    moments = {name: [value is not None for value in rows[name][4:7]] for name in ("甲", "乙", "戊")}
    assert moments == {"甲": [True, True, False], "乙": [True, True, True], "戊": [True, False, False]}
    await opens(market)
    await yangxi.forward_to(at(12, 18, 12))
    for one in (tobacco, police, market, office, *leaders.values()):
        assert TITLE not in await one.listens()


async def test_before_it_goes_live_a_county_can_be_told(database_url: str, tmp_path: Path) -> None:
    """Nothing of the plan is asked yet; who sits there reads a notice all the same."""
    async with Town.open(database_url, tmp_path, ("yangxi",), START) as early:
        liaison = await early.staff("tobacco", "liaison", "甲")
        writer = await early.staff("anti_counterfeit_office", "coordinator", "丙")
        assert "已发给 1 人" in await sent(writer, units="烟草局")
        assert TITLE in await liaison.listens()


# -- on a phone ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator.open() as one:
        yield one


@pytest.fixture
async def town(tmp_path: Path, telegram: TelegramSimulator) -> AsyncIterator[Town]:
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="full", live=LIVE, county="yangxi") as opened:
        await opened.forward_to(at(11, 24, 9))
        yield opened


async def settled(town: Town, telegram: TelegramSimulator) -> None:
    """Nothing is left to be said or done in any chat that can be reached."""
    await delivered(town, telegram)
    reached = select(chats.c.id).where(chats.c.sealed_address.is_not(None))
    wanted = select(func.count()).select_from(said).where(said.c.want > "", said.c.lane.in_(reached))
    async with asyncio.timeout(20):
        while await town.app.database.read(lambda tx: tx.execute(wanted).scalar_one()):  # noqa: ASYNC110
            await asyncio.sleep(0)


@pytest.mark.parametrize("how", ["taken back", "corrected"])
async def test_nothing_of_it_stays_in_a_chat(town: Town, telegram: TelegramSimulator, how: str) -> None:
    """Neither the push, nor what asked once more, the reader or their leader, nor the card with its text. What says that it was taken
    back, and to whom, is all that is left."""
    office = await town.staff("anti_counterfeit_office", "coordinator", "丙")  # noqa: F811
    reads = await on_phone(town, telegram, "tobacco", "liaison", "甲")
    silent, leader = [await on_phone(town, telegram, "police", *one) for one in (("liaison", "乙"), ("leader", "丁"))]
    await sent(office)
    await reads.listens()
    await reads.presses("打开")
    for day in (25, 26):
        await town.forward_to(at(11, day, 12))
        await delivered(town, telegram)
    assert TEXT in reads.text and silent.text.count(TITLE) == 2 and TITLE in leader.text
    await board(office)
    steps = ("recall", "!写错了", "submit") if how == "taken back" else ("correct", "!标题：改到周一", "submit")
    for step in steps:
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    await settled(town, telegram)
    for one in (reads, silent, leader):
        await one.listens()
    assert TEXT not in reads.text and TITLE not in silent.text and TITLE not in leader.text
    assert ("收回了您看过的一份通知" in reads.text) is (how == "taken back")
    assert ("改到周一" in silent.text) is (how == "corrected")


async def test_who_has_blocked_us_is_called_so(town: Town, telegram: TelegramSimulator) -> None:
    """Not that they never came in: before it is sent and on its card."""
    office = await town.staff("anti_counterfeit_office", "coordinator", "丙")  # noqa: F811
    phone: Phone = await on_phone(town, telegram, "tobacco", "liaison", "甲")
    who = select(chats.c.person).where(chats.c.channel.startswith("telegram:"), chats.c.person.is_not(None))
    gone = await kept(town, lambda tx: tx.execute(who).scalar_one())
    await kept(town, lambda tx: tx.execute(update(chats).where(chats.c.person == gone).values(lost=True)))
    told = await writes(office, units="烟草局")
    assert "收不到：县烟草专卖局" in told and "还没有登录过" not in told
    await office.presses("submit")
    assert "已停用或拉黑" in await board(office)
    assert TITLE not in phone.text


async def test_what_asked_once_more_leaves_wecom_too(corp: Corp) -> None:  # noqa: F811
    """The push and the nudge of the morning after; what else that phone holds stays."""
    phone = await corp.official("market", "liaison", "li", "甲")
    office = await sends(corp.town)  # noqa: F811
    await phone.listens()
    start = corp.town.app.timepiece.now()
    await corp.town.forward_to(start + timedelta(days=1, hours=3))
    await phone.listens()
    assert phone.text.count(TITLE) == 2
    await takes_back(office)
    await phone.listens()
    assert TITLE not in phone.text
