"""What citizens may read, as rows: from the first draft to the day on which it was withdrawn. Words are sealed until they are read,
like all words; a row that has ended stays for the record."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Update, or_, select, update

from rules.bulletins import MOVES, Act, Bulletin, Status
from storage import approvals
from storage.database import Tx
from storage.models import bulletins
from storage.sealed_words import UNREADABLE, legible, sealed

BULLETIN = "bulletin"
MOST = 500  # of what is read of a county's pieces at one time, the latest first
_B = bulletins.c


def make(tx: Tx, county: str, piece: Bulletin, status: Status, person: int, at: datetime) -> bool:
    """Exactly once, however often it is confirmed. Whether it was made now."""
    if by_id(tx, piece.number) is not None:
        return False
    row = {"id": piece.number, "county": county, "office": piece.office, "replaces": piece.replaces}
    tx.add_unless_known(bulletins, row | _written(tx, piece, status, person, at))
    return True


def rewrite(tx: Tx, piece: Bulletin, status: Status, person: int, at: datetime, revision: int) -> bool:
    """Written anew over what it was at that `revision`, while it is with nobody but those who write. Whether it was."""
    mine = update(bulletins).where(_B.id == piece.number, _B.revision == revision, _B.status.in_(_from("revise")))
    fresh = _written(tx, piece, status, person, at) | {"revision": revision + 1, "decided_by": None, "decided_at": None}
    return _done(tx, piece.number, mine.values(fresh))


def _done(tx: Tx, number: int, change: Update) -> bool:
    """With that nobody is waited for any more."""
    if not tx.execute(change).rowcount:
        return False
    approvals.over(tx, BULLETIN, number)
    return True


def _written(tx: Tx, piece: Bulletin, status: Status, person: int, at: datetime) -> dict[str, Any]:
    gate = json.dumps(dict(piece.gate or {}))
    row = {"category": piece.category, "status": status, "made_by": person, "made_at": at, "gate": gate}
    words = {"title": piece.title, "words": piece.words, "law": piece.law, "authors": list(piece.authors)}
    return row | {"until": piece.until, "sealed_words": sealed(tx, _place(piece.number), words)}


def _opened(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return {"title": UNREADABLE, "words": ""} | legible(tx, _place(row.id), row.sealed_words)


def _place(number: int) -> str:
    return f"{BULLETIN}:{number}"


def _from(act: Act) -> list[str]:
    return [at for at, done in MOVES if done == act]


def move(tx: Tx, row: Row[Any], act: Act, at: datetime, person: int | None = None, remarks: str = "") -> bool:
    """One step, if it still stands as `row` says, in those very words. Whether it was taken: of two who press at once, one."""
    to = MOVES[cast(Status, row.status), act]
    values: dict[str, Any] = {"status": to}
    if act in ("approve", "return"):
        values |= {"decided_by": person, "decided_at": at}
    values |= {"published_at": at} if to == "published" else {}
    values |= {"ended_at": at} if to in ("withdrawn", "replaced", "dropped") else {}
    more = ({"remarks": remarks} if remarks else {}) | ({"ended_by": person} if "ended_at" in values and person else {})
    if more:
        values |= {"sealed_words": sealed(tx, _place(row.id), _opened(tx, row) | more)}
    mine = update(bulletins).where(_B.id == row.id, _B.status == row.status, _B.revision == row.revision)
    return _done(tx, row.id, mine.values(values))


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(bulletins).where(_B.id == number)).first()


def read(tx: Tx, row: Row[Any]) -> Bulletin:
    words = _opened(tx, row)
    own = (row.id, row.office, row.category, words["title"], words["words"], row.until, words.get("law"))
    return Bulletin(*own, json.loads(row.gate), tuple(words.get("authors", ())), row.replaces)


def remarks(tx: Tx, row: Row[Any]) -> str:
    """Why it came back, or was withdrawn."""
    return str(_opened(tx, row).get("remarks", ""))


def ended_by(tx: Tx, row: Row[Any]) -> int | None:
    """Who withdrew or dropped it. What a correction replaced was ended by nobody."""
    return _opened(tx, row).get("ended_by")


def standing(tx: Tx, county: str, today: date) -> list[Row[Any]]:
    """What citizens may read today, the latest first."""
    live = (_B.county == county, _B.status == "published", or_(_B.until.is_(None), _B.until >= today))
    return list(tx.execute(select(bulletins).where(*live).order_by(_B.published_at.desc()).limit(MOST)).all())


def of_county(tx: Tx, county: str, statuses: Iterable[str], limit: int = MOST) -> list[Row[Any]]:
    """The latest first."""
    mine = (_B.county == county, _B.status.in_(list(statuses)))
    return list(tx.execute(select(bulletins).where(*mine).order_by(_B.made_at.desc(), _B.id).limit(limit)).all())


def correcting(tx: Tx, number: int) -> Row[Any] | None:
    """The piece that took its place."""
    after = select(bulletins).where(_B.replaces == number, _B.published_at.is_not(None))
    return tx.execute(after.order_by(_B.published_at.desc()).limit(1)).first()
