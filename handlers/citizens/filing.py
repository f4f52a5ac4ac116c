"""A tip is taken in: tip, key, marks, way back, duties and their ladders, audit, all in one commit; the receipt is the answer.
Where nobody may read it, nothing of it is kept."""

import secrets
from collections.abc import Iterable
from typing import Any

from handlers import duty
from handlers.citizens import said_here, stopping
from handlers.desk import Desk, Outcome
from handlers.forms import EVERYTHING, Answers, Say
from handlers.progress import uploads
from handlers.reading import NOBODY, OFFICIALS
from rules import routing
from rules.county import Plan
from rules.marks import marks
from storage import attachments, people, tips

CONTENT = ("what", "where", "when", "who", "goods", "kind", "now")


def urgent(answers: Answers) -> bool:
    """While it is going on: what, where, and who must not be alerted (LZ-3.6d); all else can be told at the review."""
    return answers.get("now") == "yes"


def nobody_may_read(desk: Desk, answers: Answers) -> bool:
    """The sealed seat is vacant or itself involved, or every office is: nothing typed may be kept."""
    units = _named_units(answers)
    if answers.get("reader") == "yes":
        return True
    if not sealed(desk.plan, answers):
        return bool(units) and routing.intake_for(desk.plan, units) is None
    seat = routing.sealed_seat_for(desk.plan, units)
    return seat is None or not seated(desk, seat.unit, seat.seat, units)


def seated(desk: Desk, unit: str, seat: str, involved: frozenset[str]) -> bool:
    """Whether anybody who is not excluded sits there."""
    held = people.all_seats(desk.tx, desk.plan.id, people.holders(desk.tx, desk.plan.id, unit, seat))
    barred = desk.plan.kin_of(involved)
    return any(all(one not in barred for one, _ in seats) for seats in held.values())


def not_taken(desk: Desk) -> Outcome:
    outside = routing.outside_of(desk.plan)
    data = {"name": outside.name.in_(desk.chat.language), "number": outside.number}
    out = said_here.messages(desk)
    return Outcome((Say("citizens/tip:not_taken", {"outside": data}, erases=EVERYTHING, deletes=out),), drop=True)


def finish(desk: Desk, answers: Answers) -> Outcome:
    if nobody_may_read(desk, answers):  # the seat fell vacant between the answer and the confirmation
        attachments.discard(desk.tx, uploads(answers))
        return not_taken(desk)
    tip, receipt = _kept(desk, answers)
    attachments.adopt(desk.tx, uploads(answers), desk.chat.id, tip)
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
    data: dict[str, Any] = {"number": receipt.number, "password": receipt.password, "urgent": urgent(answers)}
    if data["urgent"]:
        data["heard"] = heard(desk, answers)
    mark = secrets.token_hex(8)  # stands in clear beside the conversation: it says nothing of the tip
    if answers.get("_source") == "oral":
        read = {"_number": receipt.number, "_mark": mark}
        return Outcome((Say("citizens/tip:read_out", data, mark=mark),), next=("citizens/read_out", read))
    stopping.given_out(desk, receipt.number)
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": mark}
    return Outcome((Say("citizens/tip:receipt", data, mark=mark),), next=("citizens/receipt", after))


def _kept(desk: Desk, answers: Answers) -> tuple[int, tips.Receipt]:
    units, apart = _named_units(answers), sealed(desk.plan, answers)
    text = "\n".join(str(answers[name]) for name in ("what", "who") if answers.get(name))
    contact = answers.get("contact") if answers.get("named") == "named" else None
    tip, receipt = tips.create(
        desk.tx,
        county=desk.plan.id,
        letters=desk.plan.letters,
        content={name: answers[name] for name in CONTENT if answers.get(name)},
        involved=units,
        marks=() if apart else marks(text, _spot(answers["where"]), desk.now.astimezone(desk.plan.tz).date()),
        at=desk.now,
        alias=_way_back(desk, answers),
        route="sealed" if apart else "open",
        intake=desk.plan.sealed.unit if apart else routing.intake_for(desk.plan, units),
        urgent=urgent(answers),
        goods=None if apart else answers.get("goods"),
        kind=None if apart else answers.get("kind"),
        source=answers.get("_source", "citizen"),
        reward=answers.get("reward") == "yes",
        named=contact is not None,
        notify=answers.get("notify") == "yes",
    )
    if contact is not None:
        tips.keep_contact(desk.tx, tip, contact)
    return tip, receipt


def _spot(where: Any) -> str | None:
    """A place in words, or a shared one to about 100 metres."""
    if isinstance(where, str):
        return where
    return f"{where['lat']:.3f},{where['lon']:.3f}" if "lat" in where else None


def _way_back(desk: Desk, answers: Answers) -> bytes | None:
    """Kept while the conversation lives, for reissue and follow-up in it; used to push only if the citizen wished it."""
    if answers.get("_source") == "oral":
        return None
    alias = tips.new_alias(desk.tx, desk.chat.id)
    desk.chat.state.setdefault("mine", []).append(alias.hex())
    return alias


def _clock(desk: Desk, answers: Answers, tip: int) -> None:
    apart, unit = sealed(desk.plan, answers), _unit(desk, answers)
    ladder, seat = ("tip_sealed", "sealed") if apart else ("tip_receive", "intake")
    duty.open_(desk, "receive", once=f"receive:{tip}", unit=unit, seat=seat, clock="receive", ladder=ladder, tip=tip)
    if urgent(answers):
        ladder = duty.alarm(sealed=apart)
        duty.open_(desk, "now", once=f"now:{tip}", unit=unit, seat="duty", clock="receive", ladder=ladder, tip=tip)


def _unit(desk: Desk, answers: Answers) -> str:
    if sealed(desk.plan, answers):
        return str(desk.plan.sealed.unit)
    return routing.intake_for(desk.plan, _named_units(answers)) or ""


def heard(desk: Desk, answers: Answers) -> bool:
    """Whether an alert of this would reach anybody."""
    ladder = duty.alarm(sealed=sealed(desk.plan, answers))
    return duty.heard(desk, ladder, _unit(desk, answers), _named_units(answers))


def _named_units(answers: Answers) -> frozenset[str]:
    return frozenset([*(answers.get("involved") or []), *(answers.get("involved+") or [])]) - {OFFICIALS, NOBODY}


def sealed(plan: Plan, answers: Answers) -> bool:
    said_so = OFFICIALS in [*(answers.get("involved") or []), *(answers.get("involved+") or [])]
    said_so = said_so or answers.get("special") == "yes"
    return routing.is_sealed(plan, answers.get("kind"), said_so)


def reader_named(plan: Plan, answers: Answers, units: Iterable[str]) -> bool:
    """The tip would go to the sealed seat, and its words name that seat's own unit or its kin, whom nobody has ticked."""
    kin = plan.kin_of({plan.sealed.unit})
    return bool(kin.intersection(units)) and sealed(plan, answers) and not kin & _named_units(answers)
