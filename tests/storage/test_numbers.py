"""Numbers of rows."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage import database
from storage.database import new_id


def test_order_within_a_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two moves of one moment stand in the course in the order in which they were made, also after the clock went back."""
    drawn = []
    for at in (1_764_000_000_000, 1_763_999_999_000):
        monkeypatch.setattr(database, "now_ms", lambda at=at: at)
        drawn += [new_id() for _ in range(1000)]
    assert drawn == sorted(set(drawn)) and drawn[-1] < 2**63


def test_threads_share_none() -> None:
    """Readers and the writer draw at the same time; no number comes twice."""
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: new_id(), range(10_000)))
    assert len(set(drawn)) == len(drawn)
