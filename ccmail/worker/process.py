"""The process of `ccmail worker`: it registers, takes batches, watches the others, and starts anew after trouble."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ccmail.ledger import open_ledger
from ccmail.problems import LedgerFailure, UsageError
from ccmail.sending.shared_keys import refuse_other_token_key
from ccmail.wording import say
from ccmail.worker.batch_handler import BatchHandler
from ccmail.worker.watchdog import Pulse, bury_the_dead

if TYPE_CHECKING:
    from ccmail.jobs.queue import JobQueue
    from ccmail.ledger.store import Ledger
    from ccmail.worker.counters import Counters
    from ccmail.worker.log import Log
    from ccmail.workspace import Workspace

_BEATS = 5  # in the time after which a worker counts as dead
_LOOKS = 3  # for dead ones, in that time
_FIRST_REST, _LONGEST_REST = 0.5, 30.0  # seconds before a new start


def refuse_unready(workspace: Workspace, queue: JobQueue) -> None:
    """Refuse to begin with another server, other tables or other keys than those of the computers that send.

    Raises:
        UsageError: ccmail.yaml sends nothing (W965), or the tables are older (W962).
        LedgerFailure: The ledger cannot be opened.
        CcmailError: The keys are others, or missing (W943, W966).
    """
    if not workspace.sends_for_real:
        raise UsageError(
            say("ccmail.yaml of this computer sends nothing: “delivery” is a rehearsal"),
            code="W965",
            hint=say("give this computer the ccmail.yaml of the computer that plans the sendings"),
        )
    with open_ledger(workspace.ledger_place) as ledger:
        queue.refuse_outdated()
        refuse_other_token_key(workspace, ledger)


class WorkerProcess:
    """One worker.

    Args:
        workspace: Has server and keys.
        queue: Gives batches.
        log: Gets what happens.
        counters: Count it.
        jobs: Batches at the same time.
        stale: After so many seconds without a beat others count it as dead.
    """

    def __init__(
        self, workspace: Workspace, queue: JobQueue, log: Log, counters: Counters, *, jobs: int, stale: float
    ) -> None:
        self._workspace = workspace
        self._queue = queue
        self._log = log
        self._counters = counters
        self._jobs = jobs
        self._stale = stale
        self._pulse = Pulse(stale)

    async def work(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, whatever happens to the database in between: it begins anew after a rest."""
        rest = _FIRST_REST
        while not stop.is_set():
            try:
                await self._work_once(stop)
                rest = _FIRST_REST
            except (LedgerFailure, ConnectionError) as failure:
                self._log.warning("database_away", why=str(failure), again_in=rest)
                rest = min(rest * 2, _LONGEST_REST)
            if not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), rest)

    async def _work_once(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, or there is trouble with the database."""
        with open_ledger(self._workspace.ledger_place) as ledger:
            worker = ledger.workers.register(socket.gethostname(), os.getpid(), self._stale)
            ledger.work_as(worker)
            self._log.worker = worker
            self._log.info("worker_begins", jobs=self._jobs)
            handler = BatchHandler(self._workspace, ledger, self._queue, self._log, self._counters)
            ending = asyncio.Event()
            beside = [
                asyncio.ensure_future(work)
                for work in (
                    self._end(stop, handler, ending),
                    self._end(handler.trouble, handler, ending),
                    self._repeat(self._stale / _BEATS, lambda: self._beat(ledger, worker, handler)),
                    self._repeat(self._stale / _LOOKS, lambda: self._watch(ledger, worker)),
                )
            ]
            try:
                await self._queue.run(handler, self._jobs, self._stale, ending)
            finally:
                await handler.close()
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                with contextlib.suppress(LedgerFailure):  # else another one does it
                    ledger.bury(worker)
            self._log.info("worker_ends")

    async def _end(self, event: asyncio.Event, handler: BatchHandler, ending: asyncio.Event) -> None:
        await event.wait()
        handler.stop()
        ending.set()

    async def _repeat(self, pause: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except (LedgerFailure, ConnectionError) as failure:
                self._log.warning("database_away", why=str(failure))
            except Exception as error:  # noqa: BLE001 - a worker that beats no more is buried by the others
                self._log.error("watch_fails", why=f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)

    async def _beat(self, ledger: Ledger, worker: int, handler: BatchHandler) -> None:
        if ledger.workers.beat(worker):
            self._pulse.note()
        elif not handler.trouble.is_set():  # others believe that this one is dead, and have its rows
            self._log.warning("was_buried")
            handler.trouble.set()

    async def _watch(self, ledger: Ledger, worker: int) -> None:
        if not self._pulse.is_steady:
            return
        for dead in bury_the_dead(ledger, worker):
            self._log.warning("worker_buried", dead=dead.id, of_host=dead.host, silent_for=round(dead.silent_for, 1))
        if rescued := await self._queue.rescue(self._stale):
            self._log.warning("batches_taken_over", batches=rescued)
