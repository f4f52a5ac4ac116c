"""发通知: an office writes to many units at once. Before it goes it is told how many people it reaches, where nobody does, how it will
look, and when it goes; what is seldom wanted (a time, a file, another category) is not asked but stands at the last look.

What is confirmed goes by `handlers.notices.going`, now or when its time has come; where its category asks for a second person's
word it waits for that.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asked_units
from handlers.duties.asking import OFFICE, TITLED, offices, read_by, telling, titled
from handlers.forms import (
    Answers,
    Choice,
    Facts,
    Form,
    Heard,
    Question,
    Refused,
    Say,
    attached,
    attachment,
    chosen,
)
from handlers.notices import approving, changed, draft, fields, going, last_look, preview, untouched, wants, whom
from handlers.notices.draft import COMPOSE, NOW, Draft
from handlers.progress import kept, open_question
from rules import sending_times
from storage import audiences, people
from storage.database import new_id
from storage.seated import local_day

NAME = COMPOSE
WORDS = 2000  # characters
DAYS = tuple(Choice(f"workdays_{n}") for n in (1, 3, 5, 10))


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: a saved audience, or title and text where they were said with the word."""
    if not offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    if argument.isdigit():
        return Outcome(next=(NAME, {"_saved": f"{whom.SAVED}{argument}"}))
    heard = Heard("said", argument)
    title = titled(heard, {}, words=WORDS) if argument else Refused("empty")
    return Outcome(
        next=(NAME, {} if isinstance(title, Refused) else {"title": title, **fields.first(heard, facts(desk, {}))})
    )


def void(desk: Desk, answers: Answers) -> str | None:
    return None if offices(desk) else f"{NAME}:not_yours"


# -- the form ------------------------------------------------------------------------------------------------------------


def _send_choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (Choice(NOW, style="primary"), *facts["mornings"])


def _kinds(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """Of a title that says it is a circular: that, or what is meant where nothing is said."""
    return tuple(one for one in facts["categories"] if one.id in (facts["may_be"], facts["categories"][0].id))


def _units_there(answers: Answers, facts: Facts) -> bool:
    return any(not one.startswith(whom.PERSON) for one in answers.get("units") or ())


FORM = Form(
    NAME,
    (
        OFFICE,
        replace(TITLED, read=partial(titled, words=WORDS), implies=fields.first),
        Question("words", wording.written(WORDS), optional=True, even_brief=True),
        wording.LOOK,
        Question("units", asked_units.named, whom.offered, many=True, bounded=True),
        Question("seats", chosen, whom.seats_offered, _units_there, asks="choice", named=whom.seats_named),
        Question(
            "kind",
            chosen,
            _kinds,
            lambda a, f: bool(f["may_be"] and not a.get("category")),
            asks="choice",
            read=fields.category,
            implies=fields.of_kind,
        ),
        Question(
            "want",
            chosen,
            wants.offered,
            lambda a, f: len(f["wants"]) > 1,
            asks="choice",
            read=wants.read,
            implies=wants.implied,
        ),
        Question("by", chosen, lambda a, f: DAYS, lambda a, f: a.get("want") == "answer", read=read_by),
        Question("at", chosen, _send_choices, optional=True, read=fields.send_at),
        Question("document", attachment, many=True, optional=True, asks="file"),
        Question("category", chosen, lambda a, f: f["categories"], optional=True, read=fields.category),
        Question("preview", chosen, optional=True, asks="choice"),
    ),
    review=True,
    brief=lambda answers: True,
    steered=last_look.steered,
)


# -- facts ---------------------------------------------------------------------------------------------------------------


def facts(desk: Desk, answers: Answers) -> Facts:
    own, today, able = offices(desk), local_day(desk.plan, desk.now), draft.able(desk, answers)
    told, mornings = telling(answers), _mornings(desk, today)
    may_be = draft.may_be(desk, answers)
    units = answers.get("units+") or answers.get("units") or ()
    return {
        "offices": own,
        "units": able,
        "sets": asked_units.sets(desk, able),
        "saved": {f"{whom.SAVED}{row.id}": row.name for row in audiences.of_offices(desk.tx, desk.plan.id, own)},
        "people": _people(desk, answers.get("units+", ())),
        "seats": whom.other_seats(desk, units),
        "wants": draft.category(desk, answers).wants,
        "categories": tuple(Choice(one.id, one.name.in_(desk.chat.language)) for one in _categories(desk)),
        "may_be": may_be,
        "mornings": tuple(Choice(one) for one in mornings),
        "morning_at": mornings,
        "now": desk.now,
        "plan": desk.plan,
        "today": today,
        "calendar": desk.plan.calendar,
        "telling": told,
        "said": {
            "telling": told,
            "may_be": may_be,
            "got": whom.named(desk, answers.get("units+", [])),
            "town": next((one for one in able if desk.plan.units[one].kind == "township"), None),
            **({"draft": draft.line(desk, draft.read(desk, answers), attached(answers))} if _whole(answers) else {}),
        },
    }


def _whole(answers: Answers) -> bool:
    return all(answers.get(name) for name in ("title", "units", "want", "_number"))


def _people(desk: Desk, said: Any) -> dict[str, str]:
    keys = [one for one in said if isinstance(one, str) and one.startswith(whom.PERSON)]
    named = people.names(desk.tx, [int(one.removeprefix(whom.PERSON)) for one in keys])
    return {one: named.get(int(one.removeprefix(whom.PERSON)), "") for one in keys}


def _categories(desk: Desk) -> list[Any]:
    """Those that are written here: an invitation has a form of its own."""
    return [one for one in desk.plan.notice_categories.values() if "attend" not in one.wants]


def _mornings(desk: Desk, today: date) -> dict[str, str]:
    """Tomorrow's, and the next working day's where that is another."""
    days = {"tomorrow": today + timedelta(days=1), "workday": desk.plan.calendar.add_workdays(today, 1).date}
    if days["tomorrow"] == days["workday"]:
        del days["workday"]
    return {name: sending_times.morning_of(day, desk.plan).isoformat() for name, day in days.items()}


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What was said becomes units and people; a text that was changed is looked at again."""
    after.setdefault("_number", new_id())
    if saved := after.pop("_saved", None):
        after["units+"] = [saved]
    told = whom.gathered(desk, before, after, draft.able(desk, after), offices(desk))
    if after.pop("_settles", None) and "units+" in after and not told:
        after["units"] = after.pop("units+")
    anew = any((before or {}).get(name) != after.get(name) for name in ("title", "words"))
    field = "title" if telling({"title": after.get("title")}) else "words"
    wording.again(after, None if anew else {field: after.get(field)}, field)
    told += wants.agreed(desk, after) + _in_time(desk, after)
    told = _changes(desk, before, after) + told
    if after.get("*") == "preview":
        del after["*"]
        told += preview.says(desk, draft.read(desk, after).notice) if _whole(after) else ()
    return Outcome(tuple(told)) if told else None


def _changes(desk: Desk, before: Answers | None, after: Answers) -> list[Say]:
    """At the last look what is another now; before that what came of itself: a file."""
    if before is None:
        return []
    if open_question(FORM, kept(before), facts(desk, before)) is None:
        return changed.says(desk, before, after)
    files = len(after.get("document+") or ())
    return [Say(f"{NAME}:got_file", {"count": files})] if files > len(before.get("document+") or ()) else []


def _in_time(desk: Desk, after: Answers) -> list[Say]:
    """No answer is due before it is asked."""
    at = draft.send_at(after)
    if at is not None and after.get("by") and date.fromisoformat(after["by"]) < local_day(desk.plan, at):
        del after["by"]
        return [Say(f"{NAME}:by_before_it_goes")]
    return []


# -- done ----------------------------------------------------------------------------------------------------------------


def sent(desk: Desk, answers: Answers) -> Outcome:
    """Written down, and gone at once where nothing is waited for. Whoever sits there when it goes is who it is for."""
    lost = _lost(desk, answers)
    one = draft.read(desk, answers)
    told = draft.line(desk, one, attached(answers))
    if lost or not told["people"]:
        why = "meanwhile" if lost else "nobody"
        return Outcome(
            (Say(f"{NAME}:{why}"),), (NAME, {k: v for k, v in answers.items() if k not in (lost or ("units",))})
        )
    if told["approval"] and not told["approvers"]:
        return Outcome((Say(f"{NAME}:no_second"),), (NAME, answers))
    if not _kept(desk, one, answers):
        return Outcome((Say(f"{NAME}:already", {"title": one.notice.title}),), ("go.notified", {}))
    draft.keep_files(desk, one.notice.number, answers)
    about = {name: told[name] for name in ("title", "people", "want", "empty", "at", "approvers")}
    about["status"] = _goes_on(desk, one, told)
    return Outcome((_done(desk, one, about),))


def _lost(desk: Desk, answers: Answers) -> tuple[str, ...]:
    """The night has passed over it, and what was said lies behind us."""
    today, at = local_day(desk.plan, desk.now), draft.send_at(answers)
    by = answers.get("by") if answers["want"] == "answer" else None
    late = ("by",) if by and date.fromisoformat(by) < today else ()
    return (*late, "at") if at is not None and at <= desk.now else late


def _kept(desk: Desk, one: Draft, answers: Answers) -> bool:
    if "_changes" in answers:
        seen = datetime.fromisoformat(answers["_changes"])
        return going.rewrite(desk, one.notice, one.whom, desk.person, seen, one.send_at)
    return going.make(desk, one.notice, one.whom, desk.person, one.send_at)


def _goes_on(desk: Desk, one: Draft, told: dict[str, Any]) -> str:
    if told["approval"]:
        approving.ask(desk, one.notice)
        desk.audit("notice submitted", str(one.notice.number), one.notice.category)
        return "waiting"
    if one.send_at is not None:
        desk.audit("notice planned", str(one.notice.number), one.send_at.isoformat())
        return "planned"
    going.go(desk, one.notice.number)
    return "sent"


def _done(desk: Desk, one: Draft, about: dict[str, Any]) -> Say:
    """It may be looked at again, and its audience kept for the next time."""
    number = one.notice.number
    door = Choice(f"go.notified.{number}") if about["status"] == "sent" else Choice(f"go.draft.{number}")
    known = any(audiences.whom(row) == one.whom for row in audiences.of_offices(desk.tx, desk.plan.id, offices(desk)))
    many = len(one.whom.units) + len(one.whom.persons) > 1
    save = (Choice(f"go.save_audience.{number}"),) if many and not known else ()
    return Say(f"{NAME}:done", about, (door, *save, Choice("go.menu", style="quiet")))


CONVERSATION = Conversation(FORM, sent, "staff", facts, noticed, void, untouched.writing)
