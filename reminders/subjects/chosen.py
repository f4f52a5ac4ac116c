"""Of what kind a clock's subject is."""

from typing import Any

from sqlalchemy import Row

from reminders.subjects.approval import OfApproval, waiting
from reminders.subjects.matter import OfMatter
from reminders.subjects.meeting import OfInvitation, OfMeeting
from reminders.subjects.notice import OfNotice
from reminders.subjects.office import OfCalendar, OfFiling
from reminders.subjects.pause import OfPause, held
from reminders.subjects.plan import OfPlan
from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Subject
from reminders.subjects.tip import OfTip
from rules.county import Plan
from rules.meetings import Meeting
from storage import duties, filings, meetings, notices
from storage.approvals import APPROVAL
from storage.meetings import MEETING
from storage.notices import NOTICE
from storage.pauses import PAUSED
from storage.recounting import ASKED_FOR


def subject(shelf: Shelf, plan: Plan, row: Row[Any]) -> Subject | None:
    """None: what it was about is gone."""
    if row.kind == ASKED_FOR:
        return OfCalendar(plan, row)
    if row.kind == filings.UNSEEN:
        filed = filings.of_clock(shelf.tx, row.once)
        return OfFiling(plan, row, filed) if filed is not None and filed.rule in plan.duties else None
    if row.kind == NOTICE:
        return _told(shelf, plan, row)
    if row.kind == MEETING:
        meeting = _to_come(shelf, meetings.of_clock(row.once))
        return OfMeeting(plan, row, shelf, meeting) if meeting is not None else None
    if row.kind == APPROVAL:
        found = waiting(shelf, plan, row.once)
        return OfApproval(plan, row, shelf, found) if found is not None else None
    if row.kind == PAUSED:
        paused = held(shelf, row.once)
        return OfPause(plan, row, shelf, paused) if paused is not None else None
    if row.rule is not None:
        return _owed(shelf, plan, row)
    tip = shelf.tips.get(row.tip)
    return OfTip(shelf, plan, row, tip) if tip is not None else None


def _told(shelf: Shelf, plan: Plan, row: Row[Any]) -> Subject | None:
    sent = notices.by_id(shelf.tx, notices.of_clock(row.once))
    if sent is None or sent.want != "attend":
        return OfNotice(plan, row, shelf, sent) if sent is not None else None
    meeting = _to_come(shelf, sent.id)
    return OfInvitation(plan, row, shelf, sent, meeting) if meeting is not None else None


def _to_come(shelf: Shelf, number: int) -> Meeting | None:
    row = meetings.by_id(shelf.tx, number)
    meeting = meetings.read(shelf.tx, row) if row is not None else None
    return meeting if meeting is not None and meeting.open(shelf.now) else None


def _owed(shelf: Shelf, plan: Plan, row: Row[Any]) -> Subject | None:
    demand = plan.duties.get(row.rule)
    if demand is None:
        return None
    if row.kind != duties.MATTER:
        return OfPlan(plan, row, shelf, demand)
    put = shelf.matter(row.period)
    return OfMatter(plan, row, shelf, demand, put) if put is not None and put.regime in plan.regimes else None
