"""方案 and 条款: the plan's own words, for everybody of the staff; and what this platform has made of a clause.

They are a published paper: nothing here is anybody's secret, so every channel may show them. Citizens are told its title only.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from handlers import matter
from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Say, plain
from rules.clauses import Clause, Clauses, beneath, beside, excerpt, holding, named

SHOWN = 20
MENU = Choice("go.menu", style="quiet")
_CONTENTS = re.compile(
    r"(?:看|查看)?(?:方案|工作方案|本?县?方案|方案原文|方案目录|方案全文|条款|条款目录)|关于|(?:the\s+)?plan|clauses?|about",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?:看|查看)?(?:方案)?(?:条款|条文|原文)\s*[:：]?\s*(\S.{0,59})|clauses?\s*:?\s+(\S.{0,59})", re.IGNORECASE
)
_ID = re.compile(r"[A-Za-z]{2,4}-[0-9P][0-9A-Za-z.]{0,7}", re.IGNORECASE)
Line = dict[str, Any]


def meant(desk: Desk, text: str) -> tuple[str, str] | None:
    """方案; 条款 3.4d; 条款 协查; or the id alone, where the plan has it: (which word, its argument)."""
    words = unicodedata.normalize("NFKC", plain(text)).strip()
    if _CONTENTS.fullmatch(words):
        return "plan", ""
    if found := _CLAUSE.fullmatch(words):
        return "clause", found[1] or found[2]
    return ("clause", words) if _ID.fullmatch(words) and len(named(desk.plan.clauses, words)) == 1 else None


# -- the table of contents -------------------------------------------------------------------------------------------------


def contents(desk: Desk, start: str) -> Outcome:
    """The headings, as many as a telephone shows; each opens what stands beneath it."""
    headings = [one for one in desk.plan.clauses.values() if one.heading]
    begin = matter.row_of(start) or 0
    begin = begin if begin < len(headings) else 0
    end = min(begin + SHOWN, len(headings))
    data = {
        "title": desk.plan.title.in_(desk.chat.language),
        "count": len(desk.plan.clauses),
        "lines": [{"id": one.id, "text": one.text, "deep": one.heading} for one in headings[begin:end]],
        "page": [begin + 1, end, len(headings)] if len(headings) > SHOWN else [],
    }
    doors = _doors(headings[begin:end])
    doors += (Choice(f"go.plan_more.{end}"),) if end < len(headings) else ()
    return Outcome((Say("staff/clauses:contents", data, (*doors, MENU)),))


def _doors(clauses: Sequence[Clause]) -> tuple[Choice, ...]:
    return tuple(Choice(f"go.clause.{one.id}", one.id) for one in clauses)


# -- one, or those that are meant ------------------------------------------------------------------------------------------


def clause(desk: Desk, words: str) -> Outcome:
    """By its id; by the beginning of ids; by what stands in it."""
    clauses = desk.plan.clauses
    found = named(clauses, words) or holding(clauses, words)
    if len(found) == 1:
        return Outcome((_card(desk, clauses, found[0]),))
    data = {
        "words": words,
        "lines": [{"id": one.id, "text": excerpt(one.text, words)} for one in found[:SHOWN]],
        "more": max(0, len(found) - SHOWN),
        "none": not clauses,
    }
    return Outcome((Say("staff/clauses:found", data, (*_doors(found[:SHOWN]), Choice("go.plan"), MENU)),))


def _card(desk: Desk, clauses: Clauses, one: Clause) -> Say:
    """Word for word; a heading with what stands beneath it."""
    under = beneath(clauses, one) if one.heading else ()
    before, after = beside(clauses, one)
    data = {
        "id": one.id,
        "text": one.text,
        "under": [{"id": two.id, "text": excerpt(two.text, "")} for two in under],
        **carriers(desk, one.id),
    }
    turns = [Choice(f"go.clause.{key}", key) for key in (before, after) if key and key not in {two.id for two in under}]
    return Say("staff/clauses:clause", data, (*_doors(under), *turns, Choice("go.plan"), MENU))


def carriers(desk: Desk, key: str) -> Line:
    """What the county's file has made of it: regimes, what is owed in turn, whose task it is."""
    plan = desk.plan
    tasks = [one for one in plan.tasks.values() if any(item.clause == key for item in one.items)]
    return {
        "regimes": [
            one.id
            for one in plan.regimes.values()
            if any(key in named for named in (one.clauses, *(way.clauses for way in one.ways)))
        ],
        "duties": [one.id for one in plan.duties.values() if one.clause == key and one.every != "event"],
        "tasks": [
            {"name": one.name.in_(desk.chat.language), "lead": list(one.lead), "assists": list(one.assists)}
            for one in tasks
        ],
    }
