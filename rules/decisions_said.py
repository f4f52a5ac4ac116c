"""烟草局 11月30日前 报送摸排名单: a decision of a meeting, one to a line, becomes who has to do what by when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from rules.expressions import expression
from rules.named_days import find_day, narrow
from rules.terms import UnitId
from rules.units_said import units_said

if TYPE_CHECKING:
    from rules.county import Plan

Amiss = Literal["no_unit", "no_day", "day_past", "no_task"]


@dataclass(frozen=True)
class Decision:
    units: tuple[UnitId, ...]
    by: date
    task: str


@dataclass(frozen=True)
class Unread:
    """A line that is none yet, and what it lacks."""

    line: str
    why: Amiss


def decisions_said(
    plan: Plan, text: str, among: tuple[UnitId, ...], today: date, there: tuple[UnitId, ...] = ()
) -> Iterator[Decision | Unread]:
    """Of each line, and of each on one line (；。 1. 2. 一、). `among`: the units that may be meant; `there`: whom 各单位 means."""
    for line in text.splitlines():
        for piece in _apart(plan, line, among, today):
            yield _read(plan, piece, among, today, there)


def _apart(plan: Plan, line: str, among: tuple[UnitId, ...], today: date) -> list[str]:
    """What names neither unit nor day (；并抄送各方) goes on with what stands before it."""
    found: list[str] = []
    for piece in _BREAKS.split(line):
        bare = _NUMBERED.sub("", piece).strip(_EDGES)
        if found and bare and not _begins(plan, bare, among, today):
            found[-1] += f"；{bare}"
        elif bare:
            found.append(bare)
    return found


def _begins(plan: Plan, piece: str, among: tuple[UnitId, ...], today: date) -> bool:
    lead = _LEAD.match(piece)
    bare = piece[lead.end() :] if lead else piece
    return bool(find_day(narrow(piece), today, plan.calendar) or _EVERYBODY.match(bare) or _units(plan, bare, among)[0])


_BREAKS = re.compile(r"[；;。]+|(?<=[\s，,、])(?=[（(]?(?:\d{1,2}[.．、)）](?!\d)|[一二三四五六七八九十]{1,3}、))")
_EVERYBODY = re.compile(
    r"(?:各|所有|全部|全体|每个)(?:参会|与会|到会|被请|有关|相关)?的?(?:单位|部门)(?=[\s,，:：、于在须要应将按根据\d一二三四五六七八九十本下周月年明今前务最抓都均])"
)
_NUMBERED = re.compile(r"^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[-·•*])\s*")
_LEAD = expression(r"(?:由|请|责成|要求|责任单位|ask|the)?[：:\s]*")
_EDGES = " \t，,。.;；:：、"
_BY = expression(r"(?:之前|以前|前|止|为止|内|\bat the latest\b|[，,：:、\s])*")
_AHEAD = expression(
    r"(?:在|于|最迟|截至|截止到?|期限为?|限期?|务必|必须|应当?|须|要|\b(?:by|before|until|to)\b|[，,：:、\s])*$"
)


def _read(
    plan: Plan, line: str, among: tuple[UnitId, ...], today: date, there: tuple[UnitId, ...]
) -> Decision | Unread:
    found = find_day(narrow(line), today, plan.calendar)
    before, after = (line[: found.start], line[found.end :]) if found else (line, "")
    lead = _LEAD.match(before)
    before = before[lead.end() :] if lead else before
    everybody = _EVERYBODY.match(f"{before} ") if there else None
    units, rest = (there, before[everybody.end() :]) if everybody else _units(plan, before, among)
    if not units:
        return Unread(line, "no_unit")
    if found is None or found.day is None:
        return Unread(line, "day_past" if found else "no_day")
    ahead = _AHEAD.search(rest)
    by = _BY.match(after)
    task = f"{rest[: ahead.start()] if ahead else rest} {after[by.end() :] if by else after}".strip(_EDGES)
    return Decision(units, found.day, " ".join(task.split())) if len(task) > 1 else Unread(line, "no_task")


def _units(plan: Plan, words: str, among: tuple[UnitId, ...]) -> tuple[tuple[UnitId, ...], str]:
    """Those with which the line begins, as many as it names, and the rest of it."""
    for end in range(len(words), 1, -1):
        head = words[:end]
        if head[-1] in _EDGES:
            continue
        named = units_said(plan, head, among)
        if named.units and not named.unknown and not named.several:
            return named.units, words[end:]
    return (), words
