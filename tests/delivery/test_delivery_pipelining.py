"""Several commands at once, and the replies to each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from ccmail.delivery import Server, Timeouts
from ccmail.delivery.connection import Connection, MailObject
from ccmail.delivery.outcome import Outcome, Phase
from ccmail.ledger import State
from ccmail.workspace import Pipelining, Security

Listens = Callable[..., AbstractAsyncContextManager[int]]
TEXT = b"Subject: x\r\n\r\n.dot\r\nend\r\n"
SEVERAL = (Pipelining.ENVELOPE, Pipelining.FULL, Pipelining.CHUNKS)


class Server2920:
    """A server that replies in order to any number of commands; records the pieces that came and the mails it took.

    Args:
        replies: Its replies other than yes, by verb or by verb and address.
        ehlo: The extensions that it announces.

    Attributes:
        refuses: Its replies to commands that have such a parameter.
    """

    def __init__(self, replies: Mapping[str, bytes] | None = None, ehlo: str = "PIPELINING CHUNKING SIZE") -> None:
        self.replies = dict(replies or {})
        self.ehlo = ehlo.split()
        self.refuses: dict[str, bytes] = {}
        self.pieces: list[bytes] = []
        self.accepted: list[tuple[str, bytes]] = []
        self.verbs: list[str] = []

    async def __call__(  # noqa: C901, PLR0912 - a session, from its beginning to its end
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._buffer = b""
        self._reader = reader
        writer.write(b"220 here\r\n")
        to, chunks, has_sender = "", b"", False
        while line := await self._line():
            verb, _, rest = line.decode().strip().partition(" ")
            self.verbs.append(verb)
            address = rest.partition("<")[2].partition(">")[0]
            scripted = self.replies.get(f"{verb} {address}", self.replies.get(verb))
            scripted = next((reply for parameter, reply in self.refuses.items() if parameter in rest), scripted)
            if scripted == b"":
                return
            if verb == "EHLO":
                writer.write("".join(f"250-{word}\r\n" for word in ["test", *self.ehlo]).encode() + b"250 HELP\r\n")
            elif verb == "MAIL":
                to, chunks, has_sender = "", b"", not scripted
                writer.write(scripted or b"250 ok\r\n")
            elif verb == "RCPT":
                to = address if has_sender and not scripted else ""
                writer.write(scripted or (b"250 ok\r\n" if has_sender else b"503 from whom?\r\n"))
            elif verb == "DATA":
                writer.write(scripted or (b"354 go on\r\n" if to else b"554 nobody\r\n"))
                if (scripted or b"354").startswith(b"354") and (to or scripted):
                    text = await self._until(b"\r\n.\r\n") if to else await self._until(b".\r\n")
                    if not text:
                        return
                    self._take(writer, to, text)
            elif verb == "BDAT":
                size, _, last = rest.partition(" ")
                chunks += await self._exactly(int(size))
                if not to:
                    writer.write(b"503 nobody\r\n")
                elif last:
                    self._take(writer, to, chunks)
                else:
                    writer.write(scripted or b"250 chunk\r\n")
            else:
                writer.write(scripted or b"250 ok\r\n")
            if verb == "QUIT":
                return

    def _take(self, writer: asyncio.StreamWriter, to: str, text: bytes) -> None:
        scripted = self.replies.get(f". {to}", self.replies.get("."))
        if to and not scripted:
            self.accepted.append((to, text))
        writer.write(scripted or (b"250 queued\r\n" if to else b"554 nobody\r\n"))

    async def _more(self) -> bool:
        piece = await self._reader.read(1 << 20)
        self.pieces.append(piece)
        self._buffer += piece
        return bool(piece)

    async def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            if not await self._more():
                return b""
        found, _, self._buffer = self._buffer.partition(end)
        return found + end

    async def _line(self) -> bytes:
        return await self._until(b"\r\n")

    async def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            await self._more()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


@asynccontextmanager
async def connected(
    listening: Listens, behaviour: Server2920, pipelining: Pipelining, *, end_of_data: float = 60
) -> AsyncIterator[Connection]:
    async with listening(behaviour) as port:
        timeouts = Timeouts(connect=60, reply=60, end_of_data=end_of_data, goodbye=0.5)
        server = Server("127.0.0.1", port, Security.NONE, timeouts=timeouts)
        connection = await Connection.open(server, pipelining)
        yield connection
        await connection.close()


def mail_objects(*names: str) -> list[MailObject]:
    return [
        MailObject(b"bounces@x.example", f"{name}@x.example".encode(), TEXT + name.encode() + b"\r\n") for name in names
    ]


async def send_all(connection: Connection, mails: list[MailObject]) -> list[Outcome]:
    """Hand mails over, each announcing the next one, as a run does."""
    outcomes = []
    waiting = list(mails)
    while waiting and connection.is_open:
        mail = waiting.pop(0)
        outcomes.append(await connection.run(connection.send(mail, following=lambda: waiting[0] if waiting else None)))
    return outcomes


def stuffed(mail: MailObject) -> bytes:
    return mail.text.replace(b"\r\n.", b"\r\n..") + b".\r\n"


@pytest.mark.parametrize("pipelining", Pipelining)
async def test_every_mail_arrives_as_it_is_at_every_level(listening: Listens, pipelining: Pipelining) -> None:
    behaviour, mails = Server2920(), mail_objects("a", "b", "c")

    async with connected(listening, behaviour, pipelining) as connection:
        outcomes = await send_all(connection, mails)

    sent = [mail.text if pipelining is Pipelining.CHUNKS else stuffed(mail) for mail in mails]
    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED] * 3
    assert behaviour.accepted == [(m.envelope_to.decode(), text) for m, text in zip(mails, sent, strict=True)]


async def test_the_next_envelope_rides_behind_the_final_dot(listening: Listens) -> None:
    behaviour = Server2920(ehlo="PIPELINING")

    async with connected(listening, behaviour, Pipelining.FULL) as connection:
        await send_all(connection, mail_objects("a", "b"))

    together = b".\r\nMAIL FROM:<bounces@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n"
    assert any(piece.endswith(together) for piece in behaviour.pieces)


@pytest.mark.parametrize("ehlo", ["SIZE", "CHUNKING SIZE", ""])
async def test_a_server_that_does_not_announce_it_hears_one_command_at_a_time(listening: Listens, ehlo: str) -> None:
    behaviour = Server2920(ehlo=ehlo)

    async with connected(listening, behaviour, Pipelining.CHUNKS) as connection:
        outcomes = await send_all(connection, mail_objects("a", "b"))

    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED] * 2
    assert all(piece.count(b"\r\n") <= 1 for piece in behaviour.pieces if piece[:4] in (b"MAIL", b"RCPT", b"DATA"))
    assert "BDAT" not in behaviour.verbs


@pytest.mark.parametrize("data", [b"554 nobody\r\n", b"354 go on all the same\r\n"])
@pytest.mark.parametrize("pipelining", [Pipelining.NONE, Pipelining.ENVELOPE, Pipelining.FULL])
async def test_a_refused_recipient_costs_nobody_else_their_mail(
    listening: Listens, pipelining: Pipelining, data: bytes
) -> None:
    behaviour = Server2920({"RCPT b@x.example": b"550 5.1.1 unknown\r\n"})
    mails = mail_objects("a", "b", "c")
    if pipelining is not Pipelining.NONE:
        behaviour.replies["DATA"] = b"354 go on\r\n" if data.startswith(b"354") else b""
        if data.startswith(b"554"):
            del behaviour.replies["DATA"]

    async with connected(listening, behaviour, pipelining) as connection:
        outcomes = await send_all(connection, mails)

    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert [to for to, _ in behaviour.accepted] == ["a@x.example", "c@x.example"]
    assert "RSET" in behaviour.verbs


async def test_a_refused_recipient_costs_nobody_else_their_chunks(listening: Listens) -> None:
    behaviour = Server2920({"RCPT b@x.example": b"550 5.1.1 unknown\r\n"})

    async with connected(listening, behaviour, Pipelining.CHUNKS) as connection:
        outcomes = await send_all(connection, mail_objects("a", "b", "c"))

    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert [to for to, _ in behaviour.accepted] == ["a@x.example", "c@x.example"]


@pytest.mark.parametrize("code", [501, 504, 555])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
@pytest.mark.parametrize("pipelining", Pipelining)
async def test_refused_parameters_are_left_out_once_and_for_all_at_every_level(
    listening: Listens, pipelining: Pipelining, verb: str, code: int
) -> None:
    behaviour = Server2920(ehlo="PIPELINING CHUNKING DSN")
    behaviour.refuses = {"RET=" if verb == "MAIL" else "NOTIFY=": b"%d 5.5.4 no such parameter\r\n" % code}

    async with connected(listening, behaviour, pipelining) as connection:
        outcomes = await send_all(connection, mail_objects("a", "b", "c"))

        assert connection.is_open
        assert not connection.is_out_of_step
    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED] * 3
    assert [to for to, _ in behaviour.accepted] == ["a@x.example", "b@x.example", "c@x.example"]
    assert behaviour.verbs.count("RSET") == 1


@pytest.mark.parametrize("pipelining", SEVERAL)
async def test_a_server_that_offers_notifications_and_cannot_follow_is_noticed_too(
    listening: Listens, pipelining: Pipelining
) -> None:
    behaviour = Server2920({"RCPT": b"501 5.5.1 not so fast\r\n"}, ehlo="PIPELINING CHUNKING DSN")

    async with connected(listening, behaviour, pipelining) as connection:
        (outcome,) = await send_all(connection, mail_objects("a"))

        assert connection.is_out_of_step
    assert (outcome.state, outcome.phase) == (State.QUEUED, Phase.RCPT)


@pytest.mark.parametrize("pipelining", SEVERAL)
async def test_a_server_that_cannot_follow_is_noticed_and_nobody_is_charged(
    listening: Listens, pipelining: Pipelining
) -> None:
    behaviour = Server2920({"RCPT": b"503 5.5.1 not so fast\r\n"})

    async with connected(listening, behaviour, pipelining) as connection:
        (outcome,) = await send_all(connection, mail_objects("a", "b"))

        assert connection.is_out_of_step
        assert not connection.is_open
    assert (outcome.state, outcome.phase) == (State.QUEUED, Phase.RCPT)


@pytest.mark.parametrize("pipelining", Pipelining)
async def test_a_line_that_breaks_at_the_dot_leaves_one_doubt_at_every_level(
    listening: Listens, pipelining: Pipelining
) -> None:
    behaviour = Server2920({". b@x.example": b"25"})  # half an answer, then nothing

    async with connected(listening, behaviour, pipelining, end_of_data=5) as connection:
        outcomes = await send_all(connection, mail_objects("a", "b", "c"))

    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED, State.IN_DOUBT]
    assert [to for to, _ in behaviour.accepted] == ["a@x.example"]


@pytest.mark.parametrize("pipelining", Pipelining)
async def test_a_reply_that_nobody_asked_for_ends_the_conversation(listening: Listens, pipelining: Pipelining) -> None:
    behaviour = Server2920({"RCPT a@x.example": b"250 ok\r\n250 and something else\r\n250 and more\r\n250 more\r\n"})

    async with connected(listening, behaviour, pipelining) as connection:
        mails: Any = mail_objects("a", "b")
        outcomes = await send_all(connection, mails)

        assert not connection.is_open
    assert outcomes[0].state in {State.QUEUED, State.REFUSED, State.DEFERRED}
    assert behaviour.accepted == []
