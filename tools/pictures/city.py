"""A city at night under a net of light."""

# ruff: noqa: PLR2004 (a drawing is made of numbers)
from __future__ import annotations

import random
from typing import TYPE_CHECKING

from pictures.canvas import Box, Canvas, Point, arch, mix, square, tone

if TYPE_CHECKING:
    from PIL import ImageDraw

LIGHT = "#7fe9ff"
WARM = "#ffd58a"
WATER = 498

Windows = tuple[str, float, float]  # colour, share that is lit, strength


def draw() -> Canvas:
    """Draw a skyline over water under a net of light."""
    sheet, chance = Canvas(1200, 600), random.Random(7)  # noqa: S311 (the same city every time)
    sheet.shade((0, 0, 1200, 600), [(0, "#050d22"), (0.4, "#0b2450"), (0.66, "#14578a"), (0.82, "#37a6b8")])
    for _ in range(130):
        at = chance.uniform(0, 1200), chance.uniform(0, 290)
        sheet.dot(at, chance.choice([0.6, 0.8, 1.2]), tone("#ffffff", chance.uniform(0.15, 0.75)))
    sheet.light(lambda pen: pen.ellipse((690, 150, 1150, 610), fill="#0f4a78"), 80)
    sheet.light(lambda pen: pen.rectangle((0, 430, 1200, 520), fill="#1d7285"), 46)
    sheet.light(lambda pen: pen.ellipse((952, 62, 1048, 158), fill="#2a6f9f"), 26)
    sheet.dot((1000, 110), 29, "#e9f6ff")
    sheet.dot((1000, 110), 29, tone("#8cc7ea", 0.35))
    _skyline(sheet, chance, top=(235, 380), width=(34, 70), colour="#1b5a88", windows=("#7fd0e4", 0.12, 0.4))
    _skyline(sheet, chance, top=(250, 420), width=(40, 84), colour="#0f3763", windows=(WARM, 0.24, 0.6))
    _tv_tower(sheet, 330)
    roofs = _skyline(sheet, chance, top=(310, 455), width=(46, 96), colour="#081d3c", windows=(WARM, 0.45, 1))
    _net(sheet, chance, roofs)
    sheet.mirror(WATER, squeeze=0.55, blur=2.0, tint=tone("#04142c", 0.42))
    _ripples(sheet, chance)
    return sheet


def _skyline(
    sheet: Canvas,
    chance: random.Random,
    *,
    top: tuple[int, int],
    width: tuple[int, int],
    colour: str,
    windows: Windows,
) -> list[Point]:
    x, roofs = -20.0, list[Point]()
    while x < 1220:
        wide, high = chance.uniform(*width), chance.uniform(*top)
        _building(sheet, chance, (x, high, x + wide, WATER), colour, windows)
        roofs.append((x + wide / 2, high))
        x += wide + chance.choice([-6, 0, 0, 4, 10])
    return roofs


def _building(sheet: Canvas, chance: random.Random, box: Box, colour: str, windows: Windows) -> None:
    left, top, right, bottom = box
    wide, middle = right - left, (left + right) / 2
    match chance.choice(["flat", "flat", "step", "mast", "slant", "gable"]):
        case "step":
            sheet.rectangle((left + wide * 0.2, top - 16, right - wide * 0.2, top + 2), colour)
            sheet.rectangle((left + wide * 0.36, top - 26, right - wide * 0.36, top), colour)
        case "mast":
            sheet.rectangle((middle - 7, top - 10, middle + 7, top + 2), colour)
            sheet.line([(middle, top - 46), (middle, top)], colour, 1.8)
        case "slant":
            sheet.polygon([(left, top + 1), (left, top - 24), (right, top + 1)], colour)
        case "gable":
            sheet.polygon([(left, top + 1), (middle, top - wide * 0.42), (right, top + 1)], colour)
        case _:
            sheet.rectangle((left + 6, top - 5, right - 6, top + 2), colour)
    sheet.shade(box, [(0, colour), (1, mix(colour, "#2f86a6", 0.30))])
    sheet.rectangle((left, top, left + 2, bottom), tone("#9be7ff", 0.10))
    _windows(sheet, chance, box, windows)


def _windows(sheet: Canvas, chance: random.Random, box: Box, windows: Windows) -> None:
    left, top, right, bottom = box
    colour, share, strength = windows
    columns = int((right - left - 10) // 8)
    if columns < 2:
        return
    gap = (right - left - 10) / columns
    y = top + 10
    while y < bottom - 10:
        dark_floor = chance.random() < 0.18
        for n in range(columns):
            if not dark_floor and chance.random() < share:
                x = left + 5 + n * gap + (gap - 4) / 2
                shown = chance.choice([colour, colour, "#fff1cf", "#9fe3ff"])
                sheet.rectangle((x, y, x + 4, y + 5.6), tone(shown, strength * chance.uniform(0.45, 1)))
        y += 10


def _tv_tower(sheet: Canvas, x: float) -> None:
    body = "#14406f"
    sheet.polygon([(x - 7, WATER), (x - 2.6, 180), (x + 2.6, 180), (x + 7, WATER)], body)
    sheet.dot((x, 196), 17, "#1d5488")
    sheet.rectangle((x - 17, 193, x + 17, 199), tone(WARM, 0.85), radius=3)
    sheet.line([(x, 92), (x, 182)], body, 2.2)
    sheet.dot((x, 92), 2.4, "#ff7d6b")
    sheet.light(lambda pen: pen.ellipse((x - 9, 83, x + 9, 101), fill="#b8332a"), 6)


def _ripples(sheet: Canvas, chance: random.Random) -> None:
    for _ in range(90):
        y = 502 + 98 * chance.random() ** 0.8
        x, long = chance.uniform(-40, 1200), chance.uniform(14, 90) * (y - 470) / 70
        colour = chance.choice([LIGHT, "#bfeaff", WARM])
        sheet.line([(x, y), (x + long, y)], tone(colour, chance.uniform(0.04, 0.16)), 1.1)


def _net(sheet: Canvas, chance: random.Random, roofs: list[Point]) -> None:
    inside = [roof for roof in roofs if 20 < roof[0] < 1180]
    posts = [(x, y - chance.uniform(6, 26)) for x, y in inside]
    bows = []
    for n, here in enumerate(posts):
        for step, often in ((2, 0.7), (3, 0.5), (5, 0.55), (8, 0.5)):
            if n + step < len(posts) and chance.random() < often:
                there = posts[n + step]
                bows.append(arch(here, there, (there[0] - here[0]) * chance.uniform(0.28, 0.44)))
    _glow_along(sheet, bows, "#1583b8", width=5, blur=6)
    _glow_along(sheet, bows, "#1b6f9c", width=2, blur=2)
    for bow in bows:
        sheet.line(bow, tone(LIGHT, 0.62), 1.15)
    crossings = [bow[chance.randint(18, 42)] for bow in bows]
    _glow_around(sheet, [*posts, *crossings])
    for (x, y), roof in zip(posts, inside, strict=True):
        sheet.line([(x, y), roof], tone(LIGHT, 0.5), 1)
        sheet.dot((x, y), 3.4, tone("#eafcff"))
    for at in crossings:
        sheet.dot(at, 2.1, tone("#ffffff", 0.95))


def _glow_along(sheet: Canvas, lines: list[list[Point]], colour: str, *, width: int, blur: float) -> None:
    def paint(pen: ImageDraw.ImageDraw) -> None:
        for line in lines:
            pen.line(line, fill=colour, width=width)

    sheet.light(paint, blur)


def _glow_around(sheet: Canvas, dots: list[Point]) -> None:
    def paint(pen: ImageDraw.ImageDraw) -> None:
        for dot in dots:
            pen.ellipse(square(dot, 9), fill="#2aa9d8")

    sheet.light(paint, 7)
