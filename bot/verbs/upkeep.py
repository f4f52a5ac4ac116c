"""What an operator looks after: the configuration, the database, the keys."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.verbs import ROOT, Refusal, built, configured

if TYPE_CHECKING:
    from storage.database import Database


def check(arguments: argparse.Namespace) -> None:
    from bot.check import findings

    settings = configured(arguments)
    faults, hints, warnings = asyncio.run(findings(settings, ROOT, arguments.config))
    for hint in hints:
        print(f"to fill in: {hint}")
    for warning in warnings:
        print(f"warning: {warning}")
    if faults:
        raise Refusal("\n".join(faults))
    print("configuration, counties, templates and database are in order")


def migrate(arguments: argparse.Namespace) -> None:
    from storage.migrate import bring_up

    app = built(arguments)

    async def life() -> None:
        try:
            if arguments.to:
                await _move(app.database, arguments.to)
            else:
                changed = await bring_up(app.database)
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


def keys(arguments: argparse.Namespace) -> None:
    from storage.sealed import Keyring

    folder = configured(arguments).data / "keys"
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
