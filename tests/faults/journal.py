"""The journal of the fault server: the truth about every mail, with which the ledger is compared."""

from __future__ import annotations

import dataclasses
import enum
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path


class What(enum.StrEnum):
    """The kinds of entries."""

    CONNECT = "connect"  # somebody was let in
    FAULT = "fault"  # the server misbehaved, or said no, before a mail was complete
    MAIL = "mail"  # a mail was complete: taken or not, and answered or not
    LEFT = "left"  # the client went away in the middle of a mail
    WRONG = "wrong"  # the client broke a rule of SMTP or Graph
    SECRET = "secret"  # a password or a mail travelled in the clear where it should not


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Attributes:
        at: Seconds since 1970.
        fault: Its number, "F18"; "" if the server behaved.
        phase: The phase of the session.
        act: How the server misbehaved, or what the client did wrong.
        said: The server's reply, "" if it made no sense or there was none.
        accepted: Whether the server took the mail (MAIL only).
        answered: Whether the client can know what became of its mail.
        retry_after: Seconds for which the server wants no more mails.
    """

    what: What
    connection: int
    phase: str = ""
    fault: str = ""
    act: str = ""
    said: str = ""
    accepted: bool = False
    answered: bool = True
    recipient: str = ""
    sender: str = ""
    message_id: str = ""
    sha256: str = ""
    retry_after: float = 0.0
    at: float = dataclasses.field(default_factory=time.time)

    @property
    def is_doubtful(self) -> bool:
        """Whether only the server knows what became of the mail."""
        return not self.answered


class Journal:
    """The file, open for appending: one write for each line, so that no reader sees half of one."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, entry: Entry) -> None:
        """Append a line; it is there when this returns."""
        os.write(self._file, json.dumps(dataclasses.asdict(entry)).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read_journal(path: Path) -> Iterator[Entry]:
    """Read a journal, also while it is written."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            values = json.loads(line)
            yield Entry(**{**values, "what": What(values["what"])})
