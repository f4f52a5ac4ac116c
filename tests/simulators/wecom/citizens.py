"""Citizens in WeChat, before an account of 微信客服: what they do there, and what they see [D 94670, 94677, 95122]."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from .media import SUFFIX
from .messages import Message
from .screens import Screen

if TYPE_CHECKING:
    from .kf import Kf

MB = 1 << 20
LARGEST = {"image": 2 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}  # D 94670
TOO_LARGE = "[文件过大，暂不支持接收]"  # D 94670: larger ones arrive as a text; which, is M


class Citizen(Screen):
    """One person at one account. `state` is the session's [D 94669]: 4 is ended or not begun, 0 new, 1 the machine's."""

    def __init__(self, kf: "Kf", external: str, name: str) -> None:
        super().__init__(name)
        self.kf, self.external = kf, external
        self.state = 4
        self.wrote_at: int | None = None
        self.spent = 0  #           of the budget since then
        self.welcomed_at: int | None = None
        self.refuses = False  #     D 94670 fail_type 10: accepted, not delivered
        self.said: list[str] = []  # msgids, oldest first

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def opens(self, scene: str = "", param: str = "", link: str = "") -> str:
        """Through a link or QR code: enter_session. The welcome code, when there is one."""
        if link:
            query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
            scene, param = self.kf.links[query["enc_scene"]], query.get("scene_param", "")
        assert len(param.encode()) <= 128 and (scene or not param), "no link can carry that"
        more = {"scene": scene, "scene_param": param}
        if self._welcome():
            code = more["welcome_code"] = secrets.token_urlsafe(30)
            self.kf.welcomes[code] = (self, self._now + self.kf.corp.limits.welcome_seconds)
        self.kf.event("enter_session", self, **more)
        return more.get("welcome_code", "")

    async def says(self, text: str, menu_id: str = "") -> str:
        return self._sends("text", {"content": text} | ({"menu_id": menu_id} if menu_id else {}))

    async def chooses(self, words: str, message: Message | None = None) -> str:
        """A menu item by words or id: the client sends an ordinary text with `menu_id`. What is old stays pressable."""
        _, button = self.finds(words, message)
        assert button.key, f"{words!r} opens {button.url}"
        return await self.says(button.label, button.key)

    async def sends_photo(self, data: bytes, large: bool = False) -> str:
        return self._file("image", "", data, large)

    async def sends_voice(self, data: bytes) -> str:
        return self._file("voice", "", data)

    async def sends_video(self, data: bytes, large: bool = False) -> str:
        return self._file("video", "", data, large)

    async def sends_file(self, name: str, data: bytes, large: bool = False) -> str:
        return self._file("file", name, data, large)

    async def sends_location(self, latitude: float, longitude: float, name: str = "", address: str = "") -> str:
        place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
        return self._sends("location", place)

    async def sends_link(self, title: str, url: str) -> str:
        return self._sends("link", {"title": title, "desc": "", "url": url, "pic_url": ""})

    async def sends(self, kind: str, body: dict[str, Any]) -> str:
        """Anything else: business_card, merged_msg, what comes next year."""
        return self._sends(kind, body)

    async def recalls(self, msgid: str = "") -> str:
        """The last message, or this one: an event; the message stays in the log [M]."""
        msgid = msgid or self.said[-1]
        assert msgid in self.said
        self.kf.event("user_recall_msg", self, recall_msgid=msgid)
        return msgid

    # -- below ---------------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.kf.corp.clock.now()

    def within(self, at: int | None) -> bool:
        """Of the last 48 hours."""
        return at is not None and self._now - at < self.kf.corp.limits.window_seconds

    def _welcome(self) -> bool:
        """D 95122: no welcome and no word from the person in 48 hours."""
        return not self.within(self.welcomed_at) and not self.within(self.wrote_at)

    def _file(self, kind: str, name: str, data: bytes, large: bool = False) -> str:
        """`large`: as if it were over the limit, without the bytes."""
        if large or len(data) > LARGEST[kind]:
            return self._sends("text", {"content": TOO_LARGE})
        file = self.kf.corp.media.keep(kind, name or kind + SUFFIX[kind], data)
        return self._sends(kind, {"media_id": file.id})

    def _sends(self, kind: str, body: dict[str, Any]) -> str:
        """Opens the window and the budget again [D 94677]; that a menu click does too is M. An ended session is new."""
        if self.state == 4 or not self.within(self.wrote_at):
            self.state = 0
        self.wrote_at, self.spent = self._now, 0
        msgid = self.kf.add({"open_kfid": self.kf.id, "external_userid": self.external, "msgtype": kind, kind: body})
        self.said.append(msgid)
        return msgid
