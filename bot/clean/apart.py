"""Cleaning in a process of its own: what a hostile file can exhaust or crash is that process, never the bot.

The libraries that read pictures and PDFs are written in C and hold the interpreter or hundreds of MB while they work.
The child gets the bytes through a pipe, none of the bot's environment (tokens may lie there), limited memory and CPU
time, and no core file. It lives for one file: nothing of one is left when the next is read.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from bot.clean import Cleaned, Kind, Refused, Withheld

MEMORY = 1536 * 1024 * 1024
SECONDS = 60


class Unstartable(Exception):
    """The machine can't start a process: that is not the file's fault."""


_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "bot.clean")
_OUT_OF_TIME = 24  # SIGXCPU

Verdict = Cleaned | Withheld | Refused


async def clean_apart(kind: Kind, data: bytes, *, seconds: int = SECONDS, memory: int = MEMORY) -> Verdict:
    """What `clean` says, or Refused("bomb") when it takes too long or too much, and "damaged" when a library crashes.
    Raises `Unstartable`."""
    asked = json.dumps([kind.family, kind.mime, kind.extension, seconds, memory]).encode()
    child = await _started()
    try:
        async with asyncio.timeout(seconds):
            told, _ = await child.communicate(asked + b"\n" + data)
    except TimeoutError:
        return Refused("bomb")
    finally:
        await _ended(child)
    return _understood(child.returncode, told)


async def _started() -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, env={}
        )
    except OSError as fault:
        raise Unstartable(type(fault).__name__) from None


async def _ended(child: Process) -> None:
    """Whatever happens here, it does not outlive us."""
    if child.returncode is None:
        child.kill()
        await child.wait()


def _understood(code: int | None, told: bytes) -> Verdict:
    answer, _, copy = told.partition(b"\n")
    if code or not answer:
        return Refused("bomb" if code == -_OUT_OF_TIME else "damaged")
    name, *words = json.loads(answer)
    if name == "Cleaned":
        return Cleaned(copy, *words)
    return Withheld(*words) if name == "Withheld" else Refused(*words)
