"""Who stands at the web's door, and how somebody is told that a thing can't be taken."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Caller:
    """A known conversation. `language` follows the person's choice; `person` is a member of staff."""

    chat: int
    language: str
    county: str | None
    person: int | None = None
    name: str = ""  # shown in the page's head
    over: bool = False  # the conversation has ended: nobody may speak in it


class Sorry(Exception):
    """Answered with a sentence in the person's language (`common:http_<why>`); where it is not known yet, the browser's."""

    def __init__(self, status: int, why: str, language: str = "", **data: Any) -> None:
        super().__init__(why)
        self.status, self.why, self.language, self.data = status, why, language, data


def ended(caller: Caller | None) -> Sorry:
    """Staff are told where to get a new login, and nothing about tips."""
    staff = caller is not None and caller.person is not None
    return Sorry(401, "ended_staff" if staff else "ended", caller.language if caller else "")


STATUS_OF = {"busy": 503, "down": 503, "full": 507}


def unavailable(reason: str, language: str) -> Sorry:
    """The database's reason as a sentence: 503 for what passes, 507 for a full one."""
    return Sorry(STATUS_OF[reason], f"database_{reason}", language)
