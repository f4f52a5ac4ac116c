"""What every part of a plan is made of: frozen, nothing in it that is not known, and its source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from rules.terms import Origin

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Part):
    """A statement with its source: `clause` for seed, `law` for law (checked in `plan_checks`)."""

    origin: Origin
    clause: str | None = None
    law: str | None = None
    note: str | None = None


def laid_over(below: Any, own: Any) -> Any:
    """What counties share and what one says of its own, which stands before; what both have keeps the order of the shared."""
    if not isinstance(below, Mapping) or not isinstance(own, Mapping):
        return own
    return {**below, **{key: laid_over(below.get(key), one) for key, one in own.items()}}


def with_ids(raw: Any, *fields: str) -> Any:
    """The key of a mapping's entry is its id; writing it twice in YAML would only let the two differ."""
    if not isinstance(raw, Mapping):
        return raw
    filled = dict(raw)
    for field in fields:
        entries = filled.get(field)
        if isinstance(entries, Mapping):
            filled[field] = {k: {"id": str(k), **e} if isinstance(e, Mapping) else e for k, e in entries.items()}
    return filled
