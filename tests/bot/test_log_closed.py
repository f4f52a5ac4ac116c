"""The log may lose its place to write; nobody who had something to say may be lost with it."""

import io
import sys

import pytest
import structlog

from bot.log import set_up


def test_a_closed_terminal_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that cannot be written is dropped, and the loop that wrote it goes on."""
    set_up()
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone)
    structlog.get_logger().error("message refused", cause="test")
    found = io.StringIO()
    monkeypatch.setattr(sys, "stderr", found)
    structlog.get_logger().error("message refused", cause="test")
    assert "message refused" in found.getvalue()
