"""advance: what a person did + answers so far -> answers, what to say, done or not. Pure; every conversation goes here.

    heard -> (a choice, by button, number or label) -> review | control | the open question's check
          -> answers -> the next open question, the review, or done

Bookkeeping among the answers: `name+` holds what a `many` question has collected, `*` what a review wants changed (its old
answer stays until the new one is there) or that giving all up was asked for, `!` that the rest is left out, `_name` what the conversation itself needs (the
tip it is about).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, Turn, chosen, plain

Shown = Sequence[Sequence[str]]
SKIP, DONE, ENOUGH = Choice("skip", style="quiet"), Choice("done", style="primary"), Choice("enough", style="quiet")
SUBMIT, CHANGE, DISCARD = Choice("submit", style="primary"), Choice("change"), Choice("discard", style="danger")
KEEP = Choice("keep", style="quiet")
GIVE_UP, STAY, LEAVING = Choice("give_up", style="danger"), Choice("stay", style="primary"), "leaving"


def folded(text: str) -> str:
    """For comparing what people type with labels: width, case, blanks, closing and invisible marks do not matter."""
    return unicodedata.normalize("NFKC", plain(text)).strip(" \t\n。.!！?？、,，").casefold().replace(" ", "")


# Labels come back with every message; what people type is never remembered here.
folded_label = lru_cache(4096)(folded)


# What people write instead of the label; counts only where that choice is shown. Folded already.
_SPOKEN = {
    "yes": ("是的", "对", "对的", "要", "好", "好的", "嗯", "可以", "y", "yes", "ok"),
    "no": ("不是", "不", "没", "没有", "不要", "不用", "n", "no"),
    "unsure": ("不知道", "不清楚", "说不清"),
    "skip": (
        "没有",
        "没有了",
        "没了",
        "好了",
        "不晓得",
        "不记得",
        "记不清",
        "无",
        "不知道",
        "不清楚",
        "略",
        "下一个",
        "skip",
        "none",
    ),
    "done": ("好了", "没有了", "完了", "发完了", "就这些", "done"),
    "enough": ("直接提交", "提交", "不填了提交", "就这些", "够了"),
    "submit": ("提交", "确认", "确认提交", "确定", "submit", "confirm"),
    "change": ("改", "修改", "change"),
    "keep": ("不改了", "不改", "算了"),
    "give_up": ("取消", "是", "是的", "确定", "cancel", "yes"),
    "stay": ("继续", "不", "不放弃", "不取消", "no", "continue"),
    "later": ("以后", "以后再说", "later"),
}


def pressed(heard: Heard, shown: Shown) -> str | None:
    """The choice meant: pressed, or typed as its number or label."""
    if heard.kind == "chose":
        return heard.choice
    if heard.kind != "said" or not heard.text or len(heard.text) > 80:
        return None
    word = folded(heard.text)
    numbered = (one[0] for number, one in enumerate(shown, 1) if word == str(number))
    labelled = (one[0] for one in shown if word and word in (folded_label(one[1]), folded_label(one[0])))
    spoken = (one[0] for one in shown if word in _SPOKEN.get(one[0], ()))
    return next(numbered, None) or next(labelled, None) or next(spoken, None)


def _part(question: Question | None, answers: Answers, heard: Heard, shown: Shown, facts: Facts) -> str | None:
    """囤货 for 囤货窝点、集散地: a part that fits one label alone, where nothing but a choice can be meant."""
    word = folded(heard.text)
    if question is None or question.check is not chosen or heard.kind != "said" or len(word) < 2:
        return None
    own = {choice.id for choice in question.choices(answers, facts)}
    fitting = [one[0] for one in shown if one[0] in own and word in folded_label(one[1])]
    return fitting[0] if len(fitting) == 1 else None


def uploads(answers: Answers) -> dict[int, str]:
    """What was uploaded in this conversation: id and the person's name for it."""
    many = (one for value in answers.values() if isinstance(value, list) for one in value)
    return {one["id"]: one.get("name", "") for one in many if isinstance(one, dict) and "id" in one}


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
    return old if isinstance(old, str) and question.asks == "text" else question.prefill(answers, facts)


def _choices(form: Form, question: Question, answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    got, changing = answers.get(question.name + "+", []), question.name == answers.get("*")
    own = tuple(choice for choice in question.choices(answers, facts) if choice.id not in got)
    extra: tuple[Choice, ...] = (DONE,) if question.many and got else ()
    extra += (SKIP,) if question.optional and not got else ()
    extra += (KEEP,) if changing else ()
    may_leave = question.optional and not changing and form.enough(answers)
    return own + extra + ((ENOUGH,) if may_leave and (got or not question.insists(answers, facts)) else ())


def _review(form: Form, answers: Answers, facts: Facts) -> Say:
    whole = sound(form, answers, facts)
    data = {"answers": whole, "facts": dict(facts.get("said", {}))}
    if answers.get("*") == "change":
        return Say(f"{form.name}:ask_change", data, tuple(_changeable(form, whole, facts)), "choice")
    return Say(f"{form.name}:review", data, (SUBMIT, CHANGE, DISCARD), "choice")


def _changeable(form: Form, answers: Answers, facts: Facts) -> Iterable[Choice]:
    for question in form.questions:
        if question.when(answers, facts):
            yield Choice(f"change_{question.name}")
    for number, (one, name) in enumerate(uploads(answers).items(), 1):
        yield Choice(f"remove_{one}", f"✕ {number}. {name}")
    yield KEEP


def sound(form: Form, answers: Answers, facts: Facts) -> Answers:
    """Without what can't be chosen any more: a draft lives for days, and the county's lists may change meanwhile."""
    return {name: value for name, value in answers.items() if not _gone(form, name, value, answers, facts)}


def _gone(form: Form, name: str, value: object, answers: Answers, facts: Facts) -> bool:
    question = next((one for one in form.questions if one.name == name), None)
    if not form.draft or question is None or question.asks != "choice" or value is None:
        return False
    known = {one.id for one in question.choices(answers, facts)}
    return not known.issuperset(value if isinstance(value, list) else [value])


# -- what is done with an answer -----------------------------------------------------------------------------------------


def advance(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    """`prompt` numbers the question that is open now: a press on an older one is answered, never executed."""
    turn = _advanced(form, answers, heard, shown, prompt, facts)
    return replace(turn, removed_files=_removed_files(answers, turn.answers))


def _removed_files(before: Answers, after: Answers) -> tuple[int, ...]:
    return tuple(sorted(uploads(before).keys() - uploads(after).keys()))


def _advanced(form: Form, answers: Answers, heard: Heard, shown: Shown, prompt: int, facts: Facts) -> Turn:
    question = open_question(form, answers, facts)
    choice = pressed(heard, shown) or _part(question, answers, heard, shown, facts)
    if heard.kind == "chose" and (heard.prompt != prompt or choice not in {one[0] for one in shown}):
        return _next(form, answers, facts, Say("common:closed"))
    if form.draft and choice is not None and choice not in _offered(form, answers, facts):
        return _next(form, answers, facts, Say("common:closed"))
    early = _early(form, question, answers, heard)
    if isinstance(early, Refused):
        return _next(form, answers, facts, _refusal(early))
    if early is not None:
        return _next(form, answers | early, facts, Say("common:noted"))
    if question is None:
        return _reviewed(form, answers, choice, facts)
    if choice is not None:
        heard = Heard("chose", heard.text, choice, prompt)
    return _answered(form, question, dict(answers), heard, facts)


def _offered(form: Form, answers: Answers, facts: Facts) -> set[str]:
    return {choice.id for say in ask(form, answers, facts) for choice in say.choices}


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
        return {wants.name + "+": [*answers.get(wants.name + "+", []), value]}
    return Refused("already") if isinstance(answers.get(wants.name), str) else {wants.name: value}


def _answered(form: Form, question: Question, answers: Answers, heard: Heard, facts: Facts) -> Turn:
    name, collecting = question.name, question.name + "+"
    control = heard.choice if heard.kind == "chose" else ""
    if control == "keep" and answers.get("*") == name:
        return _next(form, _kept(answers), facts)
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
            return _next(form, answers | {collecting: [*answers.get(collecting, []), value]}, facts)
        answers.pop(collecting, None)
        answers = _implied(question, answers, heard, facts) | {name: [value] if question.many else value}
    if answers.get("*") == name:
        del answers["*"]
    return _next(form, answers, facts)


def _implied(question: Question, answers: Answers, heard: Heard, facts: Facts) -> Answers:
    """What the same words say besides, before the answer itself: going back takes both together."""
    implied = question.implies(heard, facts)
    rest = {key: value for key, value in answers.items() if key != question.name}
    return rest | {key: value for key, value in implied.items() if key not in rest}


def _kept(answers: Answers) -> Answers:
    """Nothing is changed after all."""
    name = answers.get("*")
    return {key: value for key, value in answers.items() if key not in ("*", f"{name}+")}


def _refusal(refused: Refused) -> Say:
    return Say(f"common:why_{refused.why}", refused.data)


def _reviewed(form: Form, answers: Answers, choice: str | None, facts: Facts) -> Turn:
    rest = {name: value for name, value in answers.items() if name != "*"}
    match (choice or "").partition("_"):
        case ("submit", *_):
            return _submitted(form, rest, facts)
        case ("discard", *_) | ("give", "_", "up"):
            return Turn(rest, (), dropped=True)
        case ("keep" | "stay", *_):
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
    return Turn(whole, (), done=True) if whole == answers else _next(form, whole, facts, Say("common:outdated"))


def _removed(answers: Answers, number: str) -> Answers:
    return {name: _without(value, number) for name, value in answers.items()}


def _without(value: object, number: str) -> object:
    if not isinstance(value, list):
        return value
    return [one for one in value if not (isinstance(one, dict) and str(one.get("id")) == number)] or None


def leave(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """取消: a change is left undone; what a draft holds is given up only when that is confirmed. None: all is given up."""
    changing = answers.get("*")
    if changing == LEAVING:
        return None
    if changing:
        return back(form, answers, facts)
    if not form.draft or not _given(answers):
        return None
    asked = answers | {"*": LEAVING}
    return Turn(asked, ask(form, asked, facts))


def _given(answers: Answers) -> list[str]:
    return [name for name in answers if name != "*" and not name.startswith("_")]


def back(form: Form, answers: Answers, facts: Facts) -> Turn | None:
    """Forget the latest answer, with what its words implied. None when there is none to forget."""
    given = _given(answers)
    if "*" in answers:
        rest = _kept(answers)
    elif given:
        rest = _forgotten(form, answers, given[-1].removesuffix("+"), facts)
    else:
        return None
    return Turn(rest, ask(form, rest, facts), removed_files=_removed_files(answers, rest))


def _forgotten(form: Form, answers: Answers, name: str, facts: Facts) -> Answers:
    rest = {key: value for key, value in answers.items() if key not in (name, name + "+")}
    question = next((one for one in form.questions if one.name == name), None)
    words = answers.get(name)
    if question is None or not isinstance(words, str):
        return rest
    implied = question.implies(Heard("said", words), facts)
    return {key: value for key, value in rest.items() if key not in implied or implied[key] != value}
