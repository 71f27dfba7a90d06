"""The server that receives all mails: fastsink, compiled when it is needed."""

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
    """Return the path of the program; it is compiled if its source is newer."""
    program = folder / "fastsink"
    if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", program, SOURCE], check=True)
    return program


@dataclass(frozen=True, slots=True)
class Counters:
    """The counts of the receiver since its start; `cpu` is its own time, in seconds."""

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
        latency: Milliseconds of delay for each reply.
        commit: Further milliseconds of delay for “250 queued”.
        dump: The file to which it writes the mails.
    """

    def __init__(self, program: Path, *, latency: float = 0, commit: float = 0, dump: Path | None = None) -> None:
        command = [str(program), "-l", str(latency), "-c", str(commit), *(["-o", str(dump)] if dump else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line().split()[1])

    def counters(self) -> Counters:
        """Return its counters now."""
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
