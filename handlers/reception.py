"""One message answered: who speaks, a word that always works, else the open conversation.

heard -> county known? -> what can't go on is put away -> global word or `go.` button -> the open form's advance
      -> notice | finish -> replies, pushes and rows, all in the caller's transaction

Conversations lie in a stack: the one on top is asked; those that stay wait below it and come back.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from handlers import dialog, menu
from handlers.citizens import mine
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import MAX_TEXT, Answers, Choice, Heard, Say, Turn, plain
from storage import attachments, queue


def receive(desk: Desk, heard: Heard) -> None:
    """Everything a message leads to. Nothing is sent here: replies wait in the outbox for the commit."""
    county = desk.chat.county
    if county is not None and county not in desk.setting.plans:
        _not_served(desk, heard)
        return
    says = _county_first(desk, heard) if county is None else _hear(desk, heard)
    if heard.kind == "file" and heard.file:
        _drop_unkept(desk, heard.file["id"])
    desk.reply(says, draft=any(_talk(frame).form.draft for frame in _stack(desk)))


def _drop_unkept(desk: Desk, number: int) -> None:
    """A file that no conversation took is not kept."""
    kept = [frame["answers"] for frame in _stack(desk)] + [{"": [one.get("file")]} for one in _before(desk)]
    if not any(number in dialog.uploads(answers) for answers in kept):
        attachments.discard(desk.tx, [number])


# -- which county --------------------------------------------------------------------------------------------------------


def _not_served(desk: Desk, heard: Heard) -> None:
    """A conversation never changes its county: what belongs to one that is served elsewhere waits for it, untouched."""
    if heard.kind == "file" and heard.file:
        attachments.discard(desk.tx, [heard.file["id"]])
    if heard.kind != "left":
        desk.reply([Say("common:not_served")])


def _before(desk: Desk) -> list[dict[str, Any]]:
    """What was told before the county was known."""
    waiting: list[dict[str, Any]] = desk.chat.state.get("before", [])
    return waiting


def _county_first(desk: Desk, heard: Heard) -> list[Say]:
    """Several counties in one deployment: asked once, and what was told before is not lost. One needs no question."""
    plans = desk.setting.plans
    found = next(iter(plans)) if len(plans) == 1 else _county_named(desk, heard)
    if found is None:
        return _county_asked(desk, heard)
    waiting, desk.chat.county, desk.chat.state["shown"] = _before(desk), found, []
    if len(plans) == 1:
        return _hear(desk, heard)
    desk.chat.state.pop("before", None)
    says = [say for one in _gathered(waiting) for say in _hear(desk, one)]
    return _once(says) or menu.welcome(desk)


def _gathered(waiting: Sequence[dict[str, Any]]) -> list[Heard]:
    """What was told piece by piece is one story; what does not fit into one, and files and places, come after it."""
    heard: list[Heard] = []
    for one in sorted((Heard(**one) for one in waiting), key=lambda one: one.kind != "said"):
        if heard and one.kind == "said" and len(heard[-1].text) + len(one.text) < MAX_TEXT:
            heard[-1] = replace(heard[-1], text=f"{heard[-1].text}\n{one.text}")
        else:
            heard.append(one)
    return heard


def _once(says: Sequence[Say]) -> list[Say]:
    """Only the last question is put, and nothing is said twice."""
    asked = [say for say in says if say.choices or say.asks]
    told = {say.block: say for say in says if not (say.choices or say.asks)}
    return [*told.values(), *asked[-1:]]


def _county_named(desk: Desk, heard: Heard) -> str | None:
    for language in ("zh", "en"):
        names = {f"go.county.{key}": plan.name.in_(language) for key, plan in desk.setting.plans.items()}
        found = (dialog.pressed(heard, list(names.items())) or "").removeprefix("go.county.")
        if found in desk.setting.plans:
            return found
    return None


def _county_asked(desk: Desk, heard: Heard) -> list[Say]:
    word = menu.word(desk, heard)
    if word and word[0] in ("zh", "en"):
        desk.chat.language = word[0]
    elif word is None and (heard.kind in ("file", "location") or (heard.kind == "said" and plain(heard.text))):
        desk.chat.state["before"] = [*_before(desk), asdict(heard)]
    names = {key: plan.name.in_(desk.chat.language) for key, plan in desk.setting.plans.items()}
    return [
        Say("common:ask_county", {}, tuple(Choice(f"go.county.{key}", name) for key, name in names.items()), "choice")
    ]


# -- what is meant -------------------------------------------------------------------------------------------------------


def _hear(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind == "left":
        return []
    given_up, word = _given_up(desk), menu.word(desk, heard)
    if heard.kind == "opened" or (given_up and word is None):
        return [*given_up, *(_ask_again(desk, resumed=True) or menu.welcome(desk))]
    if word is not None:
        return [*given_up, *_command(desk, *word)]
    return _continue(desk, heard) if _stack(desk) else _without_form(desk, heard)


def _stack(desk: Desk) -> list[dict[str, Any]]:
    stack: list[dict[str, Any]] = desk.chat.state.setdefault("stack", [])
    return stack


def _talk(frame: dict[str, Any]) -> Conversation:
    return menu.conversation(frame["at"])


def _given_up(desk: Desk) -> list[Say]:
    """What can't go on is put away before anything of it is shown or done, and the person told why."""
    judged = [(frame, _hindrance(desk, frame)) for frame in _stack(desk)]
    for frame, why in judged:
        if why is not None:
            attachments.discard(desk.tx, dialog.uploads(frame.get("answers") or {}))
    desk.chat.state["stack"] = [frame for frame, why in judged if why is None]
    return [Say(why) for why in dict.fromkeys(why for _, why in judged) if why is not None]


def _hindrance(desk: Desk, frame: dict[str, Any]) -> str | None:
    """Opened before an upgrade; another's by now; or the password it was opened with is void."""
    if not menu.fits(frame):
        return "common:outdated"
    talk = _talk(frame)
    return talk.void(desk, frame["answers"]) if may_hold(desk, talk.who) else "common:not_yours"


def _command(desk: Desk, name: str, argument: str) -> list[Say]:
    """Words that work at any moment, in any form: nobody is trapped."""
    if name in _MOVES:
        return _MOVES[name](desk)
    if name in menu.OPENERS:
        return _opener(desk, name, argument)
    if name in menu.STAFF_ANSWERS:
        _put_aside(desk)
        return menu.STAFF_ANSWERS[name](desk) if desk.chat.person else [Say("common:not_yours")]
    if name == "forgot" and desk.chat.person is None and (number := mine.only(desk)) is not None:
        return [Say("citizens/answers:forgot_here"), *start(desk, "citizens/card", {"_tip": number})]
    if name in menu.ANSWERS:
        return [*menu.ANSWERS[name](desk), *_ask_again(desk)]
    first, target, answers = menu.target(name)
    return [*first, *start(desk, target, answers)]


def _on(desk: Desk) -> list[Say]:
    if _stack(desk) and _stack(desk)[-1]["answers"].get("*") == dialog.LEAVING:
        return _back(desk)
    return _ask_again(desk) or menu.welcome(desk)


def _spoken(language: str, desk: Desk) -> list[Say]:
    """From here on in that language: what has been answered stays, the open question is asked again."""
    desk.chat.language = language
    return [Say("common:language"), *_on(desk)]


def _opener(desk: Desk, name: str, argument: str) -> list[Say]:
    """A thing named by number: its card, or as if there were none."""
    if desk.chat.person is None:
        return [Say("common:not_yours")]
    _put_aside(desk)
    return _follow(desk, menu.OPENERS[name](desk, argument))


def _menu(desk: Desk) -> list[Say]:
    """With something unfinished open, its question stays the open one and the menu's buttons hang below it."""
    _put_aside(desk)
    says, asked = menu.ANSWERS["menu"](desk), _ask_again(desk, resumed=True)
    if not asked:
        return says
    doors = (*says[-1].choices, Choice("go.cancel", style="quiet"))
    return [*asked[:-1], replace(asked[-1], choices=(*asked[-1].choices, *doors))]


def _put_aside(desk: Desk) -> None:
    """What does not stay is given up by a move to something else."""
    for frame in _stack(desk):
        if not _talk(frame).form.stays:
            attachments.discard(desk.tx, dialog.uploads(frame["answers"]))
    desk.chat.state["stack"] = [frame for frame in _stack(desk) if _talk(frame).form.stays]


def _without_form(desk: Desk, heard: Heard) -> list[Say]:
    """Nothing is open: a citizen's first words are the story of a tip, or the number of one; staff get their menu."""
    if heard.kind == "chose":
        return [Say("common:closed"), *menu.welcome(desk)]
    if desk.chat.person is not None:
        return menu.welcome(desk)
    if heard.kind == "said" and not plain(heard.text):
        return [Say("common:why_empty"), *menu.welcome(desk)]
    _stack(desk).append({"at": menu.first_words(heard), "answers": {}})
    return _continue(desk, heard, new=True)


# -- the open conversation -----------------------------------------------------------------------------------------------


def start(desk: Desk, name: str, answers: Answers) -> list[Say]:
    """Open a conversation. One of that name that waits comes back, unless it is about something else."""
    talk = menu.conversation(name)
    if not may_hold(desk, talk.who):
        return [Say("common:not_yours"), *_ask_again(desk)]
    _put_aside(desk)
    same = next((frame for frame in _stack(desk) if frame["at"] == name), None)
    others = [frame for frame in _stack(desk) if frame is not same]
    if same is not None and answers.items() <= same["answers"].items():
        desk.chat.state["stack"] = [*others, same]
        return _ask_again(desk, resumed=True)
    if same is not None:
        attachments.discard(desk.tx, dialog.uploads(same["answers"]))
    frame = {"at": name, "answers": dict(answers)}
    desk.chat.state["stack"] = [*others, frame]
    return _entered(desk, talk, frame)


def _entered(desk: Desk, talk: Conversation, frame: dict[str, Any]) -> list[Say]:
    notice = talk.notice(desk, None, frame["answers"])
    if notice and notice.drop:
        return _dropped(desk, notice)
    says = dialog.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    if not says:
        return _finish(desk, talk, frame["answers"])
    return [*(notice.says if notice else ()), *says]


def _continue(desk: Desk, heard: Heard, new: bool = False) -> list[Say]:
    """`new`: these are the first words, before anything was asked."""
    frame = _stack(desk)[-1]
    talk = _talk(frame)
    before, shown = frame["answers"], [] if new else desk.chat.state.get("shown", [])
    turn = dialog.advance(talk.form, before, heard, shown, desk.chat.prompt, talk.facts(desk, before))
    attachments.discard(desk.tx, turn.removed_files)
    if turn.dropped:
        return _leave(desk)
    frame["answers"] = turn.answers
    notice = talk.notice(desk, None if new else before, turn.answers)
    if notice and notice.drop:
        return _dropped(desk, notice)
    noted = notice.says if notice else ()
    if turn.done:
        return [*noted, *_finish(desk, talk, turn.answers)]
    return [*noted, *_refreshed(desk, talk, turn.says, turn.answers)]


def _refreshed(desk: Desk, talk: Conversation, says: Sequence[Say], answers: Answers) -> list[Say]:
    """Facts may depend on the answer just given, so the question is put with the facts of now."""
    asked = dialog.ask(talk.form, answers, talk.facts(desk, answers))
    return [*(say for say in says if not say.block.startswith(f"{talk.form.name}:")), *asked]


def _finish(desk: Desk, talk: Conversation, answers: Answers) -> list[Say]:
    _stack(desk).pop()
    return _follow(desk, talk.finish(desk, answers))


def _follow(desk: Desk, outcome: Outcome) -> list[Say]:
    if outcome.drop:
        queue.drop_lane(desk.tx, desk.chat.id)
    if outcome.next and outcome.next[0].startswith("go."):
        return [*outcome.says, *_command(desk, outcome.next[0].removeprefix("go."), "")]
    if outcome.next:
        return [*outcome.says, *start(desk, *outcome.next)]
    return [*outcome.says, *_ask_again(desk, resumed=True)]


def _dropped(desk: Desk, notice: Outcome) -> list[Say]:
    """The conversation ends here and nothing typed in it is kept: not here, and not in messages that quote it."""
    attachments.discard(desk.tx, dialog.uploads(_stack(desk).pop()["answers"]))
    return _follow(desk, notice)


def _ask_again(desk: Desk, resumed: bool = False) -> list[Say]:
    """The question that was open before the interruption."""
    if not _stack(desk):
        return []
    frame = _stack(desk)[-1]
    talk = _talk(frame)
    says = dialog.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    again = Say("common:unfinished" if talk.form.draft else "common:resumed")
    return [*([again] if resumed else []), *says]


def _cancel(desk: Desk) -> list[Say]:
    """A change is left undone, a draft given up only when asked again; anything else ends here."""
    if not _stack(desk):
        return [Say("common:nothing_open"), *menu.welcome(desk)]
    frame = _stack(desk)[-1]
    talk = _talk(frame)
    turn = dialog.leave(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    return _leave(desk) if turn is None else _turned(desk, frame, turn)


def _turned(desk: Desk, frame: dict[str, Any], turn: Turn) -> list[Say]:
    attachments.discard(desk.tx, turn.removed_files)
    frame["answers"] = turn.answers
    return [*turn.says]


def _leave(desk: Desk) -> list[Say]:
    """The open conversation ends, with all that was filled in."""
    frame = _stack(desk)[-1]
    talk = _talk(frame)
    if talk.form.way_out:
        return _finish(desk, talk, frame["answers"] | talk.form.way_out)
    _stack(desk).pop()
    attachments.discard(desk.tx, dialog.uploads(frame["answers"]))
    return [Say("common:cancelled"), *(_ask_again(desk, resumed=True) or menu.welcome(desk))]


def _back(desk: Desk) -> list[Say]:
    if not _stack(desk):
        return menu.welcome(desk)
    frame = _stack(desk)[-1]
    talk = _talk(frame)
    turn = dialog.back(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    return _leave(desk) if turn is None else _turned(desk, frame, turn)


_MOVES: dict[str, Callable[[Desk], list[Say]]] = {
    "cancel": _cancel,
    "back": _back,
    "menu": _menu,
    "continue": _on,
    "zh": partial(_spoken, "zh"),
    "en": partial(_spoken, "en"),
}
