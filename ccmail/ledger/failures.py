"""The failures of a database, each with a message and a repair for people."""

from __future__ import annotations

import dataclasses
import errno
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from ccmail.ledger.states import OVERTAKEN
from ccmail.problems import LedgerFailure, UsageError
from ccmail.wording import join, say

_NOTHING_LOST = say("nothing is lost: mend this, then run the same command again")


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """Code and texts; the message is made of the ledger's name, and the words of the database."""

    code: str
    message: Callable[[str, str], str]
    hint: str


def _and_nothing_lost(repair: str) -> str:
    return join("; ", [repair, _NOTHING_LOST])


_LOCKED = _Words(
    "W731",
    lambda ledger, _: say("another program holds the ledger {ledger}", ledger=ledger),
    _and_nothing_lost(say("close other programs that use it (a folder synchronised by OneDrive or Dropbox counts)")),
)
_DAMAGED = _Words(
    "W732",
    lambda ledger, detail: say("the ledger {ledger} is damaged: {detail}", ledger=ledger, detail=detail),
    say("put back a copy of it; without it nobody knows which mails were sent, so nothing is sent"),
)
_FORBIDDEN = _Words(
    "W733",
    lambda ledger, _: say("the ledger {ledger} cannot be written", ledger=ledger),
    _and_nothing_lost(say("give yourself the right to write to this file and its folder")),
)
_FULL = _Words(
    "W734",
    lambda ledger, _: say("the disk is full, or fails: the ledger {ledger} cannot be written", ledger=ledger),
    _and_nothing_lost(say("make room on the disk")),
)
_KNOWN_ALREADY = _Words(
    "W736",
    lambda ledger, detail: say("the ledger {ledger} holds this already: {detail}", ledger=ledger, detail=detail),
    say("run the same command again; it goes on where the ledger stands"),
)
_NO_RIGHT = dataclasses.replace(
    _FORBIDDEN,
    hint=_and_nothing_lost(say("ask the people who run the server for the right to write and to make tables")),
)
_OTHERWISE = _Words(
    "W739",
    lambda ledger, detail: say("the ledger {ledger} fails: {detail}", ledger=ledger, detail=detail),
    _NOTHING_LOST,
)
_NO_SERVER = _Words(
    "W743",
    lambda ledger, detail: say(
        "the server of the ledger {ledger} does not answer, or does not let ccmail in: {detail}",
        ledger=ledger,
        detail=detail,
    ),
    _and_nothing_lost(say("see whether it runs, and whether user, password and database are right")),
)

# the messages of SQLite, whose words are part of its interface
_BY_SIGN: tuple[tuple[tuple[str, ...], _Words], ...] = (
    (("is locked", "is busy"), _LOCKED),
    (
        (
            "not a database",
            "malformed",
            "is encrypted",
            "could not decode",
            "no such table",
            "no such column",
            "mismatch",
        ),
        _DAMAGED,
    ),
    (("readonly", "read-only", "unable to open", "not authorized"), _FORBIDDEN),
    (("is full", "disk i/o", "too large"), _FULL),
    (("constraint",), _KNOWN_ALREADY),
)

# the messages of PostgreSQL are in its administrator's language; its codes and their classes are the same everywhere
# (its manual, appendix A)
_BY_STATE: Mapping[str, _Words] = {
    "08": _NO_SERVER,
    "23": _KNOWN_ALREADY,
    "25P03": _NO_SERVER,  # it has ended the connection of a process that stood still
    "25006": dataclasses.replace(
        _FORBIDDEN, hint=say("this server is a copy that is only read: name the server that it copies")
    ),
    "28": _NO_SERVER,
    "40": _LOCKED,  # deadlocks
    "3F": _NO_RIGHT,  # no schema in which this user may make tables
    "42501": _NO_RIGHT,
    "53100": dataclasses.replace(
        _FULL,
        message=lambda ledger, _: say(
            "the disk of the server is full: the ledger {ledger} cannot be written", ledger=ledger
        ),
    ),
    "53": _NO_SERVER,  # too many connections, no memory
    "55P03": dataclasses.replace(_LOCKED, hint=_and_nothing_lost(say("wait until it is done"))),
    "57014": _LOCKED,  # a statement took longer than its administrator lets one take
    "57P": _NO_SERVER,  # is being shut down, or started
    "58": dataclasses.replace(
        _FULL,
        message=lambda ledger, detail: say(
            "the disk of the server fails; the ledger {ledger}: {detail}", ledger=ledger, detail=detail
        ),
    ),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}

_BY_ERRNO = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EFBIG: _FULL}


# SQLite's own: of statements that SQLAlchemy does not see; those of Unicode: SQLite's words repeat damaged bytes
DATABASE_ERRORS = (sa.exc.DBAPIError, sqlite3.Error, UnicodeError)


class Unreadable(Exception):
    """A stored value that ccmail itself would not have stored; `message` says so."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@contextmanager
def in_words(ledger: str) -> Iterator[None]:
    """Turn every error of the database inside the `with` block into a `LedgerFailure`."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise failure_of(error, ledger) from error
    except Unreadable as error:
        raise damaged(ledger, error.message) from error


def failure_of(error: Exception, ledger: str) -> LedgerFailure:
    """Return the failure, with message and repair, for an error of the database or the file system.

    Args:
        error: As SQLAlchemy or the system raises it.
        ledger: The file, or the server's address without a password.
    """
    cause = getattr(error, "orig", None) or error
    detail = str(cause).strip().partition("\n")[0]
    if isinstance(cause, UnicodeError):
        return damaged(ledger, say("there is text in it that is not UTF-8"))
    return _failure(_words_for(cause, detail), ledger, detail)


def _words_for(cause: BaseException, detail: str) -> _Words:
    if hasattr(cause, "sqlstate"):
        return _words_for_state(cause.sqlstate, cause)
    for signs, words in _BY_SIGN:
        if any(sign in detail.lower() for sign in signs):
            return words
    if isinstance(cause, OSError):
        return _BY_ERRNO.get(cause.errno or 0, _FORBIDDEN)
    return _OTHERWISE


def _words_for_state(state: str | None, cause: BaseException) -> _Words:
    if state is None:  # libpq never got an answer
        return _NO_SERVER if type(cause).__name__ in {"OperationalError", "ConnectionTimeout"} else _OTHERWISE
    found = (_BY_STATE.get(state[:length]) for length in (5, 3, 2))
    return next(filter(None, found), _OTHERWISE)


def _failure(words: _Words, ledger: str, detail: str) -> LedgerFailure:
    return LedgerFailure(words.message(ledger, detail), code=words.code, hint=words.hint)


def damaged(ledger: str, detail: str) -> LedgerFailure:
    """Return the failure for a damaged ledger; `detail` names the damage."""
    return _failure(_DAMAGED, ledger, detail)


def newer_ledger(ledger: str, found: int, known: int) -> LedgerFailure:
    """Return the failure for a ledger that a newer ccmail has written."""
    return LedgerFailure(
        say(
            "the ledger {ledger} was written by a newer ccmail (its tables: {found}, this one’s: {known})",
            ledger=ledger,
            found=found,
            known=known,
        ),
        code="W735",
        hint=say("install the newer ccmail on this computer as well"),
    )


def older_ledger(ledger: str, found: int, known: int) -> LedgerFailure:
    """Return the failure for a ledger on a server whose tables are older than this ccmail."""
    return LedgerFailure(
        say(
            "the tables of the ledger {ledger} are of revision {found}, and this ccmail needs revision {known}",
            ledger=ledger,
            found=found,
            known=known,
        ),
        code="W950",
        hint=say(
            "nothing was changed. Stop everything that works with it, on all computers, make a backup (pg_dump), then: "
            "ccmail db upgrade"
        ),
    )


def accompanied(ledger: str, processes: Sequence[str]) -> LedgerFailure:
    """Return the failure for a ledger that nobody else may have open now; `processes` have it, in words."""
    return LedgerFailure(
        say("others work with the ledger {ledger}: {processes}", ledger=ledger, processes=tuple(processes)),
        code="W951",
        hint=say(
            "nothing was changed. End them (senders, workers, `ccmail serve`, the preview), then run the same command "
            "again; a worker that has died counts until its time without a sign of life is over"
        ),
    )


def no_server(place: str) -> UsageError:
    """Return the refusal to import a ledger where ccmail.yaml names no server for it; `place` is what it names."""
    return UsageError(
        say("the ledger {ledger} is a file: ccmail.yaml names no server to import it into", ledger=place),
        code="W952",
        hint=say("write `ledger: postgresql://user@host/database` into ccmail.yaml, or `ledger: env:NAME`"),
    )


def no_source(file: str) -> UsageError:
    """Return the refusal to import a file that is not there."""
    return UsageError(
        say("there is no ledger {file} to import", file=file),
        code="W952",
        hint=say(
            "name the file: `ccmail db import FILE`; after an import it has another name, and there is nothing to do"
        ),
    )


def not_empty(ledger: str, table: str) -> LedgerFailure:
    """Return the failure for a server that has a ledger with something in it already."""
    return LedgerFailure(
        say("the ledger {ledger} is not empty: there are rows in its table {table}", ledger=ledger, table=table),
        code="W953",
        hint=say(
            "nothing was imported. Two ledgers cannot become one: name an empty database in ccmail.yaml; if this file "
            "was imported there already, there is nothing to do but to give the file another name"
        ),
    )


def changed_on_the_way(ledger: str, table: str, found: int, wanted: int) -> LedgerFailure:
    """Return the failure for a table that is another one on the server than in the file."""
    return LedgerFailure(
        say(
            "the table {table} would not be the same in {ledger} as in the file ({found:,} rows there, {wanted:,} in "
            "the file)",
            table=table,
            ledger=ledger,
            found=found,
            wanted=wanted,
        ),
        code="W954",
        hint=say(
            "nothing was imported, and the file is as it was. See whether something in this database changes what is "
            "written (triggers, rules); import into a new database"
        ),
    )


def not_storable(ledger: str, table: str, column: str, row: str) -> LedgerFailure:
    """Return the failure for a text that PostgreSQL cannot store; `row` says where it stands."""
    return LedgerFailure(
        say(
            "in the ledger {ledger} a text has a NUL character, which PostgreSQL cannot store: table {table}, {row}, "
            "column {column}",
            ledger=ledger,
            table=table,
            row=row,
            column=column,
        ),
        code="W955",
        hint=say("nothing was imported. Take the character out with sqlite3, then run the same command again"),
    )


def overtaken(ledger: str, wanted: int, done: int) -> LedgerFailure:
    """Return the failure for rows that another process has moved to another state."""
    return LedgerFailure(
        say(
            "another process has changed the ledger {ledger}: {wrong} of {results} results do not fit what it has",
            ledger=ledger,
            wrong=wanted - done,
            results=wanted,
        ),
        code=OVERTAKEN,
        hint=say("let one process send a campaign; `ccmail status` shows how far it is"),
    )


def lost(ledger: str, saved: str) -> LedgerFailure:
    """Return the failure for a file that is not there any more, while this process goes on to write into it."""
    repair = say(
        "put it there from where it is now before you send again, or people would get the mail twice; then"
        " `ccmail status`"
    )
    if saved:
        repair = say(
            "what ccmail knows is in {saved}: put it there before you send again, or people would get the mail twice;"
            " then `ccmail status`",
            saved=saved,
        )
    return LedgerFailure(
        say("the ledger {ledger} was deleted, moved or replaced while mails were sent", ledger=ledger),
        code="W801",
        hint=repair,
    )


def not_scrubbed(ledger: str) -> LedgerFailure:
    """Return the failure for an erasure whose old values still lie in the files."""
    return LedgerFailure(
        say(
            "not erased yet: what was deleted still lies in the files of the ledger {ledger}, which "
            "another program uses",
            ledger=ledger,
        ),
        code="W800",
        hint=say("close it (ccmail in another window, a backup, a database browser), then run the same command again"),
    )


def no_address() -> LedgerFailure:
    """Return the failure for an invalid server address; it is not shown, for it may hold a password."""
    return LedgerFailure(
        say("the address of the ledger’s server cannot be read"),
        code="W744",
        hint=say("write it like postgresql://user@host:5432/database"),
    )


def no_driver(ledger: str) -> LedgerFailure:
    """Return the failure for a PostgreSQL server whose driver is not installed."""
    return LedgerFailure(
        say("the ledger {ledger} lies on PostgreSQL, which this installation does not know", ledger=ledger),
        code="W745",
        hint=say('pip install "ccmail[postgresql]"'),
    )


def no_mail(ledger: str, campaign: str) -> LedgerFailure:
    """Return the failure for a sending whose mails are not kept: an older ccmail began it."""
    return LedgerFailure(
        say(
            "the ledger {ledger} does not hold the mails of “{campaign}”: an older ccmail began this sending",
            ledger=ledger,
            campaign=campaign,
        ),
        code="W742",
        hint=say(
            "add --confirm-change: the mails of the people who do not have theirs yet are made from today's files"
        ),
    )
