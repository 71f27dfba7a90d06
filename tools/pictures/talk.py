"""A talk about Tartu: its town hall and its arched bridge on a screen."""

# ruff: noqa: PLR2004 (a drawing is made of numbers)
from __future__ import annotations

import math

from pictures.canvas import Box, Canvas, Point, arch, mix, tone
from pictures.people import Look, bust

SPEAKER = Look("#f0c7a4", "#8a6a4a", "parted", "#1f3450", jacket=True)


def draw() -> Canvas:
    """Draw a hall with a screen, a speaker at a desk and the heads of the audience."""
    sheet = Canvas(1000, 667)
    _hall(sheet)
    sheet.shadow(lambda pen: pen.rounded_rectangle((46, 62, 656, 446), 10, fill=255), 20, 0.6)
    sheet.rectangle((40, 48, 650, 434), "#f6fafb", radius=10)
    sheet.place(_tartu(594, 370), (48, 56), radius=6)
    _speaker(sheet)
    _listeners(sheet)
    return sheet


def _hall(sheet: Canvas) -> None:
    sheet.shade((0, 0, 1000, 667), [(0, "#0e2c44"), (0.7, "#175577"), (1, "#0d2c42")])
    for n in range(13):
        x = n * 82.0
        sheet.rectangle((x, 0, x + 40, 520), tone("#ffffff", 0.025))
    sheet.light(lambda pen: pen.polygon([(800, -20), (850, -20), (990, 520), (690, 520)], fill="#33424a"), 26)
    sheet.light(lambda pen: pen.rectangle((20, 40, 670, 460), fill="#123648"), 40)
    sheet.shade((0, 500, 1000, 667), [(0, "#123a55"), (1, "#081d2d")])
    sheet.rectangle((0, 496, 1000, 504), "#2a6f92")


def _tartu(width: int, height: int) -> Canvas:
    """Return the view: the pink town hall, with the bridge over the Emajõgi in front of it."""
    sheet = Canvas(width, height)
    sheet.shade((0, 0, width, height), [(0, "#6fbfe0"), (0.55, "#d8eff0"), (0.75, "#fdeccd")])
    for x, y, wide in ((90, 56, 90), (470, 46, 110), (360, 92, 64)):
        sheet.rectangle((x - wide / 2, y, x + wide / 2, y + wide * 0.18), tone("#ffffff", 0.9), radius=wide * 0.09)
        sheet.dot((x - wide * 0.1, y + 2), wide * 0.16, tone("#ffffff", 0.9))
    hill = [(-30, 240), (90, 180), (210, 200), (330, 184), (470, 196), (640, 170), (640, 300), (-30, 300)]
    sheet.shade_blob(hill, [(0, "#79b98c"), (1, "#a9d3a4")])
    _houses(sheet)
    _town_hall(sheet, (297, 262))
    sheet.shade((0, 262, width, height), [(0, "#57a9c7"), (1, "#1d6f95")])
    sheet.rectangle((0, 258, width, 268), "#d9c7a6")
    for n in range(26):
        x, y = (n * 97) % width, 282 + (n * 23) % 84
        sheet.line([(x, y), (x + 22 + (n * 7) % 30, y)], tone("#ffffff", 0.28), 1.4)
    _bridge(sheet)
    return sheet


def _houses(sheet: Canvas) -> None:
    colours = ("#f2c879", "#e9a58c", "#bcd3c0", "#f3e2c7", "#a9c4d6")
    x = -14.0
    for n in range(11):
        wide, high = 48 + (n * 13) % 18, 66 + (n * 29) % 34
        _house(sheet, (x, 262 - high, x + wide, 262), colours[n % 5])
        x += wide + 3


def _house(sheet: Canvas, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    sheet.polygon([(left - 2, top), ((left + right) / 2, top - 24), (right + 2, top)], "#b0583f")
    sheet.rectangle(box, colour)
    y = top + 10
    while y < bottom - 20:
        for n in range(3):
            x = left + 8 + n * (right - left - 16 - 8) / 2
            sheet.rectangle((x, y, x + 8, y + 12), mix(colour, "#234a63", 0.75))
        y += 23


def _town_hall(sheet: Canvas, foot: Point) -> None:
    x, y = foot
    pink, trim, roof = "#e79aa0", "#fdf4ea", "#a8503f"
    sheet.polygon([(x - 88, y - 122), (x - 66, y - 164), (x + 66, y - 164), (x + 88, y - 122)], roof)
    sheet.shade((x - 82, y - 122, x + 82, y), [(0, pink), (1, mix(pink, "#ffffff", 0.15))])
    sheet.polygon([(x - 34, y - 122), (x, y - 150), (x + 34, y - 122)], trim)
    sheet.polygon([(x - 25, y - 125), (x, y - 145), (x + 25, y - 125)], pink)
    sheet.rectangle((x - 86, y - 125, x + 86, y - 118), trim)
    for edge in (-82, -34, 26, 74):
        sheet.rectangle((x + edge, y - 118, x + edge + 8, y), trim)
    for floor in (y - 108, y - 72, y - 36):
        for column in (-66, -48, -16, 0, 16, 48, 66):
            if column == 0 and floor == y - 36:
                continue
            sheet.rectangle((x + column - 5, floor, x + column + 5, floor + 20), trim)
            sheet.rectangle((x + column - 3.6, floor + 1.5, x + column + 3.6, floor + 18.5), "#33637e")
    sheet.rectangle((x - 8, y - 32, x + 8, y), "#6d3d2c")
    sheet.rectangle((x - 13, y - 196, x + 13, y - 160), trim)
    sheet.dot((x, y - 181), 8, "#33495a")
    sheet.dot((x, y - 181), 6.4, "#ffffff")
    sheet.line([(x, y - 185), (x, y - 181), (x + 3, y - 180)], "#33495a", 1.2)
    sheet.polygon([(x - 16, y - 196), (x - 8, y - 212), (x + 8, y - 212), (x + 16, y - 196)], "#3f7d75")
    sheet.rectangle((x - 6, y - 222, x + 6, y - 211), trim)
    sheet.polygon([(x - 8, y - 221), (x, y - 250), (x + 8, y - 221)], "#3f7d75")


def _bridge(sheet: Canvas) -> None:
    white, shade = "#fdfbf5", "#cfd9dc"
    bow = arch((30, 330), (564, 330), 92)
    sheet.shadow(lambda pen: pen.line(arch((36, 352), (570, 352), 60), fill=255, width=10), 5, 0.22)
    for n in range(4, len(bow) - 3, 4):
        x, y = bow[n]
        deck = _deck(x)
        if y < deck - 2:
            sheet.line([(x, y), (x, deck)], shade, 2.2)
    sheet.line(bow, white, 10)
    deck_line = [(x, _deck(x)) for x in range(-10, 606, 8)]
    sheet.line(deck_line, shade, 11)
    sheet.line([(x, y - 3) for x, y in deck_line], white, 6)
    sheet.line([(x, y - 20) for x, y in deck_line], white, 1.8)
    for x, y in deck_line[::2]:
        sheet.line([(x, y - 20), (x, y - 4)], white, 1.3)


def _deck(x: float) -> float:
    return 322 - 18 * math.sin(math.pi * min(max(x, 0), 594) / 594)


def _speaker(sheet: Canvas) -> None:
    x = 826.0
    sheet.shadow(lambda pen: pen.ellipse((x - 120, 520, x + 120, 552), fill=255), 10, 0.6)
    bust(sheet, (x, 432), 84, SPEAKER)
    arm = [(x - 92, 420), (x - 138, 372), (x - 150, 318)]
    sheet.line(arm, mix(SPEAKER.cloth, "#ffffff", 0.06), 34)
    sheet.line([(x - 149, 318), (x - 151, 304)], SPEAKER.shirt, 24)
    sheet.dot((x - 153, 284), 18, SPEAKER.skin)
    sheet.line([(x - 160, 278), (x - 176, 254)], SPEAKER.skin, 9)
    sheet.polygon([(x - 112, 400), (x + 112, 400), (x + 92, 540), (x - 92, 540)], "#a8714a")
    sheet.polygon([(x - 112, 400), (x + 112, 400), (x + 110, 414), (x - 110, 414)], "#c98f62")
    sheet.rectangle((x - 124, 388, x + 124, 404), "#d9a877", radius=5)
    for n in range(6):
        angle = math.radians(60 * n - 90)
        tip = (x + 30 * math.cos(angle), 472 + 30 * math.sin(angle))
        sheet.line([(x, 472), tip], tone("#fff4e2", 0.9), 2.4)
        sheet.dot(tip, 5, "#fff4e2")
    sheet.dot((x, 472), 8, "#fff4e2")
    sheet.line([(x + 70, 390), (x + 64, 366), (x + 44, 356)], "#dfe8ec", 3.4)
    sheet.dot((x + 41, 354), 6, "#dfe8ec")


def _listeners(sheet: Canvas) -> None:
    for row, (y, size, colour) in enumerate(((632, 44, "#0b2438"), (690, 56, "#061623"))):
        for n in range(9):
            x = -10 + n * (128 if row else 116) + (50 if row else 0)
            head = y - size * (1.52 + 0.08 * ((n * 7 + row) % 3))
            sheet.rectangle((x - size * 1.05, y - size * 0.98, x + size * 1.05, y + 90), colour, radius=size * 0.6)
            sheet.rectangle((x - size * 0.2, head, x + size * 0.2, y), colour)
            sheet.ellipse((x - size * 0.46, head - size * 0.6, x + size * 0.46, head + size * 0.56), colour)
            if (n + row) % 3 == 1:
                sheet.dot((x, head - size * 0.62), size * 0.2, colour)
            if (n + row) % 4 == 2:
                hair = (x - size * 0.5, head - size * 0.62, x + size * 0.5, y - size * 0.7)
                sheet.rectangle(hair, colour, radius=size * 0.5)
