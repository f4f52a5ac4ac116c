"""Processes that are measured: started with pipes of their own, ended by their id, nothing left behind."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIG = """\
database: {database}
data: {folder}
min_free_mb: 0
log_level: ERROR
server: {{port: 0}}
counties:
  luzhai: {{plan: counties/luzhai.yaml}}
  yangxi: {{plan: counties/yangxi.yaml}}
"""


class NotReady(Exception):
    """The process ended, or said nothing, before it was ready; with what it wrote to stderr."""


@dataclass
class Process:
    """One that prints its address when it is ready."""

    popen: subprocess.Popen[str]
    errors: Path
    address: str = ""
    seconds: float = 0.0  # from its start to the line that says it is ready

    @property
    def port(self) -> int:
        found = re.search(r":(\d+)", self.address.removeprefix("http:"))
        assert found is not None, self.address
        return int(found[1])

    def memory(self) -> dict[str, float]:
        """In MiB: resident now, and at most so far."""
        return memory(self.popen.pid)

    def cpu(self) -> float:
        """Seconds of all its threads so far: steadier than the clock on a machine that others use too."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, patience: float = 15) -> None:
        if self.popen.poll() is None:
            self.popen.terminate()
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9: no handler, no drain, no flush."""
        self.popen.kill()
        self.popen.wait()


def memory(pid: int) -> dict[str, float]:
    text = Path(f"/proc/{pid}/status").read_text()
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", text, re.MULTILINE))
    return {name: round(int(kilobytes) / 1024, 1) for name, kilobytes in found.items()}


def spawn(arguments: list[str], folder: Path, environment: dict[str, str] | None = None) -> Process:
    """`python ARGUMENTS`, not yet waited for."""
    errors = folder / f"stderr-{time.monotonic_ns()}"
    with errors.open("w") as err:
        popen = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
            env=os.environ | (environment or {}),
        )
    return Process(popen, errors)


def wait_ready(process: Process, since: float) -> Process:
    assert process.popen.stdout is not None
    process.address = process.popen.stdout.readline().strip()
    process.seconds = time.perf_counter() - since
    if not process.address:
        process.kill()
        raise NotReady(process.errors.read_text()[-2000:])
    return process


def start(arguments: list[str], folder: Path, environment: dict[str, str] | None = None) -> Process:
    since = time.perf_counter()
    return wait_ready(spawn(arguments, folder, environment), since)


@contextlib.contextmanager
def running(arguments: list[str], folder: Path, environment: dict[str, str] | None = None) -> Iterator[Process]:
    process = start(arguments, folder, environment)
    try:
        yield process
    finally:
        process.stop()


def on_standard_loop(arguments: list[str]) -> list[str]:
    """The same module as if uvloop were not installed."""
    block = (
        "import runpy, sys; sys.modules['uvloop'] = None; runpy.run_module({!r}, run_name='__main__', alter_sys=True)"
    )
    return ["-c", block.format(arguments[1]), *arguments[2:]]


@dataclass(frozen=True)
class House:
    """A folder with a configuration, keys and (by default) a SQLite database: what `python -m bot run` is started on."""

    folder: Path
    database: str

    @classmethod
    def make(cls, folder: Path, database: str | None = None) -> "House":
        house = cls(folder, database or f"sqlite:///{folder / 'xiezhi.db'}")
        text = CONFIG.format(database=house.database, folder=folder)
        (folder / "config.yaml").write_text(text, "utf-8")
        return house

    def arguments(self, role: str = "all") -> list[str]:
        return ["-m", "bot", "run", "--config", str(self.folder / "config.yaml"), "--role", role]

    def migrate(self) -> None:
        self._console("migrate")

    def invite(self, unit: str, seat: str) -> str:
        """A code that lets somebody take this seat of the first county."""
        return self._console("invite", "--county", "luzhai", "--unit", unit, "--seat", seat)

    def _console(self, *verb: str) -> str:
        arguments = [sys.executable, "-m", "bot", *verb, "--config", str(self.folder / "config.yaml")]
        return subprocess.run(arguments, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="xiezhi-bench-") as name:
        yield Path(name)
