"""Handing a lead to units, after a redaction pass; and taking it back.

Units see the edited copy and the chosen attachments, nothing else. The clocks of the law run from dispatch.
"""

from typing import Any

from handlers import duty, matter
from handlers.coordinators.triage import card, no_longer
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, said
from rules import routing
from rules.marks import telling
from rules.visibility import Power
from storage import duties, handovers, people, tips


def _receivers(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, of="units", style="primary" if key in facts["first"] else "") for key in facts["receivers"]
    )


def _copy(heard: Heard) -> Any:
    if heard.kind == "chose":
        return {"as_is": True} if heard.choice == "as_is" else Refused("want_text")
    text = said(5000, 4)(heard)
    return text if isinstance(text, Refused) else {"text": text}


def _ready(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    files = [Choice(str(one["id"]), f"{one['n']}. {one['family']}") for one in facts["ready"]]
    return (*files, *((Choice("no_files", style="quiet"),) if not answers.get("files+") else ()))


HAND = Form(
    "coordinators/hand",
    (
        Question("units", chosen, _receivers, many=True, asks="choice"),
        Question("copy", _copy, lambda a, f: (Choice("as_is"),), prefill=lambda a, f: f["draft"]),
        Question(
            "checked",
            chosen,
            lambda a, f: (Choice("yes", style="danger"), Choice("edit", style="primary")),
            lambda a, f: bool(f["telling"]),
            asks="choice",
        ),
        Question(
            "files", chosen, _ready, lambda a, f: bool(f["ready"]), many=True, asks="choice", closing=("no_files",)
        ),
    ),
    review=True,
)


def hand_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return {
            "receivers": (),
            "first": (),
            "ready": (),
            "telling": (),
            "draft": "",
            "said": {"suggested": [], "draft": "", "telling": [], "text": "", "withheld": 0},
        }
    involved = tips.involved(desk.tx, row.id)
    held = {one.unit for one in handovers.of_tip(desk.tx, row.id) if one.status in (*handovers.LIVE, "closed")}
    suggested = routing.suggest(desk.plan, row.goods, row.kind, involved)
    open_to = [unit for unit in routing.receivers(desk.plan, involved) if unit not in held]
    first = [one.unit for one in suggested if one.unit in open_to]
    files = matter.whole(desk, row)["files"]
    ready = [one for one in files if one["state"] == "ready" and one["family"] not in ("voice",)]
    draft = drafted(tips.content(desk.tx, row))
    text = _text(answers, draft)
    warnings = [{"kind": one.kind, "excerpt": one.excerpt} for one in telling(text)] if text else []
    why = [
        {
            "unit": one.unit,
            "why": {"zh": one.why.zh, "en": one.why.en},
            "source": one.clause or one.law or one.origin.value,
            "outside": one.outside,
        }
        for one in suggested
    ]
    return {
        "receivers": (*first, *(unit for unit in open_to if unit not in first)),
        "first": tuple(first),
        "ready": ready,
        "telling": warnings,
        "draft": draft,
        "said": {
            "suggested": why,
            "draft": draft,
            "telling": warnings,
            "text": text,
            "withheld": sum(1 for one in files if one["state"] == "withheld"),
        },
    }


def drafted(content: dict[str, Any]) -> str:
    """What the citizen wrote, line by line, as the start of the copy. Who may be known by it is for a person to judge."""
    where = content.get("where")
    spot = (
        where
        if isinstance(where, str)
        else f"{where['lat']}, {where['lon']}"
        if isinstance(where, dict) and "lat" in where
        else None
    )
    lines = [content.get("what"), spot, content.get("when"), content.get("who")]
    return "\n".join(line for line in lines if line)


def _text(answers: Answers, draft: str) -> str:
    copy = answers.get("copy")
    return "" if copy is None else draft if copy.get("as_is") else copy["text"]


def hand_notice(desk: Desk, before: Answers, after: Answers) -> Outcome | None:
    """修改 after a warning: the copy is asked for again, with its text at hand."""
    if after.get("checked") == "edit":
        for name in ("copy", "checked"):
            after.pop(name, None)
    return None


def handed(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    facts = hand_facts(desk, answers)
    allowed = [unit for unit in answers["units"] if unit in facts["receivers"]]
    files = [int(one) for one in answers.get("files") or [] if one != "no_files"]
    returned = {one.unit for one in handovers.of_tip(desk.tx, row.id) if one.status == "returned"}
    for unit in allowed:
        _give(desk, row, unit, _text(answers, facts["draft"]), files, final=unit in returned)
    if allowed:
        tips.change(desk.tx, row.id, desk.now, status="handed")
    vacant = [unit for unit in allowed if not people.holders(desk.tx, row.county, unit, "liaison")]
    return Outcome(
        (Say("coordinators/hand:done", {"units": allowed, "number": row.number, "vacant": vacant}),), card(answers)
    )


def _give(desk: Desk, row: Any, unit: str, text: str, files: list[int], final: bool) -> None:
    number = handovers.hand(desk.tx, row, unit, text, files, desk.person, desk.now, final)
    about = {"unit": unit, "seat": "liaison", "tip": row.id, "handover": number}
    duty.open_(desk, "sign", once=f"sign:{number}", clock="sign", ladder="tip_sign", **about)
    duty.open_(desk, "decide", once=f"decide:{number}", clock="decide", ladder="tip_decide", **about)
    tips.move(desk.tx, row.id, desk.now, "staff", "handed", person=desk.person, unit=unit, handover=number)
    desk.audit("handed", row.number, unit)


# -- recall --------------------------------------------------------------------------------------------------------------


def _live(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"{one.id}.{one.unit}", of="units") for one in facts["live"])


RECALL = Form(
    "coordinators/recall", (Question("which", chosen, _live, asks="choice"), Question("reason", said(500))), review=True
)


def recall_facts(desk: Desk, answers: Answers) -> Facts:
    return {"live": [one for one in handovers.of_tip(desk.tx, answers["_tip"]) if one.status in handovers.LIVE]}


def recalled(desk: Desk, answers: Answers) -> Outcome:
    """Reading ends at once, and one learns who had opened it."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    number = int(answers["which"].partition(".")[0])
    given = handovers.by_id(desk.tx, number)
    if row is None or given is None or given.tip != row.id:
        return no_longer(answers)
    if not handovers.change(desk.tx, number, handovers.LIVE, status="recalled", closed_at=desk.now):
        return no_longer(answers)
    duties.close(desk.tx, desk.now, tip=row.id, kinds=("sign", "decide"), handover=number)
    tips.move(
        desk.tx,
        row.id,
        desk.now,
        "staff",
        "recalled",
        person=desk.person,
        unit=given.unit,
        handover=number,
        note=answers["reason"],
    )
    _status_after(desk, row)
    desk.audit("recalled", row.number, given.unit)
    told = people.holders(desk.tx, row.county, given.unit, "liaison")
    desk.tell(told, Say("reminders:recalled", {"number": row.number}), f"recalled:{number}")
    data = {"unit": given.unit, "opened": matter.stamp(given.opened_at), "who": people.name(desk.tx, given.opened_by)}
    return Outcome((Say("coordinators/recall:done", data),), card(answers))


def _status_after(desk: Desk, row: Any) -> None:
    held = any(one.status in (*handovers.LIVE, "closed") for one in handovers.of_tip(desk.tx, row.id))
    tips.change(desk.tx, row.id, desk.now, status="handed" if held else "taken")


CONVERSATIONS = (
    Conversation(HAND, handed, "staff", hand_facts, hand_notice),
    Conversation(RECALL, recalled, "staff", recall_facts),
)
