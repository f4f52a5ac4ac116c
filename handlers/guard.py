"""What may not be anybody's words: the password of a tip opens one where it is asked for, and is kept nowhere else.

heard -> judged: itself | the bare password, where one is asked for | a sentence, and what is asked then
      -> out: the person's own message leaves the chat where a channel can do that, and where it can't they are told
"""

from dataclasses import replace

from handlers import frames, menu, progress
from handlers.citizens import mine, password
from handlers.desk import Desk, Outcome
from handlers.forms import Heard, Say
from handlers.spoken import pressed
from handlers.words import folded
from storage.database import now_ms
from storage.queue import HOUR_MS

FIND, RECEIPT = "citizens/find", "citizens/receipt"
LONGEST = 60  # characters of what may be a password, where one is asked for
KEPT, HOURS = (
    20,
    24,
)  # of one's own messages that leave the chat: as many as one burst, and no older than a platform lets


def _open(desk: Desk) -> tuple[str, dict[str, object]]:
    """The open conversation and its answers."""
    stack = frames.opened(desk)
    return (stack[-1].get("at", ""), stack[-1].get("answers") or {}) if stack else ("", {})


def found(desk: Desk, heard: Heard) -> password.Told | None:
    """The password in a citizen's words."""
    typed = desk.chat.person is None and heard.kind in ("said", "edited")
    return password.found(heard.text) if typed else None


def judged(desk: Desk, heard: Heard, told: password.Told | None) -> Heard | Outcome:
    """What is heard instead of a citizen's words that hold a password."""
    if desk.chat.person is not None or heard.kind not in ("said", "edited"):
        return heard
    _fetched(desk, heard, told)
    at, given = _open(desk)
    if told is None:
        return Outcome((Say("citizens/find:unasked"),)) if _four(desk, heard, at, given) else heard
    if at == RECEIPT and told.number in ("", given.get("_number")):
        return replace(heard, kind="said", text=told.password)
    if at == FIND and (told.number or "number" in given):
        return replace(heard, kind="said", text=f"{told.number} {told.password}".strip())
    if not told.number and at == FIND:
        return Outcome((Say("citizens/find:number_too"),), (FIND, given | {"password": told.password}))
    if not told.number:
        return Outcome((Say("citizens/find:unasked"),))
    more = (Say("citizens/find:only_opened"),) if told.more else ()
    opens = mine.asked(desk, told.number)
    return Outcome(more, (FIND, opens if opens["number"] != told.number else opens | {"password": told.password}))


def _fetched(desk: Desk, heard: Heard, told: password.Told | None) -> None:
    """The last four that were asked for stay welcome, whatever has been said since."""
    stack = frames.opened(desk)
    if told is not None and stack and stack[-1]["at"] == FIND:
        return  # a whole password opens a tip where that is asked for
    waits = next((one for one in stack[:-1] if one["at"] == RECEIPT and menu.fits(one)), None)
    if waits is None:
        return
    end = str(waits["answers"]["_password"]).replace("-", "")[-password.LAST :]
    if (not told or told.number in ("", waits["answers"]["_number"])) and password.repeated(heard.text) == end:
        desk.chat.state["stack"] = [*(one for one in stack if one is not waits), waits]


def _four(desk: Desk, heard: Heard, at: str, given: dict[str, object]) -> bool:
    """The last four where nobody asked for them. Four letters may be a word, but where a tip was told."""
    four = password.last_four(heard.text)
    if four is None or (folded(heard.text).isalpha() and not (desk.chat.state.get("mine") and at != "citizens/tip")):
        return False
    if pressed(heard, desk.chat.state.get("shown", [])) is not None or menu.word(desk, heard) is not None:
        return False
    if at == "citizens/tip":
        talk = frames.talk_of(frames.opened(desk)[-1])
        asked = progress.open_question(talk.form, dict(given), talk.facts(desk, dict(given)))
        return asked is None or asked.name == talk.form.story or asked.asks in ("choice", "file")
    return at in ("", "citizens/card", "citizens/add", "citizens/whose", "citizens/withdraw")


def secret(desk: Desk, heard: Heard, told: password.Told | None) -> bool:
    """Whether this should not stand in the chat: a password, right or wrong, or its end."""
    if desk.chat.person is not None or heard.kind not in ("said", "edited"):
        return False
    if told is not None:
        return True
    at, given = _open(desk)
    if at == RECEIPT:
        return password.last_four(heard.text) is not None and menu.word(desk, heard) is None
    tried = at == FIND and "number" in given and len(heard.text) <= LONGEST and any(map(str.isdigit, heard.text))
    return tried and menu.word(desk, heard) is None


def out(desk: Desk, heard: Heard, says: list[Say]) -> list[Say]:
    """The answer takes the message out of the chat. Where it can't, it says that a whole password stands there."""
    if not says:
        return says
    if heard.message and desk.entrance.stays == "erasable":
        return [*says[:-1], replace(says[-1], deletes=burst(desk, heard.message))]
    if password.found(heard.text) is None or says[0].block == "citizens/find:no_match":
        return says
    return [*says[:-1], Say("citizens/find:still_here", {"stays": desk.entrance.stays}), says[-1]]


def burst(desk: Desk, message: int | str) -> tuple[int | str, ...]:
    """This one, and those that were to leave shortly before: an answer that another takes the place of takes none out."""
    if not message:
        return ()
    hour = now_ms() // HOUR_MS
    fresh = [[one, at] for one, at in desk.chat.state.get("out", []) if hour - at < HOURS and one != message]
    desk.chat.state["out"] = [*fresh, [message, hour]][-KEPT:]
    return tuple(one for one, _ in desk.chat.state["out"])
