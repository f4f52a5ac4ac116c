"""What every conversation about a tip needs: its row, who may do what with it now, what can be shown of it, whom to tell."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers import duty, exhibits
from handlers.desk import Desk
from handlers.forms import Answers, Choice, Say
from rules import deadlines, visibility
from rules.visibility import Power, TipFacts, Viewer
from storage import chats, duties, handovers, matters, merges, people, pushes, queue, tips
from storage.queue import Message

Line = dict[str, Any]
UNIT_ENDS = {
    "filed": "unit_filed",
    "confirmed": "unit_confirmed",
    "not_confirmed": "unit_not_confirmed",
    "passed_on": "unit_passed_on",
}
_BOTH = "\x1e"  # nobody can type it: `forms.plain` takes it out
NONE = "staff/todo:unknown"  # what is answered about a tip one may not see: as if there were none


def row_of(text: str) -> int | None:
    """The id that a button carries; None for any crafted one that no column could hold."""
    digits = text.isascii() and text.isdecimal() and len(text) < 20
    return number if digits and (number := int(text)) < 2**63 else None


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
            forgotten=row.forgotten_at is not None,
        )
        for row in rows
    }


def allowed(desk: Desk, rows: Sequence[Row[Any]], power: Power) -> list[Row[Any]]:
    """Those of `rows` with which this person may do that."""
    facts = facts_of(desk, rows)
    return [row for row in rows if visibility.may(desk.plan, desk.viewer, power, facts[row.id])]


def may(desk: Desk, row: Row[Any], power: Power) -> bool:
    return desk.chat.person is not None and bool(allowed(desk, [row], power))


def reach(desk: Desk, tip: int, power: Power, *, lock: bool = False) -> Row[Any] | None:
    """The tip if this person may still do that now; a refusal is on record. For a move it is locked in any case."""
    row = tips.by_id(desk.tx, tip, lock=lock or power in visibility.MOVES)
    if row is not None and row.county == desk.plan.id and may(desk, row, power):
        desk.about |= {row.id, *(one.id for one in merges.merged_here(desk.tx, row.id))}
        desk.not_before(row.changed_at)
        return row
    refused(desk, row.number if row is not None else str(tip), power.value)
    return None


def refused(desk: Desk, subject: str, what: str) -> None:
    desk.audit("refused", subject, what)


def lost(desk: Desk, answers: Answers) -> bool:
    """Whether an open form is about a tip, or a copy of one, that this person may read no more: it may quote either."""
    if "_lead" not in answers:
        return "_tip" in answers and not _readable(desk, answers["_tip"], Power.READ)
    given = handovers.by_id(desk.tx, answers["_lead"])
    if given is None:
        return True
    mine = given.status in handovers.HELD and given.unit in desk.units("liaison", "leader")
    return not _readable(desk, given.tip, Power.READ_COPY, mine)


def _readable(desk: Desk, tip: int, power: Power, mine: bool = True) -> bool:
    row = tips.by_id(desk.tx, tip)
    if mine and row is not None and may(desk, row, power):
        return True
    refused(desk, row.number if row is not None else str(tip), power.value)
    return False


def take_back(desk: Desk, row: Row[Any], persons: Iterable[int]) -> None:
    """What waits to be said to these people about this tip is not said, and what they have open about it is put away. Its
    clocks are held first: who looks at one just now has told of it by then, who comes later sees what has changed."""
    duties.hold(desk.tx, row.id)
    whose = set(persons)
    pushes.take_back(desk.tx, row.id, whose, NONE)
    _put_away(desk, row.id, whose)


def _put_away(desk: Desk, tip: int, persons: set[int]) -> None:
    rows = matters.carrying(desk.tx, tip)
    clocks = duties.of_matters(desk.tx, [one.number for one in rows]) if rows else {}
    put = {one.id for one in (*rows, *(clock for ones in clocks.values() for clock in ones))}
    chats.put_away(desk.tx, persons, tip, {one.id for one in handovers.of_tip(desk.tx, tip)}, put)


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
            "suggested": not duties.firm(one),
            "late": one.due_at < desk.now,
            "days": deadlines.days_past(one.due_at, desk.now, desk.plan.tz),
        }
        for one in duties.open_of(desk.tx, row.id)
        if one.kind != "now"
    ]


def late(waiting: Iterable[Line]) -> bool:
    """Whether a date of the plan or the law has passed."""
    return any(one["late"] and not one["suggested"] for one in waiting)


def register(desk: Desk, row: Row[Any]) -> Line:
    """Number, age and lateness: what viewers of the register see, and no more."""
    desk.about.add(row.id)
    waiting = clocks(desk, row)
    return {
        "number": row.number,
        "received": stamp(row.received_at),
        "days": (desk.now - row.received_at).days,
        "late": late(waiting),
        "past": any(one["late"] for one in waiting),
        "over": max((one["days"] for one in waiting), default=0),
    }


def line(desk: Desk, row: Row[Any]) -> Line:
    """One line for those who may read it: how far it is and who has it."""
    desk.about.add(row.id)
    waiting = clocks(desk, row)
    return {
        "number": row.number,
        "status": row.status,
        "urgent": row.urgent,
        "exposed": row.merged_into is None and row.id in merges.exposed(desk.tx, [row.id]),
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
        "dialogue": _dialogue(desk, row),
        **_told_inside(desk, row),
        "informant": 0 if len(parts := (row, *merges.merged_here(desk.tx, row.id))) > 1 else None,
        "withdrawal": row.withdrawal,
        "answerable": _answerable(desk, row),
        "merged": [_merged(desk, one, n) for n, one in enumerate(parts[1:], 1)],
        "files": exhibits.of_tip(desk, row),
        "alike": _alike(desk, row),
        "handed": [
            {"unit": one.unit, "status": one.status, "outcome": one.outcome, "at": stamp(one.closed_at or one.made_at)}
            for one in units
        ],
    }


def _answerable(desk: Desk, row: Row[Any]) -> bool:
    """Whether there is somebody to write to: while it goes on, and as long as they may be in danger."""
    goes_on = row.status in tips.OPEN or (row.merged_into is None and row.id in merges.exposed(desk.tx, [row.id]))
    return goes_on and bool(merges.contributors(desk.tx, row))


def _told_inside(desk: Desk, row: Row[Any]) -> Line:
    """What units reported last, and what intake noted for itself: an alert of it opens this card."""
    lines = [
        {"move": one["move"], "unit": one["unit"], "note": one["note"], "right": one["right"], "at": stamp(one["at"])}
        | {"who": people.name(desk.tx, one["person"]), "corrects": one["corrects"] is not None}
        for one in tips.course(desk.tx, row.id)
    ]
    news = [one for one in lines if one["move"] in ("returned", "progress", "prolonged", *UNIT_ENDS.values())]
    return {"news": news[-3:], "notes": [one for one in lines if one["move"] == "noted"]}


def _merged(desk: Desk, row: Row[Any], n: int) -> Line:
    """What another citizen told of the same thing. Citizens are told apart by a letter, and by nothing else."""
    about = {"number": row.number, "informant": n, "withdrawal": row.withdrawal}
    return about | {"content": tips.content(desk.tx, row), "dialogue": _dialogue(desk, row)}


def _dialogue(desk: Desk, row: Row[Any]) -> list[Line]:
    """Read now: what its author said can't be taken back any more."""
    tips.seen(desk.tx, row.id, "citizen", desk.now)
    return [one | {"at": stamp(one["at"]), "text": in_one(desk, one["text"])} for one in tips.dialogue(desk.tx, row.id)]


def _alike(desk: Desk, row: Row[Any]) -> list[Line]:
    """Proposed while the tip can still be merged."""
    found = visible_alike(desk, row) if row.status in tips.OPEN else []
    return [{"number": other.number, "by": by, "ended": other.status not in tips.OPEN} for other, by in found]


def in_both(zh: str, en: str) -> str:
    """Words that are kept before it is known in which language they will be read."""
    return f"{zh}{_BOTH}{en}"


def in_one(desk: Desk, text: str) -> str:
    both = text.split(_BOTH)
    return both[-1] if desk.chat.language == "en" else both[0]


def visible_alike(desk: Desk, row: Row[Any]) -> list[tuple[Row[Any], list[str]]]:
    """Likely duplicates that this person may read as well: an excluded person learns nothing by likeness."""
    return [
        (one, by) for one, by in merges.alike(desk.tx, row) if may(desk, one, Power.READ) and one.route == row.route
    ]


# -- whom to tell --------------------------------------------------------------------------------------------------------


def viewer(desk: Desk, person: int) -> Viewer:
    return desk.today.acting(person).viewer(desk.plan.id, person)


def tell(desk: Desk, row: Row[Any], persons: Iterable[int], say: Say, once: str) -> None:
    """Nobody with a seat in an involved unit hears of it."""
    facts = facts_of(desk, [row])[row.id]
    free = [one for one in persons if not visibility.excluded(desk.plan, viewer(desk, one), facts)]
    desk.tell(free, say, pushes.about(row.id) + once, (row.id,), calm=False)


MINUTE = 60  # seconds


def officers(desk: Desk, row: Row[Any]) -> list[int]:
    """Whoever has it, or stands in for them, while they may still read it; else all who hold the seat that takes it in."""
    facts = facts_of(desk, [row])[row.id]
    taken = [desk.today.in_place_of(row.taken_by)] if row.taken_by else []
    able = [one for one in taken if one is not None and visibility.may(desk.plan, viewer(desk, one), Power.READ, facts)]
    seat = "sealed" if row.route == "sealed" else "intake"
    return able or desk.today.news(row.intake, seat, facts.involved)


def tell_intake(desk: Desk, row: Row[Any], what: str, **data: Any) -> None:
    say = Say(f"reminders:{what}", {"number": row.number} | data, (Choice(f"go.open.{row.number}"),))
    told = officers(desk, row)
    at = desk.now.timestamp() // (MINUTE if what == "added" else 1)  # pieces that come together are one piece of news
    tell(desk, row, told, say, f"{what}:{data.get('unit', '')}:{at}")


def tell_unit(desk: Desk, row: Row[Any], unit: str, what: str) -> None:
    told = desk.today.news(unit, "liaison", tips.involved(desk.tx, row.id))
    say = Say(f"reminders:{what}", {"number": row.number, "audience": "liaison"})
    tell(desk, row, told, say, f"{what}:{unit}:{desk.now.timestamp()}")


INSIDE = frozenset({"intake", "sealed", "taker", "duty"})  # whose reminders say what only they may know


def may_still_hear(desk: Desk, person: int, message: Message) -> bool:
    """Whether a push that waits for somebody suits the seats they have now. Whatever they asked for themselves may quote
    anybody, and is asked for anew."""
    if not queue.pushed(message):
        return False
    rows = tips.by_ids(desk.tx, message["about"])
    facts, now = facts_of(desk, list(rows.values())), viewer(desk, person)
    outside = {data.get("audience", "intake") for _, data in message["says"]}.isdisjoint(INSIDE)
    powers = (Power.READ, *((Power.READ_COPY, Power.SEE_REGISTER) if outside else ()))
    return all(any(visibility.may(desk.plan, now, one, tip) for one in powers) for tip in facts.values())


def unsay(desk: Desk, numbers: Iterable[int]) -> None:
    """No card that tells of these tips is read any more by anybody of the staff, and no form goes on that may quote them;
    what is left is asked for anew."""
    staff = {one.person for one in people.roster(desk.tx, desk.plan.id)}
    for tip in numbers:
        pushes.take_back(desk.tx, tip, staff, "reminders:card_gone", pushes=False)
        _put_away(desk, tip, staff)


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
        duty.decision(desk, row, urgent=row.urgent and holder is not None)
