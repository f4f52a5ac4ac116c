"""Files to and from WeCom: within its limits, under their own names; what is gone is said to be gone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.caller import Sorry
from bot.channels.base import Attachment
from bot.channels.wecom import media
from bot.channels.wecom.api import Api, Refused, Unreachable
from bot.channels.wecom.media import Downloads, filename, kind_of, upload
from bot.fetching import NotNow
from storage.files import MAX_FILE
from tests.channels.plain_wecom import Answer, House, PlainWecom, breaks_off, hangs_up, raw, says

JPEG, PNG = b"\xff\xd8\xff\xe0" + b"x" * 9, b"\x89PNG\r\n\x1a\n" + b"x" * 9
AMR, MP4, MOV = b"#!AMR\n" + b"x" * 9, b"\0\0\0\x18ftypisom" + b"x" * 9, b"\0\0\0\x18ftypqt  " + b"x" * 9
MEGA = 1 << 20


@pytest.fixture
async def wecom() -> AsyncIterator[PlainWecom]:
    async with PlainWecom.open() as opened:
        yield opened


@pytest.fixture
async def api(wecom: PlainWecom, tmp_path: Path) -> AsyncIterator[Api]:
    async with House(f"sqlite:///{tmp_path / 'xiezhi.db'}", tmp_path, wecom).api() as opened:
        yield opened


def file(data: bytes, name: str = "图片.jpg") -> Attachment:
    return Attachment(name, "image", data)


# content, padded to so many bytes -> as what it is sent (path/90253)
KINDS = [
    (JPEG, 0, "image"),
    (PNG, 10 * MEGA, "image"),
    (PNG, 10 * MEGA + 1, "file"),  # too large for a picture
    (AMR, 2 * MEGA, "voice"),
    (AMR, 2 * MEGA + 1, "file"),
    (MP4, 10 * MEGA, "video"),
    (MP4, 10 * MEGA + 1, "file"),
    (MOV, 0, "file"),
    (b"GIF89a", 0, "file"),
    (b"%PDF-1.7", 20 * MEGA, "file"),
    (b"%PDF-1.7", 20 * MEGA + 1, None),
    (b"12345", 0, None),  # more than five bytes
    (b"", 0, None),
]


@pytest.mark.parametrize(("begins", "size", "wanted"), KINDS)
def test_kinds(begins: bytes, size: int, wanted: str | None) -> None:
    """By content and size, whatever it is called; None where WeCom would refuse it."""
    assert kind_of(file(begins.ljust(size, b"x"))) == wanted


# name -> as it is sent
NAMES = [
    ("月报.pdf", "月报.pdf"),
    ('a"b\r\nX: y\\c/d.txt', "a_b__X_ y_c_d.txt"),
    ("", "file"),
    ("没有后缀", "没有后缀"),
    ("长" * 99 + ".docx", "长" * 33 + "….docx"),
    (".pdf", "file.pdf"),
    ("半\ud800.pdf", "半?.pdf"),
]


@pytest.mark.parametrize(("name", "wanted"), NAMES)
def test_names(name: str, wanted: str) -> None:
    """Nothing ends the header or names a folder, and the ending stays."""
    assert filename(name) == wanted


async def test_upload(wecom: PlainWecom, api: Api) -> None:
    """One field called `media`, with the name as it is, in UTF-8 and without percent signs."""
    wecom.answers += [says(type="image", media_id="M1", created_at="1380000000")]
    assert await upload(api, file(JPEG, "卡口 照片.jpg")) == ("image", "M1")
    [request], [body] = wecom.seen, wecom.bodies
    assert request.query["type"] == "image" and request.content_type == "multipart/form-data"
    assert 'name="media"; filename="卡口 照片.jpg"'.encode() in body
    assert b"Content-Type: image/jpeg" in body and JPEG in body and body.count(b"Content-Disposition") == 1


async def test_uploaded_again(wecom: PlainWecom, api: Api) -> None:
    """With a token that was withdrawn, or a connection that broke, all of it goes again."""
    await api.call("agent/get")
    wecom.good.clear()
    wecom.answers += [hangs_up, says(media_id="M1")]
    assert await upload(api, file(PNG)) == ("image", "M1")
    assert PNG in wecom.bodies[1] and PNG in wecom.bodies[-1]


async def test_uploads_that_fail(wecom: PlainWecom, api: Api) -> None:
    """What can't be sent isn't tried; success without an id is none."""
    with pytest.raises(Refused, match="45001"):
        await upload(api, file(b""))
    assert not wecom.seen
    wecom.answers += [says()] * 2
    with pytest.raises(Unreachable, match="no media_id"):
        await upload(api, file(JPEG))


# -- down ------------------------------------------------------------------------------------------------------------------


def remote(size: int = 0, name: str = "") -> dict[str, Any]:
    return {"id": "MID", "size": size, "name": name, "mime": "", "album": None}


async def fetched(api: Api, which: dict[str, Any] | None = None) -> tuple[str, bytes]:
    async with Downloads(api).fetch(which or remote()) as part:
        found = b""
        while chunk := await part.read_chunk(4):
            found += chunk
        return part.filename, found


def disposed(name: str) -> dict[str, str]:
    return {"Content_Disposition": f'attachment; filename="{name}"'}


# what comes with it -> what the file is called
CALLED = [
    ({"Content_Type": "image/jpeg", **disposed("MID.jpg")}, ""),
    ({"Content_Type": "application/octet-stream", **disposed("report.pdf")}, "report.pdf"),
    ({"Content_Type": "application/json", **disposed("data.json")}, "data.json"),  # a file, for all that
    ({"Content_Type": "text/plain", **disposed("MID.txt")}, ""),
    ({"Content_Type": "application/octet-stream"}, ""),
]


@pytest.mark.parametrize(("headers", "name"), CALLED)
async def test_download(wecom: PlainWecom, api: Api, headers: dict[str, str], name: str) -> None:
    """All its bytes, and its name where it has one of its own."""
    wecom.answers += [raw(b"0123456789", **headers)]
    assert await fetched(api) == (name, b"0123456789")
    assert wecom.seen[0].query["media_id"] == "MID"


async def test_a_name_that_is_known(wecom: PlainWecom, api: Api) -> None:
    """What the message called it goes before what the server does."""
    wecom.answers += [raw(b"123456", Content_Type="image/jpeg", **disposed("other.jpg"))]
    assert (await fetched(api, remote(name="照片.jpg")))[0] == "照片.jpg"


async def test_a_token_withdrawn_before_a_file(wecom: PlainWecom, api: Api) -> None:
    """The error comes as JSON with status 200; it is recognised, and the file fetched with a new token."""
    await api.call("agent/get")
    wecom.good.clear()
    wecom.answers += [raw(b"123456", Content_Type="image/jpeg")]
    assert (await fetched(api))[1] == b"123456" and wecom.granted == 2


async def test_a_range(wecom: PlainWecom, api: Api) -> None:
    """Where WeCom wants to be asked for less at a time, it is: no more than the store takes."""
    headers = {"Content_Type": "video/mp4", "Content_Range": "bytes 0-5/6"}
    wecom.answers += [says(errcode=830002), raw(b"123456", 206, **headers)]
    assert (await fetched(api))[1] == b"123456"
    assert wecom.seen[1].headers["Range"] == f"bytes=0-{MAX_FILE - 1}" and MAX_FILE % 16 == 0


TOO_LARGE = f"bytes 0-{MAX_FILE - 1}/{MAX_FILE + 1}"
# what comes -> why there is no file
GONE: list[tuple[list[Answer], str]] = [
    ([says(errcode=40007)], "file_gone"),
    ([raw(b'{"errcode":40007,"errmsg":"invalid media_id"}', Content_Type="text/plain")], "file_gone"),
    ([says(errcode=830002), says(errcode=830002)], "file_too_large"),
    ([says(errcode=830002), raw(b"1", 206, Content_Type="video/mp4", Content_Range=TOO_LARGE)], "file_too_large"),
]


@pytest.mark.parametrize(("answers", "why"), GONE)
async def test_files_that_will_never_come(wecom: PlainWecom, api: Api, answers: list[Answer], why: str) -> None:
    """The person is told why."""
    wecom.answers += answers
    with pytest.raises(Sorry) as sorry:
        await fetched(api)
    assert sorry.value.why == why


async def test_too_large_as_told(wecom: PlainWecom, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not fetched, whether the message says so or the server."""
    with pytest.raises(Sorry, match="file_too_large"):
        await fetched(api, remote(size=MAX_FILE + 1))
    assert not wecom.seen
    monkeypatch.setattr(media, "MAX_FILE", 5)
    wecom.answers += [raw(b"123456", Content_Type="image/jpeg")]
    with pytest.raises(Sorry, match="file_too_large"):
        await fetched(api)


# what comes -> after how many milliseconds it is tried again
LATER: list[tuple[Answer, int]] = [
    (raw(status=502), 0),
    (hangs_up, 0),
    (says(errcode=-1), 0),
    (says(errcode=45033), 0),
    (says(errcode=123456), 0),
    (says(), 0),  # neither a file nor an error
    (says(errcode=45009), 60_000),
    (says(errcode=60020), 60_000),
    (breaks_off, 0),
]


@pytest.mark.parametrize(("answer", "after_ms"), LATER)
async def test_files_that_may_come_later(wecom: PlainWecom, api: Api, answer: Answer, after_ms: int) -> None:
    """The row waits."""
    wecom.answers += [answer]
    with pytest.raises(NotNow) as fault:
        await fetched(api)
    assert fault.value.after_ms == after_ms


async def test_no_token_no_file(wecom: PlainWecom, api: Api) -> None:
    """A refused secret is the office's to mend; the file waits meanwhile."""
    wecom.granting += [says(errcode=40001)]
    with pytest.raises(NotNow) as fault:
        await fetched(api)
    assert fault.value.after_ms == 60_000
