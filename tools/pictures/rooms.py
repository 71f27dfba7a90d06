"""Tiles of a video conference: a person in a room."""

from __future__ import annotations

from pictures.canvas import Canvas, Point, mix, polar, tone
from pictures.people import Look, bust

WALLS = ("#cfe5ea", "#f3dcc6", "#d9dff2", "#e5ecd6", "#f1e3e6", "#d5e8dd")


def tile(width: int, height: int, look: Look, room: str, wall: str) -> Canvas:
    """Return a person in front of a wall; `room` is shelf, window, plant, frames, board or lamp."""
    sheet = Canvas(width, height)
    sheet.shade((0, 0, width, height), [(0, mix(wall, "#ffffff", 0.35)), (1, mix(wall, "#27455c", 0.22))])
    {"shelf": _shelf, "window": _window, "plant": _plant, "frames": _frames, "board": _board, "lamp": _lamp}[room](
        sheet, wall
    )
    size = height * 0.305
    at = (width / 2, float(height))
    sheet.shadow(
        lambda pen: pen.ellipse((at[0] - size * 1.4, at[1] - size * 2.4, at[0] + size * 1.5, at[1] + 40), fill=255),
        size * 0.35,
        0.13,
    )
    bust(sheet, at, size, look)
    return sheet


def _shelf(sheet: Canvas, wall: str) -> None:
    books = ("#e2725b", "#0b7d95", "#f0c05a", "#46566b", "#ffffff", "#2f8f6b", "#5a6fc0")
    for row, y in enumerate((sheet.height * 0.30, sheet.height * 0.62)):
        x, n = sheet.width * 0.03, row * 3
        while x < sheet.width * 0.30:
            wide, high = 7 + (n * 5) % 6, sheet.height * (0.13 + 0.02 * ((n * 7) % 4))
            sheet.rectangle((x, y - high, x + wide, y), tone(books[n % 7], 0.85), radius=1)
            x, n = x + wide + 1.5, n + 1
        sheet.rectangle((0, y, sheet.width * 0.34, y + 4), mix(wall, "#5a3d2b", 0.55))
    potted_plant(sheet, (sheet.width * 0.87, sheet.height * 0.98), sheet.height * 0.42)


def _window(sheet: Canvas, wall: str) -> None:
    box = (sheet.width * 0.60, sheet.height * 0.08, sheet.width * 0.95, sheet.height * 0.66)
    sheet.rectangle((box[0] - 5, box[1] - 5, box[2] + 5, box[3] + 5), "#ffffff", radius=3)
    sheet.shade(box, [(0, "#8fd0e6"), (0.75, "#e9f7f4"), (1, "#f9e2bd")])
    for n, high in enumerate((0.30, 0.46, 0.24, 0.38, 0.28)):
        x = box[0] + n * (box[2] - box[0]) / 5
        top = box[3] - high * (box[3] - box[1])
        sheet.rectangle((x, top, x + (box[2] - box[0]) / 5 - 2, box[3]), tone("#3f88a3", 0.55))
    middle = (box[0] + box[2]) / 2
    sheet.rectangle((middle - 2.5, box[1], middle + 2.5, box[3]), "#ffffff")
    _picture(sheet, (sheet.width * 0.08, sheet.height * 0.16, sheet.width * 0.25, sheet.height * 0.44), wall)


def _plant(sheet: Canvas, wall: str) -> None:
    potted_plant(sheet, (sheet.width * 0.13, sheet.height), sheet.height * 0.62)
    _picture(sheet, (sheet.width * 0.70, sheet.height * 0.12, sheet.width * 0.92, sheet.height * 0.46), wall)


def _frames(sheet: Canvas, wall: str) -> None:
    for left, top, right, bottom in (
        (0.06, 0.12, 0.20, 0.38),
        (0.23, 0.18, 0.33, 0.36),
        (0.74, 0.14, 0.93, 0.48),
    ):
        _picture(
            sheet,
            (sheet.width * left, sheet.height * top, sheet.width * right, sheet.height * bottom),
            wall,
        )
    sheet.rectangle(
        (sheet.width * 0.02, sheet.height * 0.74, sheet.width * 0.30, sheet.height), mix(wall, "#6b4a33", 0.5)
    )


def _board(sheet: Canvas, wall: str) -> None:
    box = (sheet.width * 0.04, sheet.height * 0.10, sheet.width * 0.36, sheet.height * 0.62)
    sheet.rectangle(box, mix(wall, "#31465a", 0.6), radius=4)
    sheet.rectangle((box[0] + 3, box[1] + 3, box[2] - 3, box[3] - 3), "#fbfdfd", radius=3)
    wide = (box[2] - box[0]) / 7
    for n, high in enumerate((0.25, 0.42, 0.36, 0.62, 0.74)):
        x = box[0] + wide * (n + 1.1)
        colour = "#0b7d95" if n % 2 else "#f0a93b"
        sheet.rectangle((x, box[3] - 8 - high * (box[3] - box[1]) * 0.8, x + wide * 0.7, box[3] - 8), colour)
    potted_plant(sheet, (sheet.width * 0.90, sheet.height), sheet.height * 0.36)


def _lamp(sheet: Canvas, wall: str) -> None:
    x = sheet.width * 0.86
    sheet.line([(x, sheet.height * 0.36), (x, sheet.height)], mix(wall, "#31465a", 0.7), 3)
    shade = [(x - 18, sheet.height * 0.16), (x + 18, sheet.height * 0.16), (x + 32, sheet.height * 0.38)]
    sheet.light(lambda pen: pen.ellipse((x - 60, sheet.height * 0.1, x + 60, sheet.height * 0.7), fill="#4a3c1c"), 24)
    sheet.polygon([*shade, (x - 32, sheet.height * 0.38)], "#f7d489")
    _picture(sheet, (sheet.width * 0.07, sheet.height * 0.14, sheet.width * 0.30, sheet.height * 0.50), wall)


def _picture(sheet: Canvas, box: tuple[float, float, float, float], wall: str) -> None:
    left, top, right, bottom = box
    sheet.rectangle(box, mix(wall, "#3b4f60", 0.65), radius=2)
    inner = (left + 4, top + 4, right - 4, bottom - 4)
    sheet.shade(inner, [(0, "#fdf3df"), (1, "#f4c9a0")])
    middle, foot = (left + right) / 2, bottom - 4
    sheet.dot((middle + (right - left) * 0.18, top + (bottom - top) * 0.34), (right - left) * 0.10, "#e2725b")
    hill = [(left + 4, foot), (left + (right - left) * 0.4, top + (bottom - top) * 0.5), (right - 4, foot)]
    sheet.polygon(hill, "#2f7f8f")


def potted_plant(sheet: Canvas, at: Point, height: float) -> None:
    """Paint a plant in a pot; `at` is the middle of the pot's foot."""
    x, y = at
    foot = y - height * 0.30
    for degrees, long in ((-90, 1.0), (-118, 0.92), (-62, 0.92), (-146, 0.72), (-34, 0.72)):
        tip = polar((x, foot), height * 0.72 * long, degrees)
        side = (
            polar((x, foot), height * 0.40 * long, degrees - 16),
            polar((x, foot), height * 0.40 * long, degrees + 16),
        )
        green = "#2f8f6b" if degrees % 4 else "#3fa97f"
        sheet.blob([(x, foot), side[0], tip, side[1]], green)
    pot = [
        (x - height * 0.17, foot),
        (x + height * 0.17, foot),
        (x + height * 0.13, y),
        (x - height * 0.13, y),
    ]
    sheet.polygon(pot, "#d9785a")
