"""What `xiezhi check` looks at: faults that stop a start, and what only the county can still fill in."""

import importlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bot import fonts, roster
from bot.app import TEMPLATES
from bot.bots import Bot
from bot.channels.base import Door
from bot.config import Config, place
from bot.plans import plans_of
from bot.render import LANGUAGES, Renderer
from handlers.words import said_to_us
from reminders import next_calendar
from rules.county import Plan
from rules.demand_checks import not_yet
from rules.plan_checks import unwritten
from rules.problems import dotted
from rules.regime_checks import colliding, unknown_clauses
from storage import audit, calendar_years, migrate
from storage.database import Database, Tx, Unavailable
from storage.sealed import Keyring


async def findings(
    config: Config, root: Path, where: Path, now: datetime | None = None
) -> tuple[list[str], list[str], list[str]]:
    """(faults, hints, warnings), one sentence each: file, key and remedy. Raises `rules.problems.PlanError`: a fault of a county's
    file is one of configuration."""
    faults: list[str] = []
    hints: list[str] = []
    warnings = _abroad(config, where)
    plans = plans_of(config, root)
    for plan in plans.values():
        today = (now or datetime.now(UTC)).astimezone(plan.tz).date()
        hints += [f"{plan.id}: {sentence}" for sentence in (*plan.unfilled(), *not_yet(plan, today))]
        in_regimes = [*colliding(plan, lambda word: said_to_us(word, True)), *unknown_clauses(plan)]
        faults += [f"{plan.id}: {path}: expected {wanted}, found {found}" for path, wanted, found, _ in in_regimes]
        faults += [f"{plan.id}: {sentence}" for sentence in unwritten(plan)]
    faults += [*_doors(config, where), *_half_filled(config, where)]
    if config.server.trusted_proxies and not config.server.public_url:
        hints.append(f"{where}: server.public_url: fill in the address people type; behind a proxy it can't be guessed")
    if config.bots() and not config.server.public_url:
        hints.append(f"{where}: server.public_url: fill in the address of the page, for links in chats")
    faults += templates(Renderer(TEMPLATES, plans))
    if not fonts.any_chinese():
        hints.append(
            "this computer has no font with Chinese characters, so receipt tables are given as Excel files only; install one, e.g. the package fonts-noto-cjk"
        )
    years: set[int] = set()
    faults += await _database(config, plans, hints, years)
    hints += _calendar(plans, years, now or datetime.now(UTC))
    for door, bot in config.bots().items():
        amiss, unsure = await _examined(door, bot, config)
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
    for door, bot in config.bots().items():
        key = f"{where}: {dotted(place(door))}"
        if bot.is_abroad and bot.takes_tips:
            found.append(f"{key}.accept_tips: real tips are taken there. {ART_36}; write false unless that was done")
        if bot.is_abroad and bot.for_staff and bot.shown.tips != "none":
            found.append(f"{key}.disclosure: tips are shown there. {ART_36}; write none unless that was done")
    return found


class Examiner(Protocol):
    """The module `bot.channels.<platform>.check`."""

    async def examined(self, door: Door, bot: Any, config: Config) -> tuple[list[str], list[str]]:
        """(faults, what can't be said now) of one bot, as its platform tells; each begins with the key's end or a colon."""
        ...


async def _examined(door: Door, bot: Bot, config: Config) -> tuple[list[str], list[str]]:
    examiner: Examiner = importlib.import_module(f"bot.channels.{door.platform}.check")
    return await examiner.examined(door, bot, config)


def _doors(config: Config, where: Path) -> list[str]:
    """A county that nobody can reach is a mistake."""
    return [
        f"{where}: counties.{key}.channels: nobody can reach this county; enable web, or give a bot or an app its secret"
        for key, one in config.counties.items()
        if not one.channels.any
    ]


def _half_filled(config: Config, where: Path) -> list[str]:
    """A door that somebody began to set up and that stays shut."""
    return [
        f"{where}: {dotted((*place(Door(platform, name, county)), 'secret'))}: empty, so this door stays shut, though "
        f"{' and '.join(bot.begun)} {'is' if len(bot.begun) == 1 else 'are'} filled in; fill it in too, or empty the others"
        for county, one in config.counties.items()
        for platform, name, bot in one.channels.bots()
        if bot.begun
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


def _outside(config: Config, plans: Mapping[str, Plan], tx: Tx) -> list[str]:
    """People the roster expects by an account from which nobody has come: a misspelt one shows nowhere else."""
    found = {
        door: roster.outside(tx, plans[door.county], door.name) for door, bot in config.bots().items() if bot.for_staff
    }
    return [
        f"{door.county}: {', '.join(names)} did not come in by the account in the roster yet; where it is misspelt, correct "
        "it there and `xiezhi roster import` it again"
        for door, names in found.items()
        if names
    ]


def _calendar(plans: Mapping[str, Plan], imported: set[int], now: datetime) -> list[str]:
    """The notices on days off that should be here by now: the year's own, and from November on the next one's."""
    missing = {year for plan in plans.values() for year in next_calendar.wanted(plan, now.astimezone(plan.tz).date())}
    return [
        f"counties/common.yaml: calendar.{year}: no notice on days off yet, so dates in {year} are provisional and nobody is "
        "late on them; a coordinator sends 日历 (calendar) in a chat and pastes it"
        for year in sorted(missing - imported)
    ]


async def _database(config: Config, plans: Mapping[str, Plan], hints: list[str], years: set[int]) -> list[str]:
    """`years`: filled with those whose notice was imported."""
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
        hints += await database.run(partial(_outside, config, plans))
        years.update(await database.run(calendar_years.all_))
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
