"""What a file is, by its content alone. The name the person gave it decides nothing.

A short list of what a tip may carry, rather than a library that knows everything: what is not on it is refused.
"""

import re

from bot.clean.layout import PNG_HEAD, image_end
from bot.clean.verdicts import MAX_FILE, Halt, Kind, Refused

_EXECUTABLE = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",  # Java class, Mach-O
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
    b"#!/",
    b"#! /",
    b"@echo ",
)
_ARCHIVE = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADS = (
    (b"\xff\xd8\xff", Kind("image", "image/jpeg", "jpg")),
    (PNG_HEAD, Kind("image", "image/png", "png")),
    (b"GIF87a", Kind("image", "image/gif", "gif")),
    (b"GIF89a", Kind("image", "image/gif", "gif")),
    (b"{\\rtf", Kind("document", "application/rtf", "rtf")),
    (b"#!AMR\n", Kind("voice", "audio/amr", "amr")),
    (b"#!AMR-WB\n", Kind("voice", "audio/amr-wb", "amr")),
    (b"#!SILK_V3", Kind("voice", "audio/silk", "silk")),
    (b"\x02#!SILK_V3", Kind("voice", "audio/silk", "silk")),  # as WeChat writes it
    (b"ID3", Kind("voice", "audio/mpeg", "mp3")),
    (b"OggS", Kind("voice", "audio/ogg", "ogg")),
    (b"fLaC", Kind("voice", "audio/flac", "flac")),
    (b"FLV\x01", Kind("video", "video/x-flv", "flv")),
)
_RIFF = {
    b"WEBP": Kind("image", "image/webp", "webp"),
    b"WAVE": Kind("voice", "audio/wav", "wav"),
    b"AVI ": Kind("video", "video/x-msvideo", "avi"),
}
# ISO base media files say what they are by a brand of four letters; the first prefix that fits wins.
_BRANDS = (
    ((b"hei", b"hev", b"mif1", b"msf1"), Kind("image", "image/heic", "heic")),
    ((b"avif", b"avis"), Kind("image", "image/avif", "avif")),
    ((b"M4A", b"M4B"), Kind("voice", "audio/mp4", "m4a")),
    ((b"qt  ",), Kind("video", "video/quicktime", "mov")),
    ((b"3gp", b"3g2", b"3gs"), Kind("video", "video/3gpp", "3gp")),
    ((b"iso", b"mp4", b"avc", b"M4V", b"MSNV", b"mmp4", b"dash", b"f4v", b"XAVC"), Kind("video", "video/mp4", "mp4")),
)
_EBML = (
    (b"webm", Kind("video", "video/webm", "webm")),
    (b"matroska", Kind("video", "video/x-matroska", "mkv")),
)
# Streams of an old Office file are named in UTF-16; an installer or a saved mail has none of these.
_OLE_STREAMS = (
    ("EncryptedPackage", Kind("document", "application/x-encrypted-office", "office")),
    ("WordDocument", Kind("document", "application/msword", "doc")),
    ("Workbook", Kind("document", "application/vnd.ms-excel", "xls")),
    ("PowerPoint Document", Kind("document", "application/vnd.ms-powerpoint", "ppt")),
)
_PDF = Kind("document", "application/pdf", "pdf")
_TEXT = Kind("text", "text/plain", "txt")
_MARKUP = re.compile(rb"<(?:html|script|body|iframe)[\s>/]|<\?php\s|<!doctype\s+html", re.IGNORECASE)
_ZIP_TAIL = 22 + 65535  # where programs that open a zip look for its directory
_ZIPPED = re.compile(rb"PK\x03\x04.\x00..[\x00\x08\x09\x0c\x0e]\x00", re.DOTALL)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of(data: bytes) -> Kind | Refused:
    """The kind of a whole file, or why it is not taken. Never raises; looks, decodes nothing."""
    if not data:
        return Refused("empty")
    if len(data) > MAX_FILE:
        return Refused("too_large")
    found = _by_head(data)
    if isinstance(found, Kind) and _is_two_things(found, data):
        return Refused("polyglot")
    if isinstance(found, Kind) and _breaks_off(found, data):
        return Refused("truncated")
    return found


def _breaks_off(kind: Kind, data: bytes) -> bool:
    """An upload that stopped early is said at once, while the person can still send it again."""
    if kind.mime in ("image/jpeg", "image/png", "image/gif", "image/webp"):
        return image_end(kind.mime, data) is None
    return kind == _PDF and b"%%EOF" not in data[-2048:]


def _by_head(data: bytes) -> Kind | Refused:
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n\x00")[:5] == b"%PDF-":
        return _PDF
    for head, kind in _HEADS:
        if data.startswith(head):
            return kind
    if data.startswith(_EXECUTABLE) or _is_windows_program(data):
        return Refused("executable")
    if data.startswith(_ARCHIVE) or data[257:262] == b"ustar":
        return Refused("archive")
    return _by_container(data) or _as_text(data)


def _by_container(data: bytes) -> Kind | Refused | None:
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return next((kind for brands, kind in _BRANDS if data[8:12].startswith(brands)), None)
    if data[4:8] in (b"moov", b"mdat", b"wide") and not data[0]:
        return Kind("video", "video/quicktime", "mov")
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return next((kind for name, kind in _EBML if name in data[:64]), None)
    if data.startswith(_OLE):
        named = (kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data)
        return next(named, Refused("unknown_type"))
    return _bare_audio(data)


def _zipped(data: bytes) -> Kind | Refused:
    from bot.clean.archives import office_kind

    try:
        return office_kind(data)
    except Halt as halt:
        return halt.verdict if isinstance(halt.verdict, Refused) else Refused("archive")


def _is_windows_program(data: bytes) -> bool:
    """MZ is also how a text may begin: a program has control characters or a PE header besides."""
    if not data.startswith(b"MZ"):
        return False
    at = int.from_bytes(data[60:64], "little")
    return data[at : at + 4] == b"PE\x00\x00" or re.search(rb"[\x00-\x08]", data[:512]) is not None


def _bare_audio(data: bytes) -> Kind | None:
    """MP3 and AAC without a container: two frames in a row, since the mark of one is only eleven bits."""
    for length, kind in (
        (_mp3_frame(data[:4]), Kind("voice", "audio/mpeg", "mp3")),
        (_aac_frame(data[:6]), Kind("voice", "audio/aac", "aac")),
    ):
        if length and data[length : length + 1] == b"\xff" and data[length + 1 : length + 2] == data[1:2]:
            return kind
    return None


def _mp3_frame(head: bytes) -> int:
    """Bytes of an MPEG audio layer III frame, 0 when it isn't one (ISO 11172-3 §2.4.2.3, 13818-3 for low rates)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, speed = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or speed == 3:
        return 0
    full = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    low = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    hertz = (44100, 48000, 32000)[speed] >> {3: 0, 2: 1, 0: 2}[version]
    per_frame, rates = (144, full) if version == 3 else (72, low)
    return per_frame * rates[rate] * 1000 // hertz + (head[2] >> 1 & 1)


def _aac_frame(head: bytes) -> int:
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


def _as_text(data: bytes) -> Kind | Refused:
    text = decoded(data)
    if text is None or _NOT_TEXT.search(text):
        return Refused("unknown_type")
    start = text.lstrip("\ufeff \t\r\n\f").lower()
    if not start:
        return Refused("empty")
    if start.startswith(("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php", "<head", "<body", "%!ps")):
        return Refused("unknown_type")
    return _TEXT


def decoded(data: bytes) -> str | None:
    """The text in the encoding it was written in: UTF-8, UTF-16 with a mark, or the national GB 18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_two_things(kind: Kind, data: bytes) -> bool:
    """Would some other program read the same bytes as something else?"""
    if not data.startswith(b"PK") and _ends_as_zip(data):
        return True
    if b"%PDF-" in data[:1024] and kind is not _PDF and (kind is not _TEXT or b"startxref" in data):
        return True
    if data[257:262] == b"ustar" or data[0x8001:0x8006] == b"CD001":
        return True
    if kind.family == "image":
        return _hides_in_image(kind, data)
    if kind is _PDF:
        after = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
        return bool(_MARKUP.search(data[:1024]) or _MARKUP.search(after) or _is_foreign(after))
    return False


def _hides_in_image(kind: Kind, data: bytes) -> bool:
    """Phones append a short film or a second picture after the end, which is fine: the copy is made from pixels."""
    if kind.mime in ("image/heic", "image/avif"):
        return False
    end = image_end(kind.mime, data)
    if any(mark in data for mark in _ARCHIVE[:2]) or _MARKUP.search(data):
        return True
    return end is not None and _is_foreign(data[end:])


def _is_foreign(rest: bytes) -> bool:
    rest = rest.lstrip(b"\x00 \t\r\n")
    return bool(_ZIPPED.search(rest)) or b"%PDF-" in rest or rest.startswith((b"MZ", *_EXECUTABLE, *_ARCHIVE))


def _ends_as_zip(data: bytes) -> bool:
    """A zip is read from its end, so it can stand behind anything. The directory must really be there: the mark alone
    comes up by chance in a compressed picture."""
    low = max(0, len(data) - _ZIP_TAIL)
    at = data.rfind(b"PK\x05\x06", low)
    while at >= 0:
        size = int.from_bytes(data[at + 12 : at + 16], "little")
        if data[at - 20 : at - 16] == b"PK\x06\x07" or (
            46 <= size <= at and data[at - size : at - size + 4] == b"PK\x01\x02"
        ):
            return True
        at = data.rfind(b"PK\x05\x06", low, at)
    return False
