"""How long a template may take, and how much it may need: a loop in a loop must not eat the computer.

The sandbox of Jinja2 keeps templates from files and Python's insides; it stops neither `{% for %}` in `{% for %}` nor
`"a" * 10 ** 9`. The limits hold where the operating system can hold them: time on POSIX in the main thread, memory on
Linux. A child process would hold them everywhere, and cost each `ccmail check` more than all of its rules.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

SECONDS = 10.0
"""Of the processor's time, for one rendering; a usual one takes a hundredth of a second."""

MEGABYTES = 512
"""Beside what the program needs already."""

LARGEST = 5_000_000
"""Characters of one part of a mail."""


class TooLong(Exception):
    """A template has taken all the time there is."""


class TooLarge(Exception):
    """A template has made more than a mail can be."""


def limit_of(trouble: BaseException) -> str:
    """Return which limit stopped a template, "" if none did."""
    match trouble:
        case TooLong():
            return f"takes more than {SECONDS:g} seconds"
        case MemoryError() | OverflowError():
            return f"needs more than {MEGABYTES} MB"
        case TooLarge():
            return f"makes more than {LARGEST // 1_000_000} million characters"
        case _:
            return ""


def refuse_large(text: str) -> str:
    """Return a rendered text as it is; raises `TooLarge`."""
    if len(text) > LARGEST:
        raise TooLarge
    return text


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Hold the limits; what breaks them raises `TooLong` or MemoryError at the line where it is."""
    with _limited_memory(), _limited_time():
        yield


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


@contextlib.contextmanager
def _limited_memory() -> Iterator[None]:
    if sys.platform != "linux":  # elsewhere the limit is not held, or there is none
        yield
        return
    import resource  # noqa: PLC0415 - POSIX only

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEGABYTES * 1024 * 1024
    bounds = [limit for limit in (most, *before) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
