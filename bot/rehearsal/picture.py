"""A run as a picture: one line a demand, days from left to right. Drawn with Pillow, which is here for attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

COLOURS = {
    "opened": "#9aa5b1", "told": "#7fb2e5", "T-7": "#7fb2e5", "T-3": "#4d94d9", "T-1": "#2b74bd", "T": "#14508c",
    "leader": "#f0a33c", "offices": "#e0662e", "county": "#c22f2f", "again": "#a06cc8", "answered": "#3a9d5d",
}  # fmt: skip
REST, DOWN, KILL, INK, PAPER = "#f3f4f6", "#f6c9c9", "#8b1a1a", "#1f2933", "#ffffff"
LEFT, TOP, ROW, FOOT = 300, 60, 46, 60


@dataclass(frozen=True)
class Span:
    first: date
    days: int

    def across(self, day: date, width: int) -> float:
        return LEFT + (day - self.first).days * width / self.days


Marks = Mapping[tuple[date, str], int]


def draw(  # noqa: PLR0913  # what a picture shows
    file: Path,
    title: str,
    span: Span,
    lines: Mapping[str, Marks],
    rest: Sequence[date],
    down: Sequence[date],
    kills: Sequence[date],
) -> None:
    from PIL import Image, ImageDraw, ImageFont

    width = max(900, min(3 * span.days, 1600))
    image = Image.new("RGB", (LEFT + width + 20, TOP + ROW * len(lines) + FOOT), PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    day_wide, floor = width / span.days, TOP + ROW * len(lines)
    for days, colour in ((rest, REST), (down, DOWN)):
        for day in days:
            left = span.across(day, width)
            pen.rectangle((left, TOP, left + day_wide, floor), fill=colour)
    pen.text((10, 12), title, fill=INK, font=ImageFont.load_default(17))
    for n, (name, marks) in enumerate(lines.items()):
        top = TOP + n * ROW
        pen.line((0, top, LEFT + width, top), fill="#d9dee3")
        pen.text((10, top + ROW / 2 - 8), name[:42], fill=INK, font=font)
        for (day, what), count in sorted(marks.items(), key=lambda one: list(COLOURS).index(one[0][1])):
            left = span.across(day, width)
            tall = min(ROW - 6, 8 + 3 * count)
            pen.rectangle((left, top + ROW - tall, left + max(1.0, day_wide - 1), top + ROW - 1), fill=COLOURS[what])
    for day in kills:
        left = span.across(day, width) + day_wide / 2
        pen.polygon((left - 4, TOP - 10, left + 4, TOP - 10, left, TOP - 1), fill=KILL)
    _months(pen, font, span, width, floor)
    _legend(pen, font, floor + 30)
    image.save(file)


def _months(pen: object, font: object, span: Span, width: int, floor: int) -> None:
    for n in range(span.days):
        day = span.first + timedelta(days=n)
        if day.day == 1:
            left = span.across(day, width)
            pen.line((left, TOP - 6, left, floor + 4), fill="#c3cad1")  # type: ignore[attr-defined]
            if span.days - n > 14:  # there is room for its name
                pen.text((left + 2, floor + 6), f"{day:%Y-%m}", fill=INK, font=font)  # type: ignore[attr-defined]


def _legend(pen: object, font: object, top: int) -> None:
    left = 10.0
    for what, colour in {**COLOURS, "day off": REST, "nobody looked": DOWN, "kill -9": KILL}.items():
        pen.rectangle((left, top + 3, left + 12, top + 15), fill=colour, outline="#9aa5b1")  # type: ignore[attr-defined]
        pen.text((left + 16, top), what, fill=INK, font=font)  # type: ignore[attr-defined]
        left += 30 + 7.5 * len(what)
