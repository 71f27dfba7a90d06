from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccmail.delivery import Retry
from ccmail.delivery.backoff import ServerBackoff, asked_wait
from ccmail.delivery.rate_limit import RateLimit, RateLimits
from ccmail.ledger import open_ledger

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def waits(pace: RateLimit, clock: Clock, mails: int) -> list[float]:
    """Send mails as soon as the limit allows, and return how long each one had to wait."""
    waited = []
    for _ in range(mails):
        waited.append(round(max(0.0, pace.wait), 3))
        clock.now += max(0.0, pace.wait)
        pace.take()
    return waited


def test_mails_are_spaced_evenly() -> None:
    clock = Clock()

    assert waits(RateLimit(4, clock), clock, 4) == [0.0, 0.25, 0.25, 0.25]


def test_without_a_rate_nobody_waits() -> None:
    clock = Clock()

    assert waits(RateLimit(None, clock), clock, 4) == [0.0, 0.0, 0.0, 0.0]


def test_a_pause_is_not_made_up_for_by_a_burst() -> None:
    clock = Clock()
    pace = RateLimit(4, clock)
    waits(pace, clock, 2)
    clock.now += 60

    assert waits(pace, clock, 3) == [0.0, 0.25, 0.25]


def test_a_server_that_says_too_fast_gets_half_and_then_slowly_more_up_to_the_rate() -> None:
    clock = Clock()
    pace = RateLimit(4, clock)
    waits(pace, clock, 3)

    pace.slow_down()
    pace.slow_down()  # the other connections hear the same

    assert pace.interval == 0.5
    for _ in range(10):
        pace.speed_up()
    assert 0.25 < pace.interval < 0.5
    for _ in range(10):
        pace.speed_up()
    assert pace.interval == 0.25


def test_without_a_rate_too_fast_means_half_of_what_it_was() -> None:
    clock = Clock()
    pace = RateLimit(None, clock)
    for _ in range(30):
        pace.take()
        clock.now += 0.01

    pace.slow_down()

    assert pace.interval == pytest.approx(0.02, rel=0.2)
    for _ in range(400):
        pace.speed_up()
    assert pace.interval == 0.0


def test_the_pace_survives_the_process(tmp_path: Path) -> None:
    clock, later = Clock(), Clock()
    with open_ledger(tmp_path / "ledger.sqlite", now=lambda: NOW) as ledger:
        before = RateLimits(ledger, "mail.example:587", 1, {"gmail.com": 0.1}, clock)
        before.server.slow_down()
        before.take("kim@gmail.com")
        before.save()

        after = RateLimits(ledger, "mail.example:587", 1, {"gmail.com": 0.1}, later)
        other = RateLimits(ledger, "other.example:587", 1, {}, later)

    gmail = after.of_domain("sam@gmail.com")
    assert gmail is not None
    assert after.server.interval == before.server.interval == 2.0
    assert 0 < after.server.wait <= 4
    assert 9 <= gmail.wait <= 10
    assert other.server.interval == 1.0


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", now=lambda: NOW) as ledger:
        monkeypatch.setenv("CCMAIL_NOW", "2030-01-01T00:00")
        before = RateLimits(ledger, "mail.example:587", 1, {}, Clock())
        before.take("kim@gmail.com")
        before.save()
        monkeypatch.setenv("CCMAIL_NOW", "2020-01-01T00:00")

        after = RateLimits(ledger, "mail.example:587", 1, {}, Clock())

    assert after.server.wait <= 1


def test_waits_for_the_server_double_up_to_the_longest() -> None:
    retry = Retry(server=(2, 30))

    assert [retry.server_wait(n) for n in (1, 2, 3, 4, 5, 99)] == [2, 4, 8, 16, 30, 30]


def test_waits_for_a_recipient_grow_and_a_greylist_gets_its_five_minutes() -> None:
    assert [Retry().recipient_wait(n) for n in (1, 2, 3, 4, 9)] == [60, 300, 900, 1800, 1800]
    assert [Retry().recipient_wait(n, is_greylisted=True) for n in (1, 2, 9)] == [300, 900, 1800]


def test_a_server_is_given_the_time_that_it_asks_for_within_reason() -> None:
    backoff = ServerBackoff(Retry(server=(2, 30)), lambda: 0.5, Clock())
    impatient = ServerBackoff(Retry(server=(2, 30)), lambda: 0.5, Clock())

    assert backoff.trouble(asked_wait("450 4.7.1 try again in 20 seconds")) == 20
    assert impatient.trouble(asked_wait("450 4.7.1 try again in 90 minutes")) == 30


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("wait 30 seconds", 30), ("retry after 2 minutes", 120), ("try again in 5 min.", 300), ("busy, 42 mails", 0)],
)
def test_what_a_server_asks_for_is_read_from_its_words(words: str, seconds: float) -> None:
    assert asked_wait(words) == seconds
