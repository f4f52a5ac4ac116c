"""What every conversation about a tip needs: its row, who may do what with it now, what can be shown of it."""

from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from rules import visibility
from rules.visibility import Power, TipFacts
from storage import attachments, duties, handovers, people, tips

LIVE = ("sent", "signed", "closed", "returned")


def facts_of(desk: Desk, row: Row[Any]) -> TipFacts:
    given = handovers.of_tip(desk.tx, row.id)
    return TipFacts(
        county=row.county,
        number=row.number,
        intake_unit=row.intake,
        sealed=row.route == "sealed",
        urgent=row.urgent,
        involved=tips.involved(desk.tx, row.id),
        holders=frozenset(one.unit for one in given if one.status in LIVE),
        taken_by=row.taken_by,
        ended=row.status not in tips.OPEN,
    )


def may(desk: Desk, row: Row[Any], power: Power) -> bool:
    return desk.chat.person is not None and visibility.may(desk.plan, desk.viewer, power, facts_of(desk, row))


def reach(desk: Desk, tip: int, power: Power) -> Row[Any] | None:
    """The tip if this person may still do that now; a refusal is on record."""
    row = tips.by_id(desk.tx, tip)
    if row is not None and row.county == desk.plan.id and may(desk, row, power):
        return row
    desk.audit("refused", str(tip), power.value)
    return None


def stamp(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def clocks(desk: Desk, row: Row[Any]) -> list[dict[str, Any]]:
    """Open clocks, nearest first. A figure that is only a proposal is called 建议期限 and nobody is late on it."""
    return [
        {
            "kind": one.kind,
            "unit": one.unit,
            "due": stamp(one.due_at),
            "suggested": one.origin not in ("seed", "law"),
            "late": one.due_at < desk.now,
        }
        for one in duties.open_of(desk.tx, row.id)
        if one.kind != "now"
    ]


def whole(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    """All that intake may see of a tip, for the card. The named contact is not in it."""
    units = handovers.of_tip(desk.tx, row.id)
    return register(desk, row) | {
        "content": tips.content(desk.tx, row),
        "goods": row.goods,
        "named": row.named,
        "reward": row.reward,
        "involved": sorted(tips.involved(desk.tx, row.id)),
        "dialogue": [one | {"at": stamp(one["at"])} for one in tips.dialogue(desk.tx, row.id)],
        "files": [file_facts(desk, one, n) for n, one in enumerate(attachments.of_tip(desk.tx, row.id), 1)],
        "alike": [{"number": other.number, "by": by} for other, by in visible_alike(desk, row)],
        "handed": [{"unit": one.unit, "status": one.status, "at": stamp(one.made_at)} for one in units],
    }


def register(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    """Number, age and lateness, who has it: what viewers of the register see, and no more."""
    waiting = clocks(desk, row)
    return {
        "number": row.number,
        "status": row.status,
        "urgent": row.urgent,
        "received": stamp(row.received_at),
        "changed": stamp(row.changed_at),
        "days": (desk.now - row.received_at).days,
        "late": any(one["late"] for one in waiting),
        "clocks": waiting,
        "taken_by": people.name(desk.tx, row.taken_by),
        "mine": row.taken_by == desk.chat.person,
        "outcome": row.outcome,
    }


def visible_alike(desk: Desk, row: Row[Any]) -> list[tuple[Row[Any], list[str]]]:
    """Likely duplicates that this person may read as well: an excluded person learns nothing by likeness."""
    return [(one, by) for one, by in tips.alike(desk.tx, row) if may(desk, one, Power.READ) and one.route == row.route]


def file_facts(desk: Desk, row: Row[Any], n: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "n": n,
        "family": row.family,
        "state": row.state,
        "reason": row.reason,
        "size": row.size,
        "opened": row.opened_at is not None,
        "digest": row.digest.hex()[:16],
    }


def shown_files(files: list[dict[str, Any]], which: str = "clean") -> tuple[dict[str, Any], ...]:
    """As links under a message; only what is ready."""
    ready = [one for one in files if one["state"] == "ready"]
    return tuple({"id": one["id"], "n": one["n"], "kind": one["family"], "which": which} for one in ready)
