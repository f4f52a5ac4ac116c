"""The lists that a regime has offices keep over its matters: 未录平台的案件, those flagged first. Number, unit, day and stage; what was
handed in is only for who has a part in it.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter as tips
from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Heard, Say, plain
from handlers.matters import held
from handlers.words import folded
from rules.regimes import Regime, Roll
from rules.unit_sets import members
from storage import matters

SHOWN = 20


def mine(desk: Desk) -> list[tuple[Regime, Roll]]:
    all_ = ((regime, roll) for regime in desk.plan.regimes.values() for roll in regime.lists.values())
    return [(regime, roll) for regime, roll in all_ if _sees(desk, roll)]


def _sees(desk: Desk, roll: Roll) -> bool:
    return any((unit, seat) in desk.seats for unit in members(desk.plan, roll.who) for seat in roll.seats)


def doors(desk: Desk) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"go.roll.{regime.id}.{roll.id}", roll.name.in_(desk.chat.language)) for regime, roll in mine(desk)
    )


def asked(desk: Desk, heard: Heard) -> Outcome | None:
    """By the words its people use."""
    words = folded(plain(heard.text)) if heard.kind == "said" else ""
    for regime, roll in mine(desk):
        if words and words in {folded(one) for one in (*roll.words, roll.name.zh, roll.name.en)}:
            return opened(desk, f"{regime.id}.{roll.id}")
    return None


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: the regime and the list."""
    found = next((one for one in mine(desk) if f"{one[0].id}.{one[1].id}" == argument), None)
    if found is None:
        desk.audit("refused", argument[:32], "list")
        return Outcome((Say("common:not_yours"),))
    regime, roll = found
    rows = matters.standing(desk.tx, desk.plan.id, regime.id, roll.at)
    units = {unit for unit, _ in desk.seats}
    lines = [_line(desk, roll, row) for row in rows if units.isdisjoint(held.barred(desk, row.tip))]
    lines.sort(key=lambda one: not one["flagged"])
    able = [row for row in rows if held.listed(desk, row)]
    buttons = tuple(Choice(f"go.matter.{row.id}", row.number) for row in able[:SHOWN])
    language = desk.chat.language
    told: dict[str, Any] = {"name": roll.name.in_(language), "flag": roll.flag.in_(language) if roll.flag else ""}
    told |= {"lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN), "clause": roll.clause or ""}
    return Outcome((Say("matters/list:roll", told, (*buttons, Choice("go.matters", style="quiet"))),))


def _line(desk: Desk, roll: Roll, row: Row[Any]) -> dict[str, Any]:
    values = matters.content(desk.tx, row).get("values", {})
    return {
        "number": row.number,
        "unit": row.unit,
        "opened": tips.stamp(row.opened_at),
        "flagged": roll.flagged(values),
    }
