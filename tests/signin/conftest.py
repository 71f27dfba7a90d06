"""A provider on loopback, an account there, a file for its permission."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccmail.signin import Account
from ccmail.signin.grants import Grant, keep_grant
from ccmail.workspace.secret import Secret, SecretKind
from tests.signin.issuer import CLIENT, PERSON, SCOPE, Issuer, issuer_running

USER, HOST = "newsletter@cities.example", "mail.cities.example"

Signed = Callable[..., Account]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A provider for this test."""
    with issuer_running() as running:
        yield running


@pytest.fixture
def account(issuer: Issuer, tmp_path: Path) -> Account:
    """An account there that nobody has signed in for yet."""
    return Account(
        section="smtp",
        user=USER,
        host=HOST,
        provider=issuer.url,
        issuer=issuer.url,
        client=CLIENT,
        scopes=(SCOPE, "openid", "offline_access"),
        keep=Secret(SecretKind.FILE, str(tmp_path / "kept" / "grants.json")),
        root=tmp_path,
    )


@pytest.fixture
def signed_in(issuer: Issuer, account: Account) -> Account:
    """An account there for which somebody has signed in."""
    keep_grant(account, Grant(account.issuer, account.client, issuer.permit(), PERSON))
    return account


def kept_in(account: Account) -> Path:
    """Return the file of an account's permission."""
    return Path(account.keep.name)


def other(account: Account, **fields: object) -> Account:
    """Return an account that differs."""
    return dataclasses.replace(account, **fields)  # type: ignore[arg-type]
