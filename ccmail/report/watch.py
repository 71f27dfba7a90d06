"""A look at sendings under way, again and again: how far they are, how quick, and who sends them.

It reads the ledger only, and lets it rest: a count of a long list is repeated the less often the longer it takes.
"""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccmail.ledger import OPEN, Purpose, SendingKind, State, current_sender
from ccmail.report.balance import TERMS

if TYPE_CHECKING:
    from ccmail.ledger import Pause, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.ledger.workers import WorkerRow
    from ccmail.workspace import Workspace

_WINDOW = 10.0  # seconds over which the pace is measured
_LOOK = 1.0  # seconds between two counts
_REST = 20.0  # a count takes at most one part in so many of the database's time
_SERVED = (State.ACCEPTED, State.REFUSED, State.IN_DOUBT)


@dataclasses.dataclass(frozen=True, slots=True)
class SendingGlance:
    """One sending at a moment.

    Attributes:
        real: Whether its mails leave the computer.
        people: How many people are in each state.
        per_second: Mails per second in the last ten seconds or so.
        sender: The process that sends its campaign, in words; "" if none does.
        pause: The pause of its campaign, None if it is not paused.
    """

    campaign: str
    purpose: Purpose
    real: bool
    people: Mapping[State, int]
    per_second: float
    sender: str
    pause: Pause | None

    @property
    def left(self) -> int:
        """The number of people who are still to be served."""
        return sum(self.people.get(state, 0) for state in OPEN)

    @property
    def seconds_left(self) -> float | None:
        """The seconds that the rest takes at this pace; None if nobody is left, or no mail leaves."""
        return self.left / self.per_second if self.left and self.per_second > 0 else None

    @property
    def terms(self) -> dict[str, int]:
        """The terms of the balance that are not zero, as `report.balance` has them."""
        terms = {term: sum(self.people.get(state, 0) for state in states) for term, states in TERMS.items()}
        return {term: people for term, people in terms.items() if people}


@dataclasses.dataclass(frozen=True, slots=True)
class Glance:
    """All that is watched, at a moment.

    Attributes:
        sendings: Those that are watched, the latest first.
        workers: The processes of `ccmail worker` that use this ledger, by host and number.
    """

    sendings: tuple[SendingGlance, ...]
    workers: tuple[WorkerRow, ...]

    @property
    def is_settled(self) -> bool:
        """Whether there is a sending, and nobody is left to be served."""
        return bool(self.sendings) and not any(one.left for one in self.sendings)


class _Counted:
    """The counts of one sending, and its pace."""

    def __init__(self, ledger: Ledger, sending: Sending, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._sending = sending
        self._clock = clock
        self._due = 0.0
        self._served: deque[tuple[float, int]] = deque()
        self.people: Mapping[State, int] = {}

    @property
    def is_open(self) -> bool:
        return any(self.people.get(state) for state in OPEN)

    def count(self) -> None:
        """Count again, if it is due."""
        begun = self._clock()
        if self.people and begun < self._due:
            return
        self.people = self._ledger.people_by_state(self._sending)
        now = self._clock()
        self._due = begun + max(_LOOK, (now - begun) * _REST)
        served = sum(self.people.get(state, 0) for state in _SERVED)
        if self._served and served < self._served[-1][1]:
            self._served.clear()  # some of them are to be served again
        self._served.append((now, served))
        while len(self._served) > 2 and now - self._served[1][0] >= _WINDOW:  # noqa: PLR2004 - a pace has two ends
            self._served.popleft()

    @property
    def per_second(self) -> float:
        (begin, before), (end, after) = self._served[0], self._served[-1]
        return (after - before) / (end - begin) if end > begin else 0.0


class Watch:
    """The looks at one campaign, or at all that is not settled.

    Args:
        workspace: Has the locks of the processes that send.
        ledger: Is only read.
        campaign: The campaign's id: its real sendings are watched, the latest for each purpose; its rehearsals if
            there are none. None: every sending that is not settled when it is first seen.
        clock: Monotonic seconds.
    """

    def __init__(
        self, workspace: Workspace, ledger: Ledger, campaign: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._campaign = campaign
        self._clock = clock
        self._known: dict[int, _Counted] = {}
        self._watched: set[int] = set()

    def look(self) -> Glance:
        """Return how things stand now.

        Raises:
            LedgerFailure: The ledger cannot be read.
        """
        pauses = self._ledger.pauses.all()
        shown = []
        senders: dict[str, str] = {}
        for sending in self._latest():
            name = sending.campaign
            if name not in senders:
                senders[name] = current_sender(self._workspace.state, name) or self._ledger.sender(name)
            counted = self._known.setdefault(sending.id, _Counted(self._ledger, sending, self._clock))
            if counted.is_open or senders[name] or not counted.people:  # what is settled does not move by itself
                counted.count()
            if self._campaign is not None or counted.is_open:
                self._watched.add(sending.id)
            if sending.id in self._watched:
                is_real = sending.delivery is SendingKind.SMTP
                shown.append(
                    SendingGlance(
                        name,
                        sending.purpose,
                        is_real,
                        counted.people,
                        counted.per_second,
                        senders[name],
                        pauses.get(name),
                    )
                )
        return Glance(tuple(shown), self._ledger.workers.all())

    def _latest(self) -> tuple[Sending, ...]:
        """Return the latest sending of each campaign for each purpose: real ones, rehearsals where there are none."""
        found = [one for one in self._ledger.sendings(self._campaign) if one.delivery is not SendingKind.TEST]
        real = {one.campaign for one in found if one.delivery is SendingKind.SMTP}
        latest: dict[tuple[str, Purpose], Sending] = {}
        for one in found:
            if one.delivery is SendingKind.SMTP or one.campaign not in real:
                latest.setdefault((one.campaign, one.purpose), one)
        return tuple(latest.values())
