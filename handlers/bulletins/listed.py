"""公开信息: the pieces of a county as staff see them: what waits for whoever speaks first, then the latest."""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.bulletins import pieces
from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Say
from rules.bulletins import DECIDES, WRITES, Bulletin, stands
from storage import bulletins as rows
from storage.seated import local_day

SHOWN, RECENT, LABEL = 12, 60, 40
OPEN = ("waiting", "returned", "stopped")
ALL = (*OPEN, "published", "withdrawn", "replaced")
# With whom it is: those that somebody else has to decide on, those that come back to who wrote them.
WITH = {"waiting": DECIDES, "returned": WRITES}
Line = dict[str, Any]


def waiting(desk: Desk) -> int:
    """How many want something of whoever speaks."""
    if not pieces.able(desk):
        return 0
    return sum(_mine(desk, row, rows.read(desk.tx, row)) for row in rows.of_county(desk.tx, desk.plan.id, WITH))


def _mine(desk: Desk, row: Row[Any], piece: Bulletin) -> bool:
    return WITH.get(row.status) in pieces.hand(desk).parts(desk.plan, piece)


def _writes(desk: Desk, piece: Bulletin) -> bool:
    return WRITES in pieces.hand(desk).parts(desk.plan, piece)


def listed(desk: Desk, argument: str) -> Outcome:
    if not pieces.able(desk):
        return Outcome((Say("bulletins/draft:not_yours"),))
    every = ((row, rows.read(desk.tx, row)) for row in rows.of_county(desk.tx, desk.plan.id, ALL, RECENT))
    found = [(row, piece) for row, piece in every if row.status != "stopped" or _writes(desk, piece)]
    found.sort(key=lambda pair: not _mine(desk, *pair))
    shown = found[:SHOWN]
    doors = pieces.doors([(f"go.bulletin.{row.id}", piece.title) for row, piece in shown], LABEL)
    write = (Choice("go.write", style="primary"),) if pieces.offices(desk) else ()
    data = {"pieces": [_line(desk, row, piece) for row, piece in shown]}
    return Outcome((Say("bulletins/list:list", data, (*doors, *write, Choice("go.menu", style="quiet"))),))


def _line(desk: Desk, row: Row[Any], piece: Bulletin) -> Line:
    over = row.status == "published" and not stands(row.status, row.until, local_day(desk.plan, desk.now))
    return {
        "title": piece.title,
        "category": piece.category,
        "office": piece.office,
        "at": matter.stamp(row.ended_at or row.published_at or row.made_at),
        "status": "over" if over else row.status,
        "mine": _mine(desk, row, piece),
    }
