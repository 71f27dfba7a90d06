"""Writes of several threads in one: each is done once, and each caller hears what became of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from ccmail.web.together import Together


def test_each_is_done_once_and_what_waits_is_done_together() -> None:
    batches: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def act(wishes: Sequence[int]) -> None:
        batches.append(list(wishes))
        begun.set()
        go_on.wait()

    together = Together(act)
    first = threading.Thread(target=together, args=(0,))
    first.start()
    begun.wait()
    others = [threading.Thread(target=together, args=(n,)) for n in range(1, 20)]
    for thread in others:
        thread.start()
    while len(together._waiting) < len(others):
        pass
    go_on.set()
    for thread in (first, *others):
        thread.join()

    assert [sorted(batch) for batch in batches] == [[0], list(range(1, 20))]


def test_an_error_reaches_everybody_of_the_batch_and_nobody_else() -> None:
    def act(wishes: Sequence[str]) -> None:
        if "wrong" in wishes:
            raise LookupError("wrong")

    together = Together(act)

    together("right")
    with pytest.raises(LookupError):
        together("wrong")
    together("right")
