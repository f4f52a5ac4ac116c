"""The event loop every measured process runs on: uvloop where it is installed."""

import asyncio
import contextlib


def fastest() -> None:
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
