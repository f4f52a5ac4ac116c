"""The WeCom simulator: tokens, logins, contacts, and what goes wrong on demand."""

# ruff: noqa: F401, F811  (fixtures are imported by name)

from typing import Any

import aiohttp
import pytest

from tests.simulators.wecom import LIMITS, Simulator
from tests.simulators.wecom.apps import App
from tests.simulators.wecom.fixtures import app, program, sim, zhang
from tests.simulators.wecom.people import Member
from tests.simulators.wecom.program import Program

TEXT = {"touser": "zhangsan", "msgtype": "text", "agentid": 1000002, "text": {"content": "x"}}


async def test_tokens(sim: Simulator, program: Program) -> None:
    """The same while valid, 7200 s, then 42001; withdrawn 40014; none 41001 [D 91039, 90313]."""
    first = await program.login()
    assert first == await program.login()
    assert (await program.get("getcallbackip"))["errcode"] == 41001
    assert (await program.get("getcallbackip", access_token=first))["ip_list"]
    sim.clock.forward(seconds=LIMITS.token_seconds)
    assert (await program.get("getcallbackip", access_token=first))["errcode"] == 42001
    second = await program.login()
    assert second != first
    program.app.withdraw_token()
    assert (await program.get("getcallbackip", access_token=second))["errcode"] == 40014


async def test_bad_secrets_ban_the_address(sim: Simulator, program: Program) -> None:
    """Some wrong secrets, and for an hour nobody gets a token [D 90313§45009]."""
    corp = program.app.corp.id
    assert (await program.get("gettoken", corpid=corp))["errcode"] == 41004
    assert (await program.get("gettoken", corpsecret="x"))["errcode"] == 41002
    assert (await program.get("gettoken", corpid="wwx", corpsecret="x"))["errcode"] == 40013
    tries = [(await program.get("gettoken", corpid=corp, corpsecret="x"))["errcode"] for _ in range(5)]
    assert tries == [40001] * 4 + [45009]
    assert (await program.get("gettoken", corpid=corp, corpsecret=program.app.secret))["errcode"] == 45009
    sim.clock.forward(hours=1)
    assert await program.login()


async def test_a_code_of_a_login(sim: Simulator, program: Program, zhang: Member) -> None:
    """Once, for five minutes, with its own app; outsiders have an openid [D 91023]."""
    await program.login()

    async def asked(code: str) -> dict[str, Any]:
        return await program.get("auth/getuserinfo", access_token=program.token, code=code)

    code = await zhang.opens_page()
    assert (await asked(code))["userid"] == "ZhangSan"
    assert (await asked(code))["errcode"] == 40029
    late = await zhang.opens_page()
    sim.clock.forward(minutes=6)
    assert (await asked(late))["errcode"] == 40029
    logins = zhang.corp.logins
    assert "userid" not in await asked(logins.outsider(program.app))
    assert (await asked(logins.outsider(zhang.corp.app(1000003))))["errcode"] == 50001


async def test_contacts(program: Program, app: App, zhang: Member) -> None:
    """A member in sight, one out of it, none; the app itself."""
    app.corp.member("lisi")
    token = await program.login()
    users = [await program.get("user/get", access_token=token, userid=one) for one in ("ZHANGSAN", "lisi", "x")]
    assert [one["errcode"] for one in users] == [0, 60011, 60111]
    assert "mobile" not in users[0]
    agent = await program.get("agent/get", access_token=token, agentid="1000002")
    assert (agent["allow_userinfos"], agent["close"]) == ({"user": [{"userid": "ZhangSan"}]}, 0)


@pytest.mark.parametrize("code", [-1, 6000, 45009, 45033, 60020])
async def test_refusals_on_demand(sim: Simulator, program: Program, zhang: Member, code: int) -> None:
    """Just so often, on the path named, and with no effect."""
    sim.faults.refuse(code, path="message/send", after=1, times=2)
    codes = [(await program.call("message/send", TEXT))["errcode"] for _ in range(4)]
    assert (codes, len(zhang.sees())) == ([0, code, code, 0], 2)
    assert len(sim.journal.done("message/send")) == 2


async def test_lost_answers(sim: Simulator, program: Program, zhang: Member) -> None:
    """Before the effect, after it, in the middle of the answer; a web server's own 502; slowness."""
    await program.login()
    for where, shown in (("before", 0), ("after", 1), ("body", 2)):
        sim.faults.cut(where, path="message/send")  # type: ignore[arg-type]
        with pytest.raises(aiohttp.ClientError):
            await program.call("message/send", TEXT)
        assert len(zhang.sees()) == shown
    sim.faults.broken(502)
    async with program.http.post(f"{sim.url}/cgi-bin/message/send?access_token={program.token}", json=TEXT) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    slow = sim.faults.slow(0.01)
    assert (await program.call("message/send", TEXT))["errcode"] == 0
    slow.stop()
    assert len(slow.met) == 1


@pytest.mark.parametrize(("how", "code"), [("expire", 42001), ("withdraw", 40014)])
async def test_a_token_withdrawn_in_mid_send(
    sim: Simulator, program: Program, zhang: Member, how: Any, code: int
) -> None:
    """That request fails without effect; a new token is another one."""
    token = await program.login()
    sim.faults.expire_token(path="message/send", how=how)
    assert (await program.post("message/send", TEXT, access_token=token))["errcode"] == code
    assert zhang.sees() == []
    assert await program.login() != token
    assert (await program.call("message/send", TEXT))["errcode"] == 0


async def test_an_untrusted_address(program: Program, app: App) -> None:
    """Every call but gettoken, until the console trusts it [D 90313§60020; that gettoken works is M]."""
    app.trusted = False
    token = await program.login()
    assert (await program.get("agent/get", access_token=token, agentid="1000002"))["errcode"] == 60020
    app.trusted = True
    assert (await program.get("agent/get", access_token=token, agentid="1000002"))["errcode"] == 0


async def test_what_is_not_json_or_not_there(sim: Simulator, program: Program) -> None:
    """Broken JSON is read as empty with a warning, \\uXXXX is refused, an unknown path is an empty 404 [D 90313, F]."""
    token = await program.login()
    broken = await program.post("message/send", b"{", access_token=token)
    assert broken["errcode"] == 41011 and "Warning: wrong json format." in broken["errmsg"]
    assert (await program.post("message/send", b'{"touser": "\\u4e00"}', access_token=token))["errcode"] == 40033
    assert (await program.post("message/send", b'{"touser": "\\\\u4e00"}', access_token=token))["errcode"] == 41011
    assert (await program.get("message/send", access_token=token))["errcode"] == 40063
    async with program.http.get(f"{sim.url}/cgi-bin/department/list") as answer:
        assert (answer.status, await answer.read()) == (404, b"")
    assert len(sim.journal.violations) == 3


async def test_nothing_secret_is_in_the_journal(sim: Simulator, program: Program, zhang: Member) -> None:
    """What a failing test prints can be shown to anybody."""
    token = await program.login()
    await program.call("message/send", TEXT)
    assert token not in repr(sim.journal.entries) and program.app.secret not in repr(sim.journal.entries)
