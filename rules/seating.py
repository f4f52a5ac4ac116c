"""Who may fill which seat, and end it.

Who could read what they may not is seated by nobody in a conversation: the keeper of the sealed route comes from the console,
those who read tips or watch the whole register from a colleague in their own unit.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.county import Plan

FILLS = "coordinator"  # the seat from which others are filled
ANYWHERE = ("liaison", "leader")
LENT = ("liaison", "leader", "duty", "coordinator")  # which a deputy has while somebody is away
AT_HOME = ("coordinator", "intake", "duty", "custodian")


def may_fill(plan: Plan, held: Iterable[tuple[str, str]], unit: str, seat: str) -> bool:
    """`held`: every seat of whoever fills it."""
    seats = frozenset(held)
    at_home = any(unit == own for own, _ in seats)
    free = seat in ANYWHERE and (unit, seat) != plan.head.ref
    coordinates = any(kind == FILLS for _, kind in seats)
    return coordinates and plan.seat_exists(unit, seat) and (free or (at_home and seat in (*ANYWHERE, *AT_HOME)))
