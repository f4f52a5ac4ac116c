"""One thing a filing asks: what is read out of a person's words, what is unusual about it, and how it is shown again.

A value survives JSON as its string: `shown` and `unusual` take "1.5" for Decimal("1.5"), and `read` gives back the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Literal
from unicodedata import category

from rules.amounts import SCALES, SMALL, amount, number, spelt
from rules.days_said import Lies, day_read
from rules.marks import IDENTITY, PHONE
from rules.names import plain
from rules.terms import STRICT, Text

Kind = Literal["count", "money", "sticks", "weight", "text", "yes_no", "day", "choice"]
Value = Decimal | int | str

PLACES: Mapping[str, int] = {"count": 0, "money": 2, "weight": 3, "sticks": 4}
UNITS: Mapping[str, tuple[str, ...]] = {"money": ("万元", "元"), "sticks": ("万支",), "weight": ("吨", "千克")}
NONE = frozenset(["无", "没有", "没", "本月无", "本季度无", "暂无", "none", "no", "nil", "nothing", "/", "-", "—", "–"])
YES = frozenset(["是", "有", "对", "已", "是的", "yes", "y", "true"])
NO = frozenset(["否", "不是", "不", "未", "false", "n"]) | NONE


YES_NO: Mapping[str, Text] = {"yes": Text("是", "Yes"), "no": Text("否", "No")}


@dataclass(frozen=True)
class Refusal:
    """Words that cannot be taken; `why` names the block that says what to do instead."""

    why: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One line of a form. `also`: other names it is pasted under; `units`: other words for one of it (起: 宗, 件).

    Over `warn_max` is asked once, over `hard_max` refused. `limit`: the characters of a text. `computed`: never typed.
    `options`: what a choice may be, by the key that is kept, in this order; `known_as`: what else people call them (成品油: 柴油).
    `hint`: a line for whoever answers; `note` is for whoever reads the file. `needed`: it must be answered all the same where the
    form says so, each field one of these. `lies`: where a day does, seen from the one on which it is said; today is both. `tells`:
    takes a sentence that answers nothing that is asked, so that it is not lost.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    code: str
    name: Text
    kind: Kind
    unit: Text | None = None
    also: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    optional: bool = False
    computed: bool = False
    min: Decimal = Decimal(0)
    warn_max: Decimal | None = None
    hard_max: Decimal | None = None
    limit: int | None = None
    options: Mapping[str, Text] = field(default_factory=dict, hash=False)
    known_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    hint: Text | None = None
    lies: Lies = ""
    needed: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    tells: bool = False
    clause: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]{0,31}", self.code):
            raise ValueError(f"code is '{self.code}'; small letters, digits and _ are meant")
        if self.is_figure:
            self._figure_is_sound()
        elif (self.kind == "choice") != bool(self.options):
            raise ValueError(f"{self.code}: options belong to a choice, and a choice has options")
        elif self.kind == "text" and not 1 <= (self.limit or 0) <= 5_000:
            raise ValueError(f"{self.code}: limit says how many characters a text may have, 1 to 5000")
        elif self.unit or self.warn_max is not None or self.hard_max is not None:
            raise ValueError(f"{self.code}: unit, warn_max and hard_max belong to figures")
        if self.lies and self.kind != "day":
            raise ValueError(f"{self.code}: lies belongs to a day")
        if self.known_as.keys() - self.options.keys():
            raise ValueError(f"{self.code}: known_as is of its options")
        if (self.tells and self.kind != "text") or (self.needed and not self.optional):
            raise ValueError(f"{self.code}: tells belongs to a text, needed to what is optional otherwise")
        for name, keys in self.spellings.items():
            if not name or name.isdigit() or len(keys) > 1:
                raise ValueError(f"{self.code}: '{name}' of options.{keys[-1]} is no name, a number or another's name")

    def _figure_is_sound(self) -> None:
        if self.unit is None or self.hard_max is None or self.limit is not None:
            raise ValueError(f"{self.code}: a figure has a unit and a hard_max, and no limit")
        if self.kind in UNITS and self.unit.zh not in UNITS[self.kind]:
            raise ValueError(f"{self.code}: {self.kind} is kept in {' or '.join(UNITS[self.kind])}, not {self.unit.zh}")
        most = self.hard_max if self.warn_max is None else self.warn_max
        if not 0 <= self.min <= most <= self.hard_max:
            raise ValueError(f"{self.code}: 0 <= min <= warn_max <= hard_max does not hold")

    @property
    def is_figure(self) -> bool:
        return self.kind in PLACES

    @cached_property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """What an option answers to: its key, its name in either language, what else it is called; and the keys that answer."""
        found: dict[str, tuple[str, ...]] = {}
        for key, name in self.options.items():
            for one in dict.fromkeys(
                _bare_name(words) for words in (key, name.zh, name.en, *self.known_as.get(key, ()))
            ):
                found[one] = (*found.get(one, ()), key)
        return found

    @property
    def answers(self) -> Mapping[str, Text]:
        """All that it can be, by the key that is kept; nothing where that is open."""
        return YES_NO if self.kind == "yes_no" else self.options

    @cached_property
    def own_units(self) -> frozenset[str]:
        """Those that say nothing else than what it is counted in."""
        assert self.unit is not None
        money = self.kind in UNITS
        named = (self.unit.zh, *self.unit.zh.split("/"), self.unit.zh.rstrip("次"), "个", *self.units)
        return frozenset(self.scale if money else (spelt(one) for one in named if one))

    @cached_property
    def scale(self) -> Mapping[str, Decimal]:
        """The units that may be written after the number, and what one of each is."""
        assert self.unit is not None
        if self.unit.zh in SCALES:
            return SCALES[self.unit.zh]
        whole = self.unit.zh
        counted = () if whole.endswith("次") else ("次",)  # how often is another count than 户次, 人次
        names = (whole, *whole.split("/"), whole.rstrip("次"), "个", *counted, *self.units)
        english = (self.unit.en, self.unit.en.removesuffix("s"), *self.unit.en.split("/"))
        return {spelt(one): Decimal(1) for one in (*names, *english) if one}


def wrong_unit(asked: Field, words: str, given: str) -> Refusal:
    return _refused(asked, "wrong_unit", words, given=given[:20], allowed=tuple(asked.scale))


def read(asked: Field, words: str, on: date | None = None) -> Value | Refusal:
    """The value of the words, or why they are none. An optional text or day left out (无) is "". A day without a year is
    the one nearest to `on`. Never raises, whatever is written."""
    if asked.computed:
        return _refused(asked, "computed", words)
    bare = spelt(words) or words.strip()
    if not bare:
        return _refused(asked, "empty", words)
    if asked.is_figure:
        return _figure(asked, words)
    if asked.kind == "yes_no":
        return _yes_no(asked, bare) or _refused(asked, "want_yes_no", words, hint=asked.hint)
    if asked.kind == "choice" and (key := _option(asked, words)):
        return key
    if asked.optional and bare in NONE:
        return ""
    if asked.kind == "choice":
        return _refused(asked, "want_choice", words, options=tuple(asked.options.values()))
    return _day(asked, words, on) if asked.kind == "day" else _text(asked, words)


def unusual(asked: Field, value: Value) -> bool:
    """Worth one question: more than a place like this usually has, or a text in which somebody may be named."""
    if asked.is_figure:
        return asked.warn_max is not None and Decimal(value) > asked.warn_max
    return asked.kind == "text" and personal(str(value))


def personal(words: str) -> bool:
    """Somebody may be meant by it."""
    return bool(PHONE.search(words) or _INFORMANT.search(words))


def shown(asked: Field, value: Value, language: str) -> str:
    """The value for a person, in a spelling that `read` understands."""
    english = language.startswith("en")
    if asked.is_figure:
        return _figure_shown(asked, Decimal(value), english)
    if asked.kind == "yes_no":
        return str(value) if english else {"yes": "是", "no": "否"}[str(value)]
    if asked.kind == "choice":
        chosen = asked.options.get(str(value))
        return chosen.in_(language) if chosen else str(value)
    if asked.kind == "day" and value and not english:
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    return str(value)


# 群众举报 is how a case began; 举报人 is somebody. Nothing about an informant belongs into a filing.
_INFORMANT = re.compile(r"举报[人者]|检举人|线人|\binformants?\b|\bwhistle-?blowers?\b", re.IGNORECASE)


def _refused(asked: Field, why: str, words: str, **data: Any) -> Refusal:
    about = {"code": asked.code, "name": asked.name, "unit": asked.unit, "words": words.strip()[:60]}
    return Refusal(why, {**about, **data})


def _figure(asked: Field, words: str) -> Value | Refusal:
    assert asked.unit is not None and asked.hard_max is not None
    given = Decimal(0) if _nothing(words) else amount(words, asked.unit.zh, asked.scale)
    if given is None:
        return _refused(asked, "want_number", words)
    if isinstance(given, str):
        return wrong_unit(asked, words, given)
    if given < 0:
        return _refused(asked, "negative", words)
    if given > asked.hard_max:
        return _refused(asked, "too_large", words, most=asked.hard_max)
    if given < asked.min:
        return _refused(asked, "too_small", words, least=asked.min)
    places = PLACES[asked.kind]
    kept = given.quantize(Decimal(1).scaleb(-places))
    if kept != given:
        return _refused(asked, "too_fine", words, places=places, nearest=kept)
    return int(kept) if places == 0 else kept


def _option(asked: Field, words: str) -> str | None:
    """Its key, its name in either language, its number in the list, or the beginning of one name and of no other's,
    or a part of it."""
    name = _bare_name(words)
    if name in asked.spellings:
        return asked.spellings[name][0]
    n = number(spelt(words))
    if n is not None:
        return dict(enumerate(asked.options, start=1)).get(int(n)) if n == int(n) else None
    if asked.optional and name in NONE:
        return None
    names = [(_bare_name(said), key) for key, one in asked.options.items() for said in (key, one.zh, one.en)]
    begun = {key for one, key in names if name and one.startswith(name)}
    held = {key for one, key in names if len(name) > 1 and _holds(one, name)}
    found = begun if len(begun) == 1 else held
    return found.pop() if len(found) == 1 else None


_NOT = "不未没无非"


def _holds(whole: str, part: str) -> bool:
    """涉嫌走私 holds 走私; 无合法来源 does not hold 合法来源."""
    at = whole.find(part)
    return at >= 0 and whole[at - 1 : at] not in tuple(_NOT)


def _yes_no(asked: Field, bare: str) -> str:
    """是, 否; 涉嫌 and 不涉嫌 of 涉嫌犯罪. What the field is called is yes, though it begins like a no: 非法经营 of 涉及非法经营."""
    if bare in YES or bare in NO:
        return "yes" if bare in YES else "no"
    words = {"yes": bare, "no": re.sub(r"^(?:没有|尚未|还没|不是|[不未没无非])", "", bare)}
    pairs = [(key, word, one) for key, word in words.items() for one in (asked.name.zh, *asked.also) if len(word) > 1]
    called = (key for key, word, one in pairs if one.startswith(word) or (one.endswith(word) and _holds(one, word)))
    return next(called, "")


def _bare_name(words: str) -> str:
    """Width, case, blanks, punctuation do not tell two apart."""
    return "".join(c for c in plain(words) if c.isalnum())


def _nothing(words: str) -> bool:
    return (spelt(words) or words.strip()) in NONE


def _text(asked: Field, words: str) -> str | Refusal:
    text = " ".join("".join(" " if c in "\n\t\r" else c for c in words if c in "\n\t\r" or _visible(c)).split())
    assert asked.limit is not None
    if not text:
        return _refused(asked, "empty", words)
    if len(text) > asked.limit:
        return _refused(asked, "too_long", words, limit=asked.limit, length=len(text))
    return _refused(asked, "names_person", words) if IDENTITY.search(text) else text


def _visible(char: str) -> bool:
    """No control, direction or surrogate characters: a text reads as what it is (Unicode TR36)."""
    return category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _day(asked: Field, words: str, on: date | None) -> str | Refusal:
    found = day_read(words, on, asked.lies)
    return _refused(asked, found, words) if isinstance(found, str) else found.isoformat()


def _figure_shown(asked: Field, value: Decimal, english: bool) -> str:
    assert asked.unit is not None
    unit = asked.unit.zh
    if asked.kind == "sticks":
        return _sticks_shown(value, english)
    if not english:
        return f"{bare(value)}{unit.split('/')[0]}"
    if asked.kind == "money":
        return f"{bare(value * (10_000 if unit in SMALL else 1), ',')} yuan"
    name = asked.unit.en.removesuffix("s") if value == 1 and asked.kind == "count" else asked.unit.en
    return f"{bare(value, ',')} {name}"


def _sticks_shown(value: Decimal, english: bool) -> str:
    """In 万支, and beside it in whole cartons, or in cigarettes: what was typed is recognised again."""
    sticks = value * 10_000
    whole = sticks % 200 == 0
    if english:
        return f"{bare(sticks, ',')} cigarettes" + (f" ({bare(sticks / 200, ',')} cartons)" if whole and value else "")
    aside = f"{bare(sticks / 200)}条" if whole else f"{bare(sticks)}支"
    return f"{bare(value)}万支" + (f"（{aside}）" if value else "")


def bare(value: Decimal, thousands: str = "") -> str:
    """Digits without idle zeros and without an exponent."""
    text = f"{value:{thousands}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
