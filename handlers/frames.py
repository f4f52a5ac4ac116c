"""The conversations somebody has begun, as frames in the chat's state: the one on top is open, those that stay wait below it,
and what staff left half filled in lies aside until they say 继续."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from handlers import disclosure, matter, menu, progress, which_county
from handlers.desk import Conversation, Desk, may_hold
from handlers.forms import Answers, Choice, Form, Say, plain
from storage import attachments

MAX_ASIDE = 5  # forms that one person may leave half filled in
OVERVIEWS = frozenset({"staff/todo:menu", "staff/todo:list"})


def opened(desk: Desk) -> list[dict[str, Any]]:
    stack: list[dict[str, Any]] = desk.chat.state.setdefault("stack", [])
    return stack


def talk_of(frame: dict[str, Any]) -> Conversation:
    return menu.conversation(frame["at"])


def aside(desk: Desk) -> list[dict[str, Any]]:
    """Forms of staff that were left for something else, the latest last. None of them is open."""
    aside: list[dict[str, Any]] = desk.chat.state.get("aside", [])
    return aside


def staying(desk: Desk) -> list[dict[str, Any]]:
    return [frame for frame in opened(desk) if talk_of(frame).form.stays]


def put_aside(desk: Desk) -> None:
    """A move to something else gives up what does not stay; what staff have filled in waits until they say 继续."""
    for frame in opened(desk):
        if talk_of(frame).form.stays:
            continue
        if desk.chat.person is not None and _filled_in(frame):
            desk.chat.state["aside"] = [*aside(desk), frame][-MAX_ASIDE:]
        else:
            attachments.discard(desk.tx, progress.uploads(frame["answers"]))
    desk.chat.state["stack"] = staying(desk)


def _filled_in(frame: dict[str, Any]) -> bool:
    """Something of one's own is in it. Where there is nothing to write, or what was chosen is being chosen anew, one is as far
    again with one press."""
    form, answers = talk_of(frame).form, frame["answers"]
    writes = any(question.asks != "choice" for question in form.questions)
    return writes and any(name != answers.get("*") or not _chosen(form, name) for name in progress.given(answers))


def _chosen(form: Form, name: str) -> bool:
    return any(one.name == name and one.asks == "choice" for one in form.questions)


def parked(desk: Desk, name: str, answers: Answers) -> dict[str, Any] | None:
    """The conversation of that name that waits, about the same thing."""
    about = {key: value for key, value in answers.items() if not key.endswith("+")}.items()
    return next((one for one in opened(desk) if one["at"] == name and about <= one["answers"].items()), None)


def fetched(desk: Desk, name: str, answers: Answers) -> None:
    """What was put aside comes back when the same is opened again."""
    for frame in [one for one in aside(desk) if one["at"] == name and answers.items() <= one["answers"].items()]:
        desk.chat.state["aside"].remove(frame)
        opened(desk).append(frame)


def joined(waiting: Answers, new: Answers) -> bool:
    """What was collected before is not lost to what is brought now, while there is room for both. Whether there was."""
    pieces = {key: (waiting.get(key, []), new[key]) for key in new if key.endswith("+")}
    if not all(progress.has_room(got, *more) for got, more in pieces.values()):
        return False
    waiting.update({key: [*got, *more] for key, (got, more) in pieces.items()})
    return True


def dismiss_empty(desk: Desk, name: str) -> None:
    """One about something else, in which nothing was answered yet, is not waited for."""
    stack = opened(desk)
    desk.chat.state["stack"] = [one for one in stack if one["at"] != name or progress.given(one["answers"])]


def given_up(desk: Desk, said: str = "") -> list[Say]:
    """What can't go on is put away before anything of it is shown or done, and the person told why. Staff have their own
    words back, with what they have just `said`."""
    judged = [(frame, _hindrance(desk, frame)) for frame in [*aside(desk), *opened(desk)]]
    for frame, why in judged:
        if why is not None:
            attachments.discard(desk.tx, progress.uploads(frame.get("answers") or {}))
    for name in ("aside", "stack"):
        desk.chat.state[name] = [one for one, why in judged if why is None and one in desk.chat.state.get(name, [])]
    theirs = (one for one, why in judged if why is not None and why.startswith("liaisons/"))
    wrote = [] if desk.chat.person is None else [*_wrote(theirs), *_words(said)]
    whys = dict.fromkeys(why for _, why in judged if why is not None)
    return [Say(why, {"wrote": wrote} if why.startswith("liaisons/") else {}) for why in whys]


def _words(said: str) -> Iterator[str]:
    """What is too long for a word that always works."""
    if len(words := plain(said)) > 6:
        yield words


def _wrote(frames: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What was written in these forms, where words were asked for."""
    for frame in filter(menu.fits, frames):
        for question in talk_of(frame).form.questions:
            if question.asks == "text" and isinstance(words := frame["answers"].get(question.name), str):
                yield words


def _hindrance(desk: Desk, frame: dict[str, Any]) -> str | None:
    """Opened before an upgrade; another's by now; not for this chat by now; about what may be read no more; or what it was
    opened with is void."""
    if not menu.fits(frame):
        return "common:outdated"
    talk = talk_of(frame)
    if disclosure.too_much(desk, talk):
        return "staff/todo:only_on_page"
    if not may_hold(desk, talk.who):
        return "common:not_yours"
    if desk.chat.person is not None and matter.lost(desk, frame["answers"]):
        return "coordinators/case:no_longer"
    return talk.void(desk, frame["answers"])


def with_what_waits(desk: Desk, says: list[Say]) -> list[Say]:
    """That something was put away is said once, when it is, and where one looks over what there is to do."""
    waits, known = len(aside(desk)), desk.chat.state.pop("waits", 0)
    if waits:
        desk.chat.state["waits"] = waits
    free = not opened(desk) or not progress.given(opened(desk)[-1]["answers"])
    if not (says and free and waits and (waits > known or any(say.block in OVERVIEWS for say in says))):
        return says
    last = replace(says[-1], choices=(*says[-1].choices, Choice("go.continue", style="quiet")))
    return [Say("common:put_aside", {"number": waits}), *says[:-1], last]


def takes_files(desk: Desk) -> bool:
    """Whether what is open asks for files at some point."""
    return bool(opened(desk)) and any(one.asks == "file" for one in talk_of(opened(desk)[-1]).form.questions)


def drop_unkept(desk: Desk, number: int) -> None:
    """A file that no conversation took is not kept."""
    kept = [frame["answers"] for frame in opened(desk)] + [{"": [one.get("file")]} for one in which_county.before(desk)]
    if not any(number in progress.uploads(answers) for answers in kept):
        attachments.discard(desk.tx, [number])


def standing(desk: Desk) -> tuple[str, int]:
    """The open conversation, and how many answers it has; what is collected counts piece by piece."""
    stack = opened(desk)
    frame = stack[-1] if stack else None
    if frame is None or not menu.fits(frame):
        return "", 0
    answers = frame["answers"]
    return frame["at"], sum(len(answers[name]) if name.endswith("+") else 1 for name in progress.given(answers))
