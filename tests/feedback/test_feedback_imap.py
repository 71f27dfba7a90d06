"""A mailbox on a real IMAP server: it is read as it is, and stays as it was."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ccmail.delivery.server import Server
from ccmail.feedback.imap import imap_mails
from ccmail.feedback.mailbox import LARGEST, FetchedMail
from ccmail.problems import ServerRefused
from ccmail.workspace import Security
from tests.dovecot import Dovecot, dovecot_running, obstacle
from tests.e2e.shell import require
from tests.feedback.came_back import words

pytestmark = pytest.mark.mailstack

ANA = "ana@bonn.example"
ONE, TWO = (words(ANA, subject).replace(b"\n", b"\r\n") for subject in ("One", "Two"))

Start = Callable[..., Dovecot]


@pytest.fixture
def start(certificates: Path) -> Iterator[Start]:
    """Return a function that starts a Dovecot, which ends with the test."""
    require(obstacle())
    with ExitStack() as stack:
        yield lambda *how, **more: stack.enter_context(dovecot_running(certificates, *how, **more))


@pytest.fixture
def dovecot(start: Start) -> Dovecot:
    """A Dovecot with two mails in the inbox."""
    running = start()
    running.put(ONE, TWO)
    return running


def account(dovecot: Dovecot, security: Security = Security.TLS, **other: Any) -> Server:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    values = {"user": dovecot.user, "password": dovecot.password, "ca_file": dovecot.ca_file, "port": port}
    return Server(dovecot.host, security=security, **{**values, **other})


def refusal(server: Server, folder: str = "INBOX") -> ServerRefused:
    """Return the refusal that reading the folder ends with; the password is in none."""
    with pytest.raises(ServerRefused) as refused:
        list(imap_mails(server, folder))
    assert str(server.password) not in f"{refused.value.message}{refused.value.hint}"
    return refused.value


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS, Security.NONE])
def test_the_mails_come_in_their_order_byte_for_byte(start: Start, security: Security) -> None:
    dovecot = start(ssl="no") if security is Security.NONE else start()
    dovecot.put(ONE, TWO)

    mails = list(imap_mails(account(dovecot, security), "INBOX"))

    assert [(mail.name, mail.content) for mail in mails] == [("UID 1", ONE), ("UID 2", TWO)]


def test_nothing_is_deleted_and_nothing_is_marked_as_seen(dovecot: Dovecot) -> None:
    before = dovecot.mails()

    list(imap_mails(account(dovecot), "INBOX"))

    after = dovecot.mails()
    assert list(after) == list(before) == [1, 2]
    assert b"\\Seen" not in {flag for flags in after.values() for flag in flags}


def test_an_empty_folder_has_no_mails(start: Start) -> None:
    assert list(imap_mails(account(start()), "INBOX")) == []


def test_only_what_came_since_is_read(dovecot: Dovecot) -> None:
    (*_, last) = imap_mails(account(dovecot), "INBOX")

    assert list(imap_mails(account(dovecot), "INBOX", last.place)) == []

    dovecot.put(words(ANA, "Three"))
    assert [mail.name for mail in imap_mails(account(dovecot), "INBOX", last.place)] == ["UID 3"]


@pytest.mark.parametrize("place", ["12345/2", "nonsense", "/"])
def test_a_folder_that_was_made_anew_is_read_from_its_beginning(dovecot: Dovecot, place: str) -> None:
    assert len(list(imap_mails(account(dovecot), "INBOX", place))) == 2


def test_a_folder_has_any_name(dovecot: Dovecot) -> None:
    dovecot.put(TWO, folder="R&APw-ckl&AOQ-ufer")

    assert [mail.content for mail in imap_mails(account(dovecot), "Rückläufer")] == [TWO]


def test_of_a_huge_mail_the_beginning_is_read(start: Start) -> None:
    dovecot = start()
    dovecot.put(ONE + b"a" * LARGEST, TWO)

    huge, small = imap_mails(account(dovecot), "INBOX")

    assert huge.content[: len(ONE)] == ONE
    assert len(huge.content) == LARGEST
    assert small.content == TWO


def test_more_mails_than_are_asked_for_at_once_are_all_read(start: Start) -> None:
    dovecot = start()
    dovecot.put(*(words(ANA, str(number)) for number in range(205)))

    assert [mail.name for mail in imap_mails(account(dovecot), "INBOX")] == [f"UID {n}" for n in range(1, 206)]


# ── refusals ──


def test_a_wrong_password_is_tried_once(dovecot: Dovecot) -> None:
    refused = refusal(account(dovecot, password="wrong"))

    assert refused.code == "W822"
    assert dovecot.log.count("Password mismatch") == 1


@pytest.mark.parametrize("certificate", ["expired", "wrong-host", "self-signed"])
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    start: Start, certificate: str, security: Security
) -> None:
    dovecot = start(certificate)

    assert refusal(account(dovecot, security)).code == "W823"
    assert f"user=<{dovecot.user}>" not in dovecot.log


def test_without_our_own_authority_the_certificate_is_refused(dovecot: Dovecot) -> None:
    assert refusal(account(dovecot, ca_file=None)).code == "W823"


def test_a_file_that_has_no_certificates_is_named(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    refused = refusal(account(dovecot, ca_file=tmp_path / "ca.pem"))

    assert refused.code == "W823"
    assert "ca.pem" in refused.message


def test_a_server_without_encryption_gets_no_password(start: Start) -> None:
    dovecot = start(ssl="no")

    assert refusal(account(dovecot, Security.STARTTLS)).code == "W824"
    assert f"user=<{dovecot.user}>" not in dovecot.log


def test_tls_at_a_port_that_speaks_none_is_refused(dovecot: Dovecot) -> None:
    assert refusal(account(dovecot, port=dovecot.port)).code == "W823"


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    refused = refusal(Server("127.0.0.1", port, Security.TLS, "ana", "secret"))

    assert refused.code == "W825"
    assert f"127.0.0.1:{port}" in refused.message


def test_a_folder_that_is_not_there_is_named(dovecot: Dovecot) -> None:
    refused = refusal(account(dovecot), "Bounces")

    assert refused.code == "W826"
    assert "“Bounces”" in refused.message


def test_a_server_that_ends_in_between_is_said(start: Start) -> None:
    dovecot = start()
    dovecot.put(*(words(ANA, str(number)) for number in range(150)))
    mails = imap_mails(account(dovecot), "INBOX")
    first = next(mails)

    dovecot.stop()

    with pytest.raises(ServerRefused) as refused:
        list(mails)
    assert first == FetchedMail("UID 1", first.content, first.place)
    assert refused.value.code == "W825"
