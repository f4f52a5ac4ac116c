"""The WeCom simulator's callbacks: its cipher, the GET check, retries, disorder and forgeries."""

# ruff: noqa: F401, F811  (fixtures are imported by name)

import aiohttp
import pytest

from tests.simulators.wecom import FORGERIES, Limits, Simulator, Unverified
from tests.simulators.wecom.fixtures import app, program, sim, zhang
from tests.simulators.wecom.people import Member
from tests.simulators.wecom.program import KEY, TOKEN, Program, opened
from tests.simulators.wecom.pushes import digest, seal


def test_own_cipher_is_the_official_one() -> None:
    """The official sample's signature, key and padding [D 90968]; what is sealed here opens there."""
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    assert digest(TOKEN, "1409659589", "263014780", echo) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert opened(echo) == (b"1616140317555161061", "wx5823bf96d3bd56c7")
    for length in range(70):
        assert opened(seal(KEY, b"x" * length, "ww1")) == (b"x" * length, "ww1")


@pytest.mark.parametrize(
    ("path", "token", "key"),
    [("", "other", KEY), ("", TOKEN, "A" * 43), ("/nowhere", TOKEN, KEY)],
    ids=["token", "key", "404"],
)
async def test_a_url_is_saved_only_after_its_check(program: Program, path: str, token: str, key: str) -> None:
    """Saving asks at once, and refuses whoever does not answer with the message alone [D 90930]."""
    callbacks = program.app.callbacks
    callbacks.url = ""
    with pytest.raises(Unverified):
        await program.app.save(program.callback + path, token, key)
    assert callbacks.url == ""


async def test_pushes_are_repeated_until_200(program: Program, zhang: Member) -> None:
    """Three retries with the same body; then the event is given up [D 90930]."""
    program.answers = [aiohttp.web.Response(status=500), aiohttp.web.Response(status=503)]
    await zhang.says("一")
    assert (await program.next())["Content"] == "一"
    assert len(program.bodies) == 3 and len(set(program.bodies)) == 1
    program.answers = [aiohttp.web.Response(status=500) for _ in range(4)]
    await zhang.says("二")
    await program.app.callbacks.settled()
    assert program.app.callbacks.deliveries[-1].statuses == [500] * 4


async def test_pushes_come_twice_reversed_or_never(program: Program, zhang: Member) -> None:
    """What WeCom never promised: once, in order, at all."""
    program.app.callbacks.copies = 2
    await zhang.says("一")
    assert (await program.next())["MsgId"] == (await program.next())["MsgId"]
    program.app.callbacks.copies = 1
    async with program.app.callbacks.hold():
        await zhang.says("二")
        await zhang.says("三")
    assert [(await program.next())["Content"] for _ in range(2)] == ["三", "二"]
    program.app.callbacks.lose = 1
    await zhang.says("四")
    await zhang.says("五")
    assert (await program.next())["Content"] == "五"


@pytest.mark.parametrize("how", FORGERIES)
async def test_forgeries_are_posted(program: Program, how: str) -> None:
    """Each arrives as it was meant to be wrong, so that none is refused by accident; nothing is taken for a message."""
    await program.app.callbacks.forge(how)
    assert len(program.bodies) == 1
    assert program.arrived.empty() or how in ("receiver", "length", "padding_0", "padding_33", "inner_dtd")


async def test_who_does_not_answer_in_time() -> None:
    """A second for the check, five for an event, and no answer is tried again like a refusal [D 90930]."""
    async with Simulator.open(Limits(check_timeout=0.05, push_timeout=0.05)) as sim:
        app = sim.corp().app()
        async with Program.open(sim.url, app) as program:
            program.deaf = True
            with pytest.raises(Unverified):
                await app.save(program.callback, TOKEN, KEY)
            program.deaf = False
            app.callbacks.limits = Limits(push_timeout=0.05)
            await app.save(program.callback, TOKEN, KEY)
            program.deaf = True
            await app.corp.member("zhangsan", app).says("在吗")
            await app.callbacks.settled()
            assert app.callbacks.deliveries[-1].statuses == [0] * 4


async def test_the_system_speaks(program: Program) -> None:
    """Alarms of the app and of the account, from `sys` [D 90240, 97712]."""
    program.app.alerts("inactive_alert", EffectTime=1_800_000_000)
    event = await program.next()
    assert (event["Event"], event["FromUserName"], event["EffectTime"]) == ("inactive_alert", "sys", "1800000000")
    account = program.app.corp.kf(program.app)
    account.withdraws()
    event = await program.next()
    assert (event["AuthDelOpenKfId"], "AgentID" in event) == (account.id, False)
    assert (await program.call("kf/sync_msg", {"open_kfid": account.id}))["errcode"] == 48007
