"""The numbers that all workers share, read from the ledger and the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.ledger import open_ledger
from ccmail.worker.queue_state import QueueState

if TYPE_CHECKING:
    from ccmail.jobs.queue import JobQueue
    from ccmail.workspace import Workspace


def read_state(workspace: Workspace, queue: JobQueue) -> QueueState:
    """Return the numbers, read over a connection of their own: an endpoint asks from a thread.

    Raises:
        LedgerFailure: The ledger does not answer.
    """
    with open_ledger(workspace.ledger_place) as ledger:
        with ledger.one_transaction() as connection:
            depth = queue.depth(connection)
        return QueueState(
            jobs=depth.waiting,
            age=depth.age,
            in_doubt=ledger.all_in_doubt(),
            workers=len(ledger.workers.alive()),
            paused=len(ledger.pauses.all()),
        )
