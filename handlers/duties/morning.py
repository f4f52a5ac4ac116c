"""提醒时间, 提醒方式: when a member of staff hears what a working morning brings, and in which of their conversations. What is
urgent comes to all of them at once, whatever they chose; what cannot be said where they chose is said elsewhere.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from handlers.coordinators.roster import platform, via
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain
from rules import mornings
from rules.escalation import Days, Quiet
from rules.spoken_times import time_meant
from storage import chats, reminder_choices
from storage.seated import local_day

WHERE, DEFAULT, ALL, LAST = "where", "default", "all", mornings.LAST
# What people call a platform, whether they are let in there or not.
_CALLED: Mapping[str, re.Pattern[str]] = {
    "wecom": re.compile(r"企业?微信?|微信|wecom|wechat", re.IGNORECASE),
    "telegram": re.compile(r"telegram|电报|纸飞机|tg", re.IGNORECASE),
    "web": re.compile(r"网页|页面|网站|电脑|\bweb\b|web ?page|browser", re.IGNORECASE),
}
_ALL = re.compile(r"全部|所有|都(?:发|要|行)?|每个|\ball\b|every", re.IGNORECASE)
_LAST = re.compile(r"最近|最后|上次|\blast\b|latest", re.IGNORECASE)


def asked(desk: Desk, argument: str) -> Outcome:
    """`argument`: the time, where it was said with the word."""
    return _begun("at", _time_of(argument, desk.plan.quiet) if argument else None)


def where_asked(desk: Desk, argument: str) -> Outcome:
    found = _place_of(argument, _platforms(desk), _labels(desk)) if argument else None
    return _begun(WHERE, found, {"at": WHERE})


def reset(desk: Desk, argument: str) -> Outcome:
    """恢复默认."""
    return Outcome(next=(FORM.name, {"at": DEFAULT}))


def _begun(name: str, found: str | Refused | None, given: Answers | None = None) -> Outcome:
    if isinstance(found, Refused):
        return Outcome((Say(f"common:why_{found.why}", found.data),), (FORM.name, given or {}))
    return Outcome(next=(FORM.name, (given or {}) | ({name: found} if found else {})))


# -- what is meant ---------------------------------------------------------------------------------------------------------


def _time_of(words: str, quiet: Quiet) -> str | Refused:
    """As hours and minutes, 0930; never in the quiet hours of the county."""
    meant, hours = time_meant(plain(words)), {"earliest": _hour(quiet.ends), "latest": _hour(quiet.begins)}
    if meant == "no_such_time":
        return Refused("no_such_time", hours)
    if meant == "no_time":
        return Refused("want_time", hours)
    return meant.strftime("%H%M") if mornings.allowed(meant, quiet) else Refused("quiet_time", hours)


def _hour(at: time) -> str:
    return at.strftime("%H:%M")


def _place_of(words: str, bound: tuple[str, ...], labels: Mapping[str, str]) -> str | Refused:
    text = plain(words)
    found = next((one for one, called in _CALLED.items() if called.search(text)), "")
    if found:
        return found if found in bound else Refused("not_bound", {"via": labels[found]})
    return LAST if _LAST.search(text) else ALL if _ALL.search(text) else Refused("want_where")


def _time(heard: Heard, facts: Facts) -> Any:
    return heard.choice if heard.kind == "chose" else _time_of(heard.text, facts["quiet"])


def _place(heard: Heard, facts: Facts) -> Any:
    return heard.choice if heard.kind == "chose" else _place_of(heard.text, facts["bound"], facts["labels"])


# -- the form --------------------------------------------------------------------------------------------------------------


def _times(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    times = (one for one in mornings.OFFERED if mornings.allowed(one, facts["quiet"]) and one != facts["own"])
    doors = (Choice(WHERE), *((Choice(DEFAULT),) if facts["differs"] else ()), Choice("leave", style="quiet"))
    return (*(Choice(one.strftime("%H%M"), _hour(one)) for one in times), *doors)


def _places(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    each = (Choice(one, facts["labels"][one]) for one in facts["bound"])
    return (Choice(ALL), Choice(LAST), *each, Choice("leave", style="quiet"))


FORM = Form(
    "duties/morning",
    (
        Question("at", chosen, _times, asks="choice", read=_time),
        Question(WHERE, chosen, _places, lambda a, f: a.get("at") == WHERE, asks="choice", read=_place),
    ),
    way_out={"at": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    since, choice = _latest(desk)
    own, labels, quiet = mornings.of(choice, desk.plan.quiet), _labels(desk), desk.plan.quiet
    said = _told(desk, since, choice) | {"earliest": _hour(quiet.ends), "latest": _hour(quiet.begins)}
    known = {"quiet": quiet, "own": own, "differs": choice != mornings.DEFAULT}
    return {"said": said, "bound": _platforms(desk), "labels": labels, **known}


def _latest(desk: Desk) -> tuple[date | None, mornings.Choice]:
    """What was chosen last; its first day, if that is still to come."""
    known = reminder_choices.of_person(desk.tx, desk.plan.id, desk.person)
    since, choice = known[-1] if known else (None, mornings.DEFAULT)
    return (since if since is not None and since > local_day(desk.plan, desk.now) else None), choice


def _holding(desk: Desk) -> mornings.Choice:
    today, known = local_day(desk.plan, desk.now), reminder_choices.of_person(desk.tx, desk.plan.id, desk.person)
    return next((choice for since, choice in reversed(known) if since <= today), mornings.DEFAULT)


def _platforms(desk: Desk) -> tuple[str, ...]:
    """Where they are let in, the latest used first."""
    return tuple(dict.fromkeys(platform(one.channel) for one in chats.sessions(desk.tx, desk.person)))


def _labels(desk: Desk) -> dict[str, str]:
    return {one: via(desk, one) for one in (*_CALLED, *_platforms(desk))}


def _told(desk: Desk, since: date | None, choice: mornings.Choice) -> dict[str, Any]:
    place = choice.where if choice.where in (mornings.EVERYWHERE, LAST) else ""
    return {
        "at": _hour(mornings.of(choice, desk.plan.quiet)),
        "where": place or (_labels(desk).get(choice.where, choice.where) if choice.where else ALL),
        "since": since.isoformat() if since else None,
    }


# -- what it does ----------------------------------------------------------------------------------------------------------


def kept(desk: Desk, answers: Answers) -> Outcome:
    """From the next morning that neither the old nor the new time has begun; said with its day."""
    at, where = answers["at"], answers.get(WHERE)
    if "leave" in (at, where):
        return Outcome(next=("go.menu", {}))
    _, before = _latest(desk)
    after = _changed(before, at, where)
    if after.where not in (mornings.EVERYWHERE, LAST, *_platforms(desk)) and after.where != before.where:
        return Outcome((Say("common:closed"),), ("go.menu", {}))  # that conversation has ended meanwhile
    old, new = (mornings.of(one, desk.plan.quiet) for one in (_holding(desk), after))
    since = mornings.since(desk.now, old, new, _days(desk))
    reminder_choices.put(desk.tx, desk.plan.id, desk.person, since, after)
    desk.audit("reminders", str(desk.person), f"{since} {after.morning or '-'} {after.where or '-'}")
    about = _told(desk, since, after) | {"default": after == mornings.DEFAULT}
    return Outcome((Say("duties/morning:done", about),), ("go.menu", {}))


def _changed(before: mornings.Choice, at: str, where: str | None) -> mornings.Choice:
    if at == DEFAULT:
        return mornings.DEFAULT
    if at == WHERE:
        return mornings.Choice(before.morning, mornings.EVERYWHERE if where == ALL else str(where))
    return mornings.Choice(time(int(at[:2]), int(at[2:])), before.where)


def _days(desk: Desk) -> Days:
    return Days(desk.plan.calendar, desk.plan.tz, desk.plan.quiet)


CONVERSATION = Conversation(FORM, kept, "staff", facts)
