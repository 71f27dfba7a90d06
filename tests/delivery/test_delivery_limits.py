"""The ends of a run: refusals that are about us, a server that wants fewer mails, a time that is over."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.delivery import Ending, Phase, Retry, Server, SmtpCourier, Timeouts, deliver
from ccmail.delivery.circuit_breaker import CircuitBreaker, Trip, is_about_us
from ccmail.delivery.outcome import Outcome, Reply, ReplyClass, outcome_of
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, open_ledger
from ccmail.problems import ServerRefused
from ccmail.workspace import Security

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
QUICK = Retry(server=(0.01, 0.05), recipient=(0.02, 0.05), patience=1.0, grace=5)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def started(ledger: Ledger, *addresses: str) -> Sending:
    entries = (NewRecipient(address, address, "german") for address in addresses)
    return ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=len(addresses), dtstamp=NOW)


def people(count: int, domain: str = "x.example") -> list[str]:
    return [f"p{n}@{domain}" for n in range(1, count + 1)]


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def courier(
    smtpd: Smtpd, *, connections: int = 1, retry: Retry = QUICK, domains: dict[str, float] | None = None
) -> SmtpCourier:
    login = (smtpd.user, smtpd.password, smtpd.ca_file)
    patient = Timeouts(connect=900)  # also where time is made to pass
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, *login, timeouts=patient)
    return SmtpCourier(server, "b@cities.example", connections=connections, retry=retry, domains=domains or {})


def claim(position: int) -> Claim:
    return Claim(position, f"key-{position}", f"p{position}@x.example", "german", 1, ())


def refused(code: int, text: str, phase: Phase = Phase.RCPT) -> Outcome:
    return outcome_of(phase, ReplyClass.NEVER, Reply(code, text), "mail:587")


# ── the circuit breaker ──


@pytest.mark.parametrize(
    ("outcome", "is_ours"),
    [
        (refused(550, "5.7.1 blocked"), True),
        (refused(554, "rejected"), True),
        (refused(554, "5.6.0 content", Phase.END), True),
        (refused(550, "5.1.1 unknown user"), False),
        (refused(552, "5.2.2 mailbox full"), False),
        (refused(550, "no such user"), False),
        (outcome_of(Phase.ADDRESS, ReplyClass.NEVER, None, "mail:587", "no address"), False),
    ],
)
def test_a_refusal_is_about_us_or_about_the_reader(outcome: Outcome, is_ours: bool) -> None:  # noqa: FBT001
    assert is_about_us(outcome) is is_ours


def test_the_breaker_trips_at_so_many_among_the_last_twice_as_many() -> None:
    breaker, never = CircuitBreaker(3), CircuitBreaker(0)
    fine, policy = outcome_of(Phase.END, ReplyClass.YES, Reply(250, "ok"), "m"), refused(550, "5.7.1 blocked")

    verdicts = (policy, fine, policy, fine, fine, fine, policy, fine, policy)

    spread = [breaker.trips_at(claim(number), outcome) for number, outcome in enumerate(verdicts)]

    assert spread == [None] * 9
    assert breaker.trips_at(claim(9), policy) == Trip(frozenset(), frozenset({6, 8, 9}))
    assert not any(never.trips_at(claim(number), policy) for number in range(20))


def test_who_is_refused_in_several_words_of_the_policy_stays_refused() -> None:
    breaker = CircuitBreaker(3)
    words = ("5.7.1 blocked", "5.7.1 not for this list", "5.4.5 sending limit exceeded")

    *_, trip = [breaker.trips_at(claim(number), refused(550, text)) for number, text in enumerate(words)]

    assert trip == Trip(frozenset({refused(550, words[2]).gist}), frozenset())  # else they would meet every run first


@pytest.mark.smtpd(rcpt="550 5.7.1 you are on a blocklist")
async def test_a_server_that_refuses_what_we_are_is_left_in_peace(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, *people(40))

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd))

    counts = ledger.counts(sending)
    assert refusal.value.code == "W716"
    assert "550 5.7.1 you are on a blocklist" in refusal.value.message
    assert counts.people(State.QUEUED) == 40  # no fault of the first five, either
    assert smtpd.commands["rcpt"] == 5


@pytest.mark.smtpd(rcpt="550 5.1.1 unknown user")
async def test_readers_who_are_gone_are_no_reason_to_stop(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, *people(12))

    with pytest.raises(ServerRefused, match="all 12 people"):  # after the last one, as it may be about us
        await deliver(ledger, sending, assemble, courier(smtpd))

    assert ledger.counts(sending).people(State.REFUSED) == 12


# ── limits of a server ──


@pytest.mark.smtpd(mail=tuple(itertools.chain(*[[*[None] * 3, "421 4.7.0 three are enough"]] * 2)))
async def test_a_connection_is_renewed_before_the_server_ends_it_again(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, *people(15))

    await deliver(ledger, sending, assemble, courier(smtpd))

    assert len(smtpd.recipients) == 15
    # two connections that were ended after three mails; then three mails each
    assert smtpd.connections == 2 + 3
    assert smtpd.commands["mail"] == 15 + 2


async def test_one_domain_waits_while_the_others_go_on(ledger: Ledger, smtpd: Smtpd) -> None:
    slow, quick = people(2, "gmx.example"), people(10)
    sending, stop = started(ledger, *slow, *quick), asyncio.Event()
    by_the_hour = courier(smtpd, connections=2, domains={"gmx.example": 1 / 3600})

    await deliver(ledger, sending, assemble, by_the_hour, report=when(smtpd, 11, stop), stop=stop)

    assert smtpd.recipients == sorted([slow[0], *quick])


async def test_what_a_domain_may_get_is_told_by_its_a_labels(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, "a@Städte.example", "b@städte.example", "c@x.example", "d@x.example")
    stop, by_the_hour = asyncio.Event(), courier(smtpd, domains={"xn--stdte-hra.example": 1 / 3600})

    await deliver(ledger, sending, assemble, by_the_hour, report=when(smtpd, 3, stop), stop=stop)

    assert [mail.envelope_to[0][0] for mail in smtpd.mails] == ["a", "c", "d"]


def when(smtpd: Smtpd, mails: int, stop: asyncio.Event) -> Callable[[object], None]:
    """Return a report that stops the run when so many mails have come."""
    return lambda _progress: stop.set() if len(smtpd.mails) >= mails else None


async def test_who_waits_for_a_domain_is_served_in_the_end(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, *people(3, "gmx.example"))

    await deliver(ledger, sending, assemble, courier(smtpd, domains={"gmx.example": 20.0}))

    assert smtpd.recipients == people(3, "gmx.example")


@pytest.mark.smtpd(rcpt=("450 4.2.0 greylisted, come back",))
async def test_a_greylist_is_given_more_time(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, *people(1))
    impatient = Retry(recipient=(0.05, 1.0), patience=0.1)

    await deliver(ledger, sending, assemble, courier(smtpd, retry=impatient))

    assert ledger.counts(sending).people(State.DEFERRED) == 1  # 0.25 s would have been too long


# ── too late ──

SOON = dt.timedelta(seconds=100)


def let_time_pass(monkeypatch: pytest.MonkeyPatch, is_time: Callable[[], bool]) -> None:
    """Let the running loop believe that more than `SOON` has passed when something has happened."""
    loop = asyncio.get_running_loop()
    time, more = loop.time, 2 * SOON.total_seconds()  # and no answer is too late yet
    monkeypatch.setattr(loop, "time", lambda: time() + (more if is_time() else 0))


async def test_nothing_is_begun_when_it_is_too_late(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW.isoformat())
    sending = started(ledger, *people(200))
    let_time_pass(monkeypatch, lambda: len(smtpd.mails) >= 5)

    result = await deliver(ledger, sending, assemble, courier(smtpd), until=NOW + SOON)

    accepted = ledger.counts(sending).people(State.ACCEPTED)
    assert result.ending is Ending.OVER
    assert 5 <= accepted < 100
    assert ledger.counts(sending).people(State.QUEUED) == 200 - accepted


async def test_who_waits_for_a_retry_is_let_go_when_it_is_too_late(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW.isoformat())
    smtpd.replies = {"rcpt": "450 4.2.2 full"}
    sending = started(ledger, *people(2))
    patient = Retry(recipient=(3000.0, 3000.0), patience=6000.0)
    let_time_pass(monkeypatch, lambda: smtpd.commands["rcpt"] == 2)

    result = await deliver(ledger, sending, assemble, courier(smtpd, retry=patient), until=NOW + SOON)

    assert result.ending is Ending.OVER
    assert ledger.counts(sending).people(State.DEFERRED) == 2
