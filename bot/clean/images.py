"""Pictures made anew from their pixels: nothing but what can be seen goes into the copy.

Position, time, camera, thumbnails, comments, colour profiles, further frames and films behind the picture all stay in
the sealed original. What was written is read back and refused unless it is a picture and not one byte more.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from bot.clean.kinds import kind_of
from bot.clean.layout import bare_jpeg, bare_png, image_end, is_bare, jpeg_scans, orientation
from bot.clean.verdicts import Cleaned, Kind, refuse

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

# A phone's 64-megapixel camera; JPEG alone is decoded at reduced scale. WebP keeps two canvases, the others one.
MAX_PIXELS = {"image/jpeg": 65_000_000, "image/png": 36_000_000, "image/gif": 36_000_000, "image/webp": 20_000_000}
MAX_SCANS = 100
LONGEST = 4000
STRIP_PIXELS = 16_000_000
JPEG_QUALITY = 88
LARGEST_PNG = 8 * 1024 * 1024

# EXIF's orientation, and the number in PIL.Image.Transpose of what undoes it
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def clean_image(data: bytes, *, upright: bool = True) -> Cleaned:
    """A JPEG for JPEG and WebP, a PNG for PNG and GIF (a JPEG where that would be huge).

    `upright` turns the picture as its EXIF says; pictures inside documents keep their sides, the page turns them.
    """
    kind = kind_of(data)
    if not isinstance(kind, Kind):
        raise refuse(kind.reason)
    if kind.family != "image":
        raise refuse("damaged")
    end = image_end(kind.mime, data)
    if end is None:
        raise refuse("truncated")
    picture = _pixels(kind.mime, data[:end], upright)
    return _written(picture, as_png=kind.mime in ("image/png", "image/gif"))


def _pixels(mime: str, data: bytes, upright: bool) -> "Image":
    """Decoded, turned, scaled down and laid on white, so that nothing hides under full transparency."""
    from PIL import Image

    turn = _TURNS.get(orientation(mime, data)) if upright else None
    with _opened(mime, data) as source:
        if source.width * source.height > MAX_PIXELS[mime]:
            raise refuse("bomb")
        source.draft(None, _fitting(source.size))
        source.load()
        picture = _opaque_or_rgba(source)
        picture = picture.resize(_fitting(picture.size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        picture = picture.transpose(Image.Transpose(turn))
    fresh = Image.new("L" if picture.mode == "L" else "RGB", picture.size, "white")
    fresh.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return fresh


def _opened(mime: str, data: bytes) -> "ImageFile":
    """The header is read, no pixel yet. The decoder, the type's own and no other, gets what is picture and nothing
    else: what isn't could be a bomb of its own, and Pillow writes EXIF to its log when that listens closely enough."""
    from PIL import Image

    if mime == "image/jpeg" and jpeg_scans(data) > MAX_SCANS:
        raise refuse("bomb")
    bare = {"image/jpeg": bare_jpeg, "image/png": bare_png}.get(mime, bytes)(data)
    try:
        return Image.open(BytesIO(bare or b""), formats=(mime.removeprefix("image/").upper(),))
    except Image.DecompressionBombError:
        raise refuse("bomb") from None
    except OSError:
        raise refuse("damaged") from None


def pixels_of(data: bytes) -> int:
    """How large a picture is, by its header; 0 for what is no picture."""
    kind = kind_of(data)
    if not isinstance(kind, Kind) or kind.family != "image":
        return 0
    with _opened(kind.mime, data) as source:
        return source.width * source.height


def _opaque_or_rgba(picture: "Image") -> "Image":
    """Grey of 16 bits would be cut off at 255 by a plain conversion."""
    wanted = "RGBA" if picture.has_transparency_data else "L" if picture.mode in ("L", "1") else "RGB"
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    return picture if picture.mode == wanted else picture.convert(wanted)  # no second copy of the largest ones


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """At most 4000 to a side; a long screenshot (over 3:1) is limited by its area, or its text would be lost."""
    long, short = max(size), min(size)
    scale = min(1.0, LONGEST / long if long <= 3 * short else (STRIP_PIXELS / (long * short)) ** 0.5)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _written(picture: "Image", *, as_png: bool) -> Cleaned:
    out = BytesIO()
    if as_png:
        picture.save(out, "PNG")
    if not as_png or out.tell() > LARGEST_PNG:
        as_png, out = False, BytesIO()
        picture.save(out, "JPEG", quality=JPEG_QUALITY)
    mime, extension = ("image/png", "png") if as_png else ("image/jpeg", "jpg")
    if not is_bare(mime, out.getvalue()):
        raise refuse("damaged")
    return Cleaned(out.getvalue(), mime, extension)
