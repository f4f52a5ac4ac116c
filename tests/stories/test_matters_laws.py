"""The laws of matters on the real desk: whatever anybody does in whatever order, of whatever regime of both counties, nobody is led out of
the regime, no clock is lost, nobody makes another's move, and nothing is shown to somebody who may not see it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import Connection, create_engine

from handlers.matters import across, empty, held, making, ways
from handlers.matters.making import Said
from rules.courses import Course, Party
from rules.regime_checks import standing
from rules.regimes import Sees
from storage import attachments, duties, matters, models
from storage.attachments import Owner
from storage.chats import Chat
from storage.sealed import Keyring
from tests.stories.walks import (
    LEVELS,
    NUMBER,
    PLANS,
    SECRET,
    STARTABLE,
    Walk,
    dumped,
    level,
    may_make,
    pushed,
    secrets,
    shown,
    sits_here,
)

SEEDS, STEPS, LOOK = range(8), 8, 3  # walks, moves of each, how many look at everything after each


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        models.metadata.create_all(opened)
        yield opened
    engine.dispose()


def nobody_is_led_astray(walk: Walk) -> None:
    """Each stands where its role can stand, has one part of a role, and a matter is over when nothing is awaited of anybody."""
    for row in walk.rows():
        regime, parties = PLANS[row.county].regimes[row.regime], matters.parties(walk.tx, row.id)
        assert {(one.role, one.stage) for one in parties} <= standing(regime), row.regime
        assert len({(one.role, one.unit) for one in parties}) == len(parties)
        assert (row.closed_at is not None) == all(regime.stages[one.stage].ends for one in parties), row.regime


def no_clock_is_lost(walk: Walk) -> None:
    """Who stands where something is due has that clock and no other, in its own seat, or in that of whoever began it where nobody of
    it sits here; everybody else has none (decision 0010)."""
    for row in walk.rows():
        plan, first = PLANS[row.county], matters.parties(walk.tx, row.id)[0]
        regime, debts = plan.regimes[row.regime], duties.of_matters(walk.tx, [row.number])[row.number]
        open_ = {one.once: (one.rule, one.unit, one.seat) for one in debts if one.closed_at is None}
        assert len(open_) == sum(one.closed_at is None for one in debts)
        wanted = {}
        for party in matters.parties(walk.tx, row.id):
            by = party if sits_here(plan, party.unit) else first
            duty = regime.stages[party.stage].duty
            if duty is not None and sits_here(plan, by.unit):
                wanted[f"matter:{party.id}:{party.times}"] = (duty, by.unit, regime.roles[by.role].seat)
        assert open_ == wanted, row.regime


def nothing_is_shown_that_may_not_be(walk: Walk, chat: Chat) -> None:
    """Neither a word, a title, a file, a party's name nor a number, on any page or in any push; and whoever may see everything does."""
    seats = walk.desk(chat).seats
    may = {row.number: level(walk, seats, row) for row in walk.rows()}
    may = {row.number: may[row.number] if row.county == chat.county else "nothing" for row in walk.rows()}
    known, told = secrets(walk), shown(walk, chat) | {"pushes": pushed(walk, chat)}
    for where, text in told.items():
        for one in set(SECRET.findall(text)):
            able = [LEVELS.index(may[row.number]) >= LEVELS.index(wanted) for row, wanted in known[one]]
            assert any(able), (where, one, sorted(seats))
        for number in () if where.startswith("roll") else set(NUMBER.findall(text)) - _beside(walk, may):
            assert may[number] != "nothing", (where, number, sorted(seats))
    for row in walk.rows(chat.county):
        card_ = told[f"card {row.number}"]
        if may[row.number] == "all":
            content = matters.content(walk.tx, row)
            says = set(SECRET.findall(dumped([content.get(name) for name in ("title", "values", "sheet")])))
            assert says <= set(SECRET.findall(card_)), (row.regime, "it may be read, and is not")
        elif may[row.number] != "nothing":
            said = json.loads(card_)[0]
            assert not said["files"] and not said["sheet"] and (may[row.number] == "title" or not said["parties"])
    for party, paper in ((party, told[f"letter {party.number}"]) for party in walk.parties(chat.county)):
        assert not paper or walk.began(party.matter) & seats, (party.unit, "only whoever began it writes to them")


def nobody_is_offered_anothers_move(walk: Walk, chat: Chat) -> None:
    """A move is of the roles that the file names, in their own seat; of who is outside, of whoever began it."""
    seats = walk.desk(chat).seats
    for one in held.listing(walk.desk(chat)):
        for may in one.possible:
            assert may_make(walk, seats, one.row, may.party.id, may.move.id), (
                one.row.regime,
                may.move.id,
                sorted(seats),
            )


def nobody_acts_unmarked_for_others(walk: Walk, chat: Chat) -> None:
    """Of another unit's moves nobody is ever offered one that is not marked."""
    units = {unit for unit, _ in walk.desk(chat).seats}
    for one in held.listing(walk.desk(chat)):
        for may in (may for may in one.possible if may.by.unit not in units):
            assert may.move.stand_in and not one.regime.sealed, (one.row.regime, may.move.id, sorted(units))


def _beside(walk: Walk, may: Mapping[str, str]) -> set[str]:
    """Numbers of what goes on from a matter that one sees more of than its own, and of what that goes on from."""
    rows = {row.id: row for row in walk.rows()}
    pairs = [(row, rows[row.parent]) for row in rows.values() if row.parent is not None]
    return {other.number for pair in pairs for one, other in (pair, pair[::-1]) if may[one.number] in ("title", "all")}


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_done_the_laws_hold(connection: Connection, keys: Keyring, seed: int) -> None:
    """Any regime, any door, any form, any moves in any order: the laws after each."""
    walk = Walk(connection, keys, seed)
    walk.everybody()
    for way in STARTABLE[seed :: len(SEEDS)]:
        walk.begins(*way)
    for _ in range(STEPS):
        walk.moves()
        nobody_is_led_astray(walk)
        no_clock_is_lost(walk)
        for chat in walk.chance.sample(walk.concerned(), LOOK):
            nobody_is_offered_anothers_move(walk, chat)
            nothing_is_shown_that_may_not_be(walk, chat)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_with_empty_seats_the_laws_hold(connection: Connection, keys: Keyring, seed: int) -> None:
    """A third of the units have nobody, a third their leader alone: whoever stands in leads nobody out of the regime, loses no
    clock, and makes no move of another unit's but the marked ones."""
    walk = Walk(connection, keys, seed)
    there = {(plan.id, one): walk.chance.choice(("all", "leader", "")) for plan in PLANS.values() for one in plan.units}
    walk.everybody(but=lambda plan, unit, seat: seat != "coordinator" and there[plan.id, unit] not in ("all", seat))
    offices = [chat for (_, _, seat), chat in walk.cast.items() if seat == "coordinator"]
    for way in STARTABLE:
        walk.begins(*way)
    for _ in range(STEPS):
        walk.moves()
        nobody_is_led_astray(walk)
        no_clock_is_lost(walk)
        for chat in (*offices, *walk.chance.sample(walk.at_work(), LOOK)):
            nobody_is_offered_anothers_move(walk, chat)
            nobody_acts_unmarked_for_others(walk, chat)


def test_an_office_makes_only_marked_moves_for_an_empty_unit() -> None:
    """Of every regime, each role at each stage where it can stand, its seat empty and nobody in the unit: all that a coordinator is
    offered for it is marked; to the unit's own people everything is."""
    reached = set()
    for plan in PLANS.values():
        for regime in (one for one in plan.regimes.values() if not one.sealed):
            for role, stage in standing(regime):
                course = Course(regime, (Party(1, role, "empty_unit", stage),))
                seat = frozenset([("empty_unit", regime.roles[role].seat)])
                office = empty.possible(course, frozenset(), empty.Stood(frozenset(), seat))
                own = empty.possible(course, frozenset(), empty.Stood(seat, frozenset()))
                assert all(one.move.stand_in for one in office) and own == course.possible(seat), (regime.id, stage)
                reached |= {one.move.name.zh for one in office}
    assert reached == {"接报", "要求补充"}


# -- of single moves -----------------------------------------------------------------------------------------------------


@pytest.fixture
def walk(connection: Connection, keys: Keyring) -> Walk:
    return Walk(connection, keys, 0)


def makes(walk: Walk, chat: Chat, move: str, said: Said) -> None:
    """The latest matter of its county is moved so, by whoever sits there."""
    desk = walk.desk(chat)
    one = held.reach(desk, walk.rows(chat.county)[-1].id, lock=True)
    assert one is not None
    across.make(desk, one, next(may for may in one.possible if may.move.id == move), said)


def test_what_others_sent_does_not_cross(walk: Walk) -> None:
    """Sent on to another county after one here has handed it back: copies of what its sender put to it go with it, and nothing that
    another party had sent with a move of its own."""
    finder, police = walk.sits("yangxi", "market", "liaison"), walk.sits("yangxi", "police", "liaison")
    desk, way = walk.desk(finder), ways.of(PLANS["yangxi"], "lead_notice")
    assert way is not None
    values = (
        walk.filled(PLANS["yangxi"].forms["lead"]) if "lead" in PLANS["yangxi"].forms else {"found_on": "2026-11-23"}
    )
    making.begin(desk, way, "market", values)
    own, theirs = (walk.file(chat)["id"] for chat in (finder, police))
    makes(walk, finder, "send", Said(units={"receiver": ["police"]}, files=(own,)))
    makes(walk, police, "hand_back", Said({"reason": "不归我们"}, files=(theirs,)))
    makes(walk, finder, "send", Said(units={"receiver": [f"{held.HOSTED}luzhai"]}))
    here, there = (
        attachments.of_owner(walk.tx, Owner("matter", walk.rows(where)[-1].id)) for where in ("yangxi", "luzhai")
    )
    assert {one.id for one in here} == {own, theirs}
    assert len(there) == 1 and there[0].size == 9 and there[0].id not in (own, theirs)


@pytest.mark.parametrize(("sees", "hears"), [("all", True), ("title", False)])
def test_a_word_is_told_to_whoever_may_read_it(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, sees: Sees, hears: bool
) -> None:
    """What whoever began it adds moves nobody: who goes on with it hears of it, and nobody whom it would only be named to."""
    regime = PLANS["luzhai"].regimes["station_report"]
    roles = {**regime.roles, "hq": replace(regime.roles["hq"], sees=sees)}
    monkeypatch.setitem(PLANS["luzhai"].regimes, "station_report", replace(regime, roles=roles))
    walk.everybody()
    station, office = walk.sits("luzhai", "sinopec", "liaison"), walk.sits("luzhai", "hq_office", "coordinator")
    way = ways.of(PLANS["luzhai"], "station_report")
    assert way is not None
    making.begin(walk.desk(station), way, "sinopec", {"seen": "vehicle"})
    makes(walk, station, "report", Said())
    number = walk.rows()[-1].number
    pushed(walk, office)
    makes(walk, station, "add", Said({"note": "又来了一辆"}))
    assert (number in pushed(walk, office)) is hears
