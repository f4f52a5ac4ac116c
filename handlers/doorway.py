"""Who comes to a door and goes no further: whoever tells of something where tips are not taken, and whoever has left."""

from handlers.citizens import answers
from handlers.desk import Desk
from handlers.forms import Heard, Say
from storage import attachments, sending


def turned_away(desk: Desk, heard: Heard) -> list[Say]:
    """Tips are not taken here: nothing of what was told is kept, and it goes from the chat where a channel can do that. A
    state organ keeps personal information inside the country (个人信息保护法第三十六条)."""
    if heard.kind == "file" and heard.file:
        attachments.discard(desk.tx, [heard.file["id"]])
    desk.chat.state.clear()
    data = {"hotlines": answers.hotlines(desk)[:2]}
    if heard.kind in ("opened", "started"):
        return [Say("common:not_here", data)]
    return [Say("common:turned_away", data, deletes=(heard.message,) if heard.message else ())]


def gone(desk: Desk, heard: Heard) -> list[Say]:
    """Somebody closed the page, or blocked us: there is nobody to answer."""
    if heard.kind == "blocked":
        sending.lost(desk.tx, desk.chat.id, desk.setting.plans)
    return []
