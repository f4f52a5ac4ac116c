"""Requests to a platform that counts them, as permits: each is used for one request, and good again a second after its answer.

A request arrives before it is answered. So between two arrivals under one permit lies more than a second, and in no second,
wherever it begins, arrive more than there are permits: however many processes share them and whatever the network moves.
"""

from collections.abc import Mapping

SECOND_MS = 1_000
AHEAD_MS = 250  # nobody books what is good later than this: others ask, too
HOLD_MS = 30_000  # what was not answered by then arrived long ago, or never will


def good_again(answered: int, second: int = SECOND_MS) -> int:
    """Milliseconds are rounded down: one more."""
    return answered + second + 1


def booked(good: Mapping[int, int], following: int, now: int, count: int, step: int) -> dict[int, int]:
    """The first so many permits, and from when each may be used: a `step` after the one before, not before it is good, and
    none before `following`. Further ahead than one is held lies what was booked before a clock was set back."""
    horizon, moments = now + HOLD_MS + 2 * SECOND_MS, dict[int, int]()
    following = following if following < horizon else now
    near = sorted((at if at < horizon else now, number) for number, at in good.items())
    for at, number in near[:count]:
        if at > now + AHEAD_MS:
            break
        moments[number] = max(at, following, now)
        following = moments[number] + step
    return moments
