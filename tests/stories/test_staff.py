"""Intake and coordinators: alert, taking, dialogue, duplicates, turning away, search; on both databases."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.coordinators import roster
from handlers.desk import Desk
from storage import chats, merges, people, tips
from storage.database import Tx
from tests.stories.drives import drives
from tests.stories.office import (
    OFFICE,
    PLACE,
    closes,
    course,
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
    takes,
    tells,
    tip,
)
from tests.town import Person, Town, together

# -- taking in ---------------------------------------------------------------------------------------------------------


async def test_the_seat_that_takes_it_in_is_alerted_by_the_commit(town: Town, officer: Person) -> None:
    """The alert follows in the wake of the tip's own commit, says the number and never what was told, and opens it."""
    number, _ = await tells(await town.citizen())
    heard = await officer.listens()
    assert number in heard and PLACE not in heard
    assert f"go.open.{number}" in officer.ids
    await officer.presses(f"go.open.{number}")
    assert PLACE in officer.text


async def test_of_two_who_take_it_at_once_the_first_keeps_it(town: Town, officer: Person) -> None:
    """One person takes a tip; the second is told who was first."""
    other = await town.staff(OFFICE, "coordinator", "乙")
    number, _ = await tells(await town.citizen())
    for one in (officer, other):
        await opens(one, number)
    await together(officer.presses("take"), other.presses("take"))
    holder = (await tip(town, number)).taken_by
    first, second = (officer, other) if holder == await person_of(town, officer) else (other, officer)
    assert "ask" in first.ids and "ask" not in second.ids
    assert ("甲" if first is officer else "乙") in second.text
    assert [one["move"] for one in await course(town, number)].count("taken") == 1


async def test_what_somebody_has_is_taken_over_in_the_open(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Whoever else could act takes over first: both names stay in the course."""
    other = await town.staff(OFFICE, "intake", "乙")
    await opens(other, told[0])
    assert "take_over" in other.ids and "ask" not in other.ids
    asked = await other.presses("take_over")
    assert "甲" in asked and "11月23日" in asked, "who has it, and since when"
    await other.presses("no")
    assert "take_over" in other.ids
    await other.presses("take_over")
    await other.presses("yes")
    assert "ask" in other.ids
    done = await moves(town, told[0])
    assert done["taken_over"]["person"] == await person_of(town, other) != done["taken"]["person"]


# -- the dialogue ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wish", "pushed"), [("yes", True), ("no", False)])
async def test_asking_back(town: Town, officer: Person, wish: str, pushed: bool) -> None:
    """The citizen is told that there is an answer only who wished it, never what it says; with the password it is read."""
    citizen = await town.citizen()
    number, password = await tells(citizen, notify=wish)
    await takes(officer, number)
    await officer.presses("ask")
    await fills(officer, "请问大约几点开始？")
    heard = await citizen.listens()
    assert (number in heard) is pushed and "几点" not in heard
    assert "几点" in await looks_up(await town.citizen(), number, password)


async def test_what_intake_notes_reaches_nobody_else(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Internal notes are for intake: neither the citizen nor a unit ever sees them."""
    number, password = told
    liaison = await town.staff("market", "liaison")
    await officer.presses("note")
    await officer.says("举报人可能是仓库的工人")
    await hands(officer, number, "market")
    await liaison.says("待办")
    await opens(liaison, number)
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    assert "工人" not in liaison.text + citizen.text
    await opens(officer, number)
    assert "工人" in await officer.presses("course")


async def test_an_oral_tip_gives_the_caller_number_and_password(town: Town, officer: Person) -> None:
    """代录: whoever takes the call types it in and reads out the receipt, with which the caller comes back."""
    await officer.says("代录")
    number, password = await tells(officer, "来电：夜里有人在老粮仓卸货")
    row = await tip(town, number)
    assert (row.source, row.alias) == ("oral", None)
    mark = next(message["id"] for message in officer.messages if password in message["text"])
    await officer.presses("erase")
    assert officer.messages[-1]["erase"] == [mark] and password not in officer.messages[-1]["text"]
    assert "add" in await answered(town, number, password)


async def answered(town: Town, number: str, password: str) -> list[str]:
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    return citizen.ids


# -- duplicates --------------------------------------------------------------------------------------------------------

ALIKE = [  # what the second says, the mark both share
    ("桂B·12345的车又来了", "plate"),
    ("他的电话是13807721234", "phone"),
    ("在 https://shop.example.com/item/9 上卖", "link"),
]


@pytest.mark.parametrize(("second", "mark"), ALIKE, ids=[mark for _, mark in ALIKE])
async def test_duplicates_are_proposed(town: Town, officer: Person, second: str, mark: str) -> None:
    """Two tips that name the same plate, telephone or link are shown to each other's reader."""
    first = "桂B12345 那辆车，司机电话 13807721234，在 http://www.shop.example.com/item/9/ 上卖"
    one, _ = await tells(await town.citizen(), first, "东门一号")
    two, _ = await tells(await town.citizen(), second, "西门二号")
    assert one in await opens(officer, two)
    row = await tip(town, two)
    assert mark in (await kept(town, lambda tx: merges.alike(tx, row)))[0][1]


async def test_what_has_ended_is_no_duplicate_to_merge_into(town: Town, officer: Person) -> None:
    """A closed one is marked as such; typed, or any number that cannot be it, it is refused at once and asked for again."""
    first, _ = await tells(await town.citizen(), "桂B12345 夜里卸货")
    await takes(officer, first)
    await closes(officer, first, "not_confirmed", "没有查实")
    second, _ = await tells(await town.citizen(), "又看到桂B12345")
    await takes(officer, second)
    assert "已办结" in (await opens(officer, second)).partition(first)[2]
    await officer.presses("merge")
    for wrong in (first, second, "LZ-00000000"):
        assert "没有并入" in await officer.says(wrong)
        assert "submit" not in officer.ids


async def test_the_same_place_in_the_same_week_is_proposed_and_the_same_week_alone_is_not(
    town: Town, officer: Person
) -> None:
    """A place or a week by itself makes no duplicate; both together do."""
    one, _ = await tells(await town.citizen(), "夜里有人卸成箱的东西", PLACE)
    two, _ = await tells(await town.citizen(), "凌晨有大车进出仓库", PLACE)
    other, _ = await tells(await town.citizen(), "夜里有人卸成箱的东西", "县城西门旧车站")
    assert one in await opens(officer, two)
    assert one not in await opens(officer, other)


async def test_a_merged_tip_keeps_its_number_and_gets_the_answer(town: Town, officer: Person) -> None:
    """Merging ends the one and keeps both receipts: what is said at the close reaches both citizens."""
    one = await tells(await town.citizen(), "桂B12345 夜里卸货")
    two = await tells(await town.citizen(), "桂B12345 又来了")
    await takes(officer, two[0])
    await officer.presses("merge")
    await officer.presses(f"into.{one[0]}")
    await officer.presses("submit")
    assert (await tip(town, two[0])).status == "merged" and not await debts(town, two[0])
    assert (await tip(town, one[0])).taken_by == await person_of(town, officer)
    assert set(await debts(town, one[0])) == {"triage"}
    await closes(officer, one[0], "confirmed", "已查获，谢谢您")
    for number, password in (one, two):
        assert "谢谢您" in await looks_up(await town.citizen(), number, password)


async def test_who_has_the_one_does_not_take_the_other_from_a_colleague(town: Town, officer: Person) -> None:
    """A merge makes the tip that goes on one's own only while nobody has it."""
    colleague = await town.staff(OFFICE, "intake", "乙")
    one, _ = await tells(await town.citizen(), "桂B12345 夜里卸货")
    two, _ = await tells(await town.citizen(), "桂B12345 又来了")
    await takes(colleague, one)
    await takes(officer, two)
    await officer.presses("merge")
    await officer.presses(f"into.{one}")
    await officer.presses("submit")
    assert (await tip(town, one)).taken_by == await person_of(town, colleague)


async def test_what_both_citizens_tell_is_read_in_the_tip_that_goes_on(town: Town, officer: Person) -> None:
    """Its card and the draft for the units hold the other's story and additions; the other citizen can still add, there,
    sees how far it is and what came of it."""
    one = await tells(await town.citizen(), "桂B12345 夜里卸货")
    two = await tells(await town.citizen(), "桂B12345 又来了，开车的戴红帽")
    await adds(await town.citizen(), two, "车停在粮仓后门")
    await takes(officer, two[0])
    await officer.presses("merge")
    await officer.presses(f"into.{one[0]}")
    shown = await officer.presses("submit")
    assert two[0] in shown and "戴红帽" in shown and "粮仓后门" in shown
    draft = await officer.presses("hand")
    await officer.presses("market")
    draft = await officer.presses("done")
    assert "夜里卸货" in draft and "戴红帽" in draft and "粮仓后门" in draft
    await officer.says("老粮仓夜间卸货，请核查")
    await officer.presses("submit")
    citizen = await town.citizen()
    assert "已转给有关单位" in await looks_up(citizen, *two)
    await adds(await town.citizen(), two, "昨晚又来了一次")
    assert one[0] in await officer.listens()
    shown = await opens(officer, one[0])
    assert "举报人乙：昨晚又来了一次" in shown
    await closes(officer, one[0], "confirmed", "已查获，谢谢您")
    citizen = await town.citizen()
    answer = await looks_up(citizen, *two)
    assert "查有此事" in answer and "谢谢您" in answer and "add" not in citizen.ids


async def adds(citizen: Person, receipt: tuple[str, str], words: str) -> None:
    await looks_up(citizen, *receipt)
    await citizen.presses("add")
    await citizen.says(words)
    await citizen.presses("done")


# -- turned away -------------------------------------------------------------------------------------------------------


async def test_outside_the_remit_names_the_hotline(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """What is not ours is closed with the number that takes it; the reason stays inside."""
    number, password = told
    await officer.presses("mark")
    await fills(officer, "outside", "consumer", "买卖纠纷")
    citizen = await town.citizen()
    answer = await looks_up(citizen, number, password)
    assert "12315" in answer and "买卖纠纷" not in answer
    assert ((await tip(town, number)).status, (await tip(town, number)).outcome) == ("closed", "outside")


async def test_spam_ends_with_everything_that_waited_for_it(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A tip marked as spam after it was handed over leaves no clock and no list; its unit is told."""
    number, _ = told
    liaison = await town.staff("market", "liaison")
    await hands(officer, number, "market")
    await liaison.listens()
    await opens(officer, number)
    await officer.presses("mark")
    await fills(officer, "spam", "广告")
    assert not await debts(town, number) and (await given(town, number))["market"].status == "closed"
    assert number in await liaison.listens()
    await liaison.says("待办")
    assert not [one for one in liaison.ids if one.startswith("go.lead.")]


# -- who seats whom ----------------------------------------------------------------------------------------------------

MARKET = ("market", "liaison")
INVITES = [  # a coordinator of one office, the seat, whether they may fill and end it
    (OFFICE, (OFFICE, "intake"), True),
    (OFFICE, MARKET, True),
    (OFFICE, (OFFICE, "coordinator"), True),
    (OFFICE, ("gov_office", "coordinator"), False),  # it watches the whole register
    (OFFICE, ("gov_office", "liaison"), True),
    (OFFICE, ("market", "leader"), True),
    (OFFICE, ("county_gov", "leader"), False),  # the head of the county's work
    (OFFICE, ("gov_office", "intake"), False),
    (OFFICE, ("police", "duty"), False),
    (OFFICE, ("gov_office", "custodian"), False),
    (OFFICE, ("police", "sealed"), False),
    ("anti_smuggling_office", (OFFICE, "intake"), False),
]
SEATS = [f"{unit}/{seat} by {office}" for office, (unit, seat), _ in INVITES]


@pytest.mark.parametrize(("office", "seat", "free"), INVITES, ids=SEATS)
async def test_a_coordinator_fills_no_seat_that_reads_what_they_may_not(
    town: Town, office: str, seat: tuple[str, str], free: bool
) -> None:
    """Intake, duty and custodians are seated by a colleague in their unit, the keeper of sealed tips from the console:
    nobody makes up a person to read through. Ending a seat goes by the same rule."""
    coordinator, seated = await town.staff(office, "coordinator"), await town.staff(*seat, "壬癸")
    await coordinator.says("邀请")
    if seat[0] in coordinator.ids:
        await coordinator.presses(seat[0])
    assert (seat[1] in coordinator.ids) is free
    await coordinator.says("取消")
    assert "壬癸" in await coordinator.says("人员") + "".join(coordinator.buttons)
    held = f"{await person_of(town, seated)}.{'.'.join(seat)}"
    assert (held in coordinator.ids) is free


@pytest.mark.parametrize("seat", [("police", "sealed"), ("gov_office", "intake")])
async def test_what_is_remembered_of_an_invitation_is_judged_again(town: Town, seat: tuple[str, str]) -> None:
    """Answers kept from before give no code and end no seat that could not be chosen now; the try is on record."""
    coordinator, seated = await town.staff(OFFICE, "coordinator"), await town.staff(*seat, "壬癸")
    chat = await kept(town, lambda tx: chats.find(tx, "web", coordinator.token))
    assert chat is not None
    person, unseats = await person_of(town, seated), f"{await person_of(town, seated)}.{'.'.join(seat)}"

    def answered(tx: Tx) -> tuple[str, str]:
        desk = Desk(tx, town.app.timepiece.now(), town.app.setting, chat, frozenset({(OFFICE, "coordinator")}))
        first = roster.invited(desk, {"unit": seat[0], "seat": seat[1], "name": "假名"})
        return first.says[0].block, roster.unseated(desk, {"who": unseats, "sure": "yes"}).says[0].block

    assert await kept(town, answered) == ("common:not_yours", "common:closed")
    assert seat in await kept(town, lambda tx: people.seats_of(tx, person, town.plan.id))
    assert set(await refusals(town, "/".join(seat))) == {"invite", "unseat"}


async def test_who_and_which_seat_is_named_before_it_ends(town: Town) -> None:
    """The roster stands in the order of the plan; who holds no seat any more is out, and so are the codes they gave."""
    coordinator = await town.staff(OFFICE, "coordinator", "子")
    other = await town.staff(OFFICE, "coordinator", "丑")
    liaisons = [await town.staff(unit, "liaison", name) for unit, name in (("tobacco", "寅"), ("market", "卯"))]
    await other.says("邀请")
    said = await fills(other, "tobacco", "liaison", "辰")
    code = re.findall(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", said)[0]
    await coordinator.says("人员")
    order = list(town.plan.units)
    units = [order.index(one.split(".")[1]) for one in coordinator.ids if one.count(".") == 2]
    assert units == sorted(units) and len(units) == 4
    for somebody in (other, liaisons[0]):
        number = await person_of(town, somebody)
        name = await kept(town, lambda tx, number=number: people.name(tx, number))
        await coordinator.says("人员")
        asked = await coordinator.presses(next(one for one in coordinator.ids if one.startswith(f"{number}.")))
        assert name in asked and "·" in asked
        await coordinator.presses("yes")
        assert (await somebody.post({"text": "待办"}))[0] == 401
    assert (await town.start(login=code))[0] == 403
    assert (await liaisons[1].post({"text": "待办"}))[0] == 202


# -- what is found, and by whom ----------------------------------------------------------------------------------------

SOUGHT = [  # typed, found
    ("查 桂B12345", True),
    ("查 桂b·12345", True),
    ("search 13807721234", True),
    ("查 https://shop.example.com/item/9", True),
    ("查 SF1234567890123", True),
    ("查 桂B99999", False),
    ("查 老粮仓", False),
]


async def test_a_search_finds_what_carries_the_mark(town: Town, officer: Person) -> None:
    """By plate, telephone, link or parcel number, in any spelling, named whole; words are not searched."""
    text = "桂B·12345 的车，电话13807721234，www.shop.example.com/item/9 ，单号 SF1234567890123"
    number, _ = await tells(await town.citizen(), text)
    for words, found in SOUGHT:
        await officer.says("菜单")
        assert (number in await officer.says(words)) is found, words
    await officer.says(f"查 {number}")
    assert "take" in officer.ids


async def test_the_list_hides_nothing(town: Town, officer: Person) -> None:
    """Urgent first, then the oldest; what is more than a telephone shows has its number said and is one press away; and
    what others have, however much, hides nothing that waits for this person."""
    now = town.app.timepiece.now()

    def made(tx: Tx, at: int, **columns: Any) -> str:
        row = {"county": town.plan.id, "letters": "LZ", "content": {}, "involved": [], "marks": [], "alias": None}
        row |= {"route": "open", "intake": OFFICE, "source": "citizen", "at": now - timedelta(hours=at)}
        row |= dict.fromkeys(("urgent", "reward", "named", "notify"), False)
        return tips.create(tx, **(row | columns))[1].number

    def filled(tx: Tx) -> list[str]:
        for n in range(210):
            made(tx, 500 + n, intake="gov_office")
        return [made(tx, 30 - n, urgent=n == 24) for n in range(25)]

    numbers = await kept(town, filled)
    await officer.says("待办")
    first = [one.removeprefix("go.open.") for one in officer.ids if one.startswith("go.open.")]
    assert first == [numbers[24], *numbers[:19]] and "25 件" in officer.messages[-1]["text"]
    await officer.presses("go.more.20")
    assert [one.removeprefix("go.open.") for one in officer.ids if one.startswith("go.open.")] == numbers[19:24]
    assert not [one for one in officer.ids if one.startswith("go.more")]
    await officer.post({"choice": "go.more.²", "prompt": 1})
    assert numbers[24] in await officer.listens()


async def test_an_open_note_is_not_taken_for_a_search(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """In an open question only a whole mark after 查 is a search; anything else is the answer."""
    await officer.presses("note")
    await officer.says("查 过两次，没有人在")
    assert "没有人在" in (await moves(town, told[0]))["noted"]["note"]


async def test_a_unit_finds_nothing_by_what_was_redacted(town: Town, officer: Person) -> None:
    """A mark of the original is no way for a liaison to learn what the copy leaves out."""
    liaison = await town.staff("market", "liaison")
    number, _ = await tells(await town.citizen(), "桂B12345 夜里卸货")
    await takes(officer, number)
    await hands(officer, number, "market")
    await liaison.listens()
    assert number not in await liaison.says("查 桂B12345")


@drives("tipoff", "form", "refused", clauses=("YX-2.1b",))
async def test_viewers_of_the_register_see_number_age_and_lateness(database_url: str, tmp_path: Path) -> None:
    """Yangxi: the tobacco bureau takes in; both offices see that a tip exists, how old and whether late, and no more."""
    async with Town.open(database_url, tmp_path, ("yangxi",)) as town:
        office = [
            await town.staff(unit, "coordinator") for unit in ("anti_counterfeit_office", "anti_smuggling_office")
        ]
        taker = await town.staff("tobacco", "intake", "壬癸")
        number, _ = await tells(await town.citizen())
        await takes(taker, number)
        await town.fast_forward(days=2)
        for one in office:
            await one.says("待办")
            assert number in one.text and "2 天" in one.text
            assert "壬癸" not in await opens(one, number) + one.text
            assert PLACE not in one.text and "take" not in one.ids and f"go.open.{number}" not in one.ids


@drives("tipoff", "late", clauses=("YX-2.1b",))
async def test_in_the_other_county_too_silence_is_told_higher_up(tmp_path: Path) -> None:
    """Yangxi (YX-2.1b): a tip that nobody takes in its working day; whoever takes tips in is asked again, then others hear of it."""
    async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("yangxi",)) as town:
        taker = await town.staff("tobacco", "intake")
        others = [
            await town.staff(*seat) for seat in (("tobacco", "leader"), ("anti_counterfeit_office", "coordinator"))
        ]
        number, _ = await tells(await town.citizen())
        assert number in await taker.listens()
        await town.fast_forward(days=10)
        assert number in await taker.listens()
        assert all([number in await one.listens() for one in others])
