"""What a channel that pushes is given to send, and on which terms it is served."""

from dataclasses import dataclass

from storage.queue import Message, Waiting
from storage.windows import Window


@dataclass(frozen=True)
class Terms:
    """How a channel is served: `merge_from` so many that wait for one person go as one message (0: never); `window`: when
    people may be written to; `confirms`: what was accepted may yet turn out not to have arrived; `buckets`: no more
    than so many messages to one person within so many milliseconds, the shortest first; `daily`: beyond so many people a
    day what is not urgent waits for the next (0: no limit is known); `erases`: what was said can be taken from a chat."""

    merge_from: int = 0
    window: Window | None = None
    confirms: bool = False
    buckets: tuple[tuple[int, int], ...] = ()
    daily: int = 0
    erases: bool = True


PLAINLY = Terms()


@dataclass(frozen=True)
class Parcel(Waiting):
    """One claimed row with its way there, and those that are said with it. `address` is empty where there is none any
    more; `ticket` lets it go outside the count, and `turn` is theirs that it follows."""

    until_ms: int
    once: str | None
    parts: int
    stale: bool
    lapses: int  # how often it was begun, this time included, since anybody learnt what became of it
    address: str
    spoken_ms: int
    ticket: str = ""
    turn: int = 0
    rest: tuple["Parcel", ...] = ()
    room: int | None = None  # so many messages may it be now; None: nobody counts
    broadcast: int | None = None  # where what it says is said to many

    @property
    def message(self) -> Message | None:
        return self.payload  # type: ignore[return-value]

    @property
    def all(self) -> tuple["Parcel", ...]:
        return (self, *self.rest)

    @property
    def bulk(self) -> bool:
        """It waits while replies, and what is urgent, go ahead."""
        return self.prompt < 0 and not (self.payload or {}).get("urgent")

    @property
    def prompt(self) -> int:
        """Of several questions that are said together the latest stands."""
        return max(int((one.payload or {}).get("prompt", -1)) for one in self.all)
