"""发通知: what is written before it goes, and its life until then. Yangxi; today is Tuesday, 24 November 2026, half past nine."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from handlers.notices import going
from handlers.notices.audience import Reach
from handlers.notices.scene import Scene
from storage import notices as stored
from storage.models import audiences, audit, notice_receipts, notices, seatings, tip_files
from tests.stories.duties import LIVE, START, at
from tests.stories.notices import OFFICE, TEXT, TITLE, writes
from tests.stories.office import kept, person_of
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def changes(office: Person, field: str, answer: str) -> str:
    """At the last look, by its buttons; `answer` is pressed where there is such a button, else said."""
    await office.presses("change")
    await office.presses(f"change_{field}")
    return await (office.presses(answer) if answer in office.ids else office.says(answer))


async def the_notice(town: Town) -> Row[Any]:
    return (await kept(town, lambda tx: tx.execute(select(notices)).all()))[-1]


async def receipts(town: Town) -> list[Row[Any]]:
    return list(await kept(town, lambda tx: tx.execute(select(notice_receipts)).all()))


async def units_of(town: Town) -> set[str]:
    return {row.unit for row in await receipts(town)}


async def door(person: Person, name: str = "draft") -> str:
    """The latest push of that kind opened."""
    await person.listens()
    return await person.presses(next(one for one in reversed(_all_ids(person)) if one.startswith(f"go.{name}.")))


def _all_ids(person: Person) -> list[str]:
    return [choice["id"] for message in person.messages for choice in message["choices"]]


# -- to whom -------------------------------------------------------------------------------------------------------------


async def test_single_people_are_named_with_units(yangxi: Town, office: Person) -> None:
    """A name beside units is that person, in whichever seat; whoever is named twice gets one."""
    await yangxi.staff("tobacco", "liaison", "甲一")
    leader = await yangxi.staff("police", "leader", "乙二")
    said = await writes(office, units="烟草局，乙二")
    assert "乙二" in said and "共 2 人" in said
    await office.presses("submit")
    assert {(row.unit, row.person == await person_of(yangxi, leader)) for row in await receipts(yangxi)} == {
        ("tobacco", False),
        ("police", True),
    }


async def test_people_alone_are_asked_for_no_seat(yangxi: Town, office: Person) -> None:
    """Who is named is not asked as whom; two of one name are told apart by their unit."""
    await yangxi.staff("tobacco", "liaison", "甲一")
    await yangxi.staff("police", "liaison", "甲一")
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.says("甲一")
    assert "done" not in office.ids
    await office.says("烟草局甲一")
    await office.presses("done")
    assert "liaisons" not in office.ids
    await office.presses("read")
    await office.presses("submit")
    assert await units_of(yangxi) == {"tobacco"}


async def test_other_seats_of_the_plan_are_offered(yangxi: Town, office: Person) -> None:
    """Intake officers sit in some units only, and those alone hear."""
    await yangxi.staff("tobacco", "intake", "甲")
    await yangxi.staff("tobacco", "liaison", "乙")
    said = await writes(office, units="烟草局", seats="intake")
    assert "共 1 人" in said
    await office.presses("submit")
    assert [row.seat for row in await receipts(yangxi)] == ["intake"]


async def test_a_missing_leader_is_said(yangxi: Town, office: Person) -> None:
    """Where leaders were to hear too and none is registered it is told before it goes."""
    await yangxi.staff("tobacco", "liaison", "甲")
    assert "没有登记负责人" in await writes(office, units="烟草局", seats="both")


async def test_a_saved_audience_is_used_again(yangxi: Town, office: Person) -> None:
    """Kept after sending, one press brings units, people and seats back; renamed, deleted, and never another office's."""
    await yangxi.staff("tobacco", "leader", "甲")
    await yangxi.staff("police", "leader", "乙")
    other = await yangxi.staff("anti_smuggling_office", "coordinator", "丁")
    await writes(office, seats="leaders")
    await office.presses("submit")
    await office.presses(next(one for one in office.ids if one.startswith("go.save_audience.")))
    assert "两家负责人" in await office.says("两家负责人")
    await office.says("发通知")
    await office.says("又一份")
    await office.presses("skip")
    await office.presses("两家负责人")
    await office.presses("done")
    assert "liaisons" not in office.ids
    said = await office.presses("read")
    assert "共 2 人" in said and "负责人" in said
    await office.presses("submit")
    assert len(await receipts(yangxi)) == 4
    (row,) = await kept(yangxi, lambda tx: tx.execute(select(audiences)).all())
    assert "两家负责人" not in await other.says("常用范围")
    await office.says("常用范围")
    for press in (f"go.audiences.{row.id}", "rename"):
        await office.presses(press)
    await office.says("牵头负责人")
    await office.says("常用范围")
    await office.presses(next(one for one in office.ids if one.startswith("go.audiences.")))
    await office.presses("drop")
    assert await kept(yangxi, lambda tx: tx.execute(select(audiences)).all()) == []


# -- at the last look ----------------------------------------------------------------------------------------------------


async def test_words_at_the_last_look_put_it_right(yangxi: Town, office: Person) -> None:
    """A unit taken out or put in, another title, another time: said, and the whole stands there again."""
    for unit, name in (("tobacco", "甲"), ("police", "乙"), ("market", "丁")):
        await yangxi.staff(unit, "liaison", name)
    await writes(office)
    assert "共 1 人" in await office.says("去掉烟草局")
    assert "共 2 人" in await office.says("再加市场监管局")
    assert "两节检查" in await office.says("标题：两节检查")
    assert "11月25日" in await office.says("改时间 明天上午9点")
    await office.says("把火星局去掉")
    assert "submit" in office.ids
    await office.presses("submit")
    row = await the_notice(yangxi)
    assert (row.status, row.send_at) == ("planned", at(11, 25))


async def test_what_can_not_be_a_time_is_refused(yangxi: Town, office: Person) -> None:
    """Yesterday, an hour that is over, a thirty-first of November; nothing was set by any of them."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await office.presses("change")
    await office.presses("change_at")
    for words in ("昨天", "今天早上8点", "11月31日", "看情况"):
        await office.says(words)
        assert "submit" not in office.ids, words
    assert "12月3日" in await office.says("12月3日")
    await office.presses("submit")
    assert (await the_notice(yangxi)).send_at == at(12, 3, 8, 30)


async def test_no_answer_is_due_before_it_goes(yangxi: Town, office: Person) -> None:
    """A later time to send asks for the day of the answer again; a day that is over was never taken."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("昨天")
    assert "submit" not in office.ids
    await office.says("11月27日")
    await changes(office, "at", "12月1日9点")
    assert "submit" not in office.ids
    assert "submit" in (await office.says("12月4日"), *office.ids)


async def test_a_document_from_above_asks_for_nothing(yangxi: Town, office: Person) -> None:
    """Its category says what may be wanted: an answer is not, and what was wanted before is asked anew."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    await changes(office, "category", "superior_document")
    assert "nothing" in office.ids and "answer" not in office.ids
    assert "上级文件" in await office.presses("nothing")
    await office.presses("submit")
    row = await the_notice(yangxi)
    assert (row.category, row.want, row.until) == ("superior_document", "nothing", None)


async def test_it_is_seen_as_it_will_look(yangxi: Town, office: Person) -> None:
    """The preview is the push itself; the form stands where it stood."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    said = await office.says("预览")
    assert f"通知：{TITLE}" in said and "已知悉" in said and "submit" in office.ids


async def test_a_file_goes_with_it(yangxi: Town, office: Person) -> None:
    """Sent at any moment, it is shown as a link to whoever the notice is for, and to nobody else."""
    liaison, stranger = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.sends("名单.txt", "一、二、三".encode())
    await office.says("烟草局")
    for press in ("done", "liaisons"):
        await office.presses(press)
    assert "附件：1 个" in await office.presses("read")
    await office.presses("submit")
    (file,) = await kept(yangxi, lambda tx: tx.execute(select(tip_files)).all())
    assert (file.owner_kind, file.owner) == ("notice", (await the_notice(yangxi)).id)
    await door(liaison, "notice")
    assert liaison.messages[-1]["files"]
    for person, able in ((liaison, True), (office, True), (stranger, False)):
        chat = (await yangxi.app.web.known(person.token)).chat
        assert await kept(yangxi, lambda tx, chat=chat: yangxi.app._may_open(tx, chat, file.id, "clean")) is able


# -- its time ------------------------------------------------------------------------------------------------------------


async def test_a_planned_one_goes_at_its_time_once(yangxi: Town, office: Person) -> None:
    """Nobody has it before; then whoever sits there then, though the house stood still over its moment; and once."""
    before = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await changes(office, "at", "tomorrow")
    assert "11月25日" in await office.presses("submit")
    assert await receipts(yangxi) == []
    who = await person_of(yangxi, before)
    await kept(yangxi, lambda tx: tx.execute(update(seatings).where(seatings.c.person == who).values(until=START)))
    after = await yangxi.staff("tobacco", "liaison", "乙")
    await yangxi.forward_to(at(11, 25, 12))
    assert (await after.listens()).count(TITLE) == 1 and TITLE not in await before.listens()
    assert [row.person for row in await receipts(yangxi)] == [await person_of(yangxi, after)]
    await yangxi.forward_to(at(11, 25, 13))
    assert TITLE not in await after.listens()
    assert (await the_notice(yangxi)).status == "sent"


async def test_a_planned_one_is_sent_changed_or_given_up_before(yangxi: Town, office: Person) -> None:
    """Its office may do each until it has gone; given up it never goes."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await changes(office, "at", "tomorrow")
    await office.presses("submit")
    for press in (next(one for one in office.ids if one.startswith("go.draft.")), "rewrite"):
        await office.presses(press)
    await office.says("标题：第二稿")
    await office.presses("submit")
    number = (await the_notice(yangxi)).id
    await office.presses(f"go.draft.{number}")
    for _ in range(2):
        await office.presses("give_up_notice")
    await yangxi.forward_to(at(11, 26, 12))
    assert "第二稿" not in await liaison.listens()
    row = await the_notice(yangxi)
    assert (row.status, row.sent_at) == ("cancelled", None)


async def test_it_is_sent_at_once_after_all(yangxi: Town, office: Person) -> None:
    """现在就发 takes the place of its time: it does not go again then."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await changes(office, "at", "tomorrow")
    await office.presses("submit")
    for press in (next(one for one in office.ids if one.startswith("go.draft.")), "send_now"):
        await office.presses(press)
    assert (await liaison.listens()).count(TITLE) == 1
    await yangxi.forward_to(at(11, 25, 8, 50))
    assert TITLE not in await liaison.listens()


# -- a second person's word ----------------------------------------------------------------------------------------------


async def circular(office: Person) -> str:
    await writes(office, units="烟草局")
    return await changes(office, "category", "circular")


async def test_with_nobody_to_approve_it_does_not_go(yangxi: Town, office: Person) -> None:
    """Said at the last look already; confirmed all the same it is still there to be changed."""
    await yangxi.staff("tobacco", "liaison", "甲")
    assert "没有别的协调员" in await circular(office)
    await office.presses("submit")
    assert await kept(yangxi, lambda tx: tx.execute(select(notices)).all()) == [] and "submit" in office.ids


async def test_it_goes_once_a_second_person_approves(yangxi: Town, office: Person) -> None:
    """Not the author, and nobody of another office; who approved is on record, and the author hears of it."""
    liaison, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff(OFFICE, "coordinator", "丁")
    stranger = await yangxi.staff("anti_smuggling_office", "coordinator", "戊")
    assert "丁" in await circular(office)
    await office.presses("submit")
    assert TITLE not in await liaison.listens()
    await office.presses(next(one for one in office.ids if one.startswith("go.draft.")))
    assert "approve" not in office.ids
    number = (await the_notice(yangxi)).id
    await stranger.post({"choice": f"go.draft.{number}", "prompt": -1})
    assert TITLE not in await stranger.listens()
    assert "等您审核的通知 1 份" in await second.says("待办")
    assert TEXT in await door(second)
    await second.presses("approve")
    assert TITLE in await liaison.listens() and "审核通过" in await office.listens()
    row = await the_notice(yangxi)
    assert (row.status, row.approved_by) == ("sent", await person_of(yangxi, second))
    done = await kept(yangxi, lambda tx: tx.execute(select(audit.c.action)).scalars().all())
    assert {"notice submitted", "notice approved", "notice sent", "refused"} <= set(done)


async def test_handed_back_it_is_changed_and_asked_again(yangxi: Town, office: Person) -> None:
    """With remarks that its author reads; the new words need a new approval."""
    liaison, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await office.presses("submit")
    await door(second)
    await second.presses("hand_back")
    await second.says("请写明是哪一次检查")
    assert "请写明是哪一次检查" in await door(office)
    await office.presses("rewrite")
    await office.says("正文：请按12月1日的检查准备。")
    await office.presses("submit")
    assert "12月1日" in await door(second) and (await the_notice(yangxi)).status == "waiting"
    await second.presses("approve")
    assert TITLE in await liaison.listens()


async def test_what_was_changed_meanwhile_is_not_approved(yangxi: Town, office: Person) -> None:
    """The press of who saw other words sends nothing; they are shown what stands there now."""
    liaison, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await office.presses("submit")
    await door(second)
    await yangxi.forward_to(at(11, 24, 10))
    for press in (next(one for one in reversed(_all_ids(office)) if one.startswith("go.draft.")), "rewrite"):
        await office.presses(press)
    await office.says("正文：改过的正文，请看。")
    await office.presses("submit")
    assert "改过的正文" in await second.presses("approve")
    assert (await the_notice(yangxi)).status == "waiting" and TITLE not in await liaison.listens()
    await second.presses("approve")
    assert (await the_notice(yangxi)).status == "sent"


async def test_approved_after_its_time_it_goes_at_once(yangxi: Town, office: Person) -> None:
    """Its time alone sends nothing that nobody approved."""
    liaison, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await changes(office, "at", "tomorrow")
    await office.presses("submit")
    await yangxi.forward_to(at(11, 25, 10))
    assert TITLE not in await liaison.listens() and (await the_notice(yangxi)).status == "waiting"
    await door(second)
    await second.presses("approve")
    assert TITLE in await liaison.listens() and (await the_notice(yangxi)).status == "sent"


async def test_a_correction_has_files_of_its_own(yangxi: Town, office: Person) -> None:
    """What the corrected one had goes with the new one too, as copies: neither loses its own."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.sends("名单.txt", "一、二、三".encode())
    await office.says("烟草局")
    for press in ("done", "liaisons", "read", "submit"):
        await office.presses(press)
    await office.presses(next(one for one in office.ids if one.startswith("go.notified.")))
    await office.presses("correct")
    assert "附件：1 个" in await office.says("标题：更正")
    await office.presses("submit")
    files = await kept(yangxi, lambda tx: tx.execute(select(tip_files)).all())
    assert len({one.owner for one in files}) == 2 and {one.owner_kind for one in files} == {"notice"}


async def test_one_that_fails_holds_up_no_other(yangxi: Town, office: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put off and named in the log, and tried again; the next one goes."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    for title in ("坏的", "好的"):
        await writes(office, units="烟草局")
        await office.says(f"标题：{title}")
        await changes(office, "at", "tomorrow")
        await office.presses("submit")
    sound = going.go
    bad = min(row.id for row in await kept(yangxi, lambda tx: tx.execute(select(notices)).all()))

    def fails(scene: Scene, number: int, seen: datetime | None = None) -> Reach | None:
        if number == bad:
            raise ValueError("a fault of ours")
        return sound(scene, number, seen)

    monkeypatch.setattr(going, "go", fails)
    await yangxi.forward_to(at(11, 25, 9))
    assert "好的" in await liaison.listens() and "坏的" not in liaison.text
    monkeypatch.undo()
    await yangxi.forward_to(at(11, 25, 10))
    assert "坏的" in await liaison.listens()


async def test_two_who_change_it_do_not_undo_each_other(yangxi: Town, office: Person) -> None:
    """The second is shown what the first has made of it, and nothing is lost without a word."""
    await yangxi.staff("tobacco", "liaison", "甲")
    other = await yangxi.staff(OFFICE, "coordinator", "己")
    await writes(office, units="烟草局")
    await office.says("明天9点发")
    await office.presses("submit")
    number = (await the_notice(yangxi)).id
    for one in (office, other):
        await one.post({"choice": f"go.draft.{number}", "prompt": -1})
        await one.listens()
        await one.presses("rewrite")
    await other.says("标题：乙改的标题")
    await yangxi.fast_forward(minutes=1)
    await other.presses("submit")
    await office.says("明天10点发")
    await office.presses("submit")
    row = await the_notice(yangxi)
    title = await kept(yangxi, lambda tx: stored.read(tx, row).title)
    assert title == "乙改的标题" and row.send_at == at(11, 25, 9)


@pytest.mark.parametrize("said", [f"发通知：{TITLE}\n{TEXT}", f"发通知\n标题：{TITLE}\n正文：{TEXT}"])
async def test_all_in_one_message(yangxi: Town, office: Person, said: str) -> None:
    """Title and text said with the word itself, with or without the names that the last look gives them."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says(said)
    await office.says("烟草局")
    for press in ("done", "liaisons", "read", "submit"):
        await office.presses(press)
    row = await the_notice(yangxi)
    notice = await kept(yangxi, lambda tx: stored.read(tx, row))
    assert (notice.title, notice.words) == (TITLE, TEXT)
