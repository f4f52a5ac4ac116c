"""The roster as a table: who sits where, and by which WeCom account they are known (`xiezhi roster import|export`).

A file is compared with the roster before anything is written. One fault, and nothing of it is taken. People who are not in
the file are named and stay: a seat is ended by a coordinator, where what hangs on it is seen.

Within a unit one name is one person. In two units it is one person where both rows have the same account, two where the
accounts differ; anything else is a fault, since whoever holds two seats sees what either may.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules.county import Plan
from rules.problems import nearest
from storage import accounts, audit, chats, people
from storage.database import Tx

UNIT, SEAT, NAME, ACCOUNT = "单位", "职务", "姓名", "企业微信账号"
COLUMNS = (UNIT, SEAT, NAME, ACCOUNT)
REGISTERED = "已登记"  # an account is kept as a MAC: an export says that there is one, an import leaves it as it is
USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")  # path/90195
LONGEST_NAME = 40

Seat = tuple[str, str]  # unit, kind


@dataclass(frozen=True)
class Fault:
    row: int
    column: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: expected {self.expected}; {self.remedy}"


@dataclass(frozen=True)
class Line:
    """One row of a file as its cells read."""

    row: int
    unit: str
    seat: str
    name: str
    account: str = ""


@dataclass(frozen=True)
class Entry:
    row: int
    seat: Seat
    name: str
    account: str  # folded; empty where the file says nothing of it
    registered: bool  # the file says that there is one


@dataclass
class Step:
    """What is to be done for one person: `person` is None where there is nobody yet."""

    name: str
    person: int | None
    seats: list[Seat] = field(default_factory=list)
    account: str = ""

    @property
    def changes(self) -> bool:
        return bool(self.seats or self.account)


@dataclass(frozen=True)
class Comparison:
    faults: Sequence[Fault]
    steps: Sequence[Step]
    absent: Sequence[tuple[str, Seat]]  # who sits somewhere, and is not in the file there
    same: int  # rows that are so already


# -- what a file says ------------------------------------------------------------------------------------------------------


def entries(lines: Iterable[Line], plan: Plan) -> tuple[list[Entry], list[Fault]]:
    found, faults = list[Entry](), list[Fault]()
    for line in lines:
        amiss = list(_amiss(line, plan))
        faults += amiss
        if not amiss:
            unit, seat = plan.unit_named(line.unit), _seat(plan, line.seat)
            assert unit is not None
            registered = line.account == REGISTERED
            account = "" if registered else line.account.casefold()
            found.append(Entry(line.row, (unit.id, seat), line.name, account, registered))
    return found, [*faults, *_twice(found)]


def _amiss(line: Line, plan: Plan) -> Iterator[Fault]:
    unit, seat = plan.unit_named(line.unit), _seat(plan, line.seat)
    if unit is None or not plan.seats_of(unit.id):
        near = nearest(line.unit, [one.name.zh for one in plan.units.values() if plan.seats_of(one.id)])
        hint = f"did you mean {near}?" if near and line.unit else "write its id, name or an alias of it in each row"
        yield Fault(line.row, UNIT, "a unit of the plan where people can sit", hint)
    elif not seat or not plan.seat_exists(unit.id, seat):
        there = ", ".join(f"{one.name.zh} ({one.id})" for one in plan.seats_of(unit.id))
        yield Fault(line.row, SEAT, "a seat that this unit has", f"write one of {there}")
    if not line.name or len(line.name) > LONGEST_NAME or not line.name.isprintable():
        yield Fault(line.row, NAME, f"a name, 1 to {LONGEST_NAME} characters on one line", "write who sits there")
    if line.account not in ("", REGISTERED) and not USERID.fullmatch(line.account):
        yield Fault(
            line.row, ACCOUNT, "letters, digits and _ - . @, at most 64", "copy it (账号) from 通讯录 in the console"
        )


def _seat(plan: Plan, words: str) -> str:
    """Its id, or what it is called in either language: all of it, what stands in brackets, or what stands before them."""
    meant = _folded(words)
    found = [key for key, one in plan.seats.items() if meant in (key, *_ways(one.name.zh), *_ways(one.name.en))]
    return found[0] if len(found) == 1 else ""


def _ways(name: str) -> Iterator[str]:
    yield _folded(name)
    yield from filter(None, map(str.strip, re.split(r"[()]", _folded(name))))


def _folded(words: str) -> str:
    return words.strip().casefold().replace("（", "(").replace("）", ")")


def _twice(found: Sequence[Entry]) -> Iterator[Fault]:
    seen = dict[tuple[str, Seat], int]()
    for one in found:
        if first := seen.get((one.name, one.seat)):
            yield Fault(
                one.row, SEAT, f"each seat of a person once; row {first} says the same", "delete one of the rows"
            )
        seen.setdefault((one.name, one.seat), one.row)


# -- who is who ------------------------------------------------------------------------------------------------------------


def compared(tx: Tx, plan: Plan, channel: str, found: Sequence[Entry], faults: Sequence[Fault] = ()) -> Comparison:
    """With what the roster says now."""
    roster = Roster(tx, plan, channel)
    groups, amiss = _groups(found)
    amiss = [*faults, *amiss]
    steps = [roster.step(group, groups, amiss) for group in groups]
    named = {(one.name, one.seat) for one in found}
    absent = [(roster.names[person], seat) for person, seat in roster.rows if (roster.names[person], seat) not in named]
    same = len(found) - sum(len(one.seats) for one in steps)
    return Comparison(sorted(amiss, key=lambda one: one.row), [one for one in steps if one.changes], absent, same)


Group = list[Entry]  # the rows of one person


def _groups(found: Sequence[Entry]) -> tuple[list[Group], list[Fault]]:
    """One name in one unit, or under one account, is one person."""
    groups = list[Group]()
    for one in found:
        theirs = [group for group in groups if any(_same(one, other) for other in group)]
        groups = [group for group in groups if group not in theirs]
        groups.append([*(other for group in theirs for other in group), one])
    return groups, [fault for group in groups for fault in _one_person(group)]


def _same(one: Entry, other: Entry) -> bool:
    here = one.name == other.name and one.seat[0] == other.seat[0]
    return here or (one.account != "" and one.account == other.account)


def _one_person(group: Group) -> Iterator[Fault]:
    if odd := next((one for one in group if one.name != group[0].name), None):
        yield Fault(
            odd.row, ACCOUNT, f"an account of this person's own; row {group[0].row} has the same", "correct one"
        )
    first = next((one for one in group if one.account), group[0])
    if odd := next((one for one in group if one.account and one.account != first.account), None):
        remedy = "write the same in both, or, if they are two people, tell their names apart"
        yield Fault(
            odd.row, ACCOUNT, f"the account that row {first.row} has for the same name in the same unit", remedy
        )


class Roster:
    """As it is now, and whose account is whose."""

    def __init__(self, tx: Tx, plan: Plan, channel: str) -> None:
        self.tx, self.plan, self.channel = tx, plan, channel
        self.rows: list[tuple[int, Seat]] = [(row.person, (row.unit, row.seat)) for row in people.roster(tx, plan.id)]
        self.names = {person: people.name(tx, person) for person in dict(self.rows)}
        self.held = defaultdict[int, set[Seat]](set)
        for person, seat in self.rows:
            self.held[person].add(seat)
        self.registered = accounts.known(tx, channel, self.names)

    def step(self, group: Group, groups: Sequence[Group], faults: list[Fault]) -> Step:
        """Adds to `faults` where it can't be told who is meant."""
        account = next((one.account for one in group if one.account), "")
        owner = accounts.owner(self.tx, self.channel, account) if account else None
        person = self._person(group, account, owner, groups, faults)
        wanted = list(dict.fromkeys(one.seat for one in group))
        seats = [one for one in wanted if person is None or one not in self._held(person, account)]
        claimed = next((one for one in group if one.registered), None)
        if claimed and not account and person not in self.registered:
            remedy = "write it; an export of another database can't carry it along"
            faults.append(Fault(claimed.row, ACCOUNT, "the account: none is registered for this person", remedy))
        return Step(group[0].name, person, seats, "" if owner is not None and owner == person else account)

    def _person(
        self, group: Group, account: str, owner: int | None, groups: Sequence[Group], faults: list[Fault]
    ) -> int | None:
        name, row = group[0].name, group[0].row
        if owner is not None:
            if self.names.get(owner) != name:
                remedy = "correct the account, or the name as it stands in the roster (xiezhi roster export)"
                faults.append(Fault(row, ACCOUNT, "an account that is nobody else's in the roster", remedy))
            return owner
        called = [person for person, other in self.names.items() if other == name]
        units = {one.seat[0] for one in group}
        here = [person for person in called if units & {unit for unit, _ in self.held[person]}]
        if len(here) > 1 and not {one.seat for one in group} <= self._held(here[0], account):
            remedy = "write the account of whoever it is, or have one of their seats ended first"
            faults.append(Fault(row, NAME, "one person of this name in this unit; the roster has several", remedy))
        if here:
            return here[0]
        others = [one for one in groups if one is not group and one[0].name == name]
        if not self._told_apart(account, called, others):
            remedy = f"write {ACCOUNT} in both rows, the same for one person, another for each of two; or make the names differ"
            faults.append(
                Fault(row, NAME, "to be told whether this is the person of this name in another unit", remedy)
            )
        return None

    def _held(self, person: int, account: str) -> set[Seat]:
        """Without an account it says nothing which of several of one name: somebody sits there."""
        alike = [person] if account else [one for one, name in self.names.items() if name == self.names[person]]
        return set().union(*(self.held[one] for one in alike))

    def _told_apart(self, account: str, called: Sequence[int], others: Sequence[Group]) -> bool:
        """Nobody else has the name, or all have an account of their own."""
        if not called and not others:
            return True
        known = self.registered.issuperset(called) and all(any(one.account for one in other) for other in others)
        return known and account != ""


# -- doing it --------------------------------------------------------------------------------------------------------------


def applied(tx: Tx, plan: Plan, channel: str, steps: Iterable[Step], now: datetime) -> None:
    """Those of a comparison without faults, made in the same transaction."""
    for step in steps:
        person = people.add(tx, plan.id, step.name, now) if step.person is None else step.person
        for unit, kind in step.seats:
            people.seat(tx, person, plan.id, unit, kind, now)
            audit.record(tx, now, plan.id, "seated", f"{unit}/{kind}", None, f"console {person}")
        if step.account and accounts.expect(tx, channel, step.account, person):
            audit.record(tx, now, plan.id, "account expected", str(person), None, channel.partition(":")[0])


def codes(tx: Tx, plan: Plan, channel: str, now: datetime) -> Iterator[str]:
    """For everybody with a seat and no way in: no account here, and no conversation. Valid 72 hours, once."""
    roster = Roster(tx, plan, channel)
    for person, name in roster.names.items():
        if person not in roster.registered and not chats.sessions(tx, person):
            audit.record(tx, now, plan.id, "invited", str(person), None, "console")
            yield f"{name} · {people.invite_person(tx, people.Person(person, plan.id, name), now)}"


def outside(tx: Tx, plan: Plan, channel: str) -> list[str]:
    """Who is expected by an account, and has not come in: it may be another's, or nobody's."""
    roster = Roster(tx, plan, channel)
    return [roster.names[person] for person in sorted(roster.registered) if not chats.sessions(tx, person)]


def kept(tx: Tx, plan: Plan, channel: str) -> list[tuple[str, str, str, str]]:
    """The roster as rows that an import reads, in the order of the plan."""
    roster = Roster(tx, plan, channel)
    units, seats = [*plan.units], [*plan.seats]

    def place(row: tuple[int, Seat]) -> tuple[int, int]:
        unit, kind = row[1]
        return (units.index(unit) if unit in units else len(units)), (
            seats.index(kind) if kind in seats else len(seats)
        )

    return [
        (*called(plan, seat), roster.names[person], REGISTERED if person in roster.registered else "")
        for person, seat in sorted(roster.rows, key=place)
    ]


def called(plan: Plan, seat: Seat) -> tuple[str, str]:
    unit, kind = plan.units.get(seat[0]), plan.seats.get(seat[1])
    return (unit.name.zh if unit else seat[0]), (kind.name.zh if kind else seat[1])
