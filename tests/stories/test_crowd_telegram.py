"""Many on Telegram who don't wait for an answer: what was acknowledged is a tip."""

from pathlib import Path

import pytest

from bench import telegram
from bench.process import running

CROWD = 100  # two thousand: python -m bench telegram-crowd


@pytest.mark.slow
def test_a_crowd_that_does_not_wait(tmp_path: Path) -> None:
    """Each tells a whole tip, the next step right after the 200 of the one before, while replies wait for Telegram's pace:
    as many tips are recorded, each once."""
    with running(["-m", "bench.null_api"], tmp_path) as server:
        api = telegram.Api(server)
        house = telegram.house(tmp_path / "house", server.address.rstrip("/"), paced=True)
        with running(house.arguments, tmp_path, house.environment) as process:
            telegram.told(house, process, api, CROWD)
            assert house.recorded() == CROWD
