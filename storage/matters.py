"""What one unit puts to others: the matter and each unit's part in it. Whoever moves one holds its row until the commit."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select, update

from storage import attachments, tip_seal
from storage.attachments import Owner
from storage.database import Tx, new_id
from storage.models import duties, duty_moves, matter_moves, matter_parties, matters
from storage.sealed import Unsealable
from storage.sealed_words import opened, sealed

Content = dict[str, Any]


def begin(  # noqa: PLR0913  # what a matter is
    tx: Tx,
    county: str,
    letters: str,
    regime: str,
    *,
    unit: str,
    person: int,
    at: datetime,
    urgent: bool,
    content: Mapping[str, Any],
    tip: int | None = None,
    sender: int | None = None,
    parent: int | None = None,
) -> Row[Any]:
    """With a number such as YX-SX-48213067: it may be said on the phone. `sender`: the party of another county's matter that it
    was received for; `parent`: the matter that goes on as this one."""
    number = new_id()
    row = {"id": number, "county": county, "regime": regime, "number": f"{letters}-SX-{secrets.randbelow(10**8):08d}"}
    about = {"unit": unit, "person": person, "tip": tip, "opened_at": at, "closed_at": None, "urgent": urgent}
    about |= {"sender": sender, "parent": parent, "pulled_at": None}
    tx.add(matters, row | about | {"sealed_content": _sealed(tx, number, tip, content)})
    found = by_id(tx, number)
    assert found is not None
    return found


def _sealed(tx: Tx, number: int, tip: int | None, content: Mapping[str, Any]) -> bytes:
    """What a tip told lies under the tip's own key, and is forgotten with it."""
    if tip is not None:
        return tip_seal.sealed(tx, tip, dict(content), f"/matter/{number}")
    return sealed(tx, f"matter:{number}", content)


def content(tx: Tx, row: Row[Any]) -> Content:
    """`title`, and `values` of the form it was begun with; nothing any more once its tip was forgotten."""
    if row.tip is not None:
        try:
            return dict(tip_seal.opened(tx, row.tip, row.sealed_content, f"/matter/{row.id}"))
        except Unsealable:
            return {}
    return opened(tx, f"matter:{row.id}", row.sealed_content)


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    """`lock`: of two counties' matters that move each other the sender's is always held first."""
    wanted = select(matters).where(matters.c.id == number)
    if not lock:
        return tx.execute(wanted).first()
    theirs = select(matter_parties.c.matter).join(matters, matters.c.sender == matter_parties.c.id)
    first = theirs.where(matters.c.id == number).scalar_subquery()
    tx.execute(select(matters.c.id).where(matters.c.id == first).with_for_update())
    return tx.execute(wanted.with_for_update()).first()


def carrying(tx: Tx, tip: int) -> list[Row[Any]]:
    """All that may say what the tip told, the sender's first."""
    return below(tx, of_tip(tx, tip))


def below(tx: Tx, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """These, what other counties received for a party of theirs, sent there again or not, and what goes on from any of them."""
    found: list[Row[Any]] = []
    new = list(rows)
    while new:
        found += new
        numbers = [row.id for row in found]
        parts = select(matter_parties.c.id).where(matter_parties.c.matter.in_(numbers))
        below = or_(matters.c.sender.in_(parts), matters.c.parent.in_(numbers))
        further = select(matters).where(below, matters.c.id.not_in(numbers)).order_by(matters.c.id)
        new = list(tx.execute(further).all())
    return found


def tells_of(tx: Tx, row: Row[Any]) -> int | None:
    """The tip that it may say something of (`carrying`, from below)."""
    above: Row[Any] | None = row
    while above is not None and above.tip is None:
        sent = party(tx, above.sender) if above.sender is not None else None
        further = sent.matter if sent is not None else above.parent
        above = by_id(tx, further) if further is not None else None
    return above.tip if above is not None else None


def received(tx: Tx, party: int) -> Row[Any] | None:
    """What another county has of its own for this party: the latest, where it was sent there again."""
    wanted = select(matters).where(matters.c.sender == party).order_by(matters.c.id.desc())
    return tx.execute(wanted.limit(1)).first()


def linked(tx: Tx, row: Row[Any]) -> tuple[Row[Any] | None, list[Row[Any]]]:
    """What it goes on from, and what goes on from it, the oldest first."""
    children = tx.execute(select(matters).where(matters.c.parent == row.id).order_by(matters.c.id)).all()
    return (by_id(tx, row.parent) if row.parent is not None else None), list(children)


def by_number(tx: Tx, number: str) -> Row[Any] | None:
    return tx.execute(select(matters).where(matters.c.number == number)).first()


def by_numbers(tx: Tx, numbers: Iterable[str]) -> dict[str, Row[Any]]:
    wanted = list(numbers)
    rows = tx.execute(select(matters).where(matters.c.number.in_(wanted))).all() if wanted else []
    return {row.number: row for row in rows}


def of_tip(tx: Tx, tip: int) -> list[Row[Any]]:
    return list(tx.execute(select(matters).where(matters.c.tip == tip).order_by(matters.c.id)).all())


def pulled(tx: Tx, row: Row[Any], at: datetime) -> None:
    """Of what another county received, and of what goes on from it, all that it said is destroyed; the sender's lies under its
    tip's key."""
    if row.tip is None:
        emptied(tx, [row])
    tx.execute(update(matters).where(matters.c.id == row.id).values(pulled_at=at, closed_at=at))


def emptied(tx: Tx, rows: Iterable[Row[Any]]) -> None:
    """What they said, what was said at their moves and at their clocks and what was sent with it is no more; number, parties, course
    and days stay."""
    for row in rows:
        nothing = _sealed(tx, row.id, None, {}) if row.tip is None else b""
        tx.execute(update(matters).where(matters.c.id == row.id).values(sealed_content=nothing))
        tx.execute(update(matter_moves).where(matter_moves.c.matter == row.id).values(sealed_said=None))
        clocks = select(duties.c.id).where(duties.c.period == row.number, duties.c.kind == "matter")
        tx.execute(update(duty_moves).where(duty_moves.c.duty.in_(clocks)).values(sealed_note=None))
        attachments.drop_owner(tx, Owner("matter", row.id))


def restate(tx: Tx, row: Row[Any], content: Mapping[str, Any]) -> None:
    stated = _sealed(tx, row.id, row.tip, content)
    tx.execute(update(matters).where(matters.c.id == row.id).values(sealed_content=stated))


def rehome(tx: Tx, row: Row[Any], unit: str) -> None:
    """Another unit stands from now on where the one stood that began it, in each part of its; it keeps those that it has."""
    has = [one.role for one in parties(tx, row.id) if one.unit == unit]
    theirs = (matter_parties.c.matter == row.id, matter_parties.c.unit == row.unit, matter_parties.c.role.not_in(has))
    tx.execute(update(matter_parties).where(*theirs).values(unit=unit))
    tx.execute(update(matters).where(matters.c.id == row.id).values(unit=unit))


def ended(tx: Tx, number: int, at: datetime | None) -> None:
    """None: something is awaited of somebody again."""
    tx.execute(update(matters).where(matters.c.id == number).values(closed_at=at))


def open_of(tx: Tx, county: str, units: Iterable[str]) -> list[Row[Any]]:
    """Every one that is not over and in which one of these units has a part, the latest first."""
    wanted = select(matters).where(matters.c.county == county, matters.c.closed_at.is_(None))
    wanted = wanted.where(matters.c.id.in_(_with_a_part(county, units)))
    return list(tx.execute(wanted.order_by(matters.c.opened_at.desc(), matters.c.id.desc())).all())


def listing(tx: Tx, county: str, units: Iterable[str] | None, limit: int) -> list[Row[Any]]:
    """Those in which one of these units has a part, or every one; open ones first, the latest first."""
    wanted = select(matters).where(matters.c.county == county)
    if units is not None:
        wanted = wanted.where(matters.c.id.in_(_with_a_part(county, units)))
    order = (matters.c.closed_at.is_not(None), matters.c.opened_at.desc(), matters.c.id.desc())
    return list(tx.execute(wanted.order_by(*order).limit(limit)).all())


def _with_a_part(county: str, units: Iterable[str]) -> Select[Any]:
    return select(matter_parties.c.matter).where(
        matter_parties.c.county == county, matter_parties.c.unit.in_(list(units))
    )


def standing(tx: Tx, county: str, regime: str, stages: Iterable[str]) -> list[Row[Any]]:
    """Those in which somebody stands at one of these stages and whose ground is not gone: what is open first, the oldest of it
    first; then what is over, the latest first."""
    there = select(matter_parties.c.matter).where(
        matter_parties.c.county == county, matter_parties.c.stage.in_(list(stages))
    )
    wanted = select(matters).where(matters.c.county == county, matters.c.regime == regime, matters.c.id.in_(there))
    order = (matters.c.closed_at.is_not(None), matters.c.closed_at.desc(), matters.c.opened_at, matters.c.id)
    return list(tx.execute(wanted.where(matters.c.pulled_at.is_(None)).order_by(*order)).all())


# -- the parties ---------------------------------------------------------------------------------------------------------


def enter(tx: Tx, matter: Row[Any], letters: str, role: str, unit: str, label: str, stage: str, at: datetime) -> int:
    """The unique key decides: a unit has one part of a role."""
    number = new_id()
    kept = tx.keys.seal("transit", label.encode(), f"party:{number}".encode()) if label else None
    row = {"id": number, "county": matter.county, "matter": matter.id, "role": role, "unit": unit, "stage": stage}
    receipt = f"{letters}-HZ-{secrets.randbelow(10**8):08d}"
    tx.add(matter_parties, row | {"sealed_label": kept, "times": 1, "entered_at": at, "number": receipt})
    return number


def place(tx: Tx, county: str, group: str, label: str) -> str:
    """How a body outside that is in no list is kept: named the same, it is the same."""
    return f"{group}:{tx.keys.mac('link', f'place:{county}:{label}'.encode())[:4].hex()}"


def parties(tx: Tx, matter: int) -> list[Row[Any]]:
    mine = select(matter_parties).where(matter_parties.c.matter == matter)
    return list(tx.execute(mine.order_by(matter_parties.c.id)).all())


def parties_of(tx: Tx, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {number: [] for number in numbers}
    wanted = select(matter_parties).where(matter_parties.c.matter.in_(list(numbers))).order_by(matter_parties.c.id)
    for row in tx.execute(wanted).all():
        found[row.matter].append(row)
    return found


def party(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(matter_parties).where(matter_parties.c.id == number)).first()


def label(tx: Tx, row: Row[Any]) -> str:
    kept = row.sealed_label
    return tx.keys.open_("transit", kept, f"party:{row.id}".encode()).decode() if kept else ""


def stand(tx: Tx, party: int, stage: str, times: int, at: datetime) -> None:
    mine = update(matter_parties).where(matter_parties.c.id == party)
    tx.execute(mine.values(stage=stage, times=times, entered_at=at))
