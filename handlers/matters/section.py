"""What one unit puts to others: put, moved on, looked at."""

import re

from handlers.desk import Desk
from handlers.matters import by_post, card, listed, moves, of_tip, put, rolls
from handlers.section import Section, named

_NUMBER = re.compile(r"[A-Za-z]{2,4}-SX-\d{8}", re.IGNORECASE)


def _numbered(desk: Desk, text: str) -> tuple[str, str] | None:
    found = _NUMBER.fullmatch(text.strip())
    return ("matter", found[0].upper()) if found else None


SECTION = Section(
    conversations=named(
        put.CONVERSATION, of_tip.CONVERSATION, card.CONVERSATION, moves.CONVERSATION, by_post.CONVERSATION
    ),
    listed={"matters": listed.matters},
    openers={"matter": card.opened, "put": put.opened, "roll": rolls.opened, "do": card.done},
    meant=(_numbered,),
)
