"""Finding the unit a person means from what they typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from rules.terms import UnitId

if TYPE_CHECKING:
    from rules.county import Plan
    from rules.units import Unit


class UnitNames:
    """Every way to name a unit of one plan. A name that two units answer to finds neither (`clashes`)."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._prefixes = (plain(plan.name.zh), "县", plain(plan.name.en), "county")
        self._by_name: dict[str, set[UnitId]] = {}
        for unit in plan.units.values():
            for name in names_of(unit):
                self._by_name.setdefault(self._bare(name), set()).add(unit.id)

    def find(self, words: str) -> UnitId | None:
        found = self._by_name.get(self._bare(words), set())
        return next(iter(found)) if len(found) == 1 else None

    def within(self, text: str) -> tuple[UnitId, ...]:
        """Every nameable unit that a text mentions, in the order of the plan. What is also the name of goods (烟草) does
        not count; a name shared by several units finds them all, for here it is only asked about."""
        spaced = _spaced(text)
        if not self._any.search(spaced):
            return ()
        return tuple(unit for unit, names in self._mentions if any(_stands(name, spaced) for name in names))

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(name) for _, names in self._mentions for name in names) or "(?!)")

    @cached_property
    def _mentions(self) -> list[tuple[UnitId, tuple[str, ...]]]:
        units = [self._plan.units[unit] for unit in self._plan.nameable]
        return [(unit.id, tuple(sorted(self._words(unit)))) for unit in units]

    def _words(self, unit: Unit) -> set[str]:
        goods = {_spaced(word) for one in self._plan.goods.values() for word in (one.name.zh, one.name.en, *one.words)}
        whole = {_spaced(name) for name in names_of(unit) if name != unit.id}
        fronts = (
            *(_spaced(name) for name in (self._plan.name.zh, self._plan.name.en)),
            "county",
            "中共",
            "县",
            "各乡镇",
            "各镇",
        )
        bare = {name.removeprefix(front).strip() for name in whole for front in fronts}
        return {name for name in whole | bare if len(name) > 1 and not any(name in word for word in goods)}

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


def _spaced(words: str) -> str:
    """As `plain`, but English keeps the blanks between its words."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _stands(name: str, text: str) -> bool:
    """A name in Latin letters never inside a word."""
    return name in text and (not name.isascii() or bool(re.search(rf"\b{re.escape(name)}\b", text)))


def plain(words: str) -> str:
    """Full-width forms, case and white space do not tell two names apart."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
