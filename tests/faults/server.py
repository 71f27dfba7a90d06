"""An SMTP server that misbehaves by a seed, and books the truth about every mail before it answers.

Run as a process of its own (`serve`). It tells its port, answers whether it has heard all that was said to it, and ends
when nobody can ask it any more. By hand: `python -m tests.faults.server --journal FILE --seed 7 --faults 0.3`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import dataclasses
import email.parser
import hashlib
import re
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faults.host import Conversation, Host, Words, attend, wrongs_of
from tests.faults.journal import Journal, What
from tests.faults.line import GoneError, Line
from tests.faults.mischief import Act, Fault, Mischief, Phase
from tests.faults.smtp_faults import SMTP

_DOT = b"\r\n.\r\n"
_PATH = re.compile(rb"(?:FROM|TO):<([^>]*)>(.*)", re.IGNORECASE)
_LARGEST = 20_000_000
_LONGEST_LINE = 1000  # RFC 5321 4.5.3.1.6, with CRLF


@dataclasses.dataclass(frozen=True)
class Manners:
    """The settings of the server.

    Attributes:
        pipelining: Announces PIPELINING (RFC 2920).
        chunking: Announces CHUNKING (RFC 3030).
        tls: For STARTTLS, None for a server that knows nothing of it.
        strips: Leaves STARTTLS out of its answer, as an attacker in between would.
        login: “user:password” that AUTH takes, "" if no login is needed.
        cap: The most mails on a connection (F23), 0 for any number.
        cap_says: The reply to the next command; it closes only after a 421.
        cap_at: The command: MAIL (F23), or RCPT (F49).
        connections: The most connections at the same time (F3), 0 for any number.
        crowd: The same, but it lets more in and says 432 after each mail while they are there (F50).
        late: Says 354 although nobody is left to send to, and refuses after the dot (RFC 2920 3.1).
    """

    pipelining: bool = False
    chunking: bool = False
    tls: ssl.SSLContext | None = None
    strips: bool = False
    login: str = ""
    cap: int = 0
    cap_says: str = "421 4.7.0 enough mails on this connection"
    cap_at: Phase = Phase.MAIL
    connections: int = 0
    crowd: int = 0
    late: bool = False


class Server(Host):
    """The SMTP server."""

    def __init__(self, manners: Manners, mischief: Mischief, journal: Journal, port: int = 0) -> None:
        super().__init__(mischief, journal, port)
        self.manners = manners

    def converse(self, line: Line, number: int) -> Session:
        """Return the session on a new connection."""
        return Session(self, line, number, crowd=self.crowd)


class Session(Conversation):
    """One connection from its banner to its end."""

    def __init__(self, server: Server, line: Line, number: int, crowd: int) -> None:
        super().__init__(server, line, number)
        self._server = server
        self._manners = server.manners
        self._crowd = crowd
        self._commands: Counter[Phase] = Counter()
        self._user = ""
        self._mails = 0
        self._forget()

    def _forget(self) -> None:
        self._sender = None
        self._recipient = ""
        self._size = 0
        self._fault: Fault | None = None  # of this attempt
        self._fate: Fault | None = None  # of this address
        self._chunks = bytearray()

    @property
    def _is_in_a_mail(self) -> bool:
        return self._sender is not None

    async def _talk(self) -> None:
        await self._greet()
        while True:
            await self._take_command()

    # ── commands ──

    async def _greet(self) -> None:
        if self._manners.connections and self._crowd >= self._manners.connections:
            self._book(What.FAULT, Phase.CONNECT, fault="F3", act=Act.CLOSING, said="421")
            self._line.say("421 4.7.0 too many connections")
            raise GoneError
        await self._answer(Phase.CONNECT, "220 faults.example ESMTP", self._opening)

    async def _take_command(self) -> None:
        words = await self._line.take_until(b"\n")
        if not words.endswith(b"\r\n"):
            self._book(What.WRONG, act="a line that does not end with CRLF")
        if self._line.has_more and not self._manners.pipelining and not words.upper().startswith(b"BDAT"):
            self._book(What.WRONG, act=f"did not wait for the answer to {words!r}")
        verb, _, rest = words.strip().partition(b" ")
        handle = self._verbs().get(verb.upper().decode("ascii", "replace"))
        if handle is None:
            self._line.say("500 5.5.1 what?")
        else:
            await handle(rest)

    def _verbs(self) -> dict[str, Callable[[bytes], Awaitable[None]]]:
        return {
            "EHLO": self._ehlo,
            "HELO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "BDAT": self._bdat,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }

    async def _answer(self, phase: Phase, right: str, *faults: Fault | None) -> bool:
        """Give the right answer, or do what the first fault of this phase is; return whether all is well."""
        fault = next((f for f in faults if f is not None and f.phase is phase), None)
        if fault is None:
            self._line.say(right)
            return True
        self._book(What.FAULT, phase, fault=fault.number, act=fault.act, said=fault.says)
        return await self._do(fault, right)

    async def _do(self, fault: Fault, right: str) -> bool:
        half = right[: 2 if len(right) % 2 else -3]  # a code without its text, or a line without its end
        words = Words(*(f"{line}\r\n".encode() for line in (fault.says, right, half, f"{right[:3]}-still thinking")))
        return await self._misbehave(fault, words._replace(half=half.encode()))

    async def _see_them_leave(self) -> None:
        said = await self._line.hang()
        if said and not said.upper().startswith(b"QUIT") and not self._manners.pipelining:
            self._book(What.WRONG, act=f"went on after nonsense: {said[:60]!r}")

    # ── opening ──

    async def _ehlo(self, _rest: bytes) -> None:
        self._forget()
        manners = self._manners
        fault = self._opening
        if fault is not None and fault.phase is Phase.EHLO:
            await self._answer(Phase.EHLO, "250-faults.example", fault)
            return
        lines = ["250 faults.example", f"250 SIZE {_LARGEST}", "250 ENHANCEDSTATUSCODES", "250 8BITMIME"]
        lines += ["250 PIPELINING"] * manners.pipelining + ["250 CHUNKING"] * manners.chunking
        if manners.tls and not self._line.is_private and not manners.strips:
            lines.append("250 STARTTLS")
        lines += ["250 AUTH PLAIN LOGIN"] * bool(manners.login)
        self._line.say(*lines)

    async def _starttls(self, _rest: bytes) -> None:
        if self._manners.tls is None or self._line.is_private or self._manners.strips:
            self._line.say("502 5.5.1 no TLS here")
        elif await self._answer(Phase.STARTTLS, "220 2.0.0 go ahead", self._opening):
            await self._line.encrypt(self._manners.tls)

    async def _auth(self, rest: bytes) -> None:
        self._mind_the_clear("a login")
        method, _, initial = rest.partition(b" ")
        if not await self._answer_login():
            return
        if method.upper() == b"PLAIN":
            _, user, password = base64.b64decode(initial or await self._ask("")).split(b"\0")
        else:
            user = base64.b64decode(initial or await self._ask("VXNlcm5hbWU6"))
            password = base64.b64decode(await self._ask("UGFzc3dvcmQ6"))
        if f"{user.decode()}:{password.decode()}" == self._manners.login:
            self._user = user.decode()
            self._line.say("235 2.7.0 welcome")
        else:
            self._line.say("535 5.7.8 wrong password")

    async def _answer_login(self) -> bool:
        fault = self._opening
        return fault is None or fault.phase is not Phase.AUTH or await self._answer(Phase.AUTH, "", fault)

    async def _ask(self, prompt: str) -> bytes:
        self._line.say(f"334 {prompt}")
        return (await self._line.take_until(b"\r\n")).strip()

    def _mind_the_clear(self, what: str) -> None:
        if self._manners.tls is not None and not self._line.is_private:
            self._book(What.SECRET, act=what)

    # ── one mail ──

    async def _mail(self, rest: bytes) -> None:
        self._phase = Phase.MAIL
        self._mind_the_clear("an envelope")
        self._commands[Phase.MAIL] += 1
        if self._sender is not None:
            self._book(What.WRONG, act="MAIL inside a transaction")
            self._line.say("503 5.5.1 nested MAIL command")
        elif self._manners.login and not self._user:
            self._line.say("530 5.7.0 log in first")
        elif (found := _PATH.match(rest)) is None:
            self._line.say("501 5.5.4 that is no path")
        elif self._is_over(Phase.MAIL):
            await self._cap()
        else:
            fault = self._server.mischief.in_passing(self._number, Phase.MAIL, self._commands[Phase.MAIL])
            if await self._answer(Phase.MAIL, "250 2.1.0 OK", fault):
                self._sender = found[1].decode()
                size = re.search(rb"SIZE=(\d+)", found[2], re.IGNORECASE)
                self._size = int(size[1]) if size else 0

    def _is_over(self, phase: Phase) -> bool:
        manners = self._manners
        return bool(manners.cap) and self._mails >= manners.cap and manners.cap_at is phase

    async def _cap(self) -> None:
        says, phase = self._manners.cap_says, self._manners.cap_at
        act = Act.CLOSING if says.startswith("421") else Act.SAY
        await self._answer(phase, "", Fault("F23" if phase is Phase.MAIL else "F49", phase, act, says))

    async def _rcpt(self, rest: bytes) -> None:
        self._phase = Phase.RCPT
        found = _PATH.match(rest)
        if self._sender is None or found is None:
            self._line.say("503 5.5.1 MAIL first" if found else "501 5.5.4 that is no path")
            return
        address = found[1].decode()
        mischief, attempts = self._server.mischief, self._server.attempts
        self._recipient = address
        if self._is_over(Phase.RCPT):
            await self._cap()
            self._recipient = ""
            return
        if (spell := self._spell()) is not None:
            await self._answer(Phase.RCPT, "", spell)
            self._recipient = ""
            return
        self._fault, self._fate = mischief.for_attempt(address, attempts[address]), mischief.fate(address)
        attempts[address] += 1
        if not await self._answer(Phase.RCPT, "250 2.1.5 OK", self._fault, self._fate):
            self._recipient = ""

    def _spell(self) -> Fault | None:
        """Return what the server says to everybody in this phase at the moment, if anything."""
        self._server.commands[self._phase] += 1
        return self._server.mischief.spell(self._phase, self._server.commands[self._phase])

    async def _data(self, _rest: bytes) -> None:
        self._phase = Phase.DATA
        if not self._recipient and not (self._sender is not None and self._manners.late):
            self._line.say("503 5.5.1 nobody to send to")
        elif not self._recipient:
            self._line.say("354 go on")
            await self._take_text()
            self._forget()
            self._line.say("554 5.5.1 nobody to send to")
        elif await self._answer(Phase.DATA, "354 go on", self._fault, self._fate):
            self._mind_the_clear("a mail")
            self._phase = Phase.TEXT
            await self._lose_text(self._size or _LONGEST_LINE, lambda heard: _DOT in b"\r\n" + heard)
            await self._judge(await self._take_text())
        else:
            self._recipient = ""

    async def _take_text(self) -> bytes:
        self._line.put_back(b"\r\n")  # the dot may stand in the first line
        text = (await self._line.take_until(_DOT))[2:-3]
        if self._line.has_more and not self._manners.pipelining:
            self._book(What.WRONG, act="did not wait for the answer to the final dot")
        if any(line.startswith(b".") and not line.startswith(b"..") for line in text.split(b"\r\n")):
            self._book(What.WRONG, act="a dot that is not doubled")
        return (b"\r\n" + text).replace(b"\r\n..", b"\r\n.")[2:]

    async def _bdat(self, rest: bytes) -> None:
        words = rest.split()
        size, is_last = int(words[0]), len(words) > 1 and words[1].upper() == b"LAST"
        if not self._manners.chunking:
            self._book(What.WRONG, act="BDAT that was not announced")
        if not self._recipient:
            await self._line.take(size)  # RFC 3030 2: also when it is refused
            self._line.say("503 5.5.1 nobody to send to")
            return
        self._phase = Phase.TEXT
        self._mind_the_clear("a mail")
        if size:
            await self._lose_text(size - is_last, lambda heard: _has_last_chunk(heard, size, is_last=is_last))
        self._chunks += await self._line.take(size)
        if is_last:
            await self._judge(bytes(self._chunks))
        elif not await self._answer(Phase.DATA, f"250 2.0.0 {size} octets", self._fault, self._fate):
            self._recipient = ""

    async def _lose_text(self, size: int, is_whole: Callable[[bytes], bool]) -> None:
        """Cut the connection inside the text, if that is this attempt's fault.

        It is too late for that when the mail has come as a whole: then only the answer can be lost.
        """
        fault = self._fault
        if fault is None or fault.phase is not Phase.TEXT:
            return
        share = self._server.mischief.amount("text", self._recipient, fault)
        wanted = size if share > 1 / 2 else int(size * share * 2)  # as often as not just before the dot
        await self._line.wait_for(lambda heard: len(heard) >= wanted or is_whole(bytes(heard)))
        heard = self._line.cut(f"{fault.says}\r\n" if fault.says else "", reset=fault.act is Act.RESET)
        if is_whole(heard):
            # a reply that was meant for the text, and comes after the dot, is the reply to the dot
            taken = fault.says.startswith("2")
            self._book(What.MAIL, Phase.END, fault="F18", act=fault.act, accepted=taken, answered=False)
        else:
            # under TLS nobody knows how much has come
            answered = not self._line.is_private
            self._book(What.FAULT, Phase.TEXT, fault=fault.number, act=fault.act, said=fault.says, answered=answered)
        raise GoneError

    async def _judge(self, text: bytes) -> None:
        """Take a whole mail or not: book that, then answer or not."""
        self._phase = Phase.END
        for wrong in wrongs_of(text):
            self._book(What.WRONG, act=wrong)
        faults = (self._crowded(), self._spell(), self._fault, self._fate)
        fault = next((f for f in faults if f is not None and f.phase is Phase.END), None)
        headers = email.parser.BytesHeaderParser().parsebytes(text[:20_000])
        self._book(
            What.MAIL,
            Phase.END,
            fault=fault.number if fault else "",
            act=fault.act if fault else "",
            said=fault.says if fault else "250",
            accepted=fault is None or fault.accepted,
            answered=fault is None or fault.answers,
            message_id=str(headers["Message-ID"] or ""),
            sha256=hashlib.sha256(text).hexdigest(),
        )
        self._mails += 1
        self._forget()
        if fault is None:
            self._line.say("250 2.0.0 queued")
        if fault is None or await self._do(fault, "250 2.0.0 queued"):
            await self._go_on()

    def _crowded(self) -> Fault | None:
        if not 0 < self._manners.crowd < self._server.crowd:
            return None
        return Fault("F50", Phase.END, Act.SAY, "432 4.3.2 concurrent connections limit exceeded")

    async def _go_on(self) -> None:
        self._commands[Phase.AFTER] += 1
        fault = self._server.mischief.in_passing(self._number, Phase.AFTER, self._commands[Phase.AFTER])
        if fault is not None:
            self._book(What.FAULT, Phase.AFTER, fault=fault.number, act=fault.act, said=fault.says)
            # it comes at once, or when the next mail is under way
            await asyncio.sleep(0.004 * self._server.mischief.amount("after", self._number))
            await self._do(fault, "")

    # ── the rest ──

    async def _rset(self, _rest: bytes) -> None:
        self._commands[Phase.RSET] += 1
        self._forget()
        fault = self._server.mischief.in_passing(self._number, Phase.RSET, self._commands[Phase.RSET])
        await self._answer(Phase.RSET, "250 2.0.0 forgotten", fault)

    async def _noop(self, _rest: bytes) -> None:
        self._line.say("250 2.0.0 OK")

    async def _quit(self, _rest: bytes) -> None:
        self._forget()
        fault = self._server.mischief.in_passing(self._number, Phase.QUIT, 0)
        await self._answer(Phase.QUIT, "221 2.0.0 goodbye", fault)
        raise GoneError


def _has_last_chunk(heard: bytes, size: int, *, is_last: bool) -> bool:
    """Whether a chunk of this size, and all that belongs to the same mail, has come."""
    while len(heard) >= size:
        if is_last:
            return True
        found = re.match(rb"BDAT (\d+)( LAST)?\r\n", heard := heard[size:], re.IGNORECASE)
        if found is None:
            return False
        size, is_last, heard = int(found[1]), bool(found[2]), heard[found.end() :]
    return False


def make_server(words: Sequence[str] | None = None) -> Server:
    """Return the server that a command line describes."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.server", description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--journal", type=Path, required=True)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--faults", type=float, default=0.0, metavar="RATE", help="of the first attempts, 0.0 to 1.0")
    options.add_argument("--only", action="append", default=[], help="F18, or phase/act such as end/close")
    options.add_argument("--pipelining", action="store_true")
    options.add_argument("--chunking", action="store_true")
    options.add_argument("--late", action="store_true", help="354 although nobody is left to send to")
    options.add_argument("--certificate", type=Path, help="PEM with key and certificate: offer STARTTLS")
    options.add_argument("--strip", action="store_true", help="take STARTTLS out of the answer to EHLO")
    options.add_argument("--login", default="", metavar="USER:PASSWORD")
    options.add_argument("--cap", type=int, default=0, help="mails on a connection")
    options.add_argument("--cap-says", default=Manners.cap_says)
    options.add_argument("--cap-at", type=Phase, default=Manners.cap_at)
    options.add_argument("--connections", type=int, default=0, help="at the same time")
    options.add_argument("--crowd", type=int, default=0, help="as --connections, but said after each mail")
    given = options.parse_args(words)
    manners = Manners(
        pipelining=given.pipelining,
        chunking=given.chunking,
        tls=_tls(given.certificate) if given.certificate else None,
        strips=given.strip,
        login=given.login,
        cap=given.cap,
        cap_says=given.cap_says,
        cap_at=given.cap_at,
        connections=given.connections,
        crowd=given.crowd,
        late=given.late,
    )
    mischief = Mischief(SMTP, given.seed, given.faults, given.only)
    return Server(manners, mischief, Journal(given.journal), given.port)


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def serve(words: Sequence[str], asker: Connection) -> None:
    """Be a server for whoever holds the other end of a connection."""
    asyncio.run(attend(make_server(words), asker))


async def _serve_by_hand(server: Server) -> None:
    await server.listen()
    print(server.port, flush=True)  # noqa: T201 - whoever started the process waits for it
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_by_hand(make_server()))
