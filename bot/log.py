"""Logs carry ids and causes, never texts, accounts, tokens or codes."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Anything that looks like a receipt's password, a login code, a bearer token or a mobile number.
_TELLING = re.compile(
    r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){2,3}[0-9A-HJKMNP-TV-Z]{4}\b|[A-Za-z0-9_-]{40,}|\b1[3-9]\d{9}\b|\b\d{17}[\dXx]\b"
)
_FIELDS = frozenset({"text", "password", "token", "code", "peer", "name", "payload", "answers"})


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last gate: fields that must not be there are emptied, and what looks like a secret is struck out."""
    for field, value in event.items():
        if field in _FIELDS:
            event[field] = "[…]"
        elif isinstance(value, str):
            event[field] = _TELLING.sub("[…]", value)
    return event


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TELLING.sub("[…]", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


def set_up(level: str = "INFO") -> None:
    """Libraries write their own lines through the same gate, without tracebacks: these quote data."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Redacting())
    logging.basicConfig(level=level, handlers=[handler], format="%(levelname)s %(name)s %(message)s", force=True)
    for noisy in ("aiohttp.access", "httpx", "httpcore", "apscheduler", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
