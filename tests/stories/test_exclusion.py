"""Who is involved in a tip, and who is one body with them, learns nothing of it: by no way, and each try is on record."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.util import await_only

from handlers.coordinators import involve
from handlers.desk import Desk
from reminders import due
from rules.kin import kin_of
from storage import attachments, chats, duties, tips
from storage.database import Tx
from storage.models import outbox
from tests.bot.attachments import photo
from tests.stories.drives import drives
from tests.stories.office import (
    OFFICE,
    PLACE,
    closes,
    debts,
    fills,
    given,
    hands,
    kept,
    looks_up,
    moves,
    opens,
    person_of,
    refusals,
    seat_also,
    signs,
    takes,
    tells,
    tip,
)
from tests.town import Person, Town

NEXT = "gov_office"  # who takes in when the first office is involved
PLATE = "桂B12345 夜里在老粮仓卸货"

# involved, the seats of one person, why they are excluded
EXCLUDED = [
    ("police", [("police", "liaison")], "the unit itself"),
    ("police", [("police", "leader"), (OFFICE, "intake")], "one seat there and one at intake: the whole person"),
    ("anti_smuggling_office", [("science_industry_trade", "liaison"), (NEXT, "intake")], "its host"),
    ("science_industry_trade", [(OFFICE, "intake"), (NEXT, "coordinator")], "an office it hosts, intake itself"),
    ("county_gov", [(NEXT, "liaison"), (OFFICE, "intake")], "its child"),
    ("anti_smuggling_office", [(OFFICE, "coordinator"), (NEXT, "intake")], "hosted by the same body"),
]


async def seated(town: Town, seats: list[tuple[str, str]], name: str = "丙") -> Person:
    somebody = await town.staff(*seats[0], name)
    for unit, kind in seats[1:]:
        await seat_also(town, somebody, unit, kind)
    return somebody


def taker(town: Town, unit: str) -> str:
    return NEXT if OFFICE in kin_of(town.plan, (unit,)) else OFFICE


@drives("tipoff", "refused", clauses=("LZ-3.6d",))
@pytest.mark.parametrize(("unit", "seats", "why"), EXCLUDED, ids=[why for *_, why in EXCLUDED])
async def test_nothing_by_any_way(town: Town, unit: str, seats: list[tuple[str, str]], why: str) -> None:
    """No alert, list, number, old button, search, proposal to merge or signed link; every try is in the audit log."""
    barred, free = await seated(town, seats), await town.staff(taker(town, unit), "intake")
    number, _ = await tells(await town.citizen(), PLATE, files=[("a.jpg", photo())], involved=[unit])
    other, _ = await tells(await town.citizen(), "桂B12345 又来了")
    assert number in await free.listens()

    await town.fast_forward(days=10)  # every rung of the ladder
    await barred.listens()
    await barred.says("待办")
    await opens(barred, number)
    await barred.post({"choice": f"go.open.{number}", "prompt": 1})
    await barred.listens()
    await barred.says("查 桂B12345")
    await opens(barred, other)
    assert number not in barred.text and PLACE.encode() not in await through_a_link(town, barred, number)
    assert set(await refusals(town, number)) >= {"open", "search"}
    assert [one for one in await refusals(town, number) if one.endswith("clean")]


async def through_a_link(town: Town, person: Person, number: str) -> bytes:
    """What a link signed for this very conversation opens."""
    row = await tip(town, number)
    file = (await kept(town, lambda tx: attachments.of_tip(tx, row.id)))[0]
    chat = await kept(town, lambda tx: chats.find(tx, "web", person.token))
    assert chat is not None
    link = town.app.uploads.link({"id": file.id, "n": 1, "kind": "image", "which": "clean"}, chat.id, "zh")
    answer = await town.http.get(link["url"])
    assert answer.status == 404
    return await answer.read()


async def test_whoever_is_free_may(town: Town) -> None:
    """The other side of the same law: the office that took it in opens all of it, the link included."""
    free = await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen(), PLATE, files=[("a.jpg", photo())], involved=["police"])
    other, _ = await tells(await town.citizen(), "桂B12345 又来了")
    assert number in await free.listens()
    await opens(free, number)
    assert (await town.http.get(free.messages[-1]["files"][0]["url"])).status == 200
    assert number in await free.says("查 桂B12345")
    assert number in await opens(free, other)


async def test_a_merge_by_number_is_refused_as_if_there_were_none(town: Town) -> None:
    """Who is excluded from a tip can't reach it by merging into it."""
    barred = await seated(town, [("police", "leader"), (OFFICE, "intake")])
    hidden, _ = await tells(await town.citizen(), PLATE, involved=["police"])
    other, _ = await tells(await town.citizen(), "桂B12345 又来了")
    await takes(barred, other)
    await barred.presses("merge")
    assert f"into.{hidden}" not in barred.ids
    await barred.says(hidden)
    assert "submit" not in barred.ids
    assert (await tip(town, other)).status == "taken" and "read" in await refusals(town, hidden)


async def test_what_the_citizen_adds_is_told_to_the_free_ones_only(town: Town) -> None:
    """While nobody has taken it, all of intake hears of an addition, but for whoever is excluded."""
    barred, free = await seated(town, [("police", "leader"), (OFFICE, "intake")]), await town.staff(OFFICE, "intake")
    number, password = await tells(await town.citizen(), PLATE, involved=["police"])
    await free.listens()
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("add")
    await citizen.says("昨晚又来了一次")
    await citizen.presses("done")
    assert number in await free.listens() and number not in await barred.listens()


# -- involved afterwards -------------------------------------------------------------------------------------------------


async def involves(officer: Person, number: str, unit: str) -> str:
    await opens(officer, number)
    await officer.presses("involve")
    return await fills(officer, unit, "经核实有关联")


async def test_a_unit_that_turns_out_to_be_involved_loses_what_it_had(town: Town) -> None:
    """Marked by intake, it reads no more from that commit on and is not written to; who had read it is known."""
    officer = await town.staff(OFFICE, "intake")
    liaison, innocent = await town.staff("market", "liaison", "丙"), await town.staff("tobacco", "liaison", "丁")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await hands(officer, number, "market", "tobacco")
    for one in (liaison, innocent):
        await signs(one, number)
    answer = await involves(officer, number, "market")
    assert "丙" in answer and "丁" not in answer
    heard = len(liaison.text)
    await town.fast_forward(days=30)
    assert number not in await liaison.listens()
    assert "请核查" not in await liaison.presses("complete") + await opens(liaison, number)
    assert number not in (await liaison.says("待办")) and heard
    assert (await given(town, number))["market"].status == "recalled"
    assert (await given(town, number))["tobacco"].status == "signed"
    assert {"open"} <= set(await refusals(town, number))
    assert (await tip(town, number)).status == "handed" and "ask" in officer.ids


async def test_intakes_own_kin_gives_the_tip_to_the_next_office(town: Town) -> None:
    """The next free office is alerted and takes it in afresh; nothing is left for the old one, not even its clocks."""
    officer, colleague = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "coordinator", "乙")
    number, password = await tells(await town.citizen())
    await takes(officer, number)
    new = await town.staff(NEXT, "intake", "丁")
    await involves(officer, number, "science_industry_trade")
    assert number in await new.listens()
    row = await tip(town, number)
    assert (row.intake, row.taken_by, row.status) == (NEXT, None, "received")
    assert {one.unit for one in (await debts(town, number)).values()} == {NEXT}
    for one in (officer, colleague):
        await one.listens()
        assert PLACE not in await opens(one, number)
        await one.says("待办")
        assert f"go.open.{number}" not in one.ids
    await town.fast_forward(days=10)
    assert number not in await officer.listens() + await colleague.listens()
    await takes(new, number)
    await closes(new, number, "confirmed", "已查处")
    assert "已查处" in await looks_up(await town.citizen(), number, password)


async def test_an_alert_not_yet_fetched_is_taken_back(town: Town) -> None:
    """What waits in the mailbox of the office that turned out to be involved is not delivered any more."""
    officer, absent = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "intake", "乙")
    await town.staff(NEXT, "intake", "丁")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await involves(officer, number, OFFICE)
    assert number not in await absent.listens()


ASKED = ["open", "hand", "course", "list"]


@pytest.mark.parametrize("asked", ASKED)
async def test_an_answer_not_yet_fetched_is_taken_back(town: Town, asked: str) -> None:
    """Also what they asked for themselves, a card, a draft, a list: it is answered as if there were no such tip; and the
    conversation goes on."""
    officer = await town.staff(OFFICE, "intake")
    barred = await seated(town, [(OFFICE, "intake"), ("market", "leader")])
    number, _ = await tells(await town.citizen(), PLATE)
    await takes(barred, number)
    await opens(officer, number)
    await officer.presses("take_over")
    await officer.presses("yes")
    if asked == "hand":
        await opens(barred, number)
        await barred.presses("take_over")
        await barred.presses("yes")
        await barred.post({"choice": "hand", "prompt": barred.messages[-1]["prompt"]})
        await town.settle()
        await opens(officer, number)
        await officer.presses("take_over")
        await officer.presses("yes")
    elif asked == "course":
        await opens(barred, number)
        await barred.post({"choice": "course", "prompt": barred.messages[-1]["prompt"]})
    else:
        await barred.listens()
        await barred.post({"text": number if asked == "open" else "待办"})
    await town.settle()
    await involves(officer, number, "market")
    before = len(barred.messages)
    heard = await barred.listens()
    assert number not in heard and PLACE not in heard and "没有找到" in heard
    assert len(barred.messages) > before and number not in await barred.says("待办")


@pytest.mark.parametrize("seats", [[(OFFICE, "intake"), ("market", "leader")], [(OFFICE, "intake")]])
async def test_nothing_about_it_waits_in_the_mailbox_of_who_is_out(town: Town, seats: list[tuple[str, str]]) -> None:
    """An alert, and what the citizen added, are taken back from everybody who sits in the involved unit as well, by
    whatever seat they were told; a colleague who does not still hears."""
    holder, absent = await town.staff(OFFICE, "coordinator"), await seated(town, seats)
    number, password = await tells(await town.citizen())
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("add")
    await citizen.says("昨晚又来了一次")
    await citizen.presses("done")
    await takes(holder, number)
    await involves(holder, number, "market")
    assert (number in await absent.listens()) is (len(seats) == 1)


DRAFTED = "红帽司机夜里卸货，请核查"


async def state_of(town: Town, person: Person) -> str:
    chat = await kept(town, lambda tx: chats.find(tx, "web", person.token))
    assert chat is not None
    return str(chat.state)


@pytest.mark.parametrize("aside", [False, True], ids=["open", "put aside"])
async def test_a_form_that_is_open_about_it_is_put_away(town: Town, aside: bool) -> None:
    """Whoever turns out to sit in the involved unit too goes on with nothing: what they had written of the tip is kept
    nowhere from that commit on, and is not shown again."""
    chief, barred = (
        await town.staff(OFFICE, "coordinator"),
        await seated(town, [(OFFICE, "intake"), ("police", "liaison")]),
    )
    number, _ = await tells(await town.citizen())
    await takes(barred, number)
    await barred.presses("hand")
    for one in ("market", "done"):
        await barred.presses(one)
    await barred.says(DRAFTED)
    if aside:
        await opens(barred, (await tells(await town.citizen(), "有人在西门卸货", "西门车站"))[0])
    assert DRAFTED in await state_of(town, barred)
    await opens(chief, number)
    await chief.presses("take_over")
    await chief.presses("yes")
    await involves(chief, number, "police")
    assert DRAFTED not in await state_of(town, barred)
    assert DRAFTED not in await barred.says("继续") and PLACE not in barred.fresh[-1]["text"]


@pytest.mark.parametrize("lost", ["recalled", "involved"])
async def test_a_form_is_judged_before_it_is_shown(
    town: Town, officer: Person, told: tuple[str, str], lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a person has come to lose a tip: a form about it, or about a copy of it, is not gone on with, and the try is
    on record."""
    monkeypatch.setattr(chats, "put_away", lambda *_: None)  # as for a conversation that is answered in that moment
    liaison = await town.staff("market", "liaison", "丙")
    await hands(officer, told[0], "market")
    await signs(liaison, told[0])
    await liaison.presses("complete")
    await liaison.presses("not_confirmed")
    await liaison.says(DRAFTED)
    assert "submit" in liaison.ids
    if lost == "involved":
        await involves(officer, told[0], "market")
    else:
        await opens(officer, told[0])
        await officer.presses("recall")
        await fills(officer, next(one for one in officer.ids if one.endswith("market")), "转错了")
    for words in ("继续", "English"):
        assert DRAFTED not in await liaison.says(words) and "submit" not in liaison.ids
    assert "read_copy" in await refusals(town, told[0]) and DRAFTED not in await state_of(town, liaison)


async def test_a_push_that_is_written_in_that_moment_is_taken_back_too(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process looks at a clock of the tip and has not committed: it is waited for, and what it said to them is
    gone with the rest."""
    async with Town.open(postgres_database, tmp_path) as town:
        officer, barred = await town.staff(OFFICE, "intake"), await town.staff("market", "liaison", "丙")
        number, _ = await tells(await town.citizen())
        await takes(officer, number)
        await hands(officer, number, "market")
        assert number in await barred.listens()
        await opens(officer, number)
        await officer.presses("involve")
        await officer.presses("market")
        await officer.says("经核实有关联")
        debt, looked, go = (await debts(town, number))["sign"], asyncio.Event(), asyncio.Event()

        def looks(tx: Tx) -> int:
            told = due.look(tx, town.app.plans, debt.look_at, debt.id)
            tx.flush()
            looked.set()
            await_only(asyncio.wait_for(go.wait(), 20))
            return told

        for name in ("hold", "close"):
            real = getattr(duties, name)
            monkeypatch.setattr(duties, name, lambda *a, real=real, **k: (go.set(), real(*a, **k))[1])
        other = asyncio.create_task(town.app.database.run(looks))
        await looked.wait()
        await officer.presses("submit")
        assert await other == 1
        assert number not in await barred.listens()


async def test_beside_a_citizens_conversation_no_tip_is_named(town: Town, officer: Person) -> None:
    """What is pushed to a citizen has no name in the outbox, so that a copy of the database joins no tip to an account;
    every push to staff about a tip begins with the tip."""
    citizen = await town.citizen()
    number, _ = await tells(citizen, notify="yes")
    await takes(officer, number)
    await officer.presses("ask")
    await fills(officer, "请问大约几点开始？")
    colleague = await town.staff(OFFICE, "intake", "乙")
    await town.fast_forward(days=3)
    row, chat = await tip(town, number), await kept(town, lambda tx: chats.find(tx, "web", citizen.token))
    assert chat is not None and colleague
    wanted = select(outbox.c.lane, outbox.c.once)
    named = await kept(town, lambda tx: [(lane, once) for lane, once in tx.execute(wanted) if str(row.id) in str(once)])
    assert chat.id not in {lane for lane, _ in named}
    assert all(once.startswith(f"tip:{row.id}:") for _, once in named)


async def test_what_is_remembered_of_a_unit_is_judged_again(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A confirmation that waited while the county's list or the tip changed involves nobody who can't be chosen now."""
    chat, row = await kept(town, lambda tx: chats.find(tx, "web", officer.token)), await tip(town, told[0])
    assert chat is not None
    dropped = next(one for one in town.plan.units if one not in town.plan.nameable)

    def answered(tx: Tx) -> str:
        desk = Desk(tx, town.app.timepiece.now(), town.app.setting, chat, frozenset({(OFFICE, "intake")}))
        return involve.finish(desk, {"_tip": row.id, "unit": dropped, "reason": "-"}).says[0].block

    assert await kept(town, answered) == "coordinators/case:no_longer"
    assert not await kept(town, lambda tx: tips.involved(tx, row.id))


async def test_something_happening_now_rings_at_the_next_office(town: Town) -> None:
    """Urgent stays urgent: the duty seat that is free of it is alerted within the minute."""
    officer, duty = await town.staff(OFFICE, "intake"), await town.staff("police", "duty", "丁")
    number, _ = await tells(await town.citizen(), "老粮仓正在卸成箱的东西")
    assert number not in await duty.listens()
    await takes(officer, number)
    await involves(officer, number, OFFICE)
    assert number in await duty.listens()
    await takes(duty, number)
    assert "now" not in await debts(town, number)


async def test_a_holder_with_a_seat_there_holds_it_no_more(town: Town) -> None:
    """Whoever has the tip and turns out to sit in the involved unit too is out, and the rest of intake is alerted again."""
    holder, other = await seated(town, [(OFFICE, "intake"), ("market", "leader")]), await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen())
    await takes(holder, number)
    await other.listens()
    await involves(holder, number, "market")
    assert number in await other.listens()
    await takes(other, number)
    assert (await tip(town, number)).taken_by == await person_of(town, other)
    assert PLACE not in await opens(holder, number)


async def test_with_no_office_left_the_citizen_learns_who_is_outside(town: Town) -> None:
    """When every office of the county is involved nobody here reads it any more, and the way outside is told."""
    officer = await town.staff(OFFICE, "intake")
    number, password = await tells(await town.citizen(), involved=["county_gov", "political_legal"])
    await takes(officer, number)
    await involves(officer, number, OFFICE)
    assert PLACE not in await opens(officer, number)
    assert "12388" in await looks_up(await town.citizen(), number, password)
    assert ((await tip(town, number)).status, await debts(town, number)) == ("closed", {})


async def test_merging_carries_the_exclusion_over(town: Town) -> None:
    """Who is accused in the one tip does not get to work on the other, into which it was merged."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("market", "liaison")
    one, _ = await tells(await town.citizen(), PLATE)
    await takes(officer, one)
    await hands(officer, one, "market")
    two, _ = await tells(await town.citizen(), "桂B12345 市场局有人通风报信", involved=["market"])
    await takes(officer, two)
    await officer.presses("merge")
    await officer.presses(f"into.{one}")
    await officer.presses("submit")
    row = await tip(town, one)
    assert await kept(town, lambda tx: tips.involved(tx, row.id)) == {"market"}
    assert "请核查" not in await opens(liaison, one)


async def merged(town: Town, officer: Person, **involved: list[str]) -> tuple[str, str]:
    """(the tip that was merged, the one it was merged into)"""
    into, _ = await tells(await town.citizen(), PLATE, **({"involved": involved["into"]} if "into" in involved else {}))
    one, _ = await tells(
        await town.citizen(), "桂B12345 又来了", **({"involved": involved["one"]} if "one" in involved else {})
    )
    await takes(officer, one)
    await officer.presses("merge")
    await officer.presses(f"into.{into}")
    await officer.presses("submit")
    return one, into


MERGES = [{"into": ["market"]}, {"one": ["market"]}]


@pytest.mark.parametrize("named", MERGES, ids=["in the one that stays", "in the one that ends"])
async def test_after_a_merge_neither_tip_tells_of_the_other(
    town: Town, officer: Person, named: dict[str, list[str]]
) -> None:
    """Who is involved in either is excluded from both: not the outcome, nor the number, is read through the other."""
    barred = await seated(town, [(OFFICE, "intake"), ("market", "leader")])
    one, into = await merged(town, officer, **named)
    await closes(officer, into, "confirmed", "已查获，谢谢您")
    for number in (one, into):
        await opens(barred, number)
        if "course" in barred.ids:
            await barred.presses("course")
    assert "谢谢您" not in barred.text and PLACE not in barred.text
    for number in (one, into):
        row = await tip(town, number)
        assert await kept(town, lambda tx, row=row: tips.involved(tx, row.id)) == {"market"}


async def test_what_was_merged_goes_with_the_tip_it_is_in(town: Town, officer: Person) -> None:
    """A unit that turns out to be involved is excluded from the tips merged here as well, which stay merged; and they move
    to the next office with it."""
    barred = await seated(town, [(OFFICE, "intake"), ("market", "leader")])
    one, into = await merged(town, officer)
    await involves(officer, into, "market")
    assert PLACE not in await opens(barred, one)
    assert (await tip(town, one)).status == "merged"
    new = await town.staff(NEXT, "intake", "丁")
    await involves(officer, into, OFFICE)
    assert PLACE not in await opens(officer, one)
    assert PLACE in await opens(new, one)
    assert (await tip(town, one)).status == "merged"


# -- the sealed route ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def sealed(town: Town) -> dict[str, Any]:
    """A tip about officials: (who keeps it, who takes the others in, its number)."""
    keeper, officer = await town.staff("police", "sealed", "丁"), await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen(), PLATE, involved=["officials"])
    return {"keeper": keeper, "officer": officer, "number": number}


async def test_of_a_sealed_tip_the_register_has_the_number(town: Town, sealed: dict[str, Any]) -> None:
    """Only the keeper is alerted and reads; a coordinator sees the number; it carries no mark that a search could find."""
    coordinator = await town.staff(OFFICE, "coordinator", "乙")
    other, _ = await tells(await town.citizen(), "桂B12345 又来了")
    assert sealed["number"] in await sealed["keeper"].listens()
    assert sealed["number"] not in await sealed["officer"].listens()
    await town.fast_forward(days=10)
    assert sealed["number"] not in await sealed["officer"].listens() + await coordinator.listens()
    await coordinator.says("待办")
    assert sealed["number"] in coordinator.text and f"go.open.{sealed['number']}" not in coordinator.ids
    for one in (coordinator, sealed["officer"], sealed["keeper"]):
        await one.listens()
        assert sealed["number"] not in await one.says("查 桂B12345")
    await opens(coordinator, other)
    assert sealed["number"] not in coordinator.messages[-1]["text"]
    assert PLACE not in await opens(coordinator, sealed["number"])


async def test_a_sealed_tip_goes_on_by_letter(town: Town, sealed: dict[str, Any]) -> None:
    """Its keeper acts alone: it is neither handed to units in here nor merged."""
    await takes(sealed["keeper"], sealed["number"])
    assert {"ask", "finish", "involve"} <= set(sealed["keeper"].ids)
    assert not {"hand", "merge"} & set(sealed["keeper"].ids)
    assert "taken" in await moves(town, sealed["number"])


async def test_a_tip_that_turns_out_to_be_about_officials_is_sealed(town: Town) -> None:
    """Marked so by intake, with what was merged into it: the keeper takes it in afresh; the former office, its duty seat
    and the units keep nothing but the number, no alert that waits, no clock, no mark that a search could find."""
    officer, absent = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "intake", "乙")
    keeper, liaison = await town.staff("police", "sealed", "丁"), await town.staff("market", "liaison", "丙")
    one, number = await merged(town, officer)
    await hands(officer, number, "market")
    await signs(liaison, number)
    assert "丙" in await involves(officer, number, "officials")
    for tip_ in (number, one):
        row = await tip(town, tip_)
        assert (row.route, row.intake, row.taken_by, row.goods, row.kind) == ("sealed", "police", None, None, None)
    assert number not in await absent.listens()
    assert {debt.unit for debt in (await debts(town, number)).values()} == {"police"}
    assert set(await debts(town, number)) == {"receive"}
    assert (await given(town, number))["market"].status == "recalled"
    heard = len(officer.messages), len(liaison.messages)
    await town.fast_forward(days=10)
    assert number not in await officer.listens() + await absent.listens() + await liaison.listens()
    assert number not in await officer.says("查 桂B12345") and heard
    for gone in (one, number):
        assert PLACE not in await opens(officer, gone) and PLACE not in await opens(absent, gone)
        assert "请核查" not in await opens(liaison, gone)
    await officer.says("待办")
    assert number in officer.text and f"go.open.{number}" not in officer.ids
    assert number in await keeper.listens()
    await takes(keeper, number)
    assert PLACE in keeper.text and "hand" not in keeper.ids


@pytest.mark.parametrize("seat", [None, "involved"])
async def test_without_a_keeper_nothing_is_sealed_to_nobody(town: Town, officer: Person, seat: str | None) -> None:
    """While the sealed seat is vacant or involved, intake is told whom outside the county to turn to; nothing moves."""
    if seat:
        await seated(town, [("police", "sealed"), ("market", "leader")])
    number, _ = await tells(await town.citizen(), involved=["market"])
    await takes(officer, number)
    assert "12388" in await involves(officer, number, "officials")
    row = await tip(town, number)
    assert (row.route, row.intake, row.status) == ("open", OFFICE, "taken")
