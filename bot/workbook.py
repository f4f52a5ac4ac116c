"""An .xlsx workbook of one sheet, in memory. What people wrote is text in it, whatever it begins with: no formula comes of a name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOMENT = "yyyy-mm-dd hh:mm"
Cell = str | datetime | None  # a moment as the county's clocks show it, without a zone


def book(name: str, widths: Sequence[int], rows: Iterable[Sequence[Cell]], head: int = 1) -> bytes:
    """`head`: the row of column names, which stays in view and is drawn bold, as is what stands above it."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = name
    sheet.freeze_panes = f"A{head + 1}"
    for n, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            put(sheet, n, column, value)
            if n in (1, head) and head > 1:
                sheet.cell(n, column).font = Font(bold=True)
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    whole = BytesIO()
    made.save(whole)
    return whole.getvalue()


def put(sheet: "Worksheet", row: int, column: int, value: Cell) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell: Any = sheet.cell(row, column)
    if isinstance(value, datetime):
        cell.value, cell.number_format = value, MOMENT
        return
    cell.number_format = "@"
    if value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # words, also where they begin like a formula
