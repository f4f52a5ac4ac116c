"""Many at once: each gets a number of their own, none is lost, none gets another's."""

from sqlalchemy import select

from storage import tips
from storage.database import Tx
from storage.models import tips as rows
from tests.town import Person, Town, receipt, tip_off, together

CROWD = 50


def _story(number: int) -> str:
    return f"第{number}号仓库夜里在卖走私香烟"


async def test_fifty_tip_offs_at_once(town: Town) -> None:
    """Fifty people report at the same moment: fifty different numbers and passwords, each opening its own story."""
    crowd: list[Person] = await together(*(town.citizen() for _ in range(CROWD)))
    told = await together(*(tip_off(one, _story(number)) for number, one in enumerate(crowd)))
    assert len({number for number, _ in told}) == len({password for _, password in told}) == CROWD

    def kept(tx: Tx) -> list[str]:
        opened = [tips.open_by(tx, *one) for one in told]
        return [tips.content(tx, row)["what"] for row in opened if row is not None]

    assert await town.app.database.run(kept) == [_story(number) for number in range(CROWD)]
    assert len(await town.app.database.run(lambda tx: tx.execute(select(rows.c.id)).all())) == CROWD


async def test_fifty_who_do_not_wait(town: Town) -> None:
    """Fifty people send everything at once, message after message without reading an answer: what is said is taken in
    the order in which it was acknowledged, and each has one tip and one receipt at the end."""
    crowd: list[Person] = await together(*(town.citizen() for _ in range(CROWD)))

    async def hurries(number: int, person: Person) -> tuple[str, str]:
        for text in (_story(number), "否", "县城东门老粮仓", "直接提交", "提交"):
            status, body = await person.post({"text": text})
            assert status == 202, body
        await person.listens()
        return receipt(person)

    told = await together(*(hurries(number, one) for number, one in enumerate(crowd)))
    assert len({number for number, _ in told}) == CROWD
    found = await town.app.database.run(lambda tx: [tips.open_by(tx, *one) for one in told])
    assert all(row is not None for row in found)
