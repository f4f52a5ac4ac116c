"""Tips of one matter: each citizen's stays theirs, with its own number, words, files and way back; the work is done in one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from storage import tip_seal, tips
from storage.database import Tx
from storage.handovers import HELD
from storage.models import contacts, handovers, moves, tip_files, tip_marks, tip_messages
from storage.models import tips as table


def merged_here(tx: Tx, tip: int) -> list[Row[Any]]:
    """The tips merged into this one, and into those."""
    found: list[Row[Any]] = []
    layer = [tip]
    while layer:
        rows = list(
            tx.execute(
                select(table).where(table.c.merged_into.in_(layer)).order_by(table.c.received_at, table.c.id)
            ).all()
        )
        found += rows
        layer = [row.id for row in rows]
    return found


def exposed(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Of these, the matters of which a citizen says that it is known who told, and nobody since that it was dealt with."""
    root = {number: number for number in numbers}
    layer = list(root)
    while layer:
        rows = tx.execute(select(table.c.id, table.c.merged_into).where(table.c.merged_into.in_(layer))).all()
        root |= {row.id: root[row.merged_into] for row in rows}
        layer = [row.id for row in rows]
    said = select(moves.c.tip, moves.c.move).where(
        moves.c.tip.in_(list(root)), moves.c.move.in_(("exposed", "secured"))
    )
    last = {root[row.tip]: row.move for row in tx.execute(said.order_by(moves.c.id))}
    return {tip for tip, move in last.items() if move == "exposed"}


def goes_on(tx: Tx, row: Row[Any]) -> Row[Any]:
    """The tip in which this one is dealt with: itself, or the one it was merged into."""
    while row.merged_into is not None and (into := tips.by_id(tx, row.merged_into)) is not None:
        row = into
    return row


def contributors(tx: Tx, row: Row[Any]) -> list[Row[Any]]:
    """The tips that still tell of the matter, the one that goes on first."""
    first = tips.by_id(tx, row.id)
    return [one for one in (first, *merged_here(tx, row.id)) if one is not None and one.withdrawal != "done"]


def alike(tx: Tx, row: Row[Any]) -> list[tuple[Row[Any], list[str]]]:
    """Tips of the county that share a mark with this matter, and by what: those in which work is done. Place or week alone
    is no likeness."""
    whole = [row.id, *(one.id for one in merged_here(tx, row.id))]
    mine = select(tip_marks.c.mark).where(tip_marks.c.tip.in_(whole))
    meet = select(tip_marks.c.tip, tip_marks.c.kind).where(
        tip_marks.c.county == row.county, tip_marks.c.mark.in_(mine), tip_marks.c.tip.not_in(whole)
    )
    carriers: dict[int, set[str]] = {}
    for found in tx.execute(meet.distinct()):
        carriers.setdefault(found.tip, set()).add(found.kind)
    lives = {tip: goes_on(tx, one) for tip, one in tips.by_ids(tx, carriers).items()}
    shared: dict[int, set[str]] = {}
    for tip, kinds in carriers.items():
        shared.setdefault(lives[tip].id, set()).update(kinds)
    rows = {one.id: one for one in lives.values() if one.id not in whole}
    strong = {tip: kinds for tip, kinds in shared.items() if kinds - {"place", "week"} or len(kinds) > 1}
    likely = [(rows[tip], sorted(kinds)) for tip, kinds in strong.items() if tip in rows]
    return sorted(likely, key=lambda pair: (pair[0].received_at, pair[0].id))


def hold(tx: Tx, *numbers: int) -> dict[int, Row[Any]]:
    """These tips as they stand, locked in the order of their ids, so that two who take the same never wait for each other."""
    wanted = select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update()
    return {row.id: row for row in tx.execute(wanted)}


def hold_matter(tx: Tx, tip: int) -> tuple[Row[Any], Row[Any]] | None:
    """A citizen's tip and the one in which it is dealt with, both locked: it may just have been merged."""
    wanted = {tip}
    while True:
        rows = hold(tx, *wanted)
        if tip not in rows:
            return None
        lives = goes_on(tx, rows[tip])
        if lives.id in rows:
            return rows[tip], rows[lives.id]
        wanted = {tip, lives.id}


def retract(tx: Tx, row: Row[Any], at: datetime) -> None:
    """What this citizen told is taken out of the matter and deleted, with the way back; its number stays. So are copies
    that units gave back or were taken from them, whoever's words they hold; and the keys of all of it are others now."""
    tips.cut(tx, row.alias)
    tips.set_content(tx, row.id, {})
    for one in (tip_messages, tip_marks, tip_files, contacts):
        tx.execute(delete(one).where(one.c.tip == row.id))
    nothing = {"goods": None, "kind": None, "named": False, "reward": False, "notify": False}
    tips.change(tx, row.id, at, withdrawal="done", **nothing)
    lives = goes_on(tx, row)
    matter = [lives.id, *(one.id for one in merged_here(tx, lives.id))]
    idle = (handovers.c.tip.in_(matter), handovers.c.status.not_in(HELD), handovers.c.sealed_copy != b"")
    emptied = tx.execute(update(handovers).where(*idle).values(sealed_copy=b"").returning(handovers.c.tip)).scalars()
    for tip in sorted({row.id, *emptied}):
        tip_seal.renew(tx, tip)
