"""The process of `apart`: one file in, one verdict out. Light until it knows what the file is."""

import json
import sys

from bot.clean import Cleaned, Kind, clean


def main() -> None:
    asked, _, data = sys.stdin.buffer.read().partition(b"\n")
    family, mime, extension, seconds, memory = json.loads(asked)
    _limit(seconds, memory)
    verdict = clean(Kind(family, mime, extension), data)
    told = [verdict.mime, verdict.extension] if isinstance(verdict, Cleaned) else [verdict.reason]
    sys.stdout.buffer.write(json.dumps([type(verdict).__name__, *told]).encode() + b"\n")
    sys.stdout.buffer.write(verdict.data if isinstance(verdict, Cleaned) else b"")


def _limit(seconds: int, memory: int) -> None:
    """The hard limit on time lies above the other, so that it is the signal of the other that ends us."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
