"""The real plans: rules are tested on the data they will run on."""

from pathlib import Path

import pytest

from rules.calendar import Calendar
from rules.county import Plan, load

COUNTIES = Path(__file__).parents[2] / "counties"


@pytest.fixture(scope="session")
def plans() -> dict[str, Plan]:
    return load([COUNTIES / "luzhai.yaml", COUNTIES / "yangxi.yaml"])


@pytest.fixture(scope="session")
def luzhai(plans: dict[str, Plan]) -> Plan:
    return plans["luzhai"]


@pytest.fixture(scope="session")
def yangxi(plans: dict[str, Plan]) -> Plan:
    return plans["yangxi"]


@pytest.fixture(scope="session")
def calendar(luzhai: Plan) -> Calendar:
    return luzhai.calendar
