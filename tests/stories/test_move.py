"""From SQLite to PostgreSQL in the middle of a story: nothing is lost, nothing comes twice, and it goes on there."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import audit, migrate
from storage.database import Database
from storage.models import metadata
from storage.move import Refused, move
from storage.sealed import Keyring
from tests.bot.attachments import photo
from tests.stories.office import closes, kept, looks_up, opens, takes, tells
from tests.town import MONDAY, Person, Town


async def counts(database: Database) -> dict[str, int]:
    return {
        name: await database.run(lambda tx, t=table: tx.execute(select(func.count()).select_from(t)).scalar_one())
        for name, table in metadata.tables.items()
    }


async def moved(sqlite: str, postgres: str, folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    keys = Keyring.open(folder / "keys")
    source, target = Database(sqlite, keys), Database(postgres, keys)
    try:
        assert await move(source, target) == sum((await counts(source)).values())
        return await counts(source), await counts(target)
    finally:
        await source.close()
        await target.close()


async def test_a_story_moves_house(tmp_path: Path, postgres_database: str) -> None:
    """The receipt still opens, the attachment too; the officer's page goes on without logging in, its next message has a
    number behind all it has seen; the audit's chain holds."""
    sqlite = f"sqlite:///{tmp_path / 'xiezhi.db'}"
    async with Town.open(sqlite, tmp_path) as town:
        officer = await town.staff("hq_office", "intake")
        number, password = await tells(await town.citizen(), files=[("a.jpg", photo())])
        await takes(officer, number)
    before, after = await moved(sqlite, postgres_database, tmp_path)
    assert before == after and before["tips"] == before["tip_files"] == 1
    async with Town.open(postgres_database, tmp_path) as town:
        again = Person(town, officer.token)
        again.last = officer.last
        assert "老粮仓" in await opens(again, number)
        shown = [one for message in again.messages for one in message["files"]][-1]
        assert (await town.http.get(shown["url"], headers=again.headers)).status == 200
        await closes(again, number, "confirmed", "查到了，谢谢")
        assert "查到了" in await looks_up(await town.citizen(), number, password)
        assert (await tells(await town.citizen()))[0] != number
        assert await kept(town, audit.broken_at) is None


async def test_what_is_not_copied(tmp_path: Path, postgres_database: str) -> None:
    """To a database that holds something already, from one of another version, or the other way round: a sentence, and the
    target is left as it is."""
    keys = Keyring.make(tmp_path / "keys")
    source, target = Database(f"sqlite:///{tmp_path / 'xiezhi.db'}", keys), Database(postgres_database, keys)
    try:
        with pytest.raises(Refused, match="xiezhi migrate"):
            await move(source, target)
        await migrate.bring_up(source)
        with pytest.raises(Refused, match="other way"):
            await move(target, source)
        assert await move(source, target) == 0, "our own tables, empty, are welcome"
        assert await move(source, target) == 0
        await target.run(lambda tx: audit.tally(tx, MONDAY, "luzhai", "login refused", "-"))
        with pytest.raises(Refused, match="not empty"):
            await move(source, target)
    finally:
        await source.close()
        await target.close()
