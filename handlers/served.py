"""The counties one deployment serves, by the names people give them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from handlers import spoken
from handlers.desk import Desk
from handlers.forms import Heard
from handlers.words import folded
from rules.county import Plan
from rules.terms import Text

_AROUND = re.compile(r"^(?:我?[们是]?(?:在|找|选|要|要找|住)|广东|广西|省|市)+|(?:的|人|那边|这边|这里|吧|啊)+$")
_ABOUT = re.compile(r"county$|[县市区]$")


def named(desk: Desk, heard: Heard) -> str | None:
    """By the question's answer; where only one is served there is nothing to ask."""
    plans = desk.setting.served(desk.chat.channel)
    if len(plans) == 1:
        return next(iter(plans))
    for language in ("zh", "en"):
        names = {f"go.county.{key}": plan.name.in_(language) for key, plan in plans.items()}
        found = (spoken.pressed(heard, list(names.items())) or "").removeprefix("go.county.")
        if found in plans:
            return found
    return _called(plans, heard.text) if heard.kind == "said" else None


def _called(plans: Mapping[str, Plan], words: str) -> str | None:
    stem = _stem(words)
    called = [key for key, plan in plans.items() if stem in _stems(plan.name)]
    return called[0] if len(called) == 1 else None


def _stem(words: str) -> str:
    """阳西 for 我在阳西县的, and nothing that tells more than that."""
    return _ABOUT.sub("", _AROUND.sub("", folded(words)))


@lru_cache(64)
def _stems(name: Text) -> frozenset[str]:
    return frozenset((_stem(name.zh), _stem(name.en))) - {""}


def another(desk: Desk, heard: Heard) -> bool:
    """Whether somebody who has submitted nothing names a county that this is not. A number names none: nobody was asked."""
    if desk.chat.county is None or desk.chat.person is not None or desk.chat.state.get("mine"):
        return False
    plans = desk.setting.served(desk.chat.channel) if heard.kind == "said" else {}
    return len(plans) > 1 and _called(plans, heard.text) not in (None, desk.chat.county)
