"""`ccmail serve` as a process of its own, and what it is asked over a bare socket."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.e2e.shell import Shell

PATIENCE = 60.0


class Served:
    """A process that serves.

    Attributes:
        port: Where it listens.
        name: The name under which its pages answer.
    """

    def __init__(self, process: subprocess.Popen[str], public_url: str, port: int) -> None:
        self.process = process
        self.port = port
        self.name = public_url.split("/")[2]

    def ask(self, method: str, path: str, **how: object) -> requests.Response:
        """Ask for a path under the public name."""
        headers = {"Host": self.name}
        where = f"http://127.0.0.1:{self.port}{path}"
        return requests.request(method, where, headers=headers, timeout=PATIENCE, allow_redirects=False, **how)  # type: ignore[arg-type]

    def connect(self) -> socket.socket:
        """Return a connection on which anything can be said."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def serving(shell: Shell, *options: str, words: tuple[str, ...] = ("serve", "--port", "0")) -> Iterator[Served]:
    """Run `ccmail serve` on any port."""
    with shell.running(*words, *options) as process:
        yield Served(process, *served_at(process))


def served_at(process: subprocess.Popen[str]) -> tuple[str, int]:
    """Return the public address and the port that a process says it serves at."""
    words = said(process, r"Serving \S+( at \S+)?; ").split()
    return words[1].rstrip(";"), int(words[-1].rstrip(";").rpartition(":")[2])


def said(process: subprocess.Popen[str], pattern: str) -> str:
    """Wait until a process says something on standard error; return it."""
    assert process.stderr is not None
    before = ""
    for line in process.stderr:
        before += line
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(before)
