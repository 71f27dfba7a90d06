from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.languages import load_languages
from ccmail.languages.names import find_language, is_language_code, language_name
from ccmail.languages.numbers import number

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])


def test_a_language_has_a_name_in_each_language() -> None:
    assert language_name("en", LANGUAGES["de"]) == "Englisch"
    assert language_name("de", LANGUAGES["en"]) == "German"


def test_an_unknown_language_is_called_by_its_code() -> None:
    assert language_name("q1", LANGUAGES["en"]) == "q1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("Deutsch", "de"),
        ("deutsch ", "de"),
        ("German", "de"),
        ("ger", "de"),
        ("DE-de", "de"),
        ("de_AT", "de"),
        ("English (UK)", "en"),
        ("Englisch", "en"),
        ("Französisch", "fr"),
        ("Franzoesisch", "fr"),
        ("Français", "fr"),
        ("ქართული", "ka"),
    ],
)
def test_a_language_is_found_however_it_is_written(text: str, code: str) -> None:
    assert find_language(text) == code


@pytest.mark.parametrize("text", ["", "-", "Klingonesisch", "x-y", "()"])
def test_what_is_no_language_is_not_found(text: str) -> None:
    assert find_language(text) is None


@given(st.text())
def test_looking_for_a_language_never_fails(text: str) -> None:
    code = find_language(text)

    assert code is None or is_language_code(code)


def test_numbers_have_the_separators_of_the_language() -> None:
    assert number(1184, LANGUAGES["de"]) == "1.184"
    assert number(1184, LANGUAGES["en"]) == "1,184"
