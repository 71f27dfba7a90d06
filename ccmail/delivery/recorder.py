"""Writes what comes of mails: the changes of all connections share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.ledger import Change, Sending, State
from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

_QUIET = 2  # turns of the loop
_LINGER = 0.2  # seconds an outcome may wait for company; lost in a crash it becomes a doubt, never a second mail


class Recorder:
    """Collects changes and records them together (group commit).

    Args:
        on_failure: Called once, when the ledger does not take them: no mail may be finished any more.
    """

    def __init__(self, ledger: Ledger, sending: Sending, on_failure: Callable[[LedgerFailure], None]) -> None:
        self._ledger = ledger
        self._sending = sending
        self._on_failure = on_failure
        self._failure: LedgerFailure | None = None
        self._changes: list[Change] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: asyncio.Handle | None = None

    def note(self, change: Change) -> None:
        """Record a change with the next transaction, which comes within the second."""
        self._changes.append(change)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LINGER, self._flush_in_time)

    async def commit(self, change: Change) -> None:
        """Record a change, and return when it is durable.

        Raises:
            LedgerFailure: it is not recorded.
        """
        loop = asyncio.get_running_loop()
        durable = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._gather, 0, _QUIET)
        self._changes.append(change)
        self._waiting.append(durable)
        await durable

    def _gather(self, known: int, quiet: int) -> None:
        """Flush when nobody has joined for some turns of the loop: the servers' answers come in flocks."""
        waiting = len(self._waiting)
        if waiting > known:
            quiet = _QUIET
        if quiet and waiting:
            asyncio.get_running_loop().call_soon(self._gather, waiting, quiet - 1)
        elif waiting:
            self._flush_in_time()

    def flush(self) -> None:
        """Record everything now.

        Raises:
            LedgerFailure: it is not recorded, and is kept for a later attempt.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        changes = self._changes
        if not changes:
            return
        waiting, self._waiting = self._waiting, []
        try:
            self._ledger.record(self._sending, changes)
        except LedgerFailure as failure:
            # who waits learns it, and does not finish the mail: only outcomes are tried again
            self._changes = [c for c in changes if c.state is not State.IN_FLIGHT]
            _settle(waiting, failure)
            if self._failure is None:
                self._failure = failure
                self._on_failure(failure)
            raise
        self._changes = []
        _settle(waiting, None)

    def _flush_in_time(self) -> None:
        try:
            self.flush()
        except LedgerFailure:
            return  # told to those who wait, and to on_failure


def _settle(waiting: list[asyncio.Future[None]], failure: LedgerFailure | None) -> None:
    for durable in waiting:
        if durable.done():  # its mail was given up meanwhile
            continue
        if failure is None:
            durable.set_result(None)
        else:
            durable.set_exception(failure)
