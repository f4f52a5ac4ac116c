"""What is read out of a text: what makes two tips alike, what gives an author away, what need not be asked again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.county import Plan
from rules.marks import answered_now, asking, corrected_now, happening_now, marks, recognised, sought, telling

MONDAY = date(2026, 11, 23)

# what two people write of the same thing, and the mark they share
SAME = [
    ("车牌桂B12345，白色货车", "看到 桂B·12345 在卸货", ("plate", "桂B12345")),
    ("桂b d12345 新能源", "桂ＢＤ１２３４５", ("plate", "桂BD12345")),  # GA 36-2018, six characters
    ("联系人13812345678", "电话：138 不，13812345678。", ("phone", "13812345678")),
    ("https://shop.example.cn/a/1。", "见 WWW.Shop.example.cn/a/1/", ("link", "shop.example.cn/a/1")),
    ("单号SF1234567890123", "快递 sf1234567890123", ("parcel", "SF1234567890123")),
]


@pytest.mark.parametrize(("one", "other", "shared"), SAME)
def test_the_same_thing_written_twice_has_one_mark(one: str, other: str, shared: tuple[str, str]) -> None:
    """Duplicates are proposed by plate, telephone, link, parcel number and place; equal things must be equal."""
    assert shared in marks(one, None, MONDAY)
    assert shared in marks(other, None, MONDAY)


def test_a_place_and_the_week_are_marks_too() -> None:
    """Blanks and punctuation in a place don't matter; a place of three characters is everywhere."""
    assert ("place", "县城东门老粮仓") in marks("", "县城 东门，老粮仓。", MONDAY)
    assert ("week", "2026-48") in marks("", None, MONDAY)
    assert [one.kind for one in marks("", "东门口", MONDAY)] == ["week"]


NO_MARKS = [
    "身份证450204199001011234",  # an identity number is neither a telephone nor a parcel
    "卡号6222021234567890123",
    "每条100元，共13箱",
    "电话12313",
]


@pytest.mark.parametrize("text", NO_MARKS)
def test_other_figures_are_no_marks(text: str) -> None:
    """A false likeness would put two strangers' tips on one table."""
    assert [one.kind for one in marks(text, None, MONDAY)] == ["week"]


def test_a_search_is_for_one_whole_mark() -> None:
    """Part of a plate finds nothing."""
    assert sought(" 桂B·12345 ") == ("plate", "桂B12345")
    assert sought("桂B") is None and sought("桂B12345 白车") is None


TELLING = [
    ("我邻居王某", ["first_person", "near"]),
    ("我举报：老板叫黄某，老板娘管账", []),  # every tip is somebody's, and a suspect has a boss
    ("我们要举报码头有人卖私烟", []),
    ("我举报过一次，他是我老板", ["first_person", "first_person", "near"]),
    ("I want to report a warehouse", []),
    ("I saw my colleague", ["first_person", "first_person", "near"]),
    ("找13812345678，证件45020419900101123X", ["id", "phone"]),
    ("白色货车夜里卸货", []),
]


@pytest.mark.parametrize(("text", "kinds"), TELLING)
def test_what_may_give_an_author_away_is_pointed_out(text: str, kinds: list[str]) -> None:
    """Warnings before a copy goes to a unit: first person, people near, telephone, identity number."""
    assert sorted(one.kind for one in telling(text)) == sorted(kinds)


# a question to the informant, whether it asks who they are
ASKING = [
    ("您住在哪里，叫什么名字？", True),
    ("请告诉我们您的姓名和联系方式", True),
    ("您的手机号码是多少", True),
    ("你是哪个村的人", True),
    ("What is your name?", True),
    ("Where do you live?", True),
    ("老板叫什么名字，住在哪里？", False),
    ("车主的电话是多少", False),
    ("他们一般几点卸货？", False),
    ("货放在哪里？", False),
    ("Which day did you see it?", False),
]


@pytest.mark.parametrize(("text", "asks"), ASKING)
def test_what_asks_the_informant_who_they_are_is_pointed_out(text: str, asks: bool) -> None:
    """Of others one may ask the same: that is the work."""
    assert bool(list(asking(text))) == asks


NOW = [
    ("码头正在卸货", True),
    ("现在有人在后院搬烟", True),
    ("船刚靠岸", True),
    ("他们马上要走了", True),
    ("They are unloading at the pier", True),
    ("It is happening right now", True),
    ("每周二凌晨卸货", False),
    ("不是正在发生", False),
    ("上个月卖过假烟", False),
    ("A shop sells fake cigarettes", False),
    ("昨晚我看到有人正在卸走私烟", False),
    ("每次卸货都在卸货区", False),
    ("他说马上就要去卖烟了，上个月的事", False),
    ("看到正在卸货但已经走了", False),
    ("他们现在没在卸", False),
    ("正在发生是什么意思", False),
    ("听说码头正在卸货", False),
    ("They are not unloading", False),
    ("Last night they were unloading right now", False),
    ("码头正在卸货，你们快来！", True),
    ("老板不知道，现在有人在后院搬烟", True),
]


@pytest.mark.parametrize(("text", "now"), NOW)
def test_words_that_say_it_is_going_on(text: str, now: bool) -> None:
    """A present act, and no past, habit, denial, end, hearsay or question beside it: what is not plain is asked after, and
    never raises an alert."""
    assert happening_now(text) is now


ANSWERED = [
    # what is written at "is it going on", what it answers (None: it is asked again)
    ("他们现在没在卸", "no"),
    ("看到正在卸货但已经走了", "no"),
    ("有，昨天", "no"),
    ("昨晚上卸的", "no"),
    ("停了", "no"),
    ("是啊天天卖", None),
    ("昨晚开始的，现在还在卸", None),
    ("夜里老是有车来", None),
    ("正在发生是什么意思", None),
    ("什么叫正在发生？", None),
    ("还在卸", "yes"),
    ("是的，正在卸", "yes"),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_only_a_plain_yes_is_one(text: str, answer: str | None) -> None:
    """A past or an end says no; what speaks for both is asked again."""
    assert answered_now(text) == answer


CORRECTED = [
    ("不是现在", "no"),
    ("不是现在，是昨晚", "no"),
    ("不对，不是现在", "no"),
    ("actually no", "no"),
    ("不对，现在正在卸", "yes"),
    ("不对", "again"),
    ("点错了", "again"),
    ("不是仓库，是码头", None),
    ("东门老粮仓", None),
]


@pytest.mark.parametrize(("text", "answer"), CORRECTED)
def test_words_that_put_the_answer_right(text: str, answer: str | None) -> None:
    """They speak of now, or of nothing but a mistake."""
    assert corrected_now(text) == answer


GOODS = [
    # county, the story, the goods (None: asked)
    ("luzhai", "东门仓库夜里有人卖走私香烟", "tobacco"),
    ("luzhai", "冷库里都是走私冻肉", "frozen"),
    ("luzhai", "有人开油罐车卖柴油", "refined_oil"),
    ("luzhai", "修理厂在卖走私车", "vehicles"),
    ("luzhai", "店里有假烟也有洋酒", None),  # two kinds: a question, not a guess
    ("luzhai", "他们用手机联系", None),  # a telephone is not what is smuggled
    ("luzhai", "soil near the river", None),
    ("luzhai", "村口店里卖烟花", None),  # fireworks
    ("luzhai", "They sell Diesel at night", "refined_oil"),
    ("yangxi", "小店卖假烟", "fake_cigarette"),
    ("yangxi", "码头卸走私香烟", "smuggled_cigarette"),
    ("yangxi", "他们在卖香烟", None),  # which kind, the words do not say
    ("yangxi", "仓库里有滤嘴棒和卷烟纸", "materials"),
]


@pytest.mark.parametrize(("county", "text", "expected"), GOODS)
def test_goods_are_recognised_in_a_story(plans: dict[str, Plan], county: str, text: str, expected: str | None) -> None:
    """By name and by the words people use for them; a longer word hides the shorter ones inside it."""
    assert recognised(text, plans[county].goods.values()) == expected


def test_every_word_of_a_plan_means_one_kind_of_goods(plans: dict[str, Plan]) -> None:
    """A word that two kinds share would recognise neither."""
    for plan in plans.values():
        for goods in plan.goods.values():
            for word in (goods.name.zh, goods.name.en, *goods.words):
                assert recognised(word, plan.goods.values()) == goods.id, word


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_can_be_read(text: str, where: str) -> None:
    """Nothing people write breaks a reading."""
    marks(text, where, MONDAY)
    happening_now(text)
    sought(text)
    list(telling(text))
    list(asking(text))
