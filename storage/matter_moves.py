"""The course of a matter: who moved whom where, and what was said. Nothing is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from storage.database import Tx, new_id
from storage.models import matter_moves, matter_parties, matters
from storage.sealed_words import opened, sealed


def move(  # noqa: PLR0913  # what a move is
    tx: Tx,
    matter: Row[Any],
    at: datetime,
    name: str,
    *,
    party: int,
    stage: str,
    unit: str,
    person: int,
    until: datetime | None = None,
    recorded: bool = False,
    late: str = "",
    said: Mapping[str, Any] | None = None,
) -> None:
    """`said` holds somebody's words: sealed. The matter's row is held, so that `n` is the next one."""
    number = new_id()
    latest = tx.execute(select(func.max(matter_moves.c.n)).where(matter_moves.c.matter == matter.id)).scalar()
    row = {"id": number, "county": matter.county, "matter": matter.id, "n": (latest or 0) + 1, "at": at, "move": name}
    row |= {"party": party, "stage": stage, "unit": unit, "person": person, "until": until}
    words = sealed(tx, f"move:{number}", said) if said else None
    tx.add(matter_moves, row | {"recorded": recorded, "late": late, "sealed_said": words})


def of_matter(tx: Tx, matter: int) -> list[Row[Any]]:
    """Oldest first."""
    mine = select(matter_moves).where(matter_moves.c.matter == matter)
    return list(tx.execute(mine.order_by(matter_moves.c.n)).all())


def made(tx: Tx, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    """The moves made so far for each party of these matters."""
    found: dict[int, set[str]] = {}
    columns = (matter_moves.c.party, matter_moves.c.move)
    for row in tx.execute(select(*columns).where(matter_moves.c.matter.in_(list(numbers)))).all():
        found.setdefault(row.party, set()).add(row.move)
    return {party: frozenset(names) for party, names in found.items()}


def made_before(tx: Tx, matter: Row[Any]) -> dict[tuple[str, str], frozenset[str]]:
    """By role and unit, where another county's party was put here before: what was done with it then."""
    found: dict[tuple[str, str], set[str]] = {}
    joined = matter_moves.join(matter_parties, matter_moves.c.party == matter_parties.c.id).join(
        matters, matter_moves.c.matter == matters.c.id
    )
    wanted = select(matter_parties.c.role, matter_parties.c.unit, matter_moves.c.move).select_from(joined)
    for row in tx.execute(wanted.where(matters.c.sender == matter.sender, matters.c.id < matter.id)).all():
        found.setdefault((row.role, row.unit), set()).add(row.move)
    return {party: frozenset(names) for party, names in found.items()}


def said(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return opened(tx, f"move:{row.id}", row.sealed_said) if row.sealed_said else {}


def latest(tx: Tx, matter: int) -> datetime | None:
    """When anything happened to it last."""
    return tx.execute(select(func.max(matter_moves.c.at)).where(matter_moves.c.matter == matter)).scalar()
