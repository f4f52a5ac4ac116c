"""Cards, menus and texts as WeCom takes them: within every limit, or not made at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import cards
from bot.channels.wecom.cards import Face, Item
from bot.channels.wecom.kf_ears import hear
from tests.simulators.wecom.cards import checked

URL = "https://example.gov.cn/"
FACE = Face("月报未报送")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def some(number: int, label: str = "第{}项") -> list[tuple[str, str]]:
    return [(f"c{one}", label.format(one)) for one in range(number)]


def ask(choices: Any, face: Face = FACE, **more: Any) -> cards.Card | None:
    return cards.question(face, 3, choices, more.pop("task", "7"), more.pop("confirm", "确定"), **more)


def made(card: cards.Card | None) -> dict[str, Any]:
    assert card is not None
    return card.body


# -- texts ---------------------------------------------------------------------------------------------------------------


@given(TEXTS.map(lambda words: words * 9))
def test_texts(words: str) -> None:
    """All that can be seen is said, in pieces that aren't cut, and none of them is empty."""
    found = cards.texts(words)
    assert all(one.strip() and len(one.encode()) <= 2048 for one in found)
    assert "".join("".join(found).split()) == "".join(cards.unlinked(words).split())


def test_where_texts_are_cut() -> None:
    """After a paragraph, where one ends in the second half."""
    first = "甲" * 400 + "\n\n"
    assert cards.texts(first + "乙" * 600) == [first, "乙" * 600]


# what people write -> what is sent
LINKS = [
    ('<a href="https://x.example">点此</a>', '＜a href="https://x.example">点此＜/a>'),
    ("< A\nhref=x>", "＜ A\nhref=x>"),
    ("<b>1 < 2 & 3</b> &lt;a&gt;", "<b>1 < 2 & 3</b> &lt;a&gt;"),
    ("a < b", "a < b"),
]


@pytest.mark.parametrize(("words", "wanted"), LINKS)
def test_no_links(words: str, wanted: str) -> None:
    """The one tag that is read in texts is never somebody's words."""
    assert cards.unlinked(words) == wanted


# text -> what of it stands on a card
FACES = [
    ("标题", Face("标题")),
    ("标题\n\n正文\n第二行\n", Face("标题", "正文\n第二行")),
    ("题" * 36 + "\n" + "文" * 160, Face("题" * 36, "文" * 160)),
    ("题" * 37, None),
    ("标题\n" + "文" * 161, None),
    (" \n ", None),
]


@pytest.mark.parametrize(("text", "wanted"), FACES)
def test_what_fits_on_a_card(text: str, wanted: Face | None) -> None:
    """As it is, or not at all: the caller says it ahead of the card."""
    assert cards.face_of(text) == wanted


# -- buttons -------------------------------------------------------------------------------------------------------------


def test_buttons() -> None:
    """Up to six stand side by side, each with its own key, the first one marked."""
    body = made(ask([("yes", "是"), ("no", "否")], url=URL))
    assert body == {
        "card_type": "button_interaction",
        "main_title": {"title": "月报未报送"},
        "button_list": [{"text": "是", "style": 1, "key": "3:yes"}, {"text": "否", "style": 2, "key": "3:no"}],
        "task_id": "7",
        "card_action": {"type": 1, "url": URL},
    }


def test_a_list_to_pick_from() -> None:
    """What is too much for buttons is a list, with one button that sends what was picked."""
    body = made(ask(some(10), ask="哪一项"))
    assert body["button_list"] == [{"text": "确定", "style": 1, "key": "3:"}]
    assert body["button_selection"]["question_key"] == "3:" and body["button_selection"]["title"] == "哪一项"
    assert body["button_selection"]["option_list"][9] == {"id": "3:c9", "text": "第9项"}


# choices -> how they are offered, whether something is shortened
OFFERED = [
    (some(6), "buttons", False),
    (some(7), "list", False),
    (some(10), "list", False),
    (some(11), "", False),
    ([], "", False),
    ([("a", "十" * 10)], "buttons", False),
    ([("a", "十" * 11)], "list", False),  # whole in a list rather than shortened on a button
    ([("a", "十" * 17)], "buttons", True),
    (some(7, "{}" + "十" * 20), "list", True),
    (some(2, "十" * 20 + "{}"), "", False),  # shortened nobody could tell them apart
    ([("a", "同"), ("b", "同")], "", False),
    ([("a", "一"), ("a", "二")], "", False),  # one key twice: 42051
    ([("a", " ")], "", False),
    ([("a" * 1022, "一")], "buttons", False),  # key: 1,024 bytes
    ([("a" * 1023, "一")], "", False),
    ([("选" * 42, "十一个字的选项名称呀呀")], "list", False),  # an option's id: 128 bytes, not characters
    ([("选" * 43, "十一个字的选项名称呀呀")], "", False),
]


@pytest.mark.parametrize(("choices", "wanted", "cut"), OFFERED)
def test_how_choices_are_offered(choices: list[tuple[str, str]], wanted: str, cut: bool) -> None:
    """By buttons, by a list, or not by a card; what was shortened is said to be."""
    card = ask(choices)
    assert (card is not None) == bool(wanted)
    if card is not None:
        assert ("button_selection" in card.body) == (wanted == "list") and card.cut == cut


# what is wrong with it
REFUSED: list[dict[str, Any]] = [
    {"face": Face(" ")},  # main_title.title is required
    {"face": Face("题", facts=tuple(("名", "值") for _ in range(7)))},
    {"face": Face("题", facts=(("", "值"),))},
    {"face": Face("题", links=tuple(("看", URL) for _ in range(4)))},
    {"face": Face("题", links=(("看", "example.gov.cn"),))},  # 45034
    {"face": Face("题", links=(("", URL),))},
    {"task": ""},
    {"task": "a b"},
    {"task": "七"},
    {"task": "a" * 129},
    {"url": "example.gov.cn"},
    {"url": "javascript:alert(1)"},
    {"url": URL + "a" * 2048},
]


@pytest.mark.parametrize("more", REFUSED)
def test_what_is_enforced(more: dict[str, Any]) -> None:
    """A card that would be refused is not made."""
    assert ask(some(2), **more) is None


def test_no_list_without_a_button() -> None:
    """A list needs its button's words."""
    assert ask(some(8), confirm=" ") is None


# where -> how many characters are advised
ADVISED = [
    (Face("长" * 99), ("main_title", "title"), 36),
    (Face("题", desc="长" * 99), ("main_title", "desc"), 44),
    (Face("题", "长" * 999), ("sub_title_text",), 160),
    (Face("题", source="长" * 99), ("source", "desc"), 20),
    (Face("题", facts=(("长" * 99, "值"),)), ("horizontal_content_list", 0, "keyname"), 5),
    (Face("题", facts=(("名", "长" * 99),)), ("horizontal_content_list", 0, "value"), 30),
    (Face("题", links=(("长" * 99, URL),)), ("jump_list", 0, "title"), 18),
]


@pytest.mark.parametrize(("face", "path", "most"), ADVISED)
def test_what_is_advised(face: Face, path: tuple[Any, ...], most: int) -> None:
    """It is shortened to what is advised, and the card says so; what just fits is not."""
    card = ask(some(1), face=face)
    assert card is not None and card.cut
    found: Any = card.body
    for one in path:
        found = found[one]
    assert found == "长" * (most - 1) + "…"


def test_shortened_between_signs() -> None:
    """No sign is torn from what it is made of."""
    card = ask(some(1), face=Face("题" * 33 + "👨‍👩‍👧‍👦" + "题" * 9))
    assert made(card)["main_title"]["title"] == "题" * 33 + "…"


def test_text_notice() -> None:
    """It says something and opens a page; with a menu at its corner it needs a task."""
    face, actions = Face("题", facts=(("单位", "县市场监管局"),), links=(("看", URL),)), [("done", "知道了")]
    body = made(cards.text_notice(face, URL))
    assert body["card_type"] == "text_notice" and body["card_action"] == {"type": 1, "url": URL}
    assert "task_id" not in body and body["horizontal_content_list"] == [{"keyname": "单位", "value": "县市场监管局"}]
    body = made(cards.text_notice(face, URL, "7", actions, 3))
    assert body["action_menu"] == {"action_list": [{"text": "知道了", "key": "3:done"}]}
    assert made(cards.text_notice(Face("", "只有正文"), URL))["sub_title_text"] == "只有正文"


NOTICES: list[tuple[Any, ...]] = [
    (Face(""), URL),  # title or text
    (FACE, ""),  # card_action is required: 42045
    (FACE, "ftp://x"),
    (FACE, URL, "", some(1)),
    (FACE, URL, "7", some(4)),
    (FACE, URL, "7", [("a", "一"), ("a", "二")]),
]


@pytest.mark.parametrize("arguments", NOTICES)
def test_notices_that_would_be_refused(arguments: tuple[Any, ...]) -> None:
    """They are not made."""
    assert cards.text_notice(*arguments) is None


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=12)


@given(WORDS, WORDS, WORDS, WORDS, PAIRS, PAIRS, st.integers(-1, 10**6))
def test_whatever_is_made_is_taken(
    title: str, text: str, desc: str, source: str, facts: Any, choices: Any, prompt: int
) -> None:
    """No card comes out of the builders that the simulator would refuse, or find longer than is advised."""
    face, advice = Face(title, text, desc, source, facts, (("看", URL),)), list[str]()
    for card in (
        cards.question(face, prompt, choices, "7", "确定", ask=text),
        cards.text_notice(face, URL, "7", choices, prompt),
    ):
        if card is not None:
            checked(card.body, advice)
    assert advice == []


def test_task_ids() -> None:
    """Of rows and whose they are; anything that can't be one is a fault of ours."""
    assert cards.task_id(12, "u3") == "12-u3"
    for bad in ("a b", "", "甲", "a" * 129):
        with pytest.raises(ValueError, match="task_id"):
            cards.task_id(bad)


# -- 微信客服 ------------------------------------------------------------------------------------------------------------


def test_menu_message() -> None:
    """Words, and below them what may be clicked."""
    assert cards.msgmenu("请选择", 3, [("yes", "是"), ("no", "否")], "可直接回复") == {
        "head_content": "请选择",
        "list": [
            {"type": "click", "click": {"id": "3_3ayes", "content": "是"}},
            {"type": "click", "click": {"id": "3_3ano", "content": "否"}},
        ],
        "tail_content": "可直接回复",
    }


# head, choices, tail -> whether it can be sent
MENUS = [
    ("头" * 341, some(10), "", True),  # 1,024 bytes
    ("头" * 342, some(1), "", False),
    ("头", some(1), "尾" * 342, False),
    ("<a " * 300, some(1), "", False),  # what is made harmless counts as it is sent
    ("", some(1), "", True),
    ("头", some(11), "", False),  # 95008
    ("头", [], "", False),
    ("头", [("a", "字" * 42)], "", True),  # 128 bytes
    ("头", [("a", "字" * 43)], "", False),
    ("头", [("a", " ")], "", False),
    ("头", [("a" * 123, "一")], "", True),  # "3_3a" goes before it
    ("头", [("a" * 125, "一")], "", False),
    ("头", [("a", "一"), ("a", "二")], "", False),
]


@pytest.mark.parametrize(("head", "choices", "tail", "wanted"), MENUS)
def test_menu_limits(head: str, choices: list[tuple[str, str]], tail: str, wanted: bool) -> None:
    """Within every limit, or said with numbers instead."""
    assert (cards.msgmenu(head, 3, choices, tail) is not None) == wanted


@given(st.integers(-1, 10**8), st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_click_ids(prompt: int, choice: str) -> None:
    """Only letters, digits and `_`; and the ears read the same choice out of them."""
    made = cards.click_id(prompt, choice)
    assert made.isascii() and made.replace("_", "").isalnum()
    click = {"msgid": "m", "origin": 3, "external_userid": "wm", "msgtype": "text", "text": {"menu_id": made}}
    heard = hear(click).heard
    assert heard is not None and heard["kind"] == "chose" and heard["prompt"] == prompt


@pytest.mark.parametrize("choice", ["yes", "go.open.LZ-40718265", "a_b_2d", "选"])
def test_clicks_come_back(choice: str) -> None:
    """A click is the choice that was offered."""
    click = {"msgid": "m", "origin": 3, "external_userid": "wm", "msgtype": "text"}
    heard = hear(click | {"text": {"content": "是", "menu_id": cards.click_id(-1, choice)}}).heard
    assert heard == {"kind": "chose", "choice": choice, "prompt": -1}


# -- the menu below the chat -----------------------------------------------------------------------------------------------


def test_app_menu() -> None:
    """Buttons that say something, open something, or hold others (path/90231)."""
    below = (Item("平台", url=URL), Item("帮助", "HELP"))
    assert cards.menu([Item("待办", "TODO"), Item("菜单", below=below)]) == {
        "button": [
            {"type": "click", "name": "待办", "key": "TODO"},
            {
                "name": "菜单",
                "sub_button": [
                    {"type": "view", "name": "平台", "url": URL},
                    {"type": "click", "name": "帮助", "key": "HELP"},
                ],
            },
        ]
    }


KEYED = Item("一", "k")
WRONG: list[list[Item]] = [
    [],
    [KEYED] * 4,
    [Item("六个汉字长啊", "k")],  # 18 bytes
    [Item(" ", "k")],
    [Item("一")],
    [Item("一", "k" * 129)],
    [Item("一", url="example.gov.cn")],
    [Item("一", url=URL + "a" * 1024)],
    [Item("一", below=(KEYED,) * 6)],
    [Item("一", below=(Item("字" * 14, "k"),))],  # 42 bytes
    [Item("一", below=(Item("二", below=(KEYED,)),))],
]


@pytest.mark.parametrize("items", WRONG)
def test_app_menus_that_would_be_refused(items: list[Item]) -> None:
    """The house's own words are wrong: it says which."""
    with pytest.raises(ValueError, match="menu"):
        cards.menu(items)


def test_long_names_below() -> None:
    """Below a button a name may be longer."""
    assert cards.menu([Item("五个汉字长", below=(Item("字" * 13, "k"),))])
