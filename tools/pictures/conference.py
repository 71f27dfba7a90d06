"""A still of a video conference, with a button to play it."""

# ruff: noqa: PLR2004 (a drawing is made of numbers)
from __future__ import annotations

from pictures.canvas import Canvas, polar, square, tone
from pictures.people import CAST
from pictures.rooms import WALLS, tile

ROOMS = ("shelf", "window", "frames", "plant", "board", "lamp")


def draw() -> Canvas:
    """Draw six people in their rooms behind a play button."""
    sheet = Canvas(1200, 675)
    sheet.shade((0, 0, 1200, 675), [(0, "#12263a"), (1, "#0a1724")])
    wide, high = 374, 272
    for n in range(6):
        left, top = 23 + (n % 3) * (wide + 16), 22 + (n // 3) * (high + 16)
        sheet.place(tile(wide, high, CAST[n], ROOMS[n], WALLS[n]), (left, top), radius=16)
        _name(sheet, left + 12, top + high - 34, speaking=n == 1)
        if n == 1:
            sheet.frame((left - 3, top - 3, left + wide + 3, top + high + 3), "#35d0c0", width=5, radius=19)
    _controls(sheet)
    sheet.rectangle((0, 0, 1200, 675), tone("#071420", 0.12))
    _play(sheet)
    return sheet


def _name(sheet: Canvas, x: float, y: float, *, speaking: bool) -> None:
    sheet.rectangle((x, y, x + 112, y + 24), tone("#0a1724", 0.62), radius=12)
    sheet.dot((x + 13, y + 12), 6, "#35d0c0" if speaking else "#93a7b5")
    sheet.rectangle((x + 26, y + 9, x + 98, y + 15), tone("#ffffff", 0.85), radius=3)


def _controls(sheet: Canvas) -> None:
    y = 632
    sheet.rectangle((380, y - 28, 820, y + 28), "#1b3448", radius=28)
    for n, x in enumerate((440, 520, 600, 680, 760)):
        sheet.dot((x, y), 20, "#e2574c" if n == 4 else "#2d4c63")
    sheet.rectangle((435, y - 11, 445, y + 3), "#ffffff", radius=5)
    sheet.arc((430, y - 8, 450, y + 8), 0, 180, "#ffffff", 2)
    sheet.line([(440, y + 8), (440, y + 12)], "#ffffff", 2)
    sheet.rectangle((508, y - 7, 525, y + 7), "#ffffff", radius=3)
    sheet.polygon([(526, y - 1), (533, y - 6), (533, y + 6), (526, y + 1)], "#ffffff")
    sheet.rectangle((588, y - 9, 612, y + 5), "#ffffff", radius=4)
    sheet.polygon([(593, y + 4), (603, y + 4), (593, y + 11)], "#ffffff")
    for dx in (-7, 0, 7):
        sheet.dot((680 + dx, y), 2.6, "#ffffff")
    sheet.line([(754, y - 6), (766, y + 6)], "#ffffff", 3)
    sheet.line([(766, y - 6), (754, y + 6)], "#ffffff", 3)


def _play(sheet: Canvas) -> None:
    centre = (600.0, 302.0)
    sheet.shadow(lambda pen: pen.ellipse(square((600, 310), 84), fill=255), 22, 0.6)
    sheet.dot(centre, 80, tone("#ffffff", 0.30))
    sheet.dot(centre, 66, "#ffffff")
    sheet.polygon([polar((604, 302), 34, degrees) for degrees in (0, 120, 240)], "#0b6a8f")
