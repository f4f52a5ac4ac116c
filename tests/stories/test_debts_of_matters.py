"""What is owed in a matter and who hears of it: no debt takes another's place, a reminder offers what answers it, more time is asked
for and decided, and who stands at an end where others go on is told of that."""

from typing import Any

import pytest

from storage import duties, matters
from tests.stories.office import kept
from tests.stories.test_matters import OFFICES, at, begins, confirmed, makes, moves, opens, reports, stages, the_matter
from tests.town import Person, Town


async def owed(town: Town) -> list[tuple[str, str]]:
    """Every clock that runs: of whom, and which."""
    row = await the_matter(town)
    found = await kept(town, lambda tx: duties.of_matters(tx, [row.number]))
    return sorted((one.unit, one.rule) for one in found[row.number] if one.closed_at is None)


async def parts(town: Town) -> dict[str, str]:
    """By role and unit."""
    row = await the_matter(town)
    found = await kept(town, lambda tx: matters.parties(tx, row.id))
    return {f"{one.role}.{one.unit}": one.stage for one in found if one.stage != "told"}


# -- debts ---------------------------------------------------------------------------------------------------------------


async def _two_sign(town: Town) -> tuple[Person, Person, Person]:
    finder = await town.staff("market", "liaison")
    police, transport = [await town.staff(one, "liaison", "乙") for one in ("police", "transport")]
    await begins(finder, "police", "transport")
    for one in (police, transport):
        await opens(one)
        await makes(one, "sign")
    return finder, police, transport


@pytest.mark.parametrize("first", ["hand_back", "ask_more"])
async def test_one_hands_back_and_one_asks_for_more(yangxi: Town, first: str) -> None:
    """YX-3.4d, in either order: the finder owes both, each with a clock of its own; what is given to one does not settle the other,
    and both are settled before it is over."""
    finder, police, transport = await _two_sign(yangxi)
    asks = {"hand_back": (police, "不归我们"), "ask_more": (transport, "请补充地点")}
    for move in (first, *(one for one in asks if one != first)):
        who, words = asks[move]
        await opens(who)
        await makes(who, move)
        await who.says(words)
    both = [("market", "lead_notice_again"), ("market", "matter_more"), ("transport", "lead_feedback")]
    assert await owed(yangxi) == both
    await opens(finder)
    offered = {one.rpartition(".")[2] for one in finder.ids if one.startswith("do.")}
    assert {"send", "drop", "give_more"} <= offered
    await makes(finder, "give_more")
    await finder.says("城东路12号")
    assert await owed(yangxi) == [both[0], both[2]] and "城东路12号" in await opens(transport)
    await makes(transport, "answer")
    await transport.says("已核查")
    assert (await the_matter(yangxi)).closed_at is None, "what police handed back is still the finder's to send on"
    await opens(finder)
    await makes(finder, "drop")
    await finder.says("不属于本县")
    assert (await the_matter(yangxi)).closed_at is not None and await owed(yangxi) == []


async def test_asked_twice_is_answered_once(yangxi: Town) -> None:
    """Both receivers ask: one clock, one answer that both read."""
    finder, police, transport = await _two_sign(yangxi)
    for who, words in ((police, "请补充照片"), (transport, "请补充地点")):
        await opens(who)
        await makes(who, "ask_more")
        await who.says(words)
    assert ("market", "matter_more") in await owed(yangxi)
    await opens(finder)
    for who in (police, transport):
        await who.listens()
    await makes(finder, "give_more")
    await finder.says("城东路12号，照片见附件")
    number = (await the_matter(yangxi)).number
    for who in (police, transport):
        assert number in await who.listens() and "城东路12号" in await opens(who)
    assert await parts(yangxi) == {
        "finder.market": "sent",
        "source.market": "given",
        "receiver.police": "working",
        "receiver.transport": "working",
    }


# -- a reminder's first button -------------------------------------------------------------------------------------------


async def test_a_reminder_offers_what_answers_it(yangxi: Town) -> None:
    """Of a lead that was signed for: 反馈, not 退回; whatever the order of the file."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await begins(finder, "police")
    await opens(police)
    await makes(police, "sign")
    await police.listens()
    seen = len(police.messages)
    await yangxi.fast_forward(days=20)
    await police.listens()
    pushed = [one["id"] for message in police.messages[seen:] for one in message["choices"]]
    does = [one for one in pushed if one.startswith("go.do.")]
    assert does and {one.rpartition(".")[2] for one in does} == {"answer"}


# -- more time -----------------------------------------------------------------------------------------------------------


async def _asks_for_time(town: Town) -> tuple[Person, Person, Any]:
    confirmed(town, "lead_feedback")
    finder, police = await town.staff("market", "liaison"), await town.staff("police", "liaison", "乙")
    office = await town.staff(OFFICES[0], "coordinator", "丙")
    await begins(finder, "police")
    await opens(police)
    await makes(police, "sign")
    before = await _clock(town)
    await police.says("待办")
    await police.presses(next(one for one in police.ids if one.startswith("go.duty.")))
    await police.presses(next(one for one in police.ids if one.startswith("clock.")))
    await police.presses("extend")
    await police.says("12月18日")
    said = await police.says("现场较多，还要走访")
    assert "已申请延期" in said and (await _clock(town)).due_at == before.due_at, "until it is answered the day stands"
    return police, office, before


async def _clock(town: Town) -> Any:
    row = await the_matter(town)
    found = await kept(town, lambda tx: duties.of_matters(tx, [row.number]))
    return next(one for one in found[row.number] if one.closed_at is None)


async def test_more_time_on_a_matter_is_granted(yangxi: Town) -> None:
    """Whoever receives the duty decides; the clock of the same stage has its new day, and the stage is what it was."""
    police, office, before = await _asks_for_time(yangxi)
    assert "延期" in await office.listens()
    await office.says("同意")
    after = await _clock(yangxi)
    assert after.id == before.id and after.extended and after.due_at > before.due_at
    assert "12月18日" in await police.listens() and (await stages(yangxi))["police"] == "working"
    assert "12月18日" in await opens(police)


async def test_more_time_on_a_matter_is_refused(yangxi: Town) -> None:
    """With a reason; the day stands, and late is late."""
    police, office, before = await _asks_for_time(yangxi)
    await office.listens()
    await office.says("不同意")
    await office.says("举报人在等")
    after = await _clock(yangxi)
    assert not after.extended and after.asked_until is None and after.due_at == before.due_at
    assert "12月7日" in await police.listens()
    await yangxi.forward_to(at(12, 9, 10))
    await opens(police)
    await makes(police, "answer")
    await police.says("已核查")
    assert (await moves(yangxi))[-1].late == "late"


# -- who hears -----------------------------------------------------------------------------------------------------------


async def _goes_on(scene: Person) -> None:
    await opens(scene)
    await makes(scene, "report")
    await scene.says("经过：二十余人围堵执法车，三人受伤\n处置情况：公安到场劝离")
    await scene.presses("done")
    await scene.presses("skip")


async def test_offices_and_units_hear_how_an_incident_goes_on(yangxi: Town) -> None:
    """YX-3.4c: who has taken it and who was told hear of the written report, of each further word and of the end; once each."""
    scene = await yangxi.staff("town_1", "liaison")
    offices = [await yangxi.staff(one, "coordinator", "丙") for one in OFFICES]
    police = await yangxi.staff("police", "liaison", "乙")
    await scene.says("突发情况 暴力抗法")
    await scene.says("城西市场")
    for one in ("change", "change_others", "concerned.police", "done", "submit"):
        await scene.presses(one)
    for one in offices:
        await opens(one)
        await makes(one, "take")
    number = (await the_matter(yangxi)).number
    told = (*offices, police)

    async def heard() -> None:
        for one in told:
            assert (await one.listens()).count(number) == 1, one.fresh

    for one in told:
        await one.listens()
    await _goes_on(scene)
    await heard()
    for move, words in (("follow_up", "又有一人死亡"), ("finish", "人员散去")):
        await opens(scene)
        await makes(scene, move)
        await scene.says(words)
        await heard()
    assert "又有一人死亡" in await opens(police)


async def test_whoever_was_alarmed_hears_that_it_is_over(yangxi: Town) -> None:
    """YX-3.4c: nobody takes it, and the county's leader is called out. When it is over they are told, once; one who was never
    called hears nothing of it."""
    head, stranger = await yangxi.staff("county_gov", "leader", "丁"), await yangxi.staff("transport", "leader", "戊")
    scene = await yangxi.staff("town_1", "liaison")
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    await reports(scene)
    number = (await the_matter(yangxi)).number
    await yangxi.fast_forward(minutes=20)
    assert number in await head.listens()
    await opens(office)
    await makes(office, "take")
    await _goes_on(scene)
    await head.listens()
    await opens(scene)
    await makes(scene, "finish")
    await scene.says("人员散去")
    assert (await head.listens()).count(number) == 1 and "处置结束" in head.fresh[-1]["text"]
    assert "已结束" in await opens(head)
    assert number not in await stranger.listens()


async def test_who_was_not_called_is_not_told_of_the_end(yangxi: Town) -> None:
    """Taken at once, it has climbed to nobody: the county's leader sleeps through all of it."""
    head, scene = await yangxi.staff("county_gov", "leader", "丁"), await yangxi.staff("town_1", "liaison")
    offices = [await yangxi.staff(one, "coordinator", "丙") for one in OFFICES]
    await reports(scene)
    for one in offices:
        await opens(one)
        await makes(one, "take")
    await _goes_on(scene)
    await opens(scene)
    await makes(scene, "finish")
    await scene.says("人员散去")
    assert (await the_matter(yangxi)).closed_at is not None
    assert (await the_matter(yangxi)).number not in await head.listens()


async def test_in_luzhai_too(luzhai: Town) -> None:
    """LZ-4.8g, LZ-4.11d: the office, the police and whoever was chosen."""
    scene = await luzhai.staff("market", "liaison")
    office = await luzhai.staff("anti_smuggling_office", "coordinator", "乙")
    police = await luzhai.staff("police", "duty", "丙")
    await reports(scene)
    number = (await the_matter(luzhai)).number
    for one in (office, police):
        await opens(one)
        await makes(one, "take")
        await one.listens()
    await _goes_on(scene)
    for one in (office, police):
        assert number in await one.listens()


async def test_the_headquarters_hears_of_what_it_watches(luzhai: Town) -> None:
    """LZ-3.4b: each report of the handling unit, while the supervision goes on; nothing after it has ended."""
    unit, hq = await luzhai.staff("tobacco", "liaison"), await luzhai.staff("hq_office", "coordinator", "乙")
    police = await luzhai.staff("police", "liaison", "丙")
    await unit.says("案件督办")
    await unit.says("案件代号：鹿二\n督办理由：社会关注\n简要案情：跨县")
    for one in ("done", "at_once", "skip", "submit"):
        await unit.presses(one)
    await opens(hq)
    await makes(hq, "approve")
    for one in ("handler.police", "done"):
        await hq.presses(one)
    if "skip" in hq.ids:
        await hq.presses("skip")
    await opens(police)
    await makes(police, "sign")
    number = (await the_matter(luzhai)).number
    await hq.listens()
    await makes(police, "first_report")
    await police.says("进展情况：已立案侦查")
    for one in ("done", "skip"):
        await police.presses(one)
    assert number in await hq.listens() and (await stages(luzhai))["hq_office"] == "watching"


async def test_an_inspected_unit_hears_that_it_is_put_right(luzhai: Town) -> None:
    """LZ-3.5c: struck off, and the unit is told so."""
    hq, town_1 = await luzhai.staff("hq_office", "coordinator"), await luzhai.staff("town_1", "liaison", "乙")
    await hq.says("督导问题")
    await hq.says("检查日期：11月23日\n发现问题：台账不全\n整改期限：12月7日")
    for one in ("done", "at_once", "inspected.town_1", "done", "skip", "submit"):
        if one in hq.ids:
            await hq.presses(one)
    await opens(town_1)
    await makes(town_1, "sign")
    await makes(town_1, "report")
    await town_1.says("台账已补齐")
    await opens(hq)
    await town_1.listens()
    await makes(hq, "close")
    row = await the_matter(luzhai)
    assert row.number in await town_1.listens() and (await stages(luzhai))["town_1"] == "righted"
