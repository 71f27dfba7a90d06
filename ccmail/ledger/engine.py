"""What a file and a server have in common under the ledger."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy as sa

BUSY_SECONDS = 5.0
"""How long a statement waits for another process before the ledger counts as locked."""


class Database(Protocol):
    """A kind of database: what each of them does in a way of its own."""

    @property
    def name(self) -> str:
        """The file, or the server's address without a password: for messages."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What people should know about this place, in their words."""

    def engine(self) -> sa.Engine:
        """Return an engine with all the settings that make a commit durable; nothing is connected yet.

        Raises:
            LedgerFailure: There can be none.
        """

    def begin(self, cursor: Any) -> None:
        """Begin a transaction that writes, on a cursor of the driver's."""

    def changing_tables(self, engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
        """Begin a transaction in which nobody else writes tables, and none of them is half written at the end."""

    def keep_copy(self, engine: sa.Engine, before: int) -> None:
        """Keep what is there aside, if that is possible, before the tables come to revision `before`."""

    def scrub(self, engine: sa.Engine) -> None:
        """Leave nothing of what was deleted or changed before in the places where it was."""

    def damage(self, connection: sa.Connection) -> str:
        """Return what is damaged, "" if nothing is known to be."""


def writer_of(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for transactions that write: in a file they take their turn at the beginning."""
    return engine.execution_options(writes=True)
