"""The officers' copy of a picture shows what the original shows, and says nothing else."""

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from bot.clean import Cleaned, Refused, clean, kind_of
from bot.clean import images as made
from bot.clean.layout import is_bare
from bot.clean.verdicts import Kind
from tests.bot import attachments as a


def copy_of(data: bytes) -> Cleaned:
    kind = kind_of(data)
    assert isinstance(kind, Kind), kind
    verdict = clean(kind, data)
    assert isinstance(verdict, Cleaned), verdict
    return verdict


def refused(data: bytes) -> str:
    kind = kind_of(data)
    verdict = clean(kind, data) if isinstance(kind, Kind) else kind
    assert isinstance(verdict, Refused), verdict
    return verdict.reason


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize(
    ("form", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/png"), ("WEBP", "image/jpeg")]
)
def test_nothing_but_pixels(form: str, mime: str) -> None:
    """No EXIF, position, XMP, IPTC, profile, comment or text of the original is in the copy, by search and by reading."""
    original = a.photo(form)
    assert a.MARK in original
    copy = copy_of(original)
    assert copy.mime == mime
    assert a.MARK not in copy.data
    for word in (b"Exif", b"xmp", b"Photoshop", b"ICC", b"GPS"):
        assert word not in copy.data
    picture = Image.open(io.BytesIO(copy.data))
    assert not picture.getexif()
    assert not picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert picture.size == (64, 48)


def test_position_was_there() -> None:
    """The sample does carry a position, or the test above would prove nothing."""
    position = Image.open(io.BytesIO(a.photo())).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert position[2] == (23.0, 1.0, 0.12)


# EXIF orientation (CIPA DC-008 §4.6.4): size of the copy, and where the red half of "red left, blue right" comes to lie
TURNS = {1: ((64, 48), "left"), 2: ((64, 48), "right"), 3: ((64, 48), "right"), 4: ((64, 48), "left"),
         5: ((48, 64), "top"), 6: ((48, 64), "top"), 7: ((48, 64), "bottom"), 8: ((48, 64), "bottom")}  # fmt: skip


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_upright(form: str, orientation: int) -> None:
    """A copy has lost the tag that turns it, so it is turned itself."""
    size, side = TURNS[orientation]
    picture = seen(copy_of(a.photo(form, orientation)).data)
    assert picture.size == size
    middle = (size[0] // 2, size[1] // 2)
    spot = {
        "left": (4, middle[1]),
        "right": (size[0] - 4, middle[1]),
        "top": (middle[0], 4),
        "bottom": (middle[0], size[1] - 4),
    }[side]
    red, _, blue = picture.getpixel(spot)
    assert red > 200
    assert blue < 50


def test_broken_exif() -> None:
    """A photo whose EXIF is garbage is a photo all the same."""
    data = a.image("JPEG")
    garbage = b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(range(200))
    assert (
        copy_of(data[:2] + b"\xff\xe1" + struct.pack(">H", len(garbage) + 2) + garbage + data[2:]).mime == "image/jpeg"
    )


def test_first_frame_only() -> None:
    """Of an animation, what follows the first frame is not shown to anybody unseen."""
    red, blue = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    for form in ("GIF", "PNG", "WEBP"):
        out = io.BytesIO()
        red.save(out, form, save_all=True, append_images=[blue])
        picture = Image.open(io.BytesIO(copy_of(out.getvalue()).data))
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.convert("RGB").getpixel((4, 4))[0] > 200


def test_nothing_under_transparency() -> None:
    """What was made invisible by transparency is gone, not merely hidden."""
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (12, 34, 56, 0)).save(out, "PNG")
    picture = Image.open(io.BytesIO(copy_of(out.getvalue()).data))
    assert picture.mode == "RGB"
    assert picture.getcolors() == [(64, (255, 255, 255))]


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "I;16"), ("GIF", "L")],
)
def test_every_way_to_colour(form: str, mode: str) -> None:
    """Printers' colours, palettes, grey and 16 bits come out as a picture of the same brightness."""
    grey = Image.new("L", (8, 8), 128)
    original = Image.new("I;16", (8, 8), 128 * 257) if mode == "I;16" else grey.convert(mode)
    out = io.BytesIO()
    original.save(out, form)
    value = seen(copy_of(out.getvalue()).data).convert("L").resize((1, 1)).getpixel((0, 0))
    assert isinstance(value, int)
    assert abs(value - 128) < 6 or mode == "1"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (4000, 3000)),
        ((6000, 3000), (4000, 2000)),
        ((900, 9000), (900, 9000)),  # a long screenshot keeps its letters
        ((1000, 25000), (800, 20000)),
    ],
)
def test_scaled(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """Very large pictures shrink to 4000 a side, long strips to 16 million points."""
    out = io.BytesIO()
    Image.new("L", size).save(out, "PNG")
    assert seen(copy_of(out.getvalue()).data).size == expected


def test_huge_png_becomes_jpeg() -> None:
    """A photo saved as PNG doesn't come out larger than a message can carry."""
    out = io.BytesIO()
    Image.effect_noise((2600, 2600), 90).convert("RGB").save(out, "PNG", compress_level=1)
    copy = copy_of(out.getvalue())
    assert copy.mime == "image/jpeg"
    assert len(copy.data) < made.LARGEST_PNG


def png_of(width: int, height: int) -> bytes:
    """A few hundred bytes that claim any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def test_bombs() -> None:
    """Enormous pictures are refused by their header, before a point is decoded; so are endless scans and texts."""
    assert refused(png_of(100_000, 100_000)) == "bomb"
    assert refused(png_of(8000, 8000)) == "bomb"
    jpeg = a.image("JPEG", (16, 16), progressive=True)
    start = jpeg.index(b"\xff\xda")
    scan = jpeg[start : jpeg.index(b"\xff", start + 4)]
    assert refused(jpeg[:start] + scan * 200 + jpeg[start:]) == "bomb"
    text = zlib.compress(bytes(50_000_000), 9)
    body = b"zTXt" + b"k\0\0" + text
    bomb = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    png = a.image("PNG")
    assert copy_of(png[:33] + bomb + png[33:]) == copy_of(png)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_truncated(form: str) -> None:
    """An upload that stopped early is told apart from a picture, wherever it stopped."""
    data = a.photo(form)
    for cut in {len(data) - 1, len(data) - 2, len(data) - 20, len(data) * 3 // 4, len(data) // 2, 40}:
        assert refused(data[:cut]) == "truncated", cut


def test_only_bare_pictures_leave() -> None:
    """The last check sees a single byte too many, whoever wrote it."""
    for form, mime in (("JPEG", "image/jpeg"), ("PNG", "image/png")):
        assert is_bare(mime, a.image(form))
        assert not is_bare(mime, a.image(form) + b"x")
        assert not is_bare(mime, a.photo(form))
