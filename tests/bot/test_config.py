"""Configuration: every key has a default, the environment may say it instead, a mistake is one sentence with its remedy."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from bot.config import Config, ConfigError
from tests.town import ROOT

COUNTIES = "counties: {luzhai: {plan: counties/luzhai.yaml}}\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(text, "utf-8")
        return path

    return written


def test_the_file_that_comes_with_it() -> None:
    """config.yaml states every key with the default it has without it."""
    shipped = config.load(ROOT / "config.yaml", {})
    bare = Config.model_validate({"counties": {one: {"plan": c.plan} for one, c in shipped.counties.items()}})
    assert shipped == bare
    text = (ROOT / "config.yaml").read_text("utf-8")
    assert all(
        f"{name}:" in text for name in _names(yaml.safe_load(text)["counties"]["luzhai"]) | set(Config.model_fields)
    )


def _names(tree: Any) -> set[str]:
    return set(tree) | {name for one in tree.values() if isinstance(one, dict) for name in _names(one)}


def test_the_environment(write: Any) -> None:
    """XIEZHI_A__B says a key, whatever the file says or leaves out; words are taken as they are."""
    path = write("server:\nlanguage: zh\n" + COUNTIES)
    said = {
        "XIEZHI_SERVER__PORT": "8099",
        "XIEZHI_LANGUAGE": "en",
        "XIEZHI_LOG_LEVEL": "DEBUG",
        "XIEZHI_SERVER__TRUSTED_PROXIES": "[10.0.0.1, 10.0.0.2]",
        "XIEZHI_COUNTIES__LUZHAI__CHANNELS__TELEGRAM__STAFF__TOKEN": "0123456: #not yaml",
        "XIEZHI_COUNTIES__LUZHAI__CHANNELS__WECOM__CORP_ID": "0777",
        "XIEZHI_TEST_DATABASE_URL": "not ours",
        "PATH": os.environ["PATH"],
    }
    loaded = config.load(path, said)
    assert (loaded.server.port, loaded.language, loaded.log_level) == (8099, "en", "DEBUG")
    assert loaded.server.trusted_proxies == ("10.0.0.1", "10.0.0.2")
    channels = loaded.counties["luzhai"].channels
    assert channels.telegram.staff.token == "0123456: #not yaml" and channels.wecom.corp_id == "0777"


def test_a_secret_in_a_file(write: Any, tmp_path: Path) -> None:
    """`{file: path}` is read, without the line's end."""
    (tmp_path / "token").write_text("123:abc\n")
    text = (
        f"counties: {{luzhai: {{plan: x, channels: {{telegram: {{staff: {{token: {{file: {tmp_path}/token}}}}}}}}}}}}"
    )
    assert config.load(write(text), {}).counties["luzhai"].channels.telegram.staff.token == "123:abc"


# what stands in the file -> words of the sentence: the key, and what to do
FAULTY: dict[str, tuple[str, tuple[str, ...]]] = {
    "a typo": ("servre: {port: 1}\n" + COUNTIES, ("servre", "did you mean `server`")),
    "a typo below": ("server: {prot: 1}\n" + COUNTIES, ("server.prot", "did you mean `port`")),
    "a typo in a county": (
        "counties: {luzhai: {plan: x, channels: {telegramm: {}}}}",
        ("counties.luzhai.channels.telegramm", "did you mean `telegram`"),
    ),
    "nothing like it": ("zzz: 1\n" + COUNTIES, ("zzz", "remove it")),
    "no number": ("server: {port: many}\n" + COUNTIES, ("server.port", "integer")),
    "no such port": ("server: {port: 99999}\n" + COUNTIES, ("server.port", "65535")),
    "no such language": ("language: fr\n" + COUNTIES, ("language", "'zh' or 'en'")),
    "no such engine": ("database: mysql://user:pa55word@host/x\n" + COUNTIES, ("database", "postgresql+asyncpg://")),
    "no county": ("language: zh\n", ("counties", "config.yaml")),
    "an empty list of counties": ("counties: {}\n", ("counties", "at least 1")),
    "no plan": ("counties: {luzhai: {}}", ("counties.luzhai.plan", "required")),
    "no mapping": ("- a\n- b\n", ("key: value",)),
    "no YAML": ("server: {port: 1\n" + COUNTIES, ("line", "indentation")),
    "a secret's file that is not there": (
        "database: {file: /nowhere/x}\n" + COUNTIES,
        ("database", "readable file"),
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faults(write: Any, name: str) -> None:
    """One sentence: the file, the key, the remedy, and never the value, which may be a secret."""
    text, words = FAULTY[name]
    path = write(text)
    with pytest.raises(ConfigError) as fault:
        config.load(path, {})
    sentence = str(fault.value)
    assert sentence.startswith(str(path)) and "\n" not in sentence and "pa55word" not in sentence
    assert all(word in sentence for word in words), sentence


# variable, value -> a word of the sentence
FROM_OUTSIDE = [
    ("XIEZHI_SERVER__PROT", "1", "did you mean `port`"),
    ("XIEZHI_SERVER__PORT", "many", "integer"),
    ("XIEZHI_LANGUAGE__X", "1", "remove the variable"),
    ("XIEZHI_SERVER__TRUSTED_PROXIES", "[1", "brackets"),
]


@pytest.mark.parametrize(("variable", "value", "word"), FROM_OUTSIDE)
def test_faults_of_the_environment(write: Any, variable: str, value: str, word: str) -> None:
    """A mistake in a variable names the variable, not the file that is right."""
    with pytest.raises(ConfigError, match=f"^{variable}: ") as fault:
        config.load(write("language: zh\n" + COUNTIES), {variable: value})
    assert word in str(fault.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_no_file_or_none_of_text(tmp_path: Path, content: bytes | None) -> None:
    """What can't be read says how to name another."""
    path = tmp_path / "c.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="--config FILE"):
        config.load(path, {})
