"""One connection to a mail server: the only door to aiosmtplib.

aiosmtplib opens the connection, encrypts it and matches replies to commands. Its way of sending whole mails
is not used: it cannot tell a line that was lost before the final dot from one that was lost after it. Nor is
its way of logging in, which tries a wrong password once for each method.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

import aiosmtplib

from ccmail.delivery import refusals, wire
from ccmail.delivery.outcome import Answer, Charge, Outcome, Phase, Reply, answer_of, judge
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.server import Security, Server

_LOGINS = ("plain", "login", "cram-md5")  # under TLS they are equally safe; the plainest works most often
_LATER = 4
_LOST: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer in time"),
    (aiosmtplib.SMTPResponseException, "an answer that makes no sense"),
    (Exception, "the connection broke"),
)

BeforeDot = Callable[[], Awaitable[None]]


class Connection:
    """An encrypted, logged-in connection that takes one mail after another. Made by `Connection.open`."""

    def __init__(self, server: Server, client: aiosmtplib.SMTP) -> None:
        self.server = server
        self.verdicts = 0  # mails that were accepted, deferred or refused here
        self._client = client
        self._transport = cast("asyncio.WriteTransport", client.transport)
        # drained means: handed to the operating system (asyncio's TLS transport never resumes with high=0)
        self._transport.set_write_buffer_limits(high=1)
        # its drain() is what the flow control of aiosmtplib's protocol was made for
        self._writer = asyncio.StreamWriter(
            self._transport, cast("asyncio.Protocol", client.protocol), None, asyncio.get_running_loop()
        )

    @classmethod
    async def open(cls, server: Server) -> Connection:
        """Connect, encrypt, log in.

        Raises:
            ServerRefused: certificate, encryption, login or we ourselves are refused; no use trying again.
            UnavailableError: the server is not there or says “not now”.
        """
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
            await _introduce(server, client)
        except BaseException as error:
            if client.transport is not None:
                cast("asyncio.WriteTransport", client.transport).abort()
            client.close()
            await asyncio.sleep(0)  # the transport closes in the next turn of the loop
            if isinstance(error, OSError | aiosmtplib.SMTPException):
                raise _refusal(server, error) from error
            raise
        return cls(server, client)

    @property
    def is_open(self) -> bool:
        """Whether the connection can take another mail."""
        return self._client.is_connected and not self._transport.is_closing()

    @property
    def size_limit(self) -> int | None:
        """The biggest mail in bytes that the server takes, None if it does not say (RFC 1870)."""
        limit = self._client.esmtp_extensions.get("size", "")
        return int(limit) or None if limit.isdecimal() else None

    async def send(
        self,
        envelope_from: str,
        envelope_to: str,
        mail: bytes | Iterable[bytes],
        *,
        before_dot: BeforeDot | None = None,
    ) -> Outcome:
        """Hand one mail over.

        Args:
            envelope_from: The address for bounces.
            envelope_to: One address; a domain with umlauts travels as A-label.
            mail: With CRLF line ends; dots at the start of lines are doubled here.
            before_dot: Awaited when all of the mail is written and only the final dot is missing: from then
                on the server may accept it.

        Raises:
            ServerRefused: W712, the mail is bigger than the server takes.
        """
        text = wire.stuffed(mail if isinstance(mail, bytes) else b"".join(mail))
        limit = self.size_limit
        if limit is not None and len(text) > limit:
            raise refusals.too_big(self.server, len(text), limit)
        try:
            sender, recipient = self._mailbox(envelope_from), self._mailbox(envelope_to)
        except ValueError as error:
            return judge(Phase.ADDRESS, Answer.NEVER, None, str(self.server), str(error))
        options = self._options(sender, recipient, len(text))
        try:
            outcome = (
                await self._step(Phase.MAIL, b"MAIL FROM:<%b>%b" % (sender, options))
                or await self._step(Phase.RCPT, b"RCPT TO:<%b>" % recipient)
                or await self._step(Phase.DATA, b"DATA")
                or await self._text(text, before_dot)
                or await self._end()
            )
        except BaseException:
            self.abort()  # half a mail must not be followed by anything
            raise
        self.verdicts += outcome.charge in (Charge.NOBODY, Charge.RECIPIENT)
        return outcome

    def _mailbox(self, address: str) -> bytes:
        mailbox = wire.mailbox(address)
        if not mailbox.isascii() and not self._client.supports_extension("smtputf8"):
            raise ValueError(f"the server takes only ASCII before the @ of “{address}”")
        return mailbox

    def _options(self, sender: bytes, recipient: bytes, size: int) -> bytes:
        options = b" SIZE=%d" % size if self._client.supports_extension("size") else b""
        return options if (sender + recipient).isascii() else options + b" SMTPUTF8"

    async def _step(self, phase: Phase, command: bytes) -> Outcome | None:
        """Say one line; None means: go on."""
        outcome = await self._ask(phase, command, self.server.timeouts.reply)
        if outcome is not None and self.is_open:
            # a MAIL whose RCPT was refused stays open, and the next MAIL would be “nested”
            try:
                await self._client.rset(timeout=self.server.timeouts.goodbye)
            except (aiosmtplib.SMTPException, OSError):
                self.abort()  # the outcome stands; what the next answer would belong to, nobody knows
        return outcome

    async def _text(self, text: bytes, before_dot: BeforeDot | None) -> Outcome | None:
        lost = judge(Phase.TEXT, Answer.LOST, None, str(self.server), "the connection broke in the middle of the mail")
        try:
            self._writer.write(text)
            await asyncio.wait_for(self._writer.drain(), self.server.timeouts.reply)
        except OSError:
            self.abort()
            return lost
        if before_dot is not None and self.is_open:
            await before_dot()
            for _ in range(2):  # last words and an end that came meanwhile are heard before the dot leaves
                await asyncio.sleep(0)
        if not self.is_open:
            self.abort()
            return lost
        return None

    async def _end(self) -> Outcome:
        outcome = await self._ask(Phase.END, b".", self.server.timeouts.end_of_data)
        assert outcome is not None  # noqa: S101 - after the dot a yes is an outcome as well
        return outcome

    async def _ask(self, phase: Phase, command: bytes, timeout: float) -> Outcome | None:  # noqa: ASYNC109
        try:
            response = await self._client.execute_command(command, timeout=timeout)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.abort()
            words = next(words for kind, words in _LOST if isinstance(error, kind))
            return judge(phase, Answer.LOST, None, str(self.server), words)
        reply = Reply(response.code, response.message)
        answer = answer_of(phase, reply.code)
        if answer in (Answer.CLOSING, Answer.LOST):
            self.abort()
        if answer is Answer.YES and phase is not Phase.END:
            return None
        return judge(phase, answer, reply, str(self.server))

    async def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        if self.is_open:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=self.server.timeouts.goodbye)
        self.abort()
        await asyncio.sleep(0)  # the transport closes in the next turn of the loop

    def abort(self) -> None:
        """Cut the connection; nothing that was written but not sent leaves any more."""
        self._transport.abort()
        self._client.close()


async def _introduce(server: Server, client: aiosmtplib.SMTP) -> None:
    await client.connect(timeout=server.timeouts.connect)
    client.local_hostname = server.local_hostname or _own_address(client)
    await client.ehlo()
    if server.security is Security.STARTTLS:
        if not client.supports_extension("starttls"):
            raise refusals.no_starttls(server)
        await client.starttls()
        await client.ehlo()  # RFC 3207 4.2: what was said in the clear does not count
    if server.user is not None:
        await _log_in(server, server.user, client)


async def _log_in(server: Server, user: str, client: aiosmtplib.SMTP) -> None:
    if not server.password:
        raise refusals.no_password(server)
    method = next((m for m in _LOGINS if m in client.server_auth_methods), None)
    if method is None:
        raise refusals.no_login(server)
    attempts = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    await attempts[method](user, server.password)


def _refusal(server: Server, error: Exception) -> Exception:
    """Return what to raise for an error on the way to an open connection."""
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) else error
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reply = Reply(error.code, error.message)
        if error.code // 100 == _LATER or error.code < 0:
            return UnavailableError(refusals.said(reply), spoke=error.code > 0)
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return refusals.wrong_password(server, reply)
        return refusals.unwelcome(server, reply)
    if isinstance(cause, ssl.SSLError):
        return refusals.unsafe(server, cause)
    return UnavailableError(_why(cause) or _why(error) or type(error).__name__)


def _why(error: BaseException | None) -> str:
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno)  # asyncio's own words hold addresses in brackets
    return getattr(error, "strerror", None) or str(error or "")


def _tls_context(server: Server) -> ssl.SSLContext | None:
    if server.security is Security.NONE:
        return None
    try:
        context = ssl.create_default_context(cafile=server.ca_file)  # verifies certificate and host name
    except OSError as error:
        raise refusals.bad_ca_file(server, error) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _own_address(client: aiosmtplib.SMTP) -> str:
    # RFC 5321 4.1.3: who has no name gives the address
    host = str(client.get_transport_info("sockname")[0])
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"
