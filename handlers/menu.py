"""Which words and buttons mean what, at any moment, by who speaks; and the register of conversations.

A word is looked up before the open form, so nobody is trapped. `go.…` is how a button says such a word; `go.open.NUMBER`
carries an argument. What a person may not hold is refused where it is opened, not hidden here.
"""

from collections.abc import Callable

from handlers import todo
from handlers.citizens import answers, mine, receipt, tip
from handlers.coordinators import case, handover, roster, triage
from handlers.desk import Conversation, Desk
from handlers.dialog import folded
from handlers.forms import Heard, Say
from handlers.liaisons import lead
from storage import chats

# An oral or hotline tip, typed in by whoever took the call; the caller is given number and password.
ORAL = Conversation(tip.FORM, tip.finish, "intake|coordinator|duty", tip.facts, tip.notice)
CONVERSATIONS: dict[str, Conversation] = {
    one.form.name: one
    for one in (
        tip.CONVERSATION,
        receipt.CONVERSATION,
        *mine.CONVERSATIONS,
        case.CONVERSATION,
        *triage.CONVERSATIONS,
        *handover.CONVERSATIONS,
        *lead.CONVERSATIONS,
        *roster.CONVERSATIONS,
    )
} | {"citizens/oral": ORAL}


def conversation(name: str) -> Conversation:
    return CONVERSATIONS[name]


# -- words: what it means -> how people say it ---------------------------------------------------------------------------

ANY: dict[str, tuple[str, ...]] = {
    "menu": ("菜单", "主菜单", "menu", "/menu", "/start", "开始"),
    "help": ("帮助", "help", "/help", "?", "？", "怎么用"),
    "cancel": ("取消", "cancel", "/cancel", "不填了", "不报了"),
    "back": ("返回", "上一步", "back", "/back"),
    "continue": ("继续", "continue"),
    "en": ("english", "英文", "英语"),
    "zh": ("中文", "chinese", "汉语"),
}
CITIZEN: dict[str, tuple[str, ...]] = {
    "hello": ("你好", "您好", "在吗", "在不在", "有人吗", "hi", "hello", "你好在吗"),
    "tip": ("举报", "我要举报", "我要报案", "新举报", "report", "tip", "/tip"),
    "mine": ("查询", "查进度", "进度", "查看进度", "查举报", "我的举报", "补充", "status", "follow up", "/status"),
    "stop": ("stop", "停止联系", "不要再联系我", "停止", "/stop"),
    "withdraw": ("撤回", "撤回举报", "withdraw"),
    "exposed": ("有人知道是我", "有人知道是我举报的", "被人知道了", "someone knows it was me"),
    "reward": ("举报有奖吗", "有奖吗", "有奖励吗", "奖励", "有没有奖励", "is there a reward", "reward"),
    "secrecy": ("会保密吗", "保密吗", "安全吗", "会不会泄露", "is it anonymous", "confidential"),
    "hotlines": ("电话", "举报电话", "热线", "hotline", "phone"),
}
STAFF: dict[str, tuple[str, ...]] = {
    "hello": ("你好", "您好", "在吗", "hi", "hello"),
    "todo": ("待办", "我的待办", "todo", "/todo", "查询"),
    "login": ("登录", "登陆", "login", "/login"),
    "invite": ("邀请", "邀请码", "invite"),
    "roster": ("人员", "花名册", "通讯录", "roster"),
    "sessions": ("登录设备", "设备", "sessions"),
    "oral": ("代录", "代录举报", "电话举报", "举报", "oral"),
    "logout": ("退出", "退出登录", "logout"),
}
FORMS = {
    "tip": "citizens/tip",
    "mine": "citizens/find",
    "withdraw": "citizens/find",
    "exposed": "citizens/find",
    "invite": "staff/invite",
    "roster": "staff/roster",
    "sessions": "staff/sessions",
    "oral": "citizens/oral",
}


def _table(*groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {folded(word): name for group in groups for name, words in group.items() for word in words}


_WORDS = {False: _table(ANY, CITIZEN), True: _table(ANY, STAFF)}


def word(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    """(what is meant, its argument), or None for an answer to the open question."""
    if heard.kind == "chose":
        return _pressed(heard.choice)
    if heard.kind != "said" or len(heard.text) > 40:
        return None
    name = _WORDS[desk.chat.person is not None].get(folded(heard.text))
    if name is None and desk.chat.person is not None and (found := mine.NUMBER.fullmatch(heard.text.strip())):
        return "open", f"{found[1]}-{found[2]}".upper()
    if name is None or _belongs_to_form(desk, name):
        return None
    return name, ""


def _pressed(choice: str) -> tuple[str, str] | None:
    if not choice.startswith("go."):
        return None
    name, _, argument = choice.removeprefix("go.").partition(".")
    return (name, argument) if name in _KNOWN else None


def _belongs_to_form(desk: Desk, name: str) -> bool:
    """A word that is also the label of a choice now shown means the choice."""
    labels = {folded(one[1]) for one in desk.chat.state.get("shown", []) if not one[0].startswith("go.")}
    return any(folded(one) in labels for group in (ANY, CITIZEN, STAFF) for one in group.get(name, ()))


def target(name: str) -> str:
    return FORMS.get(name, name)


# -- answers without a form ----------------------------------------------------------------------------------------------


def welcome(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.hello(desk)


def _menu(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.again(desk)


def _help(desk: Desk) -> list[Say]:
    return [Say("common:help_staff" if desk.chat.person else "common:help")]


def _logout(desk: Desk) -> list[Say]:
    desk.audit("logout", str(desk.person))
    chats.end(desk.tx, desk.chat.id)
    return []


ANSWERS: dict[str, Callable[[Desk], list[Say]]] = {
    "menu": _menu,
    "hello": welcome,
    "help": _help,
    **answers.CITIZENS,
}
STAFF_ANSWERS: dict[str, Callable[[Desk], list[Say]]] = {
    "todo": todo.todo,
    "login": roster.login,
    "logout": _logout,
}
OPENERS = {"open": case.opened, "lead": lead.opened}
_KNOWN = {*ANY, *CITIZEN, *STAFF, *OPENERS}
