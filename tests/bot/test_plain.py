"""/plain: a citizen without JavaScript tells a whole story with forms alone."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import plain
from bot.inbox import Incoming
from storage import mailbox, queue
from storage.database import Unavailable
from storage.models import chats, inbox, outbox, tip_files, tips
from tests.bot.attachments import photo
from tests.plain import Browser, Page
from tests.town import Town

STORY, PLACE = "县城东门仓库夜里在卖走私香烟", "县城东门老粮仓"


async def count(town: Town, table: Any) -> int:
    return int(await town.app.database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()))


async def test_a_whole_story(town: Town) -> None:
    """Opening, story, place, photo, review, receipt, its repetition: forms alone, and the receipt is gone afterwards."""
    browser = await (await Browser(town).opens()).sends()
    await browser.sends(text=STORY)
    await browser.presses("no")
    await browser.sends(text=PLACE)
    await browser.sends((("IMG_1.jpg", photo()),))
    await browser.presses("enough")
    assert STORY in browser.page.words and PLACE in browser.page.words
    await browser.presses("submit")
    number = re.findall(r"[A-Z]{2}-\d{8}", browser.page.words)[-1]
    password = re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", browser.page.words)[-1]
    await browser.presses("picture")
    picture = await town.http.get(browser.page.links[-1])
    assert picture.status == 200 and picture.content_type == "image/png"
    await browser.sends(text=password[-4:])
    assert number in browser.page.words and password not in browser.page.words
    assert await count(town, tips) == await count(town, tip_files) == 1
    await browser.presses("1")
    assert browser.page.forms[-1]["token"] == "", "left and erased"

    later = await (await Browser(town).opens("/plain?county=luzhai")).sends(text="")
    await later.sends(text="查询")
    await later.sends(text=number)
    await later.sends(text=password.lower().replace("-", " "))
    assert number in later.page.words and STORY not in later.page.words, "the status never repeats the content"


async def test_a_reload_is_harmless(town: Town) -> None:
    """The same POST again, file and all: no second effect, whatever it carried."""
    browser = await (await Browser(town).opens()).sends()
    await browser.sends(text=STORY)
    await browser.reloads()
    await browser.presses("no")
    await browser.reloads()
    await browser.sends((("a.jpg", photo()), ("b.png", photo("PNG"))), text=PLACE)
    before = await count(town, inbox), await count(town, tip_files)
    await browser.reloads()
    assert (await count(town, inbox), await count(town, tip_files)) == before and before[1] == 2
    await browser.presses("enough")
    assert PLACE in browser.page.words
    await browser.presses("submit")
    await browser.reloads()
    assert await count(town, tips) == 1


async def test_files_of_a_repeated_message_leave_nothing(town: Town) -> None:
    """The bytes that came a second time are not kept either."""
    browser = await (await Browser(town).opens()).sends()
    await browser.sends((("a.jpg", photo()),))
    await browser.reloads()
    await town.settle()
    stored = [path for path in town.app.store.folder.rglob("*") if path.is_file()]
    assert len(stored) == 2, "the original and its clean copy"


async def test_old_words_stand_in_the_box_when_they_are_to_be_changed(town: Town) -> None:
    """By 返回, by 修改, and by 改 below the words that may tell who one is; a button pressed beside them says nothing twice."""
    browser = await (await Browser(town).opens()).sends()
    story = "我邻居在东门仓库卖走私烟"
    await browser.sends(text=story)
    await browser.sends(text="返回")
    assert browser.page.typed.strip() == story and "keep" in browser.offers
    await browser.sends(text=browser.page.typed, choice="keep")
    assert browser.offers[:2] == ["yes", "no"] and browser.page.typed.strip() == ""
    await browser.presses("no")
    await browser.sends(text=PLACE)
    await browser.presses("enough")
    await browser.presses("edit")
    assert browser.page.typed.strip() == story
    await browser.sends(text="东门仓库卖走私烟")
    assert "东门仓库卖走私烟" in browser.page.words and "submit" in browser.offers


async def test_language(town: Town) -> None:
    """Switched at any time, by the button of the page; the page and the conversation follow together."""
    browser = await (await Browser(town).opens()).sends()
    await browser.sends(text=STORY)
    await browser.presses("English")
    assert "Leave and erase" in browser.page.words and browser.page.forms[-1]["language"] == "en"
    await browser.presses("no")
    assert "Send" in browser.page.words
    await browser.presses("中文")
    assert "离开并清除" in browser.page.words and browser.page.forms[-1]["language"] == "zh"


async def test_two_counties(database_url: str, tmp_path: Any) -> None:
    """Where several are hosted the person is asked once, or the link has named one."""
    async with Town.open(database_url, tmp_path, ("luzhai", "yangxi")) as town:
        asked = await (await Browser(town).opens()).sends()
        assert "go.county.yangxi" in asked.offers
        await asked.presses("go.county.yangxi")
        assert "go.county.luzhai" not in asked.offers
        named = await (await Browser(town).opens("/plain?county=yangxi")).sends()
        assert "go.county.luzhai" not in named.offers and "阳西" in named.page.words


async def test_staff_work_elsewhere(town: Town) -> None:
    """A staff token opens nothing here, and what waits for staff is not shown."""
    officer = await town.staff("hq_office", "intake")
    browser = await Browser(town).opens()
    browser.page.forms[-1]["token"] = officer.token
    await browser.sends(text="待办")
    assert browser.status == 403 and browser.page.forms[-1]["token"] == ""
    await browser.opens()
    browser.page.forms[-1]["token"] = officer.token
    await browser.sends((("a.jpg", photo()),))
    assert browser.status == 403 and await count(town, tip_files) == 0


async def test_an_ended_conversation(town: Town) -> None:
    """A sentence, and a page from which to begin anew."""
    browser = await (await Browser(town).opens()).sends()
    browser.page.forms[-1]["token"] = "x" * 43
    await browser.sends(text="在吗")
    assert browser.status == 401 and browser.page.forms[-1]["token"] == ""
    await browser.sends()
    assert browser.status == 200 and browser.page.forms[-1]["token"]


# what is sent -> status; the page comes again, the conversation goes on
REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "too long": ({"text": "报" * 5001}, 413),
    "too long by far": ({"text": "a" * 100_000}, 413),
    "a program": ({"files": (("a.jpg", b"MZ" + b"\0" * 200),)}, 415),
    "an empty file": ({"files": (("a.jpg", b""),)}, 415),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused(sqlite_town: Town, name: str) -> None:
    """Bad input is a sentence on the page, with what was written still in its box and the conversation where it was."""
    fields, status = REFUSED[name]
    browser = await (await Browser(sqlite_town).opens()).sends()
    await browser.sends(text=STORY)
    await browser.sends(**fields)
    assert browser.status == status and STORY not in browser.page.typed
    assert browser.page.typed.startswith(fields.get("text", "")[:5000])
    await browser.presses("no")
    assert browser.status == 200 and "told" in browser.offers


async def test_a_database_that_is_locked(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so and keeps what was written; sent again it counts once."""
    browser = await (await Browser(sqlite_town).opens()).sends()
    receive = sqlite_town.app.inbox.receive

    async def locked(incoming: Incoming) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(sqlite_town.app.inbox, "receive", locked)
    await browser.sends(text=STORY)
    assert browser.status == 503 and browser.page.typed == STORY
    monkeypatch.setattr(sqlite_town.app.inbox, "receive", receive)
    await browser.sends(text=browser.page.typed)
    assert browser.status == 200 and browser.page.typed == "" and "yes" in browser.offers


async def test_nothing_new(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for news when there is none ends, with the page as it was; an empty message says nothing."""
    monkeypatch.setattr(plain, "PATIENCE", 0.01)
    browser = await (await Browser(sqlite_town).opens()).sends()
    before = await count(sqlite_town, inbox)
    await browser.sends(news="1")
    assert browser.status == 200 and await count(sqlite_town, inbox) == before


async def test_the_token_is_in_no_address(town: Town) -> None:
    """It travels in bodies; the page is not stored and gives no referrer; file links are not tokens."""
    browser = await (await Browser(town).opens()).sends()
    answer = await town.http.post("/plain", data=browser.page.forms[-1] | {"text": "你好"})
    token = browser.page.forms[-1]["token"]
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert token and all(token not in link for link in Page(await answer.text()).links)


async def test_waiting_is_not_rendering(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the answer is awaited nothing is fetched or rendered again and again: once, when it has come."""
    browser = await (await Browser(sqlite_town).opens()).sends()
    fetched, take = 0, sqlite_town.app.web.take

    async def counted(*about: Any) -> Any:
        nonlocal fetched
        fetched += 1
        return await take(*about)

    async def woken(lane: int, beyond: int, seconds: float) -> None:
        """Somebody rings five times before it comes."""
        nonlocal rung
        rung += 1
        if rung == 5:
            sqlite_town.app.inbox.paused = False
            sqlite_town.app.inbox.wake()
            await sqlite_town.app.inbox.idle.wait()

    rung = 0
    sqlite_town.app.inbox.paused = True
    monkeypatch.setattr(sqlite_town.app.web, "take", counted)
    monkeypatch.setattr(sqlite_town.app.bell, "wait", woken)
    await browser.sends(text=STORY)
    assert rung >= 5 and fetched == 1


async def test_the_last_thirty(sqlite_town: Town) -> None:
    """A page without a script shows the newest of a long conversation, however long it was, and keeps no more than that."""
    browser = await (await Browser(sqlite_town).opens()).sends()
    lane = await sqlite_town.app.database.run(lambda tx: tx.execute(select(chats.c.id)).scalar_one())
    for n in range(2 * mailbox.PAGE):
        message = queue.message("zh", "luzhai", [("citizens/card:you_have_a_reply", {"number": f"LZ-{n:08d}"})])
        await sqlite_town.app.database.run(lambda tx, m=message: queue.put(tx, "web", lane, m))
    await browser.sends(text="你好")
    numbers = re.findall(r"LZ-(\d{8})", browser.page.words)
    assert len(numbers) == plain.SHOWN - 1 and numbers[-1] == f"{2 * mailbox.PAGE - 1:08d}"
    await browser.sends(text="你好")
    waiting = select(func.count()).select_from(outbox)
    assert await sqlite_town.app.database.run(lambda tx: tx.execute(waiting).scalar_one()) <= mailbox.PAGE
