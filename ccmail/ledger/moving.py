"""The move of a ledger from a file to a server: everything, read back and compared, or nothing.

The file is held so that no other process can even read it, and the tables of the server are locked. All rows go there
in one transaction; before it ends, they are read back, and each table has to have the same rows as the file. Only then
the file gets another name: whoever still has its old name finds nothing to send from.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import itertools
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccmail import clock
from ccmail.ledger import schema
from ccmail.ledger.failures import (
    changed_on_the_way,
    damaged,
    in_words,
    no_server,
    no_source,
    not_empty,
    not_storable,
)
from ccmail.ledger.lock import sole_sender
from ccmail.ledger.postgresql import PostgresqlServer
from ccmail.ledger.receipt import compare_receipts
from ccmail.ledger.records import SendingKind
from ccmail.ledger.revision import bring_up_to_date, refuse_older, usable_revision
from ccmail.ledger.sqlite import SqliteFile
from ccmail.ledger.states import State
from ccmail.ledger.store import Ledger
from ccmail.own_files import STATE_FOLDER, refuse_links
from ccmail.problems import CcmailError, LedgerFailure
from ccmail.wording import say

_OWN = (schema.schema_revision, schema.job_tables)  # of the database, not of what happened
_TABLES = tuple(table for table in schema.metadata.sorted_tables if table not in _OWN)
_PAGE = 200  # rows read back at once: compiled mails have kilobytes each
_HASH = 16  # bytes
_SUMS = 1 << 8 * _HASH
_IMPORTED = ".imported"


@dataclasses.dataclass(frozen=True, slots=True)
class ImportedCampaign:
    """A campaign in an imported ledger.

    Attributes:
        id: The campaign's id.
        people: The people of its real sendings who were not left out.
        accepted: How many of them have the mail.
    """

    id: str
    people: int
    accepted: int


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerImport:
    """The content that went from a file to a server, or would go there.

    Attributes:
        file: The file.
        ledger: The server's address without a password.
        revision: That of the file's tables before.
        copy: The copy of the file before its tables were brought up to date; "" if there is none.
        rows: The number of rows of each table.
        campaigns: The campaigns with real sendings, by their ids.
        kept: The file's new name; None if it has its old one still.
    """

    file: Path
    ledger: str
    revision: int
    copy: str
    rows: Mapping[str, int]
    campaigns: tuple[ImportedCampaign, ...]
    kept: Path | None


class _Tally:
    """The rows of a table: how many, and a sum of their hashes, which their order does not change."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def counting(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield rows, and count each."""
        for row in rows:
            digest = hashlib.blake2b(repr(row).encode(), digest_size=_HASH).digest()
            self._sum = (self._sum + int.from_bytes(digest)) % _SUMS
            self.rows += 1
            yield row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tally) and (self.rows, self._sum) == (other.rows, other._sum)

    __hash__ = None  # type: ignore[assignment]


def import_ledger(source: Path, where: Path | str, folder: Path, zone: dt.tzinfo, *, look_only: bool) -> LedgerImport:
    """See `ccmail.ledger.import_ledger`."""
    if isinstance(where, Path):
        raise no_server(str(where))
    if not source.is_file():
        raise no_source(str(source))
    server = PostgresqlServer(where)
    target = server.engine()
    move = _look if look_only else _move
    try:
        with _quiet(source, folder, zone), in_words(server.name):
            return move(SqliteFile(source), source, server, target, folder)
    finally:
        target.dispose()


@contextlib.contextmanager
def _quiet(source: Path, folder: Path, zone: dt.tzinfo) -> Iterator[None]:
    """Hold the locks of all campaigns, of which the file or the folder knows: nobody sends meanwhile.

    Raises:
        AlreadySending: W708, somebody does.
    """
    folders = {folder.resolve(), *([source.resolve().parent] if source.resolve().parent.name == STATE_FOLDER else ())}
    with _opened(SqliteFile(source)) as connection:
        campaigns = set(connection.scalars(sa.select(schema.sending.c.campaign).distinct()))
    with contextlib.ExitStack() as locks:
        for place in sorted(folders):
            for campaign in sorted(campaigns | {file.stem for file in place.glob("*.lock")}):
                locks.enter_context(sole_sender(place, campaign, zone))
        yield


@contextlib.contextmanager
def _opened(file: SqliteFile) -> Iterator[sa.Connection]:
    """Connect to the file of a ledger of any revision that this ccmail knows.

    Raises:
        LedgerFailure: It is none, or a newer ccmail has written it.
    """
    engine = file.engine()
    try:
        with in_words(file.name), engine.connect() as connection:
            if usable_revision(file, connection) is None:
                raise damaged(file.name, say("it has no tables of a ledger"))
            yield connection
    finally:
        engine.dispose()


def _look(file: SqliteFile, source: Path, server: PostgresqlServer, target: sa.Engine, _folder: Path) -> LedgerImport:
    """Return the content that would go to the server; refuse whatever can be seen without writing."""
    with target.connect() as there:
        found = usable_revision(server, there)
        if found is not None:
            refuse_older(server, found)
            _refuse_full(server, there)
    with _opened(file) as here, _held(file, here):
        revision = here.scalar(sa.select(schema.schema_revision.c.number)) or 0
        rows = {name: _count(here, name) for name in _tables_in(here)}
        return LedgerImport(source, server.name, revision, "", rows, _campaigns(here), None)


def _move(file: SqliteFile, source: Path, server: PostgresqlServer, target: sa.Engine, folder: Path) -> LedgerImport:
    """Move everything."""
    names = ", ".join(f'"{table.name}"' for table in _TABLES)
    bring_up_to_date(server, target)
    with target.begin() as there:
        server.refuse_company(there)
        there.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        _refuse_full(server, there)
        revision, copy = _prepare(file, folder)
        with _opened(file) as here, _held(file, here):
            campaigns = _campaigns(here)
            tallies = {table.name: _copy(file, here, there, table) for table in _TABLES}
            for table in _TABLES:
                _refuse_other(server, there, table, tallies[table.name])
        there.exec_driver_sql(f"ANALYZE {names}")
    rows = {name: tally.rows for name, tally in tallies.items()}
    return LedgerImport(source, server.name, revision, copy, rows, campaigns, _put_aside(source))


def _refuse_full(server: PostgresqlServer, there: sa.Connection) -> None:
    """Refuse a server on which anything is stored."""
    for table in _TABLES:
        if there.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(table)))):
            raise not_empty(server.name, table.name)


def _prepare(file: SqliteFile, folder: Path) -> tuple[int, str]:
    """Bring the file up to date, and refuse an older copy of it; return its revision before, and its copy."""
    engine = file.engine()
    try:
        with in_words(file.name):
            upgrade = bring_up_to_date(file, engine)
        with contextlib.closing(Ledger(file, engine, clock.now)) as ledger:
            behind = compare_receipts(folder, ledger)
            if behind:
                raise LedgerFailure(behind[0].message, code=behind[0].code, hint=behind[0].hint)
    finally:
        engine.dispose()
    return upgrade.found or upgrade.revision, upgrade.copy


@contextlib.contextmanager
def _held(file: SqliteFile, here: sa.Connection) -> Iterator[None]:
    """Keep everybody else from the file, readers too, and see that all of it can go to the server.

    Without its write-ahead log it is one file, which can get another name; SQLite takes the log away only if nobody
    else has the file open.

    Raises:
        LedgerFailure: Another program has it open, it is damaged, or PostgreSQL cannot store something in it.
    """
    file.take_alone(here)
    if damage := file.damage(here):
        raise damaged(file.name, damage)
    if lost := here.exec_driver_sql("PRAGMA foreign_key_check").first():
        missing = say("{table} refers to {other} that are not there", table=lost[0], other=lost[2])
        raise damaged(file.name, missing)
    for name in _tables_in(here):
        _refuse_not_storable(file, here, name)
    yield


def _tables_in(here: sa.Connection) -> list[str]:
    """Return the names of the tables that a file has, of whichever revision."""
    there = set(sa.inspect(here).get_table_names())
    return [table.name for table in _TABLES if table.name in there]


def _count(here: sa.Connection, name: str) -> int:
    return here.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0


def _campaigns(here: sa.Connection) -> tuple[ImportedCampaign, ...]:
    """Return the campaigns with real sendings, from columns that every revision has."""
    of, person = schema.sending.c, schema.recipient.c
    accepted = sa.func.sum(sa.case((person.state == State.ACCEPTED, 1), else_=0))
    counted = (
        sa.select(of.campaign, sa.func.count(person.position), accepted)
        .select_from(schema.sending)
        .outerjoin(schema.recipient, sa.and_(person.sending == of.id, person.state != State.LEFT_OUT))
        .where(of.delivery == SendingKind.SMTP, of.confirmed.is_not(None))
        .group_by(of.campaign)
        .order_by(of.campaign)
    )
    return tuple(ImportedCampaign(*row) for row in here.execute(counted))


def _refuse_not_storable(file: SqliteFile, here: sa.Connection, name: str) -> None:
    """Refuse a text with a NUL: SQLite stores it, PostgreSQL does not."""
    look = sa.inspect(here)
    table = sa.table(name, *(sa.column(each["name"]) for each in look.get_columns(name)))
    has_nul = [sa.and_(sa.func.typeof(c) == "text", sa.func.instr(c, sa.func.char(0)) > 0) for c in table.c]
    found = here.execute(sa.select(table).where(sa.or_(*has_nul)).limit(1)).mappings().first()
    if found is not None:
        column = next(key for key, value in found.items() if isinstance(value, str) and "\0" in value)
        keys = look.get_pk_constraint(name)["constrained_columns"]
        row = ", ".join(f"{key} {found[key]}" for key in keys)
        raise not_storable(file.name, name, column, row)


def _copy(file: SqliteFile, here: sa.Connection, there: sa.Connection, table: sa.Table) -> _Tally:
    """Write all rows of a table, as they are stored, then let new ids begin after theirs; return what was written."""
    tally = _Tally()
    names = ", ".join(f'"{column.name}"' for column in table.c)
    cursor = _driver(there).cursor()
    with (
        _driver_errors(there),
        contextlib.closing(_stored(file, here, table)) as rows,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in tally.counting(rows):
            copy.write_row(row)
    if table.autoincrement_column is not None and tally.rows:
        column = table.autoincrement_column
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        there.execute(sa.select(sa.func.setval(sequence, sa.select(sa.func.max(column)).scalar_subquery())))
    return tally


def _stored(file: SqliteFile, here: sa.Connection, table: sa.Table) -> Generator[tuple[Any, ...]]:
    """Stream the stored values of a table of the file, past the types that SQLAlchemy makes of them."""
    with in_words(file.name):
        yield from _driver(here).execute(str(sa.select(table).compile(dialect=here.dialect)))


def _refuse_other(server: PostgresqlServer, there: sa.Connection, table: sa.Table, wanted: _Tally) -> None:
    """Read a table back from the server, and refuse it if it is not the one of the file."""
    columns = [sa.cast(c, sa.Integer) if isinstance(c.type, sa.Boolean) else c for c in table.c]
    query = str(sa.select(*columns).compile(dialect=there.dialect))
    found = _Tally()
    with _driver_errors(there), _driver(there).cursor(name="read_back", binary=True) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(query)
        for _ in found.counting(cursor):
            pass
    if found != wanted:
        raise changed_on_the_way(server.name, table.name, found.rows, wanted.rows)


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


@contextlib.contextmanager
def _driver_errors(there: sa.Connection) -> Iterator[None]:
    """Let errors of the server's driver look like those that SQLAlchemy sees."""
    error: type[Exception] = there.dialect.loaded_dbapi.Error
    try:
        yield
    except error as failed:
        raise sa.exc.DBAPIError(None, None, failed) from failed


def _put_aside(source: Path) -> Path | None:
    """Give the file a name under which nobody looks for a ledger, and return that; None if it keeps its old one."""
    names = (f"{source.name}{_IMPORTED}{f'-{number}' if number > 1 else ''}" for number in itertools.count(1))
    kept = next(path for path in map(source.with_name, names) if not path.exists())
    try:
        refuse_links(kept)
        source.rename(kept)
    except (OSError, CcmailError):
        return None
    return kept
