"""What is done with an answer: it is kept in its place, and what it says besides; then the next question is put. Pure."""

from collections.abc import Sequence

from handlers.forms import Answers, Facts, Form, Heard, Question, Refused, Say, Turn
from handlers.progress import LEAVING, going_back, has_room, kept, open_question, put


def following(form: Form, answers: Answers, facts: Facts, *notes: Say) -> Turn:
    """What is asked next. What was sent early and never asked for is counted in before the whole is shown."""
    question = open_question(form, answers, facts)
    if question is None and answers.get("*") != LEAVING:
        answers = dict(answers)
        for one in form.questions:
            settle(one, answers)
    says = put(form, question, answers, facts)
    return Turn(answers, (*notes, *says), done=not says)


def answered(form: Form, question: Question, answers: Answers, heard: Heard, facts: Facts) -> Turn:
    name, collecting, before = question.name, question.name + "+", dict(answers)
    control = heard.choice if heard.kind == "chose" else ""
    if control == "keep" and answers.get("*") == name:
        return following(form, kept(answers), facts)
    if control == "enough" and form.enough(answers):
        settle(question, answers)
        return following(form, answers | {"!": True}, facts)
    if control == "done" and question.many and answers.get(collecting):
        settle(question, answers)
    elif control == "skip" and question.optional:
        answers[name] = answers.pop(collecting, None)
    else:
        value = question.read(heard, facts) if question.read else question.check(heard)
        if isinstance(value, Refused):
            return following(form, answers, facts, refusal(value))
        if question.many and not (isinstance(value, str) and value in question.closing):
            got, refused = _collected(answers, question, value, facts, chosen=heard.kind == "chose")
            return following(form, got, facts, *map(refusal, refused))
        answers.pop(collecting, None)
        answers = _with(form, question, answers, heard, [value] if question.many else value, facts)
    if answers.get("*") == name:
        answers = kept(answers)
    return following(form, asked_again(form, before, answers, facts), facts)


def settle(question: Question, answers: Answers) -> None:
    """What a `many` question has collected becomes its answer; more files join those that are there, and so does what is made to."""
    if (new := answers.pop(question.name + "+", None)) is not None:
        old = answers.pop(question.name, None) if question.asks == "file" or question.joins else None
        answers[question.name] = [*(old or []), *new]


def _collected(
    answers: Answers, question: Question, value: object, facts: Facts, *, chosen: bool
) -> tuple[Answers, tuple[Refused, ...]]:
    """One more, and what of it could not be taken."""
    collecting = question.name + "+"
    rest, refused = (question.takes or _added)(answers.get(collecting, []), value, chosen, facts)
    if not question.bounded and not has_room(rest) and len(rest) > len(answers.get(collecting, [])):
        return answers, (Refused("too_many"),)
    without = {name: kept for name, kept in answers.items() if name != collecting}
    return without | ({collecting: rest} if rest else {}), refused


def _added(
    got: Sequence[object], value: object, chosen: bool, facts: Facts
) -> tuple[list[object], tuple[Refused, ...]]:
    """A choice that was made already is taken back, words that were said already are said twice."""
    again = chosen and value in got
    return ([one for one in got if one != value] if again else [*got, value]), ()


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


def asked_again(form: Form, before: Answers, after: Answers, facts: Facts) -> Answers:
    """What was left out is asked once more when a later answer gives a reason to insist that was not there before."""
    return {name: value for name, value in after.items() if not _insists_anew(form, name, value, before, after, facts)}


def _insists_anew(form: Form, name: str, value: object, before: Answers, after: Answers, facts: Facts) -> bool:
    question = form.by_name.get(name)
    if question is None or name not in before or not (value is None or value == list(question.closing)):
        return False
    return not set(question.insists(after, facts)) <= set(question.insists(before, facts))


def refusal(refused: Refused) -> Say:
    return Say(f"common:why_{refused.why}", refused.data)
