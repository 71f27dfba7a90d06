"""What tells one reader's mail from all others: its Message-ID, and the token in the link to unsubscribe.

Both are digests of a text that begins alike for all readers: that beginning is digested once.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable

from ccmail.audience import address_key, to_ascii


def message_ids(campaign: str, sender: str) -> Callable[[str], str]:
    """Return what makes the Message-ID of a recipient: the same on every computer, on every attempt.

    Args:
        campaign: Its id.
        sender: The sender's address.
    """
    begun = hashlib.sha256(f"{campaign}\n".encode())
    domain = to_ascii(sender).rpartition("@")[2]

    def message_id(recipient: str) -> str:
        digest = begun.copy()
        digest.update(recipient.encode())
        return f"<{digest.hexdigest()[:32]}@{domain}>"

    return message_id


def unsubscribe_tokens(secret: bytes, list_address: str) -> Callable[[str], str]:
    """Return what makes the token in a reader's unsubscribe link: 128 bits that only the secret's holder can make."""
    # for a function of Python's, `hmac` keeps two digests that copy in half the time of OpenSSL's own HMAC
    begun = hmac.new(secret, f"unsubscribe\n{list_address}\n".encode(), lambda: hashlib.sha256())  # noqa: PLW0108

    def token(address: str) -> str:
        digest = begun.copy()
        digest.update(address_key(address).encode())
        return urlsafe_b64encode(digest.digest()[:16]).rstrip(b"=").decode()

    return token
