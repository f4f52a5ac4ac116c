"""The whole tip-off story in WeCom: the citizen in 微信客服, intake and liaison in the staff's app."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import attachments, people, windows
from storage.database import now_ms
from tests.bot.attachments import photo
from tests.simulators.wecom import Simulator
from tests.stories.office import (
    OFFICE,
    PLACE,
    QUIET,
    closes,
    concludes,
    fills,
    given,
    hands,
    kept,
    looks_up,
    signs,
    takes,
    tells,
    tip,
)
from tests.stories.wecom_phones import Corp, Phone, again, on_wecom

COPY = "老粮仓夜间卸货，请核查"
WORDS = "已查实，谢谢您"
URGENT = "现在正在卸货，走私烟，县城东门"


@pytest.fixture
async def corp(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full") as one:
        yield one


async def test_from_the_first_word_to_the_answer(corp: Corp) -> None:
    """A citizen reports in WeChat, intake takes it, hands it on, the liaison signs and completes it, intake closes it, and
    the citizen is told in the same chat and reads what became of it."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    liaison = await corp.official("tobacco", "liaison", "li", "乙")
    citizen = corp.wechat("甲")
    assert "110" in await citizen.opens()
    number, password = await tells(citizen, involved="none", notify="yes")
    await citizen.says(password[-4:])
    assert number in await office.listens() or number in office.text
    await takes(office, number)
    await hands(office, number, "tobacco", copy=COPY)
    assert COPY not in liaison.ever
    await signs(liaison, number)
    await concludes(liaison, number, "confirmed", "查获走私卷烟一批")
    await closes(office, number, "confirmed", WORDS)
    assert "新消息" in await citizen.listens() or "新消息" in citizen.text
    assert WORDS in await looks_up(citizen, number, password)
    assert (await tip(corp.town, number)).status == "closed"
    assert corp.sim.journal.dropped == [] and corp.sim.journal.refused == []


async def test_signed_for_on_the_reminder(corp: Corp) -> None:
    """签收 and 办结 stand on the liaison's own cards: one press does it, and the card says that it is done."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    liaison = await corp.official("tobacco", "liaison", "li", "乙")
    number, _ = await tells(corp.wechat("甲"))
    await takes(office, number)
    await hands(office, number, "tobacco", copy=COPY)
    await liaison.listens()
    alert = next(one for one in liaison.user.sees() if number in one.text)
    assert alert.labels == ["打开", "签收"]
    await liaison.does(liaison.user.presses("签收", message=alert))
    assert {one.status for one in (await given(corp.town, number)).values()} == {"signed"}
    assert alert.pressed and COPY in liaison.text
    await liaison.does(liaison.user.presses("签收", message=alert) if alert.labels else liaison.user.says("待办"))
    assert {one.status for one in (await given(corp.town, number)).values()} == {"signed"}


async def test_a_code_with_the_words_it_came_with(corp: Corp) -> None:
    """A code is known with the words around it; a wrong one gets what every stranger gets."""
    now, plan = corp.town.app.timepiece.now(), corp.town.plan.id
    code = await corp.town.app.database.run(lambda tx: people.invite(tx, plan, OFFICE, "intake", "甲", None, now))
    member = corp.member("zhang")
    assert await member.says("邀请码 AAAA-BBBB-CCCC") == await member.says("你好")
    await member.says(f"邀请码：{code}，请绑定")
    assert "bind" in member.ids


async def test_the_menu_says_words_that_work(corp: Corp) -> None:
    """Each click is answered as its word is: none of the menu's buttons is dead."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    for label in ("待办", "首页", "按编号或车牌查", "怎么用", "English / 中文"):
        assert "失效" not in await office.does(office.user.clicks_menu(label)), label


async def test_what_is_too_large_for_wechat(corp: Corp) -> None:
    """The words WeChat puts in the place of a file are no part of the story; the citizen is told that it did not come."""
    citizen = corp.wechat("甲")
    await citizen.says(QUIET)
    heard = await citizen.does(citizen.user.sends_video(b"", large=True))
    assert "20 MB" in heard or "太大" in heard or "过大" in heard
    assert "过大" not in str((await corp.lane(citizen)).state)


async def test_a_card_that_was_pressed_is_over(corp: Corp) -> None:
    """What was pressed loses its buttons, on the presser's screen, and so does what somebody else has taken."""
    first = await corp.official(OFFICE, "intake", "zhang", "甲")
    second = await corp.official(OFFICE, "intake", "wang", "丙")
    number, _ = await tells(corp.wechat("甲"))
    await first.listens()
    await second.listens()
    alert = next(one for one in second.user.sees() if number in one.text)
    assert alert.labels
    await takes(first, number)
    await second.listens()
    assert alert.pressed, "somebody else took it: nothing is to be pressed on the other's card any more"
    assert corp.sim.journal.violations == []


async def test_where_nothing_is_said_of_tips(tmp_path: Path, sim: Simulator) -> None:
    """At disclosure `none`, as a county finds it, no word of a tip reaches WeCom: what is done there is done on the page,
    which a link opens that is good once."""
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as corp:
        office = await corp.official(OFFICE, "intake", "zhang", "甲")
        number, _ = await tells(corp.wechat("甲"), involved="none")
        await office.listens()
        assert "您有1件" in office.text and number not in office.text
        said = await office.presses("打开")
        code = re.findall(r"login=([0-9A-Z-]+)", said)[-1]
        page = await corp.town.login(code)
        await takes(page, number)
        await closes(page, number, "confirmed", WORDS)
        assert (await tip(corp.town, number)).status == "closed"
        assert all(one not in office.ever for one in (QUIET, PLACE, number))
        sent = str([one.body for one in corp.sim.journal.of("message/send")])
        assert number not in sent, "neither a link nor a button names it"


async def test_somebody_who_leaves_the_corp(corp: Corp) -> None:
    """Out of the app's range nothing reaches them any more; what was for them goes to their page, and is not lost. Back
    again they are who they were."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", await office.says("登录"))[-1]
    page = await corp.town.login(code)
    await office.does(office.user.leaves())
    number, _ = await tells(corp.wechat("甲"))
    assert number in await page.listens() and number not in office.ever
    await office.does(office.user.returns())
    assert number in await office.says("待办")


async def test_two_processes_one_pulls(postgres_database: str, tmp_path: Path, sim: Simulator) -> None:
    """A process that only serves is called; the one that works pulls; with two that work one pulls at a time."""
    async with on_wecom(postgres_database, tmp_path, sim) as corp, again(corp, postgres_database, tmp_path) as second:
        for number in range(6):
            citizen = corp.wechat(f"甲{number}")
            await citizen.says(QUIET)
            assert "no" in citizen.ids and len(citizen.user.sees()) == 1
        assert second.app.doors.open and corp.kf.most_pulls == 1


async def test_a_card_says_which_tip_it_acts_on(corp: Corp) -> None:
    """Beside a likely duplicate, whose number ends the text, the officer's card names the one that is open; so do the
    liaison's card and the forms behind its buttons."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    liaison = await corp.official("tobacco", "liaison", "li", "乙")
    other, _ = await tells(corp.wechat("甲"), "桂B12345 夜里卸货")
    number, _ = await tells(corp.wechat("乙"), "桂B12345 又来了" + "，箱子很多" * 40)
    heard = await office.says(number)
    assert "可能重复" in heard and other in heard
    assert number in title(office) and other not in title(office) and "take" in office.ids
    await takes(office, number)
    await hands(office, number, "tobacco", copy=COPY + "，请逐户核查" * 20)
    await signs(liaison, number)
    await liaison.says(number)
    assert number in title(liaison) and {"complete", "give_back"} <= set(liaison.ids)
    await liaison.presses("complete")
    assert number in title(liaison) and "confirmed" in liaison.ids


def title(person: Phone) -> str:
    """Of the card that can be pressed now."""
    card = next(one for one in reversed(person.user.sees()) if one.buttons)
    return str(card.content["main_title"]["title"])


async def test_whoever_leaves_is_told_what_stays(corp: Corp) -> None:
    """Older cards can't be recalled any more: only their reader can delete them, and is asked to."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    number, _ = await tells(corp.wechat("甲"))
    await office.listens()
    await corp.passes(hours=30)
    assert "删" in await office.says("退出")
    assert number in office.text


async def test_nobody_takes_an_urgent_tip(corp: Corp) -> None:
    """Each call takes the place of the one before: there is one card to press, and no row of equal ones."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    number, _ = await tells(corp.wechat("甲"), URGENT, involved="none")
    await office.listens()
    for _ in range(3):
        await corp.passes(minutes=10)
        await office.listens()
    calls = [one for one in office.user.shown if number in one.text]
    assert len(calls) > 2 and len([one for one in office.user.sees() if number in one.text]) == 1


# -- the window --------------------------------------------------------------------------------------------------------


async def test_after_48_hours(corp: Corp) -> None:
    """What is said to a citizen when the window is shut waits, nothing is tried in vain; their next word brings it, as one
    message beside the answer; and number and password open it anywhere meanwhile."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    citizen = corp.wechat("甲")
    number, password = await tells(citizen, notify="yes")
    await citizen.says(password[-4:])
    await takes(office, number)
    await corp.passes(hours=49)
    await closes(office, number, "confirmed", WORDS)
    assert "现在提醒不了" in office.text and "正在提醒" not in office.text
    said = len(corp.sim.journal.of("kf/send_msg"))
    assert "新消息" not in await citizen.listens()
    assert len(corp.sim.journal.of("kf/send_msg")) == said and corp.sim.journal.refused == []
    elsewhere = await corp.town.citizen()
    assert WORDS in await looks_up(elsewhere, number, password)
    assert "新消息" in await citizen.says("你好")


@pytest.mark.parametrize(("spent", "reaches"), [(0, "正在提醒"), (5, "现在提醒不了")])
async def test_the_office_learns_when_its_words_arrive(corp: Corp, spent: int, reaches: str) -> None:
    """At once while the platform lets us write; where all five messages are spent, when the citizen writes again."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    citizen = corp.wechat("甲")
    number, password = await tells(citizen, notify="yes")
    await citizen.says(password[-4:])
    await takes(office, number)
    lane = (await corp.lane(citizen)).id
    await corp.town.app.database.run(lambda tx: windows.used(tx, lane, spent))
    await office.presses("ask")
    assert reaches in await fills(office, "什么时候看到的？")


async def test_what_has_just_been_read_is_not_announced(corp: Corp) -> None:
    """After 48 hours the answer waits; whoever opens the tip reads it there, and nothing more is said of it: one message."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    citizen = corp.wechat("甲")
    number, password = await tells(citizen, notify="yes")
    await citizen.says(password[-4:])
    await takes(office, number)
    await corp.passes(hours=49)
    await closes(office, number, "confirmed", WORDS)
    heard = await citizen.says("查询")
    assert WORDS in heard and "新消息" not in heard
    assert citizen.user.spent == 1


# what is written before anything could be said -> what is said once, what is not said any more
BREATHS = [
    (("老粮仓有人卖走私烟", "就在县城东门", "晚上十点左右", "两个人"), ("正在发生吗", "已加到"), ()),
    (("老粮仓有人卖走私烟", "两个人", "否"), ("在什么地方", "已加到"), ("正在发生吗",)),
]


@pytest.mark.parametrize(("words", "once", "over"), BREATHS)
async def test_in_one_breath(corp: Corp, words: tuple[str, ...], once: tuple[str, ...], over: tuple[str, ...]) -> None:
    """Several messages before anything could be said are one turn: the last open question, and each note once."""
    citizen = corp.wechat("甲")
    line = corp.town.app.doors.sender.lines["wecom:kf:luzhai"]  # type: ignore[union-attr]
    line.quiet_until = now_ms() + 60_000
    for one in words:
        await citizen.says(one)
    assert citizen.user.sees() == []
    line.quiet_until = 0
    await citizen.listens()
    [heard] = citizen.user.sees()
    assert [heard.text.count(one) for one in once] == [1] * len(once)
    assert not any(one in heard.text for one in over) and (heard.kind == "msgmenu") == bool(citizen.ids)


async def test_a_long_story(corp: Corp) -> None:
    """However long what they wrote is, each turn is one message, and the question can be pressed."""
    citizen = corp.wechat("甲")
    await citizen.says("老粮仓有人卖走私烟" + "，又来了一车" * 300)
    assert citizen.user.spent == 1 and "no" in citizen.ids
    await citizen.presses("no")
    await citizen.says(PLACE + "，往里走" * 100)
    while "submit" not in citizen.ids:
        await citizen.presses("enough" if "enough" in citizen.ids else "skip" if "skip" in citizen.ids else "none")
        assert citizen.user.spent == 1
    assert citizen.user.spent == 1


async def test_the_fifth_message(corp: Corp) -> None:
    """More than five before the citizen writes again are not sent: they wait, together, and nothing is lost."""
    citizen = corp.wechat("甲")
    await citizen.says("你好")
    lane = (await corp.lane(citizen)).id
    for one in range(7):
        await corp.pushes(lane, f"第{one}条")
        await citizen.listens()
    assert citizen.user.spent == 5 and "第6条" not in citizen.text
    heard = await citizen.says("在吗")
    assert [f"第{one}条" in citizen.text for one in range(7)] == [True] * 7
    assert sum("第6条" in one.text for one in citizen.user.sees()) == 1 and "第5条" in heard
    assert corp.sim.journal.refused == []


async def test_the_platform_knows_better(corp: Corp) -> None:
    """Where WeCom finds the window shut though we thought it open, the message waits, and comes with the next word."""
    citizen = corp.wechat("甲")
    await citizen.says("你好")
    citizen.user.spent = 5
    await corp.pushes((await corp.lane(citizen)).id, "一条消息")
    assert "一条消息" not in await citizen.listens()
    assert len([one for one in corp.sim.journal.refused if one.code == 95001]) == 1
    assert "一条消息" in await citizen.says("在吗")


async def test_not_delivered_after_all(corp: Corp) -> None:
    """What was accepted and could not be delivered (msg_send_fail) is said again when they write; what never can be is set
    aside with its cause."""
    citizen = corp.wechat("甲")
    await citizen.says("你好")
    lane = (await corp.lane(citizen)).id
    corp.kf.fails(4)
    await corp.pushes(lane, "一条消息")
    await citizen.listens()
    assert "一条消息" not in citizen.text
    assert "一条消息" in await citizen.says("在吗")
    corp.kf.fails(13)
    await corp.pushes(lane, "另一条")
    await citizen.listens()
    assert await corp.causes() == ["fail_type 13"]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


async def test_a_recalled_message(corp: Corp) -> None:
    """The latest answer, recalled, is as if it had not been given; the question is put again."""
    citizen = corp.wechat("甲")
    await citizen.says(QUIET)
    await citizen.presses("no")
    await citizen.says(PLACE)
    asked = citizen.ids
    assert "不算" in await citizen.does(citizen.user.recalls())
    state = (await corp.lane(citizen)).state
    assert "where" not in state["stack"][-1]["answers"] and citizen.ids != asked
    await citizen.says(PLACE)
    assert (await corp.lane(citizen)).state["stack"][-1]["answers"]["where"] == PLACE


async def test_what_was_told_besides_is_recalled(corp: Corp) -> None:
    """Out of the story, a picture out of the draft; handed in with 补充, while no officer has read it, and else it is said."""
    office, citizen = await corp.official(OFFICE, "intake", "zhang", "甲"), corp.wechat("甲")
    await citizen.says(QUIET)
    await citizen.says("是我表哥干的，我叫某某")
    assert "不算" in await citizen.does(citizen.user.recalls())
    assert (await corp.lane(citizen)).state["stack"][-1]["answers"] == {"what": QUIET}
    await citizen.sends("a.jpg", photo())
    assert "files+" in (await corp.lane(citizen)).state["stack"][-1]["answers"]
    assert "不算" in await citizen.does(citizen.user.recalls())
    assert "files+" not in (await corp.lane(citizen)).state["stack"][-1]["answers"]
    number, _ = await tells(citizen, what="昨晚也有")
    await citizen.presses("later")
    await citizen.says("补充")
    await citizen.says("还有一台桂B12345的货车")
    assert "已经删除" in await citizen.does(citizen.user.recalls())
    await citizen.says("车头是红的")
    await takes(office, number)
    assert "收不回来" in await citizen.does(citizen.user.recalls())


@pytest.mark.parametrize("handed", [False, True])
async def test_a_picture_that_officers_have_seen_is_not_recalled(corp: Corp, handed: bool) -> None:
    """It hangs under the card, or went to a unit: it stays with the tip, and its author is told so."""
    office, citizen = await corp.official(OFFICE, "intake", "zhang", "甲"), corp.wechat("甲")
    number, _ = await tells(citizen)
    await citizen.presses("later")
    await takes(office, number)
    row = await tip(corp.town, number)
    await citizen.says("补充")
    if handed:
        await office.presses("hand")
        await office.presses("tobacco")
        await office.presses("done")
    await citizen.sends("a.jpg", photo())
    sent = (await kept(corp.town, lambda tx: attachments.of_tip(tx, row.id)))[0].id
    if handed:
        for one in (COPY, str(sent), "done", "submit"):
            await (office.presses(one) if one in office.ids else office.says(one))
    else:
        await office.says(number)
        assert "image" in [one.kind for one in office.user.sees()]
    assert "收不回来" in await citizen.does(citizen.user.recalls())
    assert [one.id for one in await kept(corp.town, lambda tx: attachments.of_tip(tx, row.id))] == [sent]


async def test_a_recalled_story_gives_no_alarm(corp: Corp) -> None:
    """The latest words, recalled, leave nothing of what they implied to the story that is told instead."""
    office, citizen = await corp.official(OFFICE, "intake", "zhang", "甲"), corp.wechat("甲")
    await citizen.says("现在正在码头卸走私烟，桂B12345")
    await citizen.does(citizen.user.recalls())
    assert (await corp.lane(citizen)).state["stack"][-1]["answers"] == {}
    for one in ("上个月老粮仓那边有人卖过冻鸡爪", "no", PLACE, "enough", "submit"):
        await (citizen.presses(one) if one in citizen.ids else citizen.says(one))
    assert "正在发生" not in await office.listens()


async def test_a_lost_callback(corp: Corp) -> None:
    """Nobody tells us that something waits: the next look finds it, each message once."""
    citizen = corp.wechat("甲")
    await citizen.opens()
    corp.app.callbacks.lose = 1
    await citizen.says(QUIET)
    assert corp.app.callbacks.lose == 0
    assert len(citizen.user.sees()) == 2, "the welcome, and the question"
    assert citizen.ids == ["yes", "no", "unsure"]
    assert (await corp.lane(citizen)).state["stack"][-1]["answers"] == {"what": QUIET}


async def test_an_answer_lost_after_it_was_accepted(corp: Corp) -> None:
    """The request is made again under the same name, or in the same words: the citizen reads it once, the officer too."""
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    citizen = corp.wechat("甲")
    await citizen.opens()
    corp.sim.faults.cut("after", path="kf/send_msg", times=1)
    await citizen.says(QUIET)
    await corp.said_at_last()
    assert sum("正在发生" in one.text for one in citizen.user.sees()) == 1
    first, again = corp.sim.journal.of("kf/send_msg")
    assert first.body["msgid"] == again.body["msgid"]
    had = len(office.user.sees())
    corp.sim.faults.cut("after", path="message/send", times=1)
    await office.says("待办")
    [answer] = office.user.sees()[had:]
    assert "没有待办" in answer.text and len(corp.sim.journal.repeated) == 1


async def test_a_token_withdrawn_in_mid_send(corp: Corp) -> None:
    """It is renewed once and the message goes, once."""
    citizen = corp.wechat("甲")
    await citizen.opens()
    corp.sim.faults.expire_token(how="withdraw", path="kf/send_msg", times=1)
    await citizen.says(QUIET)
    assert "no" in citizen.ids
    assert sum("正在发生" in one.text for one in citizen.user.sees()) == 1


async def test_callbacks_again(corp: Corp) -> None:
    """Each callback comes three times: one effect each, and one answer."""
    corp.app.callbacks.copies = 3
    office = await corp.official(OFFICE, "intake", "zhang", "甲")
    number, _ = await tells(corp.wechat("甲"))
    await takes(office, number)
    assert (await tip(corp.town, number)).status == "taken"
    told = ["绑定后", "已绑定", "新举报", "还没有人受理", "您已受理"]
    assert [any(word in one.text for one in office.user.sees()) for word in told] == [True] * 5
    assert len(office.user.sees()) == 5
