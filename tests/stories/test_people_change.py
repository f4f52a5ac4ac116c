"""People change (issue 5): leave and deputies, successors, the duty roster. Yangxi, which went live on Tuesday, 24 November
2026; and Luzhai, where tips come in."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import absences, duties, people, shifts
from storage.models import audit
from tests.stories.duties import LIVE, START, morning
from tests.stories.office import OFFICE, course, given, hands, kept, person_of, seat_also, signs, takes, tells
from tests.town import HOME, Person, Town

NOW_STORY = "现在有人正在老粮仓卸走私烟"


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    return await yangxi.staff("tobacco", "liaison", "甲")


async def duty(town: Town) -> Any:
    rows = await kept(town, lambda tx: duties.of_case(tx, "yangxi", "monthly_report", "2026-11"))
    return next(row for row in rows if row.unit == "tobacco")


async def absence(town: Town, person: Person) -> Any:
    number = await person_of(town, person)
    return await kept(town, lambda tx: absences.of_person(tx, number, LIVE))


async def actors(town: Town, action: str) -> list[int | None]:
    wanted = select(audit.c.person).where(audit.c.action == action).order_by(audit.c.id)
    return list(await kept(town, lambda tx: tx.execute(wanted).scalars().all()))


def opens(person: Person, door: str) -> str:
    return next(one for one in person.ids if one.startswith(f"{door}."))


# -- 请假 ----------------------------------------------------------------------------------------------------------------


async def test_leave_hands_open_items_to_the_deputy_and_back(yangxi: Town, liaison: Person) -> None:
    """`请假 11-25到11-28` hands open items to the deputy and back; person, deputy and leader hear one line each."""
    deputy = await yangxi.staff("tobacco", "liaison", "乙")
    leader = await yangxi.staff("tobacco", "leader", "丙")
    await liaison.says("请假 11-25到11-28")
    await liaison.says("乙")
    row = await absence(yangxi, liaison)
    assert (row.first, row.last) == (date(2026, 11, 25), date(2026, 11, 28))
    assert row.deputy == await person_of(yangxi, deputy)
    assert "乙" in liaison.fresh[-1]["text"]
    for person in (deputy, leader):
        assert "甲" in await person.listens() and len(person.fresh) == 1
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" in await deputy.listens() and "信息月报" not in await liaison.listens()
    assert sum("信息月报" in one["text"] for one in deputy.fresh) == 1, "both sit there: it is said once"
    await yangxi.forward_to(morning(11, 30))
    assert "信息月报" in await liaison.listens(), "back on Sunday: theirs again"


async def test_with_nobody_to_stand_in_the_seat_counts_as_vacant(yangxi: Town, liaison: Person) -> None:
    """Vacant seats: then the unit's leader and the coordinator are told."""
    leader = await yangxi.staff("tobacco", "leader", "丙")
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丁")
    await liaison.says("请假 11-25到11-28")
    await liaison.presses("nobody")
    assert (await absence(yangxi, liaison)).deputy is None
    assert "甲" in await leader.listens()
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" not in await liaison.listens()
    assert "信息月报" in await office.listens() or "信息月报" in await leader.listens()


@pytest.mark.parametrize("led", [True, False])
async def test_what_leave_promises_is_what_will_happen(yangxi: Town, liaison: Person, led: bool) -> None:
    """With no leader in the unit nobody there hears the reminders: it is said so at once and a deputy is advised; and who
    asks for something sees who is away."""
    if led:
        await yangxi.staff("tobacco", "leader", "丙")
    told = await liaison.says("请假 11-24到11-28")
    if led:
        told = await liaison.presses("nobody")
    assert ("单位领导先收" in told) == led
    assert led not in ("没有人收到" in told, "最好有人代办" in told)
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丁")
    lines = (await office.says("谁没报")).splitlines()
    away = [line for line in lines if "请假，没有人代办" in line]
    assert away and all("烟草" in line for line in away)


async def test_the_word_alone_asks_for_the_days_and_nonsense_is_not_taken(yangxi: Town, liaison: Person) -> None:
    """`请假` asks; days that are over are refused; alone in the unit nobody is asked for, and that is said."""
    assert "早于" in await liaison.says("请假 12-3到12-1"), "what is wrong with it is said"
    assert "早于" in await liaison.says("12-3到12-1") and "已过去" in await liaison.says("11-20到11-21")
    assert await absence(yangxi, liaison) is None
    said = await liaison.says("明天")
    row = await absence(yangxi, liaison)
    assert row.first == row.last == date(2026, 11, 25) and row.deputy is None and "没有在岗的领导" in said


async def test_what_passes_a_duty_on_is_no_successor(yangxi: Town, liaison: Person) -> None:
    """转给副手, said where a name is asked for, names nobody; the name is asked for again."""
    await yangxi.staff("anti_counterfeit_office", "coordinator", "丁")
    await liaison.says("换联络员")
    said = await liaison.says("转给副手")
    assert "接任" in said and "submit" not in liaison.ids
    await liaison.says("戊某")
    assert "submit" in liaison.ids


async def test_back_earlier_ends_it(yangxi: Town, liaison: Person) -> None:
    """`销假`: theirs again from now on, and the deputy has the seat no more; said twice it is answered."""
    deputy = await yangxi.staff("tobacco", "leader", "乙")
    await liaison.says("请假 11-24到11-28")
    await liaison.presses(str(await person_of(yangxi, deputy)))
    await deputy.listens()
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" in await deputy.listens()
    await liaison.says("销假")
    assert await absence(yangxi, liaison) is None
    assert "甲" in await deputy.listens()
    assert "没有" in await liaison.says("销假")
    row = await duty(yangxi)
    await deputy.presses(f"go.duty.{row.id}.monthly_report")
    assert "done" not in deputy.ids, "a leader looks on"
    await yangxi.forward_to(morning(11, 30))
    assert "信息月报" in await liaison.listens()


async def test_a_deputy_answers_what_is_owed_and_the_card_says_for_whom(yangxi: Town, liaison: Person) -> None:
    """A leader who stands in for the liaison does what the liaison could; the course and the audit name the leader."""
    deputy = await yangxi.staff("tobacco", "leader", "乙")
    await liaison.says("请假 11-24到11-28")
    await liaison.presses(str(await person_of(yangxi, deputy)))
    await yangxi.forward_to(morning(11, 26))
    await deputy.listens()
    card = await deputy.presses(opens(deputy, "go.duty"))
    assert "甲" in card and "done" in deputy.ids
    await deputy.says("已报送，文号西烟〔2026〕12号")
    await deputy.presses("done") if "done" in deputy.ids else None
    if (await duty(yangxi)).closed_at is None:
        await deputy.says("西烟〔2026〕12号")
    assert (await duty(yangxi)).ended == "done"
    assert await actors(yangxi, "duty_done") == [await person_of(yangxi, deputy)]


async def test_what_somebody_carries_goes_to_their_deputy(yangxi: Town, liaison: Person) -> None:
    """Delegated to one colleague who is then away: whoever stands in hears and answers, nobody else."""
    carries = await yangxi.staff("tobacco", "liaison", "乙")
    deputy = await yangxi.staff("tobacco", "leader", "丙")
    row, number = await duty(yangxi), await person_of(yangxi, carries)
    await kept(yangxi, lambda tx: duties.change(tx, row.id, person=number))
    await carries.says("请假 11-25到11-28")
    await carries.presses(str(await person_of(yangxi, deputy)))
    await deputy.listens()
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" in await deputy.listens()
    assert "信息月报" not in await carries.listens() and "信息月报" not in await liaison.listens()
    await deputy.presses(opens(deputy, "go.duty"))
    assert "done" in deputy.ids


async def test_a_deputy_who_is_away_too_counts_as_none(yangxi: Town, liaison: Person) -> None:
    """Nor is anybody offered who is away on one of these days."""
    deputy = await yangxi.staff("tobacco", "leader", "乙")
    await liaison.says("请假 11-25到11-28")
    await liaison.presses(str(await person_of(yangxi, deputy)))
    await deputy.says("请假 11-26到11-27")
    assert str(await person_of(yangxi, liaison)) not in deputy.ids
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" not in await deputy.listens() + await liaison.listens()


# -- tips: what is lent, and what is not ---------------------------------------------------------------------------------


@pytest.fixture
async def officer(town: Town) -> Person:
    return await town.staff(OFFICE, "intake", "收")


async def stands_in(town: Town, absent: Person, deputy: Person) -> None:
    """From today on."""
    one, other = await person_of(town, absent), await person_of(town, deputy)
    now = town.app.timepiece.now()
    today = now.astimezone(HOME).date()
    last = today + timedelta(days=5)
    await kept(town, lambda tx: absences.away(tx, town.plan.id, one, today, last, other, now))


async def test_a_lead_goes_to_the_liaisons_deputy(town: Town, officer: Person) -> None:
    """Pushes for the seat go to the deputy, who signs for it; the audit names the deputy."""
    absent, deputy = await town.staff("tobacco", "liaison", "甲"), await town.staff("tobacco", "leader", "乙")
    await stands_in(town, absent, deputy)
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await hands(officer, number, "tobacco")
    assert number in await deputy.listens() and number not in await absent.listens()
    card = await deputy.says(number)
    assert "甲" in card
    await signs(deputy, number)
    assert (await given(town, number))["tobacco"].status == "signed"
    assert next(one for one in await course(town, number) if one["move"] == "signed")["person"] == await person_of(
        town, deputy
    )


async def test_intake_is_lent_to_nobody(town: Town, officer: Person) -> None:
    """Never intake, sealed, custodian: a deputy without the seat neither hears of a tip nor reads it."""
    deputy = await town.staff(OFFICE, "custodian", "乙")
    await stands_in(town, officer, deputy)
    number, _ = await tells(await town.citizen())
    assert number not in await deputy.listens()
    assert "老粮仓" not in await deputy.says(number)


async def test_who_is_excluded_lends_nothing(town: Town, officer: Person) -> None:
    """Exclusion goes before every power: what the absent one is shut out of, the deputy neither hears nor reads through
    them; and a deputy with a seat in an involved unit stays shut out."""
    absent = await town.staff(OFFICE, "coordinator", "甲")
    await seat_also(town, absent, "market", "leader")
    deputy = await town.staff(OFFICE, "custodian", "乙")
    await stands_in(town, absent, deputy)
    number, _ = await tells(await town.citizen(), involved=("market",))
    assert "老粮仓" not in await deputy.says(number)
    other, _ = await tells(await town.citizen(), what="夜里有人在码头卸下成箱的东西", where="码头")
    assert "码头" in await deputy.says(other), "what the coordinator could read, who stands in reads"
    await seat_also(town, deputy, "market", "liaison")
    assert "老粮仓" not in await deputy.says(number)


async def test_a_stand_in_seats_nobody_for_good(town: Town) -> None:
    """A coordinator's deputy invites liaisons and leaders; the invitation stands in the coordinator's right."""
    absent, deputy = await town.staff(OFFICE, "coordinator", "甲"), await town.staff(OFFICE, "custodian", "乙")
    await stands_in(town, absent, deputy)
    await deputy.says("邀请")
    for answer in ("tobacco", "liaison"):
        await deputy.presses(answer)
    await deputy.says("丙")
    await deputy.presses("submit")
    assert "邀请码" in deputy.text
    await deputy.says("邀请")
    await deputy.presses(OFFICE)
    assert "intake" not in deputy.ids and "coordinator" not in deputy.ids


# -- 换联络员 ------------------------------------------------------------------------------------------------------------


async def proposes(liaison: Person, name: str = "戊") -> None:
    await liaison.says(f"换联络员 {name}")
    await liaison.presses("submit")


def code_in(text: str) -> str:
    import re

    return re.findall(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}\b", text)[-1]


async def test_a_successor_takes_the_seat_when_they_come_in(yangxi: Town, liaison: Person) -> None:
    """`换联络员` proposes a successor whom a coordinator confirms; the seat changes hands at the binding, not before."""
    office = await yangxi.staff("anti_smuggling_office", "coordinator", "丁")
    await proposes(liaison)
    assert "戊" in await office.listens()
    await office.presses(opens(office, "go.successor"))
    await office.presses("agree")
    code, old = code_in(await liaison.listens()), await person_of(yangxi, liaison)
    holders = await kept(yangxi, lambda tx: people.holders(tx, "yangxi", "tobacco", "liaison"))
    assert holders == [old], "until the successor has come in the seat stays"
    new = await yangxi.login(code)
    holders = await kept(yangxi, lambda tx: people.holders(tx, "yangxi", "tobacco", "liaison"))
    assert holders == [await person_of(yangxi, new)]
    assert await kept(yangxi, lambda tx: people.person(tx, old)) is None, "no seat is left: they have left"
    await yangxi.forward_to(morning(11, 26))
    assert "信息月报" in await new.listens()


async def test_doubles_and_wrong_moments_are_answered(yangxi: Town, liaison: Person) -> None:
    """Proposed twice, decided twice, one's own name: each is answered, nothing happens twice."""
    first, second = [await yangxi.staff("anti_smuggling_office", "coordinator", name) for name in ("丁", "己")]
    await liaison.says("换联络员")
    await liaison.says("甲")
    await liaison.presses("submit")
    assert "自己" in liaison.fresh[-1]["text"]
    await liaison.says("戊")
    await liaison.presses("submit")
    await proposes(liaison, "庚")
    assert "戊" in liaison.fresh[-1]["text"], "one waits already"
    for one in (first, second):
        await one.listens()
        await one.presses(opens(one, "go.successor"))
    await first.presses("disagree")
    assert "戊" in await liaison.listens()
    assert "丁" in await second.presses("agree"), "已有记录"
    assert not await actors(yangxi, "succession agreed")
    await proposes(liaison, "庚")
    assert "庚" in await second.listens(), "refused, another may be proposed"


async def test_nobody_agrees_with_themselves(yangxi: Town) -> None:
    """The only coordinator of an office proposes nobody for their own seat here."""
    office = await yangxi.staff("anti_smuggling_office", "coordinator", "丁")
    await office.says("换联络员")
    assert "submit" not in office.ids and "管理服务器" in office.fresh[-1]["text"]


# -- 值班表 --------------------------------------------------------------------------------------------------------------


async def test_the_roster_is_kept_in_chat(town: Town) -> None:
    """A duty roster is kept in chat: a fortnight is shown, lines set it, unknown names are told."""
    first, second = [await town.staff(OFFICE, "duty", name) for name in ("甲", "乙")]
    assert "11月23日" in await first.says("值班表")
    said = await first.says("11-24 甲, 乙\n11月25日至26日 乙\n11-27 丙")
    assert "丙" in said
    rows = await kept(town, lambda tx: shifts.between(tx, town.plan.id, OFFICE, date(2026, 11, 23), date(2026, 12, 6)))
    one, other = await person_of(town, first), await person_of(town, second)
    assert {day.day: set(who) for day, who in rows.items()} == {24: {one, other}, 25: {other}, 26: {other}}


async def test_who_has_no_part_in_it_keeps_no_roster(town: Town) -> None:
    """A liaison is told who does."""
    person = await town.staff("tobacco", "liaison", "甲")
    assert "协调员" in await person.says("值班表")


async def test_an_alert_goes_to_who_has_the_shift(town: Town) -> None:
    """Alerts for the duty seat go to who has the shift that day, else to all; everybody who holds it still may act."""
    await town.staff(OFFICE, "intake", "收")
    first, second = [await town.staff(OFFICE, "duty", name) for name in ("甲", "乙")]
    await first.says("值班表\n今天 乙")
    number, _ = await tells(await town.citizen(), what=NOW_STORY)
    assert number in await second.listens() and number not in await first.listens()
    assert "老粮仓" in await first.says(number), "who has no shift may act all the same"


async def test_without_an_entry_everybody_on_duty_is_called(town: Town) -> None:
    """No entry: all of them; an entry for somebody who can't be reached: all the others."""
    await town.staff(OFFICE, "intake", "收")
    first, second = [await town.staff(OFFICE, "duty", name) for name in ("甲", "乙")]
    number, _ = await tells(await town.citizen(), what=NOW_STORY)
    assert number in await first.listens() and number in await second.listens()
    await first.says("值班表\n今天 乙")
    await second.says("退出")
    again, _ = await tells(await town.citizen(), what=NOW_STORY)
    assert again in await first.listens()
