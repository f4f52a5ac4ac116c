"""What was handed in for a duty: one filing, several receivers, a receipt from each. Handed in again, it is a new revision."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select, update

from storage.database import Tx, new_id
from storage.models import duties, filing_receipts, filings
from storage.sealed_words import opened, sealed

Content = dict[str, Any]
UNSEEN = "unseen"  # the kind of the clock that asks an office again for what it has not looked at


def hand_in(tx: Tx, duty: Row[Any], content: Mapping[str, Any], *, nil: bool, by: int, at: datetime) -> tuple[int, int]:
    """(the filing, its revision). The duty's row is held by whoever calls: no two hand in the same revision."""
    latest = tx.execute(select(func.max(filings.c.revision)).where(filings.c.duty == duty.id)).scalar()
    number, revision = new_id(), (latest or 0) + 1
    about = {"county": duty.county, "duty": duty.id, "unit": duty.unit, "rule": duty.rule, "period": duty.period}
    row = {"id": number, "revision": revision, "nil": nil, "made_by": by, "made_at": at}
    tx.add(filings, about | row | {"sealed_content": sealed(tx, f"filing:{number}", content)})
    return number, revision


def receive(tx: Tx, filing: int, county: str, letters: str, units: Iterable[str], at: datetime) -> dict[str, str]:
    """A receipt number for each receiver, such as YX-BS-48213067: it may be said on the phone."""
    numbers = {unit: f"{letters}-BS-{secrets.randbelow(10**8):08d}" for unit in units}
    for unit, number in numbers.items():
        row = {"id": new_id(), "county": county, "filing": filing, "unit": unit, "number": number}
        tx.add(filing_receipts, row | {"status": "sent", "at": at})
    return numbers


def latest(tx: Tx, duty: int) -> Row[Any] | None:
    mine = select(filings).where(filings.c.duty == duty).order_by(filings.c.revision.desc()).limit(1)
    return tx.execute(mine).first()


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(filings).where(filings.c.id == number)).first()


def content(tx: Tx, row: Row[Any]) -> Content:
    return opened(tx, f"filing:{row.id}", row.sealed_content)


def receipts(tx: Tx, filing: int) -> list[Row[Any]]:
    mine = select(filing_receipts).where(filing_receipts.c.filing == filing).order_by(filing_receipts.c.id)
    return list(tx.execute(mine).all())


def handed_back(tx: Tx, duty: int) -> tuple[Row[Any], list[Row[Any]]] | None:
    """What was handed in last, and who of those who receive it returned it; None where nobody did."""
    filed = latest(tx, duty)
    back = [row for row in receipts(tx, filed.id) if row.status == "returned"] if filed is not None else []
    return (filed, back) if filed is not None and back else None


def receipt_of(tx: Tx, filing: int, unit: str) -> Row[Any] | None:
    mine = (filing_receipts.c.filing == filing, filing_receipts.c.unit == unit)
    return tx.execute(select(filing_receipts).where(*mine)).first()


def undecided(tx: Tx, county: str, units: Iterable[str]) -> list[Row[Any]]:
    """Duties whose latest filing one of these offices has still to take note of or hand back, with when it came (`made_at`);
    the oldest first."""
    mine = (
        filing_receipts.c.county == county,
        filing_receipts.c.status == "sent",
        filing_receipts.c.unit.in_(list(units)),
    )
    newer = filings.alias()
    again = exists().where(newer.c.duty == filings.c.duty, newer.c.revision > filings.c.revision)
    joined = filing_receipts.join(filings, filings.c.id == filing_receipts.c.filing)
    wanted = select(duties, filings.c.made_at).select_from(joined.join(duties, duties.c.id == filings.c.duty))
    wanted = wanted.where(*mine, duties.c.ended == "filed", ~again).order_by(filings.c.made_at, duties.c.id)
    return list({row.id: row for row in tx.execute(wanted)}.values())


def unseen(number: str) -> str:
    """How the clock of this receipt is called."""
    return f"{UNSEEN}:{number}"


def of_clock(tx: Tx, once: str) -> Row[Any] | None:
    """The filing of which such a clock asks."""
    mine = filing_receipts.c.number == once.partition(":")[2]
    wanted = select(filings).join(filing_receipts, filings.c.id == filing_receipts.c.filing).where(mine)
    return tx.execute(wanted).first()


def decide(tx: Tx, receipt: Row[Any], status: str, by: int, at: datetime, remarks: str = "") -> bool:
    """`taken` or `returned`, once. Whether it was still to be decided."""
    place = f"receipt:{receipt.id}".encode()
    kept = tx.keys.seal("transit", remarks.encode(), place) if remarks else None
    open_ = update(filing_receipts).where(filing_receipts.c.id == receipt.id, filing_receipts.c.status == "sent")
    decided = open_.values(status=status, by=by, at=at, sealed_remarks=kept).returning(filing_receipts.c.id)
    return tx.execute(decided).first() is not None


def remarks(tx: Tx, receipt: Row[Any]) -> str:
    kept = receipt.sealed_remarks
    return tx.keys.open_("transit", kept, f"receipt:{receipt.id}".encode()).decode() if kept else ""
