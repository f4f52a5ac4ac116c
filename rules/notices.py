"""What an office tells many units: its life from the first draft to its end, what it wants to hear back, and whether that has been
given. Reading is what a notice asks for at the most, unless it asks for an answer; whoever has given it hears no more of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rules.terms import STRICT, Origin, SeatRef, Text, UnitId

if TYPE_CHECKING:
    from rules.county import Plan

Want = Literal["nothing", "read", "answer", "attend"]
# waiting: for a second person · returned: by them, not approved · planned: it goes as soon as its time has come · cancelled: before
# all had it · recalled: taken back · replaced: a correction took its place
Status = Literal["waiting", "returned", "planned", "sent", "cancelled", "recalled", "replaced"]
Move = Literal["submit", "plan", "approve", "return", "go", "cancel", "recall", "replace"]
_DRAFTS: frozenset[Status] = frozenset({"waiting", "returned", "planned"})
# From where to where. What was changed is written anew (`submit`, `plan`): nothing goes that was approved in other words.
MOVES: dict[Move, tuple[frozenset[Status], Status]] = {
    "submit": (_DRAFTS, "waiting"),
    "plan": (_DRAFTS, "planned"),
    "approve": (frozenset({"waiting"}), "planned"),
    "return": (frozenset({"waiting"}), "returned"),
    "go": (frozenset({"planned"}), "sent"),
    "cancel": (_DRAFTS | {"sent"}, "cancelled"),
    "recall": (frozenset({"sent", "cancelled"}), "recalled"),
    "replace": (frozenset({"sent", "cancelled"}), "replaced"),
}
GONE: frozenset[Status] = frozenset({"sent", "cancelled", "recalled", "replaced"})  # somebody may have it
Standing = Literal["answered", "confirmed", "opened", "unread"]
ORDER: tuple[Standing, ...] = ("unread", "opened", "confirmed", "answered")
# by which whoever owes it is asked again
LADDERS: dict[Want, str] = {"read": "notice", "answer": "notice_answer", "attend": "meeting_answer"}
OF_UNITS: frozenset[Want] = frozenset({"answer", "attend"})  # what one person gives for the whole unit
SEATS: dict[str, tuple[str, ...]] = {
    "liaisons": ("liaison",),
    "leaders": ("leader",),
    "both": ("liaison", "leader"),
}


def deciders(plan: "Plan", office: UnitId) -> tuple[SeatRef, ...]:
    """Whose word one waits for, where its category wants a second person's: never that of who wrote it."""
    return SeatRef(office, "coordinator"), plan.head.ref


def may_be_told(plan: "Plan", office: UnitId = "") -> tuple[UnitId, ...]:
    """The units that can be told something, but for the office itself: of those with a liaison's seat all, before the county goes live
    as well, when nothing is asked of anybody by the plan."""
    return tuple(one for one in plan.units if one != office and plan.seat_exists(one, "liaison"))


def moved(status: Status, move: Move) -> Status | None:
    """None: that can't be done with it any more."""
    before, after = MOVES[move]
    return after if status in before else None


@dataclass(frozen=True)
class Category:
    """A kind of notice that the plan knows: what it may ask for, the first is offered first; `approval`: a second person's;
    `titles`: how titles end that may be of this kind."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    wants: tuple[Want, ...]
    origin: Origin
    approval: bool = False
    clause: str | None = None
    note: str | None = None
    titles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.wants:
            raise ValueError("wants names at least one of nothing, read, answer, attend")

    def may_be(self, title: str) -> bool:
        """关于…的通报: a title that says it is of this kind."""
        return title.rstrip("。.").casefold().endswith(self.titles) if self.titles else False

    @property
    def begins(self) -> Move:
        return "submit" if self.approval else "plan"


@dataclass(frozen=True)
class Whom:
    """As it was said: who of these units, and which people besides. Who that is, is settled when it goes."""

    units: tuple[UnitId, ...] = ()
    seats: tuple[str, ...] = ()
    persons: tuple[int, ...] = ()


@dataclass(frozen=True)
class Notice:
    """`until`: the day by which an answer is wanted; `category`: a key of the plan's; `replaces`: which one it corrects."""

    number: int
    office: UnitId
    title: str
    words: str
    want: Want
    until: date | None = None
    category: str = "notice"
    replaces: int | None = None


@dataclass(frozen=True)
class Read:
    """What one person has made of one notice: aware moments in UTC."""

    opened: datetime | None = None
    confirmed: datetime | None = None
    answered: datetime | None = None

    @property
    def standing(self) -> Standing:
        return "answered" if self.answered else "confirmed" if self.confirmed else "opened" if self.opened else "unread"

    @property
    def latest(self) -> datetime | None:
        return self.answered or self.confirmed or self.opened

    @property
    def rank(self) -> int:
        return ORDER.index(self.standing)

    def owes(self, want: Want) -> bool:
        """Opening is reading: nobody is asked for a nod who has read."""
        match want:
            case "read":
                return self.standing == "unread"
            case "answer" | "attend":
                return self.answered is None
            case "nothing":
                return False
