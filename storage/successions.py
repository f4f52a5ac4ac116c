"""换联络员: whoever holds a seat names who comes after them; somebody who may fill it decides; the seat passes on when the
successor comes in by the code that was made for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from rules.county import Plan
from storage import audit, chats, people, pushes, told
from storage.database import Tx, new_id
from storage.models import codes, successions
from storage.pushes import Push


def propose(tx: Tx, county: str, unit: str, seat: str, leaves: int, name: str, at: datetime) -> int:
    number = new_id()
    row = {"id": number, "county": county, "unit": unit, "seat": seat, "leaves": leaves, "made_at": at}
    tx.add(successions, row | {"sealed_name": tx.keys.seal("roster", name.encode())})
    return number


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    wanted = select(successions).where(successions.c.id == number)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def undecided(tx: Tx, county: str, unit: str, seat: str, leaves: int) -> Row[Any] | None:
    """The proposal of this person for this seat that waits for an answer."""
    mine = (successions.c.unit == unit, successions.c.seat == seat, successions.c.leaves == leaves)
    open_ = (successions.c.county == county, successions.c.decided_at.is_(None))
    return tx.execute(select(successions).where(*mine, *open_).limit(1)).first()


def waiting(tx: Tx, county: str) -> list[Row[Any]]:
    """All that are still to be decided, the oldest first."""
    open_ = (successions.c.county == county, successions.c.decided_at.is_(None))
    return list(tx.execute(select(successions).where(*open_).order_by(successions.c.id)).all())


def coming(tx: Tx, county: str, unit: str, seat: str, leaves: int, at: datetime) -> Row[Any] | None:
    """One that was agreed to, and whose code still opens."""
    mine = (successions.c.unit == unit, successions.c.seat == seat, successions.c.leaves == leaves)
    good = (codes.c.used_at.is_(None), codes.c.expires_at > at, successions.c.county == county)
    wanted = select(successions).join(codes, codes.c.code == successions.c.code).where(*mine, *good)
    return tx.execute(wanted.limit(1)).first()


def name(tx: Tx, row: Row[Any]) -> str:
    return tx.keys.open_("roster", row.sealed_name).decode()


def decide(tx: Tx, number: int, by: int, at: datetime, code: str | None) -> bool:
    """Once. `code`: the invitation by which the successor comes in; None: not agreed to."""
    values = {
        "decided_by": by,
        "decided_at": at,
        "agreed": code is not None,
        "code": people.mac_of(tx, code) if code else None,
    }
    open_ = update(successions).where(successions.c.id == number, successions.c.decided_at.is_(None))
    return bool(tx.execute(open_.values(values).returning(successions.c.id)).all())


def withdraw(tx: Tx, number: int, by: int, at: datetime) -> bool:
    return decide(tx, number, by, at, None)


def took_over(tx: Tx, code: str, at: datetime, plans: Mapping[str, Plan], farewell: str) -> None:
    """Somebody has come in by this code: if a succession was agreed with it, whoever goes is unseated in the same commit."""
    row = tx.execute(select(successions).where(successions.c.code.in_(people.macs_of(tx, code)))).first()
    if row is None or (row.unit, row.seat) not in people.seats_of(tx, row.leaves, row.county):
        return
    people.unseat(tx, row.leaves, row.unit, row.seat, at)
    if plan := plans.get(row.county):
        people.withdraw_fallen(tx, plan)
    audit.record(tx, at, row.county, "succeeded", f"{row.unit}/{row.seat}", None, str(row.leaves))
    if people.seats_of(tx, row.leaves, row.county):
        _goes_on(tx, row, at)
    else:
        _goes(tx, row, at, farewell)


def _goes_on(tx: Tx, row: Row[Any], at: datetime) -> None:
    """With the seats that are left; what was told of tips is asked for anew."""
    for one in chats.sessions(tx, row.leaves):
        told.take_back(tx, one.id, lambda message: False)
    once = f"unseated:{row.leaves}:{row.unit}:{row.seat}:{at.timestamp()}"
    about = {"unit": row.unit, "seat": row.seat}
    opens: list[list[Any]] = [["go.menu", None, "quiet", None]]
    pushes.to_people(tx, [row.leaves], Push(row.county, "staff/roster:seat_over", about, opens, once, calm=True))


def _goes(tx: Tx, row: Row[Any], at: datetime, farewell: str) -> None:
    people.leave(tx, row.leaves, at)
    audit.record(tx, at, row.county, "left", str(row.leaves), None)
    for one in chats.sessions(tx, row.leaves):
        chats.let_go(tx, one.id, farewell)
