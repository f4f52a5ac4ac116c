"""A Telegram with one bot and one person who knows it, and each of the two libraries to speak through."""

from collections.abc import AsyncIterator

import pytest

from tests.simulators.libraries import Aiogram, Ear, Library, Ptb, Webhook
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator.open() as opened:
        yield opened


@pytest.fixture
async def bot(sim: Simulator) -> Bot:
    return sim.bot("citizens")


@pytest.fixture
async def zhang(sim: Simulator, bot: Bot) -> Person:
    """Somebody who has started the bot, which has taken note of it."""
    person = sim.user("甲")
    await person.starts(bot)
    bot.updates.clear()
    return person


@pytest.fixture(params=[Aiogram, Ptb])
async def library(request: pytest.FixtureRequest, sim: Simulator, bot: Bot) -> AsyncIterator[Library]:
    async with request.param.open(sim.url, bot.token) as opened:
        yield opened


@pytest.fixture(params=["polling", "webhook"])
async def ear(request: pytest.FixtureRequest, library: Library, bot: Bot, zhang: Person) -> AsyncIterator[Ear]:
    if request.param == "polling":
        yield Ear(library)
        return
    async with Webhook.open(library, bot) as opened:
        yield opened
