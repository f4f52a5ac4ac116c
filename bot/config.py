"""config.yaml, every key with its default; any key can come from the environment as XIEZHI_A__B (`interfaces.md`).

A mistake is one sentence with file, key and remedy (`ConfigError`), never a trace.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from bot.channels.base import Disclosure, Door
from rules.problems import dotted, keys_at, nearest

Key = tuple[str, ...]


class ConfigError(Exception):
    """Exit 2: what is wrong, where, and what to do."""


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


def _known_engine(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+asyncpg://")):
        raise ValueError("expected sqlite:///path or postgresql+asyncpg://…")
    return url


def _header(secret: str) -> str:
    """As Telegram sends it back (core.telegram.org/bots/api#setwebhook)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise ValueError("expected letters, digits, _ and -, at most 256; empty: one is made from the keyring")
    return secret


Secret = Annotated[str, BeforeValidator(_from_file)]
DatabaseUrl = Annotated[Secret, AfterValidator(_known_engine)]


class Web(Part):
    enabled: bool = True


class Bot(Part):
    """One door of one county. `is_called`: the platform comes to us; else we go and ask. `for_staff`, `takes_tips` and
    `shown` (how much of a tip) are what may pass through it."""

    @property
    def is_configured(self) -> bool:
        raise NotImplementedError

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
    def shown(self) -> Disclosure:
        return "full"

    @property
    def is_abroad(self) -> bool:
        """Whether what people say there leaves the country."""
        return False

    @property
    def stays(self) -> Literal["erasable", "for_good"]:
        """Whether what was said there can be taken out of the chat again."""
        return "erasable"

    @property
    def documents(self) -> bool:
        """Whether people can send documents there."""
        return True

    @property
    def hours(self) -> int:
        """For how long after their word people can be written to; 0: at any time."""
        return 0


class TelegramBot(Bot):
    token: Secret = ""
    mode: Literal["polling", "webhook"] = "polling"
    api_url: str = Field("https://api.telegram.org", pattern="^https?://")
    webhook_secret: Annotated[Secret, AfterValidator(_header)] = ""

    @property
    def is_configured(self) -> bool:
        return bool(self.token)

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


class StaffBot(TelegramBot):
    disclosure: Disclosure = "none"

    @property
    def for_staff(self) -> bool:
        return True

    @property
    def shown(self) -> Disclosure:
        return self.disclosure


class Telegram(Part):
    citizens: CitizensBot = CitizensBot()
    staff: StaffBot = StaffBot()


class WecomBot(Bot):
    """`token` and `aes_key` are the callback's. The corp and its host stand beside both bots in the file."""

    secret: Secret = ""
    token: Annotated[Secret, Field(pattern="^[A-Za-z0-9]{0,32}$")] = ""
    aes_key: Annotated[Secret, Field(pattern="^([A-Za-z0-9]{43})?$")] = ""
    _corp: tuple[str, str, str] = PrivateAttr(("", "", ""))

    @property
    def is_configured(self) -> bool:
        return bool(self.secret)

    @property
    def corp_id(self) -> str:
        return self._corp[0]

    @property
    def api_url(self) -> str:
        return self._corp[1]

    @property
    def open_url(self) -> str:
        return self._corp[2]

    def of(self, corp_id: str, api_url: str, open_url: str) -> Self:
        found = self.model_copy()
        found._corp = (corp_id, api_url, open_url)
        return found


class WecomApp(WecomBot):
    agent_id: int = Field(0, ge=0)
    disclosure: Disclosure = "none"
    members: int = Field(0, ge=0)

    @property
    def documents(self) -> bool:
        return False

    @property
    def for_staff(self) -> bool:
        return True

    @property
    def shown(self) -> Disclosure:
        return self.disclosure


class WecomKf(WecomBot):
    open_kfid: str = ""

    @property
    def stays(self) -> Literal["erasable", "for_good"]:
        return "for_good"

    @property
    def hours(self) -> int:
        return 48


class Wecom(Part):
    api_url: str = Field("https://qyapi.weixin.qq.com", pattern="^https?://")
    open_url: str = Field("https://open.weixin.qq.com", pattern="^https?://")
    corp_id: str = ""
    app: WecomApp = WecomApp()
    kf: WecomKf = WecomKf()


class Channels(Part):
    web: Web = Web()
    telegram: Telegram = Telegram()
    wecom: Wecom = Wecom()

    @property
    def any(self) -> bool:
        """Whether there is a door at all."""
        return self.web.enabled or any(bot.is_configured for _, _, bot in self.bots())

    def bots(self) -> Iterator[tuple[str, str, Bot]]:
        """(platform, bot, how it is configured)."""
        for name, one in (("citizens", self.telegram.citizens), ("staff", self.telegram.staff)):
            yield "telegram", name, one
        corp = (self.wecom.corp_id, self.wecom.api_url, self.wecom.open_url)
        yield "wecom", "app", self.wecom.app.of(*corp)
        yield "wecom", "kf", self.wecom.kf.of(*corp)


class CountyConfig(Part):
    plan: str
    channels: Channels = Channels()


class Server(Part):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: Secret = ""


class Config(Part):
    database: DatabaseUrl = "sqlite:///data/xiezhi.db"
    data: Path = Path("data")
    language: Literal["zh", "en"] = "zh"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    min_free_mb: int = Field(200, ge=0)
    server: Server = Server()
    counties: dict[str, CountyConfig] = Field(min_length=1)

    def bots(self) -> dict[Door, Bot]:
        """Every door that has its secret."""
        return {
            Door(platform, name, county): bot
            for county, one in self.counties.items()
            for platform, name, bot in one.channels.bots()
            if bot.is_configured
        }


def place(door: Door) -> Key:
    """Where a bot stands in the configuration."""
    return "counties", door.county, "channels", door.platform, door.bot


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Raises `ConfigError`."""
    raw = _read(path)
    named: dict[Key, str] = {}  # what came from the environment, and by which variable
    for variable, value in environment.items():
        if key := _key(variable):
            _set(raw, key, _value(variable, value), variable)
            named[key] = variable
    try:
        config = Config.model_validate(raw)
    except ValidationError as fault:
        raise ConfigError(_sentence(path, fault.errors()[0], named)) from None
    for key, what in _bots_at_odds(config):
        raise ConfigError(f"{named.get(key) or f'{path}: {dotted(key)}'}: {what}")
    return config


def _bots_at_odds(config: Config) -> Iterator[tuple[Key, str]]:
    """What no single key shows: a webhook without an address to call, one token at two doors, half a corp."""
    tokens: dict[str, Door] = {}
    for door, bot in config.bots().items():
        key = place(door)
        if isinstance(bot, TelegramBot):
            yield from _telegram_at_odds(key, bot, config.server.public_url)
            if other := tokens.get(bot.token):
                yield (
                    (*key, "token"),
                    f"{dotted(place(other))} has the same token; make a bot of its own with @BotFather",
                )
            tokens[bot.token] = door
        elif isinstance(bot, WecomBot):
            yield from _wecom_at_odds(key, bot)


def _telegram_at_odds(key: Key, bot: TelegramBot, public_url: str) -> Iterator[tuple[Key, str]]:
    if bot.is_called and not public_url.startswith("https://"):
        yield (*key, "mode"), "webhook needs server.public_url, an https address Telegram can call; or write polling"


def _wecom_at_odds(key: Key, bot: WecomBot) -> Iterator[tuple[Key, str]]:
    if not bot.corp_id:
        yield (*key[:-1], "corp_id"), "fill in the 企业ID, at the end of 我的企业 in the console"
    if not (bot.token and bot.aes_key):
        missing = "aes_key" if bot.token else "token"
        yield (*key, missing), "fill in what the console shows under 接收消息 (设置API接收): Token and EncodingAESKey"
    if isinstance(bot, WecomApp) and not bot.agent_id:
        yield (*key, "agent_id"), "fill in the AgentId from the app's page in the console"
    if isinstance(bot, WecomKf) and not bot.open_kfid:
        yield (
            (*key, "open_kfid"),
            "fill in the account's id (wk…); with any other word there `xiezhi check` lists those there are",
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: cannot be read as UTF-8 text; give its place with --config FILE") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line}: not valid YAML; check indentation and quotes there") from None
    if raw is not None and not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected `key: value` lines; see the commented config.yaml for what they may be")
    return raw or {}


def _key(variable: str) -> Key | None:
    """XIEZHI_SERVER__PORT -> (server, port); None for a variable that is not ours, such as one of the tests'."""
    if not variable.startswith("XIEZHI_"):
        return None
    key = tuple(variable.removeprefix("XIEZHI_").lower().split("__"))
    return key if len(key) > 1 or key[0] in Config.model_fields else None


def _value(variable: str, text: str) -> Any:
    """Words stay as they are (a secret may look like anything); a list or a mapping is written as YAML."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigError(f"{variable}: not valid YAML; check brackets and quotes") from None


def _set(raw: dict[str, Any], key: Key, value: Any, variable: str) -> None:
    for part in key[:-1]:
        raw[part] = raw.get(part) or {}
        raw = raw[part]
        if not isinstance(raw, dict):
            raise ConfigError(f"{variable}: `{part}` is a single value in the configuration; remove the variable")
    raw[key[-1]] = value


def _sentence(path: Path, error: Any, named: Mapping[Key, str]) -> str:
    """File or variable, key and remedy; without the value: it may be a secret."""
    key = tuple(str(part) for part in error["loc"])
    where = named.get(key) or f"{path}: {dotted(error['loc'])}"
    if error["type"] != "extra_forbidden":
        what = str(error["msg"]).removeprefix("Value error, ")
        return f"{where}: {what}; see the commented config.yaml for what it may be"
    meant = nearest(key[-1], keys_at(Config, error["loc"][:-1]))
    return f"{where}: there is no such key; " + (f"did you mean `{meant}`?" if meant else "remove it")
