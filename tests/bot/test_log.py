"""The log's gates: whatever is handed to it, what comes out are ids, places and fixed words."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from bot import log


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    out, hooks, handlers = io.StringIO(), (sys.excepthook, threading.excepthook), logging.root.handlers[:]
    level = logging.root.level
    log.set_up("DEBUG", out)
    yield out
    structlog.reset_defaults()
    sys.excepthook, threading.excepthook = hooks
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


STRUCK = [  # what looks like a secret, wherever it stands
    "7KQD-M2XA-9RTF-HC5W",  # a receipt's password
    "7kqd-m2xa-9rtf-hc5w",
    "7KQD-M2XA-9RTF",  # a login code
    "3xN0w8zJm0h4c2v9Qk7yT1rB5uE6sD8fG0aL2pO4iU8",  # a bearer token
    "13987654321",  # a mobile number
    "电话13987654321。",
    "45022319900101123X",  # an identity card
]
KEPT = ["LZ-40718265", "2026-11-23", "luzhai", "7530455636744418270", "ValueError at tip.py:12", "/chat/file/{link}"]


@pytest.mark.parametrize("secret", STRUCK)
def test_struck_out(secret: str, written: io.StringIO) -> None:
    """In a line of ours, in a field of it, in a list or a mapping within."""
    structlog.get_logger().warning(f"refused {secret}", where=secret, more={"deep": [secret]})
    bare = secret.strip("电话。")
    assert bare not in written.getvalue() and written.getvalue().count(log.STRUCK) == 3


@pytest.mark.parametrize("word", KEPT)
def test_kept(word: str, written: io.StringIO) -> None:
    """What an operator needs stays: numbers of tips, ids, places in the code."""
    structlog.get_logger().warning("refused", subject=word, number=7530455636744418270)
    line = json.loads(written.getvalue())
    assert (line["subject"], line["number"], line["level"]) == (word, 7530455636744418270, "warning")


@pytest.mark.parametrize("field", ["text", "password", "token", "code", "peer", "name", "payload", "answers"])
def test_fields_that_must_not_be_there(field: str, written: io.StringIO) -> None:
    """Emptied, whatever they hold."""
    structlog.get_logger().error("x", **{field: "words"}, about={field: ["words"]})
    assert "words" not in written.getvalue()


def test_objects_are_not_quoted(written: io.StringIO) -> None:
    """Of a thing that is neither number nor text, its kind: an exception's words may be somebody's."""
    structlog.get_logger().error("x", fault=ValueError("words"), raw=b"words")
    line = json.loads(written.getvalue())
    assert (line["fault"], line["raw"]) == ("ValueError", "bytes")


def test_lines_of_libraries(written: io.StringIO) -> None:
    """Their fixed words, the kind of fault and its place: no argument, no trace, nothing behind the first line."""
    try:
        raise ValueError("words of somebody")
    except ValueError:
        logging.getLogger("library").exception("sent %s to %(x)s\nwords below")
    assert written.getvalue().startswith("ERROR library sent … to … (ValueError at test_log.py:")
    assert "words" not in written.getvalue() and written.getvalue().count("\n") == 1


def test_libraries_are_never_talkative(written: io.StringIO) -> None:
    """At DEBUG our own lines are more; a library's would say what a photo's EXIF holds."""
    logging.getLogger("PIL.TiffImagePlugin").debug("tag: Artist - value: somebody")
    logging.getLogger("library").info("words")
    structlog.get_logger().debug("ours")
    assert json.loads(written.getvalue())["event"] == "ours"


def test_a_crash(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even what nobody caught is written without its words: where it happened, and its kind."""
    monkeypatch.setattr(sys, "stderr", written)
    try:
        raise ValueError("words of somebody")
    except ValueError as fault:
        sys.excepthook(ValueError, fault, fault.__traceback__)
    lines = written.getvalue().splitlines()
    assert lines[-1] == "ValueError" and "test_log.py" in lines[0]


class Full(io.StringIO):
    def write(self, line: str) -> int:
        raise OSError(28, "no space left")


@pytest.mark.parametrize("out", [Full(), io.StringIO()])
def test_a_log_that_cannot_be_written(written: io.StringIO, out: io.StringIO) -> None:
    """A full disk or a closed pipe under the log stops no work."""
    log.set_up("INFO", out)
    if not isinstance(out, Full):
        out.close()
    structlog.get_logger().error("x")
    logging.getLogger("library").error("x")
