"""Days as leaves of a calendar, in every shipped language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccmail.languages import load_languages
from ccmail.languages.date_tile import DateTile, date_tile

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
OCTOBER = dt.date(2020, 10, 7)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", DateTile("Okt", "7", "Mi")),
        ("en", DateTile("Oct", "7", "Wed")),
        ("fr", DateTile("oct", "7", "mer")),
        ("es", DateTile("oct", "7", "mié")),
        ("uk", DateTile("жовт", "7", "ср")),
        ("ar", DateTile("أكتوبر", "7", "الأربعاء")),
    ],
)
def test_a_day_has_month_number_and_weekday(code: str, expected: DateTile) -> None:
    assert date_tile(OCTOBER, OCTOBER, LANGUAGES[code]) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (dt.date(2021, 3, 9), dt.date(2021, 3, 11), DateTile("Mär", "9–11", "Di–Do")),
        (dt.date(2021, 3, 30), dt.date(2021, 4, 1), DateTile("Mär–Apr", "30–1", "Di–Do")),
        (dt.date(2020, 12, 31), dt.date(2021, 1, 1), DateTile("Dez–Jan", "31–1", "Do–Fr")),
        (dt.date(2020, 10, 7), dt.date(2021, 10, 7), DateTile("Okt–Okt", "7–7", "Mi–Do")),
    ],
)
def test_several_days_are_from_the_first_to_the_last(first: dt.date, last: dt.date, expected: DateTile) -> None:
    assert date_tile(first, last, LANGUAGES["de"]) == expected


def test_the_first_of_a_month_is_a_number_also_in_french() -> None:
    first = dt.date(2020, 10, 1)

    assert date_tile(first, first, LANGUAGES["fr"]).day == "1"
