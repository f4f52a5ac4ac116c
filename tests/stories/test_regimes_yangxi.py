"""The regimes of Yangxi's plan as its people work by them: each put by its own form and brought to its end, each left alone until its
day is over, each refused to whoever may not. Leads and incidents in full are in test_matters; the monthly report and the special plan in
test_regular_filings."""

from datetime import date

import pytest

from storage import attachments
from storage.attachments import Owner
from tests.bot.attachments import pdf
from tests.stories.drives import drives
from tests.stories.office import kept
from tests.stories.regimes import Case, Row, Step, does, goes_its_course, who_may_not_is_refused
from tests.stories.silence import Late, Rung, nobody_moves
from tests.stories.test_matters import OFFICES, makes, the_matter
from tests.town import Town

COUNTERFEIT, SMUGGLING = (f"{one}.coordinator" for one in OFFICES)
BOTH = (COUNTERFEIT, SMUGGLING)
MARKET, POLICE, TOWN_1, TOWN_2 = "market.liaison", "police.liaison", "town_1.liaison", "town_2.liaison"
KEEPER, PROSECUTOR = "procuratorate.sealed", "procuratorate.liaison"
SENDS = ("skip", "submit")  # no files


# -- what each asks, and how it goes -------------------------------------------------------------------------------------------

LEAD = Row(  # YX-3.4d: to other places or units, the offices know of it
    "lead_notice",
    MARKET,
    (
        "线索通报",
        "发现日期：11月23日\n线索内容：城东仓库疑似存放假烟",
        "done",
        "at_once",
        "receiver.police",
        "done",
        *SENDS,
    ),
    stands={"market": "sent", "police": "waiting"},
    owed={"police": "matter_sign"},
    hears=(POLICE, *BOTH),
    shows=("城东仓库疑似存放假烟",),
    steps=(
        Step(POLICE, "sign", stands={"police": "working"}, hears=(MARKET,)),
        Step(POLICE, "answer", ("已核查，查获假烟20条",), {"police": "answered"}, (MARKET,)),
    ),
)
INCIDENT = Row(  # YX-3.4c
    "incident",
    TOWN_1,
    ("突发情况 暴力抗法", "城西市场", "submit"),
    stands={"town_1": "handling", **dict.fromkeys(OFFICES, "called")},
    owed={"town_1": "incident_report", **dict.fromkeys(OFFICES, "incident_take")},
    hears=BOTH,
    shows=("城西市场",),
    steps=(
        Step(COUNTERFEIT, "take", stands={OFFICES[0]: "taken"}, hears=(TOWN_1,)),
        Step(SMUGGLING, "take", stands={OFFICES[1]: "taken"}, hears=(TOWN_1,)),
        Step(
            TOWN_1,
            "report",
            ("经过：二十余人围堵执法车\n处置情况：公安到场劝离", "done", "skip"),
            {"town_1": "following"},
        ),
        Step(TOWN_1, "follow_up", ("情况平稳",), {"town_1": "following"}),
        Step(TOWN_1, "finish", ("人员散去，无伤亡",), {"town_1": "over"}),
    ),
)
HELP = "案件代号：西一\n请求事项：核查城东仓库货主\n法律依据：行政处罚法第二十六条\n经办人两名：是"
ASSISTANCE = Row(  # YX-3.1e: asked of two, one asks for more, the other hands it back
    "case_assistance",
    POLICE,
    ("案件协查", HELP, "done", "at_once", "receiver.market", "receiver.town_1", "done", *SENDS),
    stands={"police": "sent", "market": "waiting", "town_1": "waiting"},
    owed={"market": "matter_sign", "town_1": "matter_sign"},
    hears=(MARKET, TOWN_1),
    shows=("核查城东仓库货主", "西一"),
    steps=(
        Step(MARKET, "sign", stands={"market": "working"}, hears=(POLICE,)),
        Step(MARKET, "ask_more", ("请附立案文书",), {"police": "asked", "market": "working"}, (POLICE,)),
        Step(POLICE, "give_more", ("立案文书已附",), {"police": "sent"}, (MARKET,)),
        Step(TOWN_1, "hand_back", ("货主不在本镇",), {"town_1": "refused", "police": "back"}, (POLICE,)),
        Step(
            POLICE,
            "ask",
            ("done", "receiver.town_2", "done", "skip"),
            {"police": "sent", "town_2": "waiting"},
            (TOWN_2,),
        ),
        Step(TOWN_2, "sign", stands={"town_2": "working"}, hears=(POLICE,)),
        Step(TOWN_2, "answer", ("货主已查明",), {"town_2": "answered"}, (POLICE,)),
        Step(MARKET, "answer", ("登记情况见附函",), {"market": "answered"}, (POLICE,)),
    ),
)
URGENT = Row(  # YX-3.1e: the same request by its other door; the answer is wanted in one working day
    "case_assistance",
    POLICE,
    ("紧急协查", HELP, "done", "at_once", "receiver.market", "done", *SENDS),
    stands={"police": "sent", "market": "waiting_urgent"},
    owed={"market": "matter_sign"},
    hears=(MARKET,),
    shows=("核查城东仓库货主",),
    steps=(
        Step(MARKET, "sign_urgent", stands={"market": "working_urgent"}, hears=(POLICE,)),
        Step(MARKET, "answer", ("货主已查明",), {"market": "answered"}, (POLICE,)),
    ),
)
SUPERVISION = Row(  # YX-3.3c: the offices' group watches, the handling unit reports until it is let go
    "case_supervision",
    SMUGGLING,
    (
        "案件督办",
        "案件代号：西二\n督办事由：案情重大，跨三县\n督办要求：按月报进展",
        "done",
        "at_once",
        "handler.police",
        "done",
        *SENDS,
    ),
    stands={"anti_smuggling_office": "watching", "police": "waiting"},
    owed={"police": "matter_sign"},
    hears=(POLICE,),
    shows=("案情重大，跨三县", "按月报进展"),
    never=MARKET,
    steps=(
        Step(POLICE, "sign", stands={"police": "first"}, hears=(SMUGGLING,)),
        Step(POLICE, "first_report", ("进展情况：已立案侦查", "done", "skip"), {"police": "going"}, (SMUGGLING,)),
        Step(POLICE, "report", ("进展情况：抓获两人", "done", "skip"), {"police": "going"}, (SMUGGLING,)),
        Step(POLICE, "ask_end", ("已移送起诉",), {"police": "asking", OFFICES[1]: "deciding"}, (SMUGGLING,)),
        Step(SMUGGLING, "go_on", ("上线未到案",), {"police": "going", OFFICES[1]: "watching"}, (POLICE,)),
        Step(POLICE, "ask_end", ("上线已到案",), {OFFICES[1]: "deciding"}, (SMUGGLING,)),
        Step(SMUGGLING, "close", ("案件已办结",), {"police": "done", OFFICES[1]: "closed"}, (POLICE,)),
    ),
)
DECIDED = "案件代号：西三\n作出决定日期：11月23日\n决定：行政处罚\n达到刑事追诉标准：{}\n已移送公安：否"
LINKAGE = Row(  # YX-2.10a: a threshold that is met without transfer is flagged to the procuratorate, in the same moment
    "two_law_linkage",
    MARKET,
    ("两法衔接", DECIDED.format("是"), "done", "at_once", *SENDS),
    stands={"market": "decided", "procuratorate": "flagged"},
    owed={"market": "two_law_entry", "procuratorate": "two_law_flag"},
    hears=(PROSECUTOR,),
    shows=("西三", "达到刑事追诉标准：是"),
    steps=(
        Step(PROSECUTOR, "advise", ("建议移送公安机关",), {"procuratorate": "looked"}, (MARKET,)),
        Step(MARKET, "explain", ("已于今日移送",), {"market": "decided"}),
        Step(MARKET, "enter", ("LF-2026-031",), {"market": "entered"}),
    ),
)
SEALED = Row(  # YX-1c, YX-2.10b: what it says is handed over in person; here is its number
    "duty_crime",
    MARKET,
    ("职务犯罪线索", "at_once", "submit"),
    stands={"market": "handed", "procuratorate": "waiting"},
    owed={"procuratorate": "sealed_take"},
    hears=(KEEPER,),
    shows=("只能看到编号和日期",),
    steps=(Step(KEEPER, "take", stands={"procuratorate": "taken"}, hears=(MARKET,)),),
)
MET = "会议日期：11月23日\n会议决定：年底前清查市场\n任务内容：查三处市场\n完成日期：12月4日"
TASK = Row(  # YX-3.1c: what the conference decides becomes a task of each
    "conference_task",
    COUNTERFEIT,
    ("会议任务", MET, "done", "at_once", "owner.market", "owner.town_1", "done", *SENDS),
    stands={OFFICES[0]: "sent", "market": "waiting", "town_1": "waiting"},
    owed={"market": "matter_sign", "town_1": "matter_sign"},
    hears=(MARKET, TOWN_1),
    shows=("查三处市场",),
    never=MARKET,
    steps=(
        Step(MARKET, "sign", stands={"market": "working"}, hears=(COUNTERFEIT,)),
        Step(TOWN_1, "hand_back", ("本镇没有市场",), {"town_1": "refused", OFFICES[0]: "back"}, (COUNTERFEIT,)),
        Step(
            COUNTERFEIT,
            "send",
            ("done", "owner.town_2", "done", "skip"),
            {"town_2": "waiting", OFFICES[0]: "sent"},
            (TOWN_2,),
        ),
        Step(TOWN_2, "sign", stands={"town_2": "working"}, hears=(COUNTERFEIT,)),
        Step(TOWN_2, "done", ("已查一处",), {"town_2": "done"}, (COUNTERFEIT,)),
        Step(COUNTERFEIT, "reopen", ("还差两处",), {"town_2": "working"}, (TOWN_2,), of="town_2"),
        Step(TOWN_2, "done", ("三处都查了",), {"town_2": "done"}, (COUNTERFEIT,)),
        Step(MARKET, "done", ("已查三处",), {"market": "done"}, (COUNTERFEIT,)),
    ),
)
FOUND = Row(  # YX-3.3c: what an inspection finds is put right, looked at again, struck off
    "inspection_finding",
    SMUGGLING,
    (
        "督查问题",
        "检查日期：11月23日\n发现问题：台账不全\n整改期限：12月7日",
        "done",
        "at_once",
        "inspected.town_1",
        "done",
        *SENDS,
    ),
    stands={OFFICES[1]: "sent", "town_1": "waiting"},
    owed={"town_1": "matter_sign"},
    hears=(TOWN_1,),
    shows=("台账不全",),
    never=MARKET,
    steps=(
        Step(TOWN_1, "sign", stands={"town_1": "righting"}, hears=(SMUGGLING,)),
        Step(TOWN_1, "report", ("台账已补",), {"town_1": "reported", OFFICES[1]: "checking"}, (SMUGGLING,)),
        Step(SMUGGLING, "again", ("还缺十月的",), {"town_1": "righting", OFFICES[1]: "sent"}, (TOWN_1,)),
        Step(TOWN_1, "report", ("十月的也补了",), {OFFICES[1]: "checking"}, (SMUGGLING,)),
        Step(SMUGGLING, "close", stands={OFFICES[1]: "closed"}, hears=(TOWN_1,)),
    ),
)
ROWS = (LEAD, INCIDENT, ASSISTANCE, URGENT, SUPERVISION, LINKAGE, SEALED, TASK, FOUND)
EACH = pytest.mark.parametrize("row", ROWS, ids=str)


@drives("lead_notice", "form", clauses=("YX-3.4d",))
@drives("incident_report", "form", clauses=("YX-3.4c",))
@drives("case_assistance", "form", clauses=("YX-3.1e",))
@drives("case_supervision", "form", clauses=("YX-3.3c",))
@drives("two_law_linkage", "form", clauses=("YX-2.10a",))
@drives("duty_crime", "form", clauses=("YX-1c", "YX-2.10b"))
@drives("joint_conference", "form", clauses=("YX-3.1c",))
@drives("inspection", "form", clauses=("YX-3.3c",))
@EACH
async def test_it_goes_its_course(row: Row, yangxi: Town) -> None:
    """By its own form; receivers and copies hear of it; each stands where the regime says after each move; in the end nothing is
    owed by anybody."""
    await goes_its_course(yangxi, row)


# -- nobody moves --------------------------------------------------------------------------------------------------------------

ABOVE = ("procuratorate.leader", *BOTH, "county_gov.leader")
ALONE = (
    Rung(0, (KEEPER,), ABOVE),
    Rung(1, (KEEPER,), ABOVE),
    Rung(8, (KEEPER,), ABOVE),
)  # YX-2.10b: its keeper, and nobody above
ONCE = (
    Rung(-3, (PROSECUTOR,), ABOVE),
    Rung(1, deaf=(PROSECUTOR, *ABOVE)),
    Rung(8, deaf=(PROSECUTOR, *ABOVE)),
)  # a list, and no urging
# fmt: off
PROPOSED = (
    Late(LEAD, "answer", POLICE, "lead_feedback", date(2026, 12, 7), offices=BOTH),  # 10 working days
    Late(ASSISTANCE, "answer", MARKET, "assist_reply", date(2026, 11, 30), offices=BOTH),  # 5
    Late(SUPERVISION, "first_report", POLICE, "supervision_first", date(2026, 12, 7), offices=BOTH),  # 10
    Late(SUPERVISION, "go_on", SMUGGLING, "supervision_close", date(2026, 11, 26), offices=(COUNTERFEIT,)),  # 3; an office owes it
    Late(LINKAGE, "enter", MARKET, "two_law_entry", date(2026, 11, 30), offices=BOTH),  # 5, from the day of the decision
    Late(LINKAGE, "advise", PROSECUTOR, "two_law_flag", date(2026, 11, 30), firm=None, rungs=ONCE),
    Late(SEALED, "take", KEEPER, "sealed_take", date(2026, 11, 24), firm=None, rungs=ALONE),
    Late(TASK, "done", MARKET, "conference_task", date(2026, 12, 4), offices=BOTH),  # the day that the conference has written
    Late(FOUND, "report", TOWN_1, "rectification", date(2026, 12, 7), offices=BOTH),  # the day that the group has written
)
CONFIRMED = (
    Late(URGENT, "answer", MARKET, "assist_reply_urgent", date(2026, 11, 24), offices=BOTH),  # 1
    Late(SUPERVISION, "sign", POLICE, "matter_sign", date(2026, 11, 24), offices=BOTH),  # 1
    Late(SUPERVISION, "report", POLICE, "supervision_progress", date(2026, 12, 23), offices=BOTH),  # a month
    Late(LINKAGE, "enter", MARKET, "two_law_entry", date(2026, 11, 30), offices=BOTH),  # 5
    Late(TASK, "done", MARKET, "conference_task", date(2026, 12, 4), offices=BOTH),
    Late(FOUND, "again", SMUGGLING, "rectification_check", date(2026, 11, 30), offices=(COUNTERFEIT,)),  # 5
)
# fmt: on


@drives("case_assistance", "late", clauses=("YX-3.1e",))
@drives("two_law_linkage", "late", clauses=("YX-2.10a",))
@drives("duty_crime", "late", clauses=("YX-1c", "YX-2.10b"))
@pytest.mark.parametrize("late", PROPOSED, ids=str)
async def test_a_proposed_day_stays_in_the_unit(late: Late, yangxi: Town) -> None:
    """The plan gives no day: whoever owes it and the one above them are reminded of a 建议日期, nobody is called late, and no office
    and no leader of the county hears."""
    await nobody_moves(yangxi, late)


@drives("case_assistance", "late", clauses=("YX-3.1e",))
@drives("case_supervision", "late", clauses=("YX-3.3c",))
@drives("two_law_linkage", "late", clauses=("YX-2.10a",))
@drives("joint_conference", "late", clauses=("YX-3.1c",))
@drives("inspection", "late", clauses=("YX-3.3c",))
@pytest.mark.parametrize("late", CONFIRMED, ids=str)
async def test_a_confirmed_day_climbs_to_the_county(late: Late, yangxi: Town) -> None:
    """The county has made the day its own: one working day after it the unit's leader reads 已超期, then both offices, then the
    county; done late, the course says so."""
    await nobody_moves(yangxi, late, confirmed=True)


# -- who may not -----------------------------------------------------------------------------------------------------------------


@drives("lead_notice", "refused", clauses=("YX-3.4d",))
@drives("incident_report", "refused", clauses=("YX-3.4c",))
@drives("case_assistance", "refused", clauses=("YX-3.1e",))
@drives("case_supervision", "refused", clauses=("YX-3.3c",))
@drives("two_law_linkage", "refused", clauses=("YX-2.10a",))
@drives("duty_crime", "refused", clauses=("YX-1c", "YX-2.10b"))
@drives("joint_conference", "refused", clauses=("YX-3.1c",))
@drives("inspection", "refused", clauses=("YX-3.3c",))
@EACH
async def test_who_may_not_is_refused(row: Row, yangxi: Town) -> None:
    """A unit without a part in it, a citizen, a unit that does not begin such a thing, whoever left the seat an hour ago: nothing
    changes, and the try is on record."""
    await who_may_not_is_refused(yangxi, row)


async def test_of_a_sealed_lead_no_file_is_taken(yangxi: Town) -> None:
    """YX-1c: none is asked for; one that is sent before it goes, or with the move that ends it, is answered so and is not kept."""
    finder, keeper = await yangxi.staff("market", "liaison"), await yangxi.staff("procuratorate", "sealed", "密")
    await does(finder, "职务犯罪线索", "at_once")
    assert (await finder.sends("名单.pdf", pdf()))[0] == 202
    assert "没有保存" in finder.fresh[-1]["text"] and "文件" not in finder.fresh[-1]["text"].partition("没有保存")[2]
    await does(finder, "submit")
    row = await the_matter(yangxi)
    assert row is not None
    await keeper.says(row.number)
    await keeper.sends("名单.pdf", pdf())
    await makes(keeper, "take")
    assert await kept(yangxi, lambda tx: attachments.of_owner(tx, Owner("matter", row.id))) == []
    assert "附件" not in await finder.says(row.number)


async def test_a_sealed_lead_is_known_to_its_two_ends_alone(yangxi: Town) -> None:
    """YX-1c: neither end's leader, nor an office, nor the county's head finds it by its number or in a list; its keeper and whoever
    handed it over see its number and its days, and no word of it is asked for anywhere."""
    case = await Case.begun(yangxi, SEALED, "market.leader", *ABOVE)
    for seat in ("market.leader", *ABOVE):
        assert "没有找到" in await case.opens(seat), seat
        assert case.number not in await case.does(seat, "事项"), seat
    for seat in (MARKET, KEEPER):
        assert "只能看到编号和日期" in await case.opens(seat)
    await case.goes(*SEALED.steps)
    for seat in (MARKET, KEEPER):
        assert "收件" in await case.opens(seat), "on which day it was taken"
