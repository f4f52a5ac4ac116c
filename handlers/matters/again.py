"""Sent again after it was handed back: what it says is asked once more, as it stands, and put right before it goes. What it said until
then stays in the course."""

from collections.abc import Mapping
from typing import Any

from handlers.desk import Desk
from handlers.matters import held, making, views
from handlers.matters.held import Held
from rules.courses import Possible
from rules.filings import FilingForm
from storage import matter_moves, matters

KEPT = 20  # of what it said before


def form_of(desk: Desk, one: Held, done: Possible) -> FilingForm | None:
    """The form it was begun with, where a move of its beginning is made once more; None for any other move."""
    opens = {way.opens for way in one.regime.ways if way.starter == done.party.role}
    again = done.move.adds and not done.move.form and not done.move.starts and done.party.id == one.starter.id
    if not again or opens.isdisjoint(done.move.at) or done.party.stage in opens:
        return None
    content = matters.content(desk.tx, one.row)
    return desk.plan.forms.get(views.form_of(one, content) or "") if views.may_read(desk, one) else None


def values(desk: Desk, one: Held) -> dict[str, Any]:
    return dict(matters.content(desk.tx, one.row).get("values", {}))


def because(desk: Desk, one: Held, done: Possible) -> str:
    """Why it came back: what was said last by somebody else."""
    moves = (row for row in reversed(matter_moves.of_matter(desk.tx, one.row.id)) if row.unit != done.by.unit)
    words = next((matter_moves.said(desk.tx, row) for row in moves), {})
    return str(words.get("reason") or words.get("note") or "")


def told(desk: Desk, one: Held, done: Possible, form: FilingForm, said: Mapping[str, Any]) -> dict[str, Any]:
    """For its last look: why it came back, and what is changed."""
    before, language = values(desk, one), desk.chat.language
    changed = [form.field(key).name.in_(language) for key, value in said.items() if before.get(key) != value]
    return {"because": because(desk, one, done), "changed": list(dict.fromkeys(changed))}


def put_right(desk: Desk, one: Held, form: FilingForm, said: Mapping[str, Any]) -> tuple[Held, dict[str, Any]]:
    """It says from now on what was written now. Also what the course tells of it: the lines that are new."""
    content = matters.content(desk.tx, one.row)
    before = content.get("values", {})
    new = {key: value for key, value in said.items() if before.get(key) != value}
    if not new:
        return one, {}
    earlier = [*content.get("before", ()), before][-KEPT:]
    about = {"values": dict(said), "title": making.called(desk, form.id, said), "before": earlier}
    matters.restate(desk.tx, one.row, content | about)
    after = held.reach(desk, one.row.id, lock=True)
    assert after is not None
    return after, {"form": form.id, "values": new}
