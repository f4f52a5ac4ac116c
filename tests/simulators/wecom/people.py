"""Members of the corp with WeCom in their hand: what they do to an app, and what they see of it [D 90239, 90240]."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .apps import App
from .media import File
from .menus import items
from .messages import Message, questions
from .screens import Screen

if TYPE_CHECKING:
    from .corps import Corp


class Member(Screen):
    """`userid` keeps its letters, `key` is what the lists of answers call it. Chats with several apps need `app`."""

    def __init__(self, corp: "Corp", userid: str, name: str) -> None:
        super().__init__(name)
        self.corp, self.userid, self.key = corp, userid, userid.lower()
        self.apps: list[App] = []
        self.licensed = True
        self.disabled = False

    def reachable(self, app: App) -> bool:
        """A disabled member counts as invalid: M."""
        return self.key in app.visible and not self.disabled

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def says(self, text: str, app: App | None = None) -> str:
        return self._message(app, "text", Content=text)

    async def sends_photo(self, data: bytes, app: App | None = None) -> str:
        return self._media(app, "image", "photo.jpg", data, PicUrl="https://wework.example/pic")

    async def sends_voice(self, data: bytes, app: App | None = None) -> str:
        return self._media(app, "voice", "voice.amr", data, Format="amr")

    async def sends_video(self, data: bytes, app: App | None = None) -> str:
        thumb = self.corp.media.keep("image", "thumb.jpg", b"\xff\xd8\xff thumb")
        return self._media(app, "video", "video.mp4", data, ThumbMediaId=thumb.id)

    async def sends_location(self, latitude: float, longitude: float, label: str = "", app: App | None = None) -> str:
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label, "AppType": "wxwork"}
        return self._message(app, "location", **place)

    async def sends_link(self, title: str, url: str, app: App | None = None) -> str:
        return self._message(app, "link", Title=title, Description="", Url=url, PicUrl="")

    async def sends(self, kind: str, app: App | None = None, **elements: Any) -> str:
        """Anything else; there is no `file` in an app's chat [D 90239]."""
        return self._message(app, kind, **elements)

    async def enters(self, app: App | None = None) -> None:
        self._event(app, "enter_agent", EventKey="")

    async def leaves(self, app: App | None = None) -> None:
        """Out of the visible range, disabled or gone: unsubscribe, and from then on among invaliduser."""
        app = self._one(app)
        app.visible.discard(self.key)
        self._event(app, "unsubscribe", EventKey="")

    async def returns(self, app: App | None = None) -> None:
        app = self._one(app)
        app.visible.add(self.key)
        self._event(app, "subscribe", EventKey="")

    async def clicks_menu(self, words: str, app: App | None = None) -> str:
        """By label or key. The key, or the URL of a view."""
        app = self._one(app)
        for item in items(app.menu):
            if words in (item["name"], item.get("key")):
                key = str(item.get("key") or item.get("url"))
                self._event(app, item["type"], EventKey=key)
                return key
        raise AssertionError(f"no {words!r} in the menu of {app.agent_id}")

    async def presses(
        self, words: str, selects: Iterable[str] = (), app: App | None = None, message: Message | None = None
    ) -> str:
        """The newest button with this label or key, with options by id or words; the response_code of the click.

        With `message`, that one's, though it may have been replaced while the thumb was on its way.
        """
        message, button = self.finds(words, message, app)
        assert button.key, f"{words!r} opens {button.url}"
        app = message.sender
        code = app.code(app.sent[message.id], message)
        selected = [] if button.menu else _selected(message.content, set(selects))
        event = {
            "EventKey": button.key,
            "TaskId": message.content.get("task_id", ""),
            "CardType": message.content["card_type"],
            "ResponseCode": code,
        }
        more = {"SelectedItems": {"SelectedItem": selected}} if selected else {}
        self._event(app, f"template_card{'_menu' * button.menu}_event", **event, **more)
        return code

    async def opens_page(self, app: App | None = None) -> str:
        """Follows the OAuth link: the code the page gets [D 91022]. Works outside the visible range too."""
        return self.corp.logins.give(self._one(app), {"userid": self.userid})

    # -- below ---------------------------------------------------------------------------------------------------------

    def _one(self, app: App | None) -> App:
        assert app or len(self.apps) == 1, f"{self.name} has {len(self.apps)} apps: which?"
        return app or self.apps[0]

    def _media(self, app: App | None, kind: str, name: str, data: bytes, **more: Any) -> str:
        file: File = self.corp.media.keep(kind, name, data)
        return self._message(app, kind, MediaId=file.id, **more)

    def _message(self, app: App | None, kind: str, **elements: Any) -> str:
        number = str(secrets.randbits(63))
        self._push(self._one(app), kind, {"MsgType": kind, **elements, "MsgId": int(number)})
        return number

    def _event(self, app: App | None, event: str, **elements: Any) -> None:
        self._push(self._one(app), event, {"MsgType": "event", "Event": event, **elements})

    def _push(self, app: App, what: str, elements: dict[str, Any]) -> None:
        head = {"ToUserName": self.corp.id, "FromUserName": self.userid, "CreateTime": self.corp.clock.now()}
        app.callbacks.push(what, head | elements | {"AgentID": app.agent_id})


def _selected(card: dict[str, Any], wanted: set[str]) -> list[dict[str, Any]]:
    """What was picked, else what the card had selected. A question without either is left out: M."""
    found, left = [], set(wanted)
    for asked in questions(card):
        options = asked["option_list"]
        picked = [one["id"] for one in options if {one["id"], one["text"], one["id"].partition(":")[2]} & wanted]
        left -= {one for option in options for one in (option["id"], option["text"], option["id"].partition(":")[2])}
        chosen = picked or [one["id"] for one in options if one.get("is_checked")]
        chosen = chosen or [one for one in [asked.get("selected_id")] if one]
        if chosen:
            found.append({"QuestionKey": asked["question_key"], "OptionIds": {"OptionId": chosen}})
    assert not left, f"nothing to select by {left} in {card}"
    return found
