"""Attachments: taken in whole or not at all, shown without what would betray, handed out by links that are no rights."""

import asyncio
import hashlib
import io
import json
import tracemalloc
import uuid
import zlib
from typing import Any

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import func, select

from bot import files as links
from bot.caller import Sorry
from bot.files import Taken, Uploads
from storage import attachments
from storage.database import Unavailable
from storage.files import DiskFull
from storage.models import inbox, tip_files
from tests.bot.attachments import MARK, film, image, mp3, pdf, photo, word, zipped
from tests.machine import pass_time
from tests.stories.office import OFFICE, QUIET, given, hands, kept, opens, signs, takes, tells, tip
from tests.town import Person, Town

MEGABYTE = 1 << 20


async def count(town: Town, table: Any) -> int:
    return int(await kept(town, lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()))


def on_disk(town: Town) -> int:
    """Files, partial ones included."""
    return sum(path.is_file() for path in town.app.store.folder.rglob("*"))


async def uploads(
    person: Person, data: Any, name: str = "a.jpg", ext_id: str | None = None, id_first: bool = True
) -> Any:
    fields = [("id", ext_id or str(uuid.uuid4()), {}), ("file", data, {"filename": name})]
    form = aiohttp.FormData(default_to_multipart=True)
    for field, value, more in fields if id_first else reversed(fields):
        form.add_field(field, value, **more)
    answer = await person.town.http.post("/chat/say", data=form, headers=person.headers)
    return answer.status, await answer.json()


# -- in --------------------------------------------------------------------------------------------------------------------


def png_bomb() -> bytes:
    """40,000 x 40,000 pixels of nothing in a few bytes of PNG."""
    small = bytearray(image("PNG"))
    small[16:24] = (40_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


REFUSED: dict[str, tuple[bytes, set[str]]] = {  # content, always named .jpg -> why
    "a zip bomb": (zipped({"a": b"\0" * (50 * MEGABYTE)}), {"file_archive", "file_bomb"}),
    "a picture bomb": (png_bomb(), {"file_bomb"}),
    "a polyglot": (photo() + zipped({"a.js": "alert(1)"}), {"file_polyglot"}),
    "a page": (b"<html><script>alert(1)</script></html>", {"file_unknown_type"}),
    "a drawing that runs": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", {"file_unknown_type"}),
    "a program": (b"MZ" + b"\0" * 500, {"file_executable"}),
    "half a picture": (photo()[: len(photo()) // 2], {"file_truncated", "file_damaged"}),
    "nothing": (b"", {"file_empty"}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused(sqlite_town: Town, name: str) -> None:
    """The content decides, not the name: a sentence that says what to send instead, and nothing kept."""
    data, why = REFUSED[name]
    citizen = await sqlite_town.citizen(language="en")
    before = await count(sqlite_town, inbox)
    status, said = await uploads(citizen, data)
    if status == 202:  # small on the wire: found out when the copy is made
        await citizen.listens()
        states = await kept(sqlite_town, lambda tx: list(tx.execute(select(tip_files.c.state, tip_files.c.reason))))
        assert [(one.state, f"file_{one.reason}" in why) for one in states] == [("refused", True)]
        return
    assert status == 415 and said["why"] in why and said["error"].isascii()
    assert (await count(sqlite_town, inbox), await count(sqlite_town, tip_files)) == (before, 0)
    assert on_disk(sqlite_town) == 0


async def test_50_megabytes(sqlite_town: Town) -> None:
    """Refused while it arrives; the part that came is gone, and the conversation goes on."""

    async def zeros() -> Any:
        for _ in range(50):
            yield b"\0" * MEGABYTE

    citizen = await sqlite_town.citizen()
    status, said = await uploads(citizen, aiohttp.AsyncIterablePayload(zeros()))
    assert (status, said["why"]) == (413, "file_too_large") and "20" in said["error"]
    assert on_disk(sqlite_town) == await count(sqlite_town, tip_files) == 0
    assert await citizen.says("你好")


async def test_100_megabytes_a_tip(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum counts as well; what went before stays."""
    monkeypatch.setattr(sqlite_town.app.uploads, "max_tip", 2 * len(photo()) + 1)
    citizen = await sqlite_town.citizen()
    answers = [await uploads(citizen, photo()) for _ in range(3)]
    assert [status for status, _ in answers] == [202, 202, 413] and answers[2][1]["why"] == "tip_too_large"
    await citizen.listens()
    assert await count(sqlite_town, tip_files) == 2 and on_disk(sqlite_town) == 4


async def test_too_many_at_once(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """More uploads than a process holds in memory: 503 with a sentence and when to try again; then there is room."""
    monkeypatch.setattr(links, "AT_ONCE", 1)
    inside, ended, take = asyncio.Event(), asyncio.Event(), Uploads._taken

    async def watched(self: Uploads, *about: Any) -> Taken:
        inside.set()
        try:
            return await take(self, *about)
        finally:
            ended.set()

    monkeypatch.setattr(Uploads, "_taken", watched)
    first, second = await sqlite_town.citizen(), await sqlite_town.citizen(language="en")
    _, writer = await asyncio.open_connection("127.0.0.1", sqlite_town.app.port)
    writer.write(begun(first.token))
    await inside.wait()
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("id", str(uuid.uuid4()))
    form.add_field("file", photo(), filename="a.jpg")
    answer = await sqlite_town.http.post("/chat/say", data=form, headers=second.headers)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2") and "again" in (await answer.json())["error"]
    writer.close()
    await ended.wait()
    assert (await uploads(second, photo()))[0] == 202


async def test_an_upload_that_stands_still(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops sending is told so and holds no place; nothing of it is kept."""
    monkeypatch.setattr(links, "STALLED", 0.05)
    citizen = await sqlite_town.citizen()
    reader, writer = await asyncio.open_connection("127.0.0.1", sqlite_town.app.port)
    writer.write(begun(citizen.token))
    answer = await reader.readuntil(b"\r\n")
    writer.close()
    assert b" 408 " in answer and on_disk(sqlite_town) == await count(sqlite_town, tip_files) == 0


def begun(token: str) -> bytes:
    """The first half of an upload."""
    body = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n12345678\r\n'
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + photo() * 200
    head = f"POST /chat/say HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {2 * len(body)}\r\n\r\n"
    return head.encode() + body


async def test_a_connection_cut_in_the_middle(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload whose end never comes leaves no row, no file and no message."""
    ended, take = asyncio.Event(), Uploads.take

    async def watched(self: Uploads, *about: Any) -> Taken:
        try:
            return await take(self, *about)
        finally:
            ended.set()

    monkeypatch.setattr(Uploads, "take", watched)
    citizen = await sqlite_town.citizen()
    before = await count(sqlite_town, inbox)
    _, writer = await asyncio.open_connection("127.0.0.1", sqlite_town.app.port)
    writer.write(begun(citizen.token))
    await writer.drain()
    writer.close()
    await asyncio.wait_for(ended.wait(), 10)
    assert (await count(sqlite_town, inbox), await count(sqlite_town, tip_files)) == (before, 0)
    assert on_disk(sqlite_town) == 0


# multipart bodies that are not what they say -> the whole request gets a sentence
BROKEN: dict[str, bytes] = {
    "no end": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + photo(),
    "no parts": b"hello",
    "an end alone": b"--x--\r\n",
    "no file": b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n12345678\r\n--x--\r\n',
    "no id": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + photo() + b"\r\n--x--\r\n",
    "an odd id": b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n1234\x005678\r\n--x--\r\n',
    "an endless id": b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n' + b"1" * MEGABYTE + b"\r\n--x--\r\n",
    "parts in parts": b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nz\r\n--y--\r\n--x--\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_form(sqlite_town: Town, name: str) -> None:
    """Nothing of it is kept."""
    citizen = await sqlite_town.citizen()
    headers = {**citizen.headers, "Content-Type": "multipart/form-data; boundary=x"}
    answer = await sqlite_town.http.post("/chat/say", data=BROKEN[name], headers=headers)
    assert answer.status == 400 and (await answer.json())["error"]
    assert on_disk(sqlite_town) == await count(sqlite_town, tip_files) == 0


async def test_a_full_disk(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """507 with a sentence, before a byte is kept; text is still taken."""
    monkeypatch.setattr(sqlite_town.app.store, "floor", 1 << 62)
    citizen = await sqlite_town.citizen()
    status, said = await uploads(citizen, photo())
    assert (status, said["why"]) == (507, "disk_full") and said["error"]
    assert on_disk(sqlite_town) == 0 and await citizen.says("你好")


async def test_a_disk_that_fills_while_cleaning(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not at fault: it waits, however long, and is cleaned when there is room again."""
    citizen, keep = await town.citizen(), town.app.store.keep

    def full(*_: Any) -> None:
        raise DiskFull

    town.app.cleaner.once, once = _nothing, town.app.cleaner.once  # type: ignore[method-assign]
    await uploads(citizen, photo())
    monkeypatch.setattr(town.app.store, "keep", full)
    for _ in range(attachments.GIVE_UP + 2):
        with pytest.raises(DiskFull):
            await once()
    monkeypatch.setattr(town.app.store, "keep", keep)
    assert await once()
    assert await kept(town, lambda tx: tx.execute(select(tip_files.c.state)).scalar_one()) == "ready"


async def _nothing() -> bool:
    return False


async def test_a_file_that_kills_its_cleaner(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried three times, it is withheld: intake may open it under the warning, units never see it."""
    citizen, once = await town.citizen(), town.app.cleaner.once
    town.app.cleaner.once = _nothing  # type: ignore[method-assign]
    await uploads(citizen, photo())
    for _ in range(attachments.GIVE_UP):
        assert len(await kept(town, attachments.claim)) == 1
        assert await kept(town, attachments.claim) == [], "under its lease"
        pass_time(monkeypatch, milliseconds=attachments.LEASE_MS + 1000)
    assert not await once()
    assert await kept(town, lambda tx: tx.execute(select(tip_files.c.state)).scalar_one()) == "withheld"


@pytest.mark.parametrize("id_first", [True, False])
async def test_the_same_file_again(town: Town, id_first: bool) -> None:
    """Repeated by an impatient page, one after the other and at once: one file, one message, one copy on the disk."""
    citizen, ext_id = await town.citizen(), str(uuid.uuid4())
    again = [uploads(citizen, photo(), ext_id=ext_id, id_first=id_first) for _ in range(4)]
    statuses = [(await uploads(citizen, photo(), ext_id=ext_id))[0], *(one for one, _ in await asyncio.gather(*again))]
    await citizen.listens()
    assert set(statuses) == {202} and len(citizen.fresh) == 1
    assert await count(town, tip_files) == 1 and on_disk(town) == 2


async def test_a_commit_whose_answer_is_lost(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row may be there: the bytes it names stay, and sent again it is one whole file. Sweeping leaves it alone."""
    citizen, ext_id, together = await town.citizen(), str(uuid.uuid4()), town.app.database.together

    async def lossy(fn: Any) -> Any:
        await together(fn)
        raise Unavailable("down")

    await town.app.web.known(citizen.token)
    monkeypatch.setattr(town.app.database, "together", lossy)
    assert (await uploads(citizen, photo(), ext_id=ext_id))[0] == 503
    monkeypatch.setattr(town.app.database, "together", together)
    assert (await uploads(citizen, photo(), ext_id=ext_id))[0] == 202
    while await kept(town, attachments.any_new):  # the app's own cleaner may have it in hand
        await town.settle()
    row = await kept(town, lambda tx: tx.execute(select(tip_files)).one())
    assert (row.state, on_disk(town)) == ("ready", 2)


async def test_kept_twice_by_a_commit_that_was_tried_again(town: Town) -> None:
    """The same bytes under the same id, once more: the row names them already, and they stay."""
    citizen = await town.citizen()
    caller = await town.app.web.known(citizen.token)
    taken = await town.app.uploads.take(Part(photo()), caller)  # type: ignore[arg-type]
    for _ in range(2):
        await town.app.uploads.keep(taken, caller, "once-and-again")
    assert town.app.store.size(taken.stored.name) == len(photo())


class Part:
    """A file as it comes in pieces; those after the first wait until they may."""

    filename = "a.jpg"

    def __init__(self, data: bytes, may: asyncio.Event | None = None) -> None:
        self.left, self.may, self.begun = data, may, asyncio.Event()

    async def read_chunk(self, size: int) -> bytes:
        if self.begun.is_set() and self.may is not None:
            await self.may.wait()
        self.begun.set()
        chunk, self.left = self.left[:size], self.left[size:]
        return chunk


async def test_nobody_takes_all_places(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one conversation two files come at a time and the others wait unread; whoever comes meanwhile is taken."""
    town, may = sqlite_town, asyncio.Event()
    monkeypatch.setattr(links, "AT_ONCE", 3)
    greedy = await town.app.web.known((await town.citizen()).token)
    coming = [Part(photo(), may) for _ in range(8)]
    tasks = [asyncio.create_task(town.app.uploads.take(one, greedy)) for one in coming]  # type: ignore[arg-type]
    await asyncio.gather(*(one.begun.wait() for one in coming[: links.EACH]))
    assert (await uploads(await town.citizen(), photo()))[0] == 202
    assert [one.begun.is_set() for one in coming] == [True] * links.EACH + [False] * (8 - links.EACH)
    may.set()
    assert len(await asyncio.gather(*tasks)) == 8 and not town.app.uploads._turns


async def test_an_upload_has_to_end(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not hold a place for ever; the place is free again and nothing is kept."""
    monkeypatch.setattr(links, "WHOLE", 0.01)
    caller = await sqlite_town.app.web.known((await sqlite_town.citizen()).token)
    with pytest.raises(Sorry, match="upload_stalled"):
        await sqlite_town.app.uploads.take(Part(photo(), asyncio.Event()), caller)  # type: ignore[arg-type]
    assert sqlite_town.app.uploads._coming == 0 and on_disk(sqlite_town) == 0


async def test_an_upload_is_in_memory_once(sqlite_town: Town) -> None:
    """Not copied to be looked at: 16 at once need 16 times their size."""
    caller = await sqlite_town.app.web.known((await sqlite_town.citizen()).token)
    part = Part(b"ID3" + bytes(16 * MEGABYTE))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await sqlite_town.app.uploads.take(part, caller)  # type: ignore[arg-type]
        grown = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert grown < 1.5 * 16 * MEGABYTE + 16 * MEGABYTE  # `Part` cuts its own bytes anew each time


async def test_leaving_takes_the_files_along(town: Town) -> None:
    """离开并清除 with an unfinished tip: rows and keys go at once, the sealed bytes with the next sweep."""
    citizen = await town.citizen()
    await uploads(citizen, photo())
    await citizen.listens()
    assert (await town.http.post("/chat/leave", headers=citizen.headers)).status == 200
    assert await count(town, tip_files) == 0


async def test_an_idle_draft_goes_with_its_files(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 7 days without a word; files of a tip that was submitted stay."""
    idle, told = await town.citizen(), await town.citizen()
    await uploads(idle, photo())
    await idle.listens()
    await tells(told, files=[("a.jpg", photo())])
    pass_time(monkeypatch, days=7.1)
    await town.app.sweep()
    assert await kept(town, lambda tx: list(tx.execute(select(tip_files.c.tip.is_not(None))).scalars())) == [True]


# -- what officers and units see -------------------------------------------------------------------------------------------


def position(data: bytes) -> dict[int, Any]:
    with Image.open(io.BytesIO(data)) as picture:
        return dict(picture.getexif().get_ifd(0x8825))


async def follow(town: Town, url: str) -> tuple[int, bytes]:
    answer = await town.http.get(url)
    return answer.status, await answer.read()


def shown(person: Person) -> list[str]:
    """Addresses under the newest message that has any."""
    return [one["url"] for one in next((m for m in reversed(person.messages) if m["files"]), {"files": []})["files"]]


async def test_a_copy_without_traces(town: Town) -> None:
    """The officer's copies of photo, document and PDF carry nothing of their maker; the originals' hashes are kept."""
    sent = [("a.jpg", photo()), ("b.docx", word()), ("c.pdf", pdf())]
    officer = await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen(), files=sent)
    await takes(officer, number)
    copies = [await follow(town, url) for url in shown(officer)]
    assert [status for status, _ in copies] == [200] * 3
    assert position(photo()) and not position(copies[0][1])
    assert all(MARK not in data and data != original for (_, data), (_, original) in zip(copies, sent, strict=True))
    row = await tip(town, number)
    digests = await kept(town, lambda tx: [one.digest for one in attachments.of_tip(tx, row.id)])
    assert digests == [hashlib.sha256(data).digest() for _, data in sent]


async def test_withheld(town: Town) -> None:
    """Video and voice are withheld from units until intake has opened them under the warning; a voice never becomes a
    file of theirs."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("market", "liaison")
    number, _ = await tells(await town.citizen(), files=[("a.mp4", film()), ("b.mp3", mp3())])
    row = await tip(town, number)
    video, voice = await kept(town, lambda tx: attachments.of_tip(tx, row.id))
    assert (video.state, voice.state) == ("withheld", "withheld")
    await takes(officer, number)
    assert shown(officer) == []
    await hands(officer, number, "market")
    assert not await may(town, liaison, video.id, "original")
    for file in (video, voice):
        await opens(officer, number)
        await officer.presses("withheld")
        await officer.presses(str(file.id))
        await officer.presses("yes")
        assert await follow(town, shown(officer)[-1]) == (200, film() if file is video else mp3())
    await opens(officer, number)
    await officer.presses("hand")
    assert str(voice.id) not in officer.ids
    await hands(officer, number, "police", files=(str(video.id),))
    police = await town.staff("police", "liaison")
    assert await may(town, police, video.id, "original") and not await may(town, police, voice.id, "original")
    assert not await may(town, liaison, video.id, "original"), "this unit was not given it"


async def may(town: Town, person: Person, number: int, which: str) -> bool:
    """Whether a link to this file, rightly signed, opens in this person's conversation."""
    return (await follow(town, await address(town, person, number, which)))[0] == 200


async def address(town: Town, person: Person, number: int, which: str = "clean") -> str:
    chat = (await town.app.web.known(person.token)).chat
    url: str = town.app.uploads.link({"id": number, "kind": "image", "which": which}, chat, "zh")["url"]
    return url


# -- out -------------------------------------------------------------------------------------------------------------------


async def handed_photo(town: Town) -> tuple[str, Person, Person, str]:
    """(number, officer, liaison, the address the liaison was shown)"""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("market", "liaison")
    number, _ = await tells(await town.citizen(), files=[("../../IMG_王.jpg", photo())])
    await takes(officer, number)
    row = await tip(town, number)
    (file,) = await kept(town, lambda tx: attachments.of_tip(tx, row.id))
    await hands(officer, number, "market", files=(str(file.id),))
    await signs(liaison, number)
    await opens(liaison, number)
    return number, officer, liaison, shown(liaison)[-1]


async def test_a_link(town: Town) -> None:
    """A neutral name, nothing to guess, nothing that runs, nothing kept by the browser; the person's own name for the file
    is in none of it."""
    _, _, _, url = await handed_photo(town)
    answer = await town.http.get(url)
    assert answer.headers["Content-Disposition"] == 'inline; filename="attachment.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content_type == "image/jpeg" and "王" not in str(answer.headers) + url


async def test_a_document_is_downloaded(town: Town) -> None:
    """Only what a browser shows without running anything is shown in it."""
    officer = await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen(), files=[("a.pdf", pdf())])
    await takes(officer, number)
    answer = await town.http.get(shown(officer)[-1])
    assert answer.headers["Content-Disposition"].startswith("attachment;")


async def test_a_link_is_no_right(town: Town) -> None:
    """Recalled, the unit can no longer open what it was shown; nor when its session has ended."""
    number, officer, liaison, url = await handed_photo(town)
    assert (await follow(town, url))[0] == 200
    handover = (await given(town, number))["market"]
    await opens(officer, number)
    await officer.presses("recall")
    await officer.presses(f"{handover.id}.market")
    await officer.says("发错了单位")
    await officer.presses("submit")
    assert (await follow(town, url))[0] == 404
    seen = next(url for message in reversed(officer.messages) for url in [f["url"] for f in message["files"]])
    assert (await follow(town, seen))[0] == 200
    await officer.says("退出")
    assert (await follow(town, seen))[0] == 404
    assert (await liaison.post({"text": "待办"}))[0] == 202


async def test_a_link_belongs_to_one_conversation(town: Town) -> None:
    """Signed for a citizen's conversation, or for another unit's, the same file does not open."""
    number, _, _, _ = await handed_photo(town)
    row = await tip(town, number)
    (file,) = await kept(town, lambda tx: attachments.of_tip(tx, row.id))
    for stranger in (
        await town.citizen(),
        await town.staff("tobacco", "liaison"),
        await town.staff("police", "liaison"),
    ):
        assert not await may(town, stranger, file.id, "clean")
        assert not await may(town, stranger, file.id, "original")


async def test_a_link_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes after it was shown; shown again, it is a new one."""
    _, _, _, url = await handed_photo(town)
    later = links.time.time() + links.LINK_SECONDS + 1
    monkeypatch.setattr(links.time, "time", lambda: later)
    assert (await follow(town, url))[0] == 404


async def test_forged_links(town: Town) -> None:
    """Not one changed letter is accepted, and nothing that is no link makes a fault."""
    _, _, _, url = await handed_photo(town)
    base, _, token = url.rpartition("/")
    claim, _, mac = token.partition(".")
    forged = links._b64(json.dumps([1, 1, "original", 1 << 40]).encode())
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(0, len(token) - 1, 7)]
    for wrong in (*changed, claim, f"{claim}.", f".{mac}", f"{forged}.{mac}", "x", "é.ü", "%00.%00", "a.b.c", "=.="):
        assert (await follow(town, f"{base}/{wrong}"))[0] == 404, wrong


def noise() -> bytes:
    """A picture that fills several chunks."""
    out = io.BytesIO()
    Image.effect_noise((600, 600), 100).save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.mark.parametrize("at", [10, -1])
async def test_a_spoiled_file(town: Town, at: int) -> None:
    """Bytes that were changed on the disk are never shown as if they were whole: refused, or cut off in the middle."""
    officer = await town.staff(OFFICE, "intake")
    number, _ = await tells(await town.citizen(), files=[("a.jpg", noise())])
    await takes(officer, number)
    for path in town.app.store.folder.rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[at] ^= 1
            path.write_bytes(data)
    if at == -1:
        with pytest.raises(aiohttp.ClientError):
            await follow(town, shown(officer)[-1])
    else:
        assert (await follow(town, shown(officer)[-1]))[0] == 500


async def test_what_is_on_the_disk(town: Town) -> None:
    """No name, no type, no readable byte of what people sent."""
    await handed_photo(town)
    await tells(await town.citizen(), QUIET, files=[("b.docx", word())])
    for path in town.app.store.folder.rglob("*"):
        assert not path.suffix and "IMG" not in path.name
        assert not path.is_file() or (MARK not in path.read_bytes() and b"\xff\xd8\xff" not in path.read_bytes()[:3])
