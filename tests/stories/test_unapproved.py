"""What waits for a second person's word is not forgotten: a notice, and a piece for citizens. Today is Tuesday, 24 November 2026."""

import pytest
from sqlalchemy import select

from storage import people
from storage.models import duties
from tests.stories import test_bulletins as pieces
from tests.stories.duties import at
from tests.stories.notices import OFFICE
from tests.stories.office import kept, person_of
from tests.stories.test_bulletins import luzhai, publicity
from tests.stories.test_notices_composed import circular, door, office, yangxi
from tests.town import Person, Town

__all__ = ["luzhai", "office", "publicity", "yangxi"]
AGAIN, NOBODY = "等您审核：", "还没有人审核："


@pytest.fixture
async def second(yangxi: Town) -> Person:  # noqa: F811
    await yangxi.staff("tobacco", "liaison", "甲")
    return await yangxi.staff(OFFICE, "coordinator", "丁")


async def waiting(town: Town) -> int:
    mine = select(duties.c.id).where(duties.c.kind == "approval")
    return len(await kept(town, lambda tx: tx.execute(mine).all()))


async def test_who_was_asked_hears_once_more_and_then_the_author(yangxi: Town, office: Person, second: Person) -> None:  # noqa: F811
    """After four hours whoever was asked, on the day of the figure its author, with the names of those who can; then all who can,
    and the author again and again. Nobody else, and never the author as if it were theirs to approve."""
    other = await yangxi.staff("anti_smuggling_office", "coordinator", "戊")
    head = await yangxi.staff(*yangxi.app.plans["yangxi"].head.ref, "己")
    await circular(office)
    await office.presses("submit")
    await second.listens()
    await yangxi.forward_to(at(11, 24, 13, 20))
    assert AGAIN not in await second.listens()
    await yangxi.forward_to(at(11, 24, 13, 31))
    assert AGAIN in await second.listens() and AGAIN in await head.listens()
    assert AGAIN not in await office.listens() and NOBODY not in office.text
    await yangxi.forward_to(at(11, 26, 9))
    said = await office.listens()
    assert NOBODY in said and "11月24日" in said and "丁" in said and "己" in said
    assert AGAIN not in await second.listens()
    await yangxi.forward_to(at(11, 27, 9))
    assert AGAIN in await second.listens() and AGAIN not in await office.listens()
    await yangxi.forward_to(at(12, 4, 9))
    assert NOBODY in await office.listens() and AGAIN not in await other.listens()


@pytest.mark.parametrize("how", ["approve", "hand_back", "give_up_notice"])
async def test_decided_nobody_hears_of_it(yangxi: Town, office: Person, second: Person, how: str) -> None:  # noqa: F811
    """Approved, handed back or given up: in that commit its clock is gone."""
    await circular(office)
    await office.presses("submit")
    who = office if how == "give_up_notice" else second
    await door(who)
    await who.presses(how)
    if how == "give_up_notice":
        await who.presses(how)
    if how == "hand_back":
        await who.says("请写明是哪一次检查")
    assert await waiting(yangxi) == 0
    await yangxi.forward_to(at(12, 10))
    assert AGAIN not in await second.listens() and NOBODY not in await office.listens()


async def test_written_anew_it_waits_anew(yangxi: Town, office: Person, second: Person) -> None:  # noqa: F811
    """From the moment at which the new words were handed in; its card says since when."""
    await circular(office)
    await office.presses("submit")
    await yangxi.forward_to(at(11, 24, 12))
    await door(office)
    assert "9:30" in office.text
    await office.presses("rewrite")
    await office.says("正文：改过的正文，请看。")
    await office.presses("submit")
    await second.listens()
    await yangxi.forward_to(at(11, 24, 15))
    assert AGAIN not in await second.listens() and await waiting(yangxi) == 1
    await yangxi.forward_to(at(11, 24, 17))
    assert AGAIN in await second.listens()
    assert "12:00" in await door(office)


async def test_nobody_left_who_can_is_said(yangxi: Town, office: Person, second: Person) -> None:  # noqa: F811
    """With nobody left who can approve that is said to whoever wrote it."""
    await circular(office)
    await office.presses("submit")
    left = await person_of(yangxi, second)
    await kept(yangxi, lambda tx: people.leave(tx, left, at(11, 25)))
    await yangxi.forward_to(at(11, 26, 9))
    assert "现在没有别人能审" in await office.listens()


async def test_a_piece_for_citizens_too(luzhai: Town, publicity: Person) -> None:  # noqa: F811
    """By the same clock, for whoever lets it out."""
    writer = await luzhai.staff("hq_office", "coordinator", "丙")
    await pieces.writes(writer)
    await pieces.passes(writer)
    await publicity.listens()
    await luzhai.forward_to(at(11, 24, 14))
    assert AGAIN in await publicity.listens()
    await luzhai.forward_to(at(11, 26, 9))
    assert NOBODY in await writer.listens()
    await pieces.opens(publicity)
    await pieces.lets_out(publicity)
    assert await waiting(luzhai) == 0
    await luzhai.forward_to(at(12, 10))
    assert NOBODY not in await writer.listens()
