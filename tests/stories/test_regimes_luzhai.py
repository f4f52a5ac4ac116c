"""Luzhai's regimes between units, each driven by the same three stories: put by its own form it goes its course to the end; left alone,
its clock calls whom it may call, by the right word; whoever has no part in it moves nothing. What is special of one has a story of
its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from storage import duties, matters
from storage.models import matters as kept_matters
from tests.coverage import marks
from tests.stories.drives import drives
from tests.stories.luzhai_cases import CASES, LATE
from tests.stories.office import kept
from tests.stories.regimes import PAST, SUGGESTED, everything
from tests.stories.scenes import (
    FORTNIGHT,
    HEARS,
    HOUR,
    START,
    Case,
    Cast,
    Late,
    Scene,
    fills,
    goes_its_course,
    meant,
    to,
    town_at,
)
from tests.stories.test_matters import act, moves, refused
from tests.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")
OFFICES = ("hq_office", "anti_smuggling_office")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Town, Cast]]:
    """One town for all stories in which no time passes: each speaks of a matter of its own, the latest."""
    async with town_at(tmp_path_factory.mktemp("luzhai")) as town:
        yield town, {}


# -- the three stories of each -----------------------------------------------------------------------------------------------


@drives("case_transfer", "form", clauses=("LZ-3.3b", "LZ-3.3c", "LZ-3.3d"))
@drives("criminal_transfer", "form", clauses=("LZ-4.5b", "LZ-4.5c", "LZ-4.8c"))
@drives("jurisdiction_dispute", "form", clauses=("LZ-3.3d",))
@drives("case_supervision", "form", clauses=("LZ-3.4b", "LZ-3.4c"))
@drives("listed_supervision", "form", clauses=("LZ-4.8d",))
@drives("joint_case", "form", clauses=("LZ-3.2b", "LZ-3.2c"))
@drives("law_consult", "form", clauses=("LZ-4.4b", "LZ-4.5d"))
@drives("filing_supervision", "form", clauses=("LZ-4.5b", "LZ-4.5c"))
@drives("non_prosecution", "form", clauses=("LZ-4.5f",))
@drives("gas_station_report", "form", clauses=("LZ-4.18c",))
@drives("school_lead", "form", clauses=("LZ-4.7b", "LZ-4.7c", "LZ-4.7d"))
@drives("parcel_lead", "form", clauses=("LZ-4.16b", "LZ-4.16c", "LZ-4.16f"))
@drives("lead_elsewhere", "form", clauses=("LZ-3.1b",))
@drives("duty_crime", "form", clauses=("LZ-4.8f",))
@drives("joint_conference", "form", clauses=("LZ-2k", "LZ-3.6c"))
@drives("quarterly_inspection", "form", clauses=("LZ-2m", "LZ-3.5c"))
@drives("incident", "form", clauses=("LZ-4.1f", "LZ-4.8g", "LZ-4.11d"))
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_it_goes_its_course_to_the_end(case: Case, still: tuple[Town, Cast]) -> None:
    """Its own form, as one list; whoever has a part hears at once, and of each move that is made for them; at the end nothing is
    awaited of anybody and no clock runs."""
    await goes_its_course(Scene(still[0], case, still[1]))


@drives("case_transfer", "late", clauses=("LZ-3.3c", "LZ-3.3d"))
@drives("criminal_transfer", "late", clauses=("LZ-4.5b", "LZ-4.8c"))
@drives("jurisdiction_dispute", "late", clauses=("LZ-3.3d",))
@drives("case_supervision", "late", clauses=("LZ-3.4b", "LZ-3.4c"))
@drives("listed_supervision", "late", clauses=("LZ-4.8d",))
@drives("joint_case", "late", clauses=("LZ-3.2b",))
@drives("law_consult", "late", clauses=("LZ-4.4b",))
@drives("filing_supervision", "late", clauses=("LZ-4.5c",))
@drives("non_prosecution", "late", clauses=("LZ-4.5f",))
@drives("gas_station_report", "late", clauses=("LZ-4.18c",))
@drives("school_lead", "late", clauses=("LZ-4.7b",))
@drives("parcel_lead", "late", clauses=("LZ-4.16f",))
@drives("lead_elsewhere", "late", clauses=("LZ-3.1b",))
@drives("duty_crime", "late", clauses=("LZ-4.8f",))
@drives("joint_conference", "late", clauses=("LZ-3.6c",))
@drives("quarterly_inspection", "late", clauses=("LZ-3.5c",))
@drives("incident", "late", clauses=("LZ-4.1f",))
@pytest.mark.parametrize(("name", "late"), LATE.items(), ids=LATE.keys())
async def test_left_alone_it_calls_whom_it_may(name: str, late: Late, tmp_path: Path) -> None:
    """Nobody moves. A date of the law climbs to the county and is called late; a proposal stays in the unit and is called one; what
    is then done says so in the course."""
    case = CASES[name] if name in CASES else CASES[name.partition(",")[0]]
    async with town_at(tmp_path) as town:
        one = Scene(town, case)
        for unit in filter(one.sits, meant(case.stands)):  # an empty seat would call whoever is there instead
            await one.at(unit)
        await one.begins()
        for step in case.steps[: late.after]:
            await one.takes(step)
        row = await one.row()
        clock = next(each for each in await one.clocks() if (each.unit, each.rule) == (late.unit, late.clock))
        assert duties.firm(clock) is (late.hears == "law")
        people_ = {"owes": await one.at(late.unit), "leader": await one.at(late.unit, "leader")}
        people_ |= {"head": await one.at("county_gov", "leader"), "watch": await one.at("hq_office", "duty")}
        people_ |= {"hq": await one.at("hq_office")} if late.unit != "hq_office" else {}
        for person in people_.values():
            await person.listens()
        await one.town.forward_to(clock.due_at + (HOUR if late.hears == "rung" else FORTNIGHT))
        said = {who: await person.listens() for who, person in people_.items()}
        assert {who for who, words in said.items() if row.number in words} == HEARS[late.hears] & said.keys(), said
        told = "".join(said.values())
        assert (PAST in said["leader"] and SUGGESTED not in told) if late.hears == "law" else PAST not in told
        await one.takes(case.steps[late.after])
        assert (await moves(one.town))[-1].late == ("late" if late.hears == "law" else "suggested")


@drives("case_transfer", "refused", clauses=("LZ-3.3b", "LZ-3.3c", "LZ-3.3d"))
@drives("criminal_transfer", "refused", clauses=("LZ-4.5b", "LZ-4.5c", "LZ-4.8c"))
@drives("jurisdiction_dispute", "refused", clauses=("LZ-3.3d",))
@drives("case_supervision", "refused", clauses=("LZ-3.4b", "LZ-3.4c"))
@drives("listed_supervision", "refused", clauses=("LZ-4.8d",))
@drives("joint_case", "refused", clauses=("LZ-3.2b", "LZ-3.2c"))
@drives("law_consult", "refused", clauses=("LZ-4.4b", "LZ-4.5d"))
@drives("filing_supervision", "refused", clauses=("LZ-4.5b", "LZ-4.5c"))
@drives("non_prosecution", "refused", clauses=("LZ-4.5f",))
@drives("gas_station_report", "refused", clauses=("LZ-4.18c",))
@drives("school_lead", "refused", clauses=("LZ-4.7b", "LZ-4.7c", "LZ-4.7d"))
@drives("parcel_lead", "refused", clauses=("LZ-4.16b", "LZ-4.16c", "LZ-4.16f"))
@drives("lead_elsewhere", "refused", clauses=("LZ-3.1b",))
@drives("duty_crime", "refused", clauses=("LZ-4.8f",))
@drives("joint_conference", "refused", clauses=("LZ-2k", "LZ-3.6c"))
@drives("quarterly_inspection", "refused", clauses=("LZ-2m", "LZ-3.5c"))
@drives("incident", "refused", clauses=("LZ-4.1f", "LZ-4.8g", "LZ-4.11d"))
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_who_may_not_changes_nothing(case: Case, still: tuple[Town, Cast]) -> None:
    """A unit without the part cannot begin it, by its word or by a crafted button; another unit, a company, whoever began it, a
    citizen, and who left the seat an hour ago move nothing; each try is on record, and nobody who has no part learns of it."""
    one = Scene(still[0], case, still[1])
    stranger = await one.at(case.stranger, "liaison")
    before, tries = await everything(one.town), len(await refused(one.town))
    await stranger.says(case.word)
    await stranger.post({"choice": f"go.put.{one.regime}", "prompt": -1})
    assert "不由您单位发起" in await stranger.listens()
    assert await everything(one.town) == before and len(await refused(one.town)) == tries + 1
    await one.begins()
    row, before = await one.row(), await everything(one.town)
    step = case.steps[0]
    holder = await one.opens(step.unit)
    button = act(holder, step.move)
    apart = [unit for unit in (case.stranger, "petrochina", "justice") if unit not in meant(case.stands)]
    others = [await one.at(unit, "liaison") for unit in apart]
    for other in others:
        assert row.number not in await other.says("事项") and "没有找到" in await other.says(row.number)
    others += [await one.at(case.unit)] if step.unit != case.unit else []
    for other in [*others, citizen := await one.town.citizen()]:
        await other.post({"choice": f"go.{button}", "prompt": -1})
        await other.listens()
        await fills(other, *step.answers)
    assert row.number not in citizen.text and len(await refused(one.town)) > tries + len(others)
    await one.leaves(holder, step.unit)
    tries = len(await refused(one.town))
    await holder.presses(button)
    assert await everything(one.town) == before and len(await refused(one.town)) > tries
    one.seated.pop((step.unit, one.seat(step.unit)))
    await one.takes(step)  # and who may still does
    assert (await moves(one.town))[-1].move == step.move


# -- what is special -----------------------------------------------------------------------------------------------------------


async def test_it_goes_so_on_both_databases(database_url: str, tmp_path: Path) -> None:
    """What is decided is decided in rules/, what is kept in storage/: of a transfer, with its three clocks, on either."""
    async with Town.open(database_url, tmp_path, ("luzhai",), START) as town:
        await goes_its_course(Scene(town, CASES["case_transfer"]))


async def test_a_station_reports_in_two_taps(still: tuple[Town, Cast]) -> None:
    """LZ-4.18c, LZ-2: what was seen, and sent; the headquarters office has it, and the company is asked for nothing more."""
    one = Scene(still[0], CASES["gas_station_report"], still[1])
    station, office = await one.at("sinopec"), await one.at("hq_office")
    await station.says("异常上报")
    for tap in ("is.vehicle", "submit"):
        await station.presses(tap)
    assert await one.stands() == {"sinopec": "reported", "hq_office": "taking"}
    assert (await one.row()).number in await office.listens()
    assert {clock.unit for clock in await one.clocks()} == {"hq_office"}


async def test_one_send_brings_a_school_lead_to_both(still: tuple[Town, Cast]) -> None:
    """LZ-4.7b, LZ-4.7c: nobody is picked; tobacco and market have it in the same moment, each with a receipt of its own."""
    one = Scene(still[0], CASES["school_lead"], still[1])
    both = [await one.at(unit) for unit in ("tobacco", "market")]
    school = await one.begins()
    got = {party.unit: party for party in await one.parties()}
    assert got["tobacco"].entered_at == got["market"].entered_at and got["tobacco"].number != got["market"].number
    for person in both:
        assert "县一中" in await one.opens_as(person)
    assert all(party.number in school.text for party in got.values() if party.role != "education")


async def test_no_transfer_without_a_seizure_list(still: tuple[Town, Cast]) -> None:
    """LZ-3.3c: as long as no item stands in the list it cannot be sent, whatever is said; nothing is kept."""
    case = CASES["case_transfer"]
    one = Scene(still[0], case, still[1])
    finder, before = await one.at("transport"), await everything(one.town)
    await finder.says(case.word)
    said = await finder.says(case.form.partition("\n物品")[0])
    assert "物品" in said and "数量" in said
    for words in ("完成", "马上发出", "提交"):
        await finder.says(words)
    assert not {"done", "at_once", "submit"} & set(finder.ids) and await everything(one.town) == before
    await finder.says("物品：卷烟\n数量：200条")
    await finder.presses("done")
    await finder.presses("at_once")
    await fills(finder, *case.picks)
    await finder.presses("submit")
    assert await one.stands() == meant(case.stands)


async def test_both_offices_have_the_report_of_a_transfer_at_the_same_moment(still: tuple[Town, Cast]) -> None:
    """LZ-3.3d 移交时: the receiver and both offices have it in one commit; the offices are told, and asked for nothing."""
    one = Scene(still[0], CASES["case_transfer"], still[1])
    offices = [await one.at(unit) for unit in OFFICES]
    await one.begins()
    row, parties = await one.row(), {party.unit: party for party in await one.parties()}
    assert len({parties[unit].entered_at for unit in ("tobacco", *OFFICES)}) == 1
    assert {clock.unit for clock in await one.clocks()} == {"tobacco"}
    for office in offices:
        assert row.number in await office.listens() and "国道查获走私烟" in await one.opens_as(office)
        assert not [choice for choice in office.ids if choice.startswith("do.")]


async def test_a_dispute_stops_no_emergency_measure(still: tuple[Town, Cast]) -> None:
    """LZ-3.3d: the receiver disputes it; the goods stay where they are kept and the card says so, the other side goes on with its
    receipt, and the headquarters office says with a reason who has it."""
    one = Scene(still[0], CASES["case_transfer"], still[1])
    market = await one.at("market")
    await one.begins()
    await one.takes(to("tobacco", "sign", "鹿烟收〔2026〕1号", stands=""))
    await one.takes(
        to("tobacco", "object", "争议案件：移一\n异议理由：系无证零售\n主张的管辖单位：县市场监管局", stands="")
    )
    stands = await one.stands()
    assert (stands["tobacco"], stands["hq_office"], stands["transport"]) == ("disputed", "deciding", "countersign")
    office = await one.opens("hq_office")
    assert "应急处置、物品保全照做" in office.fresh[-1]["text"] and "交通局仓库" in office.fresh[-1]["text"]
    await one.takes(to("transport", "countersign", "鹿交回〔2026〕1号", stands=""))
    await one.takes(to("hq_office", "decide", "receiver.market", "done", "无证零售由市监查处", stands=""))
    stands = await one.stands()
    assert (stands["tobacco"], stands["market"], stands["hq_office"]) == ("gone", "waiting", "told")
    row = await one.row()
    assert row.number in await market.listens() and "无证零售由市监查处" in await one.opens_as(market)


async def test_a_route_the_plan_is_silent_on_is_for_the_headquarters_office(still: tuple[Town, Cast]) -> None:
    """LZ-3.3d: foreign waste has no line; what is proposed says that it is only that; the office decides with a reason."""
    case = CASES["case_transfer, to customs"]
    case = case._replace(form=case.form.replace("冻品\n", "洋垃圾\n"))
    one = Scene(still[0], case, still[1])
    finder = await one.at("market")
    await finder.says(case.word)
    await finder.says(case.form)
    said = await finder.presses("done")
    assert "方案未写" in said and "柳州海关" in said
    await finder.presses("goes.ask_hq")
    await fills(finder)
    await finder.presses("submit")
    assert await one.stands() == {"market": "asked_hq", "hq_office": "choosing", "anti_smuggling_office": "told"}
    await one.takes(to("hq_office", "choose", "receiver.liuzhou_customs", "done", "洋垃圾属海关管辖", stands=""))
    stands = await one.stands()
    assert (stands["market"], stands["liuzhou_customs"]) == ("handed", "waiting")


async def test_of_a_sealed_lead_nothing_is_kept_but_number_and_day(still: tuple[Town, Cast]) -> None:
    """LZ-4.8f: no word is taken; the keeper of sealed leads alone knows that it is there, neither leader nor office."""
    one = Scene(still[0], CASES["duty_crime"], still[1])
    others = [await one.at("police", "leader"), await one.at("police", "liaison"), await one.at("hq_office")]
    await one.begins()
    row = await one.row()
    content = await kept(one.town, lambda tx: matters.content(tx, row))
    assert not content["title"] and not content["values"]
    for other in others:
        assert row.number not in await other.listens()
        assert "没有找到" in await other.says(row.number) and row.number not in await other.says("事项")
    await one.takes(*CASES["duty_crime"].steps)
    said = await (await one.at("police")).says(row.number)
    assert "鹿纪收〔2026〕1号" in said and "收件" in said and "6月1日" in said.partition("鹿纪收")[2], said


async def test_the_police_ask_court_and_procuratorate_from_the_same_case(still: tuple[Town, Cast]) -> None:
    """LZ-4.8d 商请法院、检察院研究: while the office still reviews, a consultation of its own number begins, and neither ends the other."""
    one = Scene(still[0], CASES["listed_supervision"], still[1])
    court = await one.at("court")
    police = await one.begins()
    first = await one.row()
    await one.takes(
        to("police", "ask_law", "法律问题：跨县案件如何并案", "done", "at_once", "adviser.court", stands="")
    )
    await police.presses("submit")
    second = await one.row()
    assert (second.regime, await one.stands()) == ("law_consult", {"police": "sent", "court": "waiting"})
    assert {each.unit: each.stage for each in await one.parties(first)}["anti_smuggling_office"] == "reviewing"
    assert second.number in await court.listens() and "没有找到" in await court.says(first.number)


async def test_suspected_crime_comes_before_the_kind_of_goods(still: tuple[Town, Cast]) -> None:
    """State Council order 310, article 3, LZ-4.8c: what would have been a transfer goes on as one to the police, with its clock of three days."""
    case = CASES["case_transfer"]
    one = Scene(still[0], case, still[1])
    finder = await one.at("transport")
    await finder.says(case.word)
    await finder.says(case.form.replace("涉嫌犯罪：否", "涉嫌犯罪：是"))
    said = await finder.presses("done")
    assert "县公安局" in said and "goes.to_police" in finder.ids
    await finder.presses("goes.to_police")
    await fills(finder)
    await finder.presses("submit")
    await finder.says("接到移送报告日期：6月1日\n简要案情：走私卷烟数额较大")
    await finder.presses("done")
    await fills(finder, "零售价已达追诉标准")
    await finder.presses("submit")
    newest = select(kept_matters).order_by(kept_matters.c.id.desc()).limit(2)
    found = (await kept(one.town, lambda tx: tx.execute(newest).all()))[::-1]
    first, second = [{each.unit: each.stage for each in await one.parties(row)} for row in found]
    assert [row.regime for row in found] == ["transfer", "criminal_transfer"]
    assert (first, second) == ({"transport": "moved"}, {"transport": "to_decide"}) and found[0].closed_at
    assert [clock.rule for clock in await one.clocks()] == ["criminal_decide"]


async def test_the_marks_say_what_the_tables_say() -> None:
    """docs/coverage.md is made of the marks: each regime of the tables is marked, with nothing that is in no table."""
    mine = [mark for mark in marks() if mark.story.startswith("test_regimes_luzhai::")]
    for shows, table in (("form", CASES), ("late", LATE), ("refused", CASES)):
        assert {mark.regime for mark in mine if mark.shows == shows} == {key.partition(",")[0] for key in table}
