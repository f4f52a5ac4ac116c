"""A filing in one message: a list of `名称：值`, in any order, as people paste it; and the list a filing is shown as."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from rules.amounts import number, quantities, spelt
from rules.fields import NONE, Field, Refusal, Value, read, shown
from rules.filings import FilingForm, Part, name_of

MOST = 10_000  # characters; what is beyond is told as not read
LONG = 500  # a text this long may be written in several paragraphs
# 1. 2、（一） ① • in front of a line; ① before NFKC, which would make it the figure 1.
_NUMBERED = re.compile(
    r"\A\s*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．]|\d{1,3}\s+|[\u2460-\u2473\u3251-\u325f]|[-*•·●■◆□])\s*"
)
_BREAK = re.compile(r"[;；,，。、]\s*")
_SEPARATED = re.compile(r"\s*(?:[:：=＝]|\t)\s*|\s+")
_ABOUT = re.compile("大?约|大概|近|超过?|不到|几|十几")
_SETS_OFF = re.compile(r"\s*[:：=＝\t]")
_UNIT_FIRST = re.compile(r"\s*(?:[(（]([^()（）\d]{1,12})[)）]\s*[:：=＝\s]?|\t([^\t\d]{1,12})\t)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Pasted:
    """`values` by key, ready to be checked; `unknown` the lines that name nothing asked; `refused` by key, with why; `bare`
    what was called by its name and by nothing else."""

    values: Mapping[str, Value]
    unknown: tuple[str, ...]
    refused: Mapping[str, Refusal]
    bare: tuple[str, ...] = ()


class _Line(NamedTuple):
    asked: Field
    words: str
    unit: str = ""  # one that stands before the number: 案值（万元）：35

    @property
    def whole(self) -> str:
        found = quantities(self.words) if self.unit else None
        return self.words + self.unit if found and not any(one.unit for one in found) else self.words


def pasted(form: FilingForm, words: str, on: date | None = None) -> Pasted:
    """What a pasted list answers. Nothing is guessed: a line that names no field is told, a field given twice with two
    values is refused. Never raises."""
    reading = _Reading(form, on)
    rows = iter([line.strip("\r ") for line in words[:MOST].split("\n") if line.strip()])
    for line in rows:
        heads = _heads(form, line)
        if heads:
            reading.row(heads, next(rows, ""))
        else:
            reading.line(line)
    reading.unknown += [words[MOST:]] if words[MOST:].strip() else []
    unknown = tuple(one.strip()[:200] for one in reading.unknown)
    return Pasted(reading.values, unknown, reading.refused, tuple(reading.bare))


def sheet(form: FilingForm, values: Mapping[str, Value], language: str) -> str:
    """The answers as the list that `pasted` reads. Left out: what was not answered."""
    lines: list[str] = []
    item: tuple[str, int | None] | None = None
    for key, (_, asked, part, n) in form.slots.items():
        if key not in values or values[key] == "":
            continue
        if part.repeated and (part.code, n) != item:
            item = (part.code, n)
            lines.append(f"{part.name.in_(language)} {n}")
        colon = ": " if language.startswith("en") else "："
        lines.append(f"{asked.name.in_(language)}{colon}{shown(asked, values[key], language)}")
    return "\n".join(lines)


class _Reading:
    """What has been read so far; a repeated part counts on when one of its fields comes again."""

    def __init__(self, form: FilingForm, on: date | None) -> None:
        self.form, self.on = form, on
        self.values: dict[str, Value] = {}
        self.refused: dict[str, Refusal] = {}
        self.unknown: list[str] = []
        self.bare: list[str] = []
        self._names = _names(form)
        self._begun = {name[:i] for part in form.parts for name in part.names for i in range(len(name) + 1)}
        self._part: Part | None = None
        self._parts = {one.code: part for part in form.parts for one in part.fields}
        self._item: dict[str, int] = {}
        self._seen: set[str] = set()
        self._text: tuple[str, str] | None = None

    def line(self, line: str) -> None:
        found = self._named(line) or self._named(_NUMBERED.sub("", line, count=1))
        if found is not None:
            for one in self._split(found):
                self._take(one)
        elif self._heading(line):
            self._text = None
        elif self._text and not _SEPARATED.search(line.strip()):
            self._more(line)
        else:
            self._text = None
            self.unknown.append(line)

    def row(self, heads: list[Field], line: str) -> None:
        """A row of a spreadsheet below the row of its names."""
        for asked, cell in zip(heads, line.split("\t"), strict=False):
            self._take(_Line(asked, cell))
        self.unknown += [cell for cell in line.split("\t")[len(heads) :] if cell.strip()]

    def _heading(self, line: str) -> bool:
        """甲镇2026年10月信息月报, 重点案件 2, 一、人员, 重点案件：无: says where we are, not what."""
        for name in (name_of(line), name_of(_NUMBERED.sub("", line, count=1))):
            title = name.endswith((name_of(self.form.name.zh), name_of(self.form.name.en)))
            if (title and not self.values) or any(self._begins(part, name) for part in self.form.parts):
                return True
        return False

    def _begins(self, part: Part, name: str) -> bool:
        called = next((one for one in map(name_of, (part.name.zh, part.name.en)) if name.startswith(one)), None)
        rest = name.removeprefix(called) if called else "?"
        n = number(rest) if part.repeated and len(rest) < 3 else None
        if rest not in NONE and rest and n is None:
            return False
        self._part = part if part.repeated else None
        if n is not None:
            self._item[part.code] = int(n)
            self._seen -= {one.code for one in part.fields}
        return True

    def _named(self, line: str) -> _Line | None:
        """The field whose name the line begins with, up to the first colon or else the longest there is, and what follows."""
        names = {**self._names, **self._part.names} if self._part else self._names
        name, best, end = "", "", 0
        for i, char in enumerate(line, start=1):
            name += name_of(char)
            if name not in self._begun:
                break
            if name in names and (name != best or _SETS_OFF.match(line, i)):
                best, end = name, i
                if _SETS_OFF.match(line, i):
                    break
        if not best:
            return None
        return _line(names[best], line[end:])

    def _split(self, line: _Line) -> list[_Line]:
        """查处案件3起，案值5万元: several in one line, where the first is no text."""
        if line.asked.kind == "text":
            return [line]
        now, start, lines = line, 0, []
        for found in _BREAK.finditer(line.words):
            further = self._named(line.words[found.end() :])
            if further is not None:
                lines.append(now._replace(words=line.words[start : found.start()]))
                now, start = further, len(line.words) - len(further.words)
                if now.asked.kind == "text":
                    break
        return [*lines, now._replace(words=line.words[start:])]

    def _take(self, line: _Line) -> None:
        key = self._key(line.asked)
        self._text = (key, line.words) if (line.asked.limit or 0) >= LONG else None
        if line.words.strip():
            self._keep(key, line)
        else:
            self.bare.append(key)

    def _keep(self, key: str, line: _Line) -> None:
        if key not in self.form.slots:
            self.refused[key] = Refusal("too_many_items", {"name": line.asked.name, "words": line.words[:60]})
            return
        value = read(line.asked, line.whole, self.on)
        if isinstance(value, Refusal):
            self.values.pop(key, None)
            self.refused[key] = value
        elif key in self.refused or (key in self.values and self.values[key] != value):
            self.values.pop(key, None)
            self.refused[key] = Refusal("given_twice", {"name": line.asked.name, "words": line.words.strip()[:60]})
        else:
            self.values[key] = value  # 无, where a sentence stood: it is taken out again

    def _more(self, line: str) -> None:
        """A further paragraph of the text before it."""
        assert self._text is not None
        key, words = self._text
        if len(words) > 2 * (self.form.field(key).limit or 0):
            return  # refused as too long already
        self._text = (key, f"{words}\n{line}")
        self.values.pop(key, None)
        self.refused.pop(key, None)
        self._keep(key, _Line(self.form.field(key), self._text[1]))

    def _key(self, asked: Field) -> str:
        part = self._parts[asked.code]
        self._part = part if part.repeated else None
        if not part.repeated:
            return asked.code
        n = self._item.setdefault(part.code, 1)
        if asked.code in self._seen:
            n = self._item[part.code] = min(n, part.most) + 1
            self._seen -= {one.code for one in part.fields}
        self._seen.add(asked.code)
        return f"{asked.code}.{n}"


def _line(asked: Field, rest: str) -> _Line | None:
    """What stands after a name, if it is set off from it or, for a figure, begins with a number."""
    unit_first = _UNIT_FIRST.fullmatch(rest) if asked.is_figure else None
    if unit_first:
        return _Line(asked, unit_first[3], unit_first[1] or unit_first[2])
    separator = _SEPARATED.match(rest)
    if separator:
        after = rest[separator.end() :]
        return _Line(asked, re.sub(r"^[:：=＝]\s*", "", after) if separator[0].isspace() else after)
    joined = asked.is_figure and (
        _ABOUT.match(rest) or quantities(spelt(_BREAK.split(rest, maxsplit=1)[0])) is not None
    )
    return _Line(asked, rest) if joined or not rest else None


def _heads(form: FilingForm, line: str) -> list[Field]:
    """The fields a row of a spreadsheet names, if every cell of it names one."""
    names = _names(form)
    cells = [name_of(re.sub(r"[(（].*?[)）]", "", normalize("NFKC", cell))) for cell in line.split("\t")]
    found = [names[cell] for cell in cells if cell in names]
    return found if len(cells) > 1 and len(found) == len(cells) else []


def _names(form: FilingForm) -> dict[str, Field]:
    """Every name; of two that share one, the field that stands first."""
    return {name: one for part in reversed(form.parts) for name, one in part.names.items()}
