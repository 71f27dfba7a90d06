"""Steps: actions on a connection, one after another, with waits for a change in between.

They are generators and read from top to bottom, as coroutines do; but the code that brings a reply or a commit runs
the next step at once. A coroutine would be woken by the event loop, with a future, a handle and a turn of the loop for
every wait: with two waits a mail, that costs more than the steps themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Steps: TypeAlias = Generator[float, None, T]
"""Yields its longest wait in seconds; it is resumed at any change, not only at the one that it waits for."""

NEVER = float("inf")


class StepRunner:
    """Runs the steps of one connection, one sequence of them at a time.

    Args:
        on_overdue: Called when nothing has changed in time; it has to make the steps end.
    """

    def __init__(self, on_overdue: Callable[[], None]) -> None:
        self._on_overdue = on_overdue
        self._loop = asyncio.get_running_loop()
        self._steps: Steps[Any] | None = None
        self._is_at_it = False
        self._over: asyncio.Future[Any] | None = None
        self._deadline = NEVER
        self._alarm: asyncio.TimerHandle | None = None
        self._rings_at = NEVER

    async def run(self, steps: Steps[T]) -> T:
        """Run steps to their end, and return their result; raises the exception of a step."""
        over: asyncio.Future[T] = self._loop.create_future()
        self._steps, self._over = steps, over
        self.resume()
        try:
            return await over
        finally:
            self._steps = None
            self._deadline = NEVER
            steps.close()

    def resume(self) -> None:
        """Run the next step, for something has changed; no effect while a step is running."""
        if self._is_at_it or self._steps is None:
            return
        self._is_at_it = True
        try:
            seconds = next(self._steps)
        except StopIteration as end:
            self._end(end.value, None)
        except BaseException as error:  # noqa: BLE001 - raised by `run`
            self._end(None, error)
        else:
            self._deadline = deadline = self._loop.time() + seconds
            # an alarm for every wait would take longer than most steps: one that rings too early is set again
            if deadline < self._rings_at:
                self._set_alarm()
        finally:
            self._is_at_it = False

    def cancel_alarm(self) -> None:
        """Cancel the alarm until the next step: there is nothing to wait for."""
        self._deadline = self._rings_at = NEVER
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _end(self, value: Any, error: BaseException | None) -> None:
        self._steps = None
        self._deadline = NEVER
        assert self._over is not None  # noqa: S101 - there were steps
        if self._over.done():  # nobody waits for them any more
            return
        if error is None:
            self._over.set_result(value)
        else:
            self._over.set_exception(error)

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._rings_at = self._deadline
        self._alarm = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._alarm, self._rings_at = None, NEVER
        if self._deadline == NEVER:
            return
        if self._loop.time() < self._deadline:
            self._set_alarm()
        else:
            self._on_overdue()
