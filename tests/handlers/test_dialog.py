"""The engine of conversations: pure, and patient with people."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import TEMPLATES
from bot.render import Renderer
from handlers import dialog, progress, turning_back
from handlers.citizens.tip import FORM as TIP
from handlers.coordinators.ending import MARK
from handlers.forms import (
    Answers,
    Choice,
    Form,
    Heard,
    Question,
    Turn,
    attachment,
    chosen,
    place,
    said,
    text_or_attachment,
)
from handlers.reading import Reading
from rules import county

PLANS = county.load([TEMPLATES.parent / "counties" / f"{name}.yaml" for name in ("luzhai", "yangxi")])
WORDS = Renderer(TEMPLATES, PLANS)
FACTS = {
    "plan": PLANS["luzhai"],
    "reading": Reading(),
    "said": {"source": "citizen", "stays": "erasable", "hours": 0, "documents": True, "sealed": False, "apart": []},
}
STORY, PLACE = "东门仓库夜里有人卖走私香烟", "东门老粮仓"


def upload(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"{number}.jpg", "family": "image", "size": 10}


def file(number: int) -> Heard:
    return Heard("file", file=upload(number))


HERE = Heard("location", place=(24.480011, 109.731999))


@dataclass
class Talk:
    """A conversation as the reception keeps it: answers, what is shown, the number of the open question."""

    form: Form = TIP
    answers: Answers = field(default_factory=dict)
    prompt: int = 1
    turn: Turn = Turn({}, ())

    def __post_init__(self) -> None:
        self.says = progress.ask(self.form, self.answers, FACTS)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return next((say.choices for say in reversed(self.says) if say.choices), ())

    @property
    def shown(self) -> list[list[str]]:
        return [[one.id, WORDS.label(one, self.form.name, "zh", "luzhai")] for one in self.choices]

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.choices]

    @property
    def asked(self) -> str:
        """The open question, or `review`, or nothing."""
        return self.says[-1].block.partition(":")[2].removeprefix("ask_") if self.says else ""

    @property
    def notes(self) -> list[str]:
        return [say.block.partition(":")[2] for say in self.says if say.block.startswith("common:")]

    def hears(self, heard: Heard) -> "Talk":
        return self.takes(dialog.advance(self.form, self.answers, heard, self.shown, self.prompt, FACTS))

    def takes(self, turn: Turn) -> "Talk":
        self.turn, self.answers, self.says, self.prompt = turn, turn.answers, turn.says, self.prompt + 1
        return self

    def says_(self, *texts: str) -> "Talk":
        for text in texts:
            self.hears(Heard("said", text))
        return self

    def presses(self, *choices: str) -> "Talk":
        for choice in choices:
            self.hears(Heard("chose", choice=choice, prompt=self.prompt))
        return self

    def back(self) -> "Talk":
        turn = turning_back.back(self.form, self.answers, FACTS)
        assert turn is not None
        return self.takes(turn)


def told() -> Talk:
    """A tip whose what, now and where are said; goods were read out of the story."""
    return Talk().says_(STORY).presses("no").says_(PLACE)


# -- one answer, many ways to give it ------------------------------------------------------------------------------------

WAYS = [
    # how "not now" may be answered: the question shows 1 是, 2 否, 3 不确定
    (Heard("chose", choice="no", prompt=2), "no"),
    (Heard("said", "2"), "no"),
    (Heard("said", "２。"), "no"),  # full width, closed with a stop
    (Heard("said", "否"), "no"),
    (Heard("said", " 否！"), "no"),
    (Heard("said", "没有"), "no"),  # spoken
    (Heard("said", "\u200b\u202e否"), "no"),  # invisible and direction marks
    (Heard("said", "是的"), "yes"),
    (Heard("said", "在发生"), "yes"),
    (Heard("said", "昨天"), "no"),
    (Heard("said", "昨天晚上的事。"), "no"),
    (Heard("said", "不晓得"), "unsure"),
    (Heard("said", "说不清"), "unsure"),
    (Heard("said", "3"), "unsure"),
]


@pytest.mark.parametrize(("heard", "expected"), WAYS)
def test_a_choice_is_made_by_button_number_label_or_spoken_word(heard: Heard, expected: str) -> None:
    """The same choice on every channel, parsed by the engine."""
    talk = Talk().says_(STORY)
    assert talk.prompt == 2
    assert talk.hears(heard).answers["now"] == expected


NOT_CHOICES = [
    Heard("said", "4"),  # no such number
    Heard("said", "0"),
    Heard("said", "-1"),
    Heard("said", "0001"),  # a password's last four are no number of a choice
    Heard("said", "1" * 60),
    Heard("said", "7KQD-M2XA"),  # a password, sent to the wrong question
    Heard("said", "8."),
    Heard("said", ""),
    Heard("said", "\u202e\u2066"),
    Heard("said", "😀"),
    Heard("said", "OK"),  # a nod to a question of fact: never urgent by filler
    Heard("said", "好的"),
    Heard("said", "嗯嗯"),
    Heard("said", "确定"),  # stands in 不确定, behind the word that denies it
    Heard("said", "完成"),  # words of ours where they do not fit, and thanks
    Heard("said", "跳过"),
    Heard("said", "修改"),
    Heard("said", "谢谢，再见"),
]


@pytest.mark.parametrize("heard", NOT_CHOICES)
def test_what_is_no_choice_is_said_so_and_asked_again(heard: Heard) -> None:
    """A clear sentence; the question and the answers stay as they were."""
    talk = Talk().says_(STORY)
    before = dict(talk.answers)
    talk.hears(heard)
    assert talk.notes == ["why_want_choice"]
    assert (talk.answers, talk.asked) == (before, "now")


STALE = [
    Heard("chose", choice="yes", prompt=1),  # of the question before
    Heard("chose", choice="yes", prompt=99),
    Heard("chose", choice="submit", prompt=2),  # never shown here
    Heard("chose", choice="tobacco", prompt=2),
    Heard("chose", choice="", prompt=2),
]


@pytest.mark.parametrize("heard", STALE)
def test_a_press_on_an_old_button_is_answered_never_executed(heard: Heard) -> None:
    """Design §6: only what is shown at the open question counts."""
    talk = Talk().says_(STORY)
    before = dict(talk.answers)
    talk.hears(heard)
    assert talk.notes == ["closed"]
    assert (talk.answers, talk.asked) == (before, "now")


TEXTS = [
    # what is said to `what`, the refusal (None: taken)
    ("卖假烟", None),
    ("有人\u202e卖\x00烟", None),
    ("", "why_empty"),
    (" \u200b\n\t ", "why_empty"),
    ("啊", "why_story_needed"),
    ("长" * 5_000, None),
    ("长" * 5_001, "why_too_long"),
    ("长" * 100_000, "why_too_long"),
]


@pytest.mark.parametrize(("text", "refused"), TEXTS)
def test_a_story_is_kept_as_it_is_meant_or_refused_with_its_reason(text: str, refused: str | None) -> None:
    """Control and direction characters are taken out, words never."""
    talk = Talk().says_(text)
    assert talk.notes == ([refused] if refused else [])
    if refused is None:
        assert talk.answers["what"] == text.replace("\u202e", "").replace("\x00", "")
    else:
        assert talk.answers == {} and talk.asked == "what"


# -- what the story says is not asked again -------------------------------------------------------------------------------


def test_only_what_is_missing_is_asked() -> None:
    """The words that say it is going on and what goods they are spare two questions."""
    assert Talk().says_("码头有人正在卸走私香烟").answers == {
        "now": "yes",
        "goods": "tobacco",
        "what": "码头有人正在卸走私香烟",
    }
    talk = told()
    assert talk.answers["goods"] == "tobacco" and talk.asked == "kind"


def test_while_it_is_going_on_only_what_where_and_who_is_in_it_are_asked() -> None:
    """Who is involved must be known before the first alert; and yet everything can be told at the review."""
    talk = Talk().says_("正在卸货")
    assert talk.asked == "where"
    assert talk.says_("江边码头").asked == "anyone" and talk.ids == ["none", "some", "skip", "enough"]
    for way in ("none", "skip", "enough"):
        assert Talk().says_("正在卸货").says_("江边码头").presses(way).asked == "review"
    talk.presses("some", "market", "done")
    assert talk.asked == "review" and talk.answers["involved"] == ["market"]
    assert {"change_files", "change_involved", "change_goods"} <= set(talk.presses("change").ids)


def test_a_second_thought_is_not_overwritten_by_the_words() -> None:
    """What the person has answered stands before what is read out of a text."""
    talk = told().presses("enough", "change", "change_what").says_("正在卸柴油")
    assert (talk.answers["now"], talk.answers["goods"]) == ("no", "tobacco")


# -- skip, enough, many, closing ------------------------------------------------------------------------------------------


def test_the_optional_rest_is_skipped_one_by_one_or_left_out_at_once() -> None:
    """What and where are enough for a valid tip."""
    talk = told()
    skipped = []
    while talk.asked != "review":
        skipped.append(talk.asked)
        talk.presses("skip")
    assert skipped == ["kind", "when", "who", "files", "involved", "reward", "named", "notify"]
    assert told().presses("enough").asked == "review"
    assert told().says_("就这些").asked == "review"
    assert "enough" not in Talk().says_(STORY).ids


def test_several_are_collected_until_done() -> None:
    """A choice that was made keeps its place and its number; nothing counts twice."""
    talk = told().presses("skip", "skip", "skip")
    assert talk.asked == "files" and "done" not in talk.ids
    talk.hears(file(1)).hears(file(2))
    assert talk.asked == "files" and "done" in talk.ids and "skip" not in talk.ids
    talk.says_("好了")
    assert [one["id"] for one in talk.answers["files"]] == [1, 2]
    before = talk.ids
    talk.presses("market", "police")
    own = len(before) - before[::-1].index(next(one for one in reversed(before) if one not in ("skip", "enough")))
    assert talk.ids[:own] == before[:own]
    assert [one.id for one in talk.choices if one.style == progress.PICKED] == ["police", "market"]
    assert "officials" in talk.ids  # who names a unit first may still say that officials take part
    assert talk.presses("officials", "done").answers["involved"] == ["market", "police", "officials"]


def test_a_closing_answer_stands_alone() -> None:
    """没有，或不知道 ends the question at once."""
    talk = told().presses("skip", "skip", "skip", "skip")
    assert talk.asked == "involved"
    assert talk.presses("none").answers["involved"] == ["none"]
    assert talk.asked == "reward"


def test_a_contact_is_asked_only_of_who_wants_to_leave_one() -> None:
    """And it is the one thing of the rest that can't be left out then."""
    talk = told().presses("skip", "skip", "skip", "skip", "none", "skip")
    assert talk.asked == "named"
    assert talk.presses("named").asked == "contact" and talk.ids == ["anonymous"]
    assert talk.says_("138").notes == ["why_too_short"]
    assert talk.says_("信箱 12345").asked == "notify"


ACCUSING = [
    # a story, what is offered first
    ("打私指挥部办公室的人自己参与走私香烟", ["officials", "hq_office", "none"]),
    ("我要举报派出所民警收钱放走私车", ["officials", "police", "police_stations", "none"]),
    ("有领导当保护伞，卖走私香烟", ["officials", "none"]),
    ("A police officer takes money and lets smuggled cigarettes pass", ["officials", "police", "none"]),
    ("Somebody of the County Tobacco Bureau sells cigarettes", ["officials", "tobacco", "none"]),
]


@pytest.mark.parametrize(("story", "first"), ACCUSING)
def test_who_is_accused_is_asked_although_the_rest_is_left_out(story: str, first: list[str]) -> None:
    """The shortcut must not carry a tip to the office it names; what is skipped is shown as such."""
    talk = Talk().says_(story).presses("no").says_(PLACE).presses("enough")
    assert talk.asked == "involved" and talk.ids[: len(first)] == first and "enough" not in talk.ids
    apart = Talk(answers=dict(talk.answers)).presses("officials", "enough")
    own = {"police", "police_stations"} & set(first)  # of the seat that reads what is sealed
    assert apart.asked == ("reader" if own else "review")
    if talk.presses("skip").asked == "special":
        talk.presses("no")  # people in office are asked after plainly
        assert (talk.asked == "apart") == bool(own)
        talk.presses(*["no"] * bool(own))
    assert talk.asked == "review"
    review = WORDS.block(talk.says[-1].block, talk.says[-1].data, "zh", "luzhai")
    assert "【牵涉】未填" in review


def test_who_is_accused_in_a_later_answer_is_asked_too() -> None:
    """Whichever text names them; a story about tobacco names nobody."""
    assert told().presses("skip", "skip").says_("城管局老王").presses("enough").asked == "involved"
    assert Talk().says_("有人卖烟草").presses("no").says_(PLACE).presses("enough").asked == "review"
    talk = told().presses("enough", "change", "change_what").says_("派出所民警收钱")
    assert talk.asked == "involved" and talk.presses("officials", "done").asked == "reader"


def test_a_choice_is_taken_back_by_a_second_press() -> None:
    """Also the only one: then there is nothing to be done with."""
    talk = told().presses("skip", "skip", "skip", "skip")
    assert talk.presses("market", "police", "market").answers["involved+"] == ["police"]
    assert "involved+" not in talk.presses("police").answers and "done" not in talk.ids and "skip" in talk.ids


ALIASES = [
    # what is typed, the unit meant
    ("公安局", "police"),
    ("鹿寨县公安局", "police"),
    ("市监局", "market"),
    ("县市场监管局", "market"),
]


@pytest.mark.parametrize(("words", "unit"), ALIASES)
def test_a_unit_may_be_called_by_any_of_its_names(words: str, unit: str) -> None:
    """Short, full, alias, with or without the county."""
    assert told().presses("skip", "skip", "skip", "skip").says_(words).answers["involved+"] == [unit]


@pytest.mark.parametrize("answer", ["skip", "none"])
def test_who_is_accused_by_a_changed_story_is_asked_although_it_was_left_out(answer: str) -> None:
    """Only for a name that was not there before."""
    talk = told().presses("skip", "skip", "skip", "skip", answer, "enough")
    assert talk.asked == "review"
    talk.presses("change", "change_what").says_("派出所民警收钱放走私烟")
    assert talk.asked == "involved" and talk.presses("skip").asked == "special"
    assert talk.presses("no").asked == "apart" and talk.presses("no").asked == "review"
    talk.presses("change", "change_what").says_("派出所的民警收钱，放走私烟")
    assert talk.asked == "review"
    assert talk.presses("change", "change_who").says_("市场监管局老王").asked == "involved"


@pytest.mark.parametrize(
    "words", ["好了", "没有了", "不知道", "没有", "不清楚。", "我不知道", "I don't know", "说不清"]
)
def test_nothing_to_say_skips_an_optional_question(words: str) -> None:
    """It is not kept as the answer."""
    assert told().presses("skip").asked == "when"
    assert told().presses("skip").says_(words).answers["when"] is None


@pytest.mark.parametrize("words", ["不知道", "没有", "I don't know", "😡😡😡", "好的，好的", "嗯，谢谢"])
def test_not_to_know_is_no_story(words: str) -> None:
    """What can be told is asked kindly; nothing is kept."""
    talk = Talk().says_(words)
    assert (talk.notes, talk.asked, talk.answers) == (["why_story_needed"], "what", {})


@pytest.mark.parametrize("words", ["不知道", "不清楚。", "I don't know"])
def test_a_place_that_is_not_known_is_asked_kindly_again(words: str) -> None:
    """What and where are needed."""
    talk = Talk().says_(STORY).presses("no").says_(words)
    assert (talk.notes, talk.asked) == (["why_place_needed"], "where") and "where" not in talk.answers


def test_a_part_that_fits_one_label_chooses_it() -> None:
    """At least two characters, one choice alone, and only where nothing but a choice can be meant."""
    label = next(one for one in told().shown if "囤货" in one[1])
    assert told().says_("囤货").answers["kind"] == label[0]
    assert told().says_("囤").notes == ["why_want_choice"]
    assert told().says_("商标").notes == ["why_want_choice"]
    assert Talk().says_(STORY).presses("no").says_("前面").answers["where"] == "前面"


# -- what comes early -----------------------------------------------------------------------------------------------------


def test_a_file_or_a_place_sent_early_is_kept_for_its_question() -> None:
    """Before it was asked for, while something else is open, at the review: nothing is lost."""
    talk = Talk().hears(file(1))
    assert talk.notes == ["noted"] and talk.asked == "what"
    talk.says_(STORY).hears(HERE)
    assert talk.answers["where"] == {"lat": 24.48001, "lon": 109.732} and talk.asked == "now"
    talk.presses("no").hears(file(2)).presses("enough")
    assert [one["id"] for one in talk.answers["files"]] == [1, 2]
    assert talk.asked == "review"
    assert [one["id"] for one in talk.hears(file(3)).answers["files"]] == [1, 2, 3]
    assert talk.asked == "review" and "files+" not in talk.answers


def test_a_shared_place_does_not_overwrite_a_described_one() -> None:
    """The words are worth more than where a telephone happens to be."""
    talk = told().hears(HERE)
    assert talk.notes == ["why_already"] and talk.answers["where"] == PLACE


def test_a_skipped_question_takes_what_is_sent_later() -> None:
    """Skipping says that there is nothing yet."""
    talk = told().presses("skip", "skip", "skip", "skip").hears(file(1)).presses("enough")
    assert [one["id"] for one in talk.answers["files"]] == [1]


# -- back and change ------------------------------------------------------------------------------------------------------


def test_back_asks_the_answer_before_again_with_its_old_words_at_hand() -> None:
    """Step by step to the beginning, and nothing is lost on the way; 不改了 and 跳过 lead on from where one is."""
    talk = told()
    assert (talk.back().asked, talk.says[-1].prefill) == ("where", PLACE)
    assert talk.back().asked == "now"
    assert (talk.back().asked, talk.says[-1].prefill) == ("what", STORY)
    assert talk.back().asked == "what", "there is nothing before it"
    kept = {key: value for key, value in talk.answers.items() if key != "*"}
    assert kept == told().answers
    assert Talk(answers=dict(talk.answers)).says_("skip").answers == kept
    assert talk.presses("keep").asked == "kind"
    assert turning_back.back(TIP, {"_source": "oral"}, FACTS) is None


def test_an_answer_given_anew_on_the_way_back_is_read_anew() -> None:
    """What only the old words said goes with them; what was chosen stays."""
    talk = Talk().says_("码头正在卸走私香烟").back().back()
    assert talk.says_("码头昨天卸过柴油").answers == {"what": "码头昨天卸过柴油", "goods": "refined_oil"}
    assert talk.asked == "now"
    talk = told().back().back()
    assert talk.presses("yes").answers["now"] == "yes" and talk.answers["where"] == PLACE


def test_what_was_collected_is_collected_again_on_the_way_back() -> None:
    """Pictures and ticks stand as they stood before 完成; what was left out is simply asked."""
    talk = told().presses("skip", "skip", "skip").hears(file(1)).presses("done")
    assert talk.back().asked == "files" and "done" in talk.ids and talk.answers["files+"] == [upload(1)]
    talk.presses("done", "market", "done").back()
    assert talk.asked == "involved" and [one.id for one in talk.choices if one.style == progress.PICKED] == ["market"]
    assert talk.presses("done").answers["involved"] == ["market"]
    assert told().presses("skip").back().asked == "kind"


def test_cancel_on_the_way_back_asks_whether_all_is_given_up() -> None:
    """As at any question of a draft; who stays goes on where they were."""
    talk = told().back()
    turn = turning_back.leave(TIP, talk.answers, FACTS)
    assert turn is not None and talk.takes(turn).ids == ["give_up", "stay"]
    assert talk.presses("stay").asked == "kind" and talk.answers["where"] == PLACE


def test_back_from_the_review_returns_to_the_question_that_was_left_out() -> None:
    """其余不填 was the latest answer."""
    talk = told().presses("enough")
    assert talk.back().asked == "kind"


def test_back_over_an_upload_keeps_the_file() -> None:
    """It is removed by name, never by the way; the only thing sent is what is taken back."""
    talk = Talk().says_(STORY).hears(file(7))
    assert talk.back().turn.removed_files == () and talk.asked == "what"
    assert Talk().hears(file(7)).back().turn.removed_files == (7,)


def test_any_answer_can_be_changed_and_keeps_its_old_value_until_then() -> None:
    """The old words stand in the box; 不改了 and 返回 lead back to the review with nothing lost."""
    talk = told().presses("enough", "change", "change_what")
    assert talk.says[-1].prefill == STORY
    assert talk.presses("keep").answers["what"] == STORY and talk.asked == "review"
    assert talk.presses("change", "change_where").back().answers["where"] == PLACE
    assert talk.asked == "review"
    talk.presses("change", "change_what").says_("换一个说法")
    assert (talk.answers["what"], talk.answers["where"], talk.asked) == ("换一个说法", PLACE, "review")


def test_changing_the_attachments_adds_to_them_and_each_can_be_removed() -> None:
    """✕ removes one; it is named, so that its row and its key go."""
    talk = told().hears(file(1)).presses("enough", "change", "change_files").hears(file(2)).presses("done")
    assert [one["id"] for one in talk.answers["files"]] == [1, 2]
    talk.presses("change", "remove_1")
    assert talk.turn.removed_files == (1,) and talk.notes == ["file_removed"]
    assert [one["id"] for one in talk.answers["files"]] == [2]
    talk.presses("change", "change_files", "skip")
    assert talk.turn.removed_files == (2,) and not talk.answers["files"]


def test_a_changed_list_is_chosen_anew() -> None:
    """A unit named by mistake must be able to go."""
    talk = told().presses("skip", "skip", "skip", "skip", "market", "done", "enough", "change", "change_involved")
    assert talk.answers["involved"] == ["market"]
    assert talk.presses("police", "done").answers["involved"] == ["police"]


def test_the_review_is_confirmed_changed_or_given_up_and_nothing_else() -> None:
    """A text at the review is no confirmation."""
    talk = told().presses("enough")
    assert talk.says_("还有一件事").asked == "adding" and not talk.turn.done
    assert talk.presses("put_in").notes == ["added_to_story"] and talk.asked == "review"
    assert talk.says_("4").notes == ["why_want_choice"]
    assert talk.presses("discard", "give_up").turn.dropped and not talk.presses("discard").turn.dropped
    assert told().presses("enough").says_("确认").turn.done
    assert told().presses("enough").presses("submit").turn.done


# -- an upgrade in mid-answer ---------------------------------------------------------------------------------------------


def test_a_choice_the_county_has_dropped_is_not_taken() -> None:
    """The old button answers that it is closed; an old answer is taken out, said so, and asked again."""
    talk = told()
    old = [*talk.shown, ["abolished", "旧的"]]
    turn = dialog.advance(
        TIP, talk.answers, Heard("chose", choice="abolished", prompt=talk.prompt), old, talk.prompt, FACTS
    )
    assert turn.says[0].block == "common:closed" and turn.answers == talk.answers
    stale = {"what": STORY, "now": "no", "where": PLACE, "goods": "gone", "involved": ["gone"], "!": True}
    kept = Talk(answers=stale)
    assert kept.asked == "review" and "goods" not in kept.says[-1].data["answers"]
    assert kept.presses("submit").notes == ["outdated"] and not kept.turn.done
    assert kept.answers == {"what": STORY, "now": "no", "where": PLACE, "!": True}
    assert kept.presses("submit").turn.done


def staff_turn(facts: dict[str, Any], answers: Answers, choice: str) -> Turn:
    shown = [[one.id, one.id] for say in progress.ask(MARK, answers, {"elsewhere": ["a", "b"]}) for one in say.choices]
    return dialog.advance(MARK, answers, Heard("chose", choice=choice, prompt=1), shown, 1, facts)


def test_a_form_of_the_staff_that_outlives_the_plan_is_answered_again() -> None:
    """What can't be chosen any more is said and asked once more; with nothing left to choose, the end says why."""
    filled: Answers = {"_tip": 1, "what": "outside", "where": "a", "reason": "-"}
    turn = staff_turn({"elsewhere": ["b"]}, filled, "submit")
    assert [say.block for say in turn.says] == ["common:choose_again", f"{MARK.name}:ask_where"] and not turn.done
    assert turn.answers == {"_tip": 1, "what": "outside", "reason": "-"}
    assert staff_turn({"elsewhere": ["a"]}, filled, "submit").done
    assert staff_turn({"elsewhere": []}, filled, "submit").done
    asked: Answers = {"_tip": 1, "what": "outside"}
    late = staff_turn({"elsewhere": ["b"]}, asked, "a")
    assert late.says[0].block == "common:closed" and late.answers == asked


@pytest.mark.parametrize(
    ("pieces", "more", "fits"),
    [
        (["x"] * 49, "x", True),
        (["x"] * 50, "x", False),
        (["字" * 5_000] * 3, "字" * 5_000, True),
        (["字" * 5_000] * 4, "x", False),
        ([upload(n) for n in range(49)], upload(49), True),
        ([upload(n) for n in range(50)], upload(50), False),
    ],
)
def test_what_is_told_in_pieces_has_an_end(pieces: list[Any], more: Any, fits: bool) -> None:
    """Neither words nor files pile up without end in what waits to be finished; what there is no room for is said."""
    heard = Heard("said", more) if isinstance(more, str) else Heard("file", file=more)
    form = Form("citizens/add", (Question("more", text_or_attachment, many=True, asks="file"),))
    turn = dialog.advance(form, {"_tip": 1, "more+": pieces}, heard, [], 1, {})
    assert turn.answers["more+"] == ([*pieces, more] if fits else pieces)
    assert (turn.says[0].block == "common:why_too_many") is not fits


def test_answers_to_questions_that_no_longer_exist_do_no_harm() -> None:
    """A draft outlives the form it was begun with."""
    talk = Talk(answers={"what": STORY, "former": "x", "former+": ["y"], "*": "former"})
    assert talk.asked == "now"
    assert talk.presses("no").asked == "where"
    assert turning_back.back(TIP, {"former": "x"}, FACTS) is not None


# -- whatever people do ---------------------------------------------------------------------------------------------------

texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "1",
            "2",
            "9",
            "是",
            "否",
            "没有",
            "跳过",
            "完成",
            "好的",
            "前面写了",
            "谢谢",
            "提交",
            "修改",
            "正在卸货",
            "走私香烟",
            "\u202e\u2066",
            "😀" * 20,
        ]
        + ["a" * 100_000, "\x00\x07", "　", "0", "٣", "前面写了", "不改了"]
    ),
)
anything = st.one_of(
    st.builds(lambda text: ("said", text), texts),
    st.builds(lambda n: ("press", n), st.integers(0, 40)),
    st.builds(lambda n: ("stale", n), st.integers(0, 40)),
    st.just(("file", 0)),
    st.just(("place", 0)),
    st.just(("back", 0)),
)


def done(talk: Talk, number: int, kind: str, value: Any) -> Heard:
    """One input; a press is on one of the choices shown, a stale one belongs to the question before."""
    choice = talk.ids[value % len(talk.ids)] if kind in ("press", "stale") and talk.ids else "x"
    return {
        "said": Heard("said", str(value)),
        "press": Heard("chose", choice=choice, prompt=talk.prompt),
        "stale": Heard("chose", choice=choice, prompt=talk.prompt - 1),
        "file": file(100 + number),
        "place": HERE,
    }[kind]


def told_so_far(answers: Answers) -> Answers:
    """What is still collected counts as what is collected."""
    return {name.removesuffix("+"): value for name, value in answers.items()}


@settings(deadline=None)
@given(st.lists(anything, max_size=40))
def test_no_sequence_of_inputs_breaks_the_engine_or_loses_the_story(sequence: list[tuple[str, Any]]) -> None:
    """After every input there is an open question, the review or an end; a stale press changes nothing; the story goes
    only by change or by giving all up; each file is held or named as removed; all of it can be said."""
    talk, held = Talk(), set[int]()
    for number, (kind, value) in enumerate(sequence):
        before = dict(talk.answers)
        if kind == "back":
            if (turn := turning_back.back(TIP, talk.answers, FACTS)) is not None:
                talk.takes(turn)
            assert talk.answers.get("what") == before.get("what")
        else:
            talk.hears(done(talk, number, kind, value))
            assert (
                str(talk.answers.get("what")).startswith(str(before.get("what")))
                or before.get("*") == "what"
                or "what" not in before
            )
        if kind == "stale":
            assert told_so_far(talk.answers) == told_so_far(before) and talk.notes == ["closed"]
        held |= {100 + number} if kind == "file" else set()
        held -= set(talk.turn.removed_files)
        assert held == set(progress.uploads(talk.answers))
        if talk.turn.done or talk.turn.dropped:
            assert talk.answers["what"] and talk.answers["where"]
            return
        assert talk.asked and json.loads(json.dumps(talk.answers)) == talk.answers
        for say, language in itertools.product(talk.says, ("zh", "en")):
            WORDS.block(say.block, say.data, language, "luzhai")


# -- the small rules, on a form of their own --------------------------------------------------------------------------------

SMALL = Form(
    "citizens/tip",
    (
        Question("a", said(10)),
        Question("b", chosen, lambda a, f: (Choice("x", "甲"), Choice("y", "乙")), when=lambda a, f: a["a"] != "none"),
        Question("c", place, optional=True, asks="location"),
        Question("d", attachment, optional=True, many=True, asks="file"),
    ),
)


def test_a_form_without_a_review_is_done_with_its_last_answer() -> None:
    """Then its conversation acts; nothing more is asked."""
    talk = Talk(SMALL).says_("word", "乙").presses("skip").presses("skip")
    assert talk.turn.done and talk.says == ()
    assert talk.answers == {"a": "word", "b": "y", "c": None, "d": None}
    assert Talk(SMALL).says_("none").asked == "c"
