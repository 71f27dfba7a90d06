"""The erasure of one person's data, as far as ccmail has written it; a pseudonym takes its place."""

from __future__ import annotations

import contextlib
import functools
import shutil
from typing import TYPE_CHECKING

from ccmail.audience import address_key
from ccmail.ledger import SendingKind, open_ledger, sole_sender
from ccmail.ledger.failures import damaged
from ccmail.messages import StoredMailDamaged, blobs_in
from ccmail.privacy.lookup import PersonalData, find_personal_data, outboxes
from ccmail.suppression.pseudonym import make_pseudonymiser

if TYPE_CHECKING:
    from ccmail.workspace import Workspace


def erase_recipient(workspace: Workspace, address: str) -> PersonalData:
    """Erase the data that ccmail itself has written about a person; return the rest, which is in people's own files.

    In the ledger a pseudonym takes the person's place: the books still balance, and no mail goes to them again.

    Raises:
        AlreadySending: A campaign that has this person is being sent.
        LedgerFailure: The ledger cannot be written.
    """
    wanted = address_key(address)
    with open_ledger(workspace.ledger_file) as ledger, contextlib.ExitStack() as alone:
        for campaign in dict.fromkeys(s.campaign for s in ledger.sendings() if any(ledger.rows(s, keys=[wanted]))):
            alone.enter_context(sole_sender(workspace.state, campaign))
            for delivery in SendingKind:
                ledger.resume(campaign, delivery)  # rows that a dead process left in flight are in doubt, not open
        ledger.erase(
            wanted,
            make_pseudonymiser(workspace)(wanted),
            is_theirs=lambda word: address_key(word) == wanted,
            blobs_in=functools.partial(_blobs_in, ledger.name),
        )
        for box in outboxes(workspace):
            box.forget(wanted)
        workspace.cache.empty()
        shutil.rmtree(workspace.state / "cache", ignore_errors=True)  # an earlier ccmail kept texts here
    return find_personal_data(workspace, address)


def _blobs_in(ledger_name: str, data: bytes) -> tuple[str, ...]:
    try:
        return blobs_in(data)
    except StoredMailDamaged as damage:
        raise damaged(ledger_name, "a mail in it cannot be read") from damage
