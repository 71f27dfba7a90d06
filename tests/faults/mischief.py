"""Faults, and the dice by which a server chooses among them."""

from __future__ import annotations

import dataclasses
import enum
import random
from collections import Counter
from collections.abc import Callable, Collection


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
    HEAD = "head"  # of a request over HTTP: its body has not come
    BODY = "body"  # a part of it has
    ANSWER = "answer"  # the request is whole


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
    EXPIRE = "expire"  # lets all access tokens end


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A fault.

    Attributes:
        number: As in the list of faults: F1 and so on over SMTP, G1 and so on over Graph.
        accepted: Whether the server takes the mail all the same (`END` and `ANSWER` only).
        most: At most so many times in the server's life: it ends the sender's run, or slows it down for long.
            Of a spell: so many answers, after which it is over; `_LONG` by default.
        is_vague: A whole reply that does not tell what became of the mail.
        retry_after: The header of this name: seconds, or “date” for a date soon.
    """

    number: str
    phase: Phase
    act: Act
    says: str = ""
    weight: int = 2
    accepted: bool = False
    most: int | None = None
    is_vague: bool = False
    retry_after: str = ""

    @property
    def answers(self) -> bool:
        """Whether the client is told in the end what became of its mail."""
        return self.act in (Act.SAY, Act.CLOSING, Act.DRIP) and not self.is_vague


@dataclasses.dataclass(frozen=True)
class Catalogue:
    """All that can go wrong with one kind of server.

    Attributes:
        faults: What befalls a connection, or an attempt to mail to a recipient.
        fates: Clear and lasting refusals of a recipient.
        spells: Answers to all mails for a while, whoever they are for. Each comes once in the server's life.
        opening: The phases of `faults` that come before any recipient is concerned.
        personal: The phases of `faults` that befall an attempt, in their order.
        is_refusal: Whether a reply refuses the one reader for good.
        begins: How probably a spell begins with a mail, times the rate.
    """

    faults: tuple[Fault, ...]
    fates: tuple[Fault, ...]
    spells: tuple[Fault, ...]
    opening: tuple[Phase, ...]
    personal: tuple[Phase, ...]
    is_refusal: Callable[[str], bool]
    begins: float = 0.004

    def possible(self, only: Collection[str]) -> list[Fault]:
        """Return the faults that can occur: by their numbers ("F18"), or by acts in a phase ("end/close")."""
        return [f for f in self.faults if not only or f.number in only or f"{f.phase}/{f.act}" in only]

    def can_hang(self, only: Collection[str] = ()) -> bool:
        """Return whether a client may have to wait for ever, if only these faults occur."""
        return any(fault.act in (Act.HANG, Act.TRICKLE) for fault in self.possible(only))

    @property
    def ours(self) -> frozenset[str]:
        """The faults that must cost no reader the mail."""
        return frozenset(spell.number for spell in self.spells)


_TROUBLES = 2  # temporary faults that one recipient may meet: so every run ends
_FATED = 0.12  # of all recipients, times the rate
_IN_A_ROW = 2  # connections that fail in the opening
_LONG = 24  # answers of a spell; it ends later, see `Mischief.let_spell_end`


class Mischief:
    """Chooses faults. The fault of a recipient follows from seed, address and attempt alone.

    Args:
        catalogue: What it chooses from.
        rate: How many of the first attempts go wrong, 0.0 to 1.0.
        only: Numbers of faults ("F18"), or acts in a phase ("end/close"); none for all.
    """

    def __init__(self, catalogue: Catalogue, seed: int, rate: float, only: Collection[str] = ()) -> None:
        self._catalogue = catalogue
        self._seed = seed
        self._rate = rate
        self._faults = catalogue.possible(only)
        self._fates = [f for f in catalogue.fates if not only or f.number in only]
        self._spells = [f for f in catalogue.spells if not only or f.number in only]
        self._spell: Fault | None = None
        self._answers = 0  # of the spell
        self._used: Counter[Fault] = Counter()
        self._failed_openings = 0

    def at_opening(self, connection: int) -> Fault | None:
        """Return the fault before this connection is ready for mails, if any."""
        fault = self._throw(f"open/{connection}", self._rate / 2, *self._catalogue.opening)
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
        fault = self._throw(f"to/{address}/{attempt}", self._rate, *self._catalogue.personal)
        fate = self.fate(address)
        order = self._catalogue.personal.index
        is_late = fault and fate and order(fault.phase) >= order(fate.phase)
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
        if possible and dice.random() < self._catalogue.begins * self._rate:
            self._spell, self._answers = dice.choice(possible), 0
            self._spells.remove(self._spell)

    def let_spell_end(self, *, is_client_gone: bool) -> None:
        """End a spell that has lasted long.

        Args:
            is_client_gone: Its run is over. A spell of refusals ends only then: after a few of them, nobody could tell
                that they were not about the readers.
        """
        spell = self._spell
        if spell is None or self._answers < (spell.most or _LONG):
            return
        if is_client_gone or not self._catalogue.is_refusal(spell.says):
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
