"""Nobody moves: who is reminded on its last day, who hears of it after that, and in which word. By the rows of tests/stories/regimes.py."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from storage import duties
from tests.stories.office import kept
from tests.stories.regimes import PAST, SUGGESTED, Case, Row
from tests.stories.test_matters import moves
from tests.town import HOME, Town


@dataclass(frozen=True)
class Rung:
    """The morning of so many working days after the last day: who hears, who does not."""

    after: int
    hears: tuple[str, ...] = ()
    deaf: tuple[str, ...] = ()


@dataclass(frozen=True)
class Late:
    """From where in the row nobody moves: `before`, the move that does not come; `steps`, where it is not the row's own way
    there. `duty` is owed by `owes` until the end of `due`; `firm`: a date of the plan or of a law; None: nobody is late on it,
    confirmed or not. `rungs` as the plan's ladder has them; left out: of a filing."""

    row: Row
    before: str
    owes: str
    duty: str
    due: date
    firm: bool | None = False
    offices: tuple[str, ...] = ()
    head: str = "county_gov.leader"
    rungs: tuple[Rung, ...] = ()

    def __str__(self) -> str:
        return f"{self.row.regime}-{self.duty}"

    @property
    def leader(self) -> str:
        return f"{self.owes.split('.')[0]}.leader"

    def climbs(self, *, firm: bool) -> tuple[Rung, ...]:
        """duty_filing of counties/common.yaml: in the unit alone, while the date is only proposed."""
        inside = (Rung(0, (self.owes,), (self.leader,)), Rung(1, (self.leader,), (*self.offices, self.head)))
        beyond = (Rung(3, self.offices, (self.head,)), Rung(8, (self.head,)))
        return self.rungs or (*inside, *(beyond if firm else (Rung(8, deaf=(*self.offices, self.head)),)))


async def nobody_moves(town: Town, late: Late, *, confirmed: bool = False) -> None:
    """Whoever owes it is reminded; who hears of it then, and in which word, is as the date's origin says. Made late it is a move
    like any other, and the course says how it was. `confirmed`: the county has made the date its own."""
    firm = bool(late.firm) or (confirmed and late.firm is not None)
    if confirmed:
        town.plan.duties[late.duty] = replace(town.plan.duties[late.duty], confirmed=town.app.timepiece.now().date())
    rungs = late.climbs(firm=firm)
    seats = [seat for rung in rungs for seat in (*rung.hears, *rung.deaf)]
    case = await Case.begun(town, late.row, *seats)
    before, step = late.row.until(late.before, late.owes)
    await case.goes(*before)
    unit = late.owes.split(".")[0]
    debt = await owed(town, case.number, late.duty, unit)
    assert _end(debt.due_at.astimezone(HOME)) == late.due, debt.due_at
    for person in case.cast.values():
        await person.listens()
    for rung in rungs:
        day = town.plan.calendar.add_workdays(late.due, rung.after).date
        await town.forward_to(datetime.combine(day, time(10), HOME))
        await _heard(case, rung, late, firm=firm)
    await case.goes(step)
    how = (await moves(town))[-1].late
    assert how == ("late" if firm else "suggested"), how
    assert (await owed(town, case.number, late.duty, unit, ended=True)).closed_at is not None


async def _heard(case: Case, rung: Rung, late: Late, *, firm: bool) -> None:
    for seat in rung.hears:
        said = await (await case.who(seat)).listens()
        told = "\n".join(_of_it(one["text"], case.number) for one in (await case.who(seat)).fresh)
        assert case.number in told, f"{seat} heard nothing {rung.after} days after: {said!r}"
        assert (PAST in told) is (firm and rung.after > 0), told
        assert firm or SUGGESTED in told, told
    for seat in rung.deaf:
        said = await (await case.who(seat)).listens()
        assert case.number not in said, f"{seat} heard {rung.after} days after: {said!r}"


def _of_it(text: str, number: str) -> str:
    """A reminder of its own, or its line in the morning's list."""
    if number not in text or "件等着" not in text:
        return text if number in text else ""
    return "\n".join(line for line in text.splitlines() if number in line)


def _end(moment: datetime) -> date:
    """24:00 is of the day that it ends."""
    return date.fromordinal(moment.date().toordinal() - 1) if moment.time() == time() else moment.date()


async def owed(town: Town, number: str, rule: str, unit: str, *, ended: bool = False) -> Any:
    found = (await kept(town, lambda tx: duties.of_matters(tx, [number])))[number]
    rows = [one for one in found if (one.rule, one.unit) == (rule, unit) and (one.closed_at is not None) is ended]
    assert rows, f"{unit} does not owe {rule}: {[(one.unit, one.rule) for one in found]}"
    return rows[-1]
