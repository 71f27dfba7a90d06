"""The work of this process: a batch from the queue becomes mails, and what is left becomes another batch.

All batches of a sending that are here at the same time share one `BatchRun`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import math
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, assert_never

from ccmail import clock
from ccmail.delivery import Ending, Result, SmtpCourier
from ccmail.delivery.settings import open_courier, retry_of
from ccmail.delivery.signers import open_signers
from ccmail.jobs import BATCH_SIZE, BY_WORKERS, Batch
from ccmail.jobs.queue import AT_ONCE
from ccmail.ledger import OVERTAKEN, RecipientFilter, Sending, State
from ccmail.problems import AlreadySending, CcmailError, InputError, LedgerFailure, ServerRefused, UsageError
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.suppression.watched_list import WatchedList
from ccmail.wording import say
from ccmail.worker.batch_run import BatchRun, BatchWork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.delivery import Courier
    from ccmail.delivery.courier import Assemble
    from ccmail.jobs.queue import JobQueue
    from ccmail.ledger.store import Ledger
    from ccmail.messages.dkim import Signer
    from ccmail.worker.counters import Counters
    from ccmail.worker.log import Log
    from ccmail.workspace import Workspace

_PASSES = frozenset({OVERTAKEN, "W731", "W734", "W743"})
"""The failures of a ledger after which the same work can go on: overtaken, held, full, away."""

_BEING_PLANNED = dt.timedelta(seconds=3)  # a process has the campaign for itself
_IN_OTHER_HANDS = dt.timedelta(seconds=5)
_ELSEWHERE = dt.timedelta(seconds=30)  # this computer cannot, others may
_LATER = dt.timedelta(minutes=1)
_KEPT_MAILS = 8  # sendings whose mails stay in memory


@dataclasses.dataclass(slots=True, eq=False)
class _Running:
    run: BatchRun
    task: asyncio.Task[None]


class BatchHandler:
    """Sends to the batches that it is given, until `stop`.

    Args:
        workspace: Has the server, the keys and the list of the unsubscribed of this computer.
        ledger: Claims for this worker.
        queue: Gets what is left of a batch.
        log: Gets what happens.
        counters: Count it.

    Attributes:
        trouble: Set when the ledger has failed: what this process has in hands is to be given back.
    """

    def __init__(self, workspace: Workspace, ledger: Ledger, queue: JobQueue, log: Log, counters: Counters) -> None:
        self.trouble = asyncio.Event()
        self._workspace = workspace
        self._ledger = ledger
        self._queue = queue
        self._log = log
        self._counters = counters
        self._unwanted = WatchedList(workspace)
        self._runs: dict[int, _Running] = {}
        self._mails: dict[tuple[int, tuple[str, ...]], Assemble] = {}
        self._is_stopping = self._hides_password = False

    def stop(self) -> None:
        """Begin no new mail: those under way are finished, and the rest of the batches goes back to the queue."""
        self._is_stopping = True
        for running in self._runs.values():
            running.run.stop.set()

    async def close(self) -> None:
        """Stop, and wait for the mails under way."""
        self.stop()
        if tasks := [running.task for running in self._runs.values()]:
            await asyncio.wait(tasks)

    async def __call__(self, batch: Batch) -> None:
        """Send to a batch.

        Raises:
            LedgerFailure: The ledger fails; the batch is to be tried again.
        """
        try:
            await self._send(batch)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            self._log.error("batch_fails", sending=batch.sending, first=batch.first, last=batch.last, why=why)
            raise

    async def _send(self, batch: Batch) -> None:
        sending = self._ledger.sending(batch.sending)
        if sending is None:
            self._log.warning("batch_of_no_sending", sending=batch.sending)
            return
        if self._is_stopping:
            self._again([batch])
            return
        if self._ledger.pauses.of(sending.campaign) is not None:
            self._park(sending, [batch])
            return
        try:
            running = self._runs.get(sending.id) or self._begin(sending, batch)
        except AlreadySending:
            self._again([batch], _BEING_PLANNED)
            return
        except (UsageError, ServerRefused) as refusal:  # not here; nothing was claimed
            self._log.error("cannot_send", campaign=sending.campaign, why=str(refusal), hint=refusal.hint)
            self._again([batch], _ELSEWHERE)
            return
        work = running.run.add(batch)
        self._conclude(sending, work, await work.done)

    def _begin(self, sending: Sending, batch: Batch) -> _Running:
        """Begin a run, alone with other workers.

        Raises:
            AlreadySending: A process has the campaign for itself.
            UsageError: This computer does not have the keys that sign.
            ServerRefused: It has no password.
        """
        signers = self._signers(sending)
        courier = open_courier(self._workspace, sending.campaign, sending.purpose, real=True)
        self._hide_password_of(courier)
        until = dt.datetime.fromisoformat(batch.until) if batch.until else None
        run = BatchRun(
            ledger=self._ledger,
            sending=sending,
            assemble=self._assemble(sending, signers),
            report=lambda _progress: None,
            stop=asyncio.Event(),
            recipients=RecipientFilter(),
            left=None,
            seconds=(until - clock.now()).total_seconds() if until else None,
            unwanted=self._unwanted,
            tries_again=False,
            ledger_patience=math.inf,
            ends_when_paused=True,
            counters=self._counters,
        )
        taken = contextlib.ExitStack()
        taken.enter_context(self._ledger.sharing(sending.campaign))
        running = _Running(run, asyncio.ensure_future(self._carry(courier, run, taken)))
        self._runs[sending.id] = running
        return running

    def _hide_password_of(self, courier: Courier) -> None:
        """Keep what the server may repeat of a login out of the log."""
        if isinstance(courier, SmtpCourier) and not self._hides_password:
            self._log.also_clean(courier.server.without_password)
            self._hides_password = True

    async def _carry(self, courier: Courier, run: BatchRun, taken: contextlib.ExitStack) -> None:
        """Work on the batches of a run until there are none, or it ends early."""
        result, failure = None, None
        try:
            result = await courier.carry(run)
            while result.ending is Ending.DONE and run.has_more:
                result = await courier.carry(run)
        except CcmailError as error:
            if isinstance(error, AlreadySending) or (isinstance(error, LedgerFailure) and error.code in _PASSES):
                failure = error
                self.trouble.set()
                self._log.warning("ledger_fails", campaign=run.sending.campaign, why=str(error))
            else:
                result = self._refused(run.sending, error)
        except Exception as error:  # noqa: BLE001 - nobody would see that this task has ended
            result = self._refused(run.sending, error)
        del self._runs[run.sending.id]
        try:
            run.end(result, failure)
            taken.close()
        except LedgerFailure:
            self.trouble.set()  # what is claimed is given back at the next start

    def _refused(self, sending: Sending, error: Exception) -> Result:
        """Pause a campaign that cannot go on: the server takes nothing from us, or its mails cannot be made."""
        hint = error.hint if isinstance(error, CcmailError) else ""
        self._log.error("campaign_stops", campaign=sending.campaign, why=str(error), hint=hint)
        try:
            self._ledger.pauses.pause(sending.campaign, BY_WORKERS, str(error) or type(error).__name__)
        except LedgerFailure:
            self.trouble.set()
        return Result(Ending.REFUSED, str(error))

    def _signers(self, sending: Sending) -> Sequence[Signer]:
        """Return the keys of this computer, if they are those by which the sending is signed.

        Raises:
            UsageError: W964, they are others.
        """
        try:
            signers = open_signers(self._workspace)
        except InputError as error:
            raise UsageError(
                error.problems[0].message, code=error.problems[0].code, hint=error.problems[0].hint
            ) from error
        if tuple(signer.name for signer in signers) != sending.signers:
            raise UsageError(
                say(
                    "the keys of “smtp.dkim” are others here than on the computer that began {campaign}",
                    campaign=sending.campaign,
                ),
                code="W964",
                hint=say("give this computer the same ccmail.yaml and the same keys"),
            )
        return signers

    def _assemble(self, sending: Sending, signers: Sequence[Signer]) -> Assemble:
        """Return the function that makes the mails; what it has read from the ledger stays in memory."""
        key = sending.id, sending.signers
        found = self._mails.pop(key, None) or frozen_mails(self._ledger, sending, signers, self._workspace.zone)
        self._mails[key] = found
        if len(self._mails) > _KEPT_MAILS:
            del self._mails[next(iter(self._mails))]
        return found

    # ── what is left of a batch ──

    def _conclude(self, sending: Sending, work: BatchWork, result: Result | None) -> None:
        """Log a batch that is over, and give what is left of it back to the queue."""
        ending = result.ending if result else Ending.DONE
        batch = work.batch
        numbers = {state.value: people for state, people in work.people.items()}
        self._log.info(
            "batch_over", campaign=sending.campaign, first=batch.first, last=batch.last, ending=ending.value, **numbers
        )
        self._counters.note_batch()
        match ending:
            case Ending.DONE if self._ledger.is_in_other_hands(sending, batch.span):
                self._again([batch], _IN_OTHER_HANDS)  # of somebody who may be dead: then they are queued again
            case Ending.DONE:
                self._try_deferred_again(work)
            case Ending.OVER:
                pass  # it is too late for the rest
            case Ending.STOPPED:
                self._again([batch])
            case Ending.GAVE_UP:
                self._again([batch], dt.timedelta(seconds=retry_of(self._workspace).server[1]))
            case Ending.LIMIT:
                at = result.goes_on_at if result else None
                self._again([batch], max(_LATER, at - clock.now()) if at else _LATER)
            case Ending.PAUSED:
                self._park(sending, [batch])
            case Ending.REFUSED:
                # those whom the server had refused for our sake are queued again, of any batch
                spans = self._ledger.batches(sending, BATCH_SIZE, batch.recipients, were_claimed=True)
                self._park(
                    sending, [batch, *(dataclasses.replace(batch, first=first, last=last) for first, last, _ in spans)]
                )
            case _:
                assert_never(ending)

    def _try_deferred_again(self, work: BatchWork) -> None:
        """Add a batch for the deferred people, as long as the patience lasts."""
        if not work.people.get(State.DEFERRED):
            return
        retry, batch, now = retry_of(self._workspace), work.batch, time.time()
        since = batch.since or now
        wait = retry.recipient_wait(batch.tries + 1, is_greylisted=work.is_greylisted)
        if now + wait - since <= retry.patience:
            again = dataclasses.replace(batch, tries=batch.tries + 1, since=since)
            self._again([again], dt.timedelta(seconds=wait))

    def _again(self, batches: Iterable[Batch], later: dt.timedelta = AT_ONCE) -> None:
        with self._ledger.one_transaction() as connection:
            self._queue.enqueue(connection, batches, later)

    def _park(self, sending: Sending, batches: Iterable[Batch]) -> None:
        """Let batches wait while their campaign is paused; if somebody has ended that meanwhile, they need not."""
        with self._ledger.one_transaction() as connection:
            if self._ledger.pauses.hold(sending.campaign):
                self._queue.park(connection, batches)
            else:
                self._queue.enqueue(connection, batches)
