"""A time that a person chose for a sending."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ccmail import clock
from ccmail.problems import NotConfirmed, UsageError
from ccmail.sending.appointment import read_appointment, wait_until

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2027, 2, 27, 16, 30, tzinfo=dt.UTC)  # 17:30 in Berlin, a Saturday


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2027-03-01 09:00", "2027-03-01T09:00:00+01:00"),
        ("2027-03-01T09:00:30", "2027-03-01T09:00:30+01:00"),
        ("1.3.2027 9:00", "2027-03-01T09:00:00+01:00"),
        ("1. 3. 2027, 9.00", "2027-03-01T09:00:00+01:00"),
        (" 18:00 ", "2027-02-27T18:00:00+01:00"),  # today
        ("09:00", "2027-02-28T09:00:00+01:00"),  # tomorrow
        ("2027-07-01 09:00", "2027-07-01T09:00:00+02:00"),
        ("2027-10-31 02:30", "2027-10-31T02:30:00+02:00"),  # comes twice: the first
    ],
)
def test_a_time_is_read_by_the_clocks_of_the_workspace(typed: str, at: str) -> None:
    assert read_appointment(typed, NOW, BERLIN).isoformat() == at


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tomorrow", "W890"),
        ("2027-02-30 09:00", "W890"),
        ("25:00", "W890"),
        ("2027-03-28 02:30", "W890"),  # the clocks leave it out
        ("09:00 CET", "W890"),
        ("2027-02-27 17:00", "W891"),
        ("2029-01-01 09:00", "W891"),
    ],
)
def test_what_is_no_time_to_wait_for_is_refused(typed: str, code: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_appointment(typed, NOW, BERLIN)

    assert refusal.value.code == code


class Clock:
    """A clock on the wall, and a computer that may sleep longer than it was told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, asleep: float = 0.0) -> None:
        self.at, self.asleep = NOW, asleep
        monkeypatch.delenv(clock.VARIABLE, raising=False)
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr("ccmail.sending.appointment.time.sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=max(seconds, self.asleep))


def test_the_wait_ends_at_the_time_and_tells_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, told = Clock(monkeypatch), list[float]()

    wait_until(NOW + dt.timedelta(seconds=3), told.append)

    assert told == [3, 2, 1]
    assert wall.at == NOW + dt.timedelta(seconds=3)


@pytest.mark.parametrize(("asleep", "is_refused"), [(3600, False), (3700, True)])
def test_a_computer_that_slept_too_long_sends_only_if_it_may(
    asleep: float, monkeypatch: pytest.MonkeyPatch, *, is_refused: bool
) -> None:
    Clock(monkeypatch, asleep)
    at = (NOW + dt.timedelta(seconds=60)).astimezone(BERLIN)

    if is_refused:
        with pytest.raises(NotConfirmed, match="it is 27 February 2027 18:31 CET, more than an hour after 27") as no:
            wait_until(at, lambda _left: None)
        assert no.value.code == "W893"
        Clock(monkeypatch, asleep)
    wait_until(at, lambda _left: None, late=True)


def test_ctrl_c_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)

    def interrupt(_left: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(NotConfirmed, match="Nothing was sent"):
        wait_until(NOW + dt.timedelta(hours=1), interrupt)


def test_a_pretended_time_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2027-02-27T17:00")

    with pytest.raises(UsageError, match="CCMAIL_NOW is set") as refusal:
        read_appointment("18:00", NOW, BERLIN)

    assert refusal.value.code == "W892"
