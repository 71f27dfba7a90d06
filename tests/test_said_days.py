from __future__ import annotations

import datetime as dt

import pytest

from ccmail.languages.catalogue import read_catalogue
from ccmail.said_days import day_and_month, long_day, short_day

DAY = dt.date(2020, 3, 7)


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        (long_day(DAY), "7 March 2020", "7. März 2020"),
        (short_day(DAY), "7 Mar 2020", "7. März 2020"),
        (short_day(dt.date(2020, 10, 7)), "7 Oct 2020", "7. Okt. 2020"),
        (day_and_month(DAY), "7 March", "7. März"),
    ],
)
def test_a_day_is_said_in_both_languages(text: str, english: str, german: str) -> None:
    assert text == english
    assert read_catalogue("de").text(text) == german


def test_every_month_is_that_of_the_calendar() -> None:
    days = [dt.date(2020, month, 1) for month in range(1, 13)]

    assert [long_day(day) for day in days] == [f"1 {day:%B} 2020" for day in days]
    assert [short_day(day) for day in days] == [f"1 {day:%b} 2020" for day in days]
