"""What is kept, under which keys, and for how long: a submitted file belongs to its tip, and what ended is forgotten."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import attachments, audit, forgetting
from storage.database import now_ms
from storage.models import (
    audit as audit_rows,
)
from storage.models import (
    chats,
    contacts,
    handovers,
    inbox,
    moves,
    returns,
    tip_files,
    tip_keys,
    tip_marks,
    tip_messages,
    tip_units,
)
from storage.queue import HOUR_MS
from storage.sealed import AES, SM, Keyring, Unsealable
from tests.bot.attachments import photo, word
from tests.stories.office import QUIET, closes, hands, kept, looks_up, opens, signs, takes, tells, tip
from tests.town import Person, Town, receipt

PHOTO = ("a.jpg", photo())


async def files(town: Town, number: str) -> list[Any]:
    row = await tip(town, number)
    return await kept(town, lambda tx: attachments.of_tip(tx, row.id))


async def link_opens(person: Person) -> bool:
    """The last attachment shown to this person."""
    shown = [one for message in person.messages for one in message["files"]][-1]
    answer = await person.town.http.get(shown["url"], headers=person.headers)
    return answer.status == 200 and bool(await answer.read())


# -- whose key -----------------------------------------------------------------------------------------------------------


async def test_a_submitted_file_lies_under_the_key_of_its_tip(town: Town) -> None:
    """A draft's is in transit; from submission on it is the tip's key that opens it, before its copy is made and after:
    with that key gone no file of the tip can be opened, whoever has a copy of its row."""
    citizen = await town.citizen()
    await citizen.says(QUIET)
    await citizen.presses("no")
    await citizen.says("县城东门老粮仓")
    while citizen.messages[-1].get("asks") != "file":
        await citizen.presses("skip")
    await citizen.sends(*PHOTO)
    draft = await kept(town, lambda tx: tx.execute(select(tip_files)).one())
    stored = (await kept(town, lambda tx: attachments.about(tx, draft)))["store"]
    await citizen.presses("done")
    await citizen.presses("enough")
    await citizen.presses("submit")
    number, _ = receipt(citizen)
    await town.settle()
    (row,) = await files(town, number)
    about = await kept(town, lambda tx: attachments.about(tx, row))
    assert about["store"] == stored and about["clean_store"]
    assert row.sealed_about != draft.sealed_about and row.lane is None
    with pytest.raises(Unsealable):
        town.app.database.keys.open_("transit", row.sealed_about, str(row.id).encode())
    at = town.app.timepiece.now()
    await kept(town, lambda tx: forgetting.forget(tx, row.tip, at))
    with pytest.raises(Unsealable):
        await kept(town, lambda tx: attachments.about(tx, row))


async def test_cleaning_that_meets_the_submission(town: Town) -> None:
    """A row that was claimed as a draft and is submitted meanwhile: the copy's key is kept under the tip's key too."""
    citizen = await town.citizen()
    number, _ = await tells(citizen, files=[PHOTO])
    await town.settle()
    (row,) = await files(town, number)
    await kept(town, lambda tx: attachments.cleaned(tx, row.id, "ready", None, {"clean_ext": "other"}))
    (again,) = await files(town, number)
    assert (await kept(town, lambda tx: attachments.about(tx, again)))["clean_ext"] == "other"


async def test_100_megabytes_count_all_that_belongs_to_the_tip(
    sqlite_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Submitted, added since and waiting to be sent: together. The draft of another tip is another matter."""
    town, size = sqlite_town, len(photo())
    monkeypatch.setattr(town.app.uploads, "max_tip", 3 * size + 1)
    citizen = await town.citizen()
    number, _ = await tells(citizen, files=[PHOTO, PHOTO])
    await citizen.presses("later")
    await citizen.says("查询")
    await citizen.presses("add")
    assert (await citizen.sends(*PHOTO))[0] == 202
    assert (await citizen.sends(*PHOTO))[1]["why"] == "tip_too_large"
    await citizen.presses("done")
    assert [one.size for one in await files(town, number)] == [size] * 3
    assert (await citizen.sends(*PHOTO))[1]["why"] == "tip_too_large", "at the card, a file is something to add"
    other = await town.citizen()
    assert (await tells(other, files=[PHOTO] * 3))[0] != number


# -- by which family -----------------------------------------------------------------------------------------------------


async def test_a_story_in_sm(database_url: str, tmp_path: Path) -> None:
    """国密: with such a keyring a whole tip, its dialogue and its files lie under SM4; after a change of family both kinds
    of tips open."""
    Keyring.make(tmp_path / "keys", "sm")
    async with Town.open(database_url, tmp_path) as town:
        citizen, officer = await town.citizen(), await town.staff("hq_office", "intake")
        first, password = await tells(citizen, files=[PHOTO, ("b.docx", word())])
        await sealed_by(town, first, SM.code)
        town.app.database.keys.rotate(cipher="aes")
        second, _ = await tells(await town.citizen(), files=[PHOTO])
        await sealed_by(town, second, AES.code)
        for number in (first, second):
            await takes(officer, number)
            assert QUIET in await opens(officer, number) and await link_opens(officer)
        await closes(officer, first, "confirmed", "查到了，谢谢")
        assert "查到了" in await looks_up(await town.citizen(), first, password)
        assert await kept(town, audit.broken_at) is None


async def sealed_by(town: Town, number: str, code: int) -> None:
    await town.settle()
    row = await tip(town, number)
    assert row.sealed_content[0] == code
    for file in await files(town, number):
        about = await kept(town, lambda tx, one=file: attachments.about(tx, one))  # type: ignore[misc]
        assert {town.app.store.path(about[name]).read_bytes()[0] for name in ("store", "clean_store")} == {code}


# -- how much ------------------------------------------------------------------------------------------------------------


async def test_wrong_passwords_fill_no_disk(town: Town) -> None:
    """However many are tried: counted, and one row of the audit for the tip and one for all numbers that are none."""
    number, _ = await tells(await town.citizen())
    stranger = await town.citizen()
    entries = select(func.count()).select_from(audit_rows)
    before = await kept(town, lambda tx: tx.execute(entries).scalar_one())
    for guess in (number, number, "LZ-00000001", "LZ-00000002", number):
        await looks_up(stranger, guess, "0000-0000-0000-0000")
    assert await kept(town, lambda tx: tx.execute(entries).scalar_one()) == before
    await swept(town, hours=2)
    told = select(audit_rows.c.subject, audit_rows.c.detail).where(audit_rows.c.action == "receipt refused")
    found = {row.subject: row.detail.split()[0] for row in await kept(town, lambda tx: tx.execute(told).all())}
    assert found == {number: "3", "-": "2"}


async def test_the_rows_do_not_say_which_conversation_a_tip_came_from(sqlite_town: Town) -> None:
    """By no number, no moment and no order: the ids are random, of what is done neither conversation nor minute is kept, and
    of a citizen's conversation nothing finer than the hour."""
    people = [await sqlite_town.citizen() for _ in range(6)]
    numbers = [(await tells(one))[0] for one in people]
    for one in people:
        await one.says("谢谢")
    rows = [await tip(sqlite_town, number) for number in numbers]
    lanes = [(await sqlite_town.app.web.known(one.token)).chat for one in people]
    assert all(abs((number >> 22) - now_ms()) > 60_000 for number in [row.id for row in rows] + lanes)
    assert await kept(sqlite_town, lambda tx: set(tx.execute(select(inbox.c.lane)).scalars())) == {0}
    stamps = select(chats.c.made_ms, chats.c.seen_ms).union_all(select(inbox.c.at_ms, inbox.c.at_ms))
    assert all(
        one % HOUR_MS == 0 for row in await kept(sqlite_town, lambda tx: tx.execute(stamps).all()) for one in row
    )
    names = "".join(await kept(sqlite_town, lambda tx: tx.execute(select(inbox.c.ext_id)).scalars().all()))
    assert not any(str(lane) in names for lane in lanes)


# -- for how long --------------------------------------------------------------------------------------------------------


async def swept(town: Town, **span: float) -> None:
    await town.fast_forward(**span)
    await town.app.sweep()


async def rows(town: Town, number: str) -> dict[str, int]:
    """What there is of a tip, by table."""
    row = await tip(town, number)

    def counted(tx: Any) -> dict[str, int]:
        tables = (tip_keys, tip_marks, contacts, tip_messages, tip_files, tip_units, moves, handovers)
        found = {t.name: tx.execute(select(func.count()).where(t.c.tip == row.id)).scalar_one() for t in tables}
        return found | {"returns": tx.execute(select(func.count()).where(returns.c.alias == row.alias)).scalar_one()}

    return await kept(town, counted)


# how it ended, and how long its content is kept after that (`retention` in counties/common.yaml)
ENDS = [
    ("confirmed", timedelta(days=5 * 365 + 2)),  # closed: 5 years
    ("spam", timedelta(days=30)),
    ("withdrawn", timedelta(days=30)),
]


@pytest.mark.parametrize(("how", "keeps"), ENDS)
async def test_the_content_is_forgotten_on_schedule(town: Town, how: str, keeps: timedelta) -> None:
    """Not before, and soon after: key, marks, way back, contact, dialogue and attachments go; number, dates and outcome
    stay, and the audit says by which figure."""
    citizen, officer = await town.citizen(), await town.staff("hq_office", "intake")
    what = f"{QUIET}，车牌粤A12345"
    number, password = await tells(citizen, what, files=[PHOTO], named="named", contact="13800138000", notify="yes")
    await ends(citizen, officer, number, how)
    await swept(town, days=keeps.days - 2)
    assert (await rows(town, number))["tip_keys"] == 1 and (await tip(town, number)).forgotten_at is None
    before = await tip(town, number)
    await swept(town, days=12)  # a last day that is a day off moves to the next working day
    row = await tip(town, number)
    assert row.forgotten_at is not None and row.sealed_content is None and row.alias is None
    assert (row.received_at, row.closed_at, row.status, row.outcome) == (
        before.received_at,
        before.closed_at,
        before.status,
        before.outcome,
    )
    left = {name for name, count in (await rows(town, number)).items() if count}
    assert left <= {"moves", "handovers"} and "moves" in left
    notes = await kept(
        town, lambda tx: tx.execute(select(moves.c.sealed_note).where(moves.c.tip == row.id)).scalars().all()
    )
    assert set(notes) == {None}
    figure = {"confirmed": "closed"}.get(how, how)
    said = select(audit_rows.c.detail).where(audit_rows.c.action == "forgotten", audit_rows.c.subject == number)
    assert await kept(town, lambda tx: list(tx.execute(said).scalars())) == [f"retention.{figure}"]
    stored = await kept(town, attachments.stored_names)
    assert not stored, "what no row names the sweep of files removes"
    told = await looks_up(await town.citizen(), number, password)
    assert "删除" in told and "2026年11月23日" in told and QUIET not in told
    assert "删除" not in await looks_up(await town.citizen(), number, "0000-0000-0000-0000")


async def ends(citizen: Person, officer: Person, number: str, how: str) -> None:
    if how == "withdrawn":
        await citizen.presses("later")
        await citizen.says("查询")
        await citizen.presses("withdraw")
        await citizen.presses("yes")
        return
    await takes(officer, number)
    if how == "spam":
        await officer.presses("mark")
        await officer.presses("spam")
        await officer.says("没有可以核查的内容")
        await officer.presses("submit")
    else:
        await closes(officer, number, how, "查到了，谢谢")


async def test_nobody_in_office_can_open_what_is_forgotten(town: Town) -> None:
    """Officer and liaison are told that it is gone, also where its card is still open; an open tip is kept, however old."""
    officer, liaison = await town.staff("hq_office", "intake"), await town.staff("tobacco", "liaison", "乙")
    citizen = await town.citizen()
    number, _ = await tells(citizen, files=[PHOTO])
    still, _ = await tells(await town.citizen())
    await takes(officer, number)
    await hands(officer, number, "tobacco")
    await signs(liaison, number)
    await closes(officer, number, "confirmed", "查到了，谢谢")
    await opens(officer, number)
    await opens(liaison, number)
    await swept(town, days=5 * 366 + 12)
    assert (await tip(town, number)).forgotten_at is not None and (await tip(town, still)).forgotten_at is None
    for person in (officer, liaison):
        assert QUIET not in await person.says("你好")
        assert "删除" in await opens(person, number)
    for button in ("course", "correct"):
        shown = [one for one in officer.messages if any(choice["id"] == button for choice in one["choices"])]
        if shown:
            await officer.post({"choice": button, "prompt": shown[-1]["prompt"]})
            assert QUIET not in await officer.listens()
    assert await kept(town, lambda tx: tx.execute(select(func.count()).select_from(tip_keys)).scalar_one()) == 1


async def test_a_merged_tip_is_kept_as_long_as_the_one_it_was_merged_into(town: Town) -> None:
    """Both go together, and each citizen is told by their own number."""
    officer = await town.staff("hq_office", "intake")
    first, second = [await tells(await town.citizen()) for _ in range(2)]
    await takes(officer, first[0])
    await takes(officer, second[0])
    await officer.presses("merge")
    await officer.says(first[0])
    await officer.presses("submit")
    assert (await tip(town, second[0])).status == "merged"
    await swept(town, days=6 * 366)
    assert (await tip(town, second[0])).forgotten_at is None
    await closes(officer, first[0], "not_confirmed", "没有查实")
    await swept(town, days=5 * 366 + 12)
    for number, password in (first, second):
        told = await looks_up(await town.citizen(), number, password)
        assert "删除" in told and "没有查实" in told


async def test_a_forgotten_key_is_in_no_byte_of_the_database(sqlite_town: Town, tmp_path: Path) -> None:
    """The row is overwritten, and the write-ahead log with it: nobody finds the wrapped key in a copy of the files."""
    citizen, officer = await sqlite_town.citizen(), await sqlite_town.staff("hq_office", "intake")
    number, _ = await tells(citizen)
    await ends(citizen, officer, number, "spam")
    row = await tip(sqlite_town, number)
    wrapped = await kept(
        sqlite_town, lambda tx: tx.execute(select(tip_keys.c.sealed_key).where(tip_keys.c.tip == row.id)).scalar_one()
    )
    assert found(wrapped, tmp_path)
    await swept(sqlite_town, days=45)
    assert not found(wrapped, tmp_path)


def found(planted: bytes, folder: Path) -> bool:
    return any(planted in path.read_bytes() for path in folder.glob("xiezhi.db*"))
