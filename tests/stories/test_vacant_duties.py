"""Of a seat where nobody hears what the plan asks, whoever looks after it hears once a day."""

from datetime import timedelta
from typing import Any

from storage import duties, duty_moves
from storage.models import duties as table
from tests.stories.office import kept
from tests.stories.test_duties import duty, morning, yangxi
from tests.town import Person, Town

__all__ = ["yangxi"]
LATER = timedelta(hours=5)


async def vacancies(person: Person) -> list[str]:
    await person.listens()
    return [one["text"] for one in person.fresh if "提醒没有人收到" in one["text"]]


def one_more(row: Any) -> dict[str, Any]:
    """Owed at the same seat, and looked at in the afternoon."""
    same = {name: value for name, value in row._mapping.items() if name not in ("id", "once", "look_at")}
    return {**same, "period": "2026-12", "step": 0}


async def test_of_a_seat_nobody_hears_at_is_told_once_a_day(yangxi: Town) -> None:
    """What finds it vacant later that day is not told beside; it waits for another day's message."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator")
    row = await duty(yangxi)
    look = morning(11, 26) + LATER
    await kept(yangxi, lambda tx: duties.open_(tx, "one more", look, **one_more(row)))
    await yangxi.forward_to(morning(11, 26))
    assert len(await vacancies(office)) == 1
    course = await kept(yangxi, lambda tx: duty_moves.course(tx, row.id))
    assert [one["move"] for one in course] == ["vacant_liaison"]
    await yangxi.forward_to(look + timedelta(minutes=5))
    assert await vacancies(office) == []
    again = await kept(yangxi, lambda tx: tx.execute(table.select().where(table.c.once == "one more")).one())
    assert again.step, "it was looked at"
    await kept(yangxi, lambda tx: duties.change(tx, again.id, step=0, look_at=morning(11, 27)))
    await yangxi.forward_to(morning(11, 27))
    assert len(await vacancies(office)) == 1
