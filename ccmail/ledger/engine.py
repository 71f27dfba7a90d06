"""The interface between the ledger and its database: an SQLite file, or a PostgreSQL server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy as sa

BUSY_SECONDS = 5.0
"""The time that a statement waits for another process before the ledger counts as locked."""


class Database(Protocol):
    """A kind of database: the operations that differ between a file and a server."""

    @property
    def name(self) -> str:
        """The file, or the server's address without a password: for messages."""

    @property
    def is_shared(self) -> bool:
        """Whether several computers may write there at the same time."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about this place, for people to read."""

    def engine(self) -> sa.Engine:
        """Return an engine with all the settings that make a commit durable; nothing is connected yet.

        Raises:
            LedgerFailure: The file cannot be made, or the driver of the server is not installed.
        """

    def begin(self, cursor: Any) -> None:
        """Begin a writing transaction on a cursor of the driver."""

    def refuse_lost(self, connection: Any) -> None:
        """Refuse to go on if what a connection of the driver has committed is where nobody will find it.

        Raises:
            LedgerFailure: W801, the file was deleted, moved or replaced.
        """

    def seconds(self) -> sa.ColumnElement[float]:
        """Return the database's clock in SQL, in seconds since 1970: the same for all computers."""

    def name_sessions(self, engine: sa.Engine, worker: int) -> None:
        """Let the sessions that are opened from now on be known as those of a worker."""

    def end_sessions(self, connection: sa.Connection, worker: int) -> None:
        """End the transactions of a worker, whatever it is doing."""

    def take_campaign(self, cursor: Any, campaign: str, *, together: bool = False) -> str | None:
        """Take a campaign for the connection of a cursor, which keeps it until it is closed.

        With `together`, others may take it so, too.

        Returns:
            None if it is taken; else who has it, in words.
        """

    def leave_shared(self, cursor: Any, campaign: str) -> None:
        """Give a campaign back that the connection of a cursor has taken together with others."""

    def leave_campaigns(self, cursor: Any) -> None:
        """Give back all campaigns that the connection of a cursor has taken."""

    def sender(self, connection: sa.Connection, campaign: str) -> str:
        """Return the process that has taken a campaign, in words; "" if none has."""

    def changing_tables(self, engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
        """Begin a transaction that changes tables: alone, and completely or not at all."""

    def refuse_company(self, connection: sa.Connection) -> None:
        """Keep other processes of ccmail from opening the ledger until the end of a transaction, if they could.

        Raises:
            LedgerFailure: W951, some have it open.
        """

    def keep_copy(self, engine: sa.Engine, before: int) -> str:
        """Copy the ledger, if that is possible, before its tables change to revision `before`.

        Returns:
            The file of the copy, "" if there is none.
        """

    def scrub(self, engine: sa.Engine) -> bool:
        """Remove deleted and earlier values from the storage, where they may still lie; return whether they are gone.

        Nobody else may be reading: what others can still see stays.
        """

    def damage(self, connection: sa.Connection) -> str:
        """Return the first damage that is found, "" if there is none."""


def writer_of(engine: sa.Engine) -> sa.Engine:
    """Return the engine for writing transactions: in a file, each takes the write lock at its beginning."""
    return engine.execution_options(writes=True)
