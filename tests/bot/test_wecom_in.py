"""The way in from WeCom: what is signed and meant for us is durable before the 200; all else is refused in a word."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.wecom.callback import Callback
from storage import cursors
from storage.database import Unavailable
from storage.models import dead, inbox, windows
from tests.bot.attachments import image
from tests.simulators.wecom import FORGERIES, Simulator
from tests.stories.office import PLACE, QUIET, tells, tip
from tests.stories.wecom_phones import KEY, TOKEN, Corp, on_wecom


@pytest.fixture
async def corp(database_url: str, tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(database_url, tmp_path, sim, disclosure="full") as one:
        yield one


@pytest.fixture
async def quick(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    """On SQLite only: what does not depend on the database."""
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full") as one:
        yield one


async def count(corp: Corp, table: Any, *which: Any) -> int:
    wanted = select(func.count()).select_from(table).where(*which)
    return int(await corp.town.app.database.run(lambda tx: tx.execute(wanted).scalar_one()))


# -- at the door -------------------------------------------------------------------------------------------------------


async def test_what_was_not_sealed_for_us(quick: Corp, capsys: pytest.CaptureFixture[str]) -> None:
    """Every forgery is refused with a status of its own kind, nothing of it is kept, and nothing is traced."""
    before = await count(quick, inbox)
    statuses = {how: await quick.app.callbacks.forge(how) for how in FORGERIES}
    assert all(status in (400, 403, 413) for status in statuses.values()), statuses
    assert await count(quick, inbox) == before and await count(quick, dead) == 0
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err


async def test_what_is_no_callback_at_all(quick: Corp) -> None:
    """A scanner learns nothing: no query, an empty body, another method."""
    for path in ("/luzhai/wecom/app", "/luzhai/wecom/kf"):
        assert (await quick.town.http.get(path)).status == 403
        assert (await quick.town.http.post(path, data=b"")).status == 400
        assert (await quick.town.http.post(path, data=b"<xml/>")).status == 400
        assert (await quick.town.http.put(path)).status == 405


async def test_each_address_is_checked(quick: Corp) -> None:
    """The console's check passes at both addresses."""
    await quick.app.save(f"http://127.0.0.1:{quick.town.app.port}/luzhai/wecom/kf", TOKEN, KEY)


async def test_what_cannot_be_kept_now_comes_again(quick: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database takes nothing, the callback is not acknowledged; WeCom sends it again, and it has one effect."""
    hook = next(one for one in hooks(quick) if one.path.endswith("/app"))
    take, failed = hook.take, []

    async def full_once(*what: Any) -> None:
        if not failed:
            failed.append(1)
            raise Unavailable("full")
        await take(*what)

    monkeypatch.setattr(hook, "take", full_once)
    quick.app.callbacks.retry_refused = True
    office = quick.member("zhang")
    await office.says("你好")
    assert failed and len(office.user.sees()) == 1


def hooks(corp: Corp) -> list[Callback]:
    found = (getattr(route.handler, "__self__", None) for route in corp.town.app.doors.routes())
    return [one for one in found if isinstance(one, Callback)]


async def test_each_three_times_and_in_disorder(corp: Corp) -> None:
    """One effect each, by what is inside: the query of a repetition need not be the same."""
    corp.app.callbacks.copies = 3
    people = [corp.member(name) for name in ("zhang", "li", "wang")]
    async with corp.app.callbacks.hold():
        for one in people:
            await one.user.says("你好")
    for one in people:
        await one.listens()
    assert [len(one.user.sees()) for one in people] == [1, 1, 1]


async def test_two_clicks_in_one_second(quick: Corp) -> None:
    """Of two menus clicked in the same second neither is taken for the other; the same click told twice is one."""
    office = await quick.official("hq_office", "intake", "zhang")
    had = len(office.user.sees())
    quick.app.callbacks.copies = 2
    await office.user.clicks_menu("待办")
    await office.user.clicks_menu("首页")
    await office.listens()
    todo, home = sorted(office.user.sees()[had:], key=lambda one: "工作台" in one.text)
    assert "没有待办" in todo.text and "工作台" in home.text


async def test_greeted_once_a_day(quick: Corp) -> None:
    """Whoever looks into the chat is greeted once a day, and never while a question stands open."""
    office = await quick.official("hq_office", "intake", "zhang")
    assert await office.does(office.user.enters())
    assert not await office.does(office.user.enters())
    quick.sim.clock.forward(days=1)
    await quick.town.fast_forward(days=1)
    assert await office.does(office.user.enters())


async def test_what_nobody_knows_is_kept_aside(quick: Corp) -> None:
    """A kind of message that comes next year is answered politely and kept to be looked at; WeCom's words to the operators
    are an alarm, not a conversation."""
    office = await quick.official("hq_office", "intake", "zhang")
    assert await office.does(office.user.sends("hologram", Depth="3"))
    assert await count(quick, dead, dead.c.box == "aside") == 1
    quick.app.alerts("inactive_alert")
    await office.listens()
    assert await count(quick, dead, dead.c.box == "aside") == 1


async def test_a_stranger_learns_nothing(quick: Corp) -> None:
    """Whoever is not of the staff gets one and the same sentence, whatever they say or press."""
    stranger = quick.member("nobody")
    said = {await stranger.says(text) for text in ("待办", "LZ-00000000", "AAAA-BBBB-CCCC", "你好")}
    assert len(said) == 1


# -- the pull ----------------------------------------------------------------------------------------------------------


async def test_page_by_page(corp: Corp) -> None:
    """Small pages, an empty one that says there is more, and each callback three times: everything once and in order; and
    never two pulls at a time."""
    corp.kf.page, corp.kf.blanks = 2, 2
    corp.app.callbacks.copies = 3
    citizen = corp.wechat("甲")
    for text in (QUIET, "否", PLACE):
        await citizen.user.says(text)
    await citizen.listens()
    answers = (await corp.lane(citizen)).state["stack"][-1]["answers"]
    assert (answers["what"], answers["now"], answers["where"]) == (QUIET, "no", PLACE)
    assert corp.kf.most_pulls == 1


async def test_cursor_and_messages_are_one_commit(quick: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull whose commit fails leaves neither its messages nor its cursor; the next one brings both."""
    citizen, move, failed = quick.wechat("甲"), cursors.move, []

    def fails_once(tx: Any, name: str, value: str) -> None:
        move(tx, name, value)
        if name.startswith("pull:") and not failed:
            failed.append(1)
            raise Unavailable("full")

    monkeypatch.setattr(cursors, "move", fails_once)
    await citizen.says(QUIET)
    assert failed and "no" in citizen.ids and len(citizen.user.sees()) == 1


async def test_within_the_welcome_window(quick: Corp) -> None:
    """Whoever opens the account by its link is welcomed by the code that came with it, outside the count."""
    citizen = quick.wechat("甲")
    assert "110" in await citizen.opens()
    assert citizen.user.spent == 0 and quick.sim.journal.done("kf/send_msg_on_event")
    await citizen.opens()
    assert len(citizen.user.sees()) == 1, "who was welcomed is not welcomed again, and nothing waits to be said"
    assert await count(quick, windows) == 1


async def test_no_moment_of_a_citizens(quick: Corp) -> None:
    """Of when a citizen wrote nothing finer than the hour is kept, nor who they are."""
    citizen = quick.wechat("甲")
    await citizen.says("你好")
    rows = await quick.town.app.database.run(lambda tx: tx.execute(select(windows)).all())
    assert [row.heard_ms % 3_600_000 for row in rows] == [0]


async def test_a_large_file_and_a_card(quick: Corp) -> None:
    """What WeChat turns into a text is answered as one; a visiting card is refused with the reason."""
    citizen = quick.wechat("甲")
    await citizen.says(QUIET)
    asked = citizen.ids
    assert "没有保存" in await citizen.does(citizen.user.sends("business_card", {"userid": "x"}))
    assert citizen.ids == asked


async def test_pictures(quick: Corp) -> None:
    """A photo, a document and a place are taken as anywhere."""
    citizen = quick.wechat("甲")
    number, _ = await tells(citizen, files=[("a.jpg", image())])
    assert (await tip(quick.town, number)).status == "received"
