"""What people say of the form itself: explained, put right, changed, given up; it is never part of what they tell."""

from typing import Any

import pytest

from tests.handlers.test_dialog import PLACE, STORY, WORDS, Talk, told
from tests.handlers.test_reception import Make, citizen, connection, keys

__all__ = ["citizen", "connection", "keys"]  # fixtures

UNSURE_STORY = "夜里有人在老粮仓卸下成箱的东西"


def at(question: str, story: str = UNSURE_STORY) -> Talk:
    talk = Talk().says_(story).presses("no")
    while talk.asked != question:
        way = "named" if (talk.asked, question) == ("named", "contact") else "skip"
        talk.says_(PLACE) if talk.asked == "where" else talk.presses(way)
    return talk


# -- whether it is going on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["不是现在", "不是现在，是昨晚", "不对，不是现在", "actually no"])
def test_a_wrong_yes_is_put_right_by_the_next_words(words: str) -> None:
    """Told or read out of the story: they are no place, no alert goes out, and it is said."""
    for talk in (Talk().says_(STORY).presses("yes"), Talk().says_("码头正在卸走私香烟")):
        talk.says_(words)
        assert (talk.answers["now"], talk.notes, talk.asked) == ("no", ["corrected"], "where")


def test_a_mere_mistake_asks_again() -> None:
    """不对 says not what is right; 返回 leads to the same question, also where the story answered it."""
    assert Talk().says_(STORY).presses("yes").says_("不对").asked == "now"
    talk = Talk().says_("码头正在卸走私香烟").back()
    assert talk.asked == "now" and talk.presses("no").answers["now"] == "no" and talk.asked == "where"


# -- what is asked about the question ----------------------------------------------------------------------------------------

EXPLAINED = [
    ("now", "正在发生是什么意思", "now"),
    ("now", "什么叫正在发生？", "now"),
    ("kind", "what is a depot?", "kind"),
    ("who", "为什么要问车牌", "who"),
    ("review", "提交之后能改吗", "after"),
    ("review", "怎么撤回", "after"),
    ("review", "为什么要问车牌", "who"),
    ("review", "什么密码", "password"),
    ("review", "可以匿名拿奖金吗", "named"),
]


@pytest.mark.parametrize(("asked", "words", "topic"), EXPLAINED)
def test_a_question_about_the_question_is_answered(asked: str, words: str, topic: str) -> None:
    """In both languages, and what was open is asked again."""
    if asked == "now":
        talk = Talk().says_(UNSURE_STORY)
    else:
        talk = told().presses("enough") if asked == "review" else at(asked)
    before = dict(talk.answers)
    talk.says_(words)
    assert (talk.asked, talk.answers, talk.says[0].block) == (asked, before, f"citizens/tip:explain_{topic}")
    assert all(WORDS.block(talk.says[0].block, {}, language, "luzhai") for language in ("zh", "en"))


def special() -> Talk:
    return told_of_officials().presses("skip")


def told_of_officials() -> Talk:
    return Talk().says_("有领导当保护伞，卖走私香烟").presses("no").says_(PLACE).presses("enough")


@pytest.mark.parametrize(
    ("words", "answer"), [("走", "yes"), ("走专门渠道", "yes"), ("要", "yes"), ("不走", "no"), ("不用", "no")]
)
def test_the_protected_way_takes_plain_words(words: str, answer: str) -> None:
    """And the review shows what was chosen."""
    talk = special().says_(words)
    assert talk.answers["special"] == answer and talk.asked == "review"
    label = {"yes": "是", "no": "否"}[answer]
    assert f"【专门渠道】{label}" in WORDS.block(talk.says[-1].block, talk.says[-1].data, "zh", "luzhai")


@pytest.mark.parametrize("words", ["什么是专门渠道", "会不会被李队长看到"])
def test_what_the_protected_way_is_can_be_asked(words: str) -> None:
    talk = special().says_(words)
    assert talk.says[0].block == "citizens/tip:explain_special" and talk.asked == "special"


@pytest.mark.parametrize("words", ["随便", "不知道"])
def test_who_does_not_know_goes_the_safer_way(words: str) -> None:
    """Explained once, then chosen for them."""
    talk = special().says_(words)
    assert (talk.says[0].block, talk.asked) == ("citizens/tip:explain_special", "special")
    assert talk.says_(words).answers["special"] == "yes" and talk.asked == "review"


# -- how to be reached -------------------------------------------------------------------------------------------------------

REACHED: list[tuple[str, str, str | None, str]] = [
    # what is typed at 匿名/联系方式, the answer, the contact, what is open then
    ("我叫张三，13900139000", "named", "我叫张三，13900139000", "notify"),
    ("13900139000", "named", "13900139000", "notify"),
    ("微信 zhangsan88", "named", "微信 zhangsan88", "notify"),
    ("留电话", "named", None, "contact"),
    ("实名", "named", None, "contact"),
    ("我叫张三", "named", None, "contact"),
    ("不要", "anonymous", None, "notify"),
    ("不用留", "anonymous", None, "notify"),
    ("不想留电话", "anonymous", None, "notify"),
    ("anonymous please", "anonymous", None, "notify"),
]


@pytest.mark.parametrize(("words", "answer", "contact", "then"), REACHED)
def test_a_contact_is_never_part_of_the_story(words: str, answer: str, contact: str | None, then: str) -> None:
    """A number, a name, 留: sealed apart, or asked for; a refusal is anonymous."""
    talk = at("named").says_(words)
    assert (talk.answers["named"], talk.answers.get("contact"), talk.asked) == (answer, contact, then)
    assert talk.answers["what"] == UNSURE_STORY


@pytest.mark.parametrize("words", ["没有电话", "不要", "不用留"])
def test_who_has_no_contact_to_leave_is_anonymous(words: str) -> None:
    """At the contact's own question too."""
    talk = at("contact").says_(words)
    assert talk.asked == "notify" and not talk.answers.get("contact")


# -- at the review -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("改物品", "goods"),
        ("改时间", "when"),
        ("修改地点", "where"),
        ("地点不对", "where"),
        ("我要改一下时间", "when"),
        ("change the place", "where"),
    ],
)
def test_what_is_to_be_changed_may_be_named(words: str, name: str) -> None:
    """That question opens, at the review and at 要改哪一项."""
    for talk in (told().presses("enough"), told().presses("enough", "change")):
        assert talk.says_(words).asked == name and talk.answers["what"] == STORY


def test_the_new_words_may_stand_beside_what_is_changed() -> None:
    """地点不对，是新粮仓."""
    talk = told().presses("enough").says_("地点不对，是新粮仓")
    assert (talk.answers["where"], talk.asked, talk.notes) == ("新粮仓", "review", ["corrected"])


@pytest.mark.parametrize("words", ["提交吧", "可以提交", "没问题", "就这样吧", "交上去"])
def test_submitting_is_said_in_many_ways(words: str) -> None:
    assert told().presses("enough").says_(words).turn.done


@pytest.mark.parametrize("words", ["还是不报了", "我怕了，不报了", "算了吧", "不想说了", "重来", "删掉", "cancel that"])
def test_giving_up_is_said_in_many_ways(citizen: Make, words: str) -> None:
    """It is asked before all is deleted."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses("enough").says(words)
    assert person.said == ["tip:ask_leave"] and person.answers["what"] == STORY


@pytest.mark.parametrize("at_the_review", [False, True])
def test_all_is_well_again_is_asked_and_discards_nothing(citizen: Make, at_the_review: bool) -> None:
    """没事了 with something unfinished may mean that nobody wants to report any more: it is asked, and a second nod is no
    answer to that."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses(*(["enough"] if at_the_review else []))
    person = person.says("没事了")
    assert person.said == ["tip:ask_leave"] and person.answers["what"] == STORY
    person = person.says("没事了")
    assert person.answers["what"] == STORY
    assert person.presses("stay").answers["what"] == STORY


@pytest.mark.parametrize("asked", ["where", "goods", "when", "who"])
@pytest.mark.parametrize("words", ["没有照片", "我没有视频", "没拍照片", "no photos"])
def test_that_there_are_no_pictures_is_heard_wherever_it_is_said(asked: str, words: str) -> None:
    """They are not asked for any more; what was asked is asked again, and these words are no answer to it."""
    talk = at(asked).says_(words)
    assert talk.asked == asked and talk.answers["files"] is None and talk.notes == ["noted"]
    assert asked not in talk.answers and talk.answers["what"] == UNSURE_STORY


@pytest.mark.parametrize("words", ["还有一个人", "后天再说吧", "晚上"])
def test_nothing_short_is_put_into_the_story_unasked(words: str) -> None:
    """At the review: 补上 or 不补; more words wait beside the first."""
    talk = told().presses("enough").says_(words)
    assert talk.asked == "adding" and talk.ids == ["put_in", "leave_out"] and talk.answers["what"] == STORY
    assert talk.presses("leave_out").answers["what"] == STORY and talk.asked == "review"
    assert talk.says_(words, "车是白的").asked == "adding"
    assert talk.says_("补上").answers["what"] == f"{STORY}\n{words}\n车是白的" and talk.asked == "review"


@pytest.mark.parametrize("words", ["skip", "none", "nope"])
def test_a_bare_english_word_at_the_review_is_no_password(citizen: Make, words: str) -> None:
    person = citizen().says(STORY).presses("no").says(PLACE).presses("enough").says(words)
    assert "find:unasked" not in person.said and person.said[-1] == "tip:review"


def test_back_from_the_review_goes_further_each_time() -> None:
    """Not to and fro between the last question and the review; 不改了 returns."""
    talk = told().presses(*["skip"] * 3).presses("skip", "none", "no", "anonymous", "no")
    assert talk.asked == "review"
    assert [talk.back().asked for _ in range(5)] == ["notify", "named", "reward", "involved", "files"]
    whole = told().presses(*["skip"] * 4, "none", "no", "anonymous", "no").back().back()
    assert whole.asked == "named" and whole.presses("keep").asked == "review"


# -- stuck, lost, in another language ----------------------------------------------------------------------------------------


def test_who_is_not_understood_twice_is_shown_the_way_on() -> None:
    """That it may be skipped is said once; the choices keep their numbers."""
    talk = at("kind").says_("晚上")
    before = talk.ids
    assert "may_skip" not in talk.notes
    talk.says_("那个车")
    assert "may_skip" in talk.notes and talk.ids == before
    assert "may_skip" not in talk.says_("就是那个").notes and talk.says_("跳过").asked == "when"


@pytest.mark.parametrize("words", ["没得", "记不到", "随便"])
def test_a_shrug_is_one_in_dialect_too(words: str) -> None:
    assert at("kind").says_(words).asked == "when"


@pytest.mark.parametrize(
    "words", ["我回来了", "我上次说的那个", "我忘了写到哪了", "看看我写了什么", "what did I write so far"]
)
def test_who_comes_back_is_shown_what_was_written(citizen: Make, words: str) -> None:
    """The review's lines, and the open question; it is no place."""
    person = citizen().says(STORY).presses("no").says(words)
    assert person.said == ["tip:so_far", "tip:ask_where"] and STORY in WORDS.text(person.message)
    assert citizen().says(STORY).hears("started").said[0] == "tip:so_far"


ENGLISH: list[tuple[str, Any]] = [
    ("hello there", "answers:hello"),
    ("Is this safe?", "answers:secrecy"),
    ("how much is the reward", "answers:reward"),
    ("where is my password?", "answers:forgot"),
    ("我不识字 你打电话给我", "answers:hotlines"),
]


@pytest.mark.parametrize(("words", "said"), ENGLISH)
def test_small_questions_in_any_words_are_answered(citizen: Make, words: str, said: str) -> None:
    """Before a tip is begun they begin none; in one they are no part of it."""
    first = citizen().says(words)
    assert said in first.said and first.stack == []
    person = citizen().says(STORY).says(words)
    assert said in person.said and person.answers["what"] == STORY


def test_to_ask_for_english_is_answered_in_english(citizen: Make) -> None:
    person = citizen().says("Can I report something in English?")
    assert person.chat.language == "en" and person.stack == []


@pytest.mark.parametrize("words", ["no pictures", "I have no photos"])
def test_no_pictures_skips_them(words: str) -> None:
    assert at("files").says_(words).asked == "involved"


ANSWERED: list[tuple[str, str, str, str]] = [
    # what is asked, what is typed, what is open then, what it was taken for
    ("goods", "核对", "review", ""),
    ("who", "其余不填", "review", ""),
    ("who", "去核对", "review", ""),
    ("who", "后面的不填了", "review", ""),
    ("who", "其他都没有了", "review", ""),
    ("who", "下一步", "files", ""),
    ("files", "不想要", "involved", ""),
    ("files", "没有照片", "involved", ""),
    ("involved", "不要", "reward", "none"),
    ("involved", "不用", "reward", "none"),
]


@pytest.mark.parametrize(("asked", "words", "then", "taken"), ANSWERED)
def test_typed_answers_are_understood(asked: str, words: str, then: str, taken: str) -> None:
    """What is on the button, or half of it, and what people say instead; none of it is content."""
    talk = at(asked).says_(words)
    assert talk.asked == then and talk.answers["what"] == UNSURE_STORY
    assert talk.answers.get(asked) == ([taken] if taken else None)


def test_no_after_two_misses_is_no(citizen: Make) -> None:
    """没有 at the units is the answer 没有, and the review says so."""
    talk = at("involved").says_("哪个单位来着", "那个", "没有")
    assert talk.answers["involved"] == ["none"]


NO_PLACE = ["不是现在", "不方便说", "等一下", "👍", "11", "我家", "就是那里"]


@pytest.mark.parametrize("words", NO_PLACE)
def test_what_is_no_place_is_not_taken_for_one(words: str) -> None:
    """A place sent next is the place."""
    talk = Talk().says_(UNSURE_STORY).presses("no").says_(words)
    assert talk.asked == "where" and "where" not in talk.answers and talk.answers["what"] == UNSURE_STORY
    assert talk.says_(PLACE).answers["where"] == PLACE


def test_what_goes_on_is_no_place() -> None:
    """还有一辆车: more of the story; both places being written is 前面写了."""
    talk = Talk().says_("码头正在卸走私香烟").says_("还有一辆黑色轿车望风")
    assert talk.asked == "where" and talk.answers["what"].endswith("还有一辆黑色轿车望风")
    assert talk.says_("两个地方都写了").answers["where"] == {"told": True}


@pytest.mark.parametrize("words", ["现在", "就在现在", "就现在"])
def test_now_alone_is_yes(words: str) -> None:
    assert Talk().says_(UNSURE_STORY).says_(words).answers["now"] == "yes"


# -- the wrong county --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["换个县", "我选错县了", "鹿寨"])
def test_a_wrongly_chosen_county_is_changed_while_nothing_is_submitted(citizen: Make, words: str) -> None:
    """What was told goes with them."""
    person = citizen("luzhai", "yangxi").says("阳西").says(STORY).presses("no").says(words)
    assert person.said == ["common:county_kept", "common:ask_county"] and person.chat.county is None
    person.says("鹿寨")
    assert person.chat.county == "luzhai" and person.answers["what"] == STORY
    person.presses("no").says(PLACE).presses("enough")
    while person.said != ["tip:review"]:
        person.presses("skip")
    assert person.presses("submit").says("换个县").said[0] == "common:county_stays"


def test_numbers_looked_for_in_one_county_are_forgotten_in_another(citizen: Make) -> None:
    """Whoever chooses another county leaves nothing behind that names a tip of the first: neither what was put aside, nor
    the number to which no word is to be sent."""
    person = citizen("luzhai", "yangxi").says("阳西").says("查询").says("YX-12345678")
    person.chat.state["aside"] = list(person.chat.state["stack"])
    person.chat.state["unwritten"] = ["YX-12345678"]
    person.says("换个县")
    assert person.chat.county is None and "12345678" not in str(person.chat.state)


# -- who was named and not chosen --------------------------------------------------------------------------------------------


def named_only(citizen: Make) -> Any:
    person = citizen().says("派出所的民警老王帮卖走私香烟的人放风").presses("no").says(PLACE).presses("enough")
    return person.presses("skip", "no")


@pytest.mark.parametrize(("words", "involved"), [("是", ["police", "police_stations"]), ("否", None)])
def test_a_unit_that_was_named_does_not_get_the_tip_unasked(
    citizen: Make, words: str, involved: list[str] | None
) -> None:
    """Who leaves it open, and does not go the protected way, is asked about the very units they wrote of."""
    person = named_only(citizen)
    assert person.said == ["tip:ask_apart"] and "县公安局" in WORDS.text(person.message)
    person.says(words)
    assert person.said == ["tip:review"] and person.answers["involved"] == involved


def test_who_denied_it_or_chose_others_is_not_asked_again(citizen: Make) -> None:
    """没有 is an answer; who does not know goes the safer way."""
    person = citizen().says("派出所的民警老王帮卖走私香烟的人放风").presses("no").says(PLACE).presses("enough")
    assert person.presses("none", "no").said == ["tip:review"]
    assert named_only(citizen).says("不知道").said == ["tip:explain_apart", "tip:ask_apart"]


@pytest.mark.parametrize("words", ["不用", "不用了", "不需要"])
@pytest.mark.parametrize("question", ["when", "who", "files"])
def test_no_need_leaves_a_question_out(question: str, words: str) -> None:
    """不用 is no name and no time."""
    talk = at(question).says_(words)
    assert talk.asked != question and talk.answers[question] is None


@pytest.mark.parametrize("words", ["走丝", "骗子", "测试"])
def test_a_word_of_two_characters_is_no_piece_of_the_story_at_a_choice(words: str) -> None:
    """What is meant is a choice, or nothing."""
    talk = at("kind").says_(words)
    assert (talk.asked, talk.answers["what"], talk.notes) == ("kind", UNSURE_STORY, ["why_want_choice"])


@pytest.mark.parametrize("words", ["就在我家后面的巷子", "behind my house"])
def test_a_place_by_ones_own_home_is_pointed_out(words: str) -> None:
    """Before it is submitted, with the words."""
    talk = Talk().says_(UNSURE_STORY).presses("no").says_(words).presses("enough")
    assert talk.asked == "checked" and talk.answers["where"] == words
