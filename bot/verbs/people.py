"""Who sits where: a seat for one person, or the whole roster as a table."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.verbs import Refusal, built, one_plan

if TYPE_CHECKING:
    from bot.app import App
    from rules.county import Plan
    from rules.units import Unit
    from storage.database import Tx


def invite(arguments: argparse.Namespace) -> None:
    app = built(arguments)
    plan = one_plan(app, arguments.county)
    unit = _unit_to_sit_in(plan, arguments.unit, arguments.seat)

    async def life() -> str:
        from storage import audit, people

        await app.ready_database()
        now = app.timepiece.now()

        def invited(tx: "Tx") -> str:
            audit.record(tx, now, plan.id, "invited", f"{unit.id}/{arguments.seat}", None, "console")
            return people.invite(tx, plan.id, unit.id, arguments.seat, arguments.name or unit.name.zh, None, now)

        code = await app.database.run(invited)
        lines = [code, *[await _bot_link(app, name, code) for name in app.setting.for_staff(plan.id)]]
        await app.database.close()
        return "\n".join(lines)

    print(asyncio.run(life()))


def _unit_to_sit_in(plan: "Plan", named: str, seat: str) -> "Unit":
    unit = plan.unit_named(named)
    if unit is None or not plan.seats_of(unit.id):
        seated = ", ".join(one for one in plan.units if plan.seats_of(one))
        raise Refusal(f"--unit {named}: nobody can be seated there; units are {seated}")
    if not plan.seat_exists(unit.id, seat):
        raise Refusal(f"--seat {seat}: {unit.id} has {', '.join(one.id for one in plan.seats_of(unit.id))}")
    return unit


async def _bot_link(app: "App", name: str, code: str) -> str:
    """To the staff's bot: as it is known, else as its platform says now, else how to use it."""
    from bot.doors import platform
    from storage import bots

    if known := await app.database.read(lambda tx: bots.invitation(tx, [name], code)):
        return known
    door, bot = next((door, bot) for door, bot in app.config.bots().items() if door.name == name)
    return await platform(door).invitation(bot, code)


def roster(arguments: argparse.Namespace) -> None:
    from bot import roster_file

    app = built(arguments)
    plan = one_plan(app, arguments.county)

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
