"""Who may see or do what with a tip: role by power by tip, each row with its clause."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.county import Plan
from rules.routing import intake_for
from rules.terms import SeatRef
from rules.visibility import MOVES, Power, TipFacts, Viewer, excluded, may

ME = 1


def viewer(county: str, *seats: str) -> Viewer:
    """Seats written as unit/seat."""
    return Viewer(county, ME, frozenset(SeatRef(*seat.split("/")) for seat in seats))


def tip(county: str, **facts: object) -> TipFacts:
    base = TipFacts(county, "XX-00000000", "hq_office" if county == "luzhai" else "tobacco")
    return replace(base, **facts)  # type: ignore[arg-type]


REGISTER = "see_number see_register"
DESK = f"{REGISTER} read take act care merge see_original_file"
INTAKE = f"{DESK} open_identity"
DUTY = f"{REGISTER} read take act care"
SEALED = f"{REGISTER} read take act care open_identity see_original_file"
URGENT = {"urgent": True}
HANDED = {"holders": frozenset({"tobacco", "market"})}
HIDDEN = {"sealed": True}

# county, seat, what the tip is, powers
TABLE: list[tuple[str, str, dict[str, object], str]] = [
    # intake: the one seat that reads and acts, and opens a named informant's contact (LZ-3.6d, YX-2.1c)
    ("luzhai", "hq_office/intake", {}, INTAKE),
    ("luzhai", "hq_office/coordinator", {}, DESK),  # LZ-2i: the office's directors
    ("yangxi", "tobacco/intake", {}, INTAKE),
    # the two offices of Yangxi see number, age and lateness, nothing else (YX-3.1b)
    ("yangxi", "anti_counterfeit_office/coordinator", {}, REGISTER),
    ("yangxi", "anti_smuggling_office/coordinator", {}, REGISTER),
    ("yangxi", "anti_smuggling_office/leader", {}, REGISTER),
    ("yangxi", "anti_smuggling_office/liaison", {}, ""),
    # … and read only what they take in themselves because intake is involved
    (
        "yangxi",
        "anti_counterfeit_office/intake",
        {"intake_unit": "anti_counterfeit_office", "involved": frozenset({"tobacco"})},
        INTAKE,
    ),
    (
        "yangxi",
        "anti_counterfeit_office/coordinator",
        {"intake_unit": "anti_counterfeit_office", "involved": frozenset({"tobacco"})},
        DESK,
    ),
    ("yangxi", "anti_counterfeit_office/intake", {}, ""),
    # leaders watch the clock, not the content (YX-3.5b, LZ-2.M)
    ("luzhai", "county_gov/leader", {}, REGISTER),
    ("luzhai", "hq_office/leader", {}, REGISTER),
    ("yangxi", "tobacco/leader", {}, REGISTER),
    # the duty seat only while something is happening now (LZ-4.1f, YX-3.4c)
    ("luzhai", "hq_office/duty", URGENT, DUTY),
    ("luzhai", "hq_office/duty", {}, ""),
    ("luzhai", "police/duty", URGENT, ""),
    ("luzhai", "police/duty", {**URGENT, "involved": frozenset({"science_industry_trade"})}, DUTY),
    ("yangxi", "tobacco/duty", URGENT, DUTY),
    # units see the copy made for them, and only while they hold it
    ("luzhai", "tobacco/liaison", HANDED, "see_number read_copy work"),
    ("luzhai", "tobacco/leader", HANDED, "see_number read_copy"),
    ("luzhai", "police/liaison", HANDED, ""),
    ("luzhai", "tobacco/liaison", {}, ""),
    # sealed: one seat reads; everybody else at most knows the number (LZ-4.8f, YX-2.10b)
    ("luzhai", "police/sealed", HIDDEN, SEALED),
    ("luzhai", "police/sealed", {}, ""),
    ("luzhai", "hq_office/intake", HIDDEN, "see_number"),
    ("luzhai", "hq_office/coordinator", {**HIDDEN, **URGENT}, "see_number"),
    ("luzhai", "county_gov/leader", HIDDEN, "see_number"),
    ("luzhai", "tobacco/liaison", {**HIDDEN, **HANDED}, ""),
    ("luzhai", "police/leader", HIDDEN, ""),
    ("yangxi", "procuratorate/sealed", HIDDEN, SEALED),
    ("yangxi", "tobacco/intake", HIDDEN, "see_number"),
    ("yangxi", "anti_smuggling_office/coordinator", HIDDEN, "see_number"),
    # seats without business here; custodians come in with the reward vault
    ("luzhai", "hq_office/custodian", {}, ""),
    ("luzhai", "justice/liaison", {}, ""),
    ("luzhai", "police/intake", {}, ""),
]


@pytest.mark.parametrize(("county", "seat", "facts", "powers"), TABLE)
def test_powers(plans: dict[str, Plan], county: str, seat: str, facts: dict[str, object], powers: str) -> None:
    """Every power of the vocabulary is asked, so that what a row does not name is denied."""
    who, what = viewer(county, seat), tip(county, **facts)
    assert {p.value for p in Power if may(plans[county], who, p, what)} == set(powers.split())


# county, seats of one person, involved, excluded
EXCLUDED = [
    ("luzhai", "hq_office/intake", "tobacco", False),
    ("luzhai", "hq_office/intake tobacco/leader", "tobacco", True),  # LZ-2i: a tobacco deputy sits in the office
    ("luzhai", "hq_office/intake", "science_industry_trade", True),  # its host (LZ-2h)
    ("luzhai", "hq_office/intake", "anti_smuggling_office", True),  # the same house (LZ-4.1)
    ("luzhai", "police/sealed", "police_stations", True),  # the bureau's stations (LZ-4.8c)
    ("luzhai", "gov_office/intake", "county_gov", True),
    ("luzhai", "county_gov/leader", "gov_office", False),
    ("yangxi", "police/liaison", "border_police", True),  # successor
    ("yangxi", "market/liaison", "ip_office", True),
    ("yangxi", "tobacco/intake", "police", False),
    ("yangxi", "tobacco/intake gone/liaison", "gone", True),  # a unit an upgrade removed from the plan
]


@pytest.mark.parametrize(("county", "seats", "involved", "out"), EXCLUDED)
def test_exclusion(plans: dict[str, Plan], county: str, seats: str, involved: str, out: bool) -> None:
    """One seat in an involved unit or its kin shuts out the whole person (信访工作条例 30)."""
    who, what = viewer(county, *seats.split()), tip(county, involved=frozenset({involved}))
    assert excluded(plans[county], who, what) is out
    if out:
        assert not any(may(plans[county], who, power, what) for power in Power)


def test_one_person_takes_a_tip(luzhai: Plan) -> None:
    """Others see who it is and read on, but act only after taking it over."""
    who = viewer("luzhai", "hq_office/intake")
    mine, theirs = tip("luzhai", taken_by=ME), tip("luzhai", taken_by=ME + 1)
    powers = (Power.READ, Power.TAKE, Power.TAKE_OVER, Power.ACT)
    assert [may(luzhai, who, power, mine) for power in powers] == [True, False, False, True]
    assert [may(luzhai, who, power, theirs) for power in powers] == [True, False, True, False]


def test_a_unit_works_whoever_took_the_tip(luzhai: Plan) -> None:
    """The taker is intake's business, not the liaison's."""
    what = tip("luzhai", taken_by=ME + 1, **HANDED)
    assert may(luzhai, viewer("luzhai", "market/liaison"), Power.WORK, what)


def test_what_has_ended_is_only_read(luzhai: Plan) -> None:
    """Closed, merged or withdrawn: no more moves, but to look after whoever told of it, whoever had it."""
    ended = tip("luzhai", ended=True, holders=frozenset({"market"}))
    for seat in ("hq_office/intake", "market/liaison"):
        assert not any(may(luzhai, viewer("luzhai", seat), power, ended) for power in MOVES - {Power.CARE})
    theirs = replace(ended, taken_by=ME + 1)
    assert may(luzhai, viewer("luzhai", "hq_office/intake"), Power.CARE, theirs)
    assert not may(luzhai, viewer("luzhai", "market/liaison"), Power.CARE, ended)
    assert may(luzhai, viewer("luzhai", "hq_office/intake"), Power.READ, ended)
    assert may(luzhai, viewer("luzhai", "market/liaison"), Power.READ_COPY, ended)


def test_counties_do_not_see_each_other(plans: dict[str, Plan]) -> None:
    """Both have a unit called tobacco; one process serves both."""
    who, what = viewer("yangxi", "tobacco/intake"), tip("luzhai", intake_unit="tobacco")
    for plan in plans.values():
        assert not any(may(plan, who, power, what) for power in Power)


@st.composite
def cases(draw: st.DrawFn, plan: Plan) -> tuple[Viewer, TipFacts]:
    units = st.sampled_from(list(plan.units))
    seats = st.sampled_from([SeatRef(unit, seat) for unit in plan.units for seat in plan.seats])
    who = Viewer(plan.id, ME, frozenset(draw(st.lists(seats, max_size=4))))
    involved = frozenset(draw(st.lists(units, max_size=3)))
    what = TipFacts(
        plan.id,
        "XX-00000000",
        intake_for(plan, involved) or plan.intake.unit,
        draw(st.booleans()),
        draw(st.booleans()),
        involved,
        frozenset(draw(st.lists(units, max_size=3))),
        draw(st.sampled_from([None, ME, 2])),
        draw(st.booleans()),
    )
    return who, what


@given(data=st.data())
def test_an_excluded_person_has_no_power_whatever(plans: dict[str, Plan], data: st.DataObject) -> None:
    """Whatever seats they hold beside it, whatever the tip: nothing, not even its number."""
    plan = plans[data.draw(st.sampled_from(sorted(plans)))]
    who, what = data.draw(cases(plan))
    barred = plan.kin_of(what.involved)
    if any(seat.unit in barred for seat in who.seats):
        assert not any(may(plan, who, power, what) for power in Power)


@given(data=st.data())
def test_a_sealed_tip_has_one_reader(plans: dict[str, Plan], data: st.DataObject) -> None:
    """Beyond the number nobody without the sealed seat learns anything (YX-2.10b, LZ-4.8f)."""
    plan = plans[data.draw(st.sampled_from(sorted(plans)))]
    who, what = data.draw(cases(plan))
    if plan.sealed.ref not in who.seats:
        sealed = replace(what, sealed=True)
        assert not any(may(plan, who, power, sealed) for power in Power if power is not Power.SEE_NUMBER)


@given(data=st.data())
def test_another_seat_never_takes_power_away_but_by_exclusion(plans: dict[str, Plan], data: st.DataObject) -> None:
    """Seats add up; only an involved unit subtracts."""
    plan = plans[data.draw(st.sampled_from(sorted(plans)))]
    who, what = data.draw(cases(plan))
    if not excluded(plan, who, what):
        for seat in who.seats:
            alone = Viewer(who.county, who.person, frozenset({seat}))
            assert all(may(plan, who, power, what) for power in Power if may(plan, alone, power, what))


@pytest.mark.parametrize(("behind", "opens"), [((), True), (("tobacco",), True), (("market",), False)])
def test_a_lent_seat_opens_what_its_holder_could(plans: dict[str, Plan], behind: tuple[str, ...], opens: bool) -> None:
    """AB角: the seat of somebody who is away counts, but not towards a tip that shuts them out by any seat of theirs."""
    lent = frozenset({(SeatRef("hq_office", "coordinator"), frozenset({"hq_office", *behind}))})
    who, what = (
        replace(viewer("luzhai", "hq_office/custodian"), lent=lent),
        tip("luzhai", involved=frozenset({"market"})),
    )
    assert may(plans["luzhai"], who, Power.READ, what) is opens
    outside = replace(viewer("luzhai", "market/liaison"), lent=lent)
    assert not may(plans["luzhai"], outside, Power.READ, what), "one's own seat shuts out as ever"
