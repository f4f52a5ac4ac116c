"""Rows of uploaded files: whose they are, how far their cleaning is, and under what keys they lie. Bytes are in `files`."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, delete, func, literal_column, select, update

from storage import tip_seal
from storage.database import Tx, new_id, now_ms
from storage.models import chats, tip_files, tip_keys

LEASE_MS, GIVE_UP = 120_000, 3
_NEW = tip_files.c.state == literal_column("'new'")  # as the index over them says it: a parameter would not meet it
_NOBODYS = (tip_files.c.tip.is_(None), tip_files.c.owner.is_(None))  # not submitted
MAX_TIP = 100 * 1024 * 1024  # all files of a tip together: submitted, added later, and not yet sent


class Owner(NamedTuple):
    """What a file was handed in with, where that is no tip."""

    kind: Literal["filing", "matter", "notice", "meeting", "minutes", "bulletin"]
    number: int

    @property
    def columns(self) -> dict[str, Any]:
        return {"owner_kind": self.kind, "owner": self.number}

    @property
    def theirs(self) -> tuple[Any, ...]:
        return tip_files.c.owner == self.number, tip_files.c.owner_kind == self.kind


def number_of(tx: Tx, lane: int, ext_id: str) -> int:
    """One file per message of a conversation: repeated, it is the same file. 63 bits that tell nobody which."""
    return int.from_bytes(tx.keys.mac("link", f"file:{lane}:{ext_id}".encode())[:8], "big") >> 1


def keep(tx: Tx, row: dict[str, Any], about: dict[str, Any]) -> None:
    """`row`: id, county, lane, family, size, digest. `about`: store name and key of the original, the person's file name.
    Not yet part of any tip."""
    made = {"state": "new", "made_ms": now_ms(), "sealed_about": _seal(tx, row["id"], None, about)}
    tx.add(tip_files, row | made)


def _seal(tx: Tx, number: int, tip: int | None, about: dict[str, Any]) -> bytes:
    """A draft's lie in transit; once submitted the tip's own key holds them, and is forgotten with them."""
    if tip is not None:
        return tip_seal.sealed(tx, tip, about, f"/file/{number}")
    return tx.keys.seal("transit", json.dumps(about, ensure_ascii=False).encode(), str(number).encode())


def about(tx: Tx, row: Row[Any], wrapped: bytes | None = None) -> dict[str, Any]:
    """Raises `Unsealable` when the tip was forgotten."""
    if row.tip is not None:
        return dict(tip_seal.opened(tx, row.tip, row.sealed_about, f"/file/{row.id}", wrapped))
    return dict(json.loads(tx.keys.open_("transit", row.sealed_about, str(row.id).encode())))


def clean_extension(tx: Tx, row: Row[Any]) -> str:
    """Of the copy that may be opened; a copy of a copy has it as its own."""
    kept = about(tx, row)
    return str(kept.get("clean_ext", kept["ext"]))


def adopt(tx: Tx, numbers: Iterable[int], lane: int, tip: int) -> None:
    """Files of this conversation become the tip's; the conversation is forgotten."""
    if not (wanted := list(numbers)):
        return
    mine = (tip_files.c.id.in_(wanted), tip_files.c.lane == lane, *_NOBODYS)
    for row in tx.execute(select(tip_files).where(*mine).order_by(tip_files.c.id).with_for_update()).all():
        values = {"tip": tip, "lane": None, "sealed_about": _seal(tx, row.id, tip, about(tx, row))}
        tx.execute(update(tip_files).where(tip_files.c.id == row.id).values(values))


def adopt_for(tx: Tx, numbers: Iterable[int], lane: int, owner: Owner) -> None:
    """Files of this conversation become the owner's; the conversation is forgotten. They lie where they lay."""
    mine = (tip_files.c.id.in_(list(numbers)), tip_files.c.lane == lane, *_NOBODYS)
    tx.execute(update(tip_files).where(*mine).values(lane=None, **owner.columns))


def copied(tx: Tx, numbers: Iterable[int], county: str, owner: Owner, *, named: bool = False) -> None:
    """Another county's matter, or the notice that corrects one, gets copies of its own, sealed in its own rows: the cleaned one,
    else what is still to be cleaned; what was withheld stays. `named`: under the names that their sender gave them. The bytes lie
    where they lay, and go when the last row that names them is gone."""
    wanted = select(tip_files).where(tip_files.c.id.in_(list(numbers)), tip_files.c.state.in_(("ready", "new")))
    for row in tx.execute(wanted.order_by(tip_files.c.made_ms, tip_files.c.id)).all():
        number, was = new_id(), about(tx, row)
        kept = {name: was.get(f"clean_{name}", was[name]) for name in ("store", "key", "mime", "ext")}
        kept |= {"name": was.get("name", "") if named else ""}
        same = {name: getattr(row, name) for name in ("family", "size", "digest", "state", "made_ms")}
        copy = same | {"id": number, "county": county, "lane": None, **owner.columns}
        tx.add(tip_files, copy | {"sealed_about": _seal(tx, number, None, kept)})


def pass_on(tx: Tx, before: Owner, after: Owner) -> None:
    """What is handed in again without new files keeps those it had."""
    tx.execute(update(tip_files).where(*before.theirs).values(**after.columns))


def of_owner(tx: Tx, owner: Owner) -> list[Row[Any]]:
    """In the order they came."""
    return list(tx.execute(select(tip_files).where(*owner.theirs).order_by(tip_files.c.made_ms, tip_files.c.id)).all())


def drop(tx: Tx, owner: Owner, numbers: Iterable[int]) -> None:
    """Some of what was handed in with it: not part of it any more."""
    if wanted := list(numbers):
        tx.execute(delete(tip_files).where(tip_files.c.id.in_(wanted), *owner.theirs))


def drop_owner(tx: Tx, owner: Owner) -> None:
    """Rows go now, their keys with them."""
    tx.execute(delete(tip_files).where(*owner.theirs))


def discard(tx: Tx, numbers: Iterable[int]) -> None:
    """Rows go now; the sweep removes blobs that no row names."""
    if wanted := list(numbers):
        tx.execute(delete(tip_files).where(tip_files.c.id.in_(wanted), *_NOBODYS))


def take_back(tx: Tx, tip: int, number: int) -> bool | None:
    """One that was handed in goes while nobody has opened it: True. False: it was opened and stays. None: it is not there."""
    mine = (tip_files.c.id == number, tip_files.c.tip == tip)
    if tx.execute(select(tip_files.c.id).where(*mine)).first() is None:
        return None
    return bool(tx.execute(delete(tip_files).where(*mine, tip_files.c.opened_at.is_(None))).rowcount)


def of_tip(tx: Tx, tip: int) -> list[Row[Any]]:
    """In the order they came."""
    mine = select(tip_files).where(tip_files.c.tip == tip)
    return list(tx.execute(mine.order_by(tip_files.c.made_ms, tip_files.c.id)).all())


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    wanted = select(tip_files).where(tip_files.c.id == number)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def pending_size(tx: Tx, lane: int, but: Iterable[int] = ()) -> int:
    """Bytes this conversation has uploaded and not yet submitted, some of the files left out."""
    return _sum(tx, tip_files.c.lane == lane, tip_files.c.id.not_in(list(but)))


def size_of_tip(tx: Tx, tip: int) -> int:
    """Bytes of all that was submitted."""
    return _sum(tx, tip_files.c.tip == tip)


def _sum(tx: Tx, *which: Any) -> int:
    return int(tx.execute(select(func.sum(tip_files.c.size)).where(*which)).scalar_one() or 0)


def any_new(tx: Tx) -> bool:
    return tx.execute(select(tip_files.c.id).where(_NEW).limit(1)).first() is not None


def claim(tx: Tx, limit: int = 4) -> list[Row[Any]]:
    """Files to be cleaned, under a lease. One that was tried before is claimed alone: should it kill the process again, no
    other is counted with it. One whose cleaning has died three times is withheld, not tried again."""
    at = now_ms()
    hopeless = (_NEW, tip_files.c.attempts >= GIVE_UP, tip_files.c.claimed_ms < at)
    tx.execute(update(tip_files).where(*hopeless).values(state="withheld", reason="damaged"))
    wanted = select(tip_files).where(_NEW, tip_files.c.claimed_ms < at)
    free = tx.execute(wanted.order_by(tip_files.c.made_ms).limit(limit).with_for_update(skip_locked=True)).all()
    rows = [row for row in free if row.attempts][:1] or list(free)
    ids = [row.id for row in rows]
    taken = update(tip_files).where(tip_files.c.id.in_(ids))
    tx.execute(taken.values(claimed_ms=at + LEASE_MS, attempts=tip_files.c.attempts + 1))
    return rows


def release(tx: Tx, numbers: Sequence[int]) -> None:
    """Not cleaned, and not the files' fault: tried again, and the try not counted."""
    again = {"claimed_ms": 0, "attempts": tip_files.c.attempts - 1}
    tx.execute(update(tip_files).where(tip_files.c.id.in_(numbers), _NEW).values(again))


def cleaned(tx: Tx, number: int, state: str, reason: str | None, more: dict[str, Any]) -> None:
    row = by_id(tx, number, lock=True)  # the tip may be submitted meanwhile, and holds it then under another key
    if row is not None:
        sealed = _seal(tx, number, row.tip, about(tx, row) | more)
        tx.execute(
            update(tip_files).where(tip_files.c.id == number).values(state=state, reason=reason, sealed_about=sealed)
        )


def opened(tx: Tx, numbers: Iterable[int], at: Any) -> None:
    """Somebody has it before them, or was handed it: the cleaned copy, or a withheld original under the warning."""
    fresh = (tip_files.c.id.in_(list(numbers)), tip_files.c.opened_at.is_(None))
    tx.execute(update(tip_files).where(*fresh).values(opened_at=at))


def drop_lane(tx: Tx, lane: int) -> None:
    """Uploads of a tip that was never submitted go with their conversation; their keys with them."""
    tx.execute(delete(tip_files).where(*_NOBODYS, tip_files.c.lane == lane))


def sweep(tx: Tx) -> None:
    """An upload may have ended after its conversation did."""
    live = select(chats.c.id).where(chats.c.ended_ms.is_(None))
    tx.execute(delete(tip_files).where(*_NOBODYS, tip_files.c.lane.not_in(live)))


def stored_names(tx: Tx) -> set[str]:
    """Raises `Unsealable` where a row can't be opened: with a wrong keyring no file is taken for one of nobody."""
    names: set[str] = set()
    with_keys = select(tip_files, tip_keys.c.sealed_key).outerjoin(tip_keys, tip_keys.c.tip == tip_files.c.tip)
    for row in tx.execute(with_keys):
        kept = about(tx, row, row.sealed_key)
        names |= {kept[field] for field in ("store", "clean_store") if kept.get(field)}
    return names
