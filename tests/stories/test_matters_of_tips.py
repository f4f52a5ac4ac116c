"""A matter that began with a tip keeps what the tip keeps: sealed, excluded, taken back or forgotten, nothing of what it said is left
with anybody it was put to, here or in another county, on a card or in what a chat still shows."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import attachments, duties, forgetting, matter_moves, matters
from storage.attachments import Owner
from storage.database import Tx
from storage.models import matters as kept_matters
from storage.models import outbox
from storage.queue import opened
from tests.bot.attachments import pdf
from tests.stories.office import LIVE, START, hands, kept, takes, tells, tip
from tests.stories.test_matters import OFFICES, begins, clocks, makes, moves, opens, the_matter
from tests.town import Person, Town

COPY, WORDS = "老粮仓夜间卸货，请核查", "老粮仓"


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On PostgreSQL too."""
    async with Town.open(database_url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as town:
        yield town


async def put(town: Town, *receivers: str, files: bool = False) -> tuple[Person, str]:
    """A tip whose copy the market office has, and a lead notice of it; (who took it in, its number)."""
    officer = await town.staff("tobacco", "intake", county="yangxi")
    number, _ = await tells(await town.citizen("yangxi"))
    await takes(officer, number)
    await hands(officer, number, "market", copy=COPY)
    await officer.says(number)
    for press in ("put", "done", "at_once", *(f"receiver.{one}" for one in receivers), "done"):
        await officer.presses(press)
    if files:
        assert (await officer.sends("照片.pdf", pdf()))[0] == 202
    for press in ("done" if files else "skip", "submit"):
        await officer.presses(press)
    return officer, number


async def of_county(town: Town, county: str) -> list[Any]:
    wanted = select(kept_matters).where(kept_matters.c.county == county).order_by(kept_matters.c.id)
    return list(await kept(town, lambda tx: tx.execute(wanted).all()))


async def reads(person: Person, county: str) -> str:
    return await person.says((await of_county(person.town, county))[-1].number)


async def involve(officer: Person, number: str, name: str, unit: str = "") -> str:
    await officer.says(number)
    await officer.presses("involve")
    await (officer.presses(name) if name in officer.ids else officer.says(name))
    if unit in officer.ids:
        await officer.presses(unit)
    await officer.says("有人说起")
    return await officer.presses("submit")


async def recall(officer: Person, number: str, unit: str = "market") -> str:
    await officer.says(number)
    await officer.presses("recall")
    await officer.presses(next(one for one in officer.ids if one.endswith(f".{unit}")))
    await officer.says("副本泄露了举报人")
    return await officer.presses("submit")


async def history(town: Town, person: Person) -> str:
    """What their page shows when it is opened anew."""
    answer = await town.http.get("/chat/events", params={"after": "0", "wait": "0"}, headers=person.headers)
    return "\n".join(one["text"] for one in (await answer.json()).get("messages", []))


async def waiting(town: Town, number: str) -> list[str]:
    """Whatever is kept to be said of it, in any chat, said or not."""

    def read(tx: Tx) -> list[str]:
        told = (opened(tx, row.sealed_payload) for row in tx.execute(select(outbox)).all())
        return [str(one["says"]) for one in told if one and number in str(one["says"])]

    return await kept(town, read)


# -- sealed --------------------------------------------------------------------------------------------------------------


async def test_what_was_put_to_others_from_a_tip_that_is_sealed_is_pulled(both: Town) -> None:
    """YX-1c: officials turn out to be involved. From that commit no party reads it, here or in the county it was put to, no clock of it
    runs, nobody is told; the officer learns who had signed."""
    await both.staff("procuratorate", "sealed", "密", "yangxi")
    police = await both.staff("police", "liaison", "乙", "yangxi")
    office = await both.staff(OFFICES[0], "coordinator", "庚", "yangxi")
    there = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    officer, number = await put(both, "police", "@luzhai")
    assert WORDS in await reads(police, "yangxi") and WORDS in await reads(there, "luzhai")
    await makes(police, "sign")
    for one in (police, there, office):
        await one.listens()
    done = await involve(officer, number, "officials")
    assert (await tip(both, number)).route == "sealed"
    assert "县公安局" in done and (await of_county(both, "yangxi"))[-1].number in done
    for one, county in ((police, "yangxi"), (office, "yangxi"), (there, "luzhai"), (officer, "yangxi")):
        assert await one.listens() == "" and WORDS not in await history(both, one)
        card = await reads(one, county)
        assert WORDS not in card and "各方" not in card and not [x for x in one.ids[-6:] if x.startswith("do.")], card
        assert WORDS not in await one.says("事项")
    for county in ("yangxi", "luzhai"):
        assert (await of_county(both, county))[-1].pulled_at is not None
    assert await clocks(both) == {}


# -- involved ------------------------------------------------------------------------------------------------------------


async def test_a_unit_that_turns_out_to_be_involved_has_no_part_any_more(yangxi: Town) -> None:
    """信访工作条例 30: its clock ends, what its chats show goes, the old button moves nothing; the officer learns that it had signed,
    the others go on and end the matter without it, and nobody but the officer is told of whom it was taken."""
    police, other = await yangxi.staff("police", "liaison", "乙"), await yangxi.staff("transport", "liaison", "丙")
    officer, number = await put(yangxi, "police", "transport")
    await opens(police)
    await makes(police, "sign")
    old = next(one for one in police.ids if one.endswith(".answer"))
    done = await involve(officer, number, "公安局", "police")
    row = await the_matter(yangxi)
    assert row is not None and row.number in done and "县公安局已退出" in done and "已签收过" in done
    assert await clocks(yangxi) == {"transport": "matter_sign"}
    assert WORDS not in await history(yangxi, police) and row.number not in await police.listens()
    assert "没有找到" in await opens(police)
    await police.post({"choice": f"go.{old}", "prompt": -1})
    assert (await moves(yangxi))[-1].move == "barred"
    assert "回避：县公安局" in await opens(officer)
    assert "回避" not in await opens(other) and WORDS in other.text
    await makes(other, "sign")
    await opens(other)
    await makes(other, "answer")
    await other.says("已核查")
    assert (await the_matter(yangxi)).closed_at is not None and await clocks(yangxi) == {}


@pytest.mark.parametrize("other", [False, True], ids=["it alone", "another too"])
async def test_what_a_barred_unit_had_asked_for_binds_nobody(yangxi: Town, other: bool) -> None:
    """The police asked the officer for more, then turn out to be involved: nothing is owed to them, and the officer reads why. What
    another receiver asked for as well is still to be given."""
    police, transport = await yangxi.staff("police", "liaison", "乙"), await yangxi.staff("transport", "liaison", "丙")
    officer, number = await put(yangxi, "police", "transport")
    for who in (police, *((transport,) if other else ())):
        await reads(who, "yangxi")
        await makes(who, "sign")
        await makes(who, "ask_more")
        await who.says("请补充地点")
    assert "matter_more" in (await clocks(yangxi)).values()
    await involve(officer, number, "公安局", "police")
    assert ("matter_more" in (await clocks(yangxi)).values()) is other
    said = await reads(officer, "yangxi")
    assert ("不用再补充" in said) is not other
    assert "不用再补充" not in await reads(transport, "yangxi")


async def test_its_only_receiver_turns_out_to_be_involved(yangxi: Town) -> None:
    """Nobody is left who works on it: it is over, and the officer hears that it is."""
    officer, number = await put(yangxi, "police")
    assert "没有别的单位在办" in await involve(officer, number, "公安局", "police")
    assert (await the_matter(yangxi)).closed_at is not None and await clocks(yangxi) == {}


async def test_the_office_that_put_it_turns_out_to_be_involved(both: Town) -> None:
    """Who takes the tip in now stands where it stood: a hand-back is theirs, with its clock, and the other county is given their
    telephone; the old office finds nothing."""
    police = await both.staff("police", "liaison", "乙", "yangxi")
    new = await both.staff("anti_counterfeit_office", "intake", "新", "yangxi")
    there = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    officer, number = await put(both, "police", "@luzhai")
    await involve(officer, number, "烟草专卖局", "tobacco")
    row = (await of_county(both, "yangxi"))[-1]
    assert row.unit == "anti_counterfeit_office"
    assert "没有找到" in await reads(officer, "yangxi") and WORDS not in await history(both, officer)
    await reads(police, "yangxi")
    await makes(police, "hand_back")
    await police.says("不归我们管")
    clocks_ = await kept(both, lambda tx: duties.of_matters(tx, [row.number]))
    owed = {(one.unit, one.rule) for one in clocks_[row.number] if one.closed_at is None}
    assert owed == {("anti_counterfeit_office", rule) for rule in ("lead_notice_again", "matter_sign")}
    await takes(new, number)
    assert WORDS in await reads(new, "yangxi") and [one for one in new.ids if one.endswith(".send")]
    said_there = await reads(there, "luzhai")
    assert "打假" in said_there and "烟草专卖局" not in said_there.partition("各方")[0]


async def test_nobody_is_left_who_could_take_the_tip(yangxi: Town) -> None:
    """Every office is involved: what was put from it has nobody in whose name it goes on; it is pulled, and its receiver is told."""
    police = await yangxi.staff("police", "liaison", "乙")
    officer, number = await put(yangxi, "police")
    for office in (*OFFICES, "tobacco"):
        name = yangxi.plan.units[office].name.zh
        done = await involve(officer, number, name, office)
    assert "县外" in done
    row = await the_matter(yangxi)
    assert row is not None and row.pulled_at is not None and await clocks(yangxi) == {}
    assert "已收回" in await police.listens() and WORDS not in await opens(police)
    line = next(one for one in (await police.says("事项")).splitlines() if row.number in one)
    assert line.endswith("已收回"), "neither a stage nor an end"


# -- taken back ----------------------------------------------------------------------------------------------------------


async def test_what_is_pulled_leaves_what_chats_show_and_the_other_county(both: Town) -> None:
    """YX-3.4d, its copy taken back: no page shows it when it is opened anew, no answer that waits says it; the other county's is
    overwritten, with the words and files of its moves."""
    police = await both.staff("police", "liaison", "乙", "yangxi")
    there = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    officer, number = await put(both, "police", "@luzhai", files=True)
    await both.settle()
    assert WORDS in await reads(police, "yangxi") and WORDS in await reads(there, "luzhai")
    await makes(there, "sign")
    await recall(officer, number)
    theirs = (await of_county(both, "luzhai"))[-1]
    assert theirs.pulled_at is not None
    assert await kept(both, lambda tx: matters.content(tx, theirs)) == {}
    assert await kept(both, lambda tx: attachments.of_owner(tx, Owner("matter", theirs.id))) == []
    for one, county in ((police, "yangxi"), (there, "luzhai")):
        assert WORDS not in await history(both, one), county
        assert WORDS not in await reads(one, county)
    assert not [one for one in await waiting(both, theirs.number) if WORDS in one]


async def test_a_copy_that_was_taken_back_is_put_to_nobody(yangxi: Town) -> None:
    """Neither offered anew, nor sent by a form that was begun before; edited and handed over again it is."""
    officer, number = await put(yangxi, "police")
    await officer.says(number)
    await officer.presses("put")
    assert WORDS in officer.text
    await recall(officer, number)  # what was begun is put aside
    said = await officer.says("继续")
    assert "不由您" in said and COPY not in said
    for press in ("done", "at_once", "receiver.police", "done", "skip", "submit"):
        if press in officer.ids:
            await officer.presses(press)
    assert len(await of_county(yangxi, "yangxi")) == 1
    await officer.says(number)
    assert "put" not in [one["id"] for one in officer.fresh[-1]["choices"]]
    await hands(officer, number, "transport", copy="城东有人卸货")
    await officer.says(number)
    await officer.presses("put")
    assert "城东有人卸货" in officer.text


# -- forgotten -----------------------------------------------------------------------------------------------------------


async def test_what_is_forgotten_is_forgotten_in_its_matters(both: Town) -> None:
    """数据安全法, the plan's figures: with the tip goes what its matters said, what was said at their moves, their files, in the other
    county too; number, parties and days stay."""
    police = await both.staff("police", "liaison", "乙", "yangxi")
    there = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    officer, number = await put(both, "police", "@luzhai", files=True)
    for move, words in (("sign", ""), ("answer", "已核查，李四家仓库属实")):
        await reads(police, "yangxi")
        await makes(police, move)
        if words:
            await police.says(words)
    await reads(there, "luzhai")
    await makes(there, "sign")
    row, at = await tip(both, number), both.app.timepiece.now()
    await kept(both, lambda tx: forgetting.forget(tx, row.id, at))
    for county, one in (("yangxi", police), ("luzhai", there)):
        found = (await of_county(both, county))[-1]
        course = await kept(both, lambda tx, of=found: matter_moves.of_matter(tx, of.id))  # type: ignore[misc]
        assert await kept(both, lambda tx, of=found: matters.content(tx, of)) == {}  # type: ignore[misc]
        assert await kept(both, lambda tx, of=found: attachments.of_owner(tx, Owner("matter", of.id))) == []  # type: ignore[misc]
        assert len(course) > 2 and not [move for move in course if move.sealed_said]
        card = await reads(one, county)
        assert found.number in card and WORDS not in card and "李四" not in card


# -- what it is called ---------------------------------------------------------------------------------------------------


async def test_its_name_says_nothing_that_was_told(yangxi: Town) -> None:
    """YX-3.4d: the offices know that a lead was passed on, and from whom to whom; no word of it stands in its name, on its card, in a
    list or in what is told."""
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    await yangxi.staff("police", "liaison", "乙")
    await put(yangxi, "police")
    market = await yangxi.staff("market", "liaison", "丁")
    await begins(market, "police")
    tips_own = (await of_county(yangxi, "yangxi"))[0]
    assert WORDS not in await office.says(tips_own.number) and "看不到内容" in office.text
    for row in await of_county(yangxi, "yangxi"):
        content = await kept(yangxi, lambda tx, of=row: matters.content(tx, of))  # type: ignore[misc]
        assert content["title"] == ""
        assert WORDS not in await office.listens()
    card = await opens(office)
    assert "看不到内容" in card and "假烟" not in card
    listed = await office.says("事项")
    assert WORDS not in listed and "假烟" not in listed


# -- in chats that platforms keep ----------------------------------------------------------------------------------------


async def test_a_card_in_a_chat_is_known_by_its_matter_and_its_tip(yangxi: Town) -> None:
    """What is said of it is kept with both numbers, so that either can take it back; what is about no tip has none."""
    police = await yangxi.staff("police", "liaison", "乙")
    _, number = await put(yangxi, "police")
    await opens(police)
    row, lead = await the_matter(yangxi), await tip(yangxi, number)
    assert row is not None

    def of_cards(tx: Tx) -> list[Any]:
        told = (opened(tx, one.sealed_payload) for one in tx.execute(select(outbox)).all())
        return [one["matters"] for one in told if one and one["says"][0][0].startswith("matters/card:")]

    found = await kept(yangxi, of_cards)
    assert found and all(set(one) == {row.id, lead.id} for one in found)
