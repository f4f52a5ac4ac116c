"""应办: who has answered and who has not, as an office that receives it sees it; page by page."""

from datetime import timedelta

import pytest

from handlers.duties.board import SHOWN
from storage import duties
from tests.stories.office import kept
from tests.stories.test_duties import duty, morning, yangxi
from tests.town import Person, Town

__all__ = ["yangxi"]


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff("anti_counterfeit_office", "coordinator")


async def ended(town: Town, unit: str, how: str) -> None:
    row, at = await duty(town, unit=unit), town.app.timepiece.now()
    await kept(town, lambda tx: duties.end(tx, row, at, how))


async def test_who_was_let_off_has_not_answered(yangxi: Town, office: Person) -> None:
    """Answered is what was handed in, done or proved; what was waived, and what was over before the county began, is said
    apart and counted as neither."""
    await yangxi.forward_to(morning(11, 26))
    for unit, how in (("tobacco", "filed"), ("town_1", "waived"), ("town_2", "history")):
        await ended(yangxi, unit, how)
    said = await office.says("应办")
    assert "已答复 1 家，未答复 1 家，另有 1 家不用答复，1 家启用前已到期，不计" in said


async def test_a_long_list_comes_page_by_page(yangxi: Town, office: Person) -> None:
    """What waits is told as far as a telephone shows it; the rest is one press away, and nothing stands twice or is left out."""
    await yangxi.forward_to(morning(1, 31, 2027) + timedelta(days=1))
    rules = ["monthly_report", "plan_filing"]
    rows = await kept(yangxi, lambda tx: duties.of_rules(tx, "yangxi", rules))
    assert len(rows) > SHOWN
    await office.says("应办")
    seen, text = [], ""
    while more := next((one for one in office.ids if one.startswith("go.owed_more.")), None):
        seen += doors(office)
        assert text != (text := await office.presses(more))
    seen += doors(office)
    assert len(seen) == len(set(seen)) and {f"go.duty.{row.id}" for row in rows} <= set(seen)
    assert f"共 {len(seen)} 项" in text


def doors(person: Person) -> list[str]:
    found = [one for one in person.ids if one.startswith("go.duty.")]
    assert len(found) <= SHOWN and person.fresh[-1]["text"].count("· ") <= SHOWN
    return found
