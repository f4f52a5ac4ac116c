"""A lead of another county in the same deployment, as Yangxi deals with it: taken in by the office, handled by a unit, answered; left
alone; refused to whoever may not. What the two counties see of each other is in test_two_counties."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tests.stories.drives import drives
from tests.stories.office import LIVE, START
from tests.stories.regimes import Row, Step, goes_its_course, who_may_not_is_refused
from tests.stories.silence import Late, nobody_moves
from tests.stories.test_matters import OFFICES
from tests.town import Town

COUNTERFEIT, OFFICE = (f"{one}.coordinator" for one in OFFICES)
POLICE, ELSEWHERE = "police.liaison", "police.liaison@luzhai"
SENT = ("线索送外地", "线索内容：货车运走私冻品去往阳西", "done", "at_once", "阳西县", "done", "skip", "submit")


@pytest.fixture
async def yangxi(tmp_path: Path) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with Town.open(url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as town:
        yield town


LEAD = Row(  # YX-3.4d, from the receiving side
    "from_elsewhere",
    ELSEWHERE,
    SENT,
    stands={"@luzhai": "sent", "anti_smuggling_office": "waiting"},
    owed={"anti_smuggling_office": "matter_sign"},
    hears=(OFFICE,),
    shows=("货车运走私冻品去往阳西", "鹿寨县"),
    never="market.liaison",
    steps=(
        Step(OFFICE, "sign", stands={"anti_smuggling_office": "working"}),
        Step(OFFICE, "pass_on", ("unit.police", "done"), {"police": "given"}, (POLICE,)),
        Step(POLICE, "take", stands={"police": "handling"}, hears=(OFFICE,)),
        Step(POLICE, "report", ("货车已查扣",), {"police": "reported"}, (OFFICE,)),
        Step(OFFICE, "answer", ("已查扣，另案处理",), {"anti_smuggling_office": "answered"}),
    ),
)


@drives("from_elsewhere", "form", clauses=("YX-3.4d",))
async def test_it_goes_its_course(yangxi: Town) -> None:
    """By the other county's form, read here; the office signs, has a unit handle it, answers; nothing is owed by anybody then."""
    await goes_its_course(yangxi, LEAD)


@drives("from_elsewhere", "late", clauses=("YX-3.4d",))
async def test_left_alone_it_stays_within_the_office(yangxi: Town) -> None:
    """No day for it is in the plan: the office and its leader are reminded of a 建议日期, the other office and the county are not."""
    late = Late(LEAD, "answer", OFFICE, "lead_feedback", date(2026, 12, 7), offices=(COUNTERFEIT,))
    await nobody_moves(yangxi, late)


@drives("from_elsewhere", "refused", clauses=("YX-3.4d",))
async def test_who_may_not_is_refused(yangxi: Town) -> None:
    """A unit without a part in it, a citizen, somebody who would begin it here by themselves, whoever left the office's seat."""
    await who_may_not_is_refused(yangxi, LEAD)
