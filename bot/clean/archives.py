"""Zip files opened without trusting them: what they claim is checked before anything is unpacked, and while it is."""

import re
import struct
from dataclasses import replace
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from bot.clean.verdicts import Kind, Refused, refuse, withhold

MAX_ENTRIES = 4096
MAX_DIRECTORY = 1024 * 1024
MAX_TOTAL = 256 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024  # of XML: its tree takes some twenty times as much memory
BOMB_RATIO = 200  # deflate reaches 1032; the emptiest honest sheet some 100
BOMB_FROM = 4 * 1024 * 1024  # below this size no ratio hurts

_BROKEN = (BadZipFile, ZlibError, struct.error, EOFError, OSError, ValueError, RuntimeError, KeyError)
_MAIN = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.|ms-)(word|spreadsheet|excel|presentation|powerpoint)(?:processingml|ml)?"
    rb"\.(?:document|template|sheet|presentation|slideshow)(\.binary)?(\.macroEnabled(?:Template)?)?\.main\b"
)
_WORD = Kind("document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
_EXCEL = Kind("document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
_SLIDES = Kind("document", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx")
_OFFICE = {b"word": _WORD, b"spreadsheet": _EXCEL, b"excel": _EXCEL, b"presentation": _SLIDES, b"powerpoint": _SLIDES}
_ODF = re.compile(rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation|graphics)")


class Zip:
    """A zip in memory whose directory has been found honest."""

    def __init__(self, data: bytes) -> None:
        """Raises Halt: truncated, damaged, polyglot or bomb."""
        try:
            self._zip = _opened(data)
        except _BROKEN:
            raise refuse("truncated" if data.startswith(b"PK\x03\x04") else "damaged") from None
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        _check(data, self._zip.infolist())

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def read(self, name: str, limit: int = MAX_PART) -> bytes | None:
        """One entry's bytes; None when there is none of this name. Halts rather than unpack more than `limit`."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.file_size > limit:
            raise withhold("uncleanable")
        try:
            with self._zip.open(entry) as source:
                data = source.read(limit + 1)
        except _BROKEN:
            raise refuse("damaged") from None
        if len(data) > limit:
            raise refuse("bomb")
        return data


def _opened(data: bytes) -> ZipFile:
    """Its directory alone can hold half a million names, each of which costs memory: measured before it is read."""
    end = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    if end >= 20 and data[end - 20 : end - 16] == b"PK\x06\x07":  # zip64 keeps it elsewhere
        at = int.from_bytes(data[end - 12 : end - 4], "little")
        size = int.from_bytes(data[at + 40 : at + 48], "little")
    if end >= 0 and size > MAX_DIRECTORY:
        raise refuse("bomb")
    return ZipFile(BytesIO(data))


def _check(data: bytes, entries: list[ZipInfo]) -> None:
    packed, unpacked = sum(e.compress_size for e in entries), sum(e.file_size for e in entries)
    if (
        len(entries) > MAX_ENTRIES or unpacked > MAX_TOTAL or packed > len(data)
    ):  # more packed than there is: overlapping
        raise refuse("bomb")
    if any(e.file_size > max(BOMB_FROM, BOMB_RATIO * e.compress_size) for e in entries):
        raise refuse("bomb")
    if len({e.filename.lower() for e in entries}) < len(entries) or any(e.flag_bits & 1 for e in entries):
        raise refuse("damaged")  # two parts of one name: each program picks another
    end = data.rfind(b"PK\x05\x06")
    if min((e.header_offset for e in entries), default=0) > 0 or data[end + 22 :].strip(b"\x00"):
        raise refuse("polyglot")  # something stands before it, or behind it


def office_kind(data: bytes) -> Kind | Refused:
    """What a file that begins like a zip is: an Office document, or an archive, which is not taken. May raise Halt."""
    try:
        names = frozenset(_opened(data).namelist())
    except _BROKEN:
        names = frozenset()
        if re.search(rb"\[Content_Types\]\.xml|_rels/|word/|xl/|ppt/|mimetype", data[:2048]):
            return Refused("truncated")
    if "AndroidManifest.xml" in names or any(name.endswith((".class", ".dex")) for name in names):
        return Refused("executable")
    if "[Content_Types].xml" in names:
        return _by_content_types(Zip(data).read("[Content_Types].xml", 1024 * 1024) or b"")
    if "mimetype" in names and (odf := _ODF.match(Zip(data).read("mimetype", 1024) or b"")):
        short = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp", b"graphics": "odg"}[odf.group(1)]
        return Kind("document", odf.group(0).decode(), short)
    return Refused("archive")


def _by_content_types(listed: bytes) -> Kind | Refused:
    main = _MAIN.search(listed)
    if main is None:
        return Refused("unknown_type")
    if main.group(2):
        return Kind("document", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "xlsb")
    plain = _OFFICE[main.group(1)]
    return replace(plain, extension=plain.extension[:-1] + "m") if main.group(3) else plain
