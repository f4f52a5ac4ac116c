"""应办事项: what waits for oneself, and for those who receive it per demand and period who has answered and who has not. A list of facts, by due day
and then by name; nobody is counted, scored or ranked."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk, Outcome
from handlers.duties import of_matter, owed, urging, waiting
from handlers.duties.owed import Owed
from handlers.forms import Choice, Say
from rules import demands as asked
from rules import routing
from storage import duties, duty_moves, filings

SHOWN = 20
# What became of a duty, by how it ended; what ended in none of these ways is asked of nobody any more.
BECAME = {None: "waiting", "filed": "answered", "done": "answered", "proved": "answered", "history": "history"}
Line = dict[str, Any]


def board(desk: Desk, start: int = 0) -> list[Say]:
    """As many as a telephone shows; what there is more is one press away."""
    waits, own = [one for one in waiting.decisions(desk) if one.line["what"] != "asked"], owed.mine(desk)
    received = _open(desk)  # whoever asks for more time stands there, with the rest of its case
    listed = {one.row.id for one in received}
    watched = [one for one in owed.watched(desk) if one.row.id not in listed]
    total = len(waits) + len(own) + len(watched) + len(received)
    start = start if start < total else 0
    end = min(start + SHOWN, total)
    decided, mine, units, theirs = _cut(start, end, waits, own, watched, received)
    data = {
        "waits": [one.line for one in decided],
        "own": [owed.line(desk, one) for one in mine],
        "watched": [owed.line(desk, one) for one in units],
        "cases": [_case(desk, *case, list(ones)) for case, ones in groupby(theirs, key=_of_case)],
        "page": [start + 1, end, total] if total > SHOWN else [],
    }
    doors = [one.door for one in decided]
    doors += [owed.door(desk, one) for one in mine]
    doors += [Choice(f"go.duty.{one.row.id}", owed.called(desk, one, whose=True)) for one in (*units, *theirs)]
    doors = list({one.id: one for one in doors}.values())  # what was taken over stands in both lists
    doors += [Choice("go.urge_all")] if theirs and urging.waiting(desk) else []
    doors += [Choice(f"go.owed_more.{end}")] if end < total else []
    return [Say("duties/board:list", data, (*doors, Choice("go.menu", style="quiet")))]


def _cut(start: int, end: int, *lists: Sequence[Any]) -> list[list[Any]]:
    """Of lists that stand one below the other, what is on this page."""
    found = []
    for one in lists:
        found.append(list(one[max(0, start) : max(0, end)]))
        start, end = start - len(one), end - len(one)
    return found


def more(desk: Desk, start: str) -> Outcome:
    return Outcome(tuple(board(desk, matter.row_of(start) or 0)))


def _open(desk: Desk) -> list[Owed]:
    """What is still owed to an office of this person's, and to the county whose head they are: one demand's of one period
    together, the nearest first."""
    rules = [demand.id for demand in desk.plan.duties.values() if _received(desk, demand)]
    rows = [row for row in duties.of_rules(desk.tx, desk.plan.id, rules) if _shown(desk, row)]
    order = {case: n for n, case in enumerate(dict.fromkeys((row.rule, row.period) for row in rows))}
    return sorted((_owed(desk, row) for row in rows), key=lambda one: order[_of_case(one)])


def _owed(desk: Desk, row: Row[Any]) -> Owed:
    demand = desk.plan.duties[row.rule]
    carrier = owed.carried_by(desk, row, demand)
    return Owed(row, demand, own=False, receives=not owed.oversees(desk), carrier=carrier)


def overseen(desk: Desk) -> int:
    """How much of it the head of the county finds there."""
    return len(_open(desk)) if owed.oversees(desk) else 0


def _received(desk: Desk, demand: asked.Demand) -> bool:
    to = routing.watchers(desk.plan, asked.receiving(desk.plan, demand))
    receives = owed.oversees(desk) or bool(set(desk.units("coordinator")) & set(to))
    return receives and not demand.unleaving


def _shown(desk: Desk, row: Row[Any]) -> bool:
    """Matters have a list of their own, of those who take part."""
    return row.kind != duties.MATTER or (desk.holds("coordinator") and of_matter.known(desk, row))


def _of_case(one: Owed) -> tuple[str, str]:
    return one.row.rule, one.row.period


def _case(desk: Desk, rule: str, period: str, waiting: list[Owed]) -> Line:
    """`waiting`: those of them that stand on this page. Who was let off has answered nothing, and neither has who was never
    asked, since it was over before the county began."""
    rows = duties.of_case(desk.tx, desk.plan.id, rule, period)
    became = Counter(BECAME.get(row.ended, "excused") for row in rows)
    return {
        "rule": rule,
        "period": period,
        "due": min(row.due_at for row in rows).isoformat(),
        "answered": became["answered"],
        "open": became["waiting"],
        "excused": became["excused"],
        "history": became["history"],
        "waiting": [_waits(desk, one) for one in waiting],
    }


def _waits(desk: Desk, one: Owed) -> Line:
    row: Row[Any] = one.row
    back = filings.handed_back(desk.tx, row.id) is not None
    not_ours = duty_moves.moved(desk.tx, row.id, "not_ours", row.unit)
    return owed.line(desk, one) | {"returned": back, "not_ours": not_ours}
