"""Processes that begin where `python -m` has loaded everything: forks of one that never does anything else.

A run under faults starts ccmail again and again; loading it is most of what a short run takes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import multiprocessing.forkserver
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_LOADED = """
__main__ tests.faults.planted tests.faults.ways ccmail.pipeline ccmail.prepare ccmail.messages
ccmail.rendering ccmail.cli.app ccmail.cli.send ccmail.cli.send_view ccmail.cli.status ccmail.cli.progress
ccmail.cli.confirmation ccmail.delivery.graph_courier premailer cssutils aiosmtplib requests sqlalchemy.dialects.sqlite
psycopg sqlalchemy.dialects.postgresql.psycopg procrastinate
"""
_CONTEXT.set_forkserver_preload(_LOADED.split())
# whoever measures this process measures its forks too only if it waits for the one they are forked from
atexit.register(multiprocessing.forkserver._forkserver._stop)  # type: ignore[attr-defined]
_LONGEST_END = 30.0  # seconds

Program = Callable[[Sequence[str]], None]


@contextmanager
def start_beside(program: Callable[[Sequence[str], Connection], None], words: Sequence[str]) -> Iterator[Connection]:
    """Run a program that talks with whoever has started it; it has to end when the connection does."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=program, args=(tuple(words), theirs))
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(_LONGEST_END)
        process.kill()
        process.join()


class Fork:
    """A program that runs on its own, its output in files.

    Args:
        program: Is given the words; ends with `SystemExit`, or by returning.
        room: How large a file may grow that it writes, None for as large as it likes.
    """

    def __init__(
        self,
        program: Program,
        words: Sequence[str],
        output: Path,
        *,
        folder: Path,
        environment: Mapping[str, str],
        room: int | None = None,
    ) -> None:
        self._output, self._errors = output, output.with_suffix(".errors")
        streams = str(self._output), str(self._errors)
        for file in (self._output, self._errors):
            file.touch()  # it may be killed before it writes
        arguments = (program, tuple(words), streams, str(folder), dict(environment), room)
        self._process: ForkServerProcess = _CONTEXT.Process(target=_begin, args=arguments)
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)

    @property
    def words(self) -> str:
        """Its output and its errors so far."""
        return "".join(file.read_text(encoding="utf-8") for file in (self._output, self._errors))

    def finish(self, seconds: float) -> tuple[int | None, str, str]:
        """Wait for its end; returns its exit code (as of `subprocess`, None if it had to be killed) and its output."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            self._process.kill()
            self._process.join()
        return code, self._output.read_text(encoding="utf-8"), self._errors.read_text(encoding="utf-8")


def _begin(
    program: Program,
    words: Sequence[str],
    streams: tuple[str, str],
    folder: str,
    environment: Mapping[str, str],
    room: int | None,
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, name in enumerate(streams, start=1):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    if room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where this was started in the background
    program(words)
