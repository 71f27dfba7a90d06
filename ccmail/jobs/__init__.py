"""The queue of jobs: which worker sends to which batch of people.

A job is a `Batch`: positions in the list of a sending. The queue decides nothing about mails: the ledger's rows say
who is still to be served, so a job that runs twice, or never, costs nobody a mail and nobody two. `JobQueue` is the
interface; `open_queue` returns the one that there is, procrastinate's, in the ledger's own database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.jobs.batch import Batch
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.jobs.queue import JobQueue
    from ccmail.workspace import Workspace

__all__ = ["Batch", "open_queue"]

BATCH_SIZE = 500
"""People in a batch: some 0.3 seconds of work, of which a job costs 6 milliseconds."""

BY_WORKERS = "ccmail worker"
"""Who has paused a campaign that workers cannot go on with; only a person lifts it."""


def open_queue(workspace: Workspace) -> JobQueue:
    """Return the queue in the database of a workspace's ledger; nothing is connected yet.

    Raises:
        UsageError: The ledger is a file (W960), or procrastinate is not installed (W961).
    """
    address = workspace.ledger_place
    if not isinstance(address, str):
        raise UsageError(
            say("the ledger is a file: workers need one on a PostgreSQL server"),
            code="W960",
            hint=say(
                "add “ledger: env:CCMAIL_LEDGER” to ccmail.yaml, with an address like postgresql://ccmail@host/db"
            ),
        )
    try:
        from ccmail.jobs.procrastinate_queue import ProcrastinateQueue  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            say("this installation knows no queue for workers: {name} is missing", name=error.name or "procrastinate"),
            code="W961",
            hint=say('pip install "ccmail[cluster]"'),
        ) from error
    return ProcrastinateQueue(address)
