"""Handing a lead to units, after a redaction pass; and taking it back.

Units see the edited copy and the chosen attachments, nothing else. The clocks of the law run from dispatch.
"""

import hashlib
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from handlers import duty, exhibits, matter, units
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer
from handlers.coordinators.involve import readers_line
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen
from handlers.matters import pulled
from rules import routing
from rules.routing import Suggestion
from rules.visibility import Power
from storage import attachments, duties, handovers, merges, people, pushes, tips


def _receivers(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, of="units", style="primary" if key in facts["first"] else "") for key in facts["receivers"]
    )


def _copy(heard: Heard, facts: Facts = MappingProxyType({})) -> Any:
    if heard.kind == "chose" and heard.choice == "as_edited":
        return {"text": facts["edited"]} if facts.get("edited") else Refused("want_text")
    if heard.kind == "chose":
        return {"as_is": _mark(facts)} if heard.choice == "as_is" else Refused("want_text")
    text = wording.written(5000, 4)(heard)
    return text if isinstance(text, Refused) else {"text": text}


def _mark(facts: Facts) -> str:
    """By which it is known again whether what is handed over as it is still reads as it was read."""
    return hashlib.sha256(str(facts.get("draft", "")).encode()).hexdigest()


def _copies(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    again = (Choice("as_edited", style="primary"),) if facts["edited"] else ()
    return (*again, Choice("as_is"))


def _begun(answers: Answers, facts: Facts) -> str:
    return str(facts["said"]["text"] or facts["edited"] or facts["draft"])


def _checks(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (Choice("yes", style="danger"), Choice("edit", style="primary"))


def _ready(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    files = [Choice(str(one["id"]), one["label"]) for one in facts["ready"]]
    return (*files, Choice("no_files", style="quiet"))


HAND = Form(
    "coordinators/hand",
    (
        Question("units", chosen, _receivers, many=True, asks="choice", named=units.called),
        Question("copy", _copy, _copies, prefill=_begun, read=_copy),
        Question("checked", chosen, _checks, lambda a, f: bool(f["telling"]), asks="choice"),
        Question(
            "files", chosen, _ready, lambda a, f: bool(f["ready"]), many=True, asks="choice", closing=("no_files",)
        ),
    ),
    review=True,
    steered=wording.rewritten("copy"),
    about=("_tip",),
    home="coordinators/case",
)


def hand_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    files = exhibits.of_tip(desk, row) if row else []
    ready = [one for one in files if exhibits.may_go_to_units(one)]
    draft = _draft(desk, row) if row else ""
    edited, since = _edited(desk, row) if row else ("", "")
    text = _text(answers, draft)
    warnings = wording.warnings(text)
    suggested, receivers = _choice_of_units(desk, row) if row else ([], [])
    final = _returned(desk, row) if row else []
    suggested = [one for one in suggested if one.unit not in final]  # it has said that it is not theirs
    first = [one.unit for one in suggested if one.unit in receivers]
    return {
        "plan": desk.plan,
        "units": receivers,
        "receivers": (*first, *(unit for unit in receivers if unit not in first)),
        "first": first,
        "ready": [one | {"label": _label(desk, one)} for one in ready],
        "telling": warnings,
        "draft": draft,
        "edited": edited,
        "said": {
            "edited": edited,
            "since": since,
            "final": final,
            "suggested": [_why(one) for one in suggested],
            "draft": draft,
            "telling": warnings,
            "named": _named_in(desk, answers, text),
            "text": text,
            "withheld": sum(one["state"] == "withheld" and one not in ready for one in files),
            "originals": sum(one["state"] == "withheld" for one in ready),
        },
    }


def _named_in(desk: Desk, answers: Answers, text: str) -> list[str]:
    """Of those that are to receive it, whom the copy itself speaks of, or one that is the same body in fact."""
    spoken_of = desk.plan.kin_of(desk.plan.unit_names.within(text)) if text else frozenset()
    return [unit for unit in answers.get("units") or () if unit in spoken_of]


def _label(desk: Desk, file: matter.Line) -> str:
    return exhibits.named(desk, file) + (" ⚠" if file["state"] == "withheld" else "")


def _choice_of_units(desk: Desk, row: Row[Any]) -> tuple[list[Suggestion], list[str]]:
    """Those the plan or the law names, and all that may receive it and have not had it to the end."""
    involved = tips.involved(desk.tx, row.id)
    held = {one.unit for one in handovers.of_tip(desk.tx, row.id) if one.status in handovers.HELD}
    parts = merges.contributors(desk.tx, row)
    goods, kind = (next((found for one in parts if (found := getattr(one, name))), None) for name in ("goods", "kind"))
    suggested = routing.suggest(desk.plan, goods, kind, involved)
    return list(suggested), [one for one in routing.receivers(desk.plan, involved) if one not in held]


def _why(one: Suggestion) -> matter.Line:
    why = {"zh": one.why.zh, "en": one.why.en}
    return {"unit": one.unit, "why": why, "source": one.clause or one.law or one.origin.value, "outside": one.outside}


TOLD = ("what", "where", "when", "who")


def _drafted(desk: Desk, row: Row[Any]) -> str:
    """All that a citizen told, each thing by its name, as the start of the copy; what was added or answered later as well.
    Who may be known by it is for a person to judge."""
    content = tips.content(desk.tx, row)
    lines = [(name, _in_words(content.get(name))) for name in TOLD]
    lines += [("later", one["text"]) for one in tips.dialogue(desk.tx, row.id) if one["author"] == "citizen"]
    return "\n".join(f"{_called(desk, name)}{text}" for name, text in lines if text)


def _in_words(told: Any) -> str:
    if isinstance(told, dict):
        return f"{told['lat']}, {told['lon']}" if "lat" in told else ""
    return str(told or "")


def _called(desk: Desk, name: str) -> str:
    language = desk.chat.language
    word = desk.setting.words.label(Choice(f"told_{name}"), "coordinators/hand", language, desk.chat.county)
    return f"{word}: " if language == "en" else f"{word}："


def _returned(desk: Desk, row: Row[Any]) -> list[str]:
    """Units that handed it back: given to them again it is final."""
    return sorted({one.unit for one in handovers.of_tip(desk.tx, row.id) if one.status == "returned"})


def _draft(desk: Desk, row: Row[Any]) -> str:
    """With what the citizens of the tips merged into it told."""
    return "\n\n".join(_drafted(desk, one) for one in merges.contributors(desk.tx, row))


def _edited(desk: Desk, row: Row[Any]) -> tuple[str, str]:
    """The copy that was handed over last, edited as it was, and what was told since. What somebody withdrew is in none."""
    copies = (
        (one, handovers.copy(desk.tx, one)["text"]) for one in handovers.of_tip(desk.tx, row.id) if one.sealed_copy
    )
    last, text = max(copies, key=lambda pair: pair[0].made_at, default=(None, ""))
    if last is None:
        return "", ""
    parts = (_since(desk, row, one, last.made_at) for one in merges.contributors(desk.tx, row))
    return text, "\n".join(part for part in parts if part)


def _since(desk: Desk, row: Row[Any], part: Row[Any], at: datetime) -> str:
    if part.id != row.id and part.closed_at is not None and part.closed_at > at:  # merged in later
        return _drafted(desk, part)
    later = (one["text"] for one in tips.dialogue(desk.tx, part.id) if one["author"] == "citizen" and one["at"] > at)
    return "\n".join(f"{_called(desk, 'later')}{text}" for text in later)


def _text(answers: Answers, draft: str) -> str:
    copy = answers.get("copy")
    return "" if copy is None else draft if copy.get("as_is") else str(copy["text"])


def hand_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """A new text is looked at again; 再改 after a warning asks for the copy once more, with its text at hand."""
    if after.get("checked") == "edit":
        after["*"] = "copy"
    if after.get("checked") == "edit" or (before or {}).get("copy") != after.get("copy"):
        after.pop("checked", None)
    return None


def handed(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    facts = hand_facts(desk, answers)
    if answers["copy"].get("as_is", mark := _mark(facts)) != mark:
        return _read_anew(desk, row, answers)
    to = [unit for unit in answers["units"] if unit in facts["receivers"]]
    files = [one["id"] for one in facts["ready"] if str(one["id"]) in (answers.get("files") or [])]
    returned = _returned(desk, row)
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("triage",)) if to else ""
    for unit in to:
        _give(desk, row, unit, _text(answers, facts["draft"]), files, unit in returned, late)
    if to:
        attachments.opened(desk.tx, files, desk.now)
        tips.change(desk.tx, row.id, desk.now, status="handed")
    done = Say("coordinators/hand:done", {"units": to, "number": row.number} | _unheard(desk, to))
    return Outcome((done,), card(answers))


def _read_anew(desk: Desk, row: Row[Any], answers: Answers) -> Outcome:
    """Its author has said more since, or taken something back: whoever hands it over unchanged reads it first."""
    for one in merges.contributors(desk.tx, row):
        tips.seen(desk.tx, one.id, "citizen", desk.now)
    rest = {name: value for name, value in answers.items() if name not in ("copy", "checked")}
    return Outcome((Say("coordinators/hand:changed", {"number": row.number}),), (HAND.name, rest))


def _unheard(desk: Desk, to: list[str]) -> dict[str, Any]:
    """Where the alert reaches nobody: units without a liaison, and those whose liaisons are logged in nowhere; by name to whom the roster is open."""
    deaf = [unit for unit in to if not pushes.of_people(desk.tx, desk.today.news(unit, "liaison"))]
    seated = {unit: people.holders(desk.tx, desk.plan.id, unit, "liaison") for unit in deaf}
    names = {unit: [people.name(desk.tx, one) for one in found] for unit, found in seated.items() if found}
    away = [{"unit": unit, "names": found if desk.holds("coordinator") else []} for unit, found in names.items()]
    return {"vacant": [unit for unit in deaf if not seated[unit]], "away": away}


def _give(desk: Desk, row: Row[Any], unit: str, text: str, files: list[int], final: bool, late: str) -> None:
    number = handovers.hand(desk.tx, row, unit, text, files, desk.person, desk.now, final)
    about = {"unit": unit, "seat": "liaison", "tip": row.id, "handover": number}
    duty.open_(desk, "sign", once=f"sign:{number}", clock="sign", ladder="tip_sign", **about)
    duty.open_(desk, "decide", once=f"decide:{number}", clock="decide", ladder="tip_decide", **about)
    tips.move(desk.tx, row.id, desk.now, "staff", "handed", person=desk.person, unit=unit, handover=number, late=late)
    desk.audit("handed", row.number, unit)


# -- recall --------------------------------------------------------------------------------------------------------------


def _live(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"{one.id}.{one.unit}", of="units") for one in facts["live"])


RECALL = Form(
    "coordinators/recall",
    (Question("which", chosen, _live, asks="choice"), Question("reason", wording.written(500))),
    review=True,
    about=("_tip",),
    home="coordinators/case",
)


def recall_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    given = handovers.of_tip(desk.tx, row.id) if row else []
    return {"live": [one for one in given if one.status in handovers.LIVE]}


def recalled(desk: Desk, answers: Answers) -> Outcome:
    """Reading ends at once, and one learns who had opened it."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    given = handovers.by_id(desk.tx, int(answers["which"].partition(".")[0]))
    if row is None or given is None or given.tip != row.id:
        return no_longer(answers)
    if not handovers.change(desk.tx, given.id, handovers.LIVE, status="recalled", closed_at=desk.now):
        return no_longer(answers)
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("sign", "decide"), handover=given.id)
    about = {"unit": given.unit, "handover": given.id, "note": answers["reason"], "late": late}
    tips.move(desk.tx, row.id, desk.now, "staff", "recalled", person=desk.person, **about)
    matter.settle(desk, row)
    gone = pulled.after_a_recall(desk, row.id)
    desk.audit("recalled", row.number, given.unit)
    matter.tell_unit(desk, row, given.unit, "recalled")
    readers = [readers_line(desk, one) for one in handovers.readers(desk.tx, row.id) if one.handover == given.id]
    return Outcome(
        (Say("coordinators/recall:done", {"unit": given.unit, "readers": readers, "pulled": gone}),), card(answers)
    )


CONVERSATIONS = (
    Conversation(HAND, handed, "staff", hand_facts, hand_notice),
    Conversation(RECALL, recalled, "staff", recall_facts),
)
