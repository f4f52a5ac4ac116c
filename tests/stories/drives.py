"""`@drives("lead_notice", "form", clauses=("YX-3.4d",))`: what a story proves of a regime of a plan. docs/coverage.md is made of it,
by reading these decorators; a regime is called driven where passing stories show all three."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

Story = TypeVar("Story", bound=Callable[..., Any])
# It is put by its own form; its late case runs; a role that may not is refused.
Shows = Literal["form", "late", "refused"]


def drives(regime: str, *shows: Shows, clauses: tuple[str, ...]) -> Callable[[Story], Story]:
    """`regime`: as tests/coverage.yaml calls it, of the plan whose clauses these are."""
    return lambda story: story
