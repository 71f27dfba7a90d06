"""Pseudonyms of erased people: keyed hashes, which only this workspace can compare with an address."""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from ccmail.ledger.pseudonym import PSEUDONYM, is_erased
from ccmail.problems import CcmailError
from ccmail.workspace.key import make_key_file, read_key_file

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_FILE = "erasure.key"
_PURPOSE = "ccmail erasure\n"  # the key cannot be used, or abused, for anything else


class Pseudonymiser:
    """Turns the keys of addresses into pseudonyms: the same key always into the same one."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __call__(self, key: str) -> str:
        """Return the pseudonym of an address key; a pseudonym stays as it is."""
        if is_erased(key):
            return key
        return PSEUDONYM + hmac.digest(self._secret, f"{_PURPOSE}{key}".encode(), "sha256")[:16].hex()


def find_pseudonymiser(workspace: Workspace) -> Pseudonymiser | None:
    """Return the pseudonymiser by which erased people are recognised; None if nobody was ever erased."""
    path = workspace.state / _FILE
    # a link that leads nowhere does not exist, and is no reason to think that nobody was erased
    return Pseudonymiser(read_key_file(path, "who was erased")) if os.path.lexists(path) else None


def make_pseudonymiser(workspace: Workspace) -> Pseudonymiser:
    """Return the pseudonymiser, with a new key if there is none yet."""
    path = workspace.state / _FILE
    make_key_file(path, "who was erased")
    return Pseudonymiser(read_key_file(path, "who was erased"))


def missing_key() -> CcmailError:
    """Return the error for a workspace with pseudonyms, but without the key to compare them with."""
    return CcmailError(
        f"people were erased here, and .ccmail/{_FILE}, by which they are recognised, is gone",
        code="W791",
        hint="put it back from a copy of .ccmail; without it somebody who was erased could get mails again",
    )
