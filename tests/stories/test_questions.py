"""Questions of citizens, and numbers while there is something to read beside a tip that is being told: on the page, without a script,
on Telegram and in WeChat. Luzhai; Tuesday, 24 November 2026."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import chats, models
from storage.models import tips
from tests.plain import Browser
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.simulators.wecom import Simulator as WecomSimulator
from tests.stories.office import kept
from tests.stories.phones import Phone, on_telegram
from tests.stories.wecom_phones import on_wecom
from tests.town import HOME, Person, Town

START = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
LIVE = date(2026, 11, 23)
STORY = "码头昨晚有人卸走私烟"


@pytest.fixture
async def luzhai(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("luzhai",), START) as opened:
        yield opened


@pytest.fixture
async def citizen(luzhai: Town) -> Person:
    return await luzhai.citizen()


async def told(town: Town) -> int:
    return await kept(town, lambda tx: len(tx.execute(select(tips.c.id)).all()))


# -- a question is no story ----------------------------------------------------------------------------------------------

ANSWERED = [
    # what is asked, what is answered
    ("卖走私烟判多少年", "走私烟"),
    ("什么是走私", "走私"),
    ("有哪些案例", "典型案例"),
    ("了解假烟", "假烟"),
    ("查电子烟", "没有直接说“电子烟”"),
    ("洋垃圾是什么", "没有找到"),
    ("举报走私打什么电话", "12313"),
    ("举报走私烟有奖吗", "查实后可能有奖励"),
    ("what is smuggling?", "smuggling"),
]


@pytest.mark.parametrize(("words", "answer"), ANSWERED)
async def test_a_question_is_answered_and_begins_nothing(citizen: Person, words: str, answer: str) -> None:
    """With what there is to read, or with what help says: no tip stands open after it."""
    assert answer in await citizen.says(words)
    assert "还没提交" not in await citizen.says("我写了什么")


async def test_who_meant_it_as_a_tip_says_so(luzhai: Town, citizen: Person) -> None:
    """One press, or the word, and the question is the first of the story, as it was written."""
    await citizen.says("卖走私烟判多少年")
    assert "正在发生" in await citizen.presses("is_tip")
    assert "卖走私烟判多少年" in await citizen.says("我写了什么")
    other = await luzhai.citizen()
    await other.says("小卖部能卖电子烟吗")
    assert "正在发生" in await other.says("这是举报")


async def test_what_was_no_tip_is_kept_nowhere(luzhai: Town, citizen: Person) -> None:
    """With the next word the question is forgotten, and its button means nothing any more."""
    await citizen.says("卖走私烟判多少年")
    await citizen.says("了解")
    lanes = await kept(luzhai, lambda tx: list(tx.execute(select(models.chats.c.id)).scalars()))
    talks = await kept(luzhai, lambda tx: list(chats.load(tx, lanes).values()))
    assert talks and all("asked" not in one.state for one in talks)
    await citizen.post({"choice": "is_tip", "prompt": -1})
    assert "正在发生" not in await citizen.listens()
    assert await told(luzhai) == 0


async def test_where_a_tip_is_only_begun_a_search_is_one(citizen: Person) -> None:
    """查 电子烟 after 举报: read beside it, and the story is still to come."""
    await citizen.says("举报")
    said = await citizen.says("查 电子烟")
    assert "电子烟" in said and "看到" in said
    assert "正在发生" in await citizen.says("东门超市卖电子烟")
    assert "查 电子烟" not in await citizen.says("我写了什么")


async def test_a_story_with_a_question_is_a_story(citizen: Person) -> None:
    """有人卖假烟，能举报吗？地点在…: told, and its place is not asked for in vain."""
    assert "正在发生" in await citizen.says("有人卖假烟，能举报吗？地点在东门市场")


# -- a number beside a tip -----------------------------------------------------------------------------------------------


async def test_a_number_is_of_what_was_listed_last(luzhai: Town, citizen: Person) -> None:
    """正在发生吗 stands open and a list is read: 1 opens its first, never says yes, and it is said so. Once the list is gone 1 is
    the answer again."""
    await citizen.says(STORY)
    said = await citizen.says("法律常识")
    assert "先数上面列出的" in said and citizen.ids[0].startswith("go.law.")
    said = await citizen.says("1")
    assert "依据：" in said and "打 110" not in said.partition("还没")[0]
    await citizen.says("不是")
    assert "什么地方" in citizen.fresh[-1]["text"]


async def test_without_a_script_too(luzhai: Town) -> None:
    """The same at /plain."""
    browser = await (await Browser(luzhai).opens("/plain?county=luzhai")).sends(county="luzhai")
    await browser.sends(text=STORY)
    await browser.sends(text="法律常识")
    assert "先数上面列出的" in browser.page.words
    await browser.sends(text="1")
    assert "依据：" in browser.page.words and "no" in browser.offers
    await browser.presses("no")
    assert await told(luzhai) == 0


async def test_on_telegram_too(tmp_path: Path) -> None:
    """Its buttons stand in the same order."""
    async with TelegramSimulator.open() as telegram:
        url = f"sqlite:///{tmp_path / 'x.db'}"
        async with on_telegram(url, tmp_path, telegram, accept_tips=True, live=LIVE) as town:
            citizen = Phone(town, telegram, "citizens", "乙")
            await citizen.says(STORY)
            assert "先数上面列出的" in await citizen.says("法律常识")
            assert "依据：" in await citizen.says("1")


async def test_in_wechat_too(tmp_path: Path) -> None:
    """Where choices are numbered, it is one row of numbers."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with WecomSimulator.open() as wecom, on_wecom(url, tmp_path, wecom, live=LIVE) as corp:
        citizen = corp.wechat("乙")
        await citizen.says(STORY)
        assert "先数上面列出的" in await citizen.says("法律常识")
        assert "依据：" in await citizen.says("1")
