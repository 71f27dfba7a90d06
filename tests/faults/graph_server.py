"""A Microsoft Graph that misbehaves by a seed, and books the truth about every mail before it answers.

It knows one request, `POST /v1.0/users/{user}/sendMail` with a mail in base64 (text/plain):
https://learn.microsoft.com/graph/api/user-sendmail and https://learn.microsoft.com/graph/outlook-send-mime-message.
As `tests.faults.server` it runs as a process of its own, with the provider of its tokens beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import dataclasses
import email.message
import email.parser
import email.policy
import email.utils
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from tests.faults.graph_faults import GRAPH
from tests.faults.host import Conversation, Host, Place, Words, attend, wrongs_of
from tests.faults.journal import Journal, What
from tests.faults.line import GoneError, Line
from tests.faults.mischief import Act, Fault, Mischief, Phase
from tests.signin.issuer import Issuer, issuer_running

USER = "newsletter@netz.example"
AT_ONCE = 4  # requests for one mailbox: https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
LARGEST = 4_000_000  # bytes of a body

_END = b"\r\n\r\n"
_PAGE = "<html><title>Sign in to the guest network</title></html>"
_ACCEPTED = Fault("", Phase.ANSWER, Act.SAY, "202 Accepted", accepted=True)
_WORDS = {
    "ApplicationThrottled": "Application is over its MailboxConcurrency limit.",
    "InvalidAuthenticationToken": "Lifetime validation failed, the token is expired.",
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorSendAsDenied": "The user account which was used to submit this request does not have the right to send mail "
    "on behalf of the specified sending account., Cannot submit message.",
    "ErrorInvalidUser": "The requested user is invalid.",
    "ErrorInvalidRecipients": "At least one recipient is not valid., Recipient is not resolved.",
    "ErrorMimeContentInvalid": "The MIME content is not valid.",
    "ErrorMimeContentInvalidBase64String": "The MIME content contains an invalid base64 string.",
    "ErrorExceededMessageLimit": "The limit of messages is exceeded.",
    "ErrorMessageSizeExceeded": "The message exceeds the maximum supported size.",
    "ErrorInternalServerError": "An internal server error occurred. The operation failed.",
    "ErrorServerBusy": "The server is busy. Please try again later.",
    "UnknownError": "",
}
"""The messages of error codes, as reported."""


@dataclasses.dataclass(frozen=True)
class GraphManners:
    """The settings of the service.

    Attributes:
        user: The only mailbox.
        senders: The addresses that it may send as.
        takes: Up to so many seconds for each mail.
    """

    user: str = USER
    senders: tuple[str, ...] = (USER,)
    takes: float = 0.0


class Graph(Host):
    """The service.

    Attributes:
        under_way: How many requests it works on: from their heads to their answers.
    """

    def __init__(
        self, manners: GraphManners, mischief: Mischief, journal: Journal, issuer: Issuer, port: int = 0
    ) -> None:
        super().__init__(mischief, journal, port)
        self.manners = manners
        self.issuer = issuer
        self.under_way = 0

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.port, self.issuer.url, self.issuer.permit())

    def converse(self, line: Line, number: int) -> Exchange:
        """Return the exchange on a new connection."""
        return Exchange(self, line, number)

    def be_alone(self) -> None:
        """A client has no connection between two mails: only a spell that refuses nobody may end now."""
        self.mischief.let_spell_end(is_client_gone=False)

    async def work(self, number: int) -> None:
        """Take the time that it needs for the mail of a connection."""
        await asyncio.sleep(self.manners.takes * self.mischief.amount("takes", number))


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as far as it has come.

    Attributes:
        start: Its first line.
        headers: Their names in lower case.
    """

    start: str
    headers: dict[str, str]
    body: bytes

    @property
    def length(self) -> int:
        """The bytes of its whole body; -1 if it does not say."""
        length = self.headers.get("content-length", "")
        return int(length) if length.isdecimal() else -1

    @property
    def is_whole(self) -> bool:
        """Whether its last byte has come."""
        return 0 <= self.length <= len(self.body)

    @property
    def token(self) -> str:
        """The access token, "" if there is none."""
        way, _, token = self.headers.get("authorization", "").partition(" ")
        return token if way == "Bearer" else ""

    @property
    def text(self) -> bytes:
        """The mail, or so much of it as has come.

        Raises:
            ValueError: The body is no base64.
        """
        if self.is_whole:
            return base64.b64decode(self.body, validate=True)
        return base64.b64decode(self.body[: len(self.body) // 4 * 4])

    @property
    def mail_headers(self) -> email.message.EmailMessage:
        """The headers of the mail."""
        parser = email.parser.BytesHeaderParser(policy=email.policy.SMTP)
        return parser.parsebytes(self.text[:20_000])

    @property
    def recipient(self) -> str:
        """The address of the reader; "" if it has not come yet, or is missing."""
        try:
            text = self.text
        except ValueError:
            return ""
        lines = text.partition(_END)[0] if self.is_whole or _END in text else text.rpartition(b"\r\n")[0]
        if b"\nto:" not in b"\n" + lines.lower():
            return ""
        return _address(email.parser.BytesHeaderParser(policy=email.policy.SMTP).parsebytes(lines + _END), "To")

    def with_body(self, body: bytes) -> Request:
        """Return it after more of its body has come."""
        return dataclasses.replace(self, body=body)


def _address(headers: email.message.EmailMessage, name: str) -> str:
    found = headers[name]
    return found.addresses[0].addr_spec if found is not None and found.addresses else ""


def request_of(heard: bytes) -> Request | None:
    """Return the request that some bytes begin; None until its head has come."""
    head, end, body = heard.partition(_END)
    return _request(head, body) if end else None


def _request(head: bytes, body: bytes) -> Request:
    start, *lines = head.decode("latin-1").split("\r\n")
    headers = (line.partition(":") for line in lines)
    return Request(start, {name.strip().lower(): value.strip() for name, _, value in headers}, body)


class Answer(NamedTuple):
    """An answer as it travels, and the seconds for which it wants no more mails."""

    data: bytes
    retry_after: float


def answer_to(fault: Fault) -> Answer:
    """Return the answer that a fault is: “429 ApplicationThrottled”, or “429 ApplicationThrottled: other words”."""
    status, _, error = fault.says.partition(" ")
    code, _, words = error.partition(": ")
    now = time.time()
    # a date has whole seconds: two of them are more than one
    until = int(now) + 2 if fault.retry_after == "date" else now + float(fault.retry_after or 0)
    headers = {"Date": email.utils.formatdate(now, usegmt=True), "request-id": "0c1b5a7e"}
    match status[0]:
        case "2":
            body = _PAGE if status == "200" else ""
        case "4" if status == "407":
            body = _PAGE
        case "3":
            body, headers["Location"] = "", "/elsewhere"
        case _:
            body = json.dumps({"error": {"code": code, "message": words or _WORDS.get(code, code)}})
    if body:
        headers["Content-Type"] = "text/html" if body is _PAGE else "application/json"
    if fault.retry_after:
        is_date = fault.retry_after == "date"
        headers["Retry-After"] = email.utils.formatdate(until, usegmt=True) if is_date else fault.retry_after
    headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} {HTTPStatus(int(status)).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return Answer("\r\n".join([*lines, "", body]).encode(), until - now if fault.retry_after else 0.0)


class Exchange(Conversation):
    """One connection, for one request."""

    def __init__(self, graph: Graph, line: Line, number: int) -> None:
        super().__init__(graph, line, number)
        self._graph = graph
        self._is_under_way = False
        self._fault: Fault | None = None  # of this attempt

    @property
    def _is_in_a_mail(self) -> bool:
        return self._phase is Phase.BODY

    async def _talk(self) -> None:
        if self._opening is not None:
            await self._break_off(self._opening)
        try:
            await self._take_request()
        finally:
            self._end_request()
        if await self._line.hang():
            self._book(What.WRONG, act="a second request on a connection")

    async def _refuse_to_read(self) -> None:
        self._book(What.WRONG, act="a request without Content-Length")
        self._line.write(answer_to(Fault("", Phase.HEAD, Act.SAY, "411 LengthRequired")).data)
        raise GoneError

    def _begin_request(self) -> None:
        self._is_under_way = True
        self._graph.under_way += 1

    def _end_request(self) -> None:
        """Note that the answer leaves now: the client may begin with another request when it has it."""
        self._graph.under_way -= self._is_under_way
        self._is_under_way = False

    # ── a request comes ──

    async def _take_request(self) -> None:
        self._phase = Phase.HEAD
        head = await self._line.take_until(_END)
        request = _request(head.removesuffix(_END), b"")
        self._begin_request()
        await self._lose_head(head)
        if request.length < 0:
            await self._refuse_to_read()
        self._phase = Phase.BODY
        await self._line.wait_for(lambda heard: len(heard) >= request.length or _tells(request, heard))
        self._choose_fault(request.with_body(self._line.heard))
        await self._lose_body(head, request)
        request = request.with_body(await self._line.take(request.length))
        await self._judge(request)

    async def _lose_head(self, head: bytes) -> None:
        fault = self._graph.mischief.in_passing(self._number, Phase.HEAD, 1)
        if fault is None:
            return
        if fault.act is Act.EXPIRE:
            self._book(What.FAULT, Phase.HEAD, fault=fault.number, act=fault.act)
            self._graph.issuer.end_access()
            return
        self._line.put_back(head)
        await self._break_off(fault)

    def _choose_fault(self, request: Request) -> None:
        self._recipient = request.recipient
        attempts = self._graph.attempts
        self._fault = self._graph.mischief.for_attempt(self._recipient, attempts[self._recipient])
        attempts[self._recipient] += 1

    async def _lose_body(self, head: bytes, request: Request) -> None:
        fault = self._fault
        if fault is None or fault.phase is not Phase.BODY:
            return
        share = self._graph.mischief.amount("body", self._recipient, fault)
        # as often as not just before the last byte; it is too late when the mail has come as a whole
        wanted = request.length - 1 if share > 1 / 2 else int(request.length * share * 2)
        await self._line.wait_for(lambda heard: len(heard) >= wanted)
        if len(self._line.heard) < request.length:
            self._line.put_back(head)
            await self._break_off(fault)

    async def _break_off(self, fault: Fault) -> None:
        """Answer nothing to a request that is not whole, and book whether the client has finished it all the same."""
        line = self._line
        self._end_request()
        match fault.act:
            case Act.RESET:
                heard = await line.reset_and_hear()
            case Act.HANG:
                heard = await line.hang()
            case Act.REFUSE:
                share = self._graph.mischief.amount("refuse", self._number)
                heard, _ = await asyncio.gather(line.hear_out(b""), self._graph.refuse(share))
            case _:
                heard = await line.hear_out(answer_to(fault).data if fault.says else b"")
        request = request_of(heard)
        more = {"fault": fault.number, "act": fault.act, "said": fault.says}
        if request is not None and request.is_whole:
            self._book_mail(request, accepted=False, answered=False, **more)
        else:
            self._recipient = request.recipient if request is not None else ""
            self._book(What.FAULT, fault.phase, **more)
        raise GoneError

    # ── it is whole ──

    async def _judge(self, request: Request) -> None:
        """Take a mail or not: book that, then answer or not."""
        self._phase = Phase.ANSWER
        graph = self._graph
        await graph.work(self._number)
        fault = self._refusal(request) or self._mischief() or _ACCEPTED
        answer = answer_to(fault if fault.says else _ACCEPTED)
        self._book_mail(
            request,
            fault=fault.number,
            act=fault.act if fault.number else "",
            said=fault.says,
            accepted=fault.accepted,
            answered=fault.answers,
            retry_after=answer.retry_after,
        )
        if fault.answers or fault.is_vague:
            self._end_request()  # the client may begin with another one when it has the answer
        data = answer.data
        # a service that says “202” has taken the mail; before that, nothing is said
        longest = len(data) - 2 if fault.accepted else len("HTTP/1.1 2")
        half = data[: 1 + int(longest * graph.mischief.amount("half", self._number))]
        if fault.act is Act.TRICKLE:
            self._line.write(data[: data.index(b"\n") + 1])
        await self._misbehave(fault, Words(data, data, half, b"X-Still: thinking\r\n"))

    def _refusal(self, request: Request) -> Fault | None:
        """Return the refusal of a request that Graph would never take."""
        for said, wrong in self._objections(request):
            if wrong:
                self._book(What.WRONG, Phase.ANSWER, act=wrong)
            return Fault("", Phase.ANSWER, Act.SAY, said)
        return None

    def _objections(self, request: Request) -> Iterator[tuple[str, str]]:
        """Yield the answers to what is wrong with a request, and the rule that the client has broken, if any."""
        graph = self._graph
        method, path, *_ = f"{request.start}  ".split(" ")
        *before, user, verb = unquote(path).split("/")
        if before != ["", "v1.0", "users"] or verb != "sendMail":
            yield "404 ResourceNotFound", f"asked for {path}"
        if method != "POST":
            yield "405 MethodNotAllowed", f"asked by {method}"
        if not request.token or request.token not in graph.issuer.access_tokens:
            yield "401 InvalidAuthenticationToken", "a token that nobody has given"
        if not graph.issuer.knows(request.token):
            yield "401 InvalidAuthenticationToken", ""
        if graph.under_way > AT_ONCE:
            yield "429 ApplicationThrottled", f"{graph.under_way} requests at a time"
        if request.headers.get("content-type") != "text/plain":
            yield "415 UnsupportedMediaType", f"Content-Type: {request.headers.get('content-type')}"
        if user != graph.manners.user:
            yield "404 ErrorInvalidUser", ""
        if request.length > LARGEST:
            yield "413 ErrorMessageSizeExceeded", ""
        yield from self._objections_to_mail(request)

    def _objections_to_mail(self, request: Request) -> Iterator[tuple[str, str]]:
        try:
            text = request.text
        except ValueError:
            yield "400 ErrorMimeContentInvalidBase64String", "a body that is no base64"
            return
        for wrong in wrongs_of(text):
            yield "400 ErrorMimeContentInvalid", wrong
        if not request.recipient:
            yield "400 ErrorMimeContentInvalid", "a mail to nobody"
        if _address(request.mail_headers, "From") not in self._graph.manners.senders:
            yield "403 ErrorSendAsDenied", ""

    def _mischief(self) -> Fault | None:
        mischief, commands = self._graph.mischief, self._graph.commands
        commands[Phase.ANSWER] += 1
        spell = mischief.spell(Phase.ANSWER, commands[Phase.ANSWER])
        own = self._fault if self._fault is not None and self._fault.phase is Phase.ANSWER else None
        return spell or own or mischief.fate(self._recipient)

    def _book_mail(self, request: Request, **more: object) -> None:
        self._recipient = request.recipient
        try:
            text, headers = request.text, request.mail_headers
        except ValueError:
            self._book(What.MAIL, Phase.ANSWER, **more)
            return
        self._sender = _address(headers, "From")
        message_id = str(headers["Message-ID"] or "")
        self._book(What.MAIL, Phase.ANSWER, message_id=message_id, sha256=hashlib.sha256(text).hexdigest(), **more)


def _tells(request: Request, body: bytearray) -> bool:
    """Whether so much of the body tells the recipient."""
    return bool(request.with_body(bytes(body)).recipient)


# ── a process of its own ──


def make_graph(words: Sequence[str] | None, issuer: Issuer) -> Graph:
    """Return the service that a command line describes."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.graph_server", description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--journal", type=Path, required=True)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--faults", type=float, default=0.0, metavar="RATE", help="of the first attempts, 0.0 to 1.0")
    options.add_argument("--only", action="append", default=[], help="G14, or phase/act such as answer/close")
    options.add_argument("--takes", type=float, default=0.0, metavar="SECONDS", help="up to so many for each mail")
    given = options.parse_args(words)
    mischief = Mischief(GRAPH, given.seed, given.faults, given.only)
    return Graph(GraphManners(takes=given.takes), mischief, Journal(given.journal), issuer, given.port)


def serve(words: Sequence[str], asker: Connection) -> None:
    """Be a service for whoever holds the other end of a connection."""
    with issuer_running() as issuer:
        asyncio.run(attend(make_graph(words, issuer), asker))


async def _serve_by_hand(graph: Graph) -> None:
    await graph.listen()
    print(graph.place.port, graph.issuer.url, graph.issuer.permit(), flush=True)  # noqa: T201 - for whoever tries it
    await asyncio.Event().wait()


if __name__ == "__main__":
    with issuer_running() as provider, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_by_hand(make_graph(None, provider)))
