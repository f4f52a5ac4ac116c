"""What an office asks of units beyond the plan: how much time that leaves, whom it may ask, what it is once asked."""

from datetime import date
from pathlib import Path

import pytest

from rules import asks, county, demands
from rules.asks import Ask
from rules.county import Plan
from rules.demands import Demand
from rules.due_days import Asked
from rules.terms import Origin, Text
from rules.units_said import units_said

OFFICE = "anti_counterfeit_office"
FILES = Path(__file__).parents[2] / "counties"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return county.load([FILES / "yangxi.yaml"])["yangxi"].with_demo_towns().going_live(date(2026, 9, 1))


# 2026: off 25-27 September and 1-7 October; worked Sunday 20 September and Saturday 10 October
FLOORS = [
    ("2026-09-14", "2026-09-16"),  # Monday: Tuesday and Wednesday are full
    ("2026-09-17", "2026-09-20"),  # Thursday: Friday, and the Sunday that is worked
    ("2026-09-18", "2026-09-21"),
    ("2026-09-23", "2026-09-28"),  # Mid-Autumn lies between
    ("2026-09-26", "2026-09-29"),  # asked on a day off: that day counts for nothing
    ("2026-09-28", "2026-09-30"),
    ("2026-09-29", "2026-10-08"),  # Wednesday, and the first day after the holiday
    ("2026-09-30", "2026-10-09"),
    ("2026-10-01", "2026-10-09"),
    ("2026-10-07", "2026-10-09"),
    ("2026-10-08", "2026-10-10"),  # Friday, and the Saturday that is worked
    ("2026-10-09", "2026-10-12"),
    ("2026-10-10", "2026-10-13"),
    (
        "2026-12-30",
        "2027-01-04",
    ),  # the notice of 2027 is not known: 1 January is taken for a holiday, which gives more time
]


@pytest.mark.parametrize(("today", "earliest"), FLOORS)
def test_whoever_is_asked_has_two_full_working_days(plan: Plan, today: str, earliest: str) -> None:
    """The day of asking is not counted, days off are not, make-up days are (调休)."""
    day, first = date.fromisoformat(today), date.fromisoformat(earliest)
    assert asks.earliest(day, plan.calendar) == first
    assert not asks.too_near(first, day, plan)
    assert asks.too_near(day, day, plan)


# asked on -> said -> due on, provisional, too near
SAID_DAYS = [
    ("2026-09-28", "2026-09-30", "2026-09-30", False, False),
    ("2026-09-29", "2026-10-03", "2026-10-08", False, False),  # 民法典 203: the first working day behind the holiday
    ("2026-09-30", "2026-10-03", "2026-10-08", False, True),  # which leaves one full day only
    ("2026-09-30", "2026-10-10", "2026-10-10", False, False),  # a Saturday that is worked
    ("2026-09-30", "2026-10-11", "2026-10-12", False, False),
    ("2026-11-23", "2027-01-08", "2027-01-08", True, False),  # beyond the known calendar
    ("2026-11-23", "2027-01-10", "2027-01-11", True, False),
]


@pytest.mark.parametrize(("today", "said", "due", "provisional", "near"), SAID_DAYS)
def test_a_day_off_moves_to_the_working_day_behind_it(
    plan: Plan, today: str, said: str, due: str, provisional: bool, near: bool
) -> None:
    """Whether there is time enough is counted to the day on which it is due indeed."""
    found = Asked(date.fromisoformat(said)).due(plan.calendar, plan.tz)
    assert (found.day.isoformat(), found.provisional) == (due, provisional)
    assert asks.too_near(date.fromisoformat(said), date.fromisoformat(today), plan) == near


def ask(**changes: object) -> Ask:
    given: dict[str, object] = {"number": 7, "office": OFFICE, "on": date(2026, 9, 28), "by": date(2026, 10, 9)}
    given |= {"minutes": 15, "units": ("tobacco", "town_1"), "title": "节前检查情况"} | changes
    return Ask(**given)  # type: ignore[arg-type]


def test_an_ask_is_a_demand_like_any_other(plan: Plan) -> None:
    """It stands where the demands of the plan are looked up; it goes to whoever asked; its day is no proposal."""
    demand = asks.demand(ask())
    asked = plan.asking([demand])
    assert asked.duties[demand.id] is demand and asks.number_of(demand.id) == 7
    assert demands.owing(asked, demand) == ("tobacco", "town_1") and demands.receiving(asked, demand) == (OFFICE,)
    assert not demand.suggested and not demand.unleaving and demand.minutes == 15
    assert [demands.tone(asked, unit) for unit in demand.owed_by] == ["notice", "request"]
    assert set(plan.duties) == set(asked.duties) - {demand.id}, "the plan itself stays as it is"
    assert plan.asking([]) is plan


def test_the_clock_opens_no_ask(plan: Plan) -> None:
    """Its duties open in the commit in which it is asked, and at no other time: not a second time, and not for others."""
    demand = asks.demand(ask())
    about = (demand, demand.owed_by, plan.goes_live, plan.issue_date, plan.calendar, plan.tz)
    assert demands.cases(*about, date(2026, 10, 9)) == ()
    due = demands.due_of(demand, asks.PERIOD, plan.goes_live, plan.issue_date, plan.calendar, plan.tz)
    assert due is not None and due.day == date(2026, 10, 9), "and yet its day is counted again with a new calendar"


def test_no_line_of_a_file_is_named_like_an_ask(plan: Plan) -> None:
    """What the county wrote is never taken for what an office asked."""
    assert [key for key in plan.duties if asks.number_of(key) is not None] == []


def test_an_ask_has_a_ladder_that_stays_with_whoever_asked(plan: Plan) -> None:
    """Calm: nobody above the office hears of it. Urgent: the first rungs by the minute, breaking through quiet hours, and
    nobody before a minute is over, in which it can still be taken back."""
    calm, urgent = (plan.ladders[demands_ladder] for demands_ladder in (asks.CALM, asks.URGENT))
    for ladder in (calm, urgent):
        assert {*ladder.told(), *(one.audience for one in ladder.then)} <= {"liaison", "unit_leader", "coordinators"}
        assert not ladder.urgent, "after its first hours it is as calm as any other"
    assert not any(step.urgent or step.after.unit != "workday" for step in calm.steps)
    by_the_minute = [step for step in urgent.steps if step.after.unit == "minute"]
    assert by_the_minute and all(step.urgent and step.after.n >= 1 for step in by_the_minute)
    assert asks.demand(ask(urgent="省里今晚要")).ladder == asks.URGENT


def test_an_asked_demand_has_one_rule_and_no_period() -> None:
    """An ask comes round never: it goes with no period and with no other date."""
    given = {"id": "A1", "name": Text("x", "x"), "ladder": asks.CALM, "minutes": 5, "origin": Origin.DEFAULT}
    with pytest.raises(ValueError, match="does not go with"):
        Demand(**given, every="month", owed_by=("tobacco",), asked=Asked(date(2026, 10, 9)))  # type: ignore[arg-type]


# what is written -> the units, and what is no unit
NAMED = [
    ("全部乡镇", "town_1 town_2 town_3", ""),
    ("各镇", "town_1 town_2 town_3", ""),
    ("所有乡镇都要", "town_1 town_2 town_3", ""),
    ("all towns", "town_1 town_2 town_3", ""),
    ("甲镇、乙镇\n烟草局", "town_1 town_2 tobacco", ""),
    ("甲镇 公安", "town_1 police", ""),
    ("公安和工商局", "police market", ""),
    ("烟草局和各镇", "tobacco town_1 town_2 town_3", ""),
    ("tobacco, police and market", "tobacco police market", ""),
    ("tobacco and the townships, Mars", "tobacco town_1 town_2 town_3", "Mars"),
    ("月报报送单位", "town_1 town_2 town_3 tobacco", ""),
    ("牵头单位", "tobacco market transport anti_smuggling_office police procuratorate", ""),
    ("两办", "anti_smuggling_office", ""),  # oneself is not among those who can be asked
    ("烟草", "tobacco", ""),
    ("甲镇，火星局", "town_1", "火星局"),
    ("火星局", "", "火星局"),
    ("局", "", "局"),
    ("单位", "", "单位"),
    ("甲镇、甲镇、甲镇", "town_1", ""),
]


@pytest.mark.parametrize(("text", "units", "unknown"), NAMED)
def test_units_are_named_as_people_name_them(plan: Plan, text: str, units: str, unknown: str) -> None:
    """Several in one message, by aliases, sets and groups; what names nobody is told and never guessed."""
    able = asks.may_be_asked(plan, OFFICE, date(2026, 9, 28))
    found = units_said(plan, text, able)
    assert (" ".join(found.units), " ".join(found.unknown)) == (units, unknown)


def test_everybody_is_everybody_who_can_answer(plan: Plan) -> None:
    """所有单位: no group, nobody outside the county, none that is no more, and not the office itself."""
    able = asks.may_be_asked(plan, OFFICE, date(2026, 9, 28))
    assert units_said(plan, "所有单位", able).units == able
    assert OFFICE not in able and "towns" not in able and "external_unit" not in able
    assert all(plan.seat_exists(unit, "liaison") for unit in able)


def test_words_that_may_mean_several_are_asked_about(plan: Plan) -> None:
    """Nobody is asked for something because their name resembles another's."""
    able = ("town_1", "town_2", "tobacco")
    found = units_said(plan, "Town", able)
    assert set(found.units) <= {"town_1", "town_2"}
    found = units_said(plan, "县交通局、County", tuple(plan.units))
    assert [words for words, _ in found.several] == ["County"] and "police" not in found.units


# title -> name of something that is asked already
ALIKE = [
    ("信息月报", "信息月报", True), ("报送信息月报", "信息月报", True), ("信息月报情况", "信息月报", True),
    ("月报", "信息月报", False), ("节前检查", "信息月报", False), ("Monthly Report", "monthly report", True),
]  # fmt: skip


@pytest.mark.parametrize(("title", "name", "same"), ALIKE)
def test_what_is_asked_already_is_known_by_its_name(title: str, name: str, same: bool) -> None:
    """A word or two mean anything, so they mean nothing here."""
    assert asks.alike(title, name) == same


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("举报人王小明的材料", True), ("请核实群众李红反映的情况", True), ("张先生家的情况", True),
        ("群众满意度情况", False), ("举报奖励发放情况", False), ("节前检查情况", False), ("群众举报办理情况", False),
        ("informant Smith", True), ("Number of citizens asked", False),
    ],
)  # fmt: skip
def test_a_citizens_name_is_seen(text: str, warned: bool) -> None:
    """A warning is worth something only where it is rare."""
    assert bool(asks.persons(text)) == warned


def test_who_has_much_to_do_already() -> None:
    """From the third thing in the same days on; two are no crowd."""
    assert asks.busy({"town_1": 2, "town_2": 3, "tobacco": 7}) == 2


def test_a_unit_may_be_asked_from_the_day_it_went_live(plan: Plan) -> None:
    """Not the day before, when nobody could have answered."""
    assert asks.may_be_asked(plan, OFFICE, date(2026, 8, 31)) == ()
    assert "tobacco" in asks.may_be_asked(plan, OFFICE, date(2026, 9, 1))


def test_what_is_no_number_is_no_ask() -> None:
    """Whatever a line of a plan is called."""
    assert [asks.number_of(one) for one in ("A7", "A", "Assessment", "monthly_report")] == [7, None, None, None]
