"""Writes of several threads in one transaction: what comes while one batch is written makes the next (group commit)."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


@dataclasses.dataclass(slots=True)
class _Waiting(Generic[T]):
    wish: T
    is_done: bool = False
    error: Exception | None = None


class Together(Generic[T]):
    """Does alike things of several threads together; each call returns when its own is done.

    A commit waits for the disk, and for every other process that writes: the fewer, the sooner all are answered.

    Args:
        act: Does some of these things, all of them or none.
    """

    def __init__(self, act: Callable[[Sequence[T]], None]) -> None:
        self._act = act
        self._waiting: list[_Waiting[T]] = []
        self._adding, self._acting = threading.Lock(), threading.Lock()

    def __call__(self, wish: T) -> None:
        """Do one thing; raises what `act` raises."""
        mine = _Waiting(wish)
        with self._adding:
            self._waiting.append(mine)
        with self._acting:
            if not mine.is_done:
                self._do_all()
        if mine.error is not None:
            raise mine.error

    def _do_all(self) -> None:
        with self._adding:
            batch, self._waiting = self._waiting, []
        error = None
        try:
            self._act([each.wish for each in batch])
        except Exception as failure:  # noqa: BLE001 - each of the threads that wait raises it
            error = failure
        for each in batch:
            each.is_done, each.error = True, error
