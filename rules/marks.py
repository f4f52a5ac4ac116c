"""What makes two tips alike, and what in a text may give its author away. Pure readings of a text; nothing is kept here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, Protocol

from rules.expressions import expression

# GA 36-2018: a province's character, a letter, five or six letters or digits (never I or O); 学警挂港澳 at the end.
PLATE = expression(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.\s]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警挂港澳]"
)
PHONE = expression(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LINK = expression(r"(?:https?://|www\.)[^\s，。；、）)]+", re.IGNORECASE)
PARCEL = expression(r"(?<![A-Za-z0-9])(?:[A-Z]{2,3}\d{9,15}|\d{12,15})(?![A-Za-z0-9])")
IDENTITY = expression(r"(?<!\d)\d{17}[\dXx](?!\d)")
# 我要举报： says no more of its author than every tip does.
_REPORTING = r"(?!(?:们?(?:要|想|来|是来|现在))*(?:举报|反映|报告)(?!过))"
FIRST_PERSON = expression(
    rf"(?:我|本人|咱|俺){_REPORTING}|\bI\b(?!(?: want to| would like to)? report\b)|\bmy\b", re.IGNORECASE
)
_MINE = r"(?:我|咱|俺|本人)(?:们)?(?:家)?(?:的)?"
_CLOSE = r"邻居|隔壁|楼上|楼下|对门|同事|同学|亲戚|朋友|老乡|前夫|前妻|老公|老婆|表[哥弟姐妹]|房东|租客|neighbou?r|colleague|landlord"
_BOSS = "前?老板娘?"  # of a shop or a gang: near only where it is one's own
NEAR = expression(rf"{_CLOSE}|{_MINE}{_BOSS}", re.IGNORECASE)


class Mark(NamedTuple):
    kind: str
    value: str


def normal(text: str) -> str:
    """One spelling: width, case, blanks and punctuation do not tell two things apart."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


def marks(text: str, where: str | None, on: date) -> tuple[Mark, ...]:
    """Plate, phone, link, parcel number, place and ISO week, in one spelling each, so that equal things are equal."""
    upper = unicodedata.normalize("NFKC", text).upper()
    found = [Mark("plate", normal(one)) for one in PLATE.findall(upper)]
    found += [Mark("phone", one) for one in PHONE.findall(upper)]
    found += [
        Mark("link", one.rstrip("/.,!?").lower().split("://")[-1].removeprefix("www.")) for one in LINK.findall(text)
    ]
    found += [Mark("parcel", one) for one in PARCEL.findall(upper)]
    if where and len(normal(where)) > 3:
        found.append(Mark("place", normal(where)))
    year, week, _ = on.isocalendar()
    return tuple(dict.fromkeys([*found, Mark("week", f"{year}-{week}")]))


def sought(words: str) -> Mark | None:
    """The one mark these words are, whole: what a search can look for."""
    word = unicodedata.normalize("NFKC", words).strip()
    if not (LINK.fullmatch(word) or any(one.fullmatch(word.upper()) for one in (PLATE, PHONE, PARCEL))):
        return None
    return marks(word, None, date.min)[0]


class Telling(NamedTuple):
    """Something in a text by which its author might be known: which kind, and the words around it."""

    kind: str
    excerpt: str


def telling(text: str) -> Iterator[Telling]:
    """Warnings for the redaction pass, each kind at most three times."""
    return _told(text, (("id", IDENTITY), ("phone", PHONE), ("first_person", FIRST_PERSON), ("near", NEAR)))


def _told(text: str, kinds: Iterable[tuple[str, re.Pattern[str]]]) -> Iterator[Telling]:
    for kind, pattern in kinds:
        for number, match in enumerate(pattern.finditer(text)):
            if number == 3:
                break
            yield Telling(kind, _around(text, match))


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 8].replace("\n", " ")


# I and my name, my neighbour, where I live or work: what gives its author away in a story that says 我看到 anyway.
NAMING = expression(
    rf"{_MINE}(?:叫|姓|名字|住|单位|公司|厂|店|在[^，。,.\s]{{1,12}}(?:上班|工作|打工|做工|值班|住))"
    r"|(?:我|咱|俺|本人)(?:们)?(?:自己)?家(?:的?房子|的?屋)?的?(?:前面|后面|旁边|旁|隔壁|对面|对门|门口|门前|屋后|楼上|楼下|附近|边上|背后|后门|院子)"
    r"|\b(?:near|behind|beside|opposite|next to|in front of|outside) (?:my|our) (?:house|home|flat|place|door)\b"
    r"|我是(?!说|想|路过|看|听|昨|前天|今)[\u4e00-\u9fff]{2,4}(?=[，。,.!！\s]|$)|\b(?:my name|call me|i(?: am|'m) (?:mr|ms|mrs)|i (?:live|work))\b",
    re.IGNORECASE,
)
NEXT_DOOR = expression(
    rf"邻居|隔壁|楼上|楼下|对门|{_MINE}(?:{_CLOSE}|{_BOSS})|neighbou?r|\bmy (?:colleague|landlord|friend|boss|husband|wife|cousin)",
    re.IGNORECASE,
)


def naming(text: str) -> Iterator[Telling]:
    """For the author's own last look: the kinds of `telling`, without every 我 and every 老板."""
    return _told(text, (("id", IDENTITY), ("phone", PHONE), ("first_person", NAMING), ("near", NEXT_DOOR)))


# A question that asks a person who they are; about somebody else the same words are part of the work.
_WHO = expression(
    r"(?:叫什么|姓什么|贵姓|尊姓|名字|姓名|真名|身份证|住址|家住|住在?(?:哪|什么地方)|家在哪|哪里人|哪个?村的?人|(?:电话|手机)(?:号码?)?(?:是)?多少"
    r"|联系(?:电话|方式)|在哪(?:里|儿)?(?:上班|工作)|什么单位)|\bwho are you\b|\byour (?:full |real )?name\b|\bwhere do you (?:live|work)\b"
    r"|\byour (?:home |own )?address\b|\byour (?:phone|number|telephone|contact)",
    re.IGNORECASE,
)
_OTHERS = expression(r"(?:他|她|对方|老板|车主|船主|货主|司机|那人|此人|卖家|买家)(?:(?![您你])[^。.!！?？;；\n])*$")


def asking(text: str) -> Iterator[Telling]:
    """Where a question to the informant asks for name, home or number."""
    for match in _WHO.finditer(text):
        if not _OTHERS.search(text, 0, match.start()):
            yield Telling("asks", _around(text, match))


# -- whether it is going on: a present act, and nothing that takes it back ---------------------------------------------------

_ACT = r"(?:卸|装|搬|运|过驳|接货|送货|交易)"
_PRESENT = expression(
    rf"正在|正{_ACT}|在(?:卸货|装货|装车|卸车|过驳)(?![区点场处口站])"
    rf"|(?:现在|此刻|眼下|这会儿?|当下)[^，。,.！!？?\n]{{0,8}}{_ACT}"
    r"|现在就?在|就在?现在(?!的)|马上就?要|刚刚?(?:到|开始|靠岸)"
    r"|(?:right|happening) now|at this moment|as we speak|\b(?:is|are) (?:being )?(?:un)?load(?:ing|ed)\b|just arrived",
    re.IGNORECASE,
)
# What makes it doubtful, by what it does to the words.
_TAKES_BACK: dict[str, re.Pattern[str]] = {
    "denied": expression(
        rf"(?:不是|没有?|有没|未|并非)(?:再|现在|正)?在?(?:(?:现在|正在|在)|{_ACT}|卖)|不再|不在[^，。,.\s]{{0,4}}{_ACT}"
        r"|(?:不是|没有)(?:现在|此刻)|\b(?:not|never|no longer)\s+(?:\w+\s+)?(?:now|happening|(?:un)?load|sell)|(?:isn|aren)['’]?t\b",
        re.IGNORECASE,
    ),
    "ended": expression(
        r"(?<![要快])(?<!马上)(?:走|跑|离开|散|撤|[卸装搬运卖]完|[卸装搬运]好|结束|收工|完)(?:掉|光)?了(?![过进出])|停了(?=$|[\s，。,.！!；;])|停下来"
        r"|已经(?:停|没|走|跑|完)|\b(?:have|has|had|already|all) (?:\w+ )?(?:left|gone|stopped|finished)|\b(?:it|they) (?:stopped|finished|left)\b",
        re.IGNORECASE,
    ),
    "past": expression(
        r"昨[天晚夜日儿]|前[天晚夜几]|大前天|上(?:一?次|一?回|个?(?:周|星期|礼拜|月)|半年)|去年|前年|今早|以前|之前|从前|曾经?|过去|当时|当晚|那[天晚时次]|刚才|早就"
        r"|[天周月年小时]前(?![面边])|\byesterday\b|\blast (?:night|week|month|year|time)|\bago\b|\b(?:was|were|used to|earlier|before)\b",
        re.IGNORECASE,
    ),
    "habit": expression(
        r"每(?:一?[天晚夜次周月年日]|个|逢|到|隔)|天天|夜夜|晚晚|日日|经常|时常|常[常年]|总是?|老是|平时|有时|偶尔|通常|一般|往往|长期|定期"
        r"|\b(?:every|each|usually|always|often|sometimes|normally)\b",
        re.IGNORECASE,
    ),
    "hearsay": expression(r"如果|要是|假如|万一|听说|据说|\bif\b|\bheard that\b", re.IGNORECASE),
}
_ASKS = expression(r"[?？]|[吗么]\W*$|什么(?:意思|叫|是|算)|啥(?:意思|叫|是)|怎[么样]算|算不算|是不是|会不会|有没有")
_SENTENCES = expression(r"(?<=[。.!！?？\n；;])")


def _taken_back(words: str) -> set[str]:
    return {name for name, pattern in _TAKES_BACK.items() if pattern.search(words)}


def happening_now(text: str) -> bool:
    """Whether the words plainly say that it is going on: a present act, and no past, habit, denial, end, hearsay anywhere
    beside it. Whatever is not plain is asked after: an alert is never raised by a guess."""
    words = unicodedata.normalize("NFKC", text)
    told = (one for one in _SENTENCES.split(words) if not _ASKS.search(one))
    return any(map(_PRESENT.search, told)) and not _taken_back(words)


# How an answer to "is it happening now" begins; 有三个人 and 没有车牌 begin a story.
_ENDS = r"(?=$|[\s,，.。!！、?？]|[的了呢吧啊哦呀])"
_NOT_NOW = expression(
    rf"(?:现在|目前|此刻)?(?:不是|没有?|没在|不在|否|不|nope|no|not(?=\s+now))(?:{_ENDS}|现在|此刻|正在|在|发生|\s+now)",
    re.IGNORECASE,
)
_YES_NOW = expression(
    rf"(?:是|有|对|yes|yeah|yep)(?:{_ENDS}|现在|此刻|正在)|就?在?现在[呢啊的吧哦]*$|就现在|在发生|发生着|在[呢的]",
    re.IGNORECASE,
)
_STILL = expression(r"现在|此刻|正在|还在|目前|眼下|\b(?:still|now)\b", re.IGNORECASE)


def answered_now(text: str) -> str | None:
    """yes or no, when a sentence answers whether it is going on. None: it does not say, and is asked again."""
    words = unicodedata.normalize("NFKC", text).strip()
    if _ASKS.search(words):
        return None
    against = _taken_back(words)
    if _NOT_NOW.match(words) or against & {"denied", "ended"}:
        return "no"
    says_yes = bool(_YES_NOW.match(words))
    if against:
        return "no" if "past" in against and not _STILL.search(words) else None
    return "yes" if says_yes or _PRESENT.search(words) or re.match("还在", words) else None


# 不对，不是现在; actually no: takes back what was just said about it.
_CORRECTS = expression(
    r"(?:不对|不是|错了|[说写点按选弄]错了?|等等|更正|actually|wait|sorry|no)(?:了|的|啊|呀)*(?:[\s,，.。!！、]+|$)",
    re.IGNORECASE,
)
_OF_NOW = expression(r"现在|正在|此刻|\bnow\b|\bhappening\b", re.IGNORECASE)


def corrected_now(text: str) -> str | None:
    """yes or no, where words after the answer put it right: 不是现在，是昨晚; `again` when they only say that it is wrong."""
    words = unicodedata.normalize("NFKC", text).strip()
    lead = _CORRECTS.match(words)
    rest = words[lead.end() :] if lead else words
    if lead and not rest:
        return "again"
    if not lead and not (_OF_NOW.search(words) and _NOT_NOW.match(words)):
        return None
    return answered_now(rest)


# Words for people in office, and for those who shield others: who writes them is asked who is involved. The two languages apart:
# where every word begins with a plain character, the engine leaps to those.
OFFICE = (
    expression(
        r"民警|交警|辅警|警察|警官|警员|干警|干部|官员|当官|领导|公职|公务员|公务人员|国家工作人员|执法|缉私|局长|所长|队长|处长|科长|股长"
        r"|县长|镇长|乡长|区长|市长|书记|主任|保护伞|后台|撑腰|包庇|关照|通风报信|放行|收钱放|收了?(?:好处|红包|黑钱)|受贿|行贿|贿赂"
    ),
    expression(
        r"\b(?:police(?:m[ae]n)?|cops?|officials?|officers?|brib\w+|protect(?:ion|or|ors|ed by))\b|civil servant|kickback",
        re.IGNORECASE,
    ),
)


def in_office(text: str) -> bool:
    """Whether the words speak of officials or of protection."""
    words = unicodedata.normalize("NFKC", text)
    return any(pattern.search(words) for pattern in OFFICE)


class Recognisable(Protocol):
    """A choice and all it is called, folded."""

    @property
    def id(self) -> str: ...
    @property
    def called(self) -> tuple[str, ...]: ...


# Words that hold the name of goods and are none: fireworks, a chimney.
_BY_CHANCE = expression(r"烟花|烟火|烟囱|烟雾|firework")


def recognised(text: str, choices: Iterable[Recognisable]) -> str | None:
    """The one choice whose name or words occur in a text; None when there is none, or more than one.

    A longer word hides the shorter ones inside it: 走私车 is a vehicle, whatever 走私 may be.
    """
    plain = _BY_CHANCE.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    spans = {span: one.id for one in choices for span in _spans(one, plain)}
    seen = {key for span, key in spans.items() if not any(_inside(span, other) for other in spans)}
    return seen.pop() if len(seen) == 1 else None


def _spans(choice: Recognisable, text: str) -> Iterator[tuple[int, int]]:
    for word in choice.called:
        if word in text:
            edge = r"\b" if word.isascii() else ""
            yield from (match.span() for match in re.finditer(edge + re.escape(word) + edge, text))


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]
