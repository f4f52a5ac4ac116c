"""By what a message of the app's can be changed: the card's task, the message's id, a code for one change, and how many got it.

Kept as one word in `said`. Each press brings a code of its own, good for 72 hours and once (path/94888), which takes the place
of the one that came with the sending: that one is everybody's who got the card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Handle:
    task: str = ""
    msgid: str = ""
    code: str = ""
    receivers: int = 1

    def __str__(self) -> str:
        return "|".join((self.task, self.msgid, self.code, str(self.receivers)))

    @classmethod
    def of(cls, text: str) -> "Handle":
        task, msgid, code, receivers = (text.split("|") + [""] * 3)[:4]
        return cls(task, msgid, code, int(receivers) if receivers.isdecimal() else 1)


def sent(body: Mapping[str, Any], answer: Mapping[str, Any], receivers: int) -> str:
    task = str(body.get("template_card", {}).get("task_id", ""))
    return str(Handle(task, str(answer.get("msgid", "")), str(answer.get("response_code", "")), receivers))


def pressed(task: str, code: str) -> list[str]:
    """How the id of the card begins that was pressed, and what it is from now on."""
    return [f"{task}|", str(Handle(task, "", code))]
