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


class SharedWaits:
    """The waits that the connections of a run share.

    Attributes:
        backoff: Of the server.
        halt: Set when no new mail is to be begun: a stop, a failure, or the end of the patience.
        gave_up: The last words of a server that did not recover in time, "" otherwise.
    """

    def __init__(self, retry: Retry, jitter: Callable[[], float], report: Report) -> None:
        self.backoff = ServerBackoff(retry, jitter)
        self.halt = asyncio.Event()
        self.gave_up = ""
        self._report = report

    async def wait_out(self, trouble: str, retry_after: float = 0.0) -> None:
        """Wait until the server may have recovered, all connections together; give up when the patience is over.

        Args:
            trouble: The server's words.
            retry_after: Seconds that it demands beside its words.
        """
        wait = self.backoff.trouble(asked_wait(trouble), retry_after)
        if wait is None:
            self.give_up(trouble)
            return
        if wait:
            self._report(Waiting(wait, trouble))
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
