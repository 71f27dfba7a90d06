from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.languages import load_languages
from ccmail.languages.countries import country_name, find_country, nearest_country, single_zone

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
SUMMER = dt.datetime(2020, 7, 1, 12, 0, tzinfo=dt.UTC)
WINTER = dt.datetime(2020, 12, 1, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("code", "german", "english"),
    [
        ("EE", "Estland", "Estonia"),
        ("BA", "Bosnien und Herzegowina", "Bosnia & Herzegovina"),
        ("CZ", "Tschechien", "Czechia"),
        ("BY", "Belarus", "Belarus"),
        ("NO", "Norwegen", "Norway"),
    ],
)
def test_a_country_has_a_name_in_each_language(code: str, german: str, english: str) -> None:
    assert country_name(code, LANGUAGES["de"]) == german
    assert country_name(code, LANGUAGES["en"]) == english


def test_an_unknown_code_is_its_own_name() -> None:
    assert country_name("Q1", LANGUAGES["de"]) == "Q1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EE", "EE"),
        ("ee", "EE"),
        ("EST", "EE"),
        ("Estland", "EE"),
        (" estonia ", "EE"),
        ("NO", "NO"),
        ("Deutschland", "DE"),
        ("D", "DE"),
        ("Tschechische Republik", "CZ"),
        ("Czech Republic", "CZ"),
        ("Weißrussland", "BY"),
        ("Weissrussland", "BY"),
        ("Moldawien", "MD"),
        ("Moldau", "MD"),
        ("Republik Moldau", "MD"),
        ("Kirgisistan", "KG"),
        ("Kyrgyzstan", "KG"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("Großbritannien", "GB"),
        ("Türkei", "TR"),
        ("Tuerkei", "TR"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Bosnia and Herzegovina", "BA"),
        ("Bosnien-Herzegowina", "BA"),
        ("Bosnien & Herzegowina", "BA"),
        ("Kosovo", "XK"),
        ("Nordmazedonien", "MK"),
        ("Holland", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Georgia", "GE"),
        ("Georgien", "GE"),
    ],
)
def test_a_country_is_found_however_it_is_written(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize("text", ["", "-", "Estnland", "Europa", "EU", "ZZ", "Atlantis"])
def test_what_is_no_country_is_not_found(text: str) -> None:
    assert find_country(text) is None


@given(st.text())
def test_looking_for_a_country_never_fails(text: str) -> None:
    code = find_country(text)

    assert code is None or len(code) == 2


def test_a_misspelt_country_has_a_nearest_one() -> None:
    assert nearest_country("Estnland") == ("EE", "Estonia")
    assert nearest_country("Deutchland") == ("DE", "Germany")


def test_what_is_like_no_country_has_no_nearest_one() -> None:
    assert nearest_country("qqqq") is None


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("GE", "Asia/Tbilisi"),
        ("BO", "America/La_Paz"),
        ("DE", "Europe/Berlin"),
        ("UA", "Europe/Kyiv"),
        ("XK", None),
    ],
)
def test_a_country_with_one_time_has_a_zone(code: str, zone: str | None) -> None:
    for moment in (SUMMER, WINTER):
        found = single_zone(code, moment)

        assert (found.key if found else None) == zone


@pytest.mark.parametrize("code", ["US", "RU", "ES", "", "Q1"])
def test_a_country_with_several_times_has_no_zone(code: str) -> None:
    assert single_zone(code, SUMMER) is None


def test_zones_that_only_differ_in_winter_count_as_one_in_summer() -> None:
    # Troll station has Norwegian time in summer and UTC in winter; Cyprus had two times in the winter of 2016.
    winter_of_two_times = dt.datetime(2016, 12, 1, 12, 0, tzinfo=dt.UTC)

    assert single_zone("CY", winter_of_two_times) is None
    assert single_zone("CY", SUMMER) is not None
