"""What a rehearsed county's processes tell each other, over pipes of their own: pickled, each with its length in front."""

import asyncio
import contextlib
import pickle
import sys
from dataclasses import dataclass
from typing import Any

LENGTH = 4


@dataclass(frozen=True)
class Wire:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def of_this_process(cls) -> "Wire":
        """Over its standard input and output."""
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        pipe, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
        return cls(reader, asyncio.StreamWriter(pipe, protocol, None, loop))

    async def put(self, told: Any) -> None:
        """To somebody who is gone, it is told in vain."""
        written = pickle.dumps(told)
        with contextlib.suppress(ConnectionError):
            self.writer.write(len(written).to_bytes(LENGTH, "big") + written)
            await self.writer.drain()

    async def take(self) -> Any:
        """None: the other end is gone; what it had not told to the end is nothing."""
        try:
            length = int.from_bytes(await self.reader.readexactly(LENGTH), "big")
            return pickle.loads(await self.reader.readexactly(length))  # noqa: S301  # our own process
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
