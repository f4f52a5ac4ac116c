"""A county's days in virtual time."""

import argparse
import asyncio

from bot.verbs import ROOT, Refusal, configured


def simulate(arguments: argparse.Namespace) -> None:
    """Prints a table and draws a picture for each county. What did not hold is named, and ends it with 1."""
    from bot import log
    from bot.plans import plans_of
    from bot.simulate import simulate

    settings = configured(arguments)
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
