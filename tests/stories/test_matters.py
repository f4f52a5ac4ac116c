"""What one unit puts to others, in Yangxi: a lead that is passed on, handed back, answered; an incident in the night. Nothing in the code
knows either: what happens is what the county's file says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter
from sqlalchemy import delete, select

from rules.part import with_ids
from rules.regimes import Regime
from storage import attachments, duties, matter_moves, matters, people
from storage.attachments import Owner
from storage.models import audit, matter_parties, tip_keys
from storage.models import matters as kept_matters
from tests.bot.attachments import pdf
from tests.stories.drives import drives
from tests.stories.office import LIVE, START, hands, kept, person_of, takes, tells
from tests.town import HOME, Person, Town, together

NIGHT = datetime(2026, 11, 27, 2, 0, tzinfo=HOME)  # a Friday; the weekend follows
LEAD = "发现日期：11月23日\n线索内容：城东仓库疑似存放假烟"
OFFICES = ("anti_counterfeit_office", "anti_smuggling_office")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HOME)


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as town:
        yield town


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("yangxi",), NIGHT, live=LIVE) as town:
        yield town


async def the_matter(town: Town) -> Any:
    return await kept(town, lambda tx: tx.execute(select(kept_matters).order_by(kept_matters.c.id.desc())).first())


async def stages(town: Town) -> dict[str, str]:
    """Where each stands: by unit, whoever is only told left out."""
    row = await the_matter(town)
    found = await kept(town, lambda tx: matters.parties(tx, row.id))
    return {one.unit: one.stage for one in reversed(found) if one.stage != "told"}  # its first part


async def clocks(town: Town) -> dict[str, str]:
    """What is owed, by unit."""
    row = await the_matter(town)
    found = await kept(town, lambda tx: duties.of_matters(tx, [row.number]))
    return {one.unit: one.rule for one in found[row.number] if one.closed_at is None}


async def moves(town: Town) -> list[Any]:
    row = await the_matter(town)
    return await kept(town, lambda tx: matter_moves.of_matter(tx, row.id))


async def refused(town: Town) -> list[str]:
    wanted = select(audit.c.detail).where(audit.c.action == "refused")
    return list(await kept(town, lambda tx: tx.execute(wanted).scalars().all()))


def act(person: Person, move: str) -> str:
    """The newest button that makes this move."""
    return next(one for one in person.ids if one.startswith(("do.", "go.do.")) and one.endswith(f".{move}"))


async def makes(person: Person, move: str) -> str:
    return await person.presses(act(person, move))


async def begins(finder: Person, *receivers: str, how: str = "at_once") -> str:
    """A lead, as a pasted list."""
    await finder.says("线索通报")
    await finder.says(LEAD)
    await finder.presses("done")
    await finder.presses(how)
    for one in receivers:
        await (finder.presses(f"receiver.{one}") if one in finder.town.plan.units else finder.says(one))
    if receivers:
        await finder.presses("done")
    await finder.presses("skip")
    return await finder.presses("submit")


async def opens(person: Person) -> str:
    row = await the_matter(person.town)
    return await person.says(row.number)


# -- a lead --------------------------------------------------------------------------------------------------------------


@drives("lead_notice", "late", clauses=("YX-3.4d", "YX-3.1e"))
async def test_a_lead_that_is_not_passed_on_climbs_to_the_offices(yangxi: Town) -> None:
    """YX-3.4d, three working days from its discovery: the finder is reminded, then its leader, then both offices; sent late,
    the course says so."""
    finder = await yangxi.staff("market", "liaison")
    leader = await yangxi.staff("market", "leader", "乙")
    offices = [await yangxi.staff(one, "coordinator", "丙") for one in OFFICES]
    await begins(finder, how="write_down")
    assert await clocks(yangxi) == {"market": "lead_notice"}
    number = (await the_matter(yangxi)).number
    await yangxi.forward_to(at(11, 26, 10))  # its last day
    assert number in await finder.listens() and number not in await leader.listens()
    await yangxi.forward_to(at(11, 27, 10))
    assert number in await leader.listens() and "超期" in leader.text
    await yangxi.forward_to(at(12, 1, 10))
    for office in offices:
        assert number in await office.listens()
    said = await opens(offices[0])
    assert "城东仓库" not in said.replace("：城东仓库疑似存放假烟", "") and not [
        one for one in offices[0].ids if "do." in one
    ]
    await opens(finder)
    await makes(finder, "send")
    for one in ("done", "receiver.police", "done", "skip"):
        await finder.presses(one)
    assert (await moves(yangxi))[-1].late == "late" and await stages(yangxi) == {"market": "sent", "police": "waiting"}


@drives("lead_notice", "form", clauses=("YX-3.4d", "YX-3.1e"))
async def test_signed_handed_back_sent_again_and_answered(yangxi: Town) -> None:
    """Each receiver stands for itself; what one hands back the finder passes on to another; when nobody is awaited it is over."""
    finder = await yangxi.staff("market", "liaison")
    police, transport, town_1 = [await yangxi.staff(one, "liaison", "乙") for one in ("police", "transport", "town_1")]
    await begins(finder, "police", "transport")
    row = await the_matter(yangxi)
    number = row.number
    assert row.closed_at is None, "whom it was sent to has it now"
    for one in (police, transport):
        assert number in await one.listens()
        await opens(one)
        await makes(one, "sign")
    assert number in await finder.listens()
    assert number not in await police.listens(), "what another receiver does is none of its business"
    await makes(police, "hand_back")
    await police.says("仓库在乙镇地界，由甲镇先核实")
    assert await stages(yangxi) == {"market": "back", "police": "refused", "transport": "working"}
    assert await clocks(yangxi) == {"market": "lead_notice_again", "transport": "lead_feedback"}
    assert number in await finder.listens()
    said = await opens(finder)
    assert "仓库在乙镇地界" in said and "已结束" not in said
    await makes(finder, "send")
    assert "仓库在乙镇地界" in finder.fresh[-1]["text"] and "城东仓库" in finder.fresh[-1]["text"]
    await finder.says("涉及地点：乙镇老街")  # what it says is put right before it goes
    await finder.presses("done")
    assert "receiver.transport" not in finder.ids, "something is awaited of it already"
    await finder.says("甲镇")
    for one in ("done", "skip"):
        await finder.presses(one)
    look = finder.fresh[-1]["text"]
    assert "请核对" in look and "改过：涉及地点" in look and "甲镇" in look and "同时发给" not in look
    assert number not in await town_1.listens(), "not before it is confirmed"
    await finder.presses("submit")
    assert "乙镇老街" in await opens(town_1)
    assert await stages(yangxi) == {"market": "sent", "police": "refused", "transport": "working", "town_1": "waiting"}
    await opens(town_1)
    await makes(town_1, "sign")
    for one in (town_1, transport):
        await opens(one)
        await makes(one, "answer")
        await one.says("已核查，查获假烟20条，另案处理")
    row = await the_matter(yangxi)
    assert row.closed_at is not None and await clocks(yangxi) == {}
    assert "已结束" in await opens(finder) and "查获假烟20条" in finder.text


async def test_a_handed_back_lead_is_not_handed_back_twice(yangxi: Town) -> None:
    """Once for each party; sent to it again, the word stands."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    await opens(police)
    await makes(police, "hand_back")
    await police.says("不属本单位管辖")
    await opens(finder)
    await makes(finder, "send")
    for one in ("done", "receiver.police", "done", "skip"):
        await finder.presses(one)
    assert "没有改" in finder.fresh[-1]["text"]
    await finder.presses("submit")
    await opens(police)
    assert [one.rpartition(".")[2] for one in police.ids if one.startswith("do.")] == ["sign"]


async def test_at_the_last_look_it_can_still_be_changed(yangxi: Town) -> None:
    """YX-3.4d: whom it goes to, and what it says, by a line as in the form; given up, it stays where it was handed back."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    town_1 = await yangxi.staff("town_1", "liaison", "丙")
    await begins(finder, "police")
    await opens(police)
    await makes(police, "hand_back")
    await police.says("不属本单位管辖")
    for leaves in (True, False):
        await opens(finder)
        await makes(finder, "send")
        for one in ("done", "receiver.police", "done", "skip"):
            await finder.presses(one)
        if leaves:
            await finder.presses("discard")
            assert (await stages(yangxi))["market"] == "back"
    await finder.says("涉及地点：乙镇老街")
    assert "改过：涉及地点" in finder.fresh[-1]["text"]
    for one in ("change", "change_units", "receiver.police", "receiver.town_1", "done"):
        await finder.presses(one)
    assert (await stages(yangxi))["market"] == "back"
    await finder.presses("submit")
    assert await stages(yangxi) == {"market": "sent", "police": "refused", "town_1": "waiting"}
    assert "乙镇老街" in await opens(town_1)


async def test_more_is_asked_for_and_given(yangxi: Town) -> None:
    """The finder's clock of what is asked for runs beside the receiver's own, which goes on."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    await opens(police)
    await makes(police, "sign")
    await makes(police, "ask_more")
    await police.says("请提供仓库门牌号")
    assert await clocks(yangxi) == {"market": "matter_more", "police": "lead_feedback"}
    await opens(finder)
    await makes(finder, "give_more")
    await finder.says("城东路12号")
    assert await clocks(yangxi) == {"police": "lead_feedback"} and "城东路12号" in await opens(police)


async def test_several_receivers_are_named_in_one_message(yangxi: Town) -> None:
    """公安局、甲镇 are two units of the county, and never one place outside; a place that is in no list stands beside them, as one that
    gets a letter, and is taken back by one press; whoever sends it gets nothing of its own."""
    finder = await yangxi.staff("tobacco", "liaison", "甲")
    town = next(key for key, unit in yangxi.plan.units.items() if unit.name.zh == "甲镇")
    await begins(finder, "公安局、甲镇")
    assert await stages(yangxi) == {"tobacco": "sent", "police": "waiting", town: "waiting"}
    await finder.says("线索通报")
    await finder.says(LEAD)
    await finder.presses("done")
    await finder.presses("at_once")
    await finder.says("公安局 和电白县，烟草局")
    assert "不能发给自己" in finder.text and "名单外，要发函：电白县" in finder.text and "done" in finder.ids
    assert {"receiver.police", "receiver.=电白县"} <= {*finder.ids}
    await finder.presses("receiver.=电白县")
    assert "已选 接收单位：县公安局" in finder.fresh[-1]["text"] and "电白县" not in finder.fresh[-1]["text"]


async def test_a_place_outside_is_named_freely_and_recorded_for(yangxi: Town) -> None:
    """Nobody of it sits here: its clock is whoever wrote to it reminded of, and what it does is recorded from its letter."""
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, "邻县烟草专卖局")
    assert "邻县烟草专卖局" in finder.text and await clocks(yangxi) == {"market": "matter_sign"}
    await makes(finder, "sign")
    await finder.says("邻烟〔2026〕3号回执")
    await finder.says("今天")
    latest = (await moves(yangxi))[-1]
    assert latest.recorded and latest.move == "sign" and "邻烟〔2026〕3号" in finder.text


async def test_files_go_with_it_as_cleaned_copies(yangxi: Town) -> None:
    """By the rules of tips: each party may open the cleaned copy, who is only told the title may not."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    await finder.says("线索通报")
    await finder.says(LEAD)
    for one in ("done", "at_once", "receiver.police", "done"):
        await finder.presses(one)
    assert (await finder.sends("照片.pdf", pdf()))[0] == 202
    await finder.presses("done")
    await finder.presses("submit")
    row = await the_matter(yangxi)
    files = await kept(yangxi, lambda tx: attachments.of_owner(tx, Owner("matter", row.id)))
    assert [one.state for one in files] == ["ready"]
    await opens(police)
    assert police.messages[-1]["files"]
    await opens(office)
    assert not office.messages[-1]["files"] and "附件" not in office.fresh[-1]["text"]
    for person, able in ((police, True), (office, False)):  # by a link of their own too
        chat = (await yangxi.app.web.known(person.token)).chat
        assert await kept(yangxi, lambda tx, chat=chat: yangxi.app._may_open(tx, chat, files[0].id, "clean")) is able


@drives("lead_notice", "refused", clauses=("YX-3.4d", "YX-3.1e"))
async def test_who_has_no_part_in_it_learns_nothing(yangxi: Town) -> None:
    """Not even that it is there; the copy sees what it is called; a company cannot move it; refused is on record."""
    finder, other = await yangxi.staff("market", "liaison"), await yangxi.staff("transport", "liaison", "乙")
    await begins(finder, "police")
    party = (await kept(yangxi, lambda tx: tx.execute(select(matter_parties).order_by(matter_parties.c.id)).all()))[1]
    assert "没有找到" in await opens(other)
    before = len(await refused(yangxi))
    await other.post({"choice": f"go.do.{party.id}.sign", "prompt": -1})
    await other.listens()
    assert (await stages(yangxi))["police"] == "waiting" and len(await refused(yangxi)) > before
    assert (await the_matter(yangxi)).number not in await other.says("事项")


@drives("lead_notice", "refused", clauses=("YX-3.4d", "YX-3.1e"))
async def test_a_unit_without_the_part_cannot_begin_it(yangxi: Town) -> None:
    """Only regimes whose first role one's unit may have are offered; the county government has none of these."""
    someone = await yangxi.staff("county_gov", "liaison")
    await someone.says("事项")
    assert not [one for one in someone.ids if one.startswith("go.put")]
    await someone.post({"choice": "go.put.lead_notice", "prompt": -1})
    assert "不由您单位发起" in await someone.listens()
    assert await the_matter(yangxi) is None


async def test_whoever_left_the_seat_moves_nothing(yangxi: Town) -> None:
    """The card was open; the seat is gone since an hour: refused, and on record."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    await opens(police)
    button = act(police, "sign")
    who, now = await person_of(yangxi, police), yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.seat(tx, who, "yangxi", "transport", "liaison", now))
    await kept(yangxi, lambda tx: people.unseat(tx, who, "police", "liaison", now))
    await yangxi.fast_forward(hours=1)
    await police.presses(button)
    assert (await stages(yangxi))["police"] == "waiting" and "matter" in await refused(yangxi)


async def test_of_two_who_decide_at_once_the_second_sees_the_first(yangxi: Town) -> None:
    """One unit, two liaisons: one move, one entry in the course, and how it stands for the other."""
    finder = await yangxi.staff("market", "liaison")
    first, second = [await yangxi.staff("police", "liaison", one) for one in ("乙", "丙")]
    await begins(finder, "police")
    for one in (first, second):
        await opens(one)
    await together(makes(first, "sign"), makes(second, "sign"))
    assert [one.move for one in await moves(yangxi)].count("sign") == 1
    assert "已有记录" in first.text + second.text


async def test_an_old_button_says_how_it_stands(yangxi: Town) -> None:
    """Handed back meanwhile: the button of the first push signs for nothing."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    await opens(police)
    signs = act(police, "sign")
    await makes(police, "hand_back")
    await police.says("不属本单位管辖")
    await police.post({"choice": f"go.{signs}", "prompt": -1})
    assert "已有记录" in await police.listens() and (await stages(yangxi))["police"] == "refused"


async def test_its_clock_is_answered_but_ended_by_the_move_alone(yangxi: Town) -> None:
    """待办 opens the matter; a day may be promised, help asked for; 已报送 ends nothing."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    number = (await the_matter(yangxi)).number
    assert number in await police.says("待办")
    await police.presses(next(one for one in police.ids if one.startswith("go.duty.")))
    assert act(police, "sign")
    await police.presses(next(one for one in police.ids if one.startswith("clock.")))
    assert "done" not in police.ids and "promise" in police.ids
    await police.says("取消")
    await police.says("签收 已报送")
    assert await clocks(yangxi) == {"police": "matter_sign"}
    await police.says("取消")
    await police.says("签收")
    assert (await stages(yangxi))["police"] == "working"


async def test_a_morning_says_a_thing_once(night: Town) -> None:
    """What comes in at night and can wait is in the morning's list; no line of it comes once more beside the list."""
    finder, police = await night.staff("market", "liaison"), await night.staff("police", "liaison", "乙")
    await begins(finder, "police")
    number = (await the_matter(night)).number
    await night.forward_to(at(11, 27, 9, 0))
    await police.listens()
    assert sum(number in one["text"] for one in police.fresh) == 1


# -- an incident ---------------------------------------------------------------------------------------------------------


async def reports(scene: Person) -> str:
    """In three messages."""
    await scene.says("突发情况 暴力抗法")
    await scene.says("城西市场")
    return await scene.presses("submit")


def confirmed(town: Town, rule: str) -> None:
    """The county has made the date its own."""
    town.plan.duties[rule] = replace(town.plan.duties[rule], confirmed=LIVE)


@drives("incident_report", "form", clauses=("YX-3.4c",))
async def test_an_incident_rings_both_offices_at_once(night: Town) -> None:
    """YX-3.4c, at 02:00: three messages; both offices are rung, read what it is and where, are told to telephone first, and must
    take it."""
    night.plan.units["town_1"] = night.plan.units["town_1"].model_copy(update={"phone": "0662-5550100"})
    scene = await night.staff("town_1", "liaison")
    offices = [await night.staff(one, "coordinator", "丙") for one in OFFICES]
    await reports(scene)
    for office in offices:
        said = await office.listens()
        assert "先打电话" in said and "0662-5550100" in said and "暴力抗法 · 城西市场" in said
    assert await stages(night) == {"town_1": "handling", **dict.fromkeys(OFFICES, "called")}
    await makes(offices[0], "take")
    assert (await stages(night))[OFFICES[0]] == "taken"
    await offices[1].says("接报")
    assert (await stages(night))[OFFICES[1]] == "taken" and "城西市场" in offices[1].text


async def test_silence_rings_everyone_in_the_chain(night: Town) -> None:
    """Nobody takes it: the duty seat, the offices' leaders and the county hear of it within the half hour, and go on hearing."""
    scene = await night.staff("town_1", "liaison")
    offices = [await night.staff(one, "coordinator", "丙") for one in OFFICES]
    duty = await night.staff("tobacco", "duty", "丁")
    head = await night.staff("county_gov", "leader", "戊")
    await reports(scene)
    number = (await the_matter(night)).number
    await night.forward_to(datetime(2026, 11, 27, 2, 8, tzinfo=HOME))
    assert number in await duty.listens() and number not in await head.listens()
    await night.forward_to(datetime(2026, 11, 27, 2, 16, tzinfo=HOME))
    assert number in await head.listens()
    for person in (*offices, duty, head):
        await person.listens()
    await night.forward_to(datetime(2026, 11, 27, 3, 30, tzinfo=HOME))
    for person in (*offices, duty, head):
        assert number in await person.listens(), person.text
    said = await duty.says(number)
    assert "先打电话" in said and not [one for one in duty.ids if one.startswith("do.")]
    for office in offices:
        await opens(office)
        await makes(office, "take")
    for person in (duty, head):
        await person.listens()
    await night.forward_to(datetime(2026, 11, 27, 4, 30, tzinfo=HOME))
    assert number not in await duty.listens() + await head.listens()


@drives("incident_report", "late", clauses=("YX-3.4c",))
async def test_report_and_a_word_each_day_until_it_is_over(night: Town) -> None:
    """The written report is late after two hours where the county has confirmed them; a further word is due each day, weekends too."""
    confirmed(night, "incident_report")
    scene = await night.staff("town_1", "liaison")
    office = await night.staff(OFFICES[0], "coordinator", "丙")
    await reports(scene)
    await opens(office)
    await makes(office, "take")
    await night.forward_to(datetime(2026, 11, 27, 4, 30, tzinfo=HOME))
    assert "超期" in await scene.listens()
    await opens(scene)
    await makes(scene, "report")
    await scene.says("经过：二十余人围堵执法车\n处置情况：公安到场劝离")
    await scene.presses("done")
    await scene.presses("skip")
    assert (await moves(night))[-1].late == "late" and (await clocks(night))["town_1"] == "incident_follow_up"
    for day in (28, 29):  # Saturday, Sunday
        await night.forward_to(at(11, day, 4, 0))
        assert "续报" in await scene.listens()
        await opens(scene)
        await makes(scene, "follow_up")
        await scene.says(f"11月{day}日情况平稳")
    assert "二十余人围堵" in await opens(office) and "11月29日情况平稳" in office.text
    await opens(scene)
    await makes(scene, "finish")
    await scene.says("人员散去，无伤亡")
    assert (await stages(night))["town_1"] == "over" and "town_1" not in await clocks(night)


async def test_units_concerned_are_told_at_once_too(night: Town) -> None:
    """Chosen when the card is looked at; rung at night with the telephone, and asked for nothing."""
    scene, police = await night.staff("town_1", "liaison"), await night.staff("police", "liaison", "乙")
    await scene.says("突发情况 暴力抗法")
    await scene.says("城西市场")
    await scene.presses("change")
    await scene.presses("change_others")
    await scene.presses("concerned.police")
    await scene.presses("done")
    await scene.presses("submit")
    assert "先打电话" in await police.listens() and "police" not in await clocks(night)
    assert "城西市场" in await opens(police) and not [one for one in police.ids if one.startswith("do.")]


# -- a regime that no county has -------------------------------------------------------------------------------------------

MADE_UP = """
name: {zh: 印鉴核验, en: Seal check}
clauses: [YX-1a]
origin: default
sealed: true
words: [核验印鉴]
starter: asker
opens: begun
straight: ask
roles:
  asker: {name: {zh: 申请, en: Asks}, who: [member_units]}
  judge: {name: {zh: 核验, en: Judges}, who: [county_gov], seat: leader, sees: number}
stages:
  begun: {name: {zh: 待提出, en: To be asked}, duty: matter_more}
  open: {name: {zh: 等核验, en: To be judged}, duty: matter_sign}
  judging: {name: {zh: 核验中, en: Judging}, duty: lead_feedback}
  done: {name: {zh: 已核验, en: Judged}, ends: true}
moves:
  ask: {name: {zh: 提出, en: Ask}, by: [asker], at: [begun], to: open, adds: {judge: judging}}
  judge: {name: {zh: 核定, en: Judge}, by: [judge], at: [open], of: asker, to: done, asks: [reference], sets: {judge: done}}
"""


async def test_a_regime_that_is_only_written_down_works(yangxi: Town) -> None:
    """No content is taken, the judge sees number and days only, as does a leader whom its clock may call; one side's move moves
    the other; nothing of it is code."""
    raw = yaml.safe_load(MADE_UP)
    yangxi.plan.regimes["seal_check"] = TypeAdapter(Regime).validate_python(
        {"id": "seal_check"} | with_ids(raw, "roles", "stages", "moves")
    )
    asker, judge = await yangxi.staff("market", "liaison"), await yangxi.staff("county_gov", "leader", "乙")
    await asker.says("核验印鉴")
    for one in ("at_once", "submit"):  # no file is asked for
        await asker.presses(one)
    assert await stages(yangxi) == {"market": "open", "county_gov": "judging"}
    leader = await yangxi.staff("market", "leader", "丙")
    for one, sees in ((judge, True), (leader, False)):
        assert "只能看到编号和日期" in await opens(one)
        assert "县工商局 · 等核验" not in one.fresh[-1]["text"] and ("经过" in one.fresh[-1]["text"]) == sees
    await opens(judge)
    await makes(judge, "judge")
    await judge.says("阳西府印〔2026〕1号")
    assert await stages(yangxi) == {"market": "done", "county_gov": "done"} and await clocks(yangxi) == {}
    assert (await the_matter(yangxi)).closed_at is not None


# -- from a tip ----------------------------------------------------------------------------------------------------------


async def test_a_tips_officer_passes_the_edited_copy_on(yangxi: Town) -> None:
    """YX-3.4d from a tip: the copy that was edited for units and the day it came in are filled in; involved units have no part in
    it and learn nothing, nor does whoever sits there besides, or has no part in it; what it says is forgotten with the tip."""
    officer = await yangxi.staff("tobacco", "intake")
    police = await yangxi.staff("police", "liaison", "乙")
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    both, stranger = await yangxi.staff("police", "liaison", "丁"), await yangxi.staff("town_1", "liaison", "戊")
    who, now = await person_of(yangxi, both), yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.seat(tx, who, "yangxi", "transport", "liaison", now))
    number, _ = await tells(await yangxi.citizen(), involved=["transport", OFFICES[0]])
    await takes(officer, number)
    assert "put" not in officer.ids, "there is no edited copy yet"
    await hands(officer, number, "market", copy="老粮仓夜间卸货，请核查")
    await officer.says(number)
    await officer.presses("put")
    assert "老粮仓夜间卸货" in officer.text and "11月23日" in officer.fresh[-1]["text"]
    await officer.presses("done")
    await officer.presses("at_once")
    assert "receiver.police" in officer.ids and "receiver.transport" not in officer.ids
    for one in ("receiver.police", "done", "skip", "submit"):
        await officer.presses(one)
    row = await the_matter(yangxi)
    assert await stages(yangxi) == {"tobacco": "sent", "police": "waiting"}
    parties = await kept(yangxi, lambda tx: matters.parties(tx, row.id))
    assert {one.unit for one in parties} == {"tobacco", "police", OFFICES[1]}
    assert row.number in await police.listens() and "老粮仓夜间卸货" in await opens(police)
    for one in (office, both, stranger):
        assert row.number not in await one.listens() and "没有找到" in await opens(one)
    kept_copy = await kept(yangxi, lambda tx: matters.content(tx, row))
    await kept(yangxi, lambda tx: tx.execute(delete(tip_keys).where(tip_keys.c.tip == row.tip)) and None)
    assert kept_copy["values"] and await kept(yangxi, lambda tx: matters.content(tx, row)) == {}
    assert "老粮仓" not in await opens(police)
