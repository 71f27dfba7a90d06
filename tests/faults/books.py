"""The books of ccmail: the only place that looks into its ledger."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import sqlite3
import tempfile
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A recipient in the ledger of the real sending."""

    email: str
    state: str
    message_id: str


def read_books(folder: Path, campaign: str, purpose: str = "campaign") -> tuple[Line, ...]:
    """Return everybody of a campaign's real sending, in the order of the lists; empty before it is confirmed."""
    file = folder / ".ccmail" / "ledger.sqlite"
    if not file.exists():
        return ()
    query = """
        SELECT email, state, message_id FROM recipient JOIN sending ON sending.id = recipient.sending
        WHERE campaign = ? AND purpose = ? AND delivery = 'smtp' AND confirmed IS NOT NULL ORDER BY position
    """
    # a copy: after a kill, the first program that opens the file repairs it, and that has to be ccmail
    with tempfile.TemporaryDirectory() as place:
        for part in file.parent.glob("ledger.sqlite*"):
            shutil.copy(part, place)
        with contextlib.closing(sqlite3.connect(Path(place) / file.name)) as connection:
            try:
                return tuple(Line(*row) for row in connection.execute(query, (campaign, purpose)))
            except sqlite3.OperationalError:  # killed before the tables were made
                return ()


def ledger_size(folder: Path) -> int:
    """Return the size of the largest file that ccmail writes while it sends."""
    return max((file.stat().st_size for file in (folder / ".ccmail").glob("ledger.sqlite-wal")), default=0)
