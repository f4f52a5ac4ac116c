"""People, the seats they hold, and the codes that let them in. Names are sealed: rosters hold names, rows hold ids."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, select, update

from rules.county import Plan
from rules.seating import may_fill
from storage import accounts, reminder_choices
from storage.among import among
from storage.database import Tx, new_id
from storage.models import codes, people, seatings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: nothing that looks like something else
INVITE_VALID, LOGIN_VALID = timedelta(hours=72), timedelta(minutes=5)
# One of twelve characters, among the words it came with: in "bind K7QF-2M9X-WB3D" the word of four letters is no part of it.
CODE = re.compile(
    r"(?<![0-9A-Za-z])(?:{4}-{4}-{4}|{4} {4} {4}(?! {4}(?![0-9A-Za-z]))|{12})(?![0-9A-Za-z])".replace(
        "{", "[0-9A-Za-z]{"
    )
)
_TYPED = str.maketrans("OILU", "011V", " -\u2013\u2014\u3000")


def code_of(length: int) -> str:
    """Random characters in groups of four: 5 bits each."""
    drawn = "".join(ALPHABET[one % 32] for one in secrets.token_bytes(length))
    return "-".join(drawn[at : at + 4] for at in range(0, length, 4))


def typed(code: str) -> str:
    """What a person may have meant: case, blanks, hyphens and look-alikes do not matter."""
    return code.strip().upper().translate(_TYPED)


@dataclass(frozen=True)
class Person:
    id: int
    county: str
    name: str


def _seal_name(tx: Tx, name: str) -> bytes:
    return tx.keys.seal("roster", name.encode())


def add(tx: Tx, county: str, name: str, at: datetime) -> int:
    number = new_id()
    tx.add(people, {"id": number, "county": county, "sealed_name": _seal_name(tx, name), "made_at": at})
    return number


def seat(tx: Tx, person: int, county: str, unit: str, kind: str, at: datetime) -> None:
    held = select(seatings.c.id).where(
        seatings.c.person == person, seatings.c.unit == unit, seatings.c.seat == kind, seatings.c.until.is_(None)
    )
    if tx.execute(held).first() is None:
        row = {"id": new_id(), "county": county, "person": person, "unit": unit, "seat": kind, "since": at}
        tx.add(seatings, row)


def unseat(tx: Tx, person: int, unit: str, kind: str, at: datetime) -> None:
    """An invitation to that very seat in their name ends with it."""
    held = (seatings.c.person == person, seatings.c.unit == unit, seatings.c.seat == kind, seatings.c.until.is_(None))
    tx.execute(update(seatings).where(*held).values(until=at))
    who = name(tx, person)
    same = _invitations(tx, codes.c.unit == unit, codes.c.seat == kind)
    _withdraw(tx, [row.id for row in same if tx.keys.open_("roster", row.sealed_name).decode() == who])


def seats_of(tx: Tx, person: int, county: str) -> frozenset[tuple[str, str]]:
    return all_seats(tx, county, [person])[person]


_SEATS = select(seatings.c.person, seatings.c.unit, seatings.c.seat).where(
    seatings.c.county == bindparam("whose"), among(seatings.c.person, "persons"), seatings.c.until.is_(None)
)


def all_seats(tx: Tx, county: str, persons: Iterable[int]) -> dict[int, frozenset[tuple[str, str]]]:
    """Every seat of each of these people in the county: a second one in an involved unit excludes the whole person.
    Counties call their units by the same names, so a seat in one says nothing in another."""
    held: dict[int, set[tuple[str, str]]] = {person: set() for person in persons}
    for row in tx.peek(_SEATS, {"whose": county, "persons": list(held)}).all():
        held[row.person].add((row.unit, row.seat))
    return {person: frozenset(seats) for person, seats in held.items()}


def holders(tx: Tx, county: str, unit: str, *kinds: str) -> list[int]:
    """Who sits there now, longest-seated first."""
    rows = tx.peek(
        select(seatings.c.person)
        .where(seatings.c.county == county, seatings.c.unit == unit, seatings.c.until.is_(None))
        .where(seatings.c.seat.in_(kinds))
        .order_by(seatings.c.since, seatings.c.id)
    )
    return list(dict.fromkeys(row.person for row in rows))


def members(tx: Tx, county: str, units: Iterable[str]) -> list[int]:
    """Everybody with any seat in one of these units."""
    seated = (seatings.c.county == county, seatings.c.unit.in_(list(units)), seatings.c.until.is_(None))
    return list(tx.peek(select(seatings.c.person).where(*seated).distinct()).scalars())


def name(tx: Tx, person: int | None) -> str:
    if person is None:
        return ""
    sealed = tx.peek(select(people.c.sealed_name).where(people.c.id == person)).scalar_one_or_none()
    return tx.keys.open_("roster", sealed).decode() if sealed else ""


def names(tx: Tx, persons: Iterable[int]) -> dict[int, str]:
    """Of all of them at once."""
    wanted = select(people.c.id, people.c.sealed_name).where(among(people.c.id, "persons"))
    rows = tx.peek(wanted, {"persons": list(persons)}).all()
    return {row.id: tx.keys.open_("roster", row.sealed_name).decode() for row in rows if row.sealed_name}


def roster(tx: Tx, county: str) -> list[Row[Any]]:
    """(person, unit, seat, since) of all who are seated, by unit."""
    wanted = select(seatings.c.person, seatings.c.unit, seatings.c.seat, seatings.c.since)
    rows = tx.execute(wanted.where(seatings.c.county == county, seatings.c.until.is_(None)).order_by(seatings.c.unit))
    return list(rows.all())


def invite(tx: Tx, county: str, unit: str, kind: str, who: str, made_by: int | None, at: datetime) -> str:
    """A one-time code bound to unit and seat, valid 72 hours. Kept as a MAC; this is the only time it can be read."""
    code = code_of(12)
    row = {"unit": unit, "seat": kind, "sealed_name": _seal_name(tx, who), "made_by": made_by}
    _keep(tx, code, "invite", county, at + INVITE_VALID, row)
    return code


def invite_person(tx: Tx, person: Person, at: datetime) -> str:
    """A one-time code for somebody on the roster already, valid 72 hours."""
    code = code_of(12)
    _keep(tx, code, "invite", person.county, at + INVITE_VALID, {"person": person.id})
    return code


def login_code(tx: Tx, person: Person, at: datetime) -> str:
    """Opens one session for somebody already bound, within five minutes."""
    code = code_of(12)
    _keep(tx, code, "login", person.county, at + LOGIN_VALID, {"person": person.id})
    return code


def _keep(tx: Tx, code: str, kind: str, county: str, until: datetime, row: dict[str, Any]) -> None:
    row |= {"code": mac_of(tx, code), "expires_at": until}
    tx.add(codes, {"id": new_id(), "county": county, "kind": kind} | row)


def mac_of(tx: Tx, code: str) -> bytes:
    return tx.keys.mac("secret", _marked(code))


def macs_of(tx: Tx, code: str) -> tuple[bytes, ...]:
    """By the key of today and those before it."""
    return tx.keys.macs("secret", _marked(code))


def _marked(code: str) -> bytes:
    return b"code:" + typed(code).encode()


def _invitations(tx: Tx, *which: Any) -> list[Row[Any]]:
    """Unused ones to a seat."""
    open_ = (codes.c.kind == "invite", codes.c.person.is_(None), codes.c.used_at.is_(None))
    return list(tx.execute(select(codes).where(*open_, *which)).all())


def _withdraw(tx: Tx, numbers: list[int]) -> None:
    tx.execute(delete(codes).where(codes.c.id.in_(numbers)))


def withdraw_fallen(tx: Tx, plan: Plan) -> None:
    """Invitations whose inviter could not give them any more."""
    _withdraw(tx, [row.id for row in _invitations(tx, codes.c.county == plan.id) if not _stands(tx, row, plan)])


def _stands(tx: Tx, row: Row[Any], plan: Plan | None) -> bool:
    """The seat is still there, and so is the right of whoever invited; the console always may."""
    if plan is None or not plan.seat_exists(row.unit, row.seat):
        return False
    return row.made_by is None or may_fill(plan, seats_of(tx, row.made_by, plan.id), row.unit, row.seat)


@dataclass(frozen=True)
class Invitation:
    """What a code would give whoever uses it."""

    county: str
    seats: tuple[tuple[str, str], ...]
    name: str


def peek(tx: Tx, code: str, at: datetime, plans: Mapping[str, Plan]) -> Invitation | None:
    """As `redeem`, but the code is not used by it."""
    row = tx.execute(select(codes).where(*_unused(tx, code, at))).first()
    if row is None:
        return None
    if row.person is not None:
        who = person(tx, row.person)
        held = seats_of(tx, row.person, row.county)
        return Invitation(row.county, tuple(sorted(held)), who.name) if who else None
    if not _stands(tx, row, plans.get(row.county)):
        return None
    return Invitation(row.county, ((row.unit, row.seat),), tx.keys.open_("roster", row.sealed_name).decode())


def _unused(tx: Tx, code: str, at: datetime) -> tuple[Any, ...]:
    return codes.c.code.in_(macs_of(tx, code)), codes.c.used_at.is_(None), codes.c.expires_at > at


def redeem(tx: Tx, code: str, at: datetime, plans: Mapping[str, Plan]) -> Person | None:
    """The person this code lets in; an invitation makes and seats them, if it still stands. None: unknown, used, withdrawn
    or expired, and not said which.

    Two who use one code at the same moment: the update finds the row unused for one of them only.
    """
    row = tx.execute(update(codes).where(*_unused(tx, code, at)).values(used_at=at).returning(*codes.c)).first()
    if row is None:
        return None
    if row.person is not None:
        return person(tx, row.person)
    if not _stands(tx, row, plans.get(row.county)):
        return None
    number = add(tx, row.county, tx.keys.open_("roster", row.sealed_name).decode(), at)
    seat(tx, number, row.county, row.unit, row.seat, at)
    return person(tx, number)


def person(tx: Tx, number: int) -> Person | None:
    """None once they have left."""
    row = tx.execute(select(people).where(people.c.id == number, people.c.left_at.is_(None))).first()
    return Person(row.id, row.county, tx.keys.open_("roster", row.sealed_name).decode()) if row else None


def leave(tx: Tx, number: int, at: datetime) -> None:
    """Somebody has left: no seat, no code and no account of theirs works any more. Whoever says so ends their
    conversations."""
    accounts.forget(tx, number)
    reminder_choices.forget(tx, number)
    tx.execute(update(people).where(people.c.id == number).values(left_at=at))
    tx.execute(update(seatings).where(seatings.c.person == number, seatings.c.until.is_(None)).values(until=at))
    tx.execute(delete(codes).where(codes.c.person == number, codes.c.used_at.is_(None)))


def sweep(tx: Tx, at: datetime) -> None:
    tx.execute(delete(codes).where(or_(codes.c.expires_at < at, codes.c.used_at.is_not(None))))
