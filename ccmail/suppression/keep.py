"""Suppressions are kept in the ledger, for good: under a keyed hash of the person, whatever becomes of the lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger import SuppressionEntry, SuppressionReason
from ccmail.ledger.pseudonym import is_erased
from ccmail.suppression.pseudonym import find_pseudonymiser, make_pseudonymiser, missing_key, wrong_key

if TYPE_CHECKING:
    from ccmail.ledger import Feedback, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.suppression.pseudonym import Pseudonymiser
    from ccmail.workspace import Workspace


def suppress(
    workspace: Workspace, ledger: Ledger, entries: Iterable[SuppressionEntry], *, proofs: Iterable[Feedback] = ()
) -> None:
    """Keep suppressions, given by address keys; a newer one replaces an older one of the same person.

    Who was erased stays erased. No address is kept: words of a source that have an @ are left out.

    Args:
        workspace: Has the key by which people are recognised.
        ledger: Keeps them.
        entries: The suppressions.
        proofs: What shows that these people asked for it; kept with them, or not at all.

    Raises:
        CcmailError: W791, the key by which people are recognised is gone, or is another one.
    """
    hashes = open_hashes(workspace, ledger)
    entries = tuple(entries)
    known = ledger.suppressions_of([hashes(entry.key) for entry in entries])
    erased = {found.key for found in known if is_erased(found.key)}
    ledger.suppress(
        (
            dataclasses.replace(entry, key=hashes.person(entry.key), source=_without_addresses(entry.source))
            for entry in entries
            if hashes(entry.key) not in erased
        ),
        (proof for proof in proofs if hashes(proof.key) not in erased),
    )


def unsubscribed(workspace: Workspace, ledger: Ledger, keys: Iterable[str], source: str) -> None:
    """Keep that some people, given by address keys, are unsubscribed by now; raises as `suppress`."""
    now = clock.now()
    suppress(workspace, ledger, (SuppressionEntry(k, SuppressionReason.UNSUBSCRIBED, now, source) for k in keys))


def find_entry(workspace: Workspace, ledger: Ledger, key: str) -> SuppressionEntry | None:
    """Return the suppression of an address key that the ledger has, None if there is none; raises as `read_hashes`."""
    return next(iter(ledger.suppressions_of(names_in_ledger(workspace, ledger, key))), None)


def open_hashes(workspace: Workspace, ledger: Ledger) -> Pseudonymiser:
    """Return the pseudonymiser for a ledger that is going to be changed, with a new key if there never was one.

    Suppressions that an older ccmail has kept under addresses become hashes here. A key that is gone is made anew as
    long as nobody is known by a hash only.

    Raises:
        CcmailError: W791, the key by which people are recognised is gone, or is another one.
    """
    if not ledger.has_hashes() and not _is_right(make_pseudonymiser(workspace), ledger):
        ledger.unname_people()
    hashes = read_hashes(workspace, ledger)
    ledger.hash_suppressions(hashes.person)
    return hashes


def read_hashes(workspace: Workspace, ledger: Ledger) -> Pseudonymiser:
    """Return the pseudonymiser by which the people in a ledger are recognised.

    Raises:
        CcmailError: W791, its key is gone, or is another one.
    """
    hashes = find_pseudonymiser(workspace)
    if hashes is None:
        raise missing_key()
    if not _is_right(hashes, ledger):
        raise wrong_key()
    return hashes


def names_in_ledger(workspace: Workspace, ledger: Ledger, key: str) -> tuple[str, ...]:
    """Return the names of a person in the ledger: the address key, and its hashes; raises as `read_hashes`."""
    return read_hashes(workspace, ledger).names(key) if ledger.has_hashes() else (key,)


def name_people(workspace: Workspace, ledger: Ledger, sending: Sending) -> None:
    """Give the rows of a sending the hashes of their people, where they have none, before its mails leave.

    By these, whoever is suppressed meanwhile is left out at the last moment. Raises as `open_hashes`.
    """
    ledger.name_people(sending, open_hashes(workspace, ledger).person)


def _is_right(hashes: Pseudonymiser, ledger: Ledger) -> bool:
    known = ledger.a_hashed_person()
    return known is None or hashes.person(known[0]) == known[1]


def _without_addresses(source: str) -> str:
    return " ".join(word for word in source.split() if "@" not in word)
