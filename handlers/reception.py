"""One message answered: who speaks, a word that always works, else the open conversation.

heard -> county known? -> what can't go on is put away -> global word or `go.` button -> the open form's advance
      -> notice | finish -> replies, pushes and rows, all in the caller's transaction

Conversations lie in a stack: the one on top is asked; those that stay wait below it and come back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from handlers import binding, dialog, disclosure, doorway, matter, menu, spoken
from handlers.citizens import mine, stopping
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import MAX_TEXT, Answers, Choice, Heard, Say, Turn, plain
from storage import attachments, queue

MAX_ASIDE = 5  # forms that one person may leave half filled in


def receive(desk: Desk, heard: Heard) -> None:
    """Everything a message leads to. Nothing is sent here: replies wait in the outbox for the commit."""
    county = desk.chat.county
    if county is not None and county not in desk.setting.served(desk.chat.channel):
        _not_served(desk, heard)
        return
    says = _county_first(desk, heard) if county is None else _hear(desk, heard)
    if heard.kind == "file" and heard.file:
        _drop_unkept(desk, heard.file["id"])
    if heard.kind == "file" and says and says[-1].block.endswith(":review"):
        desk.album = desk.album or "review"  # two files at the review: it is printed once
    if desk.chat.person is not None:
        says = _with_what_waits(desk, says)
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
    plans = desk.setting.served(desk.chat.channel)
    found = next(iter(plans)) if len(plans) == 1 else _county_named(desk, heard)
    if found is None:
        return _county_asked(desk, heard)
    waiting, desk.chat.county, desk.chat.state["shown"] = _before(desk), found, []
    if len(plans) == 1:
        return _hear(desk, heard)
    desk.chat.state.pop("before", None)
    says = [say for one in _gathered(waiting) for say in _hear(desk, one)]
    return _once(says) or menu.welcome(desk)


def _put_by(desk: Desk, heard: Heard) -> bool:
    """Whether there was room for it."""
    waiting = _before(desk)
    if not dialog.has_room([one["text"] for one in waiting], heard.text):
        return False
    desk.chat.state["before"] = [*waiting, asdict(heard)]
    return True


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
    plans = desk.setting.served(desk.chat.channel)
    for language in ("zh", "en"):
        names = {f"go.county.{key}": plan.name.in_(language) for key, plan in plans.items()}
        found = (spoken.pressed(heard, list(names.items())) or "").removeprefix("go.county.")
        if found in plans:
            return found
    return None


def _county_asked(desk: Desk, heard: Heard) -> list[Say]:
    word, full = menu.word(desk, heard), False
    if word and word[0] in ("zh", "en"):
        desk.chat.language = word[0]
    elif word is None and (heard.kind in ("file", "location") or (heard.kind == "said" and plain(heard.text))):
        full = not _put_by(desk, heard)
    plans = desk.setting.served(desk.chat.channel)
    names = {key: plan.name.in_(desk.chat.language) for key, plan in plans.items()}
    return [
        *([Say("common:county_first")] if full else []),
        Say("common:ask_county", {}, tuple(Choice(f"go.county.{key}", name) for key, name in names.items()), "choice"),
    ]


# -- what is meant -------------------------------------------------------------------------------------------------------


def _hear(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind in ("left", "blocked"):
        return doorway.gone(desk, heard)
    if desk.chat.person is None and not desk.entrance.citizens:
        return _stranger(desk, heard)
    if desk.chat.person is None and not desk.entrance.tips:
        return doorway.turned_away(desk, heard)
    if heard.kind == "edited":
        return _edited(desk, heard)
    return _noted(desk, heard, lambda: _answered(desk, heard))


def _answered(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind == "contact":
        return [Say("common:why_no_contact"), *(_ask_again(desk) or menu.welcome(desk))]
    if heard.kind == "unfetched":
        return [Say(f"common:http_{heard.text}"), *(_ask_again(desk) or menu.welcome(desk))]
    given_up, word = _given_up(desk, heard.text), menu.word(desk, heard)
    if heard.kind == "started" and heard.payload and desk.chat.person is not None:
        return [*given_up, Say("staff/bind:already"), *(_ask_again(desk) or menu.welcome(desk))]
    if heard.kind in ("opened", "started") or (given_up and word is None):
        return [*given_up, *(_ask_again(desk, resumed=True) or menu.welcome(desk))]
    if word is not None:
        return [*given_up, *_command(desk, *word)]
    return _continue(desk, heard) if _stack(desk) else _without_form(desk, heard)


def _stranger(desk: Desk, heard: Heard) -> list[Say]:
    """At the staff's door: a code that is good opens the question whether to bind; to all else there is one answer."""
    given_up = _given_up(desk)
    if (code := binding.brought(desk, heard)) is not None:
        return start(desk, binding.FORM.name, {"_code": code})
    if given_up or not _stack(desk):
        return [Say(binding.STRANGER)]
    word = menu.word(desk, heard)
    if word is not None and word[0] in ("cancel", "back"):
        return _leave(desk)
    return _continue(desk, heard) if heard.kind in ("said", "chose") else _ask_again(desk)


def _noted(desk: Desk, heard: Heard, answer: Callable[[], list[Say]]) -> list[Say]:
    """What somebody said where it can be edited: the conversation it was said in, and how many answers that had before
    and has after it."""
    if heard.kind != "said" or not heard.message:
        return answer()
    before, says, after = _standing(desk), answer(), _standing(desk)
    desk.chat.state["last"] = [heard.message, after[0], before[1] if before[0] == after[0] else 0, after[1]]
    return says


def _standing(desk: Desk) -> tuple[str, int]:
    """The open conversation, and how many answers it has."""
    frame = _stack(desk)[-1] if _stack(desk) else {}
    if not menu.fits(frame):
        return "", 0
    return frame["at"], len(dialog.given(frame["answers"]))


def _edited(desk: Desk, heard: Heard) -> list[Say]:
    """The latest answer, corrected where it was typed, is taken as it reads now. Anything older stays as it was read."""
    number, at, before, after = desk.chat.state.get("last") or (0, "", 0, 0)
    given_up, (now_at, now) = _given_up(desk), _standing(desk)
    answered = dialog.given(_stack(desk)[-1]["answers"])[-1:] if after > before and now_at else []
    if given_up or not at or number != heard.message or (now_at, now) != (at, after) or "+" in "".join(answered):
        return [*given_up, Say("common:edit_noted"), *_ask_again(desk)]
    if answered:
        _back(desk)
    said = replace(heard, kind="said")
    return [Say("common:corrected"), *_noted(desk, said, lambda: _continue(desk, said))]


def _stack(desk: Desk) -> list[dict[str, Any]]:
    stack: list[dict[str, Any]] = desk.chat.state.setdefault("stack", [])
    return stack


def _talk(frame: dict[str, Any]) -> Conversation:
    return menu.conversation(frame["at"])


def _given_up(desk: Desk, said: str = "") -> list[Say]:
    """What can't go on is put away before anything of it is shown or done, and the person told why. Staff have their own
    words back, with what they have just `said`."""
    judged = [(frame, _hindrance(desk, frame)) for frame in [*_aside(desk), *_stack(desk)]]
    for frame, why in judged:
        if why is not None:
            attachments.discard(desk.tx, dialog.uploads(frame.get("answers") or {}))
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
        for question in _talk(frame).form.questions:
            if question.asks == "text" and isinstance(words := frame["answers"].get(question.name), str):
                yield words


def _hindrance(desk: Desk, frame: dict[str, Any]) -> str | None:
    """Opened before an upgrade; another's by now; not for this chat by now; about what may be read no more; or what it was
    opened with is void."""
    if not menu.fits(frame):
        return "common:outdated"
    talk = _talk(frame)
    if disclosure.too_much(desk, talk):
        return "staff/todo:only_on_page"
    if not may_hold(desk, talk.who):
        return "common:not_yours"
    if desk.chat.person is not None and matter.lost(desk, frame["answers"]):
        return "coordinators/case:no_longer"
    return talk.void(desk, frame["answers"])


def _command(desk: Desk, name: str, argument: str) -> list[Say]:
    """Words that work at any moment, in any form: nobody is trapped."""
    if name in _MOVES:
        return _MOVES[name](desk)
    if disclosure.held_back(desk, name):
        return [*disclosure.on_page(desk, name, argument), *_ask_again(desk, resumed=True)]
    if name in menu.OPENERS:
        return _opener(desk, name, argument)
    if name in menu.STAFF_ANSWERS:
        _put_aside(desk)
        return menu.STAFF_ANSWERS[name](desk) if desk.chat.person else [Say("common:not_yours")]
    if desk.chat.person is None and (says := _about_own(desk, name, argument)):
        return says
    if name in menu.ANSWERS:
        return [*menu.ANSWERS[name](desk), *_ask_again(desk)]
    first, target, answers = menu.target(desk, name, argument)
    return [*first, *start(desk, target, answers)]


def _about_own(desk: Desk, name: str, argument: str) -> list[Say]:
    """What a word leads to where it can mean but one tip: nothing is left to choose."""
    if name == "stop" and stopping.unwritten(desk):
        return start(desk, stopping.FORM.name, {})
    if argument or name not in (*mine.WISHES, "forgot") or (number := mine.only(desk)) is None:
        return []
    if name == "forgot":
        return [Say("citizens/answers:forgot_here"), *start(desk, "citizens/card", {"_tip": number})]
    return start(desk, "citizens/card", mine.at_once(desk, number, name))


def _on(desk: Desk) -> list[Say]:
    if _aside(desk) and not (_stack(desk) and dialog.given(_stack(desk)[-1]["answers"])):
        desk.chat.state["stack"] = [*_staying(desk), desk.chat.state["aside"].pop()]
        return _ask_again(desk, resumed=True)
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
    """A move to something else gives up what does not stay; what staff have filled in waits until they say 继续."""
    for frame in _stack(desk):
        if _talk(frame).form.stays:
            continue
        if desk.chat.person is not None and dialog.given(frame["answers"]):
            desk.chat.state["aside"] = [*_aside(desk), frame][-MAX_ASIDE:]
        else:
            attachments.discard(desk.tx, dialog.uploads(frame["answers"]))
    desk.chat.state["stack"] = _staying(desk)


def _staying(desk: Desk) -> list[dict[str, Any]]:
    return [frame for frame in _stack(desk) if _talk(frame).form.stays]


def _aside(desk: Desk) -> list[dict[str, Any]]:
    """Forms of staff that were left for something else, the latest last. None of them is open."""
    aside: list[dict[str, Any]] = desk.chat.state.get("aside", [])
    return aside


def _with_what_waits(desk: Desk, says: list[Say]) -> list[Say]:
    """That something was put away is said wherever one may go on with it."""
    free = not _stack(desk) or not dialog.given(_stack(desk)[-1]["answers"])
    if not (says and _aside(desk) and free) or says[0].block == "common:put_aside":
        return says
    last = replace(says[-1], choices=(*says[-1].choices, Choice("go.continue", style="quiet")))
    return [Say("common:put_aside", {"number": len(_aside(desk))}), *says[:-1], last]


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
    if disclosure.too_much(desk, talk):
        return [*disclosure.on_page(desk), *_ask_again(desk)]
    _put_aside(desk)
    _fetched(desk, name, answers)
    same = _parked(desk, name, answers)
    if same is None:
        _dismiss_empty(desk, name)
    others = [frame for frame in _stack(desk) if frame is not same]
    if same is not None:
        full = not _joined(same["answers"], answers)
        desk.chat.state["stack"] = [*others, same]
        return [*([Say("common:why_too_many")] if full else []), *_ask_again(desk, resumed=True)]
    frame = {"at": name, "answers": dict(answers)}
    desk.chat.state["stack"] = [*others, frame]
    return _entered(desk, talk, frame)


def _parked(desk: Desk, name: str, answers: Answers) -> dict[str, Any] | None:
    """The conversation of that name that waits, about the same thing."""
    about = {key: value for key, value in answers.items() if not key.endswith("+")}.items()
    return next((one for one in _stack(desk) if one["at"] == name and about <= one["answers"].items()), None)


def _fetched(desk: Desk, name: str, answers: Answers) -> None:
    """What was put aside comes back when the same is opened again."""
    for frame in [one for one in _aside(desk) if one["at"] == name and answers.items() <= one["answers"].items()]:
        desk.chat.state["aside"].remove(frame)
        _stack(desk).append(frame)


def _joined(waiting: Answers, new: Answers) -> bool:
    """What was collected before is not lost to what is brought now, while there is room for both. Whether there was."""
    pieces = {key: (waiting.get(key, []), new[key]) for key in new if key.endswith("+")}
    if not all(dialog.has_room(got, *more) for got, more in pieces.values()):
        return False
    waiting.update({key: [*got, *more] for key, (got, more) in pieces.items()})
    return True


def _dismiss_empty(desk: Desk, name: str) -> None:
    """One about something else, in which nothing was answered yet, is not waited for."""
    stack = _stack(desk)
    desk.chat.state["stack"] = [one for one in stack if one["at"] != name or dialog.given(one["answers"])]


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
