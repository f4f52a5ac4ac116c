"""What a member of staff types below a reminder: what is surely an answer is read, and nothing else is."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.duties.spoken import Answer, answer_meant
from rules.calendar import Calendar, Year

MONDAY = date(2026, 11, 23)


def _calendar() -> Calendar:
    told = yaml.safe_load((Path(__file__).parents[2] / "counties" / "common.yaml").read_text("utf-8"))["calendar"]
    years = {y: Year(n["notice"], n["dated"], tuple(map(tuple, n["rest"])), tuple(n["work"])) for y, n in told.items()}
    return Calendar(years)


CALENDAR = _calendar()


def meant(words: str) -> Answer | None:
    return answer_meant(words, MONDAY, CALENDAR)


# said on Monday 2026-11-23: words -> reference
DONE = [
    ("已报送", ""),
    ("报了", ""),
    ("已报", ""),
    ("已经报了", ""),
    ("已上报", ""),
    ("已办结", ""),
    ("办结", ""),
    ("已完成", ""),
    ("完成了", ""),
    ("都报了", ""),
    ("我们已经报送了", ""),
    ("我局已报送。", ""),
    ("我镇已上报", ""),
    ("月报已报送", ""),
    ("11月月报报了", ""),
    ("本月的月报已经交了", ""),
    ("材料发了", ""),
    ("昨天报了", ""),
    ("昨天已经报了", ""),
    ("上周五报的", ""),
    ("刚交", None),  # of what it is not said, nor that it is over
    ("刚刚交了", ""),
    ("已报县打私办", ""),
    ("报给打私办了", ""),
    ("好的，已报送", ""),
    ("收到，已经报了", ""),
    ("已报送，谢谢", ""),
    ("已报送，请查收", ""),
    ("已办结，材料已报送", ""),
    ("已 报 送", ""),
    ("搞定了", ""),
    ("交了，文号 西烟〔2026〕12号", "西烟〔2026〕12号"),
    ("已报送，文号：西烟〔2026〕12号", "西烟〔2026〕12号"),
    ("已报送（西烟〔2026〕12号）", "西烟〔2026〕12号"),
    ("西烟〔2026〕12号已报送", "西烟〔2026〕12号"),
    ("已报送 编号20261123-7", "20261123-7"),
    ("done", ""),
    ("Filed", ""),
    ("already submitted", ""),
    ("we have filed it", ""),
    ("We've submitted the report.", ""),
    ("it's done", ""),
    ("filed yesterday", ""),
    ("filed, ref 12/2026", "12/2026"),
    ("Done, thanks", ""),
]


@pytest.mark.parametrize(("words", "reference"), DONE)
def test_done_is_told_with_its_reference(words: str, reference: str | None) -> None:
    """By a verb of handing in that is over: 已 before it or 了 behind it."""
    assert meant(words) == (None if reference is None else Answer("done", reference=reference))


# words -> kind, until, reason
DATED = [
    ("明天报", "promise", "2026-11-24", ""),
    ("今天报", "promise", "2026-11-23", ""),
    ("下班前报", "promise", "2026-11-23", ""),
    ("明天下班前交", "promise", "2026-11-24", ""),
    ("周五前交", "promise", "2026-11-27", ""),
    ("周五之前报送", "promise", "2026-11-27", ""),
    ("下周一报", "promise", "2026-11-30", ""),
    ("25号报", "promise", "2026-11-25", ""),
    ("11-25报", "promise", "2026-11-25", ""),
    ("11月25日前报送", "promise", "2026-11-25", ""),
    ("三天内报", "promise", "2026-11-26", ""),
    ("3个工作日内报送", "promise", "2026-11-26", ""),
    ("月底前交", "promise", "2026-11-30", ""),
    ("我们明天报", "promise", "2026-11-24", ""),
    ("我明天上午交", "promise", "2026-11-24", ""),
    ("明天一定报", "promise", "2026-11-24", ""),
    ("保证周五前交", "promise", "2026-11-27", ""),
    ("争取明天报上来", "promise", "2026-11-24", ""),
    ("月报明天报", "promise", "2026-11-24", ""),
    ("明天把月报报上来", "promise", "2026-11-24", ""),
    ("收到，明天报", "promise", "2026-11-24", ""),
    ("好的明天报", "promise", "2026-11-24", ""),
    ("可以，明天报", "promise", "2026-11-24", ""),
    ("明天报，谢谢", "promise", "2026-11-24", ""),
    ("还没报，明天报", "promise", "2026-11-24", "还没报"),
    ("没有，明天报", "promise", "2026-11-24", "没有"),
    ("数据还没核完，周五前交", "promise", "2026-11-27", "数据还没核完"),
    ("明天报，因为领导还没签字", "promise", "2026-11-24", "领导还没签字"),
    ("2月30日报", "promise", None, ""),
    ("31号报", "promise", None, ""),
    ("11月20日报", "promise", None, ""),
    ("过两天报", "promise", None, ""),
    ("下周报", "promise", None, ""),
    ("will file tomorrow", "promise", "2026-11-24", ""),
    ("I'll submit it by Friday", "promise", "2026-11-27", ""),
    ("We will file the report on Nov 25", "promise", "2026-11-25", ""),
    ("will be filed in 3 working days", "promise", "2026-11-26", ""),
    ("by Friday we will submit it", "promise", "2026-11-27", ""),
    ("申请延期到周五，因为数据没核完", "extend", "2026-11-27", "数据没核完"),
    ("申请延期到周五因为数据没核完", "extend", "2026-11-27", "数据没核完"),
    ("延到下周一，数据没核完", "extend", "2026-11-30", "数据没核完"),
    ("延到下周一 数据没核完", "extend", "2026-11-30", "数据没核完"),
    ("申请延期至11月30日（经办人住院）", "extend", "2026-11-30", "经办人住院"),
    ("申请延期报送到周五", "extend", "2026-11-27", ""),
    ("数据没核完，申请延到周五", "extend", "2026-11-27", "数据没核完"),
    ("由于系统故障，申请延期到周五", "extend", "2026-11-27", "系统故障"),
    ("因为系统故障申请延期到周五", "extend", "2026-11-27", "系统故障"),
    ("搞不定，申请延期到周五", "extend", "2026-11-27", "搞不定"),
    ("明天报不了，申请延期到周五", "extend", "2026-11-27", "明天报不了"),
    ("推迟到周五再报", "extend", "2026-11-27", ""),
    ("能不能延到周五？", "extend", "2026-11-27", ""),
    ("周五交可以吗？", "extend", "2026-11-27", ""),
    ("能不能周五交", "extend", "2026-11-27", ""),
    ("申请延期", "extend", None, ""),
    ("申请延期三天，数据没核完", "extend", None, "数据没核完"),
    ("延期到31号", "extend", None, ""),
    ("extension to Friday because the data are late", "extend", "2026-11-27", "the data are late"),
    ("Please extend to Nov 30, staff is ill", "extend", "2026-11-30", "staff is ill"),
    ("can we have until Friday?", "extend", "2026-11-27", ""),
    ("requesting an extension", "extend", None, ""),
]


@pytest.mark.parametrize(("words", "kind", "until", "reason"), DATED)
def test_a_promise_and_an_extension_have_a_day_and_a_reason(
    words: str, kind: str, until: str | None, reason: str
) -> None:
    """Without a day, or with one that is over or does not exist, the day is left to be asked for."""
    found = meant(words)
    assert found is not None
    assert (found.kind, found.until and found.until.isoformat(), found.reason) == (kind, until, reason)


# words -> kind, reason, who
OTHERS = [
    ("本月无", "nil", "", ""),
    ("没有", "nil", "", ""),
    ("无", "nil", "", ""),
    ("本月没有", "nil", "", ""),
    ("本月无案件", "nil", "", ""),
    ("我镇本月无", "nil", "", ""),
    ("我镇本月无此类情况。", "nil", "", ""),
    ("零报告", "nil", "", ""),
    ("11月零报告", "nil", "", ""),
    ("本季度无情况", "nil", "", ""),
    ("nothing this month", "nil", "", ""),
    ("nil report", "nil", "", ""),
    ("Nothing to report this month", "nil", "", ""),
    ("转给副手", "delegate", "", "deputy"),
    ("交给B角", "delegate", "", "deputy"),
    ("让副手办", "delegate", "", "deputy"),
    ("由AB角办理", None, "", ""),
    ("请副手来办", "delegate", "", "deputy"),
    ("转给副手，我在出差", "delegate", "我在出差", "deputy"),
    ("转给甲某", "delegate", "", "甲某"),
    ("让小甲办", "delegate", "", "小甲"),
    ("pass to my deputy", "delegate", "", "deputy"),
    ("my deputy will handle it", "delegate", "", "deputy"),
    ("转给我", None, "", ""),
    ("请尽快办理", None, "", ""),
    ("请及时报送", None, "", ""),
    ("由专人负责", None, "", ""),
    ("由各镇办理", None, "", ""),
    ("转给大家", None, "", ""),
    ("转给公安局", None, "", ""),
    ("不归我们", "not_ours", "", ""),
    ("不归我们管", "not_ours", "", ""),
    ("这个不归我局管", "not_ours", "", ""),
    ("不是我单位的事，应该是交通局", "not_ours", "应该是交通局", ""),
    ("不是我们的职责，归市场监管局", "not_ours", "归市场监管局", ""),
    ("与我单位无关", "not_ours", "", ""),
    ("不在我单位职责范围内", "not_ours", "", ""),
    ("not ours, it belongs to transport", "not_ours", "it belongs to transport", ""),
    ("this isn't ours", "not_ours", "", ""),
    ("需要帮助", "help", "", ""),
    ("搞不定", "help", "", ""),
    ("请协助", "help", "", ""),
    ("搞不定，表格打不开", "help", "表格打不开", ""),
    ("需要协助一下", "help", "", ""),
    ("报不了", "help", "", ""),
    ("need help", "help", "", ""),
    ("We need help, the form does not open", "help", "the form does not open", ""),
    ("催一下", "urge", "", ""),
    ("再催一下", "urge", "", ""),
    ("催一下他们", "urge", "", ""),
    ("催一下甲镇", "urge", "", "甲镇"),
    ("催办", "urge", "", ""),
    ("nudge them", "urge", "", ""),
    ("我来办", "take_over", "", ""),
    ("这个我来处理", "take_over", "", ""),
    ("由我负责", "take_over", "", ""),
    ("I'll take it over", "take_over", "", ""),
    ("I'll handle it", "take_over", "", ""),
    ("收到", "noted", "", ""),
    ("知道了", "noted", "", ""),
    ("好的", "noted", "", ""),
    ("好的，收到，谢谢", "noted", "", ""),
    ("收到，尽快办理", "noted", "", ""),
    ("ok, got it", "noted", "", ""),
]


@pytest.mark.parametrize(("words", "kind", "reason", "who"), OTHERS)
def test_what_else_may_be_answered(words: str, kind: str | None, reason: str, who: str) -> None:
    """Nothing to report, somebody else, another unit, help, a nudge, taking over, a nod."""
    assert meant(words) == (Answer(kind, reason=reason, who=who) if kind else None)


# Each holds the word of an answer, or could be said about anything.
NONE = [
    # not done
    "还没报", "没报", "没有报送", "未报送", "尚未报送", "没有报", "还没有报送", "没交", "还没办结", "不报了", "没报完", "报了一半", "快报完了", "差点报了",
    "not done", "not filed yet", "haven't filed", "we have not filed it", "never filed",
    # no promise
    "不能明天报", "明天不能报", "明天报不了", "明天不报", "明天没法报", "周五前交不了", "明天未必能报", "别明天报", "明天再说", "明天", "周五", "明天开会", "明天可能报", "will not file tomorrow", "can't file by Friday", "won't submit tomorrow", "tomorrow",
    # questions
    "报了吗", "报了没有", "报了？", "已报送？", "明天报吗", "明天报？", "什么时候报", "谁报了", "交给谁", "怎么报", "报什么", "是不是明天报", "不归我们吗？", "done?", "who filed it", "收到了吗", "收到？",
    # of others
    "他们报了", "甲镇已报送", "交通局报了", "他说明天报", "老王明天报", "听说已经报了", "他们明天报", "they filed it", "he will file tomorrow", "甲镇本月无",
    # conditions
    "要是明天能报", "如果没有就不用报", "等数据核完再报", "应该已经报了", "if done",
    # parts and contradictions
    "交了，但是还没盖章", "已报送，本月无", "初稿交了，正式稿周五报", "周五或下周一报", "没有，都报了", "报了，明天报", "转给副手，已报送",
    # extension: said of others, refused, over
    "不申请延期", "不用延期", "已申请延期到周五", "同意延期到周五", "延期到周五了", "他申请延期到周五", "no extension",
    # not ours? help? urge?
    "这车不是我们的", "不是我们的人抓的", "是我们的事", "需要帮助的群众很多", "搞不定他", "别催", "不用催", "催了", "催什么", "催他交钱", "我来", "我来了", "我来办案",
    # menu words, numbers, other talk
    "帮助", "help", "待办", "取消", "1", "12", "25号", "11-25", "13800000000", "西烟〔2026〕12号", "文号西烟〔2026〕12号", "谢谢", "你好", "？", "", "   ", "，。", "在吗", "🙂",
    "报警了", "报案了", "报了警", "我要举报", "交了罚款", "交给警察了", "昨晚看到一辆车在卸烟", "发了一张图片", "查获香烟12条", "今天查了3家店，没有发现", "没有人", "没有问题", "没有车牌", "无所谓", "无证据",
    "有人明天在码头交货", "明天交货", "周五前交易", "他们周五交货", "下周一报到", "明天上报纸", "名称：值", "案件数：3\n案值：12万元", "请假 11-25到11-28", "换联络员",
    "明天报" * 80,
]  # fmt: skip


@pytest.mark.parametrize("words", NONE)
def test_whatever_is_not_surely_an_answer_is_none(words: str) -> None:
    """A denial, a question, somebody else's doing, a condition, half an answer, two at once, and any other talk."""
    assert meant(words) is None


@pytest.mark.parametrize("words", [words for words, reference in DONE if reference == ""])
@pytest.mark.parametrize(
    "turned", ["还没{}", "没有{}", "他们{}", "如果{}", "{}吗", "{}？", "不是{}", "{}了一半", "{}，但是没交完"]
)
def test_done_turned_into_something_else_is_not_done(words: str, turned: str) -> None:
    """Denied, asked, supposed, of others, halved: the duty stays open."""
    found = meant(turned.format(words))
    assert found is None or found.kind != "done"


@pytest.mark.parametrize("words", [one[0] for one in DATED if one[1] == "promise" and "，" not in one[0]])
@pytest.mark.parametrize("turned", ["不能{}", "没法{}", "他们{}", "如果{}", "{}吗", "{}？", "{}不了", "不会{}"])
def test_a_promise_turned_into_something_else_is_none(words: str, turned: str) -> None:
    """Nothing falls silent by it."""
    found = meant(turned.format(words))
    assert found is None or found.kind != "promise"


PIECES = ["明天", "周五前", "31号", "报", "报送", "已", "了", "没", "不", "申请", "延期到", "因为", "，", "转给", "副手", "文号", "〔2026〕12号", "本月", "无", "催", "我来办", " ", "Friday", "file ", "will "]  # fmt: skip
ANY_TEXT = st.text(max_size=250) | st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=15).map("".join)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_any_text_is_read_or_not_and_never_into_the_past(words: str, today: date) -> None:
    """A day is today or later and within reach; only a promise and an extension have one; a reference is of what is done."""
    found = answer_meant(words, today, CALENDAR)
    if found is None:
        return
    assert found.until is None or today <= found.until <= today + timedelta(days=760)
    assert found.until is None or found.kind in ("promise", "extend")
    assert not found.reference or found.kind == "done"
    assert not found.who or found.kind in ("delegate", "urge")
