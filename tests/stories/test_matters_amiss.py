"""What goes amiss with a matter, in Yangxi: a receiver that is no more, a second hand-back, two who decide at once, an answer that never
comes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.office import LIVE, START
from tests.stories.regimes import Case, does, everything
from tests.stories.test_matters import at, clocks, makes, moves, opens, stages, the_matter
from tests.stories.test_regimes_yangxi import HELP, SMUGGLING, SUPERVISION
from tests.town import Person, Town, together


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On PostgreSQL too."""
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as town:
        yield town


async def asks(police: Person, *whom: str) -> None:
    await does(police, "案件协查", HELP, "done", "at_once", *whom, "done", "skip", "submit")


def merge(town: Town) -> None:
    """The county's file now has one town less."""
    merged = {"abolished": True, "successor": {"to": "town_2", "note": "合并"}}
    units = town.plan.units
    units["town_1"] = type(units["town_1"]).model_validate(units["town_1"].model_dump() | merged)


# -- a receiver that is no more ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "follows"), [("县知识产权局", "market"), ("知识产权局", "market")], ids=["in full", "in short"]
)
async def test_a_unit_that_is_no_more_gives_way_to_the_one_that_followed(
    named: str, follows: str, yangxi: Town
) -> None:
    """Called by its old name: who followed it is chosen, shown by its own name before anything is sent; it is in no list."""
    police = await yangxi.staff("police", "liaison")
    await does(police, "案件协查", HELP, "done", "at_once")
    assert "receiver.ip_office" not in police.ids and "receiver.border_police" not in police.ids
    said = await police.says(named)
    assert "县工商局" in said.replace("县知识产权局", "")
    await does(police, "done", "skip")
    assert "县工商局" in police.fresh[-1]["text"]
    await does(police, "submit")
    assert await stages(yangxi) == {"police": "sent", follows: "waiting"}


async def test_a_receiver_that_is_merged_meanwhile_is_answered_for(yangxi: Town) -> None:
    """Sent to a town that the county's file merges afterwards: whoever followed it finds it, signs for it and answers."""
    police, heir = await yangxi.staff("police", "liaison"), await yangxi.staff("town_2", "liaison", "乙")
    await asks(police, "receiver.town_1")
    merge(yangxi)
    number = (await the_matter(yangxi)).number
    assert "做哪一步" in await heir.says(number) or "各方" in heir.text
    await makes(heir, "sign")
    assert (await moves(yangxi))[-1].move == "sign"


async def test_a_receiver_that_is_merged_before_it_is_sent_is_asked_for_anew(yangxi: Town) -> None:
    """Chosen, and then no more: nothing is put to it, and nothing is put to nobody."""
    police = await yangxi.staff("police", "liaison")
    await does(police, "案件协查", HELP, "done", "at_once", "receiver.town_1", "done", "skip")
    assert "submit" in police.ids
    merge(yangxi)
    await police.presses("submit")
    assert await the_matter(yangxi) is None


# -- twice, and at once ----------------------------------------------------------------------------------------------------------


async def test_the_second_time_it_is_not_handed_back(yangxi: Town) -> None:
    """Once for each party: sent to it again, the word is not offered, and the button of before hands nothing back."""
    police, market = await yangxi.staff("police", "liaison"), await yangxi.staff("market", "liaison", "乙")
    await asks(police, "receiver.market")
    await opens(market)
    old = next(one for one in market.ids if one.endswith(".hand_back"))
    await does(market, old, "货主不在本县")
    await opens(police)
    await makes(police, "ask")
    await does(police, "done", "receiver.market", "done", "skip", "submit")
    assert (await stages(yangxi))["market"] == "waiting"
    assert (await opens(police)).count("发出协查，给县工商局") == 2, "whom it went to again"
    await opens(market)
    assert [one for one in market.ids if one.startswith("do.")] and old not in market.ids
    was = await everything(yangxi)
    await market.post({"choice": f"go.{old}", "prompt": -1})
    assert "已有记录" in await market.listens()
    assert await everything(yangxi) == was


async def test_the_same_step_made_again_is_told_again(yangxi: Town) -> None:
    """YX-3.3c, each month's report: whoever has not opened the page since the one before hears of both."""
    case = await Case.begun(yangxi, SUPERVISION)
    before, report = SUPERVISION.until("report")
    await case.goes(*before)
    away = await yangxi.staff("anti_smuggling_office", "coordinator", "癸")
    await case.goes(report, report)
    await away.listens()
    name = yangxi.plan.regimes["case_supervision"].moves["report"].name.zh
    assert sum(case.number in one["text"] and f"：{name}" in one["text"] for one in away.fresh) == 2


async def test_of_two_who_decide_at_once_one_decides(both: Town) -> None:
    """YX-3.3c: one lets the case go, the other has it go on; one decision stands, and the other is shown whose it is."""
    case = await Case.begun(both, SUPERVISION)
    await case.goes(*SUPERVISION.until("go_on")[0])
    first = await case.who(SMUGGLING)
    second = await both.staff("anti_smuggling_office", "coordinator", "癸")
    for person, move in ((first, "close"), (second, "go_on")):
        await opens(person)
        await makes(person, move)  # asks why
    await together(first.says("案件已办结"), second.says("上线未到案"))
    made = [one.move for one in await moves(both)]
    assert len({"close", "go_on"} & set(made)) == 1 and made.count("close") + made.count("go_on") == 1
    loser = second if "close" in made else first
    assert "已有记录" in loser.text, loser.text[-400:]
    stood = await stages(both)
    assert stood["police"] == ("done" if "close" in made else "going")


# -- a letter ----------------------------------------------------------------------------------------------------------------------


async def test_an_answer_that_never_comes_by_post_is_asked_for(yangxi: Town) -> None:
    """YX-3.1e, to a body outside: its stub came, its answer does not; the asking unit is told 未收到答复, the body is called late by
    nobody, and what comes afterwards is recorded."""
    police = await yangxi.staff("police", "liaison")
    await asks(police, "receiver.city_post_admin")
    number = (await the_matter(yangxi)).number
    await makes(police, "sign")
    await does(police, "阳邮〔2026〕9号回执", "阳邮〔2026〕9号回执", "day_0")
    assert await clocks(yangxi) == {"police": "assist_reply"}
    await yangxi.forward_to(at(12, 4, 10))
    said = await police.listens()
    assert number in said
    await yangxi.forward_to(at(12, 11, 10))
    told = said + await police.listens()
    assert "未收到答复" in told + await opens(police) and "超期" not in told
    await makes(police, "answer")
    await does(police, "未查到该寄件人", "阳邮〔2026〕12号", "day_0")
    latest = (await moves(yangxi))[-1]
    assert (latest.move, latest.recorded) == ("answer", True)
    assert (await the_matter(yangxi)).closed_at is not None and await clocks(yangxi) == {}


async def test_nobody_chosen_is_sent_to_nobody(yangxi: Town) -> None:
    """The plan says nothing of who assists whom: nothing is guessed; without a receiver it cannot be sent, written down it stays
    with whoever wrote it."""
    police = await yangxi.staff("police", "liaison")
    await does(police, "案件协查", HELP, "done", "at_once")
    assert "done" not in police.ids and "submit" not in police.ids
    await police.says("完成")
    assert await the_matter(yangxi) is None
