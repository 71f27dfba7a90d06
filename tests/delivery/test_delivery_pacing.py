from __future__ import annotations

import pytest

from ccmail.delivery import Pace, Retry


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_mails_are_spaced_evenly() -> None:
    pace = Pace(4, Clock())

    assert [pace.reserve() for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]


def test_a_pause_is_not_made_up_for_by_a_burst() -> None:
    clock = Clock()
    pace = Pace(4, clock)
    pace.reserve()
    clock.now += 60

    assert [pace.reserve() for _ in range(3)] == [0.0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("rate", "interval"),
    [
        ("120 per minute", 0.5),
        ("2 per second", 0.5),
        ("7200 per hour", 0.5),
        ("0.5 per second", 2.0),
        ("30 a minute", 2.0),
        (" 60 PER Minute ", 1.0),
        ("none", 0.0),
    ],
)
def test_a_rate_is_read_as_it_is_written(rate: str, interval: float) -> None:
    pace = Pace.of(rate)
    pace.reserve()

    assert pace.reserve() == pytest.approx(interval, abs=0.05)


@pytest.mark.parametrize("rate", ["", "fast", "0 per minute", "-1 per minute", "10 per fortnight", "10"])
def test_what_is_no_rate_is_named(rate: str) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        Pace.of(rate)


def test_waits_for_the_server_double_up_to_the_longest() -> None:
    retry = Retry(server=(2, 30))

    assert [retry.server_wait(n) for n in (1, 2, 3, 4, 5, 99)] == [2, 4, 8, 16, 30, 30]


def test_waits_for_recipients_end_with_the_patience() -> None:
    assert Retry().recipient_waits() == (60, 300)
    assert Retry(patience=0).recipient_waits() == ()
    assert Retry(recipient=(1, 4), patience=10).recipient_waits() == (1, 4, 4)
