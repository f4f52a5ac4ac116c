"""The receipt table of a notice in words, and as an Excel file."""

from collections.abc import Iterator

from bot import workbook
from bot.render import Renderer
from bot.workbook import Cell
from handlers.notices.table import Table

NAME = "notices/table"
NONE = "—"
WIDTHS = (30, 14, 14, 20)  # characters: whose it is and how it stands
OF_MOMENTS, OF_ANSWER = 18, 60


class Grid:
    """Its words, in its reader's language: a heading, the names of the columns, the cells."""

    def __init__(self, renderer: Renderer, table: Table) -> None:
        self._renderer, self._table = renderer, table
        kept = (*table.moments, *(("answer",) if table.answers else ()))
        self.name, self.heading = "".join(self._lines("name")), self._lines("heading")
        self.columns = [*self._lines("columns"), *("".join(self._lines(one)) for one in kept)]

    def _lines(self, part: str, **more: object) -> list[str]:
        one = self._table
        return self._renderer.block(f"{NAME}:{part}", {**one.about, **more}, one.language, one.county).splitlines()

    @property
    def rows(self) -> Iterator[list[Cell]]:
        for row in self._table.rows:
            words = ["" if one == NONE else one for one in self._lines("row", row=row.about)]
            yield [*words, *row.moments, *([row.answer] if self._table.answers else ())]

    def more(self, count: int) -> str:
        return "".join(self._lines("more", count=count))


def sheet(renderer: Renderer, table: Table) -> bytes:
    grid = Grid(renderer, table)
    rows: list[list[Cell]] = [[one] for one in grid.heading]
    rows += [[], [*grid.columns], *grid.rows]
    widths = (*WIDTHS, *[OF_MOMENTS] * len(table.moments), OF_ANSWER)
    return workbook.book(grid.name, widths, rows, head=len(grid.heading) + 2)
