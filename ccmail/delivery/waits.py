"""The waits of a run: all connections wait together while the server is in trouble; a halt ends every wait."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from ccmail.delivery.backoff import ServerBackoff, asked_wait
from ccmail.delivery.courier import Report, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccmail.delivery.backoff import Retry

_UNSURE = 10.0  # seconds for which others rest when it may be our own computer that has no connection


class SharedWaits:
    """The waits that the connections of a run share.

    Args:
        retry: The settings.
        jitter: Gives numbers from 0.0 to 1.0, for the backoff.
        report: Told of each wait.
        tell_others: Makes other processes wait for some seconds, too.

    Attributes:
        backoff: Of the server.
        halt: Set when no new mail is to be begun: a stop, a failure, or the end of the patience.
        gave_up: The last words of a server that did not recover in time, "" otherwise.
    """

    def __init__(
        self, retry: Retry, jitter: Callable[[], float], report: Report, tell_others: Callable[[float], None]
    ) -> None:
        self.backoff = ServerBackoff(retry, jitter)
        self.halt = asyncio.Event()
        self.gave_up = ""
        self._report = report
        self._tell_others = tell_others

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
        """Sleep, at most until the run is halted."""
        if seconds > 0 and not self.halt.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.halt.wait(), seconds)

    async def unless_halted(self, work: asyncio.Future[Any]) -> None:
        """Wait until `work` is done or the run is halted."""
        halted = asyncio.ensure_future(self.halt.wait())
        either: set[asyncio.Future[Any]] = {work, halted}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
