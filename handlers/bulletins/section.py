"""What is written for citizens, let out, and read by anybody."""

from handlers.bulletins import asked, card, drafting, listed, reading
from handlers.section import Section, named

SECTION = Section(
    conversations=named(drafting.CONVERSATION, *card.CONVERSATIONS),
    openers={"bulletins": listed.listed, "bulletin": card.opened, "write": drafting.opened},
    meant=(drafting.meant,),
    readings={**reading.READINGS, "question": asked.answered},
)
