"""What a regime has beyond its own way: a second door, who is proposed and where rules collide, going on as another regime, the lists
that offices keep, a unit that is no more. Told with the regimes of both counties; the code knows neither."""

from typing import Any

from sqlalchemy import select

from rules.units import Successor
from storage import duties, matter_moves, matters
from storage.models import matters as kept_matters
from tests.stories.office import hands, kept, takes, tells
from tests.town import Person, Town

CASE = "案件代号：鹿一\n查清管辖日期：11月23日\n案件情况：查获走私货物\n物品：卷烟\n数量：20条\n"
TOBACCO = CASE + "货物品种：烟草\n案件性质：涉嫌走私\n涉嫌犯罪：否"
SUGAR = CASE + "货物品种：食糖\n案件性质：其他性质\n涉嫌犯罪：否"
CRIME = CASE + "货物品种：烟草\n案件性质：涉嫌走私\n涉嫌犯罪：是"


async def all_matters(town: Town) -> list[Any]:
    return list(await kept(town, lambda tx: tx.execute(select(kept_matters).order_by(kept_matters.c.id)).all()))


async def stages(town: Town, row: Any) -> dict[str, str]:
    found = await kept(town, lambda tx: matters.parties(tx, row.id))
    return {one.unit: one.stage for one in reversed(found) if one.stage != "told"}  # its first part


async def fills(person: Person, word: str, form: str) -> None:
    await person.says(word)
    await person.says(form)
    await person.presses("done")


async def makes(person: Person, move: str) -> str:
    return await person.presses(next(one for one in person.ids if one.startswith("do.") and one.endswith(f".{move}")))


# -- doors ---------------------------------------------------------------------------------------------------------------


async def test_the_police_ask_by_their_own_door(luzhai: Town) -> None:
    """LZ-4.8d: the same matter behind another word, another form, another first stage; nobody else may come in by it."""
    police, market = await luzhai.staff("police", "liaison"), await luzhai.staff("market", "liaison", "乙")
    await market.says("挂牌督办")
    assert "at_once" not in market.ids
    await market.post({"choice": "go.put.case_supervision.listed", "prompt": -1})
    assert "不由您单位发起" in await market.listens()
    await fills(police, "挂牌督办", "案件代号：鹿五\n简要案情：案情复杂")
    assert "商请共同挂牌督办" in police.text
    await police.presses("at_once")
    await police.presses("skip")
    await police.presses("submit")
    (row,) = await all_matters(luzhai)
    assert row.regime == "case_supervision"
    assert await stages(luzhai, row) == {"police": "applied", "anti_smuggling_office": "reviewing"}
    assert "案情复杂" in await police.says(row.number), "its sheet is that of the door's form"


# -- who is proposed -----------------------------------------------------------------------------------------------------


async def test_where_rules_collide_a_person_chooses_and_says_why(luzhai: Town) -> None:
    """LZ-3.3c and customs law mean different units: both are shown first, each with its source; without a reason it does not go,
    and the reason stands in the course."""
    finder = await luzhai.staff("transport", "liaison")
    await fills(finder, "案件移交", TOBACCO)
    said = await finder.presses("at_once")
    assert "LZ-3.3c" in said and "海关法" in said and "规定不一致" in said
    offered = [one for one in finder.ids if one.startswith("receiver.")]
    assert offered[-len(set(offered)) :][:2] == ["receiver.tobacco", "receiver.liuzhou_customs"]
    await finder.presses("receiver.liuzhou_customs")
    await finder.presses("done")
    assert "skip" not in finder.ids[-3:] and "submit" not in finder.ids
    await finder.says("数量大，涉嫌走私入境")
    await finder.presses("skip")
    assert "数量大" in finder.text
    await finder.presses("submit")
    (row,) = await all_matters(luzhai)
    course = await kept(luzhai, lambda tx: [matter_moves.said(tx, one) for one in matter_moves.of_matter(tx, row.id)])
    assert course[-1]["reason"] == "数量大，涉嫌走私入境"


async def test_where_the_plan_says_nothing_the_office_is_asked_first(luzhai: Town) -> None:
    """LZ-3.3d: asking the headquarters office stands first; it chooses with a reason, and the case goes to whom it says."""
    finder, hq = await luzhai.staff("transport", "liaison"), await luzhai.staff("hq_office", "coordinator", "乙")
    await fills(finder, "案件移交", SUGAR)
    assert "方案没有写" in finder.text
    hows = [one for one in finder.ids if one in ("goes.ask_hq", "at_once", "write_down")]
    assert hows[0] == "goes.ask_hq"
    await finder.presses("goes.ask_hq")
    await finder.presses("skip")
    await finder.presses("submit")
    (row,) = await all_matters(luzhai)
    assert await stages(luzhai, row) == {"transport": "asked_hq", "hq_office": "choosing"}
    await hq.says(row.number)
    await makes(hq, "choose")
    await hq.presses("receiver.market")
    await hq.presses("done")
    await hq.says("按一般经营案件办理")
    assert (await stages(luzhai, row))["market"] == "waiting"


# -- going on ------------------------------------------------------------------------------------------------------------


async def test_a_transfer_that_is_a_crime_goes_on_as_one(luzhai: Town) -> None:
    """Order 310, article 3: nothing is moved until the other is handed in; then both are, each card naming the other, and what
    both forms ask is asked once."""
    finder = await luzhai.staff("transport", "liaison")
    await fills(finder, "案件移交", CRIME)
    assert "涉嫌犯罪" in finder.text
    await finder.presses("goes.to_police")
    await finder.presses("skip")
    said = await finder.presses("submit")
    (first,) = await all_matters(luzhai)
    assert first.number in said and "鹿一" in said and await stages(luzhai, first) == {"transport": "cleared"}
    await finder.says("接到移送报告日期：11月23日\n简要案情：涉案数额较大")
    await finder.presses("done")
    await finder.says("达到刑事追诉标准")
    await finder.presses("skip")
    await finder.presses("submit")
    one, other = await all_matters(luzhai)
    assert other.regime == "criminal_transfer" and other.parent == one.id
    assert await stages(luzhai, one) == {"transport": "moved"} and await stages(luzhai, other) == {
        "transport": "to_decide"
    }
    clocks = await kept(luzhai, lambda tx: duties.of_matters(tx, [one.number, other.number]))
    assert [row.rule for rows in clocks.values() for row in rows if row.closed_at is None] == ["criminal_decide"]
    assert one.number in await finder.says(other.number) and other.number in await finder.says(one.number)


async def test_what_goes_on_moves_once(luzhai: Town) -> None:
    """The move was made meanwhile: the form that was opened before begins nothing more."""
    finder, second = await luzhai.staff("transport", "liaison"), await luzhai.staff("transport", "liaison", "乙")
    await fills(finder, "案件移交", CRIME)
    await finder.presses("write_down")
    await finder.presses("skip")
    await finder.presses("submit")
    (row,) = await all_matters(luzhai)
    for one in (finder, second):
        await one.says(row.number)
        await makes(one, "to_police")
        await one.says("接到移送报告日期：11月23日\n简要案情：涉案数额较大")
        await one.presses("done")
        await one.says("达到刑事追诉标准")
        await one.presses("skip")
    await finder.presses("submit")
    await second.presses("submit")
    assert len(await all_matters(luzhai)) == 2


# -- lists ---------------------------------------------------------------------------------------------------------------


async def test_offices_keep_a_list_of_what_is_not_in_the_platform(yangxi: Town) -> None:
    """YX-2.10a: number, unit and day, those that met the threshold and were not transferred flagged and first; nothing of what was
    handed in, and not for others."""
    unit, other = await yangxi.staff("market", "liaison"), await yangxi.staff("transport", "liaison", "乙")
    office = await yangxi.staff("anti_smuggling_office", "coordinator", "丙")
    await yangxi.staff("procuratorate", "liaison", "丁")  # or the office would act in its place
    for code, met in (("西一", "否"), ("西二", "是")):
        await fills(
            unit,
            "两法衔接",
            f"案件代号：{code}\n作出决定日期：11月23日\n决定：行政处罚\n达到刑事追诉标准：{met}\n已移送公安：否",
        )
        for press in ("at_once", "skip", "submit"):
            await unit.presses(press)
    plain, flagged = await all_matters(yangxi)
    said = await office.says("未录平台")
    assert said.index(flagged.number) < said.index(plain.number) and said.count("⚠") == 1 and "西二" not in said
    assert not [one for one in office.ids if one.startswith("go.matter.")], "it has no part in them, so it opens none"
    await other.post({"choice": "go.roll.two_law_linkage.not_entered", "prompt": -1})
    assert plain.number not in await other.listens()
    await unit.says(plain.number)
    await makes(unit, "enter")
    await unit.says("粤两法〔2026〕1号")
    assert plain.number not in await office.says("未录平台")


# -- a unit that is no more ----------------------------------------------------------------------------------------------


async def test_a_successor_acts_for_an_abolished_unit(yangxi: Town) -> None:
    """What was put to a bureau that has been merged since is its successor's to sign for, stands on its list, is reminded of as its own
    debt, and answered with one press."""
    finder, heir = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    await fills(finder, "线索通报", "发现日期：11月23日\n线索内容：城东仓库疑似存放假烟")
    for press in ("at_once", "receiver.transport", "done", "skip", "submit"):
        await finder.presses(press)
    (row,) = await all_matters(yangxi)
    gone = yangxi.plan.units["transport"]
    yangxi.plan.units["transport"] = gone.model_copy(update={"abolished": True, "successor": Successor(to="police")})
    assert row.number in await heir.says("事项")
    await heir.says(row.number)
    await makes(heir, "sign")
    assert (await stages(yangxi, row))["transport"] == "working"
    await heir.listens()
    seen = len(heir.messages)
    await yangxi.fast_forward(days=20)
    said = await heir.listens()
    assert row.number in said and "没有收到" not in said and "未收到" not in said, "it owes the answer itself"
    pushed = [one["id"] for message in heir.messages[seen:] for one in message["choices"]]
    await heir.presses(next(one for one in pushed if one.startswith("go.do.") and one.endswith(".answer")))
    await heir.says("已核查，未发现")
    assert (await stages(yangxi, row))["transport"] == "answered" and (await all_matters(yangxi))[
        0
    ].closed_at is not None


# -- its ground is gone --------------------------------------------------------------------------------------------------


async def test_a_recalled_copy_pulls_back_what_was_begun_from_it(yangxi: Town) -> None:
    """The last one: as long as another unit has its copy it stands. Then reading ends at once, nothing is awaited of anybody and
    everybody who had it is told; the officer learns who had signed for it and who has it on paper."""
    officer, police = await yangxi.staff("tobacco", "intake"), await yangxi.staff("police", "liaison", "乙")
    number, _ = await tells(await yangxi.citizen())
    await takes(officer, number)
    await hands(officer, number, "market", "transport", copy="老粮仓夜间卸货，请核查")
    await officer.says(number)
    await officer.presses("put")
    for press in ("done", "at_once", "receiver.police"):
        await officer.presses(press)
    await officer.says("邻县烟草专卖局")
    for press in ("done", "skip", "submit"):
        await officer.presses(press)
    (row,) = await all_matters(yangxi)
    await police.says(row.number)
    await makes(police, "sign")
    for unit in ("transport", "market"):
        assert (await all_matters(yangxi))[0].pulled_at is None
        await officer.says(number)
        await officer.presses("recall")
        await officer.presses(next(one for one in officer.ids if one.endswith(f".{unit}")))
        await officer.says("转错了单位")
        said = await officer.presses("submit")
    assert row.number in said and "县公安局" in said and "邻县烟草专卖局" in said
    assert row.number in await police.listens() and "已收回" in police.text
    card = await police.says(row.number)
    assert "老粮仓" not in card and not [one for one in police.ids[-6:] if one.startswith("do.")]
    clocks = await kept(yangxi, lambda tx: duties.of_matters(tx, [row.number]))
    assert [one for one in clocks[row.number] if one.closed_at is None] == []
    assert (await all_matters(yangxi))[0].pulled_at is not None
