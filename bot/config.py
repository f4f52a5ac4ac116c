"""config.yaml, every key with its default; any key can come from the environment as XIEZHI_A__B (`interfaces.md`).

A mistake is one sentence with file, key and remedy (`ConfigError`), never a trace.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationError

from bot.bots import Bot, Channels, Part, Secret
from bot.channels.base import Door
from rules.problems import dotted, keys_at, nearest

Key = tuple[str, ...]


class ConfigError(Exception):
    """Exit 2: what is wrong, where, and what to do."""


def _known_engine(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+asyncpg://")):
        raise ValueError("expected sqlite:///path or postgresql+asyncpg://…")
    return url


DatabaseUrl = Annotated[Secret, AfterValidator(_known_engine)]


def _web_address(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise ValueError("expected an address that begins with https:// or http://")
    return url


class CountyConfig(Part):
    plan: str
    channels: Channels = Channels()


class Server(Part):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: Secret = ""
    heartbeat_url: Annotated[Secret, AfterValidator(_web_address)] = ""


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
    """What no single key shows: a webhook without an address to call, half a corp, one bot at two doors."""
    known: dict[str, Door] = {}
    for door, bot in config.bots().items():
        key = place(door)
        for name, what in bot.amiss(config.server.public_url):
            yield (*key, name) if name in type(bot).model_fields else (*key[:-1], name), what
        if (other := known.setdefault(bot.identity or str(door), door)) != door:
            name, remedy = bot.its_own
            yield (*key, name), f"{dotted(place(other))} has the same {name}; {remedy}"


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
