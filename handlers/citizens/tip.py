"""A tip-off: what and where are enough. The first words are kept as the story; only what is missing is asked.

story (and what it already says: now, goods) -> where -> the optional rest, or 其余不填 -> review
finish -> tip, key, marks, way back, duties and their ladders, audit: one commit; the receipt is the answer
"""

import re
import secrets
from functools import lru_cache
from typing import Any

from handlers import duty
from handlers.citizens import reach, steering, stopping
from handlers.desk import Conversation, Desk, Outcome
from handlers.dialog import uploads
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
from handlers.spoken import steers
from handlers.words import folded
from rules import routing
from rules.kin import successor_of
from rules.marks import answered_now, happening_now, in_office, marks, naming, recognised
from storage import attachments, people, tips

OFFICIALS, NOBODY = "officials", "none"


@lru_cache(64)
def _listed(kind: str, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    """Made once for each list of a plan: it comes with every message."""
    return tuple(Choice(key, of=kind) for key in keys)


def _goods(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return _listed("goods", tuple(facts["plan"].goods))


def _violations(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return _listed("violations", tuple(facts["plan"].violations))


def _units(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    units = _listed("units", tuple(facts["plan"].nameable))
    nobody = Choice(NOBODY)
    if not _names_somebody(answers, facts):
        return (nobody, Choice(OFFICIALS), *units)
    found = frozenset(_mentioned(answers, facts))
    return (
        Choice(OFFICIALS),
        *(one for one in units if one.id in found),
        nobody,
        *(one for one in units if one.id not in found),
    )


def _words(answers: Answers) -> str:
    return "\n".join(one for name in ("what", "where", "when", "who") if isinstance(one := answers.get(name), str))


def _mentioned(answers: Answers, facts: Facts) -> tuple[str, ...]:
    named: tuple[str, ...] = facts["plan"].unit_names.within(_words(answers))
    return named


def _names_somebody(answers: Answers, facts: Facts) -> tuple[str, ...]:
    """Whom the words accuse, or may: units of the county, people in office. Then who must not see the tip is asked in any
    case."""
    return (*_mentioned(answers, facts), *((OFFICIALS,) if in_office(_words(answers)) else ()))


def _unit_meant(words: str, facts: Facts) -> str | None:
    """By an alias; for a unit that is no more, the one that followed it."""
    unit = facts["plan"].unit_named(words)
    return successor_of(facts["plan"], unit.id) if unit else None


def _of(*names: str) -> Any:
    choices = tuple(Choice(name) for name in names)
    return lambda answers, facts: choices


def _goods_meant(words: str, facts: Facts) -> str | None:
    """烟: a word of one kind of goods, or the part of one."""
    word, goods = folded(words), facts["plan"].goods.values()
    within: set[str] = {
        one.id for one in goods if any(word in folded(name) for name in (one.name.zh, one.name.en, *one.words))
    }
    if len(within) == 1 and not word.isascii():
        return within.pop()
    found: str | None = recognised(words, goods)
    return found if len(word) <= 8 and not word.startswith(("不", "没")) else None


def _anyone(answers: Answers, facts: Facts) -> bool:
    """While it is going on nobody reads a list of units who has nobody to name."""
    return _urgent(answers) and "involved" not in answers and not _names_somebody(answers, facts)


def _involved(answers: Answers, facts: Facts) -> bool:
    return not _urgent(answers) or not _anyone(answers, facts) or answers.get("anyone") == "some"


def _unasked(answers: Answers, facts: Facts) -> bool:
    """The words speak of people in office, and who must not see the tip was left open: then it is asked plainly. Who said yes
    can take it back."""
    named = answers.get("involved")
    left_open = "involved" in answers and named in (None, [NOBODY]) and in_office(_words(answers))
    return left_open or answers.get("special") == "yes"


def by_author(answers: Answers) -> list[dict[str, Any]]:
    """What in a citizen's own words, or in those taken down for one, may tell who they are, and in which answer."""
    fields = ("what", "where", "when", "who")
    found = [(name, one) for name in fields if isinstance(words := answers.get(name), str) for one in naming(words)]
    return [one._asdict() | {"field": name} for name, one in found]


def _urgent(answers: Answers) -> bool:
    """While it is going on: what, where, and who must not be alerted (LZ-3.6d); all else can be told at the review."""
    return answers.get("now") == "yes"


_PROTECTED = re.compile(
    r"(?:要|想|就|还是)?走?(?:吧|专门(?:的)?渠道|专门|走)(?:吧|的|啊)*|(?:要|想)走|走(?:的|啊)?|protected(?: way)?",
    re.IGNORECASE,
)
_OPENLY = re.compile(r"不(?:要|用|想|必|需要)?走.*|(?:走)?(?:普通|一般|正常)(?:的)?渠道.*", re.IGNORECASE)


def _special_meant(words: str, facts: Facts) -> str | None:
    """走, 不走."""
    word = folded(words)
    return "no" if _OPENLY.fullmatch(word) else "yes" if _PROTECTED.fullmatch(word) else None


def _named(answers: Answers, facts: Facts) -> bool:
    return answers.get("named") == "named"


def _by_citizen(answers: Answers, facts: Facts) -> bool:
    return answers.get("_source") != "oral"


def _what(heard: Heard) -> Any:
    told, words = said(least=3)(heard), plain(heard.text)
    marks_only = len(words) > 2 and sum(map(str.isalnum, words)) < 3  # 😡😡😡
    return Refused("story_needed") if words and (marks_only or steers(words)) else told


def _where(heard: Heard) -> Any:
    if heard.kind == "chose":
        return {"told": True} if heard.choice == "told" else Refused("want_place")
    return Refused("place_needed") if heard.kind == "said" and steers(heard.text) else place(heard)


def _told(heard: Heard, facts: Facts) -> Answers:
    """What the story says by itself is not asked again."""
    now = {"now": "yes"} if happening_now(heard.text) else {}
    goods = recognised(heard.text, facts["plan"].goods.values())
    return now | ({"goods": goods} if goods else {})


FORM = Form(
    "citizens/tip",
    (
        Question("what", _what, implies=_told),
        Question("now", chosen, _of("yes", "no", "unsure"), asks="choice", begins=answered_now, of_fact=True),
        Question("where", _where, _of("told"), asks="location"),
        Question("goods", chosen, _goods, optional=True, asks="choice", named=_goods_meant),
        Question("kind", chosen, _violations, optional=True, asks="choice"),
        Question("when", said(500), optional=True),
        Question("who", said(1000), optional=True),
        Question("files", attachment, optional=True, many=True, asks="file"),
        Question("anyone", chosen, _of(NOBODY, "some"), _anyone, optional=True, asks="choice", even_brief=True),
        Question(
            "involved",
            chosen,
            _units,
            _involved,
            optional=True,
            many=True,
            asks="choice",
            closing=(NOBODY,),
            even_brief=True,
            insists=_names_somebody,
            named=_unit_meant,
        ),
        Question("special", chosen, _of("yes", "no"), _unasked, asks="choice", named=_special_meant, safer="yes"),
        Question("reward", chosen, _of("yes", "no"), optional=True, asks="choice"),
        Question(
            "named",
            chosen,
            _of("anonymous", "named"),
            optional=True,
            asks="choice",
            named=reach.way,
            implies=reach.told,
        ),
        Question("contact", reach.contact, _of("anonymous"), when=_named, named=reach.none),
        Question("notify", chosen, _of("yes", "no"), _by_citizen, optional=True, asks="choice"),
        Question(
            "checked", chosen, _of("edit", "as_written"), lambda answers, facts: bool(by_author(answers)), asks="choice"
        ),
    ),
    review=True,
    enough=lambda answers: bool(answers.get("what") and answers.get("where")),
    brief=_urgent,
    story="what",
    draft=True,
    stays=True,
    steered=steering.steered,
)


def facts(desk: Desk, answers: Answers) -> Facts:
    here = {name: getattr(desk.entrance, name) for name in ("stays", "hours", "documents")}
    return {
        "plan": desk.plan,
        "said": {"source": answers.get("_source", "citizen"), "telling": by_author(answers), **here},
    }


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """Said between questions: what is urgent first; and where the content may not be taken, before more is typed."""
    if _nobody_may_read(desk, after):
        return _not_taken(desk)
    _looked_at(before or {}, after)
    _followed(before or {}, after)
    source = {"source": after.get("_source", "citizen")}
    if _urgent(after) and not _urgent(before or {}):
        return Outcome((Say("citizens/tip:urgent", source),))
    return Outcome((Say("citizens/tip:opened", source),)) if before is None else None


def _looked_at(before: Answers, after: Answers) -> None:
    """New words are looked at again; 改 asks for those that tell, with the old ones at hand."""
    told = by_author(after)
    if after.get("checked") == "edit" and told:
        after["*"] = told[0]["field"]
    if after.get("checked") == "edit" or told != by_author(before):
        after.pop("checked", None)


def _followed(before: Answers, after: Answers) -> None:
    """What stood on an answer that has changed: no contact is anonymous; the protected way is asked after once more."""
    if "contact" in after and after["contact"] is None:
        del after["contact"]
        after["named"] = "anonymous"
    led = [(one.get("involved"), in_office(_words(one))) for one in (before, after)]
    stands = before.get("special") == after.get("special") == "yes" and OFFICIALS not in (after.get("involved") or [])
    if stands and led[0] != led[1] and "*" not in after:
        after["*"] = "special"


def _not_taken(desk: Desk) -> Outcome:
    outside = routing.outside_of(desk.plan)
    data = {"name": outside.name.in_(desk.chat.language), "number": outside.number}
    return Outcome((Say("citizens/tip:not_taken", {"outside": data}),), drop=True)


def _named_units(answers: Answers) -> frozenset[str]:
    return frozenset([*(answers.get("involved") or []), *(answers.get("involved+") or [])]) - {OFFICIALS, NOBODY}


def _sealed(desk: Desk, answers: Answers) -> bool:
    said_so = OFFICIALS in [*(answers.get("involved") or []), *(answers.get("involved+") or [])]
    said_so = said_so or answers.get("special") == "yes"
    return routing.is_sealed(desk.plan, answers.get("kind"), said_so)


def _nobody_may_read(desk: Desk, answers: Answers) -> bool:
    """The sealed seat is vacant or itself involved, or every office is: nothing typed may be kept."""
    units = _named_units(answers)
    if not _sealed(desk, answers):
        return bool(units) and routing.intake_for(desk.plan, units) is None
    seat = routing.sealed_seat_for(desk.plan, units)
    return seat is None or not seated(desk, seat.unit, seat.seat, units)


def seated(desk: Desk, unit: str, seat: str, involved: frozenset[str]) -> bool:
    """Whether anybody who is not excluded sits there."""
    held = people.all_seats(desk.tx, desk.plan.id, people.holders(desk.tx, desk.plan.id, unit, seat))
    barred = desk.plan.kin_of(involved)
    return any(all(one not in barred for one, _ in seats) for seats in held.values())


CONTENT = ("what", "where", "when", "who", "goods", "kind", "now")


def finish(desk: Desk, answers: Answers) -> Outcome:
    if _nobody_may_read(desk, answers):  # the seat fell vacant between the answer and the confirmation
        attachments.discard(desk.tx, uploads(answers))
        return _not_taken(desk)
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
    data = {"number": receipt.number, "password": receipt.password, "urgent": _urgent(answers)}
    mark = secrets.token_hex(8)  # stands in clear beside the conversation: it says nothing of the tip
    if answers.get("_source") == "oral":
        read = {"_number": receipt.number, "_mark": mark}
        return Outcome((Say("citizens/tip:read_out", data, mark=mark),), next=("citizens/read_out", read))
    stopping.given_out(desk, receipt.number)
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": mark}
    return Outcome((Say("citizens/tip:receipt", data, mark=mark),), next=("citizens/receipt", after))


def _kept(desk: Desk, answers: Answers) -> tuple[int, tips.Receipt]:
    units, sealed = _named_units(answers), _sealed(desk, answers)
    text = "\n".join(str(answers[name]) for name in ("what", "who") if answers.get(name))
    contact = answers.get("contact") if _named(answers, {}) else None
    tip, receipt = tips.create(
        desk.tx,
        county=desk.plan.id,
        letters=desk.plan.letters,
        content={name: answers[name] for name in CONTENT if answers.get(name)},
        involved=units,
        marks=() if sealed else marks(text, _spot(answers["where"]), desk.now.astimezone(desk.plan.tz).date()),
        at=desk.now,
        alias=_way_back(desk, answers),
        route="sealed" if sealed else "open",
        intake=desk.plan.sealed.unit if sealed else routing.intake_for(desk.plan, units),
        urgent=_urgent(answers),
        goods=None if sealed else answers.get("goods"),
        kind=None if sealed else answers.get("kind"),
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
    sealed = _sealed(desk, answers)
    unit = desk.plan.sealed.unit if sealed else routing.intake_for(desk.plan, _named_units(answers)) or ""
    ladder, seat = ("tip_sealed", "sealed") if sealed else ("tip_receive", "intake")
    duty.open_(desk, "receive", once=f"receive:{tip}", unit=unit, seat=seat, clock="receive", ladder=ladder, tip=tip)
    if _urgent(answers):
        ladder = "sealed_now" if sealed else "happening_now"
        duty.open_(desk, "now", once=f"now:{tip}", unit=unit, seat="duty", clock="receive", ladder=ladder, tip=tip)


CONVERSATION = Conversation(FORM, finish, "citizen", facts, notice)
