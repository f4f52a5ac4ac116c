"""What readers are to do: as it is offered, as it is said, and as far as the notice's category lets it be wanted."""

from typing import Any

from handlers.desk import Desk
from handlers.duties.asking import read_by
from handlers.forms import Answers, Choice, Facts, Heard, Refused, Say, plain
from handlers.notices import draft
from rules.expressions import expression
from rules.notices import Want

ELSEWHERE = "answer_elsewhere"  # an answer after all: then it is of the category that may want one
_MEANT: tuple[tuple[Want, Any], ...] = (
    ("nothing", expression(r"(?:不用|不必|无需|不需要?|不要)(?:再|另)?(?:回|答|反馈)|no (?:answer|reply|receipt)")),
    ("answer", expression(r"答复|回复|回执|反馈|answer|reply")),
    ("read", expression(r"看到|阅知|知悉|阅读|看过|看一?看|read|note")),
)


def offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    first, *rest = facts["wants"]
    elsewhere = () if "answer" in facts["wants"] else (Choice(ELSEWHERE),)
    return (Choice(first, style="primary"), *(Choice(one) for one in rest), *elsewhere)


def read(heard: Heard, facts: Facts) -> Any:
    """要答复, 周五前答复, 看到就行."""
    if heard.kind == "chose":
        return heard.choice
    words = plain(heard.text).casefold()
    meant = next((want for want, pattern in _MEANT if pattern.search(words)), None)
    if meant == "answer" and meant not in facts["wants"]:
        return Refused("no_answer_here")
    return meant if meant in facts["wants"] else Refused("want_choice")


def implied(heard: Heard, facts: Facts) -> Answers:
    """The day by which, where it is said with the wish."""
    if heard.kind != "said" or read(heard, facts) != "answer":
        return {}
    day = read_by(heard, facts)
    return {} if isinstance(day, Refused) else {"by": day}


def agreed(desk: Desk, after: Answers) -> list[Say]:
    """The category says what may be wanted; what it does not let be wanted is dropped, and that is said."""
    if after.get("want") == ELSEWHERE:
        after |= {"want": "answer", "category": _answered_in(desk)}
    kind = draft.category(desk, after)
    said = after.get("want")
    if len(kind.wants) == 1 and "units" in after:
        after["want"] = kind.wants[0]
    elif said not in (None, *kind.wants):
        del after["want"]
    _keep_day(after)
    if said in (None, after.get("want")):
        return []
    return [Say(f"{draft.COMPOSE}:want_dropped", {"category": kind.name.in_(desk.chat.language), "want": said})]


def _keep_day(after: Answers) -> None:
    """The day by which is kept aside while no answer is wanted, and stands again when one is."""
    if after.get("want") != "answer":
        after |= {"_by": after.pop("by")} if after.get("by") else {}
    elif (aside := after.pop("_by", None)) is not None:
        after.setdefault("by", aside)


def _answered_in(desk: Desk) -> str:
    return next(one.id for one in desk.plan.notice_categories.values() if "answer" in one.wants)
