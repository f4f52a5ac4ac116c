"""The load client, a process of its own: prebuilt requests over keep-alive connections, nothing parsed that is not needed.

    python -m bench.load < job.json > result.json

A connection takes a conversation, sends its messages one after the other (each after the 202 of the one before), then, if
asked, fetches until the receipt is there, and takes the next conversation.
"""

import asyncio
import gc
import json
import re
import subprocess
import sys
import time
from collections import deque
from typing import Any

from bench.loops import fastest
from bench.process import ROOT

TIMEOUT = 120
_RECEIPT = re.compile(rb"[A-Z]{2}-\d{8}")
_LAST = re.compile(rb'"n": ?(\d+)')


def post(path: str, token: str, body: dict[str, Any], header: str = "Authorization: Bearer") -> bytes:
    """One request as it goes over the wire; the token comes after `header`."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    known = f"{header} {token}\r\n" if token else ""
    return f"{head}{known}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


def get(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


class Connection(asyncio.Protocol):
    """One request in flight at a time; answers come back through a future only where their body matters."""

    def __init__(self, work: "Work") -> None:
        self.work = work
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.work.open += 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self.work.left(self)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self.buffer.index(b"Content-Length: ") + 16
        whole = head + 4 + int(self.buffer[at : self.buffer.index(b"\r", at)])
        if len(self.buffer) >= whole:
            answer, self.buffer = self.buffer[:whole], self.buffer[whole:]
            self._answered(answer[9:12], answer[head + 4 :])

    def _next(self) -> None:
        if not self.work.waiting:
            self.transport.close()
            return
        self.token, requests = self.work.waiting.popleft()
        self.requests = deque(requests)
        self.fetching, self.seen = False, 0
        self._send()

    def _send(self) -> None:
        self.at = time.perf_counter()
        if self.requests:
            self.transport.write(self.requests.popleft())
        else:
            self.fetching = True
            self.transport.write(get(f"/chat/events?after={self.seen}&wait=30", self.token))

    def _answered(self, status: bytes, body: bytes) -> None:
        work = self.work
        if self.fetching:
            work.fetches += 1
            if status != b"200":
                work.faults[status] = work.faults.get(status, 0) + 1
                return self._next()
            if found := _RECEIPT.search(body):
                work.receipts.append(found[0].decode())
                return self._next()
            self.seen = max((int(one) for one in _LAST.findall(body)), default=self.seen)
            return self._send()
        work.times.append(time.perf_counter() - self.at)
        if status != work.expected:
            work.faults[status] = work.faults.get(status, 0) + 1
        elif work.keep:
            work.bodies.append(body.decode())
        if self.requests or work.fetch:
            return self._send()
        return self._next()


class Work:
    """What is to be sent, and what came of it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.fetch, self.keep, self.expected = job["fetch"], job["keep"], str(job["expected"]).encode()
        self.waiting = deque(
            (token, [post(path, token, body, job["header"]) for path, body in messages])
            for token, messages in job["conversations"]
        )
        self.times: list[float] = []
        self.receipts: list[str] = []
        self.bodies: list[str] = []
        self.faults: dict[bytes, int] = {}
        self.fetches = self.open = 0
        self.done = asyncio.Event()

    def left(self, connection: Connection) -> None:
        self.open -= 1
        if self.open == 0 and not self.waiting:
            self.done.set()

    def result(self, since: float) -> dict[str, Any]:
        return {
            "since": since,  # of a clock that all processes of the machine share
            "seconds": time.monotonic() - since,
            "cpu": time.process_time(),
            "times": self.times,
            "receipts": self.receipts,
            "bodies": self.bodies,
            "fetches": self.fetches,
            "faults": {status.decode(): count for status, count in self.faults.items()},
        }


async def _go(job: dict[str, Any]) -> dict[str, Any]:
    work, loop = Work(job), asyncio.get_running_loop()
    gc.freeze()
    gc.disable()
    since = time.monotonic()
    for _ in range(min(job["connections"], len(work.waiting))):
        await loop.create_connection(lambda: Connection(work), "127.0.0.1", job["port"])
    await asyncio.wait_for(work.done.wait(), TIMEOUT)
    return work.result(since)


Conversation = tuple[str, list[tuple[str, dict[str, Any]]]]  # token, then (path, body) of each message


def run(
    port: int,
    conversations: list[Conversation],
    connections: int,
    *,
    fetch: bool = False,
    keep: bool = False,
    expected: int = 202,
    header: str = "Authorization: Bearer",
) -> dict[str, Any]:
    """Send all of it from another process; raises when one of the answers was not the one expected."""
    job = {"port": port, "conversations": conversations, "connections": connections}
    job |= {"fetch": fetch, "keep": keep, "expected": expected, "header": header}
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout)
    if result["faults"]:
        raise RuntimeError(f"answers other than expected: {result['faults']}")
    return result


def main() -> None:
    fastest()
    json.dump(asyncio.run(_go(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
