"""What is waited for from somebody whose tip this is: the answer to a question, or what happened after they said that they may
be known. Their next words are that answer."""

from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from storage import tips

_BY_CITIZEN = ("exposed", "added", "secured")


def questions(desk: Desk, row: Row[Any], lives: Row[Any]) -> set[str]:
    """Which of our words ask something; a corrected question stands in the course with its reason below."""
    course = [move for tip in {row.id, lives.id} for move in tips.course(desk.tx, tip) if move["move"] == "asked"]
    return {words for move in course for words in (move["note"], move["note"].rpartition("\n（")[0])}


def unread(desk: Desk, row: Row[Any]) -> bool:
    """Something was said to its author who has not opened it: no words of theirs answer that."""
    return any(one["author"] == "office" and not one["seen"] for one in tips.dialogue(desk.tx, row.id))


def awaits(desk: Desk, row: Row[Any], lives: Row[Any]) -> bool:
    said = tips.dialogue(desk.tx, row.id)
    if said and said[-1]["author"] == "office" and said[-1]["text"] in questions(desk, row, lives):
        return True
    theirs = ("", row.number) if row.id == lives.id else (row.number,)
    last = [one for one in tips.course(desk.tx, lives.id) if one["move"] in _BY_CITIZEN][-1:]
    return any(one["move"] == "exposed" and one["note"] in theirs for one in last)
