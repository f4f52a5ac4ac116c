"""A lead in a unit: handed over after the redaction pass, signed for, reported on, closed; and how late that was."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row

from handlers.desk import Desk
from handlers.liaisons import lead
from rules.visibility import Power
from storage import attachments, chats, duties, handovers, people, tips
from storage.database import Tx
from tests.bot.attachments import film, mp3, photo
from tests.stories.office import (
    OFFICE,
    QUIET,
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
    seat_also,
    signs,
    takes,
    tells,
    tip,
)
from tests.town import Person, Town

# -- handing over ------------------------------------------------------------------------------------------------------


async def test_a_copy_that_speaks_of_its_receiver_is_pointed_out(sqlite_town: Town) -> None:
    """Of the unit, or of one that is the same body in fact; of another nothing is said. 取消办结 is no word to the informant."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    for receiver, warned in (("police", True), ("market", False)):
        await opens(officer, number)
        await officer.presses("hand")
        await officer.presses(receiver)
        await officer.presses("done")
        said = await officer.says("派出所的民警老王替卸货的人放风，请核查")
        assert ("内容里写到了" in said) == warned and "submit" in officer.ids
        await officer.presses("discard")
    await opens(officer, number)
    await officer.presses("finish")
    await officer.says("没有查到")
    await officer.says("取消办结")
    assert "finish" in officer.ids and "取消办结" not in officer.text


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
    picture, video, voice = [one.id for one in await kept(town, lambda tx: attachments.of_tip(tx, row.id))]
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
        await one.post({"choice": f"go.lead.{lead.id}", "prompt": 1})
        assert "请核查" not in await one.listens() + await opens(one, number)
        await one.says("待办")
        assert f"go.lead.{lead.id}" not in one.ids
    assert (await tip(town, number)).status == "taken" and set(await debts(town, number)) == {"triage"}


async def test_a_unit_without_a_liaison_is_named(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A hand-over that nobody is there to hear says so at once, to the one who hands over; and the coordinators are told."""
    coordinator = await town.staff(OFFICE, "coordinator")
    assert "没有联络员" in await hands(officer, told[0], "forestry")
    assert "林业" in await coordinator.listens()


async def test_a_liaison_who_is_logged_in_nowhere_is_no_vacant_seat(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """Seated and never there: said so, with the name only to whom the roster is open."""
    now, county = town.app.timepiece.now(), town.plan.id

    def seated(tx: Tx) -> None:
        people.seat(tx, people.add(tx, county, "癸九", now), county, "forestry", "liaison", now)

    await kept(town, seated)
    said = await hands(officer, told[0], "forestry")
    assert "没有登录" in said and "还没有联络员" not in said and "癸九" not in said
    await seat_also(town, officer, OFFICE, "coordinator")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    assert "癸九" in await hands(officer, number, "forestry")


# -- named informants --------------------------------------------------------------------------------------------------


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
    """The unit's decision opens a debt of five working days at intake, which ends when intake says that this is what it
    writes to the citizen; a mere question pays nothing."""
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
    for words, told in (("请问是几点看到的？", "no"), ("您举报的事已经立案", "yes")):
        await officer.presses("ask")
        await fills(officer, words, told)
        assert ("tell_filing" in await debts(town, number)) is (told == "no")


async def test_closing_pays_the_debt_to_a_named_informant(town: Town, officer: Person) -> None:
    """The outcome in words tells the decision, whatever was asked before."""
    liaison = await town.staff("market", "liaison")
    number, _ = await tells(await town.citizen(), named="named", contact="县城邮政信箱 77 号")
    await takes(officer, number)
    await hands(officer, number, "market")
    await signs(liaison, number)
    await concludes(liaison, number, "confirmed", "yes", "已立案查处")
    await closes(officer, number, "confirmed", "已立案查处，谢谢您")
    assert not await debts(town, number) and (await moves(town, number))["closed"]["late"] == ""


async def test_after_a_recall_it_can_be_withdrawn_again(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """A wish that was only noted, because a unit had the lead, is the citizen's right again once none has it."""
    citizen = await town.citizen()
    await hands(officer, told[0], "market")
    await looks_up(citizen, *told)
    await citizen.presses("withdraw")
    await citizen.presses("yes")
    assert (await tip(town, told[0])).withdrawal == "noted" and "withdraw" not in citizen.ids
    await opens(officer, told[0])
    await officer.presses("recall")
    await fills(officer, next(one for one in officer.ids if one.endswith("market")), "转错了")
    await looks_up(citizen, *told)
    await citizen.presses("withdraw")
    await citizen.presses("yes")
    row = await tip(town, told[0])
    assert (row.status, row.withdrawal) == ("withdrawn", "done")


@pytest.mark.parametrize("who", ["intake", "unit"])
async def test_while_a_move_is_corrected_nobody_acts_on_it(
    town: Town, officer: Person, told: tuple[str, str], who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tip is held from the look whether somebody has acted on the move until the correction stands."""
    author = officer
    if who == "unit":
        author = await town.staff("market", "liaison")
        await hands(officer, told[0], "market")
        await signs(author, told[0])
        await author.presses("progress")
        await author.says("周一去看过")
    else:
        await officer.presses("note")
        await officer.says("周一去看过")
    await author.presses("correct")
    for words in ("周二去看过", "记错了"):
        await author.says(words)
    locked, real = [], tips.by_id
    monkeypatch.setattr(tips, "by_id", lambda tx, tip, **how: locked.append(how.get("lock")) or real(tx, tip, **how))
    await author.presses("submit")
    assert True in locked and [one for one in await course(town, told[0]) if one["corrects"]]


async def test_a_place_that_is_dropped_from_the_plan_is_chosen_again(
    town: Town, officer: Person, told: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that was filled in before the change says so at the end, and asks that one question once more."""
    await officer.presses("mark")
    for answer in ("outside", "consumer"):
        await officer.presses(answer)
    await officer.says("买卖纠纷")
    plan = town.app.setting.plans[town.plan.id]
    rest = {key: one for key, one in plan.elsewhere.items() if key != "consumer"}
    monkeypatch.setitem(town.app.plans._now, plan.id, plan.model_copy(update={"elsewhere": rest}))
    assert "请重新选择" in await officer.presses("submit")
    assert "crime" in officer.ids and (await tip(town, told[0])).status == "taken"
    await officer.presses("crime")
    await officer.presses("submit")
    assert (await tip(town, told[0])).outcome == "outside"


# -- the liaison -------------------------------------------------------------------------------------------------------


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
    assert (await tip(town, number)).status == "taken" and set(await debts(town, number)) == {"triage"}
    back = (await moves(town, number))["returned"]
    assert (back["note"], back["right"]) == ("不属我局职责", "tobacco")
    assert "→ 县烟草专卖局" in await opens(officer, number)
    await officer.says("English")
    assert "→ County Tobacco" in await opens(officer, number), "words are chosen when it is read"
    await officer.says("中文")
    await hands(officer, number, "market")
    await opens(liaison, number)
    assert "sign" in liaison.ids and "give_back" not in liaison.ids
    await liaison.presses("sign")
    assert "give_back" not in liaison.ids


async def test_who_handed_it_back_reads_it_no_more(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Not by number, old button or attachment: the unit has said that it is not its business."""
    number, _ = told
    people = [await town.staff("market", "liaison"), await town.staff("market", "leader", "丁")]
    await hands(officer, number, "market")
    await opens(people[0], number)
    await people[0].presses("give_back")
    await fills(people[0], "不属我局职责", "tobacco")
    lead = (await given(town, number))["market"]
    for one in people:
        await one.post({"choice": f"go.lead.{lead.id}", "prompt": 1})
        assert "请核查" not in await one.listens() + await opens(one, number)


async def test_a_liaison_works_on_the_leads_of_their_own_unit(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """Liaison in one unit and leader in another that has the same tip: the second one's lead can be read, not worked on."""
    both = await town.staff("tobacco", "liaison")
    await seat_also(town, both, "market", "leader")
    await hands(officer, told[0], "tobacco", "market")
    leads, person = await given(town, told[0]), await person_of(town, both)
    chat = await kept(town, lambda tx: chats.find(tx, "web", both.token))
    assert chat is not None

    def may(tx: Tx, unit: str, power: Power) -> bool:
        seats = people.seats_of(tx, person, town.plan.id)
        desk = Desk(tx, town.app.timepiece.now(), town.app.setting, chat, seats)
        return lead.reach(desk, leads[unit].id, power) is not None

    for unit, power, free in (
        ("tobacco", Power.WORK, True),
        ("market", Power.READ_COPY, True),
        ("market", Power.WORK, False),
    ):
        assert await kept(town, lambda tx, unit=unit, power=power: may(tx, unit, power)) is free


@pytest.mark.parametrize("number", ["²", "1.5", "", "x"])
async def test_a_lead_that_is_no_number_is_none(town: Town, number: str) -> None:
    """Whatever a button may carry, it is answered as if there were no such lead."""
    liaison = await town.staff("market", "liaison")
    await liaison.post({"choice": f"go.lead.{number}", "prompt": 1})
    assert "没有找到" in await liaison.listens()


async def test_who_takes_it_again_gives_no_right_to_withdraw_back(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """A tip that units have stays handed over when it moves to another office and is taken there: a withdrawal is noted."""
    number, password = told
    new = await town.staff("gov_office", "intake", "丁")
    await hands(officer, number, "market")
    await opens(officer, number)
    await officer.presses("involve")
    await fills(officer, OFFICE, "经核实有关联")
    await takes(new, number)
    assert (await tip(town, number)).status == "handed"
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("withdraw")
    await citizen.presses("yes")
    assert "withdraw_noted" in await moves(town, number) and (await tip(town, number)).status == "handed"


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
    assert "2027年" in await fills(liaison, "需要检测鉴定")
    assert number in await officer.listens() and "需要检测鉴定" in await opens(officer, number)
    assert "prolong" not in liaison.ids
    after = await decision(town, number, "market")
    days = [before.due_at + timedelta(days=n) for n in range(1, (after.due_at - before.due_at).days + 1)]
    plain = town.plan.calendar.plainly  # 2027 has no notice yet: the earlier reading stands
    worked = sum(plain.is_workday((day - timedelta(hours=1)).date()) for day in days)
    assert worked == 15 and after.extended


async def decision(town: Town, number: str, unit: str) -> Row[Any]:
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


async def test_a_lead_stands_in_the_list_once(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Whose unit has the lead does not find its tip a second time in the register; nothing open is called sealed."""
    liaison = await town.staff("market", "liaison")
    await hands(officer, told[0], "market")
    await liaison.listens()
    listed = await liaison.says("待办")
    assert listed.count(told[0]) == 1 and "密封" not in listed and "只看登记" not in listed
    await signs(liaison, told[0])
    await concludes(liaison, told[0], "not_confirmed", "没有发现")
    assert told[0] not in await liaison.says("待办")


async def test_an_alert_opens_the_card_with_the_news(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """What a unit reported, and what intake noted, stands on the card itself; the three latest reports."""
    liaison = await town.staff("market", "liaison")
    await officer.presses("note")
    await officer.says("先打过电话")
    await hands(officer, told[0], "market")
    await signs(liaison, told[0])
    for words in ("第一次去", "第二次去", "第三次去"):
        await opens(liaison, told[0])
        await liaison.presses("progress")
        await liaison.says(words)
    await concludes(liaison, told[0], "not_confirmed", "现场没有发现")
    await officer.listens()
    shown = await officer.presses(f"go.open.{told[0]}")
    assert all(words in shown for words in ("先打过电话", "第二次去", "第三次去", "现场没有发现"))
    assert "第一次去" not in shown


WORDED = [("ask", ()), ("finish", ("confirmed",)), ("complete", ("not_confirmed",))]


@pytest.mark.parametrize(("move", "before"), WORDED, ids=[move for move, _ in WORDED])
async def test_words_that_tell_who_it_was_are_looked_at_once_more(
    town: Town, officer: Person, told: tuple[str, str], move: str, before: tuple[str, ...]
) -> None:
    """Before words go to a citizen, or to whoever answers one: phone, neighbours, first person are shown once; edited
    words are judged anew, and 我们 is the office."""
    writer = officer
    if move == "complete":
        writer = await town.staff("market", "liaison")
        await hands(officer, told[0], "market")
        await signs(writer, told[0])
    await opens(writer, told[0])
    await writer.presses(move)
    for one in before:
        await writer.presses(one)
    warned = await writer.says("您邻居的电话是13807721234")
    assert "13807721234" in warned and "submit" not in writer.ids
    await writer.presses("edit")
    await writer.says("我们已经看过")
    assert "submit" in writer.ids
    await writer.presses("change")
    await writer.presses("change_words" if before else "change_text")
    await writer.says("您邻居看见了")
    await writer.presses("as_written")
    await writer.presses("submit")
    assert any("邻居看见" in one["note"] for one in await course(town, told[0]))


@pytest.mark.parametrize("how", ["returned", "recalled"])
async def test_a_copy_that_was_edited_is_offered_again(
    town: Town, officer: Person, told: tuple[str, str], how: str
) -> None:
    """What was redacted for one unit is not redacted anew for the next: the edited copy stands there, and what the informant
    told since is named beside it."""
    number, password = told
    liaison = await town.staff("market", "liaison")
    await hands(officer, number, "market", copy="老粮仓夜间卸货，细节已删")
    if how == "returned":
        await opens(liaison, number)
        await liaison.presses("give_back")
        await fills(liaison, "不属我局职责", "tobacco")
    else:
        await opens(officer, number)
        await officer.presses("recall")
        await fills(officer, officer.ids[0], "转错了")
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("add")
    await citizen.says("后来又来了一辆白车")
    await citizen.presses("done")
    await opens(officer, number)
    await officer.presses("hand")
    await officer.presses("tobacco")
    asked = await officer.presses("done")
    assert "细节已删" in asked and "后来又来了一辆白车" in asked and QUIET not in asked
    await officer.presses("as_edited")
    await officer.presses("submit")
    row = (await given(town, number))["tobacco"]
    assert (await kept(town, lambda tx: handovers.copy(tx, row)))["text"] == "老粮仓夜间卸货，细节已删"


async def test_a_wish_to_withdraw_stands_on_the_card(town: Town, officer: Person, told: tuple[str, str]) -> None:
    """Who is asked to weigh it sees it where they act, not only in the course."""
    number, password = told
    await hands(officer, number, "market")
    citizen = await town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("withdraw")
    await citizen.presses("yes")
    assert "希望撤回" in await opens(officer, number)


async def test_who_hands_it_over_again_is_told_that_it_is_final(
    town: Town, officer: Person, told: tuple[str, str]
) -> None:
    """Before confirming; and the unit reads that intake decided it."""
    liaison = await town.staff("market", "liaison")
    await hands(officer, told[0], "market")
    await opens(liaison, told[0])
    await liaison.presses("give_back")
    await fills(liaison, "不属我局职责", "tobacco")
    await opens(officer, told[0])
    await officer.presses("hand")
    for press in ("market", "done"):
        await officer.presses(press)
    assert "不能再退回" in await officer.says("老粮仓夜间卸货，请核查")
    await officer.presses("submit")
    shown = await opens(liaison, told[0])
    assert "受理单位" in shown and "协调员" not in shown


# -- corrections -------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("seat", ["intake", "liaison"])
async def test_a_correction_is_looked_at_like_the_first_words(
    town: Town, officer: Person, told: tuple[str, str], seat: str
) -> None:
    """What may tell who the informant is is shown before it goes, towards the citizen and in a unit's word alike."""
    author, answers = officer, []
    if seat == "intake":
        await officer.presses("ask")
        await fills(officer, "什么时候看到的？")
    else:
        author, answers = await town.staff("market", "liaison"), ["not_confirmed"]
        await hands(officer, told[0], "market")
        await signs(author, told[0])
        await concludes(author, told[0], *answers, "现场没有发现")
    await opens(author, told[0])
    await author.presses("correct")
    asked = await fills(author, *answers, "他邻居的电话是 13807721234")
    assert "13807721234" in asked and "edit" in author.ids
    await author.presses("edit")
    await fills(author, "现场有发现", "写错了")
    assert (await course(town, told[0]))[-1]["note"].startswith("现场有发现")


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


async def test_a_look_hides_no_words_that_went_out(town: Town, officer: Person) -> None:
    """Looking a contact up, or a file, is no act: the outcome the citizen was given stays correctable, and the form says
    which step it is about. With nothing before it the motive itself is corrected."""
    number, password = await tells(await town.citizen(), named="yes", contact="13900001111")
    await takes(officer, number)
    await officer.presses("identity")
    await fills(officer, "核实联系方式")
    assert "查看实名联系方式" in await officer.presses("correct")
    await closes(officer, number, "not_confirmed", "没有查实")
    await opens(officer, number)
    await officer.presses("identity")
    await fills(officer, "告知立案结果")
    assert "办结" in await officer.presses("correct") and "confirmed" in officer.ids
    await fills(officer, "confirmed", "更正：查有此事", "写错了")
    assert "查有此事" in await looks_up(await town.citizen(), number, password)


# -- the clocks --------------------------------------------------------------------------------------------------------


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
