"""A panel discussion on a screen: four people and their topics."""

# ruff: noqa: PLR2004 (a drawing is made of numbers)
from __future__ import annotations

import math

from pictures.canvas import Canvas, Point, mix, tone
from pictures.people import CAST
from pictures.rooms import potted_plant, tile

WALL = "#e3eef0"


def draw() -> Canvas:
    """Draw a desk with a large screen, and speech balloons that come out of it."""
    sheet = Canvas(1000, 667)
    _wall(sheet)
    _desk(sheet)
    _screen(sheet)
    _balloon(sheet, (92, 112), "#f0a93b", tail=1)
    _chart(sheet, (92, 112))
    _balloon(sheet, (908, 92), "#0b7d95", tail=-1)
    _bulb(sheet, (908, 92))
    _balloon(sheet, (918, 286), "#e2725b", tail=-1)
    _tick(sheet, (918, 286))
    _things(sheet)
    return sheet


def _wall(sheet: Canvas) -> None:
    sheet.shade((0, 0, 1000, 540), [(0, "#d3e5ea"), (1, "#f4f1e6")])
    sheet.light(lambda pen: pen.ellipse((250, -160, 750, 320), fill="#1c2a2c"), 70)
    for x, y, radius in ((60, 420, 130), (960, 470, 170), (860, 20, 90)):
        sheet.dot((x, y), radius, tone("#ffffff", 0.30))


def _desk(sheet: Canvas) -> None:
    sheet.shade((0, 540, 1000, 667), [(0, "#d9a877"), (1, "#b98252")])
    sheet.rectangle((0, 536, 1000, 548), "#e9c096")
    for y, left, right in (
        (580, 60, 320),
        (606, 420, 760),
        (632, 100, 430),
        (590, 800, 980),
        (646, 640, 930),
    ):
        sheet.line([(left, y), (right, y)], tone("#8a5a35", 0.22), 2)


def _screen(sheet: Canvas) -> None:
    sheet.shadow(lambda pen: pen.ellipse((300, 556, 700, 590), fill=255), 10, 0.45)
    sheet.polygon([(462, 500), (538, 500), (552, 566), (448, 566)], "#8fa1ad")
    sheet.rectangle((388, 560, 612, 574), "#a9b9c3", radius=7)
    sheet.shadow(lambda pen: pen.rounded_rectangle((172, 50, 836, 516), 22, fill=255), 18, 0.35)
    sheet.rectangle((166, 36, 834, 506), "#182a3a", radius=22)
    sheet.rectangle((180, 50, 820, 478), "#0e1d2b", radius=10)
    sheet.dot((500, 492), 4, "#4b6478")
    cast = (
        (6, "plant", "#f1e3e6"),
        (4, "shelf", "#d9dff2"),
        (3, "window", "#cfe5ea"),
        (7, "board", "#e5ecd6"),
    )
    wide, high = 304, 196
    for n, (who, room, wall) in enumerate(cast):
        left, top = 190 + (n % 2) * (wide + 12), 60 + (n // 2) * (high + 12)
        sheet.place(tile(wide, high, CAST[who], room, wall), (left, top), radius=10)
        if n == 2:
            sheet.frame((left - 3, top - 3, left + wide + 3, top + high + 3), "#35d0c0", width=4, radius=12)


def _balloon(sheet: Canvas, centre: Point, colour: str, *, tail: int) -> None:
    x, y = centre
    sheet.shadow(lambda pen: pen.rounded_rectangle((x - 54, y - 38, x + 62, y + 54), 24, fill=255), 9, 0.22)
    sheet.polygon([(x + tail * 22, y + 30), (x + tail * 64, y + 70), (x - tail * 6, y + 42)], colour)
    sheet.rectangle((x - 60, y - 46, x + 60, y + 46), colour, radius=26)


def _chart(sheet: Canvas, centre: Point) -> None:
    x, y = centre
    for n, high in enumerate((18, 30, 24, 44)):
        left = x - 33 + n * 18
        sheet.rectangle((left, y + 24 - high, left + 12, y + 24), "#ffffff", radius=3)


def _bulb(sheet: Canvas, centre: Point) -> None:
    x, y = centre
    sheet.dot((x, y - 7), 20, "#ffffff")
    sheet.rectangle((x - 10, y + 6, x + 10, y + 18), "#ffffff", radius=3)
    sheet.rectangle((x - 8, y + 21, x + 8, y + 26), "#ffffff", radius=2)
    sheet.line([(x - 6, y - 5), (x, y + 2), (x + 6, y - 5)], "#0b7d95", 2.6)


def _tick(sheet: Canvas, centre: Point) -> None:
    x, y = centre
    sheet.line([(x - 24, y + 1), (x - 7, y + 18), (x + 26, y - 18)], "#ffffff", 9)


def _things(sheet: Canvas) -> None:
    potted_plant(sheet, (86, 580), 170)
    sheet.shadow(lambda pen: pen.ellipse((786, 582, 900, 606), fill=255), 7, 0.4)
    sheet.ring((872, 562), 17, "#0b6a8f", 7)
    sheet.rectangle((798, 530, 866, 596), "#0b6a8f", radius=12)
    sheet.rectangle((798, 530, 866, 544), mix("#0b6a8f", "#ffffff", 0.25), radius=7)
    for n, x in enumerate((818, 836, 852)):
        steam = [(x + 4 * math.sin(y / 7 + n), 518 - y) for y in range(34)]
        sheet.line(steam, tone("#ffffff", 0.8), 2.6)
    sheet.shadow(lambda pen: pen.rounded_rectangle((330, 604, 676, 646), 8, fill=255), 6, 0.4)
    sheet.rectangle((326, 598, 674, 642), "#eef3f5", radius=9)
    for row in range(3):
        for n in range(16):
            left = 336 + n * 20.7
            sheet.rectangle((left, 603 + row * 12.5, left + 17, 612.5 + row * 12.5), "#cfdbe1", radius=2.5)
    sheet.rectangle((704, 606, 748, 646), "#eef3f5", radius=20)
    sheet.line([(726, 612), (726, 622)], "#b7c7cf", 3)
