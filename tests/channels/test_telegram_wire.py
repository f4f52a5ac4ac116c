"""How requests travel to Telegram: by the proxy the environment names, and without a word of theirs in an error."""

import logging

import pytest
from telegram.error import NetworkError, TelegramError

from bot.channels import outward
from bot.channels.telegram.wire import Wire

URL = "https://api.telegram.org/bot1:secret/sendMessage"


def test_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxy is used, except for what it is not to be used for."""
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert outward.proxy(URL) == "http://proxy.example:3128"
    monkeypatch.setenv("no_proxy", "api.telegram.org")
    assert outward.proxy(URL) is None


async def test_errors_hold_no_address() -> None:
    """Nobody listens there: the error says so, not where; the token is in the address."""
    wire = Wire("http://127.0.0.1:1")
    try:
        with pytest.raises(NetworkError) as fault:
            await wire.do_request("http://127.0.0.1:1/bot1:secret/getMe", "POST")
    finally:
        await wire.shutdown()
    assert "secret" not in str(fault.value) and fault.value.__cause__ is None


@pytest.mark.parametrize("answer", [b"<html>secret</html>", b"[1]", b"\xff"])
def test_an_answer_that_cannot_be_read(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error, and nothing of it is written down."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TelegramError):
        Wire.parse_json_payload(answer)
    assert caplog.text == ""
