"""People, their seats, and the codes that let them in."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from bot.app import TEMPLATES
from rules import county
from storage import chats, migrate, people, pushes
from storage.database import Database, Tx
from storage.models import codes
from storage.models import people as table
from storage.sealed import Keyring
from tests.town import together

T = TypeVar("T")
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COUNTY = "luzhai"
PLANS = county.load([TEMPLATES.parent / "counties" / "luzhai.yaml"])
OFFICE = "hq_office"


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(database_url, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(opened)
    yield opened
    await opened.close()


def invited(tx: Tx, unit: str = "market", seat: str = "liaison", name: str = "甲乙丙") -> str:
    return people.invite(tx, COUNTY, unit, seat, name, None, AT)


# -- codes ---------------------------------------------------------------------------------------------------------------


async def test_an_invitation_seats_the_person_it_names(database: Database) -> None:
    """Unit and seat are the invitation's, not the guest's to choose."""
    code = await database.run(invited)
    person = await database.run(lambda tx: people.redeem(tx, code, AT, PLANS))
    assert person is not None and (person.name, person.county) == ("甲乙丙", COUNTY)
    assert await database.run(lambda tx: people.seats_of(tx, person.id, COUNTY)) == {("market", "liaison")}


TYPED: list[Callable[[str], str]] = [
    str.lower,
    lambda code: code.replace("-", ""),
    lambda code: code.replace("-", " ").replace("0", "O").replace("1", "l"),
    lambda code: f"  {code}\u3000",
]


@pytest.mark.parametrize("typed", TYPED)
async def test_a_code_is_read_as_it_was_meant(database: Database, typed: Callable[[str], str]) -> None:
    """Case, blanks, hyphens and look-alikes do not matter."""
    code = await database.run(invited)
    assert await database.run(lambda tx: people.redeem(tx, typed(code), AT, PLANS))


async def test_a_code_lets_one_in_once(database: Database) -> None:
    """Of two who use it at the same moment one gets in; afterwards nobody."""
    code = await database.run(invited)
    both = await together(*(database.run(lambda tx: people.redeem(tx, code, AT, PLANS)) for _ in range(2)))
    assert sum(one is not None for one in both) == 1
    assert await database.run(lambda tx: people.redeem(tx, code, AT, PLANS)) is None


async def test_codes_expire(database: Database) -> None:
    """An invitation after 72 hours, a login code after five minutes; the sweep forgets both."""
    code = await database.run(invited)
    person = await database.run(lambda tx: people.redeem(tx, code, AT + timedelta(hours=71), PLANS))
    assert person is not None
    late = await database.run(invited)
    assert await database.run(lambda tx: people.redeem(tx, late, AT + timedelta(hours=72), PLANS)) is None
    login = await database.run(lambda tx: people.login_code(tx, person, AT))
    assert await database.run(lambda tx: people.redeem(tx, login, AT + timedelta(minutes=5), PLANS)) is None
    await database.run(lambda tx: people.sweep(tx, AT + timedelta(days=4)))
    assert await database.run(lambda tx: tx.execute(select(codes)).all()) == []


FALLEN: list[Callable[[Tx, int], None]] = [
    # what happens between the invitation to the liaison's seat of the market office and its use
    lambda tx, inviter: people.unseat(tx, inviter, OFFICE, "coordinator", AT),
    lambda tx, inviter: people.leave(tx, inviter, AT),
]


@pytest.mark.parametrize("happens", FALLEN, ids=["the inviter's seat ended", "the inviter left"])
@pytest.mark.parametrize("swept", [False, True])
async def test_an_invitation_stands_with_the_right_of_whoever_gave_it(
    database: Database, happens: Callable[[Tx, int], None], swept: bool
) -> None:
    """Judged when it is used; once withdrawn it stays so, whatever seat the inviter gets later."""

    def story(tx: Tx) -> list[bool]:
        inviter = people.add(tx, COUNTY, "子", AT)
        people.seat(tx, inviter, COUNTY, OFFICE, "coordinator", AT)
        given = [people.invite(tx, COUNTY, "market", "liaison", name, inviter, AT) for name in ("丑", "寅")]
        used = [people.redeem(tx, given[0], AT, PLANS) is not None]
        happens(tx, inviter)
        if swept:
            people.withdraw_fallen(tx, PLANS[COUNTY])
            people.seat(tx, inviter, COUNTY, OFFICE, "coordinator", AT)
        return [*used, people.redeem(tx, given[1], AT, PLANS) is not None]

    assert await database.run(story) == [True, False]


async def test_an_invitation_ends_with_the_seat_it_is_to(database: Database) -> None:
    """For the person whose seat ended; a successor's goes on. A seat that the plan no longer has is nobody's."""

    def story(tx: Tx) -> list[bool]:
        person = people.redeem(tx, invited(tx, name="卯"), AT, PLANS)
        assert person is not None
        codes_ = [invited(tx, name=name) for name in ("卯", "辰")] + [invited(tx, unit="gone")]
        people.unseat(tx, person.id, "market", "liaison", AT)
        return [people.redeem(tx, one, AT, PLANS) is not None for one in codes_]

    assert await database.run(story) == [False, True, False]


async def test_neither_names_nor_codes_lie_in_the_clear(database: Database) -> None:
    """A copied database names nobody and lets nobody in."""
    code = await database.run(invited)
    await database.run(lambda tx: people.redeem(tx, code, AT, PLANS))
    await database.run(invited)
    rows = await database.run(lambda tx: [*tx.execute(select(table)).all(), *tx.execute(select(codes)).all()])
    kept = b"".join(value for row in rows for value in row if isinstance(value, bytes)) + repr(rows).encode()
    for secret in ("甲乙丙", code, people.typed(code)):
        assert secret.encode() not in kept


# -- seats ---------------------------------------------------------------------------------------------------------------


async def test_a_seat_that_ended_is_held_no_more(database: Database) -> None:
    """Seats have a beginning and an end; who sits twice is listed once, the longest-seated first."""

    def story(tx: Tx) -> tuple[list[int], list[int]]:
        one, two = (people.add(tx, COUNTY, name, AT) for name in ("甲", "乙"))
        for number, day in ((one, 2), (two, 1)):
            people.seat(tx, number, COUNTY, "market", "liaison", AT + timedelta(days=day))
            people.seat(tx, number, COUNTY, "market", "liaison", AT + timedelta(days=3))
        tx.flush()
        before = people.holders(tx, COUNTY, "market", "liaison")
        people.unseat(tx, two, "market", "liaison", AT + timedelta(days=4))
        assert before == [two, one]
        return people.holders(tx, COUNTY, "market", "liaison"), [one]

    after, expected = await database.run(story)
    assert after == expected


async def test_all_seats_of_a_person_are_known(database: Database) -> None:
    """Exclusion asks for every seat in the county: a second one in an involved unit shuts the whole person out. A unit of
    the same name in another county is another unit."""

    def story(tx: Tx) -> dict[int, frozenset[tuple[str, str]]]:
        one = people.add(tx, COUNTY, "甲", AT)
        people.seat(tx, one, COUNTY, "market", "liaison", AT)
        people.seat(tx, one, COUNTY, "hq_office", "intake", AT)
        people.seat(tx, one, "elsewhere", "tobacco", "leader", AT)
        tx.flush()
        assert people.seats_of(tx, one, "elsewhere") == {("tobacco", "leader")}
        return people.all_seats(tx, COUNTY, [one, 77])

    held = await database.run(story)
    assert list(held.values()) == [{("market", "liaison"), ("hq_office", "intake")}, frozenset()]


async def test_reachable_is_who_can_be_written_to(database: Database) -> None:
    """A seat without a live conversation hears nothing, whoever sits there."""
    person = await database.run(lambda tx: people.redeem(tx, invited(tx), AT, PLANS))
    assert person is not None

    def reached(tx: Tx) -> set[int]:
        return {row.person for row in pushes.of_people(tx, people.holders(tx, COUNTY, "market", "liaison"))}

    assert await database.run(reached) == set()
    chat = await database.run(lambda tx: chats.start(tx, "web", "peer", COUNTY, "zh", person.id))
    assert await database.run(reached) == {person.id}
    await database.run(lambda tx: chats.end(tx, chat.id))
    assert await database.run(reached) == set()


async def test_who_has_left_is_out_everywhere(database: Database) -> None:
    """No seat and no code of theirs works any more; their name still stands beside what they did."""
    person = await database.run(lambda tx: people.redeem(tx, invited(tx), AT, PLANS))
    assert person is not None
    login = await database.run(lambda tx: people.login_code(tx, person, AT))
    await database.run(lambda tx: people.leave(tx, person.id, AT))
    assert await database.run(lambda tx: people.redeem(tx, login, AT, PLANS)) is None
    assert await database.run(lambda tx: people.seats_of(tx, person.id, COUNTY)) == frozenset()
    assert await database.run(lambda tx: people.person(tx, person.id)) is None
    assert await database.run(lambda tx: people.name(tx, person.id)) == "甲乙丙"
