"""One commit for all who come while somebody else comes, and nothing of what they typed is left in the process."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.inbox import Incoming
from handlers import menu
from handlers.words import folded
from storage import queue
from storage.database import Tx
from storage.queue import Arrival
from tests.town import Town

WORDS = "灰色面包车夜里在东门卸货，车牌看不清"


async def test_who_comes_meanwhile_shares_the_commit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as a look at the network brings one more, the commit waits for them; nobody is waited for who has not come."""
    lane, groups = (await town.app.web.known((await town.citizen()).token)).chat, list[int]()
    accept: Callable[[Tx, Sequence[Arrival]], None] = queue.accept

    def counted(tx: Tx, arrived: Sequence[Arrival]) -> None:
        groups.append(len(arrived))
        accept(tx, arrived)

    async def after_so_many_looks(looks: int) -> None:
        for _ in range(looks):
            await asyncio.sleep(0)
        await town.app.inbox.receive(Incoming("web", f"look-{looks}", lane, {"kind": "said", "text": "好"}))

    await town.app.inbox.idle.wait()
    monkeypatch.setattr(queue, "accept", counted)
    await asyncio.gather(*map(after_so_many_looks, range(6)))
    assert [size for size in groups if size] == [6]


@pytest.mark.parametrize("breaks", [False, True])
async def test_words_are_forgotten_with_the_answer(town: Town, monkeypatch: pytest.MonkeyPatch, breaks: bool) -> None:
    """What a message's words are is remembered while it is answered and no longer, also where the answer is a fault."""

    def fault(*_: Any) -> Any:
        raise ValueError

    person = await town.citizen()
    if breaks:
        monkeypatch.setattr(menu, "word", fault)
    await person.says(WORDS)
    assert not folded.cache_info().currsize  # type: ignore[attr-defined]
