"""What arrives in two months, written out by hand: November and December 2026, by the plans, the ladders and the calendar.

The days were counted on paper and not by the code. Both months hold no day off but Saturdays and Sundays (国办发明电〔2025〕7号);
the notice for 2027 is not there, so 1 January is reckoned as a working day, the earlier of two readings. Both counties go live on
Monday, 2 November; Yangxi's plan bears no date and counts as issued that day. Everything comes at 8:53.

A ladder (counties/common.yaml): 7, 3 and 1 working days before the last day and on it the liaison; 1, 3 and 8 after it the unit's
leader, the offices that receive, the head of the county; then liaison, leader and offices every 5. What is only proposed stays
in its unit.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.app import TEMPLATES
from bot.rehearsal.channel import Received
from bot.rehearsal.house import Member, Rehearsal
from rules import county
from rules.county import Plan
from tests.town import HOME

FIRST, LAST = date(2026, 11, 2), date(2026, 12, 31)
Heard = dict[str, dict[str, str]]
"""Who (unit.seat) -> day (month-day) -> what: names with how many units it is about, such as `report 4`."""

# -- Yangxi --------------------------------------------------------------------------------------------------------------
# report   YX-3.4b  信息月报, by the 1st. November's is due on 1 December (Tuesday). It opens 5 working days before, on 24 November,
#                   so that 7 before (20 November) is gone. 3 before 26 November (Thursday), 1 before 30 November (Monday), the day
#                   1 December; 1 after 2, 3 after 4, 8 after 11 December; then 18 and 25 December.
# report'  YX-3.4b  December's is due on 1 January 2027, a day nobody knows yet: opens 25, 3 before 29, 1 before 31 December.
# plan     YX-3.5d  方案备案, 30 days from 2 November: 2 December (Wednesday). Told on 2 November; 7 before 23, 3 before 27 November,
#                   1 before 1, the day 2 December; 1 after 3, 3 after 7, 8 after 14 December; then 21 and 28 December.
# facts    YX-3.3b  考核事实, the year's end, our proposal (default): opens 17 December, 7 before 22, 3 before 28, 1 before 30, the day
#                   31 December; after it only the unit's leader, in January.
# notice   DESIGN   next year's days off (docs: calendar): told on 1 November, a Sunday, so on the 2nd; every 5 working days 6, 13, 20,
#                   27 November, 4 December; from 15 December on every working day, to the head of the county too.
# Not in these months: measures (90 days, opens on 4 January), meetings and inspections (3 and 6 months from going live).
REPORTERS = ("town_1", "town_2", "town_3", "tobacco")
OTHERS = ("market", "transport", "anti_smuggling_office", "police", "procuratorate")
YANGXI_OFFICES = ("anti_counterfeit_office", "anti_smuggling_office")
DECEMBER = (
    "12-15",
    "12-16",
    "12-17",
    "12-18",
    "12-21",
    "12-22",
    "12-23",
    "12-24",
    "12-25",
    "12-28",
    "12-29",
    "12-30",
    "12-31",
)
NOTICE = dict.fromkeys(("11-02", "11-06", "11-13", "11-20", "11-27", "12-04", *DECEMBER), "notice")

PLAN = dict.fromkeys(("11-02", "11-23", "11-27", "12-01", "12-02", "12-21", "12-28"), "plan")
REPORT = {
    "11-26": "report", "11-30": "report", "12-01": "report", "12-18": "report", "12-25": "report", "12-29": "report'",
    "12-31": "report'",
}  # fmt: skip
FACTS = dict.fromkeys(("12-22", "12-28", "12-30", "12-31"), "facts")
PLAN_LEADER = dict.fromkeys(("12-03", "12-21", "12-28"), "plan")
REPORT_LEADER = dict.fromkeys(("12-02", "12-18", "12-25"), "report")
IN_OFFICE = {
    "12-04": "report 4", "12-07": "plan 9", "12-18": "report 4", "12-21": "plan 9", "12-25": "report 4", "12-28": "plan 9",
}  # fmt: skip


def together(*calendars: dict[str, str]) -> dict[str, str]:
    """Several things in one morning are one message."""
    found: dict[str, list[str]] = defaultdict(list)
    for calendar in calendars:
        for day, what in calendar.items():
            found[day].append(what)
    return {day: ", ".join(sorted(what)) for day, what in found.items()}


YANGXI: Heard = {
    **{f"{unit}.liaison": together(PLAN, REPORT) for unit in REPORTERS},
    **{f"{unit}.leader": together(PLAN_LEADER, REPORT_LEADER) for unit in REPORTERS},
    **{f"{unit}.liaison": PLAN for unit in OTHERS},
    **{f"{unit}.leader": PLAN_LEADER for unit in OTHERS},
    "anti_smuggling_office.liaison": together(PLAN, FACTS),
    "anti_counterfeit_office.liaison": FACTS,
    **{f"{unit}.coordinator": together(IN_OFFICE, NOTICE) for unit in YANGXI_OFFICES},
    "county_gov.leader": together({"12-11": "report 4", "12-14": "plan 9"}, dict.fromkeys(DECEMBER, "notice")),
}
YANGXI_ANSWERED: Heard = {
    **{f"{unit}.liaison": {"11-02": "plan", "11-26": "report", "12-29": "report'"} for unit in REPORTERS},
    **{f"{unit}.liaison": {"11-02": "plan"} for unit in OTHERS},
    "anti_smuggling_office.liaison": {"11-02": "plan", "12-22": "facts"},
    "anti_counterfeit_office.liaison": {"12-22": "facts"},
    **{f"{unit}.coordinator": NOTICE for unit in YANGXI_OFFICES},
    "county_gov.leader": dict.fromkeys(DECEMBER, "notice"),
}

# -- Luzhai --------------------------------------------------------------------------------------------------------------
# month    LZ-3.5b  每月治理情况, within the month. November's is due on 30 November (Monday). It opens 5 working days before, on the
#                   23rd: 3 before 25 (Wednesday), 1 before 27, the day 30 November; 1 after 1, 3 after 3, 8 after 10 December;
#                   then 17, 24 and 31 December. Members (21) and townships (3) to the headquarters' office.
# month'   LZ-3.5b  December's is due on 31 December (Thursday), opens 24: 3 before 28, 1 before 30, the day 31 December.
# quarter  LZ-3.5c  每季度督导检查, and half LZ-3.5d 每半年专题研究, and meeting LZ-3.6c 联席会议, all by 31 December and open before:
#                   7 before 22 (Tuesday), 3 before 28, 1 before 30, the day 31 December.
# facts    LZ-2g    督查考核事实, our proposal, the same days.
# trend    LZ-3.6b  动态分析, our proposal, only recorded: once, 3 before: 25 November; trend' 28 December.
# upward   LZ-4.1e  向上报告, by the 5th, our proposal: 5 December is a Saturday, so Monday the 7th. It opens 3 working days before, on
#                   2 December, which is 3 before; 1 before 4, the day 7 December. 1 after, 8 December, the unit's leader; nobody
#                   else; then both every 5: 15, 22, 29 December. upward': December's, by 5 January (Tuesday): 3 before is
#                   30 December, whose year's first of January is taken for a day off.
# Plans of goods (31 March), of departments and townships (2022): none in these months.
MEMBERS = (
    "county_gov", "gov_office", "science_industry_trade", "publicity", "political_legal", "court", "procuratorate",
    "tobacco", "ndrc", "education", "police", "justice", "transport", "agriculture", "health", "market", "urban",
    "forestry", "post_company", "sinopec", "petrochina", "town_1", "town_2", "town_3",
)  # fmt: skip
MONTH = {
    "11-25": "month", "11-27": "month", "11-30": "month", "12-17": "month", "12-24": "month", "12-28": "month'",
    "12-30": "month'", "12-31": "month, month'",
}  # fmt: skip
MONTH_LEADER = dict.fromkeys(("12-01", "12-17", "12-24", "12-31"), "month")
YEARS_END = dict.fromkeys(("12-22", "12-28", "12-30", "12-31"), "facts, half, meeting, quarter")
LUZHAI_OFFICES = ("hq_office", "anti_smuggling_office", "gov_office", "political_legal")

LUZHAI: Heard = {
    **{f"{unit}.liaison": MONTH for unit in MEMBERS},
    **{f"{unit}.leader": MONTH_LEADER for unit in MEMBERS},
    "county_gov.leader": together(MONTH_LEADER, {"12-10": "month 24"}, dict.fromkeys(DECEMBER, "notice")),
    "hq_office.liaison": together(YEARS_END, {"11-25": "trend", "12-28": "trend'"}),
    "hq_office.coordinator": together(dict.fromkeys(("12-03", "12-17", "12-24", "12-31"), "month 24"), NOTICE),
    "anti_smuggling_office.liaison": {
        "12-02": "upward", "12-04": "upward", "12-07": "upward", "12-15": "upward", "12-22": "upward", "12-29": "upward",
        "12-30": "upward'",
    },
    "anti_smuggling_office.leader": dict.fromkeys(("12-08", "12-15", "12-22", "12-29"), "upward"),
}  # fmt: skip
LUZHAI_ANSWERED: Heard = {
    **{f"{unit}.liaison": {"11-25": "month", "12-28": "month'"} for unit in MEMBERS},
    "hq_office.liaison": {"11-25": "trend", "12-22": "facts, half, meeting, quarter", "12-28": "trend'"},
    "hq_office.coordinator": NOTICE,
    "anti_smuggling_office.liaison": {"12-02": "upward", "12-30": "upward'"},
    "county_gov.leader": dict.fromkeys(DECEMBER, "notice"),
}

# How the tables call it, and how the plans do.
NAMES = {
    ("monthly_report", "2026-11"): "report", ("monthly_report", "2026-12"): "report'", ("plan_filing", "once"): "plan",
    ("assessment", "2026"): "facts", ("monthly_operation", "2026-11"): "month", ("monthly_operation", "2026-12"): "month'",
    ("quarterly_inspection", "2026-Q4"): "quarter", ("half_year_study", "2026-H2"): "half",
    ("joint_conference", "2026"): "meeting", ("trend_warning", "2026-11"): "trend", ("trend_warning", "2026-12"): "trend'",
    ("report_up", "2026-11"): "upward", ("report_up", "2026-12"): "upward'",
}  # fmt: skip


@pytest.fixture
async def house(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    plan = county.load([TEMPLATES.parent / f"counties/{request.param}.yaml"])[request.param]
    start = datetime(2026, 11, 2, tzinfo=HOME)
    async with Rehearsal.open(plan.with_demo_towns().going_live(FIRST), database_url, tmp_path, start) as opened:
        yield opened


async def everybody(house: Rehearsal, silent: Heard) -> None:
    """One person at each seat that hears anything, and at those that must hear nothing: nothing is vacant."""
    for name in silent:
        await house.seated(*name.split("."), name)


def told(plan: Plan, one: Received) -> str:
    """What a message is about, in the tables' words; each thing stands in its text, by the county's name of it and of the
    unit."""
    for item in one.items:
        for kind, key in (("duties", item["rule"]), ("units", item["unit"])):
            assert getattr(plan, kind)[key].name.zh in one.message.text
    about = Counter(NAMES[item["rule"], item["period"]] for item in one.items)
    calendar = "2027 年的放假安排" in one.message.text
    names = [f"{name} {n}" if n > 1 else name for name, n in about.items()]
    return ", ".join(sorted([*names, *(["notice"] if calendar else [])]))


def arrived(house: Rehearsal) -> Heard:
    """Every reminder, each at 8:53; what is not one (that somebody answered) is somebody's act and not the clock's."""
    found: Heard = defaultdict(dict)
    for one in house.received:
        local = one.at.astimezone(HOME)
        if one.reminds:
            assert f"{local:%H:%M}" == "08:53", local
            assert f"{local:%m-%d}" not in found[one.peer], f"{one.peer} was told twice on {local:%m-%d}"
            found[one.peer][f"{local:%m-%d}"] = told(house.plan, one)
        assert not one.vacancies
    return dict(found)


SILENT = [("yangxi", YANGXI), ("luzhai", LUZHAI)]
ANSWERED = [("yangxi", YANGXI, YANGXI_ANSWERED), ("luzhai", LUZHAI, LUZHAI_ANSWERED)]


@pytest.mark.parametrize(("house", "expected"), SILENT, indirect=["house"])
async def test_two_months_of_silence(house: Rehearsal, expected: Heard) -> None:
    """Every line of the table arrives, once, and nothing else does."""
    await everybody(house, expected)
    await house.until(datetime(2026, 12, 31, 23, 0, tzinfo=HOME))
    assert arrived(house) == expected


async def answers(house: Rehearsal, who: Member, one: Received) -> None:
    """Each thing by its card: it was handed in on paper."""
    for key, _ in one.message.choices:
        if key.startswith("go.duty.") and await house.presses(who, key):
            await house.presses(who, "done")
            await house.says(who, "已报，文号〔2026〕8号")


@pytest.mark.parametrize(("house", "silent", "expected"), ANSWERED, indirect=["house"])
async def test_two_months_of_answers(house: Rehearsal, silent: Heard, expected: Heard) -> None:
    """Whoever answers the first reminder hears no second one, and nobody above them hears anything."""
    await everybody(house, silent)
    seen = 0
    for day in range((LAST - FIRST).days + 1):
        moment = datetime.fromordinal(FIRST.toordinal() + day).replace(hour=9, tzinfo=HOME)
        await house.until(moment)
        fresh, seen = house.received[seen:], len(house.received)
        for one in fresh:
            if one.items:
                await answers(house, house.members[one.peer], one)
        seen = len(house.received)
    assert arrived(house) == expected
