"""A Bot API that says yes to everything at once and counts: what is measured beside it is the bot, not the platform.

    python -m bench.null_api [DELAY_MS]     prints its address when it is ready; GET /counts tells what was asked

`POST /slow/MS` changes how long it thinks before each answer.
"""

import asyncio
import json
import sys
from collections import Counter
from functools import partial
from typing import Any

from bench.loops import fastest

ME = {"id": 42, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
SAID = {"date": 1_800_000_000, "chat": {"id": 1, "type": "private", "first_name": "x"}, "from": ME, "text": "…"}
FLAT = {
    "getMe": ME,
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getMyCommands": [],
}


class Api:
    def __init__(self, delay: float) -> None:
        self.delay, self.counts = delay, Counter[str]()

    def answer(self, path: str) -> tuple[int, bytes]:
        if path == "/counts":
            return 200, json.dumps(self.counts).encode()
        if path.startswith("/slow/"):
            self.delay = int(path.removeprefix("/slow/")) / 1000
            return 200, b"{}"
        method = path.rpartition("/")[2].partition("?")[0]
        self.counts[method] += 1
        return 200, json.dumps({"ok": True, "result": self._result(method)}).encode()

    def _result(self, method: str) -> Any:
        if method in FLAT:
            return FLAT[method]
        if method.startswith(("send", "edit")) and method != "sendChatAction":
            return {"message_id": sum(self.counts.values()), **SAID}
        return True


class Connection(asyncio.Protocol):
    """HTTP/1.1 with Content-Length bodies or chunked ones, kept alive; one request after the other."""

    def __init__(self, api: Api) -> None:
        self.api, self.buffer = api, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            whole = self._whole(head)
            if whole is None:
                return
            path = self.buffer[: self.buffer.index(b"\r\n")].split(b" ")[1].decode()
            self.buffer = self.buffer[whole:]
            self._asked(path)

    def _whole(self, head: int) -> int | None:
        """How many bytes this request has; None while some are still to come."""
        fields = self.buffer[:head].lower()
        if b"transfer-encoding: chunked" in fields:
            end = self.buffer.find(b"\r\n0\r\n\r\n", head)
            return end + 7 if end >= 0 else None
        at = fields.find(b"content-length:")
        length = int(fields[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        return head + 4 + length if len(self.buffer) >= head + 4 + length else None

    def _asked(self, path: str) -> None:
        status, body = self.api.answer(path)
        if self.api.delay and "/bot" in path:
            asyncio.get_running_loop().call_later(self.api.delay, partial(self._write, status, body))
        else:
            self._write(status, body)

    def _write(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if not self.transport.is_closing():
            self.transport.write(head.encode() + body)


async def serve(delay: float) -> None:
    api = Api(delay)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


def main() -> None:
    fastest()
    asyncio.run(serve(int(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0))


if __name__ == "__main__":
    main()
