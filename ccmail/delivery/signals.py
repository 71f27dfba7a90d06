"""Ctrl-C, TERM and a closed terminal as a request to stop, not as an immediate end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# HUP comes from a closed terminal; Windows does not know it
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop(asyncio.Event):
    """An event, set when the run is to stop; `signal` is the signal that asked for it, None if none did."""

    def __init__(self) -> None:
        super().__init__()
        self.signal: signal.Signals | None = None


@contextmanager
def stop_at_signals() -> Iterator[Stop]:
    """Yield an event that the first INT, TERM or HUP sets; the second one has its usual effect.

    To be entered inside the running event loop. Only the main thread gets signals: in another one, nothing sets it.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, _frame: FrameType | None) -> None:
        restore()
        stop.signal = signal.Signals(number)
        loop.call_soon_threadsafe(stop.set)  # the loop may be asleep, waiting for a server

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        restore()
