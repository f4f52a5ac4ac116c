"""What `xiezhi check` looks at: faults that stop a start, and what only the county can still fill in."""

import time
from pathlib import Path

from bot.app import TEMPLATES, plans_of
from bot.channels.base import Door
from bot.config import CitizensBot, Config, StaffBot, TelegramBot, place
from bot.render import LANGUAGES, Renderer
from rules.problems import dotted
from storage import audit, migrate
from storage.database import Database, Unavailable
from storage.sealed import Keyring


async def findings(config: Config, root: Path, where: Path) -> tuple[list[str], list[str], list[str]]:
    """(faults, hints, warnings), one sentence each: file, key and remedy. Raises `rules.problems.PlanError`: a fault of a county's
    file is one of configuration."""
    faults: list[str] = []
    hints: list[str] = []
    warnings = _abroad(config, where)
    plans = plans_of(config, root)
    for plan in plans.values():
        hints += [f"{plan.id}: {sentence}" for sentence in plan.unfilled()]
    faults += _doors(config, where)
    if config.server.trusted_proxies and not config.server.public_url:
        hints.append(f"{where}: server.public_url: fill in the address people type; behind a proxy it can't be guessed")
    if config.telegram() and not config.server.public_url:
        hints.append(f"{where}: server.public_url: fill in the address of the page, for links in chats")
    faults += templates(Renderer(TEMPLATES, plans))
    faults += await _database(config, hints)
    for door, bot in config.telegram().items():
        amiss, unsure = await _telegram(door, bot, config.server.public_url)
        key = f"{where}: {dotted(place(door))}"
        faults += [f"{key}{one}" for one in amiss]
        warnings += [f"{key}{one}" for one in unsure]
    return faults, hints, warnings


# 个人信息保护法 as of 2021-11-01: what a state organ handles is stored inside the country.
ART_36 = (
    "Telegram keeps it abroad, and what a state organ handles of personal information is stored inside the country; "
    "sending it abroad needs a security assessment (个人信息保护法第三十六条, Personal Information Protection Law, art. 36)"
)


def _abroad(config: Config, where: Path) -> list[str]:
    """What is switched on although the law asks for more than a switch."""
    found = []
    for door, bot in config.telegram().items():
        key = f"{where}: {dotted(place(door))}"
        if isinstance(bot, CitizensBot) and bot.accept_tips:
            found.append(f"{key}.accept_tips: real tips are taken there. {ART_36}; write false unless that was done")
        if isinstance(bot, StaffBot) and bot.disclosure != "none":
            found.append(f"{key}.disclosure: tips are shown there. {ART_36}; write none unless that was done")
    return found


async def _telegram(door: Door, bot: TelegramBot, public_url: str) -> tuple[list[str], list[str]]:
    """(faults, what can't be said now) of one bot, as Telegram itself tells; begins with the key's end or a colon."""
    from bot.channels.telegram.api import Api, Refused, Unreachable
    from bot.channels.telegram.profile import address, amiss

    try:
        async with Api(bot) as api:
            await api.ask("getMe")
            info = await api.ask("getWebhookInfo")
    except Unreachable as fault:
        return [], [f".api_url: {bot.api_url} gave no answer ({fault}); see that it can be reached from here"]
    except Refused as fault:
        if fault.code in (401, 404):
            return [f".token: Telegram does not know it ({fault}); copy it whole from @BotFather"], []
        return [], [f": Telegram refused to answer ({fault}); try again later"]
    return [f": {one}" for one in amiss(info, address(door, bot, public_url), time.time())], []


def _doors(config: Config, where: Path) -> list[str]:
    """A county that nobody can reach is a mistake."""
    return [
        f"{where}: counties.{key}.channels: nobody can reach this county; enable web, or give a bot or an app its secret"
        for key, one in config.counties.items()
        if not one.channels.any
    ]


def templates(renderer: Renderer) -> list[str]:
    """Both languages hold the same blocks in the same files, and each can be read."""
    from jinja2 import TemplateSyntaxError

    blocks: dict[str, dict[str, set[str]]] = {language: {} for language in LANGUAGES}
    faults: list[str] = []
    for language in LANGUAGES:
        folder = TEMPLATES / language
        for path in sorted(folder.rglob("*.j2")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            try:
                blocks[language][name] = set(renderer.template(language, name).blocks)
            except TemplateSyntaxError as fault:
                faults.append(
                    f"templates/{language}/{name}.j2, line {fault.lineno}: {fault.message}; mend the tag there"
                )
    first, second = (blocks[language] for language in LANGUAGES)
    for name in sorted(first.keys() | second.keys()):
        missing = first.get(name, set()) ^ second.get(name, set())
        faults += [
            f"templates: {name}.j2: block {one} stands in one language only; write it in both"
            for one in sorted(missing)
        ]
    return faults


async def _database(config: Config, hints: list[str]) -> list[str]:
    if not (config.data / "keys" / Keyring.FILE).exists():
        hints.append(f"{config.data / 'keys'}: no keyring yet; the first `xiezhi run` makes one")
        return []
    database = Database(config.database, Keyring.open(config.data / "keys"))
    try:
        version = await database.run(migrate.version)
        if version is None:
            hints.append("database: empty; `xiezhi migrate` or the first `xiezhi run` makes its tables")
            return []
        if version != migrate.HEAD:
            return [f"database: its version is {version}, this program needs {migrate.HEAD}; run `xiezhi migrate`"]
        broken = await database.run(audit.broken_at)
        return (
            []
            if broken is None
            else [f"database: the audit chain breaks at row {broken}; somebody changed it, keep a copy"]
        )
    except Unavailable as fault:
        return [f"database: {fault.reason}; check `database` in the configuration and that it is running"]
    finally:
        await database.close()
