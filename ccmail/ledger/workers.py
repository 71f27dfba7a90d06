"""The workers of a ledger on a server: who they are, and which of them live."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa

from ccmail.ledger import schema

_W = schema.worker.c
_Connecting = Callable[[], AbstractContextManager[sa.Connection]]


@dataclasses.dataclass(frozen=True, slots=True)
class WorkerRow:
    """A process of `ccmail worker`.

    Attributes:
        id: The owner of the rows that it claims.
        host: The name of its computer.
        pid: Its number there.
        started_at: When it registered; aware.
        silent_for: Seconds since its last beat.
        patience: After so many seconds without a beat it counts as dead.
    """

    id: int
    host: str
    pid: int
    started_at: dt.datetime
    silent_for: float
    patience: float

    @property
    def is_alive(self) -> bool:
        """Whether its last beat is recent."""
        return self.silent_for <= self.patience


class WorkerRegistry:
    """The workers that are registered; a part of `Ledger`. All times are the server's.

    Args:
        reading: Opens a connection that reads.
        writing: Opens a transaction.
        now: Gives the aware time that is written.
        seconds: The database's clock in SQL.
    """

    def __init__(
        self,
        reading: _Connecting,
        writing: _Connecting,
        now: Callable[[], dt.datetime],
        seconds: sa.ColumnElement[float],
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._now = now
        self._seconds = seconds

    def register(self, host: str, pid: int, patience: float) -> int:
        """Add a worker; return its id, which no other one ever had while it has rows."""
        values = {"host": host, "pid": pid, "started_at": self._now(), "beat": self._seconds, "patience": patience}
        with self._writing() as connection:
            return int(connection.execute(sa.insert(schema.worker).values(values).returning(_W.id)).scalar_one())

    def beat(self, worker: int) -> bool:
        """Say that a worker lives; return whether it is still registered: else others have taken its rows."""
        with self._writing() as connection:
            update = sa.update(schema.worker).where(_W.id == worker).values(beat=self._seconds)
            return bool(connection.execute(update).rowcount)

    def all(self) -> tuple[WorkerRow, ...]:
        """Return all that are registered, by host and number; some may be dead."""
        silent = (self._seconds - _W.beat).label("silent_for")
        query = sa.select(_W.id, _W.host, _W.pid, _W.started_at, silent, _W.patience).order_by(_W.host, _W.pid, _W.id)
        with self._reading() as connection:
            return tuple(WorkerRow(*row) for row in connection.execute(query))

    def alive(self) -> tuple[WorkerRow, ...]:
        """Return those that live."""
        return tuple(worker for worker in self.all() if worker.is_alive)

    def remove(self, connection: sa.Connection, worker: int) -> None:
        """Remove a worker, in a transaction of the ledger."""
        connection.execute(sa.delete(schema.day_room).where(schema.day_room.c.owner == worker))
        connection.execute(sa.delete(schema.worker).where(_W.id == worker))
