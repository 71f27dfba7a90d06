"""What all fault servers share: listening, conversations, the journal, bad behaviour."""

from __future__ import annotations

import abc
import asyncio
import dataclasses
import enum
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import NamedTuple

from tests.faults.journal import Entry, Journal, What
from tests.faults.line import GoneError, Line
from tests.faults.mischief import Act, Fault, Mischief, Phase

_REFUSING = (0.1, 0.4)  # seconds without a listener
_TURNS = 5  # of the loop, in which it takes all connections that there are
_LONGEST_LINE = 998  # RFC 5322 2.1.1, without CRLF


class Wish(enum.Enum):
    """What a server is asked for; it answers when that is so."""

    HEARD = "everybody who has connected stands in the journal"
    QUIET = "and all conversations are over"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a server is, and who lets ccmail in.

    Attributes:
        issuer: The address of the provider of its tokens, "" if it takes none.
        permission: The refresh token of a person who has signed in there.
    """

    port: int
    issuer: str = ""
    permission: str = dataclasses.field(default="", repr=False)


class Words(NamedTuple):
    """What a server may say at some moment.

    Attributes:
        own: The fault's own answer.
        right: The right answer.
        half: The beginning of the right answer.
        endless: A piece of an answer that goes on and on.
    """

    own: bytes
    right: bytes
    half: bytes
    endless: bytes


class Host(abc.ABC):
    """Listens, counts, and holds conversations."""

    def __init__(self, mischief: Mischief, journal: Journal, port: int = 0) -> None:
        self.mischief = mischief
        self.journal = journal
        self.port = port
        self.attempts: Counter[str] = Counter()
        self.commands: Counter[Phase] = Counter()
        self._connections = 0
        self._conversations: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Server | None = None

    @abc.abstractmethod
    def converse(self, line: Line, number: int) -> Conversation:
        """Return the conversation on a new connection."""

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.port)

    async def listen(self) -> None:
        """Take connections from now on."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            lambda: Line(self._begin), "127.0.0.1", self.port, reuse_address=True, backlog=100
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End, and all conversations with it."""
        if self._listening is not None:
            self._listening.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        self.journal.close()

    async def hear(self) -> None:
        """Take the connections that are there already."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def be_quiet(self) -> None:
        """Wait until all conversations have ended, because nobody is there any more to hold them with."""
        while self._conversations:
            await asyncio.wait(self._conversations)
            self._conversations = {c for c in self._conversations if not c.done()}
        self.mischief.let_spell_end(is_client_gone=True)

    async def refuse(self, share: float) -> None:
        """Take no connections for a while: the operating system replies “connection refused”."""
        if self._listening is None:
            return
        self._listening.close()
        self._listening = None
        low, high = _REFUSING
        await asyncio.sleep(low + (high - low) * share)
        await self.listen()

    def _begin(self, line: Line) -> None:
        self._connections += 1
        self._conversations = {c for c in self._conversations if not c.done()}
        held = asyncio.ensure_future(self.converse(line, self._connections).hold())
        self._conversations.add(held)
        held.add_done_callback(self._end)

    def _end(self, conversation: asyncio.Task[None]) -> None:
        self._conversations.discard(conversation)
        if not self._conversations:
            self.be_alone()

    def be_alone(self) -> None:
        """Note that there is no connection any more."""
        self.mischief.let_spell_end(is_client_gone=True)

    @property
    def crowd(self) -> int:
        """How many conversations there are."""
        return len(self._conversations)


class Conversation(abc.ABC):
    """One connection from its first byte to its end."""

    def __init__(self, host: Host, line: Line, number: int) -> None:
        self._host = host
        self._line = line
        self._number = number
        self._opening = host.mischief.at_opening(number)
        self._phase = Phase.CONNECT
        self._recipient = ""
        self._sender: str | None = None

    async def hold(self) -> None:
        """Hold it until one side ends it."""
        try:
            self._book(What.CONNECT)
            await self._talk()
        except GoneError as gone:
            if gone.by_client and self._is_in_a_mail:
                self._book(What.LEFT, self._phase)
        except Exception as bug:
            self._book(What.WRONG, act=f"the fault server itself fails: {bug!r}")
            raise
        finally:
            self._line.close()

    @abc.abstractmethod
    async def _talk(self) -> None:
        """Talk until one of the two has had enough."""

    @property
    @abc.abstractmethod
    def _is_in_a_mail(self) -> bool:
        """Whether a client that goes away now leaves a mail unfinished."""

    async def _misbehave(self, fault: Fault, words: Words) -> bool:  # noqa: C901 - one case for each act
        """Do what a fault is; return whether it was the right answer after all, in the end."""
        line = self._line
        match fault.act:
            case Act.SAY:
                line.write(words.own)
                return False
            case Act.DRIP:
                await line.drip(words.right)
                return True
            case Act.CLOSING:
                line.write(words.own)
            case Act.RESET:
                line.reset()
            case Act.HALF:
                line.write(words.half)
            case Act.HANG:
                await line.hang()
            case Act.TRICKLE:
                await line.trickle(words.endless)
            case Act.GARBAGE:
                line.say_garbage()
                await self._see_them_leave()
            case Act.REFUSE:
                line.close()
                await self._host.refuse(self._host.mischief.amount("refuse", self._number))
            case Act.CLOSE:
                pass
            case Act.EXPIRE:
                raise AssertionError(fault)
        raise GoneError

    async def _see_them_leave(self) -> None:
        """Wait until a client goes that has heard nonsense."""
        await self._line.hang()

    def _book(self, what: What, phase: str = "", **more: object) -> None:
        entry = Entry(what, self._number, phase, recipient=self._recipient, sender=self._sender or "")
        self._host.journal.write(dataclasses.replace(entry, **more))  # type: ignore[arg-type]


def wrongs_of(text: bytes) -> Iterator[str]:
    """Yield what is wrong with the lines of a mail."""
    if b"\n" in text.replace(b"\r\n", b"") or b"\r" in text.replace(b"\r\n", b""):
        yield "a bare CR or LF in the text"
    if max(map(len, text.split(b"\r\n"))) > _LONGEST_LINE:
        yield f"a line longer than {_LONGEST_LINE} bytes"


async def attend(host: Host, asker: Connection) -> None:
    """Be a server for whoever holds the other end: it gets the place, and an answer to each `Wish`."""
    ended = asyncio.Event()
    answers: set[asyncio.Task[None]] = set()

    async def answer(wish: Wish) -> None:
        await host.hear()
        if wish is Wish.QUIET:
            await host.be_quiet()
        asker.send(wish)

    def listen() -> None:
        try:
            answers.add(asyncio.ensure_future(answer(asker.recv())))
        except EOFError:
            loop.remove_reader(asker.fileno())
            ended.set()

    loop = asyncio.get_running_loop()
    loop.add_reader(asker.fileno(), listen)
    await host.listen()
    asker.send(host.place)
    await ended.wait()
