"""One message answered: who speaks, a word that always works, else the open conversation.

heard -> county known? -> what can't go on is put away -> global word or `go.` button -> the open form's advance
      -> notice | finish -> replies, pushes and rows, all in the caller's transaction

What is open, and how it goes on, is `handlers.talking`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers import (
    acts,
    binding,
    doorway,
    frames,
    guard,
    menu,
    own,
    presses,
    progress,
    recall,
    served,
    talking,
    turning_back,
    which_county,
)
from handlers.bulletins import asked
from handlers.citizens import said_here
from handlers.desk import Desk, Outcome
from handlers.duties import in_words, named
from handlers.forms import Heard, Say, plain
from handlers.matters import listed
from handlers.meetings import replying
from handlers.notices import drafts, just_sent
from handlers.notices import replying as noted
from handlers.once import forget
from handlers.spoken import steers
from handlers.words import folded, takes_back
from storage import queue


def receive(desk: Desk, *message: Heard) -> None:
    """Everything a message leads to, a picture and its caption to one answer. Nothing is sent here: replies wait in the
    outbox for the commit."""
    try:
        _answer(desk, message)
    finally:
        forget()


def _answer(desk: Desk, message: Sequence[Heard]) -> None:
    county = desk.chat.county
    if county is not None and county not in desk.setting.served(desk.chat.channel):
        which_county.not_served(desk, message[0])
        return
    if presses.doubled(desk, message[0]):
        return
    says = [say for heard in message for say in _taken(desk, heard)]
    says = which_county.once(says) if len(message) > 1 else says
    if message[0].kind == "file" and says and says[-1].block.endswith(":review"):
        desk.album = desk.album or "review"  # two files at the review: it is printed once
    if desk.chat.person is not None:
        says = frames.with_what_waits(desk, says)
    drafts = any(frames.talk_of(frame).form.draft for frame in frames.opened(desk))
    desk.reply(says, draft=drafts or bool(which_county.before(desk)))


def _taken(desk: Desk, heard: Heard) -> list[Say]:
    unwanted = heard.kind == "file" and desk.chat.person is not None and not frames.takes_files(desk)
    says = _county_first(desk, heard) if desk.chat.county is None else _hear(desk, heard)
    if heard.kind == "file" and heard.file:
        frames.drop_unkept(desk, heard.file["id"])
    return [Say("staff/todo:not_kept"), *says] if unwanted else says


def _county_first(desk: Desk, heard: Heard) -> list[Say]:
    found = served.named(desk, heard)
    if found is None:
        return which_county.asked(desk, heard)
    told = which_county.settled(desk, found, heard)
    if told == [heard]:
        return _hear(desk, heard)
    return which_county.once([say for one in told for say in _hear(desk, one)]) or menu.welcome(desk)


_RIGHT_NOW = ("现在", "正在", "现在就在", "就现在")  # with this somebody begins who has no time
_QUESTIONS = ("asked", "question")  # to us: of an own tip, it is answered there
_MAY_ANSWER = (*_QUESTIONS, "unsure")  # 没有, 不知道: where something was asked they are no shrug


# -- what is meant -------------------------------------------------------------------------------------------------------


def _hear(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind in ("left", "blocked", "unblocked"):
        return doorway.gone(desk, heard)
    if heard.kind == "entered":
        return _came_in(desk)
    if desk.chat.person is None and not desk.entrance.citizens:
        return _stranger(desk, heard)
    if desk.chat.person is None and not desk.entrance.tips:
        return doorway.turned_away(desk, heard)
    # 写错了 in a form of staff may be the reason why a step is corrected
    reason = desk.chat.person is not None and frames.opened(desk) and "错" in heard.text
    if heard.kind == "said" and not reason and takes_back(heard.text):
        return _taken_back_in_words(desk, heard)
    told = guard.found(desk, heard)
    secret, instead = guard.secret(desk, heard, told), guard.judged(desk, heard, told)
    if not secret:
        said_here.noted(desk, heard)
    says = _unasked(desk, instead) if isinstance(instead, Outcome) else _understood(desk, instead)
    return guard.out(desk, heard, says) if secret else says


def _unasked(desk: Desk, outcome: Outcome) -> list[Say]:
    """A password where none is asked for."""
    told = [*frames.given_up(desk), *outcome.says]
    if outcome.next:
        return [*told, *talking.start(desk, *outcome.next)]
    return [*told, *(talking.ask_again(desk) or talking.start(desk, guard.FIND, {}))]


def _understood(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind == "edited":
        return _edited(desk, heard)
    if heard.kind == "recalled":
        return _recalled(desk, heard)
    return _noted(desk, heard, lambda: _answered(desk, heard))


def _answered(desk: Desk, heard: Heard) -> list[Say]:
    if heard.kind == "contact":
        return [Say("common:why_no_contact"), *(talking.ask_again(desk) or menu.welcome(desk))]
    if heard.kind == "unfetched":
        return [Say(f"common:http_{heard.text}"), *(talking.ask_again(desk) or menu.welcome(desk))]
    told = asked.told_after_all(desk, heard)
    heard = told or heard
    given_up, word = frames.given_up(desk, heard.text), None if told else menu.word(desk, heard)
    menu.heed_language(desk, heard)
    if heard.kind == "started" and heard.payload and desk.chat.person is not None:
        return [*given_up, Say("staff/bind:already"), *(talking.ask_again(desk) or menu.welcome(desk))]
    if heard.kind in ("opened", "started") or (given_up and word is None):
        so_far = menu.so_far(desk) if heard.kind == "started" else []
        return [*given_up, *so_far, *(talking.ask_again(desk, resumed=True) or menu.welcome(desk))]
    wanted = own.wanted(desk, heard) if word is None or word[0] in _QUESTIONS else None
    if word is not None and word[0] in _MAY_ANSWER and not frames.opened(desk):
        wanted = wanted or own.answer(desk, heard)
    if word is not None and wanted is None and not (word[0] == "help" and own.in_danger(desk, heard)):
        return [*given_up, *talking.command(desk, *word)]
    if isinstance(wanted := wanted or own.more(desk, heard) or heard, Outcome):
        return talking.follow(desk, wanted)
    heard = wanted
    return talking.go_on(desk, heard) if frames.opened(desk) else _without_form(desk, heard)


def _came_in(desk: Desk) -> list[Say]:
    """Somebody looks into the chat, as often as they like: greeted once a day, and not while a question stands open."""
    today = desk.now.astimezone(desk.plan.tz).date().isoformat()
    if frames.opened(desk) or desk.chat.state.get("greeted") == today:
        return []
    desk.chat.state["greeted"] = today
    known = desk.chat.person is not None or desk.entrance.citizens
    return menu.welcome(desk) if known else _unbound(desk)


def _stranger(desk: Desk, heard: Heard) -> list[Say]:
    """At the staff's door: a code that is good opens the question whether to bind; to all else there is one answer."""
    given_up = frames.given_up(desk)
    if (code := binding.brought(desk, heard)) is not None:
        return talking.start(desk, binding.FORM.name, {"_code": code})
    if given_up or not frames.opened(desk):
        return _unbound(desk)
    word = menu.word(desk, heard)
    if word is not None and word[0] in ("cancel", "back"):
        return talking.leave(desk)
    return talking.go_on(desk, heard) if heard.kind in ("said", "chose") else talking.ask_again(desk)


def _unbound(desk: Desk) -> list[Say]:
    """Whom the roster expects is asked, whatever they wrote; a stranger learns nothing."""
    answers = binding.expected(desk)
    return [Say(binding.STRANGER)] if answers is None else talking.start(desk, binding.FORM.name, answers)


def _noted(desk: Desk, heard: Heard, answer: Callable[[], list[Say]]) -> list[Say]:
    """What somebody said or chose last, so that it can be edited or taken back: the conversation it was said in, and how many
    answers that had before and has after it."""
    if heard.kind not in ("said", "chose", "file", "location"):
        return answer()
    named, before = said_here.named(desk, heard), frames.standing(desk)
    says, after = answer(), frames.standing(desk)
    begun = 0 if heard.kind == "said" else after[1]  # a press that opens something is no answer in it
    desk.chat.state["last"] = [named, after[0], before[1] if before[0] == after[0] else begun, after[1]]
    return says


def _edited(desk: Desk, heard: Heard) -> list[Say]:
    """The latest answer, corrected where it was typed, is taken as it reads now. Anything older stays as it was read."""
    number, at, before, after = desk.chat.state.get("last") or (0, "", 0, 0)
    given_up, (now_at, now) = frames.given_up(desk), frames.standing(desk)
    answered = progress.given(frames.opened(desk)[-1]["answers"])[-1:] if after > before and now_at else []
    if given_up or not at or number != heard.message or (now_at, now) != (at, after) or "+" in "".join(answered):
        return [*given_up, Say("common:edit_noted"), *talking.ask_again(desk)]
    if answered and (turn := turning_back.forgotten(*talking.standing(desk))):
        talking.turned(desk, frames.opened(desk)[-1], turn)
    said = replace(heard, kind="said")
    return [Say("common:corrected"), *_noted(desk, said, lambda: talking.go_on(desk, said))]


def _recalled(desk: Desk, heard: Heard) -> list[Say]:
    """The latest answer, taken back where it was said, is as if it had not been given; and what was told besides."""
    return _taken_back(desk, heard.message, "common:recall_noted")


def _taken_back_in_words(desk: Desk, heard: Heard) -> list[Say]:
    """撤回这句: what was said or pressed last, as if it had been recalled; of staff at their desk the notice they have just sent."""
    free = desk.chat.person is not None and not frames.opened(desk)
    if free and (outcome := just_sent.meant(desk, heard)) is not None:
        return talking.follow(desk, outcome)
    number = (desk.chat.state.get("last") or [""])[0]
    nothing = "common:nothing_to_recall" if desk.chat.person is None else "common:nothing_to_recall_staff"
    return _taken_back(desk, number, nothing)


def _taken_back(desk: Desk, message: int | str, not_found: str) -> list[Say]:
    number, at, before, after = desk.chat.state.get("last") or ("", "", 0, 0)
    given_up, (now_at, now) = frames.given_up(desk), frames.standing(desk)
    latest = not given_up and at and number == message and (now_at, now) == (at, after) and after > before
    if latest and (turn := turning_back.forgotten(*talking.standing(desk))):
        talking.turned(desk, frames.opened(desk)[-1], turn)
    taken = recall.taken_back(desk, message)
    queue.unasked(desk.tx, desk.chat.id)
    desk.chat.state.pop("last", None)
    told = {"out": "common:recalled", "gone": "common:recall_gone", "read": "common:recall_read"}
    block = "common:recalled" if latest else told.get(taken, not_found)
    return [*given_up, Say(block), *talking.ask_again(desk)]


def _without_form(desk: Desk, heard: Heard) -> list[Say]:
    """Nothing is open: a citizen's first words are the story of a tip, or the number of one; staff get their menu."""
    if heard.kind == "chose":
        return [Say("common:closed"), *menu.welcome(desk)]
    if desk.chat.person is not None:
        return _at_the_desk(desk, heard)
    if heard.kind == "said" and not plain(heard.text):
        return [Say("common:why_empty"), *menu.welcome(desk)]
    if folded(heard.text) in _RIGHT_NOW:
        return talking.start(desk, "citizens/tip", {"now": "yes"})
    if menu.too_little(heard) or (heard.kind == "said" and steers(heard.text)):
        return menu.ANSWERS["unsure"](desk)
    frames.opened(desk).append({"at": menu.first_words(heard), "answers": {}})
    return talking.go_on(desk, heard, new=True)


def _at_the_desk(desk: Desk, heard: Heard) -> list[Say]:
    """Of staff: a move that they name is made where it can be but one; or words answer a duty."""
    moves = acts.waiting(desk, heard)
    if len(moves) == 1:
        return talking.command(desk, moves[0].act, moves[0].argument)
    if moves:
        return acts.which(moves)
    for meant in _AT_THE_DESK:
        if (outcome := meant(desk, heard)) is not None:
            return talking.follow(desk, outcome)
    return [*acts.not_done(heard), *menu.welcome(desk)]


# Of these the first that takes somebody's words has them.
_AT_THE_DESK: tuple[Callable[[Desk, Heard], Outcome | None], ...] = (
    drafts.in_words,
    listed.begun,
    noted.in_words,
    replying.in_words,
    just_sent.meant,
    in_words.answer,
    named.named,
)
