"""Tokens: the answer of a provider's token service, read with care."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ccmail.signin import refusals
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin.account import Account

_TOKEN = re.compile(r"[\x21-\x7e]+")  # RFC 6749 A.12; a control character would be a command to a mail server
_WHO = ("preferred_username", "email", "upn", "sub")
_LONGEST = 200  # characters of a name that is shown


@dataclasses.dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one answer.

    Attributes:
        access: Lets a program in, for a while.
        refresh: Gets further access tokens; "" if the provider sent none.
        lifetime: Seconds for which `access` is good; None if the provider does not say.
        person: The account that signed in, for people; "" if the provider does not say.
    """

    access: str = dataclasses.field(repr=False)
    refresh: str = dataclasses.field(repr=False)
    lifetime: float | None
    person: str


def read_tokens(account: Account, answer: Mapping[str, Any]) -> Tokens:
    """Return the tokens in an answer of the token service (RFC 6749 5.1).

    Raises:
        ServerRefused: W871, there is no bearer token in it; W870, it does not permit what was asked for.
    """
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or ""
    is_bearer = str(answer.get("token_type", "bearer")).casefold() == "bearer"
    if not (is_bearer and _is_token(access) and (not refresh or _is_token(refresh))):
        raise refusals.wrong_provider(account, say("its answer has no token that a mail server takes"))
    missing = _missing(account, answer.get("scope"))
    if missing:
        raise refusals.not_granted(account, missing)
    return Tokens(str(access), str(refresh), _lifetime(answer.get("expires_in")), _person(answer.get("id_token")))


def _is_token(text: object) -> bool:
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def _missing(account: Account, granted: object) -> tuple[str, ...]:
    """Return the scopes that were not granted; an answer without scopes grants all (RFC 6749 5.1)."""
    if not isinstance(granted, str) or not granted.strip():
        return ()
    names = {name for scope in granted.casefold().split() for name in (scope, scope.rpartition("/")[2])}
    return tuple(
        scope
        for scope in account.mail_scopes
        if scope.casefold() not in names and (scope.casefold().rpartition("/")[2] or scope) not in names
    )


def _lifetime(seconds: object) -> float | None:
    try:
        return max(0.0, float(str(seconds)))
    except ValueError:
        return None


def _person(id_token: object) -> str:
    """Return the account that signed in, as an ID token says.

    It is only shown. It came over TLS from the service that gives tokens, so its signature proves no more
    (OpenID Connect Core 1.0, 3.1.3.7, 6).
    """
    if not isinstance(id_token, str) or id_token.count(".") != 2:  # noqa: PLR2004 - header, claims, signature
        return ""
    claims = id_token.split(".")[1]
    try:
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    return next((refusals.one_line(said[who])[:_LONGEST] for who in _WHO if isinstance(said.get(who), str)), "")
