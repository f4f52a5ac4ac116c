"""Two counties in one deployment pass a lead to each other: each has a matter of its own, and neither sees the other's."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import attachments, matter_moves, matters
from storage.attachments import Owner
from storage.models import duties, matter_parties, tip_files
from storage.models import matters as kept_matters
from tests.bot.attachments import pdf
from tests.stories.office import LIVE, START, kept
from tests.stories.regimes import Case
from tests.stories.test_matters import LEAD, makes, refused
from tests.stories.test_regimes_yangxi import SUPERVISION
from tests.town import Person, Town, together

SECRET = "城东仓库疑似存放假烟"


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as town:
        yield town


async def rows(town: Town, county: str) -> list[Any]:
    wanted = select(kept_matters).where(kept_matters.c.county == county).order_by(kept_matters.c.id)
    return list(await kept(town, lambda tx: tx.execute(wanted).all()))


async def stages(town: Town, county: str) -> dict[str, str]:
    """Of the latest matter there."""
    row = (await rows(town, county))[-1]
    found = await kept(town, lambda tx: matters.parties(tx, row.id))
    return {one.unit: one.stage for one in reversed(found) if one.stage != "told"}  # its first part


async def puts(finder: Person, *receivers: str, files: bool = False) -> None:
    for words in ("线索通报", LEAD):
        await finder.says(words)
    await finder.presses("done")
    await finder.presses("at_once")
    for one in receivers:
        await finder.presses(f"receiver.{one}")
    await finder.presses("done")
    if files:
        assert (await finder.sends("张某的照片.pdf", pdf()))[0] == 202
        await finder.presses("done")
    else:
        await finder.presses("skip")
    await finder.presses("submit")


async def finds(town: Town) -> tuple[Person, Person]:
    """A finder here, the head office there."""
    finder = await town.staff("market", "liaison", "赵甲", "yangxi")
    return finder, await town.staff("hq_office", "coordinator", "钱乙", "luzhai")


async def reads(person: Person, county: str) -> str:
    return await person.says((await rows(person.town, county))[-1].number)


async def test_a_lead_comes_in_there_with_a_number_of_its_own(both: Town) -> None:
    """YX-3.4d to a county hosted here: told at its head office, what a letter would say, copies of what was sent; no name, no course,
    no other party."""
    finder, office = await finds(both)
    await both.staff("police", "liaison", "孙丙", "yangxi")
    await puts(finder, "@luzhai", "police", files=True)
    ours, theirs = (await rows(both, "yangxi"))[-1], (await rows(both, "luzhai"))[-1]
    assert theirs.number.startswith("LZ-SX-") and theirs.regime == "from_elsewhere"
    assert await stages(both, "luzhai") == {"@yangxi": "sent", "hq_office": "waiting"}
    assert theirs.number in await office.listens() and ours.number not in office.text
    said = await reads(office, "luzhai")
    assert SECRET in said and "阳西县工商行政管理局" in said and "阳西县" in said
    for hidden in ("赵甲", "孙丙", "公安", ours.number, "张某"):
        assert hidden not in office.text, hidden
    assert "鹿寨县" in finder.text and not [one for one in finder.ids if one.startswith("letter.")]
    files = await kept(both, lambda tx: attachments.of_owner(tx, Owner("matter", theirs.id)))
    about = await kept(both, lambda tx: attachments.about(tx, files[0]))
    assert [one.county for one in files] == ["luzhai"] and about["name"] == ""
    link = office.messages[-1]["files"][0]
    answer = await both.http.get(link["url"], headers=office.headers)
    assert answer.status == 200


async def test_what_they_do_moves_the_sender_s_party(both: Town) -> None:
    """Signed and answered there, in one commit with ours; the finder is told; the officer's name stays there."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await finder.listens()
    await makes(office, "sign")
    assert await stages(both, "yangxi") == {"market": "sent", "@luzhai": "working"}
    assert (await rows(both, "yangxi"))[-1].number in await finder.listens()
    await makes(office, "answer")
    await office.says("已核查，未发现")
    ours = (await rows(both, "yangxi"))[-1]
    assert ours.closed_at is not None and "已核查，未发现" in await reads(finder, "yangxi")
    assert "钱乙" not in finder.text and "鹿寨县" in finder.text
    assert not [one for one in finder.ids if one.startswith("do.")]


async def test_handed_back_there_it_is_back_here_and_sent_again_it_is_another(both: Town) -> None:
    """With its reason; the second time it has a new number, and the first moves nobody any more."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await makes(office, "hand_back")
    await office.says("不属本县管辖")
    assert await stages(both, "yangxi") == {"market": "back", "@luzhai": "refused"}
    assert "不属本县管辖" in await reads(finder, "yangxi")
    await _sends_again(finder)
    first, second = await rows(both, "luzhai")
    assert first.number != second.number and first.closed_at is not None
    assert (await stages(both, "yangxi"))["@luzhai"] == "waiting"


async def _sends_again(finder: Person) -> None:
    await makes(finder, "send")
    await finder.presses("done")  # what was put is looked at again first
    await finder.presses("receiver.@luzhai")
    await finder.presses("done")
    await finder.presses("skip")  # no file
    await finder.presses("submit")


async def test_sent_again_it_is_not_handed_back_twice(both: Town) -> None:
    """As of a receiver here, once: there it is another matter with another number, and still the same lead. It is signed and answered,
    here too."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await makes(office, "hand_back")
    await office.says("不属本县管辖")
    await reads(finder, "yangxi")
    await _sends_again(finder)
    seen = len(office.messages)
    await reads(office, "luzhai")
    offered = {one["id"].rpartition(".")[2] for message in office.messages[seen:] for one in message["choices"]}
    assert "sign" in offered and "hand_back" not in offered
    await makes(office, "sign")
    assert (await stages(both, "yangxi"))["@luzhai"] == "working"
    await reads(office, "luzhai")
    await makes(office, "answer")
    await office.says("已核查")
    assert (await stages(both, "yangxi"))["@luzhai"] == "answered" and "已核查" in await reads(finder, "yangxi")
    assert (await rows(both, "yangxi"))[-1].closed_at is not None


async def test_what_finds_no_place_here_is_written_down_and_told(both: Town) -> None:
    """Nothing done there is dropped: where the party stands elsewhere meanwhile it moves nobody, and the sender reads of it."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    ours = (await rows(both, "yangxi"))[-1]
    away = next(one for one in await kept(both, lambda tx: matters.parties(tx, ours.id)) if one.unit.startswith("@"))
    at = both.app.timepiece.now()
    await kept(both, lambda tx: matters.stand(tx, away.id, "refused", away.times + 1, at))
    await finder.listens()
    await reads(office, "luzhai")
    await makes(office, "hand_back")
    await office.says("不属本县管辖")
    assert ours.number in await finder.listens()
    assert "不属本县管辖" in await reads(finder, "yangxi")
    assert (await stages(both, "yangxi"))["@luzhai"] == "refused"


URGENT = "案件代号：阳一\n请求事项：查货车\n法律依据：某法\n经办人两名：是"


async def _asks(finder: Person, word: str, form: str) -> None:
    for words in (word, form):
        await finder.says(words)
    for one in ("done", "at_once", "receiver.@luzhai", "done", "skip", "submit"):
        await finder.presses(one)


async def _clock(town: Town, county: str) -> Any:
    wanted = select(duties).where(duties.c.county == county, duties.c.kind == "matter", duties.c.closed_at.is_(None))
    return await kept(town, lambda tx: tx.execute(wanted).one())


@pytest.mark.parametrize(
    ("word", "more", "day"),
    [("紧急协查", "", "11月24日"), ("案件协查", "\n回复期限：11月26日", "11月26日"), ("案件协查", "", "")],
)
async def test_by_when_an_answer_is_asked_for_crosses(both: Town, word: str, more: str, day: str) -> None:
    """YX-3.1e: by its urgent door, or with a day, the office there reads so and its own clock ends that day; without either its own
    plan says by when."""
    finder = await both.staff("police", "liaison", "赵甲", "yangxi")
    office = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    await _asks(finder, word, URGENT + more)
    said = await reads(office, "luzhai")
    assert word in said and ("前答复" in said) is bool(day) and day in said
    await makes(office, "sign")
    clock = await _clock(both, "luzhai")
    last = (clock.due_at.astimezone(both.plan.tz) - timedelta(seconds=1)).date()
    wanted = {"11月24日": date(2026, 11, 24), "11月26日": date(2026, 11, 26), "": date(2026, 12, 7)}
    assert clock.rule == "lead_feedback" and last == wanted[day]


async def test_more_is_asked_for_and_given_across(both: Town) -> None:
    """Both notes are read on the other side."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await makes(office, "sign")
    await makes(office, "ask_more")
    await office.says("请提供仓库门牌号")
    assert "请提供仓库门牌号" in await reads(finder, "yangxi")
    await makes(finder, "give_more")
    await finder.says("城东路12号")
    assert "城东路12号" in await reads(office, "luzhai")


async def test_they_pass_it_on_to_a_unit_of_their_own(both: Town) -> None:
    """What the unit does is the receiving county's affair: nothing of it reaches the sender."""
    finder, office = await finds(both)
    unit = await both.staff("market", "liaison", "李丁", "luzhai")
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await makes(office, "sign")
    before = len(await kept(both, lambda tx: tx.execute(select(matter_parties)).all()))
    await makes(office, "pass_on")
    await office.presses("unit.market")
    await office.presses("done")
    await reads(unit, "luzhai")
    assert SECRET in unit.text
    await makes(unit, "take")
    await makes(unit, "report")
    await unit.says("仓库已空")
    assert len(await kept(both, lambda tx: tx.execute(select(matter_parties)).all())) == before + 1
    assert await stages(both, "yangxi") == {"market": "sent", "@luzhai": "working"}
    assert "仓库已空" not in await reads(finder, "yangxi")


async def test_the_other_way_round(both: Town) -> None:
    """Luzhai sends, Yangxi's coast defence office receives."""
    finder = await both.staff("police", "liaison", "赵甲", "luzhai")
    office = await both.staff("anti_smuggling_office", "coordinator", "钱乙", "yangxi")
    await finder.says("线索送外地")
    await finder.says("线索内容：货车运走私冻品去往阳西")
    await finder.presses("done")
    await finder.presses("at_once")
    await finder.says("阳西县")
    for one in ("done", "skip", "submit"):
        await finder.presses(one)
    assert "货车运走私冻品" in await reads(office, "yangxi")
    await makes(office, "sign")
    assert await stages(both, "luzhai") == {"police": "sent", "@yangxi": "working"}


async def test_a_county_that_is_not_here_is_written_to(both: Town) -> None:
    """By its name it is a place like any other: a letter."""
    finder, _ = await finds(both)
    for words in ("线索通报", LEAD):
        await finder.says(words)
    for one in ("done", "at_once"):
        await finder.presses(one)
    assert "鹿寨县" in finder.buttons
    await finder.says("邻县")
    for one in ("done", "skip", "submit"):
        await finder.presses(one)
    assert await rows(both, "luzhai") == [] and [one for one in finder.ids if one.startswith("letter.")]


async def test_the_sender_s_clock_goes_on(both: Town) -> None:
    """Each county's clock is its own: the finder is reminded of the answer that has not come, the office there of its own part."""
    finder, _ = await finds(both)
    await puts(finder, "@luzhai")
    open_ = select(duties.c.county, duties.c.unit, duties.c.rule).where(
        duties.c.closed_at.is_(None), duties.c.kind == "matter"
    )
    found = await kept(both, lambda tx: {tuple(one) for one in tx.execute(open_).all()})
    assert found == {("yangxi", "market", "matter_sign"), ("luzhai", "hq_office", "matter_sign")}


async def test_no_row_of_one_county_is_reached_from_a_desk_of_the_other(both: Town) -> None:
    """Every matter, party, move and file of both, asked for by number, by row and by every button there is, at every seat of the
    other county: nothing is shown, nothing is moved, and the refusal is on record."""
    finder, office = await finds(both)
    seats = {"yangxi": [finder], "luzhai": [office]}
    seats["yangxi"].append(await both.staff("county_gov", "leader", "周戊", "yangxi"))
    seats["luzhai"].append(await both.staff("county_gov", "leader", "吴己", "luzhai"))
    await puts(finder, "@luzhai", "police", files=True)
    await reads(office, "luzhai")
    await makes(office, "sign")
    for people in seats.values():
        for one in people:
            await one.listens()
    before = await everything(both)
    for county, people in seats.items():
        other = "luzhai" if county == "yangxi" else "yangxi"
        hidden = await told_only_there(both, other)
        buttons = await every_button(both, other)
        for person in people:
            heard = await person.says("事项")
            for button in buttons:
                await person.post({"choice": button, "prompt": -1})
                heard += await person.listens()
            for row in await rows(both, other):
                heard += await person.says(row.number)
            assert not [one for one in hidden if one in heard], (county, heard)
            assert not [one for one in person.fresh if one["files"]]
    assert await everything(both) == before
    assert "matter" in await refused(both)


async def test_a_unit_of_the_same_name_is_the_other_county_s(both: Town) -> None:
    """Both have a police and a supervision of cases: what is put to one is not found, told or signed for by the other."""
    case = await Case.begun(both, SUPERVISION)
    there = await both.staff("police", "liaison", "钱乙", "luzhai")
    party = next(number for number, unit in (await case.parties()).items() if unit == "police")
    assert "没有找到" in await there.says(case.number)
    await there.post({"choice": f"go.do.{party}.sign", "prompt": -1})
    assert case.number not in await there.listens()
    await case.stands(SUPERVISION.stands)


async def told_only_there(town: Town, county: str) -> list[str]:
    """The receipts of its parties and its people's names: its numbers are what was asked for."""
    names = {"yangxi": ["赵甲", "周戊"], "luzhai": ["钱乙", "吴己"]}[county]
    wanted = select(matter_parties.c.number).where(matter_parties.c.county == county)
    return names + list(await kept(town, lambda tx: tx.execute(wanted).scalars().all()))


async def every_button(town: Town, county: str) -> list[str]:
    moves = {one for plan in town.app.plans.values() for regime in plan.regimes.values() for one in regime.moves}
    parties = await kept(
        town, lambda tx: tx.execute(select(matter_parties).where(matter_parties.c.county == county)).all()
    )
    owed = await kept(town, lambda tx: tx.execute(select(duties.c.id).where(duties.c.county == county)).scalars().all())
    return [
        *(f"go.matter.{row.id}" for row in await rows(town, county)),
        *(
            f"go.do.{party.id}.{move}"
            for party in parties
            for move in sorted(moves & {"sign", "answer", "send", "hand_back"})
        ),
        *(f"go.duty.{one}" for one in owed[:10]),
    ]


async def everything(town: Town) -> list[Any]:
    def read(tx: Any) -> list[Any]:
        stands = [
            tuple(one)
            for one in tx.execute(select(matter_parties.c.id, matter_parties.c.stage, matter_parties.c.times)).all()
        ]
        moves = [len(matter_moves.of_matter(tx, one)) for one in tx.execute(select(kept_matters.c.id)).scalars().all()]
        files = [tuple(one) for one in tx.execute(select(tip_files.c.id, tip_files.c.county, tip_files.c.owner)).all()]
        return [sorted(stands), sorted(moves), sorted(files)]

    return list(await kept(town, read))


async def test_both_counties_move_at_once(both: Town) -> None:
    """What is asked for is given here while it is handed back there: both are kept, in one order or the other, and nothing hangs."""
    finder, office = await finds(both)
    await puts(finder, "@luzhai")
    await reads(office, "luzhai")
    await makes(office, "sign")
    await makes(office, "ask_more")
    await office.says("请提供仓库门牌号")
    await reads(finder, "yangxi")
    await makes(finder, "give_more")
    await reads(office, "luzhai")
    await makes(office, "hand_back")
    await together(finder.says("城东路12号"), office.says("不属本县管辖"))
    await both.settle()
    ours, theirs = (await rows(both, "yangxi"))[-1], (await rows(both, "luzhai"))[-1]
    moves = await kept(both, lambda tx: [one.move for one in matter_moves.of_matter(tx, ours.id)])
    assert moves.count("hand_back") == 1 and (await stages(both, "luzhai"))["hq_office"] == "refused"
    assert (await stages(both, "yangxi"))["@luzhai"] == "refused" and theirs.closed_at is not None
