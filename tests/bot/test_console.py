"""The terminal's end of a conversation."""

import io
from typing import Any

import pytest

from bot.caller import Caller
from bot.channels.console import ENDS, Console


@pytest.mark.parametrize("word", [*ENDS, " EXIT "])
async def test_a_word_ends_the_console(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never said in the conversation; nor is what comes after it."""
    heard: list[str] = []

    class Silent(Console):
        def __init__(self) -> None:
            self.app: Any = self
            self.web: Any = self

        async def hear(self, caller: Caller, number: str, said: dict[str, Any]) -> None:
            heard.append(said["text"])

        async def _print(self, caller: Caller) -> None:
            pass

    monkeypatch.setattr("sys.stdin", io.StringIO(f"你好\n{word}\n还有\n"))
    await Silent()._talk(Caller(1, "zh", "luzhai"))
    assert heard == ["你好"]
