"""Who owes what, and which cases of it are open on a day: launch, history, missing anchors, provisional years."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, Year
from rules.county import Plan
from rules.deadlines import on_day
from rules.demand_checks import not_yet
from rules.demands import Case, Demand, cases, due_of, ladder_of, missing, open_cases, owing, receiving, tone
from rules.due_days import Before, DayOfMonth, EndOfPeriod, Within, YearDay
from rules.periods import touching
from rules.terms import Origin, Text
from rules.unit_sets import UnitSet

CN = ZoneInfo("Asia/Shanghai")
LIVE = date(2026, 11, 23)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture
def demo(yangxi: Plan) -> Plan:
    """Yangxi with 甲镇, 乙镇, 丙镇."""
    return yangxi.with_demo_towns()


def opened(plan: Plan, name: str, today: str, live: date | None = LIVE, issued: str = "2026-11-02") -> tuple[Case, ...]:
    asked = plan.duties[name]
    return cases(asked, owing(plan, asked), live, d(issued), plan.calendar, plan.tz, d(today))


def rows(found: tuple[Case, ...], unit: str) -> list[tuple[str, str, str, bool]]:
    mine = [one for one in found if one.unit == unit]
    return [(one.period, str(one.opens), str(one.due.day), one.history) for one in mine]


# demand, who owes it, who receives it
OWED = [
    ("monthly_report", "town_1 town_2 town_3 tobacco", "anti_counterfeit_office anti_smuggling_office"),  # YX-3.4b
    (
        "plan_filing",  # YX-3.5d; the border police is now the police, who file once
        "town_1 town_2 town_3 tobacco market transport anti_smuggling_office police procuratorate",
        "anti_counterfeit_office anti_smuggling_office",
    ),
    (
        "measures",  # YX-3.5c
        "tobacco market transport anti_smuggling_office police procuratorate",
        "anti_counterfeit_office anti_smuggling_office",
    ),
    ("joint_conference", "anti_counterfeit_office anti_smuggling_office", ""),  # YX-3.1b: the two convenors
    ("leader_meeting", "county_gov town_1 town_2 town_3", ""),  # YX-3.5b
]


@pytest.mark.parametrize(("name", "owe", "receive"), OWED)
def test_who_owes_and_who_receives(demo: Plan, name: str, owe: str, receive: str) -> None:
    """A group means each of its members, a set may hold sets, an abolished unit is its successor, nobody is asked twice."""
    asked = demo.duties[name]
    assert owing(demo, asked) == tuple(owe.split())
    assert receiving(demo, asked) == tuple(receive.split())


def test_who_owes_in_luzhai(luzhai: Plan) -> None:
    """LZ-3.5b: every member and every township; LZ-4.6b … 4.17b: five kinds of goods have a unit, oil has none."""
    demo = luzhai.with_demo_towns()
    assert len(owing(demo, demo.duties["monthly_operation"])) == 21 + 3
    assert owing(demo, demo.duties["goods_plan"]) == ("ndrc", "market", "agriculture", "forestry", "tobacco")
    assert receiving(demo, demo.duties["half_year_study"]) == ("county_gov",)


def test_sets_that_name_each_other_end(yangxi: Plan) -> None:
    """A slip in the county's file is no endless loop."""
    name = Text("甲", "a")
    sets = {"a": UnitSet("a", name, ("b", "police")), "b": UnitSet("b", name, ("a", "tobacco"))}
    plan = yangxi.model_copy(update={"unit_sets": sets})
    assert owing(plan, replace(yangxi.duties["measures"], owed_by=("a",))) == ("tobacco", "police")


# demand, today, rows of one town or unit: period, opens, due, history
OPEN = [
    # YX-3.4b: by the 1st of the next month, open five working days before; October was over when the county went live
    ("monthly_report", "2026-11-23", []),
    ("monthly_report", "2026-11-24", [("2026-11", "2026-11-24", "2026-12-01", False)]),
    (
        "monthly_report",
        "2027-01-31",
        [
            ("2026-11", "2026-11-24", "2026-12-01", False),
            ("2026-12", "2026-12-25", "2027-01-01", False),
            ("2027-01", "2027-01-25", "2027-02-01", False),
        ],
    ),
    # YX-3.5d: 30 days from 2026-11-02, open since the county went live
    ("plan_filing", "2026-11-23", [("once", "2026-11-23", "2026-12-02", False)]),
    # YX-3.5b: three months from the day the county went live, open ten working days before
    ("leader_meeting", "2027-02-05", []),
    ("leader_meeting", "2027-02-23", [("first", "2027-02-09", "2027-02-23", False)]),
]


@pytest.mark.parametrize(("name", "today", "expected"), OPEN)
def test_what_is_open(demo: Plan, name: str, today: str, expected: list[tuple[str, str, str, bool]]) -> None:
    """Each case from the day it opens, and those before it still."""
    assert rows(opened(demo, name, today), "town_1") == expected


# The day Luzhai goes live, 2026-11-23: demand, history (period, due), asked (period, due)
LAUNCH = [
    ("monthly_operation", [("2026-10", "2026-10-31")], [("2026-11", "2026-11-30")]),  # LZ-3.5b
    ("quarterly_inspection", [("2026-Q3", "2026-09-30")], [("2026-Q4", "2026-12-31")]),  # LZ-3.5c
    ("half_year_study", [("2026-H1", "2026-06-30")], [("2026-H2", "2026-12-31")]),  # LZ-3.5d
    ("joint_conference", [("2025", "2025-12-31")], [("2026", "2026-12-31")]),  # LZ-3.6c
    ("trend_warning", [("2026-10", "2026-10-31")], [("2026-11", "2026-11-30")]),
    ("assessment", [("2025", "2025-12-31")], []),
    ("report_up", [("2026-10", "2026-11-05")], []),
    ("work_plan", [("2026", "2026-03-31")], []),  # by 03-31, default
    ("goods_plan", [("2026", "2026-03-31")], []),
    ("dept_plan", [("once", "2022-04-02")], []),  # 30 days from the day of issue, LZ-0f
    ("incident_card", [], []),  # only events open it
]


@pytest.mark.parametrize(("name", "history", "asked"), LAUNCH)
def test_nothing_is_late_on_launch_day(
    luzhai: Plan, name: str, history: list[tuple[str, str]], asked: list[tuple[str, str]]
) -> None:
    """What was over is history, the latest of it and once; what is asked is due later and opens today."""
    found = opened(luzhai, name, str(LIVE), issued="2022-03-03")
    one = [case for case in found if case.unit == found[0].unit]
    assert [(case.period, str(case.due.day)) for case in one if case.history] == history
    assert [(case.period, str(case.due.day)) for case in one if not case.history] == asked
    assert all(case.opens == LIVE <= case.due.day for case in one if not case.history)


# went live, whether the report of the month before is history
COMPLETE = [
    ("2026-11-30", False),  # November is not over: due the next day, but asked
    ("2026-12-01", True),  # over, though it would be due today: nobody begins with a day in arrears
    ("2026-12-02", True),
]


@pytest.mark.parametrize(("live", "history"), COMPLETE)
def test_what_was_complete_before_is_history(demo: Plan, live: str, history: bool) -> None:
    """A period that ended before the county went live is asked of nobody."""
    november = [one for one in opened(demo, "monthly_report", "2026-12-02", d(live)) if one.period == "2026-11"]
    assert len(november) == 4
    assert {one.history for one in november} == {history}


def test_nothing_was_demanded_before_the_plan(demo: Plan) -> None:
    """October was over before a plan of 2 November: it is not even history."""
    assert opened(demo, "monthly_report", "2026-11-23") == ()
    (october,) = {one.period for one in opened(demo, "monthly_report", "2026-11-23", issued="2026-10-31")}
    assert october == "2026-10"


def joined(plan: Plan, unit: str, day: str) -> Plan:
    """As if that unit's entry said `since`."""
    since = plan.units[unit].model_copy(update={"since": d(day)})
    return plan._with(goes_live=LIVE, issue_date=d("2026-11-02"), units={**plan.units, unit: since})


# demand, today, rows of a unit that joined on 2027-02-01, while the others have been asked since 2026-11-23
JOINED_LATER = [
    ("monthly_report", "2027-01-31", []),
    ("monthly_report", "2027-02-01", [("2027-01", "2027-01-25", "2027-02-01", True)]),  # over before its first day
    ("monthly_report", "2027-03-01", [("2027-01", "2027-01-25", "2027-02-01", True), ("2027-02", "2027-02-22", "2027-03-01", False)]),
    ("plan_filing", "2027-03-01", [("once", "2026-11-02", "2026-12-02", True)]),
    ("leader_meeting", "2027-05-04", [("first", "2027-04-19", "2027-05-03", False)]),  # three months on, a Saturday
]  # fmt: skip


@pytest.mark.parametrize(("name", "today", "expected"), JOINED_LATER)
def test_a_unit_that_joined_later_is_late_with_nothing(
    demo: Plan, name: str, today: str, expected: list[tuple[str, str, str, bool]]
) -> None:
    """Its own first day, `since` in its entry, is to it what `goes_live` is to the others, and changes nothing for them."""
    plan = joined(demo, "town_3", "2027-02-01")
    found = open_cases(plan, plan.duties[name], d(today))
    assert rows(found, "town_3") == expected
    assert rows(found, "town_1") == rows(opened(demo, name, today), "town_1") != expected


def test_a_first_day_is_no_earlier_than_the_county_s_own(demo: Plan) -> None:
    """Before `goes_live` nobody is asked; `xiezhi check` names a day that says otherwise, and one that is still to come."""
    early, late = joined(demo, "town_3", "2026-01-01"), joined(demo, "town_3", "2027-02-01")
    asked = early.duties["monthly_report"]
    assert {one.opens for one in open_cases(early, asked, d("2026-11-24"))} == {d("2026-11-24")}
    assert any(one.startswith("units.town_3.since: 2026-01-01") for one in early.unfilled())
    assert not any("since" in one for one in late.unfilled())
    assert [one.partition(":")[0] for one in not_yet(late, d("2027-01-31"))] == ["units.town_3.since"]
    assert list(not_yet(late, d("2027-02-01"))) == []


def test_without_an_anchor_nothing_opens_and_the_key_is_named(yangxi: Plan, luzhai: Plan) -> None:
    """YX bears no day of issue: the program guesses none, and `xiezhi check` says what waits for it."""
    filing, units = yangxi.duties["plan_filing"], ("police",)
    assert cases(filing, units, LIVE, None, yangxi.calendar, CN, d("2027-06-01")) == ()
    assert cases(filing, units, None, LIVE, yangxi.calendar, CN, d("2027-06-01")) == ()
    assert cases(filing, units, LIVE, LIVE, yangxi.calendar, CN, d("2026-11-22")) == ()
    assert missing(yangxi, filing) == ("goes_live", "issue_date", "units")
    assert missing(yangxi.with_demo_towns(), yangxi.duties["monthly_report"]) == ("goes_live",)
    assert missing(luzhai, luzhai.duties["dept_plan"]) == ("goes_live",)
    assert missing(luzhai, luzhai.duties["incident_card"]) == ()
    told = {one.partition(":")[0]: one for one in yangxi.unfilled()}
    assert told["issue_date"].endswith("none of these opens: plan_filing, measures")
    assert "monthly_report" in told["goes_live"]


def test_the_next_runs_from_the_end_of_the_last(demo: Plan) -> None:
    """YX-3.1b: six months from the latest conference; one held on the very first day does not end the row of them."""
    asked, units = demo.duties["joint_conference"], ("anti_counterfeit_office", "anti_smuggling_office")
    held = {units[0]: d("2026-11-23")}
    found = cases(asked, units, LIVE, None, demo.calendar, CN, d("2027-05-24"), held)
    assert [(one.unit, one.period, one.due.day) for one in found] == [
        (units[0], "2026-11-23", d("2027-05-24")),  # 05-23 is a Sunday
        (units[1], "first", d("2027-05-24")),
    ]
    assert all(one.opens == d("2027-05-10") for one in found)
    older = {units[0]: d("2026-01-10")}  # held before the county went live: nobody begins in arrears
    (first,) = cases(asked, units[:1], LIVE, None, demo.calendar, CN, d("2027-05-24"), older)
    assert first.due.day == d("2027-05-24")


# Made up for this test: nobody knows the notice for 2027 yet
NOTICE_2027 = Year("国办发明电〔2026〕某号", d("2026-11-04"), ((d("2027-01-01"), d("2027-01-03")),), (d("2027-01-09"),))

# month, due and provisional without the notice, due with it
UNKNOWN = [
    ("2026-11", ("2026-12-01", False), "2026-12-01"),
    ("2026-12", ("2027-01-01", True), "2027-01-04"),  # off by law, or a plain Friday: the earlier reading stands
    ("2027-01", ("2027-02-01", True), "2027-02-01"),
]


def test_a_provisional_year_and_what_its_notice_changes(demo: Plan) -> None:
    """Beyond the known year a date may only move back when the notice comes, never forward past a reminder."""
    asked = demo.duties["monthly_report"]
    known = demo.calendar.with_years({2027: NOTICE_2027})
    for month, (day, provisional), later in UNKNOWN:
        for calendar, expected in ((demo.calendar, (day, provisional)), (known, (later, False))):
            found = cases(asked, ("tobacco",), LIVE, None, calendar, CN, d("2027-02-01"))
            (due,) = [one.due for one in found if one.period == month]
            assert (str(due.day), due.provisional) == expected, month
            assert due_of(asked, month, LIVE, None, calendar, CN) == due


def test_an_open_case_is_counted_again_even_if_it_would_open_later(demo: Plan) -> None:
    """Opened on 12-25, a week before a provisional 01-01; the notice makes it 01-04 and its opening 12-28: on 12-26 no
    case of it would be opened any more, and yet the open one has a new day."""
    asked = replace(demo.duties["monthly_report"], opens=Before(7, "day"))
    known = demo.calendar.with_years({2027: NOTICE_2027})
    for calendar, there in ((demo.calendar, True), (known, False)):
        found = cases(asked, ("tobacco",), LIVE, None, calendar, CN, d("2026-12-26"))
        assert ("2026-12" in {one.period for one in found}) is there
    due = due_of(asked, "2026-12", LIVE, None, known, CN)
    assert due is not None
    assert (due.day, due.provisional) == (d("2027-01-04"), False)


def test_what_cannot_be_counted_again(demo: Plan) -> None:
    """What an event opened runs from its own moment; without a day of issue nothing runs from it."""
    assert due_of(demo.duties["lead_notice"], "x", LIVE, LIVE, demo.calendar, CN) is None
    assert due_of(demo.duties["plan_filing"], "once", LIVE, None, demo.calendar, CN) is None


# origin, confirmed, receivers: suggested?, does it stay in the unit?
LEAVING = [
    (Origin.SEED, None, True, False, False),
    (Origin.LAW, None, False, False, False),  # the law's date, even if nobody else receives it
    (Origin.DEFAULT, None, True, True, True),
    (Origin.PRACTICE, None, True, True, True),
    (Origin.DEFAULT, LIVE, True, False, False),  # the county made it its own
    (Origin.DEFAULT, LIVE, False, False, True),  # a record that nobody else receives
]


@pytest.mark.parametrize(("origin", "confirmed", "received", "suggested", "stays"), LEAVING)
def test_a_proposal_stays_in_its_unit(
    luzhai: Plan, origin: Origin, confirmed: date | None, received: bool, suggested: bool, stays: bool
) -> None:
    """建议期限，不称逾期，不出本单位，until the county confirms it on a day."""
    to = ("hq_office",) if received else ()
    asked = replace(luzhai.duties["goods_plan"], origin=origin, confirmed=confirmed, to=to)
    assert (asked.suggested, asked.unleaving) == (suggested, stays)
    ladder = ladder_of(asked, luzhai.ladders)
    assert ("coordinators" in ladder.told()) is not stays
    assert ("overdue" in {one.template for one in ladder.steps}) is not stays


def test_no_proposal_of_the_plans_reaches_a_coordinator(plans: dict[str, Plan]) -> None:
    """All of them as they stand; only alarms, which claim nobody is late, leave the unit."""
    for plan in plans.values():
        for one in plan.duties.values():
            ladder = ladder_of(one, plan.ladders)
            if one.suggested and not ladder.urgent:
                assert set(ladder.told()) <= {"liaison", "unit_leader"}, one.id


def test_every_figure_of_the_plans_has_its_clause(plans: dict[str, Plan]) -> None:
    """Also a proposed one: the clause that asks for the thing, if not for the date."""
    for plan in plans.values():
        assert all(one.clause and one.clause.startswith(plan.letters) for one in plan.duties.values())
        assert all(one.clauses for one in plan.unit_sets.values())


def test_towns_are_asked_and_not_ordered(demo: Plan) -> None:
    """整治形式主义为基层减负若干规定: a coordinating body gives no orders to a lower government."""
    assert tone(demo, "town_1") == "request"
    assert tone(demo, "tobacco") == "notice"


def demand(**changes: object) -> Demand:
    base: dict[str, object] = {
        "id": "some",
        "name": Text("某项", "something"),
        "every": "month",
        "ladder": "duty_filing",
        "minutes": 5,
        "origin": Origin.DEFAULT,
        "owed_by": ("tobacco",),
    }
    return Demand(**{**base, **changes})  # type: ignore[arg-type]


AT_THE_END: dict[str, object] = {"end_of_period": EndOfPeriod("none")}

# what is said beside name and owner, part of the sentence
UNSOUND: list[tuple[dict[str, object], str]] = [
    ({}, "one of day_of_month"),
    ({**AT_THE_END, "year_day": YearDay(3, 31, "later")}, "one of day_of_month"),
    ({"year_day": YearDay(3, 31, "later")}, "every: month"),
    ({**AT_THE_END, "every": "once"}, "every: once"),
    ({**AT_THE_END, "every": "event"}, "every: event"),
    ({"within": Within(30, "day", "issued")}, "every: month"),
    ({"within": Within(30, "day", "closed"), "every": "once"}, "every: once"),
    ({"within": Within(30, "day", "issued"), "every": "event"}, "every: event"),
    ({"within": Within(3, "month", "last"), "every": "last"}, "opens is needed"),
    ({**AT_THE_END, "owed_by": ()}, "owed_by is empty"),
    ({**AT_THE_END, "origin": Origin.SEED, "confirmed": LIVE}, "proposed date only"),
    ({**AT_THE_END, "minutes": 0}, "no answer is free"),
]


@pytest.mark.parametrize(("changes", "sentence"), UNSOUND)
def test_a_demand_that_cannot_be_meant_is_refused(changes: dict[str, object], sentence: str) -> None:
    """Told when the file is read, not on the day it would have opened."""
    with pytest.raises(ValueError, match=sentence):
        demand(**changes)


def test_days_that_do_not_exist_are_refused() -> None:
    """A 32nd, a 30 February."""
    with pytest.raises(ValueError, match="day of a month"):
        DayOfMonth(32, "later")
    with pytest.raises(ValueError, match="day is out of range"):
        YearDay(2, 30, "later")


HOLIDAYS = st.sampled_from(["earlier", "later", "none"])
OPENS = st.none() | st.builds(Before, st.integers(0, 25), st.sampled_from(["day", "workday"]))
PERIODIC = st.builds(
    lambda every, rule, opens: demand(every=every, opens=opens, **rule),
    st.sampled_from(["month", "quarter", "half_year", "year"]),
    st.one_of(
        st.builds(lambda h: {"end_of_period": EndOfPeriod(h)}, HOLIDAYS),
        st.builds(
            lambda n, h, m: {"day_of_month": DayOfMonth(n, h, m)}, st.integers(1, 31), HOLIDAYS, st.integers(0, 2)
        ),
    ),
    OPENS,
)
YEARLY = st.builds(
    lambda month, n, h, opens: demand(every="year", year_day=YearDay(month, n, h), opens=opens),
    st.integers(1, 12),
    st.integers(1, 28),
    HOLIDAYS,
    OPENS,
)
ONCE = st.builds(
    lambda n, opens: demand(every="once", within=Within(n, "day", "issued"), opens=opens),
    st.integers(1, 120),
    OPENS,
)
LAST = st.builds(
    lambda n, opens: demand(every="last", within=Within(n, "month", "last"), opens=opens),
    st.integers(1, 12),
    st.builds(Before, st.integers(0, 25), st.sampled_from(["day", "workday"])),
)
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))
UNITS = ("tobacco", "police")


@given(
    asked=st.one_of(PERIODIC, YEARLY, ONCE, LAST),
    live=DAYS,
    issued=st.none() | DAYS,
    ahead=st.integers(0, 800),
    more=st.integers(0, 400),
)
def test_cases_whatever_the_demand(
    calendar: Calendar, asked: Demand, live: date, issued: date | None, ahead: int, more: int
) -> None:
    """One case per unit and period; time only adds; nothing opens after it is due; nothing is late on launch day; and what
    is not history opens no sooner than the county went live."""
    today = live + timedelta(days=ahead)
    found = cases(asked, UNITS, live, issued, calendar, CN, today)
    keys = [(one.unit, one.period) for one in found]
    assert len(set(keys)) == len(keys)
    assert set(found) <= set(cases(asked, UNITS, live, issued, calendar, CN, today + timedelta(days=more)))
    for one in found:
        assert one.opens <= min(one.due.day, today)
        assert one.history or live <= one.opens
        assert not one.history or live <= today
        assert len(one.period) <= 16
        assert due_of(asked, one.period, live, issued, calendar, CN) == one.due
    for unit in UNITS:
        assert sum(one.history for one in found if one.unit == unit) <= 1


@given(asked=PERIODIC, live=DAYS, days=st.integers(0, 900))
def test_no_period_is_left_out(calendar: Calendar, asked: Demand, live: date, days: int) -> None:
    """After an outage of any length one look finds the case of every period that has ended since the launch, or one whose
    due day has come."""
    today = live + timedelta(days=days)
    assert asked.kind is not None
    found = {one.period for one in cases(asked, ("tobacco",), live, None, calendar, CN, today)}
    for period in touching(asked.kind, live, today):
        due = on_day(asked.due.last_day(period), asked.due.holiday, calendar, CN)  # type: ignore[union-attr]
        assert due.day > today or period.key in found or due.day < live


# county, duty, whether an office may give more time, by which clause or law it is limited
MORE_TIME = [
    ("luzhai", "criminal_decide", False, "criminal_transfer_5"),  # 国务院令310号第5条：3日内决定
    ("luzhai", "criminal_send", False, "criminal_transfer_5"),  # 批准后24小时内移送
    ("luzhai", "criminal_more", False, "police_procedure_180"),
    ("luzhai", "criminal_review", False, "criminal_transfer_8"),
    ("luzhai", "criminal_object", False, "criminal_transfer_9"),
    ("luzhai", "criminal_again", False, "criminal_transfer_9"),
    ("luzhai", "criminal_goods", False, "criminal_transfer_12"),
    ("luzhai", "filing_reasons", False, "procuratorate_filing_10"),
    ("luzhai", "filing_act", False, "procuratorate_filing_10"),
    ("luzhai", "non_prosecution_result", False, "penalty_law_60"),
    ("luzhai", "transfer_send", True, "LZ-3.3b"),  # the plan's own date, which its offices may move
    ("luzhai", "supervision_review", True, "LZ-3.4c"),
    ("yangxi", "lead_notice", True, "YX-3.4d"),
    ("yangxi", "monthly_report", True, "YX-3.4b"),
]


@pytest.mark.parametrize(("county", "name", "may", "source"), MORE_TIME)
def test_a_limit_of_the_law_is_no_offices_to_extend(
    plans: dict[str, Plan], county: str, name: str, may: bool, source: str
) -> None:
    """More time is the plan's to give where the plan set the date, and nobody's here where a law did."""
    demand = plans[county].duties[name]
    assert demand.extendable is may
    assert source in (demand.law, demand.clause)


def test_every_limit_of_a_law_is_in_the_table(plans: dict[str, Plan]) -> None:
    fixed = {(key, one.id) for key, plan in plans.items() for one in plan.duties.values() if not one.extendable}
    assert fixed == {(county, name) for county, name, may, _ in MORE_TIME if not may}
