"""xiezhi VERB: the console. Errors are one sentence on stderr; exit 2 for usage and configuration, 1 for the rest."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.verbs import ROOT, Refusal, life, people, rehearsal, upkeep


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


# -- the command line ----------------------------------------------------------------------------------------------------

VERBS: tuple[tuple[str, Callable[[argparse.Namespace], None], str], ...] = (
    ("run", life.run, "start the bot on the configured database"),
    ("demo", life.demo, "temporary data, sample people, and a clock one can move"),
    ("check", upkeep.check, "say in plain words what is wrong with configuration, counties, templates or database"),
    ("migrate", upkeep.migrate, "bring the database to this version, or copy it to PostgreSQL"),
    ("keys", upkeep.keys, "make the keyring, or add new keys to it"),
    ("invite", people.invite, "a one-time code that seats somebody, valid 72 hours"),
    ("roster", people.roster, "take in who sits where from an .xlsx table, or write it down"),
    (
        "simulate",
        rehearsal.simulate,
        "a county's days in virtual time, with all that goes wrong; prints what was reminded of",
    ),
    ("console", life.console, "the same conversation in a terminal"),
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
