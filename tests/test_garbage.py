"""When Python looks for garbage: seldom while a command loads, and afterwards in what is new."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from ccmail import garbage


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def looks() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def test_nothing_is_looked_through_while_a_command_loads() -> None:
    gc.collect()
    garbage.begin_loading()
    before = looks()

    loaded = [[number] for number in range(150_000)]

    assert looks() == before
    assert loaded


def test_what_was_loaded_is_passed_over_from_then_on() -> None:
    garbage.begin_loading()
    loaded = [[number] for number in range(150_000)]

    garbage.end_loading()

    assert len(gc.get_objects()) < 10_000 < len(loaded)


def test_what_single_mails_leave_behind_goes_soon() -> None:
    garbage.begin_loading()
    garbage.end_loading()

    for _ in range(300_000):
        circle: list[object] = []
        circle.append(circle)

    assert len(gc.get_objects()) < 100_000


def test_a_program_that_did_not_begin_loading_is_left_alone() -> None:
    before = gc.get_threshold()

    garbage.end_loading()

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
