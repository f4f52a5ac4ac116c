"""What every conversation about a tip needs: its row, who may do what with it now, what can be shown of it, whom to tell."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Choice, Say
from rules import visibility
from rules.terms import SeatRef
from rules.visibility import Power, TipFacts, Viewer
from storage import attachments, duties, handovers, people, queue, tips

Line = dict[str, Any]


# -- who may ------------------------------------------------------------------------------------------------------------


def facts_of(desk: Desk, rows: Sequence[Row[Any]]) -> dict[int, TipFacts]:
    """What visibility asks of each of these tips, in two queries."""
    numbers = [row.id for row in rows]
    given, involved = handovers.of_tips(desk.tx, numbers), tips.involved_of(desk.tx, numbers)
    return {
        row.id: TipFacts(
            county=row.county,
            number=row.number,
            intake_unit=row.intake,
            sealed=row.route == "sealed",
            urgent=row.urgent,
            involved=involved.get(row.id, frozenset()),
            holders=frozenset(one.unit for one in given.get(row.id, ()) if one.status in handovers.HELD),
            taken_by=row.taken_by,
            ended=row.status not in tips.OPEN,
        )
        for row in rows
    }


def allowed(desk: Desk, rows: Sequence[Row[Any]], power: Power) -> list[Row[Any]]:
    """Those of `rows` with which this person may do that."""
    facts = facts_of(desk, rows)
    return [row for row in rows if visibility.may(desk.plan, desk.viewer, power, facts[row.id])]


def may(desk: Desk, row: Row[Any], power: Power) -> bool:
    return desk.chat.person is not None and bool(allowed(desk, [row], power))


def reach(desk: Desk, tip: int, power: Power) -> Row[Any] | None:
    """The tip if this person may still do that now; a refusal is on record."""
    row = tips.by_id(desk.tx, tip, lock=power in visibility.MOVES)
    if row is not None and row.county == desk.plan.id and may(desk, row, power):
        return row
    refused(desk, row.number if row is not None else str(tip), power.value)
    return None


def refused(desk: Desk, subject: str, what: str) -> None:
    desk.audit("refused", subject, what)


# -- what is shown -------------------------------------------------------------------------------------------------------


def stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def clocks(desk: Desk, row: Row[Any]) -> list[Line]:
    """Open clocks, nearest first. A figure that is only a proposal is called 建议期限 and nobody is late on it."""
    return [
        {
            "kind": one.kind,
            "unit": one.unit,
            "handover": one.handover,
            "due": stamp(one.due_at),
            "suggested": duties.suggested(one),
            "late": one.due_at < desk.now,
        }
        for one in duties.open_of(desk.tx, row.id)
        if one.kind != "now"
    ]


def late(waiting: Iterable[Line]) -> bool:
    """Whether a date of the plan or the law has passed."""
    return any(one["late"] and not one["suggested"] for one in waiting)


def register(desk: Desk, row: Row[Any]) -> Line:
    """Number, age and lateness: what viewers of the register see, and no more."""
    waiting = clocks(desk, row)
    return {
        "number": row.number,
        "received": stamp(row.received_at),
        "days": (desk.now - row.received_at).days,
        "late": late(waiting),
        "past": any(one["late"] for one in waiting),
    }


def line(desk: Desk, row: Row[Any]) -> Line:
    """One line for those who may read it: how far it is and who has it."""
    waiting = clocks(desk, row)
    return {
        "number": row.number,
        "status": row.status,
        "urgent": row.urgent,
        "received": stamp(row.received_at),
        "days": (desk.now - row.received_at).days,
        "late": late(waiting),
        "clocks": waiting,
        "taken_by": people.name(desk.tx, row.taken_by),
        "mine": row.taken_by == desk.chat.person,
        "outcome": row.outcome,
    }


def whole(desk: Desk, row: Row[Any]) -> Line:
    """All that intake may see of a tip, for the card. The named contact is not in it."""
    units, content = handovers.of_tip(desk.tx, row.id), tips.content(desk.tx, row)
    return line(desk, row) | {
        "content": content,
        "goods": row.goods or content.get("goods"),
        "named": row.named,
        "reward": row.reward,
        "involved": sorted(tips.involved(desk.tx, row.id)),
        "dialogue": [one | {"at": stamp(one["at"])} for one in tips.dialogue(desk.tx, row.id)],
        **_told_inside(desk, row),
        "merged": [_merged(desk, one) for one in tips.merged_here(desk.tx, row.id)],
        "files": files_of(desk, row),
        "alike": [{"number": other.number, "by": by} for other, by in visible_alike(desk, row)],
        "handed": [
            {"unit": one.unit, "status": one.status, "outcome": one.outcome, "at": stamp(one.made_at)} for one in units
        ],
    }


def _told_inside(desk: Desk, row: Row[Any]) -> Line:
    """What units reported last, and what intake noted for itself: an alert of it opens this card."""
    lines = [
        {"move": one["move"], "unit": one["unit"], "note": one["note"], "at": stamp(one["at"])}
        | {"who": people.name(desk.tx, one["person"]), "corrects": one["corrects"] is not None}
        for one in tips.course(desk.tx, row.id)
    ]
    news = [one for one in lines if one["move"] in ("returned", "progress", "prolonged", *UNIT_ENDS.values())]
    return {"news": news[-3:], "notes": [one for one in lines if one["move"] == "noted"]}


def _merged(desk: Desk, row: Row[Any]) -> Line:
    """What another citizen told of the same thing."""
    said = [one | {"at": stamp(one["at"])} for one in tips.dialogue(desk.tx, row.id)]
    return {"number": row.number, "content": tips.content(desk.tx, row), "dialogue": said}


def visible_alike(desk: Desk, row: Row[Any]) -> list[tuple[Row[Any], list[str]]]:
    """Likely duplicates that this person may read as well: an excluded person learns nothing by likeness."""
    return [(one, by) for one, by in tips.alike(desk.tx, row) if may(desk, one, Power.READ) and one.route == row.route]


# -- attachments ---------------------------------------------------------------------------------------------------------


def files_of(desk: Desk, row: Row[Any]) -> list[Line]:
    return [
        {
            "id": one.id,
            "n": n,
            "family": one.family,
            "state": one.state,
            "reason": one.reason,
            "size": one.size,
            "opened": one.opened_at is not None,
            "digest": one.digest.hex()[:16],
        }
        for n, one in enumerate(attachments.of_tip(desk.tx, row.id), 1)
    ]


def may_go_to_units(file: Line) -> bool:
    """A cleaned copy; what can't be cleaned, once intake has opened it under the warning; a voice never, it is put
    into words."""
    looked_at = file["state"] == "ready" or (file["state"] == "withheld" and file["opened"])
    return bool(looked_at and file["family"] != "voice")


def named_file(desk: Desk, file: Line) -> str:
    """As a button calls it."""
    word = desk.setting.words.label(Choice(file["family"]), "common", desk.chat.language, desk.chat.county)
    return f"{file['n']}. {word}"


def links(files: Iterable[Line]) -> tuple[Line, ...]:
    """As they hang under a message: the clean copy, else the original."""
    return tuple(
        {
            "id": one["id"],
            "n": one["n"],
            "kind": one["family"],
            "which": "clean" if one["state"] == "ready" else "original",
        }
        for one in files
    )


# -- whom to tell --------------------------------------------------------------------------------------------------------


def viewer(desk: Desk, person: int) -> Viewer:
    seats = people.seats_of(desk.tx, person, desk.plan.id)
    return Viewer(desk.plan.id, person, frozenset(SeatRef(*seat) for seat in seats))


def tell(desk: Desk, row: Row[Any], persons: Iterable[int], say: Say, once: str) -> None:
    """Nobody with a seat in an involved unit hears of it."""
    facts = facts_of(desk, [row])[row.id]
    free = [one for one in persons if not visibility.excluded(desk.plan, viewer(desk, one), facts)]
    desk.tell(free, say, queue.about(row.id) + once)


def tell_intake(desk: Desk, row: Row[Any], what: str, **data: Any) -> None:
    """Whoever has it, while they may still read it; else all who hold the seat that takes it in."""
    facts = facts_of(desk, [row])[row.id]
    taken = [row.taken_by] if row.taken_by else []
    able = [one for one in taken if visibility.may(desk.plan, viewer(desk, one), Power.READ, facts)]
    seat = "sealed" if row.route == "sealed" else "intake"
    say = Say(f"reminders:{what}", {"number": row.number} | data, (Choice(f"go.open.{row.number}"),))
    told = able or people.holders(desk.tx, row.county, row.intake, seat)
    tell(desk, row, told, say, f"{what}:{data.get('unit', '')}:{desk.now.timestamp()}")


def tell_unit(desk: Desk, row: Row[Any], unit: str, what: str) -> None:
    told = people.holders(desk.tx, row.county, unit, "liaison")
    say = Say(f"reminders:{what}", {"number": row.number})
    tell(desk, row, told, say, f"{what}:{unit}:{desk.now.timestamp()}")


# -- the end -------------------------------------------------------------------------------------------------------------


def end(desk: Desk, row: Row[Any], status: str, outcome: str | None = None, **columns: Any) -> None:
    """Nothing of it waits for anybody any more; units that still had it are told."""
    for one in handovers.of_tip(desk.tx, row.id):
        if handovers.change(desk.tx, one.id, handovers.LIVE, status="closed", closed_at=desk.now):
            tell_unit(desk, row, one.unit, "over")
    duties.close_all(desk.tx, desk.now, row.id)
    tips.change(desk.tx, row.id, desk.now, status=status, outcome=outcome, closed_at=desk.now, **columns)
    desk.audit(status, row.number, outcome or "")


def settle(desk: Desk, row: Row[Any], holder: int | None = None) -> None:
    """Where a tip stands when somebody takes it or a unit has it no longer: still with units, or with intake. A tip that
    units have can't be withdrawn, whoever takes it."""
    if row.status in tips.OPEN:
        held = any(one.status in handovers.HELD for one in handovers.of_tip(desk.tx, row.id))
        tips.change(
            desk.tx, row.id, desk.now, status="handed" if held else "taken" if holder or row.taken_by else "received"
        )


# -- corrections ---------------------------------------------------------------------------------------------------------

# moves whose words may turn out wrong
WORDED = ("asked", "noted", "recalled", "identity_opened", "closed", "returned", "progress", "prolonged", "involved")
UNIT_ENDS = {
    "filed": "unit_filed",
    "confirmed": "unit_confirmed",
    "not_confirmed": "unit_not_confirmed",
    "passed_on": "unit_passed_on",
}


def correctable(desk: Desk, tip: int, handover: int | None = None) -> Line | None:
    """The last move, while it is this person's own and nobody has acted on it; in a unit, of that hand-over. Reading is
    not acting, nor is what another unit does."""
    course = [one for one in tips.course(desk.tx, tip) if _bears_on(one, handover)]
    last = course[-1] if course else None
    worded = (*WORDED, *UNIT_ENDS.values())
    return last if last and last["person"] == desk.chat.person and last["move"] in worded else None


def _bears_on(move: Line, handover: int | None) -> bool:
    if move["actor"] == "clock" or move["move"] == "opened":
        return False
    if handover is None:
        return move["handover"] is None or move["move"] in ("handed", "recalled")
    return move["actor"] == "staff" and move["handover"] in (None, handover)
