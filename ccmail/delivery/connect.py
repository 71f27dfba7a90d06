"""Connecting to a mail server: the only door to aiosmtplib.

aiosmtplib connects, encrypts and says EHLO; then `SmtpProtocol` takes over. aiosmtplib's own sending is not used: it
cannot tell a connection that was lost before the final dot from one that was lost after it, and it waits for every
single reply. Nor is its own login, which tries a wrong password once for each method.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import Mapping
from typing import NamedTuple, cast

import aiosmtplib

from ccmail.delivery import refusals
from ccmail.delivery.outcome import Reply
from ccmail.delivery.refusals import JUDGED, UnavailableError
from ccmail.delivery.sasl import bearer
from ccmail.delivery.server import Server
from ccmail.delivery.sign_in_refusals import TokenRefused, no_sign_in, token_refused
from ccmail.delivery.tls import tls_context
from ccmail.delivery.tokens import from_provider
from ccmail.own_files import Unfit
from ccmail.wording import say
from ccmail.wording.system import KNOWN
from ccmail.workspace import Security

LOGINS = ("plain", "login", "cram-md5")
"""The login methods, the preferred one first: under TLS all are equally safe, and the plainest works most often."""

_YES, _LATER, _GO_ON = 2, 4, 334
_LONGEST_COMMAND = 512  # bytes with CRLF (RFC 5321 4.5.3.1.4)
_IDLE, _BETWEEN, _PROBES = 60, 15, 4  # seconds, seconds, times: a laptop that slept notices that the connection is dead


class Connected(NamedTuple):
    """An encrypted and logged-in connection to a server.

    Attributes:
        extensions: The extensions that the server announces, by names in lower case.
    """

    transport: asyncio.WriteTransport
    extensions: Mapping[str, str]


async def connect(server: Server) -> Connected:
    """Connect, encrypt, log in.

    A token that is refused is renewed, once: it may have ended a moment ago.

    Raises:
        ServerRefused: certificate, encryption, login or we ourselves are refused; trying again is useless.
        UnavailableError: the server is not there or says “not now”; or so the provider of its tokens.
    """
    if server.tokens is None or server.user is None:
        return await _connected(server)
    token = await from_provider(server.tokens.get)
    try:
        return await _connected(server, token)
    except TokenRefused:
        return await _connected(server, await from_provider(server.tokens.instead_of, token))


async def _connected(server: Server, token: str = "") -> Connected:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=False,  # done below, where it is not optional
        tls_context=_tls_context(server),
        timeout=server.timeouts.reply,
        local_hostname="localhost",  # spares a look-up; the real name follows below
    )
    try:
        await _introduce(server, client, token)
    except BaseException as error:
        if client.transport is not None:
            cast("asyncio.WriteTransport", client.transport).abort()
        client.close()
        await asyncio.sleep(0)  # the transport closes in the next turn of the loop
        if isinstance(error, OSError | aiosmtplib.SMTPException):
            raise _refusal(server, error) from error
        raise
    transport = cast("asyncio.WriteTransport", client.transport)
    _keep_alive(transport.get_extra_info("socket"))
    return Connected(transport, dict(client.esmtp_extensions))


def _keep_alive(sock: socket.socket | None) -> None:
    """Turn on TCP keepalive: the system notices within two minutes that the server is gone."""
    if sock is None:
        return
    options = {
        "TCP_KEEPIDLE": _IDLE,
        "TCP_KEEPINTVL": _BETWEEN,
        "TCP_KEEPCNT": _PROBES,
        "TCP_USER_TIMEOUT": _IDLE * 1000,
    }
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in options.items():
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def _introduce(server: Server, client: aiosmtplib.SMTP, token: str) -> None:
    await client.connect(timeout=server.timeouts.connect)
    client.local_hostname = server.local_hostname or _own_address(client)
    await client.ehlo()
    if server.security is Security.STARTTLS:
        if not client.supports_extension("starttls"):
            raise refusals.no_starttls(server)
        await client.starttls()
        await client.ehlo()  # RFC 3207 4.2: extensions announced in the clear do not count
    if server.user is not None and server.tokens is not None:
        await _sign_in(server, client, token)
    elif server.user is not None:
        await _log_in(server, server.user, client)


async def _log_in(server: Server, user: str, client: aiosmtplib.SMTP) -> None:
    if not server.password:
        raise refusals.no_password(server)
    offered = client.server_auth_methods
    methods = [method for method in LOGINS if method in offered]
    if not methods:
        raise refusals.no_login(server, offered)
    attempts = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    for method in methods:
        try:
            await attempts[method](user, server.password)
        except aiosmtplib.SMTPAuthenticationError as error:
            reply = Reply(error.code, error.message)
            if error.code // 100 == _LATER:
                raise
            if error.code in JUDGED or method == methods[-1]:
                raise refusals.wrong_password(server, reply, offered) from error
        else:
            return


async def _sign_in(server: Server, client: aiosmtplib.SMTP, token: str) -> None:
    """Log in by an access token."""
    way = bearer(server, token, client.server_auth_methods)
    if way is None:
        raise no_sign_in(server, client.server_auth_methods)
    command = b"AUTH", way.mechanism, way.sent(way.message)
    if len(b" ".join(command)) + 2 > _LONGEST_COMMAND:  # RFC 4954 4: then without an initial response
        reply = await client.execute_command(b"AUTH", way.mechanism)
        if reply.code == _GO_ON:
            reply = await client.execute_command(way.sent(way.message))
    else:
        reply = await client.execute_command(*command)
    challenge = ""
    if reply.code == _GO_ON:  # the reason of a refusal; the refusal itself follows our answer
        challenge = reply.message
        reply = await client.execute_command(way.sent(way.after_error))
    if reply.code // 100 == _LATER:
        raise aiosmtplib.SMTPAuthenticationError(reply.code, reply.message)
    if reply.code // 100 != _YES:
        raise token_refused(server, Reply(reply.code, reply.message), challenge)


def _refusal(server: Server, error: Exception) -> Exception:
    """Return the exception to raise for an error while connecting."""
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) else error
    if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
        return UnavailableError(say("Name or service not known"), is_unknown=True)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reply = Reply(error.code, error.message)
        if error.code // 100 == _LATER or error.code < 0:
            return UnavailableError(server.without_password(refusals.said(reply)), spoke=error.code > 0)
        return refusals.unwelcome(server, reply)
    if isinstance(cause, ssl.SSLError):
        return refusals.unsafe(server, cause)
    is_silent = isinstance(error.__cause__, aiosmtplib.SMTPTimeoutError)  # connected, and no greeting came
    return UnavailableError(_why(cause) or _why(error) or type(error).__name__, is_silent=is_silent)


def _why(error: BaseException | None) -> str:
    if isinstance(error, ConnectionError) and error.errno:
        return KNOWN.get(error.errno) or os.strerror(error.errno)  # asyncio's own words hold addresses in brackets
    return getattr(error, "strerror", None) or str(error or "")


def _tls_context(server: Server) -> ssl.SSLContext | None:
    if server.security is Security.NONE:
        return None
    try:
        return tls_context(server.ca_file)
    except (OSError, Unfit) as error:
        raise refusals.bad_ca_file(server, error) from error


def _own_address(client: aiosmtplib.SMTP) -> str:
    # RFC 5321 4.1.3: a client without a name gives its address
    host = str(client.get_transport_info("sockname")[0])
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"
