"""Stage: outcomes become a record that survives crashes, reruns and years.

`open_ledger` is where all begins. The ledger is an SQLite file in a private folder, or a PostgreSQL database for
several computers; the statements are the same. A run asks the ledger for the next rows; their outcomes go back through
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
    from ccmail.ledger.moving import LedgerImport
    from ccmail.ledger.revision import LedgerUpgrade
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
    "import_ledger",
    "ledger_if_any",
    "may_move",
    "nobody_else",
    "open_ledger",
    "refuse_lost_ledger",
    "refuse_older_ledger",
    "sole_sender",
    "take_turns",
    "upgrade_ledger",
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


def upgrade_ledger(where: Path | str) -> LedgerUpgrade:
    """Bring the tables of a ledger up to date, which opening does for a file only.

    On a server all who work with it have to be stopped: an older ccmail would not know the tables any more.

    Args:
        where: As for `open_ledger`; what is not there is made.

    Raises:
        LedgerFailure: W951, others have the ledger open; W735, a newer ccmail has written it.
    """
    from ccmail.ledger import store  # noqa: PLC0415 - likewise

    return store.upgrade_ledger(where)


def nobody_else(where: Path | str) -> AbstractContextManager[None]:
    """Keep other processes from opening a ledger on a server inside the `with` block.

    Args:
        where: As for `open_ledger`.

    Raises:
        LedgerFailure: W951, on entering: some have it open.
    """
    from ccmail.ledger import store  # noqa: PLC0415 - likewise

    return store.nobody_else(where)


def import_ledger(source: Path, where: Path | str, folder: Path, zone: dt.tzinfo, *, look_only: bool) -> LedgerImport:
    """Move a ledger from a file to a server: all of it, or nothing. Afterwards the file has another name.

    Args:
        source: The SQLite file; one of an earlier revision is brought up to date first.
        where: The place of the workspace's ledger: the address of an empty PostgreSQL database.
        folder: The workspace's `.ccmail`, with locks and receipts.
        zone: The time zone in which people are told times.
        look_only: Whether nothing is changed.

    Raises:
        UsageError: W952, the workspace's ledger lies on no server.
        AlreadySending: W708, a campaign is being sent.
        LedgerFailure: W953, something is stored on the server; W951, others work with it; W954, it changes what is
            written; W955, it cannot store something; or the file is damaged, an older copy, or in use.
    """
    from ccmail.ledger import moving  # noqa: PLC0415 - likewise

    return moving.import_ledger(source, where, folder, zone, look_only=look_only)


def ledger_if_any(where: Path | str) -> AbstractContextManager[Ledger | None]:
    """Open the ledger; the context is None if its file is not there yet. Raises as `open_ledger`."""
    return open_ledger(where) if isinstance(where, str) or where.exists() else contextlib.nullcontext()
