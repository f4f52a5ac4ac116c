"""Finding the unit a person means from what they typed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rules.terms import UnitId

if TYPE_CHECKING:
    from rules.county import Plan, Unit


class UnitNames:
    """Every way to name a unit of one plan. A name that two units answer to finds neither (`clashes`)."""

    def __init__(self, plan: Plan) -> None:
        self._prefixes = (plain(plan.name.zh), "县", plain(plan.name.en), "county")
        self._by_name: dict[str, set[UnitId]] = {}
        for unit in plan.units.values():
            for name in names_of(unit):
                self._by_name.setdefault(self._bare(name), set()).add(unit.id)

    def find(self, words: str) -> UnitId | None:
        found = self._by_name.get(self._bare(words), set())
        return next(iter(found)) if len(found) == 1 else None

    def clashes(self) -> dict[str, tuple[UnitId, ...]]:
        return {name: tuple(sorted(units)) for name, units in self._by_name.items() if len(units) > 1}

    def _bare(self, words: str) -> str:
        """Without the county in front: 鹿寨县公安局, 县公安局 and 公安局 are the same to whoever types it."""
        bare = plain(words)
        for prefix in self._prefixes:
            if bare.startswith(prefix) and len(bare) > len(prefix):
                bare = bare.removeprefix(prefix)
        return bare


def names_of(unit: Unit) -> tuple[str, ...]:
    texts = (unit.name, unit.full) if unit.full else (unit.name,)
    return (unit.id, *(words for text in texts for words in (text.zh, text.en)), *unit.aliases)


def plain(words: str) -> str:
    """Full-width forms, case and white space do not tell two names apart."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
