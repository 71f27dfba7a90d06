"""One run of a courier that talks to a server: one queue, one pace, one backoff, whatever the protocol."""

from __future__ import annotations

import abc
import asyncio
import functools
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ccmail import clock
from ccmail.delivery import refusals
from ccmail.delivery.circuit_breaker import CircuitBreaker, Trip
from ccmail.delivery.concern import gist_of
from ccmail.delivery.courier import Delivered, Ending, Result, Waiting
from ccmail.delivery.day_limit import DayLimit, DayRoom
from ccmail.delivery.open_hours import Opening
from ccmail.delivery.outcome import Fault
from ccmail.delivery.pause_watch import PauseWatch
from ccmail.delivery.queue import Queue
from ccmail.delivery.rate_limit import Pacemaker, RateLimits
from ccmail.delivery.recorder import Recorder
from ccmail.delivery.shared_day_limit import SharedDayLimit
from ccmail.delivery.shared_rate_limit import SharedRateLimits
from ccmail.delivery.waits import SharedWaits
from ccmail.ledger import State
from ccmail.problems import LedgerFailure
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.delivery.backoff import Retry
    from ccmail.delivery.courier import Run
    from ccmail.delivery.open_hours import OpenHours
    from ccmail.delivery.outcome import Outcome
    from ccmail.ledger import Claim
    from ccmail.problems import ServerRefused

_LONG = 10.0  # seconds; who waits for longer keeps no room for mails that others could send
_BLINK = 0.001  # the others get their turn
_PROBED = 0.05  # seconds between two looks whether another lane's probe is over
_TAKEN = (State.ACCEPTED, State.IN_DOUBT)  # what counts against the day limit
_LEDGER_REST = 0.5  # seconds between two attempts to write into a ledger that fails
_SEVERAL = 3  # people who are refused in the same words, with nobody accepted


class Limits(Protocol):
    """The limits of a courier.

    Attributes:
        connections: Mails under way at the same time, at most.
        rate: Mails per second at most; None sets no limit.
        per_day: Mails in 24 hours at most, those of other campaigns included; None sets no limit.
        hours: When mails may leave.
        domains: Mails per second to readers at a domain (as A-labels, lower case); no limit for all others.
        jitter: Gives numbers from 0.0 to 1.0, by which waits differ from each other.
    """

    connections: int
    rate: float | None
    per_day: int | None
    hours: OpenHours
    retry: Retry
    domains: Mapping[str, float]
    jitter: Callable[[], float]


class PacedRun(abc.ABC):
    """One run over a server: the state that its lanes share. A lane hands over one mail after the other.

    Args:
        limits: Of the courier.
        run: What is to be sent.
        host: The server, for the day limit.
        server: host:port, as it stands in the ledger.
        most: Returns how many mails are under way at the same time, at most.
    """

    def __init__(self, limits: Limits, run: Run, host: str, server: str, most: Callable[[], int]) -> None:
        self._limits = limits
        self._run = run
        self._server = server
        self._rate_limits = self._pacemaker()
        self._pauses = PauseWatch(run, has_claims=lambda: len(self._queue) > 0)
        self._waits = SharedWaits(limits.retry, limits.jitter, run.report, self._pauses, self._rate_limits.rest)
        self._backoff, self._halt = self._waits.backoff, self._waits.halt
        self._recorder = Recorder(run.ledger, run.sending, self._fail, most)
        self._day_limit = self._day_room(host)
        self._queue = Queue(run, self._recorder, self._rate_limits, self._day_limit, limits.retry)
        self._breaker = CircuitBreaker(limits.retry.breaker)
        # the clock is looked at once a second: for every mail, that would take longer than its Date
        self._by_second = functools.lru_cache(maxsize=1)(lambda _second: clock.now())
        self._opening = Opening(limits.hours, self._now, run.report)
        self._failure: Exception | None = None
        self._accepted = self._verdicts = 0
        self._hung_up_at: dict[int, int] = {}  # position: number of verdicts at the first time
        self._refused: Counter[str] = Counter()  # by the server's words
        self._last_refusal: Outcome | None = None

    def _pacemaker(self) -> Pacemaker:
        ledger, limits = self._run.ledger, self._limits
        if not ledger.is_shared:
            return RateLimits(ledger, self._server, limits.rate, limits.domains)
        return SharedRateLimits(ledger.rates, self._server, limits.rate, limits.domains, self._report_rest)

    def _day_room(self, host: str) -> DayRoom:
        ledger, per_day = self._run.ledger, self._limits.per_day
        if per_day is None or not ledger.is_shared:
            return DayLimit(ledger, host, per_day)
        return SharedDayLimit(
            ledger, host, per_day, self._recorder.flush, self._limits.retry.patience, self._report_no_room
        )

    def _report_rest(self, seconds: float) -> None:
        if self._backoff.remaining <= 0:  # else this run has begun it, and has said why
            self._run.report(Waiting(seconds, say("another process has found the server in trouble")))

    def _report_no_room(self, seconds: float) -> None:
        self._run.report(Waiting(seconds, say("other processes have taken the rest of the day’s limit")))

    # ── what a protocol adds ──

    @abc.abstractmethod
    async def _send_all(self) -> None:
        """Send until the queue is empty, or the run is halted."""

    @abc.abstractmethod
    def _abort(self) -> None:
        """Cut all mails under way short: their outcome is what is known of them by now."""

    @abc.abstractmethod
    def _about_us(self, outcome: Outcome, *, are_queued: bool) -> ServerRefused:
        """Return the refusal for a server that refuses readers for our sake."""

    async def _say_goodbye(self) -> None:  # noqa: B027 - not every protocol keeps connections
        """End what is still open."""

    def _pause(self, lane: object, seconds: float) -> None:  # noqa: B027 - likewise
        """Prepare a lane for a pause."""

    def _wait(self) -> float:
        """Return how many seconds all lanes have to wait before the next mail; zero or less: none."""
        others = max(self._backoff.remaining, self._rate_limits.server.wait, self._opening.wait)
        return others if others > 0 else self._pauses.wait

    # ── the run ──

    async def work(self) -> Result:
        """Send until the queue is empty, or the run is halted."""
        with self._run.on_stop(self._halt.set):
            try:
                await self._send_all()
            finally:
                await self._say_goodbye()
                await self._save()
        if self._failure is not None:
            raise self._failure
        if self._run.stop.is_set():
            return Result(Ending.STOPPED)
        if self._run.is_late:
            return Result(Ending.OVER)
        if self._waits.gave_up:
            return Result(Ending.GAVE_UP, self._waits.gave_up)
        if self._pauses.ends_run:
            return Result(Ending.PAUSED)
        self._refuse_success()
        if self._day_limit.is_reached:
            left = self._run.ledger.open_count(self._run.sending, self._run.recipients)
            return Result(Ending.LIMIT, goes_on_at=self._day_limit.goes_on_at(left))
        return Result(Ending.DONE)

    async def _save(self) -> None:
        """Record what is left; a failure is in `_failure` already."""
        patient_until = time.monotonic() + self._run.ledger_patience
        while True:
            try:
                self._recorder.save()
                self._day_limit.release()
                self._rate_limits.save()
            except LedgerFailure:
                if self._run.stop.is_set():
                    patient_until = min(patient_until, time.monotonic() + self._limits.retry.grace)
                if time.monotonic() >= patient_until:
                    return
                await asyncio.sleep(_LEDGER_REST)
            else:
                return

    def _refuse_success(self) -> None:
        """Raise if the last people were refused for a limit, or all people in the same words, and nobody accepted."""
        if (quota := self._breaker.quota) is not None:
            self._take_back(Trip(frozenset({quota.gist}), frozenset()))
            raise self._about_us(quota, are_queued=True)
        people = self._refused.total()
        if self._last_refusal and not self._accepted and people >= _SEVERAL and len(self._refused) == 1:
            raise refusals.everybody(self._last_refusal, people)

    def _fail(self, failure: Exception) -> None:
        if self._failure is None:
            self._failure = failure
        self._halt.set()

    def _now(self) -> dt.datetime:
        return self._by_second(int(time.monotonic()))

    async def _join(self, workers: asyncio.Future[Any]) -> None:
        """Wait for the workers; after a halt only as long as the grace lasts.

        None is cancelled: a mail that waits for the reply to its end would be in doubt.
        """
        await self._waits.unless_halted(workers)
        await asyncio.wait([workers], timeout=self._limits.retry.grace)
        self._abort()
        await workers

    async def _next(self, lane: object) -> Claim | None:
        """Wait for the next claim and return it; None if nobody is left, or the run ends."""
        while not self._waits.is_over:
            wait = self._wait()
            if wait <= 0:
                if not self._backoff.begin_probe(lane):
                    wait = _PROBED
                elif (claim := self._take()) is not None:
                    return claim
                else:
                    self._backoff.end_probe(lane)
                    if (later := self._later()) is None:
                        return None
                    wait = later
            self._pause(lane, math.inf if self._pauses.is_on else wait)
            if self._pauses.is_on or wait > _LONG:
                self._day_limit.release()
            await self._waits.sleep(max(wait, _BLINK))
        return None

    def _later(self) -> float | None:
        """Return the seconds until somebody may be ready; None if there is nobody to wait for, or no room today."""
        if self._day_limit.is_reached:
            return None
        if len(self._queue) and (for_room := self._day_limit.wait):
            return for_room
        wait = self._queue.wait()
        if wait is not None and self._queue.deferred:
            self._run.report(Waiting(wait, say("{people} to try again", people=self._queue.deferred)))
        return wait

    def _may_leave(self, claim: Claim) -> bool:
        """Return whether a mail that was given out a while ago may still be handed over.

        If its campaign is paused now, it is put back; if its reader does not want it any more, it is left out.

        Raises:
            LedgerFailure: The ledger cannot tell.
        """
        if self._pauses.wait > 0:
            self._queue.put_back(claim)
            return False
        return self._queue.is_wanted(claim)

    def _take(self) -> Claim | None:
        claim = self._queue.pop()
        if claim is not None:
            self._rate_limits.take(claim.email)
        return claim

    # ── outcomes ──

    def _note(self, claim: Claim, outcome: Outcome) -> None:
        """Record an outcome, report it, and let it set the pace."""
        self._recorder.note(outcome.change(claim.position))
        if outcome.state is State.DEFERRED:
            self._queue.try_later(claim.position, is_greylisted=outcome.is_greylisted)
        self._run.report(Delivered(claim, outcome))
        if outcome.state in _TAKEN:
            self._day_limit.use_up()
        else:
            self._day_limit.give_back()
        if outcome.state is State.ACCEPTED:
            self._accepted += 1
            self._rate_limits.speed_up(claim.email)
        elif outcome.is_too_fast:
            try:
                self._rate_limits.slow_down(claim.email)
            except LedgerFailure as failure:
                self._fail(failure)  # the outcome itself is on its way to the ledger

    def _note_verdict(self, claim: Claim, outcome: Outcome) -> None:
        """Note that the server has judged a mail: it works, and if it refuses too many for our sake, the run ends."""
        self._backoff.relief()
        self._verdicts += 1
        if outcome.state is State.REFUSED:
            self._refused[outcome.gist] += 1
            self._last_refusal = outcome
        trip = self._breaker.trips_at(claim, outcome)
        if trip is not None:
            self._take_back(trip)
            self._fail(self._about_us(outcome, are_queued=bool(trip.gists or trip.positions)))

    def _without_loops(self, claim: Claim, outcome: Outcome, *, has_hung_up: bool) -> Outcome:
        """Defer a recipient at whom the server hangs up again after serving others: else the run would loop."""
        if outcome.state is not State.QUEUED:
            return outcome
        if has_hung_up:
            before = self._hung_up_at.setdefault(claim.position, self._verdicts)
            if self._verdicts > before:
                return outcome._replace(state=State.DEFERRED, fault=Fault.RECIPIENT)
        self._run.put_back()
        return outcome

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
