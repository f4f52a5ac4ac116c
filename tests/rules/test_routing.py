"""Where a tip goes. An involved unit never receives it (信访工作条例 30; LZ-3.6d, YX-2.1b)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.county import Plan
from rules.routing import (
    audience,
    duty_seat_for,
    intake_for,
    is_sealed,
    needed,
    outside_of,
    receivers,
    sealed_seat_for,
    stand_ins,
    suggest,
)
from rules.terms import SeatRef

# county, involved, who takes it in
INTAKE = [
    ("luzhai", "", "hq_office"),  # LZ-3.6d with LZ-2h
    ("luzhai", "tobacco", "hq_office"),
    ("luzhai", "hq_office", "gov_office"),  # 县打私办 shares the host, so it cannot stand in (LZ-2h, LZ-4.1)
    ("luzhai", "science_industry_trade", "gov_office"),  # the host is involved, so both its offices are
    ("luzhai", "anti_smuggling_office", "gov_office"),
    ("luzhai", "gov_office", "hq_office"),
    ("luzhai", "hq_office gov_office", "political_legal"),
    ("luzhai", "hq_office county_gov", "political_legal"),  # the government's office goes with the government
    ("luzhai", "hq_office gov_office political_legal", None),
    ("yangxi", "", "tobacco"),  # YX-2.1c
    ("yangxi", "police", "tobacco"),
    ("yangxi", "tobacco", "anti_counterfeit_office"),  # YX-3.1b
    ("yangxi", "tobacco anti_counterfeit_office", "anti_smuggling_office"),
    ("yangxi", "tobacco anti_counterfeit_office anti_smuggling_office", None),
]


@pytest.mark.parametrize(("county", "involved", "unit"), INTAKE)
def test_who_takes_a_tip_in(plans: dict[str, Plan], county: str, involved: str, unit: str | None) -> None:
    """If intake is involved, the plan's other office receives; if all are, nobody here does."""
    assert intake_for(plans[county], frozenset(involved.split())) == unit


# county, goods, violation, involved, units in order, clause of the first
SUGGESTED = [
    ("luzhai", "refined_oil", "smuggling", "", "liuzhou_customs police", "LZ-3.3b"),
    ("luzhai", "frozen", "smuggling", "", "liuzhou_customs market police", "LZ-3.3b"),
    ("luzhai", "tobacco", "smuggling", "", "tobacco police liuzhou_customs", "LZ-3.3c"),
    ("luzhai", "tobacco", "fake_tobacco", "", "tobacco market", "LZ-3.3c"),
    ("luzhai", "tobacco", "fake_tobacco", "tobacco", "market", "LZ-4.12e"),
    ("luzhai", "refined_oil", "unlicensed_oil", "", "market", "LZ-4.12d"),
    ("luzhai", "wildlife", "no_source", "", "forestry", "LZ-4.15b"),
    ("luzhai", "livestock", "transport", "", "agriculture transport", "LZ-4.14b"),
    ("luzhai", "grain", "smuggling", "", "ndrc police liuzhou_customs", "LZ-4.6b"),
    ("luzhai", "sugar", "no_source", "", "market", None),  # default: only where nothing else fits
    ("luzhai", "other", "obstruction", "", "police", "LZ-4.8g"),
    ("luzhai", "liquor", "parcel", "police_stations", "city_post_admin", "LZ-4.16b"),  # a station involves its bureau
    ("luzhai", "sugar", "other", "", "", None),  # the headquarters office decides
    ("luzhai", "tobacco", "umbrella", "", "", None),  # sealed: no hand-over at all
    ("yangxi", "fake_cigarette", "sells_fake", "", "tobacco", "YX-2.2c"),
    ("yangxi", None, "unlicensed_retail", "", "market", "YX-2.3b"),
    ("yangxi", None, "unlicensed_retail", "ip_office", "tobacco", None),  # merged into market: both are out
    ("yangxi", None, "transit_site", "", "transport", "YX-2.4b"),
    ("yangxi", None, "parcel", "", "tobacco police city_post_admin", "YX-2.5b"),
    ("yangxi", None, "smuggling", "", "anti_smuggling_office police", "YX-2.7b"),
    ("yangxi", None, "gang", "", "police", "YX-2.8b"),  # the border police were dissolved into the police
    ("yangxi", None, None, "", "tobacco", None),
    ("yangxi", None, "officials", "", "", None),
]


@pytest.mark.parametrize(("county", "goods", "violation", "involved", "units", "clause"), SUGGESTED)
def test_suggestions(
    plans: dict[str, Plan],
    county: str,
    goods: str | None,
    violation: str | None,
    involved: str,
    units: str,
    clause: str | None,
) -> None:
    """Each kind goes where the plan sends it; the law's alternatives stand behind the plan's own."""
    found = suggest(plans[county], goods, violation, frozenset(involved.split()))
    assert [one.unit for one in found] == units.split()
    assert (found[0].clause if found else None) == clause
    assert all(one.outside == plans[county].units[one.unit].outside for one in found)


# county, violation, officials, sealed
SEALED = [
    ("luzhai", "umbrella", False, True),  # LZ-4.8f
    ("luzhai", "officials", False, True),
    ("luzhai", "smuggling", False, False),
    ("luzhai", "smuggling", True, True),  # the citizen says officials take part
    ("luzhai", None, False, False),
    ("yangxi", "withheld_case", False, True),  # YX-2.10a
    ("yangxi", "officials", False, True),  # YX-2.10b
    ("yangxi", "umbrella", False, True),  # YX-1c
    ("yangxi", "online", False, False),
]


@pytest.mark.parametrize(("county", "violation", "officials", "sealed"), SEALED)
def test_sealed_kinds(
    plans: dict[str, Plan], county: str, violation: str | None, officials: bool, sealed: bool
) -> None:
    """Officials and protectors take the sealed route, whatever else the tip says."""
    assert is_sealed(plans[county], violation, officials) is sealed


def test_the_sealed_seat_and_the_way_out(luzhai: Plan, yangxi: Plan) -> None:
    """If the keeper's own unit is involved nothing is taken here: the citizen gets 12388 (LZ-4.8f, YX-2.10b)."""
    assert sealed_seat_for(luzhai, frozenset()) == ("police", "sealed")
    assert sealed_seat_for(luzhai, frozenset({"police_stations"})) is None
    assert sealed_seat_for(yangxi, frozenset()) == ("procuratorate", "sealed")
    assert sealed_seat_for(yangxi, frozenset({"procuratorate"})) is None
    assert outside_of(luzhai).number == outside_of(yangxi).number == "12388"


def test_duty_passes_on(luzhai: Plan, yangxi: Plan) -> None:
    """Something happening now rings at a seat that is not involved (LZ-4.1f, YX-3.4c)."""
    assert duty_seat_for(luzhai, frozenset()) == ("hq_office", "duty")
    assert duty_seat_for(luzhai, frozenset({"anti_smuggling_office"})) == ("police", "duty")
    assert duty_seat_for(luzhai, frozenset({"anti_smuggling_office", "police"})) == ("gov_office", "duty")
    assert duty_seat_for(yangxi, frozenset({"border_police"})) == ("tobacco", "duty")
    assert duty_seat_for(yangxi, frozenset({"border_police", "tobacco"})) == ("anti_smuggling_office", "duty")


# county, audience, holder, involved, seats
AUDIENCES = [
    ("luzhai", "duty", "hq_office", "", "hq_office/duty"),
    ("luzhai", "intake", "hq_office", "", "hq_office/intake"),
    ("luzhai", "coordinators", "hq_office", "", "hq_office/coordinator"),
    ("luzhai", "coordinators", "gov_office", "hq_office", "gov_office/coordinator"),
    ("luzhai", "leader", "hq_office", "", "hq_office/leader county_gov/leader"),
    ("luzhai", "leader", "hq_office", "county_gov", "hq_office/leader"),
    ("luzhai", "sealed", "police", "", "police/sealed"),
    ("luzhai", "sealed", "police", "police", ""),
    ("luzhai", "liaison", "tobacco", "", "tobacco/liaison"),
    ("luzhai", "unit_leader", "tobacco", "", "tobacco/leader"),
    ("luzhai", "liaison", "tobacco", "tobacco", ""),
    ("yangxi", "coordinators", "tobacco", "", "anti_counterfeit_office/coordinator anti_smuggling_office/coordinator"),
    ("yangxi", "coordinators", "tobacco", "anti_smuggling_office", "anti_counterfeit_office/coordinator"),
]


@pytest.mark.parametrize(("county", "whose", "holder", "involved", "seats"), AUDIENCES)
def test_audiences(plans: dict[str, Plan], county: str, whose: str, holder: str, involved: str, seats: str) -> None:
    """Exclusion comes before any alert."""
    found = audience(plans[county], whose, holder, frozenset(involved.split()))  # type: ignore[arg-type]
    assert [f"{seat.unit}/{seat.seat}" for seat in found] == seats.split()


def test_everyone_is_whoever_was_told(luzhai: Plan) -> None:
    """The last call of a ladder reaches all of its chain, each once."""
    told = luzhai.ladders["happening_now"].told()
    assert audience(luzhai, "everyone", "hq_office", frozenset(), told) == (
        SeatRef("hq_office", "duty"),
        SeatRef("hq_office", "intake"),
        SeatRef("hq_office", "coordinator"),
        SeatRef("hq_office", "leader"),
        SeatRef("county_gov", "leader"),
    )


def test_receivers_and_nameable_units(luzhai: Plan, yangxi: Plan) -> None:
    """Companies only report (LZ-4.16, 4.18); towns are named one by one once they are listed."""
    assert {"post_company", "sinopec", "petrochina", "liuzhou_customs"}.isdisjoint(receivers(luzhai, frozenset()))
    assert {"police", "market", "tobacco"} <= set(receivers(luzhai, frozenset()))
    assert "police" not in receivers(luzhai, frozenset({"police_stations"}))
    assert "townships" in luzhai.nameable
    demo = luzhai.with_demo_towns()
    assert "town_1" in demo.nameable
    assert "townships" not in demo.nameable
    assert "liuzhou_customs" in luzhai.nameable
    assert {"border_police", "external_unit"}.isdisjoint(yangxi.nameable)


@given(data=st.data())
def test_no_involved_unit_is_ever_chosen(plans: dict[str, Plan], data: st.DataObject) -> None:
    """For every plan, kind of tip and set of involved units, unknown names included."""
    plan = plans[data.draw(st.sampled_from(sorted(plans)))]
    involved = frozenset(data.draw(st.sets(st.sampled_from([*plan.units, "gone"]), max_size=4)))
    goods = data.draw(st.sampled_from([None, *plan.goods]))
    violation = data.draw(st.sampled_from([None, *plan.violations]))
    barred = plan.kin_of(involved)
    assert involved <= barred
    chosen = [one.unit for one in suggest(plan, goods, violation, involved)]
    chosen += receivers(plan, involved)
    chosen += filter(None, [intake_for(plan, involved)])
    chosen += [seat.unit for seat in (duty_seat_for(plan, involved), sealed_seat_for(plan, involved)) if seat]
    holder = data.draw(st.sampled_from(list(plan.units)))
    for ladder in plan.ladders.values():
        for rung in ladder.above(0):
            chosen += [seat.unit for seat in audience(plan, rung.audience, holder, involved, ladder.told())]
    assert barred.isdisjoint(chosen)


# -- empty seats ---------------------------------------------------------------------------------------------------------

# county, empty seat, who sits where, who acts for it
EMPTY = [
    ("luzhai", "police.duty", "police.duty police.leader hq_office.coordinator", ""),  # held: nobody else
    ("luzhai", "police.duty", "police.leader police.liaison hq_office.coordinator", "police.leader"),
    ("luzhai", "police.duty", "police.liaison hq_office.coordinator", "police.liaison"),  # LZ-4.8g
    ("luzhai", "police.liaison", "police.duty hq_office.coordinator", "police.duty"),
    ("luzhai", "police.duty", "police.sealed hq_office.coordinator", "hq_office.coordinator"),  # its keeper is no stand-in
    ("luzhai", "anti_smuggling_office.coordinator", "hq_office.coordinator police.leader", "hq_office.coordinator"),
    ("luzhai", "anti_smuggling_office.coordinator", "police.leader", ""),
    ("luzhai", "police.sealed", "police.leader hq_office.coordinator", ""),  # LZ-4.8f
    ("luzhai", "hq_office.intake", "hq_office.leader hq_office.coordinator", ""),  # tips have their own rule
    ("yangxi", "anti_smuggling_office.coordinator", "anti_counterfeit_office.coordinator", "anti_counterfeit_office.coordinator"),
]  # fmt: skip


def seats_of(text: str) -> list[SeatRef]:
    return [SeatRef(*one.split(".")) for one in text.split()]


@pytest.mark.parametrize(("county", "empty", "held", "acts"), EMPTY)
def test_who_acts_for_an_empty_seat(plans: dict[str, Plan], county: str, empty: str, held: str, acts: str) -> None:
    """One of the unit, its leader first; else the county's coordinators; never for a sealed seat, and never beside who holds it."""
    filled = frozenset(tuple(one) for one in seats_of(held))
    assert stand_ins(plans[county], seats_of(empty)[0], filled) == tuple(seats_of(acts))


NEEDED = [
    ("luzhai", "anti_smuggling_office.coordinator", "LZ-4.8d"),
    ("luzhai", "police.duty", "LZ-4.8g"),
    ("luzhai", "police.sealed", "LZ-4.8f"),
    ("luzhai", "sinopec.liaison", "LZ-4.18c"),
    ("luzhai", "petrochina.liaison", "LZ-4.18c"),
    ("luzhai", "post_company.liaison", "LZ-4.16f"),
    ("yangxi", "procuratorate.sealed", "YX-2.10b"),
    ("yangxi", "anti_smuggling_office.coordinator", "YX-3.4c"),
]


@pytest.mark.parametrize(("county", "seat", "clause"), NEEDED)
def test_which_seats_a_plan_waits_for(plans: dict[str, Plan], county: str, seat: str, clause: str) -> None:
    """Every seat at which a party of a regime stands; each of them exists."""
    plan = plans[county]
    wanted = needed(plan)
    assert seats_of(seat)[0] in wanted and len(set(wanted)) == len(wanted)
    assert any(clause in one.clauses for one in plan.regimes.values())
    assert all(plan.seat_exists(*one) for one in wanted)
