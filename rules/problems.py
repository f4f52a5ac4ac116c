"""What is wrong with a county file: which file, which place in it, what was expected, what was found."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from re import findall
from typing import Any

Loc = Sequence[int | str]

Fault = tuple[str, str, str, str | None]
"""Path, expected, found, nearest known name."""


@dataclass(frozen=True)
class Problem:
    """One fault. `path` is dotted with list indices (``routes[3].to``); `nearest` is a known name much like it."""

    file: str
    path: str
    expected: str
    found: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        return f"{self.file}: {self.path or 'the file'}: expected {self.expected}, found {self.found}{hint}"


class PlanError(Exception):
    """A file that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest(name: object, known: Iterable[object]) -> str | None:
    """The known name closest to a mistyped one, if any is close."""
    return next(iter(get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)), None)


def known(path: str, name: str | None, names: Iterable[str]) -> Iterator[Fault]:
    """The fault of a name that is not among `names`, if it is one."""
    if name is not None and name not in names:
        yield path, "a name that is defined", shown(name), nearest(name, names)


def each_known(path: str, wanted: Iterable[str], names: Iterable[str]) -> Iterator[Fault]:
    for n, name in enumerate(wanted):
        yield from known(f"{path}[{n}]", name, names)


def dotted(loc: Loc) -> str:
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else str(part)
    return path


def shown(value: object) -> str:
    """A value short enough for a sentence."""
    if isinstance(value, Mapping | list | tuple):
        return f"a {'mapping' if isinstance(value, Mapping) else 'list'} of {len(value)}"
    words = "nothing" if value is None else repr(value)
    return words if len(words) <= 60 else words[:57] + "..."


def told(file: str, model: type, errors: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """pydantic's errors (`ValidationError.errors()`) in our words."""
    return [_told(file, model, error) for error in errors]


def _told(file: str, model: type, error: Mapping[str, Any]) -> Problem:
    loc, kind, value = error["loc"], error["type"], error["input"]
    path = dotted(loc)
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        known = keys_at(model, loc[:-1])
        return Problem(file, path, "no such key here", f"'{loc[-1]}'", nearest(loc[-1], known))
    if kind == "missing":
        return Problem(file, path, "a value, since the key is required", "nothing")
    if kind in ("literal_error", "enum"):
        choices = findall(r"'([^']*)'", error["ctx"]["expected"])
        return Problem(file, path, f"one of {', '.join(choices)}", shown(value), nearest(value, choices))
    return Problem(file, path, _expected(kind, error), shown(value))


def _expected(kind: str, error: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return f"a sound value ({error['ctx']['error']})"
    if kind == "string_pattern_mismatch":
        return f"a name like {error['ctx']['pattern']}"
    if kind == "string_type":
        return "words (put a number in quotes)"
    return str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")


def keys_at(model: Any, loc: Loc) -> tuple[str, ...]:
    """The keys a file may use at a place, from the model's own annotations."""
    for part in loc:
        model = _inside(_bare(model), part)
    return tuple(_fields(_bare(model)))


def _fields(model: Any) -> dict[str, Any]:
    if hasattr(model, "model_fields"):
        return {name: field.annotation for name, field in model.model_fields.items()}
    if not (isinstance(model, type) and is_dataclass(model)):
        return {}
    hints = typing.get_type_hints(model)
    return {field.name: hints[field.name] for field in fields(model)}


def _inside(model: Any, part: int | str) -> Any:
    arguments = typing.get_args(model)
    if typing.get_origin(model) is dict:
        return arguments[1]
    if typing.get_origin(model) is tuple:
        return arguments[0]
    return _fields(model).get(str(part))


def _bare(model: Any) -> Any:
    """Without `| None` around it."""
    if typing.get_origin(model) in (typing.Union, types.UnionType):
        return next((one for one in typing.get_args(model) if one is not type(None)), None)
    return model
