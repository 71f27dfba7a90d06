"""Ctrl-C, TERM and a closed terminal, as a wish to stop rather than as an end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# a closed terminal (HUP) is a wish to stop too; Windows does not know it
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop(asyncio.Event):
    """Set when somebody wants the run to stop; `signal` then says how they asked, None if not by a signal."""

    def __init__(self) -> None:
        super().__init__()
        self.signal: signal.Signals | None = None


@contextmanager
def stop_at_signals() -> Iterator[Stop]:
    """Set the event yielded here at the first INT or TERM; the second one acts as it always does.

    To be entered inside the running event loop. Signals are the main thread's business: in another one nobody asks.
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
