"""How far a form has come: the answers so far, and what is asked next. Pure.

Bookkeeping among the answers: `name+` holds what a `many` question has collected, `*` what a review wants changed (its old
answer stays until the new one is there) or that giving all up was asked for, `!` that the rest is left out, `_name` what the
conversation itself needs (the tip it is about), `_missed` how often the open question was not answered, `_walking` that 返回
led here from the review.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.forms import Answers, Choice, Facts, Form, Question, Say

SKIP, DONE, ENOUGH = Choice("skip", style="quiet"), Choice("done", style="primary"), Choice("enough", style="quiet")
SUBMIT, CHANGE, DISCARD = Choice("submit", style="primary"), Choice("change"), Choice("discard", style="danger")
KEEP = Choice("keep", style="quiet")
PICKED = "picked"  # the style of a choice made already, shown with ✓: pressed again it is taken back
GIVE_UP, STAY, LEAVING = Choice("give_up", style="danger"), Choice("stay", style="primary"), "leaving"
PUT_IN, LEAVE_OUT, ADDING = Choice("put_in", style="primary"), Choice("leave_out"), "adding"
MAX_STORY = 20_000  # characters of a story that was told in pieces
MAX_PIECES = 50


# -- the answers so far --------------------------------------------------------------------------------------------------


def given(answers: Answers) -> list[str]:
    """Names of what has been answered, the latest last."""
    return [name for name in answers if name != "*" and not name.startswith("_")]


def uploads(answers: Answers) -> dict[int, str]:
    """What was uploaded in this conversation: id and kind."""
    many = (one for value in answers.values() if isinstance(value, list) for one in value)
    return {one["id"]: one.get("family", "document") for one in many if isinstance(one, dict) and "id" in one}


def gone(before: Answers, after: Answers) -> tuple[int, ...]:
    return tuple(sorted(uploads(before).keys() - uploads(after).keys()))


def has_room(got: Sequence[object], *more: object) -> bool:
    """Whether what is told piece by piece takes in more: there is an end to what waits for somebody to go on."""
    pieces = (*got, *more)
    return len(pieces) <= MAX_PIECES and sum(len(one) for one in pieces if isinstance(one, str)) <= MAX_STORY


def kept(answers: Answers) -> Answers:
    """Nothing is changed after all."""
    name = answers.get("*")
    return {key: value for key, value in answers.items() if key not in ("*", "_walking", f"{name}+")}


def missed(question: Question, answers: Answers) -> int:
    name, times = answers.get("_missed", ("", 0))
    return int(times) if name == question.name else 0


# -- what is asked -------------------------------------------------------------------------------------------------------


def open_question(form: Form, answers: Answers, facts: Facts) -> Question | None:
    """The one that is to be changed, else the first that is to be asked and has no answer."""
    changing = answers.get("*")
    if changing == LEAVING:
        return None
    if changing in form.by_name:
        return form.by_name[changing]
    brief = form.brief(answers)
    for question in form.questions:
        if question.name in answers or not question.when(answers, facts):
            continue
        left_out = question.optional and ("!" in answers or (brief and not question.even_brief))
        if not left_out or question.insists(answers, facts):
            return question
    return None


def going_back(form: Form, answers: Answers, facts: Facts) -> bool:
    """An answer stands open again although others are still to come: no change at the review."""
    at = answers.get("*")
    if at in (None, LEAVING, ADDING, "change"):
        return False
    return bool(answers.get("_walking")) or open_question(form, kept(answers), facts) is not None


def ask(form: Form, answers: Answers, facts: Facts) -> tuple[Say, ...]:
    """The open question, the review, or nothing when all is said."""
    return put(form, open_question(form, answers, facts), answers, facts)


def put(form: Form, question: Question | None, answers: Answers, facts: Facts) -> tuple[Say, ...]:
    """`ask`, for whoever knows which question is open."""
    if answers.get("*") == LEAVING:
        return (Say(f"{form.name}:ask_leave", {}, (GIVE_UP, STAY), "choice"),)
    if answers.get("*") == ADDING:
        return (Say(f"{form.name}:ask_adding", {"words": answers[ADDING + "+"]}, (PUT_IN, LEAVE_OUT), "choice"),)
    if question is None:
        return (_review(form, answers, facts),) if form.review and form.looked_at(answers, facts) else ()
    told = {**facts.get("said", {}), **question.shows(answers, facts)}
    data = {"answers": answers, "facts": told, "got": answers.get(question.name + "+", [])}
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
    extra: tuple[Choice, ...] = (DONE,) if question.many and got and question.ready(answers, facts) else ()
    extra += (SKIP,) if question.optional and not got else ()
    extra += (KEEP,) if changing else ()
    may_leave = question.optional and not changing and form.enough(answers)
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
    question = form.by_name.get(name)
    if question is None or question.asks != "choice" or value is None:
        return False
    known = {one.id for one in question.choices(answers, facts)}
    return bool(known or form.draft) and not known.issuperset(value if isinstance(value, list) else [value])
