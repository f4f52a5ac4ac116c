"""What may still be done about a notice that has gone, as a table."""

from typing import get_args

import pytest

from rules.notice_controls import Control, controls
from rules.notices import Status, Want

# status, its broadcast, how many wait: what may be done
TABLE: list[tuple[Status, str, int, tuple[Control, ...]]] = [
    ("sent", "running", 3, ("pause", "cancel_rest", "correct", "recall")),
    ("sent", "paused", 3, ("resume", "cancel_rest", "correct", "recall")),
    ("sent", "ended", 0, ("correct", "recall")),
    ("sent", "running", 0, ("correct", "recall")),
    # one that is held back is let go again though nothing waits any more: it would read as paused for ever
    ("sent", "paused", 0, ("resume", "correct", "recall")),
    ("cancelled", "cancelled", 0, ("correct", "recall")),
    ("cancelled", "cancelled", 2, ("correct", "recall")),
    ("recalled", "recalled", 0, ()),
    ("replaced", "recalled", 0, ()),
]


@pytest.mark.parametrize(("status", "sending", "waiting", "able"), TABLE)
def test_what_may_be_done(status: Status, sending: str, waiting: int, able: tuple[Control, ...]) -> None:
    """While it is on its way it is held back or stopped; as long as it stands it is corrected or taken back; then nothing."""
    assert controls(status, "read", sending, waiting) == able


@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("want", get_args(Want))
def test_nothing_twice_and_both_ways_never(status: Status, want: Want) -> None:
    """No control stands there twice, nothing is held back and let go at once, and an invitation is its meeting's."""
    for sending in ("running", "paused", "cancelled", "recalled", "ended"):
        for waiting in (0, 1):
            able = controls(status, want, sending, waiting)
            assert len(set(able)) == len(able) and not {"pause", "resume"} <= set(able)
            assert not (want == "attend" and able)
