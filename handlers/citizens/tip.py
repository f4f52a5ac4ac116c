"""A tip-off: what and where are enough. The first words are kept as the story; only what is missing is asked.

story (and what it already says: now, goods) -> where -> the optional rest, or 其余不填 -> review -> `filing`
"""

import re
from functools import lru_cache
from typing import Any

from handlers.citizens import reach, steering
from handlers.citizens.filing import finish, heard, nobody_may_read, not_taken, reader_named, sealed, urgent
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
from handlers.reading import NOBODY, OFFICIALS, Words
from handlers.spoken import steers
from handlers.words import folded
from rules.county import Plan
from rules.kin import successor_of
from rules.marks import answered_now, happening_now, recognised


@lru_cache(64)
def _listed(kind: str, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    """Made once for each list of a plan: it comes with every message."""
    return tuple(Choice(key, of=kind) for key in keys)


def _goods(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return _listed("goods", tuple(facts["plan"].goods))


def _violations(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return _listed("violations", tuple(facts["plan"].violations))


def _read(answers: Answers, facts: Facts) -> Words:
    read: Words = facts["reading"].of(answers, facts["plan"])
    return read


def _units(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    units = _listed("units", tuple(facts["plan"].nameable))
    nobody = Choice(NOBODY)
    if not _names_somebody(answers, facts):
        return (nobody, Choice(OFFICIALS), *units)
    found = frozenset(_read(answers, facts).units)
    return (
        Choice(OFFICIALS),
        *(one for one in units if one.id in found),
        nobody,
        *(one for one in units if one.id not in found),
    )


def _names_somebody(answers: Answers, facts: Facts) -> tuple[str, ...]:
    return _read(answers, facts).accused


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
    return urgent(answers) and "involved" not in answers and not _names_somebody(answers, facts)


def _involved(answers: Answers, facts: Facts) -> bool:
    return not urgent(answers) or not _anyone(answers, facts) or answers.get("anyone") == "some"


def _unasked(answers: Answers, facts: Facts) -> bool:
    """The words speak of people in office, and who must not see the tip was left open: then it is asked plainly. Who said yes
    can take it back."""
    named = answers.get("involved")
    left_open = "involved" in answers and named in (None, [NOBODY]) and _read(answers, facts).in_office
    return left_open or answers.get("special") == "yes"


def _left_in(answers: Answers, facts: Facts) -> tuple[str, ...]:
    return _spoken_of(facts["plan"], answers, _read(answers, facts)) if answers.get("special") == "no" else ()


def _spoken_of(plan: Plan, answers: Answers, words: Words) -> tuple[str, ...]:
    """Units that the words name, neither chosen nor denied: what does not go the protected way would reach them."""
    named = answers.get("involved") or []
    kin = plan.kin_of(set(named) & plan.units.keys())
    return () if named == [NOBODY] else tuple(unit for unit in words.units if unit not in kin)


def _may_be_left_in(answers: Answers, facts: Facts) -> bool:
    return bool(_left_in(answers, facts))


def _reader_named(answers: Answers, facts: Facts) -> bool:
    return reader_named(facts["plan"], answers, _read(answers, facts).units)


SAYS_SO = 200  # characters in which somebody says that there are several matters


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


_NO_PLACE = re.compile(
    r"\d*|不(?:是现在|方便说?|能说|想说|好说|便说)|(?:请|稍|先)?等(?:一?下|等|会儿?|一会儿?)?|(?:在|就)*我家(?:里)?|家里|(?:就|是|在)*(?:那|这)(?:里|儿|边)?|老地方|wait(?:aminute)?|myhome|there|here"
)
_GOES_ON = re.compile(r"还有|另外|而且|并且|对了|(?:and|also)\b", re.IGNORECASE)


def _where(heard: Heard) -> Any:
    if heard.kind == "chose":
        return {"told": True} if heard.choice == "told" else Refused("want_place")
    if heard.kind != "said":
        return place(heard)
    if _GOES_ON.match(plain(heard.text)):
        return Refused("want_place")
    no_place = _NO_PLACE.fullmatch(folded(heard.text)) or not any(map(str.isalnum, heard.text))
    return Refused("place_needed") if no_place and plain(heard.text) or steers(heard.text) else place(heard)


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
        Question("reader", chosen, _of("yes", "no"), _reader_named, asks="choice"),
        Question("apart", chosen, _of("yes", "no"), _may_be_left_in, asks="choice", safer="yes"),
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
            "checked",
            chosen,
            _of("edit", "as_written"),
            lambda answers, facts: bool(_read(answers, facts).by_author),
            asks="choice",
            shows=lambda answers, facts: {"telling": _read(answers, facts).by_author},
        ),
    ),
    review=True,
    enough=lambda answers: bool(answers.get("what") and answers.get("where")),
    brief=urgent,
    story="what",
    draft=True,
    stays=True,
    steered=steering.steered,
)


def facts(desk: Desk, answers: Answers) -> Facts:
    here = desk.entrance
    return {
        "plan": desk.plan,
        "reading": desk.reading,
        "said": {
            "source": answers.get("_source", "citizen"),
            "stays": here.stays,
            "hours": here.hours,
            "documents": here.documents,
            "sealed": sealed(desk.plan, answers),
            "apart": list(_left_in(answers, {"plan": desk.plan, "reading": desk.reading})),
        },
    }


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """Said between questions: what is urgent first; and where the content may not be taken, before more is typed."""
    _kept_apart(desk, before or {}, after)
    if nobody_may_read(desk, after):
        return not_taken(desk)
    old, new = (desk.reading.of(one, desk.plan) for one in (before or {}, after))
    _looked_at(old, new, after)
    _followed(old, new, before or {}, after)
    source = {"source": after.get("_source", "citizen")}
    says = (Say("citizens/tip:several"),) if _several(before or {}, after) else ()
    if urgent(after) and not urgent(before or {}):
        says = (Say("citizens/tip:urgent", source | {"heard": heard(desk, after)}), *says)
    elif before is None:
        says = (Say("citizens/tip:opened", source), *says)
    return Outcome(says) if says else None


_SEVERAL = re.compile(
    r"(?:两|二|三|四|几|2|3|4)件(?:不同的)?(?:事|情况)|\b(?:two|three|several) (?:things|matters|cases)\b"
)


def _several(before: Answers, after: Answers) -> bool:
    """有两件事要报: one tip is one matter."""
    words = after.get("what") or ""
    return words != before.get("what") and bool(_SEVERAL.search(words[:SAYS_SO])) and "what" not in before


def _looked_at(old: Words, new: Words, after: Answers) -> None:
    """New words are looked at again; 改 asks for those that tell, with the old ones at hand."""
    if "checked" not in after:
        return
    if after["checked"] == "edit" and new.by_author:
        after["*"] = new.by_author[0]["field"]
    if after["checked"] == "edit" or new.by_author != old.by_author:
        del after["checked"]


def _kept_apart(desk: Desk, before: Answers, after: Answers) -> None:
    """Who must not see it stands among those that were chosen."""
    if after.get("apart") == "yes" != before.get("apart"):
        left = _spoken_of(desk.plan, after, desk.reading.of(after, desk.plan))
        after["involved"] = [*(after.get("involved") or []), *left]


def _followed(old: Words, new: Words, before: Answers, after: Answers) -> None:
    """What stood on an answer that has changed: no contact is anonymous; the protected way is asked after once more."""
    if "contact" in after and after["contact"] is None:
        del after["contact"]
        after["named"] = "anonymous"
    stands = before.get("special") == after.get("special") == "yes" and OFFICIALS not in (after.get("involved") or [])
    if not stands or "*" in after:
        return
    if (before.get("involved"), old.in_office) != (after.get("involved"), new.in_office):
        after["*"] = "special"


CONVERSATION = Conversation(FORM, finish, "citizen", facts, notice)
