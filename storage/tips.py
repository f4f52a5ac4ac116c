"""Tips: number, sealed content, dialogue and course. A tip knows its author's conversation by a random alias only."""

import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, literal, select, update

from storage import likeness, people, tip_seal
from storage.database import Tx, new_id, random_id
from storage.models import contacts, moves, returns, tip_marks, tip_messages, tip_units, tips

OPEN = ("received", "taken", "handed")


@dataclass(frozen=True)
class Receipt:
    """Number and password together open the tip from any channel. The password exists nowhere else in the clear."""

    number: str
    password: str


def _secret(tx: Tx, number: str, password: str) -> tuple[bytes, ...]:
    return tx.keys.macs("secret", f"tip:{number}:{people.typed(password)}".encode())


def _new_receipt(letters: str) -> Receipt:
    """8 random digits (may be said on the phone) and 80 random bits."""
    return Receipt(f"{letters}-{secrets.randbelow(10**8):08d}", people.code_of(16))


def create(
    tx: Tx,
    *,
    county: str,
    letters: str,
    content: Mapping[str, Any],
    involved: Iterable[str],
    marks: Iterable[tuple[str, str]],
    at: datetime,
    alias: bytes | None,
    **columns: Any,
) -> tuple[int, Receipt]:
    """All rows of a new tip, in the caller's transaction. Two equal numbers: the unique key decides, the batch runs again."""
    tip, receipt = random_id(), _new_receipt(letters)
    tx.add(
        tips,
        {
            "id": tip,
            "county": county,
            "number": receipt.number,
            "secret": _secret(tx, receipt.number, receipt.password)[0],
            "alias": alias,
            "status": "received",
            "received_at": at,
            "changed_at": at,
            "sealed_content": tip_seal.begun(tx, tip, dict(content)),
            **columns,
        },
    )
    for unit in involved:
        tx.add(tip_units, {"id": new_id(), "tip": tip, "unit": unit})
    likeness.keep(tx, tip, county, marks)
    return tip, receipt


def by_number(tx: Tx, number: str) -> Row[Any] | None:
    return tx.execute(select(tips).where(tips.c.number == number.strip().upper())).first()


def by_id(tx: Tx, tip: int, *, lock: bool = False) -> Row[Any] | None:
    """With `lock` it stays as read until the commit, so that of two who change it the second sees what the first did.
    SQLite has one writer and needs none."""
    wanted = select(tips).where(tips.c.id == tip)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def open_by(tx: Tx, number: str, password: str) -> Row[Any] | None:
    """None, and nothing said of which of the two is wrong. The work is the same in both cases."""
    number = number.strip().upper()
    row = by_number(tx, number)
    given = _secret(tx, number, password)
    kept = row.secret if row else bytes(32)
    matches = [hmac.compare_digest(kept, one) for one in given]
    return row if row and any(matches) else None


def proof(row: Row[Any]) -> str:
    """Which password a conversation was opened with; tells nothing of it, and is another after each reissue."""
    return str(row.secret.hex()[:16])


def reissue(tx: Tx, row: Row[Any]) -> Receipt:
    """A new password for the same number; the old one is void."""
    receipt = Receipt(row.number, people.code_of(16))
    secret = _secret(tx, receipt.number, receipt.password)[0]
    tx.execute(update(tips).where(tips.c.id == row.id).values(secret=secret))
    return receipt


def by_ids(tx: Tx, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in tx.execute(select(tips).where(tips.c.id.in_(list(numbers))))}


def change(tx: Tx, tip: int, at: datetime, **values: Any) -> None:
    """What was said before the last change and is worked after it takes no date back."""
    latest = case((tips.c.changed_at > at, tips.c.changed_at), else_=literal(at, tips.c.changed_at.type))
    tx.execute(update(tips).where(tips.c.id == tip).values(changed_at=latest, **values))


def take(tx: Tx, tip: int, person: int, at: datetime) -> int | None:
    """Who has it now. Of two who take it at once, the first keeps it."""
    mine = update(tips).where(tips.c.id == tip, tips.c.taken_by.is_(None))
    tx.execute(mine.values(taken_by=person, changed_at=at))
    holder = tx.execute(select(tips.c.taken_by).where(tips.c.id == tip)).scalar_one()
    return int(holder) if holder else None


def content(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return dict(tip_seal.opened(tx, row.id, row.sealed_content))


def set_content(tx: Tx, tip: int, value: Mapping[str, Any]) -> None:
    tx.execute(update(tips).where(tips.c.id == tip).values(sealed_content=tip_seal.sealed(tx, tip, dict(value))))


def involved(tx: Tx, tip: int) -> frozenset[str]:
    return frozenset(tx.execute(select(tip_units.c.unit).where(tip_units.c.tip == tip)).scalars())


def involved_of(tx: Tx, numbers: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in tx.execute(select(tip_units.c.tip, tip_units.c.unit).where(tip_units.c.tip.in_(list(numbers)))):
        found.setdefault(row.tip, set()).add(row.unit)
    return {tip: frozenset(units) for tip, units in found.items()}


def involve(tx: Tx, tip: int, unit: str) -> None:
    if unit not in involved(tx, tip):
        tx.add(tip_units, {"id": new_id(), "tip": tip, "unit": unit})


def listing(tx: Tx, county: str, statuses: Sequence[str], at_once: int = 200) -> Iterator[Sequence[Row[Any]]]:
    """All of them, page by page. Who may see a row is decided by rules.visibility, row by row."""
    wanted = select(tips).where(tips.c.county == county, tips.c.status.in_(statuses)).order_by(tips.c.id).limit(at_once)
    after = 0
    while rows := tx.execute(wanted.where(tips.c.id > after)).all():
        yield rows
        after = rows[-1].id


def seal_off(tx: Tx, tip: int, at: datetime) -> None:
    """It turns out to be one for the sealed route: no column tells of it any more, and no mark finds it."""
    tx.execute(delete(tip_marks).where(tip_marks.c.tip == tip))
    change(tx, tip, at, route="sealed", goods=None, kind=None)


# -- the dialogue ----------------------------------------------------------------------------------------------------


def say(tx: Tx, tip: int, author: str, text: str, at: datetime, person: int | None = None) -> None:
    row = {"id": new_id(), "tip": tip, "at": at, "author": author, "person": person}
    tx.add(tip_messages, row | {"sealed_text": tip_seal.sealed(tx, tip, text)})


def dialogue(tx: Tx, tip: int) -> list[dict[str, Any]]:
    rows = tx.execute(select(tip_messages).where(tip_messages.c.tip == tip).order_by(tip_messages.c.id))
    return [
        {"at": r.at, "author": r.author, "text": tip_seal.opened(tx, tip, r.sealed_text), "seen": r.seen_at is not None}
        for r in rows
    ]


def unsay(tx: Tx, tip: int, without: Callable[[str], str | None]) -> bool | None:
    """The latest words of its author in which something is found are kept `without` it, while nobody has seen them: True.
    False: they were seen and stay. None: it is in none of them."""
    theirs = select(tip_messages).where(tip_messages.c.tip == tip, tip_messages.c.author == "citizen")
    for row in tx.execute(theirs.order_by(tip_messages.c.id.desc())).all():
        left = without(tip_seal.opened(tx, tip, row.sealed_text))
        if left is None:
            continue
        fresh = (tip_messages.c.id == row.id, tip_messages.c.seen_at.is_(None))
        if not left:
            return bool(tx.execute(delete(tip_messages).where(*fresh)).rowcount)
        kept = update(tip_messages).where(*fresh).values(sealed_text=tip_seal.sealed(tx, tip, left))
        return bool(tx.execute(kept).rowcount)
    return None


def seen(tx: Tx, tip: int, author: str, at: datetime) -> None:
    """The other side has now seen what `author` wrote."""
    fresh = (tip_messages.c.tip == tip, tip_messages.c.author == author, tip_messages.c.seen_at.is_(None))
    tx.execute(update(tip_messages).where(*fresh).values(seen_at=at))


# -- the course ------------------------------------------------------------------------------------------------------


def move(
    tx: Tx,
    tip: int,
    at: datetime,
    actor: str,
    name: str,
    *,
    note: str = "",
    right: str | None = None,
    late: str = "",
    **columns: Any,
) -> int:
    """One more entry; nothing is overwritten, a correction names what it corrects. `right`: the unit that a lead was handed
    back for."""
    number = new_id()
    row = {"id": number, "tip": tip, "at": at, "actor": actor, "move": name, "late": late}
    tx.add(moves, row | columns | {"sealed_note": tip_seal.sealed(tx, tip, [note, right]) if note else None})
    return number


def course(tx: Tx, tip: int) -> list[dict[str, Any]]:
    rows = tx.execute(select(moves).where(moves.c.tip == tip).order_by(moves.c.id)).mappings()
    return [dict(row) | _noted(tx, tip, row["sealed_note"]) for row in rows]


def _noted(tx: Tx, tip: int, sealed: bytes | None) -> dict[str, Any]:
    note, right = tip_seal.opened(tx, tip, sealed) if sealed else ("", None)
    return {"note": note, "right": right}


_MOVED = select(moves.c.id).where(
    moves.c.tip == bindparam("tip"), moves.c.move == bindparam("move"), moves.c.unit == bindparam("unit")
)


def moved(tx: Tx, tip: int, name: str, unit: str) -> bool:
    """Whether this has happened to the tip already."""
    return tx.execute(_MOVED, {"tip": tip, "move": name, "unit": unit}).first() is not None


def moved_since(tx: Tx, county: str, name: str, unit: str, since: datetime) -> bool:
    """Whether this has happened to any tip of the county."""
    mine = (moves.c.move == name, moves.c.unit == unit, moves.c.at >= since, tips.c.county == county)
    any_one = select(moves.c.id).join(tips, tips.c.id == moves.c.tip).where(*mine)
    return tx.execute(any_one.limit(1)).first() is not None


# -- the way back ----------------------------------------------------------------------------------------------------


def new_alias(tx: Tx, chat: int) -> bytes:
    alias = secrets.token_bytes(16)
    tx.add(returns, {"alias": alias, "sealed_chat": tx.keys.seal("address", str(chat).encode(), alias)})
    return alias


def way_back(tx: Tx, alias: bytes | None) -> int | None:
    """The conversation to write to, while the citizen allows it."""
    if alias is None:
        return None
    kept = tx.execute(select(returns.c.sealed_chat).where(returns.c.alias == alias)).scalar_one_or_none()
    return int(tx.keys.open_("address", kept, alias)) if kept else None


def cut(tx: Tx, alias: bytes | None) -> None:
    """STOP: from here on nobody, we included, can write to the author of this tip."""
    if alias is not None:
        tx.execute(delete(returns).where(returns.c.alias == alias))
        tx.execute(update(tips).where(tips.c.alias == alias).values(notify=False, alias=None))


def awaited(tx: Tx, aliases: Sequence[bytes]) -> set[bytes]:
    """Of these, the ones whose authors wish to be told and have not been told the end yet."""
    open_ = (tips.c.alias.in_(list(aliases)), tips.c.notify, tips.c.closed_at.is_(None))
    return set(tx.execute(select(tips.c.alias).where(*open_)).scalars())


def by_aliases(tx: Tx, aliases: Sequence[bytes]) -> list[Row[Any]]:
    if not aliases:
        return []
    live = select(returns.c.alias).where(returns.c.alias.in_(aliases))
    return list(tx.execute(select(tips).where(tips.c.alias.in_(live)).order_by(tips.c.received_at)).all())


# -- contact -----------------------------------------------------------------------------------------------------------


def keep_contact(tx: Tx, tip: int, contact: str) -> None:
    tx.add(contacts, {"tip": tip, "sealed_contact": tx.keys.seal("contact", contact.encode(), str(tip).encode())})


def contact(tx: Tx, tip: int) -> str | None:
    kept = tx.execute(select(contacts.c.sealed_contact).where(contacts.c.tip == tip)).scalar_one_or_none()
    return tx.keys.open_("contact", kept, str(tip).encode()).decode() if kept else None
