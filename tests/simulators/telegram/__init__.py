"""Telegram's Bot API on loopback, strict where the real one is documented to be, with people at the other end.

    async with Simulator.open() as telegram:
        bot = telegram.bot("staff")
        zhang = telegram.user("甲", language="zh-hans")
        await zhang.starts(bot, "invite-code")
        question = await zhang.hears("确认")
        await zhang.presses("是")

The program under test gets `telegram.url` and `bot.token`. Texts and codes of refusals are those of Telegram's own
open server (tdlib/telegram-bot-api 10.0) and of core.telegram.org/bots/api; a refusal that Telegram would not make
says `simulator:` and is kept in `telegram.journal.strays`.
Not simulated: Markdown, inline mode, channels, topics, a method named in the answer to a webhook.
"""

from .chats import Button, Message
from .faults import Fault
from .rules import LIMITS, Limits, Refused
from .server import Simulator

__all__ = ["LIMITS", "Button", "Fault", "Limits", "Message", "Refused", "Simulator"]
