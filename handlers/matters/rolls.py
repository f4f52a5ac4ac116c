"""The lists that a regime has offices keep over its matters: 未录平台的案件, 应移未移的案件; registers. Number, unit, day and who stands
where, how late; those that are flagged first. What was handed in is only for who has a part in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Heard, Say, plain
from handlers.matters import held, views
from handlers.words import folded
from rules.regimes import Regime, Roll
from rules.unit_sets import members
from storage import duties, matter_moves, matters

Line = dict[str, Any]
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
    return Outcome((_told(desk, *found),))


def _told(desk: Desk, regime: Regime, roll: Roll) -> Say:
    language, lines = desk.chat.language, sorted(_lines(desk, regime, roll), key=lambda one: not one[1]["flagged"])
    shown = lines[:SHOWN]
    buttons = [Choice(f"go.matter.{row.id}", row.number) for row in held.able(desk, [row for row, _ in shown])]
    told: dict[str, Any] = {"name": roll.name.in_(language), "flag": roll.flag.in_(language) if roll.flag else ""}
    told |= {"regime": regime.id, "clause": roll.clause or ""}
    told |= {"lines": [line for _, line in shown], "more": len(lines) - len(shown)}
    return Say("matters/list:roll", told, (*buttons, Choice("go.matters", style="quiet")))


def _lines(desk: Desk, regime: Regime, roll: Roll) -> Iterator[tuple[Row[Any], Line]]:
    """Nobody finds there what they are barred from."""
    mine = {unit for unit, _ in desk.seats}
    all_ = matters.standing(desk.tx, desk.plan.id, regime.id, roll.at)
    rows = [row for row in all_ if mine.isdisjoint(held.barred(desk, row.tip))]
    parties = matters.parties_of(desk.tx, [row.id for row in rows])
    debts = duties.of_matters(desk.tx, [row.number for row in rows])
    made = matter_moves.made(desk.tx, [row.id for row in rows])
    for row in rows:
        here = [one for one in parties[row.id] if held.BARRED not in made.get(one.id, ())]
        stands = list(_stands(desk, regime, roll, here, debts[row.number]))
        values = matters.content(desk.tx, row).get("values", {}) if roll.when or roll.flags else {}
        if stands and roll.holds(values):
            yield row, _line(roll, row, values, stands)


def _stands(
    desk: Desk, regime: Regime, roll: Roll, parties: Sequence[Row[Any]], debts: Sequence[Row[Any]]
) -> Iterator[Line]:
    """Who is meant by the list, and where each stands."""
    for party in (one for one in parties if one.stage in roll.at):
        due = views.due(desk, held.running(debts, party))
        if due["past"] or not (roll.late and regime.stages[party.stage].duty):
            yield {"unit": held.body(party.unit), "stage": party.stage} | due


def _line(roll: Roll, row: Row[Any], values: Mapping[str, Any], stands: Sequence[Line]) -> Line:
    about = {"number": row.number, "unit": row.unit, "opened": matter.stamp(row.opened_at)}
    return about | {"stands": stands, "flagged": roll.flagged(values)}
