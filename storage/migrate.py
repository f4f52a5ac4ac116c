"""The schema's version. Only `migrate` and a single-process `run` change it; other processes wait for it.

Alembic is imported when there is something to do: a start on an up-to-date database does not pay for it.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from storage.database import Database, Tx

HEAD = "0011"
FOLDER = Path(__file__).parent / "migrations"


def version(tx: Tx) -> str | None:
    """None for an empty database."""
    if not inspect(tx.connection).has_table("alembic_version"):
        return None
    return tx.connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(tx: Tx, to: str = "head") -> None:
    _command(tx, "upgrade", to)


def downgrade(tx: Tx, to: str) -> None:
    _command(tx, "downgrade", to)


def _command(tx: Tx, verb: str, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = tx.connection
    getattr(command, verb)(config, to)


async def bring_up(database: Database) -> bool:
    """Migrate to the newest version; False when there was nothing to do."""
    if await database.run(version) == HEAD:
        return False
    await database.run(upgrade)
    return True
