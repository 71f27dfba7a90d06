"""A path as people write it, with `~` for their own folder."""

from __future__ import annotations

import os
from pathlib import Path


def at_home(written: str) -> Path:
    """Return the path; a `~` that is no folder of anybody stays, as in Excel's `~$list.xlsx`."""
    return Path(os.path.expanduser(written))  # noqa: PTH111 - Path.expanduser raises for a `~` that it does not know
