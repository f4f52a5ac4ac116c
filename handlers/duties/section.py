"""Duties of the plan, what is asked beside it, and the people who owe them: their leave, mornings, shifts."""

from handlers.desk import Desk
from handlers.duties import (
    answers,
    asking,
    assigned,
    board,
    calendar,
    card,
    decisions,
    filing,
    in_words,
    leave,
    morning,
    shifts,
    succession,
    urging,
)
from handlers.duties.people_said import said_of_people
from handlers.section import Section, named
from storage.seated import local_day


def _of_people(desk: Desk, text: str) -> tuple[str, str] | None:
    return said_of_people(text, local_day(desk.plan, desk.now), desk.plan.calendar)


SECTION = Section(
    conversations=named(
        card.CONVERSATION,
        *answers.CONVERSATIONS,
        *decisions.CONVERSATIONS,
        urging.CONVERSATION,
        *filing.CONVERSATIONS,
        in_words.CONVERSATION,
        leave.CONVERSATION,
        morning.CONVERSATION,
        *succession.CONVERSATIONS,
        shifts.CONVERSATION,
        calendar.CONVERSATION,
        asking.CONVERSATION,
        *assigned.CONVERSATIONS,
    ),
    listed={"owed": board.board, "returned": leave.back},
    openers={
        "owed_more": board.more,
        "urge_all": urging.opened,
        "duty": card.opened,
        "duty_fill": card.straight("file"),
        **{f"duty_{act}": card.straight(act) for act in ("done", "promise", "extend")},
        "calendar": calendar.opened,
        "assign": asking.opened,
        "assigned": assigned.opened,
        "leave": leave.asked,
        "morning": morning.asked,
        "morning_where": morning.where_asked,
        "morning_default": morning.reset,
        "succession": succession.asked,
        "successor": succession.opened,
        "shifts": shifts.asked,
    },
    meant=(_of_people,),
)
