"""The state of queue and ledger, as all workers share it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class QueueState:
    """The work that waits, and who is there to do it.

    Attributes:
        jobs: Batches that nobody has begun.
        age: Seconds since the oldest of them became due; 0.0 if none is.
        in_doubt: People in doubt, of all real sendings: a person has to settle that.
        workers: Workers that live.
        paused: Campaigns that are paused.
    """

    jobs: int
    age: float
    in_doubt: int
    workers: int
    paused: int
