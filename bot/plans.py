"""The plans of the counties served here, as they hold now. One object that everybody keeps; what stands in it is exchanged, all
plans at once, when a year's calendar has come (docs/decisions/0009).
"""

from collections.abc import Iterator, Mapping

from rules.calendar import Year
from rules.county import Plan


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

    def by(self, years: Mapping[int, Year]) -> dict[str, Plan]:
        """As they read with these notices."""
        return {key: plan.with_calendar(years) for key, plan in self._files.items()}

    def exchange(self, plans: Mapping[str, Plan]) -> None:
        self._now = dict(plans)
