"""`xiezhi check`: what is wrong with configuration, county, templates or database, in plain words, and its exit code."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import update

from bot import __main__ as console
from bot import check
from bot.check import findings
from bot.config import Config
from bot.render import Renderer
from rules.calendar import Year
from storage import audit as trail
from storage import calendar_years, migrate
from storage.database import Database
from storage.models import audit
from storage.sealed import Keyring
from tests.town import HOME, MONDAY, ROOT


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A configuration of its own, on a county file that a test may spoil."""
    for name in ("luzhai", "common"):
        text = (ROOT / f"counties/{name}.yaml").read_text("utf-8")
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(
        f"database: sqlite:///{tmp_path}/x.db\ndata: {tmp_path}\ncounties: {{luzhai: {{plan: {tmp_path}/luzhai.yaml}}}}\n"
    )
    monkeypatch.setattr("bot.log.set_up", lambda level: None)
    yield path
    structlog.reset_defaults()


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = console.main(["check", "--config", str(path)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_in_order(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0, with hints at what only the county can fill in."""
    code, out, err = run(configured, capsys)
    assert (code, err) == (0, "") and "to fill in" in out and "in order" in out


# what is replaced in the county's file -> words of the sentence
SPOILED = [
    ("\nduty:", "\ndutty:", ("dutty", "did you mean 'duty'")),
    ("unit: hq_office", "unit: hq_ofice", ("hq_ofice", "did you mean 'hq_office'")),
    ("kind: lead_agency", "kind: lead_agencie", ("kind", "lead_agencie")),
    ("\nintake:\n", "\nintake: [\n", ("line",)),
]


@pytest.mark.parametrize(("old", "new", "words"), SPOILED)
def test_a_county_with_a_typo(
    configured: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: tuple[str, ...]
) -> None:
    """Exit 2, and each fault a sentence: file, key, what was expected, what is near it."""
    plan = configured.parent / "luzhai.yaml"
    text = plan.read_text("utf-8")
    assert old in text
    plan.write_text(text.replace(old, new, 1), "utf-8")
    code, _, err = run(configured, capsys)
    assert code == 2 and all(line.startswith(str(plan)) for line in err.splitlines())
    assert all(word in err for word in words) and "Traceback" not in err


def test_a_typo_in_the_configuration(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 as well."""
    configured.write_text(configured.read_text() + "servre: {}\n")
    code, _, err = run(configured, capsys)
    assert code == 2 and err.count("\n") == 1 and "did you mean `server`" in err


def test_a_county_without_a_door(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody could reach it: a fault; with a bot's token it has one."""
    off = f"{{plan: {configured.parent}/luzhai.yaml, channels: {{web: {{enabled: false}}MORE}}}}"
    text = configured.read_text().replace(f"{{plan: {configured.parent}/luzhai.yaml}}", off)
    configured.write_text(text.replace("MORE", ""))
    code, _, err = run(configured, capsys)
    assert code == 1 and "counties.luzhai.channels" in err and "enable web" in err
    configured.write_text(text.replace("MORE", ", telegram: {citizens: {token: x}}"))
    assert run(configured, capsys)[0] == 0


def test_a_plan_of_another_county(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key and the plan's own id are one."""
    configured.write_text(configured.read_text().replace("{luzhai:", "{yangxi:"))
    code, _, err = run(configured, capsys)
    assert code == 2 and "counties.yangxi.plan" in err and "plan of luzhai" in err


def test_behind_a_proxy(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The address in links can't be guessed there: it is asked for."""
    configured.write_text(configured.read_text() + "server: {trusted_proxies: [10.0.0.1]}\n")
    code, out, _ = run(configured, capsys)
    assert code == 0 and "server.public_url" in out


def test_a_missing_county(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan that is not where it is said to be."""
    (configured.parent / "luzhai.yaml").unlink()
    code, _, err = run(configured, capsys)
    assert code == 2 and "luzhai.yaml" in err and "Traceback" not in err


def test_a_damaged_keyring(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 with what to do; the file is left for whoever can mend it."""
    (configured.parent / "keys").mkdir()
    (configured.parent / "keys" / Keyring.FILE).write_text("{")
    code, _, err = run(configured, capsys)
    assert code == 1 and Keyring.FILE in err and "put back the copy" in err


async def test_the_database(configured: Path) -> None:
    """Empty is a hint, another version or a broken audit is a fault, each with its remedy."""
    settings = Config.model_validate(
        {
            "database": f"sqlite:///{configured.parent}/x.db",
            "data": configured.parent,
            "counties": {"luzhai": {"plan": "counties/luzhai.yaml"}},
        }
    )
    database = Database(settings.database, Keyring.make(configured.parent / "keys"))
    faults, hints, _ = await findings(settings, ROOT, configured)
    assert faults == [] and any("empty" in hint and "xiezhi migrate" in hint for hint in hints)
    await migrate.bring_up(database)
    await database.run(lambda tx: trail.record(tx, MONDAY, "luzhai", "x", "y", None))
    assert (await findings(settings, ROOT, configured))[0] == []
    await database.run(lambda tx: tx.execute(update(audit).values(action="z")) and None)
    (fault,) = (await findings(settings, ROOT, configured))[0]
    assert "audit" in fault and "row 1" in fault
    await database.run(
        lambda tx: tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num='0000'") and None
    )
    (fault,) = (await findings(settings, ROOT, configured))[0]
    assert "0000" in fault and "xiezhi migrate" in fault
    await database.close()


async def test_next_years_calendar(configured: Path) -> None:
    """Asked for from 1 November on, until the program or a coordinator brings it; and what keeps duties from opening is named."""
    settings = Config.model_validate(
        {
            "database": f"sqlite:///{configured.parent}/x.db",
            "data": configured.parent,
            "counties": {"luzhai": {"plan": "counties/luzhai.yaml"}},
        }
    )

    async def hints(month: int, day: int) -> list[str]:
        return (await findings(settings, ROOT, configured, datetime(2026, month, day, 9, tzinfo=HOME)))[1]

    assert not any("calendar." in one for one in await hints(10, 31))
    (asked,) = [one for one in await hints(11, 1) if "calendar." in one]
    assert "calendar.2027" in asked and "provisional" in asked and "日历" in asked
    assert any("goes_live" in one and "monthly_operation" in one for one in await hints(11, 1))
    database = Database(settings.database, Keyring.make(configured.parent / "keys"))
    await migrate.bring_up(database)
    year = Year("", date(2026, 11, 4), ((date(2027, 1, 1), date(2027, 1, 3)),), ())
    await database.run(lambda tx: calendar_years.put(tx, 2027, year, 1, MONDAY))
    assert not any("calendar." in one for one in await hints(12, 31))
    await database.close()


async def test_a_database_that_is_not_there(configured: Path) -> None:
    """Named by its key, without its password."""
    Keyring.make(configured.parent / "keys")
    settings = Config.model_validate(
        {
            "database": f"postgresql+asyncpg://xiezhi:pa55word@/x?host={configured.parent}",
            "data": configured.parent,
            "counties": {"luzhai": {"plan": "counties/luzhai.yaml"}},
        }
    )
    (fault,) = (await findings(settings, ROOT, configured))[0]
    assert fault.startswith("database: ") and "pa55word" not in fault


# a template's file, what is made of it -> words of the sentence
TEMPLATES = [
    ("zh/common.j2", "{% block x %}", ("templates/zh/common.j2, line", "mend")),
    ("en/extra.j2", "{% block only_here %}x{% endblock %}", ("extra.j2: block only_here", "write it in both")),
]


@pytest.mark.parametrize(("name", "text", "words"), TEMPLATES)
def test_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: tuple[str, ...]
) -> None:
    """A tag that can't be read, or a block that stands in one language alone, is named by file."""
    for language in ("zh", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "common.j2").write_text("{% block a %}x{% endblock %}")
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(check, "TEMPLATES", tmp_path)
    faults = check.templates(Renderer(tmp_path, {}))
    assert any(all(word in fault for word in words) for fault in faults), faults
