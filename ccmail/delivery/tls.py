"""Encryption that proves who the server is: the certificates that are trusted, and the oldest TLS that is spoken."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from ccmail.own_files import read_whole

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_CA_FILE = 4_000_000  # bytes; those of all authorities of the world are a quarter of a million


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificate and host name; `ca_file` replaces the computer's own authorities.

    Raises:
        Unfit: The file is none of certificates.
        OSError: It cannot be read.
    """
    if ca_file:
        read_whole(ca_file, most=_LARGEST_CA_FILE, is_secret=False)  # OpenSSL would read a device for ever
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
