"""Stage: outcomes become a record that survives crashes, reruns and years.

One public verb, `open_ledger`. The ledger is an SQLite file in a private folder, or a PostgreSQL database for several
computers; the statements are the same. A run asks the ledger for the next rows; their outcomes go back through
`Ledger.record`, the only way in.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger.lock import can_lock, current_sender, sole_sender, take_turns
from ccmail.ledger.receipt import (
    compare_receipts,
    has_receipts,
    refuse_lost_ledger,
    refuse_older_ledger,
    write_receipt,
)
from ccmail.ledger.records import (
    ERASED,
    NOT_TESTED,
    STAGED,
    Approval,
    Attempt,
    Claim,
    Count,
    Counts,
    Feedback,
    Held,
    NewRecipient,
    Pace,
    Pause,
    Preference,
    Purpose,
    RecipientFilter,
    RecipientRow,
    Resubscription,
    Sending,
    SendingKind,
    StateChange,
    StoredMail,
    SubscriptionRequest,
    SuppressionEntry,
    Tested,
    VersionStatus,
    WebVersion,
)
from ccmail.ledger.states import IN_HANDS, MAY_HAVE_IT, MOVES, OPEN, OVERTAKEN, SETTLED, State, may_move
from ccmail.ledger.suppression import Suppressed, SuppressionReason

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

__all__ = [
    "ERASED",
    "IN_HANDS",
    "MAY_HAVE_IT",
    "MOVES",
    "NOT_TESTED",
    "OPEN",
    "OVERTAKEN",
    "SETTLED",
    "STAGED",
    "Approval",
    "Attempt",
    "Claim",
    "Count",
    "Counts",
    "Feedback",
    "Held",
    "NewRecipient",
    "Pace",
    "Pause",
    "Preference",
    "Purpose",
    "RecipientFilter",
    "RecipientRow",
    "Resubscription",
    "Sending",
    "SendingKind",
    "State",
    "StateChange",
    "StoredMail",
    "SubscriptionRequest",
    "Suppressed",
    "SuppressionEntry",
    "SuppressionReason",
    "Tested",
    "VersionStatus",
    "WebVersion",
    "can_lock",
    "compare_receipts",
    "current_sender",
    "has_receipts",
    "ledger_if_any",
    "may_move",
    "open_ledger",
    "refuse_lost_ledger",
    "refuse_older_ledger",
    "sole_sender",
    "take_turns",
    "write_receipt",
]


def open_ledger(where: Path | str, *, now: Callable[[], dt.datetime] = clock.now) -> AbstractContextManager[Ledger]:
    """Open the ledger, making it if there is none, bringing it up to date if it is older; close it at the end.

    Args:
        where: The SQLite file, usually `.ccmail/ledger.sqlite` (made 0600, in a folder of 0700); or the address of a
            PostgreSQL database of its own, `postgresql://user@host:5432/database`.
        now: Gives the aware time that is written beside every change.

    Raises:
        LedgerFailure: on entering, or from any method of the ledger: the file cannot be read or written, is
            not a ledger, or was written by a newer ccmail; the server does not answer.
    """
    from ccmail.ledger import store  # noqa: PLC0415 - SQLAlchemy costs 0.2 s that `ccmail --help` need not pay

    return store.open_ledger(where, now=now)


def ledger_if_any(where: Path | str) -> AbstractContextManager[Ledger | None]:
    """Open the ledger; the context is None if its file is not there yet. Raises as `open_ledger`."""
    return open_ledger(where) if isinstance(where, str) or where.exists() else contextlib.nullcontext()
