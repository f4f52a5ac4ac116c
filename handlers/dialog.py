"""advance: what a person did + answers so far -> answers, what to say, done or not. Pure; every conversation goes here.

    heard -> (a choice, by button, number or label) -> review | control | the open question's check
          -> answers -> the next open question, the review, or done

Bookkeeping among the answers: `name+` holds what a `many` question has collected, `*` what a review wants changed (its old
answer stays until the new one is there) or that giving all up was asked for, `!` that the rest is left out, `_name` what the conversation itself needs (the
tip it is about), `_missed` how often the open question was not answered, `_walking` that 返回 led here from the review.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, Turn, plain
from handlers.spoken import Shown, begun, folded_label, meant, part, pressed, steers
from handlers.words import folded, shrug

SKIP, DONE, ENOUGH = Choice("skip", style="quiet"), Choice("done", style="primary"), Choice("enough", style="quiet")
SUBMIT, CHANGE, DISCARD = Choice("submit", style="primary"), Choice("change"), Choice("discard", style="danger")
KEEP = Choice("keep", style="quiet")
PICKED = "picked"  # the style of a choice made already, shown with ✓: pressed again it is taken back
MAX_STORY = 20_000  # characters of a story that was told in pieces
_SECRET = re.compile(r"(?=.*\d)(?:[0-9A-Za-z]{4}[-\s]?){2,4}")
MAX_PIECES = 50
BARE = 8  # characters of an answer that says nothing else: 没有，现在没有
GIVE_UP, STAY, LEAVING = Choice("give_up", style="danger"), Choice("stay", style="primary"), "leaving"
PUT_IN, LEAVE_OUT, ADDING = Choice("put_in", style="primary"), Choice("leave_out"), "adding"
SHORT = 40  # characters that may be a remark at the review and no piece of the story: it is asked


def uploads(answers: Answers) -> dict[int, str]:
    """What was uploaded in this conversation: id and kind."""
    many = (one for value in answers.values() if isinstance(value, list) for one in value)
    return {one["id"]: one.get("family", "document") for one in many if isinstance(one, dict) and "id" in one}


def has_room(got: Sequence[object], *more: object) -> bool:
    """Whether what is told piece by piece takes in more: there is an end to what waits for somebody to go on."""
    pieces = (*got, *more)
    return len(pieces) <= MAX_PIECES and sum(len(one) for one in pieces if isinstance(one, str)) <= MAX_STORY


# -- what is asked -------------------------------------------------------------------------------------------------------


def open_question(form: Form, answers: Answers, facts: Facts) -> Question | None:
    """The one that is to be changed, else the first that is to be asked and has no answer."""
    if answers.get("*") == LEAVING:
        return None
    for question in form.questions:
        if question.name == answers.get("*"):
            return question
    brief = form.brief(answers)
    for question in form.questions:
        if question.name in answers or not question.when(answers, facts):
            continue
        left_out = question.optional and ("!" in answers or (brief and not question.even_brief))
        if not left_out or question.insists(answers, facts):
            return question
    return None


def ask(form: Form, answers: Answers, facts: Facts) -> tuple[Say, ...]:
    """The open question, the review, or nothing when all is said."""
    if answers.get("*") == LEAVING:
        return (Say(f"{form.name}:ask_leave", {}, (GIVE_UP, STAY), "choice"),)
    if answers.get("*") == ADDING:
        return (Say(f"{form.name}:ask_adding", {"words": answers[ADDING + "+"]}, (PUT_IN, LEAVE_OUT), "choice"),)
    question = open_question(form, answers, facts)
    if question is None:
        return (_review(form, answers, facts),) if form.review else ()
    data = {"answers": answers, "facts": dict(facts.get("said", {})), "got": answers.get(question.name + "+", [])}
    choices, start = _choices(form, question, answers, facts), _start(question, answers, facts)
    links = tuple(facts.get("links", ()))
    return (Say(f"{form.name}:ask_{question.name}", data, choices, question.asks, links, start),)


def _start(question: Question, answers: Answers, facts: Facts) -> str:
    """What the answer box may hold already: the old words, when they are to be changed."""
    old = answers.get(question.name)
    written = isinstance(old, str) and question.asks in ("text", "location")
    return str(old) if written else question.prefill(answers, facts)


def _choices(form: Form, question: Question, answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    got, changing = answers.get(question.name + "+", []), question.name == answers.get("*")
    every = question.choices(answers, facts)
    own = tuple(replace(one, style=PICKED) if one.id in got else one for one in every) if got else every
    extra: tuple[Choice, ...] = (DONE,) if question.many and got else ()
    extra += (SKIP,) if question.optional and not got else ()
    extra += (KEEP,) if changing else ()
    may_leave = question.optional and not changing and form.enough(answers)
    if SKIP in extra and _missed(question, answers) >= 2:
        own, extra = (SKIP, *own), tuple(one for one in extra if one is not SKIP)
    return own + extra + ((ENOUGH,) if may_leave and (got or not question.insists(answers, facts)) else ())


def _review(form: Form, answers: Answers, facts: Facts) -> Say:
    whole = sound(form, answers, facts) if form.draft else answers
    data = {"answers": whole, "facts": dict(facts.get("said", {}))}
    if answers.get("*") == "change":
        return Say(f"{form.name}:ask_change", data, tuple(_changeable(form, whole, facts)), "choice")
    return Say(f"{form.name}:review", data, (SUBMIT, CHANGE, DISCARD), "choice")


def _changeable(form: Form, answers: Answers, facts: Facts) -> Iterable[Choice]:
    for question in form.questions:
        if question.when(answers, facts):
            yield Choice(f"change_{question.name}")
    for number, (one, family) in enumerate(uploads(answers).items(), 1):
        yield Choice(f"remove_{one}", of=f"file.{family}.{number}")
    yield KEEP


def sound(form: Form, answers: Answers, facts: Facts) -> Answers:
    """Without what can't be chosen any more: a form lives for days, and the county's lists may change meanwhile. Where
    there is nothing to choose from at all any more, it is for its end to say why."""
    return {name: value for name, value in answers.items() if not _gone(form, name, value, answers, facts)}


def _gone(form: Form, name: str, value: object, answers: Answers, facts: Facts) -> bool:
    question = next((one for one in form.questions if one.name == name), None)
    if question is None or question.asks != "choice" or value is None:
        return False
    known = {one.id for one in question.choices(answers, facts)}
    return bool(known or form.draft) and not known.issuperset(value if isinstance(value, list) else [value])


# -- what is done with an answer -----------------------------------------------------------------------------------------


def advance(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    """`prompt` numbers the question that is open now: a press on an older one is answered, never executed."""
    turn = _counted(form, answers, heard, _advanced(form, answers, heard, shown, prompt, facts), facts)
    return replace(turn, removed_files=gone(answers, turn.answers))


def _missed(question: Question, answers: Answers) -> int:
    name, times = answers.get("_missed", ("", 0))
    return int(times) if name == question.name else 0


def _counted(form: Form, before: Answers, heard: Heard, turn: Turn, facts: Facts) -> Turn:
    """Who twice writes what is no answer to a question that may be skipped is told so, once."""
    rest = {key: value for key, value in turn.answers.items() if key != "_missed"}
    asked, question = open_question(form, before, facts), open_question(form, rest, facts)
    if question is None or asked is not question or rest.get(question.name + "+") != before.get(question.name + "+"):
        return replace(turn, answers=rest)
    explained = any(":explain_" in say.block for say in turn.says) and not question.safer
    if heard.kind != "said" or explained or not (question.safer or question.asks == "choice" and question.optional):
        return turn
    times = _missed(question, before) + 1
    answers = rest | {"_missed": [question.name, times]}
    may_skip = (Say("common:may_skip"),) if question.optional and times == 2 else ()
    return replace(turn, answers=answers, says=(*turn.says[:-1], *may_skip, *ask(form, answers, facts)))


def gone(before: Answers, after: Answers) -> tuple[int, ...]:
    return tuple(sorted(uploads(before).keys() - uploads(after).keys()))


def _advanced(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    question = open_question(form, answers, facts)
    choice = pressed(heard, shown, bool(question and question.of_fact)) or meant(question, answers, heard, facts)
    choice = choice or part(question, answers, heard, shown, facts)
    if heard.kind == "chose" and (heard.prompt != prompt or choice not in {one[0] for one in shown}):
        return _next(form, answers, facts, Say("common:closed"))
    if choice is not None and _outlived(form, answers, choice, facts):
        return _next(form, answers, facts, Say("common:closed"))
    early = _early(form, question, answers, heard)
    if isinstance(early, Refused):
        return _next(form, answers, facts, _refusal(early))
    if early is not None:
        return _next(form, answers | early, facts, Say("common:noted"))
    if choice is None and (turn := _beside(form, question, answers, heard, shown, facts)) is not None:
        return turn
    if question is None:
        return _reviewed(form, answers, choice, facts)
    if choice is not None:
        heard = Heard("chose", heard.text, choice, prompt)
    return _answered(form, question, dict(answers), heard, facts)


# -- what is told besides ------------------------------------------------------------------------------------------------


def _beside(
    form: Form, question: Question | None, answers: Answers, heard: Heard, shown: Shown, facts: Facts
) -> Turn | None:
    """What is more than an answer, or none at all."""
    if heard.kind == "said" and form.story in answers and (turn := _steered(form, question, answers, heard, facts)):
        return turn
    if question is not None and question.safer and heard.kind == "said" and shrug(heard.text):
        return _not_known(form, question, answers, facts)
    if question is not None and (begins := begun(question, heard)) is not None:
        return _answered_in_a_sentence(form, question, answers, heard, begins, facts)
    if form.story and heard.kind == "said" and plain(heard.text) and steers(heard.text):
        return _next(form, answers, facts, _not_told(question, heard))
    if not _tells(form, question, answers, heard, shown):
        return None
    words = plain(heard.text)
    if question is None and len(words) <= SHORT:
        pending = answers | {"*": ADDING, ADDING + "+": [*answers.get(ADDING + "+", []), words]}
        return _next(form, pending, facts)
    return _told_besides(form, answers, words, facts)


def _steered(form: Form, question: Question | None, answers: Answers, heard: Heard, facts: Facts) -> Turn | None:
    """Words about the form itself: explained, put right, opened to be changed."""
    steer = form.steered(plain(heard.text), question.name if question else "", answers)
    if steer is None:
        return None
    if steer.explains:
        return _next(form, answers, facts, Say(f"{form.name}:explain_{steer.explains}"))
    if steer.sets:
        return _next(form, kept(answers) | dict(steer.sets), facts, Say("common:corrected"))
    opened = next((one for one in form.questions if one.name == steer.opens), None)
    if opened is None or not opened.when(answers, facts):
        return None
    changing = kept(answers) | {"*": opened.name}
    if not steer.rest or (opened.asks == "choice"):
        return _next(form, changing, facts)
    turn = _answered(form, opened, changing, Heard("said", steer.rest), facts)
    return replace(turn, says=(Say("common:corrected"), *turn.says)) if "*" not in turn.answers else turn


def _not_known(form: Form, question: Question, answers: Answers, facts: Facts) -> Turn:
    """Explained once, then the safer way is taken, and the review shows it."""
    if _missed(question, answers):
        return _answered(form, question, dict(answers), Heard("chose", choice=question.safer), facts)
    return _next(form, answers, facts, Say(f"{form.name}:explain_{question.name}"))


def _tells(form: Form, question: Question | None, answers: Answers, heard: Heard, shown: Shown) -> bool:
    """Words where none can be the answer: people write in pieces. A number, a shrug, a part of a label and what looks like
    a password tell nothing."""
    if not form.story or form.story not in answers or heard.kind != "said":
        return False
    word = folded(heard.text)
    if len(word) < 2 or _SECRET.fullmatch(plain(heard.text)) or not any(map(str.isalpha, word)):
        return False
    if any(word in folded_label(one[1]) for one in shown):
        return False
    return question is None or (question.asks in ("choice", "file") and isinstance(question.check(heard), Refused))


def _not_told(question: Question | None, heard: Heard) -> Say:
    """A word of ours where it does not fit: what is wanted here instead. It is no part of what somebody tells."""
    refused = question.check(heard) if question is not None else Refused("want_choice")
    return _refusal(refused if isinstance(refused, Refused) else Refused("want_answer"))


def _told_besides(form: Form, answers: Answers, words: str, facts: Facts) -> Turn:
    """Kept in the story, and what is open is asked again."""
    added = _added(form, answers, words, facts)
    if isinstance(added, Refused):
        return _next(form, answers, facts, _refusal(added))
    return _next(form, _asked_again(form, answers, added, facts), facts, Say("common:added_to_story"))


def _added(form: Form, answers: Answers, words: str, facts: Facts) -> Answers | Refused:
    """The story with these words at its end, and what they imply where nothing was answered yet."""
    whole = f"{answers[form.story]}\n{words}"
    if len(whole) > MAX_STORY:
        return Refused("story_full", {"limit": MAX_STORY})
    implied = form.question(form.story).implies(Heard("said", whole), facts)
    grown = {name: whole if name == form.story else value for name, value in answers.items()}
    return grown | {name: value for name, value in implied.items() if answers.get(name) is None}


def _answered_in_a_sentence(
    form: Form, question: Question, answers: Answers, heard: Heard, choice: str, facts: Facts
) -> Turn:
    """没有，是昨天晚上的事: the answer, and the rest of the sentence is not lost."""
    more = _added(form, answers, plain(heard.text), facts) if len(folded(heard.text)) > BARE else answers
    kept = answers if isinstance(more, Refused) else more
    turn = _answered(form, question, dict(kept), Heard("chose", heard.text, choice), facts)
    return replace(turn, says=(Say("common:added_to_story"), *turn.says)) if kept is not answers else turn


def _outlived(form: Form, answers: Answers, choice: str, facts: Facts) -> bool:
    """Whether a choice that was shown is not offered any more. A card's moves say themselves what came between."""
    offered = {choice.id for say in ask(form, answers, facts) for choice in say.choices}
    return (form.draft or (form.review and bool(offered))) and choice not in offered


def _next(form: Form, answers: Answers, facts: Facts, *notes: Say) -> Turn:
    """What is asked next. What was sent early and never asked for is counted in before the whole is shown."""
    if open_question(form, answers, facts) is None and answers.get("*") != LEAVING:
        answers = dict(answers)
        for question in form.questions:
            _settle(question, answers)
    says = ask(form, answers, facts)
    return Turn(answers, (*notes, *says), done=not says)


def _settle(question: Question, answers: Answers) -> None:
    """What a `many` question has collected becomes its answer; more files join those that are there."""
    if (new := answers.pop(question.name + "+", None)) is not None:
        old = answers.pop(question.name, None) if question.asks == "file" else None
        answers[question.name] = [*(old or []), *new]


def _early(form: Form, question: Question | None, answers: Answers, heard: Heard) -> Answers | Refused | None:
    """A picture or a location sent before it was asked for, or after, is kept for the question that wants it."""
    if heard.kind not in ("file", "location") or (question and question.asks == heard.kind):
        return None
    wants = next((one for one in form.questions if one.asks == heard.kind), None)
    value = wants.check(heard) if wants else None
    if wants is None or isinstance(value, Refused):
        return None
    if wants.many:
        got = answers.get(wants.name + "+", [])
        return {wants.name + "+": [*got, value]} if has_room(got, value) else Refused("too_many")
    return Refused("already") if isinstance(answers.get(wants.name), str) else {wants.name: value}


def _answered(form: Form, question: Question, answers: Answers, heard: Heard, facts: Facts) -> Turn:
    name, collecting, before = question.name, question.name + "+", dict(answers)
    control = heard.choice if heard.kind == "chose" else ""
    if control == "keep" and answers.get("*") == name:
        return _next(form, kept(answers), facts)
    if control == "enough" and form.enough(answers):
        _settle(question, answers)
        return _next(form, answers | {"!": True}, facts)
    if control == "done" and question.many and answers.get(collecting):
        _settle(question, answers)
    elif control == "skip" and question.optional:
        answers[name] = answers.pop(collecting, None)
    else:
        value = question.check(heard)
        if isinstance(value, Refused):
            return _next(form, answers, facts, _refusal(value))
        if question.many and not (isinstance(value, str) and value in question.closing):
            got = _collected(answers, collecting, value, chosen=heard.kind == "chose")
            return _next(form, answers, facts, _refusal(got)) if isinstance(got, Refused) else _next(form, got, facts)
        answers.pop(collecting, None)
        answers = _with(form, question, answers, heard, [value] if question.many else value, facts)
    if answers.get("*") == name:
        answers = kept(answers)
    return _next(form, _asked_again(form, before, answers, facts), facts)


def _asked_again(form: Form, before: Answers, after: Answers, facts: Facts) -> Answers:
    """What was left out is asked once more when a later answer gives a reason to insist that was not there before."""
    return {name: value for name, value in after.items() if not _insists_anew(form, name, value, before, after, facts)}


def _insists_anew(form: Form, name: str, value: object, before: Answers, after: Answers, facts: Facts) -> bool:
    question = next((one for one in form.questions if one.name == name), None)
    if question is None or name not in before or not (value is None or value == list(question.closing)):
        return False
    return not set(question.insists(after, facts)) <= set(question.insists(before, facts))


def _collected(answers: Answers, collecting: str, value: object, *, chosen: bool) -> Answers | Refused:
    """One more; a choice that was made already is taken back, words that were said already are said twice."""
    got = answers.get(collecting, [])
    again = chosen and value in got
    if not again and not has_room(got, value):
        return Refused("too_many")
    rest = [one for one in got if one != value] if again else [*got, value]
    return {name: kept for name, kept in answers.items() if name != collecting} | ({collecting: rest} if rest else {})


def _with(form: Form, question: Question, answers: Answers, heard: Heard, value: object, facts: Facts) -> Answers:
    """The answer in its place, and what the same words say besides. One that is given anew on the way back takes with it
    what its old words said."""
    if going_back(form, answers, facts):
        answers = unsaid(question, answers, facts)
    implied = {key: one for key, one in question.implies(heard, facts).items() if answers.get(key) is None}
    return answers | implied | {question.name: value}


def unsaid(question: Question, answers: Answers, facts: Facts) -> Answers:
    """Without what the words of this answer had said besides."""
    words = answers.get(question.name)
    implied = question.implies(Heard("said", words), facts) if isinstance(words, str) else {}
    return {key: one for key, one in answers.items() if key not in implied or implied[key] != one}


def kept(answers: Answers) -> Answers:
    """Nothing is changed after all."""
    name = answers.get("*")
    return {key: value for key, value in answers.items() if key not in ("*", "_walking", f"{name}+")}


def _refusal(refused: Refused) -> Say:
    return Say(f"common:why_{refused.why}", refused.data)


def _reviewed(form: Form, answers: Answers, choice: str | None, facts: Facts) -> Turn:
    rest = kept(answers)
    match (choice or "").partition("_"):
        case ("submit", *_):
            return _submitted(form, rest, facts)
        case ("discard", *_) | ("give", "_", "up"):
            return Turn(rest, (), dropped=True)
        case ("put", "_", "in"):
            return _told_besides(form, rest, "\n".join(answers[ADDING + "+"]), facts)
        case ("keep" | "stay" | "leave", *_):
            return _next(form, rest, facts)
        case ("change", "", _):
            return _next(form, rest | {"*": "change"}, facts)
        case ("change", _, name):
            return _next(form, rest | {"*": name}, facts)
        case ("remove", _, number):
            return _next(form, _removed(rest, number), facts, Say("common:file_removed"))
    return _next(form, answers, facts, Say("common:why_want_choice"))


def _submitted(form: Form, answers: Answers, facts: Facts) -> Turn:
    whole = sound(form, answers, facts)
    again = Say("common:outdated" if form.draft else "common:choose_again")
    return Turn(whole, (), done=True) if whole == answers else _next(form, whole, facts, again)


def _removed(answers: Answers, number: str) -> Answers:
    return {name: _without(value, number) for name, value in answers.items()}


def _without(value: object, number: str) -> object:
    if not isinstance(value, list):
        return value
    return [one for one in value if not (isinstance(one, dict) and str(one.get("id")) == number)] or None


def given(answers: Answers) -> list[str]:
    """Names of what has been answered, the latest last."""
    return [name for name in answers if name != "*" and not name.startswith("_")]


def going_back(form: Form, answers: Answers, facts: Facts) -> bool:
    """An answer stands open again although others are still to come: no change at the review."""
    at = answers.get("*")
    if at in (None, LEAVING, ADDING, "change"):
        return False
    return bool(answers.get("_walking")) or open_question(form, kept(answers), facts) is not None
