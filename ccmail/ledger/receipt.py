"""The receipt: a note beside the ledger that a campaign was sent; if the ledger is lost, nobody gets it twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.ledger.records import SendingKind
from ccmail.ledger.states import State
from ccmail.own_files import replace_file
from ccmail.problems import LedgerFailure, Problem, Severity
from ccmail.wording import say, say_n
from ccmail.wording.days import short_day

if TYPE_CHECKING:
    from ccmail.ledger.records import Sending
    from ccmail.ledger.store import Ledger

_SHOWN = 3  # campaigns in one message
_PUT_BACK = say("put .ccmail/ledger.sqlite back from a copy: without it nobody knows who has which mail")


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
            _sent_before(receipt, campaign),
            code="W740",
            hint=say(
                "put .ccmail/ledger.sqlite back from a copy. Delete .ccmail/{name} only if everybody is to "
                "get the mail again",
                name=receipt.name,
            ),
        )


def _sent_before(receipt: Path, campaign: str) -> str:
    try:
        note = json.loads(receipt.read_text(encoding="utf-8"))
        day = dt.datetime.fromisoformat(note["started"])
        return say(
            "{campaign} has been sent before (on {day}, version {version}: {accepted:,} of {people:,} people have it),"
            " but the ledger does not know to whom",
            campaign=campaign,
            day=short_day(day),
            version=note["version"],
            accepted=note["accepted"],
            people=note["people"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return say("{campaign} has been sent before, but the ledger does not know to whom", campaign=campaign)


def refuse_older_ledger(folder: Path, campaign: str, accepted: int) -> None:
    """Refuse a ledger with fewer accepted mails than the receipt has: it is an older copy.

    Raises:
        LedgerFailure: The receipt has more.
    """
    known = _accepted(_file(folder, campaign))
    if known > accepted:
        raise LedgerFailure(
            say(
                "the ledger is an older copy: {known:,} people have {campaign}, and it knows of {accepted:,} only",
                known=known,
                campaign=campaign,
                accepted=accepted,
            ),
            code="W741",
            hint=say("put the newest .ccmail/ledger.sqlite back; with this one some people would get the mail twice"),
        )


def has_receipts(folder: Path) -> bool:
    """Return whether a workspace has sent mails: some receipt is in its `.ccmail`."""
    return any(folder.glob("*.sent"))


def compare_receipts(folder: Path, ledger: Ledger | None) -> tuple[Problem, ...]:
    """Return warnings about sendings of which the receipts know more than the ledger, whichever campaign is meant.

    Args:
        folder: The workspace's `.ccmail`.
        ledger: None if the workspace has none.
    """
    unknown, behind = [], []
    for receipt in sorted(folder.glob("*.sent")):
        sending = ledger.latest(receipt.stem, SendingKind.SMTP) if ledger else None
        if ledger is None or sending is None:
            unknown.append(receipt.stem)
        elif ledger.counts(sending).people(State.ACCEPTED) < _accepted(receipt):
            behind.append(receipt.stem)
    return tuple(_unknown(unknown)) + tuple(_behind(behind))


def _unknown(campaigns: Sequence[str]) -> Iterator[Problem]:
    if campaigns:
        message = say_n(
            "a campaign was sent before, and the ledger knows nothing of it: {campaigns}",
            "each of {n} campaigns was sent before, and the ledger knows nothing of it: {campaigns}",
            len(campaigns),
            campaigns=_listed(campaigns),
        )
        yield Problem("W740", message, Severity.WARNING, hint=_PUT_BACK)


def _behind(campaigns: Sequence[str]) -> Iterator[Problem]:
    if campaigns:
        message = say_n(
            "a campaign has been sent to more people than the ledger knows of: {campaigns}",
            "each of {n} campaigns has been sent to more people than the ledger knows of: {campaigns}",
            len(campaigns),
            campaigns=_listed(campaigns),
        )
        yield Problem("W741", message, Severity.WARNING, hint=_PUT_BACK)


def _listed(names: Sequence[str]) -> str:
    first, more = ", ".join(names[:_SHOWN]), len(names) - _SHOWN
    return say("{names} and {more} more", names=first, more=more) if more > 0 else first


def _accepted(receipt: Path) -> int:
    """Return how many people have the mail of a receipt, 0 if it does not say."""
    try:
        return int(json.loads(receipt.read_text(encoding="utf-8"))["accepted"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _file(folder: Path, campaign: str) -> Path:
    return folder / f"{campaign}.sent"
