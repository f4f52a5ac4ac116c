"""What goes out on paper and comes back: the letter is taken, that it was sent is recorded, and of what came back the day it bears."""

from datetime import date, timedelta
from typing import Any

from handlers import disclosure, matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain
from handlers.matters import held, letter, views, wording
from handlers.matters.held import Held
from rules.courses import Party
from rules.days_said import day_read
from storage import matter_moves, matters

NAME, CARD = "matters/posted", "matters/card"
POSTED = "by.post"  # in the course of a matter; no regime has a move of this name

# -- a day that was ------------------------------------------------------------------------------------------------------

DAYS = (Choice("day_0"), Choice("day_1"))


def read_day(heard: Heard, facts: Facts) -> Any:
    """Today or earlier, as an ISO day of the county: what a letter bears. None is older than the matter whose number it bears."""
    day = _read_day(heard, facts["today"])
    begun = facts["begun"].isoformat()
    return Refused("before_it", {"begun": begun}) if isinstance(day, str) and day < begun else day


def _read_day(heard: Heard, today: date) -> Any:
    if heard.kind == "chose":
        return (today - timedelta(days=int(heard.choice.removeprefix("day_")))).isoformat()
    found = day_read(plain(heard.text), today, "behind")
    return found.isoformat() if isinstance(found, date) else Refused("want_past_day")


def question(when: Any) -> Question:
    return Question("on", chosen, _days, when, read=read_day)


def _days(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return DAYS[:1] if "begun" in facts and facts["begun"] == facts["today"] else DAYS


def days(desk: Desk, one: Held) -> dict[str, date]:
    """`begun`: the first day that anything about it can bear."""
    today, begun = (at.astimezone(desk.plan.tz).date() for at in (desk.now, one.row.opened_at))
    return {"today": today, "begun": begun}


# -- the card's buttons --------------------------------------------------------------------------------------------------


def acts(desk: Desk, one: Held) -> list[Choice]:
    """For each party outside: its letter, and that it was sent. What nothing is awaited of any more is not written to."""
    due = letter.due_to(desk, one)
    waits = [party for party in due if not one.course.stage(party).ends]
    named = len(due) > 1
    return [
        *(Choice(f"letter.{party.id}", _label(desk, one, party, "letter", named=named)) for party in due),
        *(Choice(f"posted.{party.id}", _label(desk, one, party, "posted", named=named)) for party in waits),
    ]


def _label(desk: Desk, one: Held, party: Party, act: str, *, named: bool) -> str:
    words = desk.setting.words.label(Choice(act), CARD, desk.chat.language, desk.chat.county)
    return f"{words} · {views.party_name(desk, one, party)}" if named else words


def _found(desk: Desk, number: int) -> tuple[Held, Party] | None:
    row = matters.party(desk.tx, number)
    one = held.reach(desk, row.matter) if row is not None else None
    party = next((each for each in letter.due_to(desk, one) if each.id == number), None) if one is not None else None
    return (one, party) if one is not None and party is not None else None


def given(desk: Desk, argument: str) -> Outcome:
    """The letter of a party, as a file; where a chat may not show it, a link to the page."""
    found = _found(desk, matter.row_of(argument) or 0)
    if found is None:
        desk.audit("refused", argument[:32], letter.KIND)
        return Outcome((Say("staff/todo:unknown"),))
    one, party = found
    if not letter.may_print(desk, one):
        if desk.entrance.disclosure.duties == "full":
            return Outcome((Say("common:not_yours"),), (CARD, {"_matter": one.row.id}))
        return Outcome(tuple(disclosure.on_page(desk, "matter", str(one.row.id))))
    about = views.line(desk, one) | {"to": views.party_name(desk, one, party)}
    return Outcome((Say("matters/card:letter", about, files=(letter.hung(desk, one, party.id),)),), _card(one))


def _card(one: Held) -> tuple[str, Answers]:
    return CARD, {"_matter": one.row.id}


# -- that it was sent ----------------------------------------------------------------------------------------------------


def posted(desk: Desk, argument: str) -> Outcome:
    found = _found(desk, matter.row_of(argument) or 0)
    if found is None:
        desk.audit("refused", argument[:32], "posted")
        return Outcome((Say("staff/todo:unknown"),))
    return Outcome(next=(NAME, {"_matter": found[0].row.id, "_party": found[1].id}))


def facts(desk: Desk, answers: Answers) -> Facts:
    found = _found(desk, answers["_party"])
    if found is None:
        return {"said": {"gone": True}}
    one, party = found
    return {"said": views.line(desk, one) | {"to": views.party_name(desk, one, party)}} | days(desk, one)


FORM = Form(
    NAME,
    (question(lambda answers, facts: True), Question("reference", wording.text(200), optional=True)),
    about=("_matter", "_party"),
    home=CARD,
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    """A line in the course: nobody is moved by it, and no clock ends."""
    one = held.reach(desk, answers["_matter"], lock=True)
    due = letter.due_to(desk, one) if one is not None else ()
    party = next((each for each in due if each.id == answers["_party"]), None)
    if one is None or party is None:
        return Outcome((Say("staff/todo:unknown"),))
    by = next(each for each in one.mine if each.role in one.regime.starters)
    about: dict[str, Any] = {"party": party.id, "stage": party.stage, "unit": by.unit, "person": desk.person}
    words = {name: answers[name] for name in ("on", "reference") if answers.get(name)}
    matter_moves.move(desk.tx, one.row, desk.now, POSTED, said=words, recorded=True, **about)
    desk.audit("matter posted", one.row.number, party.unit[:48])
    return Outcome((Say("matters/posted:done", views.line(desk, one)),), _card(one))


def void(desk: Desk, answers: Answers) -> str | None:
    return None if _found(desk, answers["_party"]) is not None else "staff/todo:unknown"


CONVERSATION = Conversation(FORM, finish, "staff", facts, void=void)
