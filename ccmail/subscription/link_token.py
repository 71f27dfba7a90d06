"""The token in the link that confirms a subscription: it leads to the wish, and the ledger has its hash only."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

VALID = dt.timedelta(days=7)
"""A link counts for a week: people read mails after a holiday, and a mailbox that was given away is not confirmed."""

PATH = "confirm"
"""The beginning of the path that the link leads to."""

_BYTES = 24  # 192 bits, 32 letters


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """Return the hash by which the ledger knows a token: whoever reads the ledger learns no link from it."""
    return hashlib.sha256(token.encode()).hexdigest()
