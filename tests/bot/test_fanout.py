"""The bench of what goes to many, small: the real sender, one notice behind the other."""

from pathlib import Path

from bench import fanout


def test_each_person_both_in_order(tmp_path: Path) -> None:
    """Two notices to each of a thousand: nobody missed, nobody twice, none before the other, and it is known who has them."""
    [figure] = fanout.measure(tmp_path, deliveries=2_000)
    told = figure.conditions
    assert (told["wrong"], told["known_to_have_it"], told["still_waiting"]) == (0, 2_000, 0)
