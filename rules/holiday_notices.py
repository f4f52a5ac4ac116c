"""The State Council's yearly notice on days off (国务院办公厅关于…年部分节假日安排的通知), read as people paste it.

Nothing is guessed silently: what could not be read and what does not fit together is told, and a coordinator decides on it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from rules.calendar import Year
from rules.notice_checks import Named, Span, balance, far_away, impossible, lengths, weekdays
from rules.terms import Text


@dataclass(frozen=True)
class ReadNotice:
    """`unread` are sentences of the text, word for word; `doubts` what does not fit together. `notice` is empty and `dated`
    None where the text does not say."""

    year: int
    rest: tuple[Span, ...]
    work: tuple[date, ...]
    unread: tuple[str, ...]
    doubts: tuple[Text, ...]
    notice: str = ""
    dated: date | None = None

    @property
    def sound(self) -> bool:
        return not self.unread and not self.doubts

    def as_year(self, imported: date) -> Year:
        """ValueError where a holiday or a make-up day is impossible; `imported` stands in for a date that is not told."""
        return Year(self.notice, self.dated or imported, self.rest, self.work)


@dataclass(frozen=True)
class NotANotice:
    why: Text


# -- the words of a notice -------------------------------------------------------------------------------------------------

HOLIDAYS = {
    "元旦": Text("元旦", "New Year's Day"),
    "春节": Text("春节", "Spring Festival"),
    "清明": Text("清明节", "Qingming"),
    "劳动": Text("劳动节", "Labour Day"),
    "端午": Text("端午节", "Dragon Boat Festival"),
    "中秋": Text("中秋节", "Mid-Autumn Festival"),
    "国庆": Text("国庆节", "National Day"),
}
_NAME = r"(?:元旦|春节|清明|国际劳动|劳动|五一|端午|中秋|国庆)节?"
_ITEM = re.compile(
    rf"(?:(?:[一二三四五六七八九十]{{1,2}}|\d{{1,2}})[、.]|(?<![^\s。;,]))\s*({_NAME}(?:\s*[、和,]\s*{_NAME})*)\s*:"
)
_END = re.compile(r"节假日期间|各地区[、,]各部门|特此通知|国务院办公厅|此件公开发布|\(此件")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
_RANGE = re.compile(rf"({_DATE.pattern})(?:\s*(?:至|到|[-—~])\s*({_DATE.pattern}))?")
_PLAIN_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_PLAIN = re.compile(rf"(放假|休息|上班|off|work)\s*:?\s*{_PLAIN_DATE}(?:\s*(?:至|到|to|~|\s)\s*{_PLAIN_DATE})?")
_NUMBER = re.compile(r"国办发明电\s*[〔\[【(〈<]?\s*(\d{4})\s*[〕\]】)〉>]?\s*第?\s*(\d{1,3})\s*号")
_YEARS = (
    re.compile(r"(?<!\d)(\d{4})\s*年(?:部分)?(?:节假日|放假)"),
    re.compile(r"(?:现将|经国务院批准,?)\s*(\d{4})\s*年"),
)
_DATED = (
    re.compile(r"国务院办公厅\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
    re.compile(r"(?:成文|印发|发文)日期\s*:?\s*(\d{4})\s*[-年]\s*(\d{1,2})\s*[-月]\s*(\d{1,2})"),
    re.compile(r"^\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*$", re.MULTILINE),
)
_ASIDE = re.compile(
    r"^(?:鼓励|提倡)|^不?调休$|^与周末连休$"
)  # 2024 advised leave on New Year's Eve: no day off by the notice
_BOTH = re.compile(r"([^,]*放假.*?),([^,]*\d日[^,放]*上班)")  # in one sentence, as newspapers have it
_REST_WORDS = re.compile(r"放假|调休|与周末连休|连休|[、,和及共不\s]|\d{1,2}天")
MOST = 20_000
LONGEST = timedelta(days=31)


class _Found(NamedTuple):
    rest: list[Span]
    work: list[date]
    unread: list[str]
    doubts: list[Text]
    names: set[str]
    named: list[Named]


def read_notice(text: str) -> ReadNotice | NotANotice:
    """The notice itself, or lines `放假 2027-01-01 2027-01-03` and `上班 2027-02-06`."""
    folded = re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFKC", text[:MOST]).replace("\u200b", ""))
    folded = re.sub(r"\s*\n\s*", "\n", re.sub(r"[ \n]{9,}", "\n", folded))  # long runs of blanks are slow to search
    plain = [line.strip() for line in folded.splitlines() if _PLAIN.match(line.strip().lower())]
    items = list(_ITEM.finditer(folded))
    if not plain and not items:
        return NotANotice(
            Text(
                "没有读到放假安排：请粘贴国务院办公厅关于部分节假日安排的通知全文，或逐行写“放假 2027-01-01 2027-01-03”。",
                "No holidays found: paste the whole notice of the State Council's General Office, or lines such as "
                "“放假 2027-01-01 2027-01-03”.",
            )
        )
    return _prose(folded, items) if items else _plain(folded, plain)


def _prose(text: str, items: list[re.Match[str]]) -> ReadNotice | NotANotice:
    found = _Found([], [], [], [], set(), [])
    year = _year_of(text, found)
    if year is None:
        return NotANotice(
            Text(
                "没有读到是哪一年的安排：请连同标题“关于……年部分节假日安排的通知”一起粘贴。",
                "It is not said for which year this is: paste it with its title (关于……年部分节假日安排的通知).",
            )
        )
    for item, after in zip(items, [*items[1:], None], strict=True):
        body = text[item.end() : after.start() if after else len(text)]
        end = _END.search(body)
        names = {name for name in HOLIDAYS if name in item[1]} | ({"劳动"} if "五一" in item[1] else set())
        _item(names, body[: end.start()] if end else body, year, found)
    missing = [HOLIDAYS[name] for name in HOLIDAYS if name not in found.names]
    found.doubts.extend(Text(f"没有读到{name.zh}的安排。", f"Nothing was read for {name.en}.") for name in missing)
    return _checked(text, year, found)


def _year_of(text: str, found: _Found) -> int | None:
    """Said in the title or the first sentence; without them it is the year after the notice's own."""
    years = [int(m[1]) for one in _YEARS if (m := one.search(text))]
    number = _NUMBER.search(text)
    if years:
        if number and int(number[1]) not in (years[0] - 1, years[0]):
            found.doubts.append(
                Text(
                    f"标题写{years[0]}年，文号却是〔{number[1]}〕：请核对年份。",
                    f"The title says {years[0]} and the number 〔{number[1]}〕: check the year.",
                )
            )
        return years[0] if 2000 <= years[0] < 2100 else None
    dated = _dated(text)
    before = int(number[1]) if number else dated.year if dated else None
    if before is None or not 2000 <= before < 2099:
        return None
    found.doubts.append(
        Text(
            f"没有读到年份，按文号或日期推定为{before + 1}年。",
            f"The year is not said; taken to be {before + 1} from the number or the date.",
        )
    )
    return before + 1


# -- one holiday -----------------------------------------------------------------------------------------------------------


def _item(names: set[str], body: str, year: int, found: _Found) -> None:
    """Every sentence gives days off, make-up days, advice, or is told as unread."""
    found.names.update(names)
    rest, work = len(found.rest), len(found.work)
    for sentence in filter(None, map(str.strip, re.split(r"[。;\n]|(?<!\d)\.", body))):
        if _ASIDE.search(sentence):
            continue
        both = _BOTH.fullmatch(sentence)
        for part in both.groups() if both else (sentence,):
            read = _rest if "放假" in part else _work
            if not read(part, names, year, found):
                found.unread.append(part)
    found.doubts.extend(far_away(found.rest[rest:], found.work[work:]))


def _date(said: re.Match[str] | tuple[str | None, ...], near: date | None, names: set[str], year: int) -> date | None:
    """`near`: the date before it in the sentence, whose month and year go on. The days before New Year's Day belong to the
    year before."""
    y, m, d = said[1], said[2], said[3]
    month = int(m) if m else near.month if near else 0
    which = int(y) if y else near.year if near else year - (month == 12 and names == {"元旦"})
    try:
        day = date(which, month, int(d or 0))
        return day.replace(year=which + 1) if near and not y and day < near and month < near.month else day
    except ValueError:
        return None


def _work(sentence: str, names: set[str], year: int, found: _Found) -> bool:
    days: list[Named] = []
    for said in _DATE.finditer(sentence):
        near = days[-1].day if days and not said[2] else None
        day = _date(said, near, names, year)
        if day is None:
            return False
        days.append(Named(day, said[0], said[4] or ""))
    if not days or not re.fullmatch(r"[、,和及\s]*均?(?:正常)?上班", _DATE.sub("", sentence)):
        return False
    found.work.extend(one.day for one in days)
    found.named.extend(days)
    return True


def _rest(sentence: str, names: set[str], year: int, found: _Found) -> bool:
    spans: list[Span] = []
    named: list[Named] = []
    for said in _RANGE.finditer(sentence):
        first = _date((said[0], *said.groups()[1:5]), spans[-1][1] if spans and not said[3] else None, names, year)
        last = _date((said[6], *said.groups()[6:10]), first, names, year) if said[6] and first else first
        if first is None or last is None or not timedelta() <= last - first <= LONGEST:
            return False
        spans.append((first, last))
        named.append(Named(first, said[1], said[5] or ""))
        named.extend([Named(last, said[6], said[10] or "")] if said[6] else [])
    if not spans or _REST_WORDS.sub("", _RANGE.sub("", sentence)):
        return False
    found.rest.extend(spans)
    found.named.extend(named)
    found.doubts.extend(lengths(sentence, spans))
    return True


# -- plain lines -----------------------------------------------------------------------------------------------------------


def _plain(text: str, lines: list[str]) -> ReadNotice | NotANotice:
    found = _Found([], [], [], [], set(HOLIDAYS), [])
    for line in filter(None, map(str.strip, text.splitlines())):
        if line in lines:
            found.unread.extend([] if _line(line.lower(), found) else [line])
        elif not _NUMBER.search(line) and not any(one.search(line) for one in (*_DATED, *_YEARS)):
            found.unread.append(line)
    years = [last.year for _, last in found.rest] or [day.year for day in found.work]
    if not years:
        return NotANotice(
            Text(
                "日期都读不出来，请按“放假 2027-01-01 2027-01-03”书写。",
                "No date could be read: write “放假 2027-01-01 2027-01-03”.",
            )
        )
    return _checked(text, max(set(years), key=years.count), found)


def _line(line: str, found: _Found) -> bool:
    said = _PLAIN.fullmatch(line)
    if said is None:
        return False
    try:
        first = date(int(said[2]), int(said[3]), int(said[4]))
        last = date(int(said[5]), int(said[6]), int(said[7])) if said[5] else first
    except ValueError:
        return False
    if not timedelta() <= last - first <= LONGEST:
        return False
    if said[1] in ("上班", "work"):
        found.work.extend(first + timedelta(days=n) for n in range((last - first).days + 1))
    else:
        found.rest.append((first, last))
    return True


# -- whether it fits together ----------------------------------------------------------------------------------------------


def _checked(text: str, year: int, found: _Found) -> ReadNotice:
    doubts = [*found.doubts, *weekdays(found.named, year), *impossible(found.rest, found.work, year)]
    number = _NUMBER.search(text)
    notice = f"国办发明电〔{number[1]}〕{int(number[2])}号" if number else ""
    dated = _dated(text)
    if not notice:
        doubts.append(
            Text("没有读到文号（国办发明电〔……〕……号）。", "The notice's number (国办发明电〔…〕…号) was not found.")
        )
    if dated is None:
        doubts.append(Text("没有读到通知的日期。", "The date of the notice was not found."))
    rest, work = tuple(sorted(set(found.rest))), tuple(sorted(set(found.work)))
    doubts.extend(balance(year, rest, work))
    return ReadNotice(year, rest, work, tuple(found.unread), tuple(doubts), notice, dated)


def _dated(text: str) -> date | None:
    for pattern in _DATED:
        for said in pattern.finditer(text):
            try:
                return date(*map(int, said.groups()))
            except ValueError:
                continue
    return None
