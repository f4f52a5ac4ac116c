"""What each verb of the console does. Whatever is heavy is imported by the verb that uses it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config
    from rules.county import Plan

ROOT = Path(__file__).parents[2]


class Refusal(Exception):
    """Exit 1 with one sentence."""


def configured(arguments: argparse.Namespace) -> "Config":
    from bot import config, log

    settings = config.load(arguments.config)
    log.set_up(settings.log_level)
    return settings


def built(arguments: argparse.Namespace, role: str = "all") -> "App":
    """The plans are read before the rest is imported: it then lives in the memory that reading YAML has left free (2 MB)."""
    from bot.plans import plans_of

    settings = configured(arguments)
    plans = plans_of(settings, ROOT)
    from bot.app import App, open_keys

    return App(settings, plans, open_keys(settings.data / "keys"), role=role)


def one_plan(app: "App", county: str | None) -> "Plan":
    if county is None and len(app.plans) == 1:
        return next(iter(app.plans.values()))
    if county is None or county not in app.plans:
        raise Refusal(f"--county {county or ''}: needed; one of {', '.join(app.plans)}")
    return app.plans[county]
