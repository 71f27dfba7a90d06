"""The colours of a mail: one brand colour becomes two palettes whose text can be read.

Templates print colours, they do not choose them. Whatever colour an organiser writes in ccmail.yaml, every
text and background that meet in a shipped template have a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3), in
light and in dark.
"""

from __future__ import annotations

import dataclasses
import math
import re

from markupsafe import Markup

BRAND = "#0b6a8f"
"""The brand colour of a workspace that names none."""

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
    ("on_brand", "brand"),
)
"""Which text colour the shipped templates print on which background."""

# More than the rule asks for: so much that it still holds after Gmail's apps and others have turned the
# lightness of dark text and light grounds round for their dark mode.
_TURNABLE = 6.5
# Light text on dark grounds seems thinner than it is.
_COMFORTABLE = 6.0
# WCAG 2.2, 1.4.11: a button stands out from what it lies on.
_VISIBLE = 3.05

# Word and GMX know no web fonts; each name is what one system has. Markup, because escaped quotation marks in
# a style block make its whole rule void, and the mail falls to Times.
_FONT = Markup("'Segoe UI',Roboto,Helvetica,Arial,sans-serif")

# sRGB (IEC 61966-2-1): below, the curve between what is written and light is a straight line.
_LINEAR_BELOW = 0.04045
_LIGHT_LINEAR_BELOW = 0.0031308

_Channels = tuple[float, float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Palette:
    """Colours for one way of looking at a mail, each `#rrggbb` in lower case.

    Attributes:
        brand: Filled areas: the bar under the head, buttons. Dark enough for white text, so mail programs
            that turn colours round leave it alone.
        on_brand: Text on `brand`.
        ink: Text.
        muted: Text that steps back: labels, captions, the footer.
        page: Behind the card.
        card: Behind the text.
        line: Hairlines.
        tint: Behind a boxed part of the card.
        link: Links, and small text in the brand's colour.
    """

    brand: str
    on_brand: str
    ink: str
    muted: str
    page: str
    card: str
    line: str
    tint: str
    link: str


@dataclasses.dataclass(frozen=True, slots=True)
class Theme(Palette):
    """The light palette, with the dark one beside it.

    Attributes:
        dark: The colours for `prefers-color-scheme: dark`.
        font: The font stack as CSS; safe markup, since its quotation marks must stay.
    """

    dark: Palette
    font: Markup = _FONT


def make_theme(colour: str = BRAND) -> Theme:
    """Compute the theme of a brand colour.

    Args:
        colour: `#rrggbb` or `#rgb`. A colour that carries white text is used as it is; a lighter one is
            darkened, its hue kept.

    Raises:
        ValueError: `colour` is not written that way.
    """
    colour = _normalised(colour)
    brand = _darkened(colour, "#ffffff", ratio=READABLE)
    light = _light_palette(brand)
    return Theme(**dataclasses.asdict(light), dark=_dark_palette(colour, brand))


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, 1 to 21 (as WCAG 2.2 defines it)."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _light_palette(brand: str) -> Palette:
    page = _mixed("#f5f6f8", brand, 0.06)
    tint = _mixed("#ffffff", brand, 0.08)
    behind_text = min(("#ffffff", page, tint), key=_luminance)
    return Palette(
        brand=brand,
        on_brand="#ffffff",
        ink=_darkened(_mixed("#16191d", brand, 0.15), behind_text, ratio=10),
        muted=_darkened(_mixed("#565f68", brand, 0.15), behind_text, ratio=_TURNABLE),
        page=page,
        card="#ffffff",
        line=_mixed("#e1e5e9", brand, 0.1),
        tint=tint,
        link=_darkened(brand, behind_text, ratio=_TURNABLE),
    )


def _dark_palette(colour: str, brand: str) -> Palette:
    page = _mixed("#0f1317", brand, 0.05)
    card = _mixed("#181d22", brand, 0.07)
    tint = _mixed("#222930", brand, 0.1)
    behind_text = max((page, card, tint), key=_luminance)
    return Palette(
        # Between white text on it and the card behind it: both keep their distance, so a button looks the
        # same in both palettes.
        brand=_lightened(brand, card, ratio=_VISIBLE),
        on_brand="#ffffff",
        ink=_lightened(_mixed("#eceff2", brand, 0.04), behind_text, ratio=10),
        muted=_lightened(_mixed("#aeb7bf", brand, 0.06), behind_text, ratio=_COMFORTABLE),
        page=page,
        card=card,
        line=_mixed("#39434c", brand, 0.12),
        tint=tint,
        link=_lightened(colour, behind_text, ratio=_COMFORTABLE),
    )


def _normalised(colour: str) -> str:
    if not re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", colour):
        raise ValueError(f"“{colour}” is not a colour; write it like {BRAND}")
    digits = colour[1:].lower()
    return "#" + (digits if len(colour) == len(BRAND) else "".join(digit * 2 for digit in digits))


def _channels(colour: str) -> _Channels:
    """Red, green, blue, 0 to 1, as written (with gamma)."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _linear(colour: str) -> _Channels:
    """Red, green, blue, 0 to 1, as light (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (c / 12.92 if c <= _LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(ground: str, colour: str, share: float) -> str:
    """Give a ground a breath of a colour."""
    pairs = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{round(255 * (g + (c - g) * share)):02x}" for g, c in pairs)


def _darkened(colour: str, ground: str, *, ratio: float) -> str:
    """Take light away, evenly so that the hue stays, until the colour stands off a lighter ground."""
    limit = (_luminance(ground) + 0.05) / ratio - 0.05
    if (luminance := _luminance(colour)) <= limit:
        return colour
    return "#" + "".join(f"{math.floor(255 * _gamma(c * limit / luminance)):02x}" for c in _linear(colour))


def _lightened(colour: str, ground: str, *, ratio: float) -> str:
    """Add light until the colour stands off a darker ground: most of it its own, the rest white."""
    limit = (_luminance(ground) + 0.05) * ratio - 0.05
    if (luminance := _luminance(colour)) >= limit:
        return colour
    channels = _linear(colour)
    # White light alone would leave a grey; its own light alone a neon colour.
    own = min((limit / luminance) ** 0.75, 1 / max(channels)) if luminance else 1
    white = (limit - luminance * own) / (1 - luminance * own)
    lit = (c * own + (1 - c * own) * white for c in channels)
    return "#" + "".join(f"{min(255, math.ceil(255 * _gamma(c))):02x}" for c in lit)


def _gamma(light: float) -> float:
    return light * 12.92 if light <= _LIGHT_LINEAR_BELOW else 1.055 * light ** (1 / 2.4) - 0.055
