"""A matter on somebody's desk: which parts of it are theirs, what they may see, what they may do now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.matters import empty, ways
from rules import demands, routing
from rules.courses import Course, Party, Possible
from rules.escalation import Audience, Ladder
from rules.kin import successor_of
from rules.regimes import Regime, Role, Sees
from rules.terms import SeatRef
from rules.unit_sets import members
from rules.visibility import Power
from storage import duties, matter_moves, matters, merges, tips

SHOWN = 60  # matters that are looked through for a list, beside the open ones of one's own


@dataclass(frozen=True)
class Held:
    """`rows`: the parties as they are kept, by id; `debts`: their clocks, open or ended."""

    row: Row[Any]
    course: Course
    rows: Mapping[int, Row[Any]]
    debts: tuple[Row[Any], ...]
    sees: Sees
    possible: tuple[Possible, ...]
    mine: tuple[Party, ...]

    @property
    def regime(self) -> Regime:
        return self.course.regime

    @property
    def starter(self) -> Party:
        """Whoever began it: by which door says its role."""
        return self.course.parties[0]

    def clock(self, party: int) -> Row[Any] | None:
        """Which runs for it now."""
        return running(self.debts, self.rows[party])

    def find(self, party: int, move: str) -> Possible | None:
        return next((one for one in self.possible if (one.party.id, one.move.id) == (party, move)), None)


BARRED = "barred"  # in the course of a matter: that party has no part in it any more; no regime has a move of this name
FREED = "freed"  # a party owes nothing more to whoever was barred; no regime has a move of this name either
HOSTED = "@"  # before a county of the same deployment: a party of its name has a matter of its own there


def clock_of(party: Row[Any]) -> str:
    """The name of the clock of a party at its stage: each time it enters one it is another."""
    return f"matter:{party.id}:{party.times}"


def running(debts: Iterable[Row[Any]], party: Row[Any]) -> Row[Any] | None:
    """Of all clocks of a matter the one that runs for this party where it stands."""
    return next((one for one in debts if one.once == clock_of(party) and one.closed_at is None), None)


def reach(desk: Desk, number: int, *, lock: bool = False) -> Held | None:
    """None, and on record, for whoever has no part in it. `lock`: for a move, which no other may make meanwhile."""
    row = matters.by_id(desk.tx, number, lock=lock)
    found = those(desk, [row])[:1] if row is not None and row.county == desk.plan.id else []
    if not found:
        desk.audit("refused", row.number if row is not None else str(number), "matter")
        return None
    if lock:
        desk.not_before(matter_moves.latest(desk.tx, number))
    return found[0]


def known(desk: Desk, number: int) -> Held:
    """As it stands, for the machinery alone: nobody looks at it, nobody may move it by this."""
    row = matters.by_id(desk.tx, number)
    assert row is not None and row.county == desk.plan.id
    parties, made = matters.parties(desk.tx, number), matter_moves.made(desk.tx, [number])
    debts = duties.of_matters(desk.tx, [row.number])[row.number]
    rows = {one.id: one for one in parties}
    return Held(row, course_of(desk, row, parties, made), rows, tuple(debts), "all", (), ())


def those(desk: Desk, rows: Sequence[Row[Any]]) -> list[Held]:
    """Those of which this person may know anything."""
    known = [row for row in rows if row.regime in desk.plan.regimes]
    numbers = [row.id for row in known]
    parties, made = matters.parties_of(desk.tx, numbers), matter_moves.made(desk.tx, numbers)
    debts = duties.of_matters(desk.tx, [row.number for row in known])
    found = (_one(desk, row, parties[row.id], made, debts[row.number]) for row in known)
    here = [one for one in found if one is not None]
    for one in here:
        looked_at(desk, one.row)
    return here


def looked_at(desk: Desk, row: Row[Any]) -> None:
    """What it shows of a tip is taken back with the tip's, and with the matter."""
    tip = matters.tells_of(desk.tx, row)
    desk.matters |= {tip, row.id} if tip is not None else set()


def course_of(desk: Desk, row: Row[Any], parties: Sequence[Row[Any]], made: Mapping[int, frozenset[str]]) -> Course:
    """Who is barred has no part in it; in whose name it was begun is another's by then (`handlers.matters.barring`)."""
    out = barred(desk, row.tip)
    before = matter_moves.made_before(desk.tx, row) if row.sender is not None else {}
    all_ = (
        Party(
            one.id,
            one.role,
            now_of(desk, one.unit),
            one.stage,
            made.get(one.id, frozenset()) | before.get((one.role, one.unit), frozenset()),
            outside(desk, now_of(desk, one.unit)),
            one.unit.startswith(HOSTED),
        )
        for n, one in enumerate(parties)
        if n == 0 or now_of(desk, one.unit) not in out
    )
    return Course(desk.plan.regimes[row.regime], tuple(all_))


def _one(
    desk: Desk,
    row: Row[Any],
    parties: Sequence[Row[Any]],
    made: Mapping[int, frozenset[str]],
    debts: Sequence[Row[Any]],
) -> Held | None:
    if desk.chat.person is None:
        return None
    if not {unit for unit, _ in desk.seats}.isdisjoint(barred(desk, row.tip)):
        return None
    course, own = course_of(desk, row, parties, made), seats_in(desk, row)
    stood = empty.stood_for(desk, course, row.tip)
    seats = own | stood.seats
    sees = _sees(desk, course, debts, seats)
    if sees is None:
        return None
    rows, mine = {one.id: one for one in parties}, course.held(seats)
    if row.pulled_at is not None:
        return Held(row, course, rows, tuple(debts), "number", (), mine)
    return Held(row, course, rows, tuple(debts), sees, tuple(_able(desk, course, own, stood)), mine)


def _able(desk: Desk, course: Course, own: frozenset[tuple[str, str]], stood: empty.Stood) -> Iterator[Possible]:
    for one in empty.possible(course, own, stood):
        if ways.leads_on(desk, one.move, one.by.unit, course.regime.roles[one.by.role]):
            yield one


def barred(desk: Desk, tip: int | None) -> frozenset[str]:
    """Units that a citizen says are involved, and what is one body with them (信访工作条例 30)."""
    return desk.plan.kin_of(tips.involved(desk.tx, tip)) if tip is not None else frozenset()


def tip_of(desk: Desk, number: int | None) -> Row[Any] | None:
    """The tip in which that one is dealt with now."""
    tip = tips.by_id(desk.tx, number) if number is not None else None
    return merges.goes_on(desk.tx, tip) if tip is not None else None


def sits(desk: Desk, row: Row[Any], regime: Regime, role: str, unit: str) -> tuple[str, str]:
    """The seat of that part; where it began with a tip, its officers' for whoever began it."""
    officers = row.tip is not None and regime.begun_by(role) and unit == now_of(desk, row.unit)
    return unit, "intake" if officers and desk.plan.seat_exists(unit, "intake") else regime.roles[role].seat


def seats_in(desk: Desk, row: Row[Any]) -> frozenset[tuple[str, str]]:
    """One's own; an officer who has the tip it began with, or the one it was merged into, stands where whoever began it stands."""
    tip = tip_of(desk, row.tip)
    if tip is None or not matter.may(desk, tip, Power.ACT):
        return desk.seats
    regime = desk.plan.regimes[row.regime]
    return desk.seats | {(now_of(desk, row.unit), regime.roles[regime.starter].seat)}


def now_of(desk: Desk, unit: str) -> str:
    """Who acts for it: an abolished unit's part is its successor's."""
    return successor_of(desk.plan, unit) if unit in desk.plan.units else unit


def body(unit: str) -> str:
    """The unit or group of the plan behind a party: 其他地方 for a place that was named freely."""
    return unit.partition(":")[0]


def outside(desk: Desk, unit: str) -> bool:
    """Nobody sits there: it is written to on paper."""
    known = desk.plan.units.get(body(unit))
    return known is None or not known.seatable


def _sees(desk: Desk, course: Course, debts: Sequence[Row[Any]], seats: frozenset[tuple[str, str]]) -> Sees | None:
    """A leader what their unit sees, but nothing of what is sealed; whoever a clock of it may call, what it is called."""
    led = {
        (one.unit, course.regime.roles[one.role].seat)
        for one in course.parties
        if (one.unit, "leader") in desk.seats and not course.regime.sealed
    }
    found = course.sees(seats | led)
    if found is not None or not any(_may_call(desk, one) for one in debts):
        return found
    return "number" if course.regime.sealed else "title"


def _may_call(desk: Desk, debt: Row[Any]) -> bool:
    return any(seat in desk.seats for seat in _calls(desk, debt, Ladder.loads(debt.ladder).told()))


def alarmed(desk: Desk, one: Held) -> list[SeatRef]:
    """The seats that its clocks have called so far."""
    climbed = ((clock, Ladder.loads(clock.ladder).climbed(clock.step)) for clock in one.debts)
    return list(dict.fromkeys(seat for clock, whom in climbed for seat in _calls(desk, clock, whom)))


def _calls(desk: Desk, debt: Row[Any], whom: Iterable[Audience]) -> Iterator[SeatRef]:
    demand = desk.plan.duties.get(debt.rule)
    if demand is None:
        return
    to, owed = demands.receiving(desk.plan, demand), SeatRef(debt.unit, debt.seat)
    leaves = duties.firm(debt) or Ladder.loads(debt.ladder).urgent
    for whose in whom:
        yield from routing.told_of_duty(desk.plan, whose, owed, to, leaves)


def able(desk: Desk, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Which of them this person may open; nothing is asked for, so nothing is on record."""
    return [one.row for one in those(desk, rows)]


def listing(desk: Desk) -> list[Held]:
    """What this person may know of: what awaits them first, what is due soonest before the rest; then what is open, then what is
    over. Of what their own units have a part in nothing open is left out, however much the county has beside it."""
    watches = desk.holds("coordinator", "leader", "duty")
    mine = {unit for unit, _ in desk.seats}
    units = {unit for unit in desk.plan.units if now_of(desk, unit) in mine}
    own = matters.open_of(desk.tx, desk.plan.id, units)
    further = matters.listing(desk.tx, desk.plan.id, None if watches else units, SHOWN)
    rows = {row.id: row for row in (*own, *further)}
    return sorted(those(desk, list(rows.values())), key=lambda one: _first_of_all(desk, one))


def _first_of_all(desk: Desk, one: Held) -> tuple[bool, bool, datetime]:
    whose = {*(party.id for party in one.mine), *(may.party.id for may in one.possible if may.party.outside)}
    clocks = [clock for party in whose if (clock := one.clock(party)) is not None]
    due = min((clock.due_at for clock in clocks), default=datetime.max.replace(tzinfo=UTC))
    return not awaits(desk, one), one.course.over, due


def awaits(desk: Desk, one: Held) -> bool:
    """Whether something is awaited of this person."""
    mine = {party.id for party in one.mine if not one.course.stage(party).ends}
    return any(possible.by.id in mine or possible.party.outside for possible in one.possible)


def may_have(desk: Desk, role: Role) -> tuple[str, ...]:
    """Everybody who may have that part in here."""
    return members(desk.plan, role.who)


def may_see_file(desk: Desk, number: int) -> bool:
    one = reach(desk, number)
    return one is not None and one.sees == "all"


def persons(desk: Desk, seats: Iterable[tuple[str, str]], tip: int | None, *, stand_ins: bool = False) -> Iterator[int]:
    """Who hears there today; nobody with any seat in an involved unit; of the officers the one who has the tip. `stand_ins`: and who
    acts for those that are empty."""
    involved = tips.involved(desk.tx, tip) if tip is not None else frozenset()
    lead = tip_of(desk, tip)
    for unit, seat in seats:
        if lead is not None and (unit, seat) == (lead.intake, "intake"):
            yield from matter.officers(desk, lead)
        else:
            yield from desk.today.news(unit, seat, involved)
        yield from empty.hearers(desk, [(unit, seat)], involved) if stand_ins else ()
