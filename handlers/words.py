"""What people say to us, at any moment and in any form: words that open something, small questions, thanks, shrugs. Data, and
how it is compared; nothing here knows which question is open."""

import re
import unicodedata
from functools import reduce

from handlers.forms import plain
from handlers.once import once
from rules.expressions import expression


@once
def folded(text: str) -> str:
    """For comparing what people type with labels: width, case, blanks, closing and invisible marks do not matter."""
    return _bare(unicodedata.normalize("NFKC", plain(text)))


def _bare(normal: str) -> str:
    return normal.strip(" \t\n。.!！?？、,，;；~…✓").casefold().replace(" ", "")


def of(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# -- shrugs and fillers: words that tell nothing ---------------------------------------------------------------------------

NONE = frozenset(of("没有 没得 无 没什么 没 没了 没有了 都没有 什么都没有 none nothing no nope"))
UNKNOWN = of(
    "不知道 我不知道 不知 不清楚 不太清楚 不晓得 不懂 不认识 不详 说不清 不好说 没看清 没看到 没注意 "
    "不记得 记不到 记不清 记不得 认不到 随便 都行 都可以 无所谓 看着办 想不起来 忘了 不确定 不太确定 不好讲 讲不清 不了解 noidea notsure unsure unknown "
    "don'tknow dontknow idon'tknow idontknow can'tsay"
)
NOTHING = NONE | frozenset(UNKNOWN)
FILLER = frozenset(
    of(
        "好的 好 好了 好吧 好嘞 嗯 嗯嗯 嗯呢 恩 哦 哦哦 噢 啊 行 行吧 可以 中 得 知道了 明白了 明白 收到 了解 "
        "没事了 没事 继续吧 然后呢 好的谢谢 好的,谢谢 ok okay fine sure alright isee gotit k"
    )
)
POLITE = of(
    "谢谢 谢谢你 谢谢您 谢谢你们 谢谢了 谢了 多谢 感谢 辛苦了 再见 拜拜 麻烦了 麻烦你了 thanks thankyou "
    "thankyouverymuch bye goodbye"
)
# 不知道地名, 我也不太清楚是谁: a shrug that says what is not known.
_UNKNOWN = expression(
    r"(?:我|俺)?(?:也|都|真|还)*(?:不太?(?:知道|清楚|晓得|记得|认识|了解)|没看清|说不[清准]|记不清)[^\d]{0,6}"
)
# 我都讲了啊, 前面写了: it has been told.
TOLD = expression(
    r"(?:我|前面|上面|刚才|已经|两个|地方|地点|都|全|不是|就)*(?:写|讲|说|发|填)(?:过|清楚|明白|完)*了?(?:啊|呀|吧|的|嘛|吗|呢)*(?<=[了过啊呀的嘛])"
    r"|(?:i(?:have)?)?(?:already)?(?:said|wrote|told|written)(?:you)?(?:already|above|before|that|it|so)*"
)
_GONE = expression(r"(?:现在|他们|人|车|船|都|已经)*(?:走|跑|离开|散)了")
_CLAUSES = expression(r"[\s,，.。!！?？;；、~…]+")


def _clauses(text: str) -> list[str]:
    normal = unicodedata.normalize("NFKC", plain(text))
    whole = _bare(normal)
    if whole in NOTHING or whole in FILLER:
        return [whole]  # "no idea", "I see"
    return [word for one in _CLAUSES.split(normal) if (word := _bare(one))]


def _shrugs(word: str) -> bool:
    return word in NOTHING or bool(_UNKNOWN.fullmatch(word))


@once
def shrug(text: str) -> bool:
    """不知道 in any of its ways, and nothing else: 嗯，不知道; 没了 现在走了."""
    clauses = _clauses(text)
    return all(_shrugs(one) or one in FILLER or _GONE.fullmatch(one) for one in clauses) and any(map(_shrugs, clauses))


def unknown(text: str) -> bool:
    """A shrug that does not say no."""
    return shrug(text) and not any(one in NONE for one in _clauses(text))


def filler(text: str) -> bool:
    """好的, 嗯: nothing that could be an answer where a fact is asked."""
    clauses = _clauses(text)
    return bool(clauses) and all(one in FILLER for one in clauses)


def told_before(text: str) -> bool:
    return bool(TOLD.fullmatch(folded(text)))


# 撤回这句, 刚才那句不算, 打错了: the latest thing said is taken back. The whole tip is not: 撤回 alone has a word of its own.
_TAKES_BACK = expression(
    r"(?:不好意思|抱歉|对不起|不对|哦|啊|sorry|oops)?[,，]?(?:我|请|帮我|把)*(?:"
    r"(?:撤回|撤销|收回|撤掉|删掉|删除|划掉)(?:了|掉)?(?:我)?(?:这|那|上|前|刚才|刚刚|刚才那|刚才这|最后|上面那)一?(?:句|条)(?:话|消息)?"
    r"|(?:我)?(?:刚才|刚刚|上面|前面|上|前|这|那|最后)(?:说|发|打|写)?的?(?:那|这)?一?(?:句|条)(?:话|消息)?(?:我)?"
    r"(?:不算|不要|不作数|作废|当我没说|当没说|说错|打错|发错|写错|撤回|撤销|收回|删掉|删除|删了)(?:了|吧|的|掉)*"
    r"|(?:刚才|刚刚|上面|前面)(?:的)?(?:说|打|发|写)(?:错|漏)了|(?:打|说|发|写|输|点|按)错(?:字)?了|手滑了?|(?:发|点|按)重了|当我没说(?:过)?"
    r")(?:吧|啊|哈|不好意思|抱歉)?"
    r"|(?:please)?(?:takethatback|itakethatback|ignorethat|ignorethelast(?:message|one)|undo|undothat|scratchthat|deletethelastmessage"
    r"|disregardthat|mymistake|thatwasamistake|wrongmessage|typo)(?:please|sorry)?"
)


def takes_back(text: str) -> bool:
    """Nothing but that what was said or pressed last is not to count."""
    return len(text) <= 40 and bool(_TAKES_BACK.fullmatch(folded(text)))


# -- words: what it means -> how people say it -----------------------------------------------------------------------------

ANY: dict[str, tuple[str, ...]] = {
    "menu": of("菜单 主菜单 menu /menu /start 开始"),
    "help": of("帮助 help /help ? ？ 怎么用"),
    "cancel": of("取消 cancel /cancel 不填了 不报了 cancelthat cancelthis forgetit nevermind"),
    "back": of("返回 上一步 back /back goback previous"),
    "continue": of("继续 continue"),
    "en": of("english 英文 英语"),
    "zh": of("中文 chinese 汉语"),
    "language": of("语言 切换语言 language lang /language /lang"),
}
CITIZEN: dict[str, tuple[str, ...]] = {
    "hello": of("你好 您好 在吗 在不在 有人吗 hi hello hellothere hithere hey heythere goodmorning goodevening"),
    "cancel": of("退出 放弃 不举报了 算了不报了 算了不举报了 我不报了 我不举报了 不想报了 不想举报了"),
    "tip": of(
        "举报 我要举报 我想举报 想举报 我来举报 我要报案 新举报 举报走私 我要举报走私 反映情况 "
        "我要反映情况 我想反映情况 我有情况反映 怎么举报 如何举报 在哪举报 我要举报一件事 report tip /tip "
        "iwanttoreportsomething iwanttoreport howdoireport"
    ),
    "mine": of(
        "查询 我要查询 我想查询 查询进度 查询结果 查一下进度 查进度 进度 查看进度 我的举报 status followup /status /find"
    ),
    "add": of("补充 补充材料 我要补充 add"),
    "stop": of("stop 停止联系 不要再联系我 停止 /stop"),
    "withdraw": of("撤回 撤回举报 withdraw"),
    "exposed": of("有人知道是我 有人知道是我举报的 被人知道了 someoneknowsitwasme"),
    "reward": of("奖励 举报有奖 isthereareward reward"),
    "secrecy": of("匿名 isitanonymous isitconfidential confidential"),
    "about": of("关于 about whoareyou isthisarobot areyouarobot"),
    "forgot": of(
        "密码 查询密码 忘记查询密码 忘了查询密码 查询密码忘了 查询密码丢了 找回密码 没有密码 "
        "forgotpassword iforgotmypassword forgotmypassword lostpassword ilostmypassword password"
    ),
    "thanks": POLITE,
    "hotlines": of("电话 举报电话 热线 人工 人工客服 转人工 客服 找人工 我要人工 转人工客服 hotline phone"),
    "help": of("helpme 怎么弄"),
    "filler": tuple(one for one in FILLER if one not in ("啊", "了解")),
    "learn": of("了解 了解一下 我想了解 公开信息 有什么可以看 learn readaboutit /learn"),
    "unsure": (*NOTHING, *of("怎么办 我该怎么办 whatshouldido")),
}
STAFF: dict[str, tuple[str, ...]] = {
    "hello": of("你好 您好 在吗 hi hello"),
    "cancel": of("取消办结 不办结了 先不办结 取消转办 不转办了 不转了 先不转 取消退回 不退回了 取消追问 不追问了"),
    "todo": of("待办 我的待办 todo /todo /find 查询"),
    "owed": of("应办 应办事项 我的应办 报送 报送情况 谁没报 谁还没报 duties owed /duties"),
    "matters": of("事项 我的事项 单位事项 matters /matters"),
    "calendar": of(
        "日历 导入日历 工作日历 放假安排 导入放假安排 放假通知 放假日历 calendar importcalendar holidays daysoff /calendar"
    ),
    "assign": of(
        "布置任务 布置工作 布置 派任务 要大家报 让大家报 请大家报 askunits assign assigntask asktheunits /ask"
    ),
    "assigned": of("我布置的 布置的任务 我布置的任务 已布置 已布置的任务 布置情况 whatiasked assigned /assigned"),
    "notices": of("通知 我的通知 看通知 通知公告 notices mynotices notice readnotices /notices"),
    "notify": of("发通知 写通知 下通知 发公告 notify sendnotice sendanotice writeanotice newnotice /notify"),
    "groups": of(
        "工作群 群 群组 绑定群 绑定工作群 群绑定 群提醒 群消息 解绑 解绑群 解除绑定 groups group bindgroup bindagroup unbind /groups /bind /unbind"
    ),
    "meetings": of("会议 我的会议 近期会议 看会议 会议安排 meetings mymeetings /meetings"),
    "meet": of(
        "开会 召开会议 组织会议 召集会议 开个会 发会议通知 会议通知 callameeting callmeeting newmeeting meeting /meet"
    ),
    "notified": of("我发的 我发的通知 发出的通知 已发通知 谁看了 谁没看 谁还没看 noticesisent sentnotices notified"),
    "audiences": of("常用范围 常用收件范围 收件范围 常用名单 savedaudiences audiences /audiences"),
    "bulletins": of("公开信息 公开发布 给群众看的 bulletins forthepublic /bulletins"),
    "write": of("写一篇 拟稿 写公开信息 写典型案例 写预警 写通报 writeapiece"),
    "leave": of("请假 我要请假 我想请假 休假 leave takeleave goonleave onleave"),
    "urge_all": of("一键提醒 全部提醒 提醒全部 一键催办 urgeall remindall"),
    "returned": of("销假 提前销假 我回来了 回来上班了 取消请假 imback i'mback backatwork"),
    "morning": of(
        "提醒时间 改提醒 改提醒时间 提醒设置 设置提醒 几点提醒 reminders remindertime changereminders /reminders"
    ),
    "morning_where": of("提醒方式 改提醒方式 提醒渠道 提醒发到哪里 reminderchannel wheretoremind"),
    "morning_default": of("恢复默认 恢复默认提醒 提醒恢复默认 默认提醒 resetreminders defaultreminders"),
    "succession": of("换联络员 更换联络员 联络员换人 换人 changeliaison successor"),
    "shifts": of("值班表 值班安排 排班 排班表 谁值班 今天谁值班 shifts dutyroster whoisonduty"),
    "login": of("登录 登陆 登录另一台设备 login loginonanotherdevice /login"),
    "invite": of("邀请 邀请码 邀请人员 邀请人 invite invitesomebody"),
    "roster": of("人员 花名册 roster people"),
    "ours": of("我的职责 职责 我单位的职责 我们的职责 ourtasks mytasks tasks"),
    "directory": of("通讯录 联系方式 值班电话 各单位电话 directory contacts"),
    "sessions": of("登录设备 设备 sessions mydevices"),
    "oral": of("代录 代录举报 电话举报 举报 oral enteratipforacaller"),
    "logout": of("退出 退出登录 logout"),
}
# What the buttons of a tip's card are called, and what else people say for it.
ACTS: dict[str, tuple[str, ...]] = {
    "take": of("受理 takeit"),
    "sign": of("签收 sign signforit"),
    "progress": of("报进展 进展 汇报进展 reportprogress progress"),
    "complete": of("办结 结案 close"),
    "finish": of("办结 结案 close"),
    "give_back": of("退回 handback"),
    "hand": of("转办 移送 交办 转交 handover"),
}
ONLY_OUTSIDE = ("filler", "unsure")  # said where nothing is open; in a form they are an answer


def _key(text: str) -> str:
    return folded(text) or plain(text)  # a lone question mark is a word


def _table(*groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_key(word): name for group in groups for name, words in group.items() for word in words}


_WORDS = {False: _table(ANY, CITIZEN), True: _table(ANY, STAFF)}
# 我有事要讲: says that a story comes, and none yet.
_ANNOUNCES = expression(
    r"(?:我|俺|咱)?(?:这里|这边|这儿)?(?:还)?(?:有|想|要|发现|知道)+(?:了)?(?:一?[个件点些条]|一下|点儿|几件)?(?:重要|急|新)?的?"
    r"(?:(?:事情?|情况|话|线索|问题)(?:要|想|需要)*(?:[和跟向给对](?:你们?|您|平台|政府|领导))?(?:讲|说|反映|举报|报告|告诉|汇报)?"
    r"|(?:[和跟向给对](?:你们?|您|平台|政府|领导))?(?:讲|说|反映|报告|汇报)(?:一?[个件点些条]|一下|点儿)?(?:事情?|情况|话|线索|问题)?)"
    r"(?:你们?|您|一下)?(?:吧|啊|呢|可以吗|行吗|吗)?"
    r"|ihave(?:something|a(?:thing|story))(?:to(?:say|tell|report))?(?:you)?|i(?:want|wouldlike)totellyousomething|canitellyousomething"
)
# 你好，请问举报有奖吗: what stands before the words that matter.
_BEFORE = expression(
    r"^(?:你好|您好|在吗|hello|hi|请问|麻烦问|我?想?(?:请|咨)?[问询](?:一下|下)|我想[问请]|[啊呀哈,.!?~:])+"
)


# -- small questions -------------------------------------------------------------------------------------------------------
# 举报有没有钱拿 and 给多少奖金 ask the same. A question about X has X's word and a word that asks, and holds besides nothing
# but small words about us and the tip: whatever else it speaks of is a story.

_SMALL = expression(
    "|".join(
        sorted(
            of(
                "我们 我 你们 你 您 咱 平台 政府 这里 这个 这 那 别人 对方 他们 人家 有没有 有无 有 能不能 "
                "能 可不可以 可以 可 会不会 会 要不要 要 是不是 是 给不给 给 拿 得到 得 领 到 多少 多久 几 "
                "什么 啥 怎么 如何 哪 谁 真的 到底 被 让 把 的 了 过 就 还 也 都 吗 么 嘛 呢 啊 呀 吧 不 "
                "没 以后 之后 后 前 完 举报 报案 报 查实 成功 请 问 想 知道 人 一下 下 打 找 联系 写 说 留 "
                "用 必须 一定 需要 骗子 骗人 出去 信息 身份 时候 内容 姓名 名字 电话 号码 现金 点 些 等 天 时间 钱 "
                "来 在 看 做 办"
            ),
            key=len,
            reverse=True,
        )
    )
)
_ASKING = expression(
    r"吗|么|嘛|呢|不$|没有?$|有没有|多少|多久|几|什么|啥|怎么|如何|谁|哪|会不会|能不能|可不可以|是不是|要不要|给不给"
)
_TOPICS: dict[str, re.Pattern[str]] = {
    "reward": expression(r"奖励|奖金|奖|报酬|酬金|酬劳|赏金|悬赏|好处费|好处|红包|现金|钱"),
    "secrecy": expression(r"保密|匿名|泄[露漏]|暴露|安全|报复|实名|隐私|知道是我|[查找]到我|留(?:姓名|名字)|认出我?"),
    "about": expression(
        r"你们?是谁|您是谁|你们?是(?:做|干)?什么|什么平台|机器人|真人|人工|哪里的|谁(?:在)?看|哪个单位"
    ),
    "hotlines": expression(r"打?电话|热线"),
}
_UNASKED: dict[str, re.Pattern[str]] = {  # plain without a word that asks
    "forgot": expression(
        r"(?:where(?:is|'s)|whatis|what's)mypassword|(?:i(?:have)?)?(?:lost|forgot(?:ten)?)(?:my|the)password|(?:我)?(?:把|的)?密码(?:我)?(?:忘记?|丢|找不到|不记得)了?(?:怎么办)?|(?:我)?(?:忘记?|丢)了?密码了?(?:怎么办)?"
    ),
    "cancel": expression(
        r"(?:我|还是|有点|害?怕了?|算了|[,，])*(?:不想|不敢|不要|不)再?(?:举报|报|说|讲|填|写)了(?:吧|啊)?"
        r"|算了吧|重来(?:吧|一遍)?|重新(?:来|开始|填|写)(?:吧)?|(?:全部?|都)?删[掉了](?:吧|了)?|i(?:'ve|have)?changedmymind|startover|deleteit|deletethat"
    ),
    "recap": expression(
        r"(?:我)?(?:又)?回来了|(?:我)?(?:上次|之前|刚才|前面)(?:我)?(?:说|写|填|报)的(?:那个|那件事?|呢|在哪)*|(?:我)?(?:忘了|不记得|忘记)?(?:我)?(?:写|填|说)到哪(?:里|儿|一步)?了?"
        r"|(?:给我)?看(?:看|一?下)(?:我)?(?:刚才|前面|已经|都)*(?:写|填|说)(?:了|过|的)*(?:什么|啥|哪些|内容)?|我(?:都|刚才|前面)*(?:写|填)了(?:什么|啥|哪些)"
        r"|i(?:'m|am)back|what(?:did|have)i(?:write|written|say|said)(?:sofar)?|wherewasi|show(?:me)?whati(?:wrote|have)"
    ),
    "county": expression(
        r"(?:我)?(?:想|要)*(?:换|改|选)(?:一?个|到)?(?:别的|其他)?县|(?:我)?县?[选弄点搞填]错了?县了?|(?:wrong|change|another)(?:the)?county"
    ),
    "about": expression(
        r"(?:请问)?(?:你们?|您|这里|那边|对面)?(?:到底)?是(?:真人|人工|人|活人)(?:还是|or)(?:机器人?|程序|电脑|ai)(?:啊|呀|呢)?|areyou(?:a)?(?:human|person|real)(?:ora(?:bot|robot|machine))?"
    ),
    "hotlines": expression(
        r"(?:我|如果|要是)*(?:买|遇|碰|看|收)到(?:了)?.{1,8}(?:应?该)?(?:找谁|找哪个部门|找哪里|打什么电话|打哪个电话|向谁举报|去哪里?举报)(?:啊|呢|呀)?|110|119|12[0-9]|12[1-9]\d\d|.{0,8}(?:不识字|不会(?:写|打)字|看不懂字).{0,12}|.{0,6}(?:打|回)(?:一?个)?电话给我.{0,6}|.{0,6}给我(?:打|回)(?:一?个)?电话.{0,6}|(?:please|canyou)?callme(?:back)?|ican'?tread.*"
    ),
    "secrecy": expression(
        r"(?:is(?:this|it)|ami|willibe|areyou)(?:really|completely)?(?:safe|anonymous|confidential|secret|secure)(?:here)?|willanyoneknow(?:it'?s|itwas)?me"
    ),
    "reward": expression(
        r"(?:howmuch|what|howbig)(?:money)?(?:is|'s)?(?:the|a|your)?reward(?:is)?|doiget(?:a|any)?(?:reward|money|paid)|isthere(?:a|any)reward"
    ),
    "en": expression(
        r"(?:can|may|could)i(?:report|write|talk|speak)?(?:something|this|it)?inenglish(?:please)?|(?:doyou)?(?:speak|have)english|inenglish(?:please)?"
    ),
    "mine": expression(
        r"(?:how(?:is|'s)|whereis|what(?:is|'s)thestatusof|what(?:happened|happens)(?:to|with))(?:my|the)(?:report|tip)(?:going|doing)?|(?:我)?(?:要|想)?(?:查看?|看看?|问)(?:一?下)?(?:我)?(?:的|刚才的|上次的|之前的)?(?:举报|进度|进展|结果)(?:的?(?:进度|进展|结果|情况))?"
        r"|我(?:们)?(?:上次|之前|刚才)?(?:举报|反映|报)的(?:事情?|情况|那件事?|那个)?(?:你们)?(?:现在)?(?:查|办|处理)(?:了|得|到|完)*(?:没有?|吗|怎么样|如何|哪一?步)*了?(?:吗|呢)?"
        r"|(?:我)?(?:的|刚才的|上次的|之前的)?举报(?:处理得|办得|现在)?(?:怎么样|到哪一?步|有(?:没有)?(?:结果|消息|进展))了?(?:吗|呢)?"
    ),
}


def _question(word: str) -> str | None:
    """What a small question is about; `asked` when it is one to us that nobody here can answer."""
    for name, pattern in _UNASKED.items():
        if pattern.fullmatch(word):
            return name
    if len(word) > 24 or not _ASKING.search(word):
        return None
    about = [name for name, pattern in _TOPICS.items() if pattern.search(word)]
    besides = reduce(lambda left, name: _TOPICS[name].sub("", left), about, word)
    if about and not _SMALL.sub("", besides).strip(",."):
        return about[0]
    left = len(_SMALL.sub("", word))
    return "asked" if left <= 1 or (left <= 3 and re.match(r"(?:请问|那)?(?:你们?|您)", word)) else None


def topic(text: str) -> str | None:
    """What a question about reporting, which speaks of other things too, is about: 举报走私烟有奖吗."""
    word = folded(text)
    of_us = "举报" in word or "奖" in word
    return next((name for name, pattern in _TOPICS.items() if of_us and pattern.search(word)), None)


def _meant(key: str, staff: bool) -> str | None:
    words = _WORDS[staff]
    bare = _BEFORE.sub("", key)
    name = words.get(key) or (words.get(bare or "你好") if key else None)
    if name or staff:
        return name
    return "tip" if _ANNOUNCES.fullmatch(bare) else _question(bare)


def acts_meant(text: str) -> tuple[str, ...]:
    """Which moves of a card these words name."""
    word = folded(text)
    return tuple(act for act, words in ACTS.items() if word in words)


def said_to_us(text: str, staff: bool) -> str | None:
    """Which of our words this is, or which question. `/foo` is a command, known or not: never a story."""
    key = _key(text)
    if re.match(r"/\w", key):
        command = key.partition("@")[0]
        return _meant(command, staff) or _meant(command[1:], staff) or "help"
    return _meant(key, staff)
