"""One piece before those who write and those who let out: as citizens read it, and what was asked and answered before. It is let out
in the very words that were looked at, by somebody who wrote none of them."""

from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Row

from handlers import matter
from handlers.bulletins import drafting, letting_out, pieces
from handlers.card import card_form
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say
from handlers.words import folded
from rules.bulletins import Act, Bulletin, Status, stands
from storage import bulletins as rows
from storage.seated import local_day

NAME, REMARKS = "bulletins/card", 300  # characters


def opened(desk: Desk, argument: str) -> Outcome:
    row = reach(desk, matter.row_of(argument))
    return Outcome((Say("staff/todo:unknown"),)) if row is None else _open(row)


def _open(row: Row[Any]) -> Outcome:
    return Outcome(next=(NAME, {"_bulletin": row.id, "_seen": row.revision}))


def reach(desk: Desk, number: int | None) -> Row[Any] | None:
    """For whoever writes pieces or lets them out. Anybody else is refused, on record."""
    row = rows.by_id(desk.tx, number) if number is not None else None
    if row is None or row.county != desk.plan.id or not pieces.able(desk):
        matter.refused(desk, str(number), "bulletin")
        return None
    return row


def may_see_file(desk: Desk, number: int) -> bool:
    """A picture of a piece that citizens may read is anybody's."""
    row = rows.by_id(desk.tx, number)
    if row is None or row.county != desk.plan.id:
        return False
    public = stands(row.status, row.until, local_day(desk.plan, desk.now))
    return public or (desk.chat.person is not None and pieces.able(desk))


def acts(desk: Desk, row: Row[Any], piece: Bulletin) -> tuple[Act, ...]:
    """Nobody lets out a picture that they cannot have looked at yet."""
    found = pieces.hand(desk).acts(desk.plan, piece, cast(Status, row.status))
    unseen = any(one.state == "new" for one in pieces.pictures(desk.tx, row.id))
    return tuple(one for one in found if one != "approve" or not unseen)


# -- looked at -----------------------------------------------------------------------------------------------------------


def _nod(words: str, facts: Facts) -> str | None:
    """同意: to the last look, which lets out nothing yet."""
    return "approve" if "approve" in facts["acts"] and folded(words) in letting_out.YES else None


_CARD = card_form(NAME, "_bulletin", "_seen", approve="primary", revise="primary", drop="danger", withdraw="danger")
FORM = replace(_CARD, questions=tuple(replace(one, named=_nod) for one in _CARD.questions))


def facts(desk: Desk, answers: Answers) -> Facts:
    row = reach(desk, answers["_bulletin"])
    if row is None:
        return {"said": {"gone": True}, "acts": ()}
    piece = rows.read(desk.tx, row)
    able, found = acts(desk, row, piece), pieces.pictures(desk.tx, row.id)
    over = row.status == "published" and not stands(row.status, row.until, local_day(desk.plan, desk.now))
    said = pieces.record(desk, row, piece) | {
        "piece": pieces.as_read(piece, row.published_at),
        "status": "over" if over else row.status,
        "remarks": rows.remarks(desk.tx, row),
        "pictures": {state: sum(one.state == state for one in found) for state in ("ready", "new", "withheld")},
        "asks": pieces.asked_to_decide(desk, piece)[0] if row.status == "waiting" else "",
        "own": row.status == "waiting" and "return" not in able,
        "corrects": piece.replaces is not None,
    }
    return {"said": said, "acts": able, "links": pieces.links(found)}


def acted(desk: Desk, answers: Answers) -> Outcome:
    row, act = reach(desk, answers["_bulletin"]), answers["act"]
    if row is None or act == "leave":
        return Outcome(next=("go.bulletins", {}))
    piece = rows.read(desk.tx, row)
    if act not in acts(desk, row, piece) or row.revision != answers["_seen"]:
        return Outcome((Say(f"{NAME}:meanwhile"),), _open(row).next)
    match act:
        case "revise" | "correct":
            return Outcome(next=(drafting.NAME, drafting.of(row, piece, act, bool(pieces.pictures(desk.tx, row.id)))))
        case "approve" | "return" | "withdraw":
            return Outcome(next=(f"bulletins/{act}", {"_bulletin": row.id, "_seen": row.revision}))
    return _done(desk, row, piece, act)


# -- decided -------------------------------------------------------------------------------------------------------------


def _done(desk: Desk, row: Row[Any], piece: Bulletin, act: Act, remarks: str = "") -> Outcome:
    if not rows.move(desk.tx, row, act, desk.now, desk.person, remarks):
        return Outcome((Say(f"{NAME}:meanwhile"),), ("go.bulletins", {}))
    desk.audit(f"bulletin {act}", str(row.id), piece.category)
    if act == "approve" and piece.replaces is not None:
        _replaced(desk, piece.replaces)
    about = {"title": piece.title, "act": act, "remarks": remarks}
    others = [one for one in piece.authors if one != desk.person]
    desk.tell(
        others, Say("reminders:bulletin_done", about, _door(row)), f"bulletin:{row.id}:{act}:{row.revision}", owes=1
    )
    return Outcome((Say(f"{NAME}:done", about),), ("go.bulletins", {}))


def _door(row: Row[Any]) -> tuple[Choice, ...]:
    return (Choice(f"go.bulletin.{row.id}", style="primary"),)


def _replaced(desk: Desk, number: int) -> None:
    """What is corrected is read no more; withdrawn meanwhile, it stays so."""
    before = rows.by_id(desk.tx, number)
    if before is not None and before.status == "published" and rows.move(desk.tx, before, "replace", desk.now):
        desk.audit("bulletin replace", str(number), before.category)


def _why(act: Act) -> Conversation:
    """It comes back, or is withdrawn, with a reason."""
    form = Form(
        f"bulletins/{act}",
        (Question("text", wording.written(REMARKS, 2)),),
        about=("_bulletin", "_seen"),
        home=NAME,
    )

    def told(desk: Desk, answers: Answers) -> Facts:
        row = reach(desk, answers["_bulletin"])
        return {"said": {"title": rows.read(desk.tx, row).title if row is not None else ""}}

    def given(desk: Desk, answers: Answers) -> Outcome:
        found = _as_seen(desk, answers, act)
        return _done(desk, *found, act, answers["text"]) if found else _meanwhile(desk, answers)

    return Conversation(form, given, "staff", told)


def _as_seen(desk: Desk, answers: Answers, act: Act) -> tuple[Row[Any], Bulletin] | None:
    """What it is to be done to, if it still may be, in the very words that were looked at."""
    row = reach(desk, answers["_bulletin"])
    if row is None or row.revision != answers["_seen"]:
        return None
    piece = rows.read(desk.tx, row)
    return (row, piece) if act in acts(desk, row, piece) else None


def _meanwhile(desk: Desk, answers: Answers) -> Outcome:
    row = reach(desk, answers["_bulletin"])
    return Outcome((Say(f"{NAME}:meanwhile"),), _open(row).next if row is not None else ("go.bulletins", {}))


def _last_look(desk: Desk, answers: Answers) -> Facts:
    return letting_out.shown(desk, _as_seen(desk, answers, "approve"))


def _let_out(desk: Desk, answers: Answers) -> Outcome:
    if not letting_out.said_yes(answers):
        return Outcome(next=(NAME, {name: answers[name] for name in letting_out.FORM.about}))
    found = _as_seen(desk, answers, "approve")
    return _done(desk, *found, "approve") if found else _meanwhile(desk, answers)


CONVERSATIONS = (
    Conversation(FORM, acted, "staff", facts),
    Conversation(letting_out.FORM, _let_out, "staff", _last_look),
    _why("return"),
    _why("withdraw"),
)
