"""The one door: whatever comes, one of its answers goes out, and nothing else does."""

import logging
import subprocess
import sys
import typing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clean import Cleaned, Kind, Refused, clean, kind_of
from bot.clean.verdicts import RefusedReason, WithheldReason
from tests.bot import attachments as a

REFUSED, WITHHELD = typing.get_args(RefusedReason), typing.get_args(WithheldReason)
SAMPLES = [
    a.photo("JPEG"), a.photo("PNG"), a.photo("GIF"), a.photo("WEBP"), a.pdf(), a.word(), a.sheet(), a.slides(),
    a.film(), a.mp3(), a.old_office("WordDocument"), "每夜两车".encode(), a.zipped({"a": "b"}),
]  # fmt: skip
KINDS = [kind for kind in map(kind_of, SAMPLES) if isinstance(kind, Kind)]
HARD = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)


def one_of_its_answers(data: bytes, kind: Kind | None = None) -> None:
    found = kind_of(data)
    assert isinstance(found, Kind) or found.reason in REFUSED
    kind = kind or (found if isinstance(found, Kind) else None)
    if kind:
        verdict = clean(kind, data)
        if isinstance(verdict, Cleaned):
            assert verdict.data
            if (
                kind == found and kind.family != "text"
            ):  # a text, once seen plainly, may read like a script's first line
                assert kind_of(verdict.data) == Kind(kind.family, verdict.mime, verdict.extension)
        else:
            assert verdict.reason in (REFUSED if isinstance(verdict, Refused) else WITHHELD)


@HARD
@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_any_bytes(data: bytes, kind: Kind) -> None:
    """Bytes that are nothing, cleaned as if they were something, raise nothing."""
    one_of_its_answers(data, kind)


@HARD
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=4),
    st.floats(0, 1),
)
def test_damaged_samples(sample: bytes, spots: list[tuple[float, bytes]], cut: float) -> None:
    """Real files with bytes overwritten anywhere, and cut anywhere, raise nothing."""
    data = bytearray(sample)
    for place, new in spots:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    one_of_its_answers(bytes(data[: max(1, int(cut * len(data)))] if cut < 0.7 else data))


@HARD
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.floats(0, 1))
def test_two_in_one(first: bytes, second: bytes, place: float) -> None:
    """One file put inside another raises nothing."""
    at = int(place * len(first))
    one_of_its_answers(first[:at] + second + first[at:])


def test_mistaken_kind() -> None:
    """Bytes that are not what the caller says they are never come out as clean."""
    for data in SAMPLES:
        for kind in KINDS:
            found, verdict = kind_of(data), clean(kind, data)
            if isinstance(found, Kind) and found.family != kind.family:
                assert not isinstance(verdict, Cleaned) or kind.family == "text"
    assert clean(KINDS[0], b"") == Refused("empty")
    assert clean(KINDS[0], bytes(30_000_000)) == Refused("too_large")


def test_silence(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the log nor the terminal hears anything, least of all content, whatever the libraries think of it."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [caplog.handler])  # whoever set up a log before, or nobody
    caplog.set_level(logging.DEBUG)
    for data in [
        *SAMPLES,
        a.pdf().replace(b"startxref\n", b"startxref\n9"),
        a.word().replace(b"PK\x01\x02", b"PK\x01\x03"),
    ]:
        for cut in (len(data), len(data) * 2 // 3):
            one_of_its_answers(data[:cut])
    assert a.SECRET not in caplog.text
    assert capfd.readouterr() == ("", "")
    for verdict in (
        clean(kind, data) for kind, data in ((kind_of(data), data) for data in SAMPLES) if isinstance(kind, Kind)
    ):
        assert a.SECRET not in repr(verdict)
        assert len(repr(verdict)) < 200


def test_light_at_start() -> None:
    """The bot starts without the heavy libraries: they come with the first attachment."""
    heavy = "{'PIL', 'pikepdf', 'lxml', 'docx', 'openpyxl', 'pptx'}"
    code = f"import sys, bot.clean, bot.cleaner, storage.files; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_texts(encoding: str) -> None:
    """A text comes out in UTF-8 with line ends of one kind, without directions, invisible marks or controls."""
    data = "每夜两车\r\nevil\u202egpj.exe\u200b\U000e0041\r?".encode(encoding)
    kind = kind_of(data)
    assert isinstance(kind, Kind)
    assert clean(kind, data) == Cleaned("每夜两车\nevilgpj.exe\n?".encode(), "text/plain", "txt")
    unseen = "\u200b\u202e".encode()
    assert clean(Kind("text", "text/plain", "txt"), unseen) == Refused("empty")
