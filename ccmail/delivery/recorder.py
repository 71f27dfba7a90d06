"""The recorder of outcomes: the changes of all connections share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.delivery.steps import NEVER, Steps
from ccmail.ledger import OVERTAKEN, Sending, State, StateChange
from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

_LINGER = 0.2  # seconds that an outcome may wait for others; lost in a crash it becomes a doubt, never a second mail


class _Transaction:
    """Changes that become durable together, and the callbacks that wait for that."""

    def __init__(self) -> None:
        self.changes: list[StateChange] = []
        self.waiting: list[Callable[[], None]] = []
        self.is_over = False
        self.failure: Exception | None = None

    def end(self, failure: Exception | None = None) -> None:
        """End the wait: the changes are durable, or `failure` says why they are not."""
        self.is_over, self.failure = True, failure
        for go_on in self.waiting:
            go_on()


class Recorder:
    """Collects changes and records them together (group commit).

    Args:
        on_failure: Called once, when the ledger does not take the changes: no mail may be finished any more.
        most: Returns how many commits may wait at the same time: when so many wait, they are recorded at once.
    """

    def __init__(
        self,
        ledger: Ledger,
        sending: Sending,
        on_failure: Callable[[Exception], None],
        most: Callable[[], int],
    ) -> None:
        self._ledger = ledger
        self._sending = sending
        self._on_failure = on_failure
        self._most = most
        self._has_failed = False
        self._next = _Transaction()
        self._timer: asyncio.Handle | None = None

    def note(self, change: StateChange) -> None:
        """Record a change with the next transaction, which comes within a second."""
        self._next.changes.append(change)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LINGER, self._linger)

    def commit(self, change: StateChange, go_on: Callable[[], None]) -> Steps[None]:
        """Record a change, and return when it is durable; `go_on` is called then.

        Raises:
            LedgerFailure: it is not recorded.
        """
        transaction = self._next
        transaction.changes.append(change)
        transaction.waiting.append(go_on)
        if len(transaction.waiting) == 1:
            asyncio.get_running_loop().call_soon(self._gather, transaction, 0)
        while not transaction.is_over:
            yield NEVER
        if transaction.failure is not None:
            raise transaction.failure

    def _gather(self, transaction: _Transaction, known: int) -> None:
        """Flush when all connections wait, or no other one came in a turn of the loop: replies come in groups."""
        if transaction.is_over:  # flushed in the meantime
            return
        waiting = len(transaction.waiting)
        if waiting in (known, self._most()):
            self._flush_in_time()
        else:
            asyncio.get_running_loop().call_soon(self._gather, transaction, waiting)

    def flush(self) -> None:
        """Record everything now.

        Raises:
            LedgerFailure: it is not recorded, and is kept for a later attempt.
        """
        transaction = self._next
        if not transaction.changes:
            return
        self._next = _Transaction()
        try:
            self._ledger.record(self._sending, transaction.changes)
        except BaseException as failure:
            # waiting commits raise, and their mails are not finished: only outcomes are tried again
            self._next.changes = [c for c in transaction.changes if c.state is not State.IN_FLIGHT]
            if isinstance(failure, Exception):
                self._tell(failure)
                transaction.end(failure)
            raise
        transaction.end()

    def save(self) -> None:
        """Record the outcomes that are left after a failure, one by one: others may have settled some of them.

        Raises:
            LedgerFailure: The ledger takes nothing; they are kept for a later attempt.
        """
        try:
            self.flush()
        except LedgerFailure as failure:
            if failure.code != OVERTAKEN:
                raise
            left, self._next.changes = self._next.changes, []
            while left:
                try:
                    self._ledger.record(self._sending, left[:1])
                except LedgerFailure as of_one:
                    if of_one.code != OVERTAKEN:
                        self._next.changes = left
                        raise
                del left[0]

    def _tell(self, failure: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._on_failure(failure)

    def _linger(self) -> None:
        self._timer = None
        self._flush_in_time()

    def _flush_in_time(self) -> None:
        try:
            self.flush()
        except LedgerFailure:
            return  # the waiting commits raise it, and on_failure has it
