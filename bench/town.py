"""Conversations as the load client wants them, and what is left to do in a running house."""

import re
import time
import urllib.request
from typing import Any

from bench import load
from bench.load import Conversation

STORY = "县城东门老仓库夜里有人往车上搬走私香烟，一晚三四趟，白天锁着门"
PLACE = "县城东门老粮仓对面第二个院子"
TIP_OFF = (STORY, "否", PLACE, "直接提交", "提交")  # as people type it: never a button


def opened(port: int, count: int) -> list[str]:
    """Tokens of so many new conversations."""
    start: Conversation = ("", [("/chat/start", {"language": "zh", "county": "luzhai"})] * -(-count // 16))
    result = load.run(port, [start] * 16, 16, keep=True, expected=200)
    return [re.search('"token": ?"([^"]+)"', body)[1] for body in result["bodies"]][:count]  # type: ignore[index]


def office(port: int, code: str) -> None:
    """Somebody takes the seat the code is for: whoever is to be alerted can be."""
    load.run(port, [("", [("/chat/start", {"language": "zh", "login": code})])], 1, expected=200)


def messages(name: str, texts: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [("/chat/say", {"id": f"{name}-{number:04d}", "text": text}) for number, text in enumerate(texts)]


def figure(port: int, name: str) -> int:
    """One of the house's own metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text: str = answer.read().decode()
    return int(float(re.search(rf"^xiezhi_{name} (\S+)$", text, re.MULTILINE)[1]))  # type: ignore[index]


def drained(port: int, seconds: float = 120) -> None:
    """Wait until nothing that was taken in waits to be worked off."""
    until = time.monotonic() + seconds
    while figure(port, "inbox_waiting"):
        if time.monotonic() > until:
            raise TimeoutError("the inbox did not drain")
        time.sleep(0.05)
