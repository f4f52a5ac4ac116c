"""Legal time: what duties, quiet hours and codes are compared with. Machine time (leases, sessions) is elsewhere."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from rules.county import Plan
from rules.escalation import Days


class Timepiece:
    """The time of day, aware, UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def resting(plans: Mapping[str, Plan], now: datetime) -> tuple[str, ...]:
    """The counties in whose night or day off it is."""
    return tuple(key for key, plan in plans.items() if Days(plan.calendar, plan.tz, plan.quiet).rests(now))


class Lever(Timepiece):
    """A clock that can be set forward, for the demo and the tests; it never goes back."""

    def __init__(self, start: datetime | None = None) -> None:
        self.ahead = (start - super().now()) if start else timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def move_to(self, moment: datetime) -> None:
        self.ahead = max(self.ahead, moment - super().now())
