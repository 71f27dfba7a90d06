"""The courier that talks SMTP: several connections, one queue, one patience."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, assert_never

from ccmail.delivery import refusals
from ccmail.delivery.courier import Delivered, Ending, Result, Run, Waiting
from ccmail.delivery.outcome import Charge, Outcome, Phase
from ccmail.delivery.pacing import Pace
from ccmail.delivery.patience import Patience, Retry
from ccmail.delivery.recorder import Recorder
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.server import Server
from ccmail.delivery.smtp import Connection
from ccmail.ledger import Change, Row, State
from ccmail.problems import CcmailError, LedgerFailure

_BATCH = 100  # rows claimed at once
_RETRY = Retry()


class Smtp:
    """A courier that hands mails to a mail server.

    Args:
        envelope_from: The address for bounces.
        connections: At most so many at a time; fewer if the server wants fewer.
        pace: No limit by default.
        domains: Mails per second to readers at a domain (as A-labels, lower case); no limit for all others.
        jitter: Gives numbers from 0.0 to 1.0, by which waits differ from each other.
    """

    def __init__(
        self,
        server: Server,
        envelope_from: str,
        *,
        connections: int = 4,
        pace: Pace | None = None,
        retry: Retry = _RETRY,
        domains: Mapping[str, float] = MappingProxyType({}),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.server = server
        self.envelope_from = envelope_from
        self.connections = connections
        self.pace = pace or Pace(None)
        self.retry = retry
        self.domains = domains
        self.jitter = jitter

    async def carry(self, run: Run) -> Result:
        """See `Courier.carry`. Who is deferred is tried again in further rounds, within the patience."""
        return await _Shift(self, run).work()


class _Shift:
    """What the connections of one run share."""

    def __init__(self, smtp: Smtp, run: Run) -> None:
        self._smtp = smtp
        self._run = run
        self._recorder = Recorder(run.ledger, run.sending, self._fail)
        self._rows: deque[Row] = deque()  # claimed, and nobody's yet
        self._connections: set[Connection] = set()
        self._was_connected = False
        self._halt = asyncio.Event()  # no new mail: somebody asked, something failed, or patience ran out
        self._failure: Exception | None = None
        self._gave_up = ""
        self._deferred = 0
        self._verdicts = 0
        self._hung_up_at: dict[int, int] = {}  # position: how many verdicts there were at the first time
        self._patience = Patience(smtp.retry, smtp.jitter)

    async def work(self) -> Result:
        """Send until the queue is empty, or the shift is halted."""
        watcher = asyncio.create_task(self._watch())
        try:
            await self._rounds()
        finally:
            watcher.cancel()
            with contextlib.suppress(LedgerFailure):  # then it is the failure
                self._recorder.flush()
        if self._failure is not None:
            raise self._failure
        if self._run.stop.is_set():
            return Result(Ending.STOPPED)
        return Result(Ending.GAVE_UP, self._gave_up) if self._gave_up else Result(Ending.DONE)

    async def _watch(self) -> None:
        await self._run.stop.wait()
        self._halt.set()

    def _fail(self, failure: Exception) -> None:
        if self._failure is None:
            self._failure = failure
        self._halt.set()

    # ── rounds ──

    async def _rounds(self) -> None:
        await self._round()
        for wait in self._smtp.retry.recipient_waits():
            if not self._deferred or self._halt.is_set():
                return
            self._run.report(Waiting(wait, f"{self._deferred} to try again"))
            if await self._sleep(wait):
                self._recorder.flush()
                self._run.ledger.requeue(self._run.sending, State.DEFERRED)
                self._deferred = 0
                await self._round()

    async def _round(self) -> None:
        while not self._halt.is_set() and self._refill():
            # one connection first: what is wrong with all of them is seen once, a password is tried once
            first = await self._connect_or_fail()
            if first is None:
                return
            count = min(self._smtp.connections, len(self._rows))
            workers = [asyncio.create_task(self._work(c)) for c in (first, *[None] * (count - 1))]
            await self._join(asyncio.gather(*workers))

    def _refill(self) -> bool:
        if not self._rows:
            self._recorder.flush()  # rows that were sent away are in the queue again
            self._rows.extend(self._run.take(_BATCH))
        return bool(self._rows)

    async def _join(self, workers: asyncio.Future[list[None]]) -> None:
        """Wait for the workers; after a halt only as long as the grace lasts.

        None is cancelled: whoever waits for the answer to a final dot would be in doubt.
        """
        halted = asyncio.ensure_future(self._halt.wait())
        either: set[asyncio.Future[Any]] = {workers, halted}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
        await asyncio.wait([workers], timeout=self._smtp.retry.grace)
        for connection in self._connections:
            connection.abort()
        self._connections.clear()
        await workers

    # ── one connection ──

    async def _work(self, connection: Connection | None) -> None:
        try:
            while not self._halt.is_set() and self._refill():
                row = self._rows.popleft()
                if await self._my_turn() and (connection := await self._usable(connection)) is not None:
                    await self._send(connection, row)
                else:
                    self._rows.appendleft(row)
                    return
        except Exception as failure:  # noqa: BLE001 - raised by work(), when the others have finished their mails
            self._fail(failure)
        finally:
            if connection is not None:
                await connection.close()

    async def _usable(self, connection: Connection | None) -> Connection | None:
        if connection is not None:
            if connection.is_open:
                return connection
            self._connections.discard(connection)
        return await self._connect()

    async def _connect_or_fail(self) -> Connection | None:
        try:
            return await self._connect()
        except CcmailError as failure:
            self._fail(failure)
            return None

    async def _connect(self) -> Connection | None:
        """Return a new connection; None if this one is not to be, or the shift is halted."""
        while not self._halt.is_set():
            try:
                connection = await self._open()
            except UnavailableError as error:
                if not self._was_connected:
                    raise refusals.unreachable(self._smtp.server, str(error)) from error
                if error.spoke and any(c.is_open for c in self._connections):
                    return None  # “too many connections”: the others go on
                await self._wait_out(str(error))
            else:
                if connection is not None:
                    self._was_connected = True
                    self._connections.add(connection)
                return connection
        return None

    async def _open(self) -> Connection | None:
        """Open a connection, or drop the attempt when the shift is halted: nobody has been charged yet."""
        opening = asyncio.ensure_future(Connection.open(self._smtp.server))
        halted = asyncio.ensure_future(self._halt.wait())
        either: set[asyncio.Future[Any]] = {opening, halted}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
        if not opening.done():
            opening.cancel()
            await asyncio.wait([opening])
            if not opening.cancelled() and opening.exception() is None:
                await opening.result().close()  # it was quicker: up to 3.11 wait_for may swallow a cancellation
            return None
        return opening.result()

    async def _send(self, connection: Connection, row: Row) -> None:
        in_flight = Change(row.position, State.IN_FLIGHT)
        outcome = await connection.send(
            self._smtp.envelope_from,
            row.email,
            self._run.assemble(row),
            before_dot=lambda: self._recorder.commit(in_flight),
        )
        outcome = self._without_loops(row, outcome)
        self._deferred += outcome.state is State.DEFERRED
        self._recorder.note(outcome.change(row.position))
        self._run.report(Delivered(row, outcome))
        await self._charge(connection, outcome)

    def _without_loops(self, row: Row, outcome: Outcome) -> Outcome:
        """Let a recipient wait at whom the server hangs up again, when it has served others in between."""
        if outcome.state is not State.QUEUED:
            return outcome
        if outcome.phase is not Phase.MAIL:
            before = self._hung_up_at.setdefault(row.position, self._verdicts)
            if self._verdicts > before:
                return dataclasses.replace(outcome, state=State.DEFERRED, charge=Charge.RECIPIENT)
        self._run.put_back()
        return outcome

    async def _charge(self, connection: Connection, outcome: Outcome) -> None:
        match outcome.charge:
            case Charge.NOBODY | Charge.RECIPIENT:
                self._patience.relief()
                self._verdicts += 1
            case Charge.CAMPAIGN:
                self._fail(refusals.sender_refused(self._smtp.envelope_from, outcome))
            case Charge.SERVER:
                # a connection that has done its work may end: some servers take so many mails and no more
                if connection.is_open or not connection.verdicts:
                    await self._wait_out(outcome.said)
            case _:
                assert_never(outcome.charge)

    # ── waiting ──

    async def _my_turn(self) -> bool:
        if not await self._sleep(self._patience.remaining):
            return False
        return await self._sleep(self._smtp.pace.reserve())

    async def _wait_out(self, trouble: str) -> None:
        """Wait until the server may have recovered, all connections together; at some time give up."""
        wait = self._patience.trouble()
        if wait is None:
            self._gave_up = trouble
            self._halt.set()
            return
        if wait:
            self._run.report(Waiting(wait, trouble))
        await self._sleep(self._patience.remaining)

    async def _sleep(self, seconds: float) -> bool:
        """Return whether the shift goes on after so many seconds."""
        if seconds > 0 and not self._halt.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._halt.wait(), seconds)
        return not self._halt.is_set()
