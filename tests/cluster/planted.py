"""Bugs that only several workers show: the audit must catch each of them. See `tests.faults.planted`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.faults.planted import Bug, queue_again


def _always(_may_leave: Any) -> Any:
    return lambda _source: sa.true()


def _overlook_suppressed(_unwanted: Any) -> Any:
    return lambda *_words: []


def _believe_in_life(_beat: Any) -> Any:
    def planted(self: Any, worker: int) -> bool:
        _beat(self, worker)
        return True

    return planted


BUGS = {
    "in flight is queued again after a crash": Bug((("ccmail.ledger.store:Ledger._doubt", queue_again),), "duplicates"),
    "the suppressed are not looked for": Bug(
        (
            ("ccmail.ledger.driver:DriverConnection.unwanted", _overlook_suppressed),
            ("ccmail.ledger.store:Ledger.unwanted_at", lambda _there: lambda *_words: {}),
        ),
        "suppressed",
    ),
    "a worker goes on with rows that others have taken": Bug(
        (
            ("ccmail.ledger.statements:_may_leave", _always),
            ("ccmail.ledger.workers:WorkerRegistry.beat", _believe_in_life),
        ),
        "duplicates",
    ),
}
