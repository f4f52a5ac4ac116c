"""The buttons under a message that tells of many things."""

from types import SimpleNamespace
from typing import Any

from reminders.doors import SHOWN, doors


def subject(n: int, unit: str = "town_1", about: tuple[int, ...] = ()) -> Any:
    def door(whose: bool = False) -> list[Any]:
        return [f"go.duty.{n}.report", None, "", f"case.{unit if whose else ''}.2026-11.duties"]

    return SimpleNamespace(row=SimpleNamespace(unit=unit), about=about, told=dict, door=door)


def test_what_does_not_fit_is_one_press_away() -> None:
    """As many buttons as a message bears, in the order of its text, and the last opens the list with the rest: with tips among
    it the one that has both."""
    found = doors([subject(n) for n in range(SHOWN + 3)])
    assert [one[0] for one in found] == [*(f"go.duty.{n}.report" for n in range(SHOWN - 1)), "go.owed"]
    assert doors([subject(n, about=(n,)) for n in range(SHOWN + 1)])[-1][0] == "go.todo"


def test_units_are_named_where_there_are_several() -> None:
    """One unit reads its own things without its name before each."""
    assert [one[3] for one in doors([subject(1), subject(2)])] == ["case..2026-11.duties"] * 2
    assert doors([subject(1), subject(2, "town_2")])[1][3] == "case.town_2.2026-11.duties"
