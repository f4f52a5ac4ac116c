"""What a move asks before it is made: why, a word, the number of a paper, a day, to whom, a form. Then it is asked once more whether
it is still to be made; what is sent again has a last look (`handlers.matters.again`).
"""

from datetime import date
from typing import Any

from handlers import filling
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.answers import SOON, read_day
from handlers.forms import Answers, Facts, Form, Question, Say, attached, attachment, chosen
from handlers.matters import across, again, by_post, card, held, receivers, views, wording
from handlers.matters.held import Held
from handlers.matters.making import Said
from handlers.matters.receivers import Pick
from rules.courses import Possible
from rules.filings import FilingForm
from storage import matters

NAME = card.MOVE
WORDS = ("reason", "note", "reference", "on")


def _found(desk: Desk, answers: Answers, *, lock: bool = False) -> tuple[Held, Possible | None] | None:
    one = held.reach(desk, answers["_matter"], lock=lock)
    return (one, one.find(answers["_party"], answers["_move"])) if one is not None else None


def facts(desk: Desk, answers: Answers) -> Facts:
    found = _found(desk, answers)
    none: dict[str, Any] = {"form": None, "pick": (), "asks": (), "before": {}, "nil": False, "again": False}
    one, possible = found if found is not None else (None, None)
    if one is None or possible is None:
        return none | {"said": {"gone": True}}
    move, language = possible.move, desk.chat.language
    renewed = again.form_of(desk, one, possible)
    form, before = _form(desk, one, possible)
    values, pick = filling.values_of(answers, before), _picks(desk, one, possible, answers)
    told: dict[str, Any] = views.line(desk, one) | {"move": move.id, "recorded": possible.recorded}
    told |= {"unit": held.body(possible.party.unit), "label": views.party_name(desk, one, possible.party)}
    told |= {"words": [[name, answers[name]] for name in wording.FREE if answers.get(name)]}
    told |= {"because": "", "personal": wording.named(answers), "fixed": []}
    told |= again.told(desk, one, possible, renewed, values) if renewed is not None else {}
    told |= receivers.told(desk, answers, pick)
    told |= filling.told(form, values, answers, language) if form is not None else {}
    asks = (*move.asks, *(("reference", "on") if possible.recorded else ()))
    asks += ("reason",) if receivers.to_be_reasoned(answers, pick) else ()
    about = (
        none
        | {"said": told, "asks": asks, "before": before, "calendar": desk.plan.calendar, "again": renewed is not None}
        | by_post.days(desk, one)
    )
    about |= receivers.facts(desk, pick)
    return about | (filling.facts(desk, form, values) if form is not None else {})


def _form(desk: Desk, one: Held, possible: Possible) -> tuple[FilingForm | None, dict[str, Any]]:
    """What it asks; of what is sent again, with what it says until now."""
    renewed = again.form_of(desk, one, possible)
    return (renewed, again.values(desk, one)) if renewed is not None else (_own_form(desk, possible), {})


def _own_form(desk: Desk, possible: Possible) -> FilingForm | None:
    return desk.plan.forms.get(possible.move.form or "")


def _picks(desk: Desk, one: Held, possible: Possible, answers: Answers) -> tuple[Pick, ...]:
    """By what the matter says, and what is filled in now."""
    values = matters.content(desk.tx, one.row).get("values", {}) | filling.values_of(answers, {})
    return receivers.picks(desk, one.regime, possible.move, possible.by.unit, one.course, one.row.tip, values)


def _asks(name: str) -> Any:
    return lambda answers, facts: name in facts["asks"]


FORM = Form(
    NAME,
    (
        filling.question(when=lambda a, f: f["form"] is not None),
        Question("note", wording.text(2000, 2), when=_asks("note")),
        Question("reference", wording.text(200), when=_asks("reference")),
        by_post.question(_asks("on")),
        Question("until", chosen, lambda a, f: SOON, _asks("until"), read=read_day),
        receivers.question(optional=False),
        receivers.question(optional=True),
        Question("reason", wording.text(500, 2), when=_asks("reason")),
        Question(
            "document", attachment, when=lambda a, f: f["form"] is not None, many=True, optional=True, asks="file"
        ),
        wording.question(when=lambda a, f: not f["again"]),
    ),
    review=True,
    looked_at=lambda answers, facts: bool(facts["again"]),
    about=("_matter", "_party", "_move"),
    home=card.NAME,
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    """Of two who decide at once the second sees what the first has decided."""
    found = _found(desk, answers, lock=True)
    if found is None:
        return Outcome((Say(card.GONE),))
    one, possible = found
    if possible is None:
        return card.no_longer(desk, one)
    if (rest := wording.to_edit(answers)) is not None:
        return Outcome(next=(NAME, rest))
    pick = _picks(desk, one, possible, answers)
    taken, labels = receivers.settled(desk, answers, pick)
    if receivers.short(pick, taken):
        rest = {name: value for name, value in answers.items() if name not in ("units", "others")}
        return Outcome((Say("common:outdated"),), (NAME, rest))
    words: dict[str, Any] = {name: answers[name] for name in WORDS if answers.get(name)}
    form, before = _form(desk, one, possible)
    if before and form is not None:
        one, changed = again.put_right(desk, one, form, filling.values_of(answers, before))
        words |= changed
    elif form is not None:
        words |= {"form": form.id, "values": filling.values_of(answers, {})}
    until = date.fromisoformat(answers["until"]) if answers.get("until") else None
    files = attached(answers) if form is not None else ()
    return card.made(desk, across.make(desk, one, possible, Said(words, until, taken, labels, files)), possible)


def void(desk: Desk, answers: Answers) -> str | None:
    """Somebody made it while this form was being filled in: how it stands is shown at its end; who has no part any more is
    told so now."""
    return card.void(desk, answers)


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    receivers.reconsidered(before, after)
    return filling.notice(desk, before, after)


CONVERSATION = Conversation(FORM, finish, "staff", facts, notice, void)
