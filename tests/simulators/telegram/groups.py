"""A group chat: somebody adds a bot, people talk, the bot leaves or is taken out."""

from typing import Any

from .bots import Bot
from .chats import Chat, Message, spoken
from .people import Person


class Group:
    """With Telegram's default privacy: a bot gets commands and what happens to itself, not what people say."""

    def __init__(self, number: int, title: str, bots: dict[str, Bot]) -> None:
        self.id, self.title, self._bots = number, title, bots

    def chat(self, bot: Bot) -> Chat:
        return bot.chats.open(self.id, {"type": "group", "title": self.title})

    async def adds(self, bot: Bot, by: Person) -> None:
        chat = self.chat(bot)
        if by not in chat.people:
            chat.people.append(by)
        bot.chats.open(by.id, {"type": "private", "first_name": by.name})  # the bot has met them, they haven't started
        bot.stands(chat, by.json(), "member")
        bot.hears(chat, by.json(), {"new_chat_members": [bot.json()]})

    async def expels(self, bot: Bot, by: Person) -> None:
        bot.stands(self.chat(bot), by.json(), "kicked")

    async def says(self, by: Person, text: str) -> list[Message]:
        """To every bot here that may hear it."""
        content = spoken(text)
        command = any(one["type"] == "bot_command" for one in content.get("entities", []))
        return [bot.hears(self.chat(bot), by.json(), content) for bot in self._here() if command or _named(bot, text)]

    async def sends(self, by: Person, content: dict[str, Any]) -> list[Message]:
        """Past the privacy, as to a bot with the right to read everything."""
        return [bot.hears(self.chat(bot), by.json(), content) for bot in self._here()]

    def has(self, bot: Bot) -> bool:
        return self.chat(bot).standing == "member"

    def _here(self) -> list[Bot]:
        return [bot for bot in self._bots.values() if self.id in bot.chats.chats and self.has(bot)]


def _named(bot: Bot, text: str) -> bool:
    return f"@{bot.username}" in text
