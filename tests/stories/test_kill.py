"""The power may fail at any moment: nothing that was acknowledged is lost, nothing happens twice."""

from pathlib import Path

from bench import kill
from bench.process import House

KILLS, SEED = 8, 912


async def test_killed_under_traffic(tmp_path: Path) -> None:
    """Every message answered with 202 has exactly one effect, though the server is killed with -9 again and again while
    people talk to it and say unanswered messages again: each conversation holds the tips and additions that were said in
    it, once and in order. `python -m bench kill` does the same 200 times."""
    house = House.make(tmp_path)
    house.migrate()
    traffic, _ = await kill.killed(house, tmp_path, KILLS, SEED)
    assert traffic.told["without an answer"], "the kills fell into silence and prove nothing"
    assert await kill.found(house, traffic.talks) == []
