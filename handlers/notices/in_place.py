"""代: for whom somebody has a notice that was for another's seat, by who was away on the day that it came to them or was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row

from handlers.notices.scene import Scene
from rules.notices import Whom
from storage import absences, notices
from storage.seated import local_day


@dataclass
class InPlace:
    """Of one notice; each day is read once."""

    scene: Scene
    notice: Row[Any]
    found: Iterable[Row[Any]]
    _days: dict[date, Mapping[int, int | None]] = field(default_factory=dict)

    def of(self, row: Row[Any]) -> int | None:
        """None: it was for themselves, or for a seat that nobody held."""
        whom = notices.whom(self.notice)
        own = (row.unit, row.seat) in self.scene.today.held(row.person)
        if own and (row.seat in whom.seats or row.person in whom.persons):
            return None
        return next((one for one in self._absent(row) if self._meant(one, row, whom, own=own)), None)

    def _absent(self, row: Row[Any]) -> list[int]:
        """Those for whom they stood in then."""
        at = row.answered_at or row.opened_at or self.notice.sent_at
        if at is None:
            return []
        day = local_day(self.scene.plan, at)
        if day not in self._days:
            self._days[day] = absences.stand_ins(self.scene.tx, self.scene.plan.id, day)
        return sorted(one for one, deputy in self._days[day].items() if deputy == row.person)

    def _meant(self, person: int, row: Row[Any], whom: Whom, *, own: bool) -> bool:
        """Who has a receipt of their own was not away when it went: then it is of the seat that is not the deputy's."""
        seats = {seat for unit, seat in self.scene.today.held(person) if unit == row.unit}
        if not own:
            return row.seat in seats
        return not seats.isdisjoint(whom.seats) and all(one.person != person for one in self.found)
