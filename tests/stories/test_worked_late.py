"""What was done in time counts as done in time, however late it is worked off: the server was away, or had much to do."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import duty_moves, filings, tips
from tests.machine import pass_time
from tests.stories.office import OFFICE, kept
from tests.stories.test_duties import REPORT, duty, yangxi
from tests.town import HOME, Person, Town, tip_off

__all__ = ["yangxi"]
MINUTES = {"minutes": 3}


async def away(town: Town, person: Person, patch: pytest.MonkeyPatch, does: dict[str, Any]) -> str:
    """They do this, and the server takes it in; three minutes later it is worked off."""
    await town.settle()
    town.app.inbox.paused = True
    status, _ = await person.post(does)
    assert status == 202
    pass_time(patch, **MINUTES)
    await town.fast_forward(**MINUTES)
    town.app.inbox.paused = False
    town.app.inbox.wake()
    return await person.listens()


def newest(person: Person, choice: str) -> dict[str, Any]:
    return {"choice": choice, "prompt": max(one["prompt"] or 0 for one in person.messages)}


async def before_midnight(town: Town, person: Person) -> None:
    """The report is filled in, and it is 23:59 on its last day."""
    await town.forward_to(datetime(2026, 12, 1, 23, 55, tzinfo=HOME))
    row = await duty(town)
    await person.says("应办")
    await person.presses(f"go.duty.{row.id}")
    await person.presses("file")
    await person.says(REPORT)
    await person.presses("done")
    await town.forward_to(datetime(2026, 12, 1, 23, 59, tzinfo=HOME))


async def test_a_report_pressed_before_midnight_is_in_time(yangxi: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lateness is counted from when it was handed in, not from when we came round to it."""
    liaison = await yangxi.staff("tobacco", "liaison")
    await before_midnight(yangxi, liaison)
    said = await away(yangxi, liaison, monkeypatch, newest(liaison, "submit"))
    row = await duty(yangxi)
    filed = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    course = await kept(yangxi, lambda tx: duty_moves.course(tx, row.id))
    assert row.ended == "filed" and row.closed_at < row.due_at
    assert filed.made_at < row.due_at and course[-1]["at"] < row.due_at
    assert "迟" not in said and "逾期" not in said


async def test_what_others_did_meanwhile_stays_before_it(yangxi: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one duty time never runs backwards: what was said before somebody else's move, and is worked after it, is dated
    no earlier than that."""
    liaison = await yangxi.staff("tobacco", "liaison")
    await before_midnight(yangxi, liaison)
    row = await duty(yangxi)
    later = yangxi.app.timepiece.now() + timedelta(minutes=2)

    def moved(tx: Any) -> None:
        duty_moves.move(tx, row, later, "urged", unit="tobacco", person=None)

    await yangxi.app.database.run(moved)
    await away(yangxi, liaison, monkeypatch, newest(liaison, "submit"))
    course = await kept(yangxi, lambda tx: duty_moves.course(tx, row.id))
    moments = [one["at"] for one in course]
    assert course[-1]["move"] == "filed" and moments == sorted(moments)


async def test_a_tip_runs_from_when_it_was_handed_in(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clocks begin when its author pressed, and whoever took it in time took it in time."""
    citizen, clerk = await sqlite_town.citizen(), await sqlite_town.staff(OFFICE, "intake")
    number, _ = await tip_off(citizen)
    await clerk.listens()
    pressed = sqlite_town.app.timepiece.now()
    await clerk.presses(f"go.open.{number}")
    await away(sqlite_town, clerk, monkeypatch, newest(clerk, "take"))
    tip = await kept(sqlite_town, lambda tx: tips.by_number(tx, number))
    taken = [one for one in await kept(sqlite_town, lambda tx: tips.course(tx, tip.id)) if one["move"] == "taken"]
    assert taken and taken[0]["at"] - pressed < timedelta(minutes=1)
