"""The watch over other workers: a database that was away from all is no reason to bury anybody."""

from __future__ import annotations

from ccmail.worker.watchdog import Pulse


class Time:
    """A clock that is put forward."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def beaten(pulse: Pulse, time: Time, *pauses: float) -> Pulse:
    for pause in pauses:
        time.now += pause
        pulse.note()
    return pulse


def test_who_beats_may_judge_the_others() -> None:
    time = Time()
    pulse = Pulse(30.0, time)

    assert beaten(pulse, time, 0.0, 6.0, 6.0).is_steady


def test_after_a_gap_the_others_have_time_to_beat() -> None:
    time = Time()
    pulse = beaten(Pulse(30.0, time), time, 0.0, 6.0, 40.0)

    assert not pulse.is_steady
    assert not beaten(pulse, time, 6.0, 6.0, 6.0, 6.0).is_steady
    assert beaten(pulse, time, 6.0).is_steady


def test_who_could_not_beat_for_long_judges_nobody() -> None:
    time = Time()
    pulse = beaten(Pulse(30.0, time), time, 0.0, 6.0)

    time.now += 24.0

    assert not pulse.is_steady
