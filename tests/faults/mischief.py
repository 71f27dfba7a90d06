"""Every fault that the server knows, and the dice by which it chooses."""

from __future__ import annotations

import dataclasses
import enum
import random
from collections import Counter
from collections.abc import Collection


class Phase(enum.StrEnum):
    """The phase of a session in which a fault occurs."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # before 354; with BDAT, the answer to the first chunk
    TEXT = "text"  # the final dot has not come
    END = "end"  # it has
    AFTER = "after"  # the mail has its 250
    RSET = "rset"
    QUIT = "quit"


class Act(enum.StrEnum):
    """The action of the server in the place of the right answer."""

    SAY = "say"  # another answer; the session goes on
    CLOSING = "closing"  # another answer, then it closes
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"
    HALF = "half"  # the beginning of the right answer, then it closes
    GARBAGE = "garbage"
    DRIP = "drip"  # the right answer byte by byte, in time
    TRICKLE = "trickle"  # bytes of an answer that never ends
    REFUSE = "refuse"  # closes, and takes no connections for a while


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A fault.

    Attributes:
        number: As in the list of faults, F1 to F42.
        accepted: Whether the server takes the mail all the same (`END` only).
        most: At most so many times in the server's life: it ends the sender's run, or slows it down for long.
    """

    number: str
    phase: Phase
    act: Act
    says: str = ""
    weight: int = 2
    accepted: bool = False
    most: int | None = None

    @property
    def answers(self) -> bool:
        """Whether the client is told in the end what became of its mail."""
        return self.act in (Act.SAY, Act.CLOSING, Act.DRIP)


FAULTS = (
    # ── opening: no recipient is concerned ──
    Fault("F1", Phase.CONNECT, Act.REFUSE, weight=1),
    Fault("F2", Phase.CONNECT, Act.CLOSE),
    Fault("F2", Phase.CONNECT, Act.RESET),
    Fault("F2", Phase.CONNECT, Act.HANG, weight=1),
    Fault("F2", Phase.CONNECT, Act.HALF),
    Fault("F2", Phase.CONNECT, Act.GARBAGE),
    Fault("F3", Phase.CONNECT, Act.CLOSING, "421 4.7.0 too many connections", weight=3),
    Fault("F3", Phase.CONNECT, Act.CLOSING, "450 4.3.2 come back later"),
    Fault("F4", Phase.CONNECT, Act.CLOSING, "554 5.7.1 no service for you", weight=1, most=1),
    Fault("F22", Phase.CONNECT, Act.DRIP, weight=1),
    Fault("F2", Phase.EHLO, Act.CLOSE),
    Fault("F2", Phase.EHLO, Act.RESET),
    Fault("F2", Phase.EHLO, Act.HANG, weight=1),
    Fault("F2", Phase.EHLO, Act.HALF),
    Fault("F2", Phase.EHLO, Act.GARBAGE),
    Fault("F3", Phase.EHLO, Act.CLOSING, "421 4.3.2 shutting down"),
    Fault("F5", Phase.STARTTLS, Act.SAY, "454 4.7.0 TLS not available now"),
    Fault("F5", Phase.STARTTLS, Act.CLOSE),
    Fault("F5", Phase.STARTTLS, Act.RESET),
    Fault("F7", Phase.AUTH, Act.SAY, "454 4.7.0 temporary authentication failure"),
    Fault("F7", Phase.AUTH, Act.CLOSE),
    # ── before the text: certainly not sent ──
    Fault("F8", Phase.MAIL, Act.SAY, "450 4.7.1 too fast, try again in 1 second", most=3),
    Fault("F8", Phase.MAIL, Act.SAY, "451 4.3.0 busy", weight=4),
    Fault("F9", Phase.MAIL, Act.SAY, "550 5.7.60 may not send as this sender", weight=1, most=1),
    Fault("F20", Phase.MAIL, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.MAIL, Act.CLOSE),
    Fault("F14", Phase.MAIL, Act.RESET),
    Fault("F22", Phase.MAIL, Act.DRIP, weight=1),
    Fault("F21", Phase.MAIL, Act.GARBAGE),
    Fault("F21", Phase.MAIL, Act.HALF),
    Fault("F10", Phase.RCPT, Act.SAY, "450 4.2.0 greylisted", weight=10),
    Fault("F10", Phase.RCPT, Act.SAY, "452 4.2.2 mailbox full", weight=6),
    Fault("F20", Phase.RCPT, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.RCPT, Act.CLOSE),
    Fault("F14", Phase.RCPT, Act.RESET),
    Fault("F14", Phase.RCPT, Act.HANG, weight=1),
    Fault("F21", Phase.RCPT, Act.GARBAGE),
    Fault("F21", Phase.RCPT, Act.HALF),
    Fault("F22", Phase.RCPT, Act.DRIP, weight=1),
    Fault("F22", Phase.RCPT, Act.TRICKLE, weight=1),
    Fault("F13", Phase.DATA, Act.SAY, "451 4.3.0 not now", weight=3),
    Fault("F20", Phase.DATA, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.DATA, Act.CLOSE),
    Fault("F14", Phase.DATA, Act.RESET),
    Fault("F14", Phase.DATA, Act.HANG, weight=1),
    Fault("F21", Phase.DATA, Act.GARBAGE),
    Fault("F21", Phase.DATA, Act.HALF),
    Fault("F15", Phase.TEXT, Act.CLOSE, weight=4),
    Fault("F15", Phase.TEXT, Act.RESET, weight=4),
    Fault("F15", Phase.TEXT, Act.CLOSING, "421 4.3.2 shutting down", weight=3),
    Fault("F21", Phase.TEXT, Act.CLOSING, "250 2.0.0 an answer before its question", weight=1),
    # ── after the final dot ──
    Fault("F16", Phase.END, Act.SAY, "451 4.3.0 could not store it", weight=5),
    Fault("F16", Phase.END, Act.SAY, "452 4.3.1 disk full", weight=3),
    Fault("F20", Phase.END, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F18", Phase.END, Act.CLOSE, accepted=True),
    Fault("F18", Phase.END, Act.RESET, accepted=True),
    Fault("F18", Phase.END, Act.HALF, accepted=True),
    Fault("F18", Phase.END, Act.GARBAGE, accepted=True),
    Fault("F18", Phase.END, Act.HANG, weight=1, accepted=True),
    Fault("F18", Phase.END, Act.CLOSE),
    Fault("F18", Phase.END, Act.RESET),
    Fault("F18", Phase.END, Act.HALF, weight=1),
    Fault("F18", Phase.END, Act.HANG, weight=1),
    Fault("F22", Phase.END, Act.DRIP, weight=2, accepted=True),
    Fault("F19", Phase.AFTER, Act.CLOSE, weight=3),
    Fault("F19", Phase.AFTER, Act.RESET, weight=3),
    Fault("F20", Phase.AFTER, Act.CLOSING, "421 4.4.2 idle for too long", weight=3),
    # ── what does not matter ──
    Fault("F24", Phase.RSET, Act.CLOSE),
    Fault("F24", Phase.RSET, Act.RESET),
    Fault("F24", Phase.RSET, Act.GARBAGE),
    Fault("F24", Phase.RSET, Act.SAY, "451 4.3.0 not now"),
    Fault("F24", Phase.QUIT, Act.CLOSE),
    Fault("F24", Phase.QUIT, Act.GARBAGE),
    Fault("F24", Phase.QUIT, Act.HANG, weight=1),
)

FATES = (
    Fault("F11", Phase.RCPT, Act.SAY, "550 5.1.1 no such user", weight=10),
    Fault("F11", Phase.RCPT, Act.SAY, "554 5.7.1 not welcome", weight=2),
    Fault("F13", Phase.DATA, Act.SAY, "554 5.3.0 transaction failed", weight=2),
    Fault("F17", Phase.END, Act.SAY, "554 5.6.0 content refused", weight=4),
)
"""Clear and lasting refusals."""

SPELLS = (
    Fault("F43", Phase.RCPT, Act.SAY, "550 5.4.5 the sending limit of the day is exceeded"),
    Fault("F44", Phase.RCPT, Act.SAY, "550 5.1.8 sender address rejected"),
    Fault("F45", Phase.RCPT, Act.SAY, "550 abgelehnt"),
    Fault("F46", Phase.END, Act.SAY, "554 5.2.252 SendAsDenied, not allowed to send as this sender"),
    Fault("F47", Phase.END, Act.SAY, "450 4.7.1 number of messages per hour exceeded"),
    Fault("F48", Phase.RCPT, Act.SAY, "451 4.3.0 temporary system problem"),
)
"""Spells: for a while the server answers all mails so, whoever they are for. They come once in its life each."""

OURS = frozenset(spell.number for spell in SPELLS)
"""The faults that must cost no reader the mail."""

_OPENING = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
_PERSONAL = (Phase.RCPT, Phase.DATA, Phase.TEXT, Phase.END)
_TROUBLES = 2  # temporary faults that one recipient may meet: so every run ends
_FATED = 0.12  # of all recipients, times the rate
_IN_A_ROW = 2  # connections that fail in the opening
_LONG = 24  # answers of a spell; it ends later, when the client has gone, or does not come back so soon
_BEGINS = 0.004  # how probably a spell begins with a mail, times the rate


def can_hang(only: Collection[str] = ()) -> bool:
    """Return whether a client may have to wait for ever, if only these faults occur."""
    return any(fault.act in (Act.HANG, Act.TRICKLE) for fault in _possible(only))


def _possible(only: Collection[str]) -> list[Fault]:
    return [f for f in FAULTS if not only or f.number in only or f"{f.phase}/{f.act}" in only]


class Mischief:
    """Chooses faults. The fault of a recipient follows from seed, address and attempt alone.

    Args:
        rate: How many of the first attempts go wrong, 0.0 to 1.0.
        only: Numbers of faults ("F18"), or acts in a phase ("end/close"); none for all.
    """

    def __init__(self, seed: int, rate: float, only: Collection[str] = ()) -> None:
        self._seed = seed
        self._rate = rate
        self._faults = _possible(only)
        self._fates = [f for f in FATES if not only or f.number in only]
        self._spells = [f for f in SPELLS if not only or f.number in only]
        self._spell: Fault | None = None
        self._answers = 0  # of the spell
        self._used: Counter[Fault] = Counter()
        self._failed_openings = 0

    def at_opening(self, connection: int) -> Fault | None:
        """Return the fault before this connection is ready for mails, if any."""
        fault = self._throw(f"open/{connection}", self._rate / 2, *_OPENING)
        self._failed_openings = self._failed_openings + 1 if fault else 0
        if self._failed_openings > _IN_A_ROW:
            self._failed_openings = 0
            return None
        return fault

    def in_passing(self, connection: int, phase: Phase, number: int) -> Fault | None:
        """Return the fault of the number-th command of this kind on a connection, for any recipient."""
        return self._throw(f"{phase}/{connection}/{number}", self._rate / 8, phase)

    def for_attempt(self, address: str, attempt: int) -> Fault | None:
        """Return the fault of the attempt (from 0) to mail to this address, if any."""
        if attempt >= _TROUBLES:
            return None
        fault = self._throw(f"to/{address}/{attempt}", self._rate, *_PERSONAL)
        fate = self.fate(address)
        is_late = fault and fate and _PERSONAL.index(fault.phase) >= _PERSONAL.index(fate.phase)
        return None if is_late else fault

    def spell(self, phase: Phase, number: int) -> Fault | None:
        """Return the spell that meets the number-th command of a phase in the server's life, if any."""
        if self._spell is None:
            self._begin_spell(phase, random.Random(f"{self._seed}/spell/{phase}/{number}"))
        if self._spell is None or self._spell.phase is not phase:
            return None
        self._answers += 1
        return self._spell

    def _begin_spell(self, phase: Phase, dice: random.Random) -> None:
        possible = [spell for spell in self._spells if spell.phase is phase]
        if possible and dice.random() < _BEGINS * self._rate:
            self._spell, self._answers = dice.choice(possible), 0
            self._spells.remove(self._spell)

    def let_spell_end(self) -> None:
        """Note that all clients have gone: a spell that has lasted long is over."""
        if self._answers >= _LONG:
            self._spell = None

    def fate(self, address: str) -> Fault | None:
        """Return the refusal of this address for ever, None if it is not refused."""
        dice = random.Random(f"{self._seed}/fate/{address}")
        if not self._fates or dice.random() >= _FATED * self._rate:
            return None
        return dice.choices(self._fates, [f.weight for f in self._fates])[0]

    def amount(self, *what: object) -> float:
        """Return a number from 0.0 to 1.0 that depends on nothing but the seed and `what`."""
        return random.Random(f"{self._seed}/{what}").random()

    def _throw(self, what: str, rate: float, *phases: Phase) -> Fault | None:
        dice = random.Random(f"{self._seed}/{what}")
        if dice.random() >= rate:
            return None
        possible = [f for f in self._faults if f.phase in phases]
        if not possible:
            return None
        fault = dice.choices(possible, [f.weight for f in possible])[0]
        self._used[fault] += 1
        return None if fault.most is not None and self._used[fault] > fault.most else fault
