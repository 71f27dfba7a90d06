"""How far a check of many people is, as a bar on a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from ccmail.cli.console import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccmail.cli.console import Console

_MANY = 5000  # fewer are checked before a bar could be read
_OFTEN_ENOUGH = 0.1  # seconds between two pictures
_WIDTH = 24
_STEP = 200  # people between two looks at the clock


@contextlib.contextmanager
def counting(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to be told how many of how many people were looked at."""
    if console.quiet or console.json or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    shown_at = time.monotonic()

    def report(done: int, of: int) -> None:
        nonlocal shown_at
        if of >= _MANY and done % _STEP == 0 and time.monotonic() - shown_at > _OFTEN_ENOUGH:
            shown_at = time.monotonic()
            sys.stderr.write(f"\r{bar(done, of)}\x1b[K")
            sys.stderr.flush()

    try:
        yield report
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def bar(done: int, of: int) -> str:
    """Draw a bar: "  checked ████████░░░░░░░░ 50,000 of 100,000"."""
    full = min(_WIDTH, _WIDTH * done // max(1, of))
    return f"  checked {'█' * full}{'░' * (_WIDTH - full)} {number(done)} of {number(max(done, of))}"
