"""Amounts as people write them: 三十二, 1.5万元, 12,000, 2件10条. What is not plainly one amount (两三起, 约5吨) is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

MOST_DIGITS = 24  # below the 28 of decimal's default context: whatever is read is exact
_DIGITS = str.maketrans(
    "零〇○一壹二贰两兩三叁四肆五伍六陆七柒八捌九玖拾佰仟萬億点點", "000112222334455667788" + "99十百千万亿.."
)
_SPOKEN = "一壹二贰两兩三叁四肆五伍六陆七柒八捌九玖"
_NUMERIC = "0-9.零〇○" + _SPOKEN + "十百千万亿拾佰仟萬億点點"
_RUN = re.compile(rf"([{_NUMERIC}]+)([^{_NUMERIC}]*)")
_SEVERAL = re.compile(rf"[{_SPOKEN}][{_SPOKEN}]")  # 两三, 三五十: about so many
_VAGUE = re.compile(r"[几多来余]|[^\w(]")  # 十几起, 三十多, 3-5起
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?![\d,])")
_N = r"\d+(?:\.\d+)?"
_SECTION = re.compile(rf"(?:({_N})千)?(?:0?({_N})百)?(?:0?((?:{_N})?)(十))?(?:(0?)({_N}))?")
_WHOLE = re.compile(r"(?:([^万亿]+)亿)?(?:([^万亿]+)万)?([^万亿]*)")
_TENTH = {"千": 100, "百": 10}  # 三千五 is 3500


class Quantity(NamedTuple):
    """`large`: written with 万 or 亿, so that without a unit it is of the small one: 1.5万 is 1.5万元, not 1.5万万元."""

    number: Decimal
    unit: str
    large: bool


def quantities(words: str) -> tuple[Quantity, ...] | None:
    """The numbers of a text with what is written after each; None where anything else is in it."""
    text = _GROUPED.sub(lambda found: re.sub("[, ]", "", found[0]), spelt(words))
    negative = re.match(r"[-−–负]\s*", text)
    text = text[negative.end() :] if negative else text.removeprefix("+")
    text = re.sub(r"^(?:¥|rmb|cny)\s*(.*?)\s*(?:元|yuan)?$", r"\1元", text)
    if not text or "," in text or re.search(rf"[{_NUMERIC}]\s+[{_NUMERIC}]", text):
        return None
    runs = _RUN.findall(text)
    if "".join(map("".join, runs)) != text or (negative and len(runs) > 1):
        return None
    found = [(number(digits), unit.strip(), any(c in digits for c in "万亿萬億")) for digits, unit in runs]
    if not found or any(one is None or _VAGUE.match(unit) for one, unit, _ in found):
        return None
    if len(found) > 1 and not all(unit for _, unit, _ in found):
        return None
    return tuple(Quantity(-one if negative else one, unit, large) for one, unit, large in found if one is not None)


def spelt(words: str) -> str:
    """One spelling for what is compared: width, case, edges, a full stop at the end, 共 in front."""
    text = normalize("NFKC", words).casefold().strip().rstrip("。.,;、!?").strip()
    return re.sub(r"^(?:共计|合计|总计|一共|共)\s*", "", text)


def number(words: str) -> Decimal | None:
    """A number in digits, in Chinese or in both (1.5万, 一百零五, 2万5千); None if it is none."""
    whole, _, _ = normalize("NFKC", words).replace("點", "点").partition("点")
    text = normalize("NFKC", words).translate(_DIGITS)
    if _SEVERAL.search(whole) or sum(map(str.isdigit, text)) > MOST_DIGITS or len(text) > 2 * MOST_DIGITS:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None or not text:
        return None
    high, middle, low = found.groups()
    if (high or middle) and re.fullmatch("[1-9]", low):  # 两万三 is 23000
        low += "千" if middle else "千万"
        return number(f"{high}亿" * bool(high) + f"{middle}万" * bool(middle) + low)
    parts = [(_section(one), size) for one, size in ((high, 10**8), (middle, 10**4), (low, 1)) if one]
    if any(one is None for one, _ in parts) or (len(parts) > 1 and "." in text):
        return None
    return sum((one * size for one, size in parts if one is not None), Decimal(0))


def _section(text: str) -> Decimal | None:
    """A number below 万: 3千2百, 三百五, 1百零5, 12.5."""
    found = _SECTION.fullmatch(text)
    if found is None:
        return None
    thousands, hundreds, tens, ten, zero, ones = found.groups()
    terms = [(thousands, 1000), (hundreds, 100), (tens or "1" if ten else None, 10)]
    terms.append((ones, _TENTH.get(text[-2:-1], 1) if ones and len(ones) == 1 and not zero else 1))
    given = [(one, size) for one, size in terms if one is not None]
    if not given or (len(given) > 1 and "." in text):
        return None
    return sum((Decimal(one) * size for one, size in given), Decimal(0))


# -- units ------------------------------------------------------------------------------------------------------------


def _scales(base: Mapping[str, str], size: str) -> dict[str, Decimal]:
    return {unit: Decimal(one) / Decimal(size) for units, one in base.items() for unit in units.split()}


_MONEY = {"元 块 块钱 圆 人民币 yuan rmb cny": "1"}
# 烟草专卖法实施条例第52条: 50条 = 1件 = 1万支
_STICKS = {
    "支 根 cigarette cigarettes stick sticks": "1",
    "包 盒 pack packs": "20",
    "条 carton cartons": "200",
    "件 case cases": "10000",
    "箱 crate crates": "50000",
}
_WEIGHT = {"吨 t ton tons tonne tonnes": "1000", "公斤 kg": "1", "斤 市斤": "0.5", "克 g": "0.001"}

SCALES: Mapping[str, Mapping[str, Decimal]] = {
    "万元": _scales(_MONEY, "10000"),
    "元": _scales(_MONEY, "1"),
    "万支": _scales(_STICKS, "10000"),
    "吨": _scales(_WEIGHT, "1000"),
    "千克": _scales(_WEIGHT, "1"),
}
"""What one of a small unit is in the unit a field is kept in. 万支 and 千克 themselves are read as 万 支 and 千 克."""

SMALL: Mapping[str, str] = {"万元": "元", "万支": "支"}


def amount(words: str, kept_in: str, scale: Mapping[str, Decimal]) -> Decimal | str | None:
    """What the words come to in the unit `kept_in`; a unit that does not belong here is given back; None: no amount.

    Several with their units add up (2件10条); the same again in brackets (1.5万支（75条）) must be the same."""
    bracketed = re.fullmatch(r"([^()]+)\(([^()]+)\)\W*", spelt(words))
    if bracketed:
        outer, inner = (amount(one, kept_in, scale) for one in bracketed.groups())
        return outer if not isinstance(outer, Decimal) or outer == inner else None
    found = quantities(words)
    if found is None:
        return None
    total = Decimal(0)
    for one in found:
        unit = one.unit or (SMALL.get(kept_in, "") if one.large else "")
        if unit and unit not in scale:
            return unit
        total += one.number * scale.get(unit, Decimal(1))
    return total
