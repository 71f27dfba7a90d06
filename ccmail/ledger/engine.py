"""The SQLite file under the ledger: made private, written through to the disk, checked for its revision."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema
from ccmail.ledger.failures import failure_of, in_words, newer_ledger

BUSY_SECONDS = 5.0
"""How long a statement waits for another process before the ledger counts as locked."""

# synchronous=FULL: a commit is on the disk when it returns; the promise “never twice” hangs on it
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON")


def open_engine(path: Path) -> sa.Engine:
    """Return an engine on the ledger at `path`, its tables made if it is new.

    Raises:
        LedgerFailure: see `ccmail.ledger.open_ledger`.
    """
    try:
        _make_private(path)
    except OSError as error:
        raise failure_of(error, path) from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        paramstyle="named",
    )
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    try:
        with in_words(path):
            _check_revision(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writer_of(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for transactions that write: they take their turn at the beginning."""
    return engine.execution_options(writes=True)


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # somebody else's folder: theirs to decide
        path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up(connection: Any, _record: object) -> None:
    # sqlite3's own idea of when to begin would start a reading transaction and fail on its way to writing
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_revision(engine: sa.Engine, path: Path) -> None:
    with engine.connect() as connection:
        found = _revision(connection)
    if found is None:
        with writer_of(engine).begin() as connection:
            found = _revision(connection)  # another process may have been quicker
            if found is None:
                schema.metadata.create_all(connection)
                connection.execute(sa.insert(schema.schema_revision).values(number=schema.REVISION))
    if found is not None and found > schema.REVISION:
        raise newer_ledger(path, found, schema.REVISION)


def _revision(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(schema.schema_revision.name):
        return None
    return connection.scalar(sa.select(schema.schema_revision.c.number))
