"""The roster's table as an .xlsx file. What comes in is read as little as can be: texts of the first sheet, no formula."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from bot import roster
from bot.channels.base import Door
from bot.roster import ACCOUNT, COLUMNS, NAME, SEAT, UNIT, Fault, Line
from bot.workbook import book
from rules.county import Plan
from storage.database import Database, Tx

MAX_BYTES, MAX_ROWS, MAX_COLUMNS, HEAD = 2_000_000, 2_000, 30, 10
FIELDS = {UNIT: "unit", SEAT: "seat", NAME: "name", ACCOUNT: "account"}
ALSO = {"unit": UNIT, "seat": SEAT, "name": NAME, "wecom account": ACCOUNT}
Row = Sequence[Any]


class Refused(Exception):
    """Why nothing was done, a sentence for each fault: where it is, and what to do."""


# -- the verbs ---------------------------------------------------------------------------------------------------------------


async def imported(
    database: Database, plan: Plan, path: Path, now: datetime, *, yes: bool, codes: bool = False
) -> list[str]:
    """What is done, or would be; with `codes`, how those come in who could not. Raises `Refused` with every fault there is."""
    lines, faults = read(path)
    found, amiss = roster.entries(lines, plan)

    def compared(tx: Tx) -> list[str]:
        comparison = roster.compared(tx, plan, _channel(plan), found, [*faults, *amiss])
        if comparison.faults:
            raise Refused("\n".join([*(f"{path}: {one}" for one in comparison.faults), "nothing was changed"]))
        if yes:
            roster.applied(tx, plan, _channel(plan), comparison.steps, now)
        waits = roster.outside(tx, plan, _channel(plan))
        ways = [*roster.codes(tx, plan, _channel(plan), now)] if yes and codes else []
        return [*_told(comparison, plan), _end(bool(comparison.steps), yes), *_outside(waits), *ways]

    return await database.run(compared)


def _told(found: roster.Comparison, plan: Plan) -> Iterator[str]:
    """What an import would do, a line for each change."""
    for step in found.steps:
        if step.person is None:
            yield f"+ {step.name}"
        for seat in step.seats:
            yield f"+ {step.name} · {' · '.join(roster.called(plan, seat))}"
        if step.account:
            yield f"+ {step.name} · {ACCOUNT} {step.account}"
    for name, seat in found.absent:
        yield f"  not in the file, stays: {name} · {' · '.join(roster.called(plan, seat))}"
    yield f"  as it is already: {found.same} rows"


def _outside(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield (
            f"  an account, and not in yet: {', '.join(names)}; whoever only gets “这里只供内部使用…” has another one: "
            f"correct {ACCOUNT} and import again, or give them a code (xiezhi invite)"
        )


def _end(changes: bool, yes: bool) -> str:
    if not changes:
        return "nothing to change"
    return "done" if yes else "nothing was changed; the same with --yes does it"


async def exported(database: Database, plan: Plan, path: Path) -> list[str]:
    """Raises `Refused`."""
    rows = await database.read(lambda tx: roster.kept(tx, plan, _channel(plan)))
    write(path, rows)
    return [f"{path}: {len(rows)} rows; it holds names, keep it as you keep the register"]


def _channel(plan: Plan) -> str:
    return Door("wecom", "app", plan.id).name


# -- in --------------------------------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[list[Line], list[Fault]]:
    """Raises `Refused` where there is no table at all."""
    rows = _rows(_checked(path), path)
    at, columns = _head(rows, path)
    lines, faults = list[Line](), list[Fault]()
    for number, cells in enumerate(rows[at + 1 :], at + 2):
        values, amiss = _values(number, cells, columns)
        faults += amiss
        if any(values.values()) and not amiss:
            lines.append(Line(number, **values))
    return lines, faults


def _checked(path: Path) -> bytes:
    """A zip that claims no more than it holds, and no part with entities of its own."""
    from bot.clean.archives import Zip
    from bot.clean.verdicts import Halt

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise Refused(f"{path}: {fault.strerror}; name a file that can be read") from None
    if len(data) > MAX_BYTES:
        raise Refused(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; keep nothing but the table in it")
    try:
        package = Zip(data)
        entities = any(b"<!" + word in (package.read(name) or b"") for name in package.names for word in _DECLARED)
    except Halt:
        raise _no_workbook(path) from None
    if entities:
        raise _no_workbook(path)
    return data


_DECLARED = (b"DOCTYPE", b"ENTITY")


def _no_workbook(path: Path) -> Refused:
    return Refused(f"{path}: not a sound .xlsx workbook; save it again from Excel or WPS as .xlsx, without a password")


def _rows(data: bytes, path: Path) -> list[Row]:
    """In the order of the sheet. Read as a stream: a cell far away, or one merged over all of it, fills no memory."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(data), read_only=True)
        cells = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
        rows: list[Row] = list(islice(cells, MAX_ROWS + 1))
    except Exception:  # whatever a damaged file makes of the library: its words may quote the file
        raise _no_workbook(path) from None
    if len(rows) > MAX_ROWS:
        raise Refused(f"{path}: more than {MAX_ROWS} rows; delete what is empty or below the table")
    return rows


def _head(rows: Sequence[Row], path: Path) -> tuple[int, Mapping[int, str]]:
    """The first row that names the columns; a title may stand above it."""
    for at, row in enumerate(rows[:HEAD]):
        named = {number: _column(cell.value) for number, cell in enumerate(row)}
        known = {number: name for number, name in named.items() if name}
        if {UNIT, SEAT, NAME} <= set(known.values()) and len(set(known.values())) == len(known):
            return at, known
    wanted = ", ".join(COLUMNS[:3])
    raise Refused(f"{path}: row 1: expected the columns {wanted} and, where known, {ACCOUNT}; see xiezhi roster export")


def _column(value: Any) -> str:
    words = value.strip() if isinstance(value, str) else ""
    return words if words in COLUMNS else ALSO.get(words.lower(), "")


def _values(number: int, cells: Row, columns: Mapping[int, str]) -> tuple[dict[str, str], list[Fault]]:
    values, faults = dict.fromkeys(FIELDS.values(), ""), list[Fault]()
    for at, column in columns.items():
        cell = cells[at] if at < len(cells) else None
        value = cell.value if cell is not None else None
        if value is None:
            continue
        if cell is not None and cell.data_type == "f":
            faults.append(Fault(number, column, "words", "replace the formula by what it shows"))
        elif not isinstance(value, str):
            faults.append(
                Fault(number, column, "words", "format the cell as text (文本) and type it again: numbers lose zeros")
            )
        else:
            values[FIELDS[column]] = value.strip()
    return values, faults


# -- out -------------------------------------------------------------------------------------------------------------------


def write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """For its owner alone, since it holds names; nothing is overwritten. Raises `Refused`."""
    data = book("名册", (28, 16, 16, 24), [COLUMNS, *rows])
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise Refused(f"{path}: is there already; name another file") from None
    except OSError as fault:
        raise Refused(f"{path}: {fault.strerror}; name a place that can be written") from None
