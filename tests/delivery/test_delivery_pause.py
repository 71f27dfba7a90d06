"""A campaign that is paused while it is sent: no mail is begun until it goes on, then all get theirs, nobody twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail import clock
from ccmail.delivery import (
    Courier,
    Delivered,
    Ending,
    Outbox,
    Progress,
    Result,
    Retry,
    Server,
    SmtpCourier,
    Waiting,
    deliver,
    outbox,
    pause_watch,
)
from ccmail.delivery.courier import Run
from ccmail.delivery.graph_courier import GraphCourier
from ccmail.delivery.graph_service import GraphService
from ccmail.delivery.pause_watch import PauseWatch
from ccmail.ledger import Claim, NewRecipient, RecipientFilter, Sending, SendingKind, State, open_ledger
from ccmail.problems import LedgerFailure
from ccmail.workspace import Security
from tests.delivery.test_delivery_pipelining import Listens, Server2920
from tests.delivery.test_delivery_suppressed_meanwhile import _Tokens, graph

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

__all__ = ["graph"]  # a fixture

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
SENDER = "b@cities.example"
RETRY = Retry(server=(0.01, 0.05), recipient=(0.02, 0.05), patience=1.0, grace=5)
PEOPLE = 12


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pause_watch, "FRESH", 0.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def started(ledger: Ledger, kind: SendingKind = SendingKind.SMTP, people: int = PEOPLE) -> Sending:
    entries = (NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german") for n in range(1, people + 1))
    return ledger.start("news", kind, "v", entries, confirmed=people, dtstamp=NOW)


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def over_smtp(smtpd: Smtpd) -> SmtpCourier:
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, smtpd.ca_file)
    return SmtpCourier(server, SENDER, connections=1, retry=RETRY)


class Pausing:
    """A sending that somebody pauses after so many mails.

    Attributes:
        sent_before: How many mails had an outcome when the run said that it waits.
        sent_meanwhile: How many had one when the pause was lifted, or something else was done.
        waits: All waits that were reported.
    """

    def __init__(self, ledger: Ledger, after: int = 3, *, then: Callable[[], object] | None = None) -> None:
        self.ledger = ledger
        self.after = after
        self.then = then or (lambda: ledger.pauses.lift("news"))
        self.sent = 0
        self.sent_before = self.sent_meanwhile = -1
        self.waits: list[Waiting] = []

    def report(self, progress: Progress) -> None:
        if isinstance(progress, Delivered):
            self.sent += 1
            if self.sent == self.after:
                self.ledger.pauses.pause("news", "kim@desk", "a wrong date")
            return
        assert isinstance(progress, Waiting)
        self.waits.append(progress)
        self.sent_before = self.sent
        asyncio.get_running_loop().call_later(0.3, self._go_on)

    def _go_on(self) -> None:
        self.sent_meanwhile = self.sent
        self.then()

    async def run(self, sending: Sending, courier: Courier, **options: Any) -> Result:
        return await deliver(self.ledger, sending, assemble, courier, report=self.report, **options)


def accepted(ledger: Ledger, sending: Sending) -> int:
    return ledger.counts(sending).people(State.ACCEPTED)


async def test_a_run_waits_while_its_campaign_is_paused_and_goes_on_by_itself(ledger: Ledger, smtpd: Smtpd) -> None:
    sending, pausing = started(ledger), Pausing(ledger)

    result = await pausing.run(sending, over_smtp(smtpd))

    assert result == Result(Ending.DONE)
    assert pausing.sent_before <= pausing.sent_meanwhile <= 3 + 2  # a mail that was under way, and one announced
    assert pausing.waits == [Waiting(math.inf, "paused by kim@desk: a wrong date; goes on after: ccmail continue news")]
    assert smtpd.recipients == sorted(f"p{n}@x.example" for n in range(1, PEOPLE + 1))
    assert smtpd.connections == 2  # the first one would have been idle for nobody knows how long


async def test_what_is_paused_before_it_begins_begins_afterwards(ledger: Ledger, smtpd: Smtpd) -> None:
    sending, pausing = started(ledger), Pausing(ledger, after=PEOPLE + 1)
    ledger.pauses.pause("news", "kim@desk")

    await pausing.run(sending, over_smtp(smtpd))

    assert (pausing.sent_before, pausing.sent_meanwhile, accepted(ledger, sending)) == (0, 0, PEOPLE)


@pytest.mark.parametrize("connections", [1, 4])
async def test_a_run_that_is_not_to_wait_ends(ledger: Ledger, smtpd: Smtpd, connections: int) -> None:
    sending, pausing = started(ledger, people=60), Pausing(ledger)
    courier = over_smtp(smtpd)
    courier.connections = connections

    result = await pausing.run(sending, courier, ends_when_paused=True)

    assert result == Result(Ending.PAUSED)
    assert 3 <= accepted(ledger, sending) == len(smtpd.mails) <= 3 + 2 * connections
    counts = ledger.counts(sending)
    assert counts.people(State.QUEUED) + accepted(ledger, sending) == 60
    assert pausing.waits == []


async def test_a_stop_and_a_time_end_a_run_that_is_paused(ledger: Ledger, smtpd: Smtpd) -> None:
    sending, stop = started(ledger), asyncio.Event()
    stopped = await Pausing(ledger, then=stop.set).run(sending, over_smtp(smtpd), stop=stop)
    over = await Pausing(ledger).run(sending, over_smtp(smtpd), until=clock.now() - dt.timedelta(seconds=1))

    assert (stopped.ending, over.ending) == (Ending.STOPPED, Ending.OVER)
    assert accepted(ledger, sending) <= 5
    assert ledger.people_by_state(sending).keys() == {State.ACCEPTED, State.QUEUED}


async def test_a_time_that_comes_during_the_pause_ends_the_run(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)
    ledger.pauses.pause("news", "kim@desk")

    pausing = Pausing(ledger, then=lambda: None)
    result = await pausing.run(sending, over_smtp(smtpd), until=clock.now() + dt.timedelta(seconds=0.5))

    assert result == Result(Ending.OVER)
    assert smtpd.mails == []


@pytest.mark.parametrize("limit", [None, PEOPLE // 2])
async def test_a_pause_holds_nobody_up_when_everybody_is_served(
    ledger: Ledger, smtpd: Smtpd, limit: int | None
) -> None:
    sending = started(ledger)
    pausing = Pausing(ledger, after=limit or PEOPLE, then=lambda: None)

    result = await pausing.run(sending, over_smtp(smtpd), limit=limit)

    assert result == Result(Ending.DONE)
    assert accepted(ledger, sending) == (limit or PEOPLE)


@pytest.mark.parametrize("kind", [SendingKind.TEST, SendingKind.SUBSCRIBE])
async def test_mails_to_testers_do_not_wait(ledger: Ledger, smtpd: Smtpd, kind: SendingKind) -> None:
    ledger.pauses.pause("news", "kim@desk")

    result = await Pausing(ledger, then=lambda: None).run(started(ledger, kind), over_smtp(smtpd))

    assert result == Result(Ending.DONE)
    assert len(smtpd.mails) == PEOPLE


async def test_a_mail_that_is_announced_already_is_called_back(
    ledger: Ledger, listening: Listens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server takes its time for a mail, and meanwhile the campaign is paused."""
    monkeypatch.setattr("ccmail.delivery.smtp_run.FRESH", 0.0)
    sending, pausing = started(ledger), Pausing(ledger, after=1)
    server = Server2920(ehlo="PIPELINING")

    async with listening(server) as port:
        courier = SmtpCourier(Server("127.0.0.1", port, Security.NONE), SENDER, connections=1, retry=RETRY)
        await pausing.run(sending, courier)

    assert pausing.sent_meanwhile == 1
    assert [to for to, _ in server.accepted] == [f"p{n}@x.example" for n in range(1, PEOPLE + 1)]


async def test_a_pause_while_a_connection_opens_is_heeded(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, pausing, authenticate = started(ledger), Pausing(ledger, after=PEOPLE + 1), smtpd.authenticate

    def slowly(*given: Any) -> Any:
        if not smtpd.logins:
            ledger.pauses.pause("news", "kim@desk")
        return authenticate(*given)

    monkeypatch.setattr(smtpd, "authenticate", slowly)

    await pausing.run(sending, over_smtp(smtpd))

    assert (pausing.sent_meanwhile, accepted(ledger, sending)) == (0, PEOPLE)


async def test_graph_waits_too(ledger: Ledger, graph: ThreadingHTTPServer) -> None:
    sending, pausing, first = started(ledger), Pausing(ledger, after=PEOPLE + 1), iter([True])
    tokens: Any = _Tokens(lambda: ledger.pauses.pause("news", "kim@desk") if next(first, False) else None)
    service = GraphService(f"http://127.0.0.1:{graph.server_port}/v1.0", "news@cities.example", tokens)

    result = await pausing.run(sending, GraphCourier(service, rate=None, retry=RETRY))

    assert result == Result(Ending.DONE)
    assert (pausing.sent_meanwhile, accepted(ledger, sending)) == (0, PEOPLE)


async def test_a_rehearsal_waits_between_two_batches(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_BATCH", 4)
    sending, pausing = started(ledger, SendingKind.OUTBOX), Pausing(ledger)

    result = await pausing.run(sending, Outbox(tmp_path / "out"))

    assert result == Result(Ending.DONE)
    assert (pausing.sent_before, pausing.sent_meanwhile) == (4, 4)
    assert len(Outbox(tmp_path / "out").mails()) == PEOPLE


async def test_a_rehearsal_that_is_not_to_wait_ends(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_BATCH", 4)
    sending = started(ledger, SendingKind.OUTBOX)

    result = await Pausing(ledger).run(sending, Outbox(tmp_path / "out"), ends_when_paused=True)

    assert (result, accepted(ledger, sending)) == (Result(Ending.PAUSED), 4)


# ── the look ──


class Looking:
    """A watch with a clock that stands still until a test moves it, and a ledger that may fail."""

    def __init__(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *, ends: bool = False) -> None:
        monkeypatch.setattr(pause_watch, "FRESH", 1.0)
        self.now = 100.0
        self.looks = 0
        self.failure: LedgerFailure | None = None
        self.told: list[Progress] = []
        self.run = Run(ledger, started(ledger), assemble, self.told.append, asyncio.Event(), RecipientFilter(), None)
        self.run.ends_when_paused = ends
        self.watch = PauseWatch(self.run, clock=lambda: self.now)
        of = ledger.pauses.of
        monkeypatch.setattr(ledger.pauses, "of", lambda campaign: self._asked(of, campaign))

    def _asked(self, of: Callable[[str], Any], campaign: str) -> Any:
        self.looks += 1
        if self.failure is not None:
            raise self.failure
        return of(campaign)


def test_the_ledger_is_asked_once_a_second(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(ledger, monkeypatch)
    waits = [looking.watch.wait]
    ledger.pauses.pause("news", "kim@desk")
    waits.append(looking.watch.wait)
    looking.now += 1.0
    waits.append(looking.watch.wait)
    looking.now += 0.75
    waits.append(looking.watch.wait)
    ledger.pauses.lift("news")
    looking.now += 0.25
    waits.append(looking.watch.wait)

    assert waits == [0.0, 0.0, 1.0, 0.25, 0.0]
    assert looking.looks == 3
    assert len(looking.told) == 1


def test_a_pause_stays_while_the_ledger_cannot_tell(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(ledger, monkeypatch)
    looking.failure = LedgerFailure("away", code="W801")
    looking.watch.look()  # while the run waits for something else, nothing depends on it
    looking.now += 1.0
    with pytest.raises(LedgerFailure):
        _ = looking.watch.wait

    looking.failure = None
    ledger.pauses.pause("news", "kim@desk")
    looking.now += 1.0
    assert looking.watch.wait > 0
    looking.failure = LedgerFailure("away", code="W801")
    looking.now += 1.0
    assert looking.watch.wait > 0


def test_a_run_that_ends_for_a_pause_does_not_forget_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would say that it is done, though people are left."""
    looking = Looking(ledger, monkeypatch, ends=True)
    ledger.pauses.pause("news", "kim@desk")
    assert looking.watch.wait > 0

    ledger.pauses.lift("news")
    looking.now += 5.0

    assert looking.watch.wait > 0
    assert looking.watch.ends_run
