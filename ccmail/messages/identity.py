"""The identity of one reader's mail: its Message-ID, and the tokens in links and addresses that lead back to it.

Both are hashes of a text with the same beginning for all readers; the beginning is hashed once.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
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


class LinkPurpose(enum.Enum):
    """The purposes of a reader's own links to the public pages; the token of one opens no other.

    The value is the beginning of their path, too.
    """

    UNSUBSCRIBE = "u"
    VIEW = "m"
    ANSWER = "a"


def web_version_tokens(secret: bytes, campaign: str) -> Callable[[int, str, tuple[str, ...]], str]:
    """Return a function that makes the token in the address of a web version: 22 characters, 128 bits.

    Who has the address of one can guess no other: not that of another segment, nor that of a mail that was not sent to
    them. The function takes the number of the sending in the campaign, the segment, and the codes of the languages.

    Args:
        secret: The workspace's `unsubscribe_key`.
        campaign: The id of the campaign.
    """

    def token(number: int, segment: str, languages: tuple[str, ...]) -> str:
        text = "\n".join(["web version", campaign, str(number), segment, *languages])
        return urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")[:_MAC]).rstrip(b"=").decode()

    return token


_PERSON, _MAC = 8, 16  # bytes of the two halves of a link's token


def person_selectors(secret: bytes) -> Callable[[str], bytes]:
    """Return a function that makes the first half of a person's link tokens from the key of their address: 8 bytes.

    It finds the person, and proves nothing.
    """
    begun = hmac.new(secret, b"person\n", lambda: hashlib.sha256())  # noqa: PLW0108 - as in `unsubscribe_tokens`

    def selector(key: str) -> bytes:
        digest = begun.copy()
        digest.update(key.encode())
        return digest.digest()[:_PERSON]

    return selector


def link_tokens(secret: bytes, purpose: LinkPurpose, campaign: str) -> Callable[[str], str]:
    """Return a function that makes the token in a reader's own link from the key of their address: 32 characters.

    Args:
        secret: The workspace's `unsubscribe_key`.
        purpose: The page that the link leads to.
        campaign: The id of the campaign whose mail has the link.
    """
    selector = person_selectors(secret)
    begun = hmac.new(secret, f"{purpose.value}\n{campaign}\n".encode(), lambda: hashlib.sha256())  # noqa: PLW0108

    def token(key: str) -> str:
        digest = begun.copy()
        digest.update(key.encode())
        return urlsafe_b64encode(selector(key) + digest.digest()[:_MAC]).decode()

    return token


def selector_of(token: str) -> bytes | None:
    """Return the first half of a link's token; None if it cannot be one."""
    try:
        found = urlsafe_b64decode(token.encode())
    except ValueError:
        return None
    return found[:_PERSON] if len(found) == _PERSON + _MAC else None


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
