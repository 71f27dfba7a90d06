"""The colours of mails."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccmail.rendering.theme import BRAND, TEXT_PAIRS, Palette, contrast, make_theme

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def palettes(colour: str) -> tuple[Palette, Palette]:
    theme = make_theme(colour)
    return theme, theme.dark


def lightness(colour: str) -> float:
    """Return L* of CIELAB, 0 to 100, from the contrast with black, 1 to 21."""
    luminance = contrast(colour, "#000000") * 0.05 - 0.05
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def turned(colour: str, *, is_ground: bool) -> float:
    """Return the luminance after a mail program inverts a mail: light backgrounds and dark texts change."""
    level = lightness(colour)
    if (level >= 50) == is_ground:
        level = 50 - (level - 50) * 0.75
    return ((level + 16) / 116) ** 3 if level > 8 else level / 903.3


@given(COLOURS)
@example("#ffff00")
@example("#ffffff")
@example("#000000")
@example("#808080")
@example("#767676")
def test_every_text_is_readable_on_its_ground_whatever_the_brand_colour(colour: str) -> None:
    ratios = [
        contrast(getattr(palette, text), getattr(palette, ground))
        for palette in palettes(colour)
        for text, ground in TEXT_PAIRS
    ]

    assert min(ratios) >= 4.5


@given(COLOURS)
@example("#ffff00")
@example("#000000")
def test_texts_stay_readable_when_a_mail_program_turns_the_lightness_round(colour: str) -> None:
    theme = make_theme(colour)

    for text, ground in TEXT_PAIRS:
        darker, lighter = sorted(
            (turned(getattr(theme, text), is_ground=False), turned(getattr(theme, ground), is_ground=True))
        )
        assert (lighter + 0.05) / (darker + 0.05) >= 4.45, (text, ground)  # their colours are rounded too


@given(COLOURS)
def test_a_button_stands_out_from_the_card_in_both_palettes(colour: str) -> None:
    ratios = [contrast(palette.edge, palette.card) for palette in palettes(colour)]

    assert min(ratios) >= 3


@given(COLOURS)
def test_every_colour_is_written_with_six_small_digits(colour: str) -> None:
    names = Palette.__dataclass_fields__

    written = [getattr(palette, name) for palette in palettes(colour) for name in names]

    assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in written)


@pytest.mark.parametrize("colour", [BRAND, "#8a1538", "#000000", "#005a3c"])
def test_a_brand_colour_that_carries_white_text_is_used_as_it_is(colour: str) -> None:
    theme = make_theme(colour)

    assert theme.brand == colour
    assert theme.on_brand == "#ffffff"


@pytest.mark.parametrize("colour", ["#ffcc00", "#ffffff", "#9ad0ec"])
def test_a_light_brand_colour_stays_itself_and_carries_dark_text(colour: str) -> None:
    theme = make_theme(colour)

    assert theme.brand == theme.dark.brand == colour
    assert lightness(theme.on_brand) < 15
    assert lightness(theme.dark.on_brand) < 15
    assert contrast(theme.link, theme.card) > 6


def test_a_brand_colour_that_carries_neither_white_nor_dark_text_is_darkened_and_keeps_its_hue() -> None:
    red, green, blue = bytes.fromhex(make_theme("#e08000").brand[1:])

    assert red > green > blue == 0
    assert make_theme("#e08000").on_brand == "#ffffff"


def test_the_dark_palette_is_dark() -> None:
    light, dark = palettes(BRAND)

    assert lightness(dark.card) < 15
    assert lightness(light.card) == pytest.approx(100)
    assert lightness(dark.page) < lightness(dark.card) < lightness(dark.tint)


def test_short_and_capital_digits_are_understood() -> None:
    assert make_theme("#0AF") == make_theme("#00aaff")


@pytest.mark.parametrize("colour", ["0b6a8f", "#12", "#12345", "#gggggg", "blue", "", "#0b6a8f; }", "#0b6a8f\n"])
def test_what_is_no_colour_is_refused_with_an_example(colour: str) -> None:
    with pytest.raises(ValueError, match=f"is not a colour; write it like {BRAND}"):
        make_theme(colour)


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)


def test_the_contrast_of_a_mid_grey_is_that_of_the_standard() -> None:
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_the_font_keeps_its_quotation_marks_in_markup() -> None:
    font = make_theme().font

    assert font.__html__() == "'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
