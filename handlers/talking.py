"""The open conversation: begun, gone on with, left; and the words that work at any moment, whatever is open.

Conversations lie in a stack: the one on top is asked; those that stay wait below it and come back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from handlers import aside, dialog, disclosure, frames, menu, own, progress, turning_back, which_county
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.duties import in_words
from handlers.forms import Answers, Choice, Facts, Form, Heard, Say, Turn, plain
from handlers.liaisons import lead
from handlers.matters import listed
from handlers.notices import replying
from handlers.words import folded
from storage import attachments, pushes

# -- words that always work ------------------------------------------------------------------------------------------------


def command(desk: Desk, name: str, argument: str) -> list[Say]:
    """Words that work at any moment, in any form: nobody is trapped."""
    if name in _MOVES:
        return _MOVES[name](desk)
    if disclosure.held_back(desk, name):
        return [*disclosure.on_page(desk, name, argument), *ask_again(desk, resumed=True)]
    if name in menu.OPENERS:
        return _opener(desk, name, argument)
    if name in menu.READINGS:
        return _beside(desk, menu.READINGS[name](desk, argument))
    if name in menu.STAFF_ANSWERS:
        return _listed(desk, name)
    if (answer := own.sorts(desk, name)) is not None:
        return go_on(desk, answer)
    if desk.chat.person is None and (outcome := own.meant(desk, name, argument)) is not None:
        return follow(desk, outcome)
    return _answered(desk, name, argument)


def _answered(desk: Desk, name: str, argument: str) -> list[Say]:
    if name in menu.ANSWERS:
        return [*menu.ANSWERS[name](desk), *ask_again(desk)]
    first, target, answers = menu.target(desk, name, argument)
    return [*first, *start(desk, target, answers)]


def _listed(desk: Desk, name: str) -> list[Say]:
    frames.put_aside(desk)
    return menu.STAFF_ANSWERS[name](desk) if desk.chat.person else [Say("common:not_yours")]


def _on(desk: Desk) -> list[Say]:
    if frames.aside(desk) and not (frames.opened(desk) and progress.given(frames.opened(desk)[-1]["answers"])):
        desk.chat.state["stack"] = [*frames.staying(desk), desk.chat.state["aside"].pop()]
        return ask_again(desk, resumed=True)
    if frames.opened(desk) and frames.opened(desk)[-1]["answers"].get("*") == progress.LEAVING:
        return _back(desk)
    return ask_again(desk) or menu.welcome(desk)


def _spoken(language: str, desk: Desk) -> list[Say]:
    """From here on in that language: what has been answered stays, the open question is asked again."""
    desk.chat.language = language
    return [Say("common:language"), *_on(desk)]


def _opener(desk: Desk, name: str, argument: str) -> list[Say]:
    """A thing named by number: its card, or as if there were none."""
    if desk.chat.person is None:
        return [Say("common:not_yours")]
    if name == "sign" and _filling_in(desk) and (done := lead.signed(desk, argument)):
        return [*done, *ask_again(desk, resumed=True)]
    frames.put_aside(desk)
    return follow(desk, menu.OPENERS[name](desk, argument))


def _filling_in(desk: Desk) -> bool:
    """A form that was begun from a card, answered or not yet."""
    return bool(frames.opened(desk)) and bool(frames.talk_of(frames.opened(desk)[-1]).form.home)


def _menu(desk: Desk) -> list[Say]:
    """With something unfinished open, its question stays the open one and the menu's buttons hang below it."""
    if frames.opened(desk) and frames.opened(desk)[-1]["answers"].get("*") == progress.LEAVING:
        _back(desk)  # 放弃吗 is not what is unfinished
    frames.put_aside(desk)
    says, asked = menu.ANSWERS["menu"](desk), ask_again(desk, resumed=True)
    if not asked:
        return says
    return _below(asked, (*says[-1].choices, Choice("go.cancel", style="quiet")))


def _below(asked: list[Say], doors: tuple[Choice, ...]) -> list[Say]:
    return [*asked[:-1], replace(asked[-1], choices=(*asked[-1].choices, *doors))]


def _beside(desk: Desk, says: list[Say]) -> list[Say]:
    """What is read while something unfinished is open: that stays open, and its question is put again. A number is of what was
    listed, which whoever writes it has just looked at, and never by chance an answer; so the doors stand before the answers."""
    asked = ask_again(desk, resumed=True)
    if not asked:
        return says
    doors = tuple(one for one in says[-1].choices if one.id != "go.tip")
    question = replace(asked[-1], choices=(*doors, *asked[-1].choices))
    note = (Say("bulletins/learn:beside"),) if asked[-1].choices else ()
    return [*says[:-1], replace(says[-1], choices=()), *asked[:-1], *note, question]


# -- the open conversation -----------------------------------------------------------------------------------------------


def start(desk: Desk, name: str, answers: Answers) -> list[Say]:
    """Open a conversation. One of that name that waits comes back, unless it is about something else."""
    talk = menu.conversation(name)
    if not may_hold(desk, talk.who):
        return [Say("common:not_yours"), *ask_again(desk)]
    if disclosure.too_much(desk, talk):
        return [*disclosure.on_page(desk, *disclosure.leads_to(talk, answers)), *ask_again(desk)]
    frames.put_aside(desk)
    frames.fetched(desk, name, answers)
    same = frames.parked(desk, name, answers)
    if same is None:
        frames.dismiss_empty(desk, name)
    others = [frame for frame in frames.opened(desk) if frame is not same]
    if same is not None:
        full = not frames.joined(same["answers"], answers)
        desk.chat.state["stack"] = [*others, same]
        return [*([Say("common:why_too_many")] if full else []), *ask_again(desk, resumed=True)]
    frame = {"at": name, "answers": dict(answers)}
    desk.chat.state["stack"] = [*others, frame]
    return _entered(desk, talk, frame)


def _entered(desk: Desk, talk: Conversation, frame: dict[str, Any]) -> list[Say]:
    notice = talk.notice(desk, None, frame["answers"])
    if notice and (notice.drop or notice.next):
        return _dropped(desk, notice)
    says = progress.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    if not says:
        return _finish(desk, talk, frame["answers"])
    return [*(notice.says if notice else ()), *says]


def go_on(desk: Desk, heard: Heard, new: bool = False) -> list[Say]:
    """`new`: these are the first words, before anything was asked."""
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    if (act := _card_move(desk, talk, heard)) is not None:
        return act
    before, shown = frame["answers"], [] if new else desk.chat.state.get("shown", [])
    turn = dialog.advance(talk.form, before, heard, shown, desk.chat.prompt, talk.facts(desk, before))
    if (outcome := _of_the_duty(desk, talk, before, turn, heard)) is not None:
        return follow(desk, outcome)
    if (outcome := _begun_here(desk, talk, turn, heard)) is not None:
        return _instead(desk, outcome)
    attachments.discard(desk.tx, turn.removed_files)
    if turn.dropped:
        return leave(desk)
    frame["answers"] = turn.answers
    notice = talk.notice(desk, None if new else before, turn.answers)
    if notice and (notice.drop or notice.next):
        return _dropped(desk, notice)
    noted = notice.says if notice else ()
    if turn.done:
        return [*noted, *_finish(desk, talk, turn.answers)]
    took = any(one.block.endswith(_TOOK) for one in noted)
    says = [one for one in turn.says if not (took and one.block == "common:noted")]
    return [*noted, *_refreshed(desk, talk, says, turn.answers)]


_TOOK = (":got_file", ":changed")  # by which a conversation says itself what it has taken in


def _of_the_duty(desk: Desk, talk: Conversation, before: Answers, turn: Turn, heard: Heard) -> Outcome | None:
    """明天报, with the card of a duty open, or a form about it that cannot take these words: it answers that duty."""
    if "_duty" not in talk.form.about or turn.done or turn.dropped:
        return None
    refused = any(say.block.startswith("common:why_") for say in turn.says)
    return in_words.of_the_open(desk, heard, talk.form.name, before["_duty"], refused=refused)


def _begun_here(desk: Desk, talk: Conversation, turn: Turn, heard: Heard) -> Outcome | None:
    """两法衔接, with a card open that has no such button: what the county calls so is begun; 收到 is of the notice that waits."""
    refused = any(say.block == "common:why_want_choice" for say in turn.says)
    able = talk.form.short and desk.chat.person is not None and heard.kind == "said"
    return (listed.begun(desk, heard) or replying.in_words(desk, heard)) if refused and able else None


def _instead(desk: Desk, outcome: Outcome) -> list[Say]:
    """A list with doors of its own takes the place of the card; nothing was unfinished there."""
    if outcome.next:
        return follow(desk, outcome)
    if any(say.choices for say in outcome.says):
        frames.put_aside(desk)
        return list(outcome.says)
    return [*outcome.says, *ask_again(desk)]


MAX_LABEL = 12  # characters


def _card_move(desk: Desk, talk: Conversation, heard: Heard) -> list[Say] | None:
    """What the card calls its moves is one of them wherever it is typed, and is nobody's report: the open one is asked again."""
    if not talk.form.home or heard.kind != "said" or len(plain(heard.text)) > MAX_LABEL:
        return None
    home, answers = menu.conversation(talk.form.home), frames.opened(desk)[-1]["answers"]
    if folded(heard.text) in {folded(one[1]) for one in desk.chat.state.get("shown", [])}:
        return None
    about = {name: answers[name] for name in home.form.about}
    offered = home.form.questions[0].choices(about, home.facts(desk, about))
    words, chat = desk.setting.words, desk.chat
    labels = {folded(words.label(one, home.form.name, chat.language, chat.county)): one.id for one in offered}
    if (act := labels.get(folded(heard.text))) is None:
        return None
    if talk.form.name.rpartition("/")[2] in (act, *_CALLED.get(act, ())):
        return [Say("common:why_want_text"), *ask_again(desk)]
    return start(desk, home.form.name, about | {"act": act})


_CALLED = {"finish": ("close",)}  # a move whose form has another name


def _refreshed(desk: Desk, talk: Conversation, says: Sequence[Say], answers: Answers) -> list[Say]:
    """Facts may depend on the answer just given, so the question is put with the facts of now."""
    asked = progress.ask(talk.form, answers, talk.facts(desk, answers))
    explains = f"{talk.form.name}:explain_"
    noted = [say for say in says if say.block.startswith(explains) or not say.block.startswith(f"{talk.form.name}:")]
    if talk.form.short and any(say.block.startswith("common:why_") for say in noted):
        asked = tuple(replace(say, block=f"{talk.form.name}:again", files=()) for say in asked)
    return [*noted, *asked]


def _finish(desk: Desk, talk: Conversation, answers: Answers) -> list[Say]:
    frames.opened(desk).pop()
    return follow(desk, talk.finish(desk, answers))


def follow(desk: Desk, outcome: Outcome) -> list[Say]:
    if outcome.drop:
        pushes.drop_lane(desk.tx, desk.chat.id)
    if outcome.next and outcome.next[0].startswith("go."):
        return [*outcome.says, *command(desk, outcome.next[0].removeprefix("go."), "")]
    if outcome.next:
        return [*outcome.says, *start(desk, *outcome.next)]
    return [*outcome.says, *ask_again(desk, resumed=True)]


def _dropped(desk: Desk, notice: Outcome) -> list[Say]:
    """The conversation ends here and nothing typed in it is kept: not here, and not in messages that quote it."""
    attachments.discard(desk.tx, progress.uploads(frames.opened(desk).pop()["answers"]))
    return follow(desk, notice)


def ask_again(desk: Desk, resumed: bool = False) -> list[Say]:
    """The question that was open before the interruption."""
    if not frames.opened(desk):
        return []
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    says = progress.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    again = Say("common:unfinished" if talk.form.draft else "common:resumed")
    return [*([again] if resumed else []), *says]


def _cancel(desk: Desk) -> list[Say]:
    """A change is left undone, a draft given up only when asked again; anything else ends here. With nothing open it is
    what was put aside that may be given up."""
    if not frames.opened(desk) and frames.aside(desk):
        return start(desk, aside.FORM.name, {})
    if not frames.opened(desk):
        return [Say("common:nothing_open"), *menu.welcome(desk)]
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    turn = turning_back.leave(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    return leave(desk) if turn is None else turned(desk, frame, turn)


def turned(desk: Desk, frame: dict[str, Any], turn: Turn) -> list[Say]:
    attachments.discard(desk.tx, turn.removed_files)
    frame["answers"] = turn.answers
    return ask_again(desk)  # with the facts of now


def leave(desk: Desk) -> list[Say]:
    """The open conversation ends, with all that was filled in."""
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    if talk.form.way_out:
        return _finish(desk, talk, frame["answers"] | talk.form.way_out)
    frames.opened(desk).pop()
    attachments.discard(desk.tx, progress.uploads(frame["answers"]))
    if (left := talk.left(desk, frame["answers"])) is not None:
        return follow(desk, left)
    if home := talk.form.home:
        about = {name: frame["answers"][name] for name in menu.conversation(home).form.about}
        return [Say("common:cancelled"), *start(desk, home, about)]
    back = ask_again(desk, resumed=True)
    if back and not (progress.given(frame["answers"]) or "_words+" in frame["answers"]):
        return back  # nothing was filled in that could be lost
    return [Say("common:cancelled"), *(back or menu.welcome(desk))]


def _back(desk: Desk) -> list[Say]:
    if not frames.opened(desk):
        return menu.welcome(desk)
    turn = turning_back.back(*standing(desk))
    return leave(desk) if turn is None else turned(desk, frames.opened(desk)[-1], turn)


def standing(desk: Desk) -> tuple[Form, Answers, Facts]:
    frame = frames.opened(desk)[-1]
    talk = frames.talk_of(frame)
    return talk.form, frame["answers"], talk.facts(desk, frame["answers"])


_MOVES: dict[str, Callable[[Desk], list[Say]]] = {
    "cancel": _cancel,
    "back": _back,
    "menu": _menu,
    "continue": _on,
    "county": which_county.anew,
    "zh": partial(_spoken, "zh"),
    "en": partial(_spoken, "en"),
}
