"""The way back through a conversation, and out of it: 返回 and 取消. Pure, as `dialog` is; nothing that was told is lost by
the way."""

from handlers.answering import unsaid
from handlers.forms import Answers, Facts, Form, Turn
from handlers.progress import LEAVING, ask, given, going_back, gone, kept, open_question


def leave(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """取消: a change is left undone; what a draft holds is given up only when that is confirmed. None: all is given up."""
    changing = answers.get("*")
    if changing == LEAVING:
        return None
    if changing and not going_back(form, answers, facts):
        return back(form, answers, facts)
    if not form.draft or not given(answers):
        return None
    asked = answers | {"*": LEAVING}
    return Turn(asked, ask(form, asked, facts))


def back(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """The answer before, asked again with its old words at hand: nothing that was told is lost. From a change it leads back
    to what was open. None when nothing was answered yet."""
    at, rest = answers.get("*"), kept(answers)
    if at is None or going_back(form, answers, facts):
        names = _before(form, answers, at, facts)
        if not names and at is None:
            return forgotten(form, answers, facts)
        rest = _reopened(form, answers, names[-1]) if names else answers
        if rest.get("*") and (at is None or "_walking" in answers) and open_question(form, kept(rest), facts) is None:
            rest = rest | {"_walking": True}
    return Turn(rest, ask(form, rest, facts), removed_files=gone(answers, rest))


def _before(form: Form, answers: Answers, at: str | None, facts: Facts) -> list[str]:
    """What was answered before this one, the latest last; of what only the words of another answer say, the facts."""
    read = {one.name: answers.keys() - unsaid(one, answers, facts).keys() for one in form.questions}
    implied = {name for names in read.values() for name in names}
    known = {question.name for question in form.questions} - implied
    weighty = {one.name for one in form.questions if one.of_fact}
    names = [
        one
        for name in given(answers)
        if name in known or name == "!"
        for one in (name, *(read.get(name, set()) & weighty))
    ]
    return names[: names.index(at)] if at in names else names


def _reopened(form: Form, answers: Answers, name: str) -> Answers:
    """It stays until it is given anew; what was collected is collected again, what was left out is simply asked."""
    rest = {key: value for key, value in answers.items() if key not in (name, "*")}
    old, question = answers[name], form.by_name.get(name)
    if question is None or old is None:
        return rest
    if question.many and not set(map(str, old)) & set(question.closing):
        return rest | {name + "+": [*old, *answers.get(name + "+", [])]}
    return {key: value for key, value in answers.items() if key != "*"} | {"*": name}


def forgotten(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """The latest answer taken back, with what its words said besides: it is given anew where it was typed, or was the only
    one. Of what is still being collected the latest piece is. None when there is none."""
    names = given(answers)
    if not names:
        return None
    name = names[-1].removesuffix("+")
    if names[-1] != name and len(answers[names[-1]]) > 1:
        rest = {key: value for key, value in answers.items() if key != "*"} | {names[-1]: answers[names[-1]][:-1]}
        return Turn(rest, ask(form, rest, facts), removed_files=gone(answers, rest))
    question = form.by_name.get(name)
    rest = unsaid(question, answers, facts) if question else answers
    rest = {key: value for key, value in rest.items() if key not in ("*", name, name + "+")}
    return Turn(rest, ask(form, rest, facts), removed_files=gone(answers, rest))
