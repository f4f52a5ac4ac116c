"""The yearly notice on days off, as it is pasted: the five published ones read to the data we run on, damaged ones say what is
wrong. Wording reconstructed from 国办发明电〔2021〕11号 to 〔2025〕7号."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import Year
from rules.holiday_notices import NotANotice, ReadNotice, read_notice

COMMON = Path(__file__).parents[2] / "counties" / "common.yaml"


@pytest.fixture(scope="module")
def golden() -> dict[int, Year]:
    told = yaml.safe_load(COMMON.read_text("utf-8"))["calendar"]
    return {
        year: Year(one["notice"], one["dated"], tuple(map(tuple, one["rest"])), tuple(one["work"]))
        for year, one in told.items()
    }


CLOSING = """　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置，确保人民群众祥和平安度过节日假期。
　　国务院办公厅
　　{dated}
　　（此件公开发布）"""

HEAD = """国务院办公厅关于{year}年
部分节假日安排的通知
{number}
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
"""

# 2025's begins with the principles, which name holidays and days off without being arrangements
PRINCIPLES = """各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　根据《国务院关于修改〈全国年节及纪念日放假办法〉的决定》，自2025年1月1日起，全体公民放假的假日增加2天，其中春节、劳动节各增加1天。据此对放假调休原则作进一步优化完善，除个别特殊情形外，春节自农历除夕起放假调休8天，国庆节自10月1日起放假调休7天，劳动节放假调休5天，元旦、清明节、端午节、中秋节放假调休或连休3天（如逢周三则只在当日放假），国庆节放假如逢中秋节则合并放假8天。
"""

BODIES = {
    2022: """　　一、元旦：2022年1月1日至3日放假，共3天。
　　二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
　　三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
　　四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
　　五、端午节：6月3日至5日放假，共3天。
　　六、中秋节：9月10日至12日放假，共3天。
　　七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。
""",
    2023: """　　一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
　　二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
　　三、清明节：4月5日放假，共1天。
　　四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
　　五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
　　六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
""",
    2024: """　　一、元旦：1月1日放假，与周末连休。
　　二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
　　三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
　　四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
　　五、端午节：6月10日放假，与周末连休。
　　六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
　　七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
""",
    2025: """　　一、元旦：1月1日（周三）放假1天，不调休。
　　二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
　　三、清明节：4月4日（周五）至6日（周日）放假，共3天。
　　四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
　　五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
　　六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
""",
    2026: """　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
""",
}
ISSUED = {
    2022: ("国办发明电〔2021〕11号", "2021年10月25日"),
    2023: ("国办发明电〔2022〕16号", "2022年12月8日"),
    2024: ("国办发明电〔2023〕7号", "2023年10月25日"),
    2025: ("国办发明电〔2024〕12号", "2024年11月12日"),
    2026: ("国办发明电〔2025〕7号", "2025年11月4日"),
}


def notice(year: int) -> str:
    number, dated = ISSUED[year]
    principles = PRINCIPLES if year == 2025 else ""
    return HEAD.format(year=year, number=number) + principles + BODIES[year] + CLOSING.format(dated=dated)


def read(text: str) -> ReadNotice:
    found = read_notice(text)
    assert isinstance(found, ReadNotice), found
    return found


def told(found: ReadNotice | NotANotice) -> str:
    if isinstance(found, NotANotice):
        return found.why.zh
    return "\n".join([*(one.zh for one in found.doubts), *found.unread])


# How the same notice arrives: from the page, out of a chat in one line, in half width, copied with trailing blanks
PASTED = {
    "as published": lambda text: text,
    "in one line": lambda text: text.replace("\n", " "),
    "no line breaks or blanks": lambda text: text.replace("\n", "").replace("　", ""),
    "half width": lambda text: text.translate(str.maketrans("：（），；", ":(),;")),
    "windows, trailing blanks": lambda text: text.replace("\n", "  \r\n"),
    "到 for 至": lambda text: text.replace("日至", "日到"),
    "brackets of the number typed": lambda text: text.replace("〔", "[").replace("〕", "]"),
    "with a remark before it": lambda text: "大家看一下，明年的放假通知出来了\n" + text,
}


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize("year", BODIES)
def test_every_published_notice_reads_to_the_data_we_run_on(golden: dict[int, Year], year: int, pasted: str) -> None:
    """Days off, make-up days, number and date, to the day; nothing unread, nothing doubted. The days off advised for New
    Year's Eve 2024 and the principles of 2025 are no days off of theirs."""
    found = read(PASTED[pasted](notice(year)))
    assert (found.year, found.unread, found.doubts) == (year, (), ())
    assert found.as_year(date(2000, 1, 1)) == golden[year]
    assert found.sound


def without(line: str) -> str:
    return "\n".join(one for one in notice(2026).splitlines() if line not in one)


# what happened to the notice of 2026: what is then said (part of it), and which days were read all the same (rest, work)
DAMAGED = [
    ("a holiday is missing", without("清明节："), ["没有读到清明节的安排", "可能少了或多了一句"], (6, 6)),
    ("its end is cut off", notice(2026)[: notice(2026).index("　　六、")], ["没有读到中秋节", "没有读到国庆节", "没有读到通知的日期"], (5, 4)),
    ("a weekday does not fit", notice(2026).replace("5月9日（周六）", "5月9日（周日）"), ["“5月9日(周日)”：2026-05-09是周六"], (7, 6)),
    ("a weekday of a range", notice(2026).replace("至6日（周一）", "至6日（周二）"), ["2026-04-06是周一"], (7, 6)),
    ("a date mistyped", notice(2026).replace("9月20日（周日）", "9月21日（周日）"), ["2026-09-21是周一", "2026-09-21不是周末"], (7, 6)),
    ("days miscounted", notice(2026).replace("共9天", "共8天"), ["写8天，起止日期却是9天"], (7, 6)),
    ("a range shortened", notice(2026).replace("至23日", "至22日"), ["2026-02-22是周日", "写9天，起止日期却是8天", "可能少了或多了一句"], (7, 6)),
    ("a make-up day lost", notice(2026).replace("9月20日（周日）、", ""), ["可能少了或多了一句"], (7, 5)),
    ("the title of another year", notice(2026).replace("2026年", "2027年"), ["年份可能不对", "标题写2027年，文号却是〔2025〕"], (7, 6)),
    ("the year cut off", notice(2026).replace("2026年", ""), ["没有读到年份，按文号或日期推定为2026年"], (7, 6)),
    ("no number", notice(2026).replace("国办发明电〔2025〕7号", ""), ["没有读到文号"], (7, 6)),
    ("not dated", notice(2026).replace("2025年11月4日", ""), ["没有读到通知的日期"], (7, 6)),
    ("a day both off and worked", notice(2026).replace("1月4日（周日）", "1月3日（周六）"), ["2026-01-03既放假又上班"], (7, 6)),
    ("a day that does not exist", notice(2026).replace("2月28日（周六）", "2月30日（周六）"), ["2月14日(周六)、2月30日(周六)上班"], (7, 4)),
    ("上班 lost", notice(2026).replace("1月4日（周日）上班", "1月4日（周日）"), ["1月4日(周日)"], (7, 5)),
    ("an order nobody knows", notice(2026).replace("至21日（周日）放假，", "至21日（周日）视情放假，"), ["视情放假"], (6, 6)),
    ("a figure of a make-up day lost", notice(2026).replace("、10月10日", "、1月10日"), ["2026-01-10上班：离所调的假期太远"], (7, 6)),
    ("two holidays upon each other", notice(2026).replace("9月25日（周五）至27日（周日）放假，共3天", "9月25日至10月1日放假，共7天"), ["2026-10-01在两个假期里"], (7, 6)),
    ("one day's holiday off a weekend", notice(2024).replace("6月10日放假", "6月12日放假"), ["不与周末相连"], (7, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "says", "read_all_the_same"), DAMAGED, ids=[one[0] for one in DAMAGED])
def test_a_damaged_notice_is_read_as_far_as_it_goes_and_says_what_is_wrong(
    what: str, text: str, says: list[str], read_all_the_same: tuple[int, int]
) -> None:
    """A coordinator sees each doubt before anything is imported; a sentence that was not understood gives no day."""
    found = read(text)
    for one in says:
        assert one in told(found)
    assert (len(found.rest), len(found.work)) == read_all_the_same
    assert found.sound is not bool(says)


# no notice: part of the reason
OTHER = [
    ("", "没有读到放假安排"),
    ("好的收到", "没有读到放假安排"),
    ("明天放假吗", "没有读到放假安排"),
    ("国务院办公厅关于延长2020年春节假期的通知\n延长2020年春节假期至2月2日，2月3日起正常上班。", "没有读到放假安排"),
    ("各镇：请于12月1日前报送11月月报。元旦期间做好值班。", "没有读到放假安排"),
    (BODIES[2026], "没有读到是哪一年的安排"),
    ("放假 2027-13-01 2027-13-03", "日期都读不出来"),
]


@pytest.mark.parametrize(("text", "why"), OTHER)
def test_another_text_is_no_notice(text: str, why: str) -> None:
    """Nor one that does not say for which year: its days would be guessed."""
    found = read_notice(text)
    assert isinstance(found, NotANotice)
    assert why in found.why.zh
    assert found.why.en


def test_the_arrangements_in_one_sentence_as_newspapers_write_them() -> None:
    """共3天，1月4日上班: the make-up day is not a day off."""
    body = BODIES[2026].replace("天。1月4日", "天，1月4日").replace("天。2月14日", "天，2月14日")
    found = read("2026年部分节假日安排\n" + body)
    assert (found.rest, found.work) == (read(notice(2026)).rest, read(notice(2026)).work)


def test_new_years_eve_without_a_year_belongs_to_the_year_before(golden: dict[int, Year]) -> None:
    """元旦：12月31日至1月2日, and make-up days of December."""
    text = notice(2023).replace("2022年12月31日至2023年1月2日", "12月31日至1月2日")
    assert read(text).as_year(date(2022, 12, 8)) == golden[2023]


# -- plain lines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", BODIES)
def test_plain_lines_give_the_same_year(golden: dict[int, Year], year: int) -> None:
    """A coordinator without the notice's text types the days."""
    rest = [f"放假 {first} {last}" if first != last else f"放假 {first}" for first, last in golden[year].rest]
    work = [f"上班 {day}" for day in golden[year].work]
    found = read("\n".join([golden[year].notice, *rest, *work]))
    assert found.as_year(golden[year].dated) == golden[year]
    assert [one.zh for one in found.doubts] == ["没有读到通知的日期。"]


# lines: days off, days worked, what is said
LINES = [
    ("放假 2027-01-01 2027-01-03", [("2027-01-01", "2027-01-03")], [], ["没有读到文号", "可能少了"]),
    ("放假 2027-01-01 至 2027-01-03", [("2027-01-01", "2027-01-03")], [], []),
    ("放假：2027/1/1～2027/1/3", [("2027-01-01", "2027-01-03")], [], []),
    ("放假 2027年1月1日", [("2027-01-01", "2027-01-01")], [], []),
    ("上班 2027-01-04", [], ["2027-01-04"], ["2027-01-04不是周末"]),
    ("off 2027-01-01 to 2027-01-03\nwork 2027-02-06", [("2027-01-01", "2027-01-03")], ["2027-02-06"], []),
    ("放假 2027-01-03 2027-01-01\n放假 2027-05-01", [("2027-05-01", "2027-05-01")], [], ["放假 2027-01-03 2027-01-01"]),
    ("放假 2027-05-01\n还有国庆", [("2027-05-01", "2027-05-01")], [], ["还有国庆"]),
    ("放假 2027-05-01\n放假 2029-05-01", [("2027-05-01",) * 2, ("2029-05-01",) * 2], [], ["2029-05-01不在2027年"]),
]


@pytest.mark.parametrize(("text", "rest", "work", "says"), LINES)
def test_plain_lines_are_checked_as_well(
    text: str, rest: list[tuple[str, str]], work: list[str], says: list[str]
) -> None:
    """放假 first last, 上班 day, in any common way of writing a date."""
    found = read(text)
    assert [(str(first), str(last)) for first, last in found.rest] == rest
    assert [str(day) for day in found.work] == work
    for one in says:
        assert one in told(found)


# -- any text ------------------------------------------------------------------------------------------------------------

PIECES = ["一、元旦：", "放假", "上班", "至", "1月1日", "13月41日", "2026年", "0000年", "9999年12月31日", "共3天", "。", "（周三）", "\n", "放假 2027-01-01", "国办发明电〔9999〕1号", "与周末连休", "关于", "部分节假日安排"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    """It is a notice with its doubts or none, and what is called sound can be imported."""
    found = read_notice(text)
    if isinstance(found, ReadNotice) and found.sound:
        assert found.as_year(date(2026, 1, 1)).rest


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(BODIES)), st.data())
def test_one_lost_piece_never_passes_as_another_year(year: int, data: st.DataObject) -> None:
    """Whatever run of characters is lost, what is called sound has the published days."""
    text = notice(year)
    at = data.draw(st.integers(0, len(text) - 1))
    cut = text[:at] + text[at + data.draw(st.integers(1, 40)) :]
    found = read_notice(cut)
    if isinstance(found, ReadNotice) and found.sound:
        whole = read(text)
        assert (found.rest, found.work) == (whole.rest, whole.work)
        assert found.rest[0][1] - found.rest[0][0] < timedelta(days=10)
