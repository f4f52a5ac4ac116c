"""The terminal's end of a conversation."""

import io
from typing import Any

import pytest

from bot.app import App
from bot.caller import Caller
from bot.channels.console import ENDS, Console
from storage import queue
from tests.town import Town


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


async def test_a_guest_beside_a_running_server(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server has in hand stays in its hands, on the embedded database too."""
    app, lane = sqlite_town.app, (await sqlite_town.app.web.open("luzhai", "zh", None))[1].chat
    row = queue.arrival(app.database.keys, "web", "1", lane, {"kind": "said", "text": "你好"})
    (held,) = await app.database.run(lambda tx: [queue.accept(tx, [row]), queue.claim_inbox(tx)][1] or [])
    monkeypatch.setattr("sys.stdin", io.StringIO("exit\n"))
    await Console(App(app.config, app.plans, app.database.keys), "luzhai", None).run()
    assert await app.database.run(lambda tx: queue.held(tx, [held])) == [held]
