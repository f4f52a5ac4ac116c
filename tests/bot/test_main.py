"""The console: every mistake is one sentence on stderr with file, key and remedy; exit 2 for configuration, 1 for the rest."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.__main__ import ROOT, main
from rules import county
from storage import people
from storage.database import Database
from storage.sealed import Keyring


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"database: sqlite:///{tmp_path / 'x.db'}\ndata: {tmp_path / 'data'}\nserver: {{port: 0}}\n"
        "counties: {luzhai: {plan: counties/luzhai.yaml}, yangxi: {plan: counties/yangxi.yaml}}\n",
        "utf-8",
    )
    return path


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


def test_help_on_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """`xiezhi VERB --help` explains each verb of the interface that this version has."""
    for verb in ("run", "demo", "check", "migrate", "keys", "invite", "console"):
        with pytest.raises(SystemExit) as left:
            main([verb, "--help"])
        assert left.value.code == 0
        assert verb in capsys.readouterr().out


def test_usage_is_exit_2() -> None:
    """A verb that does not exist is a usage error."""
    with pytest.raises(SystemExit) as left:
        main(["fly"])
    assert left.value.code == 2


def test_missing_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration that cannot be read: exit 2, its place, and how to give another."""
    code, _, err = say(capsys, "check", "--config", str(tmp_path / "none.yaml"))
    assert (code, err.count("\n")) == (2, 1)
    assert "none.yaml" in err and "--config" in err


TYPOS = [
    # what is in the file                                     what the sentence names
    ("sever: {port: 1}\n", "sever"),
    ("server: {port: many}\n", "server.port"),
    ("language: klingon\n", "language"),
    ("counties: {luzhai: {plan: [}\n", "line"),
    ("database: {file: /nowhere/secret}\n", "database"),
]


@pytest.mark.parametrize(("typo", "named"), TYPOS)
def test_typos(typo: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typo in config.yaml is named by its key, without repeating the value: it may be a secret."""
    path = tmp_path / "config.yaml"
    path.write_text(
        typo + ("" if "counties" in typo else "counties: {luzhai: {plan: counties/luzhai.yaml}}\n"), "utf-8"
    )
    code, _, err = say(capsys, "check", "--config", str(path))
    assert (code, err.count("\n")) == (2, 1)
    sentence = err.replace(str(path), "")
    assert named in sentence and "nowhere" not in sentence and "klingon" not in sentence


def test_county_typo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typo in a county's plan: file, path in it, what was expected, and the nearest known name; exit 2."""
    plan = (ROOT / "counties/luzhai.yaml").read_text("utf-8").replace("letters: LZ", "leters: LZ")
    (tmp_path / "luzhai.yaml").write_text(plan, "utf-8")
    (tmp_path / "common.yaml").write_text((ROOT / "counties/common.yaml").read_text("utf-8"), "utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(f"counties: {{luzhai: {{plan: {tmp_path / 'luzhai.yaml'}}}}}\n", "utf-8")
    code, out, err = say(capsys, "check", "--config", str(path))
    text = out + err
    assert code != 0
    assert "luzhai.yaml" in text and "leters" in text and "letters" in text


def test_check_names_what_only_the_county_knows(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Yangxi's plan bears no issue date, and no plan lists its towns: said, and no reason not to start."""
    code, out, err = say(capsys, "check", "--config", str(config))
    assert (code, err) == (0, "")
    assert "issue_date" in out and "towns" in out


def test_keys_of_either_family(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """国密 from the beginning, or from some day on: the choice stays until another is made."""
    folder, where = config.parent / "data" / "keys", ("--config", str(config))
    for words, cipher in (
        (("new", "--cipher", "sm"), "sm"),
        (("rotate",), "sm"),
        (("rotate", "--cipher", "aes"), "aes"),
    ):
        assert say(capsys, "keys", *words, *where)[0] == 0
        assert Keyring.open(folder).cipher == cipher


@pytest.mark.parametrize("url", ["sqlite:///y.db", "postgresql://x/y", "y.db"])
def test_moving_to_nowhere(config: Path, capsys: pytest.CaptureFixture[str], url: str) -> None:
    """One sentence; nothing is copied."""
    code, _, err = say(capsys, "migrate", "--config", str(config), "--to", url)
    assert (code, err.count("\n")) == (1, 1) and "--to" in err


def test_keys_are_never_overwritten(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lost key is a lost tip: `keys new` refuses where there are keys, `keys rotate` adds to them."""
    assert say(capsys, "keys", "rotate", "--config", str(config))[0] == 1
    assert say(capsys, "keys", "new", "--config", str(config))[0] == 0
    code, _, err = say(capsys, "keys", "new", "--config", str(config))
    assert code == 1 and "rotate" in err
    assert say(capsys, "keys", "rotate", "--config", str(config))[0] == 0


def test_invite_opens_a_seat(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The console's invitation seats the first coordinator; a seat that is not there is named with those that are."""
    assert say(capsys, "migrate", "--config", str(config))[0] == 0
    where = ("--config", str(config), "--county", "luzhai")
    code, out, _ = say(capsys, "invite", *where, "--unit", "指挥部办公室", "--seat", "coordinator")
    assert code == 0 and re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}\n", out)
    assert asyncio.run(_redeemed(config, out.strip())) == frozenset({("hq_office", "coordinator")})
    code, _, err = say(capsys, "invite", *where, "--unit", "tobacco", "--seat", "king")
    assert code == 1 and "liaison" in err
    code, _, err = say(capsys, "invite", *where, "--unit", "moon", "--seat", "liaison")
    assert code == 1 and "tobacco" in err


async def _redeemed(config: Path, code: str) -> frozenset[tuple[str, str]]:
    from datetime import UTC, datetime

    database = Database(f"sqlite:///{config.parent / 'x.db'}", Keyring.open(config.parent / "data" / "keys"))
    person = await database.run(
        lambda tx: people.redeem(tx, code, datetime.now(UTC), county.load([ROOT / "counties/luzhai.yaml"]))
    )
    assert person is not None
    seats = await database.run(lambda tx: people.seats_of(tx, person.id, "luzhai"))
    await database.close()
    return seats


def test_the_counties_of_the_configuration_load() -> None:
    """Both counties can be served by one process."""
    plans = county.load(ROOT / f"counties/{one}.yaml" for one in ("luzhai", "yangxi"))
    assert set(plans) == {"luzhai", "yangxi"}
