"""Tips: number, sealed content, dialogue and course. A tip knows its author's conversation by a random alias only."""

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, update

from storage import people
from storage.database import Tx, new_id, now_ms, random_id
from storage.models import (
    contacts,
    handovers,
    moves,
    returns,
    tip_files,
    tip_keys,
    tip_marks,
    tip_messages,
    tip_units,
    tips,
    tries,
)
from storage.sealed import Keyring, Unsealable, new_key, open_with

OPEN = ("received", "taken", "handed")


@dataclass(frozen=True)
class Receipt:
    """Number and password together open the tip from any channel. The password exists nowhere else in the clear."""

    number: str
    password: str


_KEY = select(tip_keys.c.sealed_key).where(tip_keys.c.tip == bindparam("tip"))


def _key(tx: Tx, tip: int, wanted: Any = _KEY) -> bytes:
    """Raises `Unsealable` when the tip was forgotten."""
    sealed = tx.execute(wanted, {"tip": tip}).scalar_one_or_none()
    if sealed is None:
        raise Unsealable("the key of this tip has been destroyed")
    return tx.keys.open_("tip", sealed, str(tip).encode())


def _seal(keys: Keyring, key: bytes, value: Any, place: str) -> bytes:
    return keys.seal_with(key, json.dumps(value, ensure_ascii=False).encode(), place.encode())


def opened(tx: Tx, tip: int, sealed: bytes, place: str = "", wrapped: bytes | None = None) -> Any:
    """`wrapped`: the tip's key as its row holds it, for whoever has read that along."""
    key = tx.keys.open_("tip", wrapped, str(tip).encode()) if wrapped else _key(tx, tip)
    return json.loads(open_with(key, sealed, f"{tip}{place}".encode()))


def sealed(tx: Tx, tip: int, value: Any, place: str = "") -> bytes:
    """Under the tip's own key, which stays the key until this is committed. `place` binds it to one row of the tip."""
    return _seal(tx.keys, _key(tx, tip, _KEY.with_for_update(read=True)), value, f"{tip}{place}")


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
    tip, key, receipt = random_id(), new_key(), _new_receipt(letters)
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
            "sealed_content": _seal(tx.keys, key, dict(content), str(tip)),
            **columns,
        },
    )
    tx.add(tip_keys, {"tip": tip, "sealed_key": tx.keys.seal("tip", key, str(tip).encode())})
    for unit in involved:
        tx.add(tip_units, {"id": new_id(), "tip": tip, "unit": unit})
    keep_marks(tx, tip, county, marks)
    return tip, receipt


def keep_marks(tx: Tx, tip: int, county: str, marks: Iterable[tuple[str, str]]) -> None:
    for kind, value in marks:
        row = {"id": new_id(), "county": county, "tip": tip, "kind": kind}
        tx.add(tip_marks, row | {"mark": _mark(tx, county, kind, value)})


def _mark(tx: Tx, county: str, kind: str, value: str) -> bytes:
    """Equal things meet under the current key: those kept under an older one are re-keyed on touch."""
    current, *older = tx.keys.macs("mark", f"{county}:{kind}:{value}".encode())
    if older:
        tx.execute(update(tip_marks).where(tip_marks.c.mark.in_(older)).values(mark=current))
    return current


def marked(tx: Tx, county: str, kind: str, value: str) -> list[Row[Any]]:
    """Tips that carry this mark, oldest first. Who may see a row is decided by rules.visibility, row by row."""
    same = (tip_marks.c.county == county, tip_marks.c.kind == kind)
    carry = select(tip_marks.c.tip).where(*same, tip_marks.c.mark == _mark(tx, county, kind, value))
    return list(tx.execute(select(tips).where(tips.c.id.in_(carry)).order_by(tips.c.received_at)).all())


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
    tx.execute(update(tips).where(tips.c.id == tip).values(changed_at=at, **values))


def take(tx: Tx, tip: int, person: int, at: datetime) -> int | None:
    """Who has it now. Of two who take it at once, the first keeps it."""
    mine = update(tips).where(tips.c.id == tip, tips.c.taken_by.is_(None))
    tx.execute(mine.values(taken_by=person, changed_at=at))
    holder = tx.execute(select(tips.c.taken_by).where(tips.c.id == tip)).scalar_one()
    return int(holder) if holder else None


def content(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return dict(opened(tx, row.id, row.sealed_content))


def set_content(tx: Tx, tip: int, value: Mapping[str, Any]) -> None:
    tx.execute(update(tips).where(tips.c.id == tip).values(sealed_content=sealed(tx, tip, dict(value))))


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
    tx.add(tip_messages, row | {"sealed_text": sealed(tx, tip, text)})


def dialogue(tx: Tx, tip: int) -> list[dict[str, Any]]:
    rows = tx.execute(select(tip_messages).where(tip_messages.c.tip == tip).order_by(tip_messages.c.id))
    return [
        {"at": r.at, "author": r.author, "text": opened(tx, tip, r.sealed_text), "seen": r.seen_at is not None}
        for r in rows
    ]


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
    tx.add(moves, row | columns | {"sealed_note": sealed(tx, tip, [note, right]) if note else None})
    return number


def course(tx: Tx, tip: int) -> list[dict[str, Any]]:
    rows = tx.execute(select(moves).where(moves.c.tip == tip).order_by(moves.c.id)).mappings()
    return [dict(row) | _noted(tx, tip, row["sealed_note"]) for row in rows]


def _noted(tx: Tx, tip: int, sealed: bytes | None) -> dict[str, Any]:
    note, right = opened(tx, tip, sealed) if sealed else ("", None)
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


# -- contact, patience -------------------------------------------------------------------------------------------------


def keep_contact(tx: Tx, tip: int, contact: str) -> None:
    tx.add(contacts, {"tip": tip, "sealed_contact": tx.keys.seal("contact", contact.encode(), str(tip).encode())})


def contact(tx: Tx, tip: int) -> str | None:
    kept = tx.execute(select(contacts.c.sealed_contact).where(contacts.c.tip == tip)).scalar_one_or_none()
    return tx.keys.open_("contact", kept, str(tip).encode()).decode() if kept else None


FORGIVEN_MS = 3600 * 1000


def failed(tx: Tx, *subjects: str) -> int:
    """Milliseconds the answer to a wrong password waits: 1 s, doubling to a minute, per tip and per conversation,
    forgiven after a quiet hour. Only wrong answers wait; the right password works at any moment."""
    worst = 0
    for subject in subjects:
        mac, at = tx.keys.mac("secret", b"try:" + subject.encode()), now_ms()
        kept = tx.execute(select(tries).where(tries.c.subject == mac)).first()
        count = kept.failures + 1 if kept and at - kept.at_ms < FORGIVEN_MS else 1
        tx.upsert(tries, {"subject": mac, "failures": count, "at_ms": at}, ["subject"])
        worst = max(worst, count)
    return int(min(60_000, 1000 * 2 ** min(worst - 1, 6)))


def sweep(tx: Tx) -> None:
    tx.execute(delete(tries).where(tries.c.at_ms < now_ms() - FORGIVEN_MS))


def renew_key(tx: Tx, tip: int) -> None:
    """For what was deleted no key is kept any more, wherever a row as it stood may be left: what stays is sealed anew."""
    old, key = _key(tx, tip, _KEY.with_for_update()), new_key()
    for table, column, place in _SEALED:
        mine = (table.c.id if table is tips else table.c.tip) == tip
        kept = select(table.c.id, table.c[column].label("sealed")).where(mine).order_by(table.c.id).with_for_update()
        for row in tx.execute(kept).all():
            if row.sealed:
                bound = f"{tip}{place.format(row.id)}".encode()
                again = tx.keys.seal_with(key, open_with(old, row.sealed, bound), bound)
                tx.execute(update(table).where(table.c.id == row.id).values({column: again}))
    sealed_key = tx.keys.seal("tip", key, str(tip).encode())
    tx.execute(update(tip_keys).where(tip_keys.c.tip == tip).values(sealed_key=sealed_key))


# All that lies under a tip's own key, and what each value is bound to beside the tip.
_SEALED = (
    (tips, "sealed_content", ""),
    (tip_messages, "sealed_text", ""),
    (tip_files, "sealed_about", "/file/{}"),
    (handovers, "sealed_copy", ""),
    (moves, "sealed_note", ""),
)


# -- forgetting --------------------------------------------------------------------------------------------------------


def ended(tx: Tx, county: str, kind: str, kinds: Sequence[str], before: datetime, limit: int) -> list[Row[Any]]:
    """Tips that ended before then and are not forgotten: those whose outcome or status has a figure of that name, of the
    others those that are closed. Other workers pass over them."""
    name = func.coalesce(tips.c.outcome, tips.c.status)
    fits = or_(name == kind, and_(tips.c.status == kind, name.not_in(list(kinds))))
    old = (tips.c.county == county, tips.c.closed_at <= before, tips.c.forgotten_at.is_(None), fits)
    wanted = select(tips).where(*old, tips.c.status.not_in((*OPEN, "merged"))).order_by(tips.c.closed_at)
    return list(tx.execute(wanted.limit(limit).with_for_update(skip_locked=True)).all())


def forget(tx: Tx, tip: int, at: datetime) -> None:
    """Destroy the key and what lay under it: content, dialogue, notes, copies, attachments; marks and the way back with
    them. Number, password, dates, outcome and the course stay: who asks is told that it is gone."""
    alias = tx.execute(select(tips.c.alias).where(tips.c.id == tip)).scalar_one_or_none()
    cut(tx, alias)
    for table in (tip_keys, tip_marks, contacts, tip_messages, tip_files):
        tx.execute(delete(table).where(table.c.tip == tip))
    tx.execute(update(moves).where(moves.c.tip == tip).values(sealed_note=None))
    tx.execute(update(handovers).where(handovers.c.tip == tip).values(sealed_copy=b""))
    tx.execute(update(tips).where(tips.c.id == tip).values(forgotten_at=at, sealed_content=None))
