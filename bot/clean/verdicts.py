"""What cleaning can answer, in fixed words: the conversation turns them into sentences, the log may show them."""

from dataclasses import dataclass, field
from typing import Literal

MAX_FILE = 20 * 1024 * 1024

Family = Literal["image", "document", "video", "voice", "text"]
RefusedReason = Literal[
    "unknown_type",  # none of the kinds a tip may carry
    "executable",
    "archive",
    "polyglot",  # two kinds in one file: what one program shows, another one doesn't
    "truncated",  # the upload stopped early: send it again
    "damaged",  # whole, but not readable
    "bomb",  # small on the wire, enormous when opened
    "empty",
    "too_large",
]
WithheldReason = Literal[
    "video",
    "voice",
    "heic",  # HEIC and AVIF pictures
    "old_office",  # .doc .xls .ppt .rtf
    "encrypted",  # needs a password
    "uncleanable",  # readable, but no copy of it can be vouched for
]


@dataclass(frozen=True)
class Kind:
    """What the bytes are. `extension` has no dot and is the only one a stored file is ever given."""

    family: Family
    mime: str
    extension: str


@dataclass(frozen=True)
class Cleaned:
    """A copy without metadata, for the officers. Its type may differ from the original's."""

    data: bytes = field(repr=False)
    mime: str
    extension: str


@dataclass(frozen=True)
class Withheld:
    """Kept sealed, not shown to units: there is no clean copy, intake opens the original under a warning."""

    reason: WithheldReason


@dataclass(frozen=True)
class Refused:
    """Not accepted at all; the person is told why and may send something else."""

    reason: RefusedReason


class Halt(Exception):
    """Ends a cleaning with its verdict, from wherever it became clear. Never leaves `bot.clean.clean`."""

    def __init__(self, verdict: Refused | Withheld) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def refuse(reason: RefusedReason) -> Halt:
    return Halt(Refused(reason))


def withhold(reason: WithheldReason) -> Halt:
    return Halt(Withheld(reason))
