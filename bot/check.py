"""What `xiezhi check` looks at: faults that stop a start, and what only the county can still fill in."""

from pathlib import Path

from bot.app import TEMPLATES, plans_of
from bot.config import Config
from bot.render import LANGUAGES, Renderer
from storage import audit, migrate
from storage.database import Database, Unavailable
from storage.sealed import Keyring


async def findings(config: Config, root: Path, where: Path) -> tuple[list[str], list[str]]:
    """(faults, hints), one sentence each: file, key and remedy. Raises `rules.problems.PlanError`: a fault of a county's
    file is one of configuration."""
    faults: list[str] = []
    hints: list[str] = []
    plans = plans_of(config, root)
    for plan in plans.values():
        hints += [f"{plan.id}: {sentence}" for sentence in plan.unfilled()]
    faults += templates(Renderer(TEMPLATES, plans))
    faults += await _database(config, hints)
    return faults, hints


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
