"""我发的通知: what one's office has told units, how far it is on its way, and how it stands with each whom it is for."""

from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.card import card_form
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Say
from handlers.notices import attached, controls, correcting, drafts, lines, owned, receipts, table
from handlers.notices.lines import LISTED, SHOWN, Line
from handlers.notices.receipts import Receipt
from rules.notices import Notice
from storage import broadcasts, notice_ends, notices, people

NAME = controls.CARD
PAGE = 30  # readers on a card: with their moments as much as a chat takes in one message


def opened(desk: Desk, argument: str) -> Outcome:
    if argument:
        row = owned.reach(desk, matter.row_of(argument))
        if row is not None and not owned.has_gone(row):
            return Outcome(next=drafts.card(desk, row))
        about = {"_notice": row.id} | exhibits.opening(desk) if row is not None else {}
        return Outcome(next=(NAME, about)) if about else Outcome((Say("staff/todo:unknown"),))
    own = offices(desk)
    if not own:
        return Outcome((Say("notices/compose:not_yours"),))
    ours = notices.of_offices(desk.tx, desk.plan.id, own, desk.now - LISTED)
    rows = [row for row in ours if row.want != "attend"][:SHOWN]  # an invitation is its meeting's
    found = [(notices.read(desk.tx, row), row, notices.receipts(desk.tx, row.id)) for row in rows]
    named = lines.called(desk, [(notice, row) for notice, row, _ in found])
    doors = tuple(Choice(f"go.{_door(row)}.{row.id}", name) for name, (_, row, _) in zip(named, found, strict=True))
    ends = (Choice("go.notify", style="primary"), Choice("go.menu", style="quiet"))
    return Outcome((Say(f"{NAME}:list", {"notices": [owned.line(desk, *one) for one in found]}, (*doors, *ends)),))


def _door(row: Row[Any]) -> str:
    """What has not gone yet has a card of its own."""
    return "notified" if owned.has_gone(row) else "draft"


# -- one of them ---------------------------------------------------------------------------------------------------------


CARD = card_form(NAME, "_notice", resume="primary", cancel_rest="danger", recall="danger")


def facts(desk: Desk, answers: Answers) -> Facts:
    row = owned.reach(desk, answers["_notice"])
    if row is None:
        return {"said": {"gone": True}, "acts": (), "doors": ()}
    notice, found = notices.read(desk.tx, row), receipts.of(desk, row.id)
    listed = _listed(found, notice)
    after = notice_ends.successor(desk.tx, row.id)
    doors = (Choice(f"go.notified.{after.id}", style="primary"),) if after is not None else ()
    told = _told(desk, notice, row, found)
    shown = listed[(at := _page(answers, len(listed)) * PAGE) : at + PAGE]
    told |= {"readers": [one.line for one in shown], "from": at + 1, "left": len(listed) - at - len(shown)}
    more = ("more",) if len(listed) > PAGE else ()
    files = (table.SHEET, *((table.PICTURE,) if desk.setting.draws() else ())) if found and table.may_take(desk) else ()
    links = attached.links(desk, row.id) if exhibits.just_opened(desk, answers) else ()
    acts = (*more, *files, *controls.possible(desk, row))
    return {"said": told, "acts": acts, "doors": doors, "links": links}


def _listed(found: list[Receipt], notice: Notice) -> list[Receipt]:
    """Of a notice that wants nothing only those whom it has not reached: they may have to be told in another way."""
    return found if notice.want != "nothing" else [one for one in found if one.why not in ("", "unknown")]


def _page(answers: Answers, count: int) -> int:
    """After the last comes the first."""
    return int(answers.get("_page", 0)) % max(1, -(-count // PAGE))


def _told(desk: Desk, notice: Notice, row: Row[Any], found: list[Receipt]) -> Line:
    going, kept = broadcasts.progress(desk.tx, row.id), [one.row for one in found]
    about: Line = {"words": notice.words, "who": people.name(desk.tx, row.made_by)}
    about |= {
        "reason": notices.remarks(desk.tx, row),
        "sending": going.status,
        "waiting": going.waiting,
        "empty": receipts.empty(row, kept),
    }
    return owned.line(desk, notice, row, kept) | about


def acted(desk: Desk, answers: Answers) -> Outcome:
    number, act = answers["_notice"], answers["act"]
    row = owned.reach(desk, number)
    if row is None or act == "leave":
        return Outcome(next=("go.notified", {}))
    card: tuple[str, Answers] = (NAME, {"_notice": number, "_page": answers.get("_page", 0)})
    if act == "more":
        return Outcome(next=(NAME, card[1] | {"_page": card[1]["_page"] + 1}))
    if act in (table.SHEET, table.PICTURE):
        return Outcome((Say(f"{NAME}:file", {}, files=(table.hung(desk, row, act),)),), card)
    if act not in controls.possible(desk, row):
        return Outcome((Say(f"{NAME}:meanwhile"),), card)
    if act == "correct":
        return correcting.opened(desk, row)
    return Outcome(controls.AT_ONCE[act](desk, row), card) if act in controls.AT_ONCE else controls.asked(act, number)


CONVERSATIONS = (Conversation(CARD, acted, "staff", facts), *controls.CONVERSATIONS)
