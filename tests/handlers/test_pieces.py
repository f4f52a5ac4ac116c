"""People write as they talk: in pieces, beside the question, before they are asked. Nothing they told is lost."""

from typing import Any

import pytest
from sqlalchemy import select

from rules.marks import answered_now, naming
from storage import models, queue, tips
from tests.handlers.test_dialog import PLACE, STORY, WORDS, Talk, told
from tests.handlers.test_reception import Make, citizen, connection, filed, keys

__all__ = ["citizen", "connection", "keys"]  # fixtures

# -- a story in pieces ---------------------------------------------------------------------------------------------------

PIECES = (
    "东门那边有个仓库",
    "夜里老是有车来",
    "车是白色的面包车，没有车牌",
    "三个人在搬箱子",
    "箱子上写着外国字",
    "味道闻着就是香烟",
)


def test_a_story_in_six_messages_ends_in_a_tip_with_all_of_them(citizen: Make) -> None:
    """What answers no question of a draft is kept in the story, and the open question is asked again."""
    person = citizen().says("在吗 我有事要讲")
    assert person.said == ["tip:opened", "tip:ask_what"], "an announcement is no story"
    person.says(PIECES[0])
    for piece in PIECES[1:]:
        assert person.says(piece).said == ["common:added_to_story", "tip:ask_now"]
    person.presses("no").says(PLACE).presses("enough")
    assert person.said == ["tip:review"] and all(piece in WORDS.text(person.message) for piece in PIECES)
    assert person.says("昨晚又来了一趟").said == ["tip:ask_adding"], "at the review it is asked"
    assert person.presses("put_in").said == ["common:added_to_story", "tip:review"]
    person.presses("submit")
    row = tips.by_number(person.tx, person.answers["_number"])
    assert row is not None and row.goods == "tobacco", "what the pieces say is not asked again"
    assert all(piece in tips.content(person.tx, row)["what"] for piece in (*PIECES, "昨晚又来了一趟"))


@pytest.mark.parametrize(
    "words", ["我有事要讲", "有情况要反映", "你好，我想跟你们说个事", "我有线索", "I have something to tell you"]
)
def test_an_announcement_is_asked_to_go_on(citizen: Make, words: str) -> None:
    """It opens the question and is not the answer; in a draft it is no piece of the story either."""
    assert citizen().says(words).said[-1] == "tip:ask_what"
    person = citizen().says(STORY).says(words)
    assert person.answers["what"] == STORY and person.said[-1] == "tip:ask_now"


@pytest.mark.parametrize("asked", ["goods", "kind", "files", "involved", "reward", "named", "notify"])
def test_every_choice_takes_a_piece_of_the_story(asked: str) -> None:
    """Whatever is open, it stays open."""
    talk = Talk().says_("夜里有人在老粮仓卸下成箱的东西").presses("no").says_(PLACE)
    while talk.asked != asked:
        talk.presses("skip")
    talk.says_("领头的人戴着一顶蓝帽子")
    assert (talk.asked, talk.notes) == (asked, ["added_to_story"])
    assert talk.answers["what"].endswith("领头的人戴着一顶蓝帽子")


NOW: list[tuple[str, str | None]] = [
    # how a sentence begins, what it answers
    ("没有 现在没有", "no"),
    ("没在卸，已经走了", "no"),
    ("没有，是昨天晚上的事", "no"),
    ("不是，上个月", "no"),
    ("现在没有了", "no"),
    ("no, it was yesterday", "no"),
    ("是的 就在门口", "yes"),
    ("有，快来", "yes"),
    ("正在搬", "yes"),
    ("没事，他们正在卸货", "yes"),
    ("没有车牌的面包车", None),
    ("有三个人", None),
    ("是个大仓库", None),
    ("nobody knows", None),
]


@pytest.mark.parametrize(("words", "answer"), NOW)
def test_a_sentence_may_answer_whether_it_is_going_on(words: str, answer: str | None) -> None:
    """By how it begins; what begins a story is none."""
    assert answered_now(words) == answer


def test_the_rest_of_an_answering_sentence_is_not_lost() -> None:
    """The bare answer adds nothing to the story, more words do."""
    assert Talk().says_(STORY, "没有 现在没有").answers == {"what": STORY, "goods": "tobacco", "now": "no"}
    talk = Talk().says_(STORY, "没有，是昨天晚上十点多的事")
    assert (talk.asked, talk.answers["now"]) == ("where", "no")
    assert "昨天晚上十点多" in talk.answers["what"]


def test_a_story_has_an_end() -> None:
    """A piece that makes it too long is refused with its reason, and what was told before stays."""
    talk = told().says_("呀" * 4_000, "呀" * 4_000, "呀" * 4_000, "呀" * 4_000)
    assert talk.notes == ["added_to_story"]
    assert talk.says_("呀" * 5_000).notes == ["why_story_full"] and len(talk.answers["what"]) < 20_000


def test_a_changed_story_says_what_the_goods_are_when_nothing_did() -> None:
    """Left out before, read out of the new words; a choice made is never overwritten."""
    talk = Talk().says_("夜里有人卸下成箱的东西").presses("no").says_(PLACE).presses("skip", "enough")
    assert talk.answers["goods"] is None
    assert talk.presses("change", "change_what").says_("夜里有人卸下成箱的柴油").answers["goods"] == "refined_oil"
    assert talk.presses("change", "change_what").says_("夜里有人卸下香烟").answers["goods"] == "refined_oil"


# -- words for choices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["否", "不是", "没有", "不知道", "是的", "no"])
def test_what_answers_the_question_before_is_no_place(words: str) -> None:
    """The place is asked again."""
    talk = Talk().says_(STORY).presses("no").says_(words)
    assert (talk.asked, talk.notes) == ("where", ["why_place_needed"])


SPOKEN = [
    # the open question, what is typed, the answer
    ("goods", "烟", "tobacco"),
    ("goods", "香烟", "tobacco"),
    ("goods", "走私的香烟", "tobacco"),
    ("goods", "that is all", None),
    ("reward", "想要", "yes"),
    ("reward", "不想要", "no"),
    ("named", "匿名", "anonymous"),
]


@pytest.mark.parametrize(("asked", "words", "answer"), SPOKEN)
def test_what_people_call_it_is_taken(asked: str, words: str, answer: str | None) -> None:
    """The words the review prints, a plain word for the goods, an English end."""
    talk = Talk().says_("夜里有人在老粮仓卸下成箱的东西").presses("no").says_(PLACE)
    while talk.asked != asked:
        talk.presses("skip")
    assert talk.says_(words).answers[asked] == answer


@pytest.mark.parametrize(("words", "unit"), [("市监局", "market"), ("烟草局", "tobacco")])
def test_a_unit_is_taken_by_what_people_call_it(words: str, unit: str) -> None:
    """And is no piece of the story."""
    talk = told().presses("skip", "skip", "skip", "skip").says_(words)
    assert talk.answers["involved+"] == [unit] and words not in talk.answers["what"]


# -- officials -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["skip", "none"])
def test_who_wrote_of_officials_and_left_it_open_is_asked_plainly(citizen: Make, answer: str) -> None:
    """王所长收钱 must not go to ordinary intake unasked; yes takes the sealed route, here to nobody."""
    for special, said in (("no", "tip:review"), ("yes", "tip:not_taken")):
        person = citizen().says("保护伞，镇上王所长收钱放走私烟").presses("no").says(PLACE).presses("enough")
        assert person.presses(answer).said == ["tip:ask_special"]
        assert "skip" not in person.ids and "enough" not in person.ids
        assert person.presses(special).said[0] == said


def test_while_it_is_going_on_the_list_comes_only_to_who_has_somebody_to_name() -> None:
    """A plain question first; with a name in the story the list at once."""
    talk = Talk().says_("正在卸货", "江边码头")
    assert (talk.asked, talk.ids[:2]) == ("anyone", ["none", "some"])
    assert talk.presses("some").asked == "involved" and "market" in talk.ids
    assert Talk().says_("派出所的人正在卸货", "江边码头").asked == "involved"


# -- who wrote it --------------------------------------------------------------------------------------------------------

TELLING = [
    # words, the kinds of warning
    ("我叫张三，看到有人卖走私烟", {"first_person"}),
    ("我是李四，看到有人卖走私烟", {"first_person"}),
    ("我在东门超市上班，看到有人卖走私烟", {"first_person"}),
    ("我邻居卖走私烟", {"near"}),
    ("有人卖走私烟，打13812345678", {"phone"}),
    ("身份证450223199001011234的人卖走私烟", {"id"}),
    ("我看到老板在仓库卖走私烟", set()),
    ("我是昨天晚上看到的，卖走私烟", set()),
]


@pytest.mark.parametrize(("words", "kinds"), TELLING)
def test_what_may_give_its_author_away_is_named(words: str, kinds: set[str]) -> None:
    """As in the redaction pass, but not every 我 and every 老板."""
    assert {one.kind for one in naming(words)} == kinds


def test_a_citizen_sees_the_telling_words_before_submitting(citizen: Make) -> None:
    """改 asks for them again and looks again; 照样提交 goes on; harmless words are not asked about."""
    person = citizen().says("我叫张三，看到有人卖走私烟").presses("no").says(PLACE).presses("enough")
    assert person.said == ["tip:ask_checked"] and "张三" in WORDS.text(person.message)
    assert person.presses("edit").said == ["tip:ask_what"]
    assert person.says("我邻居卖走私烟").said == ["tip:ask_checked"], "new words are looked at again"
    assert person.presses("edit").says(STORY).said == ["tip:review"]
    person.presses("change", "change_what").says("我邻居卖走私烟")
    assert person.presses("as_written").said == ["tip:review"]
    assert person.presses("submit").said[0] == "tip:receipt"


# -- back at one's tip ---------------------------------------------------------------------------------------------------


def at_the_card(citizen: Make) -> Any:
    person = citizen()
    filed(person)
    return person.presses("later")


@pytest.mark.parametrize("way", ["查询", "补充", "有人知道是我举报的"])
def test_an_addition_waits_for_nothing(citizen: Make, way: str) -> None:
    """Each message is handed in as it comes, wherever it was begun: no 完成 is needed that may never be said."""
    person = at_the_card(citizen).says("查询").says("AAA车又来了")
    number = person.message["says"][-1][1]["facts"]["number"]
    person.says(way).says("我怕他们找我家里人")
    assert person.stack[-1] == "citizens/add"
    row = tips.by_number(person.tx, number)
    assert row is not None
    assert [one["text"] for one in tips.dialogue(person.tx, row.id)] == ["AAA车又来了", "我怕他们找我家里人"]


def test_additions_to_two_tips_go_to_each(citizen: Make) -> None:
    """To the one whose number was sent last."""
    person = citizen()
    numbers = [filed(person.presses("later") if n else person)[0] for n in range(2)]
    person.presses("later")
    for number in numbers:
        person.says(number).says(f"给{number}")
        row = tips.by_number(person.tx, number)
        assert row is not None and [one["text"] for one in tips.dialogue(person.tx, row.id)] == [f"给{number}"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("查询", "card:ask_act"),
        ("补充", "add:ask_more"),
        ("撤回", "withdraw:ask_sure"),
        ("有人知道是我", "card:exposed"),
    ],
)
def test_with_one_tip_there_is_nothing_to_choose(citizen: Make, word: str, said: str) -> None:
    """The word leads straight to it; with two the number is asked."""
    person = at_the_card(citizen)
    assert person.says(word).said[0] == said
    while person.stack:
        person.says("取消")
    filed(person)
    assert person.presses("later").says(word).said[-1] == "find:ask_number"


def test_after_a_wrong_password_the_right_one_alone_will_do(citizen: Make) -> None:
    """The number is kept; a refusal that still waits is not said after the tip has been opened."""
    person, elsewhere = citizen(), citizen()
    number, password = filed(person)
    assert elsewhere.says(f"{number} 0000-0000-0000-0000").said == ["find:no_match", "find:ask_password"]
    assert elsewhere.says("1111-1111-1111-1111").said == ["find:no_match", "find:ask_password"]
    assert elsewhere.says(password).said[-1] == "card:ask_act"
    rows = elsewhere.tx.execute(select(models.outbox).where(models.outbox.c.lane == elsewhere.chat.id)).all()
    waiting = [queue.opened(elsewhere.tx, row.sealed_payload) for row in rows]
    blocks = [block for one in waiting if one for block, _ in one["says"]]
    assert "citizens/find:no_match" not in blocks and "citizens/card:ask_act" in blocks
    other, _ = filed(citizen())
    assert citizen().says(f"LZ-00000000 {password}").says(number).says(password).said[-1] == "card:ask_act"
    assert other != number


@pytest.mark.parametrize("kept", ["four", "picture", "nothing"])
def test_stop_warns_who_has_not_noted_the_password(citizen: Make, kept: str) -> None:
    """Without it and without the way back the tip could never be opened again."""
    person = citizen()
    _, password = filed(person)
    if kept != "nothing":
        person.says(password[-4:]) if kept == "four" else person.presses("picture")
        assert person.says("STOP").said[0] == "answers:stopped"
        return
    assert person.says("STOP").said == ["stopping:ask_sure"]
    assert person.presses("no").said[-1] == "receipt:ask_four" and person.chat.state["mine"]
    assert person.says("STOP").presses("yes").said[0] == "answers:stopped" and "mine" not in person.chat.state


def test_two_files_at_the_review_print_it_once(citizen: Make) -> None:
    """The second answer takes the place of the first."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses("enough")
    for _ in range(2):
        person.sends()
        assert person.said == ["common:noted", "tip:review"]
    rows = person.tx.execute(select(models.outbox).where(models.outbox.c.lane == person.chat.id)).all()
    blocks = [
        block for row in rows for block, _ in (queue.opened(person.tx, row.sealed_payload) or {"says": []})["says"]
    ]
    assert blocks.count("citizens/tip:review") == 2, "the first look, and one for both files"
    assert person.presses("submit").said[0] == "tip:receipt"
