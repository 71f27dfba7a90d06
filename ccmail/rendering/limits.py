"""Limits of time, memory and size for a template: a loop in a loop must not exhaust the computer.

The sandbox of Jinja2 keeps templates away from files and from Python's internals, but it stops neither `{% for %}` in
`{% for %}` nor `"a" * 10 ** 9`. The memory limit works on Linux only. A child process would work everywhere, but would
cost each `ccmail check` more than all its rules.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from ccmail.wording import say

SECONDS = 10.0
"""CPU time for one rendering, wall time outside of the main thread; a usual rendering takes 10 ms."""

MEGABYTES = 512
"""Memory for one rendering, beside the memory that the process has already."""

LARGEST = 5_000_000
"""The most characters of one part of a mail."""


class TooLong(Exception):
    """A template has used up its time."""


class TooLarge(Exception):
    """A template has made a text that is too large for a mail."""


def limit_of(trouble: BaseException) -> str:
    """Return the limit that stopped a template, in words for a problem; "" if none did."""
    match trouble:
        case TooLong():
            return say("takes more than {seconds} seconds", seconds=f"{SECONDS:g}")
        case MemoryError() | OverflowError():
            return say("needs more than {megabytes} MB", megabytes=MEGABYTES)
        case TooLarge():
            return say("makes more than {millions} million characters", millions=LARGEST // 1_000_000)
        case _:
            return ""


def refuse_large(text: str) -> str:
    """Return a rendered text unchanged.

    Raises:
        TooLarge: It has more than `LARGEST` characters.
    """
    if len(text) > LARGEST:
        raise TooLarge
    return text


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Enforce the limits of time and memory: the line that breaks one raises `TooLong` or MemoryError."""
    with _limited_memory(), _limited_time():
        yield


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    is_main = threading.current_thread() is threading.main_thread()
    with _by_signal() if is_main and hasattr(signal, "setitimer") else _by_timer():
        yield


@contextlib.contextmanager
def _by_signal() -> Iterator[None]:
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
def _by_timer() -> Iterator[None]:
    """Limit the wall time from another thread, where there are no signals: in the threads of the preview."""
    thread, lock, is_over, is_raised = threading.get_ident(), threading.Lock(), False, False

    def stop() -> None:
        nonlocal is_raised
        with lock:
            if not is_over:
                is_raised = True
                _raise_in(thread, TooLong)

    timer = threading.Timer(SECONDS, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
        if is_raised:
            _let_it_come()


def _raise_in(thread: int, what: type[BaseException]) -> None:
    import ctypes  # noqa: PLC0415 - for threads only

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(what))


def _let_it_come() -> None:
    """Let an exception from the last moment come here, so that it does not hit the code that follows.

    It could also be taken back, but then Python 3.11 looks for exceptions at every step for ever: it is slower by half,
    and hangs when a profiler is turned on.
    """
    with contextlib.suppress(TooLong):
        for _ in range(1000):
            pass


_memory_is_limited = threading.Lock()


@contextlib.contextmanager
def _limited_memory() -> Iterator[None]:
    # the limit is one for all threads: the first thread sets it and takes it back
    if sys.platform != "linux" or not _memory_is_limited.acquire(blocking=False):
        yield
        return
    import resource  # noqa: PLC0415 - POSIX only

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEGABYTES * 1024 * 1024
    bounds = [limit for limit in (most, *before) if limit != resource.RLIM_INFINITY]
    try:
        resource.setrlimit(resource.RLIMIT_AS, (min(bounds), before[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        _memory_is_limited.release()
