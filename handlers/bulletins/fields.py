"""The fields of a piece in words: how each is called and read, and what one message says of several."""

import re
from datetime import timedelta
from typing import Any

from handlers.bulletins import reading
from handlers.coordinators import wording
from handlers.duties.asking import read_by
from handlers.forms import Answers, Facts, Heard, Refused
from handlers.forms import plain as plainly
from rules.bulletins import LONGEST, TITLE
from rules.expressions import expression
from rules.looking_up import folded
from rules.named_days import number

PER_CHARACTER = 3  # bytes


def _fitting(text: str, bytes_: int) -> Any:
    size = len(text.encode())
    told = {"limit": bytes_ // PER_CHARACTER, "length": -(-size // PER_CHARACTER)}
    return text if size <= bytes_ else Refused("too_long", told)


def title(heard: Heard, facts: Facts) -> Any:
    """The first line, or what is called so; what stands below is the text."""
    text = wording.written(TITLE + LONGEST)(heard)
    if isinstance(text, Refused):
        return text
    named = apart(text).get("title", "")
    return _fitting(named, TITLE) if any(map(str.isalnum, named)) else Refused("empty")


def below(heard: Heard, facts: Facts) -> Answers:
    """The other fields of the same message. What is none of the field it is called by stands in the text, where it is seen."""
    given = apart(plainly(heard.text))
    read = {name: READ[name](Heard("said", said), facts) for name, said in given.items() if name in READ}
    found = {name: value for name, value in read.items() if not isinstance(value, Refused)}
    left = [said for name, said in given.items() if name == "words" or name in read.keys() - found.keys()]
    whole = words(Heard("said", "\n".join(left)))
    return found if isinstance(whole, Refused) else found | {"words": whole}


def first(text: str, facts: Facts) -> Answers:
    """What is said with the word that opens the form. A kind alone is that kind, and no title."""
    if kind := reading.kind(facts["plan"], text):
        return {"category": kind}
    heard = Heard("said", text)
    named = title(heard, facts)
    return below(heard, facts) | ({} if isinstance(named, Refused) else {"title": named})


_CALLED = {
    "title": expression(r"标题|题目|title", re.IGNORECASE),
    "words": expression(r"正文|内容|text", re.IGNORECASE),
    "category": expression(r"类别|类型|分类|category|kind", re.IGNORECASE),
    "until": expression(r"到哪(?:一)?天(?:为止)?|截止(?:日期|时间)?|有效期|until", re.IGNORECASE),
    "law": expression(r"(?:法律)?依据|law", re.IGNORECASE),
}
_LINE = expression(r"\s*([^:：\s]{1,10})\s*[:：]\s*(.*)")


def apart(text: str) -> dict[str, str]:
    """By field, each with the lines below it. Where none is called by its name the first line is the title."""
    found: dict[str, list[str]] = {}
    at = "title"
    for line in text.split("\n"):
        named = _LINE.fullmatch(line)
        name = next((one for one, called in _CALLED.items() if named and called.fullmatch(named[1])), "")
        at = name or ("words" if found.get("title") and at != "words" else at)
        found.setdefault(at, []).append(named[2] if named and name else line)
    return {name: said for name, lines in found.items() if (said := "\n".join(lines).strip())}


def words(heard: Heard) -> Any:
    text = wording.written(LONGEST, 4)(heard)
    return text if isinstance(text, Refused) else _fitting(text, LONGEST)


def last_day(heard: Heard, facts: Facts) -> Any:
    """Today or later, as an ISO day of the county."""
    if heard.kind == "chose":
        return (facts["today"] + timedelta(days=int(heard.choice.removeprefix("days_")))).isoformat()
    return read_by(heard, facts)


_ARTICLE = re.compile(r"(.*?)第?([0-9]{1,3}|[一二三四五六七八九十百]{1,5})条?")


def law(heard: Heard, facts: Facts) -> Any:
    """海关法第五条, or a part of its name where no other has it."""
    said = re.sub(r"[\s《》]", "", folded(plainly(heard.text)))
    found = _ARTICLE.fullmatch(said)
    name, article = (found[1], str(number(found[2]))) if found else (said, "")
    laws = facts["plan"].common.laws
    fits = [key for key, law in laws.items() if _names(law, name) and article in ("", law.article)]
    if len(fits) == 1:
        return fits[0]
    known = dict.fromkeys(one.law for one in facts["plan"].bulletins.facts.values() if one.law)
    names = [laws[key].name.in_(facts["language"]) for key in fits or known]
    return Refused("which_law" if fits else "no_such_law", {"names": names})


def _names(law: Any, name: str) -> bool:
    known = (re.sub(r"[\s《》]", "", folded(one)) for one in (law.name.zh, law.name.en))
    return len(name) > 1 and any(name in one for one in known)


def _category(heard: Heard, facts: Facts) -> Any:
    return reading.kind(facts["plan"], heard.text) or Refused("want_choice")


READ = {"category": _category, "until": last_day, "law": law}
