"""The plan's own words, clause by clause: a file of its own beside the county's, read when somebody first asks for one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from rules.names import plain
from rules.plan_file import read_yaml
from rules.problems import PlanError, Problem, shown

# What the platform is to do about a clause; what is none of them is a heading, or a phrase of policy.
DOES = ("drive", "assist", "remind", "record", "show", "none")
_ID = re.compile(r"[A-Z]{2,4}-[0-9P][0-9A-Za-z.]*")
_KEYS = {"text", "does", "heading"}


@dataclass(frozen=True)
class Clause:
    """`text`: verbatim, persons' names left out. `heading`: how deep a heading; 0: none."""

    id: str
    text: str
    does: tuple[str, ...]
    heading: int = 0

    @property
    def only_recorded(self) -> bool:
        """† of the domain's table: a program can do no more than remind of it and record it."""
        return set(self.does) <= {"remind", "record"}


Clauses = Mapping[str, Clause]


@lru_cache
def clauses_of(path: Path | None) -> Clauses:
    """In the plan's order; none, where the county has no such file: the rest of the county goes on without it. Raises
    `PlanError` with every fault of one that is there."""
    raw = read_yaml(path) if path and path.is_file() else {}
    problems = [Problem(str(path), *fault, None) for fault in _faults(raw)]
    if problems:
        raise PlanError(problems)
    return {key: Clause(key, one["text"], tuple(one["does"]), one.get("heading", 0)) for key, one in raw.items()}


def _faults(raw: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, Mapping):
        yield "", "clause ids, each with its text", shown(raw)
        return
    for key, one in raw.items():
        if not _ID.fullmatch(str(key)):
            yield str(key), "a clause id like LZ-3.1b", shown(key)
        elif not isinstance(one, Mapping) or not isinstance(one.get("text"), str) or set(one) - _KEYS:
            yield f"{key}", "`text` and `does`, and perhaps `heading`", shown(one)
        elif not isinstance(one.get("does"), list) or not one["does"] or set(map(str, one["does"])) - set(DOES):
            yield f"{key}.does", f"some of {', '.join(DOES)}", shown(one.get("does"))
        elif one.get("heading", 0) not in (0, 1, 2):
            yield f"{key}.heading", "1 or 2", shown(one["heading"])


# -- which is meant --------------------------------------------------------------------------------------------------------


def named(clauses: Clauses, words: str) -> tuple[Clause, ...]:
    """3.4d, YX-3.4d, 第3.4d条: that clause; 3.4: all that begin so. Another plan's letters name none of this one's."""
    wanted = plain(words).removeprefix("第").removesuffix("条款").removesuffix("条")
    if not re.fullmatch(r"(?:[a-z]{2,4}-?)?[0-9p][0-9a-z.]*", wanted):
        return ()
    keys = {plain(key): one for key, one in clauses.items()}
    spelt = [(key, key.replace("-", "", 1), key.partition("-")[2], one) for key, one in keys.items()]
    exact = [one for *ways, one in spelt if wanted in ways]
    return tuple(exact or (one for *ways, one in spelt if any(_within(way, wanted) for way in ways)))


def _within(key: str, wanted: str) -> bool:
    """3.4 holds 3.4a, and not 3.40; 3 holds 3.4a as well."""
    rest = key.removeprefix(wanted) if key.startswith(wanted) else ""
    return bool(rest) and not rest[0].isdecimal() and not wanted.endswith("-")


def holding(clauses: Clauses, words: str) -> tuple[Clause, ...]:
    """Those in which each of these words stands."""
    wanted = [plain(one) for one in words.split()]
    return tuple(one for one in clauses.values() if wanted and all(word in plain(one.text) for word in wanted))


def beneath(clauses: Clauses, heading: Clause) -> tuple[Clause, ...]:
    """What stands right under a heading: of the parts that have a heading of their own, that alone."""
    order = list(clauses.values())
    rest = order[order.index(heading) + 1 :]
    if heading.heading == 2:
        return tuple(takewhile(lambda one: _part(one) == _part(heading), rest))
    within = list(takewhile(lambda one: one.heading != 1, rest))
    headed = {_part(one) for one in within if one.heading}
    return tuple(one for one in within if one.heading or _part(one) not in headed)


def _part(one: Clause) -> str:
    """3.4 of LZ-3.4d."""
    return one.id.rstrip("abcdefghijklmnopqrstuvwxyz")


def under(clauses: Clauses, id_: str) -> str:
    """The headings that a clause stands under, as the plan numbers them: 三、工作制度（三）案件移送制度."""
    found: dict[int, str] = {}
    for one in clauses.values():
        if one.heading:
            found = {depth: text for depth, text in found.items() if depth < one.heading} | {one.heading: one.text}
        if one.id == id_:
            return "".join(text.strip(" 。.") for _, text in sorted(found.items()))
    return ""


def beside(clauses: Clauses, clause: Clause) -> tuple[str, str]:
    """The ids before and after it; empty at the ends."""
    keys = ["", *clauses, ""]
    at = keys.index(clause.id)
    return keys[at - 1], keys[at + 1]


def excerpt(text: str, words: str, around: int = 24) -> str:
    """The text about the first of these words, short enough for one line."""
    found = [at for one in words.split() if (at := text.find(one)) >= 0]
    start = max(0, min(found, default=0) - around)
    end = start + 2 * around
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
