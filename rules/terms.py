"""Small shared values: words in two languages, where a figure comes from, a seat in a unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

UnitId = str
"""The key of a unit in its county's plan, e.g. ``tobacco``. Never shown to a person."""

# Dataclasses of this package are read from YAML by pydantic; unknown keys are errors there.
STRICT: dict[str, Any] = {"extra": "forbid"}


class Origin(StrEnum):
    """Why a figure is what it is; shown beside the figure wherever a person may rely on it."""

    SEED = "seed"  # the county's own plan; has a clause id
    LAW = "law"  # a statute or rule; has an entry in `laws`
    PRACTICE = "practice"  # other places do so
    DEFAULT = "default"  # this project's proposal; the county must confirm it


@dataclass(frozen=True)
class Text:
    """The same words in Chinese and in English; both complete."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    zh: str
    en: str

    def __post_init__(self) -> None:
        for language, words in (("zh", self.zh), ("en", self.en)):
            if not words.strip():
                raise ValueError(f"{language} is empty; both languages are needed")

    def in_(self, language: str) -> str:
        """Chinese unless English is asked for, so that an unknown language is never a failure."""
        return self.en if language.startswith("en") else self.zh


class SeatRef(NamedTuple):
    """A kind of seat in one unit; equal to the plain pair ``(unit, seat)``."""

    unit: UnitId
    seat: str
