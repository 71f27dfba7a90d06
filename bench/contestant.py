"""The contestants, and the measurement of one run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
import threading
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from receiver import Receiver
from workspace import BENCH, environment

FEWEST = 20  # mails; with fewer, even the slowest contestants would measure their connection


class RunFailed(Exception):
    """A contestant failed, took too long, or lost mails."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One table of contestants.toml, with its fixed names filled in."""

    name: str
    command: str
    prepare: str = ""
    needs: str = ""
    share: float = 1
    single: bool = False
    silent: bool = False

    @property
    def is_there(self) -> bool:
        """Whether it can run on this computer."""
        return not self.needs or Path(self.needs).exists()


@dataclass(frozen=True, slots=True)
class Usage:
    """The resources of a process from its start to its end: seconds, and megabytes at its peak."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run: n mails in `wall` seconds with `cpu` seconds of the sender, and the whole process around them.

    Attributes:
        is_whole: Whether `wall` and `cpu` are those of the process: the contestant does not measure its sending.
        wire: Bytes per mail on the wire.
        commands: SMTP commands per mail.
        receiver_cpu: CPU seconds of the receiver.
    """

    n: int
    k: int
    wall: float
    cpu: float
    is_whole: bool
    process: Usage
    wire: float
    commands: float
    receiver_cpu: float

    @property
    def rate(self) -> float:
        """Mails per second, while it sends."""
        return self.n / self.wall


def contestants(fixed: dict[str, str]) -> list[Contestant]:
    """Return all of them; {port}, {n}, {k} and {workspace} are still to be filled in."""
    tables = tomllib.loads((BENCH / "contestants.toml").read_text(encoding="utf-8"))
    later = {name: f"{{{name}}}" for name in ("port", "n", "k", "workspace")}
    names = {**fixed, **later}
    return [Contestant(name, **{k: _filled(v, names) for k, v in table.items()}) for name, table in tables.items()]


def race(contestant: Contestant, receiver: Receiver, mails: int, connections: int, limit: float) -> Run:
    """Return a run in which a contestant sends its share of the mails.

    Raises:
        RunFailed: Not all mails arrived, or the contestant failed.
    """
    n = max(round(mails * contestant.share), min(mails, FEWEST))
    k = 1 if contestant.single else connections
    with tempfile.TemporaryDirectory() as folder:
        names = {"port": receiver.port, "n": n, "k": k, "workspace": folder}
        if contestant.prepare:
            measure(shlex.split(contestant.prepare.format(**names)), limit)
        before = receiver.counters()
        printed, process = measure(shlex.split(contestant.command.format(**names)), limit)
        after = receiver.counters()
    arrived = after.mails - before.mails
    if arrived != n:
        raise RunFailed(f"{arrived} of {n} mails arrived")
    told = _told(printed)
    return Run(
        n,
        k,
        wall=told.get("wall", process.wall),
        cpu=told.get("cpu", process.cpu),
        is_whole="wall" not in told,
        process=process,
        wire=(after.bytes - before.bytes) / n,
        commands=(after.commands - before.commands) / n,
        receiver_cpu=after.cpu - before.cpu,
    )


def measure(command: list[str], limit: float) -> tuple[str, Usage]:
    """Run a command to its end; return its output and its usage.

    Raises:
        RunFailed: It failed, or did not end within `limit` seconds.
    """
    with tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment())
        timer = threading.Timer(limit, process.kill)
        timer.start()
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if status:
            errors.seek(0)
            raise RunFailed(f"ended with {process.returncode}: {(printed + errors.read()).strip()[-600:]}")
    return printed, Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _filled(value: Any, names: dict[str, str]) -> Any:
    return value.format(**names) if isinstance(value, str) else value


def _told(printed: str) -> dict[str, Any]:
    """Return the figures that a contestant prints about its sending, {} if it prints none."""
    try:
        figures = json.loads(printed)
    except ValueError:
        return {}
    result: dict[str, Any] = figures.get("result", figures)
    return result
