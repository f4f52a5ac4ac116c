"""What Telegram shows of our bots and where it sends updates; what `xiezhi check` and `xiezhi invite` say of them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import __main__ as console
from bot import config
from bot.bots import CitizensBot, StaffBot
from bot.channels import telegram
from bot.channels.base import Door
from bot.channels.telegram import profile
from bot.channels.telegram.api import Api, Refused, Unreachable
from bot.check import findings
from bot.config import Config, ConfigError
from handlers import menu
from handlers.spoken import folded
from storage import bots
from storage.sealed import Keyring
from tests.simulators.telegram import Simulator
from tests.stories.phones import introduced, on_telegram
from tests.town import PUBLIC, ROOT

# -- commands, descriptions, menu ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "groups"), [(profile.CITIZENS, menu.CITIZEN), (profile.STAFF, menu.STAFF)])
def test_every_command_is_understood(words: tuple[str, ...], groups: dict[str, tuple[str, ...]]) -> None:
    """What the menu of the app offers is a word that works at any moment."""
    known = {folded(word) for group in (menu.ANY, groups) for ways in group.values() for word in ways}
    assert {folded(f"/{one}") for one in words} <= known


@pytest.mark.parametrize("accept_tips", [True, False])
async def test_what_is_shown(tmp_path: Path, sim: Simulator, accept_tips: bool) -> None:
    """Commands, descriptions and menu button, in Chinese for everybody and in English; the staff's bot gives nothing away,
    one that takes no tips says so and offers nothing."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim, accept_tips=accept_tips):
        citizens, staff = sim.bot("citizens").settings, sim.bot("staff").settings
        shown = {what: value for (what, language, _), value in citizens.items() if language == "en"}
        assert [one["command"] for one in shown["commands"]] == list(profile.CITIZENS if accept_tips else ())
        assert ("not accepted" in shown["description"]["description"]) is not accept_tips
        assert (PUBLIC in shown["description"]["description"]) is not accept_tips
        told = [str(value) for (what, _, _), value in staff.items() if what in ("description", "short")]
        assert not any(word in one for one in told for word in ("举报", "鹿寨", "tip", "Luzhai"))
        assert {language for _, language, _ in staff} == {"", "en"}


async def test_said_once(tmp_path: Path, sim: Simulator) -> None:
    """What is known to be shown is not set again at the next start: Telegram counts these calls."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim):
        pass
    before = len(sim.journal.of("setMyCommands"))
    async with on_telegram(url, tmp_path, sim) as town:
        await introduced(town)
        await sim.settled()
    assert len(sim.journal.of("setMyCommands")) == before == 4


# -- webhooks --------------------------------------------------------------------------------------------------------------


async def test_a_webhook_is_set_and_taken_away(tmp_path: Path, sim: Simulator) -> None:
    """With a secret of the keyring's; by a house that polls it is deleted, or it would get nothing."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim, mode="webhook") as town:
        door = Door("telegram", "staff", "luzhai")
        info = sim.bot("staff").webhook.info()
        assert info["url"] == f"{PUBLIC}/luzhai/telegram/staff"
        (first, *_) = telegram.secrets_of(door, town.app.config.bots()[door], town.app.database.keys)
        (asked,) = sim.journal.of("setWebhook", bot="staff")
        assert asked.fields["secret_token"] == first and len(first) >= 32
    async with on_telegram(url, tmp_path, sim):
        assert sim.bot("staff").webhook.info()["url"] == ""


async def test_a_refusal_is_waited_for(tmp_path: Path, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram is away, or says not now: it is tried again until it is done."""
    monkeypatch.setattr(profile, "FIRST", 0.01)
    sim.faults.fail(502, "", bot="staff", method="setMyCommands", times=2)
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as town:
        told = await town.app.database.run(lambda tx: bots.told(tx, "telegram:staff:luzhai"))
        assert told[0].startswith("https://t.me/") and len(sim.journal.of("setMyCommands", bot="staff")) > 2


# -- what is wrong ---------------------------------------------------------------------------------------------------------

NOW = 1_000_000
URL = "https://town.example/luzhai/telegram/staff"
# what Telegram says of a webhook, where it should lead -> words of the sentences
INFOS: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"url": URL}, URL, ()),
    ({"url": ""}, "", ()),
    ({"url": URL}, "", ("polling gets nothing",)),
    ({"url": "https://old.example"}, URL, ("instead of",)),
    ({"url": ""}, URL, ("nothing instead of",)),
    ({"url": URL, "last_error_message": "Connection refused", "last_error_date": NOW - 60}, URL, ("certificate",)),
    ({"url": URL, "last_error_message": "401 Unauthorized", "last_error_date": NOW - 60}, URL, ("secret",)),
    ({"url": URL, "last_error_message": "Connection refused", "last_error_date": NOW - 86_400}, URL, ()),
    ({"url": URL, "pending_update_count": 5_000}, URL, ("5000 updates",)),
]


@pytest.mark.parametrize(("info", "url", "words"), INFOS)
def test_what_is_amiss(info: dict[str, Any], url: str, words: tuple[str, ...]) -> None:
    """Each fault of a webhook is a sentence with its remedy; a sound one has none."""
    found = profile.amiss(info, url, NOW)
    assert len(found) == len(words) and all(word in one for word, one in zip(words, found, strict=True))


def configured(folder: Path, sim: Simulator, **staff: Any) -> Config:
    both = {
        "citizens": CitizensBot(token=sim.bot("citizens").token, api_url=sim.url, accept_tips=staff.pop("tips", False)),
        "staff": StaffBot(**{"token": sim.bot("staff").token, "api_url": sim.url, **staff}),
    }
    county = {"plan": "counties/luzhai.yaml", "channels": {"telegram": both}}
    return Config.model_validate(
        {"database": f"sqlite:///{folder}/x.db", "data": folder, "counties": {"luzhai": county}}
    )


async def checked(config: Config, folder: Path) -> tuple[list[str], list[str]]:
    faults, hints, warnings = await findings(config, ROOT, folder / "config.yaml")
    for one in (*faults, *hints, *warnings):
        assert not any(bot.token and bot.token in one for bot in config.bots().values()), one
    return faults, warnings


async def test_bots_in_order(tmp_path: Path, sim: Simulator) -> None:
    """Nothing to say of them."""
    assert await checked(configured(tmp_path, sim), tmp_path) == ([], [])


async def test_tips_abroad(tmp_path: Path, sim: Simulator) -> None:
    """Switched on, it is named with the article of the law."""
    _, warnings = await checked(configured(tmp_path, sim, tips=True, disclosure="full"), tmp_path)
    assert ["accept_tips" in one for one in warnings] == [True, False]
    assert all("个人信息保护法第三十六条" in one and "art. 36" in one for one in warnings)


async def test_a_token_telegram_does_not_know(tmp_path: Path, sim: Simulator) -> None:
    """A fault, by its key, without the token."""
    faults, _ = await checked(configured(tmp_path, sim, token="1:unknown"), tmp_path)
    (fault,) = faults
    assert "counties.luzhai.channels.telegram.staff.token" in fault and "@BotFather" in fault


async def test_without_an_answer(tmp_path: Path, sim: Simulator) -> None:
    """Nothing is known to be wrong: a warning."""
    faults, warnings = await checked(configured(tmp_path, sim, api_url="http://127.0.0.1:9"), tmp_path)
    assert faults == [] and "gave no answer" in warnings[0]


async def test_a_webhook_that_is_not_set(tmp_path: Path, sim: Simulator) -> None:
    """Named, with what sets it."""
    settings = configured(tmp_path, sim, mode="webhook")
    settings = settings.model_copy(update={"server": settings.server.model_copy(update={"public_url": PUBLIC})})
    (fault,), _ = await checked(settings, tmp_path)
    assert "webhook" in fault and "xiezhi run" in fault


async def test_no_token_in_a_fault(sim: Simulator) -> None:
    """Neither Telegram's words nor the network's carry it."""
    bot = StaffBot(token="1:secret-part", api_url=sim.url)
    async with Api(bot) as api:
        with pytest.raises(Refused) as refused:
            await api.ask("getMe")
    async with Api(bot.model_copy(update={"api_url": "http://127.0.0.1:9"})) as api:
        with pytest.raises(Unreachable) as away:
            await api.ask("getMe")
    assert "secret-part" not in f"{refused.value!r}{away.value!r}" and away.value.__cause__ is None


# -- configuration ---------------------------------------------------------------------------------------------------------

TELEGRAM = "counties: {{luzhai: {{plan: counties/luzhai.yaml, channels: {{telegram: {0}}}}}}}\n{1}"
# of the bots, of the rest -> words of the sentence
WRONG = [
    ("{staff: {token: '1:a', mode: webhook}}", "", ("telegram.staff.mode", "server.public_url", "https")),
    ("{staff: {token: '1:a', mode: webhook}}", "server: {public_url: 'http://x'}", ("staff.mode", "https")),
    ("{staff: {mode: webhok}}", "", ("telegram.staff.mode", "polling", "webhook")),
    ("{staff: {disclosure: some}}", "", ("telegram.staff.disclosure", "none")),
    ("{staff: {accept_tips: true}}", "", ("telegram.staff.accept_tips", "no such key")),
    ("{staff: {webhook_secret: 'a b'}}", "", ("telegram.staff.webhook_secret", "keyring")),
    ("{staff: {token: '1:a'}, citizens: {token: '1:a'}}", "", ("telegram.staff.token", "same token")),
    ("{staff: {api_url: 'ftp://x'}}", "", ("telegram.staff.api_url",)),
]


@pytest.mark.parametrize(("bots_", "rest", "words"), WRONG)
def test_a_mistake(tmp_path: Path, bots_: str, rest: str, words: tuple[str, ...]) -> None:
    """One sentence with file, key and remedy."""
    path = tmp_path / "config.yaml"
    path.write_text(TELEGRAM.format(bots_, rest), "utf-8")
    with pytest.raises(ConfigError) as fault:
        config.load(path, {})
    assert all(word in str(fault.value) for word in words) and "1:a" not in str(fault.value)


# -- inviting --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [False, True])
async def test_an_invitation_from_the_console(
    tmp_path: Path, sim: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    """The code, and a link to the county's bot for staff; while Telegram does not answer, how to write it."""
    monkeypatch.setattr("bot.log.set_up", lambda level: None)
    url = "http://127.0.0.1:9" if away else sim.url
    staff = f"{{staff: {{token: '{sim.bot('staff').token}', api_url: '{url}'}}}}"
    path = tmp_path / "config.yaml"
    path.write_text(TELEGRAM.format(staff, f"data: {tmp_path}\ndatabase: 'sqlite:///{tmp_path}/x.db'\n"), "utf-8")
    Keyring.make(tmp_path / "keys")
    words = ["invite", "--config", str(path), "--unit", "hq_office", "--seat", "intake"]
    assert await asyncio.to_thread(console.main, words) == 0
    code, link = capsys.readouterr().out.split("\n", 1)
    assert link.strip().startswith("https://t.me/") and link.strip().endswith(f"?start={code}")
    assert ("@BotFather" in link) is away
    structlog.reset_defaults()
