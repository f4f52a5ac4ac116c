"""Every clock in the system: who owes what by when. The future lives here; a row is looked at when `look_at` has come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update

from rules.escalation import Next
from rules.terms import Origin
from storage import pushes, said
from storage.among import among
from storage.database import Tx, new_id
from storage.models import duties, handovers
from storage.often import often

NOWHERE: Mapping[str, datetime] = MappingProxyType({})


def open_(tx: Tx, once: str, look_at: datetime | None, **columns: Any) -> None:
    """Exactly one per `once`, however often the event is told."""
    row = {"id": new_id(), "once": once, "look_at": look_at, "step": 0} | columns
    tx.add_unless_known(duties, row)


CONFIRMED = "confirmed"  # our proposal, to which the county has said yes in its file


def suggested(row: Row[Any]) -> bool:
    """A figure that neither the plan nor a law gives is a proposal (建议期限): nobody is late on it."""
    return row.origin not in (Origin.SEED, Origin.LAW, CONFIRMED)


def firm(row: Row[Any]) -> bool:
    """Whether one can be late: it is no proposal, and its year's calendar is known."""
    return not suggested(row) and not row.provisional


def close(tx: Tx, at: datetime, *, tip: int, kinds: tuple[str, ...], handover: int | None = None) -> str:
    """End their future in the same commit as what ends them. How late that was: "" for in time, "suggested" when only
    a proposal had passed, "late" when a date of the plan or the law had."""
    mine: tuple[Any, ...] = (duties.c.tip == tip, duties.c.kind.in_(kinds), duties.c.closed_at.is_(None))
    if handover is not None:
        mine = (*mine, duties.c.handover == handover)
    returned = (duties.c.id, duties.c.due_at, duties.c.origin)
    ended = tx.execute(update(duties).where(*mine).values(closed_at=at, look_at=None).returning(*returned)).all()
    _over(tx, tip, [row.id for row in ended])
    passed = [suggested(row) for row in ended if row.due_at < at]
    return "" if not passed else "suggested" if all(passed) else "late"


def hold(tx: Tx, tip: int) -> None:
    """Nobody looks at an open clock of this tip before this commit, and whoever does so now is waited for."""
    mine = select(duties.c.id).where(duties.c.tip == tip, duties.c.closed_at.is_(None)).order_by(duties.c.id)
    tx.execute(mine.with_for_update())


OUTLIVES = "exposed"  # the tip may have ended: who told it is in danger all the same


def close_all(tx: Tx, at: datetime, tip: int) -> None:
    mine = (duties.c.tip == tip, duties.c.closed_at.is_(None), duties.c.kind != OUTLIVES)
    ended = update(duties).where(*mine).values(closed_at=at, look_at=None).returning(duties.c.id)
    _over(tx, tip, list(tx.execute(ended).scalars()))


def pushed(tip: int | None, duty: int) -> str:
    """How the names of a duty's pushes begin."""
    return f"{pushes.about(tip) if tip is not None else ''}duty:{duty}:"


def _over(tx: Tx, tip: int, ended: Sequence[int]) -> None:
    """Cards that were sent for them offer nothing any more."""
    for duty in ended:
        said.over(tx, pushed(tip, duty))


def reopen(tx: Tx, tip: int, closed_at: datetime | None, at: datetime) -> None:
    """What was ended in that moment waits again, and is looked at now; but not what a unit owed that has the lead no
    more."""
    theirs = (handovers.c.id == duties.c.handover, handovers.c.unit == duties.c.unit)
    gone = select(handovers.c.id).where(*theirs, handovers.c.status.in_(("recalled", "returned")))
    ended = update(duties).where(duties.c.tip == tip, duties.c.closed_at == closed_at, ~gone.exists())
    tx.execute(ended.values(closed_at=None, look_at=at))


def due(
    tx: Tx,
    now: datetime,
    counties: Iterable[str],
    limit: int,
    only: int | None = None,
    early: Mapping[str, datetime] = NOWHERE,
) -> list[Row[Any]]:
    """Of the counties served here. Whoever holds a county's oldest one that is due has all of them: other workers pass over
    that county, so that what comes to one person in one morning is never divided between two. `early`: up to which moment
    that is still to come they are due in a county."""
    if only is not None:
        ripe = (duties.c.id == only, duties.c.closed_at.is_(None))
        last = max((now, *early.values()))
        wanted = select(duties).where(*ripe, duties.c.look_at <= last).with_for_update(skip_locked=True)
        row = tx.execute(wanted).first()
        return [row] if row is not None and row.look_at <= early.get(row.county, now) else []
    found: list[Row[Any]] = []
    for county in counties:
        by = early.get(county, now)
        if _holds_oldest(tx, county, by):
            found += often(tx.execute(_RIPE, {"whose": county, "by": by, "most": limit}).all())
    return found


_DUE = (duties.c.county == bindparam("whose"), duties.c.look_at <= bindparam("by"), duties.c.closed_at.is_(None))
_OLDEST = select(duties.c.id).where(*_DUE).order_by(duties.c.look_at, duties.c.id).limit(1)
_RIPE = select(duties).where(*_DUE).order_by(duties.c.look_at, duties.c.id).limit(bindparam("most"))
_RIPE = _RIPE.with_for_update(skip_locked=True)


def in_other_hands(tx: Tx, now: datetime, counties: Iterable[str]) -> set[str]:
    """Counties in which something is due; asked of those where `due` held nothing."""
    return {one for one in counties if tx.execute(_OLDEST, {"whose": one, "by": now}).first()}


def _holds_oldest(tx: Tx, county: str, by: datetime) -> bool:
    """The oldest row decides, so one that is locked must not make way for the next: its number is read first."""
    oldest = tx.execute(_OLDEST, {"whose": county, "by": by}).scalar()
    if oldest is None:
        return False
    ripe = (duties.c.look_at <= by, duties.c.closed_at.is_(None))
    held = select(duties.c.id).where(*ripe, duties.c.id == oldest).with_for_update(skip_locked=True)
    return tx.execute(held).first() is not None


def still_open(tx: Tx, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """Of these."""
    wanted = select(duties).where(among(duties.c.id, "ids"), duties.c.closed_at.is_(None))
    return {row.id: row for row in tx.execute(wanted, {"ids": list(numbers)})}


_LOOKED = (
    update(duties)
    .where(among(duties.c.id, "ids"))
    .values(step=bindparam("at"), look_at=bindparam("again"), reached=bindparam("heard"), moved=bindparam("untold"))
)


def looked(tx: Tx, moves: Sequence[tuple[int, Next, int | None, bool]]) -> None:
    """(duty, what comes next, how many the latest step reached, whether it is still to be told that its day has moved). Of a
    morning most go the same way: one statement for all that do."""
    alike: dict[tuple[int, datetime | None, int | None, bool], list[int]] = {}
    for one, move, heard, untold in moves:
        alike.setdefault((move.index, move.look_at, heard, untold), []).append(one)
    for (index, look_at, heard, untold), ids in alike.items():
        tx.execute(_LOOKED, {"ids": ids, "at": index, "again": look_at, "heard": heard, "untold": untold})


def put_off(tx: Tx, number: int, until: datetime) -> None:
    """A duty that cannot be looked at does not stand in the way of the others."""
    earlier = (duties.c.id == number, duties.c.look_at <= until)
    tx.execute(update(duties).where(*earlier).values(look_at=until))


def unheard(tx: Tx) -> int:
    """Things happening now of which nobody at all could be told: for /readyz and the metrics."""
    wanted = select(func.count()).where(duties.c.kind == "now", duties.c.closed_at.is_(None), duties.c.reached == 0)
    return int(tx.execute(wanted).scalar_one())


def readdress(tx: Tx, tip: int, kind: str, unit: str, at: datetime) -> None:
    """The debt passes to another unit with its date; that unit is told at once."""
    mine = update(duties).where(duties.c.tip == tip, duties.c.kind == kind, duties.c.closed_at.is_(None))
    tx.execute(mine.values(unit=unit, step=0, look_at=at))


_NEXT_LOOK = (
    select(duties.c.look_at)
    .where(duties.c.county == bindparam("whose"), duties.c.look_at.is_not(None), duties.c.closed_at.is_(None))
    .order_by(duties.c.look_at)
    .limit(1)
)


def next_look(tx: Tx, counties: Iterable[str]) -> datetime | None:
    """The earliest moment at which one of theirs wants to be looked at: the first row of each county in the index."""
    found = (tx.execute(_NEXT_LOOK, {"whose": county}).scalar_one_or_none() for county in counties)
    return min((one for one in found if one is not None), default=None)


def open_of(tx: Tx, tip: int) -> list[Row[Any]]:
    wanted = select(duties).where(duties.c.tip == tip, duties.c.closed_at.is_(None)).order_by(duties.c.due_at)
    return list(tx.execute(wanted).all())


def outliving(tx: Tx, county: str) -> list[int]:
    """Tips of which something is owed whether they have ended or not."""
    mine = (duties.c.county == county, duties.c.kind == OUTLIVES, duties.c.closed_at.is_(None))
    return list(tx.execute(select(duties.c.tip).where(*mine).order_by(duties.c.id)).scalars())


def extend(tx: Tx, number: int, due_at: datetime, look_at: datetime | None, step: int = 0) -> bool:
    """Once. Whether it had not been extended before. `step`: the rungs that are behind it already."""
    once = update(duties).where(duties.c.id == number, ~duties.c.extended, duties.c.closed_at.is_(None))
    values = {"due_at": due_at, "look_at": look_at, "step": step, "extended": True}
    return tx.execute(once.values(**values).returning(duties.c.id)).first() is not None


# -- duties of the plan ---------------------------------------------------------------------------------------------------

ASKED = duties.c.rule.is_not(None)


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    wanted = select(duties).where(duties.c.id == number)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def known(tx: Tx, county: str) -> set[str]:
    """The names of all that the plan has opened here."""
    return set(tx.peek(select(duties.c.once).where(duties.c.county == county, ASKED)).scalars())


def last_ends(tx: Tx, county: str, rule: str) -> dict[str, datetime]:
    """When each unit last did that, or was done with it."""
    done = (duties.c.county == county, duties.c.rule == rule, duties.c.ended.is_not(None), duties.c.ended != "history")
    found = select(duties.c.unit, func.max(duties.c.closed_at).label("at")).where(*done).group_by(duties.c.unit)
    return {row.unit: row.at for row in tx.peek(found)}


def owed(tx: Tx, county: str, units: Iterable[str], persons: Iterable[int]) -> list[Row[Any]]:
    """What the plan asks of these units, or one of these people carries, and is still open, the nearest first."""
    mine = or_(duties.c.unit.in_(list(units)), duties.c.person.in_(list(persons)))
    open_ = (duties.c.county == county, ASKED, duties.c.closed_at.is_(None))
    return list(tx.execute(select(duties).where(*open_, mine).order_by(duties.c.due_at, duties.c.id)).all())


def of_rules(tx: Tx, county: str, rules: Iterable[str]) -> list[Row[Any]]:
    """Of every unit, still open: for those who receive it."""
    mine = (duties.c.county == county, duties.c.rule.in_(list(rules)), duties.c.closed_at.is_(None))
    return list(tx.execute(select(duties).where(*mine).order_by(duties.c.due_at, duties.c.unit)).all())


def of_case(tx: Tx, county: str, rule: str, period: str) -> list[Row[Any]]:
    """Everybody's of one period, ended or not."""
    mine = (duties.c.county == county, duties.c.rule == rule, duties.c.period == period)
    found = tx.execute(select(duties).where(*mine)).all()
    return sorted(found, key=lambda row: str(row.unit))  # asked in order, SQLite would walk through all of the county's


MATTER = "matter"  # the kind of a clock that runs at a stage of a matter; its period is the matter's number


def of_matters(tx: Tx, numbers: Iterable[str]) -> dict[str, list[Row[Any]]]:
    """Every clock of these matters, ended or not."""
    found: dict[str, list[Row[Any]]] = {number: [] for number in numbers}
    mine = select(duties).where(duties.c.period.in_(list(found)), duties.c.kind == MATTER)
    for row in tx.execute(mine.order_by(duties.c.id)).all():
        found[row.period].append(row)
    return found


def named(tx: Tx, once: str) -> Row[Any] | None:
    return tx.execute(select(duties).where(duties.c.once == once)).first()


def end(tx: Tx, row: Row[Any], at: datetime, how: str) -> bool:
    """Once, and its future with it. Whether it was open."""
    open_ = update(duties).where(duties.c.id == row.id, duties.c.closed_at.is_(None))
    values = {"closed_at": at, "look_at": None, "ended": how, "asked_until": None}
    if tx.execute(open_.values(**values).returning(duties.c.id)).first() is None:
        return False
    said.over(tx, pushed(row.tip, row.id))
    return True


def change(tx: Tx, number: int, **values: Any) -> bool:
    """Of one that is open. Whether it was."""
    open_ = update(duties).where(duties.c.id == number, duties.c.closed_at.is_(None))
    return tx.execute(open_.values(**values).returning(duties.c.id)).first() is not None


def again(tx: Tx, row: Row[Any], due_at: datetime, look_at: datetime) -> None:
    """What had ended in time is to be done once more, by a day that is only proposed."""
    values = {"closed_at": None, "ended": None, "due_at": due_at, "look_at": look_at, "step": 0, "provisional": False}
    values |= {"promised": None}
    tx.execute(update(duties).where(duties.c.id == row.id).values(**values, origin=Origin.DEFAULT.value))


def countable(tx: Tx, county: str, *, provisional: bool, lock: bool) -> list[Row[Any]]:
    """Open ones whose day a calendar may move: those that are `provisional` only, or every one. `lock`: to move them."""
    mine = [duties.c.county == county, duties.c.closed_at.is_(None), *([duties.c.provisional] if provisional else [])]
    wanted = select(duties).where(*mine).order_by(duties.c.id)
    return list(tx.execute(wanted.with_for_update() if lock else wanted).all())


def asking(tx: Tx, county: str, kind: str) -> list[Row[Any]]:
    """Open ones of that kind."""
    mine = (duties.c.county == county, duties.c.kind == kind, duties.c.closed_at.is_(None))
    return list(tx.execute(select(duties).where(*mine)).all())
