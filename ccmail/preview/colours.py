"""Colours as Gmail's and Outlook's apps invert them in dark mode, for a mail without dark colours of its own.

Light backgrounds become dark, and dark text becomes light: in CIE LCh a lightness L on the wrong side of 50 becomes
50 − (L − 50) · 0.75, and the chroma is multiplied by 0.8.
"""

from __future__ import annotations

import enum
import re

_WHITE = (0.95047, 1.0, 1.08883)  # D65
_MIDDLE, _FLATTER, _PALER = 50.0, 0.75, 0.8
_NAMES = {"white": "#ffffff", "black": "#000000"}
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b|\brgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)|\b(?:white|black)\b", re.IGNORECASE
)
_DECLARATION = re.compile(r"(?<![\w-])(color|background(?:-color)?|border(?:-\w+)*)\s*:\s*([^;}\"]+)", re.IGNORECASE)
_BGCOLOR = re.compile(r"(\bbgcolor=\")([^\"]+)(\")", re.IGNORECASE)
_STYLED = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)|(\sstyle=\")([^\"]*)(\")", re.DOTALL | re.IGNORECASE)


class Side(enum.Enum):
    """The side of a colour: the background of a text, or the text itself."""

    GROUND = "ground"
    INK = "ink"


def invert(html: str) -> str:
    """Return HTML with the colours of its styles and `bgcolor` attributes inverted."""
    html = _BGCOLOR.sub(lambda found: found[1] + _turned(found[2], Side.GROUND) + found[3], html)
    return _STYLED.sub(_styles, html)


def invert_colour(colour: tuple[int, int, int], side: Side) -> tuple[int, int, int]:
    """Return a colour in dark mode; a background that is dark already stays, and so does a light text."""
    lightness, a, b = _lab(colour)
    is_right = lightness < _MIDDLE if side is Side.GROUND else lightness >= _MIDDLE
    if is_right:
        return colour
    return _rgb(_MIDDLE - (lightness - _MIDDLE) * _FLATTER, a * _PALER, b * _PALER)


def _styles(found: re.Match[str]) -> str:
    before, css, after = found.groups()[:3] if found[1] else found.groups()[3:]
    return f"{before}{_DECLARATION.sub(_declaration, css)}{after}"


def _declaration(found: re.Match[str]) -> str:
    side = Side.INK if found[1].lower() == "color" else Side.GROUND
    return f"{found[1]}: {_turned(found[2], side)}"


def _turned(value: str, side: Side) -> str:
    return _COLOUR.sub(lambda found: _hex(invert_colour(_parse(found), side)), value)


def _parse(found: re.Match[str]) -> tuple[int, int, int]:
    if found[1]:
        return int(found[1]), int(found[2]), int(found[3])
    digits = _NAMES.get(found[0].lower(), found[0])[1:]
    wide = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)  # noqa: PLR2004
    return int(wide[:2], 16), int(wide[2:4], 16), int(wide[4:], 16)


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def _lab(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    r, g, b = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)  # noqa: PLR2004
    x = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = 0.0193339 * r + 0.1191920 * g + 0.9503041 * b
    fx, fy, fz = (_cube_root(value / white) for value, white in zip((x, y, z), _WHITE, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _cube_root(t: float) -> float:
    return float(t ** (1 / 3)) if t > 216 / 24389 else t * 841 / 108 + 4 / 29


def _rgb(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    fy = (lightness + 16) / 116
    x, y, z = (
        white * (f**3 if f > 6 / 29 else (f - 4 / 29) * 108 / 841)
        for f, white in zip((fy + a / 500, fy, fy - b / 200), _WHITE, strict=True)
    )
    return (
        _channel(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
        _channel(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
        _channel(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
    )


def _channel(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))  # noqa: PLR2004
