"""Problems, which are values; and the exceptions, which stop a run.

A wrong input is a `Problem`: stages collect all of them and go on. The result for one recipient is an outcome in the
ledger. Only what stops the whole run is raised, once, and shown once, by `ccmail.cli`:

    CcmailError
    ├── InputError       the files are wrong; carries the problems
    ├── UsageError       the command line is wrong (no such campaign, no such segment)
    ├── NotConfirmed     nobody typed the number
    ├── ServerRefused    login, certificate or sender refused: nothing more is sent
    ├── LedgerFailure    the ledger cannot be read or written
    └── AlreadySending   another process is sending this campaign
"""

from __future__ import annotations

import dataclasses
import enum
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ccmail.wording import say_n

if TYPE_CHECKING:
    from ccmail.wording import Catalogue


class Severity(enum.Enum):
    """The severity of a problem: an error keeps a campaign from being sent, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Subject(enum.Enum):
    """The subject of a problem: all mails of a campaign, a whole list, or one row of it, which costs one mail."""

    CAMPAIGN = "campaign"
    LIST = "list"
    ROW = "row"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range of characters in one line of a file.

    Attributes:
        file: The name as people should see it: relative to the workspace where it lies inside.
        line: Counted from 1; 0 means the file as a whole.
        column: Counted from 1, in characters.
        width: Characters to underline, at least 1.
        text: The whole source line without its line end ("" if there is none to show).
        field: The column's header, for places in recipient lists.
    """

    file: str
    line: int = 0
    column: int = 1
    width: int = 1
    text: str = ""
    field: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        where = f"{self.file}:{self.line}"
        return f"{where}, column {self.field}" if self.field else f"{where}:{self.column}"


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A place with the words to write under it."""

    place: Place
    label: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in the reader's words.

    Attributes:
        code: Stable, e.g. "C202": Y = YAML, C = campaign, W = workspace and sending, R = recipients,
            T = texts and languages, M = mail and pictures, E = event, H = templates.
        message: What was found, as one sentence without a full stop.
        marks: Where; the first mark is the place that counts, further ones explain ("first here").
        hint: How to mend it; may have several lines. "" if the message says it all.
        about: Whose mails it touches.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    marks: tuple[Mark, ...] = ()
    hint: str = ""
    about: Subject = Subject.CAMPAIGN

    @property
    def place(self) -> Place | None:
        """The place of the problem, None if it is in no file."""
        return self.marks[0].place if self.marks else None

    @property
    def is_error(self) -> bool:
        """Whether a campaign with this problem must not be sent."""
        return self.severity is Severity.ERROR

    @property
    def is_warning(self) -> bool:
        """Whether a campaign with this problem may be sent, and somebody should look at it first."""
        return self.severity is Severity.WARNING

    def said_in(self, catalogue: Catalogue) -> Problem:
        """Return the problem with its texts in another language."""
        marks = tuple(dataclasses.replace(mark, label=catalogue.text(mark.label)) for mark in self.marks)
        message, hint = catalogue.text(self.message), catalogue.text(self.hint)
        return dataclasses.replace(self, message=message, marks=marks, hint=hint)


class CcmailError(Exception):
    """Stops the run. `code` is as in `Problem`, `hint` says what to do about it."""

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint


class InputError(CcmailError):
    """The files are wrong. `problems` says where; it holds at least one error."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sort_problems(problems)
        super().__init__(say_n("{n} error", "{n} errors", sum(p.is_error for p in self.problems)))


class UsageError(CcmailError):
    """The command line asks for something that is not there."""


class NotConfirmed(CcmailError):
    """Nobody typed the number of recipients: nothing was sent."""


class ServerRefused(CcmailError):
    """The server refuses us (login, certificate, sender): nothing more is sent."""


class LedgerFailure(CcmailError):
    """The ledger cannot be read or written: without it nothing is sent."""


class AlreadySending(CcmailError):
    """Another process is sending this campaign."""


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Order problems by file, line and column, those without a place first; equal ones are kept once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.place or Place(""), p.code)))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to what was typed, if any is near enough."""
    import difflib  # noqa: PLC0415 - only needed after a typing mistake

    by_folded = {_fold(k): k for k in known}
    near = difflib.get_close_matches(_fold(word), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Raise `InputError` if there is an error among problems."""
    found = tuple(problems)
    if any(p.is_error for p in found):
        raise InputError(found)
