"""已报送, 明天报, 申请延期到周五，因为…: an answer in words finds the duty it is meant for, the only one or the one that is asked
for, and leads to the conversation that the card's button opens, with what was said already filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from handlers import disclosure
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import answers as given
from handlers.duties import card, filing, owed
from handlers.duties.owed import Owed
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, plain
from handlers.words import folded, of

if TYPE_CHECKING:
    from handlers.duties.spoken import Answer


# Typed twice, the second comes when the form has ended: it is no word about another duty.
_BUTTONS = of("完成 填完了 确认 确认提交 提交 done submit confirm")
LEVEL = 100  # characters; a longer text is a story


def answer(desk: Desk, heard: Heard) -> Outcome | None:
    """None: nothing is owed, or it is surely no answer."""
    if disclosure.withheld(desk, "duties", "title"):
        return None
    if heard.kind == "said" and folded(plain(heard.text)) in _BUTTONS:
        return Outcome((Say("common:nothing_open"),), ("go.menu", {}))
    waiting = owed.mine(desk) if heard.kind == "said" and len(heard.text) <= LEVEL else []
    meant = meant_by(desk, plain(heard.text)) if waiting else None
    if meant is None or meant.kind not in _LEADS:
        return None
    waiting = _named(desk, waiting, plain(heard.text), meant)
    if len(waiting) == 1:
        return _LEADS[meant.kind](desk, waiting[0], meant)
    return Outcome(next=(WHICH.name, {"_words": plain(heard.text)}))


_SURE = ("promise", "extend", "delegate", "not_ours", "help")  # in a form that asks something else


def of_the_open(desk: Desk, heard: Heard, at: str, number: int, *, refused: bool) -> Outcome | None:
    """What is said with a duty open answers that one, where nothing else can be meant: on its card, or where the open
    question refuses it. No figure and no text of a filing is a day with a promise."""
    meant = meant_by(desk, plain(heard.text)) if heard.kind == "said" and len(heard.text) <= LEVEL else None
    if at == given.EXTEND.name and (both := _day_and_reason(desk, heard, number)) is not None:
        return both
    one = owed.reach(desk, number) if meant is not None else None
    if meant is None or one is None or not one.open:
        return None
    dated = at == filing.FILE.name and meant.until is not None
    if not refused and not dated:
        return None
    if one.own and meant.kind in (_LEADS if at == card.NAME else _SURE):
        return _LEADS[meant.kind](desk, one, meant)
    return _to(meant.kind, one) if one.receives and meant.kind in ("urge", "take_over") else None


def _day_and_reason(desk: Desk, heard: Heard, number: int) -> Outcome | None:
    """到12月20日，因为…, where the day is asked for: the reason that came with it is kept."""
    if heard.kind != "said" or len(heard.text) > LEVEL:
        return None
    meant, one = meant_by(desk, f"申请延期{plain(heard.text)}"), owed.reach(desk, number)
    able = one is not None and one.own and one.open and meant is not None and meant.until is not None and meant.reason
    return _extend(desk, one, meant) if able and one is not None and meant is not None else None


def meant_by(desk: Desk, words: str) -> Answer | None:
    """As said today."""
    from handlers.duties.spoken import answer_meant  # a hundred patterns, that only who owes something needs

    return answer_meant(words, desk.now.astimezone(desk.plan.tz).date(), desk.plan.calendar)


def _named(desk: Desk, waiting: list[Owed], words: str, meant: Answer) -> list[Owed]:
    """月报延期到周五 names its duty, and nothing is nil but what has a nil report."""
    nil = [one for one in waiting if meant.kind == "nil" and card.may_be_nil(desk, one)]
    return _called_so(nil or waiting, words) or nil or waiting


def _called_so(waiting: list[Owed], words: str) -> list[Owed]:
    """Whose name, or the end of it, these words hold: 月报 for 信息月报."""
    text = folded(words)
    ends = {one.row.id: _end_of(one.demand.name.zh, text) for one in waiting}
    whole = [one for one in waiting if folded(one.demand.name.en) in text]
    longest = max(ends.values(), default=0)
    return whole or [one for one in waiting if longest and ends[one.row.id] == longest]


def _end_of(name: str, text: str) -> int:
    """How many characters at the end of the name the text holds, two at least."""
    return next((n for n in range(len(name), 1, -1) if name[-n:] in text), 0)


# -- which of them -------------------------------------------------------------------------------------------------------


def _offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), label) for number, label in facts["doors"].items())


WHICH = Form("duties/which", (Question("duty", chosen, _offered, asks="choice"),), about=("_words",), shows="title")


def which_facts(desk: Desk, answers: Answers) -> Facts:
    meant = meant_by(desk, answers["_words"])
    mine = owed.mine(desk)
    mine = _named(desk, mine, answers["_words"], meant) if meant is not None else mine
    doors = {one.row.id: owed.called(desk, one) for one in mine}
    return {"said": {"words": answers["_words"], "owed": [owed.line(desk, one) for one in mine]}, "doors": doors}


def chose(desk: Desk, answers: Answers) -> Outcome:
    one, meant = owed.reach(desk, int(answers["duty"])), meant_by(desk, answers["_words"])
    if one is None or not one.own or meant is None or meant.kind not in _LEADS:
        return Outcome((Say("staff/todo:unknown"),))
    return _LEADS[meant.kind](desk, one, meant)


# -- where it leads ------------------------------------------------------------------------------------------------------


def _ended(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    """What is the clock of a matter is ended there, by a move: it is opened."""
    return card.opened(desk, str(one.row.id)) if one.of_matter else _ENDS[meant.kind](desk, one, meant)


def _done(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    return _to("done", one, reference=meant.reference)


def _nothing(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    form = filing.form_of(desk, one)
    return _to("nil", one) if form is not None and form.nil else _to("done", one)


def _promise(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    return _to("promise", one, until=_later(desk, meant))


def _extend(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    if not one.demand.extendable:
        return given.by_law(desk, one)
    if not one.extendable:
        return card.no_longer(desk, one)
    return _to("extend", one, until=_later(desk, meant), reason=meant.reason)


def _not_ours(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    return _to("not_ours", one, reason=meant.reason)


def _help(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    return _to("help", one, words=meant.reason)


def _noted(desk: Desk, one: Owed, meant: Answer) -> Outcome:
    owed.entered(desk, one, "noted")
    return Outcome((Say("duties/card:noted", owed.line(desk, one)),))


def _later(desk: Desk, meant: Answer) -> str:
    today = desk.now.astimezone(desk.plan.tz).date()
    return meant.until.isoformat() if meant.until is not None and meant.until > today else ""


def _to(name: str, one: Owed, **said: str) -> Outcome:
    return Outcome(
        next=(f"duties/{name}", {"_duty": one.row.id} | {key: value for key, value in said.items() if value})
    )


_ENDS: dict[str, Callable[[Desk, Owed, Answer], Outcome]] = {"done": _done, "nil": _nothing, "not_ours": _not_ours}
_LEADS: dict[str, Callable[[Desk, Owed, Answer], Outcome]] = {
    **dict.fromkeys(("done", "nil", "not_ours"), _ended),
    "promise": _promise,
    "extend": _extend,
    "delegate": lambda desk, one, meant: _to("delegate", one),
    "help": _help,
    "noted": _noted,
}
CONVERSATION = Conversation(WHICH, chose, "staff", which_facts)
