"""For how long what an office wrote is kept: notices, meetings, what citizens read, groups. Yangxi; today is Tuesday, 24 November
2026."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from reminders.forget import forget
from storage import attachments
from storage.models import audit, bulletins, groups, metadata, notices, tip_files
from tests.stories import test_meetings as conferences
from tests.stories.duties import at
from tests.stories.notices import OFFICE, TEXT, writes
from tests.stories.office import kept
from tests.stories.test_notices_composed import changes, office, the_notice, yangxi
from tests.town import Person, Town

__all__ = ["office", "yangxi"]
NEXT = "2027年10月8日"
LIST = ("名单.txt", "一、二、三".encode())


async def forgotten(town: Town, by: datetime) -> list[str]:
    """What went by then, with the figures by which it did."""

    def swept(tx: Any) -> None:
        while forget(tx, town.app.plans, by):
            pass

    await kept(town, swept)
    told = select(audit.c.detail).where(audit.c.action == "forgotten").order_by(audit.c.id)
    return list(await kept(town, lambda tx: tx.execute(told).scalars()))


async def naming(town: Town, number: int) -> set[str]:
    """Tables of which a row has this number in it, in whichever column; the audit always does."""

    def named(tx: Any) -> set[str]:
        return {
            table.name
            for table in metadata.sorted_tables
            for row in tx.execute(select(table)).all()
            if any(str(number) in str(value) for value in row if isinstance(value, int | str))
        }

    return await kept(town, named) - {"audit"}


async def stored(town: Town) -> set[str]:
    return await kept(town, attachments.stored_names)


# -- notices -------------------------------------------------------------------------------------------------------------


async def test_a_notice_goes_with_all_that_belongs_to_it(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Not on its last day, and whole on the next: words, file, receipts, clocks and what still waits of it in somebody's outbox.
    Whoever opens it then is told that it is not there; nobody is asked for it any more; the audit says by which figure."""
    await yangxi.staff("tobacco", "liaison", "甲")
    police = await yangxi.staff("police", "liaison", "乙")
    await writes(office)
    await office.sends(*LIST)
    await office.presses("submit")
    await yangxi.settle()
    await police.listens()
    await police.presses(next(one for one in police.ids if one.startswith("go.notice.")))
    number = (await the_notice(yangxi)).id
    assert {"notices", "notice_receipts", "broadcasts", "duties", "outbox", "tip_files"} <= await naming(yangxi, number)
    assert await forgotten(yangxi, at(11, 25).replace(year=2029) - timedelta(hours=12)) == [] and await stored(yangxi)
    assert await forgotten(yangxi, at(11, 27).replace(year=2029)) == ["retention.notice"]
    assert await naming(yangxi, number) == set() and not await stored(yangxi)
    await police.post({"choice": f"go.notice.{number}", "prompt": -1})
    assert TEXT not in await police.listens()
    await yangxi.forward_to(at(12, 20))
    assert await naming(yangxi, number) == set()


async def test_taken_back_it_is_kept_from_that_day(yangxi: Town, office: Person) -> None:  # noqa: F811
    """The figure counts from the day on which it ended, and what took its place stands without it."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await office.presses("submit")
    first = (await the_notice(yangxi)).id
    await yangxi.forward_to(at(12, 24))
    await office.says("我发的通知")
    await office.presses(f"go.notified.{first}")
    await office.presses("correct")
    await changes(office, "title", "改期的检查安排")
    await office.presses("submit")
    assert len(await kept(yangxi, lambda tx: tx.execute(select(notices.c.id)).all())) == 2
    assert await forgotten(yangxi, at(11, 27).replace(year=2029)) == []
    assert await forgotten(yangxi, at(12, 26).replace(year=2029)) == ["retention.notice"] * 2
    assert not await naming(yangxi, first)


async def test_what_never_went_is_kept_half_a_year(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Given up, or left with whoever was to approve it: from the last that was done with it. What has a time still to come goes at
    that time, however far it is."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await yangxi.staff(OFFICE, "coordinator", "丁")
    for title, field, answer in (("放弃的", "at", NEXT), ("等着的", "category", "circular"), ("明年的", "at", NEXT)):
        await writes(office, units="烟草局")
        await changes(office, "title", title)
        await changes(office, field, answer)
        await office.presses("submit")
    await office.says("我发的通知")
    await office.presses("放弃的")
    for _ in range(2):
        await office.presses("give_up_notice")
    assert await forgotten(yangxi, at(5, 20).replace(year=2027)) == []
    assert await forgotten(yangxi, at(5, 26).replace(year=2027)) == ["retention.draft"] * 2
    assert (await the_notice(yangxi)).status == "planned"


def files(tx: Any, one: int, kind: str, number: int) -> None:
    row = {"id": one, "county": "yangxi", "state": "ready", "family": "image", "size": 1, "digest": bytes(32)}
    tx.execute(insert(tip_files).values(row | {"sealed_about": b"", "made_ms": 0, "owner_kind": kind, "owner": number}))


# -- meetings ------------------------------------------------------------------------------------------------------------


async def test_a_meeting_goes_with_its_minutes(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Ten years after it was held: invitation, answers, who came, decisions and clocks of every time that it had; the duties that
    were decided are the plan's own and stay."""
    police = await yangxi.staff("police", "liaison", "乙")
    await conferences.called(office, when="下周三下午三点")
    await police.says("我去")
    await conferences.opens(office)
    await office.presses("change")
    await office.says("明天下午三点")
    await office.presses("submit")
    await yangxi.forward_to(at(11, 25, 17))
    await conferences.held(office, "公安局：12月8日前完成排查")
    number = (await conferences.the_meeting(yangxi)).id
    await kept(
        yangxi, lambda tx: [files(tx, n, kind, number) for n, kind in enumerate(("meeting", "minutes"), 1)] and None
    )
    whole = {
        "tip_files",
        "meetings",
        "notices",
        "notice_receipts",
        "meeting_people",
        "decisions",
        "duties",
        "broadcasts",
    }
    assert whole <= await naming(yangxi, number)
    assert "retention.meeting" not in await forgotten(yangxi, at(11, 20).replace(year=2036))
    assert await forgotten(yangxi, at(11, 28).replace(year=2036)) == ["retention.meeting"]
    assert await naming(yangxi, number) <= {"outbox"} and set(await conferences.asked(yangxi)) == {"police"}
    await yangxi.forward_to(at(12, 10))


# -- what citizens could read --------------------------------------------------------------------------------------------

# how it ended, and the day after its last one; a day that is worked
PIECES: Sequence[tuple[str, dict[str, Any], str, datetime]] = (
    (
        "withdrawn",
        {"published_at": at(11, 1), "ended_at": at(11, 24)},
        "retention.bulletin",
        at(11, 25, 0).replace(year=2031),
    ),
    (
        "replaced",
        {"published_at": at(11, 1), "ended_at": at(11, 24)},
        "retention.bulletin",
        at(11, 25, 0).replace(year=2031),
    ),
    (
        "published",
        {"published_at": at(11, 1), "until": at(11, 24).date()},
        "retention.bulletin",
        at(11, 25, 0).replace(year=2031),
    ),
    ("published", {"published_at": at(11, 1)}, "", at(1, 1, 0).replace(year=2056)),
    ("dropped", {"ended_at": at(11, 24)}, "retention.draft", at(5, 25, 0).replace(year=2027)),
    ("stopped", {}, "retention.draft", at(5, 25, 0).replace(year=2027)),
    ("waiting", {}, "retention.draft", at(5, 25, 0).replace(year=2027)),
)


@pytest.mark.parametrize(("status", "about", "figure", "gone"), PIECES)
async def test_a_piece_is_kept_while_citizens_read_it(
    yangxi: Town,  # noqa: F811
    status: str,
    about: dict[str, Any],
    figure: str,
    gone: datetime,
) -> None:
    """And five years after they could read it last; one that was never let out half a year after somebody last wrote in it."""
    row = {"id": 7, "county": "yangxi", "office": "x", "category": "case", "made_by": 1, "gate": "{}"}
    row |= {"made_at": at(11, 24), "sealed_words": b"", "status": status, "revision": 0} | about
    await kept(yangxi, lambda tx: tx.execute(insert(bulletins).values(row)) and None)
    assert await forgotten(yangxi, gone - timedelta(minutes=1)) == []
    assert await forgotten(yangxi, gone) == ([figure] if figure else [])
    assert bool(await naming(yangxi, 7)) == (not figure)


# -- groups --------------------------------------------------------------------------------------------------------------


async def test_a_group_that_is_told_no_more_is_forgotten(yangxi: Town) -> None:  # noqa: F811
    """A month after it was unbound; one that is told stays."""
    common = {"county": "yangxi", "channel": "telegram:staff", "made_at": at(11, 1)}
    rows = [common | {"id": 7, "lane": 1, "ended_at": at(11, 24)}, common | {"id": 8, "lane": 2, "ended_at": None}]
    await kept(yangxi, lambda tx: tx.execute(insert(groups), rows) and None)
    assert await forgotten(yangxi, at(12, 24)) == []
    assert await forgotten(yangxi, at(12, 26)) == ["retention.group"]
    assert list(await kept(yangxi, lambda tx: tx.execute(select(groups.c.id)).scalars())) == [8]
