"""What citizens may begin, and what they are told at a word."""

from dataclasses import replace

from handlers.citizens import answers, mine, read_out, receipt, stopping, tip
from handlers.section import Section, named

# An oral or hotline tip, typed in by whoever took the call; the caller is given number and password.
# Without `_source` it would be taken for a citizen's own.
ORAL = replace(tip.CONVERSATION, form=replace(tip.FORM, about=("_source",)), who=read_out.WHO)

SECTION = Section(
    conversations=named(
        tip.CONVERSATION, receipt.CONVERSATION, read_out.CONVERSATION, *mine.CONVERSATIONS, stopping.CONVERSATION
    )
    | {"citizens/oral": ORAL},
    forms={
        "tip": ("citizens/tip", {}),
        "mine": ("citizens/find", {}),
        "add": ("citizens/find", {"_wish": "add"}),
        "withdraw": ("citizens/find", {"_wish": "withdraw"}),
        "exposed": ("citizens/find", {"_wish": "exposed"}),
        "oral": ("citizens/oral", {"_source": "oral"}),
    },
    answers=answers.CITIZENS,
)
