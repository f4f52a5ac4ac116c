"""A matter that began with a tip: from the copy that was edited for units, by an officer of whoever took the tip in. What protects the
citizen there protects them here: involved units have no part in it and nobody seated there learns of it, and what the matter
says lies under the tip's own key.
"""

from typing import Any

from sqlalchemy import Row

from handlers import filling, matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, chosen
from handlers.matters import held, put, ways
from rules.fields import Field
from rules.filings import FilingForm
from rules.regimes import Regime
from rules.visibility import Power
from storage import handovers

NAME = "coordinators/put"


def regimes(desk: Desk, row: Row[Any]) -> list[Regime]:
    """Those that whoever took the tip in may begin with it, while there is a copy for others' eyes."""
    if row.route == "sealed" or _edited(desk, row) is None:
        return []
    found = (one for one in desk.plan.regimes.values() if one.from_tips)
    return [one for one in found if row.intake in held.may_have(desk, one.roles[one.starter])]


def _edited(desk: Desk, row: Row[Any]) -> Row[Any] | None:
    """The latest hand-over that a unit has now: a copy that was taken back is put to nobody."""
    given = [one for one in handovers.of_tip(desk.tx, row.id) if one.sealed_copy and one.status in handovers.LIVE]
    return max(given, key=lambda one: one.made_at, default=None)


def facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    return {"regimes": regimes(desk, row) if row is not None else ()}


FORM = Form(
    NAME,
    (
        Question(
            "regime",
            chosen,
            lambda a, f: tuple(Choice(one.id, of="regimes") for one in f["regimes"]),
            lambda a, f: len(f["regimes"]) > 1,
            asks="choice",
        ),
    ),
    about=("_tip",),
    home="coordinators/case",
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    """Filled in as far as the copy and the tip's day go; the rest is asked."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    able = regimes(desk, row) if row is not None else []
    regime = next((one for one in able if answers.get("regime") in (None, one.id)), None)
    if row is None or regime is None:
        return Outcome(next=("coordinators/case", {"_tip": answers["_tip"]}))
    form, given = desk.plan.forms.get(regime.form or ""), _edited(desk, row)
    assert given is not None
    begun = _filled(desk, row, given, regime, form) if form is not None else {}
    pieces = {"values+": [{"values": begun, "refused": [], "unknown": []}]} if begun else {}
    return Outcome(next=(put.NAME, put.begun(ways.own(regime)) | {"_tip": row.id, "_copy": given.id} | pieces))


def _filled(desk: Desk, row: Row[Any], given: Row[Any], regime: Regime, form: FilingForm) -> filling.Values:
    """The copy is the longest text that is asked for; the day from which the clock runs is the one on which the tip came in."""
    since = regime.stages[regime.opens].since
    day = row.received_at.astimezone(desk.plan.tz).date().isoformat()
    values: filling.Values = {since: day} if since else {}
    text, longest = str(handovers.copy(desk.tx, given)["text"]), max(form.fields, key=_length)
    return values | ({longest.code: text} if 0 < len(text) <= _length(longest) else {})


def _length(one: Field) -> int:
    return one.limit or 0 if one.kind == "text" and not one.optional else 0


CONVERSATION = Conversation(FORM, finish, "staff", facts)
