"""After a whole story, nothing that was entrusted to us is found in what was written: log, metrics, database, files."""

import asyncio
import base64
import gc
import io
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot import log
from handlers import menu
from storage import people
from storage.models import chats, metadata
from tests.bot.attachments import SECRET, photo
from tests.stories.office import OFFICE, closes, concludes, hands, opens, signs, takes, tells
from tests.town import Person, Town

STORY, WHERE, WHO = "灰色面包车装着红塔", "歪脖子榕树后面", "光头老韦开的车"
CONTACT, MOTIVE, NOTE = "韦小七13987654321", "核对线人身份", "内部怀疑是熟人"
ASKED, ANSWERED, COPY, FOUND = "几点钟卸的货", "凌晨三点二十", "编辑过的转办稿", "查获四十七条"
NAME, FILE, ADDRESS, BROWSER = "覃不存在", "王五家门口.jpg", "203.0.113.77", "Planted/1.0"
LAT, LON = 24.48371, 109.73529


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log at its most talkative."""
    written, hooks = io.StringIO(), (sys.excepthook, threading.excepthook)
    handlers, level = logging.root.handlers[:], logging.root.level
    log.set_up("DEBUG", written)
    yield written
    structlog.reset_defaults()
    sys.excepthook, threading.excepthook = hooks
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def disguises(secret: str) -> set[bytes]:
    """The same words as they may lie somewhere: other encodings, escaped, in base64 at any offset, in hexadecimal."""
    plain = secret.encode()
    forms = {plain, secret.encode("utf-16-le"), secret.encode("gb18030", "replace"), plain.hex().encode()}
    forms |= {json.dumps(secret)[1:-1].encode(), repr(plain)[2:-1].encode()}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        forms.add(coded[4 if offset else 0 : len(coded) // 4 * 4 - 4])
    return {form for form in forms if len(form) >= 8}


def found(secrets: dict[str, str], places: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (what, where)
        for what, secret in secrets.items()
        for where, data in places.items()
        if any(form in data for form in disguises(secret))
    ]


def on_disk(folder: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return files | {"names": "\n".join(files).encode()}


async def everything_written(town: Town, folder: Path, told: str) -> dict[str, bytes]:
    """The log; the metrics; every file under data/, the database's and its WAL's bytes among them; every row of every
    table."""
    metrics = await (await town.http.get("/metrics")).read()
    places = {"log": told.encode(), "metrics": metrics}
    places |= on_disk(folder)
    for name, table in metadata.tables.items():
        rows = await town.app.database.run(lambda tx, table=table: tx.execute(select(table)).all())
        places[f"table {name}"] = b"".join(
            one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row
        )
    return places


async def enters(town: Town, unit: str, seat: str, secrets: dict[str, str]) -> Person:
    now = town.app.timepiece.now()
    code = await town.app.database.run(lambda tx: people.invite(tx, "luzhai", unit, seat, NAME, None, now))
    person = await town.login(code)
    secrets |= {f"login code of {unit}": code, f"token of {unit}": person.token}
    await person.says("登录")
    secrets[f"second login code of {unit}"] = re.findall(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", person.text)[-1]
    return person


async def told_by_a_citizen(town: Town, secrets: dict[str, str]) -> tuple[str, Person]:
    town.http.headers.update({"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER, "Forwarded": f"for={ADDRESS}"})
    citizen = await town.citizen()
    more = {"who": WHO, "files": [(FILE, photo())], "named": "named", "contact": CONTACT, "notify": "yes"}
    number, password = await tells(citizen, STORY, WHERE, **more)
    secrets |= {"token": citizen.token, "password": password, "password as typed": password.replace("-", "").lower()}
    await citizen.says(password[-4:])
    return number, citizen


async def worked_on(town: Town, number: str, citizen: Person, officer: Person, liaison: Person) -> None:
    await takes(officer, number)
    for act, words in (("note", NOTE), ("ask", ASKED)):
        await opens(officer, number)
        await officer.presses(act)
        await officer.says(words)
        if "submit" in officer.ids:
            await officer.presses("submit")
    await opens(officer, number)
    await officer.presses("identity")
    await officer.says(MOTIVE)
    await officer.presses("submit")
    assert CONTACT in officer.text
    await citizen.says("查询")
    assert ASKED in citizen.text
    await citizen.presses("add")
    await citizen.says(ANSWERED)
    await citizen.presses("done")
    await hands(officer, number, "market", copy=COPY)
    await signs(liaison, number)
    await concludes(liaison, number, "confirmed", FOUND)
    await closes(officer, number, "confirmed", FOUND)


async def goes_wrong(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults whose own words quote what somebody said: of a handler, of a route, of a forgotten task."""

    def breaks(*_: Any) -> Any:
        raise ValueError(f"{STORY} {CONTACT}")

    with monkeypatch.context() as patch:
        patch.setitem(menu.ANSWERS, "reward", breaks)
        patch.setattr(town.app.web, "named", breaks)
        citizen = await town.start(language="zh")
        assert citizen[0] == 500
    with monkeypatch.context() as patch:
        patch.setitem(menu.ANSWERS, "reward", breaks)
        await (await town.citizen()).says("有奖吗")

    async def forgotten() -> None:
        raise ValueError(STORY)

    task = asyncio.create_task(forgotten())
    await asyncio.wait([task])
    del task
    gc.collect()
    logging.getLogger("some.library").error("could not send %s to %s", STORY, CONTACT)
    structlog.get_logger().error("message set aside", text=STORY, about={"peer": CONTACT, "who": ValueError(STORY)})
    reader, writer = await asyncio.open_connection("127.0.0.1", town.app.port)
    writer.write(f"GET /{STORY} HTTP/1.1\r\nX-Forwarded-For: {ADDRESS}\r\nContent-Length: x\r\n\r\n".encode())
    await reader.read()
    writer.close()


async def test_nothing_entrusted_is_found(
    town: Town, tmp_path: Path, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tip with a photo and a contact, password, login codes, notes, answers, hand-over, outcome, faults on the way: none of
    it in log, metrics, names or bytes of files, database and WAL, rows; nor anybody's address or browser."""
    secrets = {
        "story": STORY, "place": WHERE, "who": WHO, "contact": CONTACT, "phone": CONTACT[-11:], "motive": MOTIVE,
        "internal note": NOTE, "question": ASKED, "answer": ANSWERED, "unit's copy": COPY, "outcome": FOUND,
        "name of staff": NAME, "name of the file": FILE, "address": ADDRESS, "browser": BROWSER,
        "latitude": str(LAT), "longitude": str(LON), "what the photo's EXIF says": SECRET,
    }  # fmt: skip
    officer, liaison = await enters(town, OFFICE, "intake", secrets), await enters(town, "market", "liaison", secrets)
    number, citizen = await told_by_a_citizen(town, secrets)
    other = await town.citizen()
    await other.says("半截没交的" + STORY)
    await other.presses("no")
    await other.shares(LAT, LON)
    await worked_on(town, number, citizen, officer, liaison)
    await goes_wrong(town, monkeypatch)
    places = await everything_written(town, tmp_path, logged.getvalue())
    assert all(len(secret) >= 4 and disguises(secret) for secret in secrets.values())
    assert ("number", "table tips") in found({"number": number}, places), "what may be there is found by this search"
    assert found(secrets, places) == []
    assert not [where for where, data in places.items() if photo()[200:240] in data or photo()[-60:-20] in data]
    assert any(where.endswith("-wal") for where in places) is town.app.database.embedded
    for line in ("message set aside", "request failed", "Task exception was never retrieved", "could not send"):
        assert line.encode() in places["log"], "the log is there, and says that something happened"


async def test_the_password_is_gone_once_repeated(town: Town) -> None:
    """Until the citizen repeats the last four, the receipt waits sealed in the conversation; afterwards nowhere."""
    citizen = await town.citizen()
    _, password = await tells(citizen)
    citizen.last = 0
    assert password in await citizen.listens()
    await citizen.says(password[-4:])
    citizen.last = 0
    assert password not in await citizen.listens()
    states = await town.app.database.run(lambda tx: list(tx.execute(select(chats.c.sealed_state)).scalars()))
    opened = [town.app.database.keys.open_("transit", one) for one in states if one]
    assert opened and all(password.encode() not in one for one in opened)


async def test_nothing_joins_a_tip_to_a_conversation(town: Town) -> None:
    """No column of any table holds the conversation's id beside the tip's, and the way back is sealed."""
    citizen = await town.citizen()
    number, _ = await tells(citizen)
    chat = (await town.app.web.known(citizen.token)).chat
    for name, table in metadata.tables.items():
        rows = await town.app.database.run(lambda tx, table=table: tx.execute(select(table)).mappings().all())
        for row in rows:
            values = {str(value) for value in row.values() if not isinstance(value, bytes)}
            assert not (str(chat) in values and (number in values or name.startswith("tip"))), name
