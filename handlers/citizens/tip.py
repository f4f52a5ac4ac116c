"""A tip-off: what and where are enough. The first words are kept as the story; only what is missing is asked.

opening -> story (and what it already says: now, goods) -> where -> the optional rest, or 直接提交 -> review
finish  -> tip, key, marks, way back, duty and its ladder, audit: one commit; the receipt is the answer
"""

from typing import Any

from handlers import duty
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import (
    Answers,
    Choice,
    Facts,
    Form,
    Heard,
    Question,
    Refused,
    Say,
    attachment,
    chosen,
    place,
    plain,
    said,
)
from rules import routing
from rules.marks import happening_now, marks
from storage import attachments, people, tips

OFFICIALS, NOBODY = "officials", "none"


def _goods(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="goods") for key in facts["plan"].goods)


def _violations(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="violations") for key in facts["plan"].violations)


def _units(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    got = answers.get("involved+", [])
    units = tuple(Choice(key, of="units") for key in facts["plan"].nameable)
    first = () if got else (Choice(NOBODY), Choice(OFFICIALS))
    return (*first, *units)


def _of(*names: str) -> Any:
    return lambda answers, facts: tuple(Choice(name) for name in names)


def _calm(answers: Answers, facts: Facts) -> bool:
    """While it is going on, what and where are asked and nothing else: the rest can be added afterwards."""
    return answers.get("now") != "yes"


def _wants_name(answers: Answers, facts: Facts) -> bool:
    return _calm(answers, facts) and answers.get("named") == "named"


def _where(heard: Heard) -> Any:
    if heard.kind == "chose":
        return {"told": True} if heard.choice == "told" else Refused("want_place")
    return place(heard)


def _contact(heard: Heard) -> Any:
    return said(200, 5)(heard)


FORM = Form(
    "citizens/tip",
    (
        Question("what", said(least=4)),
        Question("now", chosen, _of("yes", "no", "unsure"), asks="choice"),
        Question("where", _where, _of("told"), asks="location"),
        Question("goods", chosen, _goods, _calm, optional=True, asks="choice"),
        Question("kind", chosen, _violations, _calm, optional=True, asks="choice"),
        Question("when", said(500), when=_calm, optional=True),
        Question("who", said(1000), when=_calm, optional=True),
        Question("files", attachment, when=_calm, optional=True, many=True, asks="file"),
        Question("involved", chosen, _units, optional=True, many=True, asks="choice", closing=(NOBODY,)),
        Question("reward", chosen, _of("yes", "no"), _calm, optional=True, asks="choice"),
        Question("named", chosen, _of("anonymous", "named"), _calm, optional=True, asks="choice"),
        Question("contact", _contact, when=_wants_name),
        Question("notify", chosen, _of("yes", "no"), _calm, optional=True, asks="choice"),
    ),
    review=True,
    enough=lambda answers: bool(answers.get("what") and answers.get("where")),
    draft=True,
)


def opening(desk: Desk, heard: Heard) -> Answers:
    """What was written before anything was asked is the story, and says what it can."""
    if heard.kind == "file" and heard.file:
        return {"files+": [dict(heard.file)]}
    if heard.kind == "location" and heard.place:
        return {"where": place(heard)}
    text = plain(heard.text)
    if len(text) < 4:
        return {}
    answers: Answers = {"what": text} if not isinstance(said()(heard), Refused) else {}
    if answers and happening_now(text):
        answers["now"] = "yes"
    named = [
        key for key, goods in desk.plan.goods.items() if goods.name.zh in text or goods.name.en.lower() in text.lower()
    ]
    return answers | ({"goods": named[0]} if len(named) == 1 else {})


def facts(desk: Desk, answers: Answers) -> Facts:
    return {"plan": desk.plan, "said": {"source": answers.get("_source", "citizen")}}


def notice(desk: Desk, before: Answers, after: Answers) -> Outcome | None:
    """Said between questions: what is urgent first; and where the content may not be taken, before more is typed."""
    if _nobody_may_read(desk, after):
        return Outcome((Say("citizens/tip:not_taken", {"outside": _outside(desk)}),), drop=True)
    if after.get("now") == "yes" and before.get("now") != "yes":
        return Outcome((Say("citizens/tip:urgent"),))
    return Outcome((Say("citizens/tip:opened"),)) if not before else None


def _named_units(answers: Answers) -> frozenset[str]:
    return frozenset([*(answers.get("involved") or []), *(answers.get("involved+") or [])]) - {OFFICIALS, NOBODY}


def _sealed(desk: Desk, answers: Answers) -> bool:
    said_so = OFFICIALS in [*(answers.get("involved") or []), *(answers.get("involved+") or [])]
    return routing.is_sealed(desk.plan, answers.get("kind"), said_so)


def _nobody_may_read(desk: Desk, answers: Answers) -> bool:
    """The sealed seat is vacant or itself involved, or every office is: nothing typed may be kept."""
    units = _named_units(answers)
    if not _sealed(desk, answers):
        return bool(units) and routing.intake_for(desk.plan, units) is None
    seat = routing.sealed_seat_for(desk.plan, units)
    return seat is None or not _seated(desk, seat.unit, seat.seat, units)


def _seated(desk: Desk, unit: str, seat: str, involved: frozenset[str]) -> bool:
    """Whether anybody who is not excluded sits there."""
    held = people.all_seats(desk.tx, people.holders(desk.tx, desk.plan.id, unit, seat))
    barred = desk.plan.kin_of(involved)
    return any(all(one not in barred for one, _ in seats) for seats in held.values())


def _outside(desk: Desk) -> dict[str, str]:
    outside = routing.outside_of(desk.plan)
    return {"name": outside.name.in_(desk.chat.language), "number": outside.number}


CONTENT = ("what", "where", "when", "who", "kind", "now")


def finish(desk: Desk, answers: Answers) -> Outcome:
    if _nobody_may_read(desk, answers):  # the seat fell vacant between the answer and the confirmation
        attachments.discard(desk.tx, [one["id"] for one in answers.get("files") or []])
        return Outcome((Say("citizens/tip:not_taken", {"outside": _outside(desk)}),))
    tip, receipt = _kept(desk, answers)
    attachments.adopt(desk.tx, [one["id"] for one in answers.get("files") or []], desk.chat.id, tip)
    _clock(desk, answers, tip)
    tips.move(
        desk.tx,
        tip,
        desk.now,
        "staff" if answers.get("_source") == "oral" else "citizen",
        "received",
        person=desk.chat.person,
    )
    desk.audit("tip received", receipt.number, answers.get("_source", "citizen"))
    data = {"number": receipt.number, "password": receipt.password, "urgent": answers.get("now") == "yes"}
    if answers.get("_source") == "oral":
        return Outcome((Say("citizens/tip:read_out", data),))
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": str(tip)}
    return Outcome((Say("citizens/tip:receipt", data, mark=str(tip)),), next=("citizens/receipt", after))


def _kept(desk: Desk, answers: Answers) -> tuple[int, tips.Receipt]:
    units, sealed = _named_units(answers), _sealed(desk, answers)
    where, kind = answers["where"], answers.get("kind")
    text = "\n".join(str(answers[name]) for name in ("what", "who") if answers.get(name))
    spoken = where if isinstance(where, str) else None
    tip, receipt = tips.create(
        desk.tx,
        county=desk.plan.id,
        letters=desk.plan.letters,
        content={name: answers[name] for name in CONTENT if answers.get(name)},
        involved=units,
        marks=() if sealed else marks(text, spoken, desk.now.astimezone(desk.plan.tz).date()),
        at=desk.now,
        alias=_way_back(desk, answers),
        route="sealed" if sealed else "open",
        intake=desk.plan.sealed.unit if sealed else routing.intake_for(desk.plan, units),
        urgent=answers.get("now") == "yes",
        goods=None if sealed else answers.get("goods"),
        kind=None if sealed else kind,
        source=answers.get("_source", "citizen"),
        reward=answers.get("reward") == "yes",
        named=bool(answers.get("contact")),
        notify=answers.get("notify") == "yes",
    )
    if answers.get("contact"):
        tips.keep_contact(desk.tx, tip, answers["contact"])
    return tip, receipt


def _way_back(desk: Desk, answers: Answers) -> bytes | None:
    """Kept while the conversation lives, for reissue and follow-up in it; used to push only if the citizen wished it."""
    if answers.get("_source") == "oral":
        return None
    alias = tips.new_alias(desk.tx, desk.chat.id)
    desk.chat.state.setdefault("mine", []).append(alias.hex())
    return alias


def _clock(desk: Desk, answers: Answers, tip: int) -> None:
    sealed, urgent = _sealed(desk, answers), answers.get("now") == "yes"
    unit = desk.plan.sealed.unit if sealed else routing.intake_for(desk.plan, _named_units(answers)) or ""
    ladder, seat = ("tip_sealed", "sealed") if sealed else ("tip_receive", "intake")
    duty.open_(desk, "receive", once=f"receive:{tip}", unit=unit, seat=seat, clock="receive", ladder=ladder, tip=tip)
    if urgent:
        ladder = "sealed_now" if sealed else "happening_now"
        duty.open_(desk, "now", once=f"now:{tip}", unit=unit, seat="duty", clock="receive", ladder=ladder, tip=tip)


CONVERSATION = Conversation(FORM, finish, "citizen", facts, notice, opening)
