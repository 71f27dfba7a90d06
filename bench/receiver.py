"""The server that everybody sends to: fastsink, compiled when it is needed."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

SOURCE = Path(__file__).resolve().parent / "sink" / "fastsink.c"


def compiled(folder: Path) -> Path:
    """Return the program, compiled anew if its source is younger."""
    program = folder / "fastsink"
    if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", program, SOURCE], check=True)
    return program


@dataclass(frozen=True, slots=True)
class Counters:
    """What the receiver has seen since it started; `cpu` is its own, in seconds."""

    mails: int
    bytes: int
    connections: int
    most_connections: int
    commands: int
    pipelined: int
    resets: int
    cpu: float


class Receiver:
    """A running fastsink.

    Args:
        latency: Milliseconds by which each reply is late.
        commit: Milliseconds by which “250 queued” is later still.
        dump: The file that it writes the mails to.
    """

    def __init__(self, program: Path, *, latency: float = 0, commit: float = 0, dump: Path | None = None) -> None:
        command = [str(program), "-l", str(latency), "-c", str(commit), *(["-o", str(dump)] if dump else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line().split()[1])

    def counters(self) -> Counters:
        """Ask it for its counters."""
        self._process.send_signal(signal.SIGUSR1)
        return Counters(**json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)
