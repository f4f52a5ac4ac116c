"""What a filing asks, as data of a county's file, and the checks between its fields. Pure.

Not checked here, since the records they need come with the ledger: that a cumulative figure is last month's and this one's,
that no more is destroyed than closed cases left to destroy, what was carried over from the month before (so that more tips
proved, or more transfers opened by the police, than this month brought is only asked about), and that nothing was done in
a month reported as 本月无. What is computed from records (transfers and leads too late) is marked so and never typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Literal, NamedTuple

from rules.amounts import quantities, spelt
from rules.fields import Field, Refusal, Value, wrong_unit
from rules.names import plain
from rules.terms import STRICT, Origin, Text

Rule = Literal["equal", "at_most", "ratio"]


@dataclass(frozen=True)
class Part:
    """Fields that belong together. With `most` over 1 it may be given several times (五件以内的重点案件), at least `least`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    code: str
    name: Text
    fields: tuple[Field, ...]
    most: int = 1
    least: int = 0
    clause: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError(f"{self.code}: a part asks something")
        if not 0 <= self.least <= self.most <= 50 or self.most < 1:
            raise ValueError(f"{self.code}: 0 <= least <= most <= 50, and most is at least 1")

    @property
    def repeated(self) -> bool:
        return self.most > 1

    @cached_property
    def names(self) -> Mapping[str, Field]:
        """What its fields are called when they are pasted; in a repeated part, while it is being given, also what a field
        before it is called (案值 of the month, 案值 of one case)."""
        return {name: one for one in self.fields for name in _names_of(one)}

    @property
    def optional(self) -> bool:
        """One press leaves it out whole."""
        return self.least == 0 if self.repeated else all(one.optional or one.computed for one in self.fields)


@dataclass(frozen=True)
class Check:
    """What holds between fields: `times` the sum of `left` equals the sum of `right` or is at most that; or `left` for one of
    `right` lies from `low` to `high` (ratio, only while nothing of `unless` is given). `hard`: refused, else asked once."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    rule: Rule
    left: tuple[str, ...]
    right: tuple[str, ...]
    hard: bool = False
    times: Decimal = Decimal(1)
    low: Decimal | None = None
    high: Decimal | None = None
    unless: tuple[str, ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        if not self.left or not self.right:
            raise ValueError("left and right name the fields that are compared")
        if (self.rule == "ratio") != (self.low is not None and self.high is not None):
            raise ValueError("low and high belong to ratio, both")

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.left, *self.right, *self.unless)


class Slot(NamedTuple):
    """Where one value stands: the field's code, in a repeated part with the number of the item (`case_goods.2`)."""

    key: str
    field: Field
    part: Part
    n: int | None


@dataclass(frozen=True)
class FilingForm:
    """What one kind of filing asks. `document`: a file is needed. `nil`: one press says that there was nothing. `title`: the fields
    by which a matter is called, to whoever may know that it is there and read nothing of it; none, where they are left out.
    `hint`: said once to whoever begins to fill it in."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    parts: tuple[Part, ...]
    origin: Origin
    document: bool = False
    nil: bool = False
    checks: tuple[Check, ...] = ()
    title: tuple[str, ...] = ()
    hint: Text | None = None
    clause: str | None = None
    law: str | None = None

    def __post_init__(self) -> None:
        _once([part.code for part in self.parts] + [one.code for one in self.fields], "a code")
        _once([name for part in self.parts if not part.repeated for name in part.names], "a name")
        for n, part in enumerate(self.parts):
            _once([name for one in part.fields for name in _names_of(one)], "a name")
            later = {name for other in self.parts[n + 1 :] for name in other.names}
            if part.repeated and (shared := later & set(part.names)):
                raise ValueError(f"{part.code}: '{shared.pop()}' stands again after a part that is repeated")
        codes = {one.code for one in self.fields}
        if unknown := {code for one in self.fields for code in one.needed} - codes:
            raise ValueError(f"needed: '{unknown.pop()}' is no field of this form")
        for check in self.checks:
            self._check_is_sound(check)
        self._title_is_sound()

    def _title_is_sound(self) -> None:
        able = {one.code for part in self.parts if not part.repeated for one in part.fields if _is_a_name(one)}
        if wrong := [code for code in self.title if code not in able]:
            raise ValueError(
                f"title: '{wrong[0]}' is none; a title is a choice or a text of at most {NAME} characters, asked of everybody, once"
            )

    def _check_is_sound(self, check: Check) -> None:
        home = {one.code: part for part in self.parts for one in part.fields}
        for code in check.codes:
            if code not in home:
                raise ValueError(f"checks: '{code}' is no field of this form")
            if home[code] is not home[check.left[0]] and (home[code].repeated or home[check.left[0]].repeated):
                raise ValueError(f"checks: '{code}' stands in another part than '{check.left[0]}', which is repeated")
        kinds = {self.field(code).kind for code in (*check.left, *check.right)}
        if kinds & {"text", "yes_no", "choice"} or ("day" in kinds and len(kinds) > 1):
            raise ValueError(f"checks: {', '.join(sorted(kinds))} of '{check.left[0]}' cannot be compared")

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for part in self.parts for one in part.fields)

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """Every place for a value, in the order of the form."""
        return {slot.key: slot for part in self.parts for slot in _slots(part)}

    def field(self, key: str) -> Field:
        """The field of a code or of a key of a value (`case_goods.2`)."""
        return next(one for one in self.fields if one.code == key.partition(".")[0])

    def another_s(self, asked: Field, words: str) -> Refusal | None:
        """6次, where 户次 are asked and something else is counted in 次: a bare answer that says its unit is not taken for
        another's."""
        found = quantities(words) if asked.is_figure else None
        unit = found[0].unit if found and asked.unit is not None else ""
        theirs = {spelt(one.unit.zh) for one in self.fields if one.unit is not None}
        return wrong_unit(asked, words, unit) if unit and unit in theirs - asked.own_units else None

    def missing(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The keys that must still be answered; of a repeated part only the items begun, and `least` of them."""
        begun = {(slot.part.code, slot.n) for key, slot in self.slots.items() if key in values}
        return tuple(
            key
            for key, (_, asked, part, n) in self.slots.items()
            if key not in values
            and not (asked.computed or (asked.optional and not _needed(asked, values)))
            and (n is None or n <= part.least or (part.code, n) in begun)
        )


NAME = 100  # characters


def _is_a_name(asked: Field) -> bool:
    return not asked.optional and (asked.kind == "choice" or (asked.kind == "text" and (asked.limit or 0) <= NAME))


def _needed(asked: Field, values: Mapping[str, Value]) -> bool:
    return bool(asked.needed) and all(values.get(code) in keys for code, keys in asked.needed.items())


def _names_of(asked: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name_of(one) for one in (asked.name.zh, asked.name.en, *asked.also)))


def name_of(words: str) -> str:
    """One spelling of a name: width, case, blanks, punctuation do not tell two apart."""
    return "".join(c for c in plain(words) if c.isalnum())


def _once(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"'{name}' stands twice; {what} finds one place")


def _slots(part: Part) -> Iterator[Slot]:
    for n in range(1, part.most + 1) if part.repeated else (None,):
        for one in part.fields:
            yield Slot(one.code if n is None else f"{one.code}.{n}", one, part, n)


# -- what does not go together -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Odds:
    """Answers that contradict each other (`hard`: refused) or seldom go together (asked once). `why` names the block;
    `fields` are the keys to look at again."""

    why: str
    fields: tuple[str, ...]
    hard: bool
    data: Mapping[str, Any] = field(default_factory=dict)


def at_odds(form: FilingForm, values: Mapping[str, Value]) -> tuple[Odds, ...]:
    """Every check of the form that the answers fail, hard ones first. An optional figure left out is none; a check on what
    must be answered and is not yet is left for later."""
    found = [odds for check in form.checks for n in _items(form, check) if (odds := _judged(form, check, n, values))]
    return tuple(sorted(found, key=lambda odds: not odds.hard))


def _items(form: FilingForm, check: Check) -> tuple[int | None, ...]:
    return tuple(slot.n for slot in form.slots.values() if slot.field.code == check.left[0])


def _judged(form: FilingForm, check: Check, n: int | None, values: Mapping[str, Value]) -> Odds | None:
    if any(values.get(_key(code, n)) not in _NOT_GIVEN for code in check.unless):
        return None
    sides = [
        [_figure(form.field(code), values.get(_key(code, n))) for code in codes] for codes in (check.left, check.right)
    ]
    known = [[one for one in side if one is not None] for side in sides]
    left, right = (sum(side, Decimal(0)) for side in known)
    if known != sides or not _fails(check, left, right):
        return None
    named = tuple(_key(code, n) for code in (*check.left, *check.right))
    names = ([form.field(code).name for code in codes] for codes in (check.left, check.right))
    data: dict[str, Any] = dict(zip(("left", "right"), map(tuple, names), strict=True))
    if form.field(check.left[0]).kind != "day":
        data |= {"left_is": left, "right_is": right, "times": check.times, "low": check.low, "high": check.high}
    return Odds(f"odds_{check.rule}", named, check.hard, data | {"n": n})


def _fails(check: Check, left: Decimal, right: Decimal) -> bool:
    if check.rule == "equal":
        return check.times * left != right
    if check.rule == "at_most":
        return check.times * left > right
    assert check.low is not None and check.high is not None
    return bool(left and right) and not check.low * right <= left <= check.high * right


_NOT_GIVEN: tuple[Any, ...] = (None, "", 0, "0")


def _figure(asked: Field, value: Value | None) -> Decimal | None:
    """None: not known yet, or never typed."""
    if value is None or value == "":
        return Decimal(0) if asked.optional and asked.is_figure else None
    return Decimal(date.fromisoformat(str(value)).toordinal()) if asked.kind == "day" else Decimal(value)


def _key(code: str, n: int | None) -> str:
    return code if n is None else f"{code}.{n}"
