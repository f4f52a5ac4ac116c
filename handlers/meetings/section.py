"""Meetings: called, answered, changed, held."""

from handlers.meetings import calling, card, changing, first_words, holding, listed, replying
from handlers.section import Section, named

SECTION = Section(
    conversations=named(
        calling.CONVERSATION,
        card.CONVERSATION,
        *replying.CONVERSATIONS,
        *changing.CONVERSATIONS,
        *holding.CONVERSATIONS,
    ),
    listed={"meetings": listed.listed},
    openers={"meet": calling.opened, "meeting": card.opened, **replying.OPENERS},
    meant=(first_words.meant,),
)
