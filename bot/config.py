"""config.yaml, every key with its default; any key can come from the environment as XIEZHI_A__B (`interfaces.md`).

A mistake is one sentence with file, key and remedy (`ConfigError`), never a trace.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


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


Secret = Annotated[str, BeforeValidator(_from_file)]


class Web(Part):
    enabled: bool = True


class TelegramBot(Part):
    token: Secret = ""
    mode: str = "polling"
    api_url: str = "https://api.telegram.org"
    webhook_secret: Secret = ""
    accept_tips: bool = False


class Telegram(Part):
    citizens: TelegramBot = TelegramBot()
    staff: TelegramBot = TelegramBot()


class WecomApp(Part):
    agent_id: int = 0
    secret: Secret = ""
    token: Secret = ""
    aes_key: Secret = ""


class WecomKf(Part):
    open_kfid: str = ""
    secret: Secret = ""
    token: Secret = ""
    aes_key: Secret = ""


class Wecom(Part):
    api_url: str = "https://qyapi.weixin.qq.com"
    corp_id: str = ""
    app: WecomApp = WecomApp()
    kf: WecomKf = WecomKf()


class Channels(Part):
    web: Web = Web()
    telegram: Telegram = Telegram()
    wecom: Wecom = Wecom()


class CountyConfig(Part):
    plan: str
    channels: Channels = Channels()


class Server(Part):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()


class Config(Part):
    database: Secret = "sqlite:///data/xiezhi.db"
    data: Path = Path("data")
    language: Literal["zh", "en"] = "zh"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    min_free_mb: int = Field(200, ge=0)
    server: Server = Server()
    counties: dict[str, CountyConfig]


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Raises `ConfigError`."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8")) or {}
    except OSError:
        raise ConfigError(f"{path}: cannot be read; give its place with --config FILE") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line}: not valid YAML; check indentation and quotes there") from None
    for name, value in environment.items():
        if name.startswith("XIEZHI_") and "__" in name or name in ("XIEZHI_DATABASE", "XIEZHI_DATA", "XIEZHI_LANGUAGE"):
            _set(raw, name.removeprefix("XIEZHI_").lower().split("__"), yaml.safe_load(value) if value else value)
    try:
        return Config.model_validate(raw)
    except ValidationError as fault:
        first = fault.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{path}: {key}: {_plainly(first)}; see the commented config.yaml for what it may be"
        ) from None


def _set(raw: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        raw = raw.setdefault(part, {})
    raw[path[-1]] = value


def _plainly(error: Any) -> str:
    """Without the value: it may be a secret."""
    if error["type"] == "extra_forbidden":
        return "there is no such key"
    return str(error["msg"]).removeprefix("Value error, ")
