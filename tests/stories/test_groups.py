"""Working groups: they are told that something is there and where to look, and nothing else; nobody is heard there. Luzhai, whose
headquarters office binds a Telegram group and has a WeCom one in the configuration; Monday, 23 November 2026."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.bots import Wecom, WecomGroup
from storage import chats as talks
from storage import groups as kept_groups
from storage.database import now_ms
from storage.models import chats, groups, inbox, notices, outbox, said
from tests.simulators.telegram import Simulator as Telegram
from tests.simulators.telegram.groups import Group
from tests.simulators.wecom import Simulator as WeCom
from tests.stories.office import kept
from tests.stories.phones import Phone, delivered, official, on_telegram
from tests.stories.test_citizen import urgent_tip
from tests.town import PUBLIC, Person, Town

TITLE = "节前检查安排"
LIVE = date(2026, 11, 23)
CODE = re.compile(r"/bind (\S+)")


@pytest.fixture
async def sim() -> AsyncIterator[Telegram]:
    async with Telegram.open() as one:
        yield one


@pytest.fixture
async def town(database_url: str, tmp_path: Path, sim: Telegram) -> AsyncIterator[Town]:
    async with on_telegram(database_url, tmp_path, sim, live=LIVE) as one:
        yield one


@dataclass
class Bound:
    office: Phone
    group: Group
    others: Any  # somebody else who is in it

    @property
    def seen(self) -> list[str]:
        return [one.text for one in self.group.chat(self.office.bot).seen if one.mine]


async def code(office: Phone) -> str:
    await office.says("工作群")
    found = CODE.search(await office.presses("bind"))
    assert found is not None
    return found[1]


async def entered(town: Town, sim: Telegram, office: Phone, title: str = "打私工作群") -> Group:
    group = sim.group(title)
    await group.adds(office.bot, office.user)
    await delivered(town, sim)
    return group


async def told_in(town: Town, sim: Telegram, group: Group, by: Any, text: str) -> None:
    await group.says(by, text)
    await delivered(town, sim)


@pytest.fixture
async def bound(town: Town, sim: Telegram) -> Bound:
    office = await official(town, sim, "hq_office", "coordinator", "丙")
    word = await code(office)
    group = await entered(town, sim, office)
    await told_in(town, sim, group, office.user, f"/bind@{office.bot.username} {word}")
    assert "群绑好了" in await office.listens() or "群绑好了" in office.text
    return Bound(office, group, sim.user("群友"))


async def sends(person: Person | Phone, title: str = TITLE, unit: str = "市场监管局") -> None:
    await person.says("发通知")
    await person.says(f"{title}\n请各单位周五前把检查组名单准备好。")
    await person.says(unit)
    for press in ("done", "liaisons", "read", "submit"):
        await person.presses(press)


async def on_page(town: Town) -> Person:
    """Another of the office; and somebody to write to."""
    await town.staff("market", "liaison", "己")
    return await town.staff("hq_office", "coordinator", "丁")


async def lanes(town: Town, *which: Any) -> int:
    counted = select(func.count()).select_from(chats).where(chats.c.is_group, *which)
    return int(await kept(town, lambda tx: tx.execute(counted).scalar_one()))


async def live(town: Town) -> int:
    there = (groups.c.lane.is_not(None), groups.c.ended_at.is_(None))
    return int(
        await kept(town, lambda tx: tx.execute(select(func.count()).select_from(groups).where(*there)).scalar_one())
    )


# -- bound ---------------------------------------------------------------------------------------------------------------


async def test_a_group_is_bound_by_a_code_and_told_what_it_is_for(town: Town, sim: Telegram, bound: Bound) -> None:
    """The code is said in the group by whoever asked for it; from then on the office's list shows it, and the bot stays."""
    assert len(bound.seen) == 1 and "已绑定" in bound.seen[0] and await live(town) == 1
    assert bound.group.has(bound.office.bot)
    assert "Telegram群" in await bound.office.says("工作群") and "1" in bound.office.ids + ["1"]


async def test_a_notice_shows_as_a_pointer_without_content(town: Town, sim: Telegram, bound: Bound) -> None:
    """That something is there, and where: no title, text, number, unit, person or count."""
    reader = await official(town, sim, "market", "liaison", "乙")
    await sends(await on_page(town))
    await delivered(town, sim)
    (row,) = await kept(town, lambda tx: tx.execute(select(notices)).all())
    *_, pointer = bound.seen
    assert "有新通知" in pointer and f"{PUBLIC}/luzhai/" in pointer
    names = {unit.name.zh for unit in town.plan.units.values()} | {TITLE, "名单", "丁", "丙", "乙", str(row.id), "1份"}
    assert not [one for one in names if one in pointer]
    assert "1件" in reader.text or "待办" in reader.text


async def test_equal_pointers_within_a_minute_become_one(
    town: Town, sim: Telegram, bound: Bound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first at once; what comes within its minute waits as one until that is over."""
    office = await on_page(town)
    monkeypatch.setattr(kept_groups, "MINUTE_MS", 4_000)
    for title in ("第一份安排", "第二份安排", "第三份安排"):
        await sends(office, title)
    await delivered(town, sim)
    assert [("有新通知" in one) for one in bound.seen[1:]] == [True, True]


async def test_at_night_a_pointer_waits_and_what_is_urgent_does_not(town: Town, sim: Telegram, bound: Bound) -> None:
    """A group rests when its office's people do."""
    await town.fast_forward(hours=12)  # 21:00
    lane = await kept(town, lambda tx: tx.execute(select(chats.c.id).where(chats.c.is_group)).scalar_one())

    def points(tx: Any) -> None:
        kept_groups.point(tx, "luzhai", "hq_office", "notice")
        kept_groups.point(tx, "luzhai", "hq_office", "untaken", urgent=True)

    await town.app.database.run(points)
    async with asyncio.timeout(10):
        while not any("还没有人接手" in one for one in bound.seen):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert not any("有新通知" in one for one in bound.seen[1:])
    waits = await kept(
        town, lambda tx: tx.execute(select(outbox.c.calm).where(outbox.c.lane == lane, outbox.c.bulk)).scalars().all()
    )
    assert waits == [True]


async def test_what_nobody_takes_shows_when_the_coordinators_hear_of_it(
    town: Town, sim: Telegram, bound: Bound
) -> None:
    """Something happens now and nobody takes it: the group learns that, and not what."""
    for unit, seat in (("hq_office", "intake"), ("police", "duty")):
        await town.staff(unit, seat, f"{unit}{seat}")
    await _happens_now(town)
    assert not any("还没有人接手" in one for one in bound.seen)
    await town.fast_forward(minutes=9)
    await delivered(town, sim)
    found = [one for one in bound.seen if "还没有人接手" in one]
    assert len(found) == 1 and "仓库" not in found[0] and "LZ-" not in found[0]


async def test_where_somebody_is_involved_no_group_learns_of_it(town: Town, sim: Telegram, bound: Bound) -> None:
    """Who sits in a group is not known: people of the unit that a tip is about may be among them."""
    await town.staff("hq_office", "intake", "甲")
    await _happens_now(town, "tobacco")
    await town.fast_forward(minutes=60)
    await delivered(town, sim)
    assert not any("还没有人接手" in one for one in bound.seen)


async def _happens_now(town: Town, *involved: str) -> None:
    """On the page, since the Telegram bot in these stories is the staff's."""
    await urgent_tip(town, *involved)


# -- who binds, and who does not -----------------------------------------------------------------------------------------


async def test_whoever_says_a_wrong_code_or_anything_else_meets_silence(
    town: Town, sim: Telegram, bound: Bound
) -> None:
    """Nobody in a group is answered, and nothing that is said there is kept."""
    before, heard = (
        len(bound.seen),
        await kept(town, lambda tx: tx.execute(select(func.count()).select_from(inbox)).scalar()),
    )
    for text in ("/bind K7QF-2M9X-WB3D", "/start", "/todo", "待办", f"@{bound.office.bot.username} 谁没报", "/unbind"):
        await told_in(town, sim, bound.group, bound.others, text)
    await bound.group.sends(bound.others, {"text": "老仓库的事"})
    await delivered(town, sim)
    after = await kept(town, lambda tx: tx.execute(select(func.count()).select_from(inbox)).scalar())
    assert (len(bound.seen), after) == (before, heard) and bound.group.has(bound.office.bot)
    assert not bound.others.sees(bound.office.bot)


async def test_a_code_is_good_in_one_mouth_only(town: Town, sim: Telegram) -> None:
    """Somebody else who read it binds nothing; whose code it is learns of the try, and can say it themselves. It works once."""
    office = await official(town, sim, "hq_office", "coordinator", "丙")
    word, other = await code(office), sim.user("路人")
    group = await entered(town, sim, office)
    await told_in(town, sim, group, other, f"/bind {word}")
    assert await live(town) == 0 and "不是用您的账号发的" in office.text
    assert not [one for one in group.chat(office.bot).seen if one.mine]
    await told_in(town, sim, group, office.user, f"/start@{office.bot.username} {word}")
    assert await live(town) == 1
    second = await entered(town, sim, office, "另一个群")
    await told_in(town, sim, second, office.user, f"/bind {word}")
    assert await live(town) == 1
    await until_left(second, office)


async def until_left(group: Group, office: Phone) -> None:
    async with asyncio.timeout(10):
        while group.has(office.bot):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_group_that_nobody_expects_is_left(town: Town, sim: Telegram) -> None:
    """Without a code that is out the bot stays nowhere; an old one is as good as none."""
    office = await official(town, sim, "hq_office", "coordinator", "丙")
    await until_left(await entered(town, sim, office), office)
    word = await code(office)
    await town.fast_forward(minutes=16)
    late = await entered(town, sim, office, "来晚了")
    await told_in(town, sim, late, office.user, f"/bind {word}") if late.has(office.bot) else None
    await until_left(late, office)
    assert await live(town) == 0


async def test_a_code_said_in_the_chat_is_sent_to_the_group(town: Town, sim: Telegram) -> None:
    """The likeliest mistake of all has an answer."""
    office = await official(town, sim, "hq_office", "coordinator", "丙")
    word = await code(office)
    for text in (f"/bind {word}", word.lower(), word.replace("-", " ")):
        assert "在群里发" in await office.says(text)


async def test_a_liaison_binds_nothing(town: Town, sim: Telegram) -> None:
    """Groups are the offices'."""
    liaison = await official(town, sim, "market", "liaison", "乙")
    assert "协调单位" in await liaison.says("工作群") and "bind" not in liaison.ids


# -- over ----------------------------------------------------------------------------------------------------------------


async def test_unbound_it_hears_nothing_more(town: Town, sim: Telegram, bound: Bound) -> None:
    """解绑: no pointer goes there, its way back is gone, and at the next word said there the bot leaves."""
    (number,) = await kept(town, lambda tx: tx.execute(select(groups.c.id)).scalars().all())
    await bound.office.says("解绑")
    await bound.office.presses(str(number))
    assert "已解除" in await bound.office.presses("yes")
    await sends(await on_page(town))
    await delivered(town, sim)
    assert len(bound.seen) == 1 and await live(town) == 0
    assert await lanes(town, chats.c.sealed_address.is_not(None)) == 0
    await told_in(town, sim, bound.group, bound.others, "/help")
    await until_left(bound.group, bound.office)


@pytest.mark.parametrize("noticed", [True, False])
async def test_taken_out_the_office_learns_of_it(town: Town, sim: Telegram, bound: Bound, noticed: bool) -> None:
    """Told by Telegram, or found out by sending: the group is over, and its coordinators read so once."""
    if noticed:
        await bound.group.expels(bound.office.bot, bound.others)
    else:
        bound.group.chat(bound.office.bot).standing = "kicked"
        await sends(await on_page(town))
    await delivered(town, sim)
    await bound.office.listens()
    assert await live(town) == 0 and bound.office.text.count("收不到提醒了") == 1


async def test_a_group_that_grows_is_told_where_it_went(town: Town, sim: Telegram, bound: Bound) -> None:
    """A supergroup has another number (migrate_to_chat_id): the pointer goes there."""
    grown = sim.group("打私工作群")
    grown.chat(bound.office.bot).standing = "member"
    await bound.group.sends(bound.office.user, {"migrate_to_chat_id": grown.id})
    await delivered(town, sim)
    await sends(await on_page(town))
    await delivered(town, sim)
    assert any("有新通知" in one.text for one in grown.chat(bound.office.bot).seen)


# -- never taken for anybody ---------------------------------------------------------------------------------------------


async def test_a_group_is_nobodys_conversation(town: Town, sim: Telegram, bound: Bound) -> None:
    """It is no person's and no citizen's: it does not fade, nothing is taken in from it, nobody is found by it, and what can't be
    said there is not apologised for."""
    lane = await kept(town, lambda tx: tx.execute(select(chats.c.id).where(chats.c.is_group)).scalar_one())
    old = now_ms() - 60 * 24 * 3_600_000
    await kept(
        town, lambda tx: tx.execute(update(chats).where(chats.c.id == lane).values(seen_ms=old, made_ms=old)) and None
    )
    assert lane not in await kept(town, talks.faded)
    await town.app.sweep()
    assert await lanes(town, chats.c.ended_ms.is_(None), chats.c.person.is_(None)) == 1
    assert await kept(town, lambda tx: talks.over(tx, [lane])) == {lane}
    row = await kept(town, lambda tx: tx.execute(select(chats).where(chats.c.id == lane)).one())
    assert row.sealed_address is not None and row.sealed_state is None
    named = await kept(town, lambda tx: tx.execute(select(said.c.name).where(said.c.lane == lane)).scalars().all())
    assert {one.split(":")[0] for one in named} == {"group"}, "whatever is said there is a pointer"


async def test_an_old_pointer_is_not_said_at_all(town: Town, sim: Telegram, bound: Bound) -> None:
    """What could not be said within a day points at nothing new; nor does a code that nobody said stay."""
    lane = await kept(town, lambda tx: tx.execute(select(chats.c.id).where(chats.c.is_group)).scalar_one())
    row = {"channel": "telegram:gone:luzhai", "lane": lane, "at_ms": now_ms() - 25 * 3_600_000, "due_ms": 0}
    await code(bound.office)
    await kept(town, lambda tx: tx.add(outbox, row | {"sealed_payload": b"x", "bulk": True}))
    await kept(town, lambda tx: kept_groups.sweep(tx, datetime(2027, 1, 1, tzinfo=UTC)))
    there = select(func.count()).select_from(outbox).where(outbox.c.lane == lane)
    assert await kept(town, lambda tx: tx.execute(there).scalar_one()) == 0
    assert await kept(town, lambda tx: tx.execute(select(func.count()).select_from(groups)).scalar_one()) == 1


# -- WeCom's webhook -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def wecom() -> AsyncIterator[WeCom]:
    async with WeCom.open() as one:
        yield one
        assert not one.journal.violations


def with_key(wecom: WeCom, key: str) -> Wecom:
    return Wecom(api_url=wecom.url, group=WecomGroup(key=key))


async def listed(town: Town) -> None:
    async with asyncio.timeout(10):
        while not await live(town):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_wecom_group_of_the_configuration_is_told(database_url: str, tmp_path: Path, wecom: WeCom) -> None:
    """By its webhook, from the first start on; the list names it and offers nothing to press. Its key is in no row."""
    group = wecom.group("打私群")
    async with Town.open(database_url, tmp_path, wecom=with_key(wecom, group.key), live=LIVE) as town:
        await listed(town)
        office = await on_page(town)
        await sends(office)
        message = await group.hears("有新通知")
        assert TITLE not in message.text and not message.labels
        assert "写在配置文件里" in await office.says("工作群") and office.ids == ["leave"]
        rows = await kept(town, lambda tx: [str(row) for row in tx.execute(select(chats)).all()])
        assert not any(group.key in one for one in rows)


async def test_a_key_that_is_none_ends_the_group_and_nothing_else(
    database_url: str, tmp_path: Path, wecom: WeCom, capfd: pytest.CaptureFixture[str]
) -> None:
    """Coordinators are told; with the right key, or another start, it goes on. No key stands in the log or among the figures."""
    group = wecom.group("打私群")
    group.away = True
    async with Town.open(database_url, tmp_path, wecom=with_key(wecom, group.key), live=LIVE) as town:
        await listed(town)
        intake = await town.staff(town.plan.intake.unit, "coordinator", "戊")
        await sends(await on_page(town))
        async with asyncio.timeout(10):
            while await live(town):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert "企业微信工作群收不到提醒了" in await intake.listens()
        figures = await (await town.http.get("/metrics")).text()
        assert group.key not in figures
    group.away = False
    async with Town.open(database_url, tmp_path, wecom=with_key(wecom, group.key), live=LIVE) as town:
        await listed(town)
        await sends(await on_page(town), "第二份安排")
        await group.hears("有新通知")
    told = capfd.readouterr()
    assert group.key not in told.out + told.err


async def test_a_webhook_is_never_refused_for_haste(database_url: str, tmp_path: Path, wecom: WeCom) -> None:
    """Thirty different things at once: some are said as one, none is refused (20 a minute)."""
    group = wecom.group("打私群")
    async with Town.open(database_url, tmp_path, wecom=with_key(wecom, group.key), live=LIVE) as town:
        await listed(town)
        (lane,) = await kept(town, lambda tx: tx.execute(select(chats.c.id).where(chats.c.is_group)).scalars().all())

        def many(tx: Any) -> None:
            for number in range(30):
                kept_groups._say(
                    tx,
                    "wecom:group:luzhai",
                    lane,
                    kept_groups.Push(
                        "luzhai", f"groups:{('notice', 'meeting')[number % 2]}", {}, (), f"group:{number}"
                    ),
                )

        await town.app.database.run(many)
        async with asyncio.timeout(20):
            while await kept(town, lambda tx: tx.execute(select(func.count()).select_from(outbox)).scalar_one()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert 1 <= len(group.messages) <= 18 and not wecom.journal.refused
        assert all(one.text.count("有新通知") <= 1 for one in group.messages)
