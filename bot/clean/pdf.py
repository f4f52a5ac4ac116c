"""PDF copies: only what is drawn on the pages, moved into a new document.

A new document has no author, no history, no identifier, no scripts, forms, attachments, bookmarks or earlier versions;
on the way every page keeps known keys only, fields and stamps become pictures of themselves, notes lose their authors,
and the JPEG files inside lose everything but their picture. The result is opened again and searched.
"""

import logging
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, TypeGuard

from bot.clean.layout import bare_jpeg, bare_jpeg2000
from bot.clean.verdicts import MAX_FILE, Cleaned, refuse, withhold

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

MAX_OBJECTS = 200_000
MAX_PAGES = 2000
# For what has to be unpacked to find the pages: lists of objects. Pictures and texts stay packed, however large.
MAX_UNPACKED = 32 * 1024 * 1024
MAX_ITEMS = 500_000

_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit"}
_PAGE |= {"/Contents", "/Resources", "/Annots", "/Group"}
_RESOURCES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties", "/ProcSet"}
_STREAM = {"/Filter", "/DecodeParms", "/Length", "/Type", "/Subtype"}
_FORM = _STREAM | {"/FormType", "/BBox", "/Matrix", "/Resources", "/Group"}
_IMAGE = _STREAM | {"/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/ImageMask", "/Mask", "/SMask", "/Decode"}
_IMAGE |= {"/Interpolate", "/Intent", "/SMaskInData", "/Matte"}
_NOTE = {"/Type", "/Subtype", "/Rect", "/Contents", "/F", "/AP", "/AS", "/C", "/IC", "/CA", "/Border", "/BS", "/BE"}
_NOTE |= {"/DA", "/Q", "/QuadPoints", "/InkList", "/L", "/LE", "/LL", "/Vertices", "/Name", "/RD"}
_NOTES = {"/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"}
_NOTES |= {"/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Link", "/Widget"}
# Of whatever else hangs on a page (fonts, patterns). Only long names: a short one may be what a page calls its font.
_FORBIDDEN = {"/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Thumb", "/StructParent", "/StructParents"}
_SIGNS_OF_MORE = _FORBIDDEN | {"/JavaScript", "/OpenAction", "/EmbeddedFiles", "/AcroForm", "/Alternates"}
# The only texts that draw or link.
_STRINGS = {"/Registry", "/Ordering", "/CharSet", "/Panose", "/Contents", "/DA", "/URI"}
_HIDDEN = 2 | 32  # flags of a note that no viewer shows


def clean_pdf(data: bytes) -> Cleaned:
    import pikepdf

    with _opened(data) as source, pikepdf.new() as fresh:
        _check(source)
        for page in source.pages:
            _keep_only(page.obj, _PAGE)
            page.obj["/Annots"] = pikepdf.Array(_notes(page.obj))
        fresh.pages.extend(source.pages)
        for found in _reachable([page.obj for page in fresh.pages]):
            _scrub(found)
        copy = _saved(fresh)
    _recheck(copy)
    return Cleaned(copy, "application/pdf", "pdf")


def _opened(data: bytes) -> "Pdf":
    import pikepdf

    if re.search(rb"%%EOF\s*\x00*\s*$|%%EOF.{0,1024}$", data[-4096:], re.DOTALL) is None:
        raise refuse("truncated")
    # Both hold for the whole process and are always set to the same, so threads don't race.
    pikepdf.settings.set_qpdf_limits(flate_max_memory=MAX_UNPACKED, parser_max_container_size=MAX_ITEMS)
    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # its warnings quote the file
    try:
        return pikepdf.open(BytesIO(data))
    except pikepdf.PasswordError:
        raise withhold("encrypted") from None


def _saved(fresh: "Pdf") -> bytes:
    import pikepdf

    out = BytesIO()
    fresh.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,  # what was packed stays packed: nothing to explode
    )
    return out.getvalue()


def _check(source: "Pdf") -> None:
    if _number(source.trailer.get("/Size")) > MAX_OBJECTS:
        raise withhold("uncleanable")
    if len(source.pages) == 0:
        raise refuse("damaged")
    form = source.Root.get("/AcroForm")
    dynamic = bool(source.Root.get("/NeedsRendering", False)) and _is_dictionary(form) and "/XFA" in form
    if dynamic or len(source.pages) > MAX_PAGES:
        raise withhold("uncleanable")


def _notes(page: "Object") -> Iterator["Object"]:
    """Notes that can be seen, with what draws them; nothing that says who wrote them or when."""
    import pikepdf

    listed = page.get("/Annots")
    for note in listed if isinstance(listed, pikepdf.Array) else ():
        if not _is_dictionary(note) or str(note.get("/Subtype")) not in _NOTES or _number(note.get("/F")) & _HIDDEN:
            continue
        address = _address(note)
        _keep_only(note, _NOTE)
        if address:
            note["/A"] = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address))
        if note["/Subtype"] == pikepdf.Name.Widget:  # a field shows its value by a picture of it, as a stamp does
            note["/Subtype"] = pikepdf.Name.Stamp
        yield note


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _address(note: "Object") -> str:
    """A link to the web is content; a link to a file, a form or a program is not."""
    action = note.get("/A")
    target = str(action.get("/URI", "")) if _is_dictionary(action) else ""
    return target if re.match(r"https?://", target, re.IGNORECASE) else ""


def _is_dictionary(value: object) -> TypeGuard["Object"]:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary)


def _keep_only(holder: "Object", keys: set[str]) -> None:
    for key in set(holder.keys()) - keys:
        del holder[key]


def _reachable(start: list["Object"]) -> Iterator["Object"]:
    """Every array, dictionary and stream that hangs on the pages, each once; children are read after the caller
    is done with their parent, so what it deleted is not visited."""
    import pikepdf

    containers = (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)
    waiting, seen = list(start), set()
    while waiting:
        found = waiting.pop()
        if found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        yield found
        a_list = isinstance(found, pikepdf.Array)
        inside = list(found) if a_list else [found.get(key) for key in found.keys() - {"/Parent"}]
        waiting += [child for child in inside if isinstance(child, containers)]


def _scrub(found: "Object") -> None:
    import pikepdf

    if isinstance(found, pikepdf.Array):
        _plain_colours(found)
        return
    if isinstance(found, pikepdf.Stream) and "/F" in found:  # its bytes would lie in another file
        raise withhold("uncleanable")
    for key in sorted(found.keys()):
        unknown_text = isinstance(found.get(key), pikepdf.String) and key not in _STRINGS
        if key in _FORBIDDEN or unknown_text:
            del found[key]
    resources = found.get("/Resources")
    if _is_dictionary(resources):
        _keep_only(resources, _RESOURCES)
        properties = resources.get("/Properties")
        if _is_dictionary(properties):  # layers' names, alternative texts; the page may still refer to them
            blank = {key: pikepdf.Dictionary() for key in sorted(properties.keys())}
            resources["/Properties"] = pikepdf.Dictionary(blank)
    if isinstance(found, pikepdf.Stream):
        _scrub_stream(found)


def _plain_colours(array: "Object") -> None:
    """A colour profile can name a screen or its owner: the plain space with as many colours takes its place."""
    import pikepdf

    if len(array) != 2 or array[0] != pikepdf.Name.ICCBased:
        return
    profile: object = list(array)[1]
    count = profile.get("/N") if isinstance(profile, pikepdf.Stream) else None
    plain = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}.get(_number(count))
    if plain is None:
        raise withhold("uncleanable")
    array[0] = plain
    del array[1]


def _scrub_stream(stream: "Object") -> None:
    form = str(stream.get("/Subtype"))
    if form == "/Form":
        _keep_only(stream, _FORM)
    elif form == "/Image":
        _keep_only(stream, _IMAGE)
        _scrub_image(stream)


def _scrub_image(image: "Object") -> None:
    import pikepdf

    filters = _filters(image)
    if not filters or filters[-1] not in ("/DCTDecode", "/JPXDecode"):
        return
    raw = _unpacked(image.read_raw_bytes(), filters[:-1])
    bare = bare_jpeg(raw) if filters[-1] == "/DCTDecode" else bare_jpeg2000(raw)
    if bare is None:
        raise withhold("uncleanable")
    if bare != raw or len(filters) > 1:
        settings = image.get("/DecodeParms")
        last = settings[-1] if isinstance(settings, pikepdf.Array) and len(settings) else settings
        kept = last if isinstance(last, pikepdf.Dictionary) else None
        image.write(bare, filter=pikepdf.Name(filters[-1]), decode_parms=kept)


def _filters(stream: "Object") -> list[str]:
    import pikepdf

    named = stream.get("/Filter")
    return [str(name) for name in named] if isinstance(named, pikepdf.Array) else [str(named)] if named else []


def _unpacked(raw: bytes, filters: list[str]) -> bytes:
    for name in filters:
        if name != "/FlateDecode":
            raise withhold("uncleanable")
        raw = zlib.decompressobj().decompress(raw, MAX_FILE + 1)
        if len(raw) > MAX_FILE:
            raise refuse("bomb")
    return raw


def _recheck(data: bytes) -> None:
    """Read the copy as a stranger would: whatever should be gone and isn't, and there is no copy."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as copy:
        clean = "/Info" not in copy.trailer and set(copy.Root.keys()) == {"/Type", "/Pages"}
        for found in copy.objects:
            if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
                clean = clean and not _SIGNS_OF_MORE & set(found.keys())
            if isinstance(found, pikepdf.Stream) and _filters(found) == ["/DCTDecode"]:
                clean = clean and bare_jpeg(raw := found.read_raw_bytes()) == raw
    if not clean:
        raise withhold("uncleanable")
