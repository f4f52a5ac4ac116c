"""What a rehearsal calls wrong: its invariants must be able to fail."""

from collections import Counter
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from bot.rehearsal.cast import Cast
from bot.rehearsal.channel import CAN
from bot.rehearsal.death import Killed
from bot.rehearsal.invariants import Looked
from tests.town import HOME

AT = datetime(2026, 11, 25, 8, 53, tzinfo=HOME)


def looked(arrived: dict[str, int], *kills: Killed) -> list[str]:
    house = SimpleNamespace(received=[], channel=SimpleNamespace(arrived=Counter(arrived), can=CAN))
    return list(Looked(cast(Cast, cast(Any, SimpleNamespace(house=house))), {}, kills).once_more())


def test_only_what_was_in_flight_at_a_kill_arrives_once_more() -> None:
    """A message may arrive once more for each kill at which nobody had written down yet that it had arrived."""
    kill = Killed(AT, 3, frozenset({"b", "c"}))
    assert looked({"a": 1, "b": 2, "c": 1}, kill) == []
    assert len(looked({"a": 2, "b": 2}, kill)) == 1
    assert len(looked({"b": 3}, kill)) == 1
    assert looked({"b": 3}, kill, kill) == []


def test_no_more_is_in_flight_than_a_door_holds() -> None:
    """A process that wrote nothing down until the end would have everything in flight."""
    assert looked({}, Killed(AT, 99, frozenset(map(str, range(CAN.at_once))))) == []
    assert len(looked({}, Killed(AT, 99, frozenset(map(str, range(CAN.at_once + 1)))))) == 1
