"""What a meeting decided: each line is somebody's duty with its day, asked of them by whoever called the meeting."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from handlers.desk import Desk
from handlers.duties import asking
from handlers.forms import Facts, Heard, Refused, said
from handlers.meetings.seen import Seen
from rules import asks
from rules.asks import Ask
from rules.decisions_said import Decision, Unread, decisions_said
from rules.terms import UnitId
from storage import asks as ask_rows
from storage import meetings as rows
from storage.database import new_id
from storage.meetings import Decided
from storage.seated import local_day

MOST, UNSAID = 30, 0  # decisions of one meeting; nobody said how long one takes
TASK = 300  # characters
Line = dict[str, Any]


def may_be_asked(desk: Desk, one: Seen) -> tuple[UnitId, ...]:
    """And the office itself, whose own tasks stand in the minutes and are nobody's duty to it."""
    able = asks.may_be_asked(desk.plan, one.meeting.office, local_day(desk.plan, desk.now))
    return (one.meeting.office, *able)


def there(desk: Desk, one: Seen) -> tuple[UnitId, ...]:
    """各单位 of a meeting: those that were invited, and not who only calls or chairs it."""
    asked = {*one.invited} - one.hosts - {one.meeting.office}
    return tuple(unit for unit in may_be_asked(desk, one) if unit in asked)


def read(heard: Heard, facts: Facts) -> Any:
    """Each line that is whole; of the others what they lack. 去掉第2条 takes one out again."""
    text = said(5_000)(heard)
    if isinstance(text, Refused):
        return text
    if (out := _out(text)) is not None:
        return {"out": out}
    found = list(decisions_said(facts["plan"], text, facts["able"], facts["today"], facts["there"]))
    lines = [_checked(one, facts) for one in found]
    return lines if any("units" in one for one in lines) else _refused(lines[0]) if lines else Refused("empty")


def _out(text: str) -> int | None:
    bare = "".join(text.split())
    for lead in ("去掉第", "删除第", "删掉第", "去掉", "删除", "删掉", "drop", "remove"):
        digits = bare.removeprefix(lead).removesuffix("条").removesuffix("项")
        if bare.startswith(lead) and digits.isdigit():
            return int(digits)
    return None


def _checked(one: Decision | Unread, facts: Facts) -> Line:
    """Two full working days, as for whatever an office asks; sooner only where it is said to be urgent (急)."""
    if isinstance(one, Unread):
        return {"line": one.line[:60], "why": one.why}
    if len(one.task) > TASK:
        return {"line": one.task[:60], "why": "too_long"}
    urgent = _URGENT.search(one.task) is not None
    asked = [unit for unit in one.units if unit != facts["office"]]
    if asked and asks.too_near(one.by, facts["today"], facts["plan"]) and not urgent:
        return {"line": one.task[:60], "why": "too_near", "earliest": facts["earliest"]}
    return {"units": list(one.units), "by": one.by.isoformat(), "task": one.task, "urgent": urgent}


# by itself: 应急演练 and 立即停止的 are none
_URGENT = re.compile(
    r"(?:^|(?<=[\s，,。；;（(【\[!！]))(?:特急|加急|紧急|很急|急件|急办|急|立即|马上|urgent)(?=$|[\s，,。；;）)】\]!！])",
    re.IGNORECASE,
)


def _refused(line: Line) -> Refused:
    return Refused(f"decision_{line['why']}", {"line": line["line"], "earliest": line.get("earliest")})


def takes(got: Sequence[Any], value: Any, chose: bool, facts: Facts) -> tuple[list[Any], tuple[Refused, ...]]:
    if isinstance(value, dict):
        n = value["out"] - 1
        return [one for at, one in enumerate(got) if at != n], ()
    whole = [one for one in value if "units" in one and one not in got]
    refused = tuple(_refused(one) for one in value if "units" not in one)
    found = [*got, *whole]
    return found[:MOST], (*refused, *((Refused("too_many"),) if len(found) > MOST else ()))


# -- done ----------------------------------------------------------------------------------------------------------------


def decide(desk: Desk, one: Seen, lines: Iterable[Line]) -> int:
    """A row and, of every unit but the office's own, a duty for each. How many duties that are."""
    able, today, made = may_be_asked(desk, one), local_day(desk.plan, desk.now), 0
    for line in lines:
        units = [unit for unit in line["units"] if unit in able]
        number = _asked(desk, one, [unit for unit in units if unit != one.meeting.office], line, today)
        for unit in units:
            ask = number if unit != one.meeting.office else None
            rows.decide(desk.tx, one.row.id, Decided(unit, date.fromisoformat(line["by"]), line["task"], ask))
            made += ask is not None
    return made


def _asked(desk: Desk, one: Seen, units: list[UnitId], line: Line, today: date) -> int | None:
    """None: it is nobody else's, or was asked of the same units by the same day before."""
    if not units:
        return None
    by, title = max(date.fromisoformat(line["by"]), today), line["task"]
    near = asks.too_near(by, today, desk.plan)
    about = one.meeting.about.title
    words = (
        title[: asking.TITLE],
        f"{title}（{about}）" if len(title) > asking.TITLE else about,
        about if near else "",
    )
    ask = Ask(new_id(), one.meeting.office, today, by, UNSAID, tuple(units), *words)
    if not ask_rows.make(desk.tx, desk.plan.id, ask, desk.person, desk.now):
        return None
    asking.begin(desk, ask)
    return ask.number
