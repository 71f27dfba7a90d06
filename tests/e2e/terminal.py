"""ccmail at a terminal of its own, with somebody who types."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.e2e.shell import Shell

CTRL_C, CTRL_D = "\x03", "\x04"


def at_a_terminal(
    shell: Shell, words: Sequence[str], question: str, *answers: str, typed_before: str = ""
) -> tuple[str, int]:
    """Run ccmail at a terminal; pytest's own time limit ends one that hangs.

    Args:
        shell: The workspace and the environment.
        words: The command.
        question: The end of a screen that waits for an answer.
        answers: What is typed, one at each question.
        typed_before: What is typed before the first one.

    Returns:
        The screen and the exit code.
    """
    person, terminal = os.openpty()
    os.write(person, typed_before.encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "ccmail", *words],
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm", "COLUMNS": "120"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - Ctrl-C goes to the owner of the terminal
    )
    os.close(terminal)
    try:
        try:
            screen = _converse(person, process, question.encode(), answers)
        finally:
            os.close(person)
        return screen.decode(errors="replace").replace("\r", ""), process.wait()
    finally:
        process.kill()
        process.wait()


def _converse(person: int, process: subprocess.Popen[bytes], question: bytes, answers: Sequence[str]) -> bytes:
    """Type the answers, and return the screen when the terminal is closed or ccmail has ended."""
    screen, answered, left = b"", 0, list(answers)
    while True:
        ready, _, _ = select.select([person], [], [], 0.3)
        if ready:
            try:
                shown = os.read(person, 65536)
            except OSError:  # Linux says so when the other side is closed
                return screen
            if not shown:  # macOS
                return screen
            screen += shown
        elif process.poll() is not None:
            return screen
        if left and len(screen) > answered and screen.endswith(question):
            answered, answer = len(screen), left.pop(0)
            os.write(person, answer.encode() if answer in {CTRL_C, CTRL_D} else answer.encode() + b"\n")


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # a shell starts what runs in its background deaf to Ctrl-C; whoever sits at a terminal has a program that hears
    signal.signal(signal.SIGINT, signal.SIG_DFL)
