"""催一下乙镇, 同意, 还有谁没报月报, 月报, 填报: a duty that words name where none is open. What can mean but one is done or
opened; of several it is asked which, and each is one press away."""

import re
from collections.abc import Callable

from handlers import disclosure
from handlers.desk import Desk, Outcome
from handlers.duties import card, filing, owed
from handlers.duties.in_words import meant_by
from handlers.duties.owed import Owed
from handlers.forms import Choice, Heard, Say, plain
from handlers.words import folded, of
from rules.demands import Demand

SHOWN = 20
LONGEST = 30  # characters
_ALLOWS = of("同意 同意延期 批准 批准延期 准予延期 可以延期 同意了 agree agreed approve approved allow")
_REFUSES = of("不同意 不同意延期 不批准 不准 不予批准 disagree refuse notapproved")
_FILLS = of("填报 填表 我要填报 去填报 上报 填写 fillin file")
_OTHER = of("其他答复 其它答复 别的答复 otheranswer")
_TAKES_BACK = of("撤回 撤销 收回 我要撤回 撤回报送 withdraw takeback")
_WHO_HAS_NOT = re.compile(
    r"(?:还有|现在|都)*(?:谁|哪些(?:单位|地方|人)?|哪几家|哪家|哪个(?:单位|镇))(?:还|都)*(?:没有?|未)(?:报送|上报|填报|报|交|答复|回复)(?:了)?.{0,12}"
    r"|.{2,10}(?:还有)?(?:谁|哪些单位|哪几家|哪家)(?:还)?(?:没有?|未)(?:报送|上报|填报|报|交)(?:了)?"
    r"|who(?:has|have|is)(?:not|n'?t)(?:yet)?(?:filed|reported|answered|handedin).{0,30}"
)


def named(desk: Desk, heard: Heard) -> Outcome | None:
    """None: these words name no duty, or none that waits."""
    words = plain(heard.text) if heard.kind == "said" else ""
    if not words or len(words) > LONGEST or disclosure.withheld(desk, "duties", "title"):
        return None
    return next((found for reads in _READS if (found := reads(desk, words)) is not None), None)


def _who_has_not(desk: Desk, words: str) -> Outcome | None:
    return Outcome(next=("go.owed", {})) if _WHO_HAS_NOT.fullmatch(folded(words)) else None


def _decided(desk: Desk, words: str) -> Outcome | None:
    """To whoever asks for more time."""
    act = "allow" if folded(words) in _ALLOWS else "refuse" if folded(words) in _REFUSES else None
    asking = [one for one in owed.received(desk) if one.row.asked_until] if act else []
    return _one_of(desk, asking, act, whose=True) if act else None


def _urged(desk: Desk, words: str) -> Outcome | None:
    """Of one unit, where it is named; else of those that are late, where some are."""
    meant = meant_by(desk, words)
    if meant is None or meant.kind != "urge":
        return None
    waiting = owed.received(desk)
    theirs = [one for one in waiting if meant.who in desk.plan.units[one.row.unit].name.zh] if meant.who else waiting
    late = [one for one in theirs if one.row.due_at < desk.now]
    return _one_of(desk, late or theirs, "urge", whose=True)


def _filled_in(desk: Desk, words: str) -> Outcome | None:
    if folded(words) not in _FILLS:
        return None
    return _one_of(desk, [one for one in owed.mine(desk) if filing.form_of(desk, one) is not None], "file")


def _otherwise(desk: Desk, words: str) -> Outcome | None:
    """其他答复, as the card calls it."""
    return _one_of(desk, owed.mine(desk), "other") if folded(words) in _OTHER else None


def _taken_back(desk: Desk, words: str) -> Outcome | None:
    """What was handed in stays: whoever received it gives it back."""
    if folded(words) not in _TAKES_BACK or not desk.units("liaison"):
        return None
    return Outcome((Say("duties/which:stands", {}, (Choice("go.owed", style="quiet"),)),))


def _called(desk: Desk, words: str) -> Outcome | None:
    """信息月报, or 月报, with which its name ends: one's own, or what is received; none of it may wait."""
    text = folded(words)
    if len(text) < 2:
        return None
    mine = [one for one in owed.mine(desk) if _is_called(one.demand, text)]
    theirs = [] if mine else [one for one in owed.received(desk) if _is_called(one.demand, text)]
    known = any(_is_called(demand, text) for demand in desk.plan.duties.values())
    return _one_of(desk, mine or theirs, None, whose=not mine) or (_nothing_waits(words) if known else None)


def _is_called(demand: Demand, text: str) -> bool:
    return demand.name.zh.endswith(text) or folded(demand.name.en) == text


def _of_unit(desk: Desk, words: str) -> Outcome | None:
    """甲镇, 乙镇 专项整治方案备案: what that unit still owes to an office of this person's."""
    if not desk.units("coordinator"):
        return None
    first, _, rest = words.partition(" ")
    unit = desk.plan.unit_named(words) or desk.plan.unit_named(first)
    name = "" if unit is None or desk.plan.unit_named(words) else folded(rest)
    if unit is None or (name and not any(_is_called(one, name) for one in desk.plan.duties.values())):
        return None
    theirs = [one for one in owed.received(desk) if one.row.unit == unit.id]
    found = [one for one in theirs if not name or _is_called(one.demand, name)]
    return _one_of(desk, found, None, whose=True) or _nothing_waits(words)


def _nothing_waits(words: str) -> Outcome:
    return Outcome((Say("duties/which:none_waits", {"words": words}, (Choice("go.owed", style="quiet"),)),))


def _one_of(desk: Desk, found: list[Owed], act: str | None, *, whose: bool = False) -> Outcome | None:
    if len(found) > 1:
        name = "duty_fill" if act == "file" else "duty"
        doors = [Choice(f"go.{name}.{one.row.id}", owed.called(desk, one, whose=whose)) for one in found[:SHOWN]]
        return Outcome((Say("duties/which:several", {}, (*doors, Choice("go.owed", style="quiet"))),))
    if not found:
        return None
    return Outcome(next=(f"duties/{act}", {"_duty": found[0].row.id}) if act else card.card(found[0]))


_READS: tuple[Callable[[Desk, str], Outcome | None], ...] = (
    _who_has_not,
    _decided,
    _urged,
    _filled_in,
    _otherwise,
    _taken_back,
    _called,
    _of_unit,
)
