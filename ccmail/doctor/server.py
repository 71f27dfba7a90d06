"""The mail server: connection, certificate, capabilities and login."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery.settings import mail_server
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.graph import examine_graph
from ccmail.doctor.sign_in import examine_sign_in
from ccmail.problems import ServerRefused
from ccmail.wording import join, say
from ccmail.wording.days import long_day
from ccmail.workspace import DeliveryMode
from ccmail.workspace.advice import advise, known_providers
from ccmail.workspace.providers import Provider, SaidBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.delivery import Server
    from ccmail.delivery.probe import Capabilities
    from ccmail.workspace import SmtpSettings, Workspace

_FINDING = functools.partial(Finding, Area.SERVER)
_LINES = ("connection", "certificate", "login methods", "size", "speed", "notifications")
_SOON = dt.timedelta(days=14)
_SMALL = 10_000_000  # bytes; servers commonly take that much
_HURRY = {"connect": 5.0, "reply": 10.0}


def examine_server(workspace: Workspace, *, login: bool = True) -> Iterator[Finding]:
    """Yield the findings about the server of ccmail.yaml; first without a login, for a refused one hides the others."""
    if workspace.settings.delivery is DeliveryMode.GRAPH:
        yield from examine_graph(workspace, ask=login)
        return
    smtp = workspace.settings.smtp
    if smtp is None:
        for what in (*_LINES, "login"):
            yield _FINDING(
                what, Verdict.NOT_CHECKED, say("ccmail.yaml names no server"), say("add “smtp:” before you send")
            )
        return
    yield from _provider(smtp)
    yield from examine_sign_in(workspace, "smtp", ask=login)
    server = mail_server(workspace, with_login=False, **_HURRY)
    found = _look(server)
    if isinstance(found, Finding):
        yield found
        for what in (*_LINES[1:], "login"):
            yield _FINDING(what, Verdict.NOT_CHECKED, say("there is no connection"))
        return
    yield from _described(found, server, smtp)
    yield _login(workspace, login=login)


def _provider(smtp: SmtpSettings) -> Iterator[Finding]:
    """Yield the limits of the server’s provider, with their source, and the settings above them."""
    for provider in known_providers(smtp):
        words = _limits(provider)
        yield _FINDING("provider", Verdict.OK, join(". ", [words, provider.note]) if provider.note else words)
    for advice in advise(smtp):
        yield _FINDING("provider", Verdict.WARNING, advice.message, advice.hint)


def _limits(provider: Provider) -> str:
    values = {
        "provider": provider.title,
        "limits": provider.limits or say("no limit is known"),
        "source": provider.limits_source or provider.server_source,
        "day": long_day(provider.seen),
    }
    if provider.said_by is SaidBy.REPORT:
        return say("{provider}: {limits} (a report, {source}, seen {day})", **values)
    return say("{provider}: {limits} ({source}, seen {day})", **values)


def _look(server: Server) -> Capabilities | Finding:
    """Return the capabilities of a server, or the finding about a connection that failed."""
    from ccmail.delivery.probe import probe  # noqa: PLC0415 - loads aiosmtplib
    from ccmail.delivery.refusals import UnavailableError  # noqa: PLC0415

    try:
        return asyncio.run(probe(server))
    except ServerRefused as error:
        return _FINDING("connection", Verdict.ERROR, error.message, error.hint)
    except UnavailableError as error:
        repair = say("check smtp.host, smtp.port and the network")
        return _FINDING(
            "connection",
            Verdict.NOT_CHECKED,
            say("{server} cannot be reached: {why}", server=server, why=error.words),
            repair,
        )


def _described(found: Capabilities, server: Server, smtp: SmtpSettings) -> Iterator[Finding]:
    if found.tls:
        yield _FINDING("connection", Verdict.OK, f"{server}, {found.tls}")
    else:
        yield _FINDING("connection", Verdict.OK, say("{server}, not encrypted, on this very computer", server=server))
    yield _certificate(found)
    yield _methods(found, smtp.user, by_tokens=smtp.login is not None)
    yield _size(found)
    offered = [name for name, is_there in (("PIPELINING", found.pipelining), ("CHUNKING", found.chunking)) if is_there]
    words = _speed(offered)
    yield _FINDING("speed", Verdict.OK, words)
    words = (
        say("DSN: bounces name their mail") if found.dsn else say("no DSN: other servers decide what their bounces say")
    )
    yield _FINDING("notifications", Verdict.OK, words)


def _speed(offered: list[str]) -> str:
    match offered:
        case []:
            return say("neither PIPELINING nor CHUNKING: one command after the other")
        case [only]:
            return only
    return say("{pipelining} and {chunking}", pipelining=offered[0], chunking=offered[1])


def _certificate(found: Capabilities) -> Finding:
    if found.certificate_until is None:
        return _FINDING("certificate", Verdict.NOT_CHECKED, say("the connection is not encrypted"))
    left = found.certificate_until - clock.now()
    words = say(
        "until {day}",
        day=long_day(found.certificate_until),
    )
    if left < _SOON:
        return _FINDING(
            "certificate",
            Verdict.WARNING,
            say("{until}: {days} days", until=words, days=left.days),
            say("tell the people who run the server"),
        )
    return _FINDING("certificate", Verdict.OK, words)


def _methods(found: Capabilities, user: str | None, *, by_tokens: bool) -> Finding:
    offered = ", ".join(method.upper() for method in found.logins)
    methods = offered or say("none")
    if not user:
        return _FINDING("login methods", Verdict.OK, say("{methods}; ccmail.yaml has no smtp.user", methods=methods))
    if by_tokens and not found.takes_tokens:
        words = say("the server offers {methods}, and no sign-in by OAuth", methods=methods)
        repair = say("is it the right server and port? Else write “password” in the place of “login”")
        return _FINDING("login methods", Verdict.ERROR, words, repair)
    if not by_tokens and not found.can_log_in:
        words = say("the server offers {methods}, ccmail knows PLAIN, LOGIN and CRAM-MD5", methods=methods)
        return _FINDING(
            "login methods", Verdict.ERROR, words, say("is it the right port? Ask the people who run the server")
        )
    return _FINDING("login methods", Verdict.OK, offered)


def _size(found: Capabilities) -> Finding:
    if found.size is None:
        return _FINDING("size", Verdict.OK, say("the server names no limit for a mail"))
    words = say("mails up to {size} MB", size=f"{found.size / 1000000.0:.1f}")
    return _FINDING("size", Verdict.OK if found.size >= _SMALL else Verdict.WARNING, words)


def _login(workspace: Workspace, *, login: bool) -> Finding:
    settings = workspace.settings.smtp
    if settings is None or not settings.user:
        return _FINDING("login", Verdict.NOT_CHECKED, say("ccmail.yaml has no smtp.user"))
    if not login:
        return _FINDING("login", Verdict.NOT_CHECKED, say("not wanted (--no-login)"))
    try:
        server = mail_server(workspace, with_login=True, **_HURRY)
    except ServerRefused as error:
        return _FINDING("login", Verdict.NOT_CHECKED, error.message, error.hint)
    if server.password is None and server.tokens is None:
        return _FINDING(
            "login",
            Verdict.NOT_CHECKED,
            say("ccmail.yaml has no smtp.password"),
            say("write under smtp.password where the password is: keyring, file:PATH or env:NAME"),
        )
    found = _look(server)
    if isinstance(found, Finding):
        return _FINDING("login", found.verdict, found.words, found.repair)
    return _FINDING("login", Verdict.OK, say("{server} lets {user} in", server=server, user=settings.user))
