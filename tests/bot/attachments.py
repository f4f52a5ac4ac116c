"""Samples for the tests of cleaning, made by the libraries people's programs use, each with secrets planted where real
files carry them."""

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import docx
import openpyxl
import pikepdf
import pptx
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

SECRET = "PLANTED7f3a"
MARK = SECRET.encode()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def image(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    """Left half red, right half blue, so that a turn can be seen."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    picture.convert(mode).save(out, form, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """A phone's EXIF: maker, owner, comment, position, thumbnail's directory."""
    tags = Image.Exif()
    tags[0x010F], tags[0x0112], tags[0x8298], tags[0x9286] = SECRET, orientation, SECRET, SECRET
    position = tags.get_ifd(0x8825)
    position[1], position[2], position[3], position[4] = "N", (23.0, 1.0, 0.12), "E", (112.0, 27.0, 0.0)
    position[29] = "2026:11:23"
    return tags.tobytes()


@cache
def photo(form: str = "JPEG", orientation: int = 1) -> bytes:
    """As a phone takes it: EXIF with a position, XMP, and for JPEG a comment and IPTC."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    if form == "PNG":
        text = PngInfo()
        text.add_text("Author", SECRET)
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return image("PNG", pnginfo=text, exif=exif(orientation))
    if form == "GIF":
        return image("GIF", comment=MARK)
    data = image(form, exif=exif(orientation), xmp=xmp, icc_profile=b"\0" * 128 + MARK)
    if form != "JPEG":
        return data
    iptc = b"Photoshop 3.0\0" + MARK
    parts = ((b"\xff\xfe", MARK), (b"\xff\xed", iptc))
    more = b"".join(marker + (len(body) + 2).to_bytes(2, "big") + body for marker, body in parts)
    tables = data.index(b"\xff\xdb")
    return data[:tables] + more + data[tables:]


def zipped(entries: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same package with parts changed."""
    entries = unzipped(data)
    change(entries)
    return zipped(dict(entries))


@cache
def word() -> bytes:
    """A document with properties, a photo, a comment, tracked changes, fields, a template and ids of its machine."""
    document = docx.Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.title = properties.comments = SECRET
    document.add_paragraph("Two lorries each night 每夜两车")
    document.add_picture(io.BytesIO(photo()))
    spoken = document.add_paragraph("with a comment")
    document.add_comment(spoken.runs[0], text="who saw it?", author=SECRET, initials=SECRET)
    body = document.element.body
    for xml in (
        f'<w:p {W} w:rsidR="00{SECRET}"><w:ins w:id="1" w:author="{SECRET}" w:date="2026-01-01T00:00:00Z"><w:r><w:t>added</w:t></w:r></w:ins></w:p>',
        f'<w:p {W}><w:del w:id="2" w:author="{SECRET}"><w:r><w:delText>struck</w:delText></w:r></w:del></w:p>',
        f'<w:p {W}><w:r><w:instrText> INCLUDEPICTURE "C:\\Users\\{SECRET}\\a.jpg" </w:instrText></w:r></w:p>',
        f'<w:p {W}><w:fldSimple w:instr=" DOCPROPERTY {SECRET} "><w:r><w:t>result</w:t></w:r></w:fldSimple></w:p>',
        f"<w:p {W}><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>",
        f'<w:p {W}><w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/><w:tag w:val="{SECRET}"/></w:sdtPr><w:sdtContent><w:r><w:t>boxed</w:t></w:r></w:sdtContent></w:sdt></w:p>',
        f'<w:p {W} {R}><w:hyperlink r:id="rIdWeb"><w:r><w:t>shop</w:t></w:r></w:hyperlink><w:hyperlink r:id="rIdFile"><w:r><w:t>local</w:t></w:r></w:hyperlink></w:p>',
        f'<w:p {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><mc:AlternateContent><mc:Choice Requires="w15"><w15:x xmlns:w15="urn:{SECRET}">{SECRET}</w15:x></mc:Choice><mc:Fallback><w:t>fallback</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>',
    ):
        body.insert(len(body) - 1, parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue(), _add_to_word)


def _add_to_word(entries: dict[str, bytes]) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = entries["word/_rels/document.xml.rels"].decode()
    added = (
        ("rIdWeb", "hyperlink", "https://example.org/shop", True),
        ("rIdFile", "hyperlink", f"file:///C:/Users/{SECRET}/a.docx", True),
        ("rIdTemplate", "attachedTemplate", f"https://{SECRET}.example/t.dotm", True),
        ("rIdOle", "oleObject", "embeddings/oleObject1.bin", False),
        ("rIdMacro", "vbaProject", "vbaProject.bin", False),
        ("rIdCustom", "customXml", "../customXml/item1.xml", False),
        ("rIdPeople", "people", "people.xml", False),
    )
    more = "".join(
        f'<Relationship Id="{i}" Type="{office}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if outside else ""}/>'
        for i, kind, target, outside in added
    )
    entries["word/_rels/document.xml.rels"] = rels.replace("</Relationships>", more + "</Relationships>").encode()
    for name in ("word/embeddings/oleObject1.bin", "word/vbaProject.bin", "customXml/item1.xml", "word/people.xml"):
        entries[name] = b"<a>" + MARK + b"</a>"
    entries["docProps/thumbnail.jpeg"] = photo()
    settings = entries["word/settings.xml"].decode()
    inside = f'<w:attachedTemplate {R} r:id="rIdTemplate"/><w:rsids><w:rsid w:val="{SECRET}"/></w:rsids><w:docVars><w:docVar w:name="{SECRET}" w:val="1"/></w:docVars></w:settings>'
    entries["word/settings.xml"] = settings.replace("</w:settings>", inside).encode()


@cache
def sheet() -> bytes:
    """A workbook with properties, a comment that begins with its author's name, formulas, links and a photo."""
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = book.properties.company = SECRET
    page = book.active
    assert page is not None
    page["A1"], page["A2"], page["A3"] = 41, "=A1+1", "每夜两车"
    page["A1"].comment = Comment(f"{SECRET}:\nseen at the pier", SECRET)
    page["B1"], page["B2"] = "local", "shop"
    page["B1"].hyperlink = f"file:///C:/Users/{SECRET}/a.xlsx"
    page["B2"].hyperlink = "https://example.org/shop"
    page.add_image(SheetImage(io.BytesIO(photo())), "D4")
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), _add_to_sheet)


def _add_to_sheet(entries: dict[str, bytes]) -> None:
    workbook = entries["xl/workbook.xml"].decode()
    path = f'<fileSharing userName="{SECRET}"/><x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\Users\\{SECRET}\\"/>'
    names = f'<definedNames><definedName name="far">\'[{SECRET}.xlsx]S\'!A1</definedName><definedName name="near">Sheet!$A$1</definedName></definedNames>'
    workbook = (
        workbook.replace("<bookViews>", path + "<bookViews>")
        .replace("<definedNames />", "")
        .replace("<calcPr", names + "<calcPr")
    )
    entries["xl/workbook.xml"] = workbook.encode()
    rows = entries["xl/worksheets/sheet1.xml"].decode()
    entries["xl/worksheets/sheet1.xml"] = rows.replace(
        "</row>", f'<c r="F1" t="str"><f>\'[{SECRET}.xlsx]S\'!A1</f><v>last result</v></c></row>', 1
    ).encode()


@cache
def slides() -> bytes:
    """A presentation with properties, notes, a photo whose name is a file's, and a chart with its table inside."""
    show = pptx.Presentation()
    show.core_properties.author = show.core_properties.last_modified_by = SECRET
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "每夜两车"
    picture = slide.shapes.add_picture(io.BytesIO(photo()), 0, 0)
    picture.name = SECRET
    picture._element.nvPicPr.cNvPr.set("descr", f"C:\\Users\\{SECRET}\\a.jpg")
    slide.notes_slide.notes_text_frame.text = "ask at the pier"
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("s", (1, 2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(2), Inches(2), data)
    slide.shapes.add_ole_object(io.BytesIO(MARK), "Package", 0, 0)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


@cache
def pdf() -> bytes:
    """A page with a photo, notes, links, a filled field, an attachment, a script, XMP and a private record."""
    d, n, s, a = pikepdf.Dictionary, pikepdf.Name, pikepdf.String, pikepdf.Array
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200)).obj
        record = d(Producer=d(LastModified=s("D:2026"), Private=document.make_stream(MARK)))
        meta = document.make_stream(MARK, Type=n.Metadata, Subtype=n.XML)
        photo_ = document.make_stream(
            photo(), Type=n.XObject, Subtype=n.Image, Width=64, Height=48, BitsPerComponent=8, Filter=n.DCTDecode,
            ColorSpace=a([n.ICCBased, document.make_stream(MARK, N=3)]), Metadata=meta, PieceInfo=record,
        )  # fmt: skip
        font = d(Type=n.Font, Subtype=n.Type1, BaseFont=n.Helvetica)
        shown = document.make_stream(
            b"BT /F0 9 Tf 2 2 Td (Li Si) Tj ET", Type=n.XObject, Subtype=n.Form, BBox=a([0, 0, 50, 12]),
            Resources=d(Font=d(F0=font)), PieceInfo=record,
        )  # fmt: skip
        page.Resources = d(XObject=d(Im0=photo_), Font=d(F0=font), Properties=d(MC0=d(Type=n.OCG, Name=s(SECRET))))
        page.Contents = document.make_stream(
            b"q 64 0 0 48 9 99 cm /Im0 Do Q /OC /MC0 BDC BT /F0 12 Tf 9 9 Td (two lorries) Tj ET EMC"
        )
        page.PieceInfo, page.LastModified, page.Metadata = record, s("D:2026"), meta
        page.Thumb = document.make_stream(photo(), Width=64, Height=48, Filter=n.DCTDecode)
        web, local = d(S=n.URI, URI=s("https://example.org/shop")), d(S=n.Launch, F=s(f"C:\\{SECRET}.exe"))
        spec = d(Type=n.Filespec, F=s(SECRET), EF=d(F=document.make_stream(MARK)))
        box = a([1, 1, 60, 20])
        page.Annots = a([
            document.make_indirect(item)
            for item in (
                d(Subtype=n.Text, Rect=box, Contents=s("look here"), T=s(SECRET), M=s("D:2026"), NM=s(SECRET), RC=s(SECRET)),
                d(Subtype=n.Link, Rect=box, A=web),
                d(Subtype=n.Link, Rect=box, A=local),
                d(Subtype=n.FileAttachment, Rect=box, FS=spec),
                d(Subtype=n.Widget, FT=n.Tx, T=s(SECRET), V=s("Li Si"), Rect=box, AP=d(N=shown), AA=d(K=local)),
                d(Subtype=n.Widget, FT=n.Tx, T=s(SECRET), V=s(SECRET), Rect=box, F=2),
            )
        ])  # fmt: skip
        document.Root.AcroForm = d(Fields=a(list(page.Annots)[-2:]))
        document.Root.OpenAction = d(S=n.JavaScript, JS=s(SECRET))
        document.Root.Outlines = document.make_indirect(d(Type=n.Outlines, Title=s(SECRET)))
        document.attachments[SECRET] = pikepdf.AttachedFileSpec(document, MARK, filename=SECRET)
        document.docinfo["/Author"] = SECRET
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET]
        document.save(out, compress_streams=False)
    return out.getvalue()


@cache
def bomb_pdf(size: int) -> bytes:
    """A few hundred kB whose list of objects unpacks to `size` spaces."""
    packing = zlib.compressobj(9)
    packed = packing.compress(b"5 0 ")
    for _ in range(size // 1_000_000):
        packed += packing.compress(b" " * 1_000_000)
    packed += packing.compress(b"<</Type/Catalog/Pages 2 0 R>>") + packing.flush()
    objects = {
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    }
    data, places = b"%PDF-1.5\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj%b endobj\n" % (number, body)
    rows = [
        (0, 0, 255),
        (0, 0, 0),
        (1, places[2], 0),
        (1, places[3], 0),
        (1, places[4], 0),
        (2, 4, 0),
        (1, len(data), 0),
    ]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + bytes([index]) for kind, at, index in rows)
    listed = b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 5 0 R/Length %d>>stream\n%b\nendstream endobj" % (
        len(table),
        table,
    )
    return data + listed + b"\nstartxref\n%d\n%%%%EOF\n" % len(data)


def box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def film(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0") + box(b"mdat", bytes(200))


def mp3() -> bytes:
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 3


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)
