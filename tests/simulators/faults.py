"""What can go wrong on any platform, and when: which requests a fault concerns, each platform says itself."""

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

Cut = Literal["before", "after", "body"]


@dataclass(kw_only=True)
class Fault:
    """Applies to the requests it concerns: the next `times` of them after `after`."""

    times: float = 1
    after: int = 0
    seconds: float = 0.0  # the answer takes so long; the effect has happened by then
    cut: Cut | None = None  # "before" the effect, "after" it without a word, or in mid-"body" of the answer
    met: list[Any] = field(default_factory=list)

    def concerns(self, entry: Any) -> bool:
        raise NotImplementedError

    def stop(self) -> None:
        self.times = 0

    def meets(self, entry: Any) -> bool:
        if self.times <= 0 or not self.concerns(entry):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.met.append(entry)
        return True


F = TypeVar("F", bound=Fault)


class Faults(Generic[F]):
    def __init__(self) -> None:
        self.faults: list[F] = []

    def add(self, fault: F) -> F:
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        self.faults.clear()

    def met_by(self, entry: Any) -> list[F]:
        return [one for one in self.faults if one.meets(entry)]
