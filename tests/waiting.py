"""Waits of tests for something that another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; pytest's own time limit ends a test that waits in vain."""
    while not condition():
        time.sleep(0.02)
