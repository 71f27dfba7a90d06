"""What a process has done, and how fast."""

from __future__ import annotations

import threading

import pytest

from ccmail.ledger import State
from ccmail.worker.counters import COUNTED, Counters


class Hand:
    """A clock that is moved by hand."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def test_outcomes_are_counted_and_states_on_the_way_are_not() -> None:
    counters = Counters()

    for state in State:
        counters.note(state)
    counters.note(State.IN_DOUBT, 3)
    counters.note_batch()

    assert counters.totals() == {**dict.fromkeys(COUNTED, 1), State.IN_DOUBT: 4}
    assert counters.batches == 1


def test_the_pace_is_that_of_the_last_minute() -> None:
    clock = Hand()
    counters = Counters(clock)
    for _ in range(200):  # 5 a second, for longer than the ring
        counters.note(State.ACCEPTED, 5)
        counters.note(State.REFUSED, 50)
        clock.seconds += 1

    assert counters.pace() == pytest.approx(5, rel=0.02)


def test_the_pace_of_a_young_process_is_since_its_start() -> None:
    clock = Hand(1000.5)
    counters = Counters(clock)
    counters.note(State.ACCEPTED, 30)
    assert counters.pace() == 30  # not 30 mails in no time

    clock.seconds += 10

    assert counters.pace() == pytest.approx(3)


def test_the_pace_of_a_process_that_waits_sinks_to_nothing() -> None:
    clock = Hand()
    counters = Counters(clock)
    clock.seconds += 100
    counters.note(State.ACCEPTED, 600)
    clock.seconds += 30
    assert counters.pace() == pytest.approx(10, rel=0.03)
    clock.seconds += 29
    assert counters.pace() == pytest.approx(10, rel=0.03)

    clock.seconds += 1

    assert counters.pace() == 0
    counters.note(State.ACCEPTED, 60)
    assert counters.pace() == pytest.approx(1, rel=0.03)
    clock.seconds += 7 * 24 * 3600
    assert counters.pace() == 0


def test_nothing_is_lost_where_several_threads_count() -> None:
    counters = Counters()

    def count() -> None:
        for _ in range(5000):
            counters.note(State.ACCEPTED)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert counters.pace() >= 0
    for thread in threads:
        thread.join()

    assert counters.totals()[State.ACCEPTED] == 20_000
