"""A sheet to paint flat pictures on: shapes, gradients, light."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Colour = str | tuple[int, int, int, int]

SCALE = 3  # painted three times as large, then made smaller: that smooths the edges


def tone(colour: str, opacity: float = 1.0) -> tuple[int, int, int, int]:
    """Return a colour `#rrggbb` with an opacity from 0 to 1."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue, round(255 * opacity)


def mix(one: str, other: str, share: float) -> str:
    """Return the colour between two: 0 is the one, 1 the other."""
    pairs = zip(tone(one)[:3], tone(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Canvas:
    """A picture while it is painted. All measures are pixels of the finished picture."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE))
        self._pen = ImageDraw.Draw(self.image, "RGBA")

    def finished(self) -> Image.Image:
        """Return the picture in its final size."""
        return self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Paint a shape with straight edges."""
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """Paint a shape whose edge runs smoothly through the points."""
        self.polygon(closed_curve(points), fill)

    def rectangle(self, box: Box, fill: Colour, *, radius: float = 0, top_only: bool = False) -> None:
        """Paint a rectangle, with round corners if a radius is given."""
        corners = (True, True, not top_only, not top_only)
        self._pen.rounded_rectangle(_scaled(box), radius * SCALE, fill=fill, corners=corners)

    def frame(self, box: Box, colour: Colour, *, width: float, radius: float = 0) -> None:
        """Paint the outline of a rectangle."""
        self._pen.rounded_rectangle(_scaled(box), radius * SCALE, outline=colour, width=round(width * SCALE))

    def place(self, other: Canvas, at: Point, *, radius: float = 0) -> None:
        """Put another canvas on this one, with round corners if a radius is given."""
        mask = Image.new("L", other.image.size)
        box = (0, 0, other.image.width - 1, other.image.height - 1)
        ImageDraw.Draw(mask).rounded_rectangle(box, radius * SCALE, fill=255)
        self.image.paste(other.image, (round(at[0] * SCALE), round(at[1] * SCALE)), mask)

    def ellipse(self, box: Box, fill: Colour) -> None:
        """Paint an ellipse that fills the box."""
        self._pen.ellipse(_scaled(box), fill=fill)

    def dot(self, centre: Point, radius: float, fill: Colour) -> None:
        """Paint a circle."""
        self.ellipse(square(centre, radius), fill)

    def ring(self, centre: Point, radius: float, colour: Colour, width: float) -> None:
        """Paint the outline of a circle."""
        self._pen.ellipse(_scaled(square(centre, radius)), outline=colour, width=round(width * SCALE))

    def pie(self, box: Box, start: float, end: float, fill: Colour) -> None:
        """Paint a slice of an ellipse; degrees, clockwise from three o'clock."""
        self._pen.pieslice(_scaled(box), start, end, fill=fill)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Paint a line with round corners and ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._pen.line(scaled, fill=colour, width=max(1, round(width * SCALE)), joint="curve")
        if width * SCALE > 3:  # noqa: PLR2004 (thinner lines have no visible ends)
            for x, y in (points[0], points[-1]):
                self.dot((x, y), width / 2, colour)

    def arc(self, box: Box, start: float, end: float, colour: Colour, width: float) -> None:
        """Paint a part of the outline of an ellipse; degrees, clockwise from three o'clock."""
        self._pen.arc(_scaled(box), start, end, fill=colour, width=round(width * SCALE))

    def shade(self, box: Box, stops: Sequence[tuple[float, Colour]]) -> None:
        """Fill a box with a gradient; 0 is its top, 1 its bottom."""
        left, top, right, bottom = (round(edge) for edge in _scaled(box))
        band = _band(right - left, bottom - top, stops)
        self.image.paste(band.convert("RGB"), (left, top), band.getchannel("A"))

    def shade_in(
        self, shape: Callable[[ImageDraw.ImageDraw], None], box: Box, stops: Sequence[tuple[float, Colour]]
    ) -> None:
        """Fill a shape with a gradient; the shape is painted into a mask, in scaled pixels."""
        left, top, right, bottom = (round(edge) for edge in _scaled(box))
        mask = Image.new("L", self.image.size)
        shape(ImageDraw.Draw(mask))
        band = _band(right - left, bottom - top, stops)
        part = ImageChops.multiply(mask.crop((left, top, right, bottom)), band.getchannel("A"))
        self.image.paste(band.convert("RGB"), (left, top), part)

    def shade_blob(self, points: Sequence[Point], stops: Sequence[tuple[float, Colour]]) -> None:
        """Fill a smooth shape with a gradient from its top to its bottom."""
        curve = closed_curve(points)
        xs, ys = [x for x, _ in curve], [y for _, y in curve]
        scaled = [(x * SCALE, y * SCALE) for x, y in curve]
        box = (max(0.0, min(xs)), max(0.0, min(ys)), min(self.width, max(xs)), min(self.height, max(ys)))
        self.shade_in(lambda mask: mask.polygon(scaled, fill=255), box, stops)

    def light(self, paint: Callable[[ImageDraw.ImageDraw], object], blur: float) -> None:
        """Add light: the paint (in finished pixels, on black) is blurred and brightens the picture."""
        glow = Image.new("RGB", (self.width, self.height))
        paint(ImageDraw.Draw(glow))
        glow = glow.filter(ImageFilter.GaussianBlur(blur)).resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste(ImageChops.screen(self.image, glow))

    def shadow(self, paint: Callable[[ImageDraw.ImageDraw], object], blur: float, strength: float = 1.0) -> None:
        """Add shadow: the white paint (in finished pixels, on black) is blurred and darkens the picture."""
        dark = Image.new("L", (self.width, self.height))
        paint(ImageDraw.Draw(dark))
        dark = dark.filter(ImageFilter.GaussianBlur(blur)).point(lambda value: value * strength)
        self.image.paste("#06121f", (0, 0), dark.resize(self.image.size, Image.Resampling.BILINEAR))

    def mirror(self, waterline: float, *, squeeze: float, blur: float, tint: Colour) -> None:
        """Mirror the picture above a line upside down below it, as still water does."""
        top, left = round(waterline * SCALE), self.image.width
        depth = self.image.height - top
        above = self.image.crop((0, max(0, top - round(depth / squeeze)), left, top))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((left, depth))
        self.image.paste(below.filter(ImageFilter.GaussianBlur(blur * SCALE)), (0, top))
        self.rectangle((0, waterline, self.width, self.height), tint)


def arch(start: Point, end: Point, height: float, steps: int = 60) -> list[Point]:
    """Return the points of an arc from one point to another that rises by a height."""
    (x0, y0), (x1, y1) = start, end
    shares = [n / steps for n in range(steps + 1)]
    return [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t - 4 * height * t * (1 - t)) for t in shares]


def closed_curve(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """Return a smooth closed line through all points (Catmull-Rom)."""
    curve = []
    for n in range(len(points)):
        before, here, there, after = (points[(n + shift) % len(points)] for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (_spline(before[k], here[k], there[k], after[k], t) for k in (0, 1))
            curve.append((x, y))
    return curve


def square(centre: Point, radius: float) -> Box:
    """Return the box around a circle."""
    x, y = centre
    return x - radius, y - radius, x + radius, y + radius


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """Return the point at a distance and an angle, clockwise from three o'clock."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def _band(width: int, height: int, stops: Sequence[tuple[float, Colour]]) -> Image.Image:
    strip = Image.new("RGBA", (1, max(1, height)))
    for y in range(strip.height):
        strip.putpixel((0, y), _between(stops, y / strip.height))
    return strip.resize((max(1, width), strip.height))


def _between(stops: Sequence[tuple[float, Colour]], share: float) -> tuple[int, int, int, int]:
    known = [(at, tone(colour) if isinstance(colour, str) else colour) for at, colour in stops]
    for (low, one), (high, other) in itertools.pairwise(known):
        if share <= high:
            part = max(0.0, (share - low) / (high - low))
            red, green, blue, alpha = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
            return red, green, blue, alpha
    return known[-1][1]


def _scaled(box: Box) -> Box:
    left, top, right, bottom = box
    return left * SCALE, top * SCALE, right * SCALE, bottom * SCALE
