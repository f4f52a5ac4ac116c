"""How long the content of a tip is kept once it has ended: when the figure has run out."""

from datetime import UTC, datetime, timedelta

import pytest

from rules import retention
from rules.county import Plan
from rules.terms import SeatRef
from rules.visibility import Power, TipFacts, Viewer, may

# figure, the day it ended, the last day it is kept in the county (a day off moves it: 民法典 203)
LAST_DAYS = [
    ("spam", "2026-11-23", "2026-12-23"),
    ("spam", "2026-11-26", "2026-12-28"),  # 26 December is a Saturday
    ("withdrawn", "2026-09-01", "2026-10-08"),  # 1 October and the week behind it
    ("closed", "2020-11-23", "2025-11-24"),  # a Sunday
    ("closed", "2020-02-29", "2025-02-28"),  # no such day in that year (民法典 202)
]


@pytest.mark.parametrize(("name", "ended", "last"), LAST_DAYS)
def test_until_when(luzhai: Plan, name: str, ended: str, last: str) -> None:
    """To the end of its last day, and not a moment longer; what may be looked for is never found too late."""
    began = datetime.fromisoformat(f"{ended}T10:00:00+08:00").astimezone(UTC)
    end = datetime.fromisoformat(f"{last}T00:00:00+08:00").astimezone(UTC) + timedelta(days=1)
    assert not retention.over(luzhai, name, began, end - timedelta(seconds=1))
    assert retention.over(luzhai, name, began, end)
    assert retention.latest(luzhai, name, end) >= began


def test_of_what_is_forgotten_the_register_is_left(luzhai: Plan) -> None:
    """Nothing of it can be read, moved or exported; that it was there can be seen."""
    viewer = Viewer("luzhai", 1, frozenset({SeatRef("hq_office", "intake"), SeatRef("hq_office", "coordinator")}))
    gone = TipFacts("luzhai", "LZ-1", "hq_office", ended=True, forgotten=True)
    assert {power for power in Power if may(luzhai, viewer, power, gone)} == {Power.SEE_NUMBER, Power.SEE_REGISTER}
