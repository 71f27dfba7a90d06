"""The receipt: a note beside the ledger that a campaign was sent; if the ledger is lost, nobody gets it twice."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.own_files import replace_file
from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.records import Sending


def write_receipt(folder: Path, sending: Sending, people: int, accepted: int = 0) -> None:
    """Write the receipt of a real sending: that it has begun, and how many people have the mail.

    Args:
        folder: The workspace's `.ccmail`.
        sending: The sending.
        people: The number of people who are to have the mail.
        accepted: How many mails the server has accepted.
    """
    note = {
        "version": sending.version,
        "started": sending.started_at.isoformat(),
        "people": people,
        "accepted": accepted,
    }
    replace_file(_file(folder, sending.campaign), json.dumps(note).encode())


def refuse_lost_ledger(folder: Path, campaign: str) -> None:
    """Refuse a new sending of a campaign that was sent before: a receipt shows it, the ledger does not.

    Raises:
        LedgerFailure: There is a receipt.
    """
    receipt = _file(folder, campaign)
    if receipt.exists():
        raise LedgerFailure(
            f"{campaign} has been sent before{_in_words(receipt)}, but the ledger does not know to whom",
            code="W740",
            hint="put .ccmail/ledger.sqlite back from a copy. Delete "
            f".ccmail/{receipt.name} only if everybody is to get the mail again",
        )


def _in_words(receipt: Path) -> str:
    """Return the words of a receipt: " (on 21 Sep 2020, version 7f3a-91c2: 723 of 1,184 people have it)"."""
    try:
        note = json.loads(receipt.read_text(encoding="utf-8"))
        day = dt.datetime.fromisoformat(note["started"])
        have = f"{note['accepted']:,} of {note['people']:,} people have it"
        return f" (on {day:%-d %b %Y}, version {note['version']}: {have})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def refuse_older_ledger(folder: Path, campaign: str, accepted: int) -> None:
    """Refuse a ledger with fewer accepted mails than the receipt has: it is an older copy.

    Raises:
        LedgerFailure: The receipt has more.
    """
    try:
        known = int(json.loads(_file(folder, campaign).read_text(encoding="utf-8"))["accepted"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if known > accepted:
        raise LedgerFailure(
            f"the ledger is an older copy: {known:,} people have {campaign}, and it knows of {accepted:,} only",
            code="W741",
            hint="put the newest .ccmail/ledger.sqlite back; with this one some people would get the mail twice",
        )


def _file(folder: Path, campaign: str) -> Path:
    return folder / f"{campaign}.sent"
