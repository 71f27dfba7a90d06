from __future__ import annotations

import datetime as dt

import pytest

from ccmail.campaign.days import DayRange, read_day, read_days
from ccmail.campaign.times import TimeRange, read_moment, read_times
from ccmail.yamlfile import SourceText, ValueProblem


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    "written",
    [
        "7.10.2020",
        "07.10.2020",
        "7. 10. 2020",
        "2020-10-07",
        "2020-10-7",
        "7. Oktober 2020",
        "7 October 2020",
        " 7.10.2020 ",
        "7. Okt. 2020",
        "7 Oct 2020",
        "Oct 7, 2020",
        "October 7th, 2020",
        "Mi, 7.10.2020",
        "Mittwoch, den 7. Oktober 2020",
        "Wednesday, 7 October 2020",
        "Wed, Oct. 7, 2020",
        "7.10.2020 (Mittwoch)",
        "am 7.10.2020",
    ],
)
def test_a_day_may_be_written_as_people_do(written: str) -> None:
    assert read_day(SourceText(written), {}) == day(2020, 10, 7)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("7.10.2020", day(2020, 10, 7), day(2020, 10, 7)),
        ("30.3.-1.4.2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("30.3.–1.4.2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("30.3. – 1.4.2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("30.3.2021 bis 1.4.2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("9.-11.3.2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("9.–11. März 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("30. März–1. April 2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("9–11 March 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("2021-03-30 – 2021-04-01", day(2021, 3, 30), day(2021, 4, 1)),
        ("2021-03-30-2021-04-01", day(2021, 3, 30), day(2021, 4, 1)),
        ("30.12.2020–2.1.2021", day(2020, 12, 30), day(2021, 1, 2)),
        ("30.12.–2.1.2021", day(2020, 12, 30), day(2021, 1, 2)),
        ("Dec 30 – Jan 2, 2021", day(2020, 12, 30), day(2021, 1, 2)),
        ("9./10. März 2021", day(2021, 3, 9), day(2021, 3, 10)),
        ("9. und 10.3.2021", day(2021, 3, 9), day(2021, 3, 10)),
        ("9.3. & 10.3.2021", day(2021, 3, 9), day(2021, 3, 10)),
        ("9., 10. und 11. März 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("31.3./1.4.2021", day(2021, 3, 31), day(2021, 4, 1)),
        ("vom 9. bis 11. März 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("from 9 to 11 March 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("Mar 9-11, 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("March 9th – 11th, 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("March 30 to April 1, 2021", day(2021, 3, 30), day(2021, 4, 1)),
        ("9–11 Mar 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("2021-03-09/11", day(2021, 3, 9), day(2021, 3, 11)),
        ("2021-03-30/2021-04-01", day(2021, 3, 30), day(2021, 4, 1)),
        ("2021-03-09 to 11", day(2021, 3, 9), day(2021, 3, 11)),
        ("Di, 9. – Do, 11. März 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("Di/Mi 9./10.3.2021", day(2021, 3, 9), day(2021, 3, 10)),
        ("Dienstag bis Donnerstag, 9.–11. März 2021", day(2021, 3, 9), day(2021, 3, 11)),
        ("9.–11.3.2021 (Di–Do)", day(2021, 3, 9), day(2021, 3, 11)),
        ("9.3. – Do, 11.3.2021", day(2021, 3, 9), day(2021, 3, 11)),
    ],
)
def test_several_days_may_be_written_as_people_do(written: str, first: dt.date, last: dt.date) -> None:
    days = read_days(SourceText(written), {})

    assert days == DayRange(first, last)
    assert days.is_one_day is (first == last)


@pytest.mark.parametrize(
    ("written", "code", "label", "hint"),
    [
        ("10/07/2020", "C209", "10.7. or 7.10.?", "write 2020-07-10 or 10.7.2020 for 10 July"),
        ("13/07/2020", "C213", "", "write 2020-07-13 or 13.7.2020 for 13 July"),
        ("07/13/2020", "C213", "", "write 2020-07-13 or 13.7.2020 for 13 July"),
        ("10/10/2020", "C213", "", "write 2020-10-10 or 10.10.2020"),
        ("31.4.2021", "C210", "April 2021 has 30 days", ""),
        ("29.2.2021", "C210", "February 2021 has 28 days", ""),
        ("2020-13-40", "C210", "a year has 12 months", ""),
        ("0000-01-01", "C210", "a year has 12 months", ""),
        ("7.10.", "C213", "", "write it like"),
        ("7.10.20", "C213", "", "write it like"),
        ("morgen", "C213", "", "write it like"),
        ("1.4.–30.3.2021", "C214", "1.4.2021 comes after 30.3.2021", "write the earlier day first"),
        ("9. und 11.3.2021", "C213", "", "an event has one day, or several in a row"),
        ("9.–11.3.21", "C213", "", "write it like"),
        ("9. und 10.3.", "C213", "", "write it like"),
        ("9.3.2021, 9 Uhr", "C213", "", "the hours stand in “time:”"),
        ("Mi, 9.3.2021", "C244", "", "correct the date, or leave the weekday out"),
        ("Di, 9. – Fr, 11.3.2021", "C244", "", "correct the date, or leave the weekday out"),
        ("9.3. – Fr, 11.3.2021", "C244", "", "correct the date, or leave the weekday out"),
        ("Mo, Di, 9.3.2021", "C244", "", "write it like"),
        ("31.4.–1.5.2021", "C210", "April 2021 has 30 days", ""),
    ],
)
def test_what_is_no_day_is_explained(written: str, code: str, label: str, hint: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        read_days(SourceText(written), {})

    problem = caught.value.problem
    assert (problem.code, problem.marks[0].label) == (code, label)
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("written", "start", "end", "word"),
    [
        ("13:00–15:30", (13, 0), (15, 30), ""),
        ("13:00 - 15:30", (13, 0), (15, 30), ""),
        ("13:00 - 15:30 Uhr CEST", (13, 0), (15, 30), "CEST"),
        ("13.00-15.30 Uhr", (13, 0), (15, 30), ""),
        ("13 Uhr", (13, 0), None, ""),
        ("13-15 Uhr", (13, 0), (15, 0), ""),
        ("13:00", (13, 0), None, ""),
        ("jeweils 9–17 Uhr", (9, 0), (17, 0), ""),
        ("9:00–17:00 each day", (9, 0), (17, 0), ""),
        ("von 9 Uhr bis 17 Uhr (MESZ)", (9, 0), (17, 0), "MESZ"),
    ],
)
def test_times_may_be_written_as_people_do(
    written: str, start: tuple[int, int], end: tuple[int, int] | None, word: str
) -> None:
    times = read_times(SourceText(written), {})

    assert times == TimeRange(dt.time(*start), dt.time(*end) if end else None)
    assert times.zone_word == word


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("1:30 pm", "write it with 24 hours"),
        ("24:00", "the last minute"),
        ("13:60", ""),
        ("25 Uhr", ""),
        ("mittags", "write it like"),
        ("13:00 XYZ", "write it like"),
        ("13:0", "write it like"),
    ],
)
def test_what_is_no_time_is_explained(written: str, hint: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        read_times(SourceText(written), {})

    assert caught.value.problem.code == "C215"
    assert caught.value.problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("20.9.2020 18:00", 18, 0),
        ("2020-09-20T18:30", 18, 30),
        ("20.9.2020, 18 Uhr", 18, 0),
        ("20. September 2020", 23, 59),
    ],
)
def test_a_moment_is_a_day_with_or_without_a_time(written: str, hour: int, minute: int) -> None:
    assert read_moment(SourceText(written), {}) == dt.datetime(2020, 9, 20, hour, minute, tzinfo=dt.UTC)


def test_a_stretch_of_time_is_no_moment() -> None:
    with pytest.raises(ValueProblem, match="is not one moment"):
        read_moment(SourceText("20.9.2020 18:00–19:00"), {})
