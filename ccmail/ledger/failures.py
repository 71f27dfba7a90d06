"""What a database says when it fails, in people's words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ccmail.problems import LedgerFailure

_NOTHING_LOST = "nothing is lost: mend this, then run the same command again"

# what SQLite says (its words are part of its interface), code, our words, the repair
_WORDS: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (
        ("is locked", "is busy"),
        "W731",
        "another program holds the ledger {file}",
        "close other programs that use it (a folder synchronised by OneDrive or Dropbox counts); " + _NOTHING_LOST,
    ),
    (
        ("not a database", "malformed", "is encrypted"),
        "W732",
        "the ledger {file} is damaged",
        "put back a copy of it; without it nobody knows who has got which mail, so nothing is sent",
    ),
    (
        ("readonly", "read-only", "unable to open", "not authorized"),
        "W733",
        "the ledger {file} cannot be written",
        "give yourself the right to write to this file and its folder; " + _NOTHING_LOST,
    ),
    (
        ("is full", "disk i/o", "too large"),
        "W734",
        "the disk does not take what the ledger {file} wants to write",
        "make room on the disk; " + _NOTHING_LOST,
    ),
    (
        ("constraint",),
        "W736",
        "the ledger {file} holds this already: {detail}",
        "run the same command again; it goes on where the ledger stands",
    ),
)

_ERRORS = {
    errno.ENOSPC: _WORDS[3],
    errno.EDQUOT: _WORDS[3],
    errno.EFBIG: _WORDS[3],
}


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn whatever the database throws inside the `with` block into a `LedgerFailure`."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise failure_of(error, path) from error


def failure_of(error: Exception, path: Path) -> LedgerFailure:
    """Return the failure, with words and a repair, for an error of the database or the file system."""
    detail = str(getattr(error, "orig", None) or error).splitlines()[0]
    for signs, code, words, hint in _WORDS:
        if any(sign in detail.lower() for sign in signs):
            return LedgerFailure(words.format(file=path, detail=detail), code=code, hint=hint)
    if isinstance(error, OSError):
        _, code, words, hint = _ERRORS.get(error.errno or 0, _WORDS[2])
        return LedgerFailure(words.format(file=path, detail=detail), code=code, hint=hint)
    return LedgerFailure(f"the ledger {path} fails: {detail}", code="W739", hint=_NOTHING_LOST)


def newer_ledger(path: Path, found: int, known: int) -> LedgerFailure:
    """Return the failure for a ledger that a newer ccmail has written."""
    return LedgerFailure(
        f"the ledger {path} was written by a newer ccmail (its tables: {found}, this one’s: {known})",
        code="W735",
        hint="install the newer ccmail on this computer as well",
    )


def overtaken(path: Path, wanted: int, done: int) -> LedgerFailure:
    """Return the failure for rows that are not in the state in which this process left them."""
    return LedgerFailure(
        f"another process has changed the ledger {path}: {wanted - done} of {wanted} outcomes do not fit it",
        code="W738",
        hint="let one process send a campaign, and look with `ccmail status` where it stands",
    )


def no_mail(path: Path, campaign: str) -> LedgerFailure:
    """Return the failure for a sending whose mails are not kept: an older ccmail began it."""
    return LedgerFailure(
        f"the ledger {path} does not hold the mails of “{campaign}”: an older ccmail began this sending",
        code="W742",
        hint="--confirm-change has them made again from today's files, for those who do not have theirs yet",
    )
