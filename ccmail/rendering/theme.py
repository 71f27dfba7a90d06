"""The colours of a mail: one brand colour becomes two palettes with readable text.

Templates print colours, they do not choose them. For any colour in ccmail.yaml, each text colour has a contrast of at
least 4.5:1 (WCAG 2.2, 1.4.3) to each background on which a shipped template prints it, in light and in dark.
"""

from __future__ import annotations

import dataclasses
import math
import re

from markupsafe import Markup

BRAND = "#0b6a8f"
"""The brand colour of a workspace without its own."""

READABLE = 4.5
"""The least contrast of text and background (WCAG 2.2, 1.4.3)."""

TEXT_PAIRS = (
    ("ink", "card"),
    ("ink", "tint"),
    ("muted", "card"),
    ("muted", "tint"),
    ("muted", "page"),
    ("link", "card"),
    ("link", "tint"),
    ("link", "page"),
    ("alert", "tint"),
    ("on_brand", "brand"),
)
"""The pairs of text colour and background in the shipped templates."""

# More than READABLE: the contrast is still enough after Gmail's apps and others invert the lightness of dark text
# and light backgrounds for their dark mode.
_TURNABLE = 6.5
# The least contrast of dark text on a light brand colour: still enough after both are inverted.
_TURNABLE_GROUND = 8.5
# Light text on a dark background looks thinner than it is.
_COMFORTABLE = 6.0
# WCAG 2.2, 1.4.11: a button stands out from its background (3:1).
_VISIBLE = 3.05

_RED = "#b3261e"
_WHITE, _DARK = "#ffffff", "#16191d"

# Word and GMX know no web fonts; each name is a font of one system. Markup, because escaped quotation marks make the
# whole rule of a style block void: the mail would be in Times.
_FONT = Markup("'Segoe UI',Roboto,Helvetica,Arial,sans-serif")

# sRGB (IEC 61966-2-1): below these values the gamma curve is a straight line.
_LINEAR_BELOW = 0.04045
_LIGHT_LINEAR_BELOW = 0.0031308

_Channels = tuple[float, float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a mail in light or in dark, each `#rrggbb` in lower case.

    Attributes:
        brand: Filled areas: the bar under the head, buttons. Dark enough for white text, so mail programs
            that invert colours leave it alone, or light enough for dark text also when both are inverted.
        on_brand: Text on `brand`.
        edge: Borders of buttons, which stand out from `card` also if `brand` is light.
        ink: Text.
        muted: Less important text: labels, captions, the footer.
        page: The background of the card.
        card: The background of the text.
        line: Thin lines.
        tint: The background of a box in the card.
        link: Links, and small text in the brand's colour.
        alert: The heading of a cancellation.
    """

    brand: str
    on_brand: str
    edge: str
    ink: str
    muted: str
    page: str
    card: str
    line: str
    tint: str
    link: str
    alert: str


@dataclasses.dataclass(frozen=True, slots=True)
class Theme(Palette):
    """The light palette, with the dark one in `dark`.

    Attributes:
        dark: The colours for `prefers-color-scheme: dark`.
        font: The font stack as CSS; safe markup, because its quotation marks must stay.
    """

    dark: Palette
    font: Markup = _FONT

    @property
    def is_light(self) -> bool:
        """Whether `brand` is light, and the text on it dark."""
        return _is_light(self.brand)


def make_theme(colour: str = BRAND) -> Theme:
    """Return the theme of a brand colour.

    Args:
        colour: `#rrggbb` or `#rgb`. A colour on which white text is readable is used as it is, and a light one
            (yellow) with dark text; one between them is darkened in its own hue.

    Raises:
        ValueError: `colour` has another form.
    """
    colour = _normalised(colour)
    brand = colour if _is_light(colour) else _darkened(colour, _WHITE, ratio=READABLE)
    light = _light_palette(brand)
    return Theme(**dataclasses.asdict(light), dark=_dark_palette(colour, brand))


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, 1 to 21 (as WCAG 2.2 defines it)."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _is_light(colour: str) -> bool:
    return contrast(colour, _DARK) >= _TURNABLE_GROUND


def _on(brand: str) -> str:
    return _DARK if _is_light(brand) else _WHITE


def _light_palette(brand: str) -> Palette:
    page = _mixed("#f5f6f8", brand, 0.06)
    tint = _mixed(_WHITE, brand, 0.08)
    behind_text = min((_WHITE, page, tint), key=_luminance)
    link = _darkened(brand, behind_text, ratio=_TURNABLE)
    return Palette(
        brand=brand,
        on_brand=_on(brand),
        edge=link if _is_light(brand) else brand,
        ink=_darkened(_mixed(_DARK, brand, 0.15), behind_text, ratio=10),
        muted=_darkened(_mixed("#565f68", brand, 0.15), behind_text, ratio=_TURNABLE),
        page=page,
        card=_WHITE,
        line=_mixed("#e1e5e9", brand, 0.1),
        tint=tint,
        link=link,
        alert=_darkened(_RED, behind_text, ratio=_TURNABLE),
    )


def _dark_palette(colour: str, brand: str) -> Palette:
    page = _mixed("#0f1317", brand, 0.05)
    card = _mixed("#181d22", brand, 0.07)
    tint = _mixed("#222930", brand, 0.1)
    behind_text = max((page, card, tint), key=_luminance)
    # Contrast to the text on it and to the card behind it: a button looks the same in both palettes.
    filled = _lightened(brand, card, ratio=_VISIBLE)
    return Palette(
        brand=filled,
        on_brand=_on(brand),
        edge=filled,
        ink=_lightened(_mixed("#eceff2", brand, 0.04), behind_text, ratio=10),
        muted=_lightened(_mixed("#aeb7bf", brand, 0.06), behind_text, ratio=_COMFORTABLE),
        page=page,
        card=card,
        line=_mixed("#39434c", brand, 0.12),
        tint=tint,
        link=_lightened(colour, behind_text, ratio=_COMFORTABLE),
        alert=_lightened(_RED, behind_text, ratio=_COMFORTABLE),
    )


def _normalised(colour: str) -> str:
    if not re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", colour):
        raise ValueError(f"“{colour}” is not a colour; write it like {BRAND}")
    digits = colour[1:].lower()
    return "#" + (digits if len(colour) == len(BRAND) else "".join(digit * 2 for digit in digits))


def _channels(colour: str) -> _Channels:
    """Return red, green, blue, 0 to 1, as written (with gamma)."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _linear(colour: str) -> _Channels:
    """Return red, green, blue, 0 to 1, as linear light (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (c / 12.92 if c <= _LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(ground: str, colour: str, share: float) -> str:
    """Return a background with a share, 0 to 1, of a colour."""
    pairs = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{round(255 * (g + (c - g) * share)):02x}" for g, c in pairs)


def _darkened(colour: str, ground: str, *, ratio: float) -> str:
    """Return a colour with less light, in the same hue, until it has the contrast to a lighter background."""
    limit = (_luminance(ground) + 0.05) / ratio - 0.05
    if (luminance := _luminance(colour)) <= limit:
        return colour
    return "#" + "".join(f"{math.floor(255 * _gamma(c * limit / luminance)):02x}" for c in _linear(colour))


def _lightened(colour: str, ground: str, *, ratio: float) -> str:
    """Return a colour with more light until it has the contrast to a darker background: partly white light."""
    limit = (_luminance(ground) + 0.05) * ratio - 0.05
    if (luminance := _luminance(colour)) >= limit:
        return colour
    channels = _linear(colour)
    # White light alone would give a grey, the colour's own light alone a neon colour.
    own = min((limit / luminance) ** 0.75, 1 / max(channels)) if luminance else 1
    white = (limit - luminance * own) / (1 - luminance * own)
    lit = (c * own + (1 - c * own) * white for c in channels)
    return "#" + "".join(f"{min(255, math.ceil(255 * _gamma(c))):02x}" for c in lit)


def _gamma(light: float) -> float:
    return light * 12.92 if light <= _LIGHT_LINEAR_BELOW else 1.055 * light ** (1 / 2.4) - 0.055
