"""To wait for a bell, but not for ever."""

import asyncio


async def rings(bell: asyncio.Event, seconds: float) -> bool:
    """Whether it rang within so many seconds."""
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return False
    return True
