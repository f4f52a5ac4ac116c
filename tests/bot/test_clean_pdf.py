"""A PDF's copy shows the pages and knows nothing of who made them."""

import io
import re
import zlib

import pikepdf
import pytest
from PIL import Image

from bot.clean import Cleaned, Kind, Refused, Withheld, clean, kind_of
from bot.clean import pdf as made
from bot.clean.layout import bare_jpeg2000
from bot.clean.verdicts import Halt
from tests.bot import attachments as a

PDF = Kind("document", "application/pdf", "pdf")


def copy_of(data: bytes) -> bytes:
    verdict = clean(PDF, data)
    assert isinstance(verdict, Cleaned), verdict
    assert (verdict.mime, verdict.extension) == ("application/pdf", "pdf")
    return verdict.data


def unpacked(data: bytes) -> bytes:
    """Every stream unpacked and every object written out, for a plain search."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.specialized)
    return out.getvalue()


def saved(change, data: bytes = b"", **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data or a.pdf())) as document:
        change(document)
        document.save(out, **options)
    return out.getvalue()


def test_nothing_planted_is_left() -> None:
    """No property, XMP, identifier, script, attachment, author, private record, profile, thumbnail or position."""
    original = a.pdf()
    assert unpacked(original).count(a.MARK) > 12
    copy = copy_of(original)
    for data in (copy, unpacked(copy)):
        assert a.MARK not in data
        for word in (b"/Info", b"/Metadata", b"/JavaScript", b"/EmbeddedFile", b"/PieceInfo", b"/AcroForm", b"/Launch"):
            assert word not in data
        assert b"Exif" not in data
        assert re.search(rb"D:20\d\d", data) is None
    with pikepdf.open(io.BytesIO(original)) as before, pikepdf.open(io.BytesIO(copy)) as after:
        assert not after.docinfo.keys()
        assert set(after.Root.keys()) == {"/Type", "/Pages"}
        assert bytes(before.trailer.ID[0]) not in copy


def test_what_is_seen_stays() -> None:
    """Text, pictures, notes' words, filled-in fields and links to the web are content; hidden fields are not."""
    copy = copy_of(a.pdf())
    with pikepdf.open(io.BytesIO(copy)) as document:
        page = document.pages[0]
        assert b"(two lorries)" in page.Contents.read_bytes()
        notes = {str(note.Subtype): note for note in page.Annots}
        assert str(notes["/Text"].Contents) == "look here"
        assert b"(Li Si)" in notes["/Stamp"].AP.N.read_bytes()
        assert any(str(note.get("/A", {}).get("/URI", "")) == "https://example.org/shop" for note in page.Annots)
        assert len(page.Annots) == 4
        picture = pikepdf.PdfImage(page.Resources.XObject.Im0).as_pil_image()
        assert picture.tobytes() == Image.open(io.BytesIO(a.photo())).tobytes()


def test_same_in_same_out() -> None:
    """Nothing of the time or the machine of cleaning goes into the copy."""
    assert copy_of(a.pdf()) == copy_of(a.pdf())


def test_earlier_versions_are_gone() -> None:
    """What was changed and saved over still lies in many files: the copy has the last state alone."""
    data = a.pdf()
    body = b"9999 0 obj (" + a.MARK + b" earlier) endobj\n"
    at = data.rindex(b"startxref")
    assert a.MARK not in unpacked(copy_of(data[:at] + body + data[at:]))


@pytest.mark.parametrize("filters", [["/FlateDecode", "/DCTDecode"], ["/DCTDecode"]])
def test_pictures_inside(filters: list[str]) -> None:
    """A photo inside loses its data without its colours being computed anew, also when it is packed once more."""

    def pack(document: pikepdf.Pdf) -> None:
        raw = zlib.compress(a.photo()) if len(filters) > 1 else a.photo()
        document.pages[0].Resources.XObject.Im0.write(raw, filter=pikepdf.Array([pikepdf.Name(f) for f in filters]))

    copy = copy_of(saved(pack))
    assert a.MARK not in copy
    with pikepdf.open(io.BytesIO(copy)) as document:
        raw = document.pages[0].Resources.XObject.Im0.read_raw_bytes()
        assert Image.open(io.BytesIO(raw)).tobytes() == Image.open(io.BytesIO(a.photo())).tobytes()


def test_jpeg2000() -> None:
    """JPEG 2000 keeps the boxes that draw and loses those that tell."""
    data = a.image("JPEG2000")
    told = data + a.box(b"uuid", a.MARK) + a.box(b"xml ", a.MARK)
    assert bare_jpeg2000(told) == bare_jpeg2000(data) == data
    assert bare_jpeg2000(b"anything else") is None
    assert bare_jpeg2000(data[:-5]) is None


def test_encrypted() -> None:
    """What needs a password is withheld; what everybody may open but not print is cleaned like any other."""
    both = pikepdf.Encryption(owner="o", user="u")
    assert clean(PDF, saved(lambda _: None, encryption=both)) == Withheld("encrypted")
    copy = copy_of(saved(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="")))
    with pikepdf.open(io.BytesIO(copy)) as document:
        assert not document.is_encrypted
        assert b"(two lorries)" in document.pages[0].Contents.read_bytes()


def test_truncated_and_damaged() -> None:
    """An upload that stopped early is named so; a file that is whole but no PDF inside is damaged."""
    data = a.pdf()
    for cut in (20, len(data) // 2, len(data) - 10):
        assert clean(PDF, data[:cut]) == Refused("truncated")
    assert clean(PDF, b"%PDF-1.7\nnothing\n%%EOF\n") == Refused("damaged")
    assert clean(PDF, saved(lambda document: document.pages.__delitem__(0))) == Refused("damaged")


def test_bomb() -> None:
    """A small file whose objects unpack to gigabytes is given up on, without unpacking them."""
    size = 20 * made.MAX_UNPACKED
    data = a.bomb_pdf(size)
    assert len(data) < 1_000_000
    assert kind_of(data) == PDF
    assert isinstance(clean(PDF, data), Refused)
    assert isinstance(clean(PDF, a.bomb_pdf(1_000_000)), Cleaned)  # the same file in small is fine


def dynamic(document: pikepdf.Pdf) -> None:
    document.Root.NeedsRendering = True
    document.Root.AcroForm.XFA = pikepdf.String("x")


def outside(document: pikepdf.Pdf) -> None:
    document.pages[0].Resources.XObject.Im0["/F"] = pikepdf.String("other.jpg")


def broken(document: pikepdf.Pdf) -> None:
    document.pages[0].Resources.XObject.Im0.write(a.photo()[:-50], filter=pikepdf.Name.DCTDecode)


@pytest.mark.parametrize("change", [dynamic, outside, broken])
def test_withheld(change) -> None:
    """Where no honest copy can be made (forms that are programs, bytes in other files), there is none."""
    assert clean(PDF, saved(change)) == Withheld("uncleanable")


def test_second_reading() -> None:
    """The last check would stop an original that somehow came through."""
    with pytest.raises(Halt):
        made._recheck(a.pdf())
