"""Word, Excel and PowerPoint copies: the words stay, the people and machines go."""

import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest
from PIL import Image

from bot.clean import Cleaned, Kind, Refused, Withheld, archives, clean, kind_of, ooxml
from bot.clean import office as made
from bot.clean.verdicts import Halt
from tests.bot import attachments as a

SAMPLES = {"docx": a.word, "xlsx": a.sheet, "pptx": a.slides}


def cleaned(data: bytes) -> Cleaned:
    kind = kind_of(data)
    assert isinstance(kind, Kind), kind
    verdict = clean(kind, data)
    assert isinstance(verdict, Cleaned), verdict
    return verdict


def verdict_on(data: bytes) -> object:
    kind = kind_of(data)
    return clean(kind, data) if isinstance(kind, Kind) else kind


@pytest.mark.parametrize("form", SAMPLES)
def test_nothing_planted_is_left(form: str) -> None:
    """No author, date, path, template, macro, embedded file, id of a machine or photo's position, in no part's name."""
    original = SAMPLES[form]()
    assert sum(data.count(a.MARK) for data in a.unzipped(original).values()) > 5
    copy = cleaned(original)
    assert copy.extension == form
    parts = a.unzipped(copy.data)
    assert a.MARK not in copy.data
    for name, data in parts.items():
        assert a.MARK not in data, name
        assert a.SECRET not in name
        assert b"Exif" not in data, name
        assert not re.search(rb"20\d\d-\d\d-\d\dT", data), name
    assert not [name for name in parts if re.search(r"docProps|embeddings|vba|custom|people|printer|thumbnail", name)]


@pytest.mark.parametrize("form", SAMPLES)
def test_zip_says_nothing(form: str) -> None:
    """Neither dates, nor the packing machine, nor extra fields; the same document gives the same bytes."""
    copy = cleaned(SAMPLES[form]())
    for entry in zipfile.ZipFile(io.BytesIO(copy.data)).infolist():
        assert (entry.date_time, entry.create_system, entry.extra, entry.comment) == (
            (1980, 1, 1, 0, 0, 0),
            0,
            b"",
            b"",
        )
    assert cleaned(SAMPLES[form]()) == copy


def test_word_reads_the_same() -> None:
    """Text, comments, tracked changes, the picture and links to the web are there for an independent reader."""
    document = docx.Document(io.BytesIO(cleaned(a.word()).data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("Two lorries each night 每夜两车", "with a comment", "shop", "local", "fallback"):
        assert words in text
    (comment,) = document.comments
    assert (comment.text, comment.author, comment.initials, comment.timestamp) == ("who saw it?", "Author", "A", None)
    xml = document.element.xml
    assert "added" in xml
    assert "struck" in xml
    assert "boxed" in xml
    assert " PAGE " in xml
    assert "INCLUDEPICTURE" not in xml
    assert "rsid" not in xml
    outside = [relation.target_ref for relation in document.part.rels.values() if relation.is_external]
    assert outside == ["https://example.org/shop"]
    assert not document.core_properties.author


def test_sheet_reads_the_same() -> None:
    """Values stay; a formula leaves its last result or, never computed, its text; names that point outward go."""
    book = openpyxl.load_workbook(io.BytesIO(cleaned(a.sheet()).data))
    page = book.active
    assert page is not None
    assert [page[cell].value for cell in ("A1", "A2", "A3", "F1")] == [41, "=A1+1", "每夜两车", "last result"]
    assert page["A1"].comment.text == "Author:\nseen at the pier"
    assert page["A1"].comment.author == "Author"
    assert [page[cell].hyperlink.target for cell in ("B1", "B2")] == [None, "https://example.org/shop"]
    assert list(book.defined_names) == ["near"]
    assert len(page._images) == 1
    rows = a.unzipped(cleaned(a.sheet()).data)["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in rows


def test_slides_read_the_same() -> None:
    """Text, notes, pictures and charts stay; a chart's table and an embedded file don't, the file leaves its icon."""
    show = pptx.Presentation(io.BytesIO(cleaned(a.slides()).data))
    (slide,) = show.slides
    assert slide.shapes.title.text == "每夜两车"
    assert slide.notes_slide.notes_text_frame.text == "ask at the pier"
    kinds = [str(shape.shape_type).split(" ")[0] for shape in slide.shapes]
    assert kinds == ["PLACEHOLDER", "PICTURE", "CHART", "PICTURE"]
    assert {shape.name for shape in slide.shapes if "PICTURE" in str(shape.shape_type)} <= {str(n) for n in range(20)}
    assert list(slide.shapes[2].chart.plots[0].categories) == ["a", "b"]


@pytest.mark.parametrize("form", SAMPLES)
def test_pictures_inside(form: str) -> None:
    """Pictures are made anew, not turned (the page turns them), and those nobody can vouch for become a grey point."""
    parts = a.unzipped(cleaned(a.repacked(SAMPLES[form](), turned)).data)
    sizes = {Image.open(io.BytesIO(data)).size for name, data in parts.items() if "/media/" in name}
    assert (64, 48) in sizes

    def spoil(entries: dict[str, bytes]) -> None:
        for name in entries:
            if "/media/" in name:
                entries[name] = b"\x01\x00\x00\x00" + a.MARK

    parts = a.unzipped(cleaned(a.repacked(SAMPLES[form](), spoil)).data)
    assert {Image.open(io.BytesIO(data)).size for name, data in parts.items() if "/media/" in name} == {(1, 1)}


def turned(entries: dict[str, bytes]) -> None:
    for name, data in entries.items():
        if "/media/" in name and data.startswith(b"\xff\xd8"):
            entries[name] = a.photo("JPEG", 6)


def test_macros_are_left_out() -> None:
    """A document with macros gives a plain one: the kind says .docm, the copy is a .docx that says so inside."""

    def with_macros(entries: dict[str, bytes]) -> None:
        types = entries["[Content_Types].xml"].decode()
        plain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        entries["[Content_Types].xml"] = types.replace(
            plain, "application/vnd.ms-word.document.macroEnabled.main+xml"
        ).encode()

    data = a.repacked(a.word(), with_macros)
    kind = kind_of(data)
    assert isinstance(kind, Kind)
    assert kind.extension == "docm"
    copy = cleaned(data)
    assert copy.extension == "docx"
    assert b"macro" not in a.unzipped(copy.data)["[Content_Types].xml"]


def edit(name: str, change: Callable[[bytes], bytes | None]) -> Callable[[dict[str, bytes]], None]:
    def changed(entries: dict[str, bytes]) -> None:
        new = change(entries.pop(name))
        if new is not None:
            entries[name] = new

    return changed


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><w:document xmlns:w="x">&c;</w:document>'
MAIN = "word/document.xml"
BAD = [
    ("a text that multiplies itself", edit(MAIN, lambda _: LAUGHS), Refused("bomb")),
    ("the same in UTF-16", edit(MAIN, lambda _: LAUGHS.decode().encode("utf-16")), Refused("bomb")),
    ("a main part that is missing", edit(MAIN, lambda _: None), Refused("damaged")),
    ("a main part that is no XML", edit(MAIN, lambda _: b"<w:document"), Refused("damaged")),
    ("a main part nested too deeply", edit(MAIN, lambda _: b"<a>" * 5000), Refused("damaged")),
    ("no relations", edit("_rels/.rels", lambda _: None), Withheld("uncleanable")),
    ("the strict variant", edit(MAIN, lambda old: old.replace(b"schemas.openxmlformats.org/word", b"purl.oclc.org/ooxml/word")), Withheld("uncleanable")),
    ("more text than memory", edit(MAIN, lambda old: old.replace(b"</w:body>", b"<!--" + b"x" * archives.MAX_PART + b"--></w:body>")), Withheld("uncleanable")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "verdict"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_documents(change: Callable[[dict[str, bytes]], None], verdict: object) -> None:
    """Hostile and broken documents end in one of the fixed answers."""
    method = zipfile.ZIP_STORED if verdict == Withheld("uncleanable") else zipfile.ZIP_DEFLATED
    entries = a.unzipped(a.word())
    change(entries)
    assert verdict_on(a.zipped(dict(entries), method)) == verdict


def test_lying_about_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that unpacks to more than it said is not unpacked to the end."""
    data = a.word()
    monkeypatch.setattr(archives, "MAX_PART", 1000)
    package = archives.Zip(data)
    with pytest.raises(Halt):
        package.read(MAIN, 1000)
    central = data.rindex(MAIN.encode()) - 46
    lying = data[: central + 24] + (100).to_bytes(4, "little") + data[central + 28 :]
    assert isinstance(verdict_on(lying), Refused | Withheld)


@pytest.mark.parametrize("form", SAMPLES)
def test_second_reading(form: str) -> None:
    """The last check would stop an original that somehow came through."""
    made._recheck(cleaned(SAMPLES[form]()).data, ooxml.FORMS[form])
    with pytest.raises(Halt):
        made._recheck(SAMPLES[form](), ooxml.FORMS[form])


@pytest.mark.parametrize("form", SAMPLES)
def test_clean_copies_stay_clean(form: str) -> None:
    """Cleaning a copy again changes nothing that is seen: the parts are the same."""
    once = cleaned(SAMPLES[form]()).data
    assert set(a.unzipped(cleaned(once).data)) == set(a.unzipped(once))
