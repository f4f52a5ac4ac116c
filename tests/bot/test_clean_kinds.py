"""What a file is, decided by its content alone."""

import io
import tarfile
import time
import zipfile

import pytest

from bot.clean import MAX_FILE, Kind, Refused, Withheld, clean, kind_of
from tests.bot import attachments as a

# what it is                            family      extension  and what becomes of it
TAKEN = [
    (a.image("JPEG"), "image", "jpg", "cleaned"),
    (a.image("PNG"), "image", "png", "cleaned"),
    (a.image("GIF"), "image", "gif", "cleaned"),
    (a.image("WEBP"), "image", "webp", "cleaned"),
    (a.film(b"heic"), "image", "heic", "heic"),
    (a.film(b"mif1"), "image", "heic", "heic"),
    (a.film(b"avif"), "image", "avif", "heic"),
    (a.pdf(), "document", "pdf", "cleaned"),
    (b"\xef\xbb\xbf\r\n" + a.pdf(), "document", "pdf", "cleaned"),
    (a.word(), "document", "docx", "cleaned"),
    (a.sheet(), "document", "xlsx", "cleaned"),
    (a.slides(), "document", "pptx", "cleaned"),
    (a.old_office("WordDocument"), "document", "doc", "old_office"),
    (a.old_office("Workbook"), "document", "xls", "old_office"),
    (a.old_office("PowerPoint Document"), "document", "ppt", "old_office"),
    (a.old_office("EncryptedPackage"), "document", "office", "encrypted"),
    (b"{\\rtf1 text}", "document", "rtf", "old_office"),
    (
        a.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}),
        "document",
        "odt",
        "uncleanable",
    ),
    (a.film(b"isom"), "video", "mp4", "video"),
    (a.film(b"mp42"), "video", "mp4", "video"),
    (a.film(b"qt  "), "video", "mov", "video"),
    (a.box(b"wide", b"") + a.box(b"mdat", bytes(99)), "video", "mov", "video"),
    (a.film(b"3gp4"), "video", "3gp", "video"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(50), "video", "webm", "video"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska" + bytes(50), "video", "mkv", "video"),
    (b"RIFF\x64\0\0\0AVI LIST" + bytes(92), "video", "avi", "video"),
    (b"#!AMR\n" + bytes(90), "voice", "amr", "voice"),
    (b"#!AMR-WB\n" + bytes(90), "voice", "amr", "voice"),
    (b"\x02#!SILK_V3" + bytes(90), "voice", "silk", "voice"),
    (b"#!SILK_V3" + bytes(90), "voice", "silk", "voice"),
    (b"ID3\x04" + bytes(90), "voice", "mp3", "voice"),
    (a.mp3(), "voice", "mp3", "voice"),
    (b"\xff\xf1\x50\x80\x03\x1f\xfc" + bytes(17) + b"\xff\xf1\x50\x80\x03\x1f\xfc", "voice", "aac", "voice"),
    (a.film(b"M4A "), "voice", "m4a", "voice"),
    (b"RIFF\x64\0\0\0WAVEfmt " + bytes(92), "voice", "wav", "voice"),
    (b"OggS" + bytes(90), "voice", "ogg", "voice"),
    ("每夜两车 two lorries\r\n".encode(), "text", "txt", "cleaned"),
    ("每夜两车".encode("gb18030"), "text", "txt", "cleaned"),
    ("每夜两车".encode("utf-16"), "text", "txt", "cleaned"),
    (b"MZ is how the plate begins", "text", "txt", "cleaned"),
    (b"PDFs begin with %PDF-1.4, he said", "text", "txt", "cleaned"),
]


@pytest.mark.parametrize(
    ("data", "family", "extension", "fate"), TAKEN, ids=[f"{t[2]}-{n}" for n, t in enumerate(TAKEN)]
)
def test_taken(data: bytes, family: str, extension: str, fate: str) -> None:
    """Each kind on the list is known by its content, and either cleaned or withheld for a named reason."""
    kind = kind_of(data)
    assert isinstance(kind, Kind)
    assert (kind.family, kind.extension) == (family, extension)
    verdict = clean(kind, data)
    assert not isinstance(verdict, Refused)
    assert (verdict.reason if isinstance(verdict, Withheld) else "cleaned") == fate


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("photo.jpg"))
    return out.getvalue()


ZIP = a.zipped({"a.txt": "inside"})
PHOTO, PNG, PDF, WORD = a.photo(), a.image("PNG"), a.pdf(), a.word()
REFUSED = [
    ("nothing at all", b"", "empty"),
    ("only blanks", b" \r\n\t ", "empty"),
    ("50 MB of zeros", bytes(50 * 1024 * 1024), "too_large"),
    ("one byte over", b"a" * (MAX_FILE + 1), "too_large"),
    ("noise", bytes(range(256)), "unknown_type"),
    ("a web page", b"\xef\xbb\xbf <!DOCTYPE html><title>x</title>", "unknown_type"),
    ("a drawing with a script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "unknown_type"),
    ("a bitmap", a.image("BMP"), "unknown_type"),
    ("a saved mail or an installer", a.old_office("SummaryInformation"), "unknown_type"),
    ("a drawing program's package", a.zipped({"[Content_Types].xml": "application/vnd.ms-visio.drawing.main+xml"}), "unknown_type"),
    ("a Windows program", b"MZ\x90\0" + bytes(56) + b"\x40\0\0\0PE\0\0", "executable"),
    ("a Linux program", b"\x7fELF\x02\x01\x01" + bytes(64), "executable"),
    ("a shell script", b"#!/bin/sh\necho hello\n", "executable"),
    ("a batch file", b"@echo off\r\ndel *.*\r\n", "executable"),
    ("a shortcut", b"L\0\0\0\x01\x14\x02\0" + bytes(64), "executable"),
    ("an Android app", a.zipped({"AndroidManifest.xml": "x", "classes.dex": "x"}), "executable"),
    ("a Java program", a.zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "executable"),
    ("a zip, whatever its name is", ZIP, "archive"),
    ("a zip bomb named .jpg", a.zipped({"0": bytes(30_000_000)}), "archive"),
    ("a rar", b"Rar!\x1a\x07\x01\0" + bytes(64), "archive"),
    ("a 7z", b"7z\xbc\xaf\x27\x1c" + bytes(64), "archive"),
    ("a gzip", b"\x1f\x8b\x08" + bytes(64), "archive"),
    ("a tar", tar(), "archive"),
    ("a cut document", WORD[: len(WORD) // 2], "truncated"),
    ("a photo with a zip behind it", PHOTO + ZIP, "polyglot"),
    ("a photo with a zip and much more behind it", PHOTO + ZIP + bytes(100_000), "polyglot"),
    ("a photo with a zip in its comment", PHOTO[:2] + b"\xff\xfe" + (len(ZIP) + 2).to_bytes(2, "big") + ZIP + PHOTO[2:], "polyglot"),
    ("a picture that is a Java program (GIFAR)", a.image("GIF") + a.zipped({"A.class": "x"}), "polyglot"),
    ("a picture with a rar behind it", PNG + b"Rar!\x1a\x07\x01\0", "polyglot"),
    ("a picture with a program behind it", PNG + b"MZ\x90\0", "polyglot"),
    ("a photo that is a web page", PHOTO[:2] + b"\xff\xfe\0\x12<html><script>" + bytes(2) + PHOTO[2:], "polyglot"),
    ("a photo that is a PDF", PHOTO[:2] + b"\xff\xfe\0\x0b%PDF-1.4\n" + PHOTO[2:], "polyglot"),
    ("a photo with a PDF behind it", PHOTO + PDF, "polyglot"),
    ("a PDF with a zip behind it", PDF + ZIP, "polyglot"),
    ("a PDF that is a web page", PDF[:9] + b"%<html><script>alert(1)</script>\n" + PDF[9:], "polyglot"),
    ("a PDF with a page behind it", PDF + b"<script>alert(1)</script>", "polyglot"),
    ("a document that begins as something else", b"PK\x03\x04" + bytes(60) + WORD, "polyglot"),
    ("a document with something behind it", WORD + b"#!/bin/sh", "polyglot"),
    ("a film that is a zip", a.film() + ZIP, "polyglot"),
    ("a photo that is a tar", PHOTO[:257] + b"ustar" + PHOTO[262:], "polyglot"),
    ("a text that is a PDF", b"hello\n" + PDF.replace(b"\0", b" ")[:50] + b"\nstartxref\n", "polyglot"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(data: bytes, reason: str) -> None:
    """What a tip can't carry is refused for a reason that can be told to the person."""
    assert kind_of(data) == Refused(reason)


@pytest.mark.parametrize("form", ["MPO", "film", "zeros"])
def test_phones_append(form: str) -> None:
    """Phones put a short film, a second picture or padding behind a photo: that is no polyglot, and the copy lacks it."""
    behind = {"MPO": a.photo(), "film": a.film(b"mp42") + a.MARK, "zeros": bytes(5000)}[form]
    data = a.image("JPEG") + behind
    kind = kind_of(data)
    assert kind == Kind("image", "image/jpeg", "jpg")
    verdict = clean(kind, data)
    assert verdict == clean(kind, a.image("JPEG"))


def test_chance_mark() -> None:
    """The four bytes that begin a zip's directory come up by chance in a large photo: alone they mean nothing."""
    data = a.image("JPEG")
    comment = b"PK\x05\x06" + bytes(18)
    assert isinstance(kind_of(data[:2] + b"\xff\xfe\0\x18" + comment + data[2:]), Kind)


def test_claimed_sizes() -> None:
    """A document that says it unpacks to far more than it is, or whose parts overlap, is a bomb before it is opened."""
    entries = a.unzipped(a.word())
    entries["word/document.xml"] = bytes(50_000_000)
    assert kind_of(a.zipped(dict(entries))) == Refused("bomb")
    many: dict[str, bytes | str] = {f"word/{number}.xml": b"" for number in range(5000)}
    assert kind_of(a.zipped(many | {"[Content_Types].xml": entries["[Content_Types].xml"]})) == Refused("bomb")


PIECES = {
    "jpg": a.image("JPEG")[:2] + b"\xff\xd8" * 9_000_000,
    "png": a.image("PNG")[:33] + b"\0\0\0\0teXt\0\0\0\0" * 1_500_000,
    "gif": a.image("GIF")[:13] + b"\x21\xfe" + b"\1x" * 9_000_000,
    "webp": b"RIFF\0\0\0\1WEBP" + bytes(18_000_000),
    "zip": WORD[:-22] + b"PK\x05\x06" + bytes(8) + (9_000_000).to_bytes(4, "little") + bytes(6),
    "marks": PDF + b"PK\x05\x06" * 4_000_000,
}


@pytest.mark.parametrize("data", PIECES.values(), ids=PIECES.keys())
def test_busy_work(data: bytes) -> None:
    """Millions of empty pieces cost well under a second to look at, wherever they are."""
    begun = time.process_time()
    verdict = kind_of(data)
    if isinstance(verdict, Kind):
        assert isinstance(clean(verdict, data), Refused)
    assert time.process_time() - begun < 2


def test_same_name_twice() -> None:
    """Of two parts of one name each program picks another: refused."""
    out = io.BytesIO(a.word())
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", "another")
    assert kind_of(out.getvalue()) == Refused("damaged")
