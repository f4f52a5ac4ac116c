"""What is said to many in the same words: one row for the words, and a row of the outbox for each conversation, made by the database
from people's live chats. Its number is that of the notice it tells of.

A county's hundreds are told in the commit that decides it. More go in portions, in the order of people's numbers, each a commit of
its own: `upto` is the last person of whom that is done, so that a process that is killed leaves its place to the next (`go_on`).
Who begins later is told later: two broadcasts reach nobody in the other order. To hold it is one word in one row (`messages.goes`);
its rows leave their doors' queues after that, in portions too, so that no claim steps over them, and come back when it goes on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    LargeBinary,
    Row,
    String,
    and_,
    bindparam,
    cast,
    delete,
    distinct,
    false,
    func,
    literal,
    or_,
    select,
    update,
)

from storage import messages, pushes, said
from storage.among import among
from storage.database import Tx, insert_unless_known, now_ms
from storage.models import broadcasts, chats, notice_receipts, outbox
from storage.models import said as _said
from storage.pushes import Push

PORTION = 5_000  # people, or rows, of one commit
LIVING = ("running", "paused")
NOWHERE = ""  # the door of what is held
EVERYBODY = 2**63 - 1  # as `upto`: everybody has a row, and the rows are being moved
_R = notice_receipts.c


@dataclass(frozen=True)
class Progress:
    """`status`: running | paused | cancelled | recalled | ended. `waiting`: conversations (and people not yet come to) that do not
    have it yet and will; `out`: people who have it."""

    status: str
    waiting: int
    out: int


def begin(tx: Tx, number: int, push: Push, persons: Iterable[int]) -> int:
    """Once, however often it is repeated. Returns for how many conversations a row was made by now. `persons` are those of its
    receipts: of more than a portion the rest is read from there."""
    whom = sorted(set(persons))
    behind = _unspread(tx)
    now = whom[:PORTION] if not behind else []
    words = {"once": push.once, "calm": push.calm, "urgent": push.urgent, "message": push.told("zh")}
    row = {"id": number, "county": push.county, "status": "running", "made_ms": now_ms()}
    row |= {"sealed_message": messages.sealed(tx, number, words)}
    row |= {"upto": None if len(now) == len(whom) else now[-1] if now else 0}
    if not tx.execute(insert_unless_known(tx, broadcasts), row).rowcount:
        return 0
    tx.due_now = tx.due_now or len(now) < len(whom)
    return _tell(tx, number, words, now)


_ROW = {
    "channel": chats.c.channel,
    "lane": chats.c.id,
    "once": bindparam("named", type_=String) + cast(chats.c.id, String),
    "sealed_payload": literal(b"", LargeBinary),
    "bulk": bindparam("waits", type_=Boolean),
    "calm": bindparam("calm", type_=Boolean),
    "at_ms": bindparam("now", type_=BigInteger),
    "due_ms": literal(0, BigInteger),
    "broadcast": bindparam("number", type_=BigInteger),
}
_ROWS = select(*(column.label(name) for name, column in _ROW.items())).where(*pushes.LIVE)


def _tell(tx: Tx, number: int, words: dict[str, Any], persons: Sequence[int]) -> int:
    """A row for each live conversation of these people. The unique name decides; none is made twice."""
    made = insert_unless_known(tx, outbox).from_select(list(_ROW), _ROWS).returning(outbox.c.lane)
    values = pushes.whose(persons) | {"named": f"{words['once']}:", "number": number, "now": now_ms()}
    values |= {"waits": not words["urgent"], "calm": words["calm"] and not words["urgent"]}
    lanes = tx.execute(made, values).scalars().all() if persons else []
    tx.touched.update(lanes)
    return len(lanes)


# -- in portions -----------------------------------------------------------------------------------------------------------


def _unspread(tx: Tx) -> int | None:
    """The first that is not yet in everybody's outbox."""
    waits = (broadcasts.c.upto < EVERYBODY, broadcasts.c.status.in_(LIVING))
    return tx.execute(select(broadcasts.c.id).where(*waits).order_by(broadcasts.c.made_ms, broadcasts.c.id)).scalar()


def go_on(tx: Tx) -> bool:
    """The next portion of what is to be told, moved, or cleared away. Whether there may be another. Of two who go on at once one
    does."""
    return _spread(tx) or _move(tx) or _clear(tx)


def _held(tx: Tx, number: int | None, *statuses: str) -> Row[Any] | None:
    mine = select(broadcasts).where(broadcasts.c.id == number, broadcasts.c.upto.is_not(None))
    return tx.execute(mine.where(broadcasts.c.status.in_(statuses)).with_for_update(skip_locked=True)).first()


def _spread(tx: Tx) -> bool:
    row = _held(tx, _unspread(tx), *LIVING)
    if row is None:
        return False
    later = select(_R.person).where(_R.notice == row.id, _R.person > row.upto).distinct().order_by(_R.person)
    persons = tx.execute(later.limit(PORTION)).scalars().all()
    words = messages.words_of(tx, [row.id])[row.id]
    if words is not None:
        _tell(tx, row.id, words, persons)
    done = EVERYBODY if row.status == "paused" else None
    _reached(tx, row.id, persons[-1] if words is not None and len(persons) == PORTION else done)
    return True


def _reached(tx: Tx, number: int, upto: int | None) -> None:
    tx.execute(update(broadcasts).where(broadcasts.c.id == number).values(upto=upto))


def _move(tx: Tx) -> bool:
    """Out of their doors' queues, or back."""
    moving = (broadcasts.c.upto == EVERYBODY, broadcasts.c.status.in_(LIVING))
    row = _held(tx, tx.execute(select(broadcasts.c.id).where(*moving).limit(1)).scalar(), *LIVING)
    if row is None:
        return False
    held = row.status == "paused"
    which = (*_rows(row.id, in_hand=not held), outbox.c.channel != NOWHERE if held else outbox.c.channel == NOWHERE)
    some = _some(tx, which)
    door = select(chats.c.channel).where(chats.c.id == outbox.c.lane).scalar_subquery()
    mine = update(outbox).where(among(outbox.c.id, "ids"), *which)
    mine = mine.values(channel=NOWHERE if held else func.coalesce(door, NOWHERE)).returning(outbox.c.lane)
    lanes = tx.execute(mine, {"ids": some}).scalars().all()
    if not held:
        tx.touched.update(lanes)
    if len(some) < PORTION:
        _reached(tx, row.id, None)
    return True


def _clear(tx: Tx) -> bool:
    """Until nothing is left of it: what was in somebody's hand when it ended may come back to the outbox."""
    over = (broadcasts.c.upto.is_not(None), broadcasts.c.status.not_in(LIVING))
    gone = 0
    for number in tx.execute(select(broadcasts.c.id).where(*over)).scalars().all():
        if (row := _held(tx, number, "cancelled", "recalled")) is None:
            continue
        gone = max(gone, _dropped(tx, row.id, row.status))
        if tx.execute(select(outbox.c.id).where(outbox.c.broadcast == row.id).limit(1)).first() is None:
            _reached(tx, row.id, None)
    return gone == PORTION


def _rows(number: int, *, in_hand: bool) -> tuple[Any, ...]:
    """All of it, or what is in nobody's hand."""
    mine = outbox.c.broadcast == number
    return (mine,) if in_hand else (mine, ~outbox.c.handed, outbox.c.claimed_ms < now_ms())


def _some(tx: Tx, which: Sequence[Any]) -> Sequence[int]:
    """By number, and not as a part of the statement that changes them: PostgreSQL would find them anew for each row."""
    return tx.execute(select(outbox.c.id).where(*which).limit(PORTION)).scalars().all()


def _dropped(tx: Tx, number: int, status: str) -> int:
    """Of a cancelled one what is in hand is let out; of one that is recalled nothing stays."""
    which = _rows(number, in_hand=status == "recalled")
    some = _some(tx, which)
    mine = delete(outbox).where(among(outbox.c.id, "ids"), *which)  # asked again: one may have been claimed meanwhile
    tx.execute(mine, {"ids": some})
    return len(some)


# -- what may be done about it ----------------------------------------------------------------------------------------------


def pause(tx: Tx, number: int) -> bool:
    """What is in hand is let out."""
    return _turned(tx, number, "running", "paused")


def resume(tx: Tx, number: int) -> bool:
    return _turned(tx, number, "paused", "running")


def _turned(tx: Tx, number: int, before: str, after: str) -> bool:
    """What is not yet in everybody's outbox gets there first."""
    if not _moved(tx, number, (before,), after):
        return False
    told = (broadcasts.c.id == number, broadcasts.c.upto.is_(None))
    tx.execute(update(broadcasts).where(*told).values(upto=EVERYBODY))
    tx.due_now = True
    return True


def cancel(tx: Tx, number: int) -> int:
    """Returns how many conversations, and people not yet come to, are not told."""
    before = progress(tx, number)
    return before.waiting - progress(tx, number).waiting if _ended(tx, number, "cancelled") else 0


def recall(tx: Tx, number: int) -> None:
    """It goes from every chat that can lose it; what just leaves goes again when it is known to be out."""
    if _ended(tx, number, "recalled") and (words := messages.words_of(tx, [number])[number]) is not None:
        said.erase_named(tx, f"{words['once']}:")


def _ended(tx: Tx, number: int, status: str) -> bool:
    if not _moved(tx, number, (*LIVING, "cancelled") if status == "recalled" else LIVING, status):
        return False
    _reached(tx, number, 0)  # until nothing is left of it
    _dropped(tx, number, status)
    tx.due_now = True
    return True


def _moved(tx: Tx, number: int, before: Sequence[str], after: str) -> bool:
    mine = update(broadcasts).where(broadcasts.c.id == number, broadcasts.c.status.in_(before))
    return bool(tx.execute(mine.values(status=after)).rowcount)


def recalled(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Those of these that were."""
    wanted = sorted(set(numbers))
    mine = (broadcasts.c.id.in_(wanted), broadcasts.c.status == "recalled")
    return set(tx.execute(select(broadcasts.c.id).where(*mine)).scalars()) if wanted else set()


def held(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Those of these that go to nobody else, or to nobody for now."""
    wanted, held_ = sorted(set(numbers)), broadcasts.c.status.in_(messages.HELD)
    mine = select(broadcasts.c.id).where(among(broadcasts.c.id, "numbers"), held_)
    return set(tx.execute(mine, {"numbers": wanted}).scalars()) if wanted else set()


# -- who has it --------------------------------------------------------------------------------------------------------------


def counted(tx: Tx, number: int) -> bool:
    """Whether it is kept who has it. Of what went before there were broadcasts nobody knows."""
    return tx.execute(select(broadcasts.c.id).where(broadcasts.c.id == number)).first() is not None


def progress(tx: Tx, number: int) -> Progress:
    row = tx.execute(select(broadcasts.c.status, broadcasts.c.upto).where(broadcasts.c.id == number)).first()
    has = (_R.notice == number, _R.delivered_at.is_not(None))
    out = int(tx.execute(select(func.count(distinct(_R.person))).where(*has)).scalar_one())
    if row is None:
        return Progress("ended", 0, out)
    waiting = _waiting(tx, number, row)
    return Progress("ended" if row.status == "running" and not waiting else row.status, waiting, out)


def _waiting(tx: Tx, number: int, row: Row[Any]) -> int:
    """What a page has fetched and not acknowledged waits too; what a platform may yet refuse is out."""
    on_its_way = ~outbox.c.handed if row.status in LIVING else and_(~outbox.c.handed, outbox.c.claimed_ms >= now_ms())
    fetched = and_(outbox.c.handed, outbox.c.claimed_ms == 0)
    mine = (outbox.c.broadcast == number, or_(on_its_way, fetched))
    waiting = int(tx.execute(select(func.count()).select_from(outbox).where(*mine)).scalar_one())
    if row.upto is None or row.status not in LIVING:
        return waiting
    later = select(func.count(distinct(_R.person))).where(_R.notice == number, _R.person > row.upto)
    return waiting + int(tx.execute(later).scalar_one())


def standing(tx: Tx, number: int) -> Counter[str]:
    """In how many chats of each channel it stands and may still be taken out, as far as is known: of a page nothing is."""
    lanes = select(_said.c.channel, func.count(distinct(_said.c.lane)).label("lanes")).where(_named(tx, number))
    rows = tx.execute(lanes.where(_said.c.want != "erase").group_by(_said.c.channel))
    return Counter({row.channel: row.lanes for row in rows})


def left_with(tx: Tx, number: int) -> int:
    """Of one that was recalled: from how many people's chats it could not be taken out, or can't be, since nothing reaches them."""
    persons = select(func.count(distinct(chats.c.person))).join(_said, _said.c.lane == chats.c.id)
    stays = or_(_said.c.want != "erase", chats.c.sealed_address.is_(None))
    return int(tx.execute(persons.where(_named(tx, number), stays)).scalar_one())


def _named(tx: Tx, number: int) -> Any:
    words = messages.words_of(tx, [number]).get(number)
    return _said.c.name.startswith(f"{words['once']}:", autoescape=True) if words else false()


# By person, of whom it has hundreds in hand, and not by notice, of which there may be a million: + 0 leaves that index aside.
_DELIVERED = (
    update(notice_receipts)
    .where(_R.notice + 0 == bindparam("number"), among(_R.person, "persons"), _R.delivered_at.is_(None))
    .values(delivered_at=bindparam("moment", type_=_R.delivered_at.type))
)
_PERSONS = select(chats.c.id, chats.c.person).where(among(chats.c.id, "lanes"), chats.c.person.is_not(None))


def delivered(tx: Tx, told: Sequence[tuple[int, int]], at: datetime | None = None) -> None:
    """(broadcast, lane) of what is out: its people have it, from the first time on."""
    if not told:
        return
    whose = {row.id: row.person for row in tx.execute(_PERSONS, {"lanes": [lane for _, lane in told]})}
    for number in {number for number, _ in told}:
        persons = [whose[lane] for one, lane in told if one == number and lane in whose]
        tx.execute(_DELIVERED, {"number": number, "persons": persons, "moment": at or datetime.now(UTC)})
