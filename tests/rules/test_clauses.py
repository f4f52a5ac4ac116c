"""The plans' own words, clause by clause."""

import re
from pathlib import Path

import pytest

from rules.clauses import DOES, beneath, beside, clauses_of, excerpt, holding, named, under
from rules.county import Plan
from rules.plan_checks import unwritten
from rules.problems import PlanError

NAME = "〔姓名〕"
# fmt: off
MEANT = [  # county, what is written, the clauses meant
    ("yangxi", "3.4d",     ["YX-3.4d"]),
    ("yangxi", "YX-3.4D",  ["YX-3.4d"]),
    ("yangxi", "yx3.4d",   ["YX-3.4d"]),
    ("yangxi", "第3.4d条", ["YX-3.4d"]),
    ("yangxi", "第3.4d条款", ["YX-3.4d"]),
    ("yangxi", "YX-",      []),                                      # letters alone name nothing
    ("yangxi", "３.４ｄ",   ["YX-3.4d"]),
    ("yangxi", "P",        ["YX-P"]),
    ("yangxi", "3",        ["YX-3"]),                                # a heading, and not all beneath it
    ("yangxi", "2.1",      ["YX-2.1a", "YX-2.1b", "YX-2.1c"]),       # and not 2.10
    ("yangxi", "LZ-3.3b",  []),                                      # another county's
    ("luzhai", "2.M",      ["LZ-2.M"]),
    ("luzhai", "2m",       ["LZ-2m"]),
    ("luzhai", "9.9",      []),
    ("luzhai", "督办",     []),
]
# fmt: on


def test_every_clause_is_there(plans: dict[str, Plan]) -> None:
    """203 in all, each under its plan's letters, in words that nobody has shortened: as many characters as in the paper."""
    assert {key: len(plan.clauses) for key, plan in plans.items()} == {"yangxi": 51, "luzhai": 152}
    for plan in plans.values():
        assert all(one.id.startswith(f"{plan.letters}-") and one.text for one in plan.clauses.values())
        assert all(set(one.does) <= set(DOES) for one in plan.clauses.values())
    characters = {
        key: len(re.sub(r"\s", "", "".join(one.text for one in plan.clauses.values()))) for key, plan in plans.items()
    }
    assert characters == {"yangxi": 2786, "luzhai": 5885 + 21}  # one separator between any two of the 22 seats


def test_no_person_is_named(luzhai: Plan) -> None:
    """Twenty-two seats and three heads of the office: each name is left out, and stands nowhere else either."""
    seats = re.split(r"[：；]", luzhai.clauses["LZ-2.M"].text)
    assert sum(one.startswith(NAME) for one in seats) == 22
    assert all(one.startswith(NAME) or one in ("组长", "副组长", "成员") for one in seats)
    heads = luzhai.clauses["LZ-2i"].text
    assert re.findall(r"(?:副主任|副局长)(?!由)(〔姓名〕|[^、，和。]{2,3}(?=[和担]))", heads) == [NAME] * 3
    assert [one.id for one in luzhai.clauses.values() if NAME in one.text] == ["LZ-2.M", "LZ-2i"]


def test_what_a_plan_cites_stands_in_it(plans: dict[str, Plan]) -> None:
    """No clause id in the county's file is one that the paper does not have."""
    assert [unwritten(plan) for plan in plans.values()] == [(), ()]


@pytest.mark.parametrize(("county", "words", "meant"), MEANT)
def test_which_clause_is_meant(plans: dict[str, Plan], county: str, words: str, meant: list[str]) -> None:
    """By its id as people write it; by the beginning of ids."""
    assert [one.id for one in named(plans[county].clauses, words)] == meant


def test_by_what_stands_in_it(yangxi: Plan) -> None:
    """Every word must stand in it, in any order."""
    assert [one.id for one in holding(yangxi.clauses, "协查")] == ["YX-3.1e"]
    assert holding(yangxi.clauses, "案件 线索 通报") == holding(yangxi.clauses, "通报 线索 案件")
    assert holding(yangxi.clauses, "协查 绝无此词") == () == holding(yangxi.clauses, "")
    assert "督办" in excerpt(yangxi.clauses["YX-3.3c"].text, "督办") and len(excerpt("字" * 500, "无")) < 60


def test_headings_hold_every_clause_below_them(plans: dict[str, Plan]) -> None:
    """From the headings of the plan each clause after the first of them is reached, once."""
    for plan in plans.values():
        order = list(plan.clauses.values())
        tops = [one for one in order if one.heading == 1]
        reached = [one.id for top in tops for one in beneath(plan.clauses, top)]
        inner = [one.id for one in order if one.heading == 2 for one in beneath(plan.clauses, one)]
        below = [one.id for one in order[order.index(tops[0]) :] if one.heading != 1]
        assert sorted(reached + inner) == sorted(below)


def test_the_headings_above_a_clause(plans: dict[str, Plan]) -> None:
    """As a letter cites them: from the outermost in, without the full stops between."""
    assert under(plans["luzhai"].clauses, "LZ-3.3d") == "三、工作制度（三）案件移送制度"
    assert under(plans["yangxi"].clauses, "YX-3.4d") == "三、保障措施（四）规范打假打私信息报送"


def test_an_excerpt_is_about_the_first_word(yangxi: Plan) -> None:
    """It begins a little before the first of them that stands there; where text is left out it says so."""
    text = "甲" * 30 + "督办" + "乙" * 60 + "案件"
    assert excerpt(text, "案件 督办") == "…" + "甲" * 24 + "督办" + "乙" * 22 + "…"
    assert excerpt("督办案件", "案件") == "督办案件"


def test_one_leads_to_the_next(yangxi: Plan) -> None:
    """The first has none before it, the last none after it."""
    keys = list(yangxi.clauses)
    assert beside(yangxi.clauses, yangxi.clauses[keys[0]]) == ("", keys[1])
    assert beside(yangxi.clauses, yangxi.clauses[keys[-1]]) == (keys[-2], "")


@pytest.mark.parametrize("wording", [None, Path("nowhere.yaml")])
def test_a_county_may_have_no_wording(yangxi: Plan, wording: Path | None) -> None:
    """Then nothing is found, nothing its file cites is doubted, and the county is asked for it."""
    bare = yangxi.model_copy(update={"wording": wording})
    assert dict(bare.clauses) == {} and unwritten(bare) == ()
    assert any(one.startswith("wording:") for one in bare.unfilled())
    assert not any(one.startswith("wording:") for one in yangxi.unfilled())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "clause ids"),
        ("3.4: {text: a, does: [show]}", "a clause id"),
        ("YX-1: {does: [show]}", "`text`"),
        ("YX-1: {text: a, does: [think]}", "some of drive"),
        ("YX-1: {text: a, does: []}", "some of drive"),
        ("YX-1: {text: a, does: [show], heading: 3}", "1 or 2"),
    ],
)
def test_a_wording_that_cannot_be_read_says_why(tmp_path: Path, text: str, told: str) -> None:
    """File, key and what is wanted."""
    (tmp_path / "clauses.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=told):
        clauses_of(tmp_path / "clauses.yaml")
