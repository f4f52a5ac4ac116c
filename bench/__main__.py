"""python -m bench [NAME…]: prints one JSON line per figure. Without names: everything but what takes minutes."""

import argparse
import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bench import acks, duties, fanout, kill, paced, startup, telegram, tips, told, year
from bench.figures import Figure
from bench.process import temporary


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    """The tests' server, as the tests set it up, with a database of its own."""
    from tests import servers

    with servers.postgres() as url:
        databases = servers.Databases(url)
        database = databases.create()
        try:
            yield database
        finally:
            databases.drop(database)


def _kept(measure: Callable[[Path], Iterator[Figure]]) -> Iterator[Figure]:
    with temporary() as folder:
        yield from measure(folder)


def _served(measure: Callable[[Path, str], Iterator[Figure]]) -> Iterator[Figure]:
    with _postgres() as url, temporary() as folder:
        yield from measure(folder, url)


def _each_served(measure: Callable[..., Iterator[Figure]], counties: Sequence[str]) -> Iterator[Figure]:
    """An empty database holds one county."""
    for name in counties:
        yield from _served(partial(measure, counties=(name,)))


FIGURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": lambda: _kept(startup.measure),
    "acks": lambda: _kept(lambda folder: acks.measure(folder, "web")),
    "acks-asyncio": lambda: _kept(lambda folder: acks.measure(folder, "web", standard=True)),
    "acks-processing": lambda: _kept(lambda folder: acks.measure(folder, "all")),
    "acks-postgres": lambda: _served(lambda folder, url: acks.measure(folder, "web", url)),
    "tips": lambda: _kept(tips.measure),
    "tips-asyncio": lambda: _kept(lambda folder: tips.measure(folder, standard=True)),
    "tips-postgres": lambda: _served(tips.measure),
    "telegram": lambda: _kept(telegram.measure),
    "telegram-crowd": lambda: _kept(telegram.crowd),
    "telegram-intake": lambda: _kept(telegram.intake),
    "duties": lambda: _kept(duties.measure),
    "duties-postgres": lambda: _served(duties.measure),
    "fanout": lambda: _kept(fanout.measure),
    "fanout-postgres": lambda: _served(fanout.measure),
    "paced": lambda: _kept(paced.measure),
    "kill": lambda: _kept(kill.measure),
    "kill-told": lambda: _kept(told.measure),
    "kill-told-postgres": lambda: _served(told.measure),
    "year": lambda: _kept(year.measure),
    "year-postgres": lambda: _each_served(year.measure, year.COUNTIES),
}
# Only when asked for.
LONG = ("fanout", "fanout-postgres", "paced", "kill", "kill-told", "kill-told-postgres", "year", "year-postgres")


def main() -> None:
    parser = argparse.ArgumentParser("bench", description="Figures beside their floors, one JSON line each.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)} (all but {', '.join(LONG)})")
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in FIGURES]:
        parser.error(f"no figure named {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    for name in names or [name for name in FIGURES if name not in LONG]:
        for figure in FIGURES[name]():
            print(json.dumps(figure.line(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
