"""The queue of jobs as procrastinate keeps it, on the PostgreSQL server that has the ledger. Its only import."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.schema import SchemaManager

from ccmail.jobs.batch import Batch
from ccmail.jobs.queue import AT_ONCE, Handler, QueueDepth
from ccmail.ledger.sessions import CONNECT_SECONDS, KEPT_ALIVE, LONGEST_NAME, TABLES_LOCK, session_name
from ccmail.problems import LedgerFailure, UsageError
from ccmail.wording import say

_TASK = "ccmail.send_batch"
_QUEUE = "mail"
_TOGETHER = 500  # jobs in one statement
_AGAIN = 5  # seconds until a job whose handler has failed is run again
_LOOK = 1.0  # seconds between two looks at the queue, if no notification comes
_PARKED = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)  # a time that does not come: the job waits for `release`
_DEPTH = """
    WITH job AS (
        SELECT status, coalesce(scheduled_at, now()) AS due, coalesce(scheduled_at >= %(parked)s, FALSE) AS is_parked
          FROM procrastinate_jobs
         WHERE task_name = %(task)s AND status IN ('todo', 'doing')
           AND (%(sending)s::int IS NULL OR (args->>'sending')::int = %(sending)s))
    SELECT count(*) FILTER (WHERE status = 'todo' AND NOT is_parked),
           count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'todo' AND is_parked),
           extract(epoch FROM min(due) FILTER (WHERE status = 'todo' AND NOT is_parked) - now())::float8
      FROM job
"""
_AGE = """
    SELECT extract(epoch FROM now() - max(event.at))::float8 FROM procrastinate_events event
     WHERE event.job_id = (
        SELECT id FROM procrastinate_jobs
         WHERE task_name = %(task)s AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
         ORDER BY id LIMIT 1)
"""
_RELEASE = """
    WITH released AS (
        UPDATE procrastinate_jobs SET scheduled_at = NULL
         WHERE task_name = %(task)s AND status = 'todo' AND scheduled_at >= %(parked)s
           AND (args->>'sending')::int = ANY(%(sendings)s)
        RETURNING id)
    SELECT count(*) FROM released
"""


class ProcrastinateQueue:
    """The queue in a database; `address` is that of the ledger."""

    def __init__(self, address: str) -> None:
        self._address = address
        # adds jobs over connections that it is given; an app that is open in a loop cannot be called from there
        self._app = procrastinate.App(connector=procrastinate.PsycopgConnector())
        self._open: procrastinate.App | None = None  # inside `run`

    # ── tables ──

    def upgrade(self) -> tuple[str, ...]:
        """See `JobQueue.upgrade`. procrastinate does not note its migrations: a table of the ledger does."""
        with self._in_words(), psycopg.connect(self._address, connect_timeout=CONNECT_SECONDS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (TABLES_LOCK,))
            has_tables = _has_tables(connection)
            done = _done(connection) if has_tables else frozenset()
            if has_tables and not done:
                raise LedgerFailure(
                    say("the database of the ledger has tables of procrastinate that ccmail did not make"),
                    code="W963",
                    hint=say("give ccmail a database of its own"),
                )
            steps = _steps(done)
            if not has_tables:
                connection.execute(SchemaManager.get_schema())
            else:
                for step in steps:
                    connection.execute(step.read_bytes())
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO job_tables VALUES (%s)", [(step.name,) for step in steps])
        return tuple(step.name for step in steps)

    def refuse_outdated(self) -> None:
        """See `JobQueue.refuse_outdated`."""
        with self._in_words(), psycopg.connect(self._address, connect_timeout=CONNECT_SECONDS) as connection:
            is_current = _has_tables(connection) and not _steps(_done(connection))
        if not is_current:
            raise UsageError(
                say("the tables of the queue for workers are missing, or those of an older version"),
                code="W962",
                hint=say("stop all workers, then: ccmail db upgrade"),
            )

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, exceptions.ProcrastinateException) as error:
            raise LedgerFailure(
                say("the queue for workers fails: {why}", why=_first_line(error)),
                code="W963",
                hint=say("see whether the server of the ledger runs; then run the same command again"),
            ) from error

    # ── jobs ──

    def enqueue(self, connection: Any, batches: Iterable[Batch], later: dt.timedelta = AT_ONCE) -> int:
        """See `JobQueue.enqueue`."""
        # by the true clock, as the server has it, whatever time ccmail pretends
        return self._add(connection, batches, dt.datetime.now(dt.UTC) + later if later else None)

    def _add(self, connection: Any, batches: Iterable[Batch], at: dt.datetime | None) -> int:
        task = self._app.configure_task(_TASK, queue=_QUEUE, connection=connection, schedule_at=at)
        added, rest = 0, iter(batches)
        while some := list(itertools.islice(rest, _TOGETHER)):
            with self._in_words():
                task.batch_defer(*(batch.as_json() for batch in some))
            added += len(some)
        return added

    def park(self, connection: Any, batches: Iterable[Batch]) -> None:
        """See `JobQueue.park`."""
        self._add(connection, batches, _PARKED)

    def release(self, connection: Any, sendings: Iterable[int]) -> int:
        """See `JobQueue.release`. Workers find them at their next look, a second later."""
        values = {"task": _TASK, "parked": _PARKED, "sendings": list(sendings)}
        with self._in_words():
            return int(connection.execute(_RELEASE, values).fetchone()[0])

    def depth(self, connection: Any, sending: int | None = None) -> QueueDepth:
        """See `JobQueue.depth`."""
        values = {"task": _TASK, "parked": _PARKED, "sending": sending}
        with self._in_words():
            waiting, taken, parked, due_in = connection.execute(_DEPTH, values).fetchone()
            age = connection.execute(_AGE, {"task": _TASK}).fetchone()[0] if waiting and sending is None else 0.0
        return QueueDepth(waiting, taken, parked, max(0.0, due_in or 0.0), max(0.0, age or 0.0))

    # ── work ──

    async def run(self, handler: Handler, jobs: int, stale: float, stop: asyncio.Event) -> None:
        """See `JobQueue.run`."""
        app = procrastinate.App(connector=self._connector(jobs))

        async def send_batch(**values: Any) -> None:
            await handler(Batch.from_json(values))

        app.task(name=_TASK, queue=_QUEUE, retry=procrastinate.RetryStrategy(wait=_AGAIN))(send_batch)
        try:
            async with app.open_async():
                self._open = app
                running = asyncio.ensure_future(
                    app.run_worker_async(
                        queues=[_QUEUE],
                        concurrency=jobs,
                        fetch_job_polling_interval=_LOOK,
                        delete_jobs="successful",
                        install_signal_handlers=False,
                        update_heartbeat_interval=stale / 3,
                        stalled_worker_timeout=stale,
                    )
                )
                stopping = asyncio.ensure_future(stop.wait())
                await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
                stopping.cancel()
                if not running.done():
                    running.cancel()  # it goes on until the jobs are done that it has taken
                with contextlib.suppress(asyncio.CancelledError):
                    await running
        except (psycopg.Error, exceptions.ProcrastinateException) as error:
            raise ConnectionError(_first_line(error)) from error
        finally:
            self._open = None

    async def rescue(self, stale: float) -> int:
        """See `JobQueue.rescue`. Several workers may see the same job: the database lets one give it free."""
        if self._open is None:
            return 0
        jobs = self._open.job_manager
        try:
            stalled = await jobs.get_stalled_jobs(task_name=_TASK, seconds_since_heartbeat=stale)
        except exceptions.ProcrastinateException as error:
            raise ConnectionError(_first_line(error)) from error
        rescued = 0
        for job in stalled:
            with contextlib.suppress(exceptions.ConnectorException):  # another one was quicker
                await jobs.retry_job(job)
                rescued += 1
        return rescued

    def _connector(self, jobs: int) -> procrastinate.PsycopgConnector:
        name = session_name()[:LONGEST_NAME]
        return procrastinate.PsycopgConnector(
            conninfo=self._address,
            min_size=1,
            max_size=jobs + 2,
            timeout=CONNECT_SECONDS,
            kwargs={"application_name": name, "connect_timeout": CONNECT_SECONDS, **KEPT_ALIVE},
        )


def _first_line(error: BaseException) -> str:
    """Return the words of a library: those of the driver, if there are any."""
    return str(error.__cause__ or error).strip().partition("\n")[0]


def _has_tables(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    return found is not None and found[0] is not None


def _done(connection: psycopg.Connection[Any]) -> frozenset[str]:
    """Return the names of the migrations that were done."""
    return frozenset(row[0] for row in connection.execute("SELECT migration FROM job_tables"))


def _steps(done: frozenset[str]) -> Sequence[Path]:
    """Return the migrations of the installed library that were not done, in their order."""
    return [file for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")) if file.name not in done]
