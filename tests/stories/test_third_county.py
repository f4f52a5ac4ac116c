"""万桥县, which is in no file of counties/ and in no line of code, in the real app: a watch of the river that goes round, a transfer by where
the boat lies, a conference. Its YAML is all there is of it (tests/rules/wanqiao.yaml)."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.stories.regimes import Row, Step, does, goes_its_course, who_may_not_is_refused
from tests.stories.silence import Late, Rung, nobody_moves
from tests.stories.test_matters import clocks, moves, stages, the_matter
from tests.town import HOME, Person, Town

START = datetime(2026, 11, 23, 9, 30, tzinfo=HOME)
UPPER, LOWER, WARDEN = "upper_town.liaison", "lower_town.liaison", "river_police.duty"
POLICE, SALT, FERRY = "river_police.liaison", "salt_bureau.liaison", "ferry_company.liaison"
CONVENOR = "conference_office.coordinator"
HEAD = "county_gov.leader"
SECOND = "second_office.coordinator"


@pytest.fixture
async def wanqiao(tmp_path: Path) -> AsyncIterator[Town]:
    where = {"wanqiao": "tests/rules/wanqiao.yaml"}
    async with Town.open(
        f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("wanqiao",), START, live=START.date(), files=where
    ) as town:
        yield town


WATCH = Row(  # WQ-3b: no form and no receiver at first; the same watch goes out and comes back
    "night_watch",
    UPPER,
    ("夜巡", "skip", "submit"),
    stands={"upper_town": "watching"},
    owed={"upper_town": "watch"},
    hears=(),
    stranger=SALT,
    never=SALT,
    steps=(
        Step(UPPER, "strike", ("二更无事",), {"upper_town": "watching"}),
        Step(
            UPPER,
            "hand_on",
            ("second.ferry_company", "done"),
            {"upper_town": "resting", "ferry_company": "aware", "river_police": "aware"},
            (FERRY, WARDEN),
        ),
        Step(UPPER, "take_back", stands={"upper_town": "watching"}),
        Step(WARDEN, "relieve", ("水位上涨，收船",), {"upper_town": "resting"}, (UPPER,)),
    ),
)
BOAT = "查获日期：11月23日\n所在水域：{}\n有无私盐：{}"
BOATS = Row(  # WQ-2d: no line of the plan says whose it is; the project's own proposal is followed, the salt bureau has a copy
    "river_transfer",
    UPPER,
    ("船货移交", BOAT.format("内河", "有"), "done", "at_once", "receiver.river_police", "done", "skip", "submit"),
    stands={"upper_town": "handed", "river_police": "waiting", "salt_bureau": "told"},
    owed={"river_police": "sign"},
    hears=(POLICE, SALT),
    shows=("内河",),
    stranger=LOWER,
    never=SALT,
    steps=(Step(POLICE, "sign", ("水警〔2026〕7号",), {"river_police": "taken"}, (UPPER,)),),
)
MEETING = Row(  # WQ-1b, WQ-1c: everybody is invited, two come, one has a task
    "conference",
    CONVENOR,
    ("联席会议", "会议日期：11月27日\n议题：冬季水上联防", "done", "at_once", "skip", "submit"),
    stands={
        "conference_office": "minutes",
        "river_police": "asked",
        "salt_bureau": "asked",
        "upper_town": "asked",
        "lower_town": "asked",
    },
    owed={
        "conference_office": "minutes",
        **dict.fromkeys(("river_police", "salt_bureau", "upper_town", "lower_town"), "attend"),
    },
    hears=(POLICE, SALT, UPPER, LOWER),
    shows=("冬季水上联防",),
    stranger=FERRY,
    never=POLICE,
    steps=(
        Step(POLICE, "come", stands={"river_police": "comes"}, hears=(CONVENOR,)),
        Step(SALT, "send_deputy", ("局长出差",), {"salt_bureau": "deputy"}, (CONVENOR,)),
        Step(CONVENOR, "assign", ("购置照明", "owner.salt_bureau", "done"), hears=(SALT,)),
        Step(
            CONVENOR,
            "minute",
            ("纪要第1期",),
            {"conference_office": "closed", "upper_town": "comes", "lower_town": "comes"},
            (UPPER, LOWER),
        ),
        Step(SALT, "finish", ("照明已购",), hears=(CONVENOR,)),
    ),
)
ROWS = (WATCH, BOATS, MEETING)


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_its_regimes_go_their_course(row: Row, wanqiao: Town) -> None:
    """Start to end by words and presses, each stage and each clock as its YAML says."""
    await goes_its_course(wanqiao, row)


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_who_may_not_is_refused_there_too(row: Row, wanqiao: Town) -> None:
    """A unit without a part, a citizen, whoever left the seat, a unit that does not begin it."""
    await who_may_not_is_refused(wanqiao, row)


async def test_a_day_of_its_plan_is_late_there(wanqiao: Town) -> None:
    """A date of the plan (WQ-3b, four hours, origin seed): the next morning the town's leader reads 已超期, then the office that keeps
    the register by its file and not the other, then the head that its file names; struck late, the course says so."""
    rungs = (
        Rung(1, ("upper_town.leader",), (CONVENOR, SECOND, HEAD)),
        Rung(3, (CONVENOR,), (SECOND, HEAD)),
        Rung(8, (HEAD,), (SECOND,)),
    )
    await nobody_moves(wanqiao, Late(WATCH, "strike", UPPER, "watch", date(2026, 11, 23), firm=True, rungs=rungs))


# -- where its boats go --------------------------------------------------------------------------------------------------------


async def put(town: Town, water: str, salt: str) -> Person:
    """As far as to whom."""
    finder = await town.staff("upper_town", "liaison")
    await does(finder, "船货移交", BOAT.format(water, salt), "done", "at_once")
    return finder


async def test_where_the_plan_says_nothing_a_proposal_says_whose_it_is(wanqiao: Town) -> None:
    """The default stands there as what it is; somebody else may be chosen, with a reason, which is kept in the course."""
    finder = await put(wanqiao, "内河", "无")
    said = finder.fresh[-1]["text"]
    assert "水上派出所：其余归水上派出所（本平台建议）" in said and "方案没有写" in said
    assert "done" not in finder.ids, "nobody is chosen by itself"
    await does(finder, "receiver.salt_bureau", "done", "船上有盐袋", "skip", "submit")
    assert (await stages(wanqiao))["salt_bureau"] == "waiting"
    assert "船上有盐袋" in await finder.says((await the_matter(wanqiao)).number)


async def test_a_line_of_the_plan_says_why(wanqiao: Town) -> None:
    """WQ-2d: the unusual route, a post outside the county; its clause stands beside it, and what it signs is recorded from its letter."""
    finder = await put(wanqiao, "界河", "无")
    assert "界河联检站：界河上的归联检站（WQ-2d）" in finder.fresh[-1]["text"]
    await does(finder, "receiver.navy_post", "done")
    await does(finder, *(("界河上查获",) if "skip" not in finder.ids else ()), "skip", "submit")
    row = await the_matter(wanqiao)
    assert row is not None and (await stages(wanqiao))["navy_post"] == "waiting"
    assert [one for one in finder.ids if one.startswith("letter.")]
    await does(
        finder, next(one for one in finder.ids if one.endswith(".sign")), "联检〔2026〕1号", "联检〔2026〕1号", "day_0"
    )
    latest = (await moves(wanqiao))[-1]
    assert (latest.move, latest.recorded) == ("sign", True) and (await the_matter(wanqiao)).closed_at is not None


async def test_a_fallback_contradicts_no_rule(wanqiao: Town) -> None:
    """WQ-2b: salt ashore is the salt bureau's. 其余归水上派出所 is of all else: no two lines clash, and no reason is asked."""
    finder = await put(wanqiao, "已上岸", "有")
    assert "盐务局：上岸私盐归盐务局（WQ-2b）" in finder.fresh[-1]["text"] and "不一致" not in finder.fresh[-1]["text"]
    await does(finder, "receiver.salt_bureau", "done", "skip", "submit")
    assert (await stages(wanqiao))["salt_bureau"] == "waiting" and await clocks(wanqiao) == {"salt_bureau": "sign"}


async def test_its_company_reports_by_its_own_door(wanqiao: Town) -> None:
    """WQ-2c: the ferry tells by its word; it hands nothing over, and a town cannot come in by its door."""
    ferry, town = await wanqiao.staff("ferry_company", "liaison"), await wanqiao.staff("upper_town", "liaison", "乙")
    await does(town, "渡口报告")
    assert "at_once" not in town.ids and await the_matter(wanqiao) is None
    await does(ferry, "船货移交")
    assert await the_matter(wanqiao) is None and "还要填" not in ferry.text
    await does(
        ferry,
        "渡口报告",
        BOAT.format("内河", "无"),
        "done",
        "at_once",
        "receiver.river_police",
        "done",
        "skip",
        "submit",
    )
    assert await stages(wanqiao) == {"ferry_company": "handed", "river_police": "waiting"}
