"""How somebody wants to be reached, or not, in their own words: 匿名, 留电话, 我叫张三，13900139000. Such words are never part of
the story. Pure."""

import re
from typing import Any

from handlers.forms import Answers, Facts, Heard, plain, said

_NAMED = re.compile(
    r"不(?:要|用|想|愿意?)?匿名|实名|留(?:个|一个|下|我的)?(?:电话|手机|号码?|联系|姓名|名字|微信|邮箱)|^(?:我)?(?:要|想|愿意|可以)?留(?:一个|下|个|吧|的)*$"
    r"|\bnot anonymous|\b(?:leave|give|add) (?:a |my |you my )?(?:contact|number|phone|name|e-?mail)|\bmy name\b|\bcall me\b",
    re.IGNORECASE,
)
_ANONYMOUS = re.compile(
    r"匿名|不[想用必愿要]?(?:意|要)?(?:再)?留|别留|不给|不方便|没有?(?:电话|手机|联系|微信)|anonym|no (?:contact|phone|number)"
    r"|(?:don['’]?t|rather not|do not)|^(?:不要|不用|不需要|不想|不|不了|算了|没有|没|无|no|none|nope)(?:了|的|啊|吧|,? ?thanks)*[。.!！]?$",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:我|本人)(?:叫|姓|的?名字|是)|姓名|称呼|\bi am\b|\bi'm\b", re.IGNORECASE)
# A number, an address, an account: by this somebody can be found.
_FOUND_BY = re.compile(
    r"(?<!\d)\d(?:[\s-]?\d){6,}(?!\d)|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.\w|(?:微信|wechat|qq|telegram|电报)号?[:：\s是]*[A-Za-z0-9_-]{5,}",
    re.IGNORECASE,
)


def way(words: str, facts: Facts) -> str | None:
    """anonymous or named."""
    if (
        _FOUND_BY.search(words)
        or _NAMED.search(words)
        and not re.search(r"不[想用必愿要]?(?:意|要)?(?:再)?留|别留", words)
    ):
        return "named"
    if _ANONYMOUS.search(words):
        return "anonymous"
    return "named" if _NAME.search(words) else None


def told(heard: Heard, facts: Facts) -> Answers:
    """The contact in the same words: it is not asked after again."""
    return {"contact": plain(heard.text)} if heard.text and _FOUND_BY.search(heard.text) else {}


def none(words: str, facts: Facts) -> str | None:
    """我不想留电话了，匿名吧: never kept as a way to reach somebody."""
    return "anonymous" if way(words, facts) == "anonymous" else None


def contact(heard: Heard) -> Any:
    return None if heard.kind == "chose" else said(200, 5)(heard)
