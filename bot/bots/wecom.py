"""How WeCom's doors are configured. Vendor pages are cited as path/N: developer.work.weixin.qq.com/document/path/N."""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PrivateAttr

from bot.bots.contract import Bot, OfStaff, Part, Secret
from handlers.desk import Disclosure, Stays
from storage.windows import HOUR_MS, Window

KF_WINDOW = Window(5, 48 * HOUR_MS)  # of 微信客服, after each of theirs (path/94677)


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
