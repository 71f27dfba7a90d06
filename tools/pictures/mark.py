"""The mark of the network: a city in the middle, six around it."""

# ruff: noqa: PLR2004 (a drawing is made of numbers)
from __future__ import annotations

from PIL import Image, ImageDraw

from pictures.canvas import polar

SIZE, SCALE = 96, 8  # of the drawing; the picture is twice as large, sharp on good screens
BRAND, ACCENT = "#0b6a8f", "#f0a93b"


def draw() -> Image.Image:
    """Draw the mark on a transparent ground."""
    image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), "#0b6a8f00")
    pen = ImageDraw.Draw(image)
    centre = (48.0, 48.0)
    posts = [polar(centre, 35, 60 * n - 90) for n in range(6)]
    for n, post in enumerate(posts):
        for other in (centre, posts[(n + 1) % 6]):
            ends = [(x * SCALE, y * SCALE) for x, y in (post, other)]
            pen.line(ends, fill=BRAND, width=round(3.2 * SCALE))
    for n, (x, y) in enumerate([*posts, centre]):
        radius = 12.5 if n == 6 else 8.5
        box = [(v + d * radius) * SCALE for d in (-1, 1) for v in (x, y)]
        pen.ellipse(box, fill=ACCENT if n in {1, 4} else BRAND)
    return image.resize((2 * SIZE, 2 * SIZE), Image.Resampling.LANCZOS)
