"""Intake, coordinators and liaisons: from the alert to the outcome in words, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage import duties, handovers, tips
from tests.bot.attachments import film, mp3, photo
from tests.stories.office import (
    PLACE,
    closes,
    concludes,
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
    signs,
    takes,
    tells,
    tip,
)
from tests.town import Person, Town, together

OFFICE = "hq_office"


@pytest.fixture
async def officer(town: Town) -> Person:
    return await town.staff(OFFICE, "intake")


@pytest.fixture
async def told(town: Town, officer: Person) -> tuple[str, str]:
    """A tip that the officer has taken: (number, password)."""
    receipt_of_it = await tells(await town.citizen())
    await takes(officer, receipt_of_it[0])
    return receipt_of_it


# -- taking in -----------------------------------------------------------------------------------------------------------


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
    await other.presses("take_over")
    assert "ask" in other.ids
    done = await moves(town, told[0])
    assert done["taken_over"]["person"] == await person_of(town, other) != done["taken"]["person"]


# -- the dialogue --------------------------------------------------------------------------------------------------------


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
    assert "add" in await answered(town, number, password)


async def answered(town: Town, number: str, password: str) -> list[str]:
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    return citizen.ids


# -- duplicates ----------------------------------------------------------------------------------------------------------

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
    assert mark in (await kept(town, lambda tx: tips.alike(tx, row)))[0][1]


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
    await takes(officer, one[0])
    await closes(officer, one[0], "confirmed", "已查获，谢谢您")
    for number, password in (one, two):
        assert "谢谢您" in await looks_up(await town.citizen(), number, password)


# -- turned away ---------------------------------------------------------------------------------------------------------


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


# -- handing over --------------------------------------------------------------------------------------------------------


async def test_units_see_the_copy_and_nothing_else(town: Town, officer: Person) -> None:
    """Each warning is shown before it goes out, the edited copy is what a unit reads, and no unit knows of another."""
    liaisons = [await town.staff(unit, "liaison") for unit in ("tobacco", "market")]
    number, _ = await tells(await town.citizen(), "我邻居家的仓库，电话13807721234，身份证450203198001011234")
    await takes(officer, number)
    await officer.presses("hand")
    for unit in ("tobacco", "market", "done"):
        await officer.presses(unit)
    warned = await officer.presses("as_is")
    for excerpt in ("我邻居", "13807721234", "450203198001011234"):
        assert excerpt in warned
    await officer.presses("edit")
    await officer.says("老粮仓夜间卸货，请核查")
    await officer.presses("submit")
    for liaison in liaisons:
        await liaison.says("待办")
        shown = await opens(liaison, number)
        assert "老粮仓夜间卸货" in shown and "13807721234" not in liaison.text and "邻居" not in liaison.text
    assert "市场" not in liaisons[0].text and "烟草" not in liaisons[1].text


async def test_suggested_units_come_first_with_why_and_clause(town: Town, officer: Person) -> None:
    """The plan's units stand first with the clause; who is outside is named, by letter, and can't be chosen."""
    number, _ = await tells(await town.citizen(), goods="refined_oil", kind="smuggling")
    await takes(officer, number)
    said = await officer.presses("hand")
    assert "LZ-3.3b" in said and "柳州海关" in said
    assert officer.ids[0] == "police" and "liuzhou_customs" not in officer.ids


async def test_chosen_attachments_go_along(town: Town, officer: Person) -> None:
    """A cleaned picture may be attached. A film only once intake has opened it under the warning. A voice never."""
    liaison = await town.staff("market", "liaison")
    files = [("a.jpg", photo()), ("b.mp4", film()), ("c.mp3", mp3())]
    number, _ = await tells(await town.citizen(), files=files)
    row = await tip(town, number)
    await takes(officer, number)
    picture, video, voice = [one["id"] for one in await shown_files(town, row.id)]
    await officer.presses("hand")
    await officer.presses("market")
    await officer.presses("done")
    await officer.says("见所附照片")
    assert str(picture) in officer.ids and str(video) not in officer.ids
    await officer.says("取消")
    for file in (video, voice):
        await opens(officer, number)
        await officer.presses("withheld")
        await officer.presses(str(file))
        await officer.presses("yes")
    await opens(officer, number)
    await officer.presses("hand")
    await officer.presses("market")
    await officer.presses("done")
    await officer.says("见照片和录像")
    assert str(video) in officer.ids and str(voice) not in officer.ids
    for press in (str(picture), str(video), "done", "submit"):
        await officer.presses(press)
    await opens(liaison, number)
    links = [file["url"] for file in liaison.messages[-1]["files"]]
    assert len(links) == 2
    assert [(await town.http.get(link)).status for link in links] == [200, 200]


async def shown_files(town: Town, number: int) -> list[dict[str, int]]:
    from storage import attachments

    return [{"id": one.id} for one in await kept(town, lambda tx: attachments.of_tip(tx, number))]


async def test_a_wrong_hand_over_is_recalled_and_its_readers_are_known(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """Recalled, the unit reads no more, not by number, list or old button; everyone who had opened it is named."""
    number, _ = told
    readers = [await town.staff("market", "liaison", "丙"), await town.staff("market", "leader", "丁")]
    idle = await town.staff("market", "liaison", "戊")
    await hands(officer, number, "market")
    for one in readers:
        await opens(one, number)
    await opens(officer, number)
    await officer.presses("recall")
    lead = (await given(town, number))["market"]
    answer = await fills(officer, f"{lead.id}.market", "转错了")
    assert "丙" in answer and "丁" in answer and "戊" not in answer
    for one in (*readers, idle):
        await one.listens()
        assert "请核查" not in await one.presses(f"go.lead.{lead.id}") if f"go.lead.{lead.id}" in one.ids else True
        assert "请核查" not in await opens(one, number)
        await one.says("待办")
        assert f"go.lead.{lead.id}" not in one.ids
    assert (await tip(town, number)).status == "taken" and not await debts(town, number)


async def test_a_unit_without_a_liaison_is_named(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A hand-over that nobody is there to hear says so at once, to the one who hands over; and the coordinators are told."""
    coordinator = await town.staff(OFFICE, "coordinator")
    assert "没有联络员" in await hands(officer, told[0], "forestry")
    assert "林业" in await coordinator.listens()


# -- named informants ----------------------------------------------------------------------------------------------------


async def test_a_contact_is_opened_by_intake_with_a_motive_on_record(town: Town, officer: Person) -> None:
    """Only the intake seat opens it; who and why stand in the course; it is on no card."""
    coordinator = await town.staff(OFFICE, "coordinator", "乙")
    number, _ = await tells(await town.citizen(), named="named", contact="县城邮政信箱 77 号")
    await takes(officer, number)
    assert "identity" in officer.ids
    await officer.presses("identity")
    shown = await fills(officer, "需要核对立案告知的送达地址")
    assert "信箱 77" in shown
    move = (await moves(town, number))["identity_opened"]
    assert move["person"] == await person_of(town, officer) and "送达地址" in move["note"]
    await opens(coordinator, number)
    assert "identity" not in coordinator.ids and "信箱 77" not in coordinator.text


async def test_a_named_informant_is_told_the_filing_decision(town: Town, officer: Person) -> None:
    """The unit's decision opens a debt of five working days at intake, which ends when intake writes to the citizen."""
    liaison = await town.staff("market", "liaison")
    number, _ = await tells(await town.citizen(), named="named", contact="县城邮政信箱 77 号")
    await takes(officer, number)
    await hands(officer, number, "market")
    await signs(liaison, number)
    assert "tell_filing" not in await debts(town, number)
    await concludes(liaison, number, "confirmed", "yes", "已立案查处")
    debt = (await debts(town, number))["tell_filing"]
    assert debt.unit == OFFICE and (debt.due_at - debt.opened_at).days == 7  # Monday to the next Monday's end
    await opens(officer, number)
    assert "unit_filed" in await moves(town, number)
    await officer.presses("ask")
    await fills(officer, "您举报的事已经立案")
    assert "tell_filing" not in await debts(town, number)


# -- the liaison ---------------------------------------------------------------------------------------------------------


async def test_a_lead_is_signed_reported_on_and_closed(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """From 待办 to the outcome in words: each step tells whoever waits for it, and the citizen reads what became of it."""
    number, password = told
    liaison = await town.staff("market", "liaison")
    await hands(officer, number, "market")
    assert number in await liaison.listens()
    await liaison.says("待办")
    await liaison.presses(f"go.lead.{(await given(town, number))['market'].id}")
    await liaison.presses("sign")
    await liaison.presses("progress")
    await liaison.says("已到现场")
    assert number in await officer.listens()
    await concludes(liaison, number, "not_confirmed", "现场没有发现")
    assert number in await officer.listens()
    assert "没有发现" not in await looks_up(await town.citizen(), number, password)
    await closes(officer, number, "not_confirmed", "我们去看过，没有查实")
    assert "没有查实" in await looks_up(await town.citizen(), number, password)
    assert [one["move"] for one in await course(town, number)] == [
        *("received", "taken", "handed", "opened", "signed", "progress", "unit_not_confirmed", "closed")
    ]


async def test_a_lead_is_handed_back_once(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """With a reason and the right unit; handed to the same unit again, the coordinator's word is final."""
    number, _ = told
    liaison = await town.staff("market", "liaison")
    await hands(officer, number, "market")
    await opens(liaison, number)
    await liaison.presses("give_back")
    await fills(liaison, "不属我局职责", "tobacco")
    assert number in await officer.listens()
    assert (await tip(town, number)).status == "taken" and not await debts(town, number)
    assert "烟草" in (await moves(town, number))["returned"]["note"]
    await hands(officer, number, "market")
    await opens(liaison, number)
    assert "sign" in liaison.ids and "give_back" not in liaison.ids
    await liaison.presses("sign")
    assert "give_back" not in liaison.ids


async def test_the_market_prolongs_once(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """15 working days and once 15 more, counted from dispatch; nobody else may, and not twice."""
    number, _ = told
    liaison, other = await town.staff("market", "liaison"), await town.staff("tobacco", "liaison")
    await hands(officer, number, "market", "tobacco")
    for one in (liaison, other):
        await signs(one, number)
    assert "prolong" in liaison.ids and "prolong" not in other.ids
    before = await decision(town, number, "market")
    assert (before.due_at - before.opened_at).days == 21  # 15 working days from a Monday, to the end of the last
    await liaison.presses("prolong")
    await liaison.says("需要检测鉴定")
    assert "prolong" not in liaison.ids
    after = await decision(town, number, "market")
    days = [before.due_at + timedelta(days=n) for n in range(1, (after.due_at - before.due_at).days + 1)]
    worked = sum(town.plan.calendar.is_workday((day - timedelta(hours=1)).date()) for day in days)
    assert worked == 15 and after.extended


async def decision(town: Town, number: str, unit: str):  # type: ignore[no-untyped-def]
    row = await tip(town, number)
    open_ = await kept(town, lambda tx: duties.open_of(tx, row.id))
    return next(one for one in open_ if one.kind == "decide" and one.unit == unit)


async def test_what_has_run_out_is_not_prolonged(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A date that has passed stays passed."""
    liaison = await town.staff("market", "liaison")
    await hands(officer, told[0], "market")
    await signs(liaison, told[0])
    await town.fast_forward(days=25)
    await opens(liaison, told[0])
    assert "complete" in liaison.ids and "prolong" not in liaison.ids


async def test_a_leader_reads_along_and_does_nothing(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A unit's leaders see its leads in their list and open them; every move is the liaison's."""
    leader = await town.staff("market", "leader")
    await hands(officer, told[0], "market")
    await leader.says("待办")
    assert "请核查" in await leader.presses(f"go.lead.{(await given(town, told[0]))['market'].id}")
    assert leader.ids == ["leave"]


# -- corrections ---------------------------------------------------------------------------------------------------------


async def test_a_move_is_corrected_by_its_author_until_somebody_acts_on_it(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """A correction is a new entry that names the old one; once intake has acted on it, or for anybody else, it is too late."""
    number, _ = told
    liaison, colleague = await town.staff("market", "liaison"), await town.staff("market", "liaison", "丙")
    await hands(officer, number, "market")
    await signs(liaison, number)
    await concludes(liaison, number, "not_confirmed", "没有发现")
    await opens(colleague, number)
    assert "correct" not in colleague.ids
    await opens(liaison, number)
    await liaison.presses("correct")
    await fills(liaison, "filed", "发现三箱，已立案", "填错了结果")
    entries = await course(town, number)
    assert entries[-1]["corrects"] == next(one["id"] for one in entries if one["move"] == "unit_not_confirmed")
    assert (await given(town, number))["market"].outcome == "filed"
    await opens(officer, number)
    await officer.presses("note")
    await officer.says("已看到结果")
    await opens(liaison, number)
    assert "correct" not in liaison.ids


async def test_a_corrected_answer_reaches_the_citizen_again(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Words written to a citizen are corrected towards the citizen too, after the close as well; what was said stays."""
    number, password = told
    await closes(officer, number, "not_confirmed", "没有查实")
    await opens(officer, number)
    await officer.presses("correct")
    await fills(officer, "confirmed", "更正：查有此事", "写错了")
    answer = await looks_up(await town.citizen(), number, password)
    assert "没有查实" in answer and "查有此事" in answer
    assert (await tip(town, number)).outcome == "confirmed"


# -- the clocks ----------------------------------------------------------------------------------------------------------


async def test_a_step_after_a_proposed_date_says_so_and_nobody_is_late(town: Town, officer: Person) -> None:
    """Taking in has a proposed date only (default origin): the course says it had passed; nothing says overdue."""
    coordinator = await town.staff(OFFICE, "coordinator", "乙")
    number, _ = await tells(await town.citizen())
    await town.fast_forward(days=8)
    await officer.listens()
    await coordinator.listens()
    await coordinator.says("待办")
    await takes(officer, number)
    assert (await moves(town, number))["taken"]["late"] == "suggested"
    for word in ("超期", "逾期"):
        assert word not in officer.text + coordinator.text
    assert "建议期限" in officer.text and number in coordinator.text


async def test_a_step_after_a_legal_date_is_late(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Tobacco decides in seven days by law, counted from dispatch, not from the tip: after that the step is late."""
    number, _ = told
    liaison = await town.staff("tobacco", "liaison")
    await town.fast_forward(days=3)
    await hands(officer, number, "tobacco")
    lead = await decision(town, number, "tobacco")
    assert (lead.due_at - lead.opened_at).days == 7 and lead.opened_at == (await given(town, number))["tobacco"].made_at
    await signs(liaison, number)
    await town.fast_forward(days=9)
    await liaison.says("待办")
    assert "已超期" in liaison.text
    await concludes(liaison, number, "passed_on", "移交海关")
    assert (await moves(town, number))["unit_passed_on"]["late"] == "late"


# -- what is found, and by whom ------------------------------------------------------------------------------------------

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


async def test_the_close_tells_units_that_still_had_it(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Closed by intake, a lead still open in a unit is over there too, and the unit hears of it."""
    number, _ = told
    liaison = await town.staff("market", "liaison")
    await hands(officer, number, "market")
    await liaison.listens()
    await closes(officer, number, "passed_on", "已移交海关")
    assert number in await liaison.listens()
    lead = (await given(town, number))["market"]
    assert lead.status == "closed" and lead.status not in handovers.LIVE
    await opens(liaison, number)
    assert "sign" not in liaison.ids
