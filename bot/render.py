"""A composed message -> text, in the person's language and the county's words.

Templates are one file per conversation and language with named blocks; rendering is plain text, and each channel escapes
for itself. A missing name is an error, not an empty place.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from handlers.forms import Choice
from rules.county import Plan
from rules.periods import spoken
from storage.queue import Message

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

LANGUAGES = ("zh", "en")
_BLANKS = re.compile(r"\n{3,}")


@cache
def _read(folder: Path) -> "SandboxedEnvironment":
    """Each template is compiled once in a process, at its first use, whoever renders it; the engine itself is imported with
    the first words (1.6 MB, 20 ms)."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class Renderer:
    """Words for people. Satisfies `handlers.desk.Words`."""

    def __init__(self, folder: Path, plans: Mapping[str, Plan]) -> None:
        self.folder, self.plans, self.site = folder, plans, ""  # the page's address, once it is known
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)  # legal time, for dates of another year
        self._kept: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._label = lru_cache(4096)(self._looked_up)

    def template(self, language: str, name: str) -> "Template":
        try:
            return _read(self.folder).get_template(f"{language if language in LANGUAGES else 'zh'}/{name}.j2")
        except LookupError:  # an OSError too, by birth, which would be taken for a fault of the disk
            raise LookupError(f"no template {name}") from None

    def text(self, message: Message) -> str:
        """All that is said in one turn, as one text."""
        return "\n\n".join(self.says(message))

    def says(self, message: Message) -> list[str]:
        """What is said in one turn, one after the other."""
        parts = (self.block(block, data, message["language"], message["county"]) for block, data in message["says"])
        return [part for part in parts if part]

    def choices(self, message: Message) -> list[tuple[str, str, str]]:
        """(id, words, style) of each choice."""
        template, language, county = message["says"][-1][0].partition(":")[0], message["language"], message["county"]
        return [
            (key, self.label(Choice(key, None, kind), template, language, county) if words is None else words, style)
            for key, words, style, kind in message["options"]
        ]

    def block(self, block: str, data: Mapping[str, Any], language: str, county: str | None) -> str:
        name, _, part = block.partition(":")
        template = self.template(language, name)
        if part not in template.blocks:
            template = self.template(language, "common")
        context = template.new_context({**data, **self._names(language, county)}, shared=True)  # as it is, not copied
        return _BLANKS.sub("\n\n", "".join(template.blocks[part](context)).strip())

    def _names(self, language: str, county: str | None) -> dict[str, Any]:
        """What every template knows, the engine's own names too; made anew when the plan has been exchanged."""
        plan, kept = self._plan(county), self._kept.get((language, county))
        if kept is None or kept["plan"] is not plan:
            kept = self._kept[language, county] = self._named(plan, language)
        return kept

    def _plan(self, county: str | None) -> Plan:
        return self.plans.get(county or "") or next(iter(self.plans.values()))

    def _named(self, plan: Plan, language: str) -> dict[str, Any]:
        zone = ZoneInfo(plan.timezone)
        return {
            **_read(self.folder).globals,
            "plan": plan,
            "site": self.site,
            "county": plan.name.in_(language),
            "named": lambda kind, key: self._hosted(kind, key, language) or named(plan, kind, key, language),
            "label": lambda template, key: self._label(template, key, language),
            "day": lambda moment: self._yeared(_day(moment, zone, language), _local(moment, zone), zone, language),
            "due_date": lambda moment: _date(_local(moment, zone) - timedelta(microseconds=1), zone, language),
            "due_day": lambda moment: self._yeared(
                _due(moment, zone, language), _local(moment, zone) - timedelta(microseconds=1), zone, language
            ),
            "date": lambda moment: _date(moment, zone, language),
            "of_period": lambda key: spoken(key, language),
            "moment": lambda moment: self._yeared(
                _moment(moment, zone, language), _local(moment, zone), zone, language
            ),
            "size": lambda number: _size(number, language),
            "language": language,
        }

    def _hosted(self, kind: str, key: str, language: str) -> str:
        """Another county of the deployment, where a unit may be named: @yangxi."""
        found = self.plans.get(key[1:]) if kind == "units" and key.startswith("@") else None
        return found.name.in_(language) if found else ""

    def _yeared(self, text: str, moment: datetime, zone: ZoneInfo, language: str) -> str:
        """With its year, where that does not go without saying."""
        if moment.year == _local(self.now(), zone).year:
            return text
        return text.replace(_day(moment, zone, language), _date(moment, zone, language), 1)

    def label(self, choice: Choice, template: str, language: str, county: str | None) -> str:
        if choice.label is not None:
            return choice.label
        if choice.of and choice.of.startswith("file."):  # an attachment: its kind and number, as officers call it too
            _, family, number = choice.of.split(".")
            return f"✕ {self._label('common', family, language)} {number}"
        if choice.of and choice.of.startswith("case."):  # one of several: whose it is, what, and which of that name
            return _case_of(self._plan(county), choice, language)
        if choice.of:
            return named(self._plan(county), choice.of, choice.id.rpartition(".")[2], language)
        return self._label(template, choice.id, language)

    def _looked_up(self, template: str, choice: str, language: str) -> str:
        opens = ".".join(choice.split(".")[:2]) if choice.startswith("go.") else choice  # without its argument
        field = re.sub(r"[^a-z0-9]", "_", opens)
        block = f"field_{field[7:]}" if field.startswith("change_") else f"choice_{field}"
        return self.block(f"{template}:{block}", {}, language, None)


def named(plan: Plan, kind: str, key: str, language: str) -> str:
    """What the county calls it; the key itself when the plan has dropped it since."""
    table: Any = plan
    for part in kind.split("."):  # regimes.incident.moves
        table = table.get(part) if isinstance(table, Mapping) else getattr(table, part, None)
    found = table.get(key) if table else None
    return found.name.in_(language) if found else key


def _case_of(plan: Plan, choice: Choice, language: str) -> str:
    """甲镇 · 信息月报 2026年11月, of `case.UNIT.PERIOD.KIND`, where unit and period may be empty."""
    _, unit, period, kind = str(choice.of).split(".")
    what = named(plan, kind, choice.id.rpartition(".")[2], language)
    whose = f"{named(plan, 'units', unit, language)} · " if unit else ""
    return f"{whose}{what} {spoken(period, language)}".strip()


def _size(number: int, language: str) -> str:
    """Of a file, as people say it."""
    if number < 1000:
        return f"{number} 字节" if language == "zh" else f"{number} bytes"
    return f"{number / 1000:.0f} KB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def _local(moment: str | datetime, zone: ZoneInfo) -> datetime:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(zone)


def _day(moment: str | datetime, zone: ZoneInfo, language: str) -> str:
    at = _local(moment, zone)
    return f"{at.month}月{at.day}日" if language == "zh" else f"{at.day} {at:%b}"


def _due(moment: str | datetime, zone: ZoneInfo, language: str) -> str:
    """The last day; of what is due by the hour the hour as well."""
    at = _local(moment, zone)
    ends_a_day = at.time() == time()
    return _day(at - timedelta(microseconds=1), zone, language) if ends_a_day else _moment(at, zone, language)


def _date(moment: str | datetime, zone: ZoneInfo, language: str) -> str:
    """With the year, for what lies far back or ahead."""
    at = _local(moment, zone)
    return f"{at.year}年{_day(at, zone, language)}" if language == "zh" else f"{_day(at, zone, language)} {at.year}"


def _moment(moment: str | datetime, zone: ZoneInfo, language: str) -> str:
    return f"{_day(moment, zone, language)} {_local(moment, zone):%H:%M}"
