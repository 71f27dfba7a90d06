"""The watch over the other workers: whoever is silent for too long is dead, and its people are for the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.ledger.workers import WorkerRow


def bury_the_dead(ledger: Ledger, own: int) -> Iterator[WorkerRow]:
    """Bury the workers that are silent for longer than they have said, and yield them; `own` buries itself never.

    A frozen worker may come back: its rows have other owners then, so it can move none of them.
    """
    for worker in ledger.workers.all():
        if not worker.is_alive and worker.id != own:
            ledger.bury(worker.id)
            yield worker
