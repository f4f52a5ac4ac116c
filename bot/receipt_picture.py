"""The receipt table of a notice as a picture, for a group or a printout: PNG, one row a person, no metadata.

Pillow is here for attachments; what it lays out is plain text left to right, so that its basic layout engine is enough.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from bot import fonts
from bot.receipt_table import Grid
from bot.render import Renderer
from bot.workbook import Cell
from handlers.notices.table import Table

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST = 150  # rows: a telephone shows no longer picture; the rest stands in the Excel file
INK, FAINT, LINE, BAND, PAPER = "#1f2933", "#52606d", "#cbd2d9", "#f0f4f8", "#ffffff"
SIZE, TITLE, LEADING, PAD, EDGE = 22, 30, 32, 12, 36  # pixels
WIDEST, LINES = 420, 4  # of one cell: pixels, and lines of what was answered


class NoFont(RuntimeError):
    """This computer has no font with Chinese characters."""


def picture(renderer: Renderer, table: Table) -> bytes:
    """Raises `NoFont`; where there is none it is not offered (`Setting.draws`)."""
    from PIL import Image, ImageDraw

    font, large = _font(SIZE), _font(TITLE)
    grid = Grid(renderer, table)
    rows = [[_wrapped(font, _words(cell)) for cell in row] for row in islice(grid.rows, MOST)]
    left_out = len(table.rows) - len(rows)
    heads = [[one] for one in grid.columns]
    widths = [_width(font, column) for column in zip(heads, *rows, strict=True)]
    tall = [LEADING * max(map(len, row)) + PAD for row in (heads, *rows)]
    heading = _heading(font, large, grid.heading, max(sum(widths), 2 * WIDEST))
    top = EDGE + sum(height for *_, height in heading) + PAD
    across = max([sum(widths), *(int(face.getlength(one)) for one, face, _ in heading)]) + 2 * EDGE
    image = Image.new("L", (across, top + sum(tall) + EDGE + (LEADING if left_out else 0)), PAPER)
    pen = ImageDraw.Draw(image)
    _write_heading(pen, heading)
    _write_rows(pen, font, [heads, *rows], widths, tall, top)
    if left_out:
        pen.text((EDGE, top + sum(tall) + PAD), grid.more(left_out), fill=FAINT, font=font)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    if (file := fonts.chinese()) is None:
        raise NoFont
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def _words(cell: Cell) -> str:
    return f"{cell:%m-%d %H:%M}" if isinstance(cell, datetime) else cell or ""


def _wrapped(font: "FreeTypeFont", words: str, widest: int = WIDEST, most: int = LINES) -> list[str]:
    """Broken where it is full: Chinese has no blanks to wait for."""
    lines = [""]
    for one in " ".join(words.split()):
        if font.getlength(lines[-1] + one) > widest:
            lines.append("")
        lines[-1] += one
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def _width(font: "FreeTypeFont", column: Iterable[Sequence[str]]) -> int:
    return int(max(font.getlength(line) for cell in column for line in cell)) + 2 * PAD


def _heading(
    font: "FreeTypeFont", large: "FreeTypeFont", lines: Sequence[str], widest: int
) -> list[tuple[str, "FreeTypeFont", int]]:
    """The first line is the title."""
    title = [(one, large, TITLE + PAD) for one in _wrapped(large, lines[0], widest)]
    return title + [(one, font, LEADING) for line in lines[1:] for one in _wrapped(font, line, widest)]


def _write_heading(pen: "ImageDraw", heading: Sequence[tuple[str, "FreeTypeFont", int]]) -> None:
    top = EDGE
    for words, font, height in heading:
        pen.text((EDGE, top), words, fill=INK if font.size == TITLE else FAINT, font=font)
        top += height


def _write_rows(
    pen: "ImageDraw",
    font: "FreeTypeFont",
    rows: Sequence[Sequence[Sequence[str]]],
    widths: Sequence[int],
    tall: Sequence[int],
    top: int,
) -> None:
    right = EDGE + sum(widths)
    for n, (row, height) in enumerate(zip(rows, tall, strict=True)):
        if n == 0:
            pen.rectangle((EDGE, top, right, top + height), fill=BAND)
        for left, cell in zip(accumulate(widths[:-1], initial=EDGE), row, strict=True):
            for k, line in enumerate(cell):
                pen.text((left + PAD, top + PAD // 2 + k * LEADING), line, fill=INK, font=font)
        pen.line((EDGE, top + height, right, top + height), fill=LINE)
        top += height
