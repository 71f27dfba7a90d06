"""The waits of a run: all connections wait together while the server is in trouble.

A halt ends every wait, and so does a pause of the campaign for which the run ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from ccmail.delivery.backoff import ServerBackoff, asked_wait
from ccmail.delivery.courier import Report, Waiting
from ccmail.delivery.queue import FRESH

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccmail.delivery.backoff import Retry
    from ccmail.delivery.pause_watch import PauseWatch

_UNSURE = 10.0  # seconds for which others rest when it may be our own computer that has no connection


class SharedWaits:
    """The waits that the connections of a run share.

    Args:
        retry: How long they are.
        jitter: See `ServerBackoff`.
        report: Is told of each.
        pause: The pause of the campaign.
        tell_others: Makes other processes wait for some seconds, too.

    Attributes:
        backoff: Of the server.
        halt: Set when no new mail is to be begun: a stop, a failure, or the end of the patience.
        gave_up: The last words of a server that did not recover in time, "" otherwise.
    """

    def __init__(
        self,
        retry: Retry,
        jitter: Callable[[], float],
        report: Report,
        pause: PauseWatch,
        tell_others: Callable[[float], None],
    ) -> None:
        self.backoff = ServerBackoff(retry, jitter)
        self.halt = asyncio.Event()
        self.gave_up = ""
        self._report = report
        self._tell_others = tell_others
        self._pause = pause

    @property
    def is_over(self) -> bool:
        """Whether nobody is to wait any more: the run is halted, or ends for a pause of its campaign."""
        return self.halt.is_set() or self._pause.ends_run

    async def wait_out(self, trouble: str, retry_after: float = 0.0, *, has_spoken: bool = True) -> None:
        """Wait until the server may have recovered, all connections together; give up when the patience is over.

        Args:
            trouble: The server's words.
            retry_after: Seconds that it demands beside its words.
            has_spoken: Whether the server itself said so. If not, the fault may lie with this computer alone, and
                other processes wait for a short time only.

        Raises:
            LedgerFailure: The others cannot be told.
        """
        wait = self.backoff.trouble(asked_wait(trouble), retry_after)
        if wait is None:
            self.give_up(trouble)
            return
        if wait:
            self._report(Waiting(wait, trouble))
        if wait or retry_after:
            self._tell_others(self.backoff.remaining if has_spoken else min(self.backoff.remaining, _UNSURE))
        await self.sleep(self.backoff.remaining)

    def give_up(self, words: str) -> None:
        """End the run: the server does not recover."""
        self.gave_up = words
        self.halt.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep, at most until the run is halted, or is to end for a pause."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.is_over:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.halt.wait(), min(left, FRESH))
            if left > FRESH:
                self._pause.look()

    async def unless_halted(self, work: asyncio.Future[Any]) -> None:
        """Wait until `work` is done or the run is halted."""
        halted = asyncio.ensure_future(self.halt.wait())
        either: set[asyncio.Future[Any]] = {work, halted}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
