from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccmail.languages import load_languages
from ccmail.languages.dates import (
    date_range,
    local_sessions,
    local_times,
    long_date,
    sessions_with_zone,
    short_date,
    short_month,
    times,
    times_with_zone,
    zone_name,
)

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
GERMAN, ENGLISH = LANGUAGES["de"], LANGUAGES["en"]
BERLIN = ZoneInfo("Europe/Berlin")
DAY = dt.date(2020, 10, 7)
START = dt.datetime(2020, 10, 7, 13, 0, tzinfo=BERLIN)
END = dt.datetime(2020, 10, 7, 15, 30, tzinfo=BERLIN)


def test_a_long_date_has_the_weekday() -> None:
    assert long_date(DAY, GERMAN) == "Mittwoch, 7. Oktober 2020"
    assert long_date(DAY, ENGLISH) == "Wednesday, 7 October 2020"


def test_a_short_date_follows_the_pattern_of_the_words_file() -> None:
    assert short_date(DAY, GERMAN) == "07.10.2020"
    assert short_date(DAY, ENGLISH) == "7 October 2020"


def test_a_short_month_stands_on_a_leaf_of_a_calendar() -> None:
    assert (short_month(DAY, GERMAN), short_month(DAY, ENGLISH)) == ("Okt", "Oct")


def test_the_date_line_above_a_title_is_made_of_the_words() -> None:
    german, english = GERMAN.words, ENGLISH.words

    assert f"{short_date(DAY, GERMAN)} // {german.online_event}" == "07.10.2020 // virtuelle Veranstaltung"
    assert f"{short_date(DAY, ENGLISH)} // {english.online_event}" == "7 October 2020 // virtual event"


def test_times_are_joined_by_an_en_dash() -> None:
    assert times(START, END, GERMAN) == "13:00–15:30 Uhr"
    assert times(START, END, ENGLISH) == "13:00–15:30"


def test_times_in_summer_have_the_zone_of_summer() -> None:
    assert times_with_zone(START, END, GERMAN) == "13:00–15:30 Uhr (MESZ)"
    assert times_with_zone(START, END, ENGLISH) == "13:00–15:30 (CEST)"


def test_times_in_winter_have_the_zone_of_winter() -> None:
    moment = dt.datetime(2021, 3, 12, 9, 0, tzinfo=BERLIN)

    assert times_with_zone(moment, None, GERMAN) == "09:00 Uhr (MEZ)"
    assert times_with_zone(moment, None, ENGLISH) == "09:00 (CET)"


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Europe/Kyiv", "UTC+3"),
        ("Asia/Tbilisi", "UTC+4"),
        ("America/La_Paz", "UTC−4"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/St_Johns", "UTC−2:30"),
    ],
)
def test_a_zone_without_an_abbreviation_is_written_as_offset(zone: str, offset: str) -> None:
    moment = START.astimezone(ZoneInfo(zone))

    assert zone_name(moment, GERMAN) == offset
    assert zone_name(moment, ENGLISH) == offset


def test_a_zone_whose_short_name_is_long_is_written_as_offset() -> None:
    moment = START.astimezone(ZoneInfo("America/New_York"))

    assert zone_name(moment, ENGLISH) == "UTC−4"


def test_a_fixed_offset_is_a_zone_too() -> None:
    assert zone_name(START.astimezone(dt.timezone(dt.timedelta(hours=3))), GERMAN) == "UTC+3"
    assert zone_name(START.astimezone(dt.UTC), GERMAN) == "UTC"


def test_an_event_across_the_change_of_clocks_names_both_zones() -> None:
    start = dt.datetime(2021, 3, 27, 20, 0, tzinfo=BERLIN)
    end = dt.datetime(2021, 3, 28, 12, 0, tzinfo=BERLIN)

    assert times_with_zone(start, end, GERMAN) == "27. März, 20:00 – 28. März, 12:00 Uhr (MEZ/MESZ)"


def test_an_event_without_an_end_has_one_time() -> None:
    assert times(START, None, GERMAN) == "13:00 Uhr"
    assert times(START, None, ENGLISH) == "13:00"


def test_an_event_without_a_start_lasts_all_day_and_has_no_zone() -> None:
    assert times(None, None, GERMAN) == "ganztägig"
    assert times_with_zone(None, None, ENGLISH) == "all day"


def test_an_end_on_a_later_day_names_both_days() -> None:
    late = dt.datetime(2020, 10, 7, 20, 0, tzinfo=BERLIN)
    next_day = dt.datetime(2020, 10, 8, 1, 0, tzinfo=BERLIN)

    assert times(late, next_day, GERMAN) == "7. Oktober, 20:00 – 8. Oktober, 01:00 Uhr"
    assert times(late, next_day, ENGLISH) == "7 October, 20:00 – 8 October, 01:00"


def test_an_end_in_another_zone_is_read_in_the_zone_of_the_start() -> None:
    assert times(START, END.astimezone(ZoneInfo("Asia/Tbilisi")), ENGLISH) == "13:00–15:30"


def test_several_days_share_what_they_have_in_common() -> None:
    first, last = dt.date(2021, 3, 9), dt.date(2021, 3, 11)

    assert date_range(first, last, GERMAN) == "9.–11. März 2021"
    assert date_range(first, last, ENGLISH) == "9–11 March 2021"


def test_several_days_in_two_months_name_both() -> None:
    first, last = dt.date(2021, 3, 30), dt.date(2021, 4, 1)

    assert date_range(first, last, GERMAN) == "30. März–1. April 2021"
    assert date_range(first, last, ENGLISH) == "30 March–1 April 2021"


def test_several_days_in_two_years_name_both() -> None:
    first, last = dt.date(2020, 12, 30), dt.date(2021, 1, 2)

    assert date_range(first, last, GERMAN) == "30. Dezember 2020–2. Januar 2021"
    assert date_range(first, last, ENGLISH) == "30 December 2020–2 January 2021"


def hours_of(first: dt.date, count: int, start: int, end: int) -> list[tuple[dt.datetime, dt.datetime | None]]:
    days = [first + dt.timedelta(days=n) for n in range(count)]
    return [tuple(dt.datetime.combine(day, dt.time(hour), BERLIN) for hour in (start, end)) for day in days]  # type: ignore[misc]


def test_hours_of_several_days_are_said_once() -> None:
    sessions = hours_of(dt.date(2027, 2, 10), 2, 9, 17)

    assert sessions_with_zone(sessions, GERMAN) == "jeweils 09:00–17:00 Uhr (MEZ)"
    assert sessions_with_zone(sessions, ENGLISH) == "09:00–17:00 each day (CET)"


def test_hours_across_a_clock_change_name_both_zones() -> None:
    sessions = hours_of(dt.date(2027, 3, 27), 2, 9, 17)

    assert sessions_with_zone(sessions, GERMAN) == "jeweils 09:00–17:00 Uhr (MEZ/MESZ)"


def test_hours_of_several_days_are_right_for_readers_elsewhere() -> None:
    sessions = hours_of(dt.date(2027, 2, 10), 2, 9, 17)

    local = local_sessions(sessions, ZoneInfo("Asia/Tbilisi"), "Georgien", GERMAN)

    assert local == "Ihre Ortszeit (Georgien): jeweils 12:00–20:00 Uhr"


def test_hours_that_differ_from_day_to_day_stand_behind_their_days() -> None:  # no clock change in Georgia
    sessions = hours_of(dt.date(2027, 3, 26), 3, 9, 17)

    local = local_sessions(sessions, ZoneInfo("Asia/Tbilisi"), "Georgia", ENGLISH)

    assert local == "your local time (Georgia): 26–27 March 2027: 12:00–20:00, 28 March: 11:00–19:00"


def test_the_word_behind_hours_is_said_once() -> None:
    sessions = hours_of(dt.date(2027, 3, 27), 2, 9, 17)

    local = local_sessions(sessions, ZoneInfo("Asia/Tbilisi"), "Georgien", GERMAN)

    assert local == "Ihre Ortszeit (Georgien): 27. März: 12:00–20:00, 28. März: 11:00–19:00 Uhr"


def test_hours_on_other_days_than_the_events_name_their_days() -> None:
    sessions = hours_of(dt.date(2027, 2, 10), 2, 20, 23)

    local = local_sessions(sessions, ZoneInfo("Asia/Tokyo"), "Japan", ENGLISH)

    assert local == "your local time (Japan): 11–12 February 2027, 04:00–07:00 each day"


def test_a_single_day_is_no_range() -> None:
    assert date_range(DAY, DAY, GERMAN) == "Mittwoch, 7. Oktober 2020"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Tbilisi", "Ihre Ortszeit (X): 15:00–17:30 Uhr"),
        ("America/La_Paz", "Ihre Ortszeit (X): 07:00–09:30 Uhr"),
        ("Europe/Tallinn", "Ihre Ortszeit (X): 14:00–16:30 Uhr"),
        ("Asia/Bishkek", "Ihre Ortszeit (X): 17:00–19:30 Uhr"),
    ],
)
def test_readers_elsewhere_see_their_own_time(zone: str, expected: str) -> None:
    assert local_times(START, END, ZoneInfo(zone), "X", GERMAN) == expected


def test_readers_elsewhere_see_the_day_where_it_is_another_one() -> None:
    evening = dt.datetime(2020, 10, 7, 19, 0, tzinfo=BERLIN)

    text = local_times(evening, evening + dt.timedelta(hours=2), ZoneInfo("Asia/Tokyo"), "Japan", GERMAN)

    assert text == "Ihre Ortszeit (Japan): Donnerstag, 8. Oktober 2020, 02:00–04:00 Uhr"


def test_readers_elsewhere_see_both_days_when_it_ends_after_their_midnight() -> None:
    evening = dt.datetime(2020, 10, 7, 18, 0, tzinfo=BERLIN)

    text = local_times(evening, evening + dt.timedelta(hours=3), ZoneInfo("Asia/Bishkek"), "X", ENGLISH)

    assert text == "your local time (X): 7 October, 22:00 – 8 October, 01:00"


def test_an_open_end_elsewhere_is_one_time() -> None:
    assert local_times(START, None, ZoneInfo("Asia/Tbilisi"), "Georgia", ENGLISH) == "your local time (Georgia): 15:00"
