"""The Graph of the fault suite: as the real one while it behaves, and it books what it does."""

from __future__ import annotations

import base64
import contextlib
import email.utils
import hashlib
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.faults.graph_faults import GRAPH
from tests.faults.graph_server import USER
from tests.faults.journal import What
from tests.faults.mischief import Act, Fault, Mischief, Phase
from tests.graph_service import GraphService, Script, done, graph_running, said
from tests.signin.issuer import Issuer, issuer_running
from tests.waiting import wait_for

MAIL = (
    b"From: Newsletter <newsletter@netz.example>\r\nTo: =?utf-8?q?J=C3=B6rg?= <joerg@x.example>\r\n"
    b"Message-ID: <1@x.example>\r\n\r\nHallo\r\n"
)
BODY = base64.b64encode(MAIL)
PATH = f"/v1.0/users/{USER}/sendMail"
_ENDLESS = (Act.HANG, Act.TRICKLE, Act.GARBAGE)

Start = Callable[..., GraphService]


class Client:
    """A client that says exactly what a test wants."""

    def __init__(self, service: GraphService) -> None:
        self._socket = socket.create_connection(("127.0.0.1", service.port), timeout=60)

    def say(self, data: bytes) -> None:
        self._socket.sendall(data)

    def hear(self) -> bytes:
        """Return an answer as far as it comes."""
        heard = b""
        with contextlib.suppress(OSError):
            while not _is_whole(heard) and (more := self._socket.recv(4096)):
                heard += more
        return heard

    def close(self) -> None:
        self._socket.close()


def _is_whole(heard: bytes) -> bool:
    head, end, body = heard.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(end and lengths) and len(body) >= int(lengths[0].split(b":")[1])


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuer_running() as running:
        yield running


@pytest.fixture
def token(issuer: Issuer) -> str:
    """A good access token."""
    issuer.access_tokens.add("good")
    return "good"


@pytest.fixture
def start(issuer: Issuer) -> Iterator[Start]:
    """Start a service that answers so."""
    with ExitStack() as stack:

        def begin(*answers: Fault, **more: object) -> GraphService:
            service = GraphService(issuer, Script(answers, **more))  # type: ignore[arg-type]
            return stack.enter_context(graph_running(service))

        yield begin


def request(token: str, body: bytes = BODY, path: str = PATH, method: str = "POST", **headers: str) -> bytes:
    usual = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain", "Content-Length": str(len(body))}
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in usual.items() if value]
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: graph", *lines, "", ""]).encode() + body


def ask(service: GraphService, data: bytes) -> bytes:
    with contextlib.closing(Client(service)) as client:
        client.say(data)
        return client.hear()


def test_a_mail_is_accepted_and_the_journal_has_it(start: Start, token: str) -> None:
    service = start()

    answer = ask(service, request(token))

    mail = service.mails[0]
    assert answer.startswith(b"HTTP/1.1 202 Accepted\r\n")
    assert answer.endswith(b"Content-Length: 0\r\n\r\n")
    assert (mail.recipient, mail.sender, mail.message_id) == ("joerg@x.example", USER, "<1@x.example>")
    assert mail.sha256 == hashlib.sha256(MAIL).hexdigest()
    assert (mail.accepted, mail.answered, mail.retry_after) == (True, True, 0.0)
    assert service.wrongs == []


def test_the_mailbox_may_be_written_as_urls_are(start: Start, token: str) -> None:
    service = start()

    assert ask(service, request(token, path=PATH.replace("@", "%40"))).startswith(b"HTTP/1.1 202 ")


@pytest.mark.parametrize(
    ("other", "status", "code", "wrong"),
    [
        ({"Authorization": "Bearer ended"}, 401, "InvalidAuthenticationToken", ""),
        ({"Authorization": "Bearer made-up"}, 401, "InvalidAuthenticationToken", "a token that nobody has given"),
        ({"Authorization": ""}, 401, "InvalidAuthenticationToken", "a token that nobody has given"),
        ({"path": PATH.replace(USER, "other@netz.example")}, 404, "ErrorInvalidUser", ""),
        ({"path": "/v1.0/me/messages"}, 404, "ResourceNotFound", "asked for /v1.0/me/messages"),
        ({"method": "PUT"}, 405, "MethodNotAllowed", "asked by PUT"),
        ({"Content_Type": "application/json"}, 415, "UnsupportedMediaType", "Content-Type: application/json"),
        ({"body": b"not base64!"}, 400, "ErrorMimeContentInvalidBase64String", "a body that is no base64"),
        ({"body": base64.b64encode(MAIL.replace(b"\r", b""))}, 400, "ErrorMimeContentInvalid", "a bare CR or LF"),
        ({"body": base64.b64encode(b"Subject: x\r\n\r\n")}, 400, "ErrorMimeContentInvalid", "a mail to nobody"),
        ({"body": base64.b64encode(MAIL.replace(b"newsletter@", b"boss@"))}, 403, "ErrorSendAsDenied", ""),
        ({"body": base64.b64encode(MAIL + b"x" * 900 + b"\r\n" * 2_000_000)}, 413, "ErrorMessageSizeExceeded", ""),
    ],
)
def test_what_graph_would_never_take_is_refused(
    other: dict[str, str], status: int, code: str, wrong: str, start: Start, token: str, issuer: Issuer
) -> None:
    issuer.access_tokens.add("ended")
    issuer.ended.add("ended")
    service = start()

    head, _, body = ask(service, request(token, **other)).partition(b"\r\n\r\n")  # type: ignore[arg-type]

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body)["error"]["code"] == code
    assert [act[: len(wrong)] for act in service.wrongs] == [wrong] * bool(wrong)
    assert [mail.accepted for mail in service.mails] == [False]


def test_a_fifth_request_at_a_time_is_too_many(start: Start, token: str) -> None:
    service = start(*[done(Act.HANG)] * 4)
    with ExitStack() as stack:
        for _ in range(4):
            client = stack.enter_context(contextlib.closing(Client(service)))
            client.say(request(token))
        wait_for(lambda: len(service.mails) == 4)

        assert ask(service, request(token)).startswith(b"HTTP/1.1 429 ")

    assert service.wrongs == ["5 requests at a time"]


def test_a_second_request_on_a_connection_is_booked(start: Start, token: str) -> None:
    service = start()
    with contextlib.closing(Client(service)) as client:
        client.say(request(token))
        client.hear()
        client.say(request(token))

    wait_for(lambda: service.wrongs == ["a second request on a connection"])
    assert len(service.mails) == 1


def test_a_request_without_a_length_is_refused(start: Start, token: str) -> None:
    service = start()

    assert ask(service, request(token, Content_Length="")).startswith(b"HTTP/1.1 411 ")
    assert service.wrongs == ["a request without Content-Length"]


@pytest.mark.parametrize(("retry_after", "least", "most"), [("3", 2.9, 3.0), ("date", 1.0, 2.0)])
def test_the_journal_knows_the_wait_that_was_asked_for(
    retry_after: str, least: float, most: float, start: Start, token: str
) -> None:
    service = start(said("429 ApplicationThrottled", retry_after=retry_after))

    answer = ask(service, request(token)).decode()

    headers = dict(line.split(": ", 1) for line in answer.partition("\r\n\r\n")[0].split("\r\n")[1:])
    if retry_after == "date":
        asked = [email.utils.parsedate_to_datetime(headers[name]) for name in ("Retry-After", "Date")]
        assert (asked[0] - asked[1]).total_seconds() == 2
    else:
        assert headers["Retry-After"] == retry_after
    assert least <= service.mails[0].retry_after <= most
    assert service.mails[0].answered


@pytest.mark.parametrize("act", [Act.CLOSE, Act.RESET])
@pytest.mark.parametrize(("count", "phase"), [(-1, Phase.BODY), (0, Phase.ANSWER)])
def test_a_line_lost_in_the_body_is_lost_before_or_after_its_last_byte(
    act: Act, count: int, phase: Phase, start: Start, token: str
) -> None:
    service = start(done(act, Phase.BODY))
    data = request(token)
    with contextlib.closing(Client(service)) as client:
        client.say(data[: len(data) + count])
        if phase is Phase.BODY:
            assert client.hear() == b""

    wait_for(lambda: len(service.notes.entries) == 2)
    entry = service.notes.entries[-1]
    assert (entry.what, entry.phase) == (What.FAULT if phase is Phase.BODY else What.MAIL, phase)
    assert entry.recipient == "joerg@x.example"
    assert not entry.is_doubtful


def test_a_body_that_is_finished_after_the_end_is_in_doubt(start: Start, token: str) -> None:
    service = start(done(Act.CLOSE, Phase.BODY))
    data = request(token)
    with contextlib.closing(Client(service)) as client:
        client.say(data[:-1])
        assert client.hear() == b""
        client.say(data[-1:])

    wait_for(lambda: len(service.mails) == 1)
    assert service.mails[0].is_doubtful
    assert not service.mails[0].accepted


def test_a_client_that_leaves_inside_a_mail_is_booked(start: Start, token: str) -> None:
    service = start()
    with contextlib.closing(Client(service)) as client:
        client.say(request(token)[:-1])
        wait_for(lambda: service.under_way == 1)

    wait_for(lambda: any(entry.what is What.LEFT for entry in service.notes.entries))
    assert service.mails == []
    assert service.under_way == 0


@pytest.mark.parametrize(
    "fault", [f for f in GRAPH.faults if f.phase is Phase.ANSWER and f.act not in _ENDLESS], ids=str
)
def test_the_journal_says_what_a_client_cannot_know(fault: Fault, start: Start, token: str) -> None:
    service = start(fault)

    answer = ask(service, request(token))

    mail = service.mails[0]
    is_whole = answer.startswith(b"HTTP/1.1 ") and _is_whole(answer)
    is_clear = is_whole and answer[9:12] not in (b"200", b"408") and answer[9:10] in b"24"
    assert mail.answered == is_clear
    assert not is_clear or mail.accepted == (answer[9:12] == b"202")
    assert service.under_way == 0


def test_every_fault_of_the_table_comes_up() -> None:
    mischief = Mischief(GRAPH, 1, 1.0)
    seen = {mischief.at_opening(n) for n in range(3000)}
    seen |= {mischief.in_passing(n, Phase.HEAD, 1) for n in range(3000)}
    seen |= {mischief.for_attempt(f"{n}@x.example", 0) for n in range(3000)}

    assert seen >= set(GRAPH.faults)
    assert {mischief.fate(f"{n}@x.example") for n in range(3000)} >= set(GRAPH.fates)


def test_every_spell_comes_up_and_ends() -> None:
    mischief = Mischief(GRAPH, 1, 1.0)
    seen = set()
    for number in range(5000):
        seen.add(mischief.spell(Phase.ANSWER, number))
        mischief.let_spell_end(is_client_gone=True)

    assert seen == {None, *GRAPH.spells}
