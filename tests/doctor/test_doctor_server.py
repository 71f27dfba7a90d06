"""The doctor's findings about a mail server, a real one on loopback."""

from __future__ import annotations

import socket

import pytest

from ccmail.doctor import Verdict
from ccmail.doctor.server import examine_server
from ccmail.workspace import Workspace
from tests.conftest import Smtpd
from tests.doctor.conftest import Opened, said


def at(opened: Opened, smtpd: Smtpd, security: str = "starttls", login: str = "env:CCMAIL_PW") -> Workspace:
    user = f"  user: {smtpd.user}\n  password: {login}\n" if login else ""
    return opened(
        f"smtp:\n  host: {smtpd.host}\n  port: {smtpd.port}\n  security: {security}\n  ca_file: {smtpd.ca_file}\n{user}"
    )


def test_a_good_server_is_described(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_PW", smtpd.password)

    found = said(examine_server(at(opened, smtpd)))

    assert found["connection"] == ("ok", f"127.0.0.1:{smtpd.port}, TLSv1.3")
    assert found["login methods"] == ("ok", "LOGIN, PLAIN")
    assert found["size"] == ("ok", "mails up to 10.0 MB")
    assert found["speed"][0] == "ok"
    assert found["login"] == ("ok", f"127.0.0.1:{smtpd.port} lets {smtpd.user} in")
    assert smtpd.logins == [(smtpd.user, smtpd.password)]
    assert smtpd.mails == []


def test_a_certificate_that_ends_soon_is_a_warning(opened: Opened, smtpd: Smtpd) -> None:
    verdict, words = said(examine_server(at(opened, smtpd, login="")))["certificate"]

    assert verdict == "warning"
    assert words.endswith((": 6 days", ": 7 days"))


@pytest.mark.smtpd(security="tls")
def test_a_server_with_tls_from_the_start_is_looked_at_too(opened: Opened, smtpd: Smtpd) -> None:
    assert said(examine_server(at(opened, smtpd, "tls", login="")))["connection"][0] == "ok"


def test_a_wrong_password_is_tried_once_and_hides_nothing_else(
    opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_PW", "wrong")

    found = said(examine_server(at(opened, smtpd)))

    assert found["login"][0] == "error"
    assert "wrong" not in found["login"][1]
    assert found["size"][0] == "ok"
    assert len(smtpd.logins) == 1


def test_without_a_stored_password_nothing_is_tried(opened: Opened, smtpd: Smtpd) -> None:
    found = said(examine_server(at(opened, smtpd)))

    assert found["login"][0] == "not checked"
    assert found["connection"][0] == "ok"
    assert smtpd.logins == []


def test_no_login_means_none(opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_PW", smtpd.password)

    found = said(examine_server(at(opened, smtpd), login=False))

    assert found["login"] == ("not checked", "not wanted (--no-login)")
    assert smtpd.logins == []


@pytest.mark.smtpd(certificate="expired")
def test_a_server_that_cannot_prove_who_it_is_is_an_error_and_gets_no_password(
    opened: Opened, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_PW", smtpd.password)

    found = said(examine_server(at(opened, smtpd)))

    assert found.pop("connection")[0] == "error"
    assert {verdict for verdict, _ in found.values()} == {"not checked"}
    assert smtpd.logins == []


@pytest.mark.smtpd(security="none")
def test_a_server_without_encryption_is_an_error(opened: Opened, smtpd: Smtpd) -> None:
    verdict, words = said(examine_server(at(opened, smtpd)))["connection"]

    assert verdict == "error"
    assert "STARTTLS" in words


@pytest.mark.smtpd(size=1_000_000)
def test_a_server_for_small_mails_is_a_warning(opened: Opened, smtpd: Smtpd) -> None:
    assert said(examine_server(at(opened, smtpd, login="")))["size"] == ("warning", "mails up to 1.0 MB")


def test_a_server_that_is_not_there_is_not_checked(opened: Opened) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        port = nobody.getsockname()[1]

        found = said(examine_server(opened(f"smtp: {{host: 127.0.0.1, port: {port}}}\n")))

    assert {verdict for verdict, _ in found.values()} == {"not checked"}
    assert "cannot be reached: Connection refused" in found["connection"][1]


def test_without_a_server_in_the_settings_every_line_says_so(opened: Opened) -> None:
    found = said(examine_server(opened()))

    assert set(found.values()) == {("not checked", "ccmail.yaml names no server")}


def test_the_limits_of_a_provider_are_shown_with_their_source_and_a_setting_above_them_is_a_warning(
    opened: Opened, smtpd: Smtpd
) -> None:
    where = f"host: {smtpd.host}, port: {smtpd.port}, security: starttls, ca_file: {smtpd.ca_file}"
    workspace = opened(f"smtp: {{provider: microsoft365, connections: 8, {where}}}\n")

    limits, above = [found for found in examine_server(workspace) if found.what == "provider"]

    assert limits.verdict is Verdict.OK
    assert limits.words.startswith(
        "Microsoft 365: 3 connections at a time, 30 per minute, 10,000 a day (https://learn."
    )
    assert above.verdict is Verdict.WARNING
    assert above.words == "“connections: 8” is more than Microsoft 365 takes (3)"
