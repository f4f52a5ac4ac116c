"""Somebody with a telephone in the hand: every change of what is shown there, and waiting for one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from tests.simulators.bell import Bell


class Showable(Protocol):
    gone: bool

    @property
    def text(self) -> str: ...
    @property
    def labels(self) -> list[str]: ...


M = TypeVar("M", bound=Showable)
Wanted = str | re.Pattern[str] | Callable[[M], Any]


@dataclass(frozen=True)
class Shown(Generic[M]):
    """A message as it was then, and who it is from: a bot, an app, an account."""

    sender: Any
    message: M
    text: str
    labels: list[str]


class Screen(Generic[M]):
    """Nothing here waits for the program but `hears`."""

    def __init__(self, name: str) -> None:
        self.name, self.bell = name, Bell()
        self.shown: list[Shown[M]] = []
        self._heard = 0

    def notices(self, sender: Any, message: M) -> None:
        self.shown.append(Shown(sender, message, message.text, message.labels))
        self.bell.ring()

    async def hears(self, wanted: "Wanted[M]" = "", sender: Any = None, within: float = 10) -> M:
        """The next message, new or changed, that fits; those before it count as heard."""
        start = self._heard

        def look() -> M | None:
            for number, one in enumerate(self.shown[self._heard :], self._heard):
                if sender in (None, one.sender) and not one.message.gone and _fits(wanted, one):
                    self._heard = number + 1
                    return one.message
            return None

        try:
            return await self.bell.until(look, within)
        except TimeoutError:
            heard = [(one.text, one.labels) for one in self.shown[start:]]
            raise AssertionError(f"{self.name} waited for {wanted!r} and heard {heard}") from None


def _fits(wanted: "Wanted[M]", shown: Shown[M]) -> bool:
    if isinstance(wanted, str):
        return wanted in shown.text
    return bool(wanted.search(shown.text) if isinstance(wanted, re.Pattern) else wanted(shown.message))
