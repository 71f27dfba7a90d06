"""A second, small note that a campaign has been sent: should the ledger get lost, nobody gets it twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.problems import LedgerFailure

if TYPE_CHECKING:
    from ccmail.ledger.records import Sending


def write_receipt(folder: Path, sending: Sending, people: int) -> None:
    """Note beside the ledger that a real sending has begun; `folder` is the workspace's `.ccmail`."""
    note = {"version": sending.version, "started": sending.started_at.isoformat(), "people": people}
    (folder / f"{sending.campaign}.sent").write_text(json.dumps(note), encoding="utf-8")


def refuse_lost_ledger(folder: Path, campaign: str) -> None:
    """Refuse to begin a sending that has begun before, as the receipt says and the ledger does not.

    Raises:
        LedgerFailure: There is a receipt.
    """
    receipt = folder / f"{campaign}.sent"
    if receipt.exists():
        raise LedgerFailure(
            f"{campaign} has been sent before ({receipt.read_text(encoding='utf-8', errors='replace')[:200]}), but the "
            "ledger does not know to whom",
            code="W740",
            hint=f"put .ccmail/ledger.sqlite back; without {receipt.name} everybody would get it again",
        )
