"""Calls to WeCom: the token is asked for as seldom as can be, success is errcode 0 alone, and no secret is ever told."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.channels.wecom import api as module
from bot.channels.wecom.api import Api, Barred, Refused, Unreachable
from storage import leases
from tests.channels.plain_wecom import SECRET, TOKEN, Answer, House, PlainWecom, hangs_up, later, raw, says
from tests.machine import pass_time


@pytest.fixture
async def wecom() -> AsyncIterator[PlainWecom]:
    async with PlainWecom.open() as opened:
        yield opened


@pytest.fixture
def house(wecom: PlainWecom, tmp_path: Path) -> House:
    return House(f"sqlite:///{tmp_path / 'xiezhi.db'}", tmp_path, wecom)


@pytest.fixture
async def api(house: House) -> AsyncIterator[Api]:
    async with house.api() as opened:
        yield opened


# -- the token -----------------------------------------------------------------------------------------------------------


async def test_one_token_for_all(wecom: PlainWecom, house: House, api: Api) -> None:
    """However many ask at once, and whoever starts later, one token is asked for; it is in the query and nowhere else."""
    await asyncio.gather(*(api.call("agent/get", query={"agentid": str(one)}) for one in range(20)))
    await api.call("message/send", {"touser": "甲"})
    async with house.api() as after_a_restart:
        await after_a_restart.call("agent/get")
    assert wecom.granted == 1 and len(wecom.seen) == 22
    for request in wecom.seen:
        assert request.query["access_token"] == f"{TOKEN}-1"
        assert TOKEN not in str(dict(request.headers)) and SECRET not in str(request.url)
    assert not any(TOKEN.encode() in body for body in wecom.bodies)


async def test_utf8_as_it_is(wecom: PlainWecom, api: Api) -> None:
    """No \\u escapes: they are refused (path/90313, 40033)."""
    await api.call("message/send", {"touser": "甲"})
    assert wecom.bodies == ['{"touser":"甲"}'.encode()]


# what gettoken says is left of it -> how long it is used without asking again
LASTS = [(7200, 6900), (600, 300), (250, 125)]


@pytest.mark.parametrize(("left", "used"), LASTS)
async def test_renewed_before_its_end(
    wecom: PlainWecom, api: Api, monkeypatch: pytest.MonkeyPatch, left: int, used: int
) -> None:
    """Five minutes before; where there is less than that, after half of it, and not at each call."""
    wecom.granting += [says(access_token="short", expires_in=left)]
    wecom.good = {"short"}
    await api.call("agent/get")
    pass_time(monkeypatch, seconds=used - 60)
    await api.call("agent/get")
    assert wecom.granted == 1
    pass_time(monkeypatch, seconds=61)
    await api.call("agent/get")
    assert wecom.granted == 2


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_token_that_was_withdrawn(wecom: PlainWecom, api: Api, code: int) -> None:
    """It is renewed once and the call made again; nobody notices."""
    await api.call("agent/get")
    wecom.answers += [says(errcode=code)]
    assert (await api.call("agent/get"))["errcode"] == 0
    assert wecom.granted == 2 and len(wecom.seen) == 3


async def test_withdrawn_from_many_at_once(wecom: PlainWecom, api: Api) -> None:
    """One of those whose token was withdrawn asks for all."""
    await api.call("agent/get")
    wecom.good.clear()
    await asyncio.gather(*(api.call("agent/get") for _ in range(10)))
    assert wecom.granted == 2


async def test_a_server_that_calls_every_token_expired(wecom: PlainWecom, api: Api) -> None:
    """It is asked for one more, and no more."""
    wecom.trusting = False
    with pytest.raises(Refused) as fault:
        await api.call("agent/get")
    assert fault.value.code == 42001 and not isinstance(fault.value, Barred)
    assert wecom.granted == 2 and len(wecom.seen) == 2


# what gettoken says -> for how many seconds nobody asks again
STOPS = [(40001, 3600), (40013, 3600), (40091, 3600), (45009, 60), (301007, 60), (999999, 60)]


@pytest.mark.parametrize(("code", "seconds"), STOPS)
async def test_a_refused_secret_stops(
    wecom: PlainWecom, house: House, api: Api, monkeypatch: pytest.MonkeyPatch, code: int, seconds: int
) -> None:
    """Nobody asks again for the time being: not this process, not another, not after a restart. Then one does."""
    wecom.granting += [says(errcode=code)]
    for _ in range(5):
        with pytest.raises(Barred, match=str(code)):
            await api.call("agent/get")
    async with house.api() as another:
        with pytest.raises(Barred, match=str(code)):
            await another.call("agent/get")
        assert wecom.granted == 1 and not wecom.seen
        pass_time(monkeypatch, seconds=seconds + 1)
        await another.call("agent/get")
    assert wecom.granted == 2


async def test_a_changed_secret_is_tried_at_once(wecom: PlainWecom, house: House) -> None:
    """Whoever mends the configuration need not wait; the old refusal was another secret's."""
    async with house.api("wrong") as before:
        with pytest.raises(Barred):
            await before.call("agent/get")
    async with house.api() as after:
        await after.call("agent/get")
    assert wecom.granted == 2


async def test_a_busy_system_is_no_refusal(wecom: PlainWecom, api: Api) -> None:
    """The next call asks again."""
    wecom.granting += [says(errcode=-1)]
    with pytest.raises(Refused) as fault:
        await api.call("agent/get")
    assert fault.value.code == -1 and not isinstance(fault.value, Barred)
    await api.call("agent/get")


@pytest.mark.parametrize(
    "odd", [says(), says(access_token="", expires_in=7200), says(access_token="t"), says(access_token=7, expires_in=7)]
)
async def test_a_token_that_is_none(wecom: PlainWecom, api: Api, odd: Answer) -> None:
    """Success without a token is no answer; nothing of it is kept."""
    wecom.granting += [odd]
    with pytest.raises(Unreachable, match="no token"):
        await api.call("agent/get")
    await api.call("agent/get")


async def test_two_processes(wecom: PlainWecom, database_url: str, tmp_path: Path) -> None:
    """One asks; the other waits without asking, and takes what the row then says."""
    house, waits, go = House(database_url, tmp_path, wecom), asyncio.Event(), asyncio.Event()
    wecom.granting += [later(go, says(access_token="shared", expires_in=7200))]
    wecom.good = {"shared"}

    async def pause(seconds: float) -> None:
        waits.set()
        go.set()
        await asked

    async with house.api() as one, house.api(pause=pause) as other:
        asked = asyncio.ensure_future(one.call("agent/get"))
        while not wecom.granted:  # noqa: ASYNC110 - each look gives way to the others
            await asyncio.sleep(0)
        await other.call("agent/get")
    assert waits.is_set() and wecom.granted == 1


async def test_a_process_that_died_asking(
    wecom: PlainWecom, house: House, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turn lapses; whoever waits follows it, and does not wait for ever."""
    await api._kept.database.run(lambda tx: leases.take(tx, "token:wecom:app:luzhai", "dead", 20_000))
    with pytest.raises(Unreachable, match="token under way"):
        await api.call("agent/get")
    assert house.pauses == sorted(house.pauses) and 20 < sum(house.pauses) < 30
    pass_time(monkeypatch, seconds=21)
    await api.call("agent/get")


async def test_who_gives_up_waiting(wecom: PlainWecom, api: Api) -> None:
    """One caller that is cancelled takes the token from nobody else."""
    go = asyncio.Event()
    wecom.granting += [later(go, says(access_token="t", expires_in=7200))]
    wecom.good = {"t"}
    first, second = (asyncio.ensure_future(api.call("agent/get")) for _ in range(2))
    while not wecom.granted:  # noqa: ASYNC110 - each look gives way to the others
        await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert (await second)["errcode"] == 0 and wecom.granted == 1
    with contextlib.suppress(asyncio.CancelledError):
        await first


# -- answers -------------------------------------------------------------------------------------------------------------

# what comes -> what it is called
NO_ANSWERS: list[tuple[Answer, str]] = [
    (raw(status=404), "HTTP 404"),
    (raw(b"<html>planted</html>", 502), "HTTP 502"),
    (raw(status=301, Location="https://planted.example/"), "HTTP 301"),
    (raw(b"<html>planted</html>"), "not JSON"),
    (raw(b""), "not JSON"),
    (raw(b"\xff\xfe"), "not JSON"),
    (raw(b"[1]"), "no errcode"),
    (raw(b"{}"), "no errcode"),
    (raw(b'{"errcode":"0"}'), "no errcode"),
    (raw(b'{"errcode":false}'), "no errcode"),
    (hangs_up, "ServerDisconnectedError"),
]


@pytest.mark.parametrize(("answer", "name"), NO_ANSWERS)
async def test_what_is_no_answer(wecom: PlainWecom, api: Api, answer: Answer, name: str) -> None:
    """It has a name of its own, says nothing of what came, and is asked once."""
    wecom.answers += [answer]
    with pytest.raises(Unreachable) as fault:
        await api.call("message/send", {"touser": "planted"})
    assert str(fault.value) == name and len(wecom.seen) == 1


async def test_too_much(wecom: PlainWecom, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without an end fills nobody's memory."""
    monkeypatch.setattr(module, "MOST", 100)
    wecom.answers += [says(more="x" * 200)]
    with pytest.raises(Unreachable, match="too large"):
        await api.call("agent/get")


async def test_too_slow(wecom: PlainWecom, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever."""
    await api.call("agent/get")
    monkeypatch.setattr(module, "PATIENCE", aiohttp.ClientTimeout(total=0.05))
    wecom.answers += [later(asyncio.Event(), says())]
    with pytest.raises(Unreachable, match="timeout"):
        await api.call("agent/get")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://", "nonsense"])
async def test_nobody_there(house: House, url: str) -> None:
    """It says what went wrong, and not where."""
    async with house.api(url=url) as api:
        with pytest.raises(Unreachable) as fault:
            await api.call("agent/get")
    assert "127.0.0.1" not in str(fault.value) and fault.value.__cause__ is None


async def test_errcode_alone_decides(wecom: PlainWecom, api: Api) -> None:
    """Not the words, and not which fields are there (path/90930)."""
    wecom.answers += [says(errmsg="Warning: wrong json format."), says(errcode=60011, errmsg="ok", department=[])]
    assert (await api.call("agent/get"))["errmsg"].startswith("Warning")
    with pytest.raises(Refused, match="60011 receiver"):
        await api.call("agent/get")


# what comes first, how often more -> pauses, calls, whether it works in the end
TRIES: list[tuple[list[Answer], int, int, int, bool]] = [
    ([says(errcode=-1), says(errcode=6000)], 3, 2, 3, True),
    ([hangs_up, raw(status=502)], 3, 2, 3, True),
    ([says(errcode=-1)] * 4, 3, 3, 4, False),
    ([says(errcode=-1)], 0, 0, 1, False),
    ([says(errcode=60011)], 3, 0, 1, False),
    ([says(errcode=45009)], 3, 0, 1, False),
]


@pytest.mark.parametrize(("first", "retry", "pauses", "calls", "works"), TRIES)
async def test_tried_again(
    wecom: PlainWecom, house: House, api: Api, first: list[Answer], retry: int, pauses: int, calls: int, works: bool
) -> None:
    """Only what may pass by itself, as often as was asked for, with a pause before each."""
    wecom.answers += first
    outcome = contextlib.nullcontext() if works else pytest.raises((Refused, Unreachable))
    with outcome:
        await api.call("kf/sync_msg", {"limit": 1000}, retry=retry)
    assert len(house.pauses) == pauses and len(wecom.seen) == calls


async def test_nothing_is_told(wecom: PlainWecom, house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong: no secret, token, address or word of WeCom's in an exception, its trace, or a log."""
    caplog.set_level(logging.DEBUG)
    told = list[str]()
    wecom.granting += [says(errcode=40001), raw(b"<html>planted", 502), hangs_up]
    with capture_logs() as lines:
        for secret in ("planted-other", SECRET, SECRET, SECRET):
            async with house.api(secret) as api:
                wecom.answers += [says(errcode=81013), *(answer for answer, _ in NO_ANSWERS)]
                told += [one for _ in range(len(NO_ANSWERS) + 1) for one in await failing(api)]
    assert "planted" not in caplog.text + str(lines) and [one["event"] for one in lines] == ["token refused"]
    shown = [
        line for part in told for line in part.splitlines() if not line.startswith("    ")
    ]  # without our own source
    assert shown and "planted" not in "\n".join(shown) and "127.0.0.1" not in "\n".join(shown)


async def failing(api: Api) -> list[str]:
    try:
        await api.call("message/send", {"touser": "planted"})
    except (Refused, Unreachable) as fault:
        return [repr(fault), *traceback.format_exception(fault)]
    return []
