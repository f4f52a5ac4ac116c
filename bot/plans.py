"""The plans of the counties served here, as they hold now. One object that everybody keeps; what stands in it is exchanged, all
plans at once, when a year's calendar has come or an office has asked something of units (docs/decisions/0009).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.config import Config, ConfigError
from rules import asks
from rules.asks import Ask
from rules.calendar import Year
from rules.county import Plan, load


class Plans(Mapping[str, Plan]):
    def __init__(self, files: Mapping[str, Plan]) -> None:
        """`files`: as they were read, with the notices that came with the program."""
        self._files = self._now = dict(files)

    def __getitem__(self, county: str) -> Plan:
        return self._now[county]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def by(self, years: Mapping[int, Year], asked: Mapping[str, Sequence[Ask]]) -> dict[str, Plan]:
        """As they read with these notices, and with what is asked of units beyond them."""
        dated = {key: plan.with_calendar(years) for key, plan in self._files.items()}
        return {key: plan.asking(map(asks.demand, asked.get(key, ()))) for key, plan in dated.items()}

    def exchange(self, plans: Mapping[str, Plan]) -> None:
        self._now = dict(plans)


def plans_of(config: Config, root: Path) -> dict[str, Plan]:
    """Raises `rules.problems.PlanError` with every fault of every file, `ConfigError` where a plan is another county's."""
    plans = load(root / one.plan for one in config.counties.values())
    for key, found in zip(config.counties, plans, strict=True):
        if key != found:
            raise ConfigError(f"counties.{key}.plan: this is the plan of {found}; write it under `counties: {found}:`")
    return plans
