"""Bugs that only several workers show: the audit must catch each of them. See `tests.faults.planted`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ccmail.ledger import State, schema
from tests.faults.planted import Bug


def _always(_may_leave: Any) -> Any:
    return lambda _source: sa.true()


def _queue_again(_doubt: Any) -> Any:
    def planted(self: Any, sending: Any, rows: Any, owner: int) -> None:
        positions = [row.position for row in rows]
        with self._writing() as connection:
            table = schema.recipient
            update = table.update().where(table.c.sending == sending, table.c.position.in_(positions))
            connection.execute(update.values(state=State.QUEUED))

    return planted


def _overlook_suppressed(_unwanted: Any) -> Any:
    return lambda *_words: []


def _believe_in_life(_beat: Any) -> Any:
    def planted(self: Any, worker: int) -> bool:
        _beat(self, worker)
        return True

    return planted


BUGS = {
    "in flight is queued again after a crash": Bug(
        (("ccmail.ledger.store:Ledger._doubt", _queue_again),), "duplicates"
    ),
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
            ("ccmail.ledger.workers:Workers.beat", _believe_in_life),
        ),
        "duplicates",
    ),
}
