"""One run of the SMTP courier: several connections, one queue, one backoff."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, assert_never

from ccmail import clock
from ccmail.delivery import refusals
from ccmail.delivery.circuit_breaker import CircuitBreaker, Trip
from ccmail.delivery.concern import Concern, gist_of
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.connection_pool import ConnectionPool, Lane
from ccmail.delivery.courier import Delivered, Ending, Result, Run, Waiting
from ccmail.delivery.day_limit import DayLimit
from ccmail.delivery.open_hours import Opening
from ccmail.delivery.outcome import Fault, Outcome, Phase, ReplyClass, outcome_of
from ccmail.delivery.queue import Queue
from ccmail.delivery.rate_limit import RateLimits
from ccmail.delivery.recorder import Recorder
from ccmail.delivery.server_limit import ServerLimit
from ccmail.delivery.steps import Steps
from ccmail.delivery.waits import SharedWaits
from ccmail.delivery.wire import mailbox
from ccmail.ledger import Claim, State, StateChange
from ccmail.problems import CcmailError, LedgerFailure
from ccmail.wording import say
from ccmail.workspace import Pipelining

if TYPE_CHECKING:
    from ccmail.delivery.smtp_courier import SmtpCourier

_KEPT_OPEN = 10.0  # seconds for which a connection waits for the next mail
_BLINK = 0.001  # the others get their turn
_PROBED = 0.05  # seconds between two looks whether another lane's probe is over
_TAKEN = (State.ACCEPTED, State.IN_DOUBT)  # what counts against the day limit
_SEVERAL = 3  # people who are refused in the same words, with nobody accepted


class _Job(NamedTuple):
    """A recipient whose mail is ready to be handed over, with this Date."""

    claim: Claim
    mail_object: MailObject
    date: dt.datetime


class SmtpRun:
    """One run over SMTP: the state that its lanes share."""

    def __init__(self, smtp: SmtpCourier, run: Run) -> None:
        self._smtp = smtp
        self._run = run
        self._waits = SharedWaits(smtp.retry, smtp.jitter, run.report)
        self._backoff, self._halt = self._waits.backoff, self._waits.halt
        self._pool = ConnectionPool(smtp, self._waits)
        self._recorder = Recorder(run.ledger, run.sending, self._fail, most=lambda: self._pool.size)
        self._rate_limits = RateLimits(run.ledger, str(smtp.server), smtp.rate, smtp.domains)
        self._day_limit = DayLimit(run.ledger, smtp.server.host, smtp.per_day)
        self._queue = Queue(run, self._recorder, self._rate_limits, self._day_limit, smtp.retry)
        self._breaker = CircuitBreaker(smtp.retry.breaker)
        self._server_limit = ServerLimit()
        self._server = str(smtp.server)
        # the clock is looked at once a second: for every mail, that would take longer than its Date
        self._now = functools.lru_cache(maxsize=1)(lambda _second: clock.now())
        self._opening = Opening(smtp.hours, lambda: self._now(int(time.monotonic())), run.report)
        self._failure: Exception | None = None
        self._accepted = 0
        self._refused: Counter[str] = Counter()  # by the server's words
        self._last_refusal: Outcome | None = None
        self._hung_up_at: dict[int, int] = {}  # position: number of verdicts at the first time

    async def work(self) -> Result:
        """Send until the queue is empty, or the run is halted."""
        with self._run.on_stop(self._halt.set):
            try:
                await self._send_all()
            finally:
                await self._pool.goodbyes()
                with contextlib.suppress(LedgerFailure):  # a failed flush is in `_failure` already
                    self._recorder.flush()
                    self._rate_limits.save()
        if self._failure is not None:
            raise self._failure
        if self._run.stop.is_set():
            return Result(Ending.STOPPED)
        if self._run.is_late:
            return Result(Ending.OVER)
        if self._waits.gave_up:
            return Result(Ending.GAVE_UP, self._waits.gave_up)
        self._refuse_success()
        if self._day_limit.is_reached:
            left = self._run.ledger.open_count(self._run.sending, self._run.recipients)
            return Result(Ending.LIMIT, goes_on_at=self._day_limit.goes_on_at(left))
        return Result(Ending.DONE)

    def _refuse_success(self) -> None:
        """Raise if the last people were refused for a limit, or all people in the same words, and nobody accepted."""
        if (quota := self._breaker.quota) is not None:
            self._take_back(Trip(frozenset({quota.gist}), frozenset()))
            raise refusals.about_us(self._smtp.return_paths, quota, are_queued=True)
        people = self._refused.total()
        if self._last_refusal and not self._accepted and people >= _SEVERAL and len(self._refused) == 1:
            raise refusals.everybody(self._last_refusal, people)

    def _fail(self, failure: Exception) -> None:
        if self._failure is None:
            self._failure = failure
        self._halt.set()

    async def _send_all(self) -> None:
        first = Lane()
        while (claim := await self._next(first)) is not None:
            # one connection first: an error of all of them is seen once, and a password is tried once
            if not await self._connect_or_fail(first):
                self._queue.put_back(claim)
                return
            more = min(self._smtp.connections - 1, len(self._queue))
            await self._join(asyncio.gather(self._work(first, claim), *(self._work(Lane()) for _ in range(more))))
            first = Lane()

    async def _connect_or_fail(self, lane: Lane) -> bool:
        try:
            return await self._pool.place(lane) and await self._pool.connect(lane)
        except CcmailError as failure:
            self._fail(failure)
            return False

    async def _join(self, workers: asyncio.Future[list[None]]) -> None:
        """Wait for the workers; after a halt only as long as the grace lasts.

        None is cancelled: a mail that waits for the reply to its final dot would be in doubt.
        """
        await self._waits.unless_halted(workers)
        await asyncio.wait([workers], timeout=self._smtp.retry.grace)
        self._pool.abort()
        await workers

    # ── one lane ──

    async def _work(self, lane: Lane, claim: Claim | None = None) -> None:
        try:
            while await self._pool.place(lane) and (claim := claim or await self._next(lane)):
                current, claim = claim, None
                if await self._pool.connect(lane):
                    await self._serve(lane, current)
                else:
                    self._queue.put_back(current)
                self._backoff.end_probe(lane)
        except Exception as failure:  # noqa: BLE001 - raised by work(), when the others have finished their mails
            self._fail(failure)
        finally:
            if claim is not None:
                self._queue.put_back(claim)
            self._backoff.end_probe(lane)
            self._pool.leave(lane)

    async def _serve(self, lane: Lane, claim: Claim) -> None:
        """Hand over mails from this claim on, until the server is at fault or nobody may follow at once."""
        assert lane.connection is not None  # noqa: S101 - `connect` has given it one
        trouble = await lane.connection.run(self._hand_over(lane, lane.connection, claim))
        if trouble is not None:
            await self._recover(lane, lane.connection, trouble)

    async def _next(self, lane: Lane) -> Claim | None:
        """Wait for the next claim and return it; None if nobody is left, or the run is halted."""
        while not self._halt.is_set():
            wait = max(self._backoff.remaining, self._rate_limits.server.wait, self._opening.wait)
            if wait <= 0:
                if not self._backoff.begin_probe(lane):
                    wait = _PROBED
                elif (claim := self._take()) is not None:
                    return claim
                else:
                    self._backoff.end_probe(lane)
                    if self._day_limit.is_reached or (later := self._queue.wait()) is None:
                        return None
                    wait = later
                    if self._queue.deferred:
                        self._run.report(Waiting(wait, say("{people} to try again", people=self._queue.deferred)))
            if wait > _KEPT_OPEN:
                self._pool.retire(lane)  # else the server would do it
            await self._waits.sleep(max(wait, _BLINK))
        return None

    def _take(self) -> Claim | None:
        claim = self._queue.pop()
        if claim is not None:
            self._rate_limits.take(claim.email)
        return claim

    def _hand_over(self, lane: Lane, connection: Connection, claim: Claim) -> Steps[Outcome | None]:
        """Hand over mails, each announced with the previous one; return the outcome that the server is at fault for."""
        job = self._job(claim, connection)
        while job is not None:
            announced: list[_Job] = []
            self._pool.begin(lane)
            in_flight = StateChange(job.claim.position, State.IN_FLIGHT, server=self._server, date=job.date)
            outcome = yield from connection.send(
                job.mail_object,
                before_dot=functools.partial(self._recorder.commit, in_flight, connection.resume),
                following=functools.partial(self._following, connection, announced),
            )
            outcome = self._settle(connection, job.claim, outcome)
            is_trouble = outcome.fault is Fault.SERVER
            if announced and (self._halt.is_set() or is_trouble or not connection.is_open):
                self._queue.put_back(announced.pop().claim)  # only their envelope was written
                connection.abort()
            if is_trouble:
                return outcome
            job = announced[0] if announced else None
        return None

    def _job(self, claim: Claim, connection: Connection) -> _Job | None:
        """Return a recipient with the mail; None if no server can take the address."""
        try:
            to = mailbox(claim.email)
        except ValueError as error:
            outcome = outcome_of(Phase.ADDRESS, ReplyClass.NEVER, None, self._server, str(error))
            self._recorder.note(outcome.change(claim.position))
            self._run.report(Delivered(claim, outcome))
            self._day_limit.give_back()
            return None
        date = claim.date or self._now(int(time.monotonic()))
        text = b"".join(self._run.assemble(claim, date))
        sender, token = self._smtp.return_paths.of(claim.message_id, wants_token=connection.wants_dsn)
        return _Job(claim, MailObject(sender, to, text, needs_stuffing=False, envelope_id=token), date)

    def _following(self, connection: Connection, announced: list[_Job]) -> MailObject | None:
        """Return the mail to announce with the end of another one, None if none may be announced now."""
        waits = not self._backoff.is_at_rest or self._rate_limits.server.wait > 0 or self._opening.wait > 0
        if waits or self._halt.is_set() or self._pool.is_worn(connection, 1):
            return None
        try:
            claim = self._take()
            job = self._job(claim, connection) if claim else None
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

    def _settle(self, connection: Connection, claim: Claim, outcome: Outcome) -> Outcome:
        """Record an outcome, and learn from it; return it as it was recorded."""
        outcome = self._about_the_token(claim, self._server_limit.judged(claim.email, outcome))
        if outcome.state is State.QUEUED:
            outcome = self._without_loops(claim, outcome)
        self._recorder.note(outcome.change(claim.position))
        if outcome.state is State.DEFERRED:
            self._queue.try_later(claim.position, is_greylisted=outcome.is_greylisted)
        self._run.report(Delivered(claim, outcome))
        self._pace(claim, outcome)
        if connection.has_refused_dsn:
            self._pool.wants_dsn = False
        if connection.is_out_of_step and self._pool.pipelining is not Pipelining.NONE:
            self._pool.pipelining = self._pool.pipelining.below
        match outcome.fault:
            case Fault.NOBODY | Fault.RECIPIENT:
                connection.verdicts += 1
                self._note_verdict(claim, outcome)
            case Fault.CAMPAIGN:
                self._fail(refusals.sender_refused(self._smtp.return_paths, outcome))
            case Fault.SERVER:
                self._pool.learn_cap(connection, outcome)
            case _:
                assert_never(outcome.fault)
        return outcome

    def _about_the_token(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Charge a refusal that names the mail's own address for bounces to us: servers say so in reply to RCPT."""
        paths = self._smtp.return_paths
        if outcome.state is State.REFUSED and paths.are_in_address:
            sender = paths.of(claim.message_id, wants_token=True).address.decode()
            if claim.message_id and sender.casefold() in outcome.text.casefold():
                return outcome._replace(state=State.QUEUED, fault=Fault.CAMPAIGN)
        return outcome

    def _without_loops(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Defer a recipient at whom the server hangs up again after serving others: else the run would loop."""
        if outcome.phase is not Phase.MAIL and not outcome.is_not_now:
            before = self._hung_up_at.setdefault(claim.position, self._pool.verdicts)
            if self._pool.verdicts > before:
                return outcome._replace(state=State.DEFERRED, fault=Fault.RECIPIENT)
        self._run.put_back()
        return outcome

    def _note_verdict(self, claim: Claim, outcome: Outcome) -> None:
        self._backoff.relief()
        self._pool.verdicts += 1
        if outcome.state is State.REFUSED:
            self._refused[outcome.gist] += 1
            self._last_refusal = outcome
        trip = self._breaker.trips_at(claim, outcome)
        if trip is not None:
            self._take_back(trip)
            are_queued = bool(trip.gists or trip.positions)
            self._fail(refusals.about_us(self._smtp.return_paths, outcome, are_queued=are_queued))

    def _take_back(self, trip: Trip) -> None:
        """Queue the people again who were refused for our sake: no fault of theirs."""
        self._recorder.flush()
        ledger, sending = self._run.ledger, self._run.sending
        positions = [
            row.position
            for row in ledger.rows(sending, State.REFUSED)
            if row.position in trip.positions or gist_of(row.code, row.enhanced, row.text) in trip.gists
        ]
        ledger.requeue(sending, State.REFUSED, positions=positions)

    def _pace(self, claim: Claim, outcome: Outcome) -> None:
        if outcome.state not in _TAKEN:
            self._day_limit.give_back()
        if outcome.state is State.ACCEPTED:
            self._accepted += 1
            self._rate_limits.speed_up(claim.email)
            self._pool.note_accepted()
        elif outcome.is_too_fast:
            self._rate_limits.slow_down(claim.email)

    async def _recover(self, lane: Lane, connection: Connection, trouble: Outcome) -> None:
        """Go on after a failure of the server: with fewer connections, with a new one, or after a wait."""
        if trouble.concern is Concern.CONNECTIONS and self._pool.gives_up(lane):
            return
        # a connection that has done its work may end: some servers take a fixed number of mails
        may_end = trouble.concern is Concern.SESSION or trouble.phase is not Phase.MAIL or not connection.is_open
        if not (connection.verdicts and may_end):
            await self._waits.wait_out(trouble.said)
        self._pool.retire(lane)  # a new one may be treated better
