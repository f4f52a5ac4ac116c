"""Where the peers write tips down: one insert and one commit each, as durable as the house's (WAL, synchronous=FULL)."""

import json
import socket
import sqlite3
from collections.abc import Mapping

TOKEN, SECRET, PATH = "42:bench", "a-secret_1", "/hook"
# What is asked after each message of `town.TIP_OFF`; the last is the receipt.
QUESTIONS = ("正在发生吗？", "在什么地方？", "还知道些什么？", "请核对后提交。", "已收到，编号 {}。")
FIELDS = ("what", "now", "where", "more", "submit")


class Notebook:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE IF NOT EXISTS tips (id INTEGER PRIMARY KEY, content TEXT NOT NULL)")

    def write(self, tip: Mapping[str, str]) -> int:
        content = json.dumps({name: tip[name] for name in FIELDS}, ensure_ascii=False)
        return int(self.connection.execute("INSERT INTO tips (content) VALUES (?)", (content,)).lastrowid or 0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(port: int) -> None:
    print(f"http://127.0.0.1:{port}/", flush=True)
