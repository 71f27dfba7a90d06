"""The ledger on a PostgreSQL server: for several computers that send together."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import engine as shared
from ccmail.ledger import schema
from ccmail.ledger.failures import accompanied, no_address, no_driver
from ccmail.ledger.sessions import CONNECT_SECONDS, KEPT_ALIVE, LONGEST_NAME, TABLES_LOCK, lock_key, session_name
from ccmail.wording import say

# `KEPT_ALIVE` on the server's side: it takes the locks back of whoever has gone without a word, cable or current
# cut; else that would take it two hours
_SET_UP = (
    "SET synchronous_commit = on",  # a commit is on the disk when it returns, whatever the server's default is
    f"SET lock_timeout = {int(shared.BUSY_SECONDS * 1000)}",
    *(f"SET tcp_{name.removeprefix('tcp_')} = {value}" for name, value in KEPT_ALIVE.items()),
)
_SECRETS = ("password", "sslpassword")
_OLDER = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR state LIKE 'idle in transaction%%')"
)
_CAMPAIGN = 0x63636D61  # “ccma”: the first half of the advisory locks of campaigns
_HOLDER = (
    "SELECT application_name, backend_start FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint = %(class)s AND objid::bigint = %(key)s AND granted"
)
_END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename = current_user AND pid <> pg_backend_pid() AND state <> 'idle' AND application_name LIKE %(name)s"
)
_MOMENT = 0.05  # seconds
# who waits for the tables to be changed is only about to open the ledger
_COMPANY = (
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name LIKE 'ccmail %%' AND pid NOT IN (SELECT pid FROM pg_locks WHERE NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (relation = to_regclass(%(revision)s) OR locktype = 'advisory' AND objsubid = 1"
    " AND (classid::bigint << 32 | objid::bigint) = %(tables)s)) ORDER BY backend_start, pid"
)


class PostgresqlServer:
    """A database on a server, reached by `postgresql://user:password@host:port/database`."""

    warnings = ()
    is_shared = True

    def __init__(self, address: str) -> None:
        try:
            url = sa.make_url(address)
        except (sa.exc.ArgumentError, ValueError):
            raise no_address() from None  # its words may show the password
        if url.drivername != "postgresql":
            raise no_address()
        self._url = url.set(drivername="postgresql+psycopg")
        self._session = session_name()
        self.name = _without_password(url)

    def engine(self) -> sa.Engine:
        """Return an engine on the server."""
        try:
            engine = sa.create_engine(
                self._url,
                isolation_level="READ COMMITTED",
                pool_pre_ping=True,  # a restart of the server is no failure
                connect_args={
                    "connect_timeout": CONNECT_SECONDS,
                    "client_encoding": "utf8",
                    "application_name": self._session[:LONGEST_NAME],
                    **KEPT_ALIVE,
                },
            )
        except ImportError as error:
            raise no_driver(self.name) from error
        sa.event.listen(engine, "connect", self._prepare)
        return engine

    def _prepare(self, connection: Any, _record: object) -> None:
        connection.execute("; ".join(_SET_UP))
        connection.execute("SELECT set_config('application_name', %(name)s, false)", {"name": self._session})
        connection.commit()

    def name_sessions(self, engine: sa.Engine, worker: int) -> None:
        """Write the worker behind the name of the computer, where `end_sessions` finds it."""
        of_worker = f"/{worker}"
        self._session = f"{self._session.partition('/')[0][: LONGEST_NAME - len(of_worker)]}{of_worker}"
        engine.dispose()

    def end_sessions(self, connection: sa.Connection, worker: int) -> None:
        """Terminate those in a transaction: whoever has gone in the middle of one keeps its rows."""
        connection.exec_driver_sql(_END_SESSIONS, {"name": f"ccmail %/{worker}"})

    def begin(self, cursor: Any) -> None:
        """Do nothing: the first statement begins the transaction."""

    def refuse_lost(self, connection: Any) -> None:
        """Do nothing: a server does not lose its database in use."""

    def seconds(self) -> sa.ColumnElement[float]:
        """Return the server's clock, which goes on inside a transaction."""
        return sa.literal_column("extract(epoch from clock_timestamp())::float8", sa.Float)

    def take_campaign(self, cursor: Any, campaign: str, *, together: bool = False) -> str | None:
        """Take an advisory lock: the server takes it back when the connection ends, however it does."""
        key = lock_key(campaign)
        lock = "pg_try_advisory_lock_shared" if together else "pg_try_advisory_lock"
        cursor.execute(f"SELECT {lock}(%s, %s)", (_CAMPAIGN, key))
        if cursor.fetchone()[0]:
            return None
        cursor.execute(_HOLDER, {"class": _CAMPAIGN, "key": key})
        found = cursor.fetchone()
        return _holder_in_words(found)

    def leave_shared(self, cursor: Any, campaign: str) -> None:
        """Unlock it."""
        cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", (_CAMPAIGN, lock_key(campaign)))

    def leave_campaigns(self, cursor: Any) -> None:
        """Unlock them: the end of the connection does it, too, but only some time later."""
        cursor.execute("SELECT pg_advisory_unlock_all()")

    def sender(self, connection: sa.Connection, campaign: str) -> str:
        """Return the process that holds the advisory lock."""
        found = connection.exec_driver_sql(_HOLDER, {"class": _CAMPAIGN, "key": lock_key(campaign)}).first()
        return _holder_in_words(found) if found else ""

    @contextlib.contextmanager
    def changing_tables(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Begin a transaction that changes tables, after waiting for others that do."""
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(TABLES_LOCK)))
            yield connection

    def refuse_company(self, connection: sa.Connection) -> None:
        """Lock the revision, which every process reads when it opens the ledger, then look who has it open.

        A process that has just ended, or looks for a moment only, is waited for.
        """
        connection.exec_driver_sql(f"LOCK TABLE {schema.schema_revision.name} IN ACCESS EXCLUSIVE MODE")
        end = time.monotonic() + shared.BUSY_SECONDS
        while processes := self._company(connection):
            if time.monotonic() > end:
                raise accompanied(self.name, processes)
            time.sleep(_MOMENT)

    def _company(self, connection: sa.Connection) -> tuple[str, ...]:
        """Return the other processes that are connected, and the workers that live, in words."""
        connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")  # else each look of a transaction sees the same
        values = {"revision": schema.schema_revision.name, "tables": TABLES_LOCK}
        found = [_number_and_host(name) for name in connection.exec_driver_sql(_COMPANY, values).scalars()]
        if sa.inspect(connection).has_table(schema.worker.name):
            worker = schema.worker.c
            alive = self.seconds() - worker.beat <= worker.patience
            workers = connection.execute(sa.select(worker.pid, worker.host).where(alive).order_by(worker.id))
            found += [(str(number), host) for number, host in workers]
        words = (say("process {number} on {host}", number=number, host=host) for number, host in found)
        return tuple(dict.fromkeys(words))

    def keep_copy(self, engine: sa.Engine, before: int) -> str:  # noqa: ARG002
        """Copy nothing: the tables change in one transaction, and backups are the administrator's task."""
        return ""

    def scrub(self, engine: sa.Engine) -> bool:
        """Write the tables anew. A plain VACUUM leaves the old bytes in their pages until something else comes there.

        What no program can take back from here is its administrator's: the server's write-ahead log until it is used
        again, its replicas, its backups. Rows that an older transaction can still see are kept (PostgreSQL, VACUUM).
        """
        names = ", ".join(f'"{table.name}"' for table in schema.metadata.sorted_tables)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
            return not connection.exec_driver_sql(_OLDER).scalar()

    def damage(self, connection: sa.Connection) -> str:  # noqa: ARG002
        """Return "": the server checks its own files."""
        return ""


def _holder_in_words(found: Any) -> str:
    if found is None or found[1] is None:  # it has just ended, or is another role's, of which the server says nothing
        return say("another process")
    number, host = _number_and_host(found[0])
    return say(
        "process {number} on {host} since {since}", number=number, host=host, since=f"{found[1]:%Y-%m-%d %H:%M} UTC"
    )


def _number_and_host(application: str) -> tuple[str, str]:
    """Return number and computer of a process from the name of its connection."""
    _, number, host = (*application.split(" ", 2), "", "")[:3]
    return number, host.partition("/")[0]


def _without_password(url: sa.URL) -> str:
    shown = sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return shown.difference_update_query(_SECRETS).render_as_string()
