"""The coordinating office: tips and what becomes of them, the roster, its groups."""

from handlers.coordinators import case, correcting, ending, groups, handover, involve, roster, triage
from handlers.section import Section, named

SECTION = Section(
    conversations=named(
        *case.CONVERSATIONS,
        *triage.CONVERSATIONS,
        correcting.CONVERSATION,
        *ending.CONVERSATIONS,
        *handover.CONVERSATIONS,
        involve.CONVERSATION,
        *roster.CONVERSATIONS,
        groups.CONVERSATION,
    ),
    forms={"invite": ("staff/invite", {}), "roster": ("staff/roster", {}), "sessions": ("staff/sessions", {})},
    listed={"login": roster.login},
    openers={
        "open": case.opened,
        **{act: case.straight(act) for act in ("take", "hand", "finish")},
        "groups": groups.opened,
    },
    meant=(groups.said_here,),
)
