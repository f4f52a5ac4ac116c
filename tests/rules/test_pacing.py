"""Permits: in no second, wherever it begins, do more requests arrive than there are permits; and none is left lying."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rules.pacing import AHEAD_MS, HOLD_MS, SECOND_MS, booked, good_again
from tests.simulators.journal import most

MOST, STEP = 30, 33


@dataclass
class Row:
    """What the processes share."""

    good: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(MOST), 0))
    following: int = 0

    def books(self, now: int, count: int) -> dict[int, int]:
        lot = booked(self.good, self.following, now, count, STEP)
        self.good |= {number: at + HOLD_MS for number, at in lot.items()}
        self.following = max(lot.values(), default=self.following - STEP) + STEP
        return lot


Delays = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 1_500), st.integers(0, 400)), min_size=1, max_size=20)


@given(st.integers(1, 8), Delays)
def test_no_second_holds_more(processes: int, delays: list[tuple[int, int, int]]) -> None:
    """Whoever begins late, whatever moves on the way there and back, and however many processes take by turns."""
    row, arrivals, now = Row(), list[int](), 1_000_000
    answered = list[tuple[int, int]]()
    for round_ in range(120):
        late, there, back = delays[round_ % len(delays)]
        for number, at in [one for one in answered if one[1] <= now]:
            row.good[number] = good_again(at)
        answered = [one for one in answered if one[1] > now]
        for number, moment in row.books(now, 1 + round_ % 8).items():
            arrivals.append(max(moment, now) + late + there)
            answered.append((number, arrivals[-1] + back))
        now += STEP * 8 // processes
    assert most(arrivals, SECOND_MS) <= MOST and len(arrivals) > MOST


@given(st.integers(0, 15))
def test_nobody_waits_for_nothing(way: int) -> None:
    """Answered as fast as platforms answer, they come to within two of a hundred of what may be sent."""
    row, now, sent = Row(), 1_000_000, list[int]()
    for _ in range(400):
        lot = row.books(now, 8)
        sent += lot.values()
        row.good |= {number: good_again(at + way) for number, at in lot.items()}
        now = max(lot.values(), default=now + 50)
    assert len(sent) / (sent[-1] - sent[0]) * 1_000 >= MOST * 0.98


@given(st.dictionaries(st.integers(0, 29), st.integers(0, 3_000)), st.integers(0, 4_000), st.integers(1, 12))
def test_each_in_its_turn(good: dict[int, int], following: int, count: int) -> None:
    """No more than were asked for, a step apart, none before it is good, none that is good only later."""
    lot = booked(good, following, 1_000, count, STEP)
    assert len(lot) <= count and all(good[number] <= 1_000 + AHEAD_MS for number in lot)
    assert all(at >= max(good[number], following, 1_000) for number, at in lot.items())
    assert all(later - earlier >= STEP for earlier, later in pairwise(lot.values()))


@given(st.floats(0, 1e6))
def test_a_whole_second(answered: float) -> None:
    """Between an answer and what its permit is used for next, though milliseconds are read rounded down."""
    assert good_again(int(answered)) - answered > SECOND_MS


def test_a_clock_set_back() -> None:
    """Nobody waits for an hour that was booked before."""
    hour = 3_600_000
    assert booked({0: hour + HOLD_MS, 1: hour}, hour, 0, 2, STEP) == {0: 0, 1: STEP}
