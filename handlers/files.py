"""Whether an attachment may be opened in a conversation, asked again each time a link is followed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from handlers import exhibits, matter
from handlers.bulletins import card as bulletin_card
from handlers.desk import Desk, Setting
from handlers.duties import owed
from handlers.matters import held as held_matters
from handlers.meetings import seen as seen_meetings
from handlers.notices import attached as notice_files
from handlers.progress import uploads
from rules.visibility import Power
from storage import attachments, chats, handovers, merges, tips
from storage.database import Tx

SEEN_BY: dict[str, Callable[[Desk, int], bool]] = {
    "filing": owed.may_see_filing,
    "matter": held_matters.may_see_file,
    "notice": notice_files.may_see,
    "meeting": seen_meetings.may_see_file,
    "minutes": seen_meetings.may_see_file,
    "bulletin": bulletin_card.may_see_file,
}


def may_open(setting: Setting, now: datetime, tx: Tx, chat: int, number: int, which: str) -> bool:
    """Intake: the clean copy, and a withheld original once it was opened under the warning. A unit: what it was given."""
    talk, row = chats.load(tx, [chat]).get(chat), attachments.by_id(tx, number)
    if talk is None or talk.ended or row is None or talk.county is None or talk.county not in setting.plans:
        return False
    desk = Desk(tx, now, setting, talk)
    if talk.person is None:
        return _for_everybody(desk, row, which)
    desk.sit()
    if row.owner is not None:
        allowed = which == "clean" and row.state == "ready" and SEEN_BY[row.owner_kind](desk, row.owner)
        desk.audit("file opened" if allowed else "refused", f"{row.owner_kind} {row.owner}", f"{number} {which}")
        return allowed
    part = tips.by_id(tx, row.tip) if row.tip is not None else None
    tip = merges.goes_on(tx, part) if part is not None else None  # where it is listed
    allowed = tip is not None and (_as_intake(desk, tip, row, which) or _as_unit(desk, tip, row, which))
    desk.audit("file opened" if allowed else "refused", tip.number if tip else "-", f"{number} {which}")
    return allowed


def _for_everybody(desk: Desk, row: Any, which: str) -> bool:
    """What citizens may read; who did is not on record."""
    public = row.owner_kind == "bulletin" and row.owner is not None
    return public and which == "clean" and row.state == "ready" and bulletin_card.may_see_file(desk, row.owner)


def _as_intake(desk: Desk, tip: Any, row: Any, which: str) -> bool:
    if which == "original":
        warned = row.state == "withheld" and row.opened_at is not None
        return warned and matter.may(desk, tip, Power.SEE_ORIGINAL_FILE)
    return bool(row.state == "ready" and matter.may(desk, tip, Power.READ))


def _as_unit(desk: Desk, tip: Any, row: Any, which: str) -> bool:
    file = next((one for one in exhibits.of_tip(desk, tip) if one["id"] == row.id), None)
    if file is None or not exhibits.may_go_to_units(file) or which != ("clean" if row.state == "ready" else "original"):
        return False
    if not matter.may(desk, tip, Power.READ_COPY):
        return False
    mine = [one for one in handovers.of_tip(desk.tx, tip.id) if one.unit in desk.units("liaison", "leader")]
    return any(row.id in handovers.copy(desk.tx, one)["files"] for one in mine if one.status in handovers.HELD)


def held(tx: Tx, chat: int) -> int:
    """Bytes of the tip that is open in this conversation: what waits to be sent, and what was sent before."""
    talk = chats.load(tx, [chat]).get(chat)
    frames = [frame.get("answers") or {} for frame in (talk.state.get("stack", []) if talk else [])]
    elsewhere = [number for answers in frames[:-1] for number in uploads(answers)]
    row = tips.by_id(tx, frames[-1]["_tip"]) if frames and "_tip" in frames[-1] else None
    sent = attachments.size_of_tip(tx, row.id) if row is not None else 0
    return sent + attachments.pending_size(tx, chat, elsewhere)
