"""Who hears of a meeting: the invitation, that it was moved or called off, and one reminder for each unit that comes, on the morning
of the working day before. A reminder is a clock, and ends with the wish to come."""

from collections.abc import Iterable
from typing import Any

from handlers.desk import Desk
from handlers.forms import Choice, Say
from handlers.meetings import seen
from handlers.meetings.seen import Seen
from handlers.notices.scene import Scene
from rules import escalation
from rules.deadlines import end_of
from rules.escalation import Ladder
from rules.meetings import Answer, Meeting
from rules.notices import Notice
from storage import broadcasts, duties, meetings, notices, people
from storage.meetings import MEETING


def invitation(scene: Scene, notice: Notice) -> Say:
    """Answered with one press, from the push itself."""
    row = meetings.by_id(scene.tx, notice.number)
    assert row is not None  # both were written in one commit
    until = end_of(notice.until, scene.plan.tz).isoformat() if notice.until else None
    about = _told(scene, meetings.read(scene.tx, row)) | {"until": until}
    doors = (Choice(f"go.meeting.{row.id}"), *replies(row.id))
    return Say("reminders:meeting", about, doors)


def replies(number: int) -> tuple[Choice, ...]:
    return (
        Choice(f"go.attend.{number}", style="primary"),
        Choice(f"go.deputy.{number}"),
        Choice(f"go.absent.{number}"),
    )


def _told(scene: Scene, meeting: Meeting) -> dict[str, Any]:
    about = {"title": meeting.about.title, "office": meeting.office, "place": meeting.about.where}
    return meeting.when(scene.plan.tz) | about


def tell(desk: Desk, one: Seen, what: str, **more: Any) -> None:
    """Everybody who is invited, and whoever leads it beside who does this: once for each change."""
    told = (*(answer.person for answer in one.answers), *seen.leaders(desk, one))
    _push(desk, one, told, what, _doors(one)[:1], more)


def tell_changed(desk: Desk, one: Seen) -> None:
    """Whoever has answered may answer otherwise; whoever has not is invited anew, and hears no more of the time before; who calls or
    chairs it is told, and asked nothing."""
    broadcasts.cancel(desk.tx, one.row.id)
    waiting = {
        answer.person for answer in one.answers if answer.unit in one.asked and one.asked[answer.unit].reply is None
    }
    _push(desk, one, waiting, "changed", (*replies(one.row.id), *_doors(one)[:1]), {"replied": False})
    declined = {answer.person for answer in one.answers if one.units[answer.unit].reply == "absent"} - waiting
    _push(desk, one, declined, "changed", (*replies(one.row.id), *_doors(one)[:1]), {"replied": "absent"})
    said = {answer.person for answer in one.answers if one.units[answer.unit].reply is not None} - waiting - declined
    _push(desk, one, said, "changed", _doors(one), {"replied": True})
    others = {*(answer.person for answer in one.answers), *seen.leaders(desk, one)} - waiting - declined - said
    _push(desk, one, others, "changed", _doors(one)[:1], {"replied": "host"})


def answered_otherwise(desk: Desk, one: Seen, was: Answer) -> None:
    """Whoever had answered for the unit before: who has now, and what; not why."""
    now = {
        "unit": was.unit,
        "who": people.name(desk.tx, desk.person),
        "reply": one.units[was.unit].reply,
        "was": was.reply,
    }
    say = Say("reminders:meeting_otherwise", _told(desk, one.meeting) | now, (*replies(one.row.id), *_doors(one)[:1]))
    desk.tell([was.person], say, f"{MEETING}:{one.row.id}:otherwise:{was.unit}:{desk.now.timestamp():.0f}", owes=1)


def _push(
    desk: Desk, one: Seen, persons: Iterable[int], what: str, doors: tuple[Choice, ...], more: dict[str, Any]
) -> None:
    say = Say(f"reminders:meeting_{what}", _told(desk, one.meeting) | more, doors)
    others = [person for person in dict.fromkeys(persons) if person != desk.person]
    desk.tell(others, say, f"{MEETING}:{one.row.id}:{what}:{one.meeting.revision}", owes=1)


def _doors(one: Seen) -> tuple[Choice, ...]:
    card = Choice(f"go.meeting.{one.row.id}", style="primary")
    return (card, *replies(one.row.id)[1:])


def urge(desk: Desk, one: Seen, units: Iterable[str]) -> int:
    """Of those units who has been invited; each once a day, whoever urges."""
    wanted = frozenset(units)
    persons = dict.fromkeys(answer.person for answer in one.answers if answer.unit in wanted)
    say = Say("reminders:meeting_urged", _told(desk, one.meeting), (*replies(one.row.id), *_doors(one)[:1]))
    others = [person for person in persons if person != desk.person]
    desk.tell(others, say, f"{MEETING}:{one.row.id}:urged:{desk.now.timestamp():.0f}", owes=1)
    meetings.urged(desk.tx, one.row.id, desk.now)
    return len(others)


# -- clocks --------------------------------------------------------------------------------------------------------------


def remind(desk: Desk, one: Seen) -> None:
    """So that exactly those are reminded who come, at the time it has now: said again as often as anything has changed."""
    for answer in one.answers:
        once = meetings.clock(one.meeting, answer.unit, answer.person)
        known = duties.named(desk.tx, once)
        wanted = one.meeting.status == "called" and one.comes(answer.unit)
        if known is not None and known.closed_at is None and not wanted:
            duties.end(desk.tx, known, desk.now, "cancelled")
        elif wanted and (known is None or known.closed_at is not None):
            _begin(desk, one.meeting, answer.unit, answer.person, once)


def _begin(desk: Desk, meeting: Meeting, unit: str, person: int, once: str) -> None:
    plan, seat = desk.plan, next((kind for where, kind in sorted(desk.today.held(person)) if where == unit), "liaison")
    ladder: Ladder = plan.ladders[MEETING]
    look_at = escalation.first(ladder, desk.now, meeting.starts, plan.calendar, plan.tz, plan.quiet)
    if (known := duties.named(desk.tx, once)) is not None:
        duties.again(desk.tx, known, meeting.starts, look_at)
        return
    about = {"county": plan.id, "kind": MEETING, "unit": unit, "seat": seat, "person": person}
    about |= {"opened_at": desk.now, "due_at": meeting.starts, "provisional": False, "origin": ladder.origin.value}
    duties.open_(desk.tx, once, look_at, **about, ladder=ladder.dumps())


def forget(desk: Desk, before: Seen) -> None:
    """What reminded of the time it had before."""
    for answer in before.answers:
        known = duties.named(desk.tx, meetings.clock(before.meeting, answer.unit, answer.person))
        if known is not None:
            duties.end(desk.tx, known, desk.now, "cancelled")


def over(desk: Desk, one: Seen) -> None:
    """Nobody is asked any more whether they come, nor reminded that they do."""
    broadcasts.cancel(desk.tx, one.row.id)
    forget(desk, one)
    for answer in one.answers:
        known = duties.named(desk.tx, notices.clock(one.row.id, answer.person))
        if known is not None:
            duties.end(desk.tx, known, desk.now, "cancelled")
