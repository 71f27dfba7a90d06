"""Bugs that only several workers show: the audit must catch each of them. See `tests.faults.planted`.

That a worker goes on with rows that others have taken cannot be planted here: a worker that is stopped inside a
transaction loses its connection, and sees it. `tests/ledger/test_ledger_workers.py` has that.
"""

from __future__ import annotations

from typing import Any

from tests.faults.planted import Bug, queue_again


def _overlook_suppressed(_unwanted: Any) -> Any:
    return lambda *_words: []


BUGS = {
    "in flight is queued again after a crash": Bug((("ccmail.ledger.store:Ledger._doubt", queue_again),), "duplicates"),
    "the suppressed are not looked for": Bug(
        (
            ("ccmail.ledger.driver:DriverConnection.unwanted", _overlook_suppressed),
            ("ccmail.ledger.store:Ledger.unwanted_at", lambda _there: lambda *_words: {}),
        ),
        "suppressed",
    ),
}
