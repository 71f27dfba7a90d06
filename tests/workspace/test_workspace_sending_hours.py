from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ccmail.workspace.sending_hours import SendingHours, read_sending_hours
from ccmail.yamlfile import SourceText, ValueProblem

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("8-18", "8–18"),
        ("08:30 – 17.30 Uhr", "8:30–17:30"),
        ("8 bis 18", "8–18"),
        ("0-24", "0–24"),
        ("22-6", "22–6"),
        ("none", "None"),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, hours: str) -> None:
    assert str(read_sending_hours(SourceText.plain(written), {})) == hours


@pytest.mark.parametrize("written", ["8", "8-8", "8-25", "24-8", "8:70-9", "by day", "-8-18"])
def test_what_are_no_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueProblem) as refusal:
        read_sending_hours(SourceText.plain(written), {})

    assert refusal.value.problem.code == "W895"


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        ((8, 18), "2027-03-01T07:59:59", "2027-03-01T08:00:00+01:00"),
        ((8, 18), "2027-03-01T08:00:00", "2027-03-01T08:00:00+01:00"),
        ((8, 18), "2027-03-01T17:59:59", "2027-03-01T17:59:59+01:00"),
        ((8, 18), "2027-03-01T18:00:00", "2027-03-02T08:00:00+01:00"),
        ((8, 18), "2027-03-27T20:00:00", "2027-03-28T08:00:00+02:00"),  # the clocks change in the night
        ((22, 6), "2027-03-01T12:00:00", "2027-03-01T22:00:00+01:00"),
        ((22, 6), "2027-03-01T23:00:00", "2027-03-01T23:00:00+01:00"),
        ((22, 6), "2027-03-01T05:59:00", "2027-03-01T05:59:00+01:00"),
        ((0, 24), "2027-03-01T23:59:59", "2027-03-01T23:59:59+01:00"),
    ],
)
def test_the_next_opening_is_by_the_clocks_of_the_workspace(hours: tuple[int, int], now: str, opens: str) -> None:
    written = SendingHours(*(hour * 60 for hour in hours))

    assert written.opens_at(dt.datetime.fromisoformat(now).replace(tzinfo=BERLIN)).isoformat() == opens
