"""A Microsoft Graph on loopback that answers as a test says: the service of `tests.faults`, without dice."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.conftest import close_connections
from tests.faults.graph_faults import GRAPH
from tests.faults.graph_server import AT_ONCE, USER, Graph, GraphManners
from tests.faults.journal import Entry, Journal, What
from tests.faults.mischief import Act, Fault, Mischief, Phase
from tests.signin.issuer import Issuer

_MOMENT = 0.05  # seconds in which a request too many would come


def said(says: str, *, accepted: bool = False, retry_after: str = "") -> Fault:
    """Return an answer of the service: “429 ApplicationThrottled”; 202 accepts the mail."""
    is_clear = says.startswith("202") or (says[0] in "34" and not says.startswith("408"))
    taken = accepted or says.startswith("202")
    return Fault("G0", Phase.ANSWER, Act.SAY, says, accepted=taken, is_vague=not is_clear, retry_after=retry_after)


def done(act: Act, phase: Phase = Phase.ANSWER, *, accepted: bool = False) -> Fault:
    """Return something that the service does in the place of an answer."""
    return Fault("G0", phase, act, accepted=accepted)


class Script(Mischief):
    """Chooses no faults, but takes them from a test.

    Attributes:
        answers: For the next mails.

    Args:
        answers: For the mails in their order, None for an accepted one; all that follow are accepted.
        always: For all mails.
        to: For the attempts to mail to a recipient.
        openings: For the connections in their order.
        heads: For the requests in the order of their heads.
    """

    def __init__(
        self,
        answers: Sequence[Fault | None] = (),
        *,
        always: Fault | None = None,
        to: Mapping[str, Sequence[Fault]] | None = None,
        openings: Sequence[Fault | None] = (),
        heads: Sequence[Fault | None] = (),
    ) -> None:
        super().__init__(GRAPH, seed=0, rate=0.0)
        self.answers = list(answers)
        self._always = always
        self._to = to or {}
        self._openings = openings
        self._heads = list(heads)

    def at_opening(self, connection: int) -> Fault | None:
        return self._openings[connection - 1] if connection <= len(self._openings) else None

    def in_passing(self, connection: int, phase: Phase, number: int) -> Fault | None:  # noqa: ARG002 - of `Mischief`
        return self._heads.pop(0) if phase is Phase.HEAD and self._heads else None

    def for_attempt(self, address: str, attempt: int) -> Fault | None:
        if address in self._to:
            faults = self._to[address]
            return faults[attempt] if attempt < len(faults) else None
        return self.answers.pop(0) if self.answers else self._always


class _Notes(Journal):
    """A journal in memory.

    Attributes:
        on_mail: Called with the number of mails that were accepted so far, before the answer leaves.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.on_mail: Callable[[int], object] = lambda _accepted: None

    def write(self, entry: Entry) -> None:
        self.entries.append(entry)
        if entry.what is What.MAIL and entry.accepted:
            self.on_mail(sum(each.accepted for each in self.entries))

    def close(self) -> None:
        pass


class GraphService(Graph):
    """The running service.

    Attributes:
        notes: The journal.
        script: Its answers.
        crowds: How many requests were under way when each mail had come.
        waits_for: With so many mails, each is answered only when as many are under way as may be, or no more follow.
    """

    def __init__(self, issuer: Issuer, script: Script, *, senders: Sequence[str] = (USER,), user: str = USER) -> None:
        self.notes = _Notes()
        super().__init__(GraphManners(user, tuple(senders)), script, self.notes, issuer)
        self.script = script
        self.crowds: list[int] = []
        self.waits_for = 0

    @property
    def address(self) -> str:
        """What ccmail.yaml has as `address:`."""
        return f"http://127.0.0.1:{self.port}/v1.0"

    @property
    def mails(self) -> list[Entry]:
        """All mails that have come as a whole."""
        return [entry for entry in self.notes.entries if entry.what is What.MAIL]

    @property
    def connections(self) -> int:
        """How many connections there were."""
        return sum(entry.what is What.CONNECT for entry in self.notes.entries)

    @property
    def recipients(self) -> Counter[str]:
        """How often each recipient's mail was accepted."""
        return Counter(mail.recipient for mail in self.mails if mail.accepted)

    @property
    def wrongs(self) -> list[str]:
        """What the client did wrong."""
        return [entry.act for entry in self.notes.entries if entry.what is What.WRONG]

    async def work(self, number: int) -> None:
        self.crowds.append(self.under_way)
        # a run sends one mail first
        while self.under_way < AT_ONCE and 1 < len(self.crowds) < self.waits_for:  # noqa: ASYNC110 - others count it
            await asyncio.sleep(_MOMENT / 10)
        if self.waits_for:
            await asyncio.sleep(_MOMENT)
        await super().work(number)


@contextlib.contextmanager
def graph_running(service: GraphService) -> Iterator[GraphService]:
    """Run a service in a thread of its own."""
    loop, ended, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def serve() -> None:
        await service.listen()
        ready.set()
        await ended.wait()
        await service.close()
        await close_connections()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(60)
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
