"""Signing in by OAuth, step by step: library, provider, app, permission, token, clock; each may be missing."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.problems import ServerRefused
from ccmail.signin import AccessTokens, Account, ProviderAway, account_of
from ccmail.signin.refusals import unreachable
from ccmail.signin.token_service import TokenService, is_installed
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.SERVER)
_LIBRARY, _PROVIDER, _APP, _PERMISSION, _TOKEN, _CLOCK = (
    "sign-in library",
    "sign-in provider",
    "sign-in app",
    "sign-in permission",
    "sign-in token",
    "clock of the provider",  # “clock” is this computer's
)
_PATIENCE = (5.0, 10.0)  # seconds
_OFF = dt.timedelta(minutes=5)  # what token services commonly allow


def examine_sign_in(workspace: Workspace, section: str, *, ask: bool = True) -> Iterator[Finding]:
    """Yield the findings about the sign-in of a section of ccmail.yaml; none if it has no `login:`.

    Args:
        workspace: Its settings.
        section: `smtp` or `inbox`.
        ask: Whether the provider may be asked; a look at it gets a token as a sending does.
    """
    account = account_of(workspace, section)
    if account is None:
        return
    if not is_installed():
        words = say("the Python package Authlib is missing")
        yield _FINDING(_LIBRARY, Verdict.ERROR, words, say("pip install 'ccmail[oauth]'"))
        return
    yield _FINDING(_LIBRARY, Verdict.OK, say("Authlib is there"))
    permission = _permission(account)
    if not ask:
        for what in (_PROVIDER, _APP):
            yield _FINDING(what, Verdict.NOT_CHECKED, say("not wanted (--no-login)"))
        yield permission
        yield _FINDING(_TOKEN, Verdict.NOT_CHECKED, say("not wanted (--no-login)"))
        return
    try:
        service = TokenService(account, patience=_PATIENCE)
    except ServerRefused as refusal:
        yield _FINDING(_APP, Verdict.ERROR, refusal.message, refusal.hint)
        return
    provider = _provider(service)
    yield provider
    if provider.verdict is Verdict.OK:
        yield from _clock(service)
        yield _FINDING(
            _APP, Verdict.OK, say("{client}; asks for {scopes}", client=account.client, scopes=account.scopes)
        )
    yield permission
    if provider.verdict is not Verdict.OK or permission.verdict is not Verdict.OK:
        yield _FINDING(_TOKEN, Verdict.NOT_CHECKED, say("the lines above come first"))
        return
    yield _token(account, service)


def _provider(service: TokenService) -> Finding:
    account = service.account
    try:
        found = service.provider
    except ServerRefused as refusal:
        return _FINDING(_PROVIDER, Verdict.ERROR, refusal.message, refusal.hint)
    except ProviderAway as away:
        return _FINDING(_PROVIDER, Verdict.NOT_CHECKED, away.message, unreachable(account, away).hint)
    if found.device and not account.is_google:
        ways = say("a code, or a browser") if found.authorization else say("a code")
    else:
        ways = say("a browser") if found.authorization else say("neither a code nor a browser")
    name = account.title if account.title == account.issuer else f"{account.title} ({found.issuer})"
    return _FINDING(_PROVIDER, Verdict.OK, say("{name}; signs in by {ways}", name=name, ways=ways))


def _clock(service: TokenService) -> Iterator[Finding]:
    """Yield a warning if the computer's clock differs from the provider's."""
    theirs = service.time_there
    if theirs is None or clock.is_pretended():
        return
    difference = clock.now() - theirs
    if abs(difference) <= _OFF:
        return
    minutes = abs(difference) // dt.timedelta(minutes=1)
    words = (
        say("this computer is {minutes} minutes ahead of the provider", minutes=minutes)
        if difference > dt.timedelta()
        else say("this computer is {minutes} minutes behind the provider", minutes=minutes)
    )
    yield _FINDING(_CLOCK, Verdict.WARNING, words, say("set the clock: tokens and mails carry the time"))


def _permission(account: Account) -> Finding:
    try:
        tokens = AccessTokens(account)
        tokens.check()
        person = tokens.person
    except ServerRefused as refusal:
        return _FINDING(_PERMISSION, Verdict.ERROR, refusal.message, refusal.hint)
    words = say("lies in {keep}: {person} has signed in", keep=account.keep, person=person or say("somebody"))
    if person and person.casefold() != account.user.casefold():
        repair = say("{person} needs “Full access” and “Send as” for {user}", person=person, user=account.user)
        return _FINDING(_PERMISSION, Verdict.OK, words, repair)
    return _FINDING(_PERMISSION, Verdict.OK, words)


def _token(account: Account, service: TokenService) -> Finding:
    try:
        AccessTokens(account, service).get()
    except ServerRefused as refusal:
        return _FINDING(_TOKEN, Verdict.ERROR, refusal.message, refusal.hint)
    except ProviderAway as away:
        return _FINDING(_TOKEN, Verdict.NOT_CHECKED, away.message, unreachable(account, away).hint)
    return _FINDING(_TOKEN, Verdict.OK, say("{title} gave a new one", title=account.title))
