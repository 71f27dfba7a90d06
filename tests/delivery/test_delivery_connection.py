from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import Fault, Outcome, Phase, Server, Timeouts
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.steps import NEVER, Steps
from ccmail.delivery.wire import mailbox, xtext
from ccmail.ledger import State
from ccmail.problems import ServerRefused
from ccmail.workspace import Security

if TYPE_CHECKING:
    from tests.conftest import Smtpd

Breaks = Callable[..., AbstractAsyncContextManager[tuple[Server, Any]]]
Listens = Callable[..., AbstractAsyncContextManager[int]]

FROM, TO = "bounces@cities.example", "uwe.kraft@stadt-ulm.example"
MAIL = b"From: a@b.example\r\nSubject: Einladung\r\n\r\n.first\r\nsecond\r\n..third\r\n"


def server_of(smtpd: Smtpd, security: Security = Security.STARTTLS, password: str = "") -> Server:
    return Server(smtpd.host, smtpd.port, security, smtpd.user, password or smtpd.password, ca_file=smtpd.ca_file)


def mail_object(to: str = TO, mail: bytes = MAIL) -> MailObject:
    return MailObject(mailbox(FROM), mailbox(to), mail)


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Connection]:
    connection = await Connection.open(server)
    try:
        yield connection
    finally:
        await connection.close()


def a_pause(connection: Connection, seconds: float) -> Steps[None]:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, over.set)
    loop.call_later(seconds, connection.resume)
    while not over.is_set():
        yield NEVER


async def outcome_of(smtpd: Smtpd, mail: bytes = MAIL, to: str = TO) -> Outcome:
    async with connected(server_of(smtpd)) as connection:
        return await connection.run(connection.send(mail_object(to, mail)))


# ── notifications (RFC 3461) ──


@pytest.mark.smtpd(dsn="taken")
async def test_where_it_is_offered_the_server_is_asked_to_notify_of_failures_and_delays(smtpd: Smtpd) -> None:
    mail = mail_object("a+b=c@x.example")._replace(envelope_id=b"abc=+")

    async with connected(server_of(smtpd)) as connection:
        await connection.run(connection.send(mail))

    assert smtpd.mails[0].dsn == (
        "RET=HDRS",
        "ENVID=abc+3D+2B",
        "NOTIFY=FAILURE,DELAY",
        "ORCPT=rfc822;a+2Bb+3Dc@x.example",
    )
    assert smtpd.mails[0].envelope_to == ("a+b=c@x.example",)


async def test_where_it_is_not_offered_nothing_is_asked(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        outcome = await connection.run(connection.send(mail_object()._replace(envelope_id=b"abc")))

        assert not connection.wants_dsn
    assert outcome.state is State.ACCEPTED


@pytest.mark.smtpd(dsn="taken", smtputf8=True)
async def test_an_address_that_is_not_ascii_is_asked_for_without_its_own_name(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        await connection.run(connection.send(mail_object("müller@x.example")))

    assert smtpd.mails[0].dsn == ("RET=HDRS", "NOTIFY=FAILURE,DELAY")


@pytest.mark.smtpd(dsn="refused")
async def test_a_server_that_announces_it_and_refuses_it_gets_the_mail_without(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        outcomes = [await connection.run(connection.send(mail_object())) for _ in range(2)]

        assert connection.has_refused_dsn
        assert not connection.wants_dsn
    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED] * 2
    assert smtpd.connections == 1
    assert smtpd.commands["rset"] == 1


@pytest.mark.smtpd(dsn="taken", rcpt="555 5.5.4 no such parameter")
async def test_a_refusal_that_is_not_about_the_parameters_is_the_reply_and_they_stay(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        outcome = await connection.run(connection.send(mail_object()))

        assert connection.wants_dsn
        assert not connection.has_refused_dsn
    assert (outcome.state, outcome.code) == (State.REFUSED, 555)
    assert smtpd.commands["rcpt"] == 2


@pytest.mark.parametrize(
    ("plain", "encoded"),
    [
        (b"a@x.example", b"a@x.example"),
        (b"a b\r\nRCPT TO:<c@d>", b"a+20b+0D+0ARCPT+20TO:<c@d>"),
        ("ü\x00\x7f".encode(), b"+C3+BC+00+7F"),
        (b"!*,-<>~", b"!*,-<>~"),
    ],
)
def test_a_parameter_can_end_neither_itself_nor_its_command(plain: bytes, encoded: bytes) -> None:
    assert xtext(plain) == encoded


# ── what arrives ──


async def test_the_bytes_that_arrive_are_the_bytes_handed_over(smtpd: Smtpd) -> None:
    outcome = await outcome_of(smtpd)

    assert [mail.content for mail in smtpd.mails] == [MAIL]
    assert smtpd.mails[0].envelope_from == FROM
    assert smtpd.mails[0].envelope_to == (TO,)
    assert outcome.state is State.ACCEPTED
    assert outcome.said == "250 2.0.0 queued"


async def test_pieces_arrive_as_one_mail(smtpd: Smtpd) -> None:
    pieces = (b"Subject: x\r\n\r\n", b".", b"a\r\n" * 30_000, b"end\r\n")

    async with connected(server_of(smtpd)) as connection:
        await connection.run(connection.send(mail_object(TO, b"".join(pieces))))

    assert smtpd.mails[0].content == b"".join(pieces)


async def test_a_mail_that_begins_with_a_dot_keeps_it(smtpd: Smtpd) -> None:
    await outcome_of(smtpd, b".\r\nbody\r\n")

    assert smtpd.mails[0].content == b".\r\nbody\r\n"


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_mail_and_password_travel_encrypted(security: Security, request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.smtpd(security=security.value))
    smtpd: Smtpd = request.getfixturevalue("smtpd")

    async with connected(server_of(smtpd, security)) as connection:
        await connection.run(connection.send(mail_object()))

    assert smtpd.mails[0].is_private
    assert smtpd.mails[0].user == smtpd.user


@pytest.mark.smtpd(security="none")
async def test_on_this_very_computer_it_goes_without_encryption_and_login(smtpd: Smtpd) -> None:
    async with connected(Server(smtpd.host, smtpd.port, Security.NONE)) as connection:
        await connection.run(connection.send(mail_object()))

    assert len(smtpd.mails) == 1
    assert smtpd.logins == []


async def test_a_connection_takes_one_mail_after_another(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        for number in range(5):
            await connection.run(connection.send(mail_object(f"reader{number}@x.example")))

    assert len(smtpd.mails) == 5
    assert smtpd.connections == 1


async def test_a_domain_with_umlauts_travels_as_a_label(smtpd: Smtpd) -> None:
    await outcome_of(smtpd, to="rat@münchen.example")

    assert smtpd.recipients == ["rat@xn--mnchen-3ya.example"]


async def test_umlauts_before_the_at_are_refused_where_the_server_takes_only_ascii(smtpd: Smtpd) -> None:
    outcome = await outcome_of(smtpd, to="müller@x.example")

    assert (outcome.state, outcome.phase) == (State.REFUSED, Phase.ADDRESS)
    assert smtpd.commands["mail"] == 0


@pytest.mark.smtpd(smtputf8=True)
async def test_umlauts_before_the_at_go_where_the_server_takes_them(smtpd: Smtpd) -> None:
    await outcome_of(smtpd, to="müller@x.example")

    assert smtpd.recipients == ["müller@x.example"]


@pytest.mark.smtpd(size=1000)
async def test_a_mail_that_is_too_big_is_not_even_begun(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        with pytest.raises(ServerRefused) as refusal:
            await connection.run(connection.send(mail_object(TO, b"x" * 1001)))

        assert connection.is_open
    assert refusal.value.code == "W712"
    assert smtpd.commands["mail"] == 0


# ── servers that get no password ──


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize(
    ("certificate", "words"),
    [("wrong-host", "IP address mismatch"), ("self-signed", "self-signed"), ("expired", "has expired")],
)
async def test_a_certificate_that_proves_nothing_ends_it_before_the_login(
    security: Security, certificate: str, words: str, request: pytest.FixtureRequest
) -> None:
    request.node.add_marker(pytest.mark.smtpd(security=security.value, certificate=certificate))
    smtpd: Smtpd = request.getfixturevalue("smtpd")

    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(server_of(smtpd, security))

    assert refusal.value.code == "W703"
    assert words in refusal.value.message
    assert smtpd.logins == []


@pytest.mark.smtpd(security="none")
async def test_a_stripped_starttls_ends_it_before_the_login(smtpd: Smtpd) -> None:
    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(server_of(smtpd))

    assert refusal.value.code == "W704"
    assert smtpd.logins == []


@pytest.mark.smtpd(security="starttls")
async def test_tls_at_a_port_for_starttls_is_named(smtpd: Smtpd) -> None:
    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(server_of(smtpd, Security.TLS))

    assert refusal.value.code == "W703"
    assert "587" in refusal.value.hint


def test_no_encryption_is_for_this_very_computer_only() -> None:
    with pytest.raises(ServerRefused) as refusal:
        Server("mail.cities.example", security=Security.NONE)

    assert refusal.value.code == "W704"


async def test_a_wrong_password_is_tried_once_and_shown_nowhere(smtpd: Smtpd) -> None:
    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(server_of(smtpd, password="s3cr3t-p4ss"))

    assert refusal.value.code == "W702"
    assert "535 5.7.8" in refusal.value.message
    assert len(smtpd.logins) == 1
    chain = f"{refusal.value!r} {refusal.value.hint} {refusal.value.__cause__!r} {server_of(smtpd)!r}"
    assert "s3cr3t-p4ss" not in chain
    assert smtpd.password not in chain


async def test_without_a_password_nobody_logs_in(smtpd: Smtpd) -> None:
    server = dataclasses.replace(server_of(smtpd), password=None)

    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(server)

    assert refusal.value.code == "W701"


@pytest.mark.smtpd(auth="454 4.7.0 Temporary authentication failure")
async def test_a_login_that_fails_for_now_is_no_wrong_password(smtpd: Smtpd) -> None:
    with pytest.raises(UnavailableError, match=r"454 4\.7\.0"):
        await Connection.open(server_of(smtpd))


async def test_a_ca_file_that_holds_no_certificate_is_named(smtpd: Smtpd, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")

    with pytest.raises(ServerRefused) as refusal:
        await Connection.open(dataclasses.replace(server_of(smtpd), ca_file=tmp_path / "ca.pem"))

    assert refusal.value.code == "W703"
    assert "ca.pem" in refusal.value.message


# ── the meaning of replies ──


@pytest.mark.parametrize(
    ("phase", "reply", "state", "fault"),
    [
        ("mail", "451 4.7.1 slow down", State.QUEUED, Fault.SERVER),
        ("mail", "550 5.7.60 send as denied", State.QUEUED, Fault.CAMPAIGN),
        ("rcpt", "450 4.2.0 greylisted", State.DEFERRED, Fault.RECIPIENT),
        ("rcpt", "550 5.1.1 no such user", State.REFUSED, Fault.RECIPIENT),
        ("rcpt", "421 4.3.2 shutting down", State.QUEUED, Fault.SERVER),
        ("data", "451 4.3.0 not now", State.DEFERRED, Fault.RECIPIENT),
        ("data", "554 5.5.1 no", State.REFUSED, Fault.RECIPIENT),
        ("data", "250 2.0.0 what", State.QUEUED, Fault.SERVER),
        ("end", "452 4.3.1 no space", State.DEFERRED, Fault.RECIPIENT),
        ("end", "554 5.6.0 we do not like it", State.REFUSED, Fault.RECIPIENT),
        ("end", "421 4.4.2 idle for too long", State.DEFERRED, Fault.SERVER),
        ("end", "421 4.3.2 shutting down", State.QUEUED, Fault.SERVER),
        ("end", "432 4.3.2 Concurrent connections limit exceeded", State.QUEUED, Fault.SERVER),
        ("rcpt", "451 Mails per session limit", State.QUEUED, Fault.SERVER),
        ("end", "354 what", State.IN_DOUBT, Fault.SERVER),
    ],
)
async def test_a_reply_means_what_the_table_says(
    phase: str, reply: str, state: State, fault: Fault, request: pytest.FixtureRequest
) -> None:
    request.node.add_marker(pytest.mark.smtpd(**{phase: reply}))
    smtpd: Smtpd = request.getfixturevalue("smtpd")

    outcome = await outcome_of(smtpd)

    assert (outcome.state, outcome.fault, outcome.phase.value) == (state, fault, phase)
    assert outcome.said == reply
    assert smtpd.mails == []


@pytest.mark.smtpd(rcpt=("550 5.1.1 no such user",))
async def test_a_refused_recipient_leaves_nothing_open_for_the_next(smtpd: Smtpd) -> None:
    async with connected(server_of(smtpd)) as connection:
        first = await connection.run(connection.send(mail_object("gone@x.example")))
        second = await connection.run(connection.send(mail_object("there@x.example")))

    assert (first.state, second.state) == (State.REFUSED, State.ACCEPTED)
    assert smtpd.commands["rset"] == 1
    assert smtpd.recipients == ["there@x.example"]


# ── connections that break ──


@pytest.mark.parametrize(
    ("at", "state", "phase"),
    [
        ("MAIL", State.QUEUED, Phase.MAIL),
        ("RCPT", State.QUEUED, Phase.RCPT),
        ("DATA", State.QUEUED, Phase.DATA),
        ("TEXT", State.QUEUED, Phase.TEXT),
        (".", State.IN_DOUBT, Phase.END),
    ],
)
async def test_only_a_line_that_breaks_after_the_dot_leaves_a_doubt(
    breaking: Breaks, at: str, state: State, phase: Phase
) -> None:
    async with breaking(at) as (server, _), connected(server) as connection:
        time_to_break = functools.partial(a_pause, connection, 0.1)
        outcome = await connection.run(connection.send(mail_object(), before_dot=time_to_break))

        assert (outcome.state, outcome.phase) == (state, phase)
        assert not connection.is_open


@pytest.mark.parametrize("last_words", [b"25", b"250", b"hello\r\n", b"250-more\r\n"])
async def test_half_an_answer_after_the_dot_is_a_doubt(breaking: Breaks, last_words: bytes) -> None:
    async with breaking(".", last_words) as (server, _), connected(server) as connection:
        outcome = await connection.run(connection.send(mail_object()))

    assert outcome.state is State.IN_DOUBT


async def test_a_silent_server_is_given_up_in_time(listening: Listens) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            if line.startswith(b"EHLO"):
                writer.write(b"250 fine\r\n")

    async with listening(silent) as port:
        server = Server("127.0.0.1", port, Security.NONE)
        async with connected(server) as connection:
            connection.server = dataclasses.replace(server, timeouts=Timeouts(reply=0.1, goodbye=0.1))
            outcome = await connection.run(connection.send(mail_object()))

    assert (outcome.state, outcome.text) == (State.QUEUED, "no answer in time")


async def test_what_must_happen_before_the_dot_happens_before_the_dot(breaking: Breaks) -> None:
    dots_before: list[int] = []

    async with breaking() as (server, behaviour), connected(server) as connection:

        def look() -> Steps[None]:
            yield from a_pause(connection, 0.05)
            dots_before.append(behaviour.dots)

        outcome = await connection.run(connection.send(mail_object(), before_dot=look))

    assert dots_before == [0]
    assert behaviour.dots == 1
    assert outcome.state is State.ACCEPTED


async def test_when_the_ledger_fails_the_dot_never_leaves(breaking: Breaks) -> None:
    async with breaking() as (server, behaviour), connected(server) as connection:

        def fail() -> Steps[None]:
            yield from a_pause(connection, 0.05)
            raise OSError

        with pytest.raises(OSError):  # noqa: PT011 - that very error has no words
            await connection.run(connection.send(mail_object(), before_dot=fail))
        await asyncio.sleep(0.05)

    assert behaviour.dots == 0
    assert not connection.is_open


async def test_a_server_that_is_not_there_is_unavailable(breaking: Breaks) -> None:
    async with breaking() as (server, _):
        pass  # it was there, and is gone

    with pytest.raises(UnavailableError, match="Connection refused"):
        await Connection.open(server)


@pytest.mark.parametrize(
    ("banner", "kind"),
    [(b"421 4.7.0 too many connections\r\n", UnavailableError), (b"554 5.7.1 no service\r\n", ServerRefused)],
)
async def test_a_banner_may_say_later_or_never(listening: Listens, banner: bytes, kind: type[Exception]) -> None:
    async def unwelcoming(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(banner)

    async with listening(unwelcoming) as port:
        with pytest.raises(kind, match=banner[4:9].decode()):
            await Connection.open(Server("127.0.0.1", port, Security.NONE))


async def test_an_answer_of_lines_without_text_that_never_ends_is_given_up(listening: Listens) -> None:
    async def go_on_and_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250 fine\r\n")
        await reader.readline()
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"250-\r\n" * 1000)
                await writer.drain()

    async with listening(go_on_and_on) as port, connected(Server("127.0.0.1", port, Security.NONE)) as connection:
        outcome = await connection.run(connection.send(mail_object()))

    assert (outcome.state, outcome.fault) == (State.QUEUED, Fault.SERVER)
    assert "makes no sense" in outcome.text
