"""The manners of a session on a PostgreSQL server, the same for the ledger and for the queue of jobs beside it."""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Mapping
from types import MappingProxyType

CONNECT_SECONDS = 10

KEPT_ALIVE: Mapping[str, int] = MappingProxyType(
    {
        "keepalives_idle": 15,  # seconds
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,  # milliseconds
    }
)
"""The parameters of libpq by which a line that says nothing any more is given up."""

LONGEST_NAME = 63
"""The bytes that a server keeps of a name (NAMEDATALEN)."""

TABLES_LOCK = 0x63636D61696C  # “ccmail”
"""The advisory lock for changing tables."""


def session_name() -> str:
    """Return the application_name of this process's sessions: “ccmail 812 send1”."""
    return f"ccmail {os.getpid()} {socket.gethostname()}"


def lock_key(name: str) -> int:
    """Return the second half of an advisory lock: two names with the same one wait for each other."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF
