"""One message answered: who speaks, a word that always works, else the open conversation.

heard -> county known? -> what can't go on is put away -> global word or `go.` button -> the open form's advance
      -> notice | finish -> replies, pushes and rows, all in the caller's transaction

Conversations lie in a stack: the one on top is asked; those that stay wait below it and come back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from handlers import binding, dialog, disclosure, doorway, frames, menu, which_county
from handlers.citizens import mine, stopping
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import Answers, Choice, Heard, Say, Turn, plain
from storage import attachments, queue


def receive(desk: Desk, heard: Heard) -> None:
    """Everything a message leads to. Nothing is sent here: replies wait in the outbox for the commit."""
    county = desk.chat.county
    if county is not None and county not in desk.setting.served(desk.chat.channel):
        which_county.not_served(desk, heard)
        return
    says = _county_first(desk, heard) if county is None else _hear(desk, heard)
    if heard.kind == "file" and heard.file:
        frames.drop_unkept(desk, heard.file["id"])
    if heard.kind == "file" and says and says[-1].block.endswith(":review"):
        desk.album = desk.album or "review"  # two files at the review: it is printed once
    if desk.chat.person is not None:
        says = frames.with_what_waits(desk, says)
    desk.reply(says, draft=any(frames.talk_of(frame).form.draft for frame in frames.opened(desk)))


def _county_first(desk: Desk, heard: Heard) -> list[Say]:
    found = which_county.named(desk, heard)
    if found is None:
        return which_county.asked(desk, heard)
    told = which_county.settled(desk, found, heard)
    if told == [heard]:
        return _hear(desk, heard)
    return which_county.once([say for one in told for say in _hear(desk, one)]) or menu.welcome(desk)


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
    given_up, word = frames.given_up(desk, heard.text), menu.word(desk, heard)
    if heard.kind == "started" and heard.payload and desk.chat.person is not None:
        return [*given_up, Say("staff/bind:already"), *(_ask_again(desk) or menu.welcome(desk))]
    if heard.kind in ("opened", "started") or (given_up and word is None):
        return [*given_up, *(_ask_again(desk, resumed=True) or menu.welcome(desk))]
    if word is not None:
        return [*given_up, *_command(desk, *word)]
    return _continue(desk, heard) if frames.opened(desk) else _without_form(desk, heard)


def _stranger(desk: Desk, heard: Heard) -> list[Say]:
    """At the staff's door: a code that is good opens the question whether to bind; to all else there is one answer."""
    given_up = frames.given_up(desk)
    if (code := binding.brought(desk, heard)) is not None:
        return start(desk, binding.FORM.name, {"_code": code})
    if given_up or not frames.opened(desk):
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
    before, says, after = frames.standing(desk), answer(), frames.standing(desk)
    desk.chat.state["last"] = [heard.message, after[0], before[1] if before[0] == after[0] else 0, after[1]]
    return says


def _edited(desk: Desk, heard: Heard) -> list[Say]:
    """The latest answer, corrected where it was typed, is taken as it reads now. Anything older stays as it was read."""
    number, at, before, after = desk.chat.state.get("last") or (0, "", 0, 0)
    given_up, (now_at, now) = frames.given_up(desk), frames.standing(desk)
    answered = dialog.given(frames.opened(desk)[-1]["answers"])[-1:] if after > before and now_at else []
    if given_up or not at or number != heard.message or (now_at, now) != (at, after) or "+" in "".join(answered):
        return [*given_up, Say("common:edit_noted"), *_ask_again(desk)]
    if answered:
        _back(desk)
    said = replace(heard, kind="said")
    return [Say("common:corrected"), *_noted(desk, said, lambda: _continue(desk, said))]


def _command(desk: Desk, name: str, argument: str) -> list[Say]:
    """Words that work at any moment, in any form: nobody is trapped."""
    if name in _MOVES:
        return _MOVES[name](desk)
    if disclosure.held_back(desk, name):
        return [*disclosure.on_page(desk, name, argument), *_ask_again(desk, resumed=True)]
    if name in menu.OPENERS:
        return _opener(desk, name, argument)
    if name in menu.STAFF_ANSWERS:
        frames.put_aside(desk)
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
    if frames.aside(desk) and not (frames.opened(desk) and dialog.given(frames.opened(desk)[-1]["answers"])):
        desk.chat.state["stack"] = [*frames.staying(desk), desk.chat.state["aside"].pop()]
        return _ask_again(desk, resumed=True)
    if frames.opened(desk) and frames.opened(desk)[-1]["answers"].get("*") == dialog.LEAVING:
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
    frames.put_aside(desk)
    return _follow(desk, menu.OPENERS[name](desk, argument))


def _menu(desk: Desk) -> list[Say]:
    """With something unfinished open, its question stays the open one and the menu's buttons hang below it."""
    frames.put_aside(desk)
    says, asked = menu.ANSWERS["menu"](desk), _ask_again(desk, resumed=True)
    if not asked:
        return says
    doors = (*says[-1].choices, Choice("go.cancel", style="quiet"))
    return [*asked[:-1], replace(asked[-1], choices=(*asked[-1].choices, *doors))]


def _without_form(desk: Desk, heard: Heard) -> list[Say]:
    """Nothing is open: a citizen's first words are the story of a tip, or the number of one; staff get their menu."""
    if heard.kind == "chose":
        return [Say("common:closed"), *menu.welcome(desk)]
    if desk.chat.person is not None:
        return menu.welcome(desk)
    if heard.kind == "said" and not plain(heard.text):
        return [Say("common:why_empty"), *menu.welcome(desk)]
    frames.opened(desk).append({"at": menu.first_words(heard), "answers": {}})
    return _continue(desk, heard, new=True)


# -- the open conversation -----------------------------------------------------------------------------------------------


def start(desk: Desk, name: str, answers: Answers) -> list[Say]:
    """Open a conversation. One of that name that waits comes back, unless it is about something else."""
    talk = menu.conversation(name)
    if not may_hold(desk, talk.who):
        return [Say("common:not_yours"), *_ask_again(desk)]
    if disclosure.too_much(desk, talk):
        return [*disclosure.on_page(desk), *_ask_again(desk)]
    frames.put_aside(desk)
    frames.fetched(desk, name, answers)
    same = frames.parked(desk, name, answers)
    if same is None:
        frames.dismiss_empty(desk, name)
    others = [frame for frame in frames.opened(desk) if frame is not same]
    if same is not None:
        full = not frames.joined(same["answers"], answers)
        desk.chat.state["stack"] = [*others, same]
        return [*([Say("common:why_too_many")] if full else []), *_ask_again(desk, resumed=True)]
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
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
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
    frames.opened(desk).pop()
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
    attachments.discard(desk.tx, dialog.uploads(frames.opened(desk).pop()["answers"]))
    return _follow(desk, notice)


def _ask_again(desk: Desk, resumed: bool = False) -> list[Say]:
    """The question that was open before the interruption."""
    if not frames.opened(desk):
        return []
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    says = dialog.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    again = Say("common:unfinished" if talk.form.draft else "common:resumed")
    return [*([again] if resumed else []), *says]


def _cancel(desk: Desk) -> list[Say]:
    """A change is left undone, a draft given up only when asked again; anything else ends here."""
    if not frames.opened(desk):
        return [Say("common:nothing_open"), *menu.welcome(desk)]
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    turn = dialog.leave(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    return _leave(desk) if turn is None else _turned(desk, frame, turn)


def _turned(desk: Desk, frame: dict[str, Any], turn: Turn) -> list[Say]:
    attachments.discard(desk.tx, turn.removed_files)
    frame["answers"] = turn.answers
    return [*turn.says]


def _leave(desk: Desk) -> list[Say]:
    """The open conversation ends, with all that was filled in."""
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    if talk.form.way_out:
        return _finish(desk, talk, frame["answers"] | talk.form.way_out)
    frames.opened(desk).pop()
    attachments.discard(desk.tx, dialog.uploads(frame["answers"]))
    return [Say("common:cancelled"), *(_ask_again(desk, resumed=True) or menu.welcome(desk))]


def _back(desk: Desk) -> list[Say]:
    if not frames.opened(desk):
        return menu.welcome(desk)
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
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
