"""People with the app in their hand: what they do to a bot, and what is on their screen."""

import re
from collections.abc import Sequence
from typing import Any

from tests.simulators.screens import Screen

from .bots import Bot, Press
from .chats import Button, Chat, Message, spoken
from .files import File
from .rules import units


class Person(Screen[Message]):
    """Nothing here waits for the bot but `hears`, `told` and `loses`."""

    def __init__(self, number: int, name: str, language: str, bots: dict[str, Bot]) -> None:
        super().__init__(name)
        self.id, self.language, self._bots = number, language, bots

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def chat(self, bot: Bot) -> Chat:
        chat = bot.chats.open(self.id, {"type": "private", "first_name": self.name})
        if self not in chat.people:
            chat.people.append(self)
        return chat

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def starts(self, bot: Bot, payload: str = "") -> Message:
        """The button at the bottom, or a deep link; unblocks as the app does."""
        assert re.fullmatch(rf"[A-Za-z0-9_-]{{0,{bot.limits.start}}}", payload), "no deep link can carry that"
        await self.unblocks(bot)
        return await self.says(bot, f"/start {payload}".strip())

    async def says(self, bot: Bot, text: str) -> Message:
        """The last message of those the app makes of a long text."""
        pieces = list(_pieces(text.strip(), bot.limits.text))
        assert pieces, "the app sends no empty message"
        return [self._sends(bot, spoken(one)) for one in pieces][-1]

    async def sends(self, bot: Bot, content: dict[str, Any], *files: File) -> Message:
        """Anything else: a sticker, a poll, what Telegram invents next year."""
        return self._sends(bot, content, *files)

    async def sends_photo(self, bot: Bot, data: bytes, caption: str = "", size: int | None = None) -> Message:
        return self._file(bot, "photo", "photo.jpg", data, caption, size)

    async def sends_document(
        self, bot: Bot, name: str, data: bytes, caption: str = "", size: int | None = None
    ) -> Message:
        return self._file(bot, "document", name, data, caption, size)

    async def sends_video(self, bot: Bot, data: bytes, caption: str = "", size: int | None = None) -> Message:
        return self._file(bot, "video", "video.mp4", data, caption, size)

    async def sends_voice(self, bot: Bot, data: bytes) -> Message:
        return self._file(bot, "voice", "voice.oga", data)

    async def sends_album(
        self, bot: Bot, items: Sequence[bytes | tuple[str, bytes]], caption: str = ""
    ) -> list[Message]:
        """Photos, or documents with names; the app never mixes these. Each arrives as an update of its own."""
        assert 2 <= len(items) <= 10 and len({type(one) for one in items}) == 1
        group, sent = {"media_group_id": bot.album()}, []
        for number, one in enumerate(items):
            kind, name, data = ("photo", "photo.jpg", one) if isinstance(one, bytes) else ("document", *one)
            sent.append(self._file(bot, kind, name, data, "" if number else caption, more=group))
        return sent

    async def sends_location(self, bot: Bot, latitude: float, longitude: float) -> Message:
        return self._sends(bot, {"location": {"latitude": latitude, "longitude": longitude}})

    async def sends_contact(self, bot: Bot, phone: str, name: str) -> Message:
        return self._sends(bot, {"contact": {"phone_number": phone, "first_name": name}})

    async def edits(self, message: Message, text: str, bot: Bot | None = None) -> None:
        bot = bot or self._whose(message)
        kept = {key: one for key, one in message.content.items() if "entities" not in key and key != "text"}
        message.content = kept | ({"caption": text} if "caption" in message.content else spoken(text))
        message.edited = bot.clock.now()
        bot.push("edited_message", message.json(), message.chat.id)

    async def presses(self, words: str, bot: Bot | None = None, message: Message | None = None) -> Press:
        """The newest button with this label or data; with `message`, that one's, though the screen may be old."""
        for one in [message] if message else reversed(self.sees(bot)):
            for button in one.buttons:
                if words in (button.label, button.data) and button.data:
                    return self.taps(one, button)
        raise AssertionError(f"no button {words!r} among {[one.labels for one in self.sees(bot)]}")

    def taps(self, message: Message, button: Button) -> Press:
        """Also a button that was taken away while the thumb was on its way."""
        return self._whose(message).pressed(message, self.json(), button.data)

    async def blocks(self, bot: Bot) -> None:
        bot.stands(self.chat(bot), self.json(), "kicked")

    async def unblocks(self, bot: Bot) -> None:
        """Only says so to a bot that was blocked."""
        chat = self.chat(bot)
        if chat.standing == "kicked":
            bot.stands(chat, self.json(), "member")

    # -- seeing --------------------------------------------------------------------------------------------------------

    def sees(self, bot: Bot | None = None) -> list[Message]:
        """What the bots said and is still there, oldest first; one's own words are in `chat(bot).seen`."""
        chats = (self.chat(one) for one in self._bots.values() if bot in (None, one) and self.id in one.chats.chats)
        found = [one for chat in chats for one in chat.seen if one.mine]
        return found if bot else sorted(found, key=lambda one: self._order.get(one, 0))

    @property
    def _order(self) -> dict[Message, int]:
        return {one.message: number for number, one in reversed(list(enumerate(self.shown)))}

    def text(self, bot: Bot | None = None) -> str:
        return "\n".join(one.text for one in self.sees(bot))

    def buttons(self, bot: Bot | None = None) -> list[str]:
        """Labels on the newest message that has any."""
        return next((one.labels for one in reversed(self.sees(bot)) if one.keyboard), [])

    async def told(self, press: Press, within: float = 10) -> dict[str, Any]:
        """What was answered to a press: `text`, `alert`."""
        bell = self._whose(press.message).bell
        return await bell.until(lambda: press.answers[0] if press.answers else None, within)

    async def loses(self, message: Message, buttons: bool = False, within: float = 10) -> None:
        """Until a message, or what could be pressed on it, is gone."""
        await self.bell.until(lambda: (message.gone or (buttons and not message.keyboard)) or None, within)

    # -- below ---------------------------------------------------------------------------------------------------------

    def _sends(self, bot: Bot, content: dict[str, Any], *files: File) -> Message:
        chat = self.chat(bot)
        assert chat.standing != "kicked", "the app offers no field to write in for a blocked bot"
        chat.standing = "member"
        return bot.hears(chat, self.json(), content, files)

    def _file(
        self, bot: Bot, kind: str, name: str, data: bytes, caption: str = "", size: int | None = None,
        more: dict[str, Any] | None = None,
    ) -> Message:  # fmt: skip
        file = bot.files.keep(kind, name, data, size)
        words = {"caption": caption} if caption else {}
        return self._sends(bot, bot.files.described(file) | words | (more or {}), file)

    def _whose(self, message: Message) -> Bot:
        return next(one for one in self._bots.values() if one.chats.chats.get(message.chat.id) is message.chat)


def _pieces(text: str, longest: int) -> Sequence[str]:
    """The app cuts a long text; how is its own business."""
    pieces, rest = [], text
    while rest:
        cut = longest if len(rest) > longest else len(rest)
        while units(rest[:cut]) > longest:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return pieces
