"""advance: what a person did + answers so far -> answers, what to say, done or not. Pure; every conversation goes here.

    heard -> (a choice, by button, number or label) -> review | control | the open question's check
          -> answers -> the next open question, the review, or done

Bookkeeping among the answers: `name+` holds what a `many` question has collected, `*` what a review wants changed, `!` that the
rest is left out, `_name` what the conversation itself needs (the tip it is about).
"""

import unicodedata
from collections.abc import Iterable, Sequence

from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, Turn

Shown = Sequence[Sequence[str]]
SKIP, DONE, ENOUGH = Choice("skip", style="quiet"), Choice("done", style="primary"), Choice("enough", style="quiet")
SUBMIT, CHANGE, DISCARD = Choice("submit", style="primary"), Choice("change"), Choice("discard", style="danger")


def folded(text: str) -> str:
    """For comparing what people type with labels: width, case, blanks and closing marks do not matter."""
    return unicodedata.normalize("NFKC", text).strip(" \t\n。.!！?？、,，").casefold().replace(" ", "")


# What people write instead of the label; counts only where that choice is shown. Folded already.
_SPOKEN = {
    "yes": ("是的", "对", "对的", "要", "好", "好的", "嗯", "可以", "y", "yes", "ok"),
    "no": ("不是", "不", "没", "没有", "不要", "不用", "n", "no"),
    "unsure": ("不知道", "不清楚", "说不清"),
    "skip": ("没有", "无", "不知道", "不清楚", "略", "下一个", "skip", "none"),
    "done": ("好了", "没有了", "完了", "发完了", "就这些", "done"),
    "enough": ("直接提交", "不填了提交", "就这些", "够了"),
    "submit": ("提交", "确认", "确认提交", "确定", "submit", "confirm"),
    "change": ("改", "修改", "change"),
}


def pressed(heard: Heard, shown: Shown) -> str | None:
    """The choice meant: pressed, or typed as its number or label."""
    if heard.kind == "chose":
        return heard.choice
    if heard.kind != "said" or not heard.text or len(heard.text) > 80:
        return None
    word = folded(heard.text)
    if word.isascii() and word.isdigit() and 0 < int(word) <= len(shown):
        return shown[int(word) - 1][0]
    labelled = (one[0] for one in shown if word and word in (folded(one[1]), folded(one[0])))
    spoken = (one[0] for one in shown if word in _SPOKEN.get(one[0], ()))
    return next(labelled, None) or next(spoken, None)


def open_question(form: Form, answers: Answers, facts: Facts) -> Question | None:
    """The one that is to be changed, else the first that is to be asked and has no answer."""
    for question in form.questions:
        if question.name == answers.get("*") and question.name not in answers:
            return question
    for question in form.questions:
        if question.name in answers or not question.when(answers, facts):
            continue
        if not (question.optional and "!" in answers):
            return question
    return None


def ask(form: Form, answers: Answers, facts: Facts) -> tuple[Say, ...]:
    """The open question, the review, or nothing when all is said."""
    question = open_question(form, answers, facts)
    if question is None:
        return (_review(form, answers, facts),) if form.review else ()
    data = {"answers": answers, "facts": dict(facts.get("said", {})), "got": answers.get(question.name + "+", [])}
    choices, start = _choices(form, question, answers, facts), question.prefill(answers, facts)
    return (Say(f"{form.name}:ask_{question.name}", data, choices, question.asks, prefill=start),)


def _choices(form: Form, question: Question, answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    got = answers.get(question.name + "+", [])
    own = tuple(choice for choice in question.choices(answers, facts) if choice.id not in got)
    extra: tuple[Choice, ...] = (DONE,) if question.many and got else ()
    extra += (SKIP,) if question.optional and not got else ()
    return own + extra + ((ENOUGH,) if question.optional and form.enough(answers) else ())


def _review(form: Form, answers: Answers, facts: Facts) -> Say:
    data = {"answers": answers, "facts": dict(facts.get("said", {}))}
    if answers.get("*") == "change":
        return Say(f"{form.name}:ask_change", data, tuple(_changeable(form, answers, facts)), "choice")
    return Say(f"{form.name}:review", data, (SUBMIT, CHANGE, DISCARD), "choice")


def _changeable(form: Form, answers: Answers, facts: Facts) -> Iterable[Choice]:
    for question in form.questions:
        if question.when(answers, facts) and not question.name.startswith("_"):
            yield Choice(f"change_{question.name}")
    for number, one in enumerate(answers.get("files") or []):
        yield Choice(f"remove_{one['id']}", f"✕ {number + 1}. {one.get('name', '')}")
    yield Choice("keep", style="quiet")


def advance(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    """`prompt` numbers the question that is open now: a press on an older one is answered, never executed."""
    if heard.kind == "chose" and (heard.prompt != prompt or heard.choice not in {one[0] for one in shown}):
        return Turn(answers, (Say("common:closed"), *ask(form, answers, facts)))
    choice = pressed(heard, shown)
    question = open_question(form, answers, facts)
    if question is None:
        return _reviewed(form, answers, choice, facts)
    if choice is not None:
        heard = Heard("chose", heard.text, choice, prompt)
    return _answered(form, question, dict(answers), heard, facts)


def _answered(form: Form, question: Question, answers: Answers, heard: Heard, facts: Facts) -> Turn:
    if (stash := _early(form, question, answers, heard)) is not None:
        return Turn(answers | stash, (Say("common:noted"), *ask(form, answers | stash, facts)))
    collecting, control = question.name + "+", heard.choice if heard.kind == "chose" else ""
    if control == "skip" and question.optional:
        answers[question.name] = answers.pop(collecting, None)
    elif control == "enough" and form.enough(answers):
        if answers.get(collecting):
            answers[question.name] = answers.pop(collecting)
        answers["!"] = True
    elif control == "done" and question.many and answers.get(collecting):
        answers[question.name] = answers.pop(collecting)
    else:
        value = question.check(heard)
        if isinstance(value, Refused):
            return Turn(answers, (_refusal(form, value), *ask(form, answers, facts)))
        if question.many and not (isinstance(value, str) and value in question.closing):
            answers[collecting] = [*answers.get(collecting, []), value]
        else:
            answers.pop(collecting, None)
            answers[question.name] = [value] if question.many else value
    if question.name in answers or "!" in answers:
        answers.pop("*", None)
    return _next(form, answers, facts)


def _early(form: Form, question: Question, answers: Answers, heard: Heard) -> Answers | None:
    """A picture or a location sent before it was asked for is kept for the question that wants it."""
    if heard.kind not in ("file", "location") or question.asks == heard.kind:
        return None
    later = next((one for one in form.questions if one.asks == heard.kind), None)
    value = later.check(heard) if later else None
    if later is None or value is None or isinstance(value, Refused):
        return None
    if not later.many:
        return {later.name: value}
    if answers.get(later.name):
        return {later.name: [*answers[later.name], value]}
    return {later.name + "+": [*answers.get(later.name + "+", []), value]}


def _refusal(form: Form, refused: Refused) -> Say:
    return Say(f"common:why_{refused.why}", refused.data)


def _next(form: Form, answers: Answers, facts: Facts) -> Turn:
    says = ask(form, answers, facts)
    return Turn(answers, says, done=not says)


def _reviewed(form: Form, answers: Answers, choice: str | None, facts: Facts) -> Turn:
    rest = {name: value for name, value in answers.items() if name != "*"}
    if choice == "submit":
        return Turn(rest, (), done=True)
    if choice == "discard":
        return Turn(rest, (), dropped=True)
    if choice == "change":
        return _next(form, rest | {"*": "change"}, facts)
    if choice == "keep":
        return _next(form, rest, facts)
    if choice and choice.startswith("change_"):
        return _next(form, _again(rest, choice.removeprefix("change_")), facts)
    if choice and choice.startswith("remove_"):
        return _removed(form, rest, int(choice.removeprefix("remove_")), facts)
    return Turn(answers, (Say("common:why_want_choice"), *ask(form, answers, facts)))


def _again(answers: Answers, name: str) -> Answers:
    """Ask `name` again, and only it."""
    return {key: value for key, value in answers.items() if key != name} | {"*": name}


def _removed(form: Form, answers: Answers, number: int, facts: Facts) -> Turn:
    files = [one for one in answers.get("files") or [] if one["id"] != number]
    says = ask(form, answers | {"files": files or None}, facts)
    return Turn(answers | {"files": files or None}, (Say("common:file_removed"), *says), removed_files=(number,))


def back(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """Forget the latest answer. None when there is none to forget."""
    given = [name for name in answers if name not in ("*", "!") and not name.startswith("_")]
    if not given:
        return None
    name = given[-1].removesuffix("+")
    rest = {key: value for key, value in answers.items() if key not in (name, name + "+", "*", "!")}
    return Turn(rest, ask(form, rest, facts))
