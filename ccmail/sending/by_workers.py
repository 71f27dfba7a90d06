"""A confirmed sending in the hands of workers: its batches go into the queue, and this process watches."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import Counter
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery import Ending, Result, Waiting, Watched, stop_at_signals
from ccmail.jobs import BATCH_SIZE, BY_WORKERS, Batch
from ccmail.ledger import IN_HANDS, OPEN, State
from ccmail.problems import LedgerFailure, ServerRefused
from ccmail.sending.run import SendResult, begin, write_receipts
from ccmail.suppression.keep import name_people, unsubscribed
from ccmail.suppression.watched_list import WatchedList
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ccmail.delivery import Progress, Stop
    from ccmail.jobs.queue import JobQueue
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages.dkim import Signer
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace

_LOOK = 1.0  # seconds between two looks at the ledger
_COST = 10.0  # a look at a large sending takes long: the pause is so many times that


def hand_over(
    workspace: Workspace,
    ledger: Ledger,
    queue: JobQueue,
    plan: SendPlan,
    confirmed: int,
    signers: Sequence[Signer],
    report: Callable[[Progress], None],
) -> SendResult:
    """Enqueue what a plan announced and a person confirmed with a number; watch until no worker has any of it.

    The sending counts and its batches are in the queue, or neither. From then on its campaign is the workers'.

    Raises:
        LedgerFailure: What was sent before is in the ledger.
    """
    sending = enqueue(workspace, ledger, queue, plan, confirmed, signers)
    watch = _Watch(workspace, ledger, queue, sending, plan, report)
    ledger.let_go()
    sent = watch.until_done()
    write_receipts(workspace, ledger, sent)
    return sent


def enqueue(
    workspace: Workspace,
    ledger: Ledger,
    queue: JobQueue,
    plan: SendPlan,
    confirmed: int,
    signers: Sequence[Signer],
) -> Sending:
    """Begin a sending and add a job for each of its batches, in one transaction; return the sending.

    Raises:
        LedgerFailure: None of it counts.
    """
    with ledger.one_transaction() as connection:
        sending = begin(workspace, ledger, plan, confirmed, None, signers)
        name_people(workspace, ledger, sending)
        queue.enqueue(connection, _batches(ledger, sending, plan))
    return sending


def _batches(ledger: Ledger, sending: Sending, plan: SendPlan) -> Iterator[Batch]:
    wanted, until = plan.recipients, plan.until.isoformat() if plan.until else ""
    size = 1 if wanted.keys else BATCH_SIZE  # a span of one row names somebody without an address
    for first, last, _ in ledger.batches(sending, size, wanted, plan.options.limit):
        yield Batch(sending.id, first, last, wanted.segments, until)


class _Watch:
    """A look at the ledger and the queue, again and again."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        queue: JobQueue,
        sending: Sending,
        plan: SendPlan,
        report: Callable[[Progress], None],
    ) -> None:
        self._workspace = workspace
        self._unsubscribed = WatchedList(workspace)
        self._passed_on = set(self._unsubscribed())  # the plan has left these out
        self._ledger = ledger
        self._queue = queue
        self._sending = sending
        self._plan = plan
        self._report = report
        self._before = ledger.people_by_state(sending)
        self._waiting_for = ""

    def until_done(self) -> SendResult:
        """Return the end of the work and the books then; a signal ends the watch, not the work."""
        before = Counter(self._ledger.counts(self._sending).reasons)
        wall, cpu = time.monotonic(), time.process_time()
        result, stop = asyncio.run(self._watch())
        seconds, cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
        counts = self._ledger.counts(self._sending)
        refused = result.ending is Ending.REFUSED
        return SendResult(
            sending=self._sending,
            counts=counts,
            left=self._ledger.open_count(self._sending, self._plan.recipients),
            doubtful=self._ledger.in_doubt(self._sending),
            result=result,
            accepted=counts.people(State.ACCEPTED) - self._before.get(State.ACCEPTED, 0),
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            left_out=Counter(counts.reasons) - before,
            signal=stop.signal,
            refusal=self._refusal(result.words) if refused else None,
            by_workers=True,
        )

    def _refusal(self, words: str) -> ServerRefused:
        campaign = self._sending.campaign
        return ServerRefused(
            say("the workers have stopped {campaign}: {why}", campaign=campaign, why=words),
            code="W967",
            hint=say("mend this; then ccmail continue {campaign}", campaign=campaign),
        )

    async def _watch(self) -> tuple[Result, Stop]:
        with stop_at_signals() as stop:
            while not stop.is_set():
                began = time.monotonic()
                try:
                    result = self._look()
                except LedgerFailure as failure:  # the workers go on when it is back, and so does this look
                    result = None
                    self._tell(str(failure))
                if result is not None:
                    return result, stop
                pause = max(_LOOK, _COST * (time.monotonic() - began))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
        return Result(Ending.STOPPED), stop

    def _look(self) -> Result | None:
        """Tell how far it is; return the result if no worker will go on by itself, else None."""
        ledger = self._ledger
        self._pass_on_unsubscribed()
        with ledger.one_transaction() as connection:
            depth = self._queue.depth(connection, self._sending.id)
        states = ledger.people_by_state(self._sending)
        self._report(Watched(max(0, _open(self._before) - _open(states))))
        pause = ledger.pauses.of(self._sending.campaign)
        if pause is not None and depth.rests:
            if pause.by == BY_WORKERS:
                return Result(Ending.REFUSED, pause.why)
            self._tell(say("paused by {who}; ccmail continue {campaign}", who=pause.by, campaign=pause.campaign))
        elif depth.is_empty and not any(states.get(state) for state in IN_HANDS):
            is_late = self._plan.until is not None and clock.now() >= self._plan.until
            return Result(Ending.OVER if is_late else Ending.DONE)
        elif not ledger.workers.alive():
            self._tell(say("no worker is running: the mails wait until one is started (ccmail worker)"))
        elif depth.due_in > _LOOK and not depth.taken:
            self._tell(say("the rest is tried later, as the server wants it"), depth.due_in)
        else:
            self._waiting_for = ""
        return None

    def _pass_on_unsubscribed(self) -> None:
        """Keep in the ledger who was added to the list of this computer: workers elsewhere do not have it."""
        if new := self._unsubscribed().keys() - self._passed_on:
            source = self._workspace.shown(self._workspace.unsubscribed_file)
            unsubscribed(self._workspace, self._ledger, new, source)
            self._passed_on |= new

    def _tell(self, why: str, seconds: float = math.inf) -> None:
        """Report a wait, once."""
        if why != self._waiting_for:
            self._waiting_for = why
            self._report(Waiting(seconds, why))


def _open(states: Mapping[State, int]) -> int:
    return sum(states.get(state, 0) for state in OPEN)
