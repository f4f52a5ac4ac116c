"""What is known of our bots, without knowing whose platform they are on."""

import pytest

from storage import bots
from storage.database import Database

# Links as platforms make them, by bot -> the invitation.
LINKS: list[tuple[dict[str, str], str]] = [
    ({}, ""),
    ({"a": ""}, ""),
    ({"a": f"https://t.me/staff_bot?start={bots.CODE}"}, "https://t.me/staff_bot?start=7K2M-9QRT"),
    ({"a": f"https://example.com/{bots.CODE}/in", "b": "https://other"}, "https://example.com/7K2M-9QRT/in"),
    ({"other": f"https://t.me/x?start={bots.CODE}"}, ""),
]


@pytest.mark.parametrize(("links", "invitation"), LINKS)
async def test_an_invitation_brings_its_code_along(database: Database, links: dict[str, str], invitation: str) -> None:
    """As the platform of the bot wants it; where none of these bots is known yet, there is no link."""
    for name, link in links.items():
        await database.run(lambda tx, of=name, at=link: bots.keep(tx, of, at, b"") and None)
    assert await database.run(lambda tx: bots.invitation(tx, ["a", "b"], "7K2M-9QRT")) == invitation
