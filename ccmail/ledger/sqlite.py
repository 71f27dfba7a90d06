"""The ledger in an SQLite file: made private, written through to the disk."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import engine as shared
from ccmail.ledger import place
from ccmail.ledger.failures import damaged, failure_of, lost
from ccmail.own_files import make_folder, open_file, refuse_links
from ccmail.problems import CcmailError
from ccmail.wording import say

# synchronous: a commit is on the disk when it returns; the promise “never twice” depends on it.
# Without a write-ahead log that takes EXTRA, which also writes the folder (sqlite.org/pragma.html#pragma_synchronous)
_ALONE = ("journal_mode=WAL", "synchronous=FULL")
_SHARED = ("journal_mode=DELETE", "synchronous=EXTRA")
_WRITE = "BEGIN IMMEDIATE"
_ALWAYS = ("fullfsync=ON", "foreign_keys=ON")
_MOMENT = 0.01  # seconds
_BESIDE = ("-wal", "-shm", "-journal")


class SqliteFile:
    """A file that is a ledger, or will be one."""

    is_shared = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._sharing = place.sharing(path.resolve(), place.read_mounts())
        self._identity: tuple[int, int] | None = None
        self._saved = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """A warning if other computers see the file."""
        if not self._sharing:
            return ()
        return (
            say(
                "the ledger {ledger} lies {in_a_folder}: never send from two computers at the same time; a folder on"
                " this computer alone is safer",
                ledger=self.name,
                in_a_folder=self._sharing,
            ),
        )

    def engine(self) -> sa.Engine:
        """Return an engine on the file, which is made if there is none."""
        try:
            self._make_private()
        except OSError as error:
            raise failure_of(error, self.name) from error
        engine = sa.create_engine(
            # mode=rw: SQLite makes no new file in the place of one that is gone
            sa.URL.create("sqlite", database=self._path.absolute().as_uri(), query={"mode": "rw", "uri": "true"}),
            connect_args={"timeout": shared.BUSY_SECONDS},
            paramstyle="named",
        )
        sa.event.listen(engine, "connect", self._set_up)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _make_private(self) -> None:
        make_folder(self._path.parent)
        for suffix in _BESIDE:  # SQLite opens these itself
            refuse_links(self._path.with_name(f"{self._path.name}{suffix}"))
        self._identity = _touch(self._path)

    def _set_up(self, connection: Any, _record: object) -> None:
        # by itself, sqlite3 begins with a reading transaction, which may fail when it turns into a writing one
        connection.isolation_level = None
        for setting in (*(_SHARED if self._sharing else _ALONE), *_ALWAYS):
            _set(connection, setting)

    def refuse_lost(self, connection: Any) -> None:
        """Refuse to go on if the open file is not the one of this name any more; first save its content beside it.

        A process can go on to write into a file that was deleted: no call fails, and nothing is left at its end.
        """
        try:
            found = os.stat(self.name)  # noqa: PTH116 - after each commit
            if self._sharing or (found.st_dev, found.st_ino) == self._identity:
                return  # some network drives give a file another number at each look
        except OSError:
            pass
        self._saved = self._saved or self._save(connection)
        raise lost(self.name, self._saved)

    def _save(self, connection: Any) -> str:
        """Write what a connection sees into a new file; return its name, "" if that fails."""
        saved = self._path.with_name(f"{self._path.name}.saved")
        try:
            make_folder(saved.parent)
            _touch(saved)
            with contextlib.closing(sqlite3.connect(saved)) as into:
                connection.backup(into)
        except (OSError, sqlite3.Error, CcmailError):
            return ""
        return str(saved)

    def begin(self, cursor: Any) -> None:
        """Begin a transaction with the only write lock."""
        cursor.execute(_WRITE)

    def seconds(self) -> sa.ColumnElement[float]:
        """Return the computer's clock."""
        return sa.literal_column("(julianday('now') - 2440587.5) * 86400.0", sa.Float)

    def name_sessions(self, engine: sa.Engine, worker: int) -> None:
        """Do nothing: a file has no sessions."""

    def end_sessions(self, connection: sa.Connection, worker: int) -> None:
        """Do nothing: a file has no sessions."""

    def take_campaign(self, cursor: Any, campaign: str, *, together: bool = False) -> str | None:  # noqa: ARG002
        """Return None: a lock file keeps the processes of this computer apart (`lock.sole_sender`)."""
        return None

    def leave_shared(self, cursor: Any, campaign: str) -> None:
        """Do nothing: nobody shares a file."""

    def leave_campaigns(self, cursor: Any) -> None:
        """Do nothing: there are none."""

    def sender(self, connection: sa.Connection, campaign: str) -> str:  # noqa: ARG002
        """Return "": `lock.current_sender` knows."""
        return ""

    @contextlib.contextmanager
    def changing_tables(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Begin a transaction that may replace tables; at its end all foreign keys have to fit again."""
        with shared.writer_of(engine).connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
            try:
                with connection.begin():
                    yield connection
                    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        missing = say("{table} refers to {other} that are not there", table=lost[0], other=lost[2])
                        raise damaged(self.name, missing)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    def refuse_company(self, connection: sa.Connection) -> None:
        """Do nothing: while the write lock is held, nobody else changes the file."""

    def take_alone(self, connection: sa.Connection) -> None:
        """Put everything into the one file, and keep all other processes from it until the connection is closed.

        Raises:
            OperationalError: Another one has it open.
        """
        raw: Any = connection.connection.driver_connection
        if raw.in_transaction:
            raw.rollback()
        _set(raw, "journal_mode=DELETE")  # only whoever is alone takes a write-ahead log away
        raw.execute("BEGIN EXCLUSIVE").close()

    def keep_copy(self, engine: sa.Engine, before: int) -> str:
        """Copy the file to `ledger.sqlite.before-2`, with the content of a write-ahead log."""
        copy = self._path.with_name(f"{self._path.name}.before-{before}")
        half = copy.with_name(f"{copy.name}.part")
        try:
            refuse_links(copy)
            half.unlink(missing_ok=True)
            _touch(half)
            with engine.connect() as connection, contextlib.closing(sqlite3.connect(half)) as into:
                raw: Any = connection.connection.driver_connection
                raw.backup(into)
            half.replace(copy)
        except (OSError, sqlite3.Error) as error:
            raise failure_of(error, self.name) from error
        return str(copy)

    def scrub(self, engine: sa.Engine) -> bool:
        """Rewrite the file and truncate the write-ahead log: both hold earlier values.

        A reader keeps the log as it is, and the old pages in the file (sqlite.org/wal.html, “Avoiding Excessively Large
        WAL Files”); the pragma does not fail then, its first number says so.
        """
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("VACUUM").close()
            return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def damage(self, connection: sa.Connection) -> str:
        """Return the first error that `PRAGMA quick_check` finds in the file, "" if there is none.

        SQLite reads what is missing of a last page as zeros, and finds nothing wrong with that.
        """
        if self._path.stat().st_size % connection.exec_driver_sql("PRAGMA page_size").scalar_one():
            return say("its end is missing")
        found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if found == "ok" else " ".join(found.split())


def _set(connection: sqlite3.Connection, setting: str) -> None:
    """Set what SQLite does; it does not wait by itself where another program writes before the mode is a new one."""
    end = time.monotonic() + shared.BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {setting}").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_MOMENT)
        else:
            return


def _touch(path: Path) -> tuple[int, int]:
    """Make a file if there is none; return what tells it from any other file, whatever it is called."""
    handle = open_file(path, os.O_RDWR | os.O_CREAT)
    found = os.fstat(handle)
    os.close(handle)
    return found.st_dev, found.st_ino


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(_WRITE if writes else "BEGIN")
