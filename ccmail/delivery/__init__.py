"""Stage: mails become outcomes, on a server or in a folder.

One public verb, `deliver`. A courier takes rows from the ledger's queue, fills each into a mail, hands it over and
records the outcome in the ledger. There are two couriers: `Outbox` writes files, `SmtpCourier` talks to a server over
several connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccmail.delivery.backoff import Retry
from ccmail.delivery.courier import Courier, Delivered, Ending, Progress, Result, Run, Unwanted, Waiting, Watched
from ccmail.delivery.deliver import deliver
from ccmail.delivery.outbox import Outbox
from ccmail.delivery.outcome import Fault, Outcome, Phase
from ccmail.delivery.server import Server, Timeouts
from ccmail.delivery.signals import Stop, stop_at_signals
from ccmail.workspace.secret_store import NoSecret, read_password, read_secret, store_password

if TYPE_CHECKING:
    from ccmail.delivery.smtp_courier import SmtpCourier

__all__ = [
    "Courier",
    "Delivered",
    "Ending",
    "Fault",
    "NoSecret",
    "Outbox",
    "Outcome",
    "Phase",
    "Progress",
    "Result",
    "Retry",
    "Run",
    "Server",
    "SmtpCourier",
    "Stop",
    "Timeouts",
    "Unwanted",
    "Waiting",
    "Watched",
    "deliver",
    "read_password",
    "read_secret",
    "stop_at_signals",
    "store_password",
]


def __getattr__(name: str) -> Any:
    """Import `SmtpCourier` at its first use: it loads aiosmtplib, which a rehearsal does not need."""
    if name == "SmtpCourier":
        from ccmail.delivery.smtp_courier import SmtpCourier  # noqa: PLC0415 - see above

        return SmtpCourier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
