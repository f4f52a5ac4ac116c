"""What in a text for everybody may show who somebody is: numbers of a person's, an informant, a name beside a unit's. Hints for
whoever writes and whoever lets it out; a machine lets nothing out and stops nothing by them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rules.asks import SURNAMES, persons
from rules.expressions import expression
from rules.marks import IDENTITY, LINK, NEAR, PLATE, Telling

AT_MOST = 3  # of one kind
# 138 0013 8000 and 138-0013-8000 are the same number.
_PHONE = expression(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_CARD = expression(r"(?<!\d)[3-6]\d{3}(?:[\s-]?\d{4}){2,3}(?:[\s-]?\d{1,4})?(?!\d)")
_INFORMANT = expression(
    r"举报(?:人|者|的?(?:群众|市民|村民|邻居|员工))|线人|知情(?:人|者)|报料|匿名|热心(?:群众|市民|村民)|(?:群众|村民|市民|邻居|员工|店员|司机)(?:举报|反映|报告|提供)"
    r"|\b(?:informant|whistle-?blower|tip-?off|reported by)\b",
    re.IGNORECASE,
)
_REWARD = expression(
    r"奖(?:励|金)[^。；\n]{0,8}\d|\d[\d,.]*\s*万?元(?:的)?(?:举报)?奖(?:励|金)|\breward of\b[^.\n]{0,12}\d",
    re.IGNORECASE,
)
_TITLED = r"(?:局长|所长|队长|科长|股长|主任|书记|站长|民警|经理|老板|同志|某某?)"
_NAMED = expression(rf"[{SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}{_TITLED}|{_TITLED})")

# 村民张三, 老板李某: what somebody is, and their name; and 李某某 wherever it stands.
_BARE = expression(
    rf"(?:村民|居民|市民|店主|摊主|业主|车主|船主|货主|老板娘?|经理|司机|船员|工人|员工|男子|女子|嫌疑人|当事人|被告人?|负责人|同伙|主犯|法定代表人)[:： ]?"
    rf"(?!高价|黄金|白酒|黄牛|方便|常年|金额)[{SURNAMES}](?:某{{1,2}}|[\u4e00-\u9fff]{{1,2}}?(?=[，。、；,.;（(\s]|$|[在将因以被等的于从和与及为把向用驾贩销卖运私非涉家名开伙反举]))"
    rf"|[{SURNAMES}]某{{1,2}}"
)


def exposing(text: str, units: Iterable[str] = ()) -> tuple[Telling, ...]:
    """`units`: what the county's units are called."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(one for found in _each(plain, units) for one in found))


def _each(text: str, units: Iterable[str]) -> Iterator[list[Telling]]:
    yield _found("id", IDENTITY, text)
    yield _found("phone", _PHONE, text)
    yield _found("plate", PLATE, text.upper())
    yield [one for one in _found("bank", _CARD, text) if not IDENTITY.search(one.excerpt)]
    yield _found("informant", _INFORMANT, text) or _found("informant", NEAR, text)
    yield _found("reward", _REWARD, text)
    yield [Telling("name", one) for one in dict.fromkeys((*persons(text), *(one[0] for one in _BARE.finditer(text))))][
        :AT_MOST
    ]
    yield _beside(text, units)
    yield _found("link", LINK, text)


def _found(kind: str, pattern: re.Pattern[str], text: str) -> list[Telling]:
    matches = list(pattern.finditer(text))[:AT_MOST]
    return [Telling(kind, _around(text, match.start(), match.end())) for match in matches]


def _beside(text: str, units: Iterable[str]) -> list[Telling]:
    """县公安局李队长: with the unit before it, who is meant is known to everybody there."""
    ends = {match.end() for name in units if len(name) > 1 for match in re.finditer(re.escape(name), text)}
    named = [match for match in _NAMED.finditer(text) if any(0 <= match.start() - end <= 4 for end in ends)]
    return [Telling("person", _around(text, match.start(), match.end())) for match in named[:AT_MOST]]


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 6) : end + 6].replace("\n", " ")
