"""A mailbox as a stream of mails: one after the other, each up to a limit, and nothing in it is changed."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ccmail.problems import UsageError
from ccmail.wording import say

LARGEST = 4_000_000
"""Bytes of a mail that are read. What is said about a mail stands in front; the rest is the mail that came back."""

_LINE = 65_536
_QUOTED = re.compile(rb">+From ")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_ENDS = (".eml",)


class FetchedMail(NamedTuple):
    """A mail of a mailbox.

    Attributes:
        name: By which people find it there.
        content: Its bytes, at most `LARGEST` of them.
        place: How far the mailbox was read with it, "" if the mailbox cannot say it.
    """

    name: str
    content: bytes
    place: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that can be read once.

    Attributes:
        name: For people: "IMAP imap.city.example", "old.mbox".
        mails: Its mails, the oldest first, as far as the mailbox knows it.
        skipped: How many other files lie there.
        key: Names the mailbox in the ledger; "" if it is read from its beginning each time.
    """

    name: str
    mails: Iterable[FetchedMail]
    skipped: int = 0
    key: str = ""


def open_mailbox(path: Path) -> Mailbox:
    """Return the mails of a Maildir, an mbox file, a folder of .eml files or a single such file.

    Raises:
        UsageError: W821, it is none of them.
    """
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        message = say("{path} does not exist", path=path)
        if path.exists():
            message = say("{path} is no file", path=path)
        raise UsageError(
            message,
            code="W821",
            hint=say("name a Maildir, an mbox file, or .eml files"),
        )
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    return Mailbox(_readable(path.name), _mbox(path) if is_mbox else _files([path]))


def _folder(path: Path) -> Mailbox:
    parts = [path / name for name in ("cur", "new") if (path / name).is_dir()]
    files = sorted(file for folder in parts or [path] for file in folder.iterdir() if _is_ordinary(file))
    mails = files if parts else [file for file in files if file.name.lower().endswith(_ENDS)]
    if not parts and not mails:
        hint = say("save the mails as .eml files there, or name an mbox file")
        raise UsageError(
            say("no mail lies in {path}: it is no Maildir, and has no .eml file", path=path), code="W821", hint=hint
        )
    return Mailbox(_readable(path.name or str(path)), _files(mails), len(files) - len(mails))


def _is_ordinary(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")  # not a pipe, which would be waited for


def _files(files: Iterable[Path]) -> Iterator[FetchedMail]:
    for path in files:
        with path.open("rb") as file:
            yield FetchedMail(_readable(path.name), file.read(LARGEST))


def _readable(name: str) -> str:
    """Return the name of a file as text that can be printed, also if it is not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _mbox(path: Path) -> Iterator[FetchedMail]:
    """Yield the mails of an mbox file (RFC 4155): each begins after an empty line with “From ” and a header field."""
    name = _readable(path.name)
    kept: list[bytes] = []
    number = size = 0
    is_after_empty = True
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(_LINE), b"")
        for line, following in itertools.pairwise(itertools.chain(lines, [b""])):
            if is_after_empty and line.startswith(b"From ") and (_FIELD.match(following) or not number):
                if number:
                    yield FetchedMail(f"{name}#{number}", b"".join(kept))
                kept, number, size = [], number + 1, 0
            elif size < LARGEST:
                kept.append(line[1:] if _QUOTED.match(line) else line)
                size += len(line)
            is_after_empty = not line.strip(b"\r\n")
    yield FetchedMail(f"{name}#{number}", b"".join(kept))
