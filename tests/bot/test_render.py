"""Sizes and dates as people say them, in both languages."""

from datetime import UTC, datetime

import pytest

from bot.app import TEMPLATES
from bot.render import Renderer
from rules import county

PLANS = county.load([TEMPLATES.parent / "counties/luzhai.yaml"])

SAID = [
    # what, in Chinese, in English
    ("size(510)", "510 字节", "510 bytes"),
    ("size(51_200)", "51 KB", "51 KB"),
    ("size(5_200_000)", "5.2 MB", "5.2 MB"),
    ("day('2026-11-23T09:00:00+08:00')", "11月23日", "23 Nov"),
    ("day('2027-01-04T09:00:00+08:00')", "2027年1月4日", "4 Jan 2027"),
    ("moment('2025-12-31T09:00:00+08:00')", "2025年12月31日 09:00", "31 Dec 2025 09:00"),
    ("due_day('2027-01-01T00:00:00+08:00')", "12月31日", "31 Dec"),  # the end of a day
    ("due_day('2027-01-05T00:00:00+08:00')", "2027年1月4日", "4 Jan 2027"),
]


@pytest.mark.parametrize(("what", "zh", "en"), SAID)
def test_sizes_and_dates(what: str, zh: str, en: str) -> None:
    """No English unit in a Chinese text; the year is left out only where it is this one."""
    renderer = Renderer(TEMPLATES, PLANS)
    renderer.now = lambda: datetime(2026, 11, 23, tzinfo=UTC)
    name, _, argument = what.removesuffix(")").partition("(")
    for language, said in (("zh", zh), ("en", en)):
        value = argument.strip("'") if argument.startswith("'") else int(argument)
        assert renderer._names(language, "luzhai")[name](value) == said
