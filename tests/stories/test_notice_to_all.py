"""One notice to everybody, over three channels: 22 units and 12 towns of Luzhai, on the page, on Telegram and on WeCom. One has
blocked the bot, one is away, one seat is vacant; the notice is corrected, who has not read is nudged once, and the table says how
it stands with each. Monday, 23 November 2026."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import Row, select

from bot.bots import CitizensBot, StaffBot, Telegram
from storage import absences
from storage.models import notice_receipts
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.simulators.wecom import Simulator as WecomSimulator
from tests.stories import phones, wecom_phones
from tests.stories.office import kept, person_of
from tests.stories.test_letters import taken
from tests.town import HOME, ROOT, Person, Town

START = datetime(2026, 11, 23, 9, 0, tzinfo=HOME)
LIVE = date(2026, 11, 23)
TITLE, TEXT = "节前检查安排", "请各单位周五前把检查组名单准备好。"
NEWER = "请各单位周四前把检查组名单准备好。"
TOWNS = "甲乙丙丁戊己庚辛壬癸子丑"
ON_TELEGRAM = ("market", "transport", "forestry")
ON_WECOM = ("police", "health", "justice")
AWAY, VACANT, BLOCKED = "education", "court", "forestry"


Anybody = Any  # at a page, on Telegram or on WeCom: they act alike
UNITS = (
    *("county_party", "county_gov", "science_industry_trade", "gov_office", "publicity", "political_legal", "ndrc"),
    *("court", "procuratorate", "education", "police", "justice", "transport", "health", "market"),
    *("urban", "agriculture", "forestry", "post_company", "tobacco", "sinopec", "petrochina"),
    *(f"town_{n}" for n in range(1, len(TOWNS) + 1)),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


def with_twelve_towns(folder: Path) -> str:
    """Luzhai's plan, which lists no town: twelve with made-up names."""
    before, _, _ = (ROOT / "counties/luzhai.yaml").read_text().rpartition("  towns:\n")
    towns = "".join(f"    - {{zh: {name}镇, en: Town {n}}}\n" for n, name in enumerate(TOWNS, 1))
    (folder / "luzhai.yaml").write_text(f"{before}  towns:\n{towns}")
    (folder / "luzhai").symlink_to(ROOT / "counties/luzhai")
    return str(folder / "luzhai.yaml")


@dataclass
class County:
    """Everybody at their posts, each where they are used to talk."""

    corp: wecom_phones.Corp
    office: Person
    people: dict[str, Anybody] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.corp.town

    async def hears(self, unit: str) -> str:
        """What has come there since one last looked; a page says that it has it with its next question."""
        said = await self.people[unit].listens()
        await self.people[unit].listens()
        return str(said)

    async def all_hear(self) -> dict[str, str]:
        return {unit: await self.hears(unit) for unit in self.people}

    async def reads(self, *units: str) -> None:
        """Opened on the page."""
        for unit in units:
            person = self.people[unit]
            await person.says("通知")
            await person.presses(next(one for one in person.ids if one.startswith("go.notice.")))

    async def card(self) -> str:
        await self.office.says("我发的通知")
        return await self.office.presses(next(one for one in self.office.ids if one.startswith("go.notified.")))

    async def takes(self, what: str) -> bytes:
        """A file of the notice's card."""
        await self.card()
        await self.office.presses(what)
        return (await taken(self.office))[1]

    async def receipts(self) -> dict[str, Row[Any]]:
        """Of the latest notice, by unit."""
        wanted = select(notice_receipts).order_by(notice_receipts.c.id)
        rows = await kept(self.town, lambda tx: tx.execute(wanted).all())
        return {row.unit: row for row in rows if row.notice == rows[-1].notice}


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    both = Telegram(citizens=CitizensBot(), staff=StaffBot(disclosure="title", duties="title"))
    async with TelegramSimulator.open() as telegram, WecomSimulator.open() as wecom:
        more = {"telegram": telegram, "bots": both, "files": {"luzhai": with_twelve_towns(tmp_path)}, "start": START}
        with phones.unhurried():
            async with wecom_phones.on_wecom(
                f"sqlite:///{tmp_path / 'x.db'}", tmp_path, wecom, live=LIVE, **more
            ) as corp:
                await phones.introduced(corp.town)
                yield await seated(corp, telegram)


async def seated(corp: wecom_phones.Corp, telegram: TelegramSimulator) -> County:
    """A liaison in every unit but one; where one is away somebody stands in for them."""
    town = corp.town
    found = County(corp, await town.staff("hq_office", "coordinator", "丙"))
    for unit in UNITS:
        if unit in ON_TELEGRAM:
            found.people[unit] = await phones.official(town, telegram, unit, "liaison", f"联{unit}")
        elif unit in ON_WECOM:
            found.people[unit] = await corp.official(unit, "liaison", unit, f"联{unit}")
        elif unit != VACANT:
            found.people[unit] = await town.staff(unit, "liaison", f"联{unit}")
    deputy, day = await town.staff(AWAY, "leader", "代"), START.date()
    gone, stays = await person_of(town, found.people[AWAY]), await person_of(town, deputy)
    await kept(town, lambda tx: absences.away(tx, "luzhai", gone, day, day + timedelta(days=9), stays, START))
    found.people[AWAY] = deputy
    blocker = found.people[BLOCKED]
    await blocker.does(blocker.user.blocks(blocker.bot))
    return found


async def test_a_notice_to_everybody(county: County) -> None:
    """Told once to each where they talk; corrected once; whoever has not read the correction is nudged once, and nobody else; the
    table names everybody, the one who blocked the bot and the empty seat too."""
    office = county.office
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.says("各成员单位、各乡镇，县委")
    for press in ("done", "liaisons"):
        await office.presses(press)
    said = await office.presses("read")
    assert f"共 {len(UNITS) - 1} 人" in said and "没有人收：县人民法院" in said
    await office.presses("submit")
    heard = await county.all_hear()
    assert {unit for unit, text in heard.items() if TITLE in text} == set(UNITS) - {VACANT, BLOCKED}
    assert not any(TEXT in text for text in heard.values())
    assert f"共 {len(UNITS) - 1} 人，{len(UNITS) - 2} 人已收到" in await county.card()

    towns = [unit for unit in UNITS if unit.startswith("town_")]
    await county.reads(*towns, "tobacco")
    await county.people["market"].presses("已知悉")
    await county.card()
    await office.presses("correct")
    await office.says(f"正文：{NEWER}")
    await office.presses("submit")
    heard = await county.all_hear()
    assert {unit for unit, text in heard.items() if "更正" in text} == set(UNITS) - {VACANT, BLOCKED}

    await county.reads(*towns[1:], "tobacco", AWAY)
    await county.people["market"].presses("已知悉")
    await county.all_hear()
    await county.town.forward_to(at(24, 12))
    heard = await county.all_hear()
    silent = {*towns[1:], "tobacco", AWAY, "market", BLOCKED}
    assert {unit for unit, text in heard.items() if TITLE in text} == set(county.people) - silent
    await county.town.forward_to(at(24, 18))
    assert not any(TITLE in text for text in (await county.all_hear()).values())

    rows = [list(row) for row in load_workbook(BytesIO(await county.takes("receipts"))).active.values]
    stands = [row[3] for row in rows[rows.index(next(row for row in rows if row[0] == "单位")) + 1 :]]
    assert Counter(stands) == {"已看": 13, "已知悉": 1, "未看": 18, "未送到（已停用或拉黑）": 1, "没有人收": 1}
    assert Image.open(BytesIO(await county.takes("receipts_picture"))).width > 400
