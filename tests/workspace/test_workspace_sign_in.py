"""The key `login:` of smtp and inbox: signing in by OAuth 2.0, in the place of a password."""

from __future__ import annotations

import pytest

from ccmail.signin import Account, account_of
from ccmail.workspace.secret import Secret, SecretKind
from tests.workspace.conftest import Load, Opened

MICROSOFT = "user: news@stadt.example\n  login: {oauth: microsoft, tenant: stadt.onmicrosoft.com, client: 7f6d}"


def account(opened: Opened, lines: str, section: str = "smtp") -> Account:
    found = account_of(opened(lines), section)
    assert found is not None
    return found


def test_microsoft_is_asked_for_sending_only(opened: Opened) -> None:
    found = account(opened, MICROSOFT)

    assert found.issuer == "https://login.microsoftonline.com/stadt.onmicrosoft.com/v2.0"
    assert found.mail_scopes == ("https://outlook.office.com/SMTP.Send",)
    assert "offline_access" in found.scopes
    assert (found.user, found.host, found.keep) == (
        "news@stadt.example",
        "mail.stadt.example",
        Secret(SecretKind.KEYRING),
    )


def test_microsoft_is_asked_for_reading_where_the_mailbox_is_read(opened: Opened) -> None:
    login = "login: {oauth: microsoft, tenant: stadt.onmicrosoft.com, client: 7f6d}"
    lines = f"port: 587\ninbox:\n  imap: outlook.office365.com\n  user: bounces@stadt.example\n  {login}"

    found = account(opened, lines, "inbox")

    assert found.mail_scopes == ("https://outlook.office.com/IMAP.AccessAsUser.All",)
    assert (found.host, found.section) == ("outlook.office365.com", "inbox")
    assert account_of(opened(lines), "smtp") is None


def test_google_has_one_permission_for_all_mail(opened: Opened) -> None:
    found = account(
        opened, "user: news@stadt.example\n  login: {oauth: gmail, client: c.apps, secret: env:S, keep: file:.ccmail/g}"
    )

    assert (found.provider, found.issuer) == ("google", "https://accounts.google.com")
    assert found.mail_scopes == ("https://mail.google.com/",)
    assert found.secret == Secret(SecretKind.ENVIRONMENT, "S")
    assert found.keep == Secret(SecretKind.FILE, ".ccmail/g")


@pytest.mark.parametrize("scopes", ["[openid, mail.send]", "openid mail.send"])
@pytest.mark.parametrize(
    "issuer",
    ["https://id.stadt.example/realms/a", "https://id.stadt.example/realms/a/.well-known/openid-configuration"],
)
def test_any_provider_is_named_by_its_address(opened: Opened, issuer: str, scopes: str) -> None:
    found = account(opened, f"user: n@stadt.example\n  login: {{oauth: '{issuer}/', client: c, scopes: {scopes}}}")

    assert found.issuer == "https://id.stadt.example/realms/a"
    assert found.scopes == ("openid", "mail.send")
    assert found.title == found.issuer


def test_a_provider_of_this_computer_needs_no_encryption(opened: Opened) -> None:
    found = account(opened, "user: n\n  login: {oauth: 'http://127.0.0.1:8080', client: c, scopes: a}")

    assert found.issuer == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (f"password: keyring\n  {MICROSOFT}", "W880", "which one counts"),
        (MICROSOFT.partition("\n")[2].strip(), "W880", "mailbox"),
        ("user: a\n  login: {oauth: mircosoft, client: c}", "W861", "no provider"),
        ("user: a\n  login: {oauth: 'http://id.stadt.example', client: c, scopes: a}", "W861", "no safe address"),
        ("user: a\n  login: {oauth: 'https://id.stadt.example/?a=b', client: c, scopes: a}", "W861", "no safe address"),
        ("user: a\n  login: {oauth: 'https://a@id.stadt.example', client: c, scopes: a}", "W861", "no safe address"),
        ("user: a\n  login: {oauth: 'https:///x', client: c, scopes: a}", "W861", "no safe address"),
        ("user: a\n  login: {oauth: 'https://[x/', client: c, scopes: a}", "W861", "no safe address"),
        ("user: a\n  login: {oauth: microsoft, client: c}", "W862", "which organisation"),
        ("user: a\n  login: {oauth: microsoft, tenant: 'https://x', client: c}", "W862", "no tenant"),
        ("user: a\n  login: {oauth: google, tenant: x.example, client: c}", "W862", "only microsoft"),
        ("user: a\n  login: {oauth: 'https://id.stadt.example', client: c}", "W862", "what to ask"),
        ("user: a\n  login: {oauth: google, client: c, keep: env:TOKEN}", "W863", "environment"),
    ],
)
def test_what_cannot_be_is_named_at_its_place(load: Load, lines: str, code: str, words: str) -> None:
    (problem,) = load(lines)[1]

    assert problem.code == code
    assert words in problem.message
    assert problem.place is not None
    assert problem.place.line
    assert problem.hint


def test_a_typing_mistake_in_the_provider_is_understood(load: Load) -> None:
    (problem,) = load("user: a\n  login: {oauth: mircosoft, tenant: x.example, client: c}")[1]

    assert "microsoft" in problem.marks[0].label


@pytest.mark.parametrize("key", ["secret", "keep"])
def test_a_secret_in_the_file_is_an_error_that_does_not_show_it(load: Load, key: str) -> None:
    (problem,) = load(f"user: a\n  login: {{oauth: google, client: c, {key}: GOCSPX-geheim}}")[1]

    assert problem.code in {"W752", "W765"}
    assert "geheim" not in repr(problem)
