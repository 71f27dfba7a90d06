"""A mail and an address as they travel over SMTP."""

from __future__ import annotations

import re

_NOT_IN_XTEXT = re.compile(rb"[^!-*,-<>-~]")
_MAILBOX = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")


def stuffed(text: bytes) -> bytes:
    """Return the mail with the dots at the start of its lines doubled (RFC 5321 4.5.2)."""
    if b"\r\n." in text:
        text = text.replace(b"\r\n.", b"\r\n..")
    return b"." + text if text.startswith(b".") else text


def mailbox(address: str) -> bytes:
    """Return an address as it travels over SMTP: its domain as A-labels.

    Raises:
        ValueError: it is not an address, or has characters that would end the command early.
    """
    if not _MAILBOX.fullmatch(address):
        raise ValueError(f"“{address}” is not a mail address")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        import idna  # noqa: PLC0415 - few addresses need it

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError(f"“{domain}” is not a domain") from None
    return f"{local}@{domain}".encode()


def xtext(text: bytes) -> bytes:
    """Return a text as a parameter of MAIL or RCPT (RFC 3461 4): all but printable ASCII, “+” and “=” is encoded."""
    return _NOT_IN_XTEXT.sub(lambda found: b"+%02X" % found[0][0], text)


def domain_of(address: str) -> str:
    """Return the domain of an address as A-labels in lower case, "" if it has none."""
    try:
        return mailbox(address).decode().rpartition("@")[2].lower()
    except ValueError:
        return ""
