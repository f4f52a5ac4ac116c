"""What lives until it is told to end: `run`, `demo`, and a conversation in the terminal."""

import argparse
import asyncio
import gc
import json
import signal
from collections.abc import Callable

from bot.verbs import ROOT, Refusal, built, configured


def run(arguments: argparse.Namespace) -> None:
    gc.set_threshold(50_000, 20, 20)  # a start, like a batch of messages, makes many objects and few cycles
    app = built(arguments, arguments.role)

    async def life() -> None:
        try:
            await app.start()
        except OSError as fault:
            raise _on_port(fault, app.config.server.port) from None
        gc.freeze()  # what the start made stays
        if arguments.role != "worker":
            print(f"http://{app.config.server.host}:{app.port}/", flush=True)
        await _until_signal(asyncio.Event())
        await app.stop()

    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(life())


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (the extra `fast`), else the standard one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def demo(arguments: argparse.Namespace) -> None:
    from bot.demo import Demo, told

    house = Demo(configured(arguments), ROOT, arguments.county, arguments.port)

    async def life() -> None:
        try:
            ready = await house.start()
        except OSError as fault:
            raise _on_port(fault, arguments.port) from None
        print(json.dumps(ready, ensure_ascii=False) if arguments.json else told(ready, house.plan), flush=True)
        await _until_signal(asyncio.Event())
        await house.stop()

    asyncio.run(life())


async def _until_signal(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    await stopping.wait()


def _on_port(fault: OSError, port: int) -> Refusal:
    return Refusal(f"server.port {port}: {fault.strerror or fault}; choose another with XIEZHI_SERVER__PORT=…")


def console(arguments: argparse.Namespace) -> None:
    from bot.channels.console import Console

    asyncio.run(Console(built(arguments), arguments.county, arguments.login).run())
