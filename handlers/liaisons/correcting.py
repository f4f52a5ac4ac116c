"""A unit corrects the last thing that it said of a lead."""

from handlers import corrections, matter
from handlers.coordinators import wording
from handlers.coordinators.correcting import form, last_words, note_correction
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Facts, Say
from handlers.liaisons.lead import Lead, card, no_longer, reach
from rules.visibility import Power
from storage import handovers

CORRECT = form("liaisons/correct", "_lead", "liaisons/lead")


def _last(desk: Desk, lead: Lead | None) -> matter.Line | None:
    own = lead is not None and lead.unit in desk.units("liaison")
    return corrections.correctable(desk, lead.tip.id, lead.given.id) if lead and own else None


def correct_facts(desk: Desk, answers: Answers) -> Facts:
    last = _last(desk, reach(desk, answers["_lead"], Power.READ_COPY))
    ended = last is not None and last["move"] in matter.UNIT_ENDS.values()
    look = wording.looked_at(answers, "text", **last_words(last))
    return {"outcomes": tuple(matter.UNIT_ENDS) if ended else ()} | look


def corrected(desk: Desk, answers: Answers) -> Outcome:
    """A new entry beside the old one, while nobody has acted on it, and held so that nobody does meanwhile."""
    lead = reach(desk, answers["_lead"], Power.READ_COPY, lock=True)
    last, outcome = _last(desk, lead), answers.get("outcome")
    if lead is None or last is None:
        return no_longer(answers)
    if outcome:
        handovers.change(desk.tx, lead.given.id, ("closed",), outcome=outcome)
    note_correction(desk, lead.tip, last, answers, matter.UNIT_ENDS[outcome] if outcome else None)
    return Outcome((Say("coordinators/correct:done"),), card(lead))


CONVERSATION = Conversation(CORRECT, corrected, "liaison", correct_facts, wording.text_notice)
