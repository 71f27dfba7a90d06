"""The queue of jobs in the ledger's database: added with the ledger's own changes, run by workers, lost by nobody."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.jobs.batch import Batch
from ccmail.jobs.procrastinate_queue import ProcrastinateQueue
from ccmail.jobs.queue import Handler
from ccmail.ledger import open_ledger
from ccmail.problems import LedgerFailure, UsageError
from tests.ledger.example import started

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

pytestmark = pytest.mark.pg

_LONG, _STALE = 60.0, 3600.0
ONE = Batch(1, 1, 500, ("german",), "2027-03-01T10:00:00+00:00", 2, 17.5)
TWO = Batch(1, 501, 700)
LATER = dt.timedelta(hours=1)


@pytest.fixture
def ledger(postgresql: str) -> Iterator[Ledger]:
    with open_ledger(postgresql) as opened:
        yield opened


@pytest.fixture
def queue(ledger: Ledger, postgresql: str) -> ProcrastinateQueue:
    queue = ProcrastinateQueue(postgresql)
    queue.upgrade()
    return queue


def enqueue(ledger: Ledger, queue: ProcrastinateQueue, *batches: Batch, later: dt.timedelta = dt.timedelta(0)) -> None:
    with ledger.one_transaction() as connection:
        queue.enqueue(connection, batches, later)


def depth(ledger: Ledger, queue: ProcrastinateQueue, sending: int | None = None) -> tuple[int, int, int]:
    with ledger.one_transaction() as connection:
        found = queue.depth(connection, sending)
    return found.waiting, found.taken, found.parked


@contextlib.asynccontextmanager
async def running(queue: ProcrastinateQueue, handler: Handler, jobs: int = 2) -> AsyncIterator[None]:
    """Run jobs inside the block."""
    stop = asyncio.Event()
    run = asyncio.create_task(queue.run(handler, jobs, _STALE, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(run, _LONG)


class Seen:
    """A handler that notes its batches."""

    def __init__(self, *failures: Exception) -> None:
        self.batches: list[Batch] = []
        self._failures = list(failures)
        self._news = asyncio.Event()

    async def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)
        self._news.set()
        if self._failures:
            raise self._failures.pop()

    async def until(self, count: int) -> None:
        while len(self.batches) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), _LONG)


# ── tables ──


def test_its_tables_are_made_once_and_its_steps_noted(bare_postgresql: str) -> None:
    with open_ledger(bare_postgresql):
        pass
    queue = ProcrastinateQueue(bare_postgresql)
    with pytest.raises(UsageError) as refusal:
        queue.refuse_outdated()

    first, second = queue.upgrade(), queue.upgrade()

    assert refusal.value.code == "W962"
    assert first
    assert second == ()
    queue.refuse_outdated()


def test_steps_of_a_newer_library_are_done_in_their_order(bare_postgresql: str) -> None:
    with open_ledger(bare_postgresql):
        pass
    queue = ProcrastinateQueue(bare_postgresql)
    *_, last = queue.upgrade()
    with psycopg.connect(bare_postgresql) as connection:
        connection.execute("DELETE FROM job_tables WHERE migration = %s", (last,))
        connection.execute("DROP FUNCTION IF EXISTS procrastinate_retry_job_v2")
    with pytest.raises(UsageError, match="older"):
        queue.refuse_outdated()

    assert queue.upgrade() == (last,)


def test_tables_of_somebody_else_are_left_alone(bare_postgresql: str) -> None:
    with open_ledger(bare_postgresql):
        pass
    with psycopg.connect(bare_postgresql) as connection:
        connection.execute("CREATE TABLE procrastinate_jobs (id int)")

    with pytest.raises(LedgerFailure) as failure:
        ProcrastinateQueue(bare_postgresql).upgrade()

    assert failure.value.code == "W963"


# ── jobs ──


def test_a_job_counts_with_the_transaction_of_the_ledger(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    sending = started(ledger)

    def begin_and_die() -> None:
        with ledger.one_transaction() as connection:
            ledger.note_host(sending, "elsewhere")
            queue.enqueue(connection, [ONE, TWO])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_die()

    assert depth(ledger, queue) == (0, 0, 0)
    found = ledger.sending(sending.id)
    assert found is not None
    assert found.host == ""
    with ledger.one_transaction() as connection:
        ledger.note_host(sending, "elsewhere")
        assert queue.enqueue(connection, [ONE, TWO]) == 2
    assert depth(ledger, queue) == (2, 0, 0)
    assert depth(ledger, queue, sending=2) == (0, 0, 0)


async def test_each_batch_comes_to_a_worker_as_it_was(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    enqueue(ledger, queue, ONE, TWO)
    seen = Seen()

    async with running(queue, seen):
        await seen.until(2)

    assert sorted(seen.batches, key=lambda batch: batch.first) == [ONE, TWO]
    assert depth(ledger, queue) == (0, 0, 0)


async def test_a_job_that_comes_while_a_worker_waits_is_noticed(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    seen = Seen()
    async with running(queue, seen):
        enqueue(ledger, queue, ONE)
        await seen.until(1)


async def test_a_job_for_later_waits(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    enqueue(ledger, queue, ONE, later=LATER)
    enqueue(ledger, queue, TWO)
    seen = Seen()

    async with running(queue, seen):
        await seen.until(1)

    assert seen.batches == [TWO]
    assert depth(ledger, queue) == (1, 0, 0)
    with ledger.one_transaction() as connection:
        found = queue.depth(connection)
    assert 3000 < found.due_in <= LATER.total_seconds()
    assert found.age == 0.0


@pytest.mark.slow
async def test_a_job_whose_handler_fails_is_run_again(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    enqueue(ledger, queue, ONE)
    seen = Seen(LedgerFailure("away", code="W743"))

    async with running(queue, seen):
        await seen.until(2)

    assert seen.batches == [ONE, ONE]
    assert depth(ledger, queue) == (0, 0, 0)


async def test_a_parked_job_waits_for_its_release(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    with ledger.one_transaction() as connection:
        queue.park(connection, [ONE])
    enqueue(ledger, queue, TWO)
    seen = Seen()

    async with running(queue, seen):
        await seen.until(1)
        assert seen.batches == [TWO]
        with ledger.one_transaction() as connection:
            assert queue.depth(connection).parked == 1
            assert queue.release(connection, [9]) == 0
            assert queue.release(connection, [ONE.sending]) == 1
        await seen.until(2)

    assert seen.batches == [TWO, ONE]


async def test_jobs_of_a_worker_that_is_gone_are_given_free(ledger: Ledger, queue: ProcrastinateQueue) -> None:
    enqueue(ledger, queue, ONE)
    with ledger.one_transaction() as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    seen = Seen()

    assert await queue.rescue(_STALE) == 0  # nobody works yet

    async with running(queue, seen):
        while not await queue.rescue(_STALE):  # noqa: ASYNC110 - it looks at the database
            await asyncio.sleep(0.01)
        await seen.until(1)

    assert seen.batches == [ONE]


async def test_a_database_that_is_not_there_is_named(queue: ProcrastinateQueue, tmp_path: object) -> None:
    away = ProcrastinateQueue(f"postgresql://ccmail@/none?host={tmp_path}")

    with pytest.raises(LedgerFailure, match="queue"):
        away.upgrade()


def test_a_connection_that_breaks_while_jobs_are_added_is_said_in_words(
    ledger: Ledger, queue: ProcrastinateQueue, postgresql: str
) -> None:
    with psycopg.connect(postgresql) as connection:
        connection.close()

        with pytest.raises(LedgerFailure) as failure:
            queue.enqueue(connection, [ONE])

    assert failure.value.code == "W963"
