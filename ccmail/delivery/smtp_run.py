"""One run of the SMTP courier: several connections, one queue, one backoff."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from ccmail.delivery import refusals
from ccmail.delivery.backoff import ServerBackoff, asked_wait
from ccmail.delivery.circuit_breaker import CircuitBreaker
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.courier import Delivered, Ending, Result, Run, Waiting
from ccmail.delivery.outcome import Fault, Outcome, Phase, ReplyClass, outcome_of
from ccmail.delivery.queue import Queue
from ccmail.delivery.rate_limit import RateLimits
from ccmail.delivery.recorder import Recorder
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.steps import Steps
from ccmail.delivery.wire import mailbox
from ccmail.ledger import Claim, State, StateChange
from ccmail.problems import CcmailError, LedgerFailure
from ccmail.workspace import Pipelining

if TYPE_CHECKING:
    from ccmail.delivery.smtp_courier import SmtpCourier

_KEPT_OPEN = 10.0  # seconds for which a connection waits for the next mail
_BLINK = 0.001  # the others get their turn


class _Job(NamedTuple):
    """A recipient whose mail is ready to be handed over."""

    claim: Claim
    mail_object: MailObject


class SmtpRun:
    """One run over SMTP: the state that its connections share."""

    def __init__(self, smtp: SmtpCourier, run: Run) -> None:
        self._smtp = smtp
        self._run = run
        self._recorder = Recorder(run.ledger, run.sending, self._fail, most=lambda: len(self._connections))
        self._rate_limits = RateLimits(run.ledger, str(smtp.server), smtp.rate, smtp.domains)
        self._queue = Queue(run, self._recorder, self._rate_limits, smtp.retry)
        self._backoff = ServerBackoff(smtp.retry, smtp.jitter)
        self._breaker = CircuitBreaker(smtp.retry.breaker)
        self._envelope_from = mailbox(smtp.envelope_from)
        self._server = str(smtp.server)
        self._level = smtp.pipelining
        self._connections: set[Connection] = set()
        self._halt = asyncio.Event()  # no new mail: a stop, a failure, or the end of the patience
        self._failure: Exception | None = None
        self._gave_up = ""
        self._verdicts = 0
        self._hung_up_at: dict[int, int] = {}  # position: number of verdicts at the first time
        self._cap: int | None = None  # the number of mails that the server takes on one connection
        self._last_end = 0  # the number of mails after which it ended a connection

    async def work(self) -> Result:
        """Send until the queue is empty, or the run is halted."""
        with self._run.on_stop(self._halt.set):
            try:
                await self._send_all()
            finally:
                with contextlib.suppress(LedgerFailure):  # a failed flush is in `_failure` already
                    self._recorder.flush()
                    self._rate_limits.save()
        if self._failure is not None:
            raise self._failure
        if self._run.stop.is_set():
            return Result(Ending.STOPPED)
        if self._run.is_late:
            return Result(Ending.OVER)
        return Result(Ending.GAVE_UP, self._gave_up) if self._gave_up else Result(Ending.DONE)

    def _fail(self, failure: Exception) -> None:
        if self._failure is None:
            self._failure = failure
        self._halt.set()

    async def _send_all(self) -> None:
        while (claim := await self._next()) is not None:
            # one connection first: an error of all of them is seen once, and a password is tried once
            first = await self._connect_or_fail()
            if first is None:
                self._queue.put_back(claim)
                return
            more = min(self._smtp.connections - 1, len(self._queue))
            await self._join(asyncio.gather(self._work(first, claim), *(self._work() for _ in range(more))))

    async def _join(self, workers: asyncio.Future[list[None]]) -> None:
        """Wait for the workers; after a halt only as long as the grace lasts.

        None is cancelled: a mail that waits for the reply to its final dot would be in doubt.
        """
        await self._unless_halted(workers)
        await asyncio.wait([workers], timeout=self._smtp.retry.grace)
        connections, self._connections = self._connections, set()
        for connection in connections:
            connection.abort()
        await workers

    async def _unless_halted(self, work: asyncio.Future[Any]) -> None:
        """Wait until `work` is done or the run is halted."""
        halted = asyncio.ensure_future(self._halt.wait())
        either: set[asyncio.Future[Any]] = {work, halted}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()

    # ── one connection ──

    async def _work(self, connection: Connection | None = None, claim: Claim | None = None) -> None:
        try:
            while claim := claim or await self._next(connection):
                if (connection := await self._usable(connection)) is None:
                    self._queue.put_back(claim)
                    return
                trouble = await connection.run(self._hand_over(connection, claim))
                if trouble is not None:
                    await self._recover(connection, trouble)
                claim = None
        except Exception as failure:  # noqa: BLE001 - raised by work(), when the others have finished their mails
            self._fail(failure)
        finally:
            if connection is not None:
                await connection.close()

    async def _next(self, connection: Connection | None = None) -> Claim | None:
        """Wait for the next claim and return it; None if nobody is left, or the run is halted."""
        while not self._halt.is_set():
            wait = max(self._backoff.remaining, self._rate_limits.server.wait)
            if wait <= 0:
                if (claim := self._take()) is not None:
                    return claim
                if (later := self._queue.wait()) is None:
                    return None
                wait = later
                if self._queue.deferred:
                    self._run.report(Waiting(wait, f"{self._queue.deferred} to try again"))
            if wait > _KEPT_OPEN and connection is not None:
                await connection.close()  # else the server would do it
            await self._sleep(max(wait, _BLINK))
        return None

    def _take(self) -> Claim | None:
        claim = self._queue.pop()
        if claim is not None:
            self._rate_limits.take(claim.email)
        return claim

    def _hand_over(self, connection: Connection, claim: Claim) -> Steps[Outcome | None]:
        """Hand over mails, each announced with the previous one; return the outcome that the server is at fault for."""
        job = self._job(claim)
        while job is not None:
            announced: list[_Job] = []
            in_flight = StateChange(job.claim.position, State.IN_FLIGHT, server=self._server)
            outcome = yield from connection.send(
                job.mail_object,
                before_dot=functools.partial(self._recorder.commit, in_flight, connection.resume),
                following=functools.partial(self._following, connection, announced),
            )
            self._settle(connection, job.claim, outcome)
            if announced and (self._halt.is_set() or not connection.is_open):
                self._queue.put_back(announced.pop().claim)  # only their envelope was written
                connection.abort()
            if outcome.charge is Fault.SERVER:
                return outcome
            job = announced[0] if announced else None
        return None

    def _job(self, claim: Claim) -> _Job | None:
        """Return a recipient with the mail; None if no server can take the address."""
        try:
            to = mailbox(claim.email)
        except ValueError as error:
            outcome = outcome_of(Phase.ADDRESS, ReplyClass.NEVER, None, self._server, str(error))
            self._recorder.note(outcome.change(claim.position))
            self._run.report(Delivered(claim, outcome))
            return None
        text = b"".join(self._run.assemble(claim))
        return _Job(claim, MailObject(self._envelope_from, to, text, needs_stuffing=False))

    def _following(self, connection: Connection, announced: list[_Job]) -> MailObject | None:
        """Return the mail to announce with the end of another one, None if none may be announced now."""
        waits = self._backoff.remaining > 0 or self._rate_limits.server.wait > 0
        if waits or self._halt.is_set() or self._is_worn(connection, 1):
            return None
        try:
            claim = self._take()
            job = self._job(claim) if claim else None
        except Exception as failure:  # noqa: BLE001 - the mail whose end is due must not be lost
            self._fail(failure)
            return None
        if job is None:
            return None
        if not connection.takes(job.mail_object):
            self._queue.put_back(job.claim)
            return None
        announced.append(job)
        return job.mail_object

    # ── outcomes ──

    def _settle(self, connection: Connection, claim: Claim, outcome: Outcome) -> None:
        if outcome.state is State.QUEUED:
            outcome = self._without_loops(claim, outcome)
        self._recorder.note(outcome.change(claim.position))
        if outcome.state is State.DEFERRED:
            self._queue.try_later(claim.position, is_greylisted=outcome.is_greylisted)
        self._run.report(Delivered(claim, outcome))
        self._pace(claim, outcome)
        if connection.is_out_of_step and self._level is not Pipelining.NONE:
            self._level = self._level.below
        match outcome.charge:
            case Fault.NOBODY | Fault.RECIPIENT:
                self._backoff.relief()
                self._verdicts += 1
                if self._breaker.trips_at(outcome):
                    self._fail(refusals.policy(outcome))
            case Fault.CAMPAIGN:
                self._fail(refusals.sender_refused(self._smtp.envelope_from, outcome))
            case Fault.SERVER:
                self._learn_cap(connection, outcome)
            case _:
                assert_never(outcome.charge)

    def _without_loops(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Defer a recipient at whom the server hangs up again after serving others: else the run would loop."""
        if outcome.phase is not Phase.MAIL:
            before = self._hung_up_at.setdefault(claim.position, self._verdicts)
            if self._verdicts > before:
                return outcome._replace(state=State.DEFERRED, charge=Fault.RECIPIENT)
        self._run.put_back()
        return outcome

    def _pace(self, claim: Claim, outcome: Outcome) -> None:
        if outcome.state is State.ACCEPTED:
            self._rate_limits.speed_up(claim.email)
        elif outcome.is_too_fast:
            self._rate_limits.slow_down(claim.email)

    async def _recover(self, connection: Connection, trouble: Outcome) -> None:
        """Wait until the server may have recovered from its failure."""
        # a connection that has done its work may end: some servers take a fixed number of mails
        if not connection.verdicts or connection.is_open:
            await self._wait_out(trouble.said)
        if trouble.phase is Phase.MAIL:
            await connection.close()  # a new one may be treated better

    # ── connecting ──

    async def _usable(self, connection: Connection | None) -> Connection | None:
        if connection is not None:
            if connection.is_open and not self._is_worn(connection):
                connection.say_no_more_than(self._level)
                return connection
            self._connections.discard(connection)
            await connection.close()
        return await self._connect()

    def _is_worn(self, connection: Connection, more: int = 0) -> bool:
        return self._cap is not None and connection.verdicts + more >= self._cap

    def _learn_cap(self, connection: Connection, outcome: Outcome) -> None:
        """Note after how many mails the server ends a connection; the same number twice is a rule."""
        if outcome.phase is Phase.MAIL and connection.verdicts:
            if connection.verdicts == self._last_end:
                self._cap = connection.verdicts
            self._last_end = connection.verdicts

    async def _connect_or_fail(self) -> Connection | None:
        try:
            return await self._connect()
        except CcmailError as failure:
            self._fail(failure)
            return None

    async def _connect(self) -> Connection | None:
        """Return a new connection; None if the server wants no further one, or the run is halted."""
        while not self._halt.is_set():
            try:
                connection = await self._open()
            except UnavailableError as error:
                if error.is_unknown and not self._verdicts:
                    raise refusals.unreachable(self._smtp.server, str(error)) from error
                if error.spoke and any(c.is_open for c in self._connections):
                    return None  # “too many connections”: the others go on
                await self._wait_out(str(error))
            else:
                if connection is not None:
                    self._connections.add(connection)
                return connection
        return None

    async def _open(self) -> Connection | None:
        """Return a new connection; None if the run is halted, for no mail is under way on it yet."""
        opening = asyncio.ensure_future(Connection.open(self._smtp.server, self._level))
        await self._unless_halted(opening)
        if not opening.done():
            opening.cancel()
            await asyncio.wait([opening])
            if not opening.cancelled() and opening.exception() is None:
                await opening.result().close()  # it was quicker: up to 3.11 wait_for may swallow a cancellation
            return None
        return opening.result()

    # ── waiting ──

    async def _wait_out(self, trouble: str) -> None:
        """Wait until the server may have recovered, all connections together; give up when the patience is over."""
        wait = self._backoff.trouble(asked_wait(trouble))
        if wait is None:
            self._gave_up = trouble
            self._halt.set()
            return
        if wait:
            self._run.report(Waiting(wait, trouble))
        await self._sleep(self._backoff.remaining)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, at most until the run is halted."""
        if seconds > 0 and not self._halt.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._halt.wait(), seconds)
