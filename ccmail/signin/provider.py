"""The provider: where its services are, as it says itself (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ccmail.signin import refusals
from ccmail.wording import say
from ccmail.workspace.sign_in import is_loopback

if TYPE_CHECKING:
    from ccmail.signin.account import Account

# a tenant that is asked for by its domain answers with its ID
_MICROSOFT_ISSUER = re.compile(r"https://login\.microsoftonline\.com/[\w.{}-]+/v2\.0")


@dataclasses.dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """The services of a provider, by their addresses; "" for one that it does not have.

    Attributes:
        issuer: Its name, as its document has it.
        token: Gives tokens.
        device: Gives codes that are typed on another device (RFC 8628).
        authorization: The page on which a person consents.
        revocation: Ends a permission (RFC 7009).
        takes_secret_in_body: Whether the app's secret goes with the form, for it takes no other way.
    """

    issuer: str
    token: str
    device: str = ""
    authorization: str = ""
    revocation: str = ""
    takes_secret_in_body: bool = False


def discovery_address(issuer: str) -> str:
    """Return where a provider says what it has (OpenID Connect Discovery 1.0, section 4)."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read_provider(account: Account, document: Any) -> OpenIdProvider:
    """Return the provider of an account, from its document.

    Raises:
        ServerRefused: W871, it is another one than the account's, or has no safe address for tokens.
    """
    if not isinstance(document, Mapping):
        raise refusals.wrong_provider(account, say("it does not say what it has (no OpenID configuration)"))
    issuer = str(document.get("issuer", ""))
    if not _is_the_one(account, issuer):
        raise refusals.wrong_provider(account, say("it calls itself “{issuer}”", issuer=refusals.one_line(issuer)))
    found = {
        name: _address(account, document.get(key))
        for name, key in (
            ("token", "token_endpoint"),
            ("device", "device_authorization_endpoint"),
            ("authorization", "authorization_endpoint"),
            ("revocation", "revocation_endpoint"),
        )
    }
    if not found["token"]:
        raise refusals.wrong_provider(account, say("it names no service for tokens"))
    methods = document.get("token_endpoint_auth_methods_supported")
    in_body = isinstance(methods, list) and "client_secret_post" in methods and "client_secret_basic" not in methods
    return OpenIdProvider(issuer, takes_secret_in_body=in_body, **found)


def _is_the_one(account: Account, issuer: str) -> bool:
    if account.is_microsoft:
        return _MICROSOFT_ISSUER.fullmatch(issuer) is not None
    return issuer.rstrip("/") == account.issuer


def _address(account: Account, value: object) -> str:
    """Return the address of a service; "" if there is none.

    Raises:
        ServerRefused: W871, it is not encrypted.
    """
    if not isinstance(value, str) or not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    is_local = parts.scheme == "http" and is_loopback(value) and is_loopback(account.issuer)
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise refusals.wrong_provider(
            account, say("it names an address that is not safe: {value}", value=refusals.one_line(value))
        )
    return value
