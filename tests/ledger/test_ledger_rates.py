"""The pace that processes keep together: rows of the ledger, by the server's clock."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.ledger import open_ledger
from ccmail.ledger.rates import Bounds, SlowDown
from tests.ledger.example import Clock

if TYPE_CHECKING:
    from ccmail.ledger.rates import Rates

pytestmark = pytest.mark.pg

KEY = "mail.example:587"
GMAIL = f"{KEY} gmail.com"
FOUR = Bounds(0.25, 2.0)  # four a second
SLOW = Bounds(100.0, 800.0)  # nothing of it is over while a test runs
FREE = Bounds(0.0, 0.1)  # no rate in the settings
A_TICK = 1e-5  # seconds: a number of 64 bits knows the time to a millionth of a second


@pytest.fixture
def one(postgresql: str, clock: Clock) -> Iterator[Rates]:
    with open_ledger(postgresql, now=clock) as ledger:
        yield ledger.rates


@pytest.fixture
def two(postgresql: str, clock: Clock) -> Iterator[Rates]:
    with open_ledger(postgresql, now=clock) as ledger:
        yield ledger.rates


def change(address: str, sql: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(sql)


def test_slots_of_two_processes_follow_each_other(one: Rates, two: Rates) -> None:
    first = one.reserve(KEY, 3, SLOW)
    second = two.reserve(KEY, 2, SLOW)
    third = one.reserve(KEY, 1, SLOW)

    assert first.first - first.now == pytest.approx(0, abs=60)
    assert second.first - first.first == pytest.approx(300, abs=A_TICK)
    assert third.first - second.first == pytest.approx(200, abs=A_TICK)
    assert {pacing.interval for pacing in (first, second, third)} == {100.0}


def test_a_pause_is_not_made_up_for(one: Rates, postgresql: str) -> None:
    one.reserve(KEY, 3, SLOW)
    change(postgresql, "UPDATE rate SET tat = tat - 5000")

    pacing = one.reserve(KEY, 1, SLOW)

    assert pacing.first == pytest.approx(pacing.now, abs=A_TICK * 100)


def test_a_clock_that_was_set_back_makes_nobody_wait_for_days(one: Rates, postgresql: str) -> None:
    one.reserve(KEY, 1, SLOW)
    change(postgresql, "UPDATE rate SET tat = tat + 1e7, rests_until = tat + 1e7")

    pacing = one.reserve(KEY, 1, SLOW)

    assert pacing.first - pacing.now <= 7200 + A_TICK
    assert pacing.rest <= 7200


def test_complaints_of_the_same_second_count_once(one: Rates, two: Rates, postgresql: str) -> None:
    one.reserve(KEY, 1, SLOW)

    one.slow_down([SlowDown(KEY, SLOW, 0.0)])
    two.slow_down([SlowDown(KEY, SLOW, 0.0)])
    assert two.look([KEY])[KEY].interval == 200.0

    change(postgresql, "UPDATE rate SET slowed_at = slowed_at - 1")
    two.slow_down([SlowDown(KEY, SLOW, 0.0)])
    assert one.look([KEY])[KEY].interval == 400.0


def test_it_is_never_slower_than_the_bound(one: Rates, postgresql: str) -> None:
    for _ in range(9):
        one.slow_down([SlowDown(KEY, SLOW, 5000.0)])
        change(postgresql, "UPDATE rate SET slowed_at = 0")

    assert one.look([KEY])[KEY].interval == 800.0


def test_without_a_rate_too_fast_means_half_of_what_it_was(one: Rates, two: Rates) -> None:
    assert one.reserve(KEY, 1, FREE).interval == 0.0

    one.slow_down([SlowDown(KEY, FREE, 0.02)])

    assert two.look([KEY])[KEY].interval == 0.04


def test_a_complaint_about_slots_that_are_not_used_up_counts_from_the_speed_that_was(
    one: Rates, postgresql: str
) -> None:
    one.reserve(KEY, 1, FOUR)
    change(postgresql, "UPDATE rate SET tat = tat - 60")

    one.slow_down([SlowDown(KEY, FOUR, 0.9)])

    assert one.look([KEY])[KEY].interval == 1.8


def test_accepted_mails_make_it_faster_up_to_the_rate(one: Rates, two: Rates) -> None:
    one.reserve(KEY, 1, SLOW)
    one.slow_down([SlowDown(KEY, SLOW, 0.0)])

    assert one.reserve(KEY, 1, SLOW, accepted=2).interval == pytest.approx(200 * 0.95**2)
    assert two.reserve(KEY, 0, SLOW, accepted=1).interval == pytest.approx(200 * 0.95**3)
    assert two.reserve(KEY, 1, SLOW, accepted=100_000).interval == 100.0


def test_a_slow_start_of_an_earlier_rate_is_brought_into_the_bounds(one: Rates) -> None:
    one.reserve(KEY, 1, SLOW)

    assert one.reserve(KEY, 1, FOUR).interval == 2.0
    assert one.reserve(KEY, 1, SLOW).interval == 100.0


def test_nobody_gets_a_slot_before_a_rest_is_over(one: Rates, two: Rates) -> None:
    one.rest(KEY, 500)
    one.rest(KEY, 20)  # shorter: the longer one goes on

    pacing = two.reserve(KEY, 1, FOUR)

    assert 400 < two.look([KEY])[KEY].rest <= 500
    assert pacing.first == pytest.approx(pacing.rests_until, abs=A_TICK)


def test_a_look_reserves_nothing(one: Rates, two: Rates) -> None:
    one.reserve(KEY, 1, SLOW)

    before = two.look([KEY, GMAIL])

    assert before.keys() == {KEY}
    assert two.look([KEY])[KEY].first == before[KEY].first


@pytest.mark.slow
def test_several_keys_at_once_do_not_deadlock(one: Rates, two: Rates) -> None:
    def complain(rates: Rates, *keys: str) -> None:
        for _ in range(200):
            rates.slow_down([SlowDown(key, SLOW, 0.0) for key in keys])

    threads = [threading.Thread(target=complain, args=(r, *k)) for r, k in ((one, (KEY, GMAIL)), (two, (GMAIL, KEY)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert one.look([KEY, GMAIL]).keys() == {KEY, GMAIL}


@pytest.mark.slow
def test_many_at_once_get_slots_of_their_own(postgresql: str, clock: Clock) -> None:
    slots: list[float] = []

    def reserve() -> None:
        with open_ledger(postgresql, now=clock) as ledger:
            for count in (1, 2, 3) * 30:
                first, interval, *_ = ledger.rates.reserve(KEY, count, SLOW)
                slots.extend(first + n * interval for n in range(count))

    with open_ledger(postgresql, now=clock) as ledger:
        ledger.rates.reserve(KEY, 1, SLOW)
    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(slots) == 4 * 180
    steps = {round(after - before, 3) for before, after in itertools.pairwise(sorted(slots)[:70])}
    assert steps == {100.0}
