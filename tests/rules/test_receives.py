"""What another county of the deployment puts here, as the plans' files say it."""

from dataclasses import replace

import pytest

from rules.county import Plan
from rules.courses import Course, Party
from rules.part import laid_over
from rules.regime_checks import check_regimes
from rules.regimes import Regime
from rules.unit_sets import meant, members
from tests.rules.test_courses import NAME, Move, regime


def from_elsewhere(plan: Plan) -> Regime:
    return plan.regimes["from_elsewhere"]


def test_what_one_county_sends_outside_freely_the_other_takes(plans: dict[str, Plan]) -> None:
    """YX-3.4d, 其他地方或者单位: every regime with a place that may be named freely is received by the other county."""
    for plan in plans.values():
        sent = {
            one.id
            for one in plan.regimes.values()
            for role in one.roles.values()
            if any(plan.units[unit].group for unit in meant(plan, role.who) if plan.units[unit].outside)
            if role.id not in one.starters
        }
        taken = {one for other in plans.values() if other is not plan for one in from_elsewhere(other).receives}
        assert sent and sent <= taken, plan.id


def test_nobody_of_the_county_begins_it(plans: dict[str, Plan]) -> None:
    """Its starter sits in no unit here, and no word opens it."""
    for plan in plans.values():
        own = from_elsewhere(plan)
        assert members(plan, own.roles[own.starter].who) == () and own.words == ()
        with pytest.raises(ValueError, match="receives"):
            replace(own, words=("外地来函",))


def test_it_is_the_same_in_each_county(plans: dict[str, Plan]) -> None:
    """Stages and moves stand in common.yaml; who receives it and by which clause is each county's own."""
    one, other = (from_elsewhere(plan) for plan in plans.values())
    assert one.stages == other.stages and one.clauses != other.clauses
    bare = [{key: replace(move, clause=None) for key, move in each.moves.items()} for each in (one, other)]
    assert bare[0] == bare[1] and one.roles["office"].who != other.roles["office"].who


def test_what_a_file_says_stands_before_the_common() -> None:
    """Key by key, in the order of what is shared; what only one of both says is kept."""
    below = {"a": {"x": 1, "y": [1]}, "b": 2}
    assert laid_over(below, {"c": 3, "a": {"y": [2]}}) == {"a": {"x": 1, "y": [2]}, "b": 2, "c": 3}
    assert list(laid_over(below, {"c": 3, "b": 5})) == ["a", "b", "c"] and laid_over(None, {"a": 1}) == {"a": 1}


def test_a_starter_of_the_county_is_refused(plans: dict[str, Plan]) -> None:
    """One sentence, with the place in the file."""
    plan = plans["luzhai"]
    own = from_elsewhere(plan)
    sender = replace(own.roles["sender"], who=("police",))
    wrong = plan.model_copy(update={"regimes": {"x": replace(own, roles={**own.roles, "sender": sender})}})
    assert any("outside the county only" in fault[1] for fault in check_regimes(wrong))


def test_only_the_other_county_moves_its_party() -> None:
    """A hosted party is moved by the machinery alone, never recorded by whoever put it; once is once."""
    sign = Move("sign", NAME, ("receiver",), ("waiting",), to="sent", once=True)
    asker, away = Party(1, "asker", "a", "sent"), Party(2, "receiver", "@b", "waiting", outside=True, hosted=True)
    course = Course(regime(sign=sign), (asker, away))
    assert course.possible([("a", "liaison"), ("@b", "liaison")]) == ()
    assert course.by_another_county(away, sign) is not None and course.by_another_county(asker, sign) is None
    again = replace(away, made=frozenset({"sign"}))
    assert Course(regime(sign=sign), (asker, again)).by_another_county(again, sign) is None
