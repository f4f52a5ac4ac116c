"""The regimes of both plans: each row is what its clause says, played out; and what a file may not say of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers.words import ACTS, folded, said_to_us
from rules.county import Plan, load, load_common, load_plan
from rules.courses import due
from rules.problems import PlanError
from rules.regime_checks import colliding, standing, unknown_clauses
from tests.rules.conftest import COUNTIES
from tests.rules.played import Played, able

MADE_UP = Path(__file__).parent / "wanqiao.yaml"


@pytest.fixture(scope="module")
def counties(plans: dict[str, Plan]) -> dict[str, Plan]:
    third = load_plan(MADE_UP, load_common(COUNTIES / "common.yaml"))
    return {key: plan.with_demo_towns() for key, plan in plans.items()} | {third.id: third}


# county, regime or door, who begins it, what the form says, what is done, where each stands then, the clause
COURSES: list[tuple[str, str, str, Mapping[str, str], str, str, str]] = [
    # 阳西
    ("yangxi", "lead_notice", "market", {}, "finder send town_1 police", "finder=sent receiver.town_1=waiting receiver.police=waiting copy.anti_counterfeit_office=told copy.anti_smuggling_office=told", "YX-3.4d"),
    ("yangxi", "lead_notice", "market", {}, "finder send external_unit; receiver sign; receiver answer", "finder=sent receiver=answered", "YX-3.4d"),
    ("yangxi", "lead_notice", "market", {}, "finder send police; receiver hand_back; finder send tobacco", "finder=sent receiver.police=refused receiver.tobacco=waiting", "YX-3.4d"),
    ("yangxi", "case_assistance", "police", {}, "asker ask market town_1; receiver sign market; receiver ask_more market; source give_more", "asker=sent source=given receiver.market=working receiver.town_1=waiting", "YX-3.1e"),
    ("yangxi", "lead_notice", "market", {}, "finder send police town_1; receiver sign police; receiver sign town_1; receiver hand_back police; receiver ask_more town_1; source give_more", "finder=back source=given receiver.police=refused receiver.town_1=working", "YX-3.4d"),
    ("yangxi", "lead_notice", "market", {}, "finder send police town_1; receiver sign police; receiver sign town_1; receiver ask_more town_1; receiver hand_back police; finder drop", "finder=dropped source=asked receiver.police=refused receiver.town_1=working", "YX-3.4d"),
    ("yangxi", "case_assistance.urgent", "police", {}, "asker ask_urgently market; receiver sign_urgent; receiver answer", "asker=sent receiver=answered", "YX-3.1e"),
    ("yangxi", "case_supervision", "anti_smuggling_office", {}, "office order police; handler sign; handler first_report; handler report; handler ask_end", "office=deciding handler=asking", "YX-3.3c"),
    ("yangxi", "case_supervision", "anti_smuggling_office", {}, "office order police; handler sign; handler ask_end; office go_on; handler report; office close", "office=closed handler=done", "YX-3.3c"),
    ("yangxi", "two_law_linkage", "tobacco", {"threshold_met": "yes", "transferred": "no"}, "unit record", "unit=decided procuratorate=flagged", "YX-2.10a"),
    ("yangxi", "two_law_linkage", "tobacco", {"threshold_met": "yes", "transferred": "yes"}, "unit record; unit enter", "unit=entered", "YX-2.10a"),
    ("yangxi", "two_law_linkage", "tobacco", {"threshold_met": "yes", "transferred": "no"}, "unit record; unit enter; procuratorate advise; unit explain", "unit=entered procuratorate=looked", "YX-2.10a"),
    ("yangxi", "duty_crime", "post_company", {}, "finder hand; keeper take", "finder=handed keeper=taken", "YX-2.10b"),
    ("yangxi", "conference_task", "anti_counterfeit_office", {}, "convenor send town_1 market; owner sign town_1; owner done town_1; convenor reopen", "convenor=sent owner.town_1=working owner.market=waiting", "YX-3.1c"),
    ("yangxi", "inspection_finding", "anti_smuggling_office", {}, "group send town_2; inspected sign; inspected report; group again; inspected report; group close", "group=closed inspected=righted", "YX-3.3c"),
    ("yangxi", "incident", "town_1", {}, "scene card police; office take anti_smuggling_office; scene report; scene follow_up", "scene=following office.anti_counterfeit_office=called office.anti_smuggling_office=taken concerned=told", "YX-3.4c"),
    # 鹿寨：移交的同时报告两处
    ("luzhai", "transfer", "market", {"goods": "refined_oil", "offence": "smuggling", "crime": "no"}, "finder hand_over liuzhou_customs", "finder=handed receiver=waiting hq=told office=told", "LZ-3.3d"),
    ("luzhai", "transfer", "police", {"goods": "tobacco", "offence": "other", "crime": "no"}, "finder hand_over tobacco; receiver sign; finder countersign; receiver answer", "finder=done receiver=closed hq=told office=told", "LZ-3.3c"),
    ("luzhai", "transfer", "market", {"goods": "refined_oil", "offence": "smuggling", "crime": "no"}, "finder hand_over liuzhou_customs; receiver sign", "finder=countersign receiver=working hq=told office=told", "LZ-3.3b"),
    ("luzhai", "transfer", "urban", {"goods": "sugar", "offence": "other", "crime": "no"}, "finder ask_hq; hq choose market", "finder=handed receiver=waiting hq=told office=told", "LZ-3.3d"),
    ("luzhai", "transfer", "police", {"goods": "tobacco", "offence": "other", "crime": "no"}, "finder hand_over tobacco; receiver object; hq decide market", "finder=handed receiver.tobacco=gone receiver.market=waiting hq=told office=told", "LZ-3.3d"),
    ("luzhai", "transfer", "police", {"goods": "tobacco", "offence": "other", "crime": "no"}, "finder hand_over tobacco; receiver object; hq decide tobacco; receiver sign", "finder=countersign receiver=working hq=told office=told", "LZ-3.3d"),
    ("luzhai", "transfer", "police", {"goods": "tobacco", "offence": "other", "crime": "no"}, "finder hand_over tobacco; receiver hand_back; finder hand_over tobacco; receiver sign", "finder=countersign receiver=working hq=told office=told", "LZ-3.3c"),
    ("luzhai", "transfer", "market", {"goods": "tobacco", "offence": "fake", "crime": "yes"}, "finder to_police", "finder=moved", "LZ-4.8c"),
    ("luzhai", "jurisdiction_dispute", "market", {}, "objector raise tobacco; other say", "objector=raised other=said hq=deciding", "LZ-3.3d"),
    ("luzhai", "jurisdiction_dispute", "market", {}, "objector raise tobacco; hq pass_up", "objector=told other=told hq=passed_up", "LZ-3.3d"),
    # 两个入口，一个事项
    ("luzhai", "case_supervision", "tobacco", {}, "applicant apply", "applicant=applied hq=reviewing", "LZ-3.4c"),
    ("luzhai", "case_supervision.listed", "police", {}, "police request", "police=applied office=reviewing", "LZ-4.8d"),
    ("luzhai", "case_supervision", "tobacco", {}, "applicant apply; hq ask_more; applicant give_more; hq approve tobacco police; handler sign", "applicant=granted hq=watching handler=first partner.tobacco=told partner.police=told", "LZ-3.4b"),
    ("luzhai", "case_supervision.listed", "police", {}, "police request; office approve police court; handler sign; handler first_report; handler ask_end; office close", "police=closed office=closed handler=done partner.police=told partner.court=told", "LZ-4.8d"),
    ("luzhai", "case_supervision", "tobacco", {}, "applicant apply; hq decline", "applicant=declined hq=declined", "LZ-3.4c"),
    ("luzhai", "joint_case", "police", {}, "convenor invite court market; partner join court; convenor assign market; worker done; convenor conclude", "convenor=concluded partner.court=joined partner.market=invited hq=told worker=done", "LZ-3.2b"),
    ("luzhai", "law_consult", "tobacco", {}, "asker ask court procuratorate; adviser reply court; asker ask_again", "asker=sent adviser.court=waiting adviser.procuratorate=waiting", "LZ-4.4b"),
    ("luzhai", "filing_supervision", "procuratorate", {}, "procuratorate demand police; supervised explain; procuratorate order; supervised act", "procuratorate=over supervised=acted", "LZ-4.5c"),
    ("luzhai", "filing_supervision.suggested", "tobacco", {}, "agency suggest; procuratorate demand police; supervised explain; procuratorate accept", "agency=suggested procuratorate=over supervised=explained", "LZ-4.5b"),
    ("luzhai", "non_prosecution", "procuratorate", {}, "procuratorate send tobacco; receiver sign; receiver punished", "procuratorate=sent receiver=answered", "LZ-4.5f"),
    # 国务院令310号：决定、移送、答复、移交物品
    ("luzhai", "criminal_transfer", "tobacco", {}, "agency approve; agency send", "agency=sent police=waiting procuratorate=told hq=told office=told", "LZ-4.5c"),
    ("luzhai", "criminal_transfer", "tobacco", {}, "agency refuse", "agency=not_sent procuratorate=told", "LZ-4.5b"),
    ("luzhai", "criminal_transfer", "tobacco", {}, "agency approve; agency send; police sign; police ask_more; agency give_more; police file; agency hand_goods; police take_goods", "agency=handed police=filed procuratorate=told hq=told office=told", "LZ-4.8c"),
    ("luzhai", "criminal_transfer", "tobacco", {}, "agency approve; agency send; police sign; police no_file; agency ask_again; police uphold; agency to_procuratorate", "agency=supervised police=refused procuratorate=told hq=told office=told", "LZ-4.5b"),
    ("luzhai", "station_report", "petrochina", {"seen": "vehicle"}, "station report", "station=reported hq=taking", "LZ-4.18c"),
    ("luzhai", "station_report", "sinopec", {"seen": "both"}, "station report; hq pass_on police; checker sign; checker answer", "station=reported hq=passed checker=answered", "LZ-4.18c"),
    ("luzhai", "school_lead", "education", {"what": "minors"}, "education send", "education=sent tobacco=waiting market=waiting", "LZ-4.7c"),
    ("luzhai", "school_lead", "education", {"what": "unlicensed"}, "education send; tobacco sign; tobacco ask_more; education give_more", "education=sent tobacco=working market=waiting", "LZ-4.7b"),
    ("luzhai", "school_lead", "education", {"what": "canteen"}, "education send", "education=sent market=waiting", "LZ-4.7d"),
    ("luzhai", "parcel_lead", "post_company", {"what": "rules", "crime": "no"}, "finder send city_post_admin; receiver sign; receiver answer", "finder=sent receiver=answered", "LZ-4.16f"),
    ("luzhai", "duty_crime", "police", {}, "police hand; discipline take", "police=handed discipline=taken", "LZ-4.8f"),
    ("luzhai", "hq_task", "hq_office", {}, "hq send town_1; owner sign; owner done", "hq=sent owner=done", "LZ-2k"),
    ("luzhai", "inspection_finding", "hq_office", {}, "hq send town_1; inspected sign; inspected report; hq close", "hq=closed inspected=righted", "LZ-3.5c"),
    ("luzhai", "incident", "market", {"what_kind": "resistance"}, "scene card town_1; police take", "scene=handling office=called police=taken concerned=told", "LZ-4.8g"),
    ("luzhai", "incident", "market", {"what_kind": "health"}, "scene card town_1", "scene=handling office=called health=called concerned=told", "LZ-4.11d"),
    # 处置结束了就不再叫人接报；接了的还是接了
    ("luzhai", "incident", "market", {"what_kind": "resistance"}, "scene card town_1; police take; scene report; scene finish", "scene=over office=untaken police=taken concerned=told", "LZ-4.8g"),
    ("yangxi", "incident", "town_1", {}, "scene card police; office take anti_smuggling_office; scene report; scene follow_up; scene finish", "scene=over office.anti_counterfeit_office=untaken office.anti_smuggling_office=taken concerned=told", "YX-3.4c"),
    # 退回的一份不再交办，其余照办
    ("luzhai", "hq_task", "hq_office", {}, "hq send town_1 market; owner hand_back town_1; hq drop; owner sign market; owner done market", "hq=dropped owner.town_1=refused owner.market=done", "LZ-2k"),
    # 万桥：没有一行代码
    ("wanqiao", "conference", "conference_office", {}, "convenor invite; member come salt_bureau; member send_deputy upper_town; convenor assign lower_town; convenor minute", "convenor=closed member.river_police=comes member.salt_bureau=comes member.upper_town=deputy member.lower_town=comes owner=tasked", "WQ-1b"),
    ("wanqiao", "night_watch", "upper_town", {}, "first hand_on ferry_company; first take_back; first strike; warden relieve", "first=resting second=aware warden=aware", "WQ-3b"),
    ("wanqiao", "river_transfer", "upper_town", {"water": "border", "salt": "no"}, "finder hand navy_post; receiver sign", "finder=handed receiver=taken", "WQ-2d"),
    ("wanqiao", "river_transfer.ferry", "ferry_company", {"water": "ashore", "salt": "yes"}, "ferry tell salt_bureau", "ferry=handed receiver=waiting salt=told", "WQ-2c"),
]  # fmt: skip


def play(
    counties: Mapping[str, Plan], county: str, which: str, unit: str, says: Mapping[str, str], does: str
) -> Played:
    plan = counties[county]
    key, _, door = which.partition(".")
    regime = plan.regimes[key]
    way = regime.doors[door] if door else regime.ways[0]
    assert unit in able(plan, regime.roles[way.starter])
    played = Played.begun(plan, regime, way, unit, says)
    for one in filter(None, does.split("; ")):
        role, move, *units = one.split()
        played.does(role, move, *units)
    return played


@pytest.mark.parametrize(
    ("county", "which", "unit", "says", "does", "stands", "clause"), COURSES, ids=lambda one: str(one)[:60]
)
def test_course(counties: dict[str, Plan], county: str, which: str, unit: str, says: dict[str, str], does: str, stands: str, clause: str) -> None:  # noqa: E501, PLR0913  # fmt: skip
    """What the clause says is what happens: who has it then, and at which stage each stands for itself."""
    played = play(counties, county, which, unit, says, does)
    assert played.stands() == played.stands() | dict(one.split("=") for one in stands.split())
    assert set(played.stands()) == {one.partition("=")[0] for one in stands.split()} | (
        {"copy.anti_counterfeit_office", "copy.anti_smuggling_office"} if which == "lead_notice" else set()
    )
    assert clause in clauses(counties[county], which)


def clauses(plan: Plan, which: str) -> set[str]:
    regime = plan.regimes[which.partition(".")[0]]
    named = {one.clause for one in regime.moves.values() if one.clause}
    return named | {one for way in regime.ways for one in way.clauses}


# county, regime, who begins it, what has been done, whose move it is not, the clause
FORBIDDEN: list[tuple[str, str, str, str, str, str]] = [
    ("yangxi", "lead_notice", "market", "finder send police", "finder sign", "YX-3.4d"),
    ("yangxi", "lead_notice", "market", "finder send police; receiver hand_back; finder send police", "receiver hand_back", "YX-3.4d"),  # returned twice
    ("yangxi", "case_supervision", "anti_smuggling_office", "office order police", "handler close", "YX-3.3c"),
    ("yangxi", "two_law_linkage", "tobacco", "unit record", "unit advise", "YX-2.10a"),
    ("yangxi", "duty_crime", "police", "finder hand", "finder take", "YX-2.10b"),
    ("yangxi", "incident", "town_1", "scene card police", "concerned take", "YX-3.4c"),
    ("luzhai", "transfer", "police", "finder hand_over tobacco", "office decide", "LZ-3.3d"),
    ("luzhai", "transfer", "police", "finder hand_over tobacco", "hq decide", "LZ-3.3d"),  # nobody has objected
    ("luzhai", "transfer", "police", "finder hand_over tobacco; receiver hand_back; finder hand_over tobacco", "receiver hand_back", "LZ-3.3c"),
    ("luzhai", "transfer", "police", "finder hand_over tobacco; receiver sign", "receiver countersign", "LZ-3.3c"),
    ("luzhai", "case_supervision", "tobacco", "applicant apply", "applicant approve", "LZ-3.4c"),
    ("luzhai", "criminal_transfer", "tobacco", "agency approve", "police file", "LZ-4.8c"),
    ("luzhai", "criminal_transfer", "tobacco", "", "agency send", "LZ-4.5b"),  # not without a decision
    ("luzhai", "station_report", "sinopec", "station report", "station pass_on", "LZ-4.18c"),
    ("luzhai", "school_lead", "education", "education send", "education answer", "LZ-4.7b"),
    ("luzhai", "law_consult", "tobacco", "asker ask court", "asker reply", "LZ-4.4b"),
]  # fmt: skip


@pytest.mark.parametrize(("county", "which", "unit", "does", "forbidden", "clause"), FORBIDDEN)
def test_forbidden(counties: dict[str, Plan], county: str, which: str, unit: str, does: str, forbidden: str, clause: str) -> None:  # noqa: E501, PLR0913  # fmt: skip
    """What is another's to do, or not yet or no more to be done, is not offered."""
    says = {"crime": "no", "threshold_met": "yes", "transferred": "no", "what": "minors"}
    played = play(counties, county, which, unit, says, does)
    role, move = forbidden.split()
    with pytest.raises(AssertionError, match="may not"):
        played.does(role, move)
    assert clause in clauses(counties[county], which)


# county, regime, stage: how long, where the figure comes from, law
CLOCKS: list[tuple[str, str, str, str, str, str | None]] = [
    ("yangxi", "lead_notice", "found", "3 workday", "seed", None),  # YX-3.4d
    ("yangxi", "incident", "known", "30 minute", "practice", None),
    ("yangxi", "incident", "handling", "2 hour", "practice", None),
    ("yangxi", "case_assistance", "waiting", "1 workday", "default", None),
    ("yangxi", "case_assistance", "working", "5 workday", "default", None),
    ("yangxi", "case_assistance", "working_urgent", "1 workday", "default", None),
    ("yangxi", "case_supervision", "first", "10 workday", "default", None),
    ("yangxi", "case_supervision", "going", "1 month", "default", None),
    ("yangxi", "two_law_linkage", "decided", "5 workday", "default", None),
    ("luzhai", "transfer", "cleared", "2 workday", "default", None),
    ("luzhai", "transfer", "deciding", "3 workday", "default", None),
    ("luzhai", "jurisdiction_dispute", "deciding", "3 workday", "default", None),
    ("luzhai", "case_supervision", "reviewing", "3 workday", "default", None),
    ("luzhai", "case_supervision", "first", "10 workday", "default", None),
    ("luzhai", "case_supervision", "going", "1 month", "default", None),
    ("luzhai", "criminal_transfer", "to_decide", "3 day", "law", "criminal_transfer_5"),
    ("luzhai", "criminal_transfer", "to_send", "24 hour", "law", "criminal_transfer_5"),
    ("luzhai", "criminal_transfer", "reviewing", "3 day", "law", "criminal_transfer_8"),
    ("luzhai", "criminal_transfer", "asked", "3 day", "law", "police_procedure_180"),
    ("luzhai", "criminal_transfer", "goods", "3 day", "law", "criminal_transfer_12"),
    ("luzhai", "criminal_transfer", "not_filed", "3 day", "law", "criminal_transfer_9"),
    ("luzhai", "filing_supervision", "explain", "7 day", "law", "procuratorate_filing_10"),
    ("luzhai", "filing_supervision", "must_act", "15 day", "law", "procuratorate_filing_10"),
    ("luzhai", "law_consult", "waiting", "5 workday", "default", None),
    ("luzhai", "station_report", "seen", "4 hour", "default", None),
    ("luzhai", "school_lead", "found", "3 workday", "default", None),
]


@pytest.mark.parametrize(("county", "regime", "stage", "span", "origin", "law"), CLOCKS)
def test_clock(plans: dict[str, Plan], county: str, regime: str, stage: str, span: str, origin: str, law: str | None) -> None:  # noqa: E501, PLR0913  # fmt: skip
    """Each figure is the plan's, the law's, or said to be a proposal, which nobody is late on (domain §1.4, §1.7, §3.3)."""
    plan = plans[county]
    demand = plan.duties[plan.regimes[regime].stages[stage].duty or ""]
    assert demand.within is not None
    assert (f"{demand.within.n} {demand.within.unit}", demand.origin.value, demand.law) == (span, origin, law)


def test_a_clock_runs_from_the_day_the_form_says(yangxi: Plan) -> None:
    """YX-3.4d: three working days from the day of discovery, not of the telling; what is signed for counts from the signing."""
    regime, now = yangxi.regimes["lead_notice"], datetime(2026, 10, 12, 2, tzinfo=UTC)
    found, waiting = (regime.stages[one] for one in ("found", "waiting"))
    days = [
        due(stage, yangxi.duties[stage.duty or ""], {"found_on": "2026-09-30"}, now, yangxi.calendar, yangxi.tz).day
        for stage in (found, waiting)
    ]
    assert days == [date(2026, 10, 10), date(2026, 10, 13)]


def test_a_day_that_was_asked_for_stands_before_the_span(luzhai: Plan) -> None:
    """LZ-4.5d says 及时: the day an answer is needed by, where one is given; else our proposal of five working days."""
    stage, now = luzhai.regimes["law_consult"].stages["waiting"], datetime(2026, 11, 23, 2, tzinfo=UTC)
    days = [
        due(stage, luzhai.duties["consult_reply"], answers, now, luzhai.calendar, luzhai.tz).day
        for answers in ({"answer_by": "2026-11-25"}, {"answer_by": ""}, {})
    ]
    assert days == [date(2026, 11, 25), date(2026, 11, 30), date(2026, 11, 30)]


# stage, what the form says, the day that was said with the move: due. Asked on Monday, 23 November 2026
SAID: list[tuple[str, str, dict[str, str], date | None, date]] = [
    ("law_consult", "waiting", {"answer_by": "2026-11-23"}, None, date(2026, 11, 23)),  # until tonight
    ("law_consult", "waiting", {"answer_by": "2026-11-22"}, None, date(2026, 11, 30)),  # over: our five working days
    ("law_consult", "waiting", {}, date(2026, 11, 23), date(2026, 11, 23)),
    ("law_consult", "waiting", {}, date(2026, 11, 22), date(2026, 11, 30)),
    ("law_consult", "waiting", {}, date(2026, 12, 10), date(2026, 12, 10)),
    ("criminal_transfer", "reviewing", {}, date(2026, 11, 24), date(2026, 11, 24)),
    ("criminal_transfer", "reviewing", {}, date(2026, 12, 10), date(2026, 11, 26)),  # the law's three days
    (
        "criminal_transfer",
        "to_decide",
        {"reported_on": "2026-11-30"},
        None,
        date(2026, 11, 26),
    ),  # still to come: from now
]


@pytest.mark.parametrize(("regime", "stage", "answers", "said", "day"), SAID)
def test_no_day_is_later_than_the_law_or_over(
    luzhai: Plan, regime: str, stage: str, answers: dict[str, str], said: date | None, day: date
) -> None:
    """A day that is over is nobody's, today's is; what is said moves no law; no clock waits for a day that is still to come."""
    at, now = luzhai.regimes[regime].stages[stage], datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert due(at, luzhai.duties[at.duty or ""], answers, now, luzhai.calendar, luzhai.tz, said).day == day


# county, regime, stage, the day that was said with the move, the day it is due; asked on Monday, November 23
SAID: list[tuple[str, str, str, str, str]] = [
    ("luzhai", "filing_supervision", "explain", "2026-11-25", "2026-11-25"),  # sooner than the law's seven days
    ("luzhai", "filing_supervision", "explain", "2026-12-25", "2026-11-30"),  # a law's day is not put off
    ("luzhai", "filing_supervision", "explain", "2026-11-20", "2026-11-30"),  # a day that is over is none
    ("luzhai", "hq_task", "working", "2027-01-29", "2027-01-29"),  # ours may be
]


@pytest.mark.parametrize(("county", "regime", "stage", "said", "day"), SAID)
def test_no_said_day_is_later_than_the_laws(plans: dict[str, Plan], county: str, regime: str, stage: str, said: str, day: str) -> None:  # noqa: E501, PLR0913  # fmt: skip
    """By the day that whoever asks has said; a law's figure is the latest whatever is said."""
    plan, now = plans[county], datetime(2026, 11, 23, 2, tzinfo=UTC)
    at = plan.regimes[regime].stages[stage]
    found = due(at, plan.duties[at.duty or ""], {}, now, plan.calendar, plan.tz, date.fromisoformat(said))
    assert found.day == date.fromisoformat(day)


# goods, kind of case, crime: who is proposed with the origin, first to last (luzhai transfer_rules)
PROPOSED: list[tuple[str, str, str, str]] = [
    ("refined_oil", "smuggling", "no", "liuzhou_customs seed"),  # LZ-3.3b
    ("frozen", "smuggling", "no", "liuzhou_customs seed"),
    ("frozen", "no_source", "no", "market default"),  # the clause means suspected smuggling only
    ("frozen", "parcel", "no", ""),
    ("refined_oil", "other", "no", ""),
    ("tobacco", "other", "no", "tobacco seed"),  # LZ-3.3c
    (
        "tobacco",
        "smuggling",
        "no",
        "tobacco seed, liuzhou_customs law",
    ),  # both stand beside each other: a person chooses
    ("tobacco", "unlicensed", "no", "tobacco seed, market seed"),  # LZ-4.12d
    ("tobacco", "fake", "yes", "police law, tobacco seed, market seed"),  # 涉嫌犯罪先于品种
    ("refined_oil", "smuggling", "yes", "police law, liuzhou_customs law"),
    ("refined_oil", "unlicensed", "no", "market seed"),
    ("wildlife", "other", "no", "forestry default"),
    ("livestock", "other", "no", "agriculture default"),
    ("sugar", "smuggling", "no", "liuzhou_customs default"),
    ("liquor", "no_source", "no", "market default"),
    ("electronics", "other", "no", ""),  # the plan says nothing: the headquarters office decides
]


@pytest.mark.parametrize(("goods", "offence", "crime", "units"), PROPOSED)
def test_proposed(luzhai: Plan, goods: str, offence: str, crime: str, units: str) -> None:
    """Who is proposed and why is shown in the plan's order; where the plan says nothing, nobody is, and the office is asked."""
    found = luzhai.regimes["transfer"].roles["receiver"].proposed({"goods": goods, "offence": offence, "crime": crime})
    assert ", ".join(f"{one.unit} {one.origin.value}" for one in found) == units


def test_a_post_company_is_pointed_to_who_may_punish(luzhai: Plan) -> None:
    """LZ-4.16b lets a company impose penalties, which the law does not: crime goes to the police, the rest to the postal office."""
    role = luzhai.regimes["parcel_lead"].roles["receiver"]
    assert [one.unit for one in role.proposed({"what": "rules", "crime": "no"})] == ["city_post_admin"]
    assert [one.unit for one in role.proposed({"what": "tobacco", "crime": "yes"})] == ["police", "tobacco"]


def test_companies_report_and_nothing_else(counties: dict[str, Plan]) -> None:
    """State companies begin reports and are told; no act of authority, no signing, no deciding is ever theirs."""
    for plan in counties.values():
        companies = {one.id for one in plan.units.values() if one.kind == "state_company"}
        for regime in plan.regimes.values():
            for role in (one for one in regime.roles.values() if companies & set(able(plan, one))):
                moves = [one for one in regime.moves.values() if role.id in one.by]
                assert not any(one.enforces or one.of for one in moves)
                assert not moves or regime.begun_by(role.id)


def test_what_a_coordinator_may_do_for_a_unit_where_nobody_is(counties: dict[str, Plan]) -> None:
    """接报 and 要求补充, and nothing else of either plan: no receipt, no answer, no reasons and no act in another's name (decision 0010)."""
    for plan in counties.values():
        moves = [(regime, one) for regime in plan.regimes.values() for one in regime.moves.values()]
        for regime, one in moves:
            assert one.stand_in == (one.name.zh in ("接报", "要求补充")), (regime.id, one.id)
            assert not one.stand_in or not (one.enforces or one.starts or regime.sealed)


def test_nothing_proposed_leaves_its_unit(counties: dict[str, Plan]) -> None:
    """A clock whose origin is default or practice tells the unit alone; only an alarm of an urgent regime goes further."""
    for plan in counties.values():
        for regime in plan.regimes.values():
            for stage in (one for one in regime.stages.values() if one.duty):
                demand = plan.duties[stage.duty or ""]
                ladder = plan.ladders[demand.ladder]
                assert regime.urgent or not ladder.urgent
                assert ladder.urgent or not demand.suggested or demand.unleaving


def test_sealed_routes_hold_a_number_only(counties: dict[str, Plan]) -> None:
    """YX-2.10b, LZ-4.8f: no form, no words, nobody sees more than a number, and its clocks tell the keeper of it alone."""
    sealed = [(plan, one) for plan in counties.values() for one in plan.regimes.values() if one.sealed]
    assert [plan.id for plan, _ in sealed] == ["luzhai", "yangxi"]
    for plan, regime in sealed:
        assert {role.sees for role in regime.roles.values()} == {"number"}
        assert not any(way.form for way in regime.ways)
        assert not any(move.form or {"note", "reason"} & set(move.asks) for move in regime.moves.values())
        for stage in (one for one in regime.stages.values() if one.duty):
            assert plan.ladders[plan.duties[stage.duty or ""].ladder].told() == ("liaison",)  # the seat it lies with


def test_everything_named_in_the_plans_is_there(plans: dict[str, Plan]) -> None:
    """The regimes in which one unit puts something to another (domain §1.4, §1.7)."""
    assert set(plans["yangxi"].regimes) == {
        *("lead_notice", "incident", "case_assistance", "case_supervision", "two_law_linkage", "duty_crime"),
        *("conference_task", "inspection_finding", "from_elsewhere"),
    }
    assert set(plans["luzhai"].regimes) == {
        *("transfer", "jurisdiction_dispute", "case_supervision", "joint_case", "law_consult", "filing_supervision"),
        *("non_prosecution", "criminal_transfer", "station_report", "school_lead", "parcel_lead", "duty_crime"),
        *("hq_task", "inspection_finding", "incident", "lead_elsewhere", "from_elsewhere"),
    }


def test_a_station_reports_in_two_taps(luzhai: Plan) -> None:
    """LZ-4.18c: one choice, and sent; everything else may be left out."""
    form = luzhai.forms["station"]
    assert list(form.missing({})) == ["seen"]
    assert form.fields[0].kind == "choice"


def test_no_transfer_without_a_seizure_list(luzhai: Plan) -> None:
    """LZ-3.3c: the goods are listed, at least one line of them."""
    assert {"item.1", "amount.1"} <= set(luzhai.forms["transfer"].missing({}))


def test_words_open_one_thing_each(counties: dict[str, Plan]) -> None:
    """A word that opens something else already would never be heard as the regime."""
    acts = {folded(word): name for name, words in ACTS.items() for word in words}
    for plan in counties.values():
        assert [*colliding(plan, lambda word: said_to_us(word, True) or acts.get(folded(word)))] == []
    assert [*colliding(counties["luzhai"], lambda word: "transfer" if word == "案件移送" else None)]


def test_every_clause_is_the_plans(plans: dict[str, Plan]) -> None:
    """What a regime, a door, a move or a proposal rests on can be read in the plan's own words."""
    for plan in plans.values():
        assert plan.clauses
        assert [*unknown_clauses(plan)] == []
    wrong = plans["luzhai"].model_copy(
        update={"regimes": {"transfer": replace(plans["luzhai"].regimes["transfer"], clauses=("LZ-9.9z",))}}
    )
    assert [path for path, *_ in unknown_clauses(wrong)] == ["regimes.transfer.clauses[0]"]


def test_every_role_can_be_reached(counties: dict[str, Plan]) -> None:
    """A role that nobody can ever have is a line of the file that says nothing."""
    for plan in counties.values():
        for regime in plan.regimes.values():
            assert {role for role, _ in standing(regime)} == set(regime.roles), regime.id


# -- what a file may not say -----------------------------------------------------------------------------------------------

ROLL: dict[str, Any] = {"name": {"zh": "清单", "en": "A list"}, "who": ["river_police"]}

# what is changed in the made-up county, where, and what is told
FAULTS: list[tuple[str, Any, str]] = [
    ("roles.warden.who", ["river_polic"], "roles.warden.who[0]: expected a name that is defined, found 'river_polic'; did you mean 'river_police'?"),
    ("roles.warden.seat", "intake", "roles.warden.who: expected units where people can hold the seat 'intake' (see seats.intake.units), found 'river_police'"),
    ("roles.warden.seat", "warden", "roles.warden.seat: expected a name that is defined, found 'warden'"),
    ("roles.first.who", ["navy_post"], "roles.first.who: expected units of the county only, since the role begins it, found one outside the county"),
    ("roles.owl", {"name": {"zh": "枭", "en": "Owl"}, "who": ["towns"]}, "roles.owl: expected a role that begins it or that a move adds, found neither"),
    ("roles.first.who", ["towns", "ferry_company"], None),
    ("roles.warden.who", ["ferry_company"], "roles.warden.who: expected no company, since 'relieve' is an act of authority, found 'ferry_company'"),
    ("roles.second.suggests", [{"unit": "river_police", "origin": "default", "why": {"zh": "某", "en": "x"}}], "roles.second.suggests[0].unit: expected a unit of who, found 'river_police'"),
    ("roles.second.suggests", [{"unit": "upper_town", "origin": "seed", "why": {"zh": "某", "en": "x"}}], "roles.second.suggests[0].clause: expected the clause of the plan, since its origin is seed, found nothing"),
    ("roles.second.when", {"water": ["border"]}, "roles.second.when.water: expected a field of the form that is a choice or yes_no, found no such field"),
    ("stages.watching.duty", "nothing", "stages.watching.duty: expected a name that is defined, found 'nothing'"),
    ("stages.watching.duty", "yearly", "stages.watching.duty: expected a duty with every: event, found 'yearly', every: year"),
    ("stages.watching.since", "found_on", "stages.watching.since: expected a day that the regime's form asks, not optional, found 'found_on'"),
    ("stages.watching.until", "found_on", "stages.watching.until: expected a day that the regime's form asks, found 'found_on'"),
    ("stages.dawn", {"name": {"zh": "天亮", "en": "Dawn"}, "ends": True}, "stages.dawn: expected a stage that somebody comes to, found no door or move that leads there"),
    ("stages.aware", {"name": {"zh": "知悉", "en": "Aware"}}, "stages.aware.duty: expected a duty, or ends: true where nothing is awaited, found neither"),
    ("stages.aware", {"name": {"zh": "知悉", "en": "Aware"}, "duty": "sign"}, "stages.aware: expected a move for 'second', of which something is awaited there, found none"),
    ("moves.hand_on.once", True, None),  # the warden may relieve
    ("moves.relieve.at", ["resting"], None),
    ("moves.hand_on.adds", {"second": "aware", "warden": "watching"}, "stages.watching: expected a move for 'warden', of which something is awaited there, found none"),
    ("lists", {"late": ROLL | {"at": ["resting"], "late": True}}, "lists.late.late: expected a stage with a duty in at, whose day can pass, found none"),
    ("lists", {"when": ROLL | {"at": ["resting"], "when": {"salt": ["yes"]}}}, "lists.when.when.salt: expected a field of the form that is a choice or yes_no, found no such field"),
    ("lists", {"all": ROLL | {"at": ["watching", "resting"], "late": True}}, None),
    ("moves.strike.at", ["resting"], "moves.strike.at[0]: expected a stage with a duty, whose clock begins anew, found 'resting'"),
    ("moves.strike.form", "bill", "moves.strike.form: expected a name that is defined, found 'bill'"),
    ("moves.strike.starts", "bill", "moves.strike.starts: expected a name that is defined, found 'bill'"),
    ("moves.strike.starts", "conference", "moves.strike.starts: expected a regime that somebody of 'by' may begin, found 'conference'"),
    ("moves.strike.asks", ["units"], "moves.strike.asks: expected a chosen role in adds, since units are asked, found none"),
    ("moves.strike.wakes", {"first": "resting"}, "moves.strike.wakes.first: expected another role than the one that is moved, found 'first'"),
    ("roles.second.same", "first", "roles.second.who: expected the units and the seat of 'first', since it is the same, found a list of 2"),
    ("stages.watching.answer", None, "stages.watching.answer: expected the move that 'first' is awaited to make, of hand_on, strike; false if none, found nothing"),
    ("stages.watching.answer", "relieve", "stages.watching.answer: expected a move that leads 'first' on from there, found 'relieve'"),
    ("stages.watching.answer", False, None),
    ("stages.aware.hears", ["first"], None),
    ("moves.take_back.stand_in", True, None),
    ("moves.relieve.stand_in", True, "moves.relieve.stand_in: expected false, since an act of authority, another matter and what is sealed are nobody else's, found true"),
    ("straight", "relieve", "straight: expected a move of 'first' at 'watching', found 'relieve'"),
    ("form", "bill", "form: expected a name that is defined, found 'bill'"),
    ("sealed", True, "moves.strike: expected no words, since the regime is sealed, found a form, note or reason"),
    ("clauses", ["LZ-3b"], "clause: expected a clause id like WQ-3.1b, found 'LZ-3b'"),
    ("words", ["联席会"], "words[0]: expected a word that stands once ('regimes.conference.words[1]' has it), found '联席会'"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "told"), FAULTS, ids=[f"{n} {row[0]}" for n, row in enumerate(FAULTS)])
def test_fault(tmp_path: Path, path: str, value: object, told: str | None) -> None:
    """One sentence with file, place and what was expected; what is sound is let through."""
    raw = yaml.safe_load(MADE_UP.read_text(encoding="utf-8"))
    yearly = {"owed_by": ["towns"], "year_day": {"month": 3, "day": 1, "holiday": "none"}, "every": "year"}
    raw["duties"]["yearly"] = {**raw["duties"]["task"], **yearly}
    del raw["duties"]["yearly"]["within"]
    *way, last = path.split(".")
    at = raw["regimes"]["night_watch"]
    for one in way:
        at = at[one]
    at[last] = value
    sentences = list(_told(tmp_path, raw))
    if told is None:
        assert sentences == []
    else:
        assert f"wanqiao.yaml: regimes.night_watch.{told}" in sentences


def test_once_is_no_way_out(tmp_path: Path) -> None:
    """Who comes back to a stage has made the move that can be made once: there must be another."""
    raw = yaml.safe_load(MADE_UP.read_text(encoding="utf-8"))
    raw["regimes"]["river_transfer"]["moves"]["sign"]["once"] = True
    wanted = "expected a move for 'receiver', of which something is awaited there, found none"
    assert [*_told(tmp_path, raw)] == [f"wanqiao.yaml: regimes.river_transfer.stages.waiting: {wanted}"]


def test_a_debt_that_would_be_lost_is_refused(tmp_path: Path) -> None:
    """Of several receivers one hands back and one asks for more: neither may take the place of the other. One part for each
    (`same`) keeps both; where one alone asks for both, what is asked last stands."""
    raw = yaml.safe_load(MADE_UP.read_text(encoding="utf-8"))
    regime = raw["regimes"]["river_transfer"]
    for stage in ("back", "more"):
        regime["stages"][stage] = {"name": {"zh": "某", "en": "x"}, "duty": "sign"}
        move = {"name": {"zh": stage, "en": stage}, "by": ["receiver"], "at": ["waiting"], "wakes": {"finder": stage}}
        regime["moves"][stage] = move | ({"to": "taken"} if stage == "back" else {})
        regime["moves"][f"do_{stage}"] = {**move, "by": ["finder"], "at": [stage], "to": "handed", "wakes": {}}
    regime["stages"]["waiting"]["answer"] = "sign"
    del regime["doors"], regime["roles"]["ferry"], regime["stages"]["seen"], regime["moves"]["tell"]
    one_receiver = [*_told(tmp_path, raw)]
    assert one_receiver == []
    del regime["roles"]["receiver"]["suggests"]
    regime["roles"]["receiver"]["chosen"] = "several"
    told = [*_told(tmp_path, raw)]
    for move, owes in (("back", "more"), ("more", "back")):
        assert any(f"moves.{move}.wakes.finder: expected nobody at '{owes}'" in one for one in told), told


def test_a_circle_is_no_way_out(tmp_path: Path) -> None:
    """Two stages that lead to each other and nowhere else keep somebody for ever."""
    raw = yaml.safe_load(MADE_UP.read_text(encoding="utf-8"))
    regime = raw["regimes"]["river_transfer"]
    regime["stages"]["weighed"] = {"name": {"zh": "过秤", "en": "Weighed"}, "duty": "sign"}
    regime["moves"]["sign"]["to"] = "weighed"
    regime["moves"]["back"] = {
        "name": {"zh": "重称", "en": "Again"},
        "by": ["receiver"],
        "at": ["weighed"],
        "to": "waiting",
    }
    told = [*_told(tmp_path, raw)]
    wanted = "expected moves that lead 'receiver' on to a stage that ends, found none"
    for stage in ("waiting", "weighed"):
        assert f"wanqiao.yaml: regimes.river_transfer.stages.{stage}: {wanted}" in told


def _told(tmp_path: Path, raw: dict[str, Any]) -> Iterator[str]:
    file = tmp_path / "wanqiao.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    try:
        load([file], COUNTIES / "common.yaml")
    except PlanError as error:
        yield from (str(one).replace(str(file), "wanqiao.yaml") for one in error.problems)


def test_a_matter_of_a_tip_is_called_by_no_text(tmp_path: Path) -> None:
    """What a citizen told stands in no title, where a tip begins it or where that goes on; text elsewhere may."""
    raw = yaml.safe_load(MADE_UP.read_text(encoding="utf-8"))
    mark = {"code": "mark", "name": {"zh": "记号", "en": "Mark"}, "kind": "text", "limit": 40}
    raw["forms"]["boat"]["parts"].append({"code": "more", "name": {"zh": "另", "en": "More"}, "fields": [mark]})
    raw["forms"]["boat"]["title"] = ["mark"]
    assert list(_told(tmp_path, raw)) == []
    fault = "forms.boat.title[0]: expected no text, since a matter of a tip is begun with it, found 'mark'"
    raw["regimes"]["river_transfer"]["from_tips"] = True
    assert [fault in one for one in _told(tmp_path, raw)] == [True]
    raw["regimes"]["river_transfer"]["from_tips"] = False
    raw["regimes"]["conference"]["from_tips"] = True
    assert list(_told(tmp_path, raw)) == []
    next(iter(raw["regimes"]["conference"]["moves"].values()))["starts"] = "river_transfer"
    assert fault in "".join(_told(tmp_path, raw))
