"""How each door is configured: the bots of each platform, and what may pass through them.

What varies between platforms is said here once, as properties; the house asks a bot, never which platform it is of.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from handlers.desk import EVERYTHING, Disclosure, Shows, Stays
from storage.windows import HOUR_MS, Window

KF_WINDOW = Window(5, 48 * HOUR_MS)  # of 微信客服, after each of theirs (path/94677)


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _from_file(value: Any) -> Any:
    """`{file: path}` keeps a secret out of the committed file."""
    if isinstance(value, Mapping):
        try:
            return Path(str(value["file"])).read_text("utf-8").strip()
        except (KeyError, OSError) as fault:
            raise ValueError(f"expected a text or {{file: path}} of a readable file ({type(fault).__name__})") from None
    return value


def _header(secret: str) -> str:
    """As Telegram sends it back (core.telegram.org/bots/api#setwebhook)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise ValueError("expected letters, digits, _ and -, at most 256; empty: one is made from the keyring")
    return secret


def _callback_token(token: str) -> str:
    if not re.fullmatch("[A-Za-z0-9]{0,32}", token):
        raise ValueError(
            "expected letters and digits, at most 32; copy Token again from 接收消息 (设置API接收) in the console"
        )
    return token


def _callback_key(key: str) -> str:
    if not re.fullmatch("([A-Za-z0-9]{43})?", key):
        found = f", not {len(key)}" if len(key) != 43 else ""
        raise ValueError(
            f"expected 43 letters and digits{found}; copy EncodingAESKey again from 接收消息 (设置API接收) in the console"
        )
    return key


def _webhook_key(key: str) -> str:
    """As it stands in the webhook's address, which may be given whole."""
    found = re.fullmatch(r"(?:https?://\S+[?&]key=)?([A-Za-z0-9_-]{0,100})(?:&\S*)?", key)
    if not found:
        raise ValueError("expected the group webhook's address, or what stands behind key= in it")
    return found[1]


Secret = Annotated[str, BeforeValidator(_from_file)]


class Web(Part):
    enabled: bool = True


class Bot(Part):
    """One door of one county. `is_called`: the platform comes to us; else we go and ask. `for_staff`, `takes_tips` and
    `shown` (how much of a tip) are what may pass through it."""

    @property
    def is_configured(self) -> bool:
        raise NotImplementedError

    @property
    def begun(self) -> tuple[str, ...]:
        """Its own keys that are filled in although its secret, which opens the door, is not."""
        return ()

    @property
    def identity(self) -> str:
        """Who it is to its platform: no two doors may share it."""
        return ""

    @property
    def its_own(self) -> tuple[str, str]:
        """The key of its identity, and what to do where two doors share one."""
        return "token", "make a bot of its own with @BotFather"

    @property
    def hears(self) -> bool:
        """Whether people can write there. A group that is only told something is nobody's way in."""
        return True

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        """What no single key shows: (a key of its own or of its platform, what is wrong and what to do)."""
        yield from ()

    @property
    def is_called(self) -> bool:
        return True

    @property
    def for_staff(self) -> bool:
        return False

    @property
    def takes_tips(self) -> bool:
        return not self.for_staff

    @property
    def shown(self) -> Shows:
        return EVERYTHING

    @property
    def is_abroad(self) -> bool:
        """Whether what people say there leaves the country."""
        return False

    @property
    def stays(self) -> Stays:
        """Whether what was said there can be taken out of the chat again."""
        return "erasable"

    @property
    def documents(self) -> bool:
        """Whether people can send documents there."""
        return True

    @property
    def groups(self) -> bool:
        """Whether it can be added to a group, to be told something there."""
        return False

    @property
    def window(self) -> Window | None:
        """How often, and for how long after their word, people can be written to; None: at any time."""
        return None


class OfStaff(Bot):
    """A door of staff: how much of tips (`disclosure`) and of `duties` is shown there."""

    disclosure: Disclosure = "none"
    duties: Disclosure = "none"

    @property
    def for_staff(self) -> bool:
        return True

    @property
    def shown(self) -> Shows:
        return Shows(self.disclosure, self.duties)


class TelegramBot(Bot):
    token: Secret = ""
    mode: Literal["polling", "webhook"] = "polling"
    api_url: str = Field("https://api.telegram.org", pattern="^https?://")
    webhook_secret: Annotated[Secret, AfterValidator(_header)] = ""

    @property
    def is_configured(self) -> bool:
        return bool(self.token)

    @property
    def identity(self) -> str:
        return self.token

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        if self.is_called and not public_url.startswith("https://"):
            yield "mode", "webhook needs server.public_url, an https address Telegram can call; or write polling"

    @property
    def is_called(self) -> bool:
        return self.mode == "webhook"

    @property
    def is_abroad(self) -> bool:
        return True


class CitizensBot(TelegramBot):
    accept_tips: bool = False

    @property
    def takes_tips(self) -> bool:
        return self.accept_tips


class StaffBot(OfStaff, TelegramBot):
    @property
    def groups(self) -> bool:
        return True


class Telegram(Part):
    citizens: CitizensBot = CitizensBot()
    staff: StaffBot = StaffBot()


class WecomBot(Bot):
    """`token` and `aes_key` are the callback's. The corp and its host stand beside both bots in the file."""

    secret: Secret = ""
    token: Annotated[Secret, AfterValidator(_callback_token)] = ""
    aes_key: Annotated[Secret, AfterValidator(_callback_key)] = ""
    _corp: tuple[str, str, str] = PrivateAttr(("", "", ""))

    @property
    def is_configured(self) -> bool:
        return bool(self.secret)

    @property
    def begun(self) -> tuple[str, ...]:
        own = ("agent_id", "open_kfid", "token", "aes_key")
        return tuple(one for one in own if not self.secret and getattr(self, one, None))

    @property
    def corp_id(self) -> str:
        return self._corp[0]

    @property
    def api_url(self) -> str:
        return self._corp[1]

    @property
    def open_url(self) -> str:
        return self._corp[2]

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        if not self.corp_id:
            yield "corp_id", "fill in the 企业ID, at the end of 我的企业 in the console"
        if not (self.token and self.aes_key):
            missing = "aes_key" if self.token else "token"
            yield missing, "fill in what the console shows under 接收消息 (设置API接收): Token and EncodingAESKey"

    def of(self, corp_id: str, api_url: str, open_url: str) -> Self:
        found = self.model_copy()
        found._corp = (corp_id, api_url, open_url)
        return found


class WecomApp(OfStaff, WecomBot):
    agent_id: int = Field(0, ge=0)
    duties: Disclosure = "title"
    members: int = Field(0, ge=0)

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        yield from super().amiss(public_url)
        if not self.agent_id:
            yield "agent_id", "fill in the AgentId from the app's page in the console"

    @property
    def documents(self) -> bool:
        return False


class WecomKf(WecomBot):
    open_kfid: str = ""

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        yield from super().amiss(public_url)
        if not self.open_kfid:
            yield (
                "open_kfid",
                "fill in the account's id (wk…); with any other word there `xiezhi check` lists those there are",
            )

    @property
    def stays(self) -> Stays:
        return "for_good"

    @property
    def window(self) -> Window:
        return KF_WINDOW


class WecomGroup(Bot):
    """The webhook of a coordinators' group (消息推送, formerly 群机器人): it is told that something is there, and hears nothing.
    The key is all that anybody needs to write there (path/99110)."""

    key: Annotated[Secret, AfterValidator(_webhook_key)] = ""
    _api_url: str = PrivateAttr("")

    @property
    def is_configured(self) -> bool:
        return bool(self.key)

    @property
    def identity(self) -> str:
        return self.key

    @property
    def its_own(self) -> tuple[str, str]:
        return "key", "each county tells groups of its own: add another webhook there"

    @property
    def hears(self) -> bool:
        return False

    @property
    def is_called(self) -> bool:
        return False

    @property
    def takes_tips(self) -> bool:
        return False

    @property
    def api_url(self) -> str:
        return self._api_url

    def at(self, api_url: str) -> Self:
        found = self.model_copy()
        found._api_url = api_url
        return found


class Wecom(Part):
    api_url: str = Field("https://qyapi.weixin.qq.com", pattern="^https?://")
    open_url: str = Field("https://open.weixin.qq.com", pattern="^https?://")
    corp_id: str = ""
    app: WecomApp = WecomApp()
    kf: WecomKf = WecomKf()
    group: WecomGroup = WecomGroup()


class Channels(Part):
    web: Web = Web()
    telegram: Telegram = Telegram()
    wecom: Wecom = Wecom()

    @property
    def any(self) -> bool:
        """Whether there is a door at all."""
        return self.web.enabled or any(bot.is_configured and bot.hears for _, _, bot in self.bots())

    def bots(self) -> Iterator[tuple[str, str, Bot]]:
        """(platform, bot, how it is configured)."""
        for name, one in (("citizens", self.telegram.citizens), ("staff", self.telegram.staff)):
            yield "telegram", name, one
        corp = (self.wecom.corp_id, self.wecom.api_url, self.wecom.open_url)
        yield "wecom", "app", self.wecom.app.of(*corp)
        yield "wecom", "kf", self.wecom.kf.of(*corp)
        yield "wecom", "group", self.wecom.group.at(self.wecom.api_url)
