"""Writes changes, mail after mail, on one connection that stays open.

They are written while servers wait for the end of a mail, several hundred times a second. So the statements are put
into the driver's words once, and go to the driver directly: SQLAlchemy's part of the work is longer than the
database's.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.engine import Database
from ccmail.ledger.failures import failure_of, overtaken
from ccmail.ledger.records import Change
from ccmail.ledger.states import State


class Recording:
    """A connection for changes; opened when it is first needed, and anew after a failure."""

    def __init__(self, database: Database, engine: sa.Engine) -> None:
        self._database = database
        self._engine = engine
        self._error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._kept: sa.PoolProxiedConnection | None = None

    def write(self, sending: int, changes: Sequence[Change], at: dt.datetime) -> None:
        """Write changes and their lines of the log, durably, in one transaction.

        Raises:
            LedgerFailure: Nothing is written: the database fails, or a row is not in a state that allows its change.
        """
        try:
            self._write(sending, changes, schema.moment_text(at))
        except (self._error, sa.exc.DBAPIError) as error:
            self.close()
            raise failure_of(error, self._database.name) from error
        except BaseException:
            self.close()
            raise

    def _write(self, sending: int, changes: Sequence[Change], at: str) -> None:
        if self._kept is None:
            self._kept = self._engine.raw_connection()
        cursor: Any = self._kept.cursor()
        self._database.begin(cursor)
        done = 0
        rows: dict[State, list[dict[str, Any]]] = {}
        attempts = []
        for change in changes:
            values = statements.change_values(sending, change, at)
            rows.setdefault(change.state, []).append(values)
            if change.phase:
                attempts.append(values)
        for state, values_of_all in rows.items():
            cursor.executemany(self._moves(state), values_of_all)
            done += cursor.rowcount
        if done != len(changes):
            raise overtaken(self._database.name, len(changes), done)
        if attempts:
            cursor.executemany(self._log, attempts)
        self._kept.commit()

    def close(self) -> None:
        """Give the connection back; what was not committed is gone."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    @functools.cache  # noqa: B019 - a ledger has one
    def _moves(self, state: State) -> str:
        return statements.in_sql(statements.change(state), self._engine.dialect)

    @functools.cached_property
    def _log(self) -> str:
        return statements.in_sql(statements.log(), self._engine.dialect)
