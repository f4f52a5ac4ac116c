"""What is told besides: more of the story where no words can be the answer, a sentence that answers and tells, words about the
form itself. Nothing that was told is lost, and no word of ours is taken for what somebody tells. Pure."""

import re
from dataclasses import replace

from handlers.answering import answered, asked_again, following, refusal
from handlers.forms import Answers, Facts, Form, Heard, Question, Refused, Say, Turn, plain
from handlers.progress import ADDING, MAX_STORY, kept, missed
from handlers.spoken import Shown, begun, folded_label, steers
from handlers.words import folded, shrug

_SECRET = re.compile(r"(?=.*\d)(?:[0-9A-Za-z]{4}[-\s]?){2,4}")
BARE = 8  # characters of an answer that says nothing else: 没有，现在没有
ELSEWHERE = "want_place"  # why words are no place that go on with the story: 还有一辆车
SHORT = 40  # characters that may be a remark at the review and no piece of the story: it is asked


def told_besides(
    form: Form, question: Question | None, answers: Answers, heard: Heard, shown: Shown, facts: Facts
) -> Turn | None:
    """What is more than an answer, or none at all."""
    told = not form.story or form.story in answers
    if heard.kind == "said" and told and (turn := _steered(form, question, answers, heard, facts)):
        return turn
    if question is not None and question.safer and heard.kind == "said" and shrug(heard.text):
        return _not_known(form, question, answers, facts)
    if question is not None and (begins := begun(question, heard)) is not None:
        return _answered_in_a_sentence(form, question, answers, heard, begins, facts)
    if form.story and heard.kind == "said" and plain(heard.text) and steers(heard.text):
        return following(form, answers, facts, _not_told(question, heard))
    if not _tells(form, question, answers, heard, shown):
        return None
    words = plain(heard.text)
    if question is None and len(words) <= SHORT:
        pending = answers | {"*": ADDING, ADDING + "+": [*answers.get(ADDING + "+", []), words]}
        return following(form, pending, facts)
    return taken_in(form, answers, words, facts)


def _steered(form: Form, question: Question | None, answers: Answers, heard: Heard, facts: Facts) -> Turn | None:
    """Words about the form itself: explained, put right, opened to be changed."""
    steer = form.steered(plain(heard.text), question.name if question else "", answers)
    if steer is None:
        return None
    if steer.explains:
        return following(form, answers, facts, Say(f"{form.name}:explain_{steer.explains}"))
    if steer.sets:
        says = (Say(steer.said),) if steer.said else ()
        return following(form, kept(answers) | dict(steer.sets), facts, *says)
    opened = form.by_name.get(steer.opens)
    if opened is None or not opened.when(answers, facts):
        return None
    changing = kept(answers) | {"*": opened.name}
    if not steer.rest or (opened.asks == "choice" and opened.read is None):
        return following(form, changing, facts)
    turn = answered(form, opened, changing, Heard("said", steer.rest), facts)
    told = "*" not in turn.answers and steer.said
    return replace(turn, says=(Say(steer.said), *turn.says)) if told else turn


def _not_known(form: Form, question: Question, answers: Answers, facts: Facts) -> Turn:
    """Explained once, then the safer way is taken, and the review shows it."""
    if missed(question, answers):
        return answered(form, question, dict(answers), Heard("chose", choice=question.safer), facts)
    return following(form, answers, facts, Say(f"{form.name}:explain_{question.name}"))


def _tells(form: Form, question: Question | None, answers: Answers, heard: Heard, shown: Shown) -> bool:
    """Words where none can be the answer: people write in pieces. A number, a shrug, a part of a label and what looks like
    a password tell nothing."""
    if not form.story or form.story not in answers or heard.kind != "said":
        return False
    word = folded(heard.text)
    if (
        len(word) < 2 + (question is not None and question.asks == "choice")
        or _SECRET.fullmatch(plain(heard.text))
        or not any(map(str.isalpha, word))
    ):
        return False
    if any(word in folded_label(one[1]) for one in shown):
        return False
    refused = question.check(heard) if question is not None else Refused("want_choice")
    wanted = question is None or question.asks in ("choice", "file")
    return isinstance(refused, Refused) and (wanted or refused.why == ELSEWHERE)


def _not_told(question: Question | None, heard: Heard) -> Say:
    """A word of ours where it does not fit: what is wanted here instead. It is no part of what somebody tells."""
    refused = question.check(heard) if question is not None else Refused("want_choice")
    return refusal(refused if isinstance(refused, Refused) else Refused("want_answer"))


def _answered_in_a_sentence(
    form: Form, question: Question, answers: Answers, heard: Heard, choice: str, facts: Facts
) -> Turn:
    """没有，是昨天晚上的事: the answer, and the rest of the sentence is not lost."""
    more = _added(form, answers, plain(heard.text), facts) if len(folded(heard.text)) > BARE else answers
    kept = answers if isinstance(more, Refused) else more
    turn = answered(form, question, dict(kept), Heard("chose", heard.text, choice), facts)
    return replace(turn, says=(Say("common:added_to_story"), *turn.says)) if kept is not answers else turn


def taken_in(form: Form, answers: Answers, words: str, facts: Facts) -> Turn:
    """Kept in the story, and what is open is asked again."""
    added = _added(form, answers, words, facts)
    if isinstance(added, Refused):
        return following(form, answers, facts, refusal(added))
    return following(form, asked_again(form, answers, added, facts), facts, Say("common:added_to_story"))


def _added(form: Form, answers: Answers, words: str, facts: Facts) -> Answers | Refused:
    """The story with these words at its end, and what they imply where nothing was answered yet."""
    whole = f"{answers[form.story]}\n{words}"
    if len(whole) > MAX_STORY:
        return Refused("story_full", {"limit": MAX_STORY})
    implied = form.by_name[form.story].implies(Heard("said", whole), facts)
    grown = {name: whole if name == form.story else value for name, value in answers.items()}
    return grown | {name: value for name, value in implied.items() if answers.get(name) is None}
