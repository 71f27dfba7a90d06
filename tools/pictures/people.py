"""People, from the chest up."""

from __future__ import annotations

import dataclasses

from pictures.canvas import Canvas, Point, mix, tone

_FRINGE = [
    (-0.53, 0.02),
    (-0.57, -0.36),
    (-0.36, -0.70),
    (0, -0.79),
    (0.36, -0.70),
    (0.57, -0.36),
    (0.53, 0.02),
]
_PARTED = [*_FRINGE, (0.45, -0.24), (0.22, -0.40), (-0.12, -0.34), (-0.42, -0.20)]
_STRAIGHT = [*_FRINGE, (0.46, -0.16), (0.25, -0.27), (0, -0.29), (-0.25, -0.27), (-0.46, -0.16)]
_LONG = [(-0.62, -0.3), (-0.4, -0.74), (0, -0.82), (0.4, -0.74), (0.62, -0.3), (0.68, 0.4), (0.62, 0.98)]
_LONG = [*_LONG, (0.2, 1.06), (-0.2, 1.06), (-0.62, 0.98), (-0.68, 0.4)]
_BOB = [(x, min(y, 0.52)) for x, y in _LONG]
_BEARD = [(-0.49, 0.02), (-0.46, 0.42), (-0.22, 0.68), (0.22, 0.68), (0.46, 0.42), (0.49, 0.02), (0.37, 0.20)]
_BEARD = [*_BEARD, (0.18, 0.19), (-0.18, 0.19), (-0.37, 0.20)]
_CURLS = [
    (-0.46, -0.2),
    (-0.5, -0.46),
    (-0.3, -0.66),
    (-0.04, -0.76),
    (0.24, -0.7),
    (0.45, -0.5),
    (0.5, -0.22),
]
_SCARF = [(-0.66, -0.2), (-0.44, -0.72), (0, -0.86), (0.44, -0.72), (0.66, -0.2), (0.66, 0.5), (0.86, 1.02)]
_SCARF = [*_SCARF, (0.3, 1.2), (-0.3, 1.2), (-0.86, 1.02), (-0.66, 0.5)]


@dataclasses.dataclass(frozen=True)
class Look:
    """The look of a person; `hair_cut` is parted, straight, long, bob, bun, curls, bald or scarf."""

    skin: str
    hair: str
    hair_cut: str
    cloth: str
    shirt: str = "#f4f7f9"
    beard: bool = False
    glasses: bool = False
    jacket: bool = False
    mask: bool = False


CAST = (
    Look("#f0c3a0", "#3b2a26", "long", "#0b7d95", glasses=True),
    Look("#c98d63", "#241c1c", "parted", "#2c3e57", jacket=True, beard=True),
    Look("#f5d0b2", "#c9763a", "bob", "#e2725b"),
    Look("#8d5a3c", "#1c1513", "curls", "#f0a93b"),
    Look("#e6b48d", "#7d8792", "parted", "#46566b", jacket=True, glasses=True),
    Look("#d9a27c", "#2b2f63", "scarf", "#5a6fc0"),
    Look("#f2c8a8", "#5a3a28", "bun", "#2f8f6b"),
    Look("#e9b992", "#4a342a", "bald", "#7a4f8f", beard=True),
)


def bust(sheet: Canvas, at: Point, size: float, look: Look) -> None:
    """Paint a person; `at` is the middle of the lower edge, `size` the width of the head."""
    face = (at[0], at[1] - 1.78 * size)
    _behind(sheet, face, size, look)
    _body(sheet, at, size, look)
    shadow = mix(look.skin, "#7a3f2a", 0.22)
    sheet.rectangle(_box(face, size, (-0.21, 0.30, 0.21, 0.98)), shadow, radius=0.16 * size)
    for side in (-1, 1):
        sheet.ellipse(_box(face, size, (side * 0.5 - 0.1, -0.08, side * 0.5 + 0.1, 0.16)), shadow)
    sheet.ellipse(_box(face, size, (-0.5, -0.64, 0.5, 0.62)), look.skin)
    _hair(sheet, face, size, look)
    _face(sheet, face, size, look)


def _box(face: Point, size: float, edges: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = edges
    return face[0] + left * size, face[1] + top * size, face[0] + right * size, face[1] + bottom * size


def _shape(face: Point, size: float, points: list[Point]) -> list[Point]:
    return [(face[0] + x * size, face[1] + y * size) for x, y in points]


def _behind(sheet: Canvas, face: Point, size: float, look: Look) -> None:
    shapes = {"long": _LONG, "bob": _BOB, "scarf": _SCARF}
    if look.hair_cut in shapes:
        sheet.blob(_shape(face, size, shapes[look.hair_cut]), mix(look.hair, "#000000", 0.18))


def _body(sheet: Canvas, at: Point, size: float, look: Look) -> None:
    x, y = at
    body = (x - 1.32 * size, y - 0.98 * size, x + 1.32 * size, y)
    sheet.rectangle(body, look.cloth, radius=0.72 * size, top_only=True)
    top = y - 0.98 * size
    if look.jacket:
        opening = [(x - 0.40 * size, top), (x + 0.40 * size, top), (x + 0.06 * size, y), (x - 0.06 * size, y)]
        sheet.polygon(opening, look.shirt)
        tie = [(x - 0.08 * size, top + 0.16 * size), (x + 0.08 * size, top + 0.16 * size)]
        sheet.polygon([*tie, (x + 0.11 * size, y), (x - 0.11 * size, y)], "#0b6a8f")
        for side in (-1, 1):
            lapel = [(0.40, 0), (0.62, 0.30), (0.42, 0.42), (0.06, 0.98)]
            sheet.polygon(
                [(x + side * dx * size, top + dy * size) for dx, dy in lapel],
                mix(look.cloth, "#000000", 0.22),
            )
    elif look.hair_cut == "scarf":
        sheet.ellipse((x - 0.72 * size, top - 0.42 * size, x + 0.72 * size, top + 0.46 * size), look.hair)
    else:
        collar = (x - 0.42 * size, top - 0.30 * size, x + 0.42 * size, top + 0.34 * size)
        sheet.ellipse(collar, mix(look.cloth, "#ffffff", 0.25))
        inner = (x - 0.34 * size, top - 0.34 * size, x + 0.34 * size, top + 0.24 * size)
        sheet.ellipse(inner, mix(look.skin, "#7a3f2a", 0.10))
    for side in (-1, 1):
        sheet.line(
            [(x + side * 0.92 * size, y), (x + side * 0.88 * size, y - 0.42 * size)],
            mix(look.cloth, "#000000", 0.16),
            0.035 * size,
        )


def _hair(sheet: Canvas, face: Point, size: float, look: Look) -> None:
    match look.hair_cut:
        case "parted":
            sheet.blob(_shape(face, size, _PARTED), look.hair)
        case "straight" | "bob" | "long":
            sheet.blob(_shape(face, size, _STRAIGHT if look.hair_cut == "bob" else _PARTED), look.hair)
        case "bun":
            sheet.dot((face[0], face[1] - 0.86 * size), 0.25 * size, mix(look.hair, "#000000", 0.12))
            sheet.blob(_shape(face, size, _STRAIGHT), look.hair)
        case "curls":
            for x, y in _CURLS:
                sheet.dot((face[0] + x * size, face[1] + y * size), 0.25 * size, look.hair)
        case "scarf":
            sheet.ellipse(_box(face, size, (-0.56, 0.30, 0.56, 1.16)), mix(look.hair, "#ffffff", 0.06))
            sheet.ellipse(_box(face, size, (-0.60, -0.78, 0.60, 0.76)), look.hair)
            sheet.ellipse(_box(face, size, (-0.44, -0.52, 0.44, 0.60)), look.skin)
    if look.beard:
        sheet.blob(_shape(face, size, _BEARD), look.hair)


def _face(sheet: Canvas, face: Point, size: float, look: Look) -> None:
    x, y = face
    ink = "#33231f"
    for side in (-1, 1):
        sheet.dot((x + side * 0.19 * size, y - 0.02 * size), 0.05 * size, ink)
        brow = _box(face, size, (side * 0.19 - 0.13, -0.20, side * 0.19 + 0.13, 0.02))
        sheet.arc(brow, 215, 325, mix(look.skin, ink, 0.7), 0.035 * size)
        sheet.dot((x + side * 0.29 * size, y + 0.16 * size), 0.085 * size, tone("#e8644a", 0.11))
    if look.mask:
        _mask(sheet, face, size)
    else:
        nose = [
            (x + 0.01 * size, y + 0.05 * size),
            (x + 0.045 * size, y + 0.15 * size),
            (x, y + 0.165 * size),
        ]
        sheet.line(nose, mix(look.skin, "#7a3f2a", 0.35), 0.03 * size)
        mouth = _box(face, size, (-0.17, 0.10, 0.17, 0.38))
        sheet.pie(mouth, 15, 165, "#ffffff" if look.beard else "#a8433a")
    if look.glasses:
        for side in (-1, 1):
            sheet.ring((x + side * 0.2 * size, y - 0.01 * size), 0.155 * size, "#23303d", 0.035 * size)
        bridge = [(x - 0.05 * size, y - 0.03 * size), (x + 0.05 * size, y - 0.03 * size)]
        sheet.line(bridge, "#23303d", 0.035 * size)


def _mask(sheet: Canvas, face: Point, size: float) -> None:
    cloth, fold = "#d9f0f5", "#a5d3de"
    for side in (-1, 1):
        for start, end in ((0.14, 0.04), (0.44, 0.16)):
            loop = [(side * 0.36, start), (side * 0.5, end)]
            sheet.line(_shape(face, size, loop), fold, 0.03 * size)
    shape = [(-0.40, 0.10), (0, 0.02), (0.40, 0.10), (0.40, 0.42), (0.2, 0.62), (-0.2, 0.62), (-0.40, 0.42)]
    sheet.blob(_shape(face, size, shape), cloth)
    for y in (0.24, 0.38):
        sheet.line(_shape(face, size, [(-0.33, y), (0.33, y)]), fold, 0.025 * size)
