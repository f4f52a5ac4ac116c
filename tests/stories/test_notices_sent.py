"""A notice after it has gone: how far it is, held back, the rest not sent, taken back, corrected; and its table of receipts."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import delete, select, update

from storage import absences, people
from storage.models import audit, broadcasts, chats, notice_receipts, notices, outbox
from tests.stories.office import kept, person_of
from tests.stories.test_letters import taken
from tests.stories.test_notices import (
    OFFICE,
    START,
    TEXT,
    TITLE,
    at,
    board,
    clocks,
    office,  # noqa: F401
    opens,
    pressed,
    receipts,
    sent,
    writes,
    yangxi,  # noqa: F401
)
from tests.town import Person, Town


async def has(person: Person) -> None:
    """A page has a message when it has said so, with its next question."""
    for _ in range(2):
        await person.listens()


async def three(town: Town) -> tuple[Person, Person, Person]:
    return (
        await town.staff("tobacco", "liaison", "甲"),
        await town.staff("police", "liaison", "乙"),
        await town.staff("market", "liaison", "戊"),
    )


UNITS = "烟草局、公安局、市场监管局"


async def statuses(town: Town) -> list[str]:
    return list(await kept(town, lambda tx: tx.execute(select(notices.c.status).order_by(notices.c.made_at)).scalars()))


async def waits(town: Town) -> int:
    """Rows of the outbox that are a broadcast's."""
    rows = select(outbox.c.id).where(outbox.c.broadcast.is_not(None), ~outbox.c.handed)
    return len(await kept(town, lambda tx: tx.execute(rows).all()))


# -- how far it is -------------------------------------------------------------------------------------------------------


async def test_its_card_says_who_has_it_and_why_others_do_not(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Delivered, read, away, never come in, blocked, nobody there: a line each, in the order of the plan's units."""
    tobacco, police, market = await three(yangxi)
    await kept(
        yangxi,
        lambda tx: people.seat(tx, people.add(tx, "yangxi", "庚", START), "yangxi", "transport", "liaison", START),
    )
    gone = await person_of(yangxi, market)
    await kept(yangxi, lambda tx: tx.execute(update(chats).where(chats.c.person == gone).values(lost=True)))
    await sent(office, units=f"{UNITS}、交通局、检察院")
    await has(tobacco)
    await opens(police)
    day = date(2026, 11, 24)
    who = await person_of(yangxi, tobacco)
    await kept(yangxi, lambda tx: absences.away(tx, "yangxi", who, day, day, None, START))
    said = await board(office)
    assert "共 4 人，2 人已收到" in said and "已看 1 家，共 4 家" in said
    order = ["甲：已送到", "乙：已看", "庚：还没有送到（还没有登录过）", "戊：还没有送到（已停用或拉黑）"]
    places = [said.index(one) for one in order]
    assert places == sorted(places)
    assert "请假" in said[places[0] : places[1]]
    assert "没有人收：" in said


async def test_of_an_old_one_it_is_not_said_that_nobody_has_it(yangxi: Town, office: Person) -> None:  # noqa: F811
    """One that went before it was kept who has it: that, and not 0, stands on its card and in its table."""
    _, police, _ = await three(yangxi)
    await sent(office)
    await opens(police)
    await kept(yangxi, lambda tx: tx.execute(delete(broadcasts)) and None)
    await kept(yangxi, lambda tx: tx.execute(update(notice_receipts).values(delivered_at=None)) and None)
    said = await board(office)
    assert "那时还没有记送达" in said and "人已收到" not in said and "还没有送到" not in said
    assert "乙：已看" in said and "甲：还没有看" in said


async def test_a_long_list_is_shown_in_pages(yangxi: Town, office: Person, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Each reader once; after the last page comes the first."""
    monkeypatch.setattr("handlers.notices.sent.PAGE", 2)
    await three(yangxi)
    await sent(office, units=UNITS)
    first = await board(office)
    second = await office.presses("more")
    assert ("甲：" in first, "乙：" in first, "戊：" in first) == (True, True, False)
    assert ("甲：" in second, "乙：" in second, "戊：" in second) == (False, False, True)
    assert "甲：" in await office.presses("more")


async def test_a_leader_sees_how_their_unit_stands(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Names and moments of their own people, and of nobody else's."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "丁")
    await yangxi.staff("police", "liaison", "乙")
    await sent(office, units="烟草局、公安局")
    number = (await receipts(yangxi))[0].notice
    said = await pressed(leader, f"go.notice.{number}")
    assert "甲：还没有看" in said and "乙" not in said and leader.ids == ["go.notices"]
    await opens(liaison)
    await leader.says("菜单")
    assert "甲：已看 11月24日" in await pressed(leader, f"go.notice.{number}")


async def test_looking_at_the_card_again_reads_nothing_anew(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Opening is the reading: a word said on an open card marks nothing, and the first moment stays."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units="烟草局")
    await opens(tobacco)
    (before,) = await receipts(yangxi)
    await yangxi.forward_to(at(11, 24, 11))
    await tobacco.says("什么？")
    await opens(tobacco)
    (after,) = await receipts(yangxi)
    assert after.opened_at == before.opened_at


# -- held back, and not sent ---------------------------------------------------------------------------------------------


async def test_paused_it_goes_to_nobody_and_nobody_is_asked(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Whoever does not have it gets nothing and is reminded of nothing until it goes on; then a working day passes first."""
    tobacco, police, _ = await three(yangxi)
    await sent(office, units=UNITS)
    await opens(tobacco)
    await board(office)
    await office.presses("pause")
    assert TITLE not in await police.listens()
    await yangxi.forward_to(at(11, 26, 12))
    assert TITLE not in await police.listens() and TITLE not in await tobacco.listens()
    await board(office)
    assert "resume" in office.ids
    await office.presses("resume")
    assert TITLE in await police.listens()
    await has(police)
    await yangxi.forward_to(at(11, 26, 18))
    assert TITLE not in await police.listens()
    await yangxi.forward_to(at(11, 27, 12))
    assert TITLE in await police.listens() and TITLE not in await tobacco.listens()


async def test_the_rest_is_not_sent(yangxi: Town, office: Person) -> None:  # noqa: F811
    """It is said exactly who has it. They go on being asked; the others are not, do not find it, and may not open it."""
    tobacco, police, market = await three(yangxi)
    await sent(office, units=UNITS)
    await has(tobacco)
    await opens(police)
    await board(office)
    assert "2 人已收到，1 人还没有" in await office.presses("cancel_rest")
    said = await office.presses("cancel_rest")
    assert "2 人收到了，1 人没有" in said and "戊：没有发给" in said
    assert await waits(yangxi) == 0 and await statuses(yangxi) == ["cancelled"]
    number = (await receipts(yangxi))[0].notice
    assert TITLE not in await market.says("通知") and TITLE not in await pressed(market, f"go.notice.{number}")
    await yangxi.forward_to(at(11, 25, 12))
    assert TITLE in await tobacco.listens()
    assert TITLE not in await police.listens() and TITLE not in await market.listens()
    assert "pause" not in office.ids and "cancel_rest" not in office.ids


async def test_what_has_all_gone_is_neither_paused_nor_cancelled(yangxi: Town, office: Person) -> None:  # noqa: F811
    """A button of an older card does nothing."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units="烟草局")
    await board(office)
    card = next(one for one in reversed(office.messages) if one["choices"])
    await has(tobacco)
    await office.post({"choice": "pause", "prompt": card["prompt"]})
    await office.listens()
    assert await statuses(yangxi) == ["sent"]
    await board(office)
    assert "pause" not in office.ids and "recall" in office.ids


# -- taken back ----------------------------------------------------------------------------------------------------------


async def test_taken_back_it_asks_nothing_of_anybody(yangxi: Town, office: Person) -> None:  # noqa: F811
    """After a last look with its reason: what waits is gone, its clocks are over, its card says why and tells no more; whoever had
    read it hears so once."""
    tobacco, police, market = await three(yangxi)
    await sent(office, units=UNITS)
    await has(tobacco)
    await opens(police)
    await board(office)
    await office.presses("recall")
    assert "2 人已收到，其中 1 人看过" in await office.says("日期写错了")
    await office.presses("submit")
    assert await statuses(yangxi) == ["recalled"] and await waits(yangxi) == 0
    assert None not in (await clocks(yangxi)).values()
    assert "收回了您看过的一份通知" in await police.listens()
    assert TITLE not in await market.listens() and "收回了" not in await tobacco.listens()
    said = await opens(tobacco)
    assert "日期写错了" in said and TEXT not in said and tobacco.ids == ["go.notices"]
    assert "等您看的通知" not in await tobacco.says("待办")
    await yangxi.forward_to(at(12, 4, 12))
    for one in (tobacco, police, market, office):
        assert TITLE not in await one.listens()
    row = next(one for one in await receipts(yangxi) if one.unit == "tobacco")
    assert row.opened_at is None


async def test_a_nod_or_an_answer_to_what_was_taken_back_counts_nowhere(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Its button still stands in a chat, and an answer was being written."""
    tobacco, police, _ = await three(yangxi)
    await writes(office, want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    await opens(tobacco)
    await tobacco.presses("answer")
    await board(office)
    await office.presses("recall")
    await office.says("重复了")
    await office.presses("submit")
    await tobacco.listens()
    await tobacco.says("我们去三个人")
    number = (await receipts(yangxi))[0].notice
    await pressed(police, f"go.noted.{number}")
    assert [(one.answered_at, one.confirmed_at) for one in await receipts(yangxi)] == [(None, None)] * 2


# -- corrected -----------------------------------------------------------------------------------------------------------


async def test_a_correction_takes_its_place(yangxi: Town, office: Person) -> None:  # noqa: F811
    """It begins with the old words and audience. The old one's clocks end and its card leads to the new; who has read only the old
    one reads the new; who is left out of it hears that nothing is wanted of them."""
    tobacco, police, market = await three(yangxi)
    await sent(office, units=UNITS)
    await opens(tobacco)
    await opens(police)
    await board(office)
    assert TEXT in await office.presses("correct")
    await office.says("标题：检查改到周一")
    await office.says("去掉公安局")
    await office.presses("submit")
    assert await statuses(yangxi) == ["replaced", "sent"]
    assert "更正通知：检查改到周一" in await tobacco.listens()
    heard = await police.listens()
    assert TITLE in heard and "检查改到周一" not in heard
    assert TITLE not in await market.listens() or "检查改到周一" in market.fresh[-1]["text"]
    first = min(one.notice for one in await receipts(yangxi))
    said = await pressed(tobacco, f"go.notice.{first}")
    assert TEXT not in said and any(one.startswith("go.notice.") for one in tobacco.ids)
    assert "还没有看" in await tobacco.says("通知")
    assert TEXT not in await pressed(police, f"go.notice.{first}") and police.ids == ["go.notices"]
    await yangxi.forward_to(at(11, 25, 12))
    assert "检查改到周一" in await tobacco.listens() and TITLE not in tobacco.fresh[-1]["text"]
    assert TITLE not in await police.listens()
    await office.says("我发的通知")
    assert "已被更正" in office.fresh[-1]["text"]


# -- nobody who has read is asked ----------------------------------------------------------------------------------------

WAYS: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "paused and resumed": ("pause", "resume"),
    "paused and left so": ("pause",),
    "the rest cancelled": ("cancel_rest", "cancel_rest"),
    "cancelled while paused": ("pause", "cancel_rest", "cancel_rest"),
    "taken back": ("recall", "!写错了", "submit"),
    "taken back after the rest was cancelled": ("cancel_rest", "cancel_rest", "recall", "!写错了", "submit"),
    "corrected": ("correct", "!标题：改到周一", "submit"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_has_read_is_never_asked(yangxi: Town, office: Person, way: str) -> None:  # noqa: F811
    """Whatever is done about it afterwards: no nudge, not to their leader and not to the office on their account. Of a correction
    it is the new one that counts."""
    tobacco, police, _ = await three(yangxi)
    leader = await yangxi.staff("tobacco", "leader", "丁")
    await sent(office)
    await opens(tobacco)
    await board(office)
    for step in WAYS[way]:
        await (office.says(step[1:]) if step.startswith("!") else office.presses(step))
    if way == "corrected":
        await opens(tobacco)
    for one in (tobacco, leader, office):
        await has(one)
    for day in (25, 26, 27, 30):
        await yangxi.forward_to(at(11, day, 12))
        for one in (tobacco, leader):
            said = await one.listens()
            assert TITLE not in said and "改到周一" not in said, (day, said)
        assert "县烟草专卖局还没有看" not in await office.listens()
    assert TITLE not in await police.listens() or way not in ("taken back", "the rest cancelled", "corrected")


# -- whose it is ---------------------------------------------------------------------------------------------------------


async def test_only_the_office_that_sent_it_does_anything_about_it(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Another office and a reader can neither see its readers nor stop it; and neither takes its table by a link."""
    tobacco, _, _ = await three(yangxi)
    other = await yangxi.staff("anti_smuggling_office", "coordinator", "辛")
    await sent(office, units="烟草局")
    number = (await receipts(yangxi))[0].notice
    await has(tobacco)
    for one in (tobacco, other):
        assert TITLE not in await pressed(one, f"go.notified.{number}")
    await board(office)
    await office.presses("receipts")
    link = next(one for one in reversed(office.messages) if one["files"])["files"][0]
    who = await person_of(yangxi, office)
    await kept(yangxi, lambda tx: people.unseat(tx, who, OFFICE, "coordinator", START))
    answer = await yangxi.http.get(link["url"], headers=office.headers)
    assert answer.status == 404
    refused = await kept(yangxi, lambda tx: tx.execute(select(audit).where(audit.c.action == "refused")).all())
    assert len(refused) == 3


# -- the table -----------------------------------------------------------------------------------------------------------


async def test_the_whole_table_as_excel(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Every reader and every empty unit in a row, in the plan's order, moments as moments; what looks like a formula is text. Taking
    it is on record."""
    tobacco, police, _ = await three(yangxi)
    await writes(office, units=f"{UNITS}、检察院", want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    await opens(tobacco)
    await tobacco.says("=SUM(1,2)名")
    await opens(police)
    await board(office)
    await office.presses("receipts")
    status, data = await taken(office)
    assert status == 200
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == TITLE and "已答复 1 家" in rows[2][0]
    head = next(n for n, row in enumerate(rows) if row[0] == "单位")
    assert rows[head] == ["单位", "职务", "姓名", "情况", "送达", "打开", "答复时间", "答复"]
    names, standing = [row[2] for row in rows[head + 1 :]], [row[3] for row in rows[head + 1 :]]
    assert names == ["甲", "乙", "戊", None] and standing == ["已答复", "已看", "未送到", "没有人收"]
    answer = sheet.cell(head + 2, 8)
    assert (answer.value, answer.data_type) == ("=SUM(1,2)名", "s")
    opened = sheet.cell(head + 2, 6)
    assert opened.is_date and opened.value.day == 24
    done = await kept(yangxi, lambda tx: tx.execute(select(audit).where(audit.c.action == "receipts taken")).all())
    assert len(done) == 1


async def test_the_whole_table_as_a_picture(yangxi: Town, office: Person) -> None:  # noqa: F811
    """A PNG with nothing in it but what is seen, as wide as a telephone's picture and no wider than its words need."""
    tobacco, _, _ = await three(yangxi)
    await sent(office, units=UNITS)
    await opens(tobacco)
    await board(office)
    await office.presses("receipts_picture")
    status, data = await taken(office)
    picture = Image.open(io.BytesIO(data))
    assert status == 200 and picture.format == "PNG" and picture.info == {}
    assert 600 < picture.width < 2400 and 250 < picture.height < 900
    assert min(picture.convert("L").getextrema()) < 60  # something is written there


async def test_without_a_font_no_picture_is_offered(yangxi: Town, office: Person) -> None:  # noqa: F811
    """A picture of empty boxes helps nobody: there the Excel file is all there is."""
    object.__setattr__(yangxi.app.setting, "draws", lambda: False)
    await three(yangxi)
    await sent(office, units=UNITS)
    await board(office)
    assert "receipts" in office.ids and "receipts_picture" not in office.ids


# -- who is of the unit --------------------------------------------------------------------------------------------------


async def test_who_has_gone_to_another_unit_reads_it_no_more(yangxi: Town, office: Person) -> None:  # noqa: F811
    """What was sent to a unit is for its people: whoever came after them reads and answers it."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    await has(liaison)
    who = await person_of(yangxi, liaison)
    await kept(yangxi, lambda tx: people.unseat(tx, who, "tobacco", "liaison", START))
    await kept(yangxi, lambda tx: people.seat(tx, who, "yangxi", "police", "liaison", START))
    number = (await receipts(yangxi))[0].notice
    assert TITLE not in await liaison.says("通知") and TEXT not in await pressed(liaison, f"go.notice.{number}")
    assert set((await clocks(yangxi)).values()) == {None}


async def test_a_leader_does_not_open_what_their_unit_was_not_sent(yangxi: Town, office: Person) -> None:  # noqa: F811
    """The rest was cancelled before it came to anybody of theirs."""
    tobacco, _, _ = await three(yangxi)
    leader = await yangxi.staff("police", "leader", "丁")
    await sent(office, units=UNITS)
    await opens(tobacco)
    await board(office)
    for press in ("cancel_rest", "cancel_rest"):
        await office.presses(press)
    number = (await receipts(yangxi))[0].notice
    assert TEXT not in await pressed(leader, f"go.notice.{number}")
