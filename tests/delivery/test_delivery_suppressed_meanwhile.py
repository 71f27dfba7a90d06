"""Whoever unsubscribes while a run goes on gets nothing: claimed rows are looked at again before they are given out."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import Delivered, Progress, Retry, Run, Server, SmtpCourier, deliver, smtp_run
from ccmail.delivery.day_limit import DayLimit
from ccmail.delivery.graph_courier import GraphCourier
from ccmail.delivery.graph_service import GraphService
from ccmail.delivery.queue import FRESH, Queue
from ccmail.delivery.rate_limit import RateLimits
from ccmail.delivery.recorder import Recorder
from ccmail.ledger import (
    Claim,
    NewRecipient,
    RecipientFilter,
    Sending,
    SendingKind,
    State,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
)
from ccmail.workspace import Security
from tests.delivery.test_delivery_pipelining import Listens, Server2920

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
SENDER = "b@cities.example"
RETRY = Retry(server=(0.01, 0.05), recipient=(0.02, 0.05), patience=1.0, grace=5)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def person(number: int) -> str:
    return f"p{number}@x.example"


def started(ledger: Ledger, count: int) -> Sending:
    entries = (NewRecipient(person(n), person(n), "german", person=f"person:{n}") for n in range(1, count + 1))
    return ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=count, dtstamp=NOW)


def unsubscribe(ledger: Ledger, *numbers: int) -> None:
    """Keep suppressions by the hashes of people, as the public page and `ccmail inbox` do."""
    ledger.suppress(
        SuppressionEntry(f"person:{n}", SuppressionReason.UNSUBSCRIBED, NOW, "link in the mail") for n in numbers
    )


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def left_out(ledger: Ledger, sending: Sending) -> dict[str, str]:
    """Return who is left out, and why."""
    return {row.email: row.reason for row in ledger.rows(sending, State.LEFT_OUT)}


# ── the queue ──


class Watched:
    """A queue over a real ledger, with a clock that stands still until a test moves it.

    Attributes:
        looks: How many claims each look was about.
        listed: The list of the unsubscribed.
    """

    def __init__(
        self, ledger: Ledger, sending: Sending, *, domains: Mapping[str, float] | None = None, limit: int | None = None
    ) -> None:
        self.now = 100.0
        self.looks: list[int] = []
        self.listed: dict[str, str] = {}
        looks = self.looks

        class Counting(Run):
            __slots__ = ()

            def leave_out_suppressed(self, claims: Sequence[Claim]) -> Collection[int]:
                looks.append(len(claims))
                return super().leave_out_suppressed(claims)

        self.run = Counting(
            ledger,
            sending,
            assemble,
            lambda _: None,
            asyncio.Event(),
            RecipientFilter(),
            limit,
            unwanted=lambda: self.listed,
        )
        recorder = Recorder(ledger, sending, lambda _: None, most=lambda: 1)
        self.limits = RateLimits(ledger, "mail:587", None, domains or {})
        day = DayLimit(ledger, "mail", None)
        self.queue = Queue(self.run, recorder, self.limits, day, RETRY, clock=lambda: self.now)

    def pop(self) -> str | None:
        """Return who is given out next; their domain is charged."""
        claim = self.queue.pop()
        if claim is not None:
            self.limits.take(claim.email)
        return claim and claim.email


@pytest.fixture
def watched(ledger: Ledger) -> Watched:
    """The queue of a sending to five people."""
    return Watched(ledger, started(ledger, 5))


def unsubscribe_in_ledger(watched: Watched, ledger: Ledger) -> None:
    unsubscribe(ledger, 3)


def unsubscribe_in_file(watched: Watched, _ledger: Ledger) -> None:
    watched.listed[person(3)] = "unsubscribed"


@pytest.mark.parametrize("unsubscribes", [unsubscribe_in_ledger, unsubscribe_in_file])
def test_who_unsubscribes_while_waiting_for_the_turn_is_left_out(
    watched: Watched, ledger: Ledger, unsubscribes: Callable[[Watched, Ledger], None]
) -> None:
    first = watched.pop()
    unsubscribes(watched, ledger)
    watched.now += FRESH

    assert [first, *iter(watched.pop, None)] == [person(1), person(2), person(4), person(5)]
    assert left_out(ledger, watched.run.sending) == {person(3): "unsubscribed"}


def test_who_waits_for_the_turn_of_a_domain_is_left_out_too(ledger: Ledger) -> None:
    watched = Watched(ledger, started(ledger, 5), domains={"x.example": 0.001})
    assert (watched.pop(), watched.pop()) == (person(1), None)

    unsubscribe(ledger, 2, 5)
    watched.now += FRESH
    watched.pop()

    assert len(watched.queue) == 2
    assert left_out(ledger, watched.run.sending).keys() == {person(2), person(5)}


def test_who_stands_in_the_file_is_not_even_claimed_where_it_is_everybody(ledger: Ledger) -> None:
    watched = Watched(ledger, started(ledger, 3))
    watched.listed |= {person(n): "bounced" for n in (1, 2, 3)}

    assert watched.pop() is None
    assert set(left_out(ledger, watched.run.sending).values()) == {"bounced"}


def test_a_claim_that_was_put_back_is_looked_at_again_at_once(watched: Watched, ledger: Ledger) -> None:
    claim = watched.queue.pop()
    assert claim is not None
    unsubscribe(ledger, 1)

    watched.queue.put_back(claim)

    assert watched.pop() == person(2)


def test_who_was_given_out_a_while_ago_can_be_asked_about(watched: Watched, ledger: Ledger) -> None:
    first, second = watched.queue.pop(), watched.queue.pop()
    assert first is not None
    assert second is not None
    unsubscribe(ledger, 2)

    assert (watched.queue.is_wanted(first), watched.queue.is_wanted(second)) == (True, False)
    assert left_out(ledger, watched.run.sending).keys() == {person(2)}


def test_a_fast_run_asks_nothing_and_a_slow_one_asks_once_a_second_for_all(watched: Watched) -> None:
    watched.pop()
    watched.pop()
    fast = list(watched.looks)
    watched.now += FRESH
    watched.pop()
    watched.pop()

    assert fast == []
    assert watched.looks == [3]


def test_who_is_left_out_does_not_count_against_the_limit(ledger: Ledger) -> None:
    watched = Watched(ledger, started(ledger, 5), limit=2)
    first = watched.pop()
    unsubscribe(ledger, 2)
    watched.now += FRESH

    assert [first, *iter(watched.pop, None)] == [person(1), person(3)]


# ── over SMTP ──


def courier(smtpd: Smtpd) -> SmtpCourier:
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, smtpd.ca_file)
    return SmtpCourier(server, SENDER, connections=1, retry=RETRY)


@pytest.mark.parametrize("extensions", ["PIPELINING", "PIPELINING CHUNKING"])
async def test_a_mail_that_is_announced_already_is_called_back(
    ledger: Ledger, listening: Listens, monkeypatch: pytest.MonkeyPatch, extensions: str
) -> None:
    """The server takes its time for a mail, and meanwhile the next reader unsubscribes."""
    monkeypatch.setattr(smtp_run, "FRESH", 0.0)
    sending = started(ledger, 4)
    pipelining = Server2920(ehlo=extensions)

    def report(progress: Progress) -> None:
        if isinstance(progress, Delivered) and progress.claim.email == person(1):
            unsubscribe(ledger, 2)

    async with listening(pipelining) as port:
        server = Server("127.0.0.1", port, Security.NONE)
        await deliver(ledger, sending, assemble, SmtpCourier(server, SENDER, connections=1, retry=RETRY), report=report)

    assert [to for to, _ in pipelining.accepted] == [person(1), person(3), person(4)]
    assert left_out(ledger, sending) == {person(2): "unsubscribed"}
    assert ledger.counts(sending).people(State.ACCEPTED) == 3


async def test_who_unsubscribes_while_the_connection_opens_gets_nothing(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = started(ledger, 2)
    monkeypatch.setattr(smtpd, "authenticate", _then(smtpd.authenticate, lambda: unsubscribe(ledger, 1)))

    await deliver(ledger, sending, assemble, courier(smtpd))

    assert smtpd.recipients == [person(2)]
    assert left_out(ledger, sending) == {person(1): "unsubscribed"}


def _then(act: Callable[..., Any], also: Callable[[], None]) -> Callable[..., Any]:
    def both(*given: Any) -> Any:
        also()
        return act(*given)

    return both


# ── over Microsoft Graph ──


class _Hidden:
    def hide(self, text: str) -> str:
        return text


class _Tokens:
    """A provider that gives a token when somebody has unsubscribed."""

    hidden = _Hidden()

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._meanwhile = meanwhile

    def get(self) -> str:
        self._meanwhile()
        return "token"


@pytest.fixture
def graph() -> Iterator[ThreadingHTTPServer]:
    """A service that takes every mail."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_who_unsubscribes_while_a_token_is_renewed_gets_nothing(
    ledger: Ledger, graph: ThreadingHTTPServer
) -> None:
    sending = started(ledger, 4)
    tokens: Any = _Tokens(lambda: unsubscribe(ledger, 1, 3))
    service = GraphService(f"http://127.0.0.1:{graph.server_port}/v1.0", "news@cities.example", tokens)

    await deliver(ledger, sending, assemble, GraphCourier(service, rate=None, retry=RETRY))

    assert left_out(ledger, sending) == {person(1): "unsubscribed", person(3): "unsubscribed"}
    assert [row.email for row in ledger.rows(sending, State.ACCEPTED)] == [person(2), person(4)]
