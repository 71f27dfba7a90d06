"""What providers refuse: each with who can change what."""

from __future__ import annotations

from typing import Any

import pytest

from ccmail.problems import ServerRefused
from ccmail.signin import Account
from ccmail.signin.provider import OpenIdProvider, read_provider
from ccmail.signin.provider_refusals import refused
from ccmail.signin.refusals import Refused
from ccmail.workspace.secret import Secret, SecretKind

LOGIN = "https://login.microsoftonline.com"


def at(provider: str, issuer: str = "") -> Account:
    keep = Secret(SecretKind.KEYRING)
    usual = {"microsoft": f"{LOGIN}/city.onmicrosoft.com/v2.0", "google": "https://accounts.google.com"}
    issuer = issuer or usual.get(provider, provider)
    return Account("smtp", "news@city.example", "smtp.example", provider, issuer, "app", ("mail.send",), keep)


@pytest.mark.parametrize(
    ("provider", "error", "words", "code", "hint"),
    [
        ("microsoft", "invalid_grant", "AADSTS65001: has not consented to the app", "W868", "Grant admin consent"),
        ("microsoft", "access_denied", "AADSTS65004: User declined to consent", "W868", "Grant admin consent"),
        ("microsoft", "invalid_grant", "AADSTS90094: admin consent is required", "W868", "Grant admin consent"),
        ("google", "access_denied", "admin_policy_enforced", "W868", "API controls"),
        ("https://id.example", "consent_required", "", "W868", "people who run the provider"),
        ("microsoft", "unauthorized_client", "AADSTS700016: Application not found", "W869", "Application (client) ID"),
        ("microsoft", "invalid_request", "AADSTS90002: Tenant 'x' not found", "W869", "Directory (tenant) ID"),
        ("microsoft", "invalid_client", "AADSTS7000218: needs client_assertion", "W869", "Allow public client flows"),
        ("google", "invalid_client", "The OAuth client was not found.", "W869", "smtp.login.client and secret"),
        ("microsoft", "invalid_scope", "AADSTS70011: scope is not valid", "W870", "adds these permissions"),
        ("microsoft", "invalid_grant", "AADSTS50173: the password was changed", "W867", "password has changed"),
        ("microsoft", "invalid_grant", "AADSTS700082: expired due to inactivity", "W867", "not used for long"),
        ("microsoft", "invalid_grant", "AADSTS50076: multi-factor authentication", "W867", "second factor"),
        ("microsoft", "interaction_required", "AADSTS53003: blocked by policies", "W867", "rule of your organisation"),
        ("google", "invalid_grant", "Token has been expired or revoked.", "W867", "seven days"),
        ("https://id.example", "invalid_grant", "", "W867", "ccmail login smtp"),
        ("microsoft", "invalid_grant", "AADSTS700024: not within its valid time range", "W879", "set it"),
        ("https://id.example", "a_new_error", "nobody knows", "W869", "administrator"),
    ],
)
def test_a_refusal_says_who_can_change_what(provider: str, error: str, words: str, code: str, hint: str) -> None:
    refusal = refused(at(provider), Refused(error, words))

    assert refusal.code == code
    assert hint in refusal.hint
    assert words in refusal.message


def document(issuer: str, **other: Any) -> dict[str, Any]:
    return {"issuer": issuer, "token_endpoint": f"{LOGIN}/city/oauth2/v2.0/token", **other}


def test_a_tenant_asked_for_by_its_domain_answers_with_its_id() -> None:
    tenant = "7f6d2a30-7f61-4a3f-8ab2-0b5c6f1f6a11"

    provider = read_provider(at("microsoft"), document(f"{LOGIN}/{tenant}/v2.0"))

    assert provider == OpenIdProvider(f"{LOGIN}/{tenant}/v2.0", f"{LOGIN}/city/oauth2/v2.0/token")


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.microsoftonline.com.evil.example/7f6d/v2.0",
        "http://login.microsoftonline.com/7f6d/v2.0",
        "https://login.microsoftonline.com/7f6d/../evil/v2.0",
        "https://evil.example/https://login.microsoftonline.com/7f6d/v2.0",
        "",
    ],
)
def test_nobody_else_is_microsoft(issuer: str) -> None:
    with pytest.raises(ServerRefused) as refusal:
        read_provider(at("microsoft"), document(issuer))

    assert refusal.value.code == "W871"


@pytest.mark.parametrize("issuer", ["https://id.example", "https://id.example/"])
def test_a_slash_at_the_end_makes_no_other_provider(issuer: str) -> None:
    assert read_provider(at("https://id.example"), document(issuer)).issuer == issuer
