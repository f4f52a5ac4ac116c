"""What every subject of a clock says of itself."""

from typing import Any, Protocol

from sqlalchemy import Row

from rules.escalation import Audience, Ladder
from rules.terms import SeatRef

Option = list[Any]  # as a message carries it: id, words or None, style, the county's kind of name


class Subject(Protocol):
    """`key`: how the names of all pushes about it begin; `name`: as people know it; `about`: the tips it tells of."""

    @property
    def row(self) -> Row[Any]: ...
    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def about(self) -> tuple[int, ...]: ...

    @property
    def owes(self) -> int:
        """How many duties of the plan it is: one or none."""
        ...

    @property
    def suggested(self) -> bool:
        """Whether nobody is late on it."""
        ...

    def told(self) -> dict[str, Any]:
        """What its words need besides the date."""
        ...

    def block(self, words: str) -> str: ...

    def door(self, whose: bool = False) -> Option:
        """Opens it. `whose`: called by its unit as well, since it stands among those of others."""
        ...

    def acts(self) -> tuple[str, ...]:
        """What whoever is to do it can do with one press."""
        ...

    def kind_of(self, act: str) -> str | None:
        """The county's kind of name that such an act has; None: it is called the same everywhere."""
        ...

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]: ...

    def stand_ins(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        """Who acts for such a seat, where nobody holds it."""
        ...

    def involved(self) -> frozenset[str]:
        """Units whose people hear nothing of it."""
        ...

    def excepted(self) -> frozenset[int]:
        """People who do not hear it by a seat of theirs: it is their own work."""
        ...

    def person(self, whose: Audience) -> int | None:
        """One in particular, who stands before the seats."""
        ...

    def found_vacant(self, seat: SeatRef) -> bool:
        """Whether that is on record."""
        ...

    def vacant(self, seat: SeatRef) -> None:
        """Put it on record."""
        ...
