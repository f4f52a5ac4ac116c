"""Answers to those who wait together."""

import asyncio

import pytest

from storage.awaited import answer


@pytest.mark.parametrize("result", [7, None, ValueError("x"), asyncio.CancelledError()], ids=repr)
async def test_answered(result: object) -> None:
    """Each is told once: what was found, or what went wrong; whoever gave up meanwhile troubles nobody."""
    waits, gone, told = (asyncio.get_running_loop().create_future() for _ in range(3))
    gone.cancel()
    told.set_result("before")
    answer([waits, gone, told], result)
    answer([waits], "too late")
    (heard,) = await asyncio.gather(waits, return_exceptions=True)
    assert heard is result and told.result() == "before"
