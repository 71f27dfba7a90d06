"""The doctor's look whether the mailbox for bounces takes a token, with a real server on loopback."""

from __future__ import annotations

import re
import socket

import pytest

from ccmail.delivery.return_path import note_tokens, takes_tokens
from ccmail.doctor import BounceInbox, Finding
from ccmail.doctor.bounces import examine_bounces
from ccmail.workspace import Workspace
from tests.conftest import Smtpd
from tests.doctor.conftest import Opened

TAGGED = re.compile(r"post\+check-[0-9a-f]{20}@news\.stadt\.example")


@pytest.fixture
def workspace(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    return at(opened, smtpd, monkeypatch)


def at(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch, tokens: str = "") -> Workspace:
    monkeypatch.setenv("CCMAIL_PW", smtpd.password)
    smtp = f"smtp: {{host: {smtpd.host}, port: {smtpd.port}, user: {smtpd.user}, password: env:CCMAIL_PW, "
    address = f"post@news.stadt.example{f', bounce_tokens: {tokens}' if tokens else ''}"
    return opened(f"{smtp}ca_file: {smtpd.ca_file}}}\n", bounces=address)


def mails_at(smtpd: Smtpd) -> BounceInbox:
    return BounceInbox(lambda: [mail.content for mail in smtpd.mails], patience=0)


def found_at(workspace: Workspace, inbox: BounceInbox | None = None, *, send: bool = True) -> Finding:
    (finding,) = examine_bounces(workspace, send=send, inbox=inbox)
    return finding


def test_nothing_is_sent_unless_it_is_wanted(workspace: Workspace, smtpd: Smtpd) -> None:
    found = found_at(workspace, send=False)

    assert (found.verdict.value, smtpd.connections) == ("not checked", 0)
    assert "ccmail doctor --bounces" in found.repair


def test_a_mail_that_has_come_turns_tokens_on(workspace: Workspace, smtpd: Smtpd) -> None:
    found = found_at(workspace, mails_at(smtpd))

    (mail,) = smtpd.mails
    assert TAGGED.fullmatch(mail.envelope_from)
    assert mail.envelope_to == (mail.envelope_from,)
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in mail.content
    assert found.verdict.value == "ok"
    assert takes_tokens(workspace)
    assert "post+TOKEN@news.stadt.example: as an earlier look has shown" in found_at(workspace, send=False).words


def test_a_mail_that_does_not_come_turns_them_off(workspace: Workspace) -> None:
    note_tokens(workspace, are_taken=True)

    found = found_at(workspace, BounceInbox(lambda: [b"Subject: ccmail check-1\r\n\r\n", b""], patience=0))

    assert found.verdict.value == "warning"
    assert "has not come" in found.words
    assert not takes_tokens(workspace)


def test_a_bounce_that_quotes_the_mail_is_not_the_mail(workspace: Workspace, smtpd: Smtpd) -> None:
    bounce = b"Subject: Undelivered Mail\r\n\r\nunknown user\r\n\r\n"

    found_at(workspace, BounceInbox(lambda: [bounce + mail.content for mail in smtpd.mails], patience=0))

    assert not takes_tokens(workspace)


def test_it_is_waited_for(workspace: Workspace, smtpd: Smtpd) -> None:
    looks: list[int] = []

    def later() -> list[bytes]:
        looks.append(1)
        return [mail.content for mail in smtpd.mails] if len(looks) > 2 else []

    found = found_at(workspace, BounceInbox(later, patience=600, pause=0))

    assert (found.verdict.value, len(looks)) == ("ok", 3)


def test_without_a_way_into_the_mailbox_a_person_is_told_where_to_look(workspace: Workspace, smtpd: Smtpd) -> None:
    found = found_at(workspace)

    subject = re.search(rb"Subject: (.*)\r", smtpd.mails[0].content)
    assert subject is not None
    assert found.verdict.value == "not checked"
    assert f"“{subject[1].decode()}”" in found.words
    assert "“bounce_tokens: yes”" in found.repair
    assert not takes_tokens(workspace)


@pytest.mark.smtpd(rcpt="550 5.1.1 no such user")
def test_a_mailbox_that_is_refused_is_a_warning(workspace: Workspace, smtpd: Smtpd) -> None:
    found = found_at(workspace, mails_at(smtpd))

    assert found.verdict.value == "warning"
    assert found.words.endswith("550 5.1.1 no such user")


@pytest.mark.smtpd(mail="553 5.7.1 not owned by you")
def test_tokens_that_ccmail_yaml_wants_and_the_server_refuses_are_an_error(
    opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = found_at(at(opened, smtpd, monkeypatch, tokens="yes"), mails_at(smtpd))

    assert found.verdict.value == "error"
    assert "bounce_tokens: no" in found.repair


@pytest.mark.smtpd(rcpt="451 4.7.1 greylisted")
def test_not_now_decides_nothing(workspace: Workspace, smtpd: Smtpd) -> None:
    note_tokens(workspace, are_taken=True)

    found = found_at(workspace, mails_at(smtpd))

    assert found.verdict.value == "not checked"
    assert takes_tokens(workspace)


@pytest.mark.smtpd(auth="535 5.7.8 wrong")
def test_a_server_that_lets_nobody_in_decides_nothing(workspace: Workspace, smtpd: Smtpd) -> None:
    found = found_at(workspace, mails_at(smtpd))

    assert found.verdict.value == "not checked"
    assert smtpd.mails == []


def test_a_server_that_is_not_there_decides_nothing(opened: Opened) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen

        found = found_at(opened(f"smtp: {{host: 127.0.0.1, port: {nobody.getsockname()[1]}, security: none}}\n"))

    assert (found.verdict.value, found.words.partition(":")[0]) == ("not checked", "the server cannot be reached")


def test_who_wants_no_tokens_is_asked_for_none(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_at(at(opened, smtpd, monkeypatch, tokens="no"))

    assert (found.verdict.value, smtpd.connections) == ("ok", 0)


def test_an_address_without_room_for_a_token_is_left_alone(opened: Opened) -> None:
    found = found_at(opened("smtp: {host: h.example}\n", bounces=f"{'b' * 38}@stadt.example"))

    assert (found.verdict.value, found.repair) == ("ok", "")


def test_without_a_server_nothing_is_known(opened: Opened) -> None:
    assert found_at(opened()).words == "ccmail.yaml names no server"
