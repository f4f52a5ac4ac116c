"""What no county decides, as `counties/common.yaml` says it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from rules.calendar import Year
from rules.deadlines import Clock
from rules.escalation import Ladder, Quiet
from rules.notices import Category
from rules.part import Key, Part, with_ids
from rules.terms import Origin, Text


class Law(Part):
    name: Text
    article: str | None = None
    status: Literal["verified", "secondary", "memory"]
    note: str | None = None


class Hotline(Part):
    """A number to call. `number` empty: only the county knows it, and `xiezhi check` asks for it."""

    id: str
    name: Text
    number: str | None
    when: Text
    origin: Origin
    note: str | None = None


class Elsewhere(Part):
    """A concern that is not ours, and the hotline that takes it."""

    id: str
    name: Text
    hotline: Key


class Outside(Part):
    """The address beyond the county for tips about officials, when the sealed seat is vacant or involved."""

    name: Text
    number: str
    url: str | None = None


class Common(Part):
    """What no county decides: law, calendar, national numbers, and the clocks and ladders a plan may override."""

    laws: dict[Key, Law]
    calendar: dict[int, Year]
    quiet: Quiet
    outside: Outside
    hotlines: dict[Key, Hotline]
    elsewhere: dict[Key, Elsewhere]
    clocks: dict[str, Clock]
    ladders: dict[Key, Ladder]
    retention: dict[Key, Clock]
    notice_categories: dict[Key, Category] = {}
    bulletins: Any = {}  # as `rules.bulletins` reads it, with what the county says over it
    regimes: dict[Key, Any] = {}  # what a county's regime of that name says too, where it has one

    @model_validator(mode="before")
    @classmethod
    def _keys_as_ids(cls, raw: Any) -> Any:
        return with_ids(raw, "hotlines", "elsewhere", "notice_categories")
