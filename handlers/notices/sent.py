"""我发的通知: what one's office has told units, how far it is on its way, and how it stands with each whom it is for."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.card import card_form
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Form, Say
from handlers.notices import attached, controls, correcting, drafts, giving_up, lines, owned, receipts, table
from handlers.notices.lines import LISTED, SHOWN, Line
from handlers.notices.receipts import Receipt
from handlers.words import folded, of
from rules.notices import Notice
from storage import notice_ends, notices, people

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


# Each of them is called so too.
_CALLED = {
    "pause": of("暂停发送 先停一下 先别发 停一下 hold"),
    "resume": of("接着发 恢复 恢复发送 resume"),
    "cancel_rest": of("其余的不发了 不发了 剩下的不发了 停发 其余不发"),
    "recall": of("撤回 撤销 收回来 撤回来 recall takeitback withdraw"),
    "correct": of("更正 改正 更改 修改 改内容 重发 更正后重发 correct correction"),
    table.SHEET: of("回执表 回执 excel 导出 名单 table"),
    table.PICTURE: of("图片 回执图片 picture"),
    giving_up.REUSE: of("再用 重新用 useagain"),
}


def _called(words: str, facts: Facts) -> str | None:
    word = folded(words)
    return next((act for act in facts["acts"] if word in _CALLED.get(act, ())), None)


def _form() -> Form:
    form = card_form(NAME, "_notice", resume="primary", cancel_rest="danger", recall="danger")
    return replace(form, questions=tuple(replace(one, named=_called) for one in form.questions))


CARD = _form()


def facts(desk: Desk, answers: Answers) -> Facts:
    row = owned.reach(desk, answers["_notice"])
    if row is None:
        return {"said": {"gone": True}, "acts": (), "doors": ()}
    notice, found = notices.read(desk.tx, row), receipts.of(desk, row)
    listed = _listed(found, notice)
    after = notice_ends.successor(desk.tx, row.id)
    doors = (Choice(f"go.notified.{after.id}", style="primary"),) if after is not None else ()
    told = _told(desk, notice, row, found)
    shown = listed[(at := _page(answers, len(listed)) * PAGE) : at + PAGE]
    told |= {"readers": [one.line for one in shown], "from": at + 1, "left": len(listed) - at - len(shown)}
    more = ("more",) if len(listed) > PAGE else ()
    files = (table.SHEET, *((table.PICTURE,) if desk.setting.draws() else ())) if found and table.may_take(desk) else ()
    links = attached.links(desk, row.id) if exhibits.just_opened(desk, answers) else ()
    again = (giving_up.REUSE,) if row.status == "recalled" else ()
    acts = (*more, *files, *controls.possible(desk, row), *again)
    return {"said": told, "acts": acts, "doors": doors, "links": links}


def _listed(found: list[Receipt], notice: Notice) -> list[Receipt]:
    """Of a notice that wants nothing only those whom it has not reached: they may have to be told in another way."""
    return found if notice.want != "nothing" else [one for one in found if one.why not in ("", "unknown")]


def _page(answers: Answers, count: int) -> int:
    """After the last comes the first."""
    return int(answers.get("_page", 0)) % max(1, -(-count // PAGE))


def _told(desk: Desk, notice: Notice, row: Row[Any], found: list[Receipt]) -> Line:
    kept = [one.row for one in found]
    about: Line = {"words": notice.words, "who": people.name(desk.tx, row.made_by)}
    about |= {"reason": notices.remarks(desk.tx, row), "empty": receipts.empty(row, kept)}
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
    if act == giving_up.REUSE:
        return giving_up.reused(desk, row)
    if act not in controls.possible(desk, row):
        return Outcome((Say(f"{NAME}:meanwhile"),), card)
    if act == "correct":
        return correcting.opened(desk, row)
    return Outcome(controls.AT_ONCE[act](desk, row), card) if act in controls.AT_ONCE else controls.asked(act, number)


CONVERSATIONS = (Conversation(CARD, acted, "staff", facts), *controls.CONVERSATIONS)
