"""Meetings: when and where one is, in words; whether somebody comes; what was decided; whose answer stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from rules import county
from rules.county import Plan
from rules.decisions_said import Decision, decisions_said
from rules.meeting_checks import fulfils
from rules.meetings import About, Answer, Meeting, answer_by, by_unit, where
from rules.problems import PlanError
from rules.replies_said import reply_said, undecided
from rules.spoken_moments import Hours, by_day, said

TODAY = date(2026, 11, 24)  # a Tuesday
ROOT = Path(__file__).parents[2]

# -- when ----------------------------------------------------------------------------------------------------------------

# fmt: off
WHEN = [  # what is written, the day, the hours, what is left of it
    ("下周三下午三点",                       "2026-12-02", "15:00",       ""),
    ("12月3日 9:00-11:00",                   "2026-12-03", "09:00/11:00", ""),
    ("明天下午2点半到4点",                   "2026-11-25", "14:30/16:00", ""),
    ("明早八点",                             "2026-11-25", "08:00",       ""),
    ("12月3日9点开到11点",                   "2026-12-03", "09:00/11:00", ""),
    ("周五上午九点，二楼会议室",             "2026-11-27", "09:00",       "二楼会议室"),
    ("本周五14:30—16:00",                    "2026-11-27", "14:30/16:00", ""),
    ("Dec 3 at 3pm",                         "2026-12-03", "15:00",       ""),
    ("tomorrow 2:30 pm to 4 pm",             "2026-11-25", "14:30/16:00", ""),
    ("下周三上午",                           "2026-12-02", None,          ""),      # at what time is asked
    ("下午三点",                             None,         "15:00",       ""),      # and so is the day
    ("25点",                                 None,         None,          ""),
    ("三楼会议室",                           None,         None,          "三楼会议室"),
]
WHERE = [  # what is written, place and link; None: the link is no https
    ("三楼会议室",                                             ("三楼会议室", "")),
    ("腾讯会议 https://meeting.tencent.com/dm/abc，密码123",   ("腾讯会议 ，密码123", "https://meeting.tencent.com/dm/abc")),
    ("https://a.cn/b",                                         ("", "https://a.cn/b")),
    ("http://a.cn/b",                                          None),
    ("javascript://a.cn/%0aalert(1)",                          None),
    ("https://a.cn/b https://c.cn/d",                          None),
    ("https://user@evil.cn/",                                  None),
]
REPLIES = [  # what is written, the reply, who or why
    ("我去",                     "attend", ""),
    ("好的，一定到",             "attend", ""),
    ("我们单位准时参加",         "attend", ""),
    ("yes I'll come",            "attend", ""),
    ("派老王去",                 "deputy", "老王"),
    ("由李副局长参加",           "deputy", "李副局长"),
    ("老王替我去",               "deputy", "老王"),
    ("Wang will come instead",   "deputy", "Wang"),
    ("去不了，下乡",             "absent", "下乡"),
    ("我要下乡，来不了",         "absent", "要下乡"),
    ("不好意思，下乡去不了",     "absent", "下乡"),
    ("参加不了，因为出差",       "absent", "出差"),
    ("我不去，让老陈去",         "deputy", "老陈"),
    ("有事来不了，让小李替我去", "deputy", "小李"),
    ("我来不了，请丑二替我",     "deputy", "丑二"),
    ("去不了，派老王去",         "deputy", "老王"),
    ("我有事，派老王去",         "deputy", "老王"),
    ("I can't come, Li Si will come instead", "deputy", "Li Si"),
    ("没空",                     "absent", ""),
    ("算了还是去",               "attend", ""),
    ("算了，还是我去吧",         "attend", ""),
    ("这次我去",                 "attend", ""),
    ("我去，谢谢",               "attend", ""),
    ("算了还是不去了",           "absent", ""),
    ("我请假",                   "absent", ""),
    ("请个假，孩子住院",         "absent", "孩子住院"),
    ("派人去",                   "deputy", ""),
    ("派老李去，谢谢",           "deputy", "老李"),
    ("I can't come, field work", "absent", "field work"),
]
NO_REPLIES = ["好的", "收到", "谁去?", "你们去吗", "会开到几点", "去年的案子", "派车去接人", "明天去查烟草店", "", "去" * 200]
NO_REPLIES += ["去不了，能改到下周吗", "去不了，能改到下周么", f"去不了，{'下乡走访' * 30}"]
UNDECIDED = ["可能去不了", "我可能去", "恐怕来不了", "还不确定", "不一定去", "看情况", "我上午去不了，下午去", "上午去，下午去不了", "maybe"]
DECIDED = ["我去", "去不了", "派老王去", "我上午去不了，派老王去", "好的", "收到", "可能有假烟", "还不确定是不是假烟", ""]
DECISIONS = [  # the line, units, by, what
    ("烟草局 11月30日前 报送摸排名单",                   ("tobacco",),          "2026-11-30", "报送摸排名单"),
    ("1. 公安局、烟草局：12月5日前完成联合检查",         ("police", "tobacco"), "2026-12-05", "完成联合检查"),
    ("由烟草局于11月30日前报送名单",                     ("tobacco",),          "2026-11-30", "报送名单"),
    ("烟草局报送名单，11月30日前",                       ("tobacco",),          "2026-11-30", "报送名单"),
    ("公安局、办公室 11月30日前 报送名单",               ("police",),           "2026-11-30", "办公室 报送名单"),  # 办公室 may be either: not lost
    ("公安和烟草局 本月底前开展联合行动",                ("police", "tobacco"), "2026-11-30", "开展联合行动"),
    ("县烟草局12月1日前牵头召开分析会，公安局配合",      ("tobacco",),          "2026-12-01", "牵头召开分析会，公安局配合"),
    ("Tobacco bureau: by Nov 30 hand in the list",       ("tobacco",),          "2026-11-30", "hand in the list"),
]
UNREAD = [
    ("烟草局尽快报",               "no_day"),
    ("11月30日前报送",             "no_unit"),
    ("某某局 11月30日前 做事",     "no_unit"),
    ("烟草局 11月20日前 报送",     "day_past"),
    ("烟草局 12月1日",             "no_task"),
    ("烟草局 12月1日前 办",        "no_task"),
]
# fmt: on


@pytest.fixture(scope="module")
def yangxi() -> Plan:
    return county.load([ROOT / "counties" / "yangxi.yaml"])["yangxi"].with_demo_towns()


@pytest.mark.parametrize(("words", "day", "hours", "rest"), WHEN)
def test_when(yangxi: Plan, words: str, day: str | None, hours: str | None, rest: str) -> None:
    """A day and hours are read wherever they stand; what is missing stays open."""
    found = said(words, TODAY, yangxi.calendar)
    assert (found.day and found.day.isoformat(), found.hours and str(found.hours), found.rest) == (day, hours, rest)


def test_three_o_clock_is_in_the_afternoon() -> None:
    """People come by day; what is written as 15:00 stays."""
    assert [str(by_day(Hours.loads(one))) for one in ("03:00", "03:00/05:00", "09:00/11:00", "15:00")] == [
        "15:00",
        "15:00/17:00",
        "09:00/11:00",
        "15:00",
    ]


@pytest.mark.parametrize(("words", "meant"), WHERE)
def test_where(words: str, meant: tuple[str, str] | None) -> None:
    """At most one link, and only https without a name in front of its host."""
    assert where(words) == meant


@pytest.mark.parametrize(("words", "reply", "more"), REPLIES)
def test_whether_somebody_comes(words: str, reply: str, more: str) -> None:
    """And who instead, or why not, in their own words."""
    assert reply_said(words) == (reply, more)


@pytest.mark.parametrize("words", NO_REPLIES)
def test_what_is_no_reply(words: str) -> None:
    """A nod, a question and a sentence about something else say nothing of coming."""
    assert reply_said(words) is None


@pytest.mark.parametrize("words", UNDECIDED)
def test_who_does_not_know_yet(words: str) -> None:
    """Neither comes nor stays away: nothing may be kept as their answer."""
    assert undecided(words) and reply_said(words) is None


@pytest.mark.parametrize("words", DECIDED)
def test_what_is_not_undecided(words: str) -> None:
    """An answer, a nod, and doubt about something else."""
    assert not undecided(words)


@pytest.mark.parametrize(("line", "units", "by", "task"), DECISIONS)
def test_a_decision_is_who_what_and_by_when(
    yangxi: Plan, line: str, units: tuple[str, ...], by: str, task: str
) -> None:
    """In the order people write it."""
    assert list(decisions_said(yangxi, line, tuple(yangxi.units), TODAY)) == [
        Decision(units, date.fromisoformat(by), task)
    ]


@pytest.mark.parametrize(("line", "why"), UNREAD)
def test_a_line_that_lacks_something_says_what(yangxi: Plan, line: str, why: str) -> None:
    """Nothing is guessed."""
    (found,) = decisions_said(yangxi, line, tuple(yangxi.units), TODAY)
    assert getattr(found, "why", None) == why


def test_the_latest_answer_is_the_units() -> None:
    """Whoever of it gave it; and one that was given before a change is known as such."""
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    first = Answer("tobacco", 1, "attend", at=noon)
    later = Answer("tobacco", 2, "absent", "下乡", noon + timedelta(hours=1))
    assert by_unit([later, first, Answer("police", 3)]) == {"tobacco": later, "police": Answer("police", 3)}
    meeting = Meeting(1, "o", "k", noon, None, About("t"), changed=noon + timedelta(minutes=30))
    at_that_moment = Answer("tobacco", 1, "attend", at=meeting.changed)
    assert (first.of_before(meeting), at_that_moment.of_before(meeting), later.of_before(meeting)) == (
        True,
        False,
        False,
    )


def test_it_is_open_until_it_begins() -> None:
    """From its hour on it is recorded how it was, and nothing is moved or answered any more; of one that is over, neither."""
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    before, meeting = noon - timedelta(seconds=1), Meeting(1, "o", "k", noon, None, About("t"))
    assert (meeting.open(before), meeting.begun(before)) == (True, False)
    assert (meeting.open(noon), meeting.begun(noon)) == (False, True)
    for status in ("held", "cancelled"):
        over = replace(meeting, status=status)
        assert not any((over.open(before), over.begun(noon)))


@pytest.mark.parametrize(
    ("starts", "by"),
    [
        ("2026-12-10", "2026-11-27"),
        ("2026-11-27", "2026-11-26"),
        ("2026-11-25", "2026-11-24"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_by_when_it_is_to_be_answered(yangxi: Plan, starts: str, by: str) -> None:
    """Three working days, where there are as many before the working day before the meeting; never before today."""
    assert answer_by(TODAY, date.fromisoformat(starts), yangxi.calendar).isoformat() == by


# -- the plan's ----------------------------------------------------------------------------------------------------------


def test_what_holding_one_fulfils(yangxi: Plan) -> None:
    """The conference of both convenors (YX-3.1b); the leaders' meeting of the county, and not of any town (YX-3.5b)."""
    assert fulfils(yangxi, yangxi.meetings["joint_conference"]) == ("anti_counterfeit_office", "anti_smuggling_office")
    assert fulfils(yangxi, yangxi.meetings["leader_meeting"]) == ("county_gov",)
    assert fulfils(yangxi, yangxi.meetings["work_meeting"]) == ()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"by": ["nobody"]}, "meetings.work_meeting.by[0]"),
        ({"by": ["tobacco"]}, "meetings.work_meeting.by"),
        ({"invites": []}, "meetings.work_meeting.invites"),
        ({"duty": "nothing"}, "meetings.work_meeting.duty"),
        ({"duty": "monthly_report"}, "meetings.work_meeting.by"),
    ],
)
def test_a_kind_that_nobody_could_hold_is_refused(tmp_path: Path, change: dict[str, object], path: str) -> None:
    """Told with its place in the file, before anybody starts."""
    raw = yaml.safe_load((ROOT / "counties" / "yangxi.yaml").read_text("utf-8"))
    raw["meetings"]["work_meeting"] |= change
    file = tmp_path / "yangxi.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    with pytest.raises(PlanError) as told:
        county.load([file], ROOT / "counties" / "common.yaml")
    assert path in [one.path for one in told.value.problems]


SEVERAL = [  # what stands on one line, and of each decision in it: its units, its day, its task
    ("烟草局11月30日前报名单；公安局12月2日前报方案",         [("tobacco", "2026-11-30", "报名单"), ("police", "2026-12-02", "报方案")]),
    ("1. 烟草局11月30日前报名单。2. 公安局12月2日前报方案。", [("tobacco", "2026-11-30", "报名单"), ("police", "2026-12-02", "报方案")]),
    ("一、烟草局11月30日前报名单，二、公安局12月2日前报方案", [("tobacco", "2026-11-30", "报名单"), ("police", "2026-12-02", "报方案")]),
    ("烟草局11月30日前报名单；并抄送各方",                     [("tobacco", "2026-11-30", "报名单；并抄送各方")]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "decided"), SEVERAL)
def test_several_on_one_line_are_several(yangxi: Plan, line: str, decided: list[tuple[str, str, str]]) -> None:
    """Each that names its unit or its day is one; what names neither goes on with what stands before it."""
    assert list(decisions_said(yangxi, line, tuple(yangxi.units), TODAY)) == [
        Decision((unit,), date.fromisoformat(by), task) for unit, by, task in decided
    ]


def test_everybody_is_who_was_invited(yangxi: Plan) -> None:
    """各单位, said in a meeting, are the units of that meeting."""
    there = ("tobacco", "police")
    (found,) = decisions_said(yangxi, "各单位12月8日前完成自查", tuple(yangxi.units), TODAY, there)
    assert found == Decision(there, date(2026, 12, 8), "完成自查")


@pytest.mark.parametrize(
    "words", ["改到昨天9点", "昨天下午三点", "上周三上午", "前天", "yesterday 3pm", "last Friday 9:00"]
)
def test_a_day_that_is_over_is_no_place(yangxi: Plan, words: str) -> None:
    """It is said that it is over; beside another day it is only told of."""
    assert said(words, TODAY, yangxi.calendar).amiss == "day"
    assert not said(f"明天9点，{words}没有开成", TODAY, yangxi.calendar).amiss
