"""What organisations of nowhere have for the end of a mail: logos; and people: portraits."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from pictures.canvas import Canvas
from pictures.people import CAST, bust

SCALE = 4
GROUNDS = ("#d5e8ee", "#f3e3cf", "#dfe7d3", "#e6ddea")


def portrait(number: int) -> Image.Image:
    """Draw one of the cast, taller than wide, as photographers take people."""
    sheet = Canvas(320, 400)
    sheet.rectangle((0, 0, 320, 400), GROUNDS[number % len(GROUNDS)])
    bust(sheet, (160, 400), 130, CAST[number % len(CAST)])
    return sheet.finished()


def league() -> Image.Image:
    """Draw a wide logo with dark lines on nothing: three towers and a name."""
    image, pen = _sheet(380, 96)
    for left, top in ((6, 40), (34, 16), (62, 52)):
        pen.rectangle((left * SCALE, top * SCALE, (left + 22) * SCALE, 90 * SCALE), fill="#8a1538")
    _write(pen, (104, 14), "LEAGUE OF", 30, "#8a1538")
    _write(pen, (104, 50), "SAMPLE CITIES", 30, "#8a1538")
    return image.resize((380, 96), Image.Resampling.LANCZOS)


def institute() -> Image.Image:
    """Draw a square logo that fills its ground."""
    image, pen = _sheet(96, 96, "#f0a93b")
    pen.arc([12 * SCALE, 12 * SCALE, 84 * SCALE, 84 * SCALE], 20, 340, fill="#3b2a10", width=12 * SCALE)
    pen.ellipse([38 * SCALE, 38 * SCALE, 58 * SCALE, 58 * SCALE], fill="#3b2a10")
    return image.resize((96, 96), Image.Resampling.LANCZOS)


def fund() -> Image.Image:
    """Draw a logo with light lines on nothing, as it is made for dark grounds."""
    image, pen = _sheet(250, 96)
    pen.polygon([(x * SCALE, y * SCALE) for x, y in ((8, 84), (44, 12), (80, 84), (44, 62))], fill="#ffffff")
    _write(pen, (96, 28), "URBAN", 34, "#ffffff")
    return image.resize((250, 96), Image.Resampling.LANCZOS)


def _sheet(width: int, height: int, ground: str = "#00000000") -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (width * SCALE, height * SCALE), ground)
    return image, ImageDraw.Draw(image)


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: str) -> None:
    font = ImageFont.load_default(size * SCALE)
    pen.text((at[0] * SCALE, at[1] * SCALE), words, font=font, fill=colour, stroke_width=SCALE, stroke_fill=colour)
