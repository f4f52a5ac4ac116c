"""For the simulator's own tests: one corp with an app whose callback is saved, a member, an account and a citizen."""

from collections.abc import AsyncIterator

import pytest

from .apps import App
from .citizens import Citizen
from .kf import Kf
from .people import Member
from .program import KEY, TOKEN, Program
from .server import Simulator


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator.open() as made:
        yield made


@pytest.fixture
def app(sim: Simulator) -> App:
    return sim.corp().app(1000002)


@pytest.fixture
async def program(sim: Simulator, app: App) -> AsyncIterator[Program]:
    async with Program.open(sim.url, app) as made:
        await app.save(made.callback, TOKEN, KEY)
        yield made


@pytest.fixture
def zhang(app: App) -> Member:
    return app.corp.member("ZhangSan", app, name="甲")


@pytest.fixture
def account(app: App) -> Kf:
    return app.corp.kf(app)


@pytest.fixture
def citizen(account: Kf) -> Citizen:
    return account.citizen("乙")
