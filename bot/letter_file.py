"""A letter as a Word file: A4 with the margins of official papers (GB/T 9704), tables with every line drawn, and a stub to cut off.

It is made in memory, for whoever takes it, and never lies on the disk. python-docx is imported when the first one is made.
"""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bot.render import Renderer
from handlers.matters.letter import Letter, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

BODY, TITLE, SMALL = 14, 22, 12  # points
NAME = "matters/letter"
FONTS = {"body": "仿宋", "title": "宋体"}  # what official papers are set in; a machine without them takes its own


def written(renderer: Renderer, letter: Letter) -> bytes:
    """The whole file. What XML cannot hold was left out long before; here it would be an error, and is left out again."""
    from docx import Document as new_document

    paper = new_document()
    _page(paper)
    words = _Words(renderer, letter)
    _letter(paper, words, letter)
    _stub(paper, words)
    _properties(paper, words.line("title"))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


class _Words:
    def __init__(self, renderer: Renderer, letter: Letter) -> None:
        self._renderer, self._letter = renderer, letter

    def lines(self, part: str) -> list[str]:
        one = self._letter
        return self._renderer.block(f"{NAME}:{part}", one.about, one.language, one.county).splitlines()

    def line(self, part: str) -> str:
        return " ".join(self.lines(part))


def _letter(paper: "Document", words: _Words, letter: Letter) -> None:
    _centred(paper, words.line("sender"), BODY + 4)
    _centred(paper, words.line("title"), TITLE, bold=True)
    _lined(paper, words.lines("numbers"), SMALL, right=True)
    _lined(paper, words.lines("to"))
    _lined(paper, words.lines("opening"), indented=True)
    if letter.rows:
        _table(paper, words.lines("columns"), letter.rows, (0.28, 0.72))
    for one in letter.lists:
        _listed(paper, one)
    _lined(paper, words.lines("grounds"), indented=True)
    _lined(paper, words.lines("closing"), indented=True)
    _lined(paper, words.lines("signed"), right=True)


def _stub(paper: "Document", words: _Words) -> None:
    """On the same paper, below a line to cut along."""
    _centred(paper, words.line("cut"), SMALL)
    _centred(paper, words.line("stub_title"), BODY + 4, bold=True)
    _lined(paper, words.lines("stub_number"), SMALL, right=True)
    _lined(paper, words.lines("stub"), indented=True)
    _table(paper, [], [(one, "") for one in words.lines("stub_rows")], (0.28, 0.72))
    _lined(paper, words.lines("stub_back"), SMALL)


# -- how it is set ---------------------------------------------------------------------------------------------------------


def _page(paper: "Document") -> None:
    from docx.shared import Mm, Pt

    at = paper.sections[0]
    at.page_width, at.page_height = Mm(210), Mm(297)
    at.top_margin, at.bottom_margin, at.left_margin, at.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    style: Any = paper.styles["Normal"]
    style.font.size = Pt(BODY)
    style.paragraph_format.space_after = Pt(4)
    _face(style.element.get_or_add_rPr(), FONTS["body"])


def _face(properties: Any, name: str) -> None:
    """Chinese characters have a face of their own in Word: without it they fall back to the reader's."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for of in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(of), name)


def _put(at: "Paragraph", words: str, size: int, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = at.add_run("".join(one for one in words if one >= " " or one == "\t"))
    run.font.size, run.bold = Pt(size), bold
    if bold:
        _face(run._element.get_or_add_rPr(), FONTS["title"])


def _centred(paper: "Document", words: str, size: int, *, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    at = paper.add_paragraph()
    at.alignment = WD_ALIGN_PARAGRAPH.CENTER
    at.paragraph_format.keep_with_next = True
    _put(at, words, size, bold=bold)


def _lined(
    paper: "Document", lines: Iterable[str], size: int = BODY, *, right: bool = False, indented: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for words in filter(None, lines):
        at = paper.add_paragraph()
        if right:
            at.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if indented:
            at.paragraph_format.first_line_indent = Pt(2 * size)
        _put(at, words, size)


def _listed(paper: "Document", one: Table) -> None:
    _lined(paper, [one.name])
    numbered = [(str(n), *row) for n, row in enumerate(one.rows, 1)]
    _table(paper, ["#", *one.heads], numbered, (0.06, *[0.94 / len(one.heads)] * len(one.heads)))


def _table(paper: "Document", heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    from docx.shared import Mm

    table = paper.add_table(0, len(widths), "Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Mm(156 * share)
    for cells, bold in [*([(heads, True)] if heads else []), *((row, False) for row in rows)]:
        for cell, words, share in zip(table.add_row().cells, cells, widths, strict=True):
            cell.width = Mm(156 * share)
            _put(cell.paragraphs[0], words, SMALL, bold=bold)
    paper.add_paragraph()


def _properties(paper: "Document", title: str) -> None:
    """Nothing of the library's own template, nobody's name."""
    about = paper.core_properties
    about.title, about.author, about.last_modified_by, about.comments, about.keywords = title, "", "", "", ""
