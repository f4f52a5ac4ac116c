"""The units that a lead was handed to."""

from handlers.liaisons import correcting, handing_back, lead, working
from handlers.section import Section, named

SECTION = Section(
    conversations=named(lead.CONVERSATION, handing_back.CONVERSATION, *working.CONVERSATIONS, correcting.CONVERSATION),
    openers={
        "lead": lead.opened,
        **{act: lead.straight(act) for act in ("sign", "complete", "prolong", "progress", "give_back")},
    },
)
