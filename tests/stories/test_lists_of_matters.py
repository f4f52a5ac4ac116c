"""事项 and the lists that offices keep: what awaits somebody is found however much there is beside it; what the procuratorate supervises it
finds by itself, and nobody finds there what they are barred from."""

from dataclasses import replace

import pytest

from handlers.matters import held
from rules.regimes import Roll
from rules.terms import Text
from tests.stories.drives import drives
from tests.stories.office import hands, seat_also, takes, tells
from tests.stories.test_matters import OFFICES, begins, makes, opens, the_matter
from tests.stories.test_ways_of_matters import CRIME, fills
from tests.town import Person, Town

CASE = "接到移送报告日期：11月23日\n货物品种：烟草\n简要案情：涉案数额较大\n案件代号："
PAPERS = "移送书文号：鹿烟移〔2026〕1号\n调查报告：是\n物品清单：是\n检验鉴定意见：是"


async def number_of(person: Person) -> str:
    row = await the_matter(person.town)
    assert row is not None
    return str(row.number)


async def listed(person: Person, word: str) -> str:
    """The list, without what was told before it and the card that follows."""
    await person.says(word)
    found = next(one["text"] for one in person.fresh if "（LZ-4.5" in one["text"].partition("\n")[0])
    return str(found).partition("接着刚才")[0]


# -- 事项 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seat", [None, "leader"])
async def test_what_awaits_somebody_is_never_lost(
    yangxi: Town, monkeypatch: pytest.MonkeyPatch, seat: str | None
) -> None:
    """The county puts more to others every day than a list looks through: one's own comes first, what is due
    soonest before the rest, with every seat; whoever reads for the county sees the newest beside it."""
    monkeypatch.setattr(held, "SHOWN", 3)
    owner, asker = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    if seat is not None:
        await seat_also(yangxi, owner, "market", seat)
    await begins(owner, how="write_down")
    mine, sooner = await number_of(owner), ""
    for receivers in ((), ("market",), (), (), (), ()):
        await begins(asker, *receivers, how="at_once" if receivers else "write_down")
        sooner = await number_of(asker) if receivers else sooner
    said = await owner.says("事项")
    assert said.index(sooner) < said.index(mine) and said.count("等您办\n") == 2
    coordinator = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    assert await number_of(asker) in await coordinator.says("事项"), "the newest of the county"


# -- the procuratorate ---------------------------------------------------------------------------------------------------


@drives("filing_supervision", "late", clauses=("LZ-4.5b", "LZ-4.5c"))
async def test_the_procuratorate_finds_what_was_not_transferred(luzhai: Town) -> None:
    """LZ-4.5b, order 310 articles 5 and 8: what a unit should have transferred and has not, and what the police have not answered in
    time, stand on a list by themselves, on the day after and not before, until it is done; number, unit, where it stands and how late,
    nothing of the case. What was decided not to be transferred or filed stands there too. Nobody else has these lists."""
    tobacco, market = await luzhai.staff("tobacco", "liaison"), await luzhai.staff("market", "liaison", "乙")
    police, procuratorate = (
        await luzhai.staff("police", "liaison", "丙"),
        await luzhai.staff("procuratorate", "liaison", "丁"),
    )
    for person, code in ((tobacco, "鹿七"), (market, "鹿八")):
        await fills(person, "移送公安", CASE + code)
        for press in ("skip", "submit"):
            await person.presses(press)
    late = await number_of(market)
    assert late not in await listed(procuratorate, "应移未移")
    await luzhai.fast_forward(days=4)
    said = await listed(procuratorate, "应移未移")
    assert said.count("待决定是否移送") == 2 and said.count("已超期") == 2 and "鹿八" not in said and "数额" not in said
    assert f"go.matter.{(await the_matter(luzhai)).id}" not in procuratorate.ids, "it has no part in it yet"
    await opens(market)
    await makes(market, "refuse")
    await market.says("未达到追诉标准")
    assert "不移送，理由已记录" in await listed(procuratorate, "应移未移")
    assert f"go.matter.{(await the_matter(luzhai)).id}" in procuratorate.ids, "and now it is given the reasons"
    number = next(one for one in said.split() if one.startswith("LZ-SX-") and one != late)
    await tobacco.says(number)
    await makes(tobacco, "approve")
    await tobacco.says("鹿烟批〔2026〕1号")
    await tobacco.says(number)
    await makes(tobacco, "send")
    await tobacco.says(PAPERS)
    await tobacco.presses("done")
    await tobacco.presses("skip")
    assert number not in await listed(procuratorate, "应移未移") and number not in await listed(
        procuratorate, "应立未立"
    )
    assert number in await listed(procuratorate, "移送台账")
    await police.says(number)
    await makes(police, "sign")
    await police.says("鹿公收〔2026〕1号")
    await luzhai.fast_forward(days=5)
    said = await listed(procuratorate, "应立未立")
    assert number in said and "县公安局 审查中" in said and "已超期" in said
    for other in (tobacco, police):
        await other.listens()
        await other.post({"choice": "go.roll.criminal_transfer.not_filed", "prompt": -1})
        assert "应立未立" not in await other.listens() and number not in other.fresh[0]["text"].partition("接着刚才")[0]


async def test_a_crime_that_stays_an_ordinary_case_is_listed(luzhai: Town) -> None:
    """LZ-4.5b: a transfer that says itself it is a crime stands on the list until it goes to the police as one; others never do."""
    finder, procuratorate = (
        await luzhai.staff("transport", "liaison"),
        await luzhai.staff("procuratorate", "liaison", "乙"),
    )
    numbers = []
    for form in (CRIME.replace("涉嫌犯罪：是", "涉嫌犯罪：否"), CRIME):
        await fills(finder, "案件移交", form)
        for press in ("write_down", "skip", "submit"):
            await finder.presses(press)
        numbers.append(await number_of(finder))
    said = await listed(procuratorate, "涉嫌犯罪未移送")
    assert numbers[1] in said and numbers[0] not in said and "鹿一" not in said
    await opens(finder)
    await makes(finder, "to_police")
    await finder.says("接到移送报告日期：11月23日\n简要案情：涉案数额较大")
    await finder.presses("done")
    await finder.says("达到刑事追诉标准")
    for press in ("skip", "submit"):
        await finder.presses(press)
    assert numbers[1] not in await listed(procuratorate, "涉嫌犯罪未移送")


async def test_the_procuratorate_keeps_its_registers(luzhai: Town) -> None:
    """LZ-4.5c, LZ-4.5f: what it supervises, and whom a case that is not prosecuted went to, with where each stands; what is over stays
    there after what is open."""
    procuratorate, market = (
        await luzhai.staff("procuratorate", "liaison"),
        await luzhai.staff("market", "liaison", "乙"),
    )
    await fills(procuratorate, "立案监督", "案件代号：监一\n监督情形：应移送不移送\n发现日期：11月23日")
    for press in ("at_once", "supervised.market", "done", "skip", "submit"):
        if press in procuratorate.ids:
            await procuratorate.presses(press)
    number = await number_of(market)
    said = await listed(procuratorate, "立案监督台账")
    assert number in said and "县市场监管局 待说明理由" in said and "监一" not in said
    shown = procuratorate.fresh[-1]
    assert shown["choices"] and number in shown["text"] and "接着刚才" not in shown["text"], "no card is unfinished"
    await fills(
        procuratorate,
        "不起诉移交",
        "案件代号：不诉一\n不起诉决定日期：11月23日\n提出检察意见：是\n应予处罚的行为：无证经营",
    )
    for press in ("at_once", "receiver.market", "done", "skip", "submit"):
        if press in procuratorate.ids:
            await procuratorate.presses(press)
    assert await number_of(market) in await listed(procuratorate, "不起诉台账")


# -- who is barred -------------------------------------------------------------------------------------------------------


async def test_nobody_finds_on_a_list_what_they_are_barred_from(yangxi: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """信访工作条例 30: of two offices that keep the same list, the one whom the citizen named finds nothing there, not even the number."""
    regime = yangxi.plan.regimes["lead_notice"]
    roll = Roll("all", Text("线索清单", "All leads"), ("waiting",), OFFICES, words=("线索清单",))
    monkeypatch.setitem(yangxi.plan.regimes, "lead_notice", replace(regime, lists={"all": roll}))
    officer = await yangxi.staff("tobacco", "intake")
    barred, other = [await yangxi.staff(one, "coordinator", name) for one, name in zip(OFFICES, "丙丁", strict=True)]
    number, _ = await tells(await yangxi.citizen(), involved=[OFFICES[0]])
    await takes(officer, number)
    await hands(officer, number, "market", copy="老粮仓夜间卸货，请核查")
    await officer.says(number)
    for press in ("put", "done", "at_once", "receiver.police", "done", "skip", "submit"):
        await officer.presses(press)
    found = await number_of(officer)
    assert found in await other.says("线索清单")
    said = await barred.says("线索清单")
    assert found not in said and "还有" not in said and "现在没有" in said
