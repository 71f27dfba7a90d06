"""Golden files: reviewed in the difference, written anew by `make golden`."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, content: bytes) -> None:
    """Compare with tests/golden/NAME, or write it if CCMAIL_GOLDEN=write."""
    path = FOLDER / name
    if os.environ.get("CCMAIL_GOLDEN") == "write":
        path.write_bytes(content)
    assert path.read_bytes() == content, f"{name} has changed: read the difference, then `make golden`"
