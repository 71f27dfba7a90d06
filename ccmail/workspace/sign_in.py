"""The keys of `login:`: signing in at a provider by OAuth 2.0, in the place of a password."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

import pydantic
from pydantic import Field

from ccmail.problems import did_you_mean
from ccmail.wording import say
from ccmail.workspace.secret import KeyPlace, Secret, SecretKind, read_secret
from ccmail.yamlfile import FromText, Line, ReadContext, SourceText, ValueProblem, Written

MICROSOFT, GOOGLE = "microsoft", "google"

_WORDS = {
    **dict.fromkeys((MICROSOFT, "microsoft365", "m365", "office365", "azure", "entra", "exchange-online"), MICROSOFT),
    **dict.fromkeys((GOOGLE, "gmail", "google-workspace", "gsuite"), GOOGLE),
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_ISSUER_HINT = say("write microsoft, google, or the https address of the provider: https://login.city.example")


def is_loopback(address: str) -> bool:
    """Return whether a web address is one of this computer, where nobody listens on the way."""
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:
        return False


def read_issuer(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the provider: `microsoft`, `google`, or the address of its issuer without a slash at the end.

    Raises:
        ValueProblem: W861, it is none of these.
    """
    word = text.strip()
    if known := _WORDS.get(word.casefold()):
        return text.moved(known)
    if "/" not in word:
        near = did_you_mean(word, _WORDS)
        label = say("did you mean “{near}”?", near=_WORDS[near]) if near else ""
        raise ValueProblem(
            "W861", say("“{word}” is no provider to sign in at", word=word), text.place, label=label, hint=_ISSUER_HINT
        )
    if not is_safe_address(word):
        raise ValueProblem(
            "W861",
            say("“{word}” is no safe address of a provider", word=word),
            text.place,
            label=say("https, without ? and #"),
            hint=_ISSUER_HINT,
        )
    return text.moved(word.rstrip("/").removesuffix("/.well-known/openid-configuration").rstrip("/"))


def is_safe_address(address: str) -> bool:
    """Return whether an address of a service is one to which nobody listens: https, or http on this computer.

    It has no query and no fragment, as OpenID Connect Discovery 1.0, section 4, has it for an issuer.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    has_scheme = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address))
    return has_scheme and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


def read_keep(text: SourceText, context: ReadContext) -> Secret:
    """Return the store of the permission that a sign-in gives.

    Raises:
        ValueProblem: W863, it is the environment, which ccmail cannot write; W752, it is no store at all.
    """
    secret = read_secret(text, context)
    if secret.kind is SecretKind.ENVIRONMENT:
        raise ValueProblem(
            "W863",
            say("the permission to send cannot be kept in an environment variable: it changes"),
            text.place,
            hint=say("write keyring, or file:PATH for a file that only you can read"),
        )
    return secret


def _one_or_more(value: Any) -> Any:
    return [SourceText.plain(word) for word in value.split()] if isinstance(value, str) else value


Issuer = Annotated[SourceText, FromText(read_issuer, SourceText, {"type": "string"})]
Keep = Annotated[Secret, FromText(read_keep, Secret, {"type": "string", "pattern": "^(keyring$|file:.+)"})]
Scopes = Annotated[
    tuple[Line, ...], pydantic.BeforeValidator(_one_or_more, json_schema_input_type=Line | tuple[Line, ...])
]


class SignIn(Written):
    """Signing in by OAuth 2.0: `ccmail login` does it once, and no password lies anywhere."""

    oauth: Issuer = Field(description="microsoft, google, or the https address of another provider (its issuer)")
    tenant: Line | None = Field(
        None, validate_default=True, description="microsoft: the organisation, as city.onmicrosoft.com or by its ID"
    )
    client: Line = Field(description="The ID of the app that an administrator has registered at the provider")
    secret: KeyPlace | None = Field(
        None, description="Where the app's secret lies, if it has one: file:PATH or env:NAME"
    )
    scopes: Scopes = Field((), validate_default=True, description="What to ask for; known for microsoft and google")
    keep: Keep = Field(
        "keyring", validate_default=True, description="Where the permission is kept: keyring, or file:PATH"
    )

    @pydantic.field_validator("tenant")
    @classmethod
    def _goes_with_microsoft(cls, value: SourceText | None, info: pydantic.ValidationInfo) -> SourceText | None:
        oauth = info.data.get("oauth")
        if oauth == MICROSOFT and value is None:
            raise ValueProblem(
                "W862",
                say("microsoft has to know which organisation signs in"),
                oauth.place,
                hint=say("add “tenant: city.onmicrosoft.com”, or the directory (tenant) ID of the app’s page"),
            )
        if value is not None and oauth is not None and oauth != MICROSOFT:
            raise ValueProblem("W862", say("only microsoft has a tenant"), value.place, hint=say("take this line out"))
        if value is not None and not _TENANT.fullmatch(value):
            raise ValueProblem(
                "W862",
                say("“{value}” is no tenant", value=value),
                value.place,
                hint=say("a domain such as city.onmicrosoft.com, or the directory (tenant) ID"),
            )
        return value

    @pydantic.field_validator("scopes")
    @classmethod
    def _are_known(cls, value: tuple[SourceText, ...], info: pydantic.ValidationInfo) -> tuple[SourceText, ...]:
        oauth = info.data.get("oauth")
        if not value and oauth is not None and oauth not in (MICROSOFT, GOOGLE):
            raise ValueProblem(
                "W862",
                say("nobody here knows what to ask {oauth} for", oauth=oauth),
                oauth.place,
                hint=say("add “scopes: [openid, email, offline_access, …]”; the people who run it know which"),
            )
        return value


def refuse_two_ways(login: SignIn | None, password: Secret | None, user: str | None, section: str) -> None:
    """Refuse a section with two ways to log in, or with a sign-in for no mailbox.

    Raises:
        ValueProblem: W880.
    """
    if login is None:
        return
    if password is not None:
        raise ValueProblem(
            "W880",
            say("there is a password and a sign-in: which one counts?"),
            password.place,
            hint=say("take “password” out of {section}, or “login”", section=section),
        )
    if user is None:
        raise ValueProblem(
            "W880",
            say("a sign-in needs the mailbox that it is for"),
            login.oauth.place,
            hint=say("add “user: newsletter@city.example” to {section}", section=section),
        )
