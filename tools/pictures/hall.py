"""A town hall on a bright day, with a notice to wear a mask."""

from __future__ import annotations

import dataclasses

from pictures.canvas import Canvas, Point, closed_curve, mix, tone
from pictures.people import CAST, bust

GROUND = 500
STONE, STONE_LIGHT, STONE_DARK = "#f3e2c7", "#fbf1de", "#d9bf9b"
ROOF, ROOF_DARK = "#b9573f", "#9a4433"
GLASS = "#2f6f8d"


def draw() -> Canvas:
    """Draw the hall on its square, trees beside it, the notice and two people in front."""
    sheet = Canvas(1200, 600)
    _sky(sheet)
    _far_town(sheet)
    _hall(sheet)
    _square(sheet)
    for x, high in ((96, 250), (214, 190), (1108, 236), (1000, 176)):
        _tree(sheet, (x, GROUND + 14), high)
    _notice(sheet, (300, 566))
    _passers_by(sheet)
    return sheet


def _sky(sheet: Canvas) -> None:
    sheet.shade((0, 0, 1200, 600), [(0, "#5fb4d6"), (0.5, "#bfe4ea"), (0.85, "#fdf0d8")])
    sheet.light(lambda pen: pen.ellipse((820, 10, 1060, 250), fill="#3a3320"), 50)
    sheet.dot((940, 128), 46, tone("#fff4d1", 0.95))
    for x, y, wide in ((150, 110, 190), (420, 62, 120), (1010, 190, 170), (760, 84, 110)):
        _cloud(sheet, (x, y), wide)


def _cloud(sheet: Canvas, at: Point, wide: float) -> None:
    x, y = at
    white = tone("#ffffff", 1.0)
    sheet.rectangle((x - wide / 2, y, x + wide / 2, y + wide * 0.17), white, radius=wide * 0.085)
    sheet.dot((x - wide * 0.14, y), wide * 0.17, white)
    sheet.dot((x + wide * 0.14, y + wide * 0.03), wide * 0.125, white)


def _far_town(sheet: Canvas) -> None:
    hills = [
        (-60, 470),
        (120, 372),
        (330, 420),
        (560, 360),
        (820, 408),
        (1040, 350),
        (1260, 420),
        (1260, 620),
        (-60, 620),
    ]
    sheet.shade_blob(hills, [(0, "#9ccfd0"), (0.6, "#c5e3d6"), (1, "#dcebd5")])
    x = -10.0
    for n in range(26):
        wide, high = 34 + (n * 17) % 26, 62 + (n * 37) % 74
        colour = mix(("#9dbfca", "#aecbd0", "#8fb4c4")[n % 3], "#fdf0d8", 0.18)
        sheet.rectangle((x, GROUND - high, x + wide, GROUND), colour)
        sheet.polygon(
            [(x, GROUND - high), (x + wide / 2, GROUND - high - 22), (x + wide, GROUND - high)],
            mix(colour, ROOF, 0.22),
        )
        x += wide + 12


def _hall(sheet: Canvas) -> None:
    for left, right in ((340, 510), (690, 860)):
        _wing(sheet, left, right)
    _tower(sheet)
    _front(sheet)
    _flags(sheet)


def _wing(sheet: Canvas, left: float, right: float) -> None:
    sheet.polygon([(left - 12, 282), (left + 22, 226), (right - 22, 226), (right + 12, 282)], ROOF)
    for n in range(5):
        y = 236 + n * 10
        sheet.line([(left + 14 - n * 6, y), (right - 14 + n * 6, y)], tone(ROOF_DARK, 0.35), 1.2)
    sheet.shade((left, 282, right, GROUND), [(0, STONE), (1, mix(STONE, STONE_DARK, 0.45))])
    sheet.rectangle((left - 6, 280, right + 6, 290), STONE_LIGHT)
    sheet.rectangle((left, 388, right, 394), STONE_DARK)
    for n in range(4):
        x = left + 28 + n * (right - left - 56) / 3
        _window(sheet, (x, 338), 24, 52)
        _arched_window(sheet, (x, 452), 26, 62)
    sheet.rectangle((left - 4, 486, right + 4, GROUND), STONE_DARK)


def _front(sheet: Canvas) -> None:
    left, right = 500.0, 700.0
    sheet.shade((left, 262, right, GROUND), [(0, STONE_LIGHT), (1, STONE)])
    sheet.polygon([(left - 14, 262), (600, 186), (right + 14, 262)], STONE_DARK)
    sheet.polygon([(left + 8, 256), (600, 196), (right - 8, 256)], STONE_LIGHT)
    sheet.dot((600, 234), 13, "#0b6a8f")
    sheet.dot((600, 234), 8, "#f3c25b")
    sheet.rectangle((left - 14, 260, right + 14, 272), STONE)
    sheet.rectangle((left - 8, 272, right + 8, 277), STONE_DARK)
    for x in (520, 573, 627, 680):
        sheet.shade((x - 9, 284, x + 9, 484), [(0, "#ffffff"), (1, "#efe0c6")])
        sheet.rectangle((x + 4, 284, x + 9, 484), tone(STONE_DARK, 0.55))
        sheet.rectangle((x - 14, 277, x + 14, 286), STONE_LIGHT)
        sheet.rectangle((x - 14, 480, x + 14, 490), STONE_LIGHT)
    for x in (546, 600, 654):
        _window(sheet, (x, 332), 26, 54)
    for x in (546, 654):
        _arched_window(sheet, (x, 440), 28, 72)
    _door(sheet)
    for n in range(4):
        y = 484 + n * 7
        sheet.rectangle(
            (left - 8 - n * 12, y, right + 8 + n * 12, y + 8), mix(STONE_LIGHT, STONE_DARK, 0.15 + 0.17 * n)
        )


def _door(sheet: Canvas) -> None:
    sheet.pie((574, 378, 626, 430), 180, 360, STONE_DARK)
    sheet.rectangle((574, 404, 626, 486), STONE_DARK)
    sheet.pie((579, 384, 621, 426), 180, 360, "#3d86a3")
    sheet.rectangle((579, 406, 621, 486), "#7a4a33")
    sheet.line([(600, 406), (600, 486)], "#5a3424", 2)
    for x in (595, 605):
        sheet.dot((x, 450), 2, "#f3c25b")


def _window(sheet: Canvas, centre: Point, wide: float, high: float) -> None:
    x, y = centre
    sheet.rectangle((x - wide / 2 - 4, y - high / 2 - 4, x + wide / 2 + 4, y + high / 2 + 4), STONE_LIGHT)
    sheet.rectangle((x - wide / 2 - 7, y + high / 2 + 3, x + wide / 2 + 7, y + high / 2 + 8), STONE_DARK)
    pane = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    sheet.shade(pane, [(0, "#7cbad0"), (0.5, GLASS), (1, "#245a76")])
    sheet.line([(x, pane[1]), (x, pane[3])], STONE_LIGHT, 1.8)
    sheet.line([(pane[0], y - high * 0.1), (pane[2], y - high * 0.1)], STONE_LIGHT, 1.8)


def _arched_window(sheet: Canvas, centre: Point, wide: float, high: float) -> None:
    x, y = centre
    top = y - high / 2
    for grow, colour in ((4.0, STONE_LIGHT), (0.0, GLASS)):
        sheet.pie((x - wide / 2 - grow, top - grow, x + wide / 2 + grow, top + wide + grow), 180, 360, colour)
        sheet.rectangle((x - wide / 2 - grow, top + wide / 2, x + wide / 2 + grow, y + high / 2), colour)
    sheet.line([(x, top), (x, y + high / 2)], STONE_LIGHT, 1.8)
    sheet.line([(x - wide / 2, top + wide / 2), (x + wide / 2, top + wide / 2)], STONE_LIGHT, 1.8)


def _tower(sheet: Canvas) -> None:
    sheet.shade((562, 92, 638, 250), [(0, STONE), (1, STONE_LIGHT)])
    sheet.rectangle((622, 92, 638, 250), tone(STONE_DARK, 0.5))
    sheet.rectangle((554, 86, 646, 96), STONE_LIGHT)
    sheet.rectangle((558, 162, 642, 168), STONE_DARK)
    sheet.dot((600, 130), 25, STONE_DARK)
    sheet.dot((600, 130), 21, "#ffffff")
    for end, width in (((600, 115), 2.6), ((611, 136), 2.6)):
        sheet.line([(600, 130), end], "#27343f", width)
    sheet.dot((600, 130), 3, "#b9573f")
    sheet.polygon([(554, 86), (572, 52), (628, 52), (646, 86)], "#4f8f86")
    sheet.rectangle((582, 36, 618, 54), STONE_LIGHT)
    sheet.polygon([(578, 37), (600, 10), (622, 37)], "#3f7d75")
    sheet.line([(600, 4), (600, 14)], "#f3c25b", 2)


def _flags(sheet: Canvas) -> None:
    for x, colours in ((440, ("#0b6a8f", "#ffffff")), (760, ("#2b4fa3", "#f3c25b"))):
        sheet.line([(x, 150), (x, 232)], "#7b8790", 2.4)
        cloth = [(x + 2, 152), (x + 28, 158), (x + 54, 151), (x + 53, 184), (x + 28, 190), (x + 2, 185)]
        sheet.polygon(cloth, colours[0])
        sheet.dot((x + 28, 171), 7.5, colours[1])


def _square(sheet: Canvas) -> None:
    sheet.shade((0, GROUND, 1200, 600), [(0, "#e8d9bf"), (1, "#cbb593")])
    for n in range(-12, 13):
        sheet.line([(600 + n * 52, GROUND + 12), (600 + n * 150, 600)], tone("#ffffff", 0.22), 1.4)
    for y in (512, 530, 556, 590):
        sheet.line([(0, y), (1200, y)], tone("#ffffff", 0.22), 1.2)
    sheet.shadow(lambda pen: pen.polygon([(452, 512), (748, 512), (660, 556), (420, 556)], fill=255), 12, 0.16)


def _tree(sheet: Canvas, foot: Point, high: float) -> None:
    x, y = foot
    sheet.shadow(lambda pen: pen.ellipse((x - high * 0.36, y - 7, x + high * 0.22, y + 9), fill=255), 5, 0.35)
    sheet.polygon(
        [
            (x - high * 0.028, y),
            (x - high * 0.014, y - high * 0.5),
            (x + high * 0.014, y - high * 0.5),
            (x + high * 0.028, y),
        ],
        "#6b4a33",
    )
    crown = [
        (0, -1),
        (0.23, -0.86),
        (0.31, -0.62),
        (0.24, -0.38),
        (0, -0.30),
        (-0.24, -0.38),
        (-0.31, -0.62),
        (-0.23, -0.86),
    ]
    sheet.shade_blob([(x + dx * high, y + dy * high) for dx, dy in crown], [(0, "#58b07f"), (1, "#1f7a5c")])
    light = [(dx * 0.55 - 0.07, dy * 0.55 - 0.36) for dx, dy in crown]
    sheet.blob([(x + dx * high, y + dy * high) for dx, dy in light], tone("#8fd6a1", 0.35))


def _notice(sheet: Canvas, foot: Point) -> None:
    """Paint the board on its post: a face mask, big enough to be seen in a small picture."""
    x, y = foot
    sheet.shadow(lambda pen: pen.ellipse((x - 90, y - 8, x + 60, y + 10), fill=255), 6, 0.4)
    sheet.rectangle((x - 5, y - 190, x + 5, y), "#44586a", radius=3)
    sheet.rectangle((x - 26, y - 6, x + 26, y + 4), "#44586a", radius=5)
    sheet.shadow(lambda pen: pen.rounded_rectangle((x - 82, y - 226, x + 88, y - 88), 18, fill=255), 7, 0.35)
    sheet.rectangle((x - 86, y - 232, x + 86, y - 94), "#ffffff", radius=18)
    sheet.rectangle((x - 79, y - 225, x + 79, y - 101), "#0b6a8f", radius=13)
    _mask(sheet, (x, y - 163), 44)


def _mask(sheet: Canvas, centre: Point, size: float) -> None:
    x, y = centre
    for side in (-1, 1):
        loop = (
            x + side * size * 1.02 - size * 0.42,
            y - size * 0.52,
            x + side * size * 1.02 + size * 0.42,
            y + size * 0.36,
        )
        start, end = (270, 90) if side > 0 else (90, 270)
        sheet.arc(loop, start, end, "#ffffff", 4)
    shape = [
        (-1, -0.52),
        (0, -0.76),
        (1, -0.52),
        (0.96, 0.28),
        (0.5, 0.70),
        (0, 0.82),
        (-0.5, 0.70),
        (-0.96, 0.28),
    ]
    sheet.polygon(closed_curve([(x + dx * size, y + dy * size) for dx, dy in shape]), "#ffffff")
    for dy in (-0.2, 0.12, 0.42):
        long = 0.72 - 0.25 * abs(dy)
        sheet.line([(x - long * size, y + dy * size), (x + long * size, y + dy * size)], "#8fc3d6", 3.4)


def _passers_by(sheet: Canvas) -> None:
    for x, n in ((806, 0), (1020, 1)):
        look = dataclasses.replace(CAST[n], mask=True, beard=False)
        bust(sheet, (x, 604), 60, look)
