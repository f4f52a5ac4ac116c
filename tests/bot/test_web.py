"""The web's door: what comes in badly gets a sentence and leaves nothing; what was acknowledged has one effect."""

import asyncio
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import func, select

from bot.config import Server
from bot.inbox import Incoming
from bot.plain import Plain
from bot.timepiece import Lever
from bot.watch import Watch
from storage import audit, duties, people
from storage import chats as talks
from storage.models import chats, codes, inbox, outbox, refusals, returns
from tests.machine import pass_time
from tests.stories.office import tells
from tests.town import Person, Town, tip_off


async def count(town: Town, table: Any, *where: Any) -> int:
    counted = select(func.count()).select_from(table).where(*where)
    return int(await town.app.database.run(lambda tx: tx.execute(counted).scalar_one()))


async def posted(person: Person, raw: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", **person.headers, **headers}
    answer = await person.town.http.post("/chat/say", data=raw, headers=headers)
    return answer.status, await answer.json()


def body(**fields: Any) -> bytes:
    return json.dumps({"id": str(uuid.uuid4()), **fields}).encode()


# -- what is taken, and once -----------------------------------------------------------------------------------------------


async def test_one_effect_per_id(town: Town) -> None:
    """The same id, again and ten times at once, is acknowledged each time and has one effect."""
    citizen = await town.citizen()
    raw = body(text="县城东门仓库夜里在卖走私香烟")
    statuses = [(await posted(citizen, raw))[0]]
    statuses += [status for status, _ in await asyncio.gather(*(posted(citizen, raw) for _ in range(10)))]
    await citizen.listens()
    assert set(statuses) == {202} and len(citizen.fresh) == 1
    await citizen.listens()
    assert citizen.fresh == []


async def test_the_same_id_of_two_people(town: Town) -> None:
    """Ids belong to a conversation: nobody can use up another's."""
    raw = body(text="你好")
    for person in (await town.citizen(), await town.citizen()):
        assert (await posted(person, raw))[0] == 202
        await person.listens()
        assert len(person.fresh) == 1


STRANGE = [
    "\x00\x01\u202e仓库\u2066里\u200b有烟\x7f\ufeff",  # controls, direction overrides, invisible characters
    "🚬🚢👨‍👩‍👧仓库🇨🇳 e\u0301",
    "' OR 1=1; DROP TABLE tips; -- 仓库",
    "{{ 7*7 }} {% raw %} <script>alert(1)</script> 仓库",
    "仓" * 5000,
]


@pytest.mark.parametrize("text", STRANGE)
async def test_strange_texts(town: Town, text: str) -> None:
    """Whatever people send as text is kept as they meant it, without what would make it read differently."""
    citizen = await town.citizen()
    await citizen.says(text)
    await citizen.presses("no")
    await citizen.says("县城")
    shown = await citizen.presses("enough")
    kept = "".join(one for one in text if one.isprintable() or one in "\u200d").strip()
    assert kept[:200] in shown and not set("\x00\x01\u202e\u2066\u200b\x7f\ufeff") & set(shown)


# -- what is not taken -----------------------------------------------------------------------------------------------------

# raw body -> status, why
BAD: dict[str, tuple[bytes, int, str]] = {
    "too long a text": (body(text="报" * 5001), 413, "too_long"),
    "100 kB": (body(text="a" * 100_000), 413, "too_long"),
    "no JSON": (b"text=hello", 400, "not_json"),
    "cut off": (b'{"id": "12345678", "te', 400, "not_json"),
    "empty body": (b"", 400, "not_json"),
    "a list": (b"[]", 400, "not_json"),
    "deeply nested": (b"[" * 60_000, 400, "not_json"),
    "a number of 5000 digits": (b'{"id": "12345678", "choice": "x", "prompt": ' + b"9" * 5000 + b"}", 400, "not_json"),
    "not UTF-8": (b'{"id": "12345678", "text": "\xff\xfe"}', 400, "not_json"),
    "half a surrogate pair in UTF-8": (b'{"id": "12345678", "text": "\xed\xa0\x80"}', 400, "not_json"),
    "no id": (b'{"text": "hello"}', 400, "not_json"),
    "short id": (body(id="1", text="hello"), 400, "not_json"),
    "id with a NUL": (body(id="12345678\0", text="hello"), 400, "not_json"),
    "id of another kind": (body(id=12345678, text="hello"), 400, "not_json"),
    "text of another kind": (body(text=["hello"]), 400, "not_json"),
    "nothing said": (body(), 400, "not_json"),
    "prompt of another kind": (body(choice="x", prompt="1"), 400, "not_json"),
    "nowhere": (body(location={"lat": 91, "lon": 0}), 400, "not_json"),
    "no number": (b'{"id": "12345678", "location": {"lat": NaN, "lon": 0}}', 400, "not_json"),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_bodies(sqlite_town: Town, name: str) -> None:
    """A sentence in the person's language, and nothing of it kept."""
    raw, status, why = BAD[name]
    citizen = await sqlite_town.citizen(language="en")
    before = await count(sqlite_town, inbox)
    answered, said = await posted(citizen, raw)
    assert (answered, said["why"]) == (status, why) and said["error"].isascii() and len(said["error"]) > 20
    assert await count(sqlite_town, inbox) == before


async def test_empty(town: Town) -> None:
    """An empty message is answered with what to do, before and within a form, and is no answer to a question."""
    citizen = await town.citizen()
    for text in ("", " \u3000\n", "\u200b"):
        assert await citizen.says(text)
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    await citizen.presses("no")
    for text in ("", " \u3000\n", "\u200b"):
        assert await citizen.says(text)
        assert "told" in citizen.ids, "still the question of the place"


async def test_half_a_character(town: Town) -> None:
    """JSON can spell half of a surrogate pair, which no database takes: what is around it is kept."""
    citizen = await town.citizen()
    raw = b'{"id": "12345678", "text": "warehouse \\ud83d east gate \\u70df \\ud83d\\ude00"}'
    assert (await posted(citizen, raw))[0] == 202
    await citizen.listens()
    await citizen.presses("no")
    await citizen.says("县城")
    assert "warehouse ? east gate 烟 😀" in await citizen.presses("enough")


async def test_one_bad_message_harms_nobody(town: Town) -> None:
    """Messages are kept in groups; one that cannot be kept is refused alone."""
    citizens = [await town.citizen() for _ in range(4)]
    chat = await town.app.web.known(citizens[0].token)
    bad = Incoming("web", "x" * 8, chat.chat, {"kind": "said", "text": "\ud800"})
    refused, *taken = await asyncio.gather(
        town.app.inbox.receive(bad), *(one.says("你好") for one in citizens), return_exceptions=True
    )
    assert isinstance(refused, TypeError)
    assert all(isinstance(one, str) and one for one in taken)


async def test_an_old_button(town: Town) -> None:
    """A press on a question that is no longer open is answered and not executed; an invented one as well."""
    citizen = await town.citizen()
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    old = citizen.messages[-1]
    await citizen.presses("no")
    for press in (
        {"choice": "yes", "prompt": old["prompt"]},
        {"choice": "submit", "prompt": citizen.messages[-1]["prompt"]},
        {"choice": "x\0\u202e" * 100, "prompt": 2**70},
        {"choice": None, "prompt": None},
    ):
        status, _ = await citizen.post(press)
        assert status == 202 and await citizen.listens()
        assert "told" in citizen.ids, "still the question of the place"


# -- who speaks ------------------------------------------------------------------------------------------------------------


async def test_a_code_used_by_two(town: Town) -> None:
    """Of two who use one login code at the same moment one comes in; the other is told so, on record."""
    now = town.app.timepiece.now()
    code = await town.app.database.run(lambda tx: people.invite(tx, "luzhai", "hq_office", "intake", "甲", None, now))
    answers = await asyncio.gather(*(town.start(login=code) for _ in range(5)), town.start(login="0000-0000-0000"))
    assert sorted(status for status, _ in answers) == [200, 403, 403, 403, 403, 403]
    assert all(said["why"] == "bad_code" and said["error"] for status, said in answers if status == 403)
    refused = select(refusals.c.count).where(refusals.c.action == "login refused")
    assert await town.app.database.run(lambda tx: tx.execute(refused).scalar_one()) == 5
    assert await town.app.database.run(audit.broken_at) is None


async def test_unknown_places_and_tokens(town: Town) -> None:
    """No county of that name: 404; no such conversation: 401; each with a sentence."""
    assert (await town.start(county="nowhere"))[0] == 404
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}):
        for method, path in (("GET", "/chat/events"), ("POST", "/chat/say"), ("POST", "/chat/leave")):
            answer = await town.http.request(method, path, headers=headers)
            assert answer.status == 401 and (await answer.json())["error"]


async def test_sessions_slide(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A staff session lives 14 days from when it was last used, in this process's memory as in another's."""
    officer = await town.staff("hq_office", "intake")
    for _ in range(3):
        pass_time(monkeypatch, days=13)
        assert await officer.says("待办")
    pass_time(monkeypatch, days=14.1)
    assert (await officer.post({"text": "待办"}))[0] == 401
    answer = await town.http.get("/chat/events", headers=officer.headers)
    assert answer.status == 401


async def test_an_ended_session(town: Town) -> None:
    """Sessions are listed; one that was ended from another is over at once: nothing is acknowledged in it any more."""
    here = await town.staff("hq_office", "intake")
    await here.says("登录")
    there = await town.login(re.findall(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", here.text)[-1])
    person = (await town.app.web.known(here.token)).person
    sessions = await town.app.database.run(lambda tx: [row.id for row in talks.sessions(tx, person)])
    assert len(sessions) == 2
    other = (await town.app.web.known(there.token)).chat
    await town.app.database.run(lambda tx: talks.end(tx, other))
    status, said = await there.post({"text": "待办"})
    assert (status, said["why"]) == (401, "ended_staff"), "with a sentence of their own"
    assert await here.says("待办")
    assert await count(town, inbox, ~inbox.c.done) == 0


async def test_leave_and_erase(town: Town) -> None:
    """离开并清除: no answers, no messages, no way back; the token opens nothing. The tip stands."""
    citizen = await town.citizen()
    await tip_off(citizen)
    chat = (await town.app.web.known(citizen.token)).chat
    assert await count(town, outbox, outbox.c.lane == chat) and await count(town, returns)
    assert (await town.http.post("/chat/leave", headers=citizen.headers)).status == 200
    assert (await citizen.post({"text": "还在吗"}))[0] == 401
    assert (await town.http.get("/chat/events", headers=citizen.headers)).status == 401
    assert await count(town, outbox, outbox.c.lane == chat) == await count(town, returns) == 0
    assert await count(town, chats, chats.c.id == chat, chats.c.sealed_state.is_(None)) == 1


async def test_a_citizen_is_forgotten(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation idle for 7 days ends with all that lies in it, and a week later is not even a row."""
    citizen = await town.citizen()
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    pass_time(monkeypatch, days=6.9)
    await town.app.sweep()
    assert "told" in citizen.ids or await citizen.presses("no"), "an unfinished tip is kept 7 days"
    pass_time(monkeypatch, days=7.1)
    await town.app.sweep()
    assert (await citizen.post({"text": "在吗"}))[0] == 401
    assert await count(town, chats, chats.c.ended_ms.is_(None)) == await count(town, outbox) == 0
    pass_time(monkeypatch, days=7.1)
    await town.app.sweep()
    assert await count(town, chats) == await count(town, inbox) == 0


# -- what watches, and what every answer carries ---------------------------------------------------------------------------

PATHS = (
    "/",
    "/luzhai/",
    "/plain",
    "/page/chat.js",
    "/healthz",
    "/readyz",
    "/metrics",
    "/chat/events",
    "/nowhere/",
    "/x.php",
)


@pytest.mark.parametrize("path", PATHS)
async def test_headers(sqlite_town: Town, path: str) -> None:
    """Every answer, errors included: no foreign content, no guessing, no referrer, no name of a server; no cookie, ever."""
    for method in ("GET", "DELETE"):
        answer = await sqlite_town.http.request(method, path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not {"Server", "Set-Cookie"} & set(answer.headers)


async def test_watching(town: Town) -> None:
    """Alive; ready while messages move, else 503 with the part at fault; figures of rows only."""
    watch = {path: await town.http.get(path) for path in ("/healthz", "/readyz", "/metrics")}
    assert {path: answer.status for path, answer in watch.items()} == dict.fromkeys(watch, 200)
    figures = await watch["/metrics"].text()
    assert "xiezhi_inbox_waiting 0.0" in figures and "xiezhi_dead_rows 0.0" in figures


async def test_not_ready(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that nobody works off make it not ready; how many is for the figures."""
    town.app.inbox.paused = True
    citizen = await town.start()
    pass_time(monkeypatch, seconds=31)
    answer = await town.http.get("/readyz")
    assert citizen[0] == 200 and (answer.status, await answer.text()) == (503, "inbox\n")


async def test_not_ready_when_nobody_looks_at_what_is_due(town: Town) -> None:
    """A worker that stands still, or is not there: that what is due waits for more than five minutes is told, since when
    is for the figures; a look at it makes the house ready again."""
    await tip_off(await town.citizen())
    due = await town.app.database.run(lambda tx: duties.next_look(tx, town.app.plans))
    assert due is not None and isinstance(town.app.timepiece, Lever)
    async with town.app.lookout.looking:
        for minutes, status in ((4, 200), (7, 503)):
            town.app.timepiece.move_to(due + timedelta(minutes=minutes))
            answer = await town.http.get("/readyz")
            assert answer.status == status
        assert await answer.text() == "reminders\n"
        assert "xiezhi_due_behind_seconds 420.0" in await (await town.http.get("/metrics")).text()
    await town.app.looked()
    assert (await town.http.get("/readyz")).status == 200


async def test_nobody_learns_that_something_happens(town: Town) -> None:
    """Whoever asks whether the house is ready learns nothing of tips: what happens just now, and is heard by nobody, stands
    in the figures alone."""
    ready = await (await town.http.get("/readyz")).text()
    await tells(await town.citizen(), "正在卸货，桂B12345")
    await town.settle()
    assert await (await town.http.get("/readyz")).text() == ready == "ready\n"
    assert "xiezhi_urgent_unheard 1.0" in await (await town.http.get("/metrics")).text()


TOKEN, HOME, AWAY = "a-long-secret", "127.0.0.1", "203.0.113.7"
# what the configuration says, who asks from where -> whether figures are given
ASKING: list[tuple[dict[str, Any], str, dict[str, str], bool]] = [
    ({}, HOME, {}, True),
    ({}, "::1", {}, True),
    ({}, AWAY, {}, False),
    ({}, AWAY, {"X-Forwarded-For": HOME}, False),
    ({}, HOME, {"X-Forwarded-For": HOME}, False),  # a proxy on this machine: nobody knows who asks
    ({"public_url": "https://town.example"}, HOME, {}, False),
    ({"trusted_proxies": ("10.0.0.1",)}, HOME, {}, False),
    ({"metrics_token": TOKEN}, HOME, {}, False),
    ({"metrics_token": TOKEN}, AWAY, {"Authorization": "Bearer other"}, False),
    ({"metrics_token": TOKEN}, AWAY, {"Authorization": "Bearer é"}, False),
    ({"metrics_token": TOKEN, "public_url": "https://town.example"}, AWAY, {"Authorization": f"Bearer {TOKEN}"}, True),
    ({}, AWAY, {"Authorization": "Bearer "}, False),
]


@pytest.mark.parametrize(("config", "peer", "headers", "given"), ASKING)
async def test_who_may_know_the_figures(
    sqlite_town: Town, config: dict[str, Any], peer: str, headers: dict[str, str], given: bool
) -> None:
    """With the token; without one this machine alone, as long as nothing stands in front. To all others there are none."""
    watch = Watch(sqlite_town.app.auditor, Server(**config))
    wire = Mock(get_extra_info=lambda name, default=None: (peer, 1) if name == "peername" else default)
    request = make_mocked_request("GET", "/metrics", headers, transport=wire)
    if given:
        assert (await watch.metrics(request)).status == 200
    else:
        with pytest.raises(web.HTTPNotFound):
            await watch.metrics(request)


async def test_a_county_that_is_not_on_the_page(tmp_path: Path) -> None:
    """Neither offered nor found there, by citizens or by staff, whose code stays good; the other one needs no question."""
    async with Town.open(f"sqlite:///{tmp_path}/x.db", tmp_path, ("luzhai", "yangxi"), off_page=("yangxi",)) as town:
        pages = {path: (await town.http.get(path)).status for path in ("/", "/luzhai/", "/yangxi/", "/plain")}
        assert pages == {"/": 200, "/luzhai/": 200, "/yangxi/": 404, "/plain": 200}
        assert (await town.start(county="yangxi"))[0] == 404
        status, body = await town.start()
        assert status == 200 and body["county"]["id"] == "luzhai"
        now = town.app.timepiece.now()
        code = await town.app.database.run(lambda tx: people.invite(tx, "yangxi", "tobacco", "intake", "甲", None, now))
        assert [(await town.start(login=code))[0] for _ in range(2)] == [404, 404]
        open_ = select(codes.c.used_at).where(codes.c.county == "yangxi")
        assert await town.app.database.run(lambda tx: tx.execute(open_).scalar_one()) is None
    async with Town.open(f"sqlite:///{tmp_path}/y.db", tmp_path, off_page=("luzhai",)) as town:
        assert {(await town.http.get(path)).status for path in ("/", "/luzhai/", "/plain")} == {404}
        assert (await town.start())[0] == 404 and (await town.http.get("/healthz")).status == 200


async def test_faults_of_ours(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in a handler is one sentence: nothing of what it says leaves the house."""

    def breaks(*_: Any) -> None:
        raise ValueError("words of somebody")

    monkeypatch.setattr(Plain, "_page", breaks)
    for accept in ("application/json", "text/html"):
        answer = await town.http.get("/plain", headers={"Accept": accept})
        assert answer.status == 500 and "words of somebody" not in await answer.text()


async def test_a_malformed_request(sqlite_town: Town) -> None:
    """Bytes that are no HTTP get a 400 without a trace, and the server goes on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", sqlite_town.app.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.startswith("HTTP/1.0 400") and "Traceback" not in answer and ".py" not in answer
    assert (await sqlite_town.http.get("/healthz")).status == 200


async def test_language_of_a_sentence(town: Town) -> None:
    """Who changed the language is answered in it, by the door as by the conversation."""
    citizen = await town.citizen()
    await citizen.says("English")
    assert (await posted(citizen, b"no JSON"))[1]["error"].isascii()
    stranger = await town.http.get("/nowhere/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (await stranger.json())["error"].isascii()


async def test_a_stream(town: Town) -> None:
    """Events as a stream: what waits, at once, in the shape of the poll."""
    citizen = await town.citizen()
    headers = {**citizen.headers, "Accept": "text/event-stream"}
    async with town.http.get("/chat/events", headers=headers, timeout=aiohttp.ClientTimeout(10)) as stream:
        line = b""
        while not line.startswith(b"data: "):
            line = await stream.content.readline()
    assert json.loads(line[6:])["messages"][0]["text"]
