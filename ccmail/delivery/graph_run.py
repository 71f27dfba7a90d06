"""One run of the courier for Microsoft Graph: a few requests at a time, each in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, assert_never

from ccmail.delivery import graph_refusals
from ccmail.delivery.courier import Waiting
from ccmail.delivery.graph_outcome import AnswerClass, GraphAnswer, Silence, answer_class, outcome_of_answer
from ccmail.delivery.outcome import Fault
from ccmail.delivery.paced_run import PacedRun
from ccmail.delivery.protocol import BROKE, TOO_SLOW
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.steps import StepRunner
from ccmail.delivery.tokens import from_provider
from ccmail.ledger import State, StateChange
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from ccmail.delivery.courier import Run
    from ccmail.delivery.graph_courier import GraphCourier
    from ccmail.delivery.outcome import Outcome
    from ccmail.ledger import Claim
    from ccmail.problems import ServerRefused

_BYTES_PER_SECOND = 150_000_000 / 300
"""150 MB in five minutes: https://learn.microsoft.com/graph/throttling-limits (Outlook service limits)."""

_IN_BASE64 = 4 / 3
_ALWAYS_ALLOWED = 60.0  # seconds for a request, beside the patience for connection and answer: writing takes time


class GraphRun(PacedRun):
    """One run over Microsoft Graph."""

    def __init__(self, graph: GraphCourier, run: Run) -> None:
        super().__init__(graph, run, graph.service.host, str(graph.service), most=lambda: max(1, len(self._requests)))
        self._service = graph.service
        self._requests: set[_Request] = set()
        self._traffic_free_at = 0.0  # monotonic seconds
        self._refused_token = self._token_on_trial = ""
        self._doubts = 0  # since the last verdict

    async def _send_all(self) -> None:
        # one mail first: what is wrong for all of them is seen once
        await self._join(asyncio.gather(self._work(most=1)))
        await self._join(asyncio.gather(*(self._work() for _ in range(self._limits.connections))))

    async def _work(self, most: int | None = None) -> None:
        lane = object()
        try:
            while most != 0 and (claim := await self._next(lane)):
                most = None if most is None else most - 1
                await self._serve(claim)
                self._backoff.end_probe(lane)
        except Exception as failure:  # noqa: BLE001 - raised by work(), when the others have finished their mails
            self._fail(failure)
        finally:
            self._backoff.end_probe(lane)

    async def _serve(self, claim: Claim) -> None:
        """Hand over one mail, and wait if the service is in trouble."""
        try:
            token = await self._token()
        except UnavailableError as away:
            self._queue.put_back(claim)
            await self._waits.wait_out(away.words, has_spoken=False)
            return
        if not self._may_leave(claim):  # a token may have taken its time
            return
        date = claim.date or self._now()
        mail = b"".join(self._run.assemble(claim, date))
        self._note_traffic(len(mail) * _IN_BASE64)
        in_flight = StateChange(claim.position, State.IN_FLIGHT, server=self._server, date=date)
        request = _Request(lambda: self._commit(in_flight))
        self._requests.add(request)
        try:
            answer = await request.answered(
                lambda before_end: self._service.send(token, mail, before_end),
                sum(self._service.patience) + _ALWAYS_ALLOWED,
            )
        finally:
            self._requests.discard(request)
        outcome = self._judged(token, answer, outcome_of_answer(answer, self._server, is_written=request.is_written))
        self._settle(claim, outcome)
        await self._recover(answer, outcome)

    def _abort(self) -> None:
        for request in self._requests:
            request.give_up(BROKE)

    def _about_us(self, outcome: Outcome, *, are_queued: bool) -> ServerRefused:
        return graph_refusals.about_us(self._service, outcome, are_queued=are_queued)

    def _wait(self) -> float:
        return max(super()._wait(), self._traffic_free_at - time.monotonic())

    def _note_traffic(self, size: float) -> None:
        self._traffic_free_at = max(self._traffic_free_at, time.monotonic()) + size / _BYTES_PER_SECOND

    async def _commit(self, change: StateChange) -> None:
        runner = StepRunner(on_overdue=lambda: None)
        await runner.run(self._recorder.commit(change, runner.resume))

    # ── tokens ──

    async def _token(self) -> str:
        if not self._refused_token:
            return await from_provider(self._service.tokens.get)
        token = await from_provider(self._service.tokens.instead_of, self._refused_token)
        self._refused_token, self._token_on_trial = "", token
        return token

    def _judged(self, token: str, answer: GraphAnswer | Silence, outcome: Outcome) -> Outcome:
        """Learn from an answer whether the token is good; a new one that is refused, too, is nobody's but ours."""
        if isinstance(answer, Silence):
            return outcome
        if answer_class(answer) is not AnswerClass.TOKEN:
            if token == self._token_on_trial:
                self._token_on_trial = ""
            return outcome
        if token == self._token_on_trial:
            return outcome._replace(fault=Fault.CAMPAIGN)
        self._refused_token = token
        return outcome

    # ── outcomes ──

    def _settle(self, claim: Claim, outcome: Outcome) -> None:
        outcome = self._without_loops(claim, outcome, has_hung_up=outcome.code is None)
        self._note(claim, outcome)
        self._doubts += outcome.state is State.IN_DOUBT
        match outcome.fault:
            case Fault.NOBODY | Fault.RECIPIENT:
                self._doubts = 0
                self._note_verdict(claim, outcome)
            case Fault.CAMPAIGN:
                self._fail(graph_refusals.campaign(self._service, outcome))
            case Fault.SERVER:
                pass
            case _:
                assert_never(outcome.fault)

    async def _recover(self, answer: GraphAnswer | Silence, outcome: Outcome) -> None:
        """Wait as long as the service wants; end a run that would leave one person after the other in doubt."""
        retry_after = 0.0 if isinstance(answer, Silence) else answer.retry_after
        if 0 < self._limits.retry.breaker <= self._doubts:
            self._waits.give_up(
                say_n(
                    "{n} mail in doubt: {said}",
                    "{n} mails in doubt, one after the other: {said}",
                    self._doubts,
                    said=outcome.said,
                )
            )
        elif outcome.fault is Fault.SERVER and answer_class(answer) is not AnswerClass.TOKEN:
            await self._waits.wait_out(outcome.said, retry_after, has_spoken=not isinstance(answer, Silence))
        elif retry_after > self._limits.retry.patience:
            self._waits.give_up(say("the service takes nothing more for {seconds:,} s", seconds=round(retry_after)))
        elif retry_after:
            self._backoff.rest(retry_after)
            self._rate_limits.rest(retry_after)
            self._run.report(Waiting(retry_after, say("the service asks for a pause")))


class _GivenUpError(Exception):
    """Nobody waits for this request any more: its end must not leave."""


class _Request:
    """One request in a thread of its own.

    Its state changes in the event loop only, so that there is no doubt who came first. The thread is a daemon: a
    program that ends does not wait for a service that does not answer.

    Args:
        commit: Makes durable that the mail is in flight.

    Attributes:
        is_written: Whether the end of the request may have left.
    """

    def __init__(self, commit: Callable[[], Awaitable[None]]) -> None:
        self._commit = commit
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[GraphAnswer | Silence] = self._loop.create_future()
        self.is_written = False

    async def answered(
        self, send: Callable[[Callable[[], None]], GraphAnswer | Silence], seconds: float
    ) -> GraphAnswer | Silence:
        """Send, and return the answer; without one in so many seconds the request is given up."""
        threading.Thread(target=self._run, args=(send,), name="graph", daemon=True).start()
        alarm = self._loop.call_later(seconds, self.give_up, TOO_SLOW)
        try:
            return await self._answer
        finally:
            alarm.cancel()

    def give_up(self, words: str) -> None:
        """Wait no longer; if its end has not left, it never does."""
        if not self._answer.done():
            self._answer.set_result(Silence(words))

    def _run(self, send: Callable[[Callable[[], None]], GraphAnswer | Silence]) -> None:
        try:
            answer, failure = send(self._before_end), None
        except Exception as error:  # noqa: BLE001 - raised by `answered`
            answer, failure = Silence(BROKE), error
        with contextlib.suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(self._end, answer, failure)

    def _before_end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._release_end(), self._loop).result()

    async def _release_end(self) -> None:
        if not self._answer.done():
            await self._commit()
        if self._answer.done():
            raise _GivenUpError
        self.is_written = True

    def _end(self, answer: GraphAnswer | Silence, failure: Exception | None) -> None:
        if self._answer.done():
            return
        if failure is None:
            self._answer.set_result(answer)
        else:
            self._answer.set_exception(failure)
