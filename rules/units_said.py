"""The units that a message names, several lines or one sentence: each by a name or alias, a set, a group, everybody. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rules.names import names_of, plain
from rules.terms import UnitId
from rules.unit_sets import members

if TYPE_CHECKING:
    from rules.county import Plan


class Named(NamedTuple):
    """`unknown`: words that name no unit here; `several`: words that may mean more than one, with those."""

    units: tuple[UnitId, ...]
    unknown: tuple[str, ...]
    several: tuple[tuple[str, tuple[UnitId, ...]], ...] = ()


_BREAKS = re.compile(r"[\n,，、;；/|。]+|\s*[\u2022·]\s+")
_JOINTS = (re.compile(r"[和与及跟]|以及|还有|\band\b|&"), re.compile(r"\s+"))  # a name may hold one: looked at last
_EVERY = re.compile(r"^(?:(?:全部|所有|全体|全县|各个?|每个)的?|all |every |each |the )+", re.IGNORECASE)
_TAIL = re.compile(r"(?:都要?|等)+$")
_ALONE = frozenset(("大家", "全部", "所有", "全体", "所有人", "everyone", "everybody", "all"))
_ALL = frozenset(("单位", "部门", "人", "家", "units", "unit", "departments"))  # with 全部 or 所有 in front
_TOWNS = ("乡镇", "镇", "乡", "镇街", "乡镇街道", "towns", "town", "townships", "township")


def units_said(plan: Plan, text: str, among: tuple[UnitId, ...]) -> Named:
    """`among`: those that may be meant at all; a set or a group means its members among them."""
    read = [one for piece in _pieces(plan, text) for one in _read(plan, piece, among)]
    sure = dict.fromkeys(unit for _, units, known in read if known for unit in units)
    unknown = dict.fromkeys(words for words, units, _ in read if not units)
    several = dict.fromkeys((words, units) for words, units, known in read if units and not known)
    return Named(tuple(sure), tuple(unknown), tuple(several))


def _pieces(plan: Plan, text: str) -> Iterator[str]:
    """What stands between commas; 各成员单位、各乡镇 is one name."""
    left = unicodedata.normalize("NFKC", text)
    for one in plan.unit_sets.values():
        if _BREAKS.search(one.name.zh) and one.name.zh in left:
            left = left.replace(one.name.zh, "\n")
            yield one.name.zh
    yield from (bare for one in _BREAKS.split(left) if (bare := one.strip(" .:：-")))


Read = tuple[str, tuple[UnitId, ...], bool]
"""The words, the units they may mean, and whether they mean them all."""


def _read(plan: Plan, piece: str, among: tuple[UnitId, ...]) -> Iterator[Read]:
    """The whole piece, or, where that is nobody's name, its parts."""
    whole = _exactly(plan, piece, among) or _holding(plan, piece, among)
    for joint in _JOINTS if not whole else ():
        parts = [bare for one in joint.split(piece) if (bare := one.strip())]
        each = [_exactly(plan, one, among) for one in parts]
        if len(parts) > 1 and any(each):
            yield from (
                one or _holding(plan, words, among) or (words, (), True) for words, one in zip(parts, each, strict=True)
            )
            return
    yield whole or (piece, (), True)


def _exactly(plan: Plan, words: str, among: tuple[UnitId, ...]) -> Read | None:
    if units := _together(plan, words, among):
        return words, units, True
    one = plan.unit_named(words)
    units = tuple(unit for unit in members(plan, (one.id,)) if unit in among) if one else ()
    return (words, units, True) if units else None


def _holding(plan: Plan, words: str, among: tuple[UnitId, ...]) -> Read | None:
    """A part of one name, or of several."""
    word = plain(words)
    held = (unit for unit in among if any(word in plain(name) for name in names_of(plan.units[unit])))
    units = tuple(held) if len(word) > 1 else ()
    return (words, units, len(units) == 1) if units else None


def _together(plan: Plan, words: str, among: tuple[UnitId, ...]) -> tuple[UnitId, ...]:
    """全部乡镇, 各牵头单位, 所有单位: those that are spoken of as one."""
    word, bare = _TAIL.sub("", plain(words)), _bare(words)
    if word in _ALONE or (bare in _ALL and bare != word):
        return among
    sets = [key for key, one in plan.unit_sets.items() if {word, bare} & {plain(one.name.zh), plain(one.name.en)}]
    groups = [one.id for one in plan.units.values() if one.group and _names_group(one.kind, word, bare, names_of(one))]
    part = [key for key, one in plan.unit_sets.items() if len(bare) > 2 and bare in plain(one.name.zh)]
    key = next(iter((*sets, *groups, *(part if len(part) == 1 else ()))), None)
    return tuple(unit for unit in members(plan, (key,)) if unit in among) if key else ()


def _names_group(kind: str, word: str, bare: str, names: tuple[str, ...]) -> bool:
    return (kind == "township" and bare in _TOWNS) or any(word == plain(name) for name in names)


def _bare(words: str) -> str:
    """Without 全部, 所有, 各 in front."""
    spaced = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return plain(_TAIL.sub("", _EVERY.sub("", spaced)))
