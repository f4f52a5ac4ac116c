"""A request as the Bot API reads it: JSON, form or multipart, checked against aiogram's typed methods.

aiogram's classes are made from Telegram's own documentation, so a field they don't have is a field Telegram doesn't
have. Its import takes seconds, so it happens when a simulator opens: within a request a client would give up meanwhile,
and send again.
"""

import functools
import json
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Union, get_args, get_origin

import pydantic
from aiohttp import BodyPartReader, web

from tests.simulators.serving import Upload

from .rules import MISSING, Limits, Refused, Stray, bad


@dataclass
class Call:
    """One method with its fields as JSON would have them."""

    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    @property
    def chat(self) -> int:
        try:
            return int(self.fields.get("chat_id") or 0)
        except ValueError:
            raise bad("chat not found") from None

    def upload(self, name: str, said: Any) -> Upload | str | None:
        """A file in the same request, or what names one the server has."""
        if isinstance(said, str) and not said.startswith("attach://"):
            return said or None
        return self.files.get(said.removeprefix("attach://") if said else name)


async def read(request: web.Request, limits: Limits) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields still as they came (a form knows only text), and files."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        fields |= await request.json()
        return fields, {}
    if request.content_type != "multipart/form-data":
        return fields | dict(await request.post()), {}
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        if len(data) > limits.upload:
            raise Refused(413, "Request Entity Too Large")
        if part.filename is None:
            fields[part.name or ""] = data.decode()
        else:
            files[part.name or ""] = Upload(part.filename, data)
    return fields, files


def check(method: str, raw: dict[str, Any], files: dict[str, Upload]) -> Call:
    """The typed call, or a refusal: 404 for a method, our own 400 for a field that Telegram has never heard of."""
    known = methods().get(method.lower())
    if known is None:
        raise Refused(404, "Not Found: method not found")
    name = known.__api_method__
    unknown = raw.keys() - known.model_fields.keys()
    if unknown:
        raise Stray(f"{name} has no field {', '.join(sorted(unknown))}")
    fields = {key: _decoded(key, value, known.model_fields[key].annotation) for key, value in raw.items()}
    direct = {key: f"attach://{key}" for key in files if key in known.model_fields}
    _typed(known, {**direct, **fields})
    return Call(name, fields, files)


@functools.cache
def methods() -> dict[str, Any]:
    """Lower-case name to aiogram's class; Telegram's method names are not case-sensitive."""
    import aiogram.methods

    found = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {one.__api_method__.lower(): one for one in found if isinstance(getattr(one, "__api_method__", 0), str)}


def _decoded(name: str, value: Any, annotation: Any) -> Any:
    """A form's text as the type it stands for."""
    if not isinstance(value, str) or str in _kinds(annotation):
        return value
    try:
        return json.loads(value)
    except ValueError:
        if value[:1] not in "[{":
            return value  # no number and no truth value: its type says what is wrong with it
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None


def _kinds(annotation: Any) -> set[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        return {kind for one in get_args(annotation) for kind in _kinds(one)}
    return {annotation}


def _typed(known: Any, fields: dict[str, Any]) -> None:
    try:
        made = known.model_validate(fields)
    except pydantic.ValidationError as error:
        for one in error.errors():
            _missing(known, one) if one["type"] == "missing" and len(one["loc"]) == 1 else _wrong(known, one)
        return
    for path, extra in _extras(made):
        raise Stray(f"{known.__api_method__}: {path} has no field {', '.join(sorted(extra))}")


def _missing(known: Any, error: Any) -> None:
    name = str(error["loc"][0])
    if name not in MISSING:
        raise Stray(f"{known.__api_method__} needs {name}")
    if MISSING[name]:
        raise bad(MISSING[name])


def _wrong(known: Any, error: Any) -> None:
    where = ".".join(str(step) for step in error["loc"])
    raise Stray(f"{known.__api_method__}: {where}: {error['msg']}")


def _extras(made: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Fields that aiogram's open models let through."""
    if isinstance(made, list):
        for one in made:
            yield from _extras(one, path)
    if not isinstance(made, pydantic.BaseModel):
        return
    if made.model_extra:
        yield path or "the request", set(made.model_extra)
    for name in made.model_fields_set & type(made).model_fields.keys():
        yield from _extras(getattr(made, name), f"{path}.{name}".lstrip("."))
