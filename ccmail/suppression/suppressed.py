"""All suppressions, from the list of the unsubscribed and from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccmail.audience import Reason, Suppression
from ccmail.ledger import SuppressionReason
from ccmail.ledger.pseudonym import is_hashed
from ccmail.suppression.keep import read_hashes
from ccmail.suppression.list_file import HashedSuppressions, Suppressions, read_suppressions

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def read_suppressed(workspace: Workspace, ledger: Ledger | None) -> Mapping[str, Suppression]:
    """Return all suppressions, by address key.

    Raises:
        CcmailError: W791, the key by which people in the ledger are recognised is gone, or is another one.
    """
    found = {**_in_ledger(ledger), **read_unsubscribed(workspace)}
    if ledger is None or not any(map(is_hashed, found)):
        return found
    return HashedSuppressions(found, read_hashes(workspace, ledger).names)


def read_unsubscribed(workspace: Workspace) -> Suppressions:
    """Return the suppressions in recipients/unsubscribed.csv."""
    path = workspace.unsubscribed_file
    return read_suppressions(path, workspace.shown(path))


def _in_ledger(ledger: Ledger | None) -> dict[str, Suppression]:
    if ledger is None:
        return {}
    bounced = {SuppressionReason.BOUNCED: Reason.BOUNCED}
    return {s.key: Suppression(bounced.get(s.reason, Reason.UNSUBSCRIBED), s.source) for s in ledger.suppressed()}
