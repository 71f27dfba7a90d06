"""One run of the SMTP courier: several connections, each with one mail after the other."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import time
from typing import TYPE_CHECKING, NamedTuple, assert_never

from ccmail.delivery import refusals
from ccmail.delivery.concern import Concern
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.connection_pool import ConnectionPool, Lane
from ccmail.delivery.courier import Delivered
from ccmail.delivery.outcome import Fault, Outcome, Phase, ReplyClass, outcome_of
from ccmail.delivery.paced_run import PacedRun
from ccmail.delivery.queue import FRESH
from ccmail.delivery.server_limit import ServerLimit
from ccmail.delivery.steps import Steps
from ccmail.delivery.wire import mailbox
from ccmail.ledger import Claim, State, StateChange
from ccmail.problems import CcmailError
from ccmail.workspace import Pipelining

if TYPE_CHECKING:
    from ccmail.delivery.courier import Run
    from ccmail.delivery.smtp_courier import SmtpCourier
    from ccmail.problems import ServerRefused

_KEPT_OPEN = 10.0  # seconds for which a connection waits for the next mail


class _Job(NamedTuple):
    """A recipient whose mail is ready to be handed over, with this Date, since so many monotonic seconds."""

    claim: Claim
    mail_object: MailObject
    date: dt.datetime
    ready_at: float


class SmtpRun(PacedRun):
    """One run over SMTP: several connections to one server."""

    def __init__(self, smtp: SmtpCourier, run: Run) -> None:
        super().__init__(smtp, run, smtp.server.host, str(smtp.server), most=lambda: self._pool.size)
        self._smtp = smtp
        self._pool = ConnectionPool(smtp, self._waits, has_judged=lambda: self._verdicts > 0)
        self._server_limit = ServerLimit()

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

    def _abort(self) -> None:
        self._pool.abort()

    async def _say_goodbye(self) -> None:
        await self._pool.goodbyes()

    def _about_us(self, outcome: Outcome, *, are_queued: bool) -> ServerRefused:
        return refusals.about_us(self._smtp.return_paths, outcome, are_queued=are_queued)

    def _pause(self, lane: object, seconds: float) -> None:
        if seconds > _KEPT_OPEN and isinstance(lane, Lane):
            self._pool.retire(lane)  # else the server would do it

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
        if not lane.connection.verdicts and not self._may_leave(claim):  # a new connection takes its time
            return
        trouble = await lane.connection.run(self._hand_over(lane, lane.connection, claim))
        if trouble is not None:
            await self._recover(lane, lane.connection, trouble)

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
            if job is not None and self._has_waited(job) and not self._may_leave(job.claim):
                connection.abort()
                return None
        return None

    def _has_waited(self, job: _Job) -> bool:
        return time.monotonic() - job.ready_at >= FRESH

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
        date = claim.date or self._now()
        text = b"".join(self._run.assemble(claim, date))
        sender, token = self._smtp.return_paths.of(claim.message_id, wants_token=connection.wants_dsn)
        return _Job(
            claim, MailObject(sender, to, text, needs_stuffing=False, envelope_id=token), date, time.monotonic()
        )

    def _following(self, connection: Connection, announced: list[_Job]) -> MailObject | None:
        """Return the mail to announce with the end of another one, None if none may be announced now."""
        if not self._backoff.is_at_rest or self._halt.is_set() or self._pool.is_worn(connection, 1):
            return None
        try:
            if self._wait() > 0:
                return None
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
        has_hung_up = outcome.phase is not Phase.MAIL and not outcome.is_not_now
        outcome = self._without_loops(claim, outcome, has_hung_up=has_hung_up)
        self._note(claim, outcome)
        if outcome.state is State.ACCEPTED:
            self._pool.note_accepted()
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

    async def _recover(self, lane: Lane, connection: Connection, trouble: Outcome) -> None:
        """Go on after a failure of the server: with fewer connections, with a new one, or after a wait."""
        if trouble.concern is Concern.CONNECTIONS and self._pool.gives_up(lane):
            return
        # a connection that has done its work may end: some servers take a fixed number of mails
        may_end = trouble.concern is Concern.SESSION or trouble.phase is not Phase.MAIL or not connection.is_open
        if not (connection.verdicts and may_end):
            await self._waits.wait_out(trouble.said, has_spoken=trouble.code is not None)
        self._pool.retire(lane)  # a new one may be treated better
