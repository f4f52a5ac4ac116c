"""待办: what waits for this person, as things to open. The same list for intake, liaisons and those who watch the register."""

from typing import Any

from handlers import matter
from handlers.desk import Desk
from handlers.forms import Choice, Say
from rules.visibility import Power
from storage import handovers, tips

MENU = {
    "intake": ("go.todo", "go.oral", "go.roster"),
    "coordinator": ("go.todo", "go.invite", "go.roster"),
    "liaison": ("go.todo",),
}
SHOWN = 20


def menu(desk: Desk) -> list[Say]:
    """By role: what these seats can start from here."""
    ids = [one for kind, ones in MENU.items() if desk.holds(kind) for one in ones] or ["go.todo"]
    ids += ["go.sessions", "go.login"]
    return [Say("staff/todo:menu", counts(desk), tuple(Choice(one) for one in dict.fromkeys(ids)))]


def counts(desk: Desk) -> dict[str, Any]:
    mine, register = _tips(desk)
    return {"tips": len(mine), "leads": len(_leads(desk)), "register": len(register)}


def _tips(desk: Desk) -> tuple[list[Any], list[Any]]:
    """(those I may read, those of which I only see the register)"""
    rows = tips.listing(desk.tx, desk.plan.id, tips.OPEN)
    readable = [row for row in rows if matter.may(desk, row, Power.READ)]
    known = {row.id for row in readable}
    seen = [row for row in rows if row.id not in known and matter.may(desk, row, Power.SEE_REGISTER)]
    return readable, seen


def _leads(desk: Desk) -> list[Any]:
    """Handed-over copies of my units that I may work on or, as a leader, read."""
    rows = handovers.of_units(desk.tx, desk.plan.id, desk.units("liaison", "leader"))
    allowed = []
    for row in rows:
        tip = tips.by_id(desk.tx, row.tip)
        if tip is not None and matter.may(desk, tip, Power.READ_COPY):
            allowed.append((row, tip))
    return allowed


def todo(desk: Desk) -> list[Say]:
    readable, seen = _tips(desk)
    leads = _leads(desk)
    lines = [matter.register(desk, row) for row in readable[:SHOWN]]
    work = [lead_line(desk, row, tip) for row, tip in leads[:SHOWN]]
    choices = [Choice(f"go.open.{row.number}", row.number) for row in readable[:SHOWN]]
    choices += [Choice(f"go.lead.{row.id}", tip.number) for row, tip in leads[:SHOWN]]
    data = {"tips": lines, "leads": work, "register": [matter.register(desk, row) for row in seen[:SHOWN]]}
    return [Say("staff/todo:list", data, (*choices, Choice("go.menu", style="quiet")))]


def lead_line(desk: Desk, row: Any, tip: Any) -> dict[str, Any]:
    mine = [one for one in matter.clocks(desk, tip) if one["unit"] == row.unit]
    return {
        "number": tip.number,
        "unit": row.unit,
        "status": row.status,
        "at": matter.stamp(row.made_at),
        "final": row.final,
        "clocks": mine,
        "late": any(one["late"] and not one["suggested"] for one in mine),
    }
