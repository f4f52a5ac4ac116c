"""The engine: whatever anybody does in whatever order, nobody is lost, waits in vain, acts out of turn or sees too much."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from rules.county import Plan, load, load_common, load_plan
from rules.courses import Course, Party, Possible, open_to
from rules.regime_checks import standing
from rules.regimes import Move, Regime, Role, Stage
from rules.terms import Origin, Text
from tests.rules.conftest import COUNTIES
from tests.rules.played import Played, able

MADE_UP = Path(__file__).parent / "wanqiao.yaml"  # 万桥县: in no file of counties/, and in no line of code


def _plans() -> tuple[Plan, ...]:
    real = load([COUNTIES / "luzhai.yaml", COUNTIES / "yangxi.yaml"]).values()
    third = load_plan(MADE_UP, load_common(COUNTIES / "common.yaml"))
    return (*(one.with_demo_towns() for one in real), third)


PLANS = _plans()
WAYS = [(plan, regime, way) for plan in PLANS for regime in plan.regimes.values() for way in regime.ways]


@st.composite
def begun(draw: st.DrawFn) -> Played:
    """Any matter of any county, by any door and unit, whatever its form says."""
    plan, regime, way = draw(st.sampled_from(WAYS))
    asked = plan.forms[way.form].fields if way.form else ()
    choices = {one.code: sorted(one.options) or ["yes", "no"] for one in asked if one.kind in ("choice", "yes_no")}
    answers = {code: draw(st.sampled_from(keys)) for code, keys in choices.items()}
    unit = draw(st.sampled_from(able(plan, regime.roles[way.starter])))
    return Played.begun(plan, regime, way, unit, answers)


def all_seats(played: Played) -> list[tuple[str, str]]:
    """Every seat that any role of the regime has anywhere, and some that no role has."""
    kinds = {role.seat for role in played.regime.roles.values()} | {"liaison", "coordinator", "leader"}
    return sorted((unit, kind) for unit in played.plan.units for kind in kinds if played.plan.seat_exists(unit, kind))


def moved(draw: st.DrawFn, played: Played) -> Possible | None:
    """One move of somebody, with whom they choose; None where nobody can do anything."""
    offered = [one for party in played.parties for one in played.may(played.seats_for(party))]
    if not offered:
        return None
    done = draw(st.sampled_from(offered))
    chosen = {}
    for role, units in played.choices(done).items():
        most = {"one": 1, "several": 3, "": len(units)}[played.regime.roles[role].chosen]
        least = len(units) if most == len(units) else 1
        chosen[role] = draw(st.lists(st.sampled_from(units), min_size=least, max_size=most, unique=True))
    played.make(done, chosen)
    return done


MOVES = settings(max_examples=250, deadline=None)


@MOVES
@drawn(st.data())
def test_no_course_leaves_the_regime(data: st.DataObject) -> None:
    """Every party stands at a stage of its role, as the file says and `standing` has counted; it has one part of a role only."""
    played = data.draw(begun())
    allowed = standing(played.regime)
    for _ in range(data.draw(st.integers(0, 25))):
        if moved(data.draw, played) is None:
            break
        assert {(one.role, one.stage) for one in played.parties} <= allowed
        parts = [(one.role, one.unit) for one in played.parties]
        assert len(parts) == len(set(parts))


@MOVES
@drawn(st.data())
def test_no_debt_is_lost(data: st.DataObject) -> None:
    """What a party owes is left by its own move, by one that awaits nothing more of it, by one that gives it the part anew, or
    by whoever asked for it; never for what somebody else asks meanwhile (two receivers: one hands back, one asks for more)."""
    played = data.draw(begun())
    asked: dict[int, int] = {}  # whose move brought it where it stands
    for _ in range(data.draw(st.integers(0, 25))):
        before = {one.id: one for one in played.parties}
        done = moved(data.draw, played)
        if done is None:
            break
        for one in played.parties:
            was = before.get(one.id)
            owed = was is not None and was.stage != one.stage and played.regime.stages[was.stage].duty
            if owed and one.id != done.party.id and played.regime.stages[one.stage].duty:
                given_anew = done.move.adds.get(one.role) == one.stage
                assert given_anew or asked.get(one.id) == done.by.id, (played.regime.id, done.move.id, was, one)
            if was is None or was.stage != one.stage:
                asked[one.id] = done.by.id


@MOVES
@drawn(st.data())
def test_who_stands_there_hears_of_every_move(data: st.DataObject) -> None:
    """Whoever stands where what a role does is told hears of each of its moves, moved by it or not; nobody of their own."""
    played = data.draw(begun())
    for _ in range(data.draw(st.integers(0, 12))):
        done = moved(data.draw, played)
        if done is None:
            break
        doer = done.by.role if done.move.of else done.party.role
        wanted = {one.id for one in played.parties if doer in played.regime.stages[one.stage].hears}
        assert {one.id for one in played.course.hearing(done)} == wanted - {done.by.id}


@MOVES
@drawn(st.data())
def test_the_answer_of_a_stage_leads_on(data: st.DataObject) -> None:
    """The move that a reminder offers is one of whoever is reminded, open to them where they stand."""
    played = data.draw(begun())
    for _ in range(data.draw(st.integers(0, 15))):
        moved(data.draw, played)
    for one in played.parties:
        answer = played.regime.answer(one.role, one.stage) if played.regime.stages[one.stage].duty else None
        if answer is not None and open_to(answer, one):
            assert any((may.party, may.move) == (one, answer) for may in played.may(played.seats_for(one)))


@MOVES
@drawn(st.data())
def test_nobody_is_awaited_who_can_do_nothing(data: st.DataObject) -> None:
    """Of whomever something is awaited, there is a move of theirs, in their own seat; for somebody outside, of whoever began it.
    And a matter in which nobody can do anything awaits nothing."""
    played = data.draw(begun())
    for _ in range(data.draw(st.integers(0, 25))):
        for one in played.parties:
            if not played.regime.stages[one.stage].ends:
                assert any(may.party == one for may in played.may(played.seats_for(one))), (played.regime.id, one)
        if moved(data.draw, played) is None:
            assert played.course.over
            break


@MOVES
@drawn(st.data())
def test_who_has_no_part_sees_and_does_nothing(data: st.DataObject) -> None:
    """A seat sees the most that its own parts may see and makes the moves of its own roles, no others; the sealed routes show
    nobody more than a number (YX-2.10b, LZ-4.8f)."""
    played = data.draw(begun())
    for _ in range(data.draw(st.integers(0, 12))):
        moved(data.draw, played)
    order = ("number", "title", "all")
    for seat in all_seats(played):
        mine = [one for one in played.parties if not one.outside and played.seat(one) == seat]
        seen = {played.regime.roles[one.role].sees for one in mine}
        assert played.course.sees([seat]) == (max(seen, key=order.index) if seen else None)
        for may in played.may([seat]):
            assert may.by in mine
            whose = may.by.role if may.move.of or not may.recorded else may.party.role
            assert whose in may.move.by
            assert not may.recorded or may.by.role in played.regime.starters
        if played.regime.sealed:
            assert seen <= {"number"}


@MOVES
@drawn(st.data())
def test_there_is_always_an_end(data: st.DataObject) -> None:
    """From wherever people have led it, those of whom something is awaited can bring it to an end by what leads there straight."""
    played = data.draw(begun())
    for _ in range(data.draw(st.integers(0, 15))):
        moved(data.draw, played)
    for _ in range(60):
        awaited = [one for one in played.parties if not played.regime.stages[one.stage].ends]
        if not awaited:
            break
        party = awaited[0]
        may = [one for one in played.may(played.seats_for(party)) if one.party == party]
        done = min(may, key=lambda one: _far(played.regime, one))
        chosen = {}
        for role, units in played.choices(done).items():
            free = [one for one in units if (role, one) not in {(old.role, old.unit) for old in played.parties}]
            chosen[role] = (free or units)[:1] if played.regime.roles[role].chosen else units
        played.make(done, chosen)
    assert played.course.over, (played.regime.id, played.stands())


def _far(regime: Regime, may: Possible) -> tuple[int, int]:
    """The steps to an end from where the move leads; what sets others going comes last."""
    at, steps = {may.move.to or may.party.stage}, 0
    own = [one for one in regime.moves.values() if (one.of == may.party.role if one.of else may.party.role in one.by)]
    while not any(regime.stages[one].ends for one in at) and steps < 9:
        at |= {one.to for one in own if one.to and at & set(one.at)}
        steps += 1
    sent = [*may.move.wakes.values(), *may.move.adds.values()]
    return steps + (may.move.to is None) * 9, sum(not regime.stages[one].ends for one in sent)


# -- of single moves -------------------------------------------------------------------------------------------------------

NAME = Text("某", "some")


def regime(**moves: Move) -> Regime:
    roles = {
        one: Role(one, NAME, ("units",), chosen="several" if one == "receiver" else "") for one in ("asker", "receiver")
    }
    ends = {one: Stage(one, NAME, ends=True) for one in ("sent", "gone")}
    stages = {"open": Stage("open", NAME), "waiting": Stage("waiting", NAME, duty="sign"), **ends}
    return Regime("some", NAME, ("XX-1",), Origin.SEED, "asker", "open", roles, stages, moves)


def test_who_is_chosen_again_stands_at_the_first_stage_again() -> None:
    """Of all who had it, only the one chosen anew has it; the same move has sent the others away."""
    again = Move("again", NAME, ("asker",), ("open",), adds={"receiver": "waiting"}, wakes={"receiver": "gone"})
    asker, one, two = (
        Party(1, "asker", "a", "open"),
        Party(2, "receiver", "b", "waiting"),
        Party(3, "receiver", "c", "sent"),
    )
    course = Course(regime(again=again), (asker, one, two))
    for chosen, stages in (("b", {2: "waiting", 3: "gone"}), ("c", {2: "gone", 3: "waiting"})):
        assert course.after(Possible(again, asker, asker), {"receiver": (chosen,)}).stages == stages


def test_who_has_it_in_hand_is_not_sent_back_to_the_start() -> None:
    """Sent to somebody else besides: what the first has signed for stays in hand."""
    send = Move("send", NAME, ("asker",), ("open",), to="sent", adds={"receiver": "open"})
    asker, one = Party(1, "asker", "a", "open"), Party(2, "receiver", "b", "waiting")
    change = Course(regime(send=send), (asker, one)).after(Possible(send, asker, asker), {"receiver": ("b", "c", "c")})
    assert change.stages == {1: "sent"}
    assert [tuple(entry) for entry in change.entries] == [("receiver", "c", "open")]


def test_a_move_of_another_role_moves_nobody_else() -> None:
    """收更 is of whoever is on watch, not of everybody who stands at the same stage."""
    relieve = Move("relieve", NAME, ("asker",), ("waiting",), of="receiver", to="gone")
    asker, one = Party(1, "asker", "a", "waiting"), Party(2, "receiver", "b", "waiting")
    assert [may.party for may in Course(regime(relieve=relieve), (asker, one)).possible([("a", "liaison")])] == [one]


def test_what_is_done_outside_is_written_down_by_whoever_began_it() -> None:
    """Nobody sits there, whatever seat somebody claims; the letter that answers comes to the sender, who records it."""
    sign = Move("sign", NAME, ("receiver",), ("waiting",), to="sent")
    asker, away = Party(1, "asker", "a", "sent"), Party(2, "receiver", "b", "waiting", outside=True)
    course = Course(regime(sign=sign), (asker, away))
    assert course.possible([("b", "liaison")]) == () and course.sees([("b", "liaison")]) is None
    assert [(may.party, may.by, may.recorded) for may in course.possible([("a", "liaison")])] == [(away, asker, True)]
