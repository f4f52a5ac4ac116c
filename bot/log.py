"""Logs carry ids and causes, never texts, accounts, addresses, tokens or codes."""

import contextlib
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

# Anything that looks like a receipt's password, a login code, a bearer token, a bot's token, a mobile number or an
# identity card's.
_TELLING = re.compile(
    r"\d{5,}:[A-Za-z0-9_-]{20,}|\b(?:[0-9A-HJKMNP-TV-Z]{4}-){2,3}[0-9A-HJKMNP-TV-Z]{4}\b|[A-Za-z0-9_-]{40,}|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dX](?!\d)",
    re.IGNORECASE,
)
_FIELDS = frozenset({"text", "password", "token", "code", "peer", "name", "payload", "answers"})
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d.*]*[a-zA-Z]")
STRUCK = "[…]"


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last gate: fields that must not be there are emptied, and what looks like a secret is struck out."""
    return {field: STRUCK if field in _FIELDS else _safe(value) for field, value in event.items()}


def _safe(value: Any) -> Any:
    """Numbers and sentences of ours; of anything else its kind, since its words may be somebody's."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _TELLING.sub(STRUCK, value)
    if isinstance(value, Mapping):
        return redact(None, "", dict(value))
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(one) for one in value]
    return type(value).__name__


def cause(fault: BaseException) -> str:
    """The kind of fault and where it happened; never its message, which may hold somebody's words."""
    places = traceback.extract_tb(fault.__traceback__)
    where = f" at {places[-1].filename.rpartition('/')[2]}:{places[-1].lineno}" if places else ""
    return type(fault).__name__ + where


class Tight(logging.Formatter):
    """Lines of libraries: their fixed words and the cause, without arguments, traces, or what comes after the first line.

    asyncio's "Task exception was never retrieved" quotes the exception below it; aiohttp's lines name the peer's address.
    """

    def format(self, record: logging.LogRecord) -> str:
        words = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        line = _TELLING.sub(STRUCK, _PLACEHOLDER.sub("…", words.partition("\n")[0]))
        fault = record.exc_info[1] if record.exc_info else None
        return f"{record.levelname} {record.name} {line}" + (f" ({cause(fault)})" if fault else "")


# At INFO httpx writes down addresses with the bot's token in them; python-telegram-bot and aiogram write what people said.
TALKATIVE = ("httpx", "httpcore", "telegram", "aiogram", "aiohttp")


def hush() -> None:
    """Also for whoever uses a channel without `set_up`."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class Steady:
    """Where lines go: stderr by default, as it is at that moment, since whoever runs us may have put another in its place. One
    that can't be written (a full disk, a closed terminal or pipe) stops nobody's work."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out

    def write(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            (self._out or sys.stderr).write(line)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            (self._out or sys.stderr).flush()


def crashed(kind: type[BaseException], fault: BaseException, at: TracebackType | None) -> None:
    """Where it happened, line by line, and no words."""
    sys.stderr.write("".join(traceback.format_tb(at)) + f"{kind.__name__}\n")


def set_up(level: str = "INFO", out: TextIO | None = None) -> None:
    """Everything that is written goes through a gate: ours by structlog, the libraries' by their root handler.

    `level` is for our own lines. Those of libraries are never more talkative than warnings: at DEBUG, Pillow writes down
    what a photo's EXIF says.
    """
    _gate_of_faults()
    steady = cast(TextIO, Steady(out))
    handler = logging.StreamHandler(steady)
    handler.setFormatter(Tight())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    hush()
    structlog.configure(
        processors=[*_PROCESSORS, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(steady),
    )


def _gate_of_faults() -> None:
    sys.excepthook = crashed
    threading.excepthook = lambda crash: crashed(
        crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback
    )


_PROCESSORS = (structlog.processors.add_log_level, structlog.processors.TimeStamper("iso", utc=True), redact)
