"""公开信息: written by one, let out by another, read by anybody. Luzhai, where the Publicity Department lets out; today is Tuesday,
24 November 2026."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from storage.models import audit, bulletins, inbox, tips
from tests.bot.attachments import photo
from tests.plain import Browser
from tests.stories.drives import drives
from tests.stories.office import kept
from tests.town import HOME, Person, Town

START = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
TITLE = "货车藏运走私冻品被查获"
TEXT = "县公安局在一辆货车上查获没有合法来源的冻品，当事人受到处罚，冻品已经销毁。"
OTHER = "县公安局在一辆货车上查获没有合法来源的冻品，已经全部销毁。"


@pytest.fixture
async def luzhai(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("luzhai",), START, live=date(2026, 11, 24)) as opened:
        yield opened


@pytest.fixture
async def office(luzhai: Town) -> Person:
    return await luzhai.staff("hq_office", "coordinator", "丙")


@pytest.fixture
async def publicity(luzhai: Town) -> Person:
    return await luzhai.staff("publicity", "leader", "丁")


async def writes(office: Person, text: str = TEXT, category: str = "case", until: str = "") -> str:
    """As far as the first question of the gate, or what is asked before it."""
    await office.says("写一篇")
    await office.presses(category)
    await office.says(f"{TITLE}\n{text}")
    if until:
        await office.says(until)
    await office.presses("skip")  # the law
    return await office.presses("skip")  # the picture


async def passes(office: Person, count: int = 4) -> str:
    for _ in range(count):
        await office.presses("no")
    return await office.presses("submit")


async def opens(person: Person, which: str = "bulletin") -> str:
    await person.says("公开信息")
    return await person.presses(next(one for one in person.ids if one.startswith(f"go.{which}.")))


async def published(office: Person, publicity: Person, **what: str) -> None:
    await writes(office, **what)
    await passes(office)
    await opens(publicity)
    assert "已公开" in await lets_out(publicity)


async def lets_out(person: Person) -> str:
    """The piece is open: the last look, and the press that makes it public."""
    said = await person.presses("approve")
    return await person.presses("let_out") if "let_out" in person.ids else said


async def rows(town: Town) -> list[Row[Any]]:
    return list(await kept(town, lambda tx: tx.execute(select(bulletins).order_by(bulletins.c.id)).all()))


async def reads(person: Person, words: str) -> str:
    """Looked up, and the first of what is found."""
    said = await person.says(words)
    found = [one for one in person.ids if one.startswith("go.read.")]
    return await person.presses(found[0]) if found else said


# -- from the first word to the last reader ------------------------------------------------------------------------------


@drives("opinion_risk", "form", clauses=("LZ-5.3c", "LZ-5.3d"))
async def test_written_stopped_returned_approved_read_and_withdrawn(
    luzhai: Town, office: Person, publicity: Person
) -> None:
    """Nothing is public before somebody else has approved those very words; every answer, and who decided, is on record; once
    withdrawn nobody reads it."""
    citizen = await luzhai.citizen()
    await writes(office)
    assert "没有报审" in await office.presses("yes")  # still being worked on
    assert (await rows(luzhai))[0].status == "stopped"
    await office.presses("revise")
    await office.presses("keep")
    await passes(office)
    assert TITLE not in await citizen.says("了解 冻品")
    assert TITLE in await publicity.listens()
    assert "等您处理的公开信息 1 篇" in await publicity.says("待办")
    await opens(publicity)
    await publicity.presses("return")
    await publicity.says("去掉县公安局")
    assert "去掉县公安局" in await office.listens()
    assert "退回" in await opens(office)
    await office.presses("revise")
    await office.says(OTHER)
    await passes(office)
    await opens(publicity)
    await lets_out(publicity)
    assert OTHER in await reads(citizen, "了解 冻肉"), "by whatever else the county calls frozen goods"
    row = (await rows(luzhai))[0]
    assert (row.status, row.revision) == ("published", 2) and row.decided_by is not None
    assert json.loads(row.gate) == dict.fromkeys(("ongoing", "informant", "names", "opinion"), "no")
    door = next(one["id"] for one in citizen.messages[-1]["choices"] if one["id"].startswith("go.learn."))
    await opens(office)
    await office.presses("withdraw")
    await office.says("有新情况")
    await citizen.presses(door)
    assert TITLE not in citizen.fresh[-1]["text"] and TITLE not in await citizen.says("了解 冻品")
    acts = await kept(luzhai, lambda tx: tx.execute(select(audit.c.action).order_by(audit.c.id)).scalars().all())
    assert [one for one in acts if one.startswith("bulletin")] == [
        *("bulletin stopped", "bulletin waiting", "bulletin return", "bulletin waiting"),
        *("bulletin approve", "bulletin withdraw"),
    ]


async def test_without_javascript_and_without_an_account(luzhai: Town, office: Person, publicity: Person) -> None:
    """At /plain anybody finds it by a word, and it leaves no trace that somebody did: no row says so, and no tip is begun."""
    await published(office, publicity)
    before = await kept(luzhai, lambda tx: len(tx.execute(select(audit.c.id)).all()))
    browser = await (await Browser(luzhai).opens("/plain?county=luzhai")).sends(county="luzhai")
    await browser.sends(text="查 冻肉")
    await browser.presses(next(one for one in browser.offers if one.startswith("go.read.")))
    assert TEXT in browser.page.words
    assert await kept(luzhai, lambda tx: len(tx.execute(select(audit.c.id)).all())) == before
    assert await kept(luzhai, lambda tx: tx.execute(select(tips.c.id)).all()) == []


@drives("opinion_risk", "refused", clauses=("LZ-5.3c",))
async def test_nobody_lets_out_what_they_wrote(luzhai: Town, publicity: Person) -> None:
    """Whoever writes has no button for it, a forged one does nothing, and a colleague's pen does not wash it clean."""
    writer = await luzhai.staff("publicity", "liaison", "乙")
    await writes(writer)
    await passes(writer)
    assert "写的人不能自己审" in await opens(writer) and "approve" not in writer.ids
    (row,) = await rows(luzhai)
    status, _ = await writer.post({"choice": "approve", "prompt": writer.messages[-1]["prompt"]})
    await writer.listens()
    assert status == 202 and (await rows(luzhai))[0].status == "waiting"
    other = await luzhai.staff("publicity", "liaison", "戊")
    await opens(other)
    await other.presses("revise")
    await other.says(OTHER)
    await passes(other)
    for person in (writer, other):
        await opens(person)
        assert "approve" not in person.ids
    assert row.id == (await rows(luzhai))[0].id and "approve" in (await opens(publicity), publicity.ids)[1]


async def test_what_was_looked_at_is_what_goes_out(luzhai: Town, office: Person, publicity: Person) -> None:
    """Changed between the look and the press, it is looked at again."""
    await writes(office)
    await passes(office)
    await opens(publicity)
    await opens(office)
    await office.presses("revise")
    await office.says(OTHER)
    await passes(office)
    assert "没有执行" in await publicity.presses("approve")
    assert (await rows(luzhai))[0].status == "waiting"
    assert OTHER in publicity.text
    assert "已公开" in await lets_out(publicity)


@pytest.mark.parametrize(("words", "out"), [("好", True), ("同意", True), ("先不放", False), ("再看看", False)])
async def test_a_nod_leads_to_a_last_look_and_a_second_one_lets_it_out(
    luzhai: Town, office: Person, publicity: Person, words: str, out: bool
) -> None:
    """同意 at the card shows it once more, as citizens will read it; only what is said there makes it public."""
    await writes(office)
    await passes(office)
    await opens(publicity)
    said = await publicity.says("同意")
    assert TEXT in said and "let_out" in publicity.ids and (await rows(luzhai))[0].status == "waiting"
    said = await publicity.says(words)
    assert (await rows(luzhai))[0].status == ("published" if out else "waiting")
    assert ("已公开" in said) is out and (out or "approve" in publicity.ids)


async def test_written_anew_during_the_last_look_it_is_not_let_out(
    luzhai: Town, office: Person, publicity: Person
) -> None:
    """The press is bound to the words that were on the screen."""
    await writes(office)
    await passes(office)
    await opens(publicity)
    await publicity.presses("approve")
    await opens(office)
    await office.presses("revise")
    await office.says(OTHER)
    await passes(office)
    assert "没有执行" in await publicity.presses("let_out") and OTHER in publicity.text
    assert (await rows(luzhai))[0].status == "waiting"


async def test_who_withdrew_it_is_named_to_staff(luzhai: Town, office: Person, publicity: Person) -> None:
    """On the card, beside when; its words are sealed like all of the row's."""
    await published(office, publicity)
    await opens(publicity)
    await publicity.presses("withdraw")
    await publicity.says("有新情况")
    said = await opens(office)
    assert "丁" in said.partition("审过")[2] and "已撤下" in said.partition("审过")[2]


async def test_a_correction_takes_its_place(luzhai: Town, office: Person, publicity: Person) -> None:
    """Until it is approved the old one stands; then the old one's own button leads to the new."""
    citizen = await luzhai.citizen()
    await published(office, publicity)
    await citizen.says("典型案例")
    door = next(one for one in citizen.ids if one.startswith("go.read."))
    await opens(office)
    await office.presses("correct")
    await office.says(OTHER)
    await passes(office)
    assert TEXT in await citizen.presses(door)
    await opens(publicity)
    await lets_out(publicity)
    await citizen.says("典型案例")
    assert citizen.fresh[-1]["text"].count(TITLE) == 1
    assert OTHER in await citizen.presses(door) and "更正" in citizen.fresh[-1]["text"]
    assert {row.status for row in await rows(luzhai)} == {"replaced", "published"}


async def test_a_warning_ends_by_itself(luzhai: Town, office: Person, publicity: Person) -> None:
    """On its last day it stands at the head of 了解, on the next it is nowhere, and nothing had to run for that."""
    citizen = await luzhai.citizen()
    await published(office, publicity, category="warning", until="11月26日")
    assert TITLE in await citizen.says("了解")
    await luzhai.forward_to(datetime(2026, 11, 26, 23, 50, tzinfo=HOME))
    assert TITLE in await citizen.says("预警")
    await luzhai.forward_to(datetime(2026, 11, 27, 0, 10, tzinfo=HOME))
    assert TITLE not in await citizen.says("预警") and TITLE not in await citizen.says("了解")
    assert (await rows(luzhai))[0].status == "published" and "已到期" in await office.says("公开信息")


async def test_a_picture_is_shown_without_what_it_hides(luzhai: Town, office: Person, publicity: Person) -> None:
    """The cleaned copy hangs under it; before it is public, and once it is withdrawn, no citizen gets it by an old link."""
    citizen = await luzhai.citizen()
    await office.says("写一篇")
    await office.presses("case")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.presses("skip")
    await office.sends("a.jpg", photo())
    await passes(office)
    await opens(publicity)
    await lets_out(publicity)
    await reads(citizen, "了解 冻品")
    (link,) = [file["url"] for message in citizen.fresh for file in message["files"]]
    answer = await luzhai.http.get(link)
    assert answer.status == 200 and b"Exif" not in await answer.read()
    await opens(office)
    await office.presses("withdraw")
    await office.says("有新情况")
    assert (await luzhai.http.get(link)).status == 404


# -- what may show who somebody is ---------------------------------------------------------------------------------------

SHOWS: list[tuple[str, str]] = [  # what is written, and the hint
    ("请拨打138 0013 8000了解。", "电话号码"),
    ("桂B12345货车上查获冻品。", "车牌"),
    ("接到举报人反映后查获。", "举报人"),
    ("奖励5000元。查获冻品。", "奖励"),
    ("县公安局李队长带队查获。", "单位和人"),
    ("账号6222021234567890123。", "账号"),
]


@pytest.mark.parametrize(("text", "hint"), SHOWS)
async def test_it_is_hinted_at_before_it_goes(luzhai: Town, office: Person, text: str, hint: str) -> None:
    """Whoever writes looks once more; what is left so is shown to whoever lets it out."""
    said = await writes(office, text)
    assert hint in said and "as_it_stands" in office.ids
    publicity = await luzhai.staff("publicity", "leader", "丁")
    await office.presses("as_it_stands")
    await passes(office)
    assert hint in await opens(publicity)


async def test_a_nod_does_not_let_a_hint_stand(office: Person) -> None:
    """确认 leaves the question open: what may show who somebody is is kept by its own name only."""
    await writes(office, "村民张三卖假烟。")
    await office.says("确认")
    assert "as_it_stands" in office.ids


async def test_all_in_one_message(office: Person) -> None:
    """写一篇 with its fields: only what is missing is asked; and 取消 asks before it is given up."""
    said = await office.says(f"写一篇\n类别：典型案例\n标题：{TITLE}\n正文：{TEXT}")
    assert "依据哪一条" in said
    assert "放弃" in await office.says("取消")
    await office.presses("stay")
    await office.presses("skip")
    assert "第 1 问" in await office.presses("skip")


async def test_a_changed_text_is_asked_about_anew(luzhai: Town, office: Person) -> None:
    """Answers are of the words they were given for."""
    await writes(office)
    for _ in range(4):
        await office.presses("no")
    await office.presses("change")
    await office.presses("change_words")
    assert "第 1 问" in await office.says(OTHER)


# -- beside a tip-off ----------------------------------------------------------------------------------------------------


async def test_reading_loses_nothing_of_a_tip_that_is_being_told(luzhai: Town) -> None:
    """了解, a kind and a search in the middle of it: the same question stays open, and what was told is still there."""
    citizen = await luzhai.citizen()
    asked = await citizen.says("码头昨晚有人卸走私烟")
    for words in ("了解", "法律常识", "了解 假烟"):
        said = await citizen.says(words)
        assert asked.rpartition("\n\n")[2] in said and "no" in citizen.ids, words
    await citizen.presses(next(one for one in citizen.ids if one.startswith("go.law.")))
    await citizen.presses("no")
    assert "码头昨晚有人卸走私烟" in await citizen.says("我写了什么")
    assert await kept(luzhai, lambda tx: tx.execute(select(tips.c.id)).all()) == []


async def test_a_search_is_no_tip_and_a_story_no_search(luzhai: Town) -> None:
    """查 and a word is read up; 查 and what somebody does is a story."""
    citizen = await luzhai.citizen()
    assert "相近的有" in await citizen.says("查 电子烟"), "no piece names it: what is near is called so"
    assert "找到" in await citizen.says("卖假烟违法吗？")
    assert "正在发生" in await citizen.says("查一下东门小卖部老板夜里卖走私烟")


async def test_where_nothing_is_public_the_law_and_the_telephones_are(luzhai: Town) -> None:
    """It says so, and nobody is left standing there."""
    citizen = await luzhai.citizen()
    said = await citizen.says("了解")
    assert "还没有公开" in said and {"go.learn.law", "go.hotlines", "go.reward"} <= set(citizen.ids)
    await citizen.presses("go.learn.law")
    said = await citizen.presses(next(one for one in citizen.ids if one.startswith("go.law.")))
    assert "依据：" in said and "条" in said


# -- what comes in badly -------------------------------------------------------------------------------------------------

BAD = ["了解 " + "烟" * 100_000, "了解 \u202e假烟\u0000", "查 %'; DROP TABLE bulletins;--", "了解 .*", "了解 　　"]


@pytest.mark.parametrize("words", BAD)
async def test_bad_words_are_answered(luzhai: Town, words: str) -> None:
    """Whatever is looked for, there is an answer, and nothing is set aside."""
    citizen = await luzhai.citizen()
    status, _ = await citizen.post({"text": words})
    assert status in (202, 413)
    await citizen.listens()
    assert await kept(luzhai, lambda tx: tx.execute(select(inbox.c.id).where(inbox.c.attempts > 1)).all()) == []
    assert "没能处理好" not in citizen.text


@pytest.mark.parametrize(
    "door", ["go.read.1", "go.read.x", "go.read.", "go.law.nothing", "go.learn.case.999999", "go.learn.x.-1"]
)
async def test_a_forged_button_opens_nothing(luzhai: Town, office: Person, door: str) -> None:
    """And what waits for approval is nobody's to read."""
    citizen = await luzhai.citizen()
    await writes(office)
    await passes(office)
    (row,) = await rows(luzhai)
    for one in (door, f"go.read.{row.id}", f"go.bulletin.{row.id}"):
        await citizen.post({"choice": one, "prompt": -1})
        assert TITLE not in await citizen.listens() and "没能处理好" not in citizen.text


async def test_a_text_that_is_too_long_is_not_taken(luzhai: Town, office: Person) -> None:
    """It fits into one message of the narrowest platform; a title into one line."""
    await office.says("写一篇")
    await office.presses("bulletin")
    assert "最多" in await office.says("长" * 41)
    await office.says(TITLE)
    assert "501" in await office.says("长" * 501)
    assert "依据" in await office.says("长" * 500)
