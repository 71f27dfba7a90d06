"""The identity of one reader's mail: its Message-ID, and the tokens in links and addresses that lead back to it.

Both are hashes of a text with the same beginning for all readers; the beginning is hashed once.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable

from ccmail.audience import to_ascii


def message_ids(campaign: str, sender: str) -> Callable[[str], str]:
    """Return a function that makes the Message-ID for a key: the same on each computer and each attempt.

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
    """Return a function that makes the token in a reader's unsubscribe link from the key of their address.

    It has 128 bits, signed with the secret.
    """
    # with a Python function, `hmac` keeps two hashes, which copy in half the time of OpenSSL's own HMAC
    begun = hmac.new(secret, f"unsubscribe\n{list_address}\n".encode(), lambda: hashlib.sha256())  # noqa: PLW0108

    def token(key: str) -> str:
        digest = begun.copy()
        digest.update(key.encode())
        return urlsafe_b64encode(digest.digest()[:16]).rstrip(b"=").decode()

    return token


class TokenPurpose(enum.Enum):
    """The purposes of the tokens by which a mail that comes back is known; none does for another."""

    BOUNCE = "bounce"  # in the address for bounces
    ENTRY = "calendar entry"  # in the UID of a reader's calendar entry


def tokens(secret: bytes, purpose: TokenPurpose, campaign: str) -> Callable[[str], str]:
    """Return a function that makes a reader's token from the key of their address: 26 letters and digits, 128 bits.

    It is in lower case and stays right in any case, for mail servers and calendars may change that (RFC 5321 2.4).

    Args:
        secret: The workspace's `token_key`.
        purpose: The purpose.
        campaign: The id of the campaign whose event it is; each mail about the event has the same tokens.
    """
    begun = hmac.new(secret, f"{purpose.value}\n{campaign}\n".encode(), lambda: hashlib.sha256())  # noqa: PLW0108

    def token(key: str) -> str:
        digest = begun.copy()
        digest.update(key.encode())
        return b32encode(digest.digest()[:16]).rstrip(b"=").decode().lower()

    return token
