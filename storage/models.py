"""Every table, by name. Plain tables only, so that clustered and domestic PostgreSQL editions work (design §9)."""

from storage.tables.columns import Instant, metadata, milliseconds
from storage.tables.doors import access, bots, cursors, leases, permits, said, windows
from storage.tables.duties import asks, calendar_years, duties, duty_moves, filing_receipts, filings
from storage.tables.matters import matter_moves, matter_parties, matters
from storage.tables.mornings import mornings, reminder_choices
from storage.tables.notices import notice_receipts, notices
from storage.tables.people import absences, accounts, codes, people, seatings, shifts, successions
from storage.tables.talk import chats, dead, inbox, outbox
from storage.tables.tips import (
    contacts,
    handovers,
    moves,
    returns,
    tip_files,
    tip_keys,
    tip_marks,
    tip_messages,
    tip_units,
    tips,
)
from storage.tables.watch import audit, audit_head, refusals, tries

__all__ = [
    "Instant",
    "absences",
    "access",
    "accounts",
    "asks",
    "audit",
    "audit_head",
    "bots",
    "calendar_years",
    "chats",
    "codes",
    "contacts",
    "cursors",
    "dead",
    "duties",
    "duty_moves",
    "filing_receipts",
    "filings",
    "handovers",
    "inbox",
    "leases",
    "matter_moves",
    "matter_parties",
    "matters",
    "metadata",
    "milliseconds",
    "mornings",
    "moves",
    "notice_receipts",
    "notices",
    "outbox",
    "people",
    "permits",
    "refusals",
    "reminder_choices",
    "returns",
    "said",
    "seatings",
    "shifts",
    "successions",
    "tip_files",
    "tip_keys",
    "tip_marks",
    "tip_messages",
    "tip_units",
    "tips",
    "tries",
    "windows",
]
