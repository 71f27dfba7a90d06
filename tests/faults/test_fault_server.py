"""The fault server itself: correct while it behaves, and it books what it does."""

from __future__ import annotations

import asyncio
import contextlib
import email.message
import hashlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import close_connections
from tests.faults.journal import Entry, What, read_journal
from tests.faults.mischief import Act, Fault, Mischief, Phase
from tests.faults.server import make_server
from tests.faults.smtp_faults import SMTP
from tests.waiting import wait_for

TEXT = b"Message-ID: <1@x.example>\r\nSubject: dots\r\n\r\n..one dot more\r\n.\r\nend\r\n"
STUFFED = b"Message-ID: <1@x.example>\r\nSubject: dots\r\n\r\n...one dot more\r\n..\r\nend\r\n.\r\n"


class Talk:
    """A client that says exactly what a test wants."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")

    def say(self, words: bytes) -> None:
        self._socket.sendall(words)

    def codes(self, count: int) -> list[int]:
        """Return the codes of so many answers."""
        found: list[int] = []
        while len(found) < count:
            line = self._file.readline()
            assert line.endswith(b"\r\n"), line
            found += [int(line[:3])] * (line[3:4] == b" ")
        return found

    def ask(self, words: bytes) -> int:
        self.say(words)
        return self.codes(1)[0]

    def last_words(self) -> bytes:
        """Return an answer, or as much of it as comes."""
        said = b""
        self._socket.settimeout(60)
        with contextlib.suppress(OSError):
            while not said.endswith(b"\r\n") and (byte := self._socket.recv(1)):
                said += byte
        return said

    def close(self) -> None:
        self._file.close()
        self._socket.close()


Start = Callable[..., int]
Open = Callable[..., Talk]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the servers of this test write."""
    return tmp_path / "journal.jsonl"


@pytest.fixture
def start(journal: Path) -> Iterator[Start]:
    """Start a server with these options in this process, and return its port."""
    loop, done = asyncio.new_event_loop(), asyncio.Event()
    threads: list[threading.Thread] = []

    def run(*options: str) -> int:
        server, ready = make_server(["--journal", str(journal), *options]), threading.Event()

        async def serve() -> None:
            await server.listen()
            ready.set()
            await done.wait()
            await server.close()
            await close_connections()

        threads.append(threading.Thread(target=lambda: loop.run_until_complete(serve())))
        threads[-1].start()
        assert ready.wait(60)
        return server.port

    yield run
    loop.call_soon_threadsafe(done.set)
    for thread in threads:
        thread.join()
    loop.close()


@pytest.fixture
def opened(start: Start) -> Iterator[Open]:
    """Start a server with these options, connect and greet it."""
    with contextlib.ExitStack() as stack:

        def connect(*options: str) -> Talk:
            talk = stack.enter_context(contextlib.closing(Talk(start(*options))))
            assert talk.codes(1) == [220]
            assert talk.ask(b"EHLO me\r\n") == 250
            return talk

        yield connect


def _mails(journal: Path) -> list[Entry]:
    return [entry for entry in read_journal(journal) if entry.what is What.MAIL]


def _wrongs(journal: Path) -> list[str]:
    return [entry.act for entry in read_journal(journal) if entry.what is What.WRONG]


def test_a_library_client_hands_over_mails_and_the_journal_has_them(start: Start, journal: Path) -> None:
    message = email.message.EmailMessage()
    message["Message-ID"] = "<7@x.example>"
    message.set_content(".\n..\nGrüße\n")
    with smtplib.SMTP("127.0.0.1", start()) as client:
        for recipient in ("a@x.example", "b@x.example"):
            client.send_message(message, "me@x.example", [recipient])
        client.noop()

    mails = _mails(journal)
    assert [m.recipient for m in mails] == ["a@x.example", "b@x.example"]
    assert {(m.sender, m.message_id, m.accepted) for m in mails} == {("me@x.example", "<7@x.example>", True)}
    assert len({m.sha256 for m in mails}) == 1
    assert _wrongs(journal) == []


def test_the_text_is_booked_with_its_dots_undone(opened: Open, journal: Path) -> None:
    talk = opened()
    for words, code in ((b"MAIL FROM:<me@x.example>", 250), (b"RCPT TO:<a@x.example>", 250), (b"DATA", 354)):
        assert talk.ask(words + b"\r\n") == code

    assert talk.ask(STUFFED) == 250

    assert _mails(journal)[0].sha256 == hashlib.sha256(TEXT).hexdigest()


def test_the_mail_is_booked_before_its_250(opened: Open, journal: Path) -> None:
    talk = opened("--pipelining")
    talk.say(b"MAIL FROM:<me@x.example>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n")
    talk.codes(3)

    talk.ask(STUFFED)

    assert len(_mails(journal)) == 1


def test_pipelined_commands_are_answered_in_order(opened: Open, journal: Path) -> None:
    talk = opened("--pipelining")

    talk.say(b"MAIL FROM:<me@x.example> SIZE=10\r\nRCPT TO:<a@x.example>\r\nDATA\r\n")
    before = talk.codes(3)
    # RFC 2920 3.1: the end of a mail may be followed by the next one
    talk.say(STUFFED + b"MAIL FROM:<me@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n")
    between = talk.codes(4)
    talk.say(STUFFED + b"RSET\r\nNOOP\r\nWHAT\r\nQUIT\r\n")

    assert before == [250, 250, 354]
    assert between == [250, 250, 250, 354]
    assert talk.codes(5) == [250, 250, 250, 500, 221]
    assert [m.recipient for m in _mails(journal)] == ["a@x.example", "b@x.example"]
    assert _wrongs(journal) == []


def test_commands_that_come_too_early_are_booked_without_pipelining(opened: Open, journal: Path) -> None:
    talk = opened()

    talk.say(b"MAIL FROM:<me@x.example>\r\nRCPT TO:<a@x.example>\r\n")

    assert talk.codes(2) == [250, 250]
    assert len(_wrongs(journal)) == 1


def test_chunks_make_a_mail_and_the_last_may_be_empty(opened: Open, journal: Path) -> None:
    talk = opened("--pipelining", "--chunking")
    talk.say(b"MAIL FROM:<me@x.example>\r\nRCPT TO:<a@x.example>\r\n")

    talk.say(b"BDAT 10\r\n" + TEXT[:10] + b"BDAT %d\r\n" % (len(TEXT) - 10) + TEXT[10:] + b"BDAT 0 LAST\r\n")
    first = talk.codes(5)
    talk.say(b"MAIL FROM:<me@x.example>\r\nRCPT TO:<b@x.example>\r\nBDAT %d LAST\r\n" % len(TEXT) + TEXT)

    assert first == [250] * 5
    assert talk.codes(3) == [250] * 3
    assert [m.recipient for m in _mails(journal)] == ["a@x.example", "b@x.example"]
    assert {m.sha256 for m in _mails(journal)} == {hashlib.sha256(TEXT).hexdigest()}
    assert _wrongs(journal) == []


def test_a_chunk_without_a_recipient_is_read_and_refused(opened: Open, journal: Path) -> None:
    talk = opened("--pipelining", "--chunking")

    talk.say(b"MAIL FROM:<me@x.example>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")

    assert talk.codes(3) == [250, 503, 250]
    assert _mails(journal) == []


def test_a_transaction_inside_another_is_refused_until_it_is_reset(opened: Open, journal: Path) -> None:
    talk = opened()
    talk.ask(b"MAIL FROM:<me@x.example>\r\n")

    answers = [
        talk.ask(words) for words in (b"MAIL FROM:<me@x.example>\r\n", b"RSET\r\n", b"MAIL FROM:<x@y.example>\r\n")
    ]

    assert answers == [503, 250, 250]
    assert _wrongs(journal) == ["MAIL inside a transaction"]


def test_data_without_a_recipient_is_refused_at_once_or_after_the_dot(opened: Open, journal: Path) -> None:
    talk = opened("--pipelining", "--late")

    talk.say(b"DATA\r\nMAIL FROM:<me@x.example>\r\nDATA\r\n.\r\nMAIL FROM:<me@x.example>\r\n")

    assert talk.codes(5) == [503, 250, 354, 554, 250]
    assert _mails(journal) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (b"a\r\n.b\r\n.\r\n", "a dot that is not doubled"),
        (b"a\nb\r\n.\r\n", "a bare CR or LF in the text"),
        (b"a" * 999 + b"\r\n.\r\n", "a line longer than 998 bytes"),
    ],
)
def test_a_text_that_breaks_the_rules_is_booked(opened: Open, journal: Path, text: bytes, wrong: str) -> None:
    talk = opened()
    for words in (b"MAIL FROM:<me@x.example>\r\n", b"RCPT TO:<a@x.example>\r\n", b"DATA\r\n"):
        talk.ask(words)

    talk.ask(text)

    assert _wrongs(journal) == [wrong]


def test_a_client_that_leaves_inside_a_mail_is_booked(opened: Open, journal: Path) -> None:
    talk = opened()
    for words in (b"MAIL FROM:<me@x.example>\r\n", b"RCPT TO:<a@x.example>\r\n", b"DATA\r\n"):
        talk.ask(words)

    talk.close()

    wait_for(lambda: any(e.what is What.LEFT for e in read_journal(journal)))
    assert list(read_journal(journal))[-1].phase == Phase.TEXT
    assert _mails(journal) == []


def test_more_connections_or_mails_than_allowed_are_sent_away(opened: Open) -> None:
    talk = opened("--cap", "1", "--pipelining")
    one = b"MAIL FROM:<me@x.example>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n"
    talk.say(one)
    talk.codes(3)

    talk.say(STUFFED + b"MAIL FROM:<me@x.example>\r\n")

    assert talk.codes(2) == [250, 421]
    assert talk.last_words() == b""


def test_a_password_in_the_clear_is_booked(start: Start, journal: Path, certificates: Path) -> None:
    options = ("--certificate", str(certificates / "good.pem"), "--login", "me:secret")
    with smtplib.SMTP("127.0.0.1", start(*options)) as client:
        client.login("me", "secret")

        assert [entry.act for entry in read_journal(journal) if entry.what is What.SECRET] == ["a login"]


def test_with_tls_and_login_mails_are_taken(start: Start, journal: Path, certificates: Path) -> None:
    options = ("--certificate", str(certificates / "good.pem"), "--login", "me:secret")
    context = ssl.create_default_context(cafile=certificates / "ca.pem")
    with smtplib.SMTP("127.0.0.1", start(*options)) as client:
        client.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("me", "wrong")
        client.login("me", "secret")
        client.sendmail(
            "me@x.example", "a@x.example", "Subject: big\r\n\r\n" + 20_000 * "fünfzig Bytes\r\n".replace("ü", "u")
        )

    assert [m.accepted for m in _mails(journal)] == [True]
    assert {entry.what for entry in read_journal(journal)} == {What.CONNECT, What.MAIL}


@pytest.mark.parametrize("fault", [f for f in SMTP.faults if f.phase is Phase.END and f.act is not Act.HANG], ids=str)
def test_after_the_dot_the_journal_says_what_the_client_cannot_know(start: Start, journal: Path, fault: Fault) -> None:
    port = start("--pipelining", "--faults", "1", f"--only={fault.phase}/{fault.act}")
    for number in range(4):
        with contextlib.closing(Talk(port)) as talk:
            talk.say(b"EHLO me\r\nMAIL FROM:<me@x.example>\r\nRCPT TO:<%d@x.example>\r\nDATA\r\n" % number)
            assert talk.codes(5) == [220, 250, 250, 250, 354]
            talk.say(STUFFED)

            answer = talk.last_words()

        mail = _mails(journal)[-1]
        assert mail.answered == (answer.endswith(b"\r\n") and answer[:1] in b"24")
        assert not mail.answered or mail.accepted == answer.startswith(b"250 ")


@pytest.mark.parametrize(
    ("rest", "phase"),
    [
        (b"", Phase.TEXT),
        (b"BDAT 0 LAS", Phase.TEXT),
        (b"BDAT 3 LAST\r\nab", Phase.TEXT),
        (b"BDAT 0 LAST\r\n", Phase.END),
        (b"BDAT 3 LAST\r\nab\n", Phase.END),
        (b"BDAT 1\r\naBDAT 0 LAST\r\nMAIL", Phase.END),
    ],
)
def test_a_line_lost_between_chunks_is_lost_before_or_after_the_end(
    opened: Open, journal: Path, rest: bytes, phase: Phase
) -> None:
    talk = opened("--pipelining", "--chunking", "--faults", "1", "--only=text/close")
    talk.say(b"MAIL FROM:<me@x.example>\r\nRCPT TO:<a@x.example>\r\n")
    talk.codes(2)

    talk.say(b"BDAT %d\r\n" % len(TEXT) + TEXT + rest)

    assert talk.last_words() == b""
    wait_for(lambda: len(list(read_journal(journal))) == 2)
    lost = list(read_journal(journal))[-1]
    assert (lost.phase, lost.is_doubtful) == (phase, phase is Phase.END)
    assert not lost.accepted


def test_what_befalls_a_recipient_follows_from_the_seed_alone() -> None:
    addresses = [f"{number}@x.example" for number in range(500)]

    def fates(mischief: Mischief) -> list[object]:
        return [(mischief.fate(a), *(mischief.for_attempt(a, n) for n in range(3))) for a in addresses]

    first, again, other = fates(Mischief(SMTP, 1, 0.3)), fates(Mischief(SMTP, 1, 0.3)), fates(Mischief(SMTP, 2, 0.3))
    assert first == again
    assert first != other
    assert all(attempts[-1] is None for attempts in first)  # type: ignore[index]


def test_without_a_rate_nothing_goes_wrong() -> None:
    mischief = Mischief(SMTP, 1, 0.0)

    assert not any(mischief.at_opening(n) or mischief.fate(f"{n}@x") for n in range(200))
    assert not any(mischief.for_attempt(f"{n}@x", 0) or mischief.in_passing(n, Phase.MAIL, 1) for n in range(200))


def test_every_fault_of_the_table_comes_up() -> None:
    mischief = Mischief(SMTP, 1, 1.0)
    seen = {mischief.at_opening(n) for n in range(3000)}
    seen |= {mischief.for_attempt(f"{n}@x.example", 0) for n in range(3000)}
    for phase in (Phase.MAIL, Phase.AFTER, Phase.RSET, Phase.QUIT):
        seen |= {mischief.in_passing(n, phase, 1) for n in range(3000)}

    assert seen >= set(SMTP.faults)
    assert {mischief.fate(f"{n}@x.example") for n in range(3000)} >= set(SMTP.fates)
