"""Notices: written, sent, received."""

from handlers.notices import composing, drafts, giving_up, received, replying, saved, sent
from handlers.section import Section, named

SECTION = Section(
    conversations=named(
        composing.CONVERSATION,
        *drafts.CONVERSATIONS,
        giving_up.CONVERSATION,
        *saved.CONVERSATIONS,
        *received.CONVERSATIONS,
        replying.CONVERSATION,
        *sent.CONVERSATIONS,
    ),
    listed={"notices": received.listed},
    openers={
        "notify": composing.opened,
        "draft": drafts.opened,
        "audiences": saved.opened,
        "save_audience": saved.asked,
        "notified": sent.opened,
        "notice": received.opened,
        "noted": received.noted,
    },
)
