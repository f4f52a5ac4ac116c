"""The contract of a channel: what it can do, as data; how it sends; what may come of sending.

A channel that *pulls* keeps nothing of its own: its outbox is its mailbox, and people fetch from it. A channel that
*pushes* is called by `bot.sender` with one rendered message at a time. What a channel can't express is degraded visibly
and counted in `degraded`, never dropped.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, Protocol

from handlers.desk import Shows
from storage.parcels import PLAINLY, Terms

AT_ONCE = 32
# Codes that say more than their message: of the door, of a window, of what one person may be sent.
FLOOD, SHUT, TICKET, FULL = "flood", "shut", "ticket", "full"
BETWEEN = "\n\n"
degraded: Counter[tuple[str, str]] = Counter()  # (channel, what it could not do), for /metrics


@dataclass(frozen=True)
class Door:
    """One bot of one county on one platform. Its name is the `channel` of every row that goes through it."""

    platform: str
    bot: str
    county: str

    @property
    def name(self) -> str:
        return f"{self.platform}:{self.bot}:{self.county}"


@dataclass(frozen=True)
class Can:
    """Abilities and limits. `unit`: what `max_text` counts. `disclosure`: what of tips and of duties may be shown there."""

    max_text: int
    unit: Literal["characters", "utf16", "bytes"]
    erase: bool  # a message can be taken out of the chat afterwards
    pull: bool
    disclosure: Shows
    max_file: int = 0  # bytes of one file; 0: files are fetched by a link
    terms: Terms = PLAINLY
    shy: tuple[int, ...] = ()  # minutes of the hour in which pushes that are not urgent don't begin
    at_once: int = AT_ONCE  # messages under way together; more where equal ones travel in one request

    def size(self, text: str) -> int:
        """In what `max_text` counts."""
        if self.unit == "characters":
            return len(text)
        return len(text.encode()) if self.unit == "bytes" else len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Attachment:
    """A file as it is sent: a neutral name, and what it is (image, video, audio, document …)."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Outgoing:
    """One message for one conversation, in the person's language: what is said, the question last; choices are (id, words) in
    order."""

    lane: int
    address: str
    says: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()
    prompt: int = -1
    key: str = ""  # the same each time this message is tried, and of no other
    files: tuple[Attachment, ...] = ()
    deletes: tuple[str, ...] = ()  # the person's own messages that are taken out of the chat first
    gone: int = 0  # how many of its parts went out before: a long text, or one with files, is several messages
    spoken_ms: int = 0  # machine time of the latest message there, 0 when it is long ago
    bulk: bool = False  # it waits while others go ahead
    tells: bool = False  # of a tip, or the next will take its place: it may have to be taken out of this one chat
    ticket: str = ""  # lets it go outside the count
    language: str = "zh"
    draft: bool = False  # of something unfinished, which it repeats: it may be abridged
    subject: str = ""  # the number of what its choices act on, where they act on something
    room: int | None = None  # so many messages may it be now; None: nobody counts

    @property
    def text(self) -> str:
        return BETWEEN.join(self.says)

    @property
    def asks(self) -> str:
        return self.says[-1] if self.says else ""


@dataclass(frozen=True)
class Sent:
    """`ok`; `retry` after so many milliseconds (0: the usual back-off); `never`: this message can't be sent; `gone`: this
    person can't be reached here any more. `ext_ids` (by which what went out can be changed, in the platform's own words)
    and `parts` tell what went out, whatever became of the rest; `costs` is whether the try counts; `code` never holds
    anybody's words. `FLOOD`: the door is silent for so long. `SHUT`: this person may not be written to before they write.
    `TICKET`: it was not good. `FULL`: it is begun when there is room for so many messages as it `needs`."""

    result: Literal["ok", "retry", "never", "gone"]
    after_ms: int = 0
    code: str = ""
    ext_ids: tuple[str, ...] = ()
    parts: int = 0
    costs: bool = True
    needs: int = 0


class Channel(Protocol):
    """A door that pushes. `plain` takes the buttons off a message, `delete` takes messages out of the chat; both are
    done when there was nothing left to do."""

    @property
    def name(self) -> str: ...

    @property
    def can(self) -> Can: ...

    async def send(self, message: Outgoing) -> Sent: ...

    async def plain(self, address: str, ext_id: str) -> Sent: ...

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent: ...


def numbered(text: str, choices: tuple[tuple[str, str], ...], prompt: int) -> str:
    """Choices as numbers under the text: the floor every channel can stand on. The engine takes the number back as an answer
    to the open question; what nobody asked for asks none, so there it would be taken for another's."""
    lines = [f"{number}. {label}" for number, (_, label) in enumerate(choices, 1) if prompt >= 0]
    return "\n".join([text, "", *lines]) if lines else text
