"""xiezhi VERB: the console. Errors are one sentence on stderr; exit 2 for usage and configuration, 1 for the rest."""

import argparse
import asyncio
import gc
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config
    from storage.database import Database

ROOT = Path(__file__).parent.parent


class Refusal(Exception):
    """Exit 1 with one sentence."""


def main(argv: list[str] | None = None) -> int:
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # structlog would load it for coloured tracebacks: 4 MB
    arguments = parser().parse_args(argv)
    from bot.config import ConfigError
    from rules.problems import PlanError
    from storage.database import Unavailable
    from storage.sealed import Unsealable

    try:
        arguments.verb(arguments)
    except ConfigError as fault:
        return _say(str(fault), 2)
    except PlanError as fault:
        return _say("\n".join(str(problem) for problem in fault.problems), 2)
    except (Refusal, Unsealable) as fault:
        return _say(str(fault), 1)
    except Unavailable as fault:
        return _say(f"database: {REMEDIES[fault.reason]}", 1)
    except KeyboardInterrupt:
        return 130
    return 0


REMEDIES = {
    "busy": "another process holds it; stop that one or wait, then try again",
    "full": "the disk is full; make room, nothing was lost",
    "down": "it cannot be reached or opened; check `database` in config.yaml and that it is running",
}


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


# -- shared ------------------------------------------------------------------------------------------------------------


def _configured(arguments: Any) -> "Config":
    from bot import config, log

    settings = config.load(arguments.config)
    log.set_up(settings.log_level)
    return settings


def _app(arguments: Any, role: str = "all") -> "App":
    from bot.app import App, open_keys, plans_of

    settings = _configured(arguments)
    return App(settings, plans_of(settings, ROOT), open_keys(settings.data / "keys"), role=role)


async def _until_signal(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    await stopping.wait()


def _on_port(fault: OSError, port: int) -> Refusal:
    return Refusal(f"server.port {port}: {fault.strerror or fault}; choose another with XIEZHI_SERVER__PORT=…")


# -- verbs -------------------------------------------------------------------------------------------------------------


def _run(arguments: Any) -> None:
    app = _app(arguments, arguments.role)

    async def life() -> None:
        try:
            await app.start()
        except OSError as fault:
            raise _on_port(fault, app.config.server.port) from None
        _collect_seldom()
        if arguments.role != "worker":
            print(f"http://{app.config.server.host}:{app.port}/", flush=True)
        await _until_signal(asyncio.Event())
        await app.stop()

    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(life())


def _collect_seldom() -> None:
    """What the start made stays; a batch of messages makes some ten thousand short-lived objects and no cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (the extra `fast`), else the standard one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _demo(arguments: Any) -> None:
    from bot.demo import Demo, told

    demo = Demo(_configured(arguments), ROOT, arguments.county, arguments.port)

    async def life() -> None:
        try:
            ready = await demo.start()
        except OSError as fault:
            raise _on_port(fault, arguments.port) from None
        print(json.dumps(ready, ensure_ascii=False) if arguments.json else told(ready, demo.plan), flush=True)
        await _until_signal(asyncio.Event())
        await demo.stop()

    asyncio.run(life())


def _check(arguments: Any) -> None:
    from bot.check import findings

    settings = _configured(arguments)
    faults, hints, warnings = asyncio.run(findings(settings, ROOT, arguments.config))
    for hint in hints:
        print(f"to fill in: {hint}")
    for warning in warnings:
        print(f"warning: {warning}")
    if faults:
        raise Refusal("\n".join(faults))
    print("configuration, counties, templates and database are in order")


def _migrate(arguments: Any) -> None:
    from storage import migrate

    app = _app(arguments)

    async def life() -> None:
        try:
            if arguments.to:
                await _move(app.database, arguments.to)
            else:
                changed = await migrate.bring_up(app.database)
                print("migrated" if changed else "up to date already")
        finally:
            await app.database.close()

    asyncio.run(life())


async def _move(source: "Database", url: str) -> None:
    from storage import move
    from storage.database import Database

    if not url.startswith("postgresql+asyncpg://"):
        raise Refusal("--to: expected postgresql+asyncpg://…")
    target = Database(url, source.keys)
    try:
        rows = await move.move(source, target)
    except move.Refused as fault:
        raise Refusal(str(fault)) from None
    finally:
        await target.close()
    print(f"copied {rows} rows; write the new address under `database` in the configuration, then start")


def _keys(arguments: Any) -> None:
    from storage.sealed import Keyring

    folder = _configured(arguments).data / "keys"
    try:
        if arguments.what == "new":
            Keyring.make(folder, arguments.cipher or "aes")
        else:
            Keyring.open(folder).rotate(cipher=arguments.cipher)
    except FileExistsError as fault:
        raise Refusal(str(fault)) from None
    except FileNotFoundError:
        raise Refusal(f"{folder}: no keyring there; make one with `xiezhi keys new`") from None
    print(f"keys are in {folder}; back them up apart from the database")


def _unit_to_sit_in(plan: Any, named: str, seat: str) -> Any:
    unit = plan.unit_named(named)
    if unit is None or not plan.seats_of(unit.id):
        seated = ", ".join(one for one in plan.units if plan.seats_of(one))
        raise Refusal(f"--unit {named}: nobody can be seated there; units are {seated}")
    if not plan.seat_exists(unit.id, seat):
        raise Refusal(f"--seat {seat}: {unit.id} has {', '.join(one.id for one in plan.seats_of(unit.id))}")
    return unit


def _invite(arguments: Any) -> None:
    app = _app(arguments)
    plan = _one_plan(app, arguments.county)
    unit = _unit_to_sit_in(plan, arguments.unit, arguments.seat)

    async def life() -> str:
        from storage import audit, people

        await app.ready_database()
        now = app.timepiece.now()

        def invited(tx: Any) -> str:
            audit.record(tx, now, plan.id, "invited", f"{unit.id}/{arguments.seat}", None, "console")
            return people.invite(tx, plan.id, unit.id, arguments.seat, arguments.name or unit.name.zh, None, now)

        code = await app.database.run(invited)
        lines = [code, *[await _bot_link(app, name, code) for name in app.setting.for_staff(plan.id)]]
        await app.database.close()
        return "\n".join(lines)

    print(asyncio.run(life()))


async def _bot_link(app: "App", name: str, code: str) -> str:
    """To the staff's bot: as it is known, else as its platform says now, else how to use it."""
    from bot.doors import platform
    from storage import bots

    if known := await app.database.read(lambda tx: bots.invitation(tx, [name], code)):
        return known
    door, bot = next((door, bot) for door, bot in app.config.bots().items() if door.name == name)
    return await platform(door).invitation(bot, code)


def _roster(arguments: Any) -> None:
    from bot import roster_file

    app = _app(arguments)
    plan = _one_plan(app, arguments.county)

    async def life() -> list[str]:
        await app.ready_database()
        try:
            if arguments.what == "export":
                return await roster_file.exported(app.database, plan, arguments.file)
            how = {"yes": arguments.yes, "codes": arguments.codes}
            return await roster_file.imported(app.database, plan, arguments.file, app.timepiece.now(), **how)
        finally:
            await app.database.close()

    try:
        print("\n".join(asyncio.run(life())))
    except roster_file.Refused as fault:
        raise Refusal(str(fault)) from None


def _one_plan(app: "App", county: str | None) -> Any:
    if county is None and len(app.plans) == 1:
        return next(iter(app.plans.values()))
    if county is None or county not in app.plans:
        raise Refusal(f"--county {county or ''}: needed; one of {', '.join(app.plans)}")
    return app.plans[county]


def _console(arguments: Any) -> None:
    from bot.channels.console import Console

    app = _app(arguments)
    asyncio.run(Console(app, arguments.county, arguments.login).run())


def _simulate(arguments: Any) -> None:
    """Prints a table and draws a picture for each county. What did not hold is named, and ends it with 1."""
    from bot import log
    from bot.app import plans_of
    from bot.simulate import simulate

    settings = _configured(arguments)
    log.set_up("ERROR")  # what goes wrong here is made to
    plans = plans_of(settings, ROOT)
    if arguments.county not in (None, *plans):
        raise Refusal(f"--county {arguments.county}: one of {', '.join(plans)}")
    if arguments.postgres and arguments.county is None and len(plans) > 1:
        raise Refusal(f"--postgres: an empty database holds one county; add --county, one of {', '.join(plans)}")
    faults: list[str] = []
    for county in (arguments.county,) if arguments.county else tuple(plans):
        found = asyncio.run(simulate(plans[county], arguments.days, arguments.seed, arguments.postgres))
        picture = arguments.pictures / f"simulate-{county}.png"
        found.picture(picture)
        print("\n".join([found.title, "", *found.table(), "", *found.told(), str(picture), ""]), flush=True)
        faults += found.faults
    if faults:
        raise Refusal("\n".join(faults))


# -- the command line ----------------------------------------------------------------------------------------------------

VERBS: tuple[tuple[str, Callable[[Any], None], str], ...] = (
    ("run", _run, "start the bot on the configured database"),
    ("demo", _demo, "temporary data, sample people, and a clock one can move"),
    ("check", _check, "say in plain words what is wrong with configuration, counties, templates or database"),
    ("migrate", _migrate, "bring the database to this version, or copy it to PostgreSQL"),
    ("keys", _keys, "make the keyring, or add new keys to it"),
    ("invite", _invite, "a one-time code that seats somebody, valid 72 hours"),
    ("roster", _roster, "take in who sits where from an .xlsx table, or write it down"),
    ("simulate", _simulate, "a county's days in virtual time, with all that goes wrong; prints what was reminded of"),
    ("console", _console, "the same conversation in a terminal"),
)
FAMILY = "family of the new keys: aes (AES-256-GCM, HMAC-SHA256) or sm (国密: SM4-GCM, HMAC-SM3)"
OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("run", "--role", {"choices": ("all", "web", "worker"), "default": "all", "help": "what this process does (all)"}),
    ("demo", "--port", {"type": int, "default": 8080}),
    ("demo", "--county", {"default": "luzhai"}),
    ("demo", "--json", {"action": "store_true", "help": "one JSON line when ready"}),
    ("migrate", "--to", {"metavar": "URL", "help": "copy everything to an empty postgresql+asyncpg://… database"}),
    ("keys", "what", {"choices": ("new", "rotate")}),
    ("keys", "--cipher", {"choices": ("aes", "sm"), "help": f"{FAMILY}; default: aes for new, as before for rotate"}),
    ("invite", "--county", {"help": "needed where several are configured"}),
    ("invite", "--unit", {"required": True}),
    ("invite", "--seat", {"required": True}),
    ("invite", "--name", {"default": "", "help": "as it will stand in the roster"}),
    ("roster", "what", {"choices": ("import", "export")}),
    ("roster", "file", {"type": Path, "metavar": "F.xlsx"}),
    ("roster", "--county", {"help": "needed where several are configured"}),
    ("roster", "--yes", {"action": "store_true", "help": "import: do it; without it you see what would be done"}),
    (
        "roster",
        "--codes",
        {"action": "store_true", "help": "with --yes: a one-time code for each who has no way in yet"},
    ),
    ("simulate", "--days", {"type": int, "required": True, "help": "how many; 365 is a year"}),
    ("simulate", "--seed", {"type": int, "default": 1, "help": "what is drawn; the same again for the same seed (1)"}),
    ("simulate", "--county", {"help": "one of those configured; all of them without it"}),
    ("simulate", "--postgres", {"metavar": "URL", "default": "", "help": "an empty database postgresql+asyncpg://…"}),
    (
        "simulate",
        "--pictures",
        {"type": Path, "metavar": "FOLDER", "default": Path(), "help": "where they are put (here)"},
    ),
    ("console", "--login", {"help": "a one-time code"}),
    ("console", "--county", {}),
)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        "xiezhi", description="Xiezhi (獬豸): tip-offs, reminders and notices for joint county platforms."
    )
    verbs = top.add_subparsers(title="verbs", required=True, metavar="VERB")
    for name, does, words in VERBS:
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--config", type=Path, default=ROOT / "config.yaml", help="configuration file (config.yaml)")
        verb.set_defaults(verb=does)
    for name, option, how in OPTIONS:
        verbs.choices[name].add_argument(option, **how)
    return top


if __name__ == "__main__":
    sys.exit(main())
