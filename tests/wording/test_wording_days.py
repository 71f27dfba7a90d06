from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from ccmail.languages.catalogue import read_catalogue
from ccmail.wording import Wording
from ccmail.wording.days import day_and_month, day_in_digits, long_day, month, short_day, weekday

DAY = dt.date(2021, 3, 9)


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        (long_day, "9 March 2021", "9. März 2021"),
        (short_day, "9 Mar 2021", "9. März 2021"),
        (day_and_month, "9 March", "9. März"),
        (day_in_digits, "2021-03-09", "9.3.2021"),
        (lambda day: month(day.month), "March", "März"),
        (lambda day: weekday(day.weekday()), "Tuesday", "Dienstag"),
    ],
)
def test_a_day_is_written_as_the_language_has_it(said: Callable[[dt.date], Wording], english: str, german: str) -> None:
    assert said(DAY) == english
    assert read_catalogue("de").text(said(DAY)) == german
