"""What officials do again and again, in one line each; and what is kept, read from the storage."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Row, select

from storage import chats, duties, handovers, people, tips
from storage.database import Tx
from storage.models import audit
from tests.town import HOME, Person, Town, receipt

T = TypeVar("T")
LIVE = date(2026, 11, 23)
START = datetime(2026, 11, 23, 9, 30, tzinfo=HOME)  # a Monday
OFFICE = "hq_office"  # who takes in, in Luzhai
QUIET = "夜里有人在老粮仓卸下成箱的东西"  # says neither what goods nor that it goes on now
PLACE = "县城东门老粮仓"
OPTIONAL = ("goods", "kind", "when", "who", "files", "involved", "reward", "named", "contact", "notify")
TYPED = ("when", "who", "contact")


async def tells(citizen: Person, what: str = QUIET, where: str = PLACE, **more: Any) -> tuple[str, str]:
    """A tip with these of the optional answers, the rest skipped; returns (number, password)."""
    await citizen.says(what)
    if "unsure" in citizen.ids:
        await citizen.presses("no")
    await citizen.says(where)
    if "some" in citizen.ids:  # it is going on: this one is asked before the alert
        await citizen.presses("some" if "involved" in more else "none")
    if "officials" in citizen.ids:
        await _answers(citizen, "involved", more.pop("involved", "none"))
    for name in OPTIONAL:
        if not more or "submit" in citizen.ids:
            break
        if name not in more and name != "contact":
            await citizen.presses("skip")
        elif name in more:
            await _answers(citizen, name, more.pop(name))
    if "enough" in citizen.ids:
        await citizen.presses("enough")
    if "as_written" in citizen.ids:
        await citizen.presses("as_written")
    for name, answer in more.items():  # what is not asked while it is going on can still be said
        await citizen.presses("change")
        await citizen.presses(f"change_{name}")
        await _answers(citizen, name, answer)
    await citizen.presses("submit")
    return receipt(citizen)


async def _answers(citizen: Person, name: str, answer: Any) -> None:
    if name in TYPED:
        await citizen.says(answer)
    elif name == "files":
        for file, data in answer:
            assert (await citizen.sends(file, data))[0] == 202
        await citizen.presses("done")
    elif isinstance(answer, str):
        await citizen.presses(answer)
    else:
        for one in answer:
            await citizen.presses(one)
        await citizen.presses("done")


async def opens(person: Person, number: str) -> str:
    return await person.says(number)


async def takes(officer: Person, number: str) -> None:
    await opens(officer, number)
    await officer.presses("take")


async def fills(person: Person, *answers: str) -> str:
    """A form of the desk, answered and confirmed: a choice by its id, a text by saying it."""
    said = ""
    for answer in answers:
        said = await (person.presses(answer) if answer in person.ids else person.says(answer))
    return await person.presses("submit") if "submit" in person.ids else said


async def hands(
    officer: Person, number: str, *units: str, copy: str = "老粮仓夜间卸货，请核查", files: tuple[str, ...] = ()
) -> str:
    await opens(officer, number)
    await officer.presses("hand")
    for unit in units:
        await officer.presses(unit)
    await officer.presses("done")
    await officer.says(copy)
    if "no_files" in officer.ids:
        for file in files:
            await officer.presses(file)
        await officer.presses("done" if files else "no_files")
    return await officer.presses("submit")


async def signs(liaison: Person, number: str) -> None:
    await opens(liaison, number)
    await liaison.presses("sign")


async def concludes(liaison: Person, number: str, *answers: str) -> None:
    await opens(liaison, number)
    await liaison.presses("complete")
    await fills(liaison, *answers)


async def closes(officer: Person, number: str, outcome: str, words: str) -> None:
    await opens(officer, number)
    await officer.presses("finish")
    await fills(officer, outcome, words)


async def looks_up(citizen: Person, number: str, password: str) -> str:
    """From any conversation, with number and password."""
    await citizen.says("查询")
    await citizen.says(number)
    return await citizen.says(password)


# -- what is kept --------------------------------------------------------------------------------------------------------


async def kept(town: Town, fn: Callable[[Tx], T]) -> T:
    return await town.app.database.run(fn)


async def tip(town: Town, number: str) -> Row[Any]:
    row = await kept(town, lambda tx: tips.by_number(tx, number))
    assert row is not None
    return row


async def given(town: Town, number: str) -> dict[str, Row[Any]]:
    """Hand-overs of this tip, the latest of each unit."""
    row = await tip(town, number)
    return {one.unit: one for one in await kept(town, lambda tx: handovers.of_tip(tx, row.id))}


async def course(town: Town, number: str) -> list[dict[str, Any]]:
    row = await tip(town, number)
    return await kept(town, lambda tx: tips.course(tx, row.id))


async def moves(town: Town, number: str) -> dict[str, dict[str, Any]]:
    return {one["move"]: one for one in await course(town, number)}


async def debts(town: Town, number: str) -> dict[str, Row[Any]]:
    """Open clocks by kind."""
    row = await tip(town, number)
    return {one.kind: one for one in await kept(town, lambda tx: duties.open_of(tx, row.id))}


async def refusals(town: Town, number: str) -> list[str]:
    wanted = select(audit.c.detail).where(audit.c.action == "refused", audit.c.subject == number)
    return list(await kept(town, lambda tx: tx.execute(wanted).scalars().all()))


async def person_of(town: Town, official: Person) -> int:
    """Who holds this conversation."""
    chat = await kept(town, lambda tx: chats.find(tx, "web", official.token))
    assert chat is not None and chat.person is not None
    return chat.person


async def seat_also(town: Town, official: Person, unit: str, seat: str) -> None:
    """One person, one more seat."""
    number, now = await person_of(town, official), town.app.timepiece.now()
    await kept(town, lambda tx: people.seat(tx, number, town.plan.id, unit, seat, now))
