from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import (
    Delivered,
    Ending,
    Outbox,
    Progress,
    Result,
    Retry,
    Server,
    SmtpCourier,
    Timeouts,
    Waiting,
    deliver,
    stop_at_signals,
)
from ccmail.delivery.rate_limit import RateLimit
from ccmail.ledger import (
    Claim,
    NewRecipient,
    RecipientFilter,
    Sending,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
)
from ccmail.problems import LedgerFailure, ServerRefused
from ccmail.workspace import Security

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

Breaks = Callable[..., AbstractAsyncContextManager[tuple[Server, Any]]]
NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
FROM = "bounces@cities.example"
AT_ONCE = Retry(server=(0.01, 0.05), recipient=(0.05, 0.05), patience=0.3, grace=5)
PATIENT = Retry(server=(0.01, 0.05), recipient=(0.05, 0.05), patience=240, grace=5)
NO_PATIENCE = Retry(server=(0.01, 0.05), patience=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".ccmail" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path, now=lambda: NOW) as opened:
        yield opened


def started(ledger: Ledger, people: int = 10, delivery: SendingKind = SendingKind.SMTP) -> Sending:
    entries = (
        NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german" if n % 2 else "international")
        for n in range(1, people + 1)
    )
    return ledger.start("2020-10-digitalisierung", delivery, "v", entries, confirmed=people, dtstamp=NOW)


def everybody(people: int = 10) -> list[str]:
    return sorted(f"p{n}@x.example" for n in range(1, people + 1))


def assemble(row: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", row.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def courier(
    smtpd: Smtpd,
    *,
    connections: int = 4,
    retry: Retry = AT_ONCE,
    password: str | None = None,
    rate: float | None = None,
) -> SmtpCourier:
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, password or smtpd.password, smtpd.ca_file)
    return SmtpCourier(server, FROM, connections=connections, retry=retry, rate=rate, jitter=lambda: 0.5)


def people(ledger: Ledger, sending: Sending, state: State) -> int:
    return ledger.counts(sending).people(state)


# ── SMTP ──


async def test_everybody_gets_one_mail_and_the_ledger_knows(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 60)
    reports: list[Progress] = []

    result = await deliver(ledger, sending, assemble, courier(smtpd), report=reports.append)

    assert result == Result(Ending.DONE)
    assert smtpd.recipients == everybody(60)
    assert 1 < smtpd.connections <= 4
    assert people(ledger, sending, State.ACCEPTED) == 60
    assert sorted(r.claim.email for r in reports if isinstance(r, Delivered)) == everybody(60)
    assert {(row.code, row.server) for row in ledger.rows(sending)} == {(250, f"127.0.0.1:{smtpd.port}")}
    assert {mail.content for mail in smtpd.mails} == {
        b"".join(assemble(ledger.claim_at(sending, r.position), NOW)) for r in ledger.rows(sending)
    }


async def test_a_second_run_finds_nothing_to_do_and_calls_nobody(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)
    await deliver(ledger, sending, assemble, courier(smtpd))
    connections = smtpd.connections

    result = await deliver(ledger, sending, assemble, courier(smtpd))

    assert result.ending is Ending.DONE
    assert smtpd.connections == connections
    assert len(smtpd.mails) == 10


async def test_a_run_goes_on_where_the_last_one_stopped(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 30)
    stop, reports = asyncio.Event(), iter(range(30))

    def stop_after_seven(_progress: Progress) -> None:
        if next(reports) == 6:
            stop.set()

    first = await deliver(ledger, sending, assemble, courier(smtpd), report=stop_after_seven, stop=stop)
    served = list(smtpd.recipients)
    second = await deliver(ledger, sending, assemble, courier(smtpd))

    assert (first.ending, second.ending) == (Ending.STOPPED, Ending.DONE)
    assert 7 <= len(served) <= 7 + 2 * 4
    assert smtpd.recipients == everybody(30)


async def test_what_is_under_way_when_somebody_stops_is_finished(
    ledger: Ledger, listening: Callable[..., AbstractAsyncContextManager[int]]
) -> None:
    sending, stop = started(ledger), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        in_text = False
        while line := await reader.readline():
            if in_text and line != b".\r\n":
                continue
            if in_text:
                stop.set()
                await asyncio.sleep(0.2)
            in_text = line == b"DATA\r\n"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")

    async with listening(slow) as port:
        smtp = SmtpCourier(Server("127.0.0.1", port, Security.NONE), FROM, connections=2)
        result = await deliver(ledger, sending, assemble, smtp, stop=stop)

    books = ledger.counts(sending)
    assert result.ending is Ending.STOPPED
    assert 1 <= books.people(State.ACCEPTED) <= 2
    assert books.people(State.ACCEPTED, State.QUEUED) == 10


async def test_who_does_not_answer_within_the_grace_leaves_a_doubt(
    ledger: Ledger, listening: Callable[..., AbstractAsyncContextManager[int]]
) -> None:
    sending, stop = started(ledger), asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            if line == b".\r\n":
                stop.set()
            elif b":" in line or line.startswith((b"EHLO", b"DATA")):
                writer.write(b"354 go on\r\n" if line == b"DATA\r\n" else b"250 fine\r\n")

    async with listening(mute) as port:
        smtp = SmtpCourier(Server("127.0.0.1", port, Security.NONE), FROM, connections=1, retry=Retry(grace=0.1))
        result = await deliver(ledger, sending, lambda _row, _date: [b"text\r\n"], smtp, stop=stop)

    assert result.ending is Ending.STOPPED
    assert [row.position for row in ledger.rows(sending, State.IN_DOUBT)] == [1]
    assert people(ledger, sending, State.QUEUED) == 9


async def test_who_may_have_it_from_a_dead_process_is_not_sent_to(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)
    ledger.claim(sending, 3)
    ledger.record(sending, [StateChange(1, State.IN_FLIGHT)])

    resumed = ledger.resume(sending.campaign, SendingKind.SMTP)
    assert resumed is not None
    await deliver(ledger, resumed, assemble, courier(smtpd))

    assert smtpd.recipients == [address for address in everybody() if address != "p1@x.example"]
    assert people(ledger, sending, State.IN_DOUBT) == 1


async def test_the_ledger_says_in_flight_before_the_dot_leaves(
    ledger: Ledger, path: Path, listening: Callable[..., AbstractAsyncContextManager[int]]
) -> None:
    sending = started(ledger, 8)
    seen: list[str] = []

    async def curious(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        to, in_text = "", False
        while line := await reader.readline():
            if line.startswith(b"RCPT"):
                to = line.decode().split("<")[1].split(">")[0]
            if in_text and line != b".\r\n":
                continue
            if in_text:
                raw = sqlite3.connect(path)
                seen.extend(raw.execute("SELECT state FROM recipient WHERE email = ?", [to]).fetchone())
                raw.close()
            in_text = line == b"DATA\r\n"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")

    async with listening(curious) as port:
        await deliver(ledger, sending, assemble, SmtpCourier(Server("127.0.0.1", port, Security.NONE), FROM))

    assert seen == ["in_flight"] * 8
    assert people(ledger, sending, State.ACCEPTED) == 8


async def test_a_part_or_a_number_of_the_people_can_be_sent_to(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    await deliver(ledger, sending, assemble, courier(smtpd), recipients=RecipientFilter(segments=("german",)), limit=3)

    assert smtpd.recipients == ["p1@x.example", "p3@x.example", "p5@x.example"]
    assert people(ledger, sending, State.QUEUED) == 7


async def test_who_unsubscribed_after_the_start_gets_nothing(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)
    ledger.suppress([SuppressionEntry("p4@x.example", SuppressionReason.UNSUBSCRIBED, NOW, "reply")])

    await deliver(ledger, sending, assemble, courier(smtpd))

    assert smtpd.recipients == [address for address in everybody() if address != "p4@x.example"]
    assert ledger.counts(sending).reasons == {"unsubscribed": 1}


@pytest.mark.smtpd(rcpt={"p2@x.example": "550 5.1.1 no such user", "p3@x.example": "452 4.2.2 full"})
async def test_one_who_is_refused_or_deferred_keeps_nobody_else_from_it(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd, retry=NO_PATIENCE))

    assert result.ending is Ending.DONE
    assert [row.position for row in ledger.rows(sending, State.REFUSED)] == [2]
    assert [row.text for row in ledger.rows(sending, State.DEFERRED)] == ["full"]
    assert people(ledger, sending, State.ACCEPTED) == 8


@pytest.mark.smtpd(rcpt=("450 4.2.0 greylisted",))
async def test_one_who_is_deferred_is_tried_again_within_the_patience(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 3)
    reports: list[Progress] = []

    await deliver(ledger, sending, assemble, courier(smtpd), report=reports.append)

    assert smtpd.recipients == everybody(3)
    assert any(isinstance(r, Waiting) and r.why == "1 to try again" and r.seconds <= 0.05 for r in reports)
    log = [attempt.state for attempt in ledger.attempts(sending)]
    assert sorted(state.value for state in log) == ["accepted", "accepted", "accepted", "deferred"]


@pytest.mark.smtpd(rcpt=("450 4.2.0 greylisted",))
async def test_one_who_stays_deferred_is_tried_by_the_next_run(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 3)
    await deliver(ledger, sending, assemble, courier(smtpd, retry=NO_PATIENCE))
    assert people(ledger, sending, State.DEFERRED) == 1

    await deliver(ledger, sending, assemble, courier(smtpd, retry=NO_PATIENCE))

    assert smtpd.recipients == everybody(3)


# ── the date ──

TODAY, NEXT_WEEK = NOW, NOW + dt.timedelta(days=7)


def dated(row: Claim, date: dt.datetime) -> Sequence[bytes]:
    return (f"Date: {date:%d %b}\r\nTo: {row.email}\r\n\r\n".encode(),)


def dates(smtpd: Smtpd) -> dict[str, str]:
    """Return the date of each reader's mail."""
    return {mail.envelope_to[0]: mail.content.decode().splitlines()[0] for mail in smtpd.mails}


async def deliver_on(day: dt.datetime, ledger: Ledger, sending: Sending, smtpd: Smtpd, **more: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCMAIL_NOW", day.isoformat())
        await deliver(ledger, sending, dated, courier(smtpd, retry=NO_PATIENCE), **more)


async def test_each_mail_has_the_date_of_its_own_handover(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 3)
    await deliver_on(TODAY, ledger, sending, smtpd, limit=2)

    await deliver_on(NEXT_WEEK, ledger, sending, smtpd)

    first, second, third = everybody(3)
    assert dates(smtpd) == {first: "Date: 21 Sep", second: "Date: 21 Sep", third: "Date: 28 Sep"}


@pytest.mark.parametrize(
    "date",
    [
        pytest.param("Date: 21 Sep", marks=pytest.mark.smtpd(end=("451 4.3.0 later",)), id="its text was handed over"),
        pytest.param("Date: 28 Sep", marks=pytest.mark.smtpd(rcpt=("450 4.2.0 later",)), id="refused before its text"),
    ],
)
async def test_a_later_attempt_has_the_date_of_the_first_handover(ledger: Ledger, smtpd: Smtpd, date: str) -> None:
    sending = started(ledger, 1)
    await deliver_on(TODAY, ledger, sending, smtpd)
    assert people(ledger, sending, State.DEFERRED) == 1

    await deliver_on(NEXT_WEEK, ledger, sending, smtpd)

    assert dates(smtpd) == {"p1@x.example": date}


async def test_a_mail_in_doubt_that_is_sent_again_has_its_date(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 1)
    (claim,) = ledger.claim(sending, 1)
    for state in (State.IN_FLIGHT, State.IN_DOUBT, State.QUEUED):
        date = TODAY if state is State.IN_FLIGHT else None
        ledger.record(sending, [StateChange(claim.position, state, date=date)])

    await deliver_on(NEXT_WEEK, ledger, sending, smtpd)

    assert dates(smtpd) == {"p1@x.example": "Date: 21 Sep"}


async def test_a_rehearsal_shows_the_time_of_the_rehearsal(ledger: Ledger, tmp_path: Path) -> None:
    sending = started(ledger, 1, SendingKind.OUTBOX)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCMAIL_NOW", NEXT_WEEK.isoformat())
        await deliver(ledger, sending, dated, Outbox(tmp_path / "outbox"))

    (mail,) = (tmp_path / "outbox").glob("*.eml")
    assert mail.read_bytes().startswith(b"Date: 28 Sep")


# ── a server that says no ──


@pytest.mark.smtpd(mail=("451 4.7.1 slow down", "451 4.7.1 slow down"))
async def test_a_busy_server_makes_all_wait_and_costs_nobody(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)
    reports: list[Progress] = []

    result = await deliver(ledger, sending, assemble, courier(smtpd, retry=PATIENT), report=reports.append)

    assert result.ending is Ending.DONE
    assert smtpd.recipients == everybody()
    assert any(isinstance(r, Waiting) and r.why == "451 4.7.1 slow down" for r in reports)


@pytest.mark.smtpd(mail="451 4.7.1 slow down")
async def test_a_server_that_stays_busy_is_given_up_and_nobody_charged(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd))

    assert result == Result(Ending.GAVE_UP, "451 4.7.1 slow down")
    assert people(ledger, sending, State.QUEUED) == 10


@pytest.mark.smtpd(rcpt={"p2@x.example": "421 4.7.0 not you"})
async def test_one_at_whom_the_server_hangs_up_does_not_hold_up_the_others(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd, connections=1))

    assert result.ending is Ending.DONE
    assert people(ledger, sending, State.ACCEPTED) == 9
    assert [row.position for row in ledger.rows(sending, State.DEFERRED)] == [2]


@pytest.mark.smtpd(mail="550 5.7.60 not allowed to send as this sender")
async def test_a_refused_sender_stops_the_campaign_and_charges_nobody(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd))

    assert refusal.value.code == "W709"
    assert FROM in refusal.value.message
    assert "550 5.7.60" in refusal.value.message
    assert people(ledger, sending, State.QUEUED) == 10


async def test_a_wrong_password_is_tried_once_however_many_connections(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd, password="wrong"))

    assert refusal.value.code == "W702"
    assert len(smtpd.logins) == 1
    assert people(ledger, sending, State.QUEUED) == 10


async def test_a_server_that_is_not_there_is_waited_for_and_costs_nobody(ledger: Ledger, breaking: Breaks) -> None:
    sending = started(ledger)
    async with breaking() as (server, _):
        pass
    reports: list[Progress] = []

    result = await deliver(ledger, sending, assemble, SmtpCourier(server, FROM, retry=AT_ONCE), report=reports.append)

    assert result == Result(Ending.GAVE_UP, "Connection refused")
    assert any(isinstance(r, Waiting) and r.why == "Connection refused" for r in reports)
    assert people(ledger, sending, State.QUEUED) == 10


async def test_a_server_whose_name_nobody_knows_is_a_typing_error(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, SmtpCourier(Server("smpt.cities.example"), FROM, retry=AT_ONCE))

    assert refusal.value.code == "W710"
    assert "Name or service not known" in refusal.value.message
    assert people(ledger, sending, State.QUEUED) == 10


@pytest.mark.parametrize(
    "address", ["a@b> AUTH=<c", "a@b\r\nRCPT TO:<c@d>", "a@b,c@d", "a b@c.example", "", "nobody", "a@b\x00"]
)
async def test_an_address_that_would_end_the_command_never_reaches_the_server(
    ledger: Ledger, smtpd: Smtpd, address: str
) -> None:
    entries = [NewRecipient("odd", address, "german"), NewRecipient("p1@x.example", "p1@x.example", "german")]
    sending = ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=2, dtstamp=NOW)

    await deliver(ledger, sending, assemble, courier(smtpd))

    odd, other = ledger.rows(sending)
    assert (odd.state, odd.reason, other.state) == (State.REFUSED, "", State.ACCEPTED)
    assert "is not a mail address" in odd.text
    assert smtpd.commands["rcpt"] == 1


async def test_a_server_that_takes_three_mails_a_connection_gets_more_connections(
    ledger: Ledger, breaking: Breaks
) -> None:
    sending = started(ledger)
    reports: list[Progress] = []

    async with breaking("MAIL", b"421 4.7.0 enough\r\n", after=3) as (server, _):
        smtp = SmtpCourier(server, FROM, connections=1, retry=AT_ONCE)
        await deliver(ledger, sending, assemble, smtp, report=reports.append)

    assert people(ledger, sending, State.ACCEPTED) == 10
    assert not [r for r in reports if isinstance(r, Waiting)]


async def test_a_server_that_dies_at_every_dot_puts_few_in_doubt(ledger: Ledger, breaking: Breaks) -> None:
    sending = started(ledger, 200)

    async with breaking(".") as (server, behaviour):
        result = await deliver(ledger, sending, assemble, SmtpCourier(server, FROM, retry=AT_ONCE, jitter=lambda: 0.5))

    in_doubt = people(ledger, sending, State.IN_DOUBT)
    assert result.ending is Ending.GAVE_UP
    assert in_doubt == behaviour.dots
    assert in_doubt < 60
    assert people(ledger, sending, State.QUEUED) == 200 - in_doubt


async def test_a_line_that_breaks_in_the_text_is_no_doubt(ledger: Ledger, breaking: Breaks) -> None:
    sending = started(ledger, 4)

    async with breaking("RCPT", after=1) as (server, behaviour):
        smtp = SmtpCourier(server, FROM, connections=1, retry=AT_ONCE, jitter=lambda: 0.5)
        await deliver(ledger, sending, assemble, smtp)

    assert people(ledger, sending, State.IN_DOUBT) == 0
    assert behaviour.dots == people(ledger, sending, State.ACCEPTED)


async def test_a_ledger_that_fails_lets_no_dot_leave(
    path: Path, breaking: Breaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(path.parent.parent / "unused", isolation_level=None)
    with open_ledger(path, now=lambda: NOW) as ledger:
        sending = started(ledger)
        holder.close()
        holder = sqlite3.connect(path, isolation_level=None)

        def assemble_and_hold(row: Claim, date: dt.datetime) -> Sequence[bytes]:
            if not holder.in_transaction:
                holder.execute("BEGIN IMMEDIATE")
            return assemble(row, date)

        async with breaking() as (server, behaviour):
            with pytest.raises(LedgerFailure) as failure:
                await deliver(ledger, sending, assemble_and_hold, SmtpCourier(server, FROM))
        holder.close()

        ledger.resume(sending.campaign, SendingKind.SMTP)
        assert people(ledger, sending, State.QUEUED) == 10
    assert failure.value.code == "W731"
    assert behaviour.dots == 0


async def test_a_mail_that_cannot_be_assembled_ends_the_run_and_the_others_arrive(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 4)

    def careless(row: Claim, date: dt.datetime) -> Sequence[bytes]:
        if row.position == 3:
            raise ZeroDivisionError
        return assemble(row, date)

    with pytest.raises(ZeroDivisionError):
        await deliver(ledger, sending, careless, courier(smtpd, connections=1))

    assert smtpd.recipients == everybody(2)
    assert people(ledger, sending, State.ACCEPTED) == 2
    assert people(ledger, sending, State.QUEUED) == 2


async def test_the_pace_is_kept_by_all_connections_together(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = started(ledger, 6)
    take, left = RateLimit.take, list[float]()

    def look_and_take(limit: RateLimit) -> None:
        left.append(limit.wait)
        take(limit)

    monkeypatch.setattr(RateLimit, "take", look_and_take)

    await deliver(ledger, sending, assemble, courier(smtpd, rate=20))

    assert len(left) == 6  # all of them ask the same limit
    assert max(left) < 0.001
    assert smtpd.recipients == everybody(6)


async def test_a_server_that_wants_fewer_connections_gets_fewer_and_seldom_one_more(
    ledger: Ledger, listening: Callable[..., AbstractAsyncContextManager[int]]
) -> None:
    sending = started(ledger, 40)
    guests, refused = 0, 0

    async def choosy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal guests, refused
        if guests == 2:
            refused += 1
            writer.write(b"421 4.7.0 too many connections\r\n")
            return
        guests += 1
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            await asyncio.sleep(0.001)
            if line == b".\r\n" or b":" in line or line.startswith((b"EHLO", b"DATA")):
                writer.write(b"354 go on\r\n" if line == b"DATA\r\n" else b"250 fine\r\n")
        guests -= 1

    async with listening(choosy) as port:
        smtp = SmtpCourier(Server("127.0.0.1", port, Security.NONE), FROM, connections=5)
        result = await deliver(ledger, sending, lambda _row, _date: [b"text\r\n"], smtp)

    assert result.ending is Ending.DONE
    assert people(ledger, sending, State.ACCEPTED) == 40
    assert 3 <= refused <= 5  # one more was tried after 10 accepted mails, and after 20 more


async def test_a_server_that_is_away_for_a_while_is_waited_for(ledger: Ledger, breaking: Breaks) -> None:
    sending = started(ledger)
    served, waited = asyncio.Event(), asyncio.Event()

    def report(progress: Progress) -> None:
        if isinstance(progress, Waiting):
            waited.set()
        elif isinstance(progress, Delivered) and progress.claim.position == 4:
            served.set()

    async with breaking("MAIL", after=4) as (server, first):
        smtp = SmtpCourier(server, FROM, connections=1, retry=PATIENT, rate=20)
        running = asyncio.create_task(deliver(ledger, sending, assemble, smtp, report=report))
        await asyncio.wait_for(served.wait(), 120)
    await asyncio.wait_for(waited.wait(), 120)
    async with breaking(port=server.port) as (_, second):
        result = await running

    assert result.ending is Ending.DONE
    assert (first.dots, second.dots) == (4, 6)
    assert people(ledger, sending, State.ACCEPTED) == 10


async def test_a_stop_does_not_wait_for_a_server_that_says_nothing(
    ledger: Ledger, listening: Callable[..., AbstractAsyncContextManager[int]]
) -> None:
    sending, stop = started(ledger), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        stop.set()
        await reader.read()

    async with listening(silent) as port:
        server = Server("127.0.0.1", port, Security.NONE, timeouts=Timeouts(connect=900, reply=900))
        deliveries = deliver(ledger, sending, assemble, SmtpCourier(server, FROM), stop=stop)
        result = await asyncio.wait_for(deliveries, 120)

    assert result.ending is Ending.STOPPED
    assert people(ledger, sending, State.QUEUED) == 10


# ── the outbox ──


async def test_the_outbox_holds_what_the_server_would_get(ledger: Ledger, smtpd: Smtpd, tmp_path: Path) -> None:
    rehearsal = started(ledger, delivery=SendingKind.OUTBOX)
    real = started(ledger)

    await deliver(ledger, rehearsal, assemble, Outbox(tmp_path / "out"))
    await deliver(ledger, real, assemble, courier(smtpd))

    files = {row.email: tmp_path / "out" / row.text for row in ledger.rows(rehearsal)}
    assert {mail.envelope_to[0]: mail.content for mail in smtpd.mails} == {
        email: file.read_bytes() for email, file in files.items()
    }
    assert len(files) == 10


async def test_a_rehearsal_marks_nobody_for_the_real_sending(ledger: Ledger, tmp_path: Path) -> None:
    rehearsal = started(ledger, delivery=SendingKind.OUTBOX)

    await deliver(ledger, rehearsal, assemble, Outbox(tmp_path / "out"))

    assert people(ledger, rehearsal, State.ACCEPTED) == 10
    assert ledger.latest(rehearsal.campaign, SendingKind.SMTP) is None
    assert people(ledger, started(ledger), State.QUEUED) == 10


async def test_a_rehearsal_can_be_stopped_and_goes_on(ledger: Ledger, tmp_path: Path) -> None:
    rehearsal = started(ledger, 1200, SendingKind.OUTBOX)
    stop = asyncio.Event()
    outbox = Outbox(tmp_path / "out")

    first = await deliver(ledger, rehearsal, assemble, outbox, report=lambda _: stop.set(), stop=stop)
    between = people(ledger, rehearsal, State.ACCEPTED)
    second = await deliver(ledger, rehearsal, assemble, outbox)

    assert (first.ending, second.ending) == (Ending.STOPPED, Ending.DONE)
    assert 0 < between < 1200
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1200


# ── signals ──


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_is_a_wish_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with stop_at_signals() as stop:
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), 120)

        assert stop.signal is number
        assert signal.getsignal(number) is before  # the second one ends it
    assert signal.getsignal(number) is before
