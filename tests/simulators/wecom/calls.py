"""One request, read and belonging to somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.simulators.serving import Upload

from .journal import Entry, Journal
from .rules import Limits, Refused, Stray

if TYPE_CHECKING:
    from .apps import App
    from .corps import Corp
    from .kf import Kf


@dataclass
class Call:
    """`app` is whose token it is."""

    app: "App"
    entry: Entry
    query: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    upload: Upload | None = None
    span: slice | None = None  # Range

    @property
    def corp(self) -> "Corp":
        return self.app.corp

    @property
    def limits(self) -> Limits:
        return self.app.corp.limits

    @property
    def journal(self) -> Journal:
        return self.app.corp.journal

    @property
    def now(self) -> int:
        return self.app.corp.clock.now()

    def agent(self, said: Any) -> None:
        """D 90313: the token's own app, nobody else's."""
        if said is None:
            raise Refused(41011)
        if str(said) not in map(str, self.corp.apps):
            raise Refused(40056)
        if str(said) != str(self.app.agent_id):
            raise Refused(301002)

    def kf(self) -> "Kf":
        """The account in the body. 95000 for an unknown one is M among 95000/95004; 48007 for another app's is D 90313."""
        if not self.body.get("open_kfid"):
            raise Refused(40063)
        kf = self.corp.kfs.get(self.body["open_kfid"])
        if kf is None:
            raise Refused(95000)
        if kf.app is not self.app or kf.withdrawn:
            raise Refused(48007)
        return kf

    def violates(self, why: str) -> None:
        """WeCom does it; the program should not have asked."""
        self.entry.violation = self.entry.violation or why

    def flag(self, name: str, *values: int) -> int:
        said = self.body.get(name, 0)
        if said not in (values or (0, 1)):
            raise Stray(f"{name} is {said}")
        return int(said)
