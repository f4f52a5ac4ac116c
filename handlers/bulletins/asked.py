"""电子烟能卖吗: a question is no story. It is answered with what help says, or with what there is to read, and forgotten; who meant it
as a tip-off says so with the next word, and it is the first of that story."""

from dataclasses import replace

from handlers import progress
from handlers.bulletins import reading
from handlers.citizens import answers
from handlers.desk import Desk
from handlers.forms import Choice, Heard, Say, plain
from handlers.spoken import pressed
from handlers.words import topic
from rules import questions

IS_TIP = Choice("is_tip", style="primary")


def meant(desk: Desk, text: str) -> tuple[str, str] | None:
    """Where nothing is told yet, to which it may be the answer."""
    stack = desk.chat.state.get("stack") or []
    free = not stack or (stack[-1].get("at") == "citizens/tip" and not progress.given(stack[-1]["answers"]))
    return ("question", plain(text)) if free and questions.asks(plain(text)) else None


def answered(desk: Desk, words: str) -> list[Say]:
    desk.chat.state["asked"] = words
    *says, last = _answer(desk, words)
    choices = (IS_TIP, *(one for one in last.choices if one.id != reading.TIP.id))
    return [*says, replace(last, choices=()), Say(f"{reading.NAME}:asked", {}, choices)]


def _answer(desk: Desk, words: str) -> list[Say]:
    if name := topic(words):
        return answers.CITIZENS[name](desk)
    subject = questions.about(words) or words
    kind = reading.kind(desk.plan, subject)
    return reading.learn(desk, kind) if kind else reading.look_up(desk, subject)


def told_after_all(desk: Desk, heard: Heard) -> Heard | None:
    """这是举报: those words, as they were written. With anything else they are gone."""
    words = desk.chat.state.pop("asked", None)
    means = words is not None and pressed(heard, desk.chat.state.get("shown", [])) == IS_TIP.id
    return Heard("said", words) if means else None
