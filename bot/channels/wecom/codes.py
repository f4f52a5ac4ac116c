"""What WeCom's error codes mean to us: one table, and what becomes of a message for each group of it.

Numbers and meanings are those of path/90313 (global error codes), the groups are ours. The sentences of WeCom's `errmsg` go
nowhere: they quote addresses and userids. 90313 itself says of 45009 that only failures of the system deserve to be tried
again, so a code that isn't here is no reason to: the message is set aside with its number, for somebody to look into.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.channels.base import Sent

Group = Literal[
    "refresh",  # the token was withdrawn or has expired: a new one, once
    "back_off",  # their system is busy
    "wait",  # too many calls: blocked for a minute, an hour or the day
    "configuration",  # somebody must change something in the console, or in ours
    "receiver",  # nobody of this name can be reached by this app
    "window",  # 微信客服: nothing may be said until this citizen writes again
    "content",  # this message can't be sent as it is
    "media",  # the file is not there any more: three days are over
    "too_late",  # what was to be changed can't be changed any more
    "range",  # media/get wants to be asked for less at a time
    "known",  # this very message was accepted before
    "webhook",  # of a group: its key is not one any more, or it was taken out of the group
    "unknown",
]
Result = Literal["ok", "retry", "never", "gone"]
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


@dataclass(frozen=True)
class Becomes:
    """Of a message, in the words of the channel contract. `flood`: the whole door is to be silent meanwhile."""

    result: Result
    after_ms: int = 0
    costs: bool = True
    flood: bool = False


BECOMES: Mapping[Group, Becomes] = {
    "refresh": Becomes("retry", 5_000, costs=False),  # a second time in a row: `api` has renewed it once already
    "back_off": Becomes("retry"),
    "wait": Becomes("retry", MINUTE_MS, costs=False, flood=True),
    "configuration": Becomes("retry", MINUTE_MS, costs=False),  # however long the office takes, nothing is lost
    "receiver": Becomes("gone"),
    "window": Becomes("retry", HOUR_MS, costs=False),  # what opens it is a message, not time
    "content": Becomes("never"),
    "media": Becomes("retry"),  # the next try uploads it again
    "too_late": Becomes("never"),
    "range": Becomes("never"),
    "known": Becomes("ok"),
    "webhook": Becomes("gone"),
    "unknown": Becomes("never"),
}
NO_ANSWER = Becomes("retry")  # accepted or not: nobody knows

_CODES: Mapping[Group, tuple[int, ...]] = {
    "refresh": (40014, 42001),
    "back_off": (-1, 6000, 45033, 45035),
    "wait": (45009, 45036),
    "configuration": (
        40001, 40013, 40091,  # secret, corp, secret
        40056, 301002,  # agentid; the token is another app's
        41001, 41002, 41004,  # token, corpid, secret missing
        43012,  # a card with buttons from an app without a callback
        48002, 48006, 48007, 48010,  # interface not allowed, withdrawn, KF not allowed, TLS
        50001, 50003, 60020, 60030, 60031, 301007,  # OAuth host, app, address, servicers, app barred, corp
        60252, 95000, 95004,  # open_kfid
        95003, 95005, 95026, 95027,  # customers, accounts
        95011, 95012, 95014, 95017, 95019, 95023,  # mode, switches and servicers of 微信客服
    ),
    "receiver": (40003, 46004, 50002, 60011, 60021, 60111, 81012, 81013, 82001, 92000),
    "window": (95001, 95002, 95013, 95018, 95031),
    "content": (
        40008, 40033, 40035, 40058, 40063, 40074,  # type, \u escapes, parameters
        40006, 40009, 40011, 44001, 45001, 301017,  # size or format of a file
        40201, 40204, 40206, 82004,  # spam, too much, could crash a client
        42014, *range(42015, 42021), *range(42027, 42052),  # task_id, updating cards, fields of cards
        44004, 45002, 45008, 45034,  # empty, too long, articles, address without https://
        95006, 95008, 95009, 95016, 95030,  # KF: name, menu, menu item, state, type
        93017,  # a webhook's message: empty
    ),
    "media": (40007, 40145),
    "too_late": (
        40029, 41050, 41051,  # codes of a login, of a welcome
        42052, 60140, 82101, 82102,  # recall, cards
        95007,  # the token of a pull
    ),
    "range": (830002,),
    "known": (95033,),
    "webhook": (93000, 93001, 93004, 93008),
}  # fmt: skip
GROUP_OF: Mapping[int, Group] = {code: group for group, codes in _CODES.items() for code in codes}

REFUSED_SECRET = frozenset({40001, 40013, 40091})  # of gettoken: asked again, the address is banned for an hour


def group_of(code: int) -> Group:
    """Below zero it is their system's fault, whichever it is."""
    return GROUP_OF.get(code, "back_off" if code < 0 else "unknown")


def sent(code: int, ext_ids: tuple[str, ...] = (), parts: int = 0) -> Sent:
    """What became of a message that was refused with this code."""
    group = group_of(code)
    becomes = BECOMES[group]
    words = "flood" if becomes.flood else "" if becomes.result == "ok" else f"{group} {code}"
    return Sent(becomes.result, becomes.after_ms, words, ext_ids, parts, becomes.costs)


@dataclass(frozen=True)
class Remedy:
    """What somebody has to tick or change. 管理后台 is the console, work.weixin.qq.com/wework_admin."""

    zh: str
    en: str


_SECRET = Remedy(
    "Secret 或企业ID不对：在管理后台「应用管理」打开该应用，重新复制 Secret；企业ID在「我的企业」最下方",
    "secret or corp_id is wrong: copy the Secret again from the app's page (应用管理); corp_id stands at the end of 我的企业",
)
_AGENT = Remedy(
    "AgentId 与 Secret 不是同一个应用的：在该应用页面同时复制这两项",
    "agent_id and secret belong to different apps: copy both from the page of one app",
)
_KF_ACCOUNT = Remedy(
    "客服账号不归本应用管理：「应用管理→微信客服→通过API管理微信客服账号→企业内部开发」中把该账号交给本应用，并核对 open_kfid",
    "the KF account is not this app's: give it to the app under 应用管理→微信客服→通过API管理微信客服账号→企业内部开发, and check open_kfid",
)
_KF_ALLOWED = Remedy(
    "应用没有微信客服接口权限：「应用管理→微信客服→API→可调用接口的应用」中勾选本应用",
    "the app may not call 微信客服: tick it under 应用管理→微信客服→API→可调用接口的应用",
)
_KF_MODE = Remedy(
    "微信客服未启用或接待方式不符：在「应用管理→微信客服」开启，并交由本应用以 API 管理",
    "微信客服 is off or received in another mode: switch it on under 应用管理→微信客服 and let this app manage it by API",
)
_KF_SERVICER = Remedy(
    "接待人员不可用：接待人员须在本应用可见范围内、已激活并登录过企业微信，且处于接待中",
    "a servicer can't be used: servicers must be in the app's visible range, activated, logged in to WeCom once, and receiving",
)
_KF_VERIFY = Remedy(
    "客服账号数或客户数已到上限：在「我的企业」完成企业认证，或删除不用的客服账号",
    "the limit of KF accounts or customers is reached: have the corp verified (我的企业), or delete accounts not in use",
)
_WEBHOOK = Remedy(
    "群机器人的 key 不对，或它已被停用、移出群：在群里打开这个消息推送（群机器人），重新复制 Webhook 地址",
    "the key of the group's webhook is wrong, or it was stopped or taken out of the group: copy its address again in the group",
)
_OURS = Remedy(
    "配置缺项：核对 corp_id、secret 是否都已填写",
    "something is missing in the configuration: fill in corp_id and secret",
)
REMEDIES: Mapping[int, Remedy] = {
    **dict.fromkeys((40001, 40013, 40091), _SECRET),
    **dict.fromkeys((40056, 301002), _AGENT),
    **dict.fromkeys((41001, 41002, 41004), _OURS),
    **dict.fromkeys((93000, 93001, 93004, 93008), _WEBHOOK),
    43012: Remedy(
        "应用没有设置回调地址：在应用页面「接收消息→设置API接收」填写 URL、Token、EncodingAESKey 并保存",
        "the app has no callback: fill in URL, Token and EncodingAESKey under 接收消息→设置API接收 and save",
    ),
    48002: Remedy(
        "应用没有此接口的权限：由自建应用的 Secret 调用，并在该应用的「企业微信授权」与可见范围中放开",
        "the app may not call this interface: use a self-built app's secret, and see its permissions and visible range",
    ),
    48006: Remedy(
        "应用长期未用，接口权限已被收回：管理员在应用页面重新启用",
        "permission was withdrawn from an app long unused: an administrator enables it again on the app's page",
    ),
    48007: _KF_ALLOWED,
    48010: Remedy("本机 TLS 版本过低：升级系统的 OpenSSL", "TLS of this machine is too old: update its OpenSSL"),
    50001: Remedy(
        "页面域名不是可信域名：在应用页面「网页授权及JS-SDK」填写 server.public_url 的域名（含端口）",
        "the page's host is not trusted: enter the host of server.public_url, with its port, under 网页授权及JS-SDK",
    ),
    50003: Remedy("应用已停用：在应用页面启用", "the app is disabled: enable it on its page"),
    60020: Remedy(
        "服务器出口IP不可信：在应用页面「企业可信IP」添加，约一分钟后生效",
        "this server's address is not trusted: add it under 企业可信IP on the app's page; it takes about a minute",
    ),
    60031: Remedy(
        "应用被禁止调用接口：在管理后台查看该应用的通知并申诉",
        "the app is barred from the API: see its notices in the console and appeal",
    ),
    301007: Remedy(
        "企业不可用（停用或已注销）：联系企业微信管理员", "the corp is not available: ask its WeCom administrator"
    ),
    **dict.fromkeys((60252, 95000, 95004), _KF_ACCOUNT),
    **dict.fromkeys((95003, 95005, 95026, 95027), _KF_VERIFY),
    **dict.fromkeys((95011, 95012, 95017, 95023), _KF_MODE),
    **dict.fromkeys((60030, 95014, 95019), _KF_SERVICER),
}


def remedy(code: int) -> Remedy | None:
    """For `xiezhi check` and the alarm; None where no switch in the console helps."""
    return REMEDIES.get(code)
