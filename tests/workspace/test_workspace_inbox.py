"""The section `inbox:`: the mailbox that bounces and answers come to."""

from __future__ import annotations

import pytest

from ccmail.workspace import Security
from ccmail.workspace.secret import Secret, SecretKind
from tests.workspace.conftest import Load, Opened


def inbox(lines: str) -> str:
    """Return a section `smtp:` that is followed by these lines of a section `inbox:`."""
    return f"port: 587\ninbox:\n  imap: imap.stadt.example\n  user: bounces\n  {lines}"


def test_what_need_not_be_said_is_the_usual_and_safe(opened: Opened) -> None:
    settings = opened(inbox("")).settings.inbox

    assert settings is not None
    assert (settings.port, settings.security, settings.folder) == (993, Security.TLS, "INBOX")
    assert (settings.password, settings.ca_file) == (None, None)


def test_all_can_be_said(opened: Opened) -> None:
    lines = "port: 143", "security: starttls", "password: keyring", "folder: INBOX/Bounces", "ca_file: ca.pem"

    settings = opened(inbox("\n  ".join(lines))).settings.inbox

    assert settings is not None
    assert (settings.port, settings.security) == (143, Security.STARTTLS)
    assert (str(settings.folder), str(settings.ca_file)) == ("INBOX/Bounces", "ca.pem")
    assert settings.password == Secret(SecretKind.KEYRING)


def test_a_password_in_the_file_is_an_error_that_does_not_show_it(load: Load) -> None:
    (problem,) = load(inbox("password: geheim"))[1]

    assert problem.code == "W752"
    assert "geheim" not in repr(problem)


def test_mails_and_passwords_of_another_computer_are_not_readable_on_the_way(load: Load) -> None:
    (problem,) = load(inbox("security: none"))[1]

    assert problem.code == "W753"
    assert "imap.stadt.example" in problem.message
    assert "993" in problem.hint


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", '"::1"'])
def test_a_server_on_this_computer_needs_no_encryption(opened: Opened, host: str) -> None:
    lines = inbox("security: none").replace("imap.stadt.example", host)

    settings = opened(lines).settings.inbox

    assert settings is not None
    assert settings.security is Security.NONE


def test_an_unknown_key_is_an_error(load: Load) -> None:
    (problem,) = load(inbox("fodler: Bounces"))[1]

    assert "folder" in f"{problem.message} {problem.hint} {problem.marks}"
