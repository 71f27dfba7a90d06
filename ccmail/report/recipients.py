"""Every recipient of a campaign, one by one, for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ccmail.ledger import Purpose
from ccmail.report.numbers import main_sending

if TYPE_CHECKING:
    from ccmail.ledger import RecipientRow, SendingKind
    from ccmail.ledger.store import Ledger


def recipients(ledger: Ledger, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> Iterator[dict[str, Any]]:
    """Stream every recipient with the outcome, in the order of the lists; nobody if nothing was sent for a purpose."""
    sending = main_sending(ledger, campaign, purpose)
    if sending is not None:
        yield from (recipient_of(row, sending.delivery) for row in ledger.rows(sending))


def recipient_of(row: RecipientRow, delivery: SendingKind) -> dict[str, Any]:
    """Return a recipient with the outcome, as a line of `--jsonl`."""
    return {
        "email": row.email,
        "state": row.state.value,
        "segment": row.segment,
        "language": "+".join(row.languages),
        "message_id": row.message_id,
        "code": row.code,
        "enhanced": row.enhanced,
        "reply": row.text,
        "at": row.updated_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": row.reason,
        "delivery": delivery.value,
    }
