"""ccmail as people run it, in a workspace of its own, at a time of its own."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import pytest

from ccmail import cli

NOW = "2020-09-21T09:00"
ANNOUNCEMENT = "2020-10-digitalisierung"
REVIEW = "2021-04-governance-rueckblick"
SECRET = "CCMAIL_TEST_PASSWORD"
LONG = 240.0  # seconds: on a busy computer, too, only what hangs takes longer


class MailServer(Protocol):
    """The facts that a workspace needs about a mail server."""

    port: int
    ca_file: Path
    user: str
    password: str


class Shell:
    """Runs ccmail in a folder.

    Its commands run in this process, as `ccmail.cli.main` is called by a process that has loaded everything before:
    that takes a quarter of the time. What is about processes (signals, terminals, limits, what Python is told by its
    environment) asks for `own_process`, or for `running`.
    """

    def __init__(self, folder: Path, *, own_process: bool = False) -> None:
        self.folder = folder
        self.own_process = own_process
        self.environment = {**os.environ, "CCMAIL_NOW": NOW, "NO_COLOR": "1"}

    def run(
        self, *words: str, code: int = 0, typed: str = "", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `ccmail WORDS`; fails unless it ends with `code`, and always on a traceback."""
        start = self._in_a_process if self.own_process else self._in_this_process
        done = start(words, typed, cwd or self.folder)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def _in_a_process(self, words: Sequence[str], typed: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ccmail", *words],
            cwd=cwd,
            env=self.environment,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=LONG,
            check=False,
        )

    def _in_this_process(self, words: Sequence[str], typed: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        told = {name for name in self.environment if name.startswith("PYTHON")} - os.environ.keys()
        assert not told, f"only a process of its own heeds {told}"
        with _as_a_program(words, typed, cwd, self.environment) as (output, errors):
            code = _exit_code(cli.main)
        return subprocess.CompletedProcess(("ccmail", *words), code, _text(output), _text(errors))

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run `ccmail WORDS` beside the test, at most until the end of the block."""
        process = subprocess.Popen(
            [sys.executable, "-m", "ccmail", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def json(self, *words: str, code: int = 0) -> Any:
        """Run `ccmail --json WORDS` and return what it printed."""
        return json.loads(self.run("--json", *words, code=code).stdout)

    def left(self, campaign: str, *options: str) -> str:
        """Return how many people a real sending would go to now."""
        refused = self.json("send", campaign, "--confirm", "0", "--untested", *options, code=3)
        return str(re.findall(r"the plan has (\d+) people", refused["error"]["message"])[0])

    def books(self, campaign: str) -> Any:
        """Return the books of the real sending."""
        return next(one for one in self.json("status", campaign)["sendings"] if one["real"])

    def in_doubt(self, campaign: str) -> set[str]:
        """Return the addresses that are named as in doubt."""
        return {address for address, state, _ in self.books(campaign)["named"] if state == "in_doubt"}

    def outbox(self, campaign: str) -> dict[str, bytes]:
        """Return the mails of a rehearsal, by file name."""
        files = sorted((self.folder / ".ccmail" / "outbox" / campaign).glob("*.eml"))
        return {file.name: file.read_bytes() for file in files}

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file of the workspace."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def without_pictures(self) -> None:
        """Make mails small: their pictures lie on the web."""
        self.edit("ccmail.yaml", "\nsmtp:", "\npictures: https://connective-cities.example/p\nsmtp:")


@contextmanager
def _as_a_program(
    words: Sequence[str], typed: str, cwd: Path, environment: Mapping[str, str]
) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Let this process look like one that has just been started; yields where its output and its errors go."""
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr, Path.cwd(), dict(os.environ), gc.get_threshold()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    sys.argv = ["ccmail", *words]
    sys.stdin, sys.stdout, sys.stderr = (_pipe(text) for text in (typed, "", ""))
    os.chdir(cwd)
    _set_environment(environment)
    try:
        with patch.object(gc, "freeze"):  # this process goes on, and what it holds does not stay
            yield sys.stdout, sys.stderr
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr, folder, variables, threshold = before
        os.chdir(folder)
        _set_environment(variables)
        gc.set_threshold(*threshold)
    assert {number: signal.getsignal(number) for number in handlers} == handlers


def _pipe(text: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")


def _text(pipe: io.TextIOWrapper) -> str:
    pipe.flush()
    return bytes(pipe.buffer.getvalue()).decode()  # type: ignore[attr-defined]


def _set_environment(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)


def _exit_code(program: Callable[[], None]) -> int:
    """Run a program and return what it would end with; an exception that it lets through is the test's."""
    try:
        program()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def connect(shell: Shell, server: MailServer, security: str = "starttls", *, settings: str = "rate: none") -> None:
    """Make the workspace deliver through this server; with the security “none”, without a login.

    `settings` are further lines under `smtp:`.
    """
    login = f"  user: {server.user}\n  password: env:{SECRET}\n  ca_file: {server.ca_file}\n"
    smtp = (
        f"smtp:\n  host: 127.0.0.1\n  port: {server.port}\n  security: {security}\n"
        f"{'' if security == 'none' else login}  connections: 3\n  {settings}\n\n"
    )
    path = shell.folder / "ccmail.yaml"
    text = re.sub(r"(?ms)^smtp:.*?(?=^inbox:)", smtp, path.read_text(encoding="utf-8"))
    path.write_text(text.replace("delivery: outbox", "delivery: smtp"), encoding="utf-8")
    shell.environment[SECRET] = server.password


def require(obstacle: str) -> None:
    """Skip the test if there is an obstacle; where CI is set, nothing is skipped in silence."""
    if obstacle and os.environ.get("CI"):
        pytest.fail(obstacle)
    if obstacle:
        pytest.skip(obstacle)
