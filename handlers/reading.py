"""What the words of a tip say by themselves: whom they may accuse, and what may tell who wrote them. Pure."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from handlers.forms import Answers
from rules.county import Plan
from rules.marks import in_office, naming

OFFICIALS, NOBODY = "officials", "none"
FIELDS = ("what", "where", "when", "who")


@dataclass(frozen=True)
class Words:
    """What is written in a tip, by field; each thing is looked for when it is first asked."""

    written: tuple[str, ...]
    plan: Plan

    @cached_property
    def _all(self) -> str:
        return unicodedata.normalize("NFKC", "\n".join(filter(None, self.written)))

    @cached_property
    def in_office(self) -> bool:
        return in_office(self._all)

    @cached_property
    def units(self) -> tuple[str, ...]:
        return self.plan.unit_names.within(self._all)

    @cached_property
    def accused(self) -> tuple[str, ...]:
        """Units of the county, people in office. Where there are any, who must not see the tip is asked in any case."""
        return (*self.units, *((OFFICIALS,) if self.in_office else ()))

    @cached_property
    def by_author(self) -> list[dict[str, Any]]:
        """What in a citizen's own words, or in those taken down for one, may tell who they are, and in which answer."""
        fields = zip(FIELDS, self.written, strict=True)
        return [one._asdict() | {"field": name} for name, words in fields if words for one in naming(words)]


class Reading:
    """One message asks the same of the same words many times: they are read once. Made for that message, and forgotten with
    it: typed text is remembered nowhere else."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, ...], Words] = {}

    def of(self, answers: Answers, plan: Plan) -> Words:
        written = tuple([one if isinstance(one := answers.get(name), str) else "" for name in FIELDS])
        known = (plan.id, *written)
        return self._read.get(known) or self._read.setdefault(known, Words(written, plan))
