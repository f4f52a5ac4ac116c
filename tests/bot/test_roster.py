"""The roster as a table: what a file says is compared, shown, and done as one; a fault, and nothing is done."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import structlog
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from bot import __main__ as console
from bot import roster_file
from bot.roster import ACCOUNT, COLUMNS, REGISTERED
from rules import county
from storage import accounts, chats, migrate, people
from storage.database import Database, Tx
from storage.models import audit
from storage.sealed import Keyring
from tests.town import MONDAY, ROOT

PLAN = county.load([ROOT / "counties/luzhai.yaml"])["luzhai"]
CHANNEL = "wecom:app:luzhai"
Row = Sequence[Any]
TOBACCO, POLICE = PLAN.units["tobacco"].name.zh, PLAN.units["police"].name.zh
LIAISON, LEADER = PLAN.seats["liaison"].name.zh, PLAN.seats["leader"].name.zh


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A house with its keys and an empty database; the path of its configuration."""
    path = tmp_path / "config.yaml"
    path.write_text(
        f"database: sqlite:///{tmp_path}/x.db\ndata: {tmp_path}\ncounties: {{luzhai: {{plan: counties/luzhai.yaml}}}}\n",
        "utf-8",
    )
    Keyring.make(tmp_path / "keys")
    monkeypatch.setattr("bot.log.set_up", lambda level: None)
    yield path
    structlog.reset_defaults()


def table(place: Path, *rows: Row, head: Row = COLUMNS, name: str = "f.xlsx", above: Sequence[Row] = ()) -> Path:
    book = Workbook()
    for row in (*above, head, *rows):
        book.worksheets[0].append(list(row))
    path = place.parent / name
    book.save(path)
    return path


class House:
    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.place, self.capsys = place, capsys

    def does(self, *words: Any) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = console.main(["roster", *map(str, words), "--config", str(self.place)])
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def takes(self, *rows: Row) -> tuple[int, str, str]:
        return self.does("import", table(self.place, *rows), "--yes")

    def run(self, fn: Callable[[Tx], Any]) -> Any:
        async def once() -> Any:
            database = Database(f"sqlite:///{self.place.parent}/x.db", Keyring.open(self.place.parent / "keys"))
            try:
                await migrate.bring_up(database)
                return await database.run(fn)
            finally:
                await database.close()

        return asyncio.run(once())

    def sits(self, *rows: tuple[str, str, str]) -> list[int]:
        """People who are there already: unit, seat, name."""

        def seated(tx: Tx) -> list[int]:
            made = [people.add(tx, "luzhai", name, MONDAY) for _, _, name in rows]
            for person, (unit, seat, _) in zip(made, rows, strict=True):
                people.seat(tx, person, "luzhai", unit, seat, MONDAY)
            return made

        found: list[int] = self.run(seated)
        return found

    def roster(self) -> list[tuple[str, str, str]]:
        return sorted(
            self.run(
                lambda tx: [(row.unit, row.seat, people.name(tx, row.person)) for row in people.roster(tx, "luzhai")]
            )
        )

    def persons(self) -> int:
        return len(set(self.run(lambda tx: [row.person for row in people.roster(tx, "luzhai")])))

    def owner(self, account: str) -> str:
        found: str = self.run(lambda tx: people.name(tx, accounts.owner(tx, CHANNEL, account)))
        return found


@pytest.fixture
def house(place: Path, capsys: pytest.CaptureFixture[str]) -> House:
    return House(place, capsys)


# -- taking in -------------------------------------------------------------------------------------------------------------

THREE = ((TOBACCO, LIAISON, "甲", "ZhangSan"), ("police", "liaison", "乙"), (TOBACCO, "Leader in charge", "丙", None))


def test_shown_then_done(house: House) -> None:
    """Without --yes it is only told. Units by id, name or alias, seats by id or name; the account in any letters."""
    file = table(house.place, *THREE)
    code, out, err = house.does("import", file)
    assert (code, err) == (0, "") and "--yes" in out and out.count("+ 甲") == 3
    assert house.roster() == []
    code, out, err = house.does("import", file, "--yes")
    assert (code, err) == (0, "") and "done" in out
    assert house.roster() == [("police", "liaison", "乙"), ("tobacco", "leader", "丙"), ("tobacco", "liaison", "甲")]
    assert house.owner("zhangsan") == house.owner("ZHANGSAN") == "甲"


def test_twice_is_once(house: House) -> None:
    """The same file again changes nothing, and writes no row of the audit."""
    house.takes(*THREE)
    count = select(func.count()).select_from(audit)
    before = house.run(lambda tx: tx.execute(count).scalar_one())
    code, out, _ = house.takes(*THREE)
    assert code == 0 and "nothing to change" in out and "3 rows" in out
    assert house.run(lambda tx: tx.execute(count).scalar_one()) == before == 4
    assert house.persons() == 3


def test_who_is_missing_stays(house: House) -> None:
    """Named, and not removed."""
    house.takes(*THREE)
    code, out, _ = house.takes(THREE[0])
    assert code == 0 and "not in the file, stays: 乙" in out and "not in the file, stays: 丙" in out
    assert len(house.roster()) == 3


def test_a_title_and_any_order(house: House) -> None:
    """A title may stand above the head, other columns beside it, empty rows between; English heads do as well."""
    file = table(
        house.place, (None,) * 5, ("甲", 1, "x", LIAISON, TOBACCO),
        head=("Name", "序号", "备注", "Seat", "Unit"), above=(("鹿寨县名册",), ()),
    )  # fmt: skip
    assert house.does("import", file, "--yes")[0] == 0
    assert house.roster() == [("tobacco", "liaison", "甲")]


def test_a_new_account_takes_the_place_of_the_old(house: House) -> None:
    """One account of a person; an empty cell, or 已登记, leaves it as it is."""
    house.takes((TOBACCO, LIAISON, "甲", "first"))
    assert house.takes((TOBACCO, LIAISON, "甲", "second"))[0] == 0
    for account in (None, REGISTERED):
        assert "nothing to change" in house.takes((TOBACCO, LIAISON, "甲", account))[1]
    assert (house.owner("first"), house.owner("second")) == ("", "甲")


@pytest.mark.parametrize(
    "words", ["leader", "分管负责人", "指挥部组成人员", LEADER, "指挥部组成人员(分管负责人)", "HEADQUARTERS MEMBER"]
)
def test_a_seat_as_people_call_it(house: House, words: str) -> None:
    """By its id, by its whole name, by what stands in brackets or before them."""
    assert house.takes((TOBACCO, words, "甲"))[0] == 0
    assert house.roster() == [("tobacco", "leader", "甲")]


# -- who is who ------------------------------------------------------------------------------------------------------------

# who sits there already (unit, seat, name, account) -> what the file says -> how many people then, or a column at fault
SAME: list[tuple[Sequence[tuple[str, str, str, str]], Sequence[Row], int | str]] = [
    ((), [(TOBACCO, LIAISON, "甲"), (TOBACCO, LEADER, "甲")], 1),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (TOBACCO, LEADER, "甲")], 1),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LEADER, "甲", "A")], 1),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LIAISON, "甲", "b")], 2),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LIAISON, "甲"), (POLICE, LEADER, "甲", "a")], 1),
    ((), [(TOBACCO, LIAISON, "甲"), (POLICE, LIAISON, "甲")], "姓名"),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LIAISON, "甲")], "姓名"),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (TOBACCO, LEADER, "甲", "b")], ACCOUNT),
    ((), [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LIAISON, "乙", "a")], ACCOUNT),
    ((), [(TOBACCO, LIAISON, "甲", REGISTERED)], ACCOUNT),
    ((), [(TOBACCO, LIAISON, "甲"), (TOBACCO, LIAISON, "甲")], "职务"),
    ([("tobacco", "liaison", "甲", "")], [(TOBACCO, LEADER, "甲")], 1),
    ([("tobacco", "liaison", "甲", "")], [(POLICE, LIAISON, "甲")], "姓名"),
    ([("tobacco", "liaison", "甲", "")], [(POLICE, LIAISON, "甲", "a")], "姓名"),
    ([("tobacco", "liaison", "甲", "")], [(TOBACCO, LIAISON, "甲", "a"), (POLICE, LIAISON, "甲", "a")], 1),
    ([("tobacco", "liaison", "甲", "a")], [(POLICE, LIAISON, "甲", "a")], 1),
    ([("tobacco", "liaison", "甲", "a")], [(POLICE, LIAISON, "甲", "b")], 2),
    ([("tobacco", "liaison", "甲", "a")], [(POLICE, LIAISON, "乙", "a")], ACCOUNT),
    ([("tobacco", "liaison", "甲", ""), ("police", "liaison", "甲", "")], [(TOBACCO, LIAISON, "甲")], 2),
    ([("tobacco", "liaison", "甲", ""), ("tobacco", "liaison", "甲", "")], [(TOBACCO, LIAISON, "甲")], 2),
    ([("tobacco", "liaison", "甲", ""), ("tobacco", "leader", "甲", "")], [(TOBACCO, LIAISON, "甲"), (TOBACCO, LEADER, "甲")], 2),
    ([("tobacco", "liaison", "甲", ""), ("tobacco", "liaison", "甲", "")], [(TOBACCO, LEADER, "甲")], "姓名"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "rows", "becomes"), SAME)
def test_one_or_two(
    house: House, there: Sequence[tuple[str, str, str, str]], rows: Sequence[Row], becomes: int | str
) -> None:
    """Within a unit one name is one person. In two units the accounts say whether it is one; without them it is not guessed,
    since whoever holds two seats sees what either may."""
    numbers = house.sits(*((unit, seat, name) for unit, seat, name, _ in there))
    for number, (*_, account) in zip(numbers, there, strict=True):
        if account:
            house.run(lambda tx, a=account, n=number: accounts.expect(tx, CHANNEL, a, n) and None)
    before = house.roster()
    code, out, err = house.takes(*rows)
    if isinstance(becomes, str):
        assert code == 1 and f", {becomes}: expected" in err and house.roster() == before
    else:
        assert (code, err) == (0, "") and house.persons() == becomes
        assert "nothing to change" in house.takes(*rows)[1]


# -- faults ----------------------------------------------------------------------------------------------------------------

# a row -> the column, words of the sentence
WRONG: list[tuple[Row, str, tuple[str, ...]]] = [
    (("烟草局办公室二楼", LIAISON, "甲"), "单位", ("unit of the plan",)),
    ((None, LIAISON, "甲"), "单位", ("each row",)),
    (("hq", LIAISON, "甲"), "单位", ("where people can sit",)),
    ((TOBACCO, "连络员", "甲"), "职务", ("联络员", "liaison")),
    ((TOBACCO, "intake", "甲"), "职务", ("a seat that this unit has",)),
    ((TOBACCO, LIAISON, None), "姓名", ("a name",)),
    ((TOBACCO, LIAISON, "甲" * 41), "姓名", ("40",)),
    ((TOBACCO, LIAISON, "甲\n乙"), "姓名", ("one line",)),
    ((TOBACCO, LIAISON, 7), "姓名", ("text",)),
    ((TOBACCO, LIAISON, "甲", "张三"), ACCOUNT, ("letters, digits",)),
    ((TOBACCO, LIAISON, "甲", 138), ACCOUNT, ("as text", "zeros")),
    ((TOBACCO, LIAISON, "甲", '=HYPERLINK("http://x")'), ACCOUNT, ("formula",)),
    (("=1+1", LIAISON, "甲"), "单位", ("formula",)),
]


@pytest.mark.parametrize(("row", "column", "words"), WRONG)
def test_a_fault(house: House, row: Row, column: str, words: tuple[str, ...]) -> None:
    """File, row, column, what was expected and the remedy; nobody's name; and nothing is changed by the sound rows."""
    code, out, err = house.takes((POLICE, LIAISON, "戊戊"), row)
    first, last = err.splitlines()[0], err.splitlines()[-1]
    assert code == 1 and out == "" and f"f.xlsx: row 3, {column}: expected " in first, err
    assert all(word in first for word in words), first
    assert "戊戊" not in err and "张三" not in err and last == "nothing was changed" and house.roster() == []


def test_every_fault_at_once(house: House) -> None:
    """In the order of the rows."""
    code, _, err = house.takes((TOBACCO, "x", "甲"), ("y", LIAISON, ""), (POLICE, LIAISON, "乙", "!"))
    assert code == 1
    assert [line.partition(":")[2][1:].partition(":")[0] for line in err.splitlines()[:-1]] == [
        "row 2, 职务", "row 3, 单位", "row 3, 姓名", "row 4, 企业微信账号",
    ]  # fmt: skip


def _spoilt(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == part else source.read(name))
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">]>'
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
WIDE = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
# what is done to a sound file -> words of the one sentence, or None where the table is read all the same
FILES: list[tuple[Callable[[bytes], bytes], str | None]] = [
    (lambda data: b"", "not a sound .xlsx"),
    (lambda data: b"name,unit", "not a sound .xlsx"),
    (lambda data: data[:-200], "not a sound .xlsx"),
    (lambda data: b"#!/bin/sh\n" + data, "not a sound .xlsx"),
    (lambda data: _spoilt(data, SHEET, lambda part: part[:300]), "not a sound .xlsx"),
    (lambda data: _spoilt(data, SHEET, lambda part: BOMB + part), "not a sound .xlsx"),
    (lambda data: _spoilt(data, SHEET, lambda part: part + b" " * 30_000_000), "not a sound .xlsx"),
    (lambda data: _spoilt(data, "xl/workbook.xml", lambda part: b"<workbook/>"), "not a sound .xlsx"),
    (lambda data: data + bytes(2_000_000), "larger than 2 MB"),
    (lambda data: _spoilt(data, SHEET, lambda part: part.replace(b"</sheetData>", FAR)), "more than 2000 rows"),
    (lambda data: _spoilt(data, SHEET, lambda part: part.replace(b"</sheetData>", WIDE)), None),
]


@pytest.mark.parametrize(("spoils", "words"), FILES)
def test_a_file_that_is_none(house: House, spoils: Callable[[bytes], bytes], words: str | None) -> None:
    """Damaged, a bomb, or of a size beyond all people: one sentence, exit 1, and no memory filled."""
    file = table(house.place, *THREE)
    file.write_bytes(spoils(file.read_bytes()))
    code, _, err = house.does("import", file)
    if words is None:
        assert (code, err) == (0, "")
    else:
        assert code == 1 and words in err and err.count("\n") == 1 and str(file) in err


def test_no_table(house: House) -> None:
    """Columns that are missing, a file that is not there, a county that is not named."""
    file = table(house.place, (TOBACCO, "甲"), head=("单位", "姓名"))
    assert all(word in house.does("import", file)[2] for word in ("单位, 职务, 姓名", "roster export"))
    code, _, err = house.does("import", house.place.parent / "none.xlsx")
    assert code == 1 and "none.xlsx" in err and err.count("\n") == 1
    code, _, err = house.does("import", file, "--county", "nowhere")
    assert code == 1 and "--county" in err
    with pytest.raises(SystemExit) as usage:
        house.does("delete", file)
    assert usage.value.code == 2


def test_a_code_for_who_has_no_way_in(house: House) -> None:
    """Neither an account nor a conversation: a code each, once, and only when asked for and done."""
    file = table(house.place, *THREE)
    (there,) = house.sits(("hq_office", "intake", "丁"))
    house.run(lambda tx: chats.start(tx, "web", "peer", "luzhai", "zh", there) and None)
    codes = re.compile(r"^(.+) · ((?:[0-9A-Z]{4}-){2}[0-9A-Z]{4})$", re.MULTILINE)
    assert not codes.findall(house.does("import", file, "--codes")[1])
    given = codes.findall(house.does("import", file, "--yes", "--codes")[1])
    assert sorted(name for name, _ in given) == ["丙", "乙"]
    for name, code in given:
        who = house.run(lambda tx, one=code: people.redeem(tx, one, datetime.now(UTC), {"luzhai": PLAN}))
        assert who.name == name
    assert house.persons() == 4


def test_who_has_not_come_in_by_their_account(house: House) -> None:
    """A misspelt account shows nowhere else: whoever has one and is not in is named each time, with what to do; not who is
    in, and not who was given none."""
    file = table(
        house.place, (TOBACCO, LIAISON, "甲", "zhagn"), (TOBACCO, LEADER, "乙", "li"), (POLICE, LEADER, "丙", "")
    )
    house.does("import", file, "--yes")
    person = house.run(lambda tx: accounts.owner(tx, CHANNEL, "li"))
    house.run(lambda tx: chats.start(tx, CHANNEL, "li", "luzhai", "zh", person, address=True) and None)
    _, out, _ = house.does("import", file)
    (hint,) = [one for one in out.splitlines() if "not in yet" in one]
    assert "甲" in hint and "乙" not in hint and "丙" not in hint and "import again" in hint and "xiezhi invite" in hint


# -- writing down ------------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read(house: House) -> None:
    """In the order of the plan, for its owner alone; taken in again it changes nothing, two of one name included."""
    house.takes(*THREE, (POLICE, LEADER, "甲", "other"))
    house.sits(("tobacco", "leader", "=1+1"), ("tobacco", "liaison", "乙"))
    file = house.place.parent / "out.xlsx"
    code, out, _ = house.does("export", file)
    assert code == 0 and "6 rows" in out and file.stat().st_mode & 0o777 == 0o600
    rows = [[cell.value for cell in row] for row in load_workbook(file).worksheets[0].iter_rows()]
    assert rows[0] == list(COLUMNS) and sorted(row[2] for row in rows[1:]) == ["=1+1", "丙", "乙", "乙", "甲", "甲"]
    assert {row[3] for row in rows[1:]} == {None, REGISTERED}
    assert [row[0] for row in rows[1:]] == sorted(
        (row[0] for row in rows[1:]), key=[one.name.zh for one in PLAN.units.values()].index
    )
    before = house.roster()
    code, out, err = house.does("import", file, "--yes")
    assert (code, err) == (0, "") and "nothing to change" in out and house.roster() == before


def test_nothing_is_overwritten(house: House) -> None:
    """A table somebody has filled in."""
    file = table(house.place, *THREE)
    before = file.read_bytes()
    code, _, err = house.does("export", file)
    assert code == 1 and "already" in err and file.read_bytes() == before


def test_an_empty_one_is_a_form(house: House) -> None:
    """The heads alone: to be filled in."""
    file = house.place.parent / "form.xlsx"
    assert house.does("export", file)[0] == 0
    assert [cell.value for cell in load_workbook(file).worksheets[0][1]] == list(COLUMNS)
    assert roster_file.read(file) == ([], [])


# -- accounts ----------------------------------------------------------------------------------------------------------------


def test_kept_as_a_mac(house: House) -> None:
    """An account stands nowhere in the database as it reads, and is found under an earlier key."""
    house.takes((TOBACCO, LIAISON, "甲", "ZhangSanFeng"))
    folder = house.place.parent
    whole = b"".join(one.read_bytes() for one in folder.glob("x.db*")).lower()
    assert b"zhangsanfeng" not in whole
    Keyring.open(folder / "keys").rotate()
    assert house.owner("zhangsanfeng") == "甲"


def test_who_writes_is_known(house: House) -> None:
    """By the account that is kept to write back to, whichever key it was registered under; only at that door."""
    house.takes((TOBACCO, LIAISON, "甲", "zhang"))
    Keyring.open(house.place.parent / "keys").rotate()

    def expected(channel: str, peer: str) -> Callable[[Tx], int | None]:
        return lambda tx: accounts.expected(tx, chats.reach(tx, channel, peer, "luzhai", "zh").id)

    assert house.run(expected(CHANNEL, "zhang")) is not None
    assert house.run(expected(CHANNEL, "li")) is None
    assert house.run(expected("wecom:app:yangxi", "zhang")) is None


def test_gone_with_the_person(house: House) -> None:
    """Whoever leaves is expected no longer; what is ended at one platform stays at another."""
    (number,) = house.sits(("tobacco", "liaison", "甲"))
    house.run(lambda tx: [accounts.expect(tx, one, "zhang", number) for one in (CHANNEL, "other:app:luzhai")] and None)
    house.run(lambda tx: accounts.forget(tx, number, "wecom"))
    assert house.owner("zhang") == ""
    assert house.run(lambda tx: accounts.owner(tx, "other:app:luzhai", "zhang")) == number
    house.run(lambda tx: people.leave(tx, number, MONDAY))
    assert house.run(lambda tx: accounts.owner(tx, "other:app:luzhai", "zhang")) is None


async def test_on_both_databases(database_url: str, tmp_path: Path) -> None:
    """One account of a person, one person of an account, whoever had either before."""
    database = Database(database_url, Keyring.make(tmp_path / "own"))
    await migrate.bring_up(database)

    def passed_on(tx: Tx) -> list[Any]:
        first, second = (people.add(tx, "luzhai", name, MONDAY) for name in "甲乙")
        told = [accounts.expect(tx, CHANNEL, *one) for one in (("a", first), ("A", first), ("b", first), ("b", second))]
        owners = [accounts.owner(tx, CHANNEL, one) for one in "ab"]
        return [told, owners == [None, second], accounts.known(tx, CHANNEL, [first, second]) == {second}]

    try:
        assert await database.run(passed_on) == [[True, False, True, True], True, True]
    finally:
        await database.close()
