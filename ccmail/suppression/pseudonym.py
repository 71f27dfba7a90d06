"""Keyed hashes of people, which only this workspace can compare with an address.

One key makes both kinds: the pseudonym that takes the place of an erased person, and the hash by which a person is
known who must get nothing. They begin differently, for who was erased cannot ask for mails again.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from ccmail.ledger.pseudonym import PERSON, PSEUDONYM, is_hashed
from ccmail.problems import CcmailError
from ccmail.wording import say
from ccmail.workspace.key import make_key_file, read_key_file

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

_FILE = "erasure.key"  # as it was called when only erased people had hashes
_WHAT_FOR = say("the people who were erased, or get nothing,")
_PURPOSE = "ccmail erasure\n"  # the key cannot be used, or abused, for anything else


class Pseudonymiser:
    """Turns the keys of addresses into keyed hashes: the same key always into the same ones."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __call__(self, key: str) -> str:
        """Return the pseudonym of an address key, for an erased person; what is hashed stays as it is."""
        return key if is_hashed(key) else PSEUDONYM + self._hash(key)

    def person(self, key: str) -> str:
        """Return the hash of an address key, for a person who was not erased; what is hashed stays as it is."""
        return key if is_hashed(key) else PERSON + self._hash(key)

    def names(self, key: str) -> tuple[str, ...]:
        """Return everything that may stand for a person in the ledger: the address key, the hash, the pseudonym."""
        if is_hashed(key):
            return (key,)
        found = self._hash(key)
        return key, PERSON + found, PSEUDONYM + found

    def _hash(self, key: str) -> str:
        return hmac.digest(self._secret, f"{_PURPOSE}{key}".encode(), "sha256")[:16].hex()


def find_pseudonymiser(workspace: Workspace) -> Pseudonymiser | None:
    """Return the pseudonymiser by which people are recognised; None if there never was anybody to recognise."""
    path = workspace.state / _FILE
    # a link that leads nowhere does not exist, and is no reason to think that nobody was erased
    return Pseudonymiser(read_key_file(path, _WHAT_FOR)) if os.path.lexists(path) else None


def make_pseudonymiser(workspace: Workspace) -> Pseudonymiser:
    """Return the pseudonymiser, with a new key if there is none yet; see `keep.open_hashes` for a ledger in use."""
    path = workspace.state / _FILE
    make_key_file(path, _WHAT_FOR)
    return Pseudonymiser(read_key_file(path, _WHAT_FOR))


def missing_key() -> CcmailError:
    """Return the error for a ledger with hashes of people, but without the key to compare them with."""
    return CcmailError(
        say(
            "people were erased here, or get no mails, and .ccmail/{file}, by which they are recognised, is gone",
            file=_FILE,
        ),
        code="W791",
        hint=say("put it back from a copy of .ccmail; without it these people could get mails again"),
    )


def wrong_key() -> CcmailError:
    """Return the error for a ledger whose hashes were made with another key."""
    return CcmailError(
        say(".ccmail/{file} is not the key by which people were recognised until now", file=_FILE),
        code="W791",
        hint=say(
            "put the right one back from a copy of .ccmail; with this one, people who want no mails could get some"
        ),
    )
