"""Choices, yes and no, as people say them; what has to be said in one case only."""

import pytest

from rules.fields import Field, Refusal, read
from rules.filings import FilingForm, Part
from rules.terms import Origin, Text

GOODS = Field(
    "goods", Text("货物", "Goods"), "choice",
    options={"oil": Text("成品油", "Oil"), "frozen": Text("冻品", "Frozen goods"), "tobacco": Text("烟草", "Tobacco")},
    known_as={"oil": ("柴油", "汽油"), "tobacco": ("走私烟",)},
)  # fmt: skip
KIND = Field(
    "kind", Text("性质", "Kind"), "choice",
    options={"smuggling": Text("涉嫌走私", "Smuggling"), "no_source": Text("无合法来源", "No lawful source"), "other": Text("其他", "Other")},
)  # fmt: skip
CRIME = Field(
    "crime", Text("涉嫌犯罪", "Suspected crime"), "yes_no", also=("犯罪嫌疑",), hint=Text("只答是否", "Yes or no")
)
ILLEGAL, OPEN = (
    Field(code, Text(name, code), "yes_no") for code, name in (("illegal", "涉及非法经营"), ("open", "未办结"))
)
STORY = Field("story", Text("说明", "Story"), "text", limit=99, optional=True, needed={"kind": ("other",)}, tells=True)


@pytest.mark.parametrize(
    ("one", "words", "key"),
    [
        (GOODS, "柴油", "oil"), (GOODS, "走私烟", "tobacco"), (GOODS, "冻", "frozen"), (KIND, "走私", "smuggling"), (KIND, "无合法", "no_source"),
        (CRIME, "不涉嫌", "no"), (CRIME, "涉嫌", "yes"), (CRIME, "没有犯罪", "no"), (CRIME, "是", "yes"), (CRIME, "无", "no"),
        (ILLEGAL, "非法经营", "yes"), (ILLEGAL, "涉及非法经营", "yes"), (ILLEGAL, "不涉及", "no"), (ILLEGAL, "没有非法经营", "no"),
        (OPEN, "未办结", "yes"), (OPEN, "不是未办结", "no"),
    ],
)  # fmt: skip
def test_another_name_or_a_part_of_one(one: Field, words: str, key: str) -> None:
    """What the county's file says it is called as well; a part that fits one name alone; yes and no in the words of the line,
    whose own name is yes though it begins like a no."""
    assert read(one, words) == key


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (GOODS, "走私"),
        (KIND, "合法来源"),
        (KIND, "嫌疑"),
        (CRIME, "张三、李四"),
        (CRIME, "不知道"),
        (CRIME, "罪"),
        (OPEN, "办结"),
    ],
)
def test_what_means_something_else_is_none(one: Field, words: str) -> None:
    """A part of another name of one option is none of it (走私 of 走私烟), nor is what the option denies (合法来源 of 无合法来源)."""
    found = read(one, words)
    assert isinstance(found, Refusal) and (one.kind == "choice" or found.data["hint"] == one.hint)


def test_of_one_case_it_has_to_be_said() -> None:
    """其他 alone says nothing; of the rest the line may stay empty."""
    form = FilingForm("f", Text("表", "Form"), (Part("p", Text("部分", "Part"), (KIND, STORY)),), Origin.DEFAULT)
    assert form.missing({"kind": "other"}) == ("story",) and form.missing({"kind": "smuggling"}) == ()
    assert form.missing({"kind": "other", "story": "一句话"}) == ()


@pytest.mark.parametrize(
    "more",
    [{"known_as": {"gas": ("气",)}}, {"known_as": {"frozen": ("柴油",), "oil": ("柴油",)}}, {"tells": True}, {"needed": {"kind": ("other",)}}],
)  # fmt: skip
def test_the_file_is_sound(more: dict[str, object]) -> None:
    """Another name belongs to one option that is there; only a text takes what is told; only what is optional is needed at times."""
    with pytest.raises(ValueError, match=r"known_as|another's name|tells"):
        Field("goods", Text("货物", "Goods"), "choice", options=GOODS.options, **more)  # type: ignore[arg-type]
