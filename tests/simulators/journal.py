"""What is counted alike in every platform's journal."""

from collections import deque
from collections.abc import Iterable


def most(times: Iterable[float], seconds: float) -> int:
    """How many lie within any span of that length, at the most."""
    recent: deque[float] = deque()
    found = 0
    for at in sorted(times):
        recent.append(at)
        while recent[0] <= at - seconds:
            recent.popleft()
        found = max(found, len(recent))
    return found
