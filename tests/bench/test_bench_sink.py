"""The receiver of the benchmark takes mails as a server does, however they are cut into segments."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "bench" / "sink" / "fastsink.c"
ENVELOPE = b"MAIL FROM:<a@city.example>\r\nRCPT TO:<b@city.example>\r\nDATA\r\n"
READY = ["250", "250", "354"]

GCC = shutil.which("gcc")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(GCC is None, reason="the receiver is compiled by gcc"),
]


class Sink:
    """A running fastsink."""

    def __init__(self, program: Path, dump: Path, *options: str) -> None:
        command = [str(program), "-o", str(dump), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split()[1])
        self.dump = dump
        self.clients: list[Client] = []

    def connect(self, greeting: str = "220") -> Client:
        self.clients.append(Client(self.port, greeting))
        return self.clients[-1]

    def stop(self) -> dict[str, int]:
        """End it and return its counters."""
        self.process.terminate()
        counters: dict[str, int] = json.loads(self.process.communicate(timeout=240)[0])
        return counters

    def mails(self) -> list[tuple[str, str, bytes]]:
        """End it and return sender, recipient and text of each mail."""
        self.stop()
        found, rest = [], self.dump.read_bytes()
        while rest:
            head, _, rest = rest.partition(b"\n")
            length, sender, recipient = head.decode().split()
            found.append((sender, recipient, rest[: int(length)]))
            rest = rest[int(length) + 1 :]
        return found


class Client:
    """A connection that sends bytes and receives reply codes."""

    def __init__(self, port: int, greeting: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=240)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("r", encoding="ascii", newline="\r\n")
        assert self.hear(1) == [greeting]

    def close(self) -> None:
        self.lines.close()
        self.socket.close()

    def say(self, text: bytes, replies: int) -> list[str]:
        self.socket.sendall(text)
        return self.hear(replies)

    def hear(self, replies: int) -> list[str]:
        """Return the codes of so many replies; “” is the end of the connection."""
        codes: list[str] = []
        while len(codes) < replies:
            line = self.lines.readline()
            if line[3:4] != "-":
                codes.append(line[:3])
        return codes


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sink") / "fastsink"
    assert GCC is not None
    subprocess.run([GCC, "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(path), str(SOURCE)], check=True, timeout=60)
    return path


@pytest.fixture
def start(program: Path, tmp_path: Path) -> Iterator[Callable[..., Sink]]:
    """Return a function that starts a sink with options; the sink ends with the test."""
    started: list[Sink] = []

    def start(*options: str) -> Sink:
        started.append(Sink(program, tmp_path / "mails", *options))
        return started[-1]

    yield start
    for sink in started:
        sink.process.kill()
        sink.process.communicate()
        for client in sink.clients:
            client.close()


def test_dots_that_were_doubled_are_single_again_and_others_stay(start: Callable[..., Sink]) -> None:
    sink = start()
    client = sink.connect()
    client.say(ENVELOPE, 3)

    codes = client.say(b"..\r\n..a\r\n...\r\nb.\r\n.. .\r\n.\r\n", 1)

    assert codes == ["250"]
    assert sink.mails() == [("a@city.example", "b@city.example", b".\r\n.a\r\n..\r\nb.\r\n. .\r\n")]


def test_the_dot_and_the_next_envelope_may_come_in_one_segment(start: Callable[..., Sink]) -> None:
    sink = start()
    client = sink.connect()
    client.say(ENVELOPE, 3)

    codes = client.say(b"one\r\n.\r\n" + ENVELOPE.replace(b"b@", b"c@"), 4) + client.say(b"two\r\n.\r\n", 1)

    assert codes == ["250", *READY, "250"]
    assert [(to, text) for _, to, text in sink.mails()] == [
        ("b@city.example", b"one\r\n"),
        ("c@city.example", b"two\r\n"),
    ]


WIRE_AND_TEXT = {
    b"a\r\n..b\r\n": b"a\r\n.b\r\n",
    b"\r\r\n...\r\r\n": b"\r\r\n..\r\r\n",
    b"a\r\n.\rb\r\n": b"a\r\n\rb\r\n",
    b"a\r\n.\r\r\n": b"a\r\n\r\r\n",
    b"\r\n\r\n": b"\r\n\r\n",
    b"": b"",
}


@pytest.mark.parametrize(("wire", "text"), WIRE_AND_TEXT.items())
def test_where_segments_end_makes_no_difference(wire: bytes, text: bytes, start: Callable[..., Sink]) -> None:
    sink = start()
    client = sink.connect()
    whole = wire + b".\r\n"
    in_two = [(whole[:cut], whole[cut:]) for cut in range(1, len(whole))]

    for segments in (*in_two, [bytes([each]) for each in whole]):
        assert client.say(ENVELOPE, 3) == READY
        for segment in segments:
            client.socket.sendall(segment)
            time.sleep(0.002)  # so that it is read before the next one is there
        assert client.hear(1) == ["250"]

    assert {mail for _, _, mail in sink.mails()} == {text}


def test_chunks_make_one_mail_and_keep_their_dots(start: Callable[..., Sink]) -> None:
    sink = start()
    client = sink.connect()
    envelope = ENVELOPE.removesuffix(b"DATA\r\n")

    codes = client.say(envelope + b"BDAT 5\r\n.a\r\n.BDAT 0 LAST\r\nRSET\r\n" + envelope + b"BDAT 2 LAST\r\n\r\n", 8)

    assert codes == ["250"] * 8
    assert [text for _, _, text in sink.mails()] == [b".a\r\n.", b"\r\n"]


def test_a_mail_is_told_from_another_that_was_given_up(start: Callable[..., Sink]) -> None:
    sink = start()
    client = sink.connect()
    envelope = ENVELOPE.removesuffix(b"DATA\r\n")

    codes = client.say(envelope + b"BDAT 3\r\noldRSET\r\nBDAT 3 LAST\r\nbad" + envelope + b"BDAT 3 LAST\r\nnew", 8)

    assert codes == ["250", "250", "250", "250", "554", "250", "250", "250"]
    assert [text for _, _, text in sink.mails()] == [b"new"]


@pytest.mark.parametrize("options", [(), ("-l", "20")])
def test_several_connections_do_not_mix(options: tuple[str, ...], start: Callable[..., Sink]) -> None:
    sink = start(*options)
    clients = [sink.connect() for _ in range(8)]

    for number, client in enumerate(clients):
        client.say(ENVELOPE.replace(b"b@", b"%d@" % number), 3)
    for part in (b"part one of %d\r\n", b"part two of %d\r\n.\r\n"):
        for number, client in enumerate(clients):
            client.socket.sendall(part % number)
    codes = [client.hear(1) for client in clients]

    assert codes == [["250"]] * 8
    assert sorted((to, text) for _, to, text in sink.mails()) == [
        (f"{n}@city.example", b"part one of %d\r\npart two of %d\r\n" % (n, n)) for n in range(8)
    ]


def test_replies_are_late_together_and_in_their_order(start: Callable[..., Sink]) -> None:
    sink = start("-l", "60", "-c", "40")
    client = sink.connect()

    began = time.monotonic()
    codes = client.say(ENVELOPE, 3)
    envelope_took = time.monotonic() - began
    codes += client.say(b"text\r\n.\r\nMAIL FROM:<a@city.example>\r\nRCPT TO:<b@city.example>\r\nQUIT\r\n", 5)
    took = time.monotonic() - began

    assert codes == [*READY, "250", "250", "250", "221", ""]
    assert 0.06 <= envelope_took < took
    assert took >= 0.16
    assert sink.stop()["pipelined"] == 5


def test_it_refuses_recipients_mails_and_connections_as_told(start: Callable[..., Sink]) -> None:
    sink = start("-r", "2", "-t", "3", "-x", "1", "-m", "1")
    client = sink.connect()

    recipients = client.say(b"MAIL FROM:<a@city.example>\r\n" + b"RCPT TO:<b@city.example>\r\n" * 3, 4)
    sink.connect(greeting="421")
    codes = client.say(b"DATA\r\n", 1) + client.say(b".\r\n", 1) + client.say(b"NOOP\r\n", 2)

    assert recipients == ["250", "250", "550", "450"]
    assert codes == ["354", "250", "421", ""]
    assert sink.stop()["mails"] == 1


@pytest.mark.parametrize(
    ("options", "announced"), [((), {"PIPELINING", "CHUNKING"}), (("-P",), {"CHUNKING"}), (("-K",), {"PIPELINING"})]
)
def test_it_announces_what_it_is_told_to(
    options: tuple[str, ...], announced: set[str], start: Callable[..., Sink]
) -> None:
    client = start(*options).connect()

    client.socket.sendall(b"EHLO city.example\r\n")
    lines = iter(client.lines.readline, "250 SIZE 100000000\r\n")

    assert {line[4:].strip() for line in lines} & {"PIPELINING", "CHUNKING"} == announced
