"""Where the pieces of a picture file lie: enough of JPEG, PNG, GIF and WebP to find the end and what is not picture.

Written for files that lie about themselves: every reader stops at the end of the bytes and answers None instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PNG_HEAD = b"\x89PNG\r\n\x1a\n"

_SOI, _EOI, _SOS, _COM, _JFIF, _ADOBE = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xEE
# More pieces than any program writes are only there to keep a reader busy: it gives up, as at an early end.
_MOST_PIECES, _MOST_BLOCKS = 50_000, 200_000
_APP = range(0xE0, 0xF0)
# FF 00 is a stuffed byte and FF D0-D7 a restart inside the coded picture; any other FF xx begins the next piece.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")


@dataclass(frozen=True)
class Piece:
    """data[start:end] is one whole piece, its marker or length included; `tag` is the marker or the chunk's name."""

    tag: int | bytes
    start: int
    end: int


def jpeg_pieces(data: bytes) -> Iterator[Piece]:
    """Segments up to and including the end marker; ends early where the file does. Bytes between them are skipped."""
    at = 2
    for _ in range(_MOST_PIECES):
        found = _MARKER.search(data, at)
        if found is None:
            return
        start, marker = found.start(), found.group(1)[0]
        if marker == _EOI:
            yield Piece(marker, start, start + 2)
            return
        if marker in (_SOI, 0x01):
            at = start + 2
            continue
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if end < start + 4 or end > len(data):
            return
        if marker == _SOS:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        yield Piece(marker, start, end)
        at = end


def png_pieces(data: bytes) -> Iterator[Piece]:
    """Chunks up to and including IEND; ends early where the file does."""
    at = len(PNG_HEAD)
    for _ in range(_MOST_PIECES):
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if at + 12 > len(data) or end > len(data):
            return
        yield Piece(name, at, end)
        if name == b"IEND":
            return
        at = end


def image_end(mime: str, data: bytes) -> int | None:
    """Where the picture ends and anything else begins; None when it breaks off before its end."""
    if mime == "image/jpeg":
        return next((piece.end for piece in jpeg_pieces(data) if piece.tag == _EOI), None)
    if mime == "image/png":
        return next((piece.end for piece in png_pieces(data) if piece.tag == b"IEND"), None)
    if mime == "image/gif":
        return _gif_end(data)
    end = 8 + int.from_bytes(data[4:8], "little")  # WebP is a RIFF file
    return end if 20 <= end <= len(data) else None


def _gif_end(data: bytes) -> int | None:
    at, blocks = 13 + _colours(data, 10), 0
    while at < len(data) and blocks < _MOST_BLOCKS:
        match data[at]:
            case 0x3B:
                return at + 1
            case 0x21:
                at += 2
            case 0x2C:
                at += 11 + _colours(data, at + 9)
            case _:
                return None
        while at < len(data) and data[at] and blocks < _MOST_BLOCKS:  # a length and that many bytes, until nought
            at, blocks = at + 1 + data[at], blocks + 1
        at, blocks = at + 1, blocks + 1
    return None


def _colours(data: bytes, at: int) -> int:
    flags = data[at] if at < len(data) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def jpeg_scans(data: bytes) -> int:
    """How often the decoder goes over the whole picture: a small file of many empty scans would cost minutes."""
    return sum(piece.tag == _SOS for piece in jpeg_pieces(data))


def orientation(mime: str, data: bytes) -> int:
    """How the camera was held (EXIF tag 0x0112, 1 to 8), read here so that no library sees, or logs, the rest."""
    for block in _exif_blocks(mime, data):
        order: Literal["little", "big"] = "little" if block.startswith(b"II*\x00") else "big"
        at = int.from_bytes(block[4:8], order)
        count = int.from_bytes(block[at : at + 2], order)
        for entry in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
            if int.from_bytes(block[entry : entry + 2], order) == 0x0112:
                value = int.from_bytes(block[entry + 8 : entry + 10], order)
                return value if 1 <= value <= 8 else 1
    return 1


def _exif_blocks(mime: str, data: bytes) -> Iterator[bytes]:
    if mime == "image/jpeg":
        told = (data[piece.start + 4 : piece.end] for piece in jpeg_pieces(data) if piece.tag == 0xE1)
        yield from (body[6:] for body in told if body.startswith(b"Exif\x00\x00"))
    at = 12 if mime == "image/webp" else len(data)
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"EXIF":
            yield data[at + 8 : end].removeprefix(b"Exif\x00\x00")
        at = end + end % 2


def bare_jpeg(data: bytes) -> bytes | None:
    """The same picture, bit for bit, without comments, application data, thumbnails and whatever follows its end.

    For pictures inside a PDF, whose colours are described outside the JPEG: decoding them anew would change them.
    JFIF's and Adobe's heads stay, cut to their fixed part, since they say how the colours are coded. None when the
    picture breaks off.
    """
    kept, whole = [data[:2]], False
    for piece in jpeg_pieces(data):
        whole = piece.tag == _EOI
        body = data[piece.start + 4 : piece.end]
        if piece.tag == _JFIF and body.startswith(b"JFIF\x00") and len(body) >= 14:
            kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\x00\x00")  # no thumbnail
        elif piece.tag == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
            kept.append(b"\xff\xee\x00\x0e" + body[:12])
        elif piece.tag not in _APP and piece.tag != _COM:
            kept.append(data[piece.start : piece.end])
    return b"".join(kept) if whole else None


def bare_png(data: bytes) -> bytes:
    """Only the chunks that make the (first) picture: no text, times, profiles, further frames."""
    needed = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
    return PNG_HEAD + b"".join(data[piece.start : piece.end] for piece in png_pieces(data) if piece.tag in needed)


def is_bare(mime: str, data: bytes) -> bool:
    """True when a JPEG or PNG holds its picture and not one byte more."""
    return data == (bare_png(data) if mime == "image/png" else bare_jpeg(data))


def bare_jpeg2000(data: bytes) -> bytes | None:
    """The boxes that make the picture; XML and UUID boxes carry EXIF, XMP and positions. A bare codestream stays."""
    if not data.startswith(b"\x00\x00\x00\x0cjP  "):
        return data if data.startswith(b"\xff\x4f\xff\x51") else None
    kept, at = [], 0
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        end = at + length if length else len(data)
        if end < at + 8 or end > len(data):
            return None
        if name in (b"jP  ", b"ftyp", b"jp2h", b"jp2c"):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)
