"""What citizens read: who may do what with a piece, when it stands, what may show who somebody is, how it is found."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from rules import county
from rules.bulletins import DECIDES, MOVES, WHOSE, WRITES, Bulletin, Hand, Status, deciders, stands, writers
from rules.county import Plan
from rules.exposing import exposing
from rules.looking_up import Piece, looked_up
from rules.problems import PlanError

COUNTIES = Path(__file__).parents[2] / "counties"
PLANS = county.load([COUNTIES / "luzhai.yaml", COUNTIES / "yangxi.yaml"])
PLAN = PLANS["luzhai"]
PIECE = Bulletin(1, "hq_office", "case", "Title", "Words", authors=(1,))

WRITER, LETS_OUT = {("hq_office", "coordinator")}, {("publicity", "leader")}
ELSEWHERE = {("anti_smuggling_office", "coordinator")}  # who writes, too, but not this one
BOTH, NEITHER = WRITER | LETS_OUT, {("tobacco", "liaison")}

# fmt: off
MAY: list[tuple[int, set[tuple[str, str]], Status, set[str]]] = [
    # person, seats, status -> what they may do
    (1, WRITER, "waiting", {"revise", "drop"}),
    (1, BOTH, "waiting", {"revise", "drop"}),                        # in whatever seat: not what they wrote
    (2, BOTH, "waiting", {"approve", "return", "revise", "drop"}),
    (2, LETS_OUT, "waiting", {"approve", "return"}),
    (2, NEITHER, "waiting", set()),
    (3, ELSEWHERE, "waiting", set()),
    (3, ELSEWHERE, "published", set()),
    (1, WRITER, "stopped", {"revise", "drop"}),
    (2, LETS_OUT, "stopped", set()),
    (2, LETS_OUT, "returned", set()),
    (1, WRITER, "returned", {"revise", "drop"}),
    (1, WRITER, "published", {"withdraw", "correct"}),
    (2, LETS_OUT, "published", {"withdraw"}),
    (2, NEITHER, "published", set()),
    (2, BOTH, "withdrawn", set()),
    (2, BOTH, "replaced", set()),
    (2, BOTH, "dropped", set()),
]
# fmt: on


@pytest.mark.parametrize(("person", "seats", "status", "able"), MAY)
def test_who_may_do_what(person: int, seats: set[tuple[str, str]], status: Status, able: set[str]) -> None:
    """By their seats and by what it is; and nobody lets out what they have written."""
    assert set(Hand(person, seats).acts(PLAN, PIECE, status)) == able


def test_only_a_second_person_makes_it_public() -> None:
    """One move leads there, and it is one of those who let out; nothing leads back from an end."""
    assert {act for (at, act), to in MOVES.items() if to == "published" and at != "published"} == {"approve"}
    assert WHOSE["approve"] == {DECIDES} and WRITES not in WHOSE["return"]
    assert {at for at, _ in MOVES}.isdisjoint({"withdrawn", "replaced", "dropped"})


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())
def test_in_each_county_somebody_else_can_let_it_out(plan: Plan) -> None:
    """For each chair that writes there is one of another unit that decides, and it is asked first."""
    for unit, _ in writers(plan):
        assert deciders(plan, unit)[0].unit != unit


def test_a_county_that_says_nothing_has_its_coordinators(tmp_path: Path) -> None:
    """They write, and another of them or the head of the county's work lets it out."""
    raw = yaml.safe_load((COUNTIES / "yangxi.yaml").read_text("utf-8"))
    raw.pop("bulletins")
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    plan = county.load([tmp_path / "x.yaml"], COUNTIES / "common.yaml")["yangxi"]
    assert {seat for _, seat in writers(plan)} == {"coordinator"} and plan.head.ref in deciders(plan)
    assert plan.bulletins.categories and plan.bulletins.gate


def test_no_fact_rests_on_what_nobody_has_read(tmp_path: Path) -> None:
    """An article that is only quoted elsewhere is refused when the plan is read, by its place in the file."""
    raw = yaml.safe_load((COUNTIES / "luzhai.yaml").read_text("utf-8"))
    raw["bulletins"]["facts"] = {"which_office": {"law": "tobacco_procedure_33"}}
    raw["bulletins"]["drafts"][0]["unit"] = "hq_offic"
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    with pytest.raises(PlanError) as told:
        county.load([tmp_path / "x.yaml"], COUNTIES / "common.yaml")
    assert "bulletins.facts.which_office.law" in str(told.value) and "hq_office" in str(told.value)


DAY = date(2026, 11, 26)
STANDS: list[tuple[str, date | None, bool]] = [
    ("published", None, True),
    ("published", DAY, True),  # its last day
    ("published", date(2026, 11, 25), False),
    ("waiting", None, False),
    ("stopped", None, False),
    ("returned", None, False),
    ("withdrawn", None, False),
    ("replaced", None, False),
    ("dropped", None, False),
]


@pytest.mark.parametrize(("status", "until", "read"), STANDS)
def test_when_it_is_read(status: str, until: date | None, read: bool) -> None:
    """Only what was let out, and not after its last day."""
    assert stands(status, until, DAY) is read


# -- what may show who somebody is ---------------------------------------------------------------------------------------

# fmt: off
HINTS: list[tuple[str, set[str]]] = [
    ("身份证450223199001011234", {"id"}),
    ("电话138-0013-8000", {"phone"}),
    ("电话１３８００１３８０００", {"phone"}),                        # full width
    ("桂B12345货车", {"plate"}),
    ("桂b12345货车", {"plate"}),
    ("卡号6222 0212 3456 7890 123", {"bank"}),
    ("接群众举报", {"informant"}),
    ("邻居看到", {"informant"}),
    ("奖励举报有功人员3000元", {"reward"}),
    ("县公安局李队长", {"person"}),
    ("县公安局：王某", {"person", "name"}),
    ("王先生说", {"name"}),
    ("村民张三卖假烟", {"name"}),
    ("老板李某被罚", {"name"}),
    ("司机王小明驾驶货车", {"name"}),
    ("老板高价卖出冻品", set()),
    ("村民黄金叶卷烟", set()),
    ("详见https://x.example/a", {"link"}),
    ("请拨打12313或者110", set()),                                  # a hotline is nobody's
    ("11月3日查获冻品5吨，价值200000元", set()),
    ("县公安局王牌行动", set()),
    ("李子和黄金叶卷烟", set()),
]
# fmt: on


@pytest.mark.parametrize(("text", "kinds"), HINTS)
def test_what_may_show_who_somebody_is(text: str, kinds: set[str]) -> None:
    """Numbers of a person's, the informant, what was paid, somebody named beside a unit; and nothing that is everybody's."""
    assert {one.kind for one in exposing(text, ["县公安局"])} == kinds


# -- found by words ------------------------------------------------------------------------------------------------------

PIECES = [
    Piece("frozen", "冻品案", "一辆货车上查获冻牛肉。"),
    Piece("oil", "流动加油车", "黑油伤发动机。"),
    Piece("smoke", "卖烟要有证", "没有许可证卖卷烟。"),
    Piece("secret", "保密", "Informants are kept secret."),
]
# fmt: off
FOUND: list[tuple[str, list[str], bool]] = [
    # what is looked for, what is found, whether it is named there
    ("冻品", ["frozen"], True),
    ("冻肉", ["frozen"], False),                 # by what else the county calls it
    ("鸡爪", ["frozen"], False),
    ("柴油", ["oil"], False),
    ("卷烟", ["smoke"], True),
    ("卖假烟的", ["smoke"], False),
    ("电子烟", ["smoke"], False),
    ("SECRET", ["secret"], True),
    ("ｓｅｃｒｅｔ", ["secret"], True),
    ("冻品 货车", ["frozen"], True),
    ("冻品 卷烟", ["frozen", "smoke"], False),   # none has both: those with one
    ("黑油 飞碟", ["oil"], False),
    ("飞碟", [], False),
    ("   ", [], False),
    (".*", [], False),
]
# fmt: on


@pytest.mark.parametrize(("words", "keys", "named"), FOUND)
def test_found_by_words(words: str, keys: list[str], named: bool) -> None:
    """Whatever the plan calls the same goods is the same word, and it is told apart whether the word itself is there; what is
    written is a word and no pattern."""
    assert looked_up(words, PIECES, PLAN.goods.values()) == (keys, named)
