"""The parts of aiosmtplib that ccmail uses: a change in a new version is noticed here first."""

from __future__ import annotations

import inspect
from importlib import metadata

import aiosmtplib


def test_the_version_is_one_that_was_looked_at() -> None:
    assert metadata.version("aiosmtplib").split(".")[:2] == ["5", "1"]


def test_all_that_is_used_is_there_and_public() -> None:
    used = {"connect", "ehlo", "starttls", "supports_extension", "auth_plain", "auth_login", "auth_crammd5", "close"}
    state = {"transport", "esmtp_extensions", "server_auth_methods", "local_hostname"}

    client = aiosmtplib.SMTP(hostname="mail.example", start_tls=False)

    assert {name for name in used if not callable(getattr(client, name))} == set()
    assert {name for name in state if not hasattr(client, name)} == set()
    assert {"hostname", "port", "use_tls", "start_tls", "tls_context", "timeout", "local_hostname"} <= set(
        inspect.signature(aiosmtplib.SMTP.__init__).parameters
    )


def test_errors_are_told_apart_as_before() -> None:
    answered = aiosmtplib.SMTPResponseException

    assert issubclass(aiosmtplib.SMTPAuthenticationError, answered)
    assert not issubclass(aiosmtplib.SMTPConnectError, answered)
    assert issubclass(aiosmtplib.SMTPConnectError, aiosmtplib.SMTPException)
