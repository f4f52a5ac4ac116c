"""Which words and buttons mean what, at any moment, by who speaks; and the register of conversations.

A word is looked up before the open form, so nobody is trapped. `go.…` is how a button says such a word; `go.open.NUMBER`
carries an argument. What a person may not hold is refused where it is opened, not hidden here.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import binding, todo
from handlers.citizens import answers, mine, read_out, receipt, stopping, tip
from handlers.coordinators import case, ending, handover, involve, roster, triage
from handlers.desk import Conversation, Desk
from handlers.forms import Answers, Choice, Heard, Say, plain
from handlers.liaisons import lead
from handlers.spoken import NOTHING, folded, pressed
from rules.marks import sought

# An oral or hotline tip, typed in by whoever took the call; the caller is given number and password.
# Without `_source` it would be taken for a citizen's own.
ORAL = Conversation(replace(tip.FORM, about=("_source",)), tip.finish, read_out.WHO, tip.facts, tip.notice)
CONVERSATIONS: dict[str, Conversation] = {
    one.form.name: one
    for one in (
        tip.CONVERSATION,
        receipt.CONVERSATION,
        read_out.CONVERSATION,
        *mine.CONVERSATIONS,
        stopping.CONVERSATION,
        *case.CONVERSATIONS,
        *triage.CONVERSATIONS,
        *ending.CONVERSATIONS,
        *handover.CONVERSATIONS,
        involve.CONVERSATION,
        *lead.CONVERSATIONS,
        *roster.CONVERSATIONS,
        binding.CONVERSATION,
    )
} | {"citizens/oral": ORAL}


def conversation(name: str) -> Conversation:
    return CONVERSATIONS[name]


def fits(frame: Any) -> bool:
    """Whether a conversation kept from before can go on: it exists, and has what it is about."""
    talk, answers = CONVERSATIONS.get(frame.get("at")), frame.get("answers")
    return talk is not None and isinstance(answers, dict) and all(name in answers for name in talk.form.about)


# -- words: what it means -> how people say it ---------------------------------------------------------------------------

ANY: dict[str, tuple[str, ...]] = {
    "menu": ("菜单", "主菜单", "menu", "/menu", "/start", "开始"),
    "help": ("帮助", "help", "/help", "?", "？", "怎么用"),
    "cancel": ("取消", "cancel", "/cancel", "不填了", "不报了"),
    "back": ("返回", "上一步", "back", "/back"),
    "continue": ("继续", "continue"),
    "en": ("english", "英文", "英语"),
    "zh": ("中文", "chinese", "汉语"),
    "language": ("语言", "language", "/language"),
}
CITIZEN: dict[str, tuple[str, ...]] = {
    "hello": ("你好", "您好", "在吗", "在不在", "有人吗", "hi", "hello"),
    "tip": (
        *("举报", "我要举报", "我想举报", "想举报", "我来举报", "我要报案", "新举报", "举报走私", "我要举报走私"),
        *(
            "我要反映情况",
            "我想反映情况",
            "我有情况反映",
            "反映情况",
            "怎么举报",
            "如何举报",
            "在哪举报",
            "我要举报一件事",
        ),
        *("report", "tip", "/tip", "i want to report something", "i want to report", "how do i report"),
    ),
    "mine": ("查询", "查进度", "进度", "查看进度", "查举报", "我的举报", "status", "follow up", "/status", "/find"),
    "add": ("补充", "补充材料", "我要补充", "add"),
    "stop": ("stop", "停止联系", "不要再联系我", "停止", "/stop"),
    "withdraw": ("撤回", "撤回举报", "withdraw"),
    "exposed": ("有人知道是我", "有人知道是我举报的", "被人知道了", "someone knows it was me"),
    "reward": (
        *(
            "举报有奖吗",
            "有奖吗",
            "有奖励吗",
            "奖励",
            "有没有奖励",
            "举报有奖励吗",
            "举报有没有奖励",
            "有奖金吗",
            "奖金多少",
        ),
        *("is there a reward", "reward"),
    ),
    "secrecy": (
        *(
            "会保密吗",
            "保密吗",
            "安全吗",
            "会不会泄露",
            "举报会保密吗",
            "可以匿名吗",
            "能匿名吗",
            "可以匿名举报吗",
            "匿名",
        ),
        *("is it anonymous", "is it confidential", "confidential"),
    ),
    "forgot": (
        *(
            "忘了密码",
            "忘记密码",
            "忘记密码了",
            "忘记密码怎么办",
            "忘了密码怎么办",
            "我忘了密码",
            "我忘记密码",
            "我忘记密码了",
        ),
        *("我忘记密码了怎么办", "我忘记密码怎么办", "我忘了密码怎么办", "密码忘了", "密码忘记了", "密码忘了怎么办"),
        *(
            "密码忘记了怎么办",
            "我密码忘了",
            "我的密码忘了",
            "我把密码忘了",
            "密码丢了",
            "密码丢了怎么办",
            "密码找不到了",
        ),
        *("忘记查询密码", "忘了查询密码", "查询密码忘了", "查询密码丢了", "找回密码", "没有密码", "密码不记得了"),
        *("forgot password", "i forgot my password", "forgot my password", "lost password", "i lost my password"),
    ),
    "thanks": (
        *(
            "谢谢",
            "谢谢你",
            "谢谢您",
            "谢谢了",
            "多谢",
            "感谢",
            "辛苦了",
            "好的",
            "好的谢谢",
            "好的,谢谢",
            "好",
            "好了",
            "嗯",
            "嗯嗯",
            "行",
        ),
        *("知道了", "明白了", "收到", "再见", "拜拜", "没事了", "没有了"),
        *("ok", "okay", "thanks", "thank you", "bye", "goodbye"),
    ),
    "hotlines": ("电话", "举报电话", "热线", "hotline", "phone"),
    "unsure": (*NOTHING, "怎么办", "我该怎么办", "what should i do"),
}
STAFF: dict[str, tuple[str, ...]] = {
    "hello": ("你好", "您好", "在吗", "hi", "hello"),
    "todo": ("待办", "我的待办", "todo", "/todo", "/find", "查询"),
    "login": ("登录", "登陆", "login", "/login"),
    "invite": ("邀请", "邀请码", "invite"),
    "roster": ("人员", "花名册", "通讯录", "roster"),
    "sessions": ("登录设备", "设备", "sessions"),
    "oral": ("代录", "代录举报", "电话举报", "举报", "oral"),
    "logout": ("退出", "退出登录", "logout"),
}
# Said where nothing is open; in a form they are an answer.
ONLY_OUTSIDE = ("thanks", "unsure")
# Which conversation a word opens, and with what.
FORMS: dict[str, tuple[str, Answers]] = {
    "tip": ("citizens/tip", {}),
    "mine": ("citizens/find", {}),
    "add": ("citizens/find", {"_wish": "add"}),
    "withdraw": ("citizens/find", {"_wish": "withdraw"}),
    "exposed": ("citizens/find", {"_wish": "exposed"}),
    "invite": ("staff/invite", {}),
    "roster": ("staff/roster", {}),
    "sessions": ("staff/sessions", {}),
    "oral": ("citizens/oral", {"_source": "oral"}),
}


def _key(text: str) -> str:
    return folded(text) or plain(text)  # a lone question mark is a word


def _table(*groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_key(word): name for group in groups for name, words in group.items() for word in words}


_WORDS = {False: _table(ANY, CITIZEN), True: _table(ANY, STAFF)}
# 我有事要讲: says that a story comes, and none yet.
_ANNOUNCES = re.compile(
    r"(?:我|俺|咱)?(?:这里|这边|这儿)?(?:还)?(?:有|想|要|发现|知道)+(?:了)?(?:一?[个件点些条]|一下|点儿|几件)?(?:重要|急|新)?的?"
    r"(?:(?:事情?|情况|话|线索|问题)(?:要|想|需要)*(?:[和跟向给对](?:你们?|您|平台|政府|领导))?(?:讲|说|反映|举报|报告|告诉|汇报)?"
    r"|(?:[和跟向给对](?:你们?|您|平台|政府|领导))?(?:讲|说|反映|报告|汇报)(?:一?[个件点些条]|一下|点儿)?(?:事情?|情况|话|线索|问题)?)"
    r"(?:你们?|您|一下)?(?:吧|啊|呢|可以吗|行吗|吗)?"
    r"|ihave(?:something|a(?:thing|story))(?:to(?:say|tell|report))?(?:you)?|i(?:want|wouldlike)totellyousomething|canitellyousomething"
)
_SEARCH = re.compile(r"(?:查|查找|搜索|search|find)\s+(\S.*)", re.IGNORECASE)
# 你好，请问举报有奖吗: what stands before the words that matter.
_BEFORE = re.compile(
    r"^(?:你好|您好|在吗|hello|hi|请问|麻烦问|我?想?(?:请|咨)?[问询](?:一下|下)|我想[问请]|[啊呀哈,.!?~:])+"
)


def word(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    """(what is meant, its argument), or None for an answer to the open question."""
    choice = pressed(heard, desk.chat.state.get("shown", []))
    if choice is not None:
        return _pressed(choice)
    if heard.kind == "said" and desk.chat.person is not None and (asked := _SEARCH.fullmatch(heard.text.strip())):
        return _searched(desk, asked[1])
    if heard.kind == "said" and desk.chat.person is None and _names_a_tip(desk, heard):
        return "mine", heard.text
    if heard.kind != "said" or len(heard.text) > 40:
        return None
    words, text = _WORDS[desk.chat.person is not None], _key(heard.text)
    name = words.get(text) or (text and words.get(_BEFORE.sub("", text) or "你好"))
    if not name and desk.chat.person is None and _ANNOUNCES.fullmatch(_BEFORE.sub("", text)):
        name = "tip"
    if not name and desk.chat.person is not None and (found := mine.NUMBER.fullmatch(text)) and not _numbers(desk):
        return "open", f"{found[1]}-{found[2]}".upper()
    if not name or (name in ONLY_OUTSIDE and desk.chat.state.get("stack")):
        return None
    return name, ""


def _numbers(desk: Desk) -> bool:
    stack = desk.chat.state.get("stack") or []
    return bool(stack) and conversation(stack[-1]["at"]).form.numbers


def _names_a_tip(desk: Desk, heard: Heard) -> bool:
    """查询 LZ-12345678, the number alone, number and password: never an answer, but where a number is asked for."""
    stack = desk.chat.state.get("stack") or []
    asked = bool(stack) and stack[-1]["at"] == "citizens/find" and "number" not in stack[-1]["answers"]
    return not asked and bool(mine.NAMED.fullmatch(unicodedata.normalize("NFKC", plain(heard.text))))


def _searched(desk: Desk, words: str) -> tuple[str, str] | None:
    """查 桂B12345. In an open form only where nothing else can be meant: a note may begin with that word too."""
    if found := mine.NUMBER.fullmatch(words):
        return "open", f"{found[1]}-{found[2]}".upper()
    return ("search", words) if sought(words) or not desk.chat.state.get("stack") else None


def _pressed(choice: str) -> tuple[str, str] | None:
    if not choice.startswith("go."):
        return None
    name, _, argument = choice.removeprefix("go.").partition(".")
    return (name, argument) if name in _KNOWN else None


def target(desk: Desk, name: str, argument: str) -> tuple[list[Say], str, Answers]:
    """What is said at once, and which conversation is opened with what."""
    at, given = FORMS[name]
    more = mine.asked(desk, argument) if name == "mine" else {}
    return [Say("citizens/answers:exposed")] if name == "exposed" else [], at, given | more


def first_words(heard: Heard) -> str:
    """Which conversation the first words open: they are a story, unless they begin with the number of one told before."""
    return "citizens/find" if heard.kind == "said" and mine.NUMBER.match(plain(heard.text)) else "citizens/tip"


# -- answers without a form ----------------------------------------------------------------------------------------------


def welcome(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.hello(desk)


def _menu(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.again(desk)


def _help(desk: Desk) -> list[Say]:
    return [Say("common:help_staff")] if desk.chat.person else [Say("common:help", {}, answers.MENU)]


def _language(desk: Desk) -> list[Say]:
    return [Say("common:which_language", {}, (Choice("go.zh"), Choice("go.en")))]


def _logout(desk: Desk) -> list[Say]:
    desk.audit("logout", str(desk.person))
    desk.let_go()
    return []


ANSWERS: dict[str, Callable[[Desk], list[Say]]] = {
    "menu": _menu,
    "hello": welcome,
    "help": _help,
    "language": _language,
    **answers.CITIZENS,
}
STAFF_ANSWERS: dict[str, Callable[[Desk], list[Say]]] = {
    "todo": todo.todo,
    "login": roster.login,
    "logout": _logout,
}
OPENERS = {"open": case.opened, "lead": lead.opened, "more": todo.more, "search": todo.search}
_KNOWN = {*ANY, *CITIZEN, *STAFF, *OPENERS}
