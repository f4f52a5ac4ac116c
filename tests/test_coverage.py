"""docs/coverage.md is true and up to date (issue 6)."""

from pathlib import Path

from tests import coverage
from tests.coverage import PAGE, Coverage, marks, page

STALE = "docs/coverage.md is stale: run python -m tests.coverage"


def counties() -> tuple[Coverage, ...]:
    return coverage.coverage()


def test_the_page_is_up_to_date() -> None:
    """What it says follows from the plans, the data and the stories, and from nothing else."""
    assert PAGE.read_text("utf-8") == page(counties()), STALE


def test_nothing_is_left_out() -> None:
    """All 19 + 27 regimes, all 203 clauses; every regime of the counties' files has its line, every mark of a story its regime."""
    assert [len(one.plans_own) for one in counties()] == [19, 27]
    assert sum(len(one.plan.clauses) for one in counties()) == 203
    assert [fault for one in counties() for fault in one.faults()] == []


def test_every_mark_is_of_a_known_county() -> None:
    """A mark whose clauses carry no county's letters would count for nothing."""
    letters = {one.plan.letters for one in counties()}
    assert [
        one
        for one in marks()
        if one.county not in letters or any(not key.startswith(f"{one.county}-") for key in one.clauses)
    ] == []


def test_driven_needs_all_three(tmp_path: Path) -> None:
    """A form without its late case is not driven, and neither is what a skipped story shows."""
    story = '@drives("lead_notice", {shows}, clauses=("YX-3.4d",))\n{more}\nasync def test_a() -> None: ...\n'
    for shows, more, driven in (
        ('"form", "late", "refused"', "", True),
        ('"form", "late"', "", False),
        ('"form", "late", "refused"', "@pytest.mark.skip", False),
    ):
        (tmp_path / "test_a.py").write_text(story.format(shows=shows, more=more), "utf-8")
        yangxi = next(one for one in counties() if one.plan.id == "yangxi")
        one = Coverage(yangxi.plan, yangxi.raw, marks(tmp_path))
        regime = next(two for two in one.regimes if two.id == "lead_notice")
        assert (one.of_regime(regime).state == "driven") is driven
        assert (one.of_clause(one.plan.clauses["YX-3.4d"]).state == "driven") is driven
        assert one.of_clause(one.plan.clauses["YX-3.1e"]).state == "recorded", "no story names it"
