"""The page opened in WeCom: who is bound, or expected by the roster, is logged in without a code; nobody else is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.channels.wecom.login import COOKIE
from storage import accounts, people
from storage.models import audit, codes, refusals
from tests.simulators.wecom import Simulator
from tests.stories.office import OFFICE
from tests.stories.wecom_phones import Corp, on_wecom
from tests.town import PUBLIC

CHANNEL = "wecom:app:luzhai"


@pytest.fixture
async def corp(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as one:
        yield one


class Browser:
    """WeCom's own, on one phone: keeps cookies, and goes where it is sent by hand."""

    def __init__(self, corp: Corp) -> None:
        self.corp, self.cookie = corp, ""

    async def gets(self, path: str, **query: str) -> aiohttp.ClientResponse:
        headers = {"Accept": "text/html", "Cookie": self.cookie}
        answer = await self.corp.town.http.get(path, params=query, headers=headers, allow_redirects=False)
        await answer.read()
        if set_ := answer.cookies.get(COOKIE):
            self.cookie = f"{COOKIE}={set_.value}"
        return answer

    async def asks(self, **query: str) -> dict[str, str]:
        """What WeCom is asked."""
        answer = await self.gets("/luzhai/wecom/login", **query)
        assert answer.status == 302
        return {name: one for name, [one] in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    async def comes_back(self, code: str, **query: str) -> aiohttp.ClientResponse:
        asked = await self.asks(**query)
        return await self.gets("/luzhai/wecom/back", code=code, state=asked["state"])


async def expects(corp: Corp, userid: str, unit: str = OFFICE, seat: str = "intake", name: str = "甲") -> int:
    """Somebody on the roster who has never written."""
    now = corp.town.app.timepiece.now()

    def seated(tx: Any) -> int:
        person = people.add(tx, "luzhai", name, now)
        people.seat(tx, person, "luzhai", unit, seat, now)
        accounts.expect(tx, CHANNEL, userid, person)
        return person

    return await corp.town.app.database.run(seated)


def opened(answer: aiohttp.ClientResponse) -> str:
    """The login code in the address of the page."""
    assert answer.status == 302
    where = re.fullmatch(rf"{PUBLIC}/luzhai/#login=([0-9A-Z-]+)(&go=[\w.-]+)?", answer.headers["Location"])
    assert where, answer.headers["Location"]
    return where[1]


# -- the way there -------------------------------------------------------------------------------------------------------


async def test_what_wecom_is_asked(corp: Corp) -> None:
    """The address of path/91022, its parts in that order and escaped; the state is random, 128 characters at most of letters
    and digits, and kept where no script reads it."""
    browser = Browser(corp)
    answer = await browser.gets("/luzhai/wecom/login")
    where, state = answer.headers["Location"], browser.cookie.partition("=")[2].partition(":")[0]
    assert re.fullmatch("[a-zA-Z0-9]{32,128}", state)
    back = "https%3A%2F%2Ftown.example%2Fluzhai%2Fwecom%2Fback"
    assert where == (
        f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={corp.app.corp.id}&redirect_uri={back}"
        f"&response_type=code&scope=snsapi_base&state={state}&agentid={corp.app.agent_id}#wechat_redirect"
    )
    kept = answer.cookies[COOKIE]
    assert kept["httponly"] and kept["secure"] and kept["samesite"] == "Lax" and kept["path"] == "/luzhai/wecom"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await browser.asks())["state"] != state


async def test_the_menu_leads_there(corp: Corp) -> None:
    """Where the page has an https address, 登录网页 opens it."""
    more = next(one for one in corp.app.menu["button"] if one.get("sub_button"))["sub_button"]
    (found,) = [one["url"] for one in more if one["type"] == "view"]
    assert found == f"{PUBLIC}/luzhai/wecom/login"


# -- who is let in -------------------------------------------------------------------------------------------------------


async def test_who_is_bound(corp: Corp) -> None:
    """They are at their desk on the page; WeCom may write the userid in other letters; it is on record."""
    phone = await corp.official(OFFICE, "intake", "ZhangSan", "甲")
    code = opened(await Browser(corp).comes_back(await phone.user.opens_page()))
    status, body = await corp.town.start(login=code)
    assert status == 200 and body["staff"] and body["name"] == "甲"
    rows = await corp.town.app.database.read(
        lambda tx: tx.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id)).all()
    )
    assert [tuple(one) for one in rows][-2:] == [("login code", "wecom"), ("login", "")]


async def test_who_is_expected(corp: Corp) -> None:
    """The roster names the account: nothing has to be said in the app first."""
    await expects(corp, "LiSi", name="乙")
    code = opened(await Browser(corp).comes_back(await corp.member("lisi").user.opens_page()))
    assert (await corp.town.start(login=code))[1]["name"] == "乙"


@pytest.mark.parametrize(
    ("asked", "wish"),
    [
        ("go.open.LZ-40718265", "&go=go.open.LZ-40718265"),
        ("go.todo", "&go=go.todo"),
        ("", ""),
        ("javascript:x", ""),
        ("go.open.x&login=y", ""),
        ("go.open.举报", ""),
    ],
)
async def test_what_is_to_be_opened(corp: Corp, asked: str, wish: str) -> None:
    """It goes along, if it is something the page opens."""
    await expects(corp, "lisi")
    answer = await Browser(corp).comes_back(await corp.member("lisi").user.opens_page(), go=asked)
    assert opened(answer) and answer.headers["Location"].partition("&")[2] == wish.removeprefix("&")


async def strangers(corp: Corp) -> AsyncIterator[tuple[str, str]]:
    """Who they are, and the code WeCom gives them."""
    yield "of the corp, unknown to us", await corp.member("nobody").user.opens_page()
    yield "not of the corp", corp.app.corp.logins.outsider(corp.app)
    left = await expects(corp, "gone")
    now = corp.town.app.timepiece.now()
    await corp.town.app.database.run(lambda tx: people.leave(tx, left, now))
    yield "has left", await corp.member("gone").user.opens_page()
    wrote = corp.member("writes")
    await wrote.says("你好")
    yield "wrote, and is bound to nobody", await wrote.user.opens_page()


async def test_strangers(corp: Corp) -> None:
    """One and the same sentence with how to go on, no code of ours, counted and told in the audit once an hour."""
    said = set()
    async for who, code in strangers(corp):
        answer = await Browser(corp).comes_back(code)
        assert answer.status == 403, who
        said.add(await answer.text())
    (sentence,) = said
    assert "邀请码" in sentence
    wanted = (
        select(func.count()).select_from(codes).where(codes.c.kind == "login"),
        select(refusals.c.count).where(refusals.c.action == "login refused"),
    )
    login, refused = await corp.town.app.database.read(lambda tx: [tx.execute(one).scalar_one() for one in wanted])
    assert (login, refused) == (0, 4)


async def test_who_was_unbound(corp: Corp) -> None:
    """A way in that somebody ended is not opened again by the roster."""
    person = await expects(corp, "lisi")
    await corp.town.app.database.run(lambda tx: accounts.forget(tx, person, "wecom"))
    assert (await Browser(corp).comes_back(await corp.member("lisi").user.opens_page())).status == 403


# -- what is not taken ---------------------------------------------------------------------------------------------------


async def test_only_this_browsers_own(corp: Corp) -> None:
    """A link that somebody else began, a state that is not the cookie's, or none: WeCom is not even asked."""
    await expects(corp, "lisi")
    code = await corp.member("lisi").user.opens_page()
    theirs, mine = Browser(corp), Browser(corp)
    state = (await theirs.asks())["state"]
    for browser, query in (
        (mine, {"state": state, "code": code}),
        (Browser(corp), {"state": "", "code": code}),
        (theirs, {"state": state[:-1] + "é", "code": code}),
        (theirs, {"code": code}),
        (theirs, {"state": state}),
        (theirs, {"state": state, "code": "x" * 513}),
    ):
        await mine.asks()
        answer = await browser.gets("/luzhai/wecom/back", **query)
        assert answer.status == 403 and "再点一次" in await answer.text()
    assert not corp.sim.journal.of("auth/getuserinfo")


async def test_used_and_expired(corp: Corp) -> None:
    """A code of WeCom's works once, for five minutes: one sentence, and how to go on."""
    await expects(corp, "lisi")
    user = corp.member("lisi").user
    code = await user.opens_page()
    opened(await Browser(corp).comes_back(code))
    late = await user.opens_page()
    corp.sim.clock.forward(minutes=6)
    for one in (code, late, "never-given"):
        answer = await Browser(corp).comes_back(one)
        assert answer.status == 403 and "再点一次" in await answer.text()


@pytest.mark.parametrize("fault", ["refused", "cut", "no JSON"])
async def test_when_wecom_fails(corp: Corp, fault: str) -> None:
    """One sentence; neither the code nor anybody's name is in the log."""
    await expects(corp, "lisi")
    code = await corp.member("lisi").user.opens_page()
    path = {"path": "auth/getuserinfo", "times": 9}
    faults = corp.sim.faults
    {"refused": lambda: faults.refuse(50001, **path), "cut": lambda: faults.cut("before", **path)}.get(
        fault, lambda: faults.broken(502, **path)
    )()
    with capture_logs() as logs:
        answer = await Browser(corp).comes_back(code)
    assert answer.status == 503 and "登录码" in await answer.text()
    assert any(one["event"] == "wecom login failed" for one in logs)
    assert code not in str(logs) and "lisi" not in str(logs)


# -- the roster's accounts in the chat ---------------------------------------------------------------------------------------


async def test_asked_whatever_they_write(corp: Corp) -> None:
    """Whom the roster expects is asked whether they are that person; then they are let in."""
    person = await expects(corp, "LiSi", "tobacco", "liaison", "乙")
    phone = corp.member("lisi")
    asked = await phone.says("在吗")
    assert "名册" in asked and "邀请码" not in asked and phone.ids == ["bind", "no"]
    assert "乙" in await phone.presses("bind")
    assert (await corp.lane(phone)).person == person


async def test_no_is_no(corp: Corp) -> None:
    """Whoever says it is not them stays a stranger; the next word asks again."""
    person = await expects(corp, "lisi")
    phone = corp.member("lisi")
    await phone.does(phone.user.enters())
    assert phone.ids == ["bind", "no"]
    await phone.presses("no")
    assert (await corp.lane(phone)).person is None
    await phone.says("待办")
    assert phone.ids == ["bind", "no"]
    await phone.presses("bind")
    assert (await corp.lane(phone)).person == person


async def test_another_account_by_now(corp: Corp) -> None:
    """The question stood open while the roster got another account: it is void."""
    person = await expects(corp, "lisi")
    phone = corp.member("lisi")
    await phone.says("在吗")
    await corp.town.app.database.run(lambda tx: accounts.expect(tx, CHANNEL, "wangwu", person) and None)
    assert "这里只供内部使用" in await phone.presses("bind")
    assert (await corp.lane(phone)).person is None


async def test_a_stranger_learns_nothing(corp: Corp) -> None:
    """With accounts in the roster, and without."""
    await expects(corp, "lisi")
    phone = corp.member("nobody")
    assert await phone.says("在吗") == "这里只供内部使用。" and phone.ids == []


# what a coordinator does to the liaison of the tobacco unit
ENDINGS = [
    ("yes", "the last seat ends: a stranger, whatever the roster said of the account"),
    ("unbind.wecom", "the telephone was lost: whoever has it is not asked whether they are its owner"),
]


@pytest.mark.parametrize(("press", "why"), ENDINGS)
async def test_whose_way_in_has_ended(corp: Corp, press: str, why: str) -> None:
    """Whoever has left, or whose way in was ended, is a stranger and is not asked anything."""
    await expects(corp, "lisi", "tobacco", "liaison", "乙")
    phone = corp.member("lisi")
    await phone.says("在吗")
    await phone.presses("bind")
    chief = await corp.town.staff(OFFICE, "coordinator", "甲")
    await chief.says("人员")
    await chief.presses(next(one for one in chief.ids if one.endswith(".tobacco.liaison")))
    await chief.presses(press)
    await phone.listens()
    assert (await phone.says("在吗")).endswith("这里只供内部使用。"), why
