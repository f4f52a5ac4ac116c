"""Words: every conversation can say what it must, in both languages, and says nothing it must not."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, get_args

import pytest

from bot.app import TEMPLATES
from bot.render import LANGUAGES, Renderer
from handlers import menu, progress, spoken
from handlers.forms import Choice, Form, Question
from rules import county
from rules.escalation import Template
from storage import queue
from tests.handlers.reading import ROOT, apologies, argument, calls, debts, events, literal_says, refusals, texts, trees
from tests.handlers.said import PROPOSED, SAID
from tests.handlers.samples import COURSE, NUMBER, PASSWORD, Data, given

PLANS = county.load([ROOT / "counties" / "luzhai.yaml", ROOT / "counties" / "yangxi.yaml"])
RENDERER = Renderer(TEMPLATES, PLANS)
FORMS: dict[str, Form] = {talk.form.name: talk.form for talk in menu.CONVERSATIONS.values()}
FILES = {
    language: sorted(
        str(one.relative_to(TEMPLATES / language).with_suffix("")) for one in (TEMPLATES / language).rglob("*.j2")
    )
    for language in LANGUAGES
}
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def blocks(language: str, file: str) -> set[str]:
    return set(RENDERER.template(language, file).blocks)


def missing(language: str, wanted: Iterable[str]) -> list[str]:
    """Those of `file:block` that neither the file nor common.j2 has."""
    absent = []
    for one in sorted(set(wanted)):
        file, _, block = one.partition(":")
        if file not in FILES[language] or block not in blocks(language, file) | blocks(language, "common"):
            absent.append(one)
    return absent


def said(block: str, data: Data, language: str) -> str:
    return RENDERER.block(block, json.loads(json.dumps(data)), language, "luzhai")


# -- what a form needs ---------------------------------------------------------------------------------------------------


def needed(form: Form) -> set[str]:
    names = {f"{form.name}:ask_{question.name}" for question in form.questions}
    if form.review:
        fields = {f"{form.name}:field_{question.name}" for question in form.questions}
        names |= fields | {f"{form.name}:review", f"{form.name}:ask_change"}
    return names


def offers(form: Form) -> Iterator[tuple[Question | None, tuple[Choice, ...]]]:
    """The choices of each question as it is asked, and those of the review."""
    cases = given(PLANS["luzhai"]).get(form.name, [({}, {})])
    for answers, facts in cases:
        for question in form.questions:
            if question.when(answers, facts):
                yield question, progress._choices(form, question, answers, facts)
    if form.review:
        yield None, (progress.SUBMIT, progress.CHANGE, progress.DISCARD)
        yield None, (*(Choice(f"change_{question.name}") for question in form.questions), Choice("keep"))


def every_block(language: str) -> list[str]:
    return [f"{file}:{block}" for file in FILES[language] for block in sorted(blocks(language, file))]


@cache
def renderings(language: str) -> list[tuple[str, str]]:
    bare: list[Data] = [{"answers": {}, "facts": {}, "got": []}]
    return [(block, said(block, data, language)) for block in every_block(language) for data in SAID.get(block, bare)]


# -- the laws ------------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_files_and_blocks() -> None:
    """Chinese first, complete English beside it: neither tree has a file or a block that the other lacks."""
    assert FILES["zh"] == FILES["en"]
    for file in FILES["zh"]:
        assert blocks("zh", file) == blocks("en", file), file


@LANGUAGE
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_form_can_be_asked_reviewed_and_changed(form: Form, language: str) -> None:
    """Each question has its words; a form with a review has the review, the question what to change and a name per field."""
    assert missing(language, needed(form)) == []


@LANGUAGE
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_choice_has_words_of_its_own(form: Form, language: str) -> None:
    """Whatever a person may press can be typed instead, so on one screen no two choices are called the same."""
    for question, choices in offers(form):
        where = question.name if question else "review"
        words = [spoken.folded(RENDERER.label(one, form.name, language, "luzhai")) for one in choices]
        assert all(words), where
        assert len(set(words)) == len(words), (where, words)


@LANGUAGE
def test_every_choice_written_in_the_code_has_words(language: str) -> None:
    """A fixed choice without a label is in a template of its module's conversations, or in common.j2."""
    absent = []
    for path, tree in trees("handlers"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        files = {form.name for form in FORMS.values() if _lives_in(form, module)} | {"common"}
        known = set().union(*(blocks(language, file) for file in files))
        for call in calls(tree, "Choice"):
            if len(call.args) > 1 or any(one.arg in ("label", "of") for one in call.keywords):
                continue
            wanted = {"choice_" + re.sub(r"[^a-z0-9]", "_", text) for text in texts(argument(call, 0, "id"))}
            absent += [f"{module}: {one}" for one in sorted(wanted - known)]
    assert absent == []


def _lives_in(form: Form, module: str) -> bool:
    return any(talk.form is form and talk.finish.__module__ == module for talk in menu.CONVERSATIONS.values())


@LANGUAGE
def test_everything_the_code_says_has_its_block(language: str) -> None:
    """No `Say` and no refusal of an answer names words that are not there."""
    assert len(literal_says()) > 40  # the reading of the code has not gone blind
    assert len(refusals()) > 8
    assert missing(language, literal_says() | refusals()) == []


@LANGUAGE
def test_every_reminder_of_every_ladder_has_its_block(language: str) -> None:
    """Any kind of duty may climb any rung a county's plan writes: the push has words before a county writes it."""
    assert debts() >= {"receive", "sign", "decide", "now", "tell_filing"}
    rungs = {f"reminders:{kind}_{template}" for kind in debts() for template in get_args(Template)}
    assert missing(language, rungs) == []


@LANGUAGE
def test_everything_told_to_staff_has_its_block(language: str) -> None:
    """What a citizen or a unit did is pushed under the name its conversation gives it."""
    assert events() >= {"reminders:exposed", "reminders:returned", "reminders:over"}
    assert missing(language, events()) == []


@LANGUAGE
def test_every_refusal_of_the_page_is_a_sentence(language: str) -> None:
    """The page answers bad input in the person's language, each reason for refusing a file included."""
    assert missing(language, apologies()) == []


def test_the_course_has_a_word_for_every_move() -> None:
    """Whatever is written into a tip's course can be read there."""
    moves = {
        text
        for _, tree in trees("handlers")
        for call in calls(tree, "move")
        for text in texts(argument(call, 4, "name"))
    }
    assert moves >= {"received", "handed", "closed"}
    assert moves <= set(COURSE)


@LANGUAGE
def test_a_push_can_name_its_button(language: str) -> None:
    """A button that opens a thing by its number is called by what it does, whatever the number is."""
    for choice in (f"go.open.{NUMBER}", "go.lead.7531"):
        message = queue.message(
            language, "luzhai", [("reminders:added", {"number": NUMBER})], [[choice, None, "primary", None]]
        )
        assert RENDERER.choices(message)[0][1]


def test_the_samples_are_of_blocks_that_exist() -> None:
    """A block that is renamed or dropped takes its samples with it."""
    assert sorted(set(SAID) - set(every_block("zh"))) == []


@LANGUAGE
def test_every_block_renders(language: str) -> None:
    """With real data every block gives a text: a name that is missing or an empty place is an error, found here."""
    for block, text in renderings(language):
        assert text, block


@LANGUAGE
def test_a_text_is_plain(language: str) -> None:
    """Each channel escapes for itself, so words carry no markup, no entity, nothing left of a template or of Python."""
    markup = re.compile(r"</?[a-zA-Z!]|&[a-z]+;|&#|\*\*|\{\{|\}\}|\{%|%\}|\{#|#\}|Undefined")
    python = re.compile(r"\b(None(?!, or)|True|False)\b|\[\]|\{\}|<bound")
    for block, text in renderings(language):
        assert not markup.search(text), f"{block}: {text}"
        assert block not in SAID or not python.search(text), f"{block}: {text}"


@LANGUAGE
def test_the_tone(language: str) -> None:
    """Calm: no exclamation marks; no sign but a sparing ⚠; no blank at the end of a line, no heap of blank lines."""
    for block, text in renderings(language):
        assert not re.search(r"[!！\U0001F300-\U0001FAFF]", text), f"{block}: {text}"
        assert not re.search(r"[ \u3000]\n|\n{3}", text), f"{block}: {text!r}"


def test_english_is_english() -> None:
    """Only the word that switches back to Chinese is in Chinese."""
    for path in (TEMPLATES / "en").rglob("*.j2"):
        text = path.read_text("utf-8").replace("中文 – 切换为中文", "").replace("中文", "")
        assert not re.search(r"[\u3400-\u9fff，。：；、！？“”]{1}", text.replace("“", "").replace("”", "")), path


@LANGUAGE
def test_the_password_is_said_once(language: str) -> None:
    """The receipt carries the password, and the text read out to a caller; nothing else ever does."""
    bearers = {block for block, text in renderings(language) if PASSWORD in text}
    assert bearers == {"citizens/tip:receipt", "citizens/tip:read_out"}


@LANGUAGE
@pytest.mark.parametrize("block", ["staff/todo:register", "staff/todo:list", "liaisons/lead:ask_act"])
def test_only_intake_learns_that_an_informant_is_named(block: str, language: str) -> None:
    """The clock of telling a named informant is shown on intake's card alone: it gives away that there is a name."""
    for name, text in renderings(language):
        assert name != block or not re.search(r"立案|filed", text), text


@LANGUAGE
def test_nobody_is_late_on_a_proposal(language: str) -> None:
    """A figure that is only our proposal (建议期限) may have passed; it is never called overdue."""
    for block, cases in PROPOSED.items():
        for data in cases:
            text = said(block, data, language)
            assert not re.search(r"超期|逾期|\b(late|overdue|past due)\b", text, re.IGNORECASE), f"{block}: {text}"


@LANGUAGE
@pytest.mark.parametrize(
    "block", ["staff/todo:register", "staff/todo:list", "coordinators/case:ask_act", "liaisons/lead:ask_act"]
)
def test_who_is_late_on_the_law_is_told_so(block: str, language: str) -> None:
    """A legal or a plan's date that has passed is named as what it is."""
    told: list[Any] = [text for name, text in renderings(language) if name == block]
    assert any(re.search(r"已超期|\blate\b", text) for text in told)
