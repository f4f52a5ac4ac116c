"""Audiences that an office has saved under a name, as rows: everybody of the office uses them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from rules.notices import Whom
from storage.database import Tx, new_id
from storage.models import audiences

_A = audiences.c


def content(whom: Whom) -> str:
    return json.dumps(whom.__dict__, ensure_ascii=False)


def whom(row: Row[Any]) -> Whom:
    return said(row.content)


def said(kept: str) -> Whom:
    found = json.loads(kept)
    return Whom(*(tuple(found.get(name, ())) for name in ("units", "seats", "persons")))


def save(tx: Tx, county: str, office: str, name: str, whom: Whom, person: int, at: datetime) -> None:
    """What was saved under this name before is replaced."""
    row = {"id": new_id(), "county": county, "office": office, "name": name, "content": content(whom)}
    row |= {"made_by": person, "made_at": at}
    tx.upsert(
        audiences, row, ("county", "office", "name"), {key: row[key] for key in ("content", "made_by", "made_at")}
    )


def of_offices(tx: Tx, county: str, offices: Iterable[str]) -> list[Row[Any]]:
    mine = (_A.county == county, _A.office.in_(list(offices)))
    return list(tx.execute(select(audiences).where(*mine).order_by(_A.name, _A.id)).all())


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(audiences).where(_A.id == number)).first()


def named(tx: Tx, county: str, office: str, name: str) -> Row[Any] | None:
    mine = (_A.county == county, _A.office == office, _A.name == name)
    return tx.execute(select(audiences).where(*mine)).first()


def rename(tx: Tx, number: int, name: str) -> None:
    tx.execute(update(audiences).where(_A.id == number).values(name=name))


def drop(tx: Tx, number: int) -> None:
    tx.execute(delete(audiences).where(_A.id == number))
