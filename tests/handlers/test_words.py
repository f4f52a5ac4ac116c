"""Words of ours, small questions, shrugs and thanks: answered as such, and never part of what somebody tells."""

from typing import Any

import pytest

from bot.app import TEMPLATES
from bot.render import Renderer
from handlers import reception
from handlers.desk import Desk
from handlers.forms import Choice, Heard
from handlers.spoken import pressed, within
from handlers.todo import MENU
from handlers.words import filler, said_to_us, shrug, told_before
from rules import county
from storage import attachments, people, tips
from tests.handlers.reading import ROOT
from tests.handlers.test_dialog import PLACE, STORY, WORDS, Talk, file, told
from tests.handlers.test_reception import NOW, Make, citizen, connection, keys

__all__ = ["citizen", "connection", "keys"]  # fixtures

# -- what is meant for us ------------------------------------------------------------------------------------------------

QUESTIONS: list[tuple[str, str | None]] = [
    # what is written, which answer it gets; None: it is told
    ("举报有没有钱拿", "reward"),
    ("举报给多少钱", "reward"),
    ("查实了有奖金吗？", "reward"),
    ("奖励怎么领", "reward"),
    ("他给民警多少钱", None),
    ("老板有没有给钱", None),
    ("会不会泄露我的信息", "secrecy"),
    ("要不要留名字", "secrecy"),
    ("你们能保密吗", "secrecy"),
    ("有人知道是我举报的", "exposed"),
    ("能打电话吗", "hotlines"),
    ("你们是谁", "about"),
    ("这是机器人吗", "about"),
    ("我要查我的举报", "mine"),
    ("我刚才的举报怎么样了", "mine"),
    ("忘记密码了怎么办", "forgot"),
    ("密码丢了怎么办", "forgot"),
    ("你们什么时候来", "asked"),
    ("要等多久啊", "asked"),
    ("有人卖烟吗", None),
    ("有人卖走私烟你们管吗", None),
    ("车上有几个人", None),
    ("谢谢您！", "thanks"),
    ("/lang", "language"),
    ("/帮助", "help"),
    ("/foo bar", "help"),
    ("/start@citizens_bot", "menu"),
    ("退出", "cancel"),
    ("算了不报了", "cancel"),
]


@pytest.mark.parametrize(("words", "name"), QUESTIONS)
def test_a_small_question_is_known_by_what_it_is_about(words: str, name: str | None) -> None:
    """By a word that asks and the word of its subject, with nothing besides but small words: else it is a story. What looks
    like a command is one."""
    assert said_to_us(words, staff=False) == name


EMPTY = [
    # words: a shrug, a filler, told before
    ("不知道地名", (True, False, False)),
    ("没了 现在走了", (True, False, False)),
    ("嗯，不晓得", (True, False, False)),
    ("嗯嗯", (False, True, False)),
    ("好的，收到", (False, True, False)),
    ("我都讲了啊", (False, False, True)),
    ("前面写了", (False, False, True)),
    ("没有车牌", (False, False, False)),
    ("不知道，大概在村口", (False, False, False)),
    ("他说了他在卖烟", (False, False, False)),
    ("", (False, False, False)),
]


@pytest.mark.parametrize(("words", "reads"), EMPTY)
def test_words_that_tell_nothing_are_known_clause_by_clause(words: str, reads: tuple[bool, bool, bool]) -> None:
    """One clause that tells something makes it an answer."""
    assert (shrug(words), filler(words), told_before(words)) == reads


# -- at each question ----------------------------------------------------------------------------------------------------

STEERED: list[tuple[str, str, str, Any]] = [
    # the open question, what is typed, what is open then, the answer
    ("where", "嗯", "where", None),
    ("where", "好的", "where", None),
    ("where", "前面写了", "goods", {"told": True}),
    ("where", "我都讲了啊", "goods", {"told": True}),
    ("where", "没了 现在走了", "where", None),
    ("where", "不知道，大概在村口", "goods", "不知道，大概在村口"),
    ("kind", "不知道地名", "when", None),
    ("who", "嗯", "who", None),
    ("who", "完成", "who", None),
    ("who", "没了 现在走了", "files", None),
    ("who", "前面写了", "files", None),
    ("who", "没有车牌的面包车", "files", "没有车牌的面包车"),
    ("involved", "没有", "reward", ["none"]),  # as the choice says, and not left out
    ("involved", "不知道", "reward", ["none"]),
    ("involved", "完成", "involved", None),
    ("reward", "要奖励", "named", "yes"),
    ("reward", "好的", "named", "yes"),  # a nod to a wish
    ("reward", "完成", "reward", None),
    ("named", "我不想留电话了，匿名吧", "notify", "anonymous"),
    ("contact", "不想留了", "notify", None),
    ("contact", "我不想留电话了，匿名吧", "notify", None),
    ("contact", "匿名", "notify", None),
    ("review", "好的", "review", None),
    ("review", "事情", "review", None),
    ("review", "改", "change", None),
    ("review", "再改", "change", None),
]


@pytest.mark.parametrize(("asked", "words", "then", "answer"), STEERED)
def test_a_word_of_ours_is_answered_where_it_fits_and_told_nowhere(
    asked: str, words: str, then: str, answer: Any
) -> None:
    """A shrug leaves out, a nod says yes to a wish and nothing to a question of fact; nothing of it stands in the tip."""
    talk = Talk().says_("夜里有人在老粮仓卸下成箱的东西").presses("no")
    while talk.asked != asked:
        talk.says_(PLACE) if talk.asked == "where" else talk.presses(
            "named" if (talk.asked, asked) == ("named", "contact") else "skip"
        )
    talk.says_(words)
    assert (talk.asked, talk.answers.get(asked)) == (then, answer)
    assert words not in talk.answers["what"]


@pytest.mark.parametrize("words", ["是", "确认", "放弃", "全部删除"])
def test_the_review_is_ended_by_plain_words_too(words: str) -> None:
    """As its buttons do; what would delete all is asked once more where it was typed."""
    talk, gives_up = told().presses("enough").says_(words), words in ("放弃", "全部删除")
    assert (talk.turn.done, talk.turn.dropped) == (not gives_up, False)
    assert not gives_up or (talk.asked == "leave" and talk.says_(words if words == "放弃" else "是").turn.dropped)


@pytest.mark.parametrize("words", ["不", "不改了", "算了", "no"])
def test_nothing_is_changed_after_all(words: str) -> None:
    """At 要改哪一项."""
    assert told().presses("enough", "change").says_(words).asked == "review"


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("修改", "what"),
        ("改", "what"),
        ("再改", "what"),
        ("确认", "review"),
        ("照样提交", "review"),
        ("地点", "checked"),
    ],
)
def test_what_tells_of_its_author_is_changed_or_left_by_plain_words(citizen: Make, words: str, then: str) -> None:
    """And the story does not grow by them; to leave it is not to submit it, and is not called so."""
    story = "我邻居在东门仓库卖走私香烟"
    person = citizen().says(story).presses("no").says(PLACE).presses("enough").says(words)
    assert person.said[-1] in (f"tip:ask_{then}", f"tip:{then}") and person.answers["what"] == story
    label = dict(zip(person.ids, [one[1] for one in person.message["options"]], strict=True)).get("as_written", "")
    assert "提交" not in label


def test_who_leaves_a_draft_says_it_as_they_like(citizen: Make) -> None:
    """At 放弃吗 too."""
    assert citizen().says(STORY, "取消", "算了不报了").stack == []
    assert citizen().says(STORY, "退出").said == ["tip:ask_leave"]
    asked = citizen().says(STORY, "取消", "/menu")
    assert asked.said == ["common:unfinished", "tip:ask_now"], (
        "what is unfinished is not the question whether to give up"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("你们是谁", "answers:about"),
        ("能打电话吗", "answers:hotlines"),
        ("你们什么时候来", "answers:asked"),
        ("谢谢", "answers:thanks"),
        ("/foo", "common:help"),
    ],
)
def test_a_question_in_mid_form_is_no_part_of_the_tip(citizen: Make, words: str, said: str) -> None:
    """Answered, and what was open is asked again."""
    person = citizen().says(STORY).says(words)
    assert person.said == [said, "tip:ask_now"] and person.answers["what"] == STORY


# -- labels --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "label", "means"),
    [
        ("查实", "未查实", False),
        ("确定", "不确定", False),
        ("查实", "未查实，重新查实", True),
        ("属实", "属实", True),
        ("囤货", "囤货窝点", True),
        ("牵涉", "没有，或无牵涉", False),
        ("受理", "不予受理", False),
        ("受理", "不，予以受理", True),
    ],
)
def test_a_part_of_a_label_never_means_what_the_label_denies(word: str, label: str, means: bool) -> None:
    """Behind 不 未 没 无 非 it is the opposite."""
    assert within(word, label) is means


def test_what_people_call_confirmed_is_taken_for_it() -> None:
    """查实 at 属实, 未查实, 已移交."""
    shown = [["confirmed", "属实"], ["not_confirmed", "未查实"], ["passed", "已移交其他机关"]]
    assert pressed(Heard("said", "查实"), shown) == "confirmed"


# -- what follows from a change ------------------------------------------------------------------------------------------


def sealed_seat(person: Any) -> None:
    who = people.add(person.tx, "luzhai", "乙", NOW)
    people.seat(person.tx, who, "luzhai", "police", "sealed", NOW)


def test_the_protected_way_is_asked_after_again_when_what_led_to_it_has_changed(citizen: Make) -> None:
    """It stands among what can be changed; it falls by an answer and never by itself."""
    person = citizen()
    sealed_seat(person)
    person.says("有保护伞，码头卖走私烟").presses("no").says(PLACE).presses("enough", "skip", "yes")
    assert person.said == ["tip:review"] and "change_special" in person.presses("change").ids
    assert person.presses("change_what").says("码头卖走私烟").said == ["tip:ask_special"]
    assert person.presses("keep").said == ["tip:review"] and person.answers["special"] == "yes"
    assert person.presses("change", "change_involved", "none").said == ["tip:ask_special"]
    assert person.says("否").said == ["tip:review"] and person.answers["special"] == "no"
    assert "【专门渠道】否" in WORDS.text(person.message)
    person.presses("submit")
    row = tips.by_number(person.tx, person.answers["_number"])
    assert row is not None and row.route == "open"


def test_who_would_rather_leave_no_contact_is_anonymous(citizen: Make) -> None:
    """By the button or in words; the words are no contact."""
    for way in ("匿名", "不想留了"):
        person = citizen().says(STORY).presses("no").says(PLACE).presses(*["skip"] * 4, "none", "skip", "named")
        assert person.ids == ["anonymous"]
        person.says(way).presses("enough")
        assert person.answers["named"] == "anonymous" and "contact" not in person.answers
        assert "匿名" in WORDS.text(person.message)


# -- files, languages ----------------------------------------------------------------------------------------------------


def test_an_attachment_is_called_by_its_kind_and_number() -> None:
    """In the review and on its ✕, as officers know it; named or not. Where there is none, none is spoken of."""
    voice = Heard("file", file={"id": 8, "name": "", "family": "voice", "size": 1})
    talk = told().hears(file(7)).hears(voice).presses("enough")
    review = WORDS.block(talk.says[-1].block, talk.says[-1].data, "zh", "luzhai")
    assert "图片 1（7.jpg）、语音 2" in review
    talk.presses("change")
    assert [label for key, label in talk.shown if key.startswith("remove_")] == ["✕ 图片 1", "✕ 语音 2"]
    for files, says in ((talk, True), (told().presses("enough", "change"), False)):
        assert ("✕" in WORDS.block(files.says[-1].block, files.says[-1].data, "zh", "luzhai")) is says


def test_a_picture_and_its_caption_get_one_answer(citizen: Make) -> None:
    """With all that both lead to, and the last question once."""
    person = citizen()
    row = {"id": 77, "county": "luzhai", "lane": person.chat.id, "family": "image", "size": 9, "digest": b"-"}
    attachments.keep(person.tx, row, {"store": "s", "key": "k"})
    before = person.chat.prompt
    picture = Heard("file", file={"id": 77, "name": "", "family": "image", "size": 9})
    desk = Desk(person.tx, NOW, person.setting, person.chat)
    reception.receive(desk, picture, Heard("said", "码头正在卸走私烟"))
    assert person.chat.prompt == before + 1
    assert person.answers["what"] == "码头正在卸走私烟" and [one["id"] for one in person.answers["files+"]] == [77]


@pytest.mark.parametrize("word", ["/language", "语言"])
def test_the_word_for_languages_switches_to_the_other(citizen: Make, word: str) -> None:
    """No question is put that a form would answer: the numbers below it are those of what is open."""
    person = citizen().says(STORY, word)
    assert person.chat.language == "en" and person.said == ["common:language", "tip:ask_now"]
    assert person.says(word).chat.language == "zh"
    assert person.says("2").answers["now"] == "no"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Somebody sells smuggled cigarettes", "en"),
        ("is there a reward?", "en"),
        ("Hello, I saw smugglers", "en"),
        ("hi", "zh"),
        ("ok thanks", "zh"),
        ("LZ-12345678", "zh"),
        ("东门 store sells cigarettes", "zh"),
        ("STOP", "zh"),
    ],
)
def test_who_begins_in_english_is_answered_in_english(citizen: Make, words: str, language: str) -> None:
    """By the first words, when they are English and nothing else."""
    assert citizen().says(words).chat.language == language
    assert citizen("luzhai", "yangxi").says(words).chat.language == language


# -- before the county is known ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("会保密吗", "answers:secrecy"),
        ("举报有奖吗", "answers:reward"),
        ("能打电话吗", "common:county_hotlines"),
        ("你们是谁", "common:county_about"),
        ("帮助", "common:help"),
    ],
)
def test_small_questions_are_answered_before_the_county_is_known(citizen: Make, words: str, said: str) -> None:
    """And are not kept as something told."""
    person = citizen("luzhai", "yangxi").says(words)
    assert person.said == [said, "common:ask_county"] and "before" not in person.chat.state


def test_what_is_urgent_hears_110_before_the_county_is_known(citizen: Make) -> None:
    """What was told is kept, said to be kept and 未提交; a story that names a county is no answer to which one."""
    person = citizen("luzhai", "yangxi").says("阳西码头正在卸走私烟")
    assert person.said == ["common:county_urgent", "common:county_kept", "common:ask_county"]
    assert "未提交" in WORDS.text(person.message) and person.message["draft"] and person.chat.county is None
    assert person.says("阳西").answers["what"] == "阳西码头正在卸走私烟"


# -- what a button of the menu says, typed --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_button_of_the_menu_is_called_is_understood_when_typed(language: str) -> None:
    """Whoever reads 邀请人员 and types it gets what the button gives, wherever they are."""
    words = Renderer(TEMPLATES, county.load([ROOT / "counties/luzhai.yaml"]))
    always = ("go.ours", "go.directory", "go.leave", "go.morning", "go.sessions", "go.login")
    for one in dict.fromkeys((*(one for ones in MENU.values() for one in ones), *always)):
        label = words.label(Choice(one), "staff/todo", language, "luzhai")
        assert said_to_us(label, staff=True) == one.removeprefix("go."), label
