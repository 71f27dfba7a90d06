"""When Python looks for garbage: seldom while a command loads, and afterwards in what is new."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from ccmail import gc_tuning


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    gc.unfreeze()  # commands of other tests in this process freeze what they have loaded
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def looks() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def test_nothing_is_looked_through_while_a_command_loads() -> None:
    gc.collect()
    gc_tuning.relax()
    before = looks()

    loaded = [[number] for number in range(150_000)]

    assert looks() == before
    assert loaded


def test_what_was_loaded_is_passed_over_from_then_on() -> None:
    gc_tuning.relax()
    loaded = [[number] for number in range(150_000)]

    gc_tuning.tighten()

    assert len(gc.get_objects()) < 10_000 < len(loaded)


def test_what_single_mails_leave_behind_goes_soon() -> None:
    gc_tuning.relax()
    gc_tuning.tighten()

    for _ in range(300_000):
        circle: list[object] = []
        circle.append(circle)

    assert len(gc.get_objects()) < 100_000


def test_a_program_that_did_not_begin_loading_is_left_alone() -> None:
    before = gc.get_threshold()

    gc_tuning.tighten()

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
