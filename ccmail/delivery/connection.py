"""One connection to a mail server: the commands for a mail, and their pipelining."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import operator
import ssl
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ccmail.delivery import refusals
from ccmail.delivery.connect import connect
from ccmail.delivery.outcome import Outcome, Phase, Reply, ReplyClass, outcome_of, reply_class
from ccmail.delivery.protocol import NO_SENSE, LineLostError, SmtpProtocol
from ccmail.delivery.server import Server
from ccmail.delivery.steps import Steps, T
from ccmail.delivery.wire import stuffed, xtext
from ccmail.workspace import Pipelining

_OUT_OF_STEP = frozenset({500, 501, 502, 503})
"""The replies of servers to a command that came too early."""

_UNKNOWN_PARAMETER = frozenset({501, 504, 555})
"""The replies of servers to a parameter that they do not take (RFC 5321 4.2.2, 4.1.1.11)."""

_WITH_PARAMETERS = (Phase.MAIL, Phase.RCPT)
_ENVELOPE = (Phase.MAIL, Phase.RCPT, Phase.DATA)
_USUAL, _USUAL_WITH_CHUNKS = (250, 250, 354), (250, 250, 250)
"""The usual replies to an envelope (RFC 5321 4.3.2, RFC 3030 2); `reply_class` knows the others."""

_LONGEST_SIZE = 20  # digits (RFC 1870 3); Python refuses to read thousands of them

_DEPTH = operator.attrgetter("depth")

BeforeDot = Callable[[], Steps[None]]


class MailObject(NamedTuple):
    """A mail object (RFC 5321 2.3.1) as it is handed over; addresses as `wire.mailbox` returns them.

    Attributes:
        envelope_from: The address for bounces.
        envelope_to: The recipient.
        text: With CRLF line ends, the last line too; dots not doubled.
        needs_stuffing: Whether lines may begin with a dot.
        envelope_id: Names the mail in the notifications of a server that offers DSN; may be empty.
    """

    envelope_from: bytes
    envelope_to: bytes
    text: bytes
    needs_stuffing: bool = True
    envelope_id: bytes = b""

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has non-ASCII characters before its @ (RFC 6531)."""
        return not (self.envelope_to.isascii() and self.envelope_from.isascii())


def _nothing_before() -> Steps[None]:
    """Do nothing before the final dot, for a caller without a ledger."""
    yield from ()


def _nothing_follows() -> None:
    """Announce no mail, for a caller with one mail only."""


class Connection:
    """An encrypted, logged-in connection that takes one mail after another. Made by `Connection.open`.

    Attributes:
        verdicts: How many mails were accepted, deferred or refused here; counted by the run, which knows more.
        is_out_of_step: Whether the server could not follow pipelined commands.
        wants_dsn: Whether the server is asked for notifications (DSN, RFC 3461), which it offers.
        has_refused_dsn: Whether it has refused their parameters.
    """

    def __init__(
        self,
        server: Server,
        protocol: SmtpProtocol,
        extensions: Mapping[str, str],
        pipelining: Pipelining,
        *,
        wants_dsn: bool = True,
    ) -> None:
        self.server = server
        self.verdicts = 0
        self.is_out_of_step = False
        self.wants_dsn = wants_dsn and "dsn" in extensions
        self.has_refused_dsn = False
        self._pipelining = min(pipelining, _announced(extensions), key=_DEPTH)
        self._extensions = extensions
        self._takes_utf8 = "smtputf8" in extensions
        self._wants_size = "size" in extensions
        self._name = str(server)
        self._protocol = protocol
        self._is_announced = False  # the envelope of the next mail is written
        self._is_stale = False  # a MAIL is open whose mail was not taken

    @classmethod
    async def open(
        cls, server: Server, pipelining: Pipelining = Pipelining.FULL, *, wants_dsn: bool = True
    ) -> Connection:
        """Connect and return the connection; raises as `connect.connect`."""
        transport, extensions = await connect(server)
        return cls(server, SmtpProtocol(transport), extensions, pipelining, wants_dsn=wants_dsn)

    @property
    def is_open(self) -> bool:
        """Whether the connection can take another mail."""
        return self._protocol.is_open

    @property
    def extensions(self) -> Mapping[str, str]:
        """The extensions that the server announces, by names in lower case."""
        return self._extensions

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS object, None without encryption."""
        return self._protocol.tls

    @functools.cached_property
    def size_limit(self) -> int | None:
        """The size in bytes of the largest mail that the server takes, None if it does not say (RFC 1870)."""
        limit = self._extensions.get("size", "")
        return int(limit) or None if limit.isdecimal() and len(limit) <= _LONGEST_SIZE else None

    def lower_to(self, pipelining: Pipelining) -> None:
        """Limit the pipelining from the next mail on; only while none is announced."""
        self._pipelining = min(self._pipelining, pipelining, key=_DEPTH)

    def takes(self, mail_object: MailObject) -> bool:
        """Return whether the server takes this mail, as far as its extensions say (SIZE, SMTPUTF8)."""
        return self._fits(mail_object) and self._can_name(mail_object)

    async def run(self, steps: Steps[T]) -> T:
        """Run steps on this connection, those of `send` among them; return their result."""
        return await self._protocol.runner.run(steps)

    def resume(self) -> None:
        """Resume the steps: an event from outside the connection, for which they wait, has come."""
        self._protocol.runner.resume()

    def send(
        self,
        mail_object: MailObject,
        *,
        before_dot: BeforeDot = _nothing_before,
        following: Callable[[], MailObject | None] = _nothing_follows,
    ) -> Steps[Outcome]:
        """Hand one mail over.

        Args:
            mail_object: The mail; if `following` has returned one, that very mail.
            before_dot: Steps to run when all of the mail but its end is written: from then on the server may accept
                it. If they wait, the code that ends the wait calls `resume`.
            following: Returns the mail that is handed over next, so that its envelope can go along with the end of
                this one; the connection must `take` it. It must be sent next on this connection, or be taken back if
                the connection is not open any more.

        Raises:
            ServerRefused: W712, the mail is bigger than the server takes.
        """
        if not self._is_announced:  # else it was checked when it was announced
            if not self._fits(mail_object):
                raise refusals.too_big(self.server, len(mail_object.text), self.size_limit or 0)
            if not self._can_name(mail_object):
                words = f"the server takes only ASCII before the @ of “{mail_object.envelope_to.decode()}”"
                return outcome_of(Phase.ADDRESS, ReplyClass.NEVER, None, self._name, words)
        try:
            outcome = (
                (yield from self._envelope(mail_object))
                or (yield from self._text(mail_object))
                or (yield from self._end(before_dot, following))
            )
        except BaseException:
            self.abort()  # half a mail must not be followed by anything
            raise
        return outcome

    def _fits(self, mail_object: MailObject) -> bool:
        limit = self.size_limit
        return limit is None or len(mail_object.text) <= limit

    def _can_name(self, mail_object: MailObject) -> bool:
        return self._takes_utf8 or not mail_object.needs_utf8

    # ── commands ──

    def _commands(self, mail_object: MailObject) -> tuple[bytes, bytes, bytes]:
        """Return the commands of the phases in `_ENVELOPE`."""
        options = b" SIZE=%d" % len(mail_object.text) if self._wants_size else b""
        if mail_object.needs_utf8:
            options += b" SMTPUTF8"
        wishes = b""
        if self.wants_dsn:
            options += _notified(mail_object)
            wishes = _notified_of(mail_object)
        chunks = self._pipelining is Pipelining.CHUNKS
        return (
            b"MAIL FROM:<%b>%b\r\n" % (mail_object.envelope_from, options),
            b"RCPT TO:<%b>%b\r\n" % (mail_object.envelope_to, wishes),
            b"BDAT %d\r\n%b" % (len(mail_object.text), mail_object.text) if chunks else b"DATA\r\n",
        )

    def _announce(self, mail_object: MailObject, before: bytes = b"") -> None:
        """Write the whole envelope at once, after the bytes `before` it."""
        self._is_announced = True
        self._protocol.write(before + b"".join(self._commands(mail_object)), bool(before) + len(_ENVELOPE))

    def _envelope(self, mail_object: MailObject) -> Steps[Outcome | None]:
        """Hand over the envelope; None means: go on.

        Some servers offer DSN and refuse its parameters: then the same envelope goes without, from now on.
        """
        outcome = yield from self._whole_envelope(mail_object)
        if outcome is None or not self._may_mean_parameters(outcome.phase, outcome.code):
            return outcome
        self.wants_dsn = False
        again = yield from self._whole_envelope(mail_object)
        self.wants_dsn = again is not None and again.code == outcome.code  # then it was not about the parameters
        self.has_refused_dsn = not self.wants_dsn
        return again

    def _may_mean_parameters(self, phase: Phase, code: int | None) -> bool:
        return self.wants_dsn and phase in _WITH_PARAMETERS and code in _UNKNOWN_PARAMETER

    def _whole_envelope(self, mail_object: MailObject) -> Steps[Outcome | None]:
        if self._is_stale:
            # a MAIL whose RCPT was refused stays open, and the next MAIL would be “nested”
            yield from self._reset()
        if self._pipelining is Pipelining.NONE:
            return (yield from self._envelope_by_and_by(mail_object))
        if not self._is_announced:
            self._announce(mail_object)
        self._is_announced = False
        for phase, usual in zip(_ENVELOPE, self._usual(), strict=True):
            reply = self._protocol.heard()  # mostly it has come together with the reply to the previous mail
            if reply is not None and reply.code == usual:
                continue
            outcome = self._judged(phase, reply) if reply else (yield from self._heard(phase))
            if outcome is not None:
                yield from self._leave_envelope(phase)
                return outcome
        return None

    def _usual(self) -> tuple[int, int, int]:
        return _USUAL_WITH_CHUNKS if self._pipelining is Pipelining.CHUNKS else _USUAL

    def _envelope_by_and_by(self, mail_object: MailObject) -> Steps[Outcome | None]:
        for phase, command in zip(_ENVELOPE, self._commands(mail_object), strict=True):
            self._protocol.write(command, 1)
            outcome = yield from self._heard(phase)
            if outcome is not None:
                self._is_stale = True
                return outcome
        return None

    def _leave_envelope(self, refused: Phase) -> Steps[None]:
        """Read the replies to the commands that were pipelined behind a refused one."""
        self._is_stale = True
        with contextlib.suppress(LineLostError):
            for phase in _ENVELOPE[_ENVELOPE.index(refused) + 1 :]:
                reply = yield from self._protocol.reply(self.server.timeouts.reply)
                if (
                    phase is Phase.DATA
                    and reply_class(phase, reply.code) is ReplyClass.YES
                    and self._pipelining is not Pipelining.CHUNKS
                ):
                    # RFC 2920 3.1: a server may ask for the text although it has no recipient for it
                    self._protocol.write(b".\r\n", 1)
                    yield from self._protocol.reply(self.server.timeouts.reply)

    def _reset(self) -> Steps[None]:
        self._is_stale = False
        yield from self._ask(b"RSET\r\n")

    def _text(self, mail_object: MailObject) -> Steps[Outcome | None]:
        """Write the text without its end; None means: go on."""
        if self._pipelining is not Pipelining.CHUNKS:  # else it went with the envelope
            self._protocol.write(stuffed(mail_object.text) if mail_object.needs_stuffing else mail_object.text)
        yield from self._protocol.drained(self.server.timeouts.reply)
        return self._lost_in_text() if self._protocol.lost else None

    def _lost_in_text(self) -> Outcome:
        words = "the connection broke in the middle of the mail"
        return outcome_of(Phase.TEXT, ReplyClass.LOST, None, self._name, words)

    def _end(self, before_dot: BeforeDot, following: Callable[[], MailObject | None]) -> Steps[Outcome]:
        mail_object = following() if self._pipelining.depth >= Pipelining.FULL.depth else None
        yield from before_dot()
        yield from self._protocol.caught_up()  # if the server has closed meanwhile, that is read before our end leaves
        if not self.is_open:
            return self._lost_in_text()
        end = b"BDAT 0 LAST\r\n" if self._pipelining is Pipelining.CHUNKS else b".\r\n"
        if mail_object is None:
            self._protocol.write(end, 1)
        else:
            self._announce(mail_object, before=end)
        outcome = yield from self._heard(Phase.END)
        assert outcome is not None  # noqa: S101 - after the end, a yes is an outcome too
        return outcome

    def _heard(self, phase: Phase) -> Steps[Outcome | None]:
        """Wait for a reply and judge it; None means: go on."""
        timeouts = self.server.timeouts
        try:
            reply = yield from self._protocol.reply(timeouts.end_of_data if phase is Phase.END else timeouts.reply)
        except LineLostError as error:
            self.is_out_of_step = self._pipelining is not Pipelining.NONE and error.words == NO_SENSE
            return outcome_of(phase, ReplyClass.LOST, None, self._name, error.words)
        return self._judged(phase, reply)

    def _judged(self, phase: Phase, reply: Reply) -> Outcome | None:
        is_chunk = phase is Phase.DATA and self._pipelining is Pipelining.CHUNKS
        answer = reply_class(Phase.END if is_chunk else phase, reply.code)
        if answer is ReplyClass.YES and phase is not Phase.END:
            return None
        is_behind = self._pipelining is not Pipelining.NONE and phase is not Phase.END and reply.code in _OUT_OF_STEP
        if is_behind and not self._may_mean_parameters(phase, reply.code):
            self.is_out_of_step = True
            answer = ReplyClass.LOST
        if answer in (ReplyClass.CLOSING, ReplyClass.LOST):
            self.abort()
        if answer is not ReplyClass.YES or self.server.tokens is not None:
            reply = reply._replace(text=self.server.without_password(reply.text))
        return outcome_of(phase, answer, reply, self._name)

    # ── the end ──

    async def close(self) -> None:
        """Send QUIT, and close without waiting long for the reply."""
        if self.is_open:
            await self.run(self._ask(b"QUIT\r\n"))
        self.abort()
        await asyncio.sleep(0)  # the transport closes in the next turn of the loop

    def _ask(self, command: bytes) -> Steps[None]:
        """Send a command whose reply makes no difference."""
        with contextlib.suppress(LineLostError):
            self._protocol.write(command, 1)
            yield from self._protocol.reply(self.server.timeouts.goodbye)

    def abort(self) -> None:
        """Abort the connection; bytes that were written but not sent are dropped."""
        self._protocol.give_up("the connection was cut")


def _notified(mail_object: MailObject) -> bytes:
    """Return the parameters of MAIL for notifications: with the headers of the mail, and under this name."""
    name = mail_object.envelope_id
    return b" RET=HDRS ENVID=%b" % xtext(name) if name else b" RET=HDRS"


def _notified_of(mail_object: MailObject) -> bytes:
    """Return the parameters of RCPT for notifications; other than ASCII would need RFC 6533."""
    to = mail_object.envelope_to
    return b" NOTIFY=FAILURE,DELAY" + (b" ORCPT=rfc822;%b" % xtext(to) if to.isascii() else b"")


def _announced(extensions: Mapping[str, str]) -> Pipelining:
    """Return the pipelining that a server's EHLO allows: some servers without it close the connection at once."""
    if "pipelining" not in extensions:
        return Pipelining.NONE
    return Pipelining.CHUNKS if "chunking" in extensions else Pipelining.FULL
