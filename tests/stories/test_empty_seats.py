"""A seat that nobody holds: whoever is there instead hears and acts; where nobody is, the county's coordinators do, and whoever
sent it reads that it reached nobody."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from storage import duties
from storage.models import duties as clocks_of
from storage.models import seatings
from tests.stories.office import kept, person_of
from tests.stories.test_matters import act, makes, opens, stages, the_matter
from tests.town import HOME, Person, Town

NIGHT = datetime(2026, 6, 1, 2, 0, tzinfo=HOME)


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("luzhai",), NIGHT, live=NIGHT.date()) as town:
        yield town


async def threatened(town: Town) -> Person:
    """Officers of the market regulation are threatened: the police and the anti-smuggling office are called (LZ-4.8g, LZ-4.1f)."""
    scene = await town.staff("market", "liaison")
    await scene.says("突发情况 威胁执法人员")
    await scene.says("城西冷库")
    await scene.presses("submit")
    return scene


async def test_the_unit_hears_at_once_for_its_empty_seat_and_can_act(night: Town) -> None:
    """LZ-4.8g: nobody holds the duty seat of the police. Its liaison is called in the same minute, is told why, opens it and takes it."""
    police = await night.staff("police", "liaison", "乙")
    scene = await threatened(night)
    said = await police.listens()
    assert "空缺" in said and "威胁执法人员 · 城西冷库" in said and "先打电话" in said
    assert "空缺" in await opens(scene) and "由本单位其他人代办" in scene.text
    await scene.listens()
    await opens(police)
    assert "请先打电话" in police.text
    await makes(police, "take")
    assert (await stages(night))["police"] == "taken"
    said = await scene.listens() + await opens(scene)
    assert "接报" in said and "请先打电话" not in said, "nobody is told to ring themselves"


async def test_the_leader_comes_first(night: Town) -> None:
    """Of those who sit in the unit one acts for the empty seat, the leader before the others; nobody else of it may."""
    leader, liaison = await night.staff("police", "leader", "乙"), await night.staff("police", "liaison", "丙")
    await threatened(night)
    assert "空缺" in await leader.listens() and "空缺" not in await liaison.listens()
    await opens(leader)
    assert act(leader, "take")


async def test_where_a_unit_has_nobody_the_coordinators_take_it(night: Town) -> None:
    """LZ-4.1f: the anti-smuggling office has nobody. The headquarters office is called, takes it, and whoever sent it reads that
    nobody there has it; it is never said to have been received."""
    hq = await night.staff("hq_office", "coordinator", "乙")
    scene = await threatened(night)
    assert "空缺" in await hq.listens()
    await opens(scene)
    line = next(one for one in scene.text.splitlines() if "县打私办" in one and "回执" in one)
    assert "空缺，还没有人收到" in line and "待接报" not in line
    matter = f"go.matter.{(await the_matter(night)).id}"
    assert "县打私办没有人在，等您代办" in await hq.says("待办") and matter in hq.ids, "the same as in 事项"
    await hq.presses(matter)
    await hq.presses(next(one for one in hq.ids if one.endswith(".take")))
    assert "县打私办没有人在" not in await hq.says("待办")
    assert (await stages(night))["anti_smuggling_office"] == "taken"
    assert "指挥部办公室，代县打私办" in await opens(scene)


async def test_nobody_decides_in_the_name_of_an_empty_unit(night: Town) -> None:
    """LZ-4.8d: the police ask the anti-smuggling office, where nobody sits, for listed supervision. The headquarters office hears
    of it and may open it; to approve it in the other's name is an act of authority, and is not offered."""
    police, hq = await night.staff("police", "liaison"), await night.staff("hq_office", "coordinator", "乙")
    await police.says("挂牌督办")
    await police.says("案件代号：督二\n商请函文号：鹿公函〔2026〕8号\n简要案情：案情重大")
    while "submit" not in police.ids:
        await police.presses(next(one for one in ("skip", "at_once", "done") if one in police.ids))
    await police.presses("submit")
    await night.forward_to(datetime(2026, 6, 2, 9, 0, tzinfo=HOME))
    number = (await the_matter(night)).number
    assert number in await hq.listens()
    assert "简要案情" in await opens(hq)
    moves = {one.rpartition(".")[2] for one in hq.ids if one.startswith("do.")}
    assert "ask_more" in moves and not moves & {"approve", "decline"}


async def test_who_acts_for_an_empty_seat_can_go_on_from_it(night: Town) -> None:
    """LZ-4.8d: the liaison of the police leaves after asking for supervision. Their leader, who is offered to ask court and
    procuratorate in their stead, comes to its form in the unit's name and sends it."""
    police = await night.staff("police", "liaison")
    await police.says("挂牌督办")
    await police.says("案件代号：督二\n商请函文号：鹿公函〔2026〕8号\n简要案情：案情重大")
    while "submit" not in police.ids:
        await police.presses(next(one for one in ("skip", "at_once", "done") if one in police.ids))
    await police.presses("submit")
    who = await person_of(night, police)
    gone = update(seatings).where(seatings.c.person == who).values(until=NIGHT)
    await kept(night, lambda tx: tx.execute(gone))
    leader = await night.staff("police", "leader", "丙")
    await leader.says((await the_matter(night)).number)
    await makes(leader, "ask_law")
    assert "不由" not in leader.text and leader.ids and "法律适用" in leader.text


async def test_a_seat_that_is_held_is_nobody_elses(night: Town) -> None:
    """With the duty seat held, the liaison of the police hears nothing and may not take it."""
    duty, liaison = await night.staff("police", "duty", "乙"), await night.staff("police", "liaison", "丙")
    scene = await threatened(night)
    number = (await the_matter(night)).number
    assert number in await duty.listens() and number not in await liaison.listens()
    await opens(liaison)
    assert not [one for one in liaison.ids if one.endswith(".take")]
    police = next(one for one in (await opens(scene)).splitlines() if "县公安局" in one and "回执" in one)
    assert "空缺" not in police


async def test_it_is_over_for_whoever_did_not_take_it(night: Town) -> None:
    """LZ-4.1f: the incident ends while one office has not taken it. Its clock ends with it: nobody is called any more, and the
    card says how it stood."""
    office = await night.staff("anti_smuggling_office", "coordinator", "乙")
    police = await night.staff("police", "duty", "丙")
    head = await night.staff("county_gov", "leader", "丁")
    scene = await threatened(night)
    await opens(police)
    await makes(police, "take")
    await opens(scene)
    await makes(scene, "report")
    await scene.says("经过：冷库老板扬言报复\n处置情况：公安到场劝离")
    await scene.presses("done")
    await scene.presses("skip")
    for person in (office, head, police):
        await person.listens()
    await opens(scene)
    await makes(scene, "finish")
    await scene.says("人员散去")
    told = [one["text"] for one in (await office.listens(), office.fresh)[1] if "处置结束" in one["text"]]
    assert told and "紧急" not in told[0] and "请先打电话" not in told[0], "it is over: no alarm"
    row = await the_matter(night)
    assert row.closed_at is not None
    stands = await stages(night)
    assert (stands["anti_smuggling_office"], stands["police"]) == ("untaken", "taken")
    found = await kept(night, lambda tx: duties.of_matters(tx, [row.number]))
    assert all(one.closed_at is not None for one in found[row.number])
    for person in (office, head, police):
        await person.listens()
    await night.forward_to(datetime(2026, 6, 2, 12, 0, tzinfo=HOME))
    for person in (office, head, police):
        assert row.number not in await person.listens()
    assert "结束时还没有接报" in await opens(office) and not [one for one in office.ids if one.endswith(".take")]


async def test_an_alarm_nobody_heeds_comes_seldom(night: Town) -> None:
    """Nobody takes it: the county's leader hears of it a dozen times in the first day and night at most, and once a day after."""
    head = await night.staff("county_gov", "leader", "丁")
    await night.staff("anti_smuggling_office", "coordinator", "乙")
    await threatened(night)
    heard = []
    for day in (2, 3, 4, 5):
        await night.forward_to(datetime(2026, 6, day, 2, 0, tzinfo=HOME))
        await head.listens()
        heard.append(sum("待接报" in one["text"] or "接报" in one["text"] for one in head.fresh))
    calls = await kept(
        night, lambda tx: tx.execute(clocks_of.select().where(clocks_of.c.rule == "incident_take")).all()
    )
    assert calls and all(one.closed_at is None for one in calls)
    assert 0 < heard[0] <= 12 * len(calls) and max(heard[1:]) <= 2 * len(calls), heard
