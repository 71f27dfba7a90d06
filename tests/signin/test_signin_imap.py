"""Reading a mailbox with access tokens, at a real Dovecot that asks the provider about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ccmail.delivery import Server
from ccmail.feedback.imap import imap_mails
from ccmail.problems import ServerRefused
from ccmail.signin import AccessTokens, Account
from ccmail.workspace import Security
from tests.dovecot import USER, Dovecot, dovecot_running, obstacle
from tests.e2e.shell import require
from tests.feedback.came_back import words
from tests.signin.issuer import PERSON, Issuer

pytestmark = pytest.mark.mailstack

MAIL = words("ana@bonn.example", "One").replace(b"\n", b"\r\n")
Start = Callable[..., Dovecot]


@pytest.fixture
def start(certificates: Path, issuer: Issuer) -> Iterator[Start]:
    """Return a function that starts a Dovecot with a mail in the inbox, which takes the issuer's tokens."""
    require(obstacle())
    issuer.mailbox = USER
    with ExitStack() as stack:

        def begin(oauth: str = f"{issuer.url}/introspect") -> Dovecot:
            dovecot = stack.enter_context(dovecot_running(certificates, oauth=oauth))
            dovecot.put(MAIL)
            return dovecot

        yield begin


def server_of(dovecot: Dovecot, account: Account) -> Server:
    return Server(
        dovecot.host,
        dovecot.tls_port,
        Security.TLS,
        dovecot.user,
        ca_file=dovecot.ca_file,
        tokens=AccessTokens(account),
    )


def contents(server: Server) -> list[bytes]:
    return [mail.content for mail in imap_mails(server, "INBOX")]


@pytest.mark.parametrize("padding", [0, 2500])
def test_a_token_opens_the_mailbox(start: Start, issuer: Issuer, signed_in: Account, padding: int) -> None:
    issuer.padding = padding

    assert contents(server_of(start(), signed_in)) == [MAIL]


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
def test_both_methods_are_as_a_server_reads_them(
    start: Start, signed_in: Account, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.delivery.sasl.MECHANISMS", (method,))
    monkeypatch.setattr("ccmail.feedback.imap_sign_in.MECHANISMS", (method,))

    assert contents(server_of(start(), signed_in)) == [MAIL]


def test_a_token_that_has_ended_is_renewed(start: Start, issuer: Issuer, signed_in: Account) -> None:
    server = server_of(start(), signed_in)
    contents(server)
    issuer.end_access()

    assert contents(server) == [MAIL]
    assert issuer.refreshes() == 2


def test_a_mailbox_of_somebody_else_stays_closed(start: Start, issuer: Issuer, signed_in: Account) -> None:
    issuer.mailbox = "other@cities.example"

    with pytest.raises(ServerRefused) as refusal:
        contents(server_of(start(), signed_in))

    assert refusal.value.code == "W874"
    assert PERSON in refusal.value.hint
    assert "ccmail login inbox" in refusal.value.hint
    shown = f"{refusal.value!r}{refusal.value.hint}"
    assert not [secret for secret in issuer.secrets if secret in shown]


def test_a_permission_that_was_taken_back_is_named(start: Start, issuer: Issuer, signed_in: Account) -> None:
    dovecot = start()
    issuer.revoke()

    with pytest.raises(ServerRefused) as refusal:
        contents(server_of(dovecot, signed_in))

    assert refusal.value.code == "W867"


def test_a_provider_that_is_away_is_named(start: Start, issuer: Issuer, signed_in: Account) -> None:
    dovecot = start()
    issuer.answers = {"/token": (503, "busy")}

    with pytest.raises(ServerRefused) as refusal:
        contents(server_of(dovecot, signed_in))

    assert refusal.value.code == "W872"


def test_a_server_without_sign_in_gets_no_token(start: Start, issuer: Issuer, signed_in: Account) -> None:
    with pytest.raises(ServerRefused) as refusal:
        contents(server_of(start(oauth=""), signed_in))

    assert refusal.value.code == "W878"
    assert not [asked for asked in issuer.asked if asked.path == "/introspect"]
