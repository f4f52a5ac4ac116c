"""One message answered: who speaks, a word that always works, else the open conversation.

heard -> county known? -> global word or `go.` button -> the open form's advance -> notice | finish
      -> replies, pushes and rows, all in the caller's transaction
"""

from typing import Any

from handlers import dialog, menu
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import Answers, Choice, Heard, Say, plain
from storage import attachments

DEEPEST = 5


def receive(desk: Desk, heard: Heard) -> None:
    """Everything a message leads to. Nothing is sent here: replies wait in the outbox for the commit."""
    says = _county_first(desk) if desk.chat.county is None and not _names_county(desk, heard) else _hear(desk, heard)
    desk.reply(says, draft=any(menu.conversation(frame["at"]).form.draft for frame in _stack(desk)))


def _names_county(desk: Desk, heard: Heard) -> bool:
    """Several counties in one deployment: asked once. A single one needs no question."""
    plans = desk.setting.plans
    if len(plans) == 1:
        desk.chat.county = next(iter(plans))
        return True
    word = heard.choice.removeprefix("go.county.") if heard.kind == "chose" else heard.text.strip()
    numbered = dict(zip(map(str, range(1, len(plans) + 1)), plans, strict=False))
    named = {plan.name.in_(language): key for key, plan in plans.items() for language in ("zh", "en")}
    found = numbered.get(word) or named.get(word) or (word if word in plans else None)
    if found is None and heard.kind == "said" and len(heard.text) > 12:
        desk.chat.state["first"] = plain(heard.text)  # a story told before the county was asked is not lost
    desk.chat.county = found
    return found is not None


def _county_first(desk: Desk) -> list[Say]:
    choices = tuple(
        Choice(f"go.county.{key}", plan.name.in_(desk.chat.language)) for key, plan in desk.setting.plans.items()
    )
    return [Say("common:ask_county", {}, choices, "choice")]


def _hear(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind == "opened" or heard.choice.startswith("go.county."):
        first = desk.chat.state.pop("first", None)
        return _without_form(desk, Heard("said", first)) if first else menu.welcome(desk)
    word = menu.word(desk, heard)
    if word is not None:
        return _command(desk, *word)
    if not _stack(desk):
        return _without_form(desk, heard)
    return _continue(desk, heard)


def _stack(desk: Desk) -> list[dict[str, Any]]:
    stack: list[dict[str, Any]] = desk.chat.state.setdefault("stack", [])
    return stack


def _command(desk: Desk, name: str, argument: str) -> list[Say]:
    """Words that work at any moment, in any form: nobody is trapped."""
    if name == "cancel":
        return _cancel(desk)
    if name == "back":
        return _back(desk)
    if name == "continue":
        return _ask_again(desk) or menu.welcome(desk)
    if name in ("zh", "en"):
        desk.chat.language = name
        return [Say("common:language"), *(_ask_again(desk) or menu.welcome(desk))]
    if name in menu.OPENERS:
        return _opener(desk, name, argument)
    if name in menu.STAFF_ANSWERS:
        _put_aside(desk)
        return menu.STAFF_ANSWERS[name](desk) if desk.chat.person else [Say("common:not_yours")]
    if name in menu.ANSWERS:
        return [*menu.ANSWERS[name](desk), *_ask_again(desk)]
    return start(desk, menu.target(name), {"_source": "oral"} if name == "oral" else {})


def _opener(desk: Desk, name: str, argument: str) -> list[Say]:
    """A thing named by number: its card, or as if there were none."""
    if desk.chat.person is None:
        return [Say("common:not_yours")]
    _put_aside(desk)
    return _follow(desk, menu.OPENERS[name](desk, argument))


def _put_aside(desk: Desk) -> None:
    """Only unfinished drafts outlive a move to something else."""
    kept = [frame for frame in _stack(desk) if menu.conversation(frame["at"]).form.draft]
    desk.chat.state["stack"] = kept


def start(desk: Desk, name: str, answers: Answers, heard: Heard | None = None) -> list[Say]:
    """Open a conversation; one that is open already waits below it and comes back."""
    talk = menu.conversation(name)
    if not may_hold(desk, talk.who):
        return [Say("common:not_yours"), *_ask_again(desk)]
    stack = _stack(desk)
    kept = [frame for frame in stack if frame["at"] != name and menu.conversation(frame["at"]).form.draft]
    opening = talk.opening(desk, heard) if heard else {}
    frame = {"at": name, "answers": answers | opening}
    again = next((one for one in stack if one["at"] == name and talk.form.draft), None)
    if again and not answers:
        frame = again
    desk.chat.state["stack"] = [*kept, frame][-DEEPEST:]
    told = [Say("common:resumed")] if again and not answers else []
    return [*told, *_entered(desk, talk, frame)]


def _entered(desk: Desk, talk: Conversation, frame: dict[str, Any]) -> list[Say]:
    notice = talk.notice(desk, {}, frame["answers"])
    if notice and notice.drop:
        return _dropped(desk, notice)
    says = dialog.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    if not says:
        return _finish(desk, talk, frame["answers"])
    return [*(notice.says if notice else ()), *says]


def _continue(desk: Desk, heard: Heard) -> list[Say]:
    frame = _stack(desk)[-1]
    talk = menu.conversation(frame["at"])
    if not may_hold(desk, talk.who):
        _stack(desk).pop()
        return [Say("common:not_yours"), *_ask_again(desk)]
    before = dict(frame["answers"])
    shown = desk.chat.state.get("shown", [])
    turn = dialog.advance(talk.form, before, heard, shown, desk.chat.prompt, talk.facts(desk, before))
    attachments.discard(desk.tx, turn.removed_files)
    if turn.dropped:
        return _cancel(desk)
    frame["answers"] = turn.answers
    notice = talk.notice(desk, before, turn.answers)
    if notice and notice.drop:
        return _dropped(desk, notice)
    if turn.done:
        return [*(notice.says if notice else ()), *_finish(desk, talk, turn.answers)]
    frame["answers"] = turn.answers  # a notice may have taken an answer back
    return [*(notice.says if notice else ()), *_refreshed(desk, talk, turn.says, turn.answers)]


def _refreshed(desk: Desk, talk: Conversation, says: tuple[Say, ...], answers: Answers) -> list[Say]:
    """Facts may depend on the answer just given, so the question is put with the facts of now."""
    asked = dialog.ask(talk.form, answers, talk.facts(desk, answers))
    return [*(say for say in says if not _is_question(say, asked)), *asked]


def _is_question(say: Say, asked: tuple[Say, ...]) -> bool:
    return any(say.block == one.block for one in asked)


def _finish(desk: Desk, talk: Conversation, answers: Answers) -> list[Say]:
    if _stack(desk):
        _stack(desk).pop()
    outcome = talk.finish(desk, answers)
    return _follow(desk, outcome)


def _follow(desk: Desk, outcome: Outcome) -> list[Say]:
    if outcome.next and outcome.next[0].startswith("go."):
        return [*outcome.says, *_command(desk, outcome.next[0].removeprefix("go."), "")]
    if outcome.next:
        return [*outcome.says, *start(desk, *outcome.next)]
    return [*outcome.says, *_ask_again(desk, resumed=True)]


def _dropped(desk: Desk, notice: Outcome) -> list[Say]:
    """The conversation ends here and nothing typed in it is kept."""
    frame = _stack(desk).pop()
    _discard_files(desk, frame["answers"])
    return _follow(desk, notice)


def _discard_files(desk: Desk, answers: Answers) -> None:
    files = [*(answers.get("files") or []), *(answers.get("files+") or [])]
    attachments.discard(desk.tx, tuple(one["id"] for one in files))


def _ask_again(desk: Desk, resumed: bool = False) -> list[Say]:
    """The question that was open before the interruption."""
    if not _stack(desk):
        return []
    frame = _stack(desk)[-1]
    talk = menu.conversation(frame["at"])
    says = dialog.ask(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    return [*([Say("common:resumed")] if resumed else []), *says]


def _cancel(desk: Desk) -> list[Say]:
    if not _stack(desk):
        return [Say("common:nothing_open"), *menu.welcome(desk)]
    frame = _stack(desk).pop()
    _discard_files(desk, frame["answers"])
    return [Say("common:cancelled"), *(_ask_again(desk, resumed=True) or menu.welcome(desk))]


def _back(desk: Desk) -> list[Say]:
    if not _stack(desk):
        return menu.welcome(desk)
    frame = _stack(desk)[-1]
    talk = menu.conversation(frame["at"])
    turn = dialog.back(talk.form, frame["answers"], talk.facts(desk, frame["answers"]))
    if turn is None:
        return _cancel(desk)
    frame["answers"] = turn.answers
    return [*turn.says]


def _without_form(desk: Desk, heard: Heard) -> list[Say]:
    """Nothing is open: a citizen's first words are the story of a tip; staff get their menu, or the tip they named."""
    if heard.kind == "chose":
        return [Say("common:closed"), *menu.welcome(desk)]
    if desk.chat.person is not None:
        return menu.welcome(desk)
    if heard.kind == "said" and not plain(heard.text):
        return [Say("common:why_empty"), *menu.welcome(desk)]
    return start(desk, "citizens/tip", {}, heard)
