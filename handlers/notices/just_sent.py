"""收回, 撤回那份通知, said with nothing open: it is meant of the notice that whoever speaks has written last. That it goes is asked
by the form of its own card."""

from datetime import timedelta

from handlers.desk import Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Heard
from handlers.notices import controls, sent
from handlers.words import folded, takes_back
from rules.expressions import expression
from storage import notices

JUST = timedelta(days=1)
_SAID = expression(
    r"(?:我?(?:要|想)|请|帮我)?(?:收回|撤回|撤销)(?:刚才|刚刚|刚|上|这|那|最后)?一?[份条个]?(?:发|发出)?的?(?:那|这)?[份条个]?(?:的)?(?:通知)?(?:吧|了)?"
    r"|(?:把|将)?(?:刚才|刚刚|刚|上|这|那|最后)?一?[份条个]?(?:发|发出)?的?(?:那|这)?[份条个]?(?:的)?通知(?:收回|撤回|撤销|撤了)(?:来|吧|了)*"
    r"|recall(?:it|(?:the|that|my)?(?:last)?notice)?|takeitback|takeback(?:the|that|my)(?:last)?notice"
)


def meant(desk: Desk, heard: Heard) -> Outcome | None:
    """None: it is not said of a notice, or whoever speaks has written none since yesterday."""
    if heard.kind != "said" or not (_SAID.fullmatch(folded(heard.text)) or takes_back(heard.text)):
        return None
    own = offices(desk)
    rows = notices.of_offices(desk.tx, desk.plan.id, own, desk.now - JUST) if own else []
    row = next((one for one in rows if one.made_by == desk.person), None)
    if row is None:
        return None
    if "recall" in controls.possible(desk, row):
        return controls.asked("recall", row.id)
    return sent.opened(desk, str(row.id))
