"""Filings: what people write is read or refused with a remedy, what contradicts itself is found, nothing is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rules.fields import Field, Kind, Refusal, Value, read, shown, unusual
from rules.filings import Check, FilingForm, Part, at_odds
from rules.marks import IDENTITY
from rules.pasted import pasted, sheet
from rules.terms import Origin, Text
from tests.rules.conftest import COUNTIES

FORMS = TypeAdapter(dict[str, FilingForm])


def forms_of(county: str) -> dict[str, FilingForm]:
    raw = yaml.safe_load((COUNTIES / f"{county}.yaml").read_text(encoding="utf-8"))["forms"]
    return FORMS.validate_python({key: {"id": key, **one} for key, one in raw.items()})


YANGXI, LUZHAI = forms_of("yangxi"), forms_of("luzhai")
MONTHLY, OPERATION = YANGXI["monthly_report"], LUZHAI["monthly_operation"]
ALL = [*YANGXI.values(), *LUZHAI.values()]


def asked(kind: Kind, unit: str = "", **more: Any) -> Field:
    units = {"起": "cases", "万元": "10,000 yuan", "元": "yuan", "万支": "10,000 cigarettes", "吨": "t", "千克": "kg"}
    if unit:
        more = {"unit": Text(unit, units[unit]), "warn_max": Decimal(100), "hard_max": Decimal(100_000), **more}
    return Field("x", Text("某项", "something"), kind, **more)


CASES, VALUE, YUAN = asked("count", "起", units=("宗", "件")), asked("money", "万元"), asked("money", "元")
STICKS, LEAF, IVORY = asked("sticks", "万支"), asked("weight", "吨"), asked("weight", "千克")

GOODS = asked(
    "choice",
    options={
        "oil": Text("成品油", "Refined oil"),
        "frozen": Text("冻品", "Frozen goods"),
        "none": Text("无主货物", "Frost"),
    },
)

# field, what is written, what is read
READ: list[tuple[Field, str, str]] = [
    (CASES, "32", "32"),
    (CASES, "３２起", "32"),  # full-width digits, the unit after the number
    (CASES, "三十二", "32"),
    (CASES, "十二起", "12"),
    (CASES, "一百零五", "105"),
    (CASES, "三百五", "350"),  # as it is spoken
    (CASES, "两千三百", "2300"),
    (CASES, "两万三", "23000"),
    (CASES, "叁拾贰", "32"),
    (CASES, "1.5万", "15000"),
    (CASES, "2万5千", "25000"),
    (CASES, "12,000", "12000"),
    (CASES, "12，000 件", "12000"),
    (CASES, "共3宗。", "3"),
    (CASES, "1 case", "1"),
    (CASES, "无", "0"),
    (CASES, "没有", "0"),
    (CASES, "nil", "0"),
    (CASES, "零", "0"),
    (VALUE, "35", "35"),  # kept in 万元
    (VALUE, "1.5万", "1.5"),  # 万 is the unit's own, not 1.5万万元
    (VALUE, "1.5万元", "1.5"),
    (VALUE, "35000元", "3.5"),
    (VALUE, "¥35,000", "3.5"),
    (VALUE, "35,000 yuan", "3.5"),
    (VALUE, "三十五万", "35"),
    (VALUE, "1.2亿元", "12000"),
    (YUAN, "1.5万", "15000"),
    (YUAN, "2,050.50元", "2050.5"),
    # 烟草专卖法实施条例第52条: 1条 = 200支, 50条 = 1件 = 1万支; 5件 = 1箱
    (STICKS, "3支", "0.0003"),
    (STICKS, "5条", "0.1"),
    (STICKS, "1件", "1"),
    (STICKS, "2箱", "10"),
    (STICKS, "2件10条", "2.2"),
    (STICKS, "1.5万支", "1.5"),
    (STICKS, "1.5", "1.5"),
    (STICKS, "1.5万支（75条）", "1.5"),
    (STICKS, "30 cartons", "0.6"),
    (LEAF, "2吨300公斤", "2.3"),
    (LEAF, "500斤", "0.25"),
    (LEAF, "30千克", "0.03"),
    (IVORY, "1.25", "1.25"),
    (IVORY, "3千克", "3"),
    (asked("yes_no"), "有", "yes"),
    (asked("yes_no"), "没有", "no"),
    (GOODS, "冻品", "frozen"),
    (GOODS, "frozen", "frozen"),
    (GOODS, "Refined Oil.", "oil"),
    (GOODS, "2", "frozen"),  # by its place in the list
    (GOODS, "三", "none"),
    (GOODS, "成品", "oil"),  # the beginning of one name only
    (GOODS, "无", "none"),
    (replace(GOODS, optional=True), "无", ""),
    (replace(GOODS, optional=True), "无主货物", "none"),
    (asked("day"), "2026年11月5日", "2026-11-05"),
    (asked("day"), "2026-11-05 00:00:00", "2026-11-05"),  # as a spreadsheet pastes it
    (asked("day"), "20261105", "2026-11-05"),
    (asked("day"), "十一月五日", "2026-11-05"),  # the one nearest to `on`
    (asked("day"), "12.30", "2026-12-30"),
    (asked("text", limit=20), " 多走访\n多宣传\u202e ", "多走访 多宣传"),  # TR36: no direction characters
    (asked("text", limit=20, optional=True), "无", ""),  # 经验做法：无则不写
]


@pytest.mark.parametrize(("one", "words", "value"), READ)
def test_read(one: Field, words: str, value: str) -> None:
    """What people write is the value it plainly means, in the unit the field is kept in."""
    found = read(one, words, on=date(2026, 11, 23))
    assert not isinstance(found, Refusal), found
    assert Decimal(found) == Decimal(value) if one.is_figure else found == value


# field, what is written, why it is refused
REFUSED: list[tuple[Field, str, str]] = [
    (CASES, "", "empty"),
    (CASES, "-3", "negative"),
    (CASES, "负三起", "negative"),
    (CASES, "100001", "too_large"),
    (CASES, "1e9", "want_number"),
    (CASES, "9" * 500, "want_number"),
    (CASES, "1.5起", "too_fine"),
    (CASES, "3吨", "wrong_unit"),
    (CASES, "两三起", "want_number"),  # about so many is no number
    (CASES, "三四十", "want_number"),
    (CASES, "十几起", "want_number"),
    (CASES, "3-5起", "want_number"),
    (CASES, "约5起", "want_number"),
    (CASES, "1,5", "want_number"),
    (CASES, "3 5", "want_number"),
    (CASES, "很多", "want_number"),
    (VALUE, "1.234", "too_fine"),
    (VALUE, "12345元", "too_fine"),
    (VALUE, "3吨", "wrong_unit"),
    (STICKS, "0.5支", "too_fine"),
    (STICKS, "1.5万支（70条）", "want_number"),  # the two do not agree
    (LEAF, "3升", "wrong_unit"),
    (asked("yes_no"), "也许", "want_yes_no"),
    (GOODS, "fro", "want_choice"),  # the beginning of two
    (GOODS, "4", "want_choice"),
    (GOODS, "1.5", "want_choice"),
    (GOODS, "。。", "want_choice"),
    (GOODS, "香烟", "want_choice"),
    (asked("day"), "2026-02-30", "no_such_day"),
    (asked("day"), "昨晚", "want_day"),
    (asked("text", limit=3), "四个字了", "too_long"),
    (asked("text", limit=40), "\u200b", "empty"),
    (asked("text", limit=40), "11010519491231002X", "names_person"),  # 个人信息保护法第6条
    (asked("count", "起", computed=True), "1", "computed"),
]


@pytest.mark.parametrize(("one", "words", "why"), REFUSED)
def test_refused(one: Field, words: str, why: str) -> None:
    """What is no plain answer is refused, and the reason names the remedy and carries the field's name and unit."""
    found = read(one, words, on=date(2026, 11, 23))
    assert isinstance(found, Refusal)
    assert (found.why, found.data["name"]) == (why, one.name)


def test_too_fine_says_what_to_write() -> None:
    """A figure that is too fine is refused with the nearest one that can be kept, never rounded in silence."""
    found = read(VALUE, "12345元")
    assert isinstance(found, Refusal) and found.data["nearest"] == Decimal("1.23")


def test_day_without_year_needs_a_day_to_be_near_to() -> None:
    """December told in January is last month, not next winter; without knowing the day nothing is guessed."""
    assert read(asked("day"), "12月30日", on=date(2027, 1, 2)) == "2026-12-30"
    missing = read(asked("day"), "12月30日")
    assert isinstance(missing, Refusal) and missing.why == "want_year"


@pytest.mark.parametrize(("words", "day"), [("今天", 23), ("昨日", 22), ("前天", 21), ("yesterday", 22)])
def test_a_day_is_said_from_today(words: str, day: int) -> None:
    """What was found yesterday is written down as yesterday; which day that is depends on when it is said."""
    assert read(asked("day"), words, on=date(2026, 11, 23)) == f"2026-11-{day}"
    assert isinstance(read(asked("day"), words), Refusal)


UNUSUAL: list[tuple[Field, Value, bool]] = [
    (CASES, 100, False),
    (CASES, 101, True),  # any figure > warn_max asks one confirmation
    (VALUE, "100.01", True),  # as it comes back from JSON
    (asked("text", limit=99), "根据群众举报查获", False),
    (asked("text", limit=99), "举报人是其邻居", True),  # report_parts: 不得含举报人信息
    (asked("text", limit=99), "电话13800138000", True),  # the telephone of the unit is meant
    (asked("text", limit=99), "0662-5551234", False),
]


@pytest.mark.parametrize(("one", "value", "so"), UNUSUAL)
def test_unusual(one: Field, value: Value, so: bool) -> None:
    """Over warn_max is asked once; so is a text in which an informant or a private number may stand."""
    assert unusual(one, value) is so


NOTHING: dict[str, Value] = {"cases_total": 0, "cases_admin": 0, "cases_criminal": 0, "case_value": Decimal(0)}
NOTHING |= {"ops": 0, "officers": 0, "households": 0}

# form, answers beside zeros, fields found at odds, hard
ODDS: list[tuple[FilingForm, dict[str, Value], tuple[str, ...], bool]] = [
    # cases_total == cases_admin + cases_criminal (hard)
    (MONTHLY, {"cases_total": 3}, ("cases_total", "cases_admin", "cases_criminal"), True),
    (MONTHLY, {"cases_50k": 1}, ("cases_50k", "cases_total"), True),  # cases_50k <= cases_total (hard)
    (MONTHLY, {"cases_network": 1}, ("cases_network", "cases_criminal"), True),  # (hard)
    (MONTHLY, {"ops_joint": 1}, ("ops_joint", "ops"), True),  # ops_joint <= ops (hard)
    (MONTHLY, {"ops": 3, "officers": 5}, ("ops", "officers"), False),  # at least two officers
    (MONTHLY, {"cases_fake": 1}, ("cases_fake", "cases_total"), False),
    (MONTHLY, {"t_police_filed": 1}, ("t_police_filed", "t_police"), False),  # may be carried over
    (MONTHLY, {"tips_true": 1}, ("tips_true", "tips"), False),  # may be carried over
    # case_value / cigarettes in 0.2..5 万元 per 万支, when only cigarettes
    (
        MONTHLY,
        {"case_value": Decimal(6), "cig_fake": Decimal(1)},
        ("case_value", "cig_fake", "cig_smuggled", "cig_genuine"),
        False,
    ),
    (OPERATION, {"case_value": Decimal("1.6"), "oil": 1}, ("case_value", "oil"), False),  # 0.2..1.5 万元/吨
    (OPERATION, {"case_value": "0.7", "frozen": "1"}, ("case_value", "frozen"), False),  # 0.8..10 万元/吨
    (
        LUZHAI["quarterly_inspection"],
        {"visit_day.2": "2026-11-05", "visit_until.2": "2026-11-04"},
        ("visit_day.2", "visit_until.2"),
        True,
    ),
]


@pytest.mark.parametrize(("form", "more", "fields", "hard"), ODDS)
def test_at_odds(form: FilingForm, more: dict[str, Value], fields: tuple[str, ...], hard: bool) -> None:
    """Each check of `statistics.checks` that needs no ledger finds what it is about, and names the fields."""
    given_ = {**(NOTHING if form is MONTHLY else {}), **more}
    assert [(one.fields, one.hard) for one in at_odds(form, given_)] == [(fields, hard)]


AGREE: list[tuple[FilingForm, dict[str, Value]]] = [
    (MONTHLY, NOTHING),  # 本月无
    (MONTHLY, {}),  # nothing answered yet: nothing to judge
    (MONTHLY, {**NOTHING, "cases_total": 3, "cases_admin": 2, "cases_criminal": 1}),
    (MONTHLY, {"cases_total": 3, "cases_admin": 3}),  # the third is asked and not answered yet
    (MONTHLY, {**NOTHING, "ops": 3, "officers": 6}),
    # published pairs lie within: 0.49 韶关2015, 0.88 惠州2021, 1.01 珠海2021, 1.15 黄石, 1.22 防城港2026
    *((MONTHLY, {**NOTHING, "case_value": value, "cig_fake": 1}) for value in ("0.49", "0.88", "1.01", "1.15", "1.22")),
    (MONTHLY, {**NOTHING, "case_value": 50, "cig_fake": 1, "machines": 1}),  # not only cigarettes
    (OPERATION, {"case_value": "0.41", "oil": 1}),  # 广东2016
    (OPERATION, {"case_value": "1.80", "frozen": 1}),  # 韶关2015
    (OPERATION, {"case_value": 30, "oil": 1, "other_goods": "食糖10吨"}),
]


@pytest.mark.parametrize(("form", "values"), AGREE)
def test_agree(form: FilingForm, values: dict[str, Value]) -> None:
    """Honest answers are never questioned; what is left out and optional is none, what is still to be answered waits."""
    assert at_odds(form, values) == ()


PASTED = """甲镇2026年10月信息月报
一、案件
1. 查处案件：3起
2、其中：行政案件＝2
③刑事立案 1
案值（元）：350000，罚款（万元）：2
查获假烟\t2件10条
查获走私烟\t万支\t1.5
Operations: 5 operations
出动人员20人次；检查经营户一百零五户
会议\t培训
2\t无
天气：好
重点案件 2
案件代号：乙二
案值：30万元
货物与数量：假烟；5件
案件代号：乙三
经验做法：多走访。
群众支持。
"""
TAKEN: dict[str, Value] = {
    "cases_total": 3,
    "cases_admin": 2,
    "cases_criminal": 1,
    "case_value": Decimal(35),
    "fine": Decimal(2),
    "cig_fake": Decimal("2.2"),
    "cig_smuggled": Decimal("1.5"),
    "ops": 5,
    "officers": 20,
    "households": 105,
    "meetings": 2,
    "train": 0,
    "case_code.2": "乙二",
    "one_value.2": Decimal(30),
    "case_goods.2": "假烟；5件",
    "case_code.3": "乙三",
    "experience": "多走访。 群众支持。",
}


def test_pasted() -> None:
    """One message in any order and several spellings answers many fields; a line about nothing asked is told."""
    found = pasted(MONTHLY, PASTED)
    assert (found.values, found.unknown, found.refused) == (TAKEN, ("天气：好",), {})
    assert set(MONTHLY.missing(found.values)) == {
        *("case_kind.2", "case_day.2"),
        *("case_kind.3", "case_day.3", "case_goods.3"),
    }


PASTED_REFUSED: list[tuple[str, str, str]] = [
    ("案值：很多", "case_value", "want_number"),
    ("出动车辆约5辆", "cars", "want_number"),
    ("查处案件：3\n查处案件：4", "cases_total", "given_twice"),
    ("移送超时：0", "t_late", "computed"),  # computed from the ledger, never typed
    ("重点案件6\n案件代号：A", "case_code.6", "too_many_items"),  # 五件以内
]


@pytest.mark.parametrize(("words", "key", "why"), PASTED_REFUSED)
def test_pasted_refused(words: str, key: str, why: str) -> None:
    """A line that cannot be taken is kept out of the values and told with its reason."""
    found = pasted(MONTHLY, words)
    assert key not in found.values
    assert {k: one.why for k, one in found.refused.items()} == {key: why}


UNSOUND: list[tuple[str, dict[str, Any]]] = [
    ("'x' stands twice", {"parts": (Part("p", Text("甲", "a"), (CASES, CASES)),)}),
    ("'y' is no field", {"checks": (Check("equal", ("x",), ("y",)),)}),
    ("title: 'y' is none", {"title": ("y",)}),
    ("title: 'x' is none", {"title": ("x",)}),  # a figure
]


@pytest.mark.parametrize(("fault", "change"), UNSOUND)
def test_unsound_forms(fault: str, change: dict[str, Any]) -> None:
    """A form that names what is not there, or one name for two, is refused when the county's file is read."""
    sound: dict[str, Any] = {"parts": (Part("p", Text("甲", "a"), (CASES,)),), "origin": Origin.DEFAULT}
    with pytest.raises(ValueError, match=fault):
        FilingForm("f", Text("表", "form"), **(sound | change))


def test_unknown_keys_are_faults() -> None:
    """A misspelt key in a county's file is told, not ignored."""
    with pytest.raises(ValidationError, match="optionall"):
        TypeAdapter(Field).validate_python(
            {"code": "x", "name": {"zh": "甲", "en": "a"}, "kind": "text", "limit": 9, "optionall": True}
        )


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.id)
def test_a_town_needs_two_minutes(form: FilingForm) -> None:
    """What must be answered is little: eight answers of some ten seconds; the rest may be left out."""
    assert len(form.missing({})) <= 8


def test_nothing_about_informants_is_asked() -> None:
    """report_parts: 不得含举报人信息. No form has a place for who told."""
    words = " ".join(f"{one.name.zh} {one.name.en} {' '.join(one.also)}" for form in ALL for one in form.fields)
    assert not any(word in words.casefold() for word in ("举报人", "informant", "whistle"))


def test_papers() -> None:
    """A plan (YX-3.5d) and a study (LZ-3.5d) are papers; only the monthly forms may say there was nothing."""
    assert {form.id for form in ALL if form.document} == {"plan_filing", "half_year_study"}
    assert {form.id for form in ALL if form.nil} == {"monthly_report", "monthly_operation"}


# -- what holds for every input -----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


def values_of(one: Field) -> st.SearchStrategy[Value]:
    if one.kind == "count":
        return st.integers(int(one.min), int(one.hard_max or 0))
    if one.is_figure:
        places = {"money": 2, "weight": 3, "sticks": 4}[one.kind]
        return st.decimals(one.min, one.hard_max, places=places)
    if one.kind == "yes_no":
        return st.sampled_from(["yes", "no"])
    if one.kind == "choice":
        return st.sampled_from(sorted(one.options))
    if one.kind == "day":
        return st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(date.isoformat)
    limit = one.limit or 0
    return TEXTS.map(lambda text: text[:limit]).filter(
        lambda text: not IDENTITY.search(text) and read(one, text) == text
    )


TYPED = [one for form in ALL for one in form.fields if not one.computed]


@given(st.data(), st.sampled_from([*TYPED, IVORY, YUAN, GOODS, asked("yes_no")]))
def test_shown_is_read_back(data: st.DataObject, one: Field) -> None:
    """What is shown in either language, and what JSON keeps, is read as the same value again."""
    value = data.draw(values_of(one))
    for words in (shown(one, value, "zh"), shown(one, value, "en"), str(value), shown(one, str(value), "zh")):
        assert read(one, words) == value


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(ALL), st.sampled_from(["zh", "en"]))
def test_a_sheet_is_read_back(data: st.DataObject, form: FilingForm, language: str) -> None:
    """A whole filing, shown as a list, copied and sent again, is the same filing."""
    slots = [slot for slot in form.slots.values() if not slot.field.computed]
    chosen = data.draw(st.lists(st.sampled_from(slots), unique_by=lambda slot: slot.key, max_size=12))
    values = {slot.key: data.draw(values_of(slot.field)) for slot in chosen}
    found = pasted(form, sheet(form, values, language))
    assert (found.values, found.unknown, found.refused) == (values, (), {})


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [name for form in ALL for one in form.fields for name in (one.name.zh, one.name.en, *one.also)]
        ),
        st.sampled_from(
            ["：", "\n", "\t", "=", "（", "）", "(", "1.", "①", "，", "；", "-", "万", "十", "点", "条", "¥", ","]
        ),
        st.sampled_from(["重点案件", "督导检查", "信息月报", "无", "²", "٣", "\ud800", "\x00"]),
        st.text(max_size=8),
    ),
    max_size=20,
).map("".join)


@settings(deadline=None)
@given(st.sampled_from(ALL), PIECES)
def test_nothing_raises(form: FilingForm, words: str) -> None:
    """Whatever is written, there is an answer, and what was taken can be shown, judged and asked about."""
    found = pasted(form, words, on=date(2026, 11, 23))
    at_odds(form, found.values)
    form.missing(found.values)
    for key, value in found.values.items():
        unusual(form.field(key), value)
    sheet(form, found.values, "en")
    for one in form.fields:
        read(one, words)
