"""What a member of staff answers to a reminder in words: 已报送, 明天报, 申请延期到周五，因为…, 转给副手. Pure.

The same chat has other conversations, so that only what is surely an answer is one: every clause must be read whole, and two
that say different things are none. 还没报 and 他们报了 hold the word of an answer and are not it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.forms import plain
from handlers.words import POLITE, folded, of
from rules.calendar import Calendar
from rules.named_days import find_day, narrow

Kind = Literal["done", "nil", "promise", "extend", "delegate", "not_ours", "help", "urge", "take_over", "noted"]
MOST = 200


@dataclass(frozen=True)
class Answer:
    """`until` is None in a promise or an extension whose day is not told, over or does not exist: ask for it. `who` is
    `deputy`, a name as it was said, or empty."""

    kind: Kind
    until: date | None = None
    reason: str = ""
    reference: str = ""
    who: str = ""


@dataclass(frozen=True)
class _Clause:
    """`key` is for reading: of one width, without blanks if it is Chinese, `@` in place of the first day."""

    words: str
    key: str
    bare: str  # with the day as it was said
    day: date | None


# -- small words -----------------------------------------------------------------------------------------------------------

_WE = r"(?:我们?|咱们?|本|我们?(?:单位|局|镇|乡|办|站|所|队|中心)|本(?:单位|局|镇|乡|办|站|所|队|中心))?(?:这边|这里)?"
_PERIOD = (
    r"(?:这个月|本月|上个?月|这月|当月|\d{1,2}月份?|十?[一二三四五六七八九十]月份?|第?[一二三四1-4]季度|本季度?|上季度"
    r"|上半年|下半年|今年|本年度?|全年|年度|本周|今天|目前|暂时?)的?"
)
_PAPER = r"(?:这个|这份|该|此)?(?:工作)?(?:月报表?|季报|年报|报表|统计表|表格?|材料|方案|情况|数据|报告|总结|文件|计划|任务|事项|工作|清单|名单|台账)"
_IT = rf"(?:(?:{_PERIOD})?的?(?:{_PAPER})|{_PERIOD}|这个|这份|这件事?|该项)"
_PAST = r"(?:(?:昨[天日晚]|前[天日]|今[天早日]|刚[才刚]?|早上|上午|中午|下午|上周[一二三四五六日天]?|上个?月|早)就?)"
_TO_WHOM = r"(?:(?:给|到|至|去|往)?(?:你们?|您|县里|市里|区里|上级|县?打私(?:办|局)|县?(?:政府)?办公?室?|县?政府办|系统|OA|oa|邮箱|群里))"
_STRONG = r"(?:报送|上报|填报|报备|备案|提交|报|交|办结|办完|办理|完成|办理完毕|申报)"
_WEAK = r"(?:发送?|发出|送|传|寄|处理|办|回复|反馈|落实|填|签收|做|弄|整理|整改)"
_SOFT = r"(?:了|啦|咯|哈|哦|呢|啊|的|嘞|喽)*"
_EN_IT = r"(?: (?:it|this|that|(?:the |our |this month's )?(?:monthly )?(?:report|plan|form|figures|filing)))?"
_EN_WE = r"(?:(?:i|we)(?:'ve| have)? (?:have )?)?"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_NOTED = frozenset(
    of(
        "收到 收到了 已收到 知道了 好的 好 好嘞 明白 明白了 了解 知悉 已知悉 收悉 已阅 已收悉 ok okay gotit noted received understood"
    )
)
_COURTESY = frozenset(
    (
        *POLITE,
        *of(
            "领导 领导好 您好 你好 报告 请查收 请查阅 请审阅 请收阅 请知悉 请放心 请谅解 请批准 请批示 望批准 可以 行 嗯 嗯嗯 没问题 好吧 抱歉 不好意思 对不起 sorry please hi hello 见附件"
        ),
    )
)
# An undated promise takes note of the reminder and moves nothing.
_SOON = re.compile(
    rf"{_WE}(?:会|一定)?(?:尽快|马上|抓紧|立即|立刻|这就)(?:去|来)?(?:{_STRONG}|{_WEAK}|落实|安排){_SOFT}"
)
_ASKS = re.compile(
    r"[?？]|吗|么$|呢$|是不是|有没有|要不要|什么|怎么|如何|谁|哪|几[时号点天]|多少|\b(?:what|who|when|how|why|which)\b"
)
_MAYBE = re.compile(r"如果|要是|假如|除非|万一|或者|再说|可能|也许|大概|应该|\bif\b|\bunless\b|\bmaybe\b|\bperhaps\b")
_DENIES = re.compile(r"[不没未别无勿莫]|\b(?:not|no|never|can't|cannot|won't|unable|without)\b|n't\b")
# A clause beside a promise that says why it is not now.
_WHY_NOT_NOW = re.compile(
    r"(?:因为?|由于|还|数据|材料|领导|系统|经办|人手|没(?:时间|人|空|收到|拿到|到)|尚未|暂未|目前|正在|在|今天)[^@]{0,40}"
    r"|(?:because|since|as|the data|data|still|not) .{0,60}"
)
_BECAUSE = re.compile(
    r"^\s*(?:(?:主要)?(?:是)?因为?|由于|理由(?:是|为)?|原因(?:是|为)?|because|since|as|reason)\s*[:：]?\s*",
    re.IGNORECASE,
)

_THEN_BECAUSE = re.compile(r"(?<=.)(?:因为|由于)|(?<=.) (?:because|since) ")
_FIRST_BECAUSE = re.compile(r"(?:因为|由于)([^@]{2,60}?)(?=(?:申请|请求|想|需要)(?:延|推|顺|宽))")


# -- each kind -------------------------------------------------------------------------------------------------------------

_DONE = _any(
    rf"{_WE}(?:{_IT})?{_WE}{_PAST}?(?:都|均|全部?)?已经?(?:全部)?(?:都)?(?:向?{_TO_WHOM})?(?:{_STRONG}|{_WEAK})(?:完毕|完成|完|好|过|上?去|出去?)?{_TO_WHOM}?{_SOFT}",
    rf"{_WE}(?:{_IT})?{_WE}{_PAST}?(?:都|均|全部?|就)?{_STRONG}(?:完毕|完|好|过|上?去|上)?(?:{_TO_WHOM})?(?:了|啦|咯|过了)(?:{_TO_WHOM})?(?:了|哈|哦|啊)?",
    rf"{_WE}{_IT}{_PAST}?(?:都|均|全部?|就)?{_WEAK}(?:完毕|完|好|过|上?去|出去?)?(?:{_TO_WHOM})?(?:了|啦|咯)",
    rf"{_WE}(?:{_IT})?{_PAST}(?:都|就)?{_STRONG}(?:完毕|完|好|过|上?去)?(?:{_TO_WHOM})?(?:的|了|过)",
    rf"(?:{_IT})?(?:搞定|办完|办结|做完|报完|交完|办好|报好|完成|办理完毕|报送完毕)了?",
    rf"{_EN_WE}(?:already )?(?:been )?(?:filed|submitted|reported|handed in|turned in|completed|finished|done){_EN_IT}(?: already)?(?: (?:today|yesterday|this morning|last week))?",
    r"(?:it|this|that|the report|report|the plan)(?:'s| is| has been| was) (?:already )?(?:filed|submitted|done|completed|handed in)(?: already)?",
    r"all done|already done|sent it in",
)
_NIL = _any(
    rf"{_WE}{_PERIOD}{_WE}(?:也|都|均)?(?:无|没有?|零|未发生|没有发生)(?:此类|相关|这类|新增)?(?:情况|案件|案|发生|数据|事项|线索|内容)?(?:要?报)?{_SOFT}",
    rf"{_WE}(?:无|没有|未发生|没有发生)(?:此类|相关|这类|新增)?(?:情况|案件)(?:要报)?{_SOFT}",
    rf"{_WE}(?:{_PERIOD})?(?:零报告|零报送|零申报|零报)",
    r"没有|无",
    r"nil(?: report)?|none|nothing(?: to report)?(?: (?:for )?this (?:month|quarter|year|half-year))?|no cases(?: this (?:month|quarter|year))?",
)
_WILL = r"(?:我们?|一定|保证|尽量|争取|肯定|就|再|会|能|可以|将|准备|计划|打算|统一|一起|一并)*"
_HAND_IN = rf"(?:{_STRONG}|{_WEAK}|搞定|弄好|做完|填好)(?:完|好|上来?|过来|过去|出来|完毕)?(?:{_TO_WHOM})?(?:{_IT})?(?:过去|过来)?(?:吧|啊|哈|哦)?"
_BY = r"(?:下班)?(?:之前|以前|之内|以内|前|内|底前)?"
_EN_DO = r"(?:file|submit|report|hand in|turn in|send|send in|finish|complete|do|deliver)"
_PROMISE = _any(
    rf"{_WE}(?:{_IT})?{_WE}{_WILL}(?:在|于)?@{_BY}{_WE}{_WILL}(?:把|将)?(?:{_IT})?{_HAND_IN}",
    rf"(?:(?:i|we)(?:'ll| will| shall| am going to| are going to| plan to| can)? |will |going to |to be )?(?:be )?(?:{_EN_DO}|filed|submitted|filing|submitting|done|finished){_EN_IT}(?: in| over)? ?(?:by|on|before|at)? ?@",
    rf"(?:by |on |before )?@(?: i| we)?(?:'ll| will) {_EN_DO}{_EN_IT}",
)
_UNDATED = re.compile(
    rf"{_WE}{_WILL}(?:过(?:几|两)天|这(?:几|两)天|下周|下个?星期|下个?月|这周|本周|本月)(?:内|之内)?{_WILL}{_HAND_IN}"
    rf"|(?:(?:i|we)(?:'ll| will)|will) {_EN_DO}{_EN_IT} (?:next week|this week|soon|later)"
)
_LONGER = r"(?:延期|延长|延后|延|顺延|推迟|宽限|缓|展期|推后)"
_ASKING = r"(?:我们?|申请|请求|恳请|请|想|需|要|希望|拟|能不能|能否|可否|可不可以|可以|麻烦|给|能|是否可以)*"
_WITHIN = r"(?:报送|上报|提交|办理|办结|完成|报|交|再报|再交|时间|期限)?"
_EXTEND = _any(
    rf"{_WE}(?:{_IT})?{_ASKING}(?:将|把)?(?:{_IT})?(?:{_WITHIN})?{_LONGER}{_WITHIN}(?:一下)?(?:到|至)?@{_BY}(?:再)?{_WITHIN}(?:吧|吗|可以吗|行吗|好吗|可否)?",
    rf"{_WE}(?:申请|请求|需要|能不能|能否|可否|可以|请|想){_ASKING}{_LONGER}{_WITHIN}(?:一下|几天|[一二两三四五六七八九十\d]+(?:个工作日|天|日|周))?(?:吗)?",
    rf"{_LONGER}(?:[一二两三四五六七八九十\d]+)(?:个工作日|天|日|周)(?:可以吗|行吗)?",
    rf"(?:能不能|能否|可否|可不可以|可以){_WE}@{_BY}再?(?:{_HAND_IN})(?:吗)?",
    rf"{_WE}@{_BY}再?(?:{_HAND_IN})(?:可以吗|行吗|行不行|可不可以|好吗)",
    r"(?:i |we )?(?:please |kindly )?(?:can i have |can we have |may we have |request(?:ing)? |asking for |ask for |need |would like )?(?:an? )?(?:extension|extend(?: it| this)?|more time)(?: (?:to|until|till|by) ?@)?(?: please)?",
    r"(?:can|may|could) (?:we|i) (?:have|get) until @(?: please)?",
)
_DEPUTY = r"(?:我的?)?(?:副手|[abAB]角|代理人|my deputy|the deputy|deputy)"
_CARRY = r"(?:来)?(?:办理?|处理|负责|跟进|报送?|接手|完成)"
_NAME = r"[一-鿿]{2,4}?"
_DELEGATE = _any(
    rf"{_WE}(?:已经?|请|先)?(?:把(?:{_IT}))?(?:转|转给|交给|移交给?|交由|委托|让|由|请|转交给?)(?P<deputy>{_DEPUTY}){_CARRY}?(?:了|吧)?",
    rf"(?P<deputy2>{_DEPUTY}){_CARRY}",
    rf"(?:转给|交给|移交给?|转交给?|让|由)(?P<name>{_NAME}){_CARRY}(?:吧)?",
    rf"(?:转给|转交给?|移交给)(?P<name2>{_NAME})(?:吧)?",
    r"(?:please )?(?:pass|hand|give|forward|delegate|transfer)(?: it| this)?(?: over| on)?(?: to)? (?P<deputy3>(?:my|the) deputy)(?: please)?",
    r"(?P<deputy4>(?:my|the) deputy) (?:will|is going to) (?:do|handle|take|file)(?: it| this)?",
)
_NO_NAME = re.compile(
    r"[我你他她它您咱谁们]|大家|领导|[局办镇乡站所队科股室院部厅委群社村家司]$|中心$|公安|警|法|自己|别|人$|尽快|及时|马上|抓紧|按时|协助|统一|一起|专|各|[一二两三几]"
)
_OURS = r"(?:我们?|本|咱们?)(?:单位|局|镇|乡|办|站|所|队|中心|们|这边|这里)?的?"
_NOT_OURS = _any(
    rf"(?:这个?|这事|这件事|这项|该项|此事|此项)?(?:工作|任务|事项)?(?:也|都)?(?:不归|不属于?|不该|不应该?由?|不由){_OURS}(?:管|办|报|负责|职责|管辖|业务)?(?:范围)?(?:内)?{_SOFT}",
    rf"(?:这个?|这事|这件事|这项|该项|此事|此项)?(?:工作|任务|事项)?(?:也|都)?不是{_OURS}(?:事情?|事项|职责|任务|工作|业务)(?:范围)?{_SOFT}",
    rf"(?:这个?|这事|这件事|这项|该项|此事|此项)?(?:与|跟|和){_OURS}(?:无关|没有?关系){_SOFT}",
    rf"不在{_OURS}(?:职责|管辖|业务)范围(?:之?内)?",
    r"(?:it is|it's|this is|that is|that's|this)? ?(?:not ours|not us|not our (?:job|duty|task|business|unit|responsibility)|none of our business)",
    r"(?:this|it) (?:isn't|does not belong to|doesn't belong to) (?:ours|us|our unit)",
)
_HELP = _any(
    rf"{_WE}(?:{_IT})?(?:需要|请求?|求|要|想要)(?:你们?|您|打私办|上级|领导)?(?:帮助|协助|帮忙|支援|支持|指导|帮帮忙)(?:一下|我们?)?{_SOFT}",
    rf"{_WE}(?:{_IT})?(?:有困难|遇到困难|搞不定|办不了|做不了|报不了|交不了|填不了|完不成|弄不了|不会填|不会弄|不会报|不知道怎么[填报弄办]){_SOFT}",
    r"求助|帮帮忙|帮帮我们?",
    r"(?:i |we )?(?:need(?: some)? help|need assistance|can't do it|cannot do it|are stuck|am stuck)(?: please)?|help me|help us|please (?:help|assist)|stuck",
)
_URGE = _any(
    r"(?:请|麻烦)?(?:你们?|您)?(?:帮我|帮忙|再)?(?:催一?下|催一?催|再催|催办|催|催促)(?:一下)?(?P<whom>他们|对方|该单位|[一-鿿]{1,8}(?:镇|乡|局|办|委|站|队|公司|中心|法院|检察院|所|街道))?(?:吧)?",
    r"(?:please )?(?:urge|nudge|chase|remind)(?: them| it| again)?(?: up)?(?: please)?",
)
_TAKE_OVER = _any(
    rf"(?:这个|这件事?|{_IT})?(?:就)?(?:由)?(?:还是)?我(?:来|亲自)(?:办理?|处理|接手|跟进|负责|接)(?:吧|了)?",
    r"(?:这个|这件事?)?(?:由我(?:来)?(?:办理?|处理|接手|跟进|负责)|我接手|我接了|我接管)(?:吧|了)?",
    r"(?:i'll|i will|let me) (?:take (?:it|this|over|it over|this over|care of it)|handle (?:it|this)|do it(?: myself)?)|taking over|taking it over",
)


def _is_done(one: _Clause) -> Answer | None:
    found = _DONE.fullmatch(one.bare) and not _DENIES.search(one.bare)
    return Answer("done") if found else None


def _is_nil(one: _Clause) -> Answer | None:
    return Answer("nil") if _NIL.fullmatch(one.bare) else None


def _is_promise(one: _Clause) -> Answer | None:
    if _DENIES.search(one.bare):
        return None
    if _UNDATED.fullmatch(one.bare):
        return Answer("promise")
    return Answer("promise", one.day) if _PROMISE.fullmatch(one.key) else None


def _is_extension(one: _Clause) -> Answer | None:
    """Reasons may follow without a comma: 申请延期到周五因为数据没核完."""
    head, reason = one.key, ""
    if because := _THEN_BECAUSE.search(one.key):
        said = _THEN_BECAUSE.search(narrow(one.words))
        head, reason = one.key[: because.start()], one.words[said.end() :] if said else ""
    elif because := _FIRST_BECAUSE.match(one.key):
        head, reason = one.key[because.end() :], because[1]
    return Answer("extend", one.day, reason.strip()) if _EXTEND.fullmatch(head) else None


def _is_delegated(one: _Clause) -> Answer | None:
    found = _DELEGATE.fullmatch(one.bare)
    if found is None:
        return None
    name = found["name"] or found["name2"] or ""
    return None if name and _NO_NAME.search(name) else Answer("delegate", who=name or "deputy")


def _is_urge(one: _Clause) -> Answer | None:
    found = _URGE.fullmatch(one.bare)
    whom = (found["whom"] or "") if found else ""
    return Answer("urge", who="" if whom in ("他们", "对方", "该单位") else whom) if found else None


def _plainly(kind: Kind, pattern: re.Pattern[str]) -> Callable[[_Clause], Answer | None]:
    return lambda one: Answer(kind) if pattern.fullmatch(one.bare) else None


_KINDS: tuple[Callable[[_Clause], Answer | None], ...] = (
    _is_extension,  # before the promise: 周五交可以吗
    _is_done,
    _is_promise,
    _plainly("not_ours", _NOT_OURS),
    _plainly("help", _HELP),
    _plainly("take_over", _TAKE_OVER),
    _is_delegated,
    _is_urge,
    _is_nil,
)


# -- a whole answer --------------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"[,，;；(（\s]*(?:(?:文号|编号|字号|发文号|文件号|回执号?|\bno\b\.?|\bnumber\b|\bref(?:erence)?\b\.?)\s*(?:是|为)?\s*[:：]?\s*"
    r"(?P<told>[^\s,，。;；()（）]*[〔\[【(（]\d{4}[〕\]】)）]\s*第?\s*\d+\s*号|[^\s,，。;；()（）]*\d[^\s,，。;；()（）]*)"
    r"|以?(?P<bare>[一-鿿]{1,12}[〔\[【]\d{4}[〕\]】]\s*第?\s*\d+\s*号))[)）]?\s*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[,，;；!！:：~～\n()（）。…]+|——+|[.](?=\s|$)")
_BLANKS = re.compile(rf"{_MARKS.pattern}|(?<=[一-鿿])\s+(?=[一-鿿])")


def answer_meant(words: str, today: date, calendar: Calendar) -> Answer | None:
    """The one thing these words answer to a reminder; None where they may be anything else."""
    text = plain(words)
    if not text or len(text) > MOST:
        return None
    reference, rest = "", text
    if said := _REFERENCE.search(text):
        reference = (said["told"] or said["bare"]).strip()
        rest = f"{text[: said.start()]}，{text[said.end() :]}"
    found = next(filter(None, (_together(rest, marks, today, calendar) for marks in (_MARKS, _BLANKS))), None)
    if found is None or not reference:
        return found
    return Answer("done", reference=reference[:60]) if found.kind == "done" and not found.reason else None


def _clause(words: str, today: date, calendar: Calendar) -> _Clause:
    bare = re.sub(r"\s+", " ", narrow(words)).strip(" .?？、,")
    if re.search(r"[一-鿿]", bare):
        bare = re.sub(r"^(?:好的|好嘞|嗯+)(?=[^了吗啊])", "", bare.replace(" ", ""))
    found = find_day(bare, today, calendar)
    key = f"{bare[: found.start]}@{bare[found.end :]}" if found else bare
    return _Clause(words.strip(), key.strip(), bare, found.day if found else None)


def _read(one: _Clause) -> Answer | None:
    found = next((answer for reads in _KINDS if (answer := reads(one))), None)
    if found is None or found.kind in ("extend", "help", "urge"):
        return found  # these may be asked for: 能不能延到周五
    return None if _ASKS.search(one.words) or (found.kind != "not_ours" and _MAYBE.search(one.bare)) else found


def _together(text: str, marks: re.Pattern[str], today: date, calendar: Calendar) -> Answer | None:
    """One clause answers; beside it stand courtesies and, where a kind has them, reasons."""
    asks = bool(re.search(r"[?？]", text))
    clauses = [_clause(one, today, calendar) for one in marks.split(text) if folded(one)]
    small = [one for one in clauses if folded(one.bare) in _NOTED or _SOON.fullmatch(one.bare)]
    told = [one for one in clauses if one not in small and folded(one.bare) not in _COURTESY]
    if not told:
        return Answer("noted") if small and not asks else None
    read = [(one, _read(one)) for one in told]
    answers = [answer for _, answer in read if answer is not None]
    main = next((answer for kind in ("extend", "promise") for answer in answers if answer.kind == kind), None)
    main = main or (answers[0] if answers else None)
    if main is None or (asks and main.kind not in ("extend", "help")):
        return None
    beside = [one for one, answer in read if answer is not main]
    if not _may_stand(main, beside, [answer for answer in answers if answer is not main], told[0]):
        return None
    reason = "，".join(_BECAUSE.sub("", one.words).strip() for one in beside)
    return Answer(main.kind, main.until, main.reason or ("" if main.kind == "done" else reason), "", main.who)


def _why_not_now(one: _Clause) -> bool:
    return one.bare == "没有" or (bool(_WHY_NOT_NOW.fullmatch(one.bare)) and not _ASKS.search(one.words))


def _may_stand(main: Answer, beside: list[_Clause], others: list[Answer], first: _Clause) -> bool:
    """Whether the other clauses are reasons of this answer. Those of a promise and an extension say what is missing; who says
    that it is not theirs, or that they need help, begins with it."""
    kinds = {other.kind for other in others}
    if main.kind == "extend":
        return kinds <= {"help", "nil"}
    if main.kind == "promise":
        return kinds <= {"nil"} and all(
            folded(one.bare) == "没有" or _WHY_NOT_NOW.fullmatch(one.bare) for one in beside
        )
    if others:
        return all(other.kind == main.kind for other in others) and len(others) == len(beside) and main.kind == "done"
    if main.kind in ("not_ours", "help", "delegate"):
        return not beside or _read(first) is not None
    return not beside
