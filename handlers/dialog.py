"""advance: what a person did + answers so far -> answers, what to say, done or not. Pure; every conversation goes here.

heard -> (a choice, by button, number or label) -> review | control | the open question's check
      -> answers -> the next open question, the review, or done
"""

from dataclasses import replace

from handlers.answering import answered, following, refusal
from handlers.besides import taken_in, told_besides
from handlers.forms import Answers, Facts, Form, Heard, Question, Refused, Say, Turn, plain
from handlers.progress import ADDING, LEAVING, ask, gone, has_room, kept, missed, open_question, put, sound, uploads
from handlers.spoken import Shown, meant, part, pressed, submits


def advance(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    """`prompt` numbers the question that is open now: a press on an older one is answered, never executed."""
    question = open_question(form, answers, facts)
    turn = _advanced(form, question, answers, heard, shown, prompt, facts)
    turn = _counted(form, question, answers, heard, turn, facts)
    removed = gone(answers, turn.answers)
    return replace(turn, removed_files=removed) if removed else turn


def _counted(form: Form, asked: Question | None, before: Answers, heard: Heard, turn: Turn, facts: Facts) -> Turn:
    """Who twice writes what is no answer to a question that may be skipped is told so, once."""
    counts = asked is not None and bool(asked.safer or (asked.asks == "choice" and asked.optional))
    if not counts and "_missed" not in turn.answers:
        return turn
    rest = {key: value for key, value in turn.answers.items() if key != "_missed"}
    question = open_question(form, rest, facts)
    if question is None or asked is not question or rest.get(question.name + "+") != before.get(question.name + "+"):
        return replace(turn, answers=rest) if "_missed" in turn.answers else turn
    explained = any(":explain_" in say.block for say in turn.says) and not question.safer
    if heard.kind != "said" or explained or not counts:
        return turn
    times = missed(question, before) + 1
    answers = rest | {"_missed": [question.name, times]}
    may_skip = (Say("common:may_skip"),) if question.optional and times == 2 else ()
    return replace(turn, answers=answers, says=(*turn.says[:-1], *may_skip, *ask(form, answers, facts)))


def _advanced(
    form: Form, question: Question | None, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts
) -> Turn:
    choice = pressed(heard, shown, bool(question and question.of_fact)) or meant(question, answers, heard, facts)
    choice = choice or part(question, answers, heard, shown, facts)
    choice = None if choice == "skip" and _of_another(form, question, answers, heard) else choice
    if heard.kind == "chose" and (heard.prompt != prompt or choice not in {one[0] for one in shown}):
        return following(form, answers, facts, Say("common:closed"))
    if choice is not None and _outlived(form, question, answers, choice, facts):
        return following(form, answers, facts, Say("common:closed"))
    early = _early(form, question, answers, heard, facts)
    if isinstance(early, Refused):
        told = following(form, answers, facts, refusal(early))
        return replace(told, removed_files=tuple(uploads({"": [heard.file]}))) if early.why == NO_FILES else told
    if early is not None:
        return following(form, answers | early, facts, Say("common:noted"))
    if choice is None and (turn := told_besides(form, question, answers, heard, shown, facts)) is not None:
        return turn
    if question is None and choice is None:
        return _at_the_review(form, answers, heard, facts)
    if question is None:
        return _reviewed(form, answers, _asked_first(form, choice), facts)
    if choice is not None:
        heard = Heard("chose", heard.text, choice, prompt)
    return answered(form, question, dict(answers), heard, facts)


def _of_another(form: Form, question: Question | None, answers: Answers, heard: Heard) -> bool:
    """没有照片, typed where something else is asked: the answer to another question, and no reason to pass this one over."""
    if question is None or heard.kind != "said" or question.asks == "file":
        return False
    steer = form.steered(plain(heard.text), question.name, answers)
    return steer is not None and bool(steer.sets)


NO_FILES = "no_files"


def _early(
    form: Form, question: Question | None, answers: Answers, heard: Heard, facts: Facts
) -> Answers | Refused | None:
    """A picture or a location sent before it was asked for, or after, is kept for the question that wants it; where that is not
    asked this time nothing is kept."""
    if heard.kind not in ("file", "location") or (question and question.asks == heard.kind):
        return None
    wants = next((one for one in form.questions if one.asks == heard.kind), None)
    value = wants.check(heard) if wants else None
    if wants is None or isinstance(value, Refused):
        return None
    if not wants.when(answers, facts):
        return Refused(NO_FILES)
    if wants.many:
        got = answers.get(wants.name + "+", [])
        return {wants.name + "+": [*got, value]} if has_room(got, value) else Refused("too_many")
    return Refused("already") if isinstance(answers.get(wants.name), str) else {wants.name: value}


def _outlived(form: Form, question: Question | None, answers: Answers, choice: str, facts: Facts) -> bool:
    """Whether a choice that was shown is not offered any more. A card's moves say themselves what came between."""
    offered = {choice.id for say in put(form, question, answers, facts) for choice in say.choices}
    return (form.draft or (form.review and bool(offered))) and choice not in offered


def _at_the_review(form: Form, answers: Answers, heard: Heard, facts: Facts) -> Turn:
    """Words there: 提交, when it is asked what is to be changed, leads back to the review; `名称：值` changes what it names."""
    if answers.get("*") == "change" and heard.kind == "said" and submits(heard.text):
        return following(form, kept(answers), facts)
    joins = next(
        (one for one in form.questions if one.joins and one.read and isinstance(answers.get(one.name), list)), None
    )
    free = answers.get("*") in (None, "change") and heard.kind == "said" and not submits(heard.text)
    if joins is None or joins.read is None or not free:
        return _reviewed(form, answers, None, facts)
    value = joins.read(heard, facts)
    if isinstance(value, Refused):
        return following(form, answers, facts, refusal(value))
    rest, pieces = kept(answers), [*answers[joins.name], value]
    if not has_room(answers[joins.name], value):
        return following(form, answers, facts, refusal(Refused("too_many")))
    whole = rest | {joins.name: pieces}
    if not joins.ready(whole, facts):
        whole = {key: one for key, one in rest.items() if key != joins.name} | {joins.name + "+": pieces}
    return following(form, whole, facts)


def _reviewed(form: Form, answers: Answers, choice: str | None, facts: Facts) -> Turn:
    rest = kept(answers)
    match (choice or "").partition("_"):
        case ("submit", *_):
            return _submitted(form, rest, facts)
        case ("discard", *_) | ("give", "_", "up"):
            return Turn(rest, (), dropped=True)
        case ("put", "_", "in"):
            return taken_in(form, rest, "\n".join(answers[ADDING + "+"]), facts)
        case ("keep" | "stay" | "leave", *_):
            return following(form, rest, facts)
        case ("change" | "leaving" as asked, "", _):
            return following(form, rest | {"*": asked}, facts)
        case ("change", _, name):
            return following(form, rest | {"*": name} | _ticked(form, name, rest), facts)
        case ("remove", _, number):
            return following(form, _removed(rest, number), facts, Say("common:file_removed"))
    return following(form, answers, facts, Say("common:why_want_choice"))


def _ticked(form: Form, name: str, answers: Answers) -> Answers:
    """What was picked, each to be taken back."""
    question = form.by_name.get(name)
    old = answers.get(name) if question is not None and question.takes else None
    return {f"{name}+": [*old]} if old else {}


def _asked_first(form: Form, choice: str | None) -> str | None:
    """放弃 at the review of a draft: asked once more, as 取消 is."""
    return LEAVING if choice == "discard" and form.draft else choice


def _submitted(form: Form, answers: Answers, facts: Facts) -> Turn:
    whole = sound(form, answers, facts)
    again = Say("common:outdated" if form.draft else "common:choose_again")
    return Turn(whole, (), done=True) if whole == answers else following(form, whole, facts, again)


def _removed(answers: Answers, number: str) -> Answers:
    return {name: _without(value, number) for name, value in answers.items()}


def _without(value: object, number: str) -> object:
    if not isinstance(value, list):
        return value
    return [one for one in value if not (isinstance(one, dict) and str(one.get("id")) == number)] or None
