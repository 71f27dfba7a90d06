"""The shared receipt, written from what this computer has sent."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from ccmail.ledger import State
from ccmail.sending.sent_event import SentEvent
from ccmail.sending.shared_receipt import SentPart, read_shared, write_shared
from ccmail.workspace.key import token_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def share(workspace: Workspace, ledger: Ledger, sending: Sending) -> None:
    """Write into the shared receipt of a campaign how many have which version of a sending: numbers, no names."""
    computer = read_shared(workspace, sending.campaign).computer
    write_shared(workspace, sending.campaign, _parts(workspace, ledger, sending, computer))


def _parts(workspace: Workspace, ledger: Ledger, sending: Sending, computer: str) -> Iterator[SentPart]:
    people: dict[str, Counter[str]] = {}
    for mail in ledger.held([sending]).values():
        if mail.state is State.ACCEPTED:
            people.setdefault(mail.version, Counter())[mail.segment] += 1
    states = ledger.events(sending)
    at = ledger.last_change(sending) or sending.started_at
    for version, counts in people.items():
        kept = states.get(version)
        event = SentEvent.from_json(kept) if kept else None
        tokens = key_name(workspace) if event and event.record.organizers else ""
        yield SentPart(computer, sending.purpose, sending.number, version, at, dict(counts), event, tokens)


def key_name(workspace: Workspace) -> str:
    """Return the fingerprint of the key of the tokens: with another key nobody can update these calendar entries."""
    return hashlib.sha256(b"ccmail key\n" + token_key(workspace)).hexdigest()[:16]
