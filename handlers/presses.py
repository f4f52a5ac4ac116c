"""A button pressed twice by one tap too many: it did happen once, and nothing more is said."""

from handlers.desk import Desk
from handlers.forms import Heard
from storage.database import now_ms

DOUBLE_MS = 3_000  # between two taps that were one


def doubled(desk: Desk, heard: Heard) -> bool:
    """The same button of the same question twice in a row. What merely opens something may be pressed again a moment later."""
    last = desk.chat.state.pop("pressed", None)
    if heard.kind != "chose":
        return False
    opens = heard.choice.startswith("go.")
    if last and last[:2] == [heard.prompt, heard.choice] and (not opens or now_ms() - last[2] < DOUBLE_MS):
        desk.chat.state["pressed"] = last
        return True
    if opens or heard.prompt == desk.chat.prompt:
        desk.chat.state["pressed"] = [heard.prompt, heard.choice, now_ms()]
    return False
