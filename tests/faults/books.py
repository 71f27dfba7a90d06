"""The books of ccmail: the only place that looks into its ledger."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

_BOOKS = """
    SELECT email, state, message_id FROM recipient JOIN sending ON sending.id = recipient.sending
    WHERE campaign = {0} AND purpose = {0} AND delivery = 'smtp' AND confirmed IS NOT NULL ORDER BY position
"""
_BATCHES = """
    SELECT id FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at < '9000-01-01') LIMIT 1
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A recipient in the ledger of the real sending."""

    email: str
    state: str
    message_id: str


def read_books(folder: Path, campaign: str, purpose: str = "campaign") -> tuple[Line, ...]:
    """Return everybody of a campaign's real sending, in the order of the lists; empty before it is confirmed."""
    file = folder / ".ccmail" / "ledger.sqlite"
    if not file.exists():
        return ()
    # a copy: after a kill, the first program that opens the file repairs it, and that has to be ccmail
    with tempfile.TemporaryDirectory() as place:
        for part in file.parent.glob("ledger.sqlite*"):
            shutil.copy(part, place)
        with contextlib.closing(sqlite3.connect(Path(place) / file.name)) as connection:
            try:
                return tuple(Line(*row) for row in connection.execute(_BOOKS.format("?"), (campaign, purpose)))
            except sqlite3.OperationalError:  # killed before the tables were made
                return ()


def ledger_size(folder: Path) -> int:
    """Return the size of the largest file that ccmail writes while it sends."""
    return max((file.stat().st_size for file in (folder / ".ccmail").glob("ledger.sqlite-wal")), default=0)


@dataclasses.dataclass(frozen=True, slots=True)
class WorkerLine:
    """A worker in the ledger.

    Attributes:
        id: The owner of the rows that it claims.
        beat: When it was last heard of, by the server's clock in seconds.
        hands: How many rows it has in hands: claimed, or in flight.
    """

    id: int
    pid: int
    beat: float
    hands: int


class SharedBooks:
    """The books on a PostgreSQL server.

    Args:
        address: Of the database.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def lines(self, campaign: str, purpose: str = "campaign") -> tuple[Line, ...]:
        """Return everybody of a campaign's real sending, in the order of the lists; empty before it is confirmed."""
        return tuple(Line(*row) for row in self.ask(_BOOKS.format("%s"), campaign, purpose))

    def workers(self) -> tuple[WorkerLine, ...]:
        """Return the workers that are registered."""
        hands = "SELECT count(*) FROM recipient WHERE owner = worker.id AND state IN ('claimed', 'in_flight')"
        rows = self.ask(f"SELECT id, pid, beat, ({hands}) FROM worker ORDER BY id")  # noqa: S608 - of two constants
        return tuple(WorkerLine(*row) for row in rows)

    def accepted_by(self) -> Counter[int]:
        """Return how many mails each worker got accepted, by its id."""
        return Counter(dict(self.ask("SELECT owner, count(*) FROM recipient WHERE state = 'accepted' GROUP BY owner")))

    @property
    def is_worked_on(self) -> bool:
        """Whether workers have batches to do."""
        return bool(self.ask(_BATCHES))

    def hands_of(self, worker: int) -> tuple[int, ...]:
        """Return the positions of the rows that a worker has claimed, and that are not in flight."""
        query = "SELECT position FROM recipient WHERE owner = %s AND state = 'claimed'"
        return tuple(position for (position,) in self.ask(query, worker))

    def has_other_hands(self, worker: int, positions: Sequence[int]) -> bool:
        """Return whether others have claimed some of these rows, or no row of them is left."""
        query = "SELECT owner, state FROM recipient WHERE position = ANY(%s) AND state IN ('queued', 'claimed')"
        found = self.ask(query, list(positions))
        return not found or any(owner != worker and state == "claimed" for owner, state in found)

    def clock(self) -> float:
        """Return the server's clock in seconds."""
        return float(self.ask("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0])

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query, or none while the server is away or has no tables yet."""
        try:
            with psycopg.connect(self._address) as connection:
                found = connection.execute(query.encode(), values)
                return found.fetchall() if found.description else []
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
            return []

    def change(self, statement: str) -> None:
        """Run a statement that changes something, outside a transaction."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement.encode())
