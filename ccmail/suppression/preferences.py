"""The choices of people about their mails: kept in the ledger under the same keyed hashes as suppressions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger import Preference
from ccmail.suppression.keep import names_in_ledger, open_hashes, read_hashes

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def keep_preference(workspace: Workspace, ledger: Ledger, preference: Preference) -> None:
    """Keep a preference, given by an address key, in place of an earlier one; raises as `open_hashes`."""
    key = open_hashes(workspace, ledger).person(preference.key)
    ledger.preferences.keep(dataclasses.replace(preference, key=key))


def rejoin(workspace: Workspace, ledger: Ledger, key: str, segment: str) -> None:
    """Take back the choices that kept an address key from the mails of a segment: they have subscribed to it.

    Raises as `open_hashes`.
    """
    found = find_preference(workspace, ledger, key)
    if found is not None:
        left = tuple(name for name in found.left_segments if name != segment)
        keep_preference(workspace, ledger, Preference(key, left, "", None, clock.now()))


def find_preference(workspace: Workspace, ledger: Ledger, key: str) -> Preference | None:
    """Return the preference of an address key, None if there is none; raises as `read_hashes`."""
    return ledger.preferences.of(names_in_ledger(workspace, ledger, key))


def read_preferences(workspace: Workspace, ledger: Ledger | None) -> Callable[[str], Preference | None] | None:
    """Return a function from an address key to the preference, or to None; None in its place if nobody has any.

    Raises:
        CcmailError: W791, the key by which people in the ledger are recognised is gone, or is another one.
    """
    found = {preference.key: preference for preference in ledger.preferences.all()} if ledger else {}
    if ledger is None or not found:
        return None
    person = read_hashes(workspace, ledger).person
    return lambda key: found.get(person(key))
