"""`ccmail preview` as people start and end it."""

from __future__ import annotations

import re
import select
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.shell import ANNOUNCEMENT, LONG, Shell
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@contextmanager
def previewing(shell: Shell, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `ccmail preview` until the end of the block."""
    command = [sys.executable, "-m", "ccmail", "preview", ANNOUNCEMENT, "--no-open", *options]
    with subprocess.Popen(
        command, cwd=shell.folder, env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str], stream: str = "stdout") -> str:
    """Return the next line that is printed, "" if none comes."""
    pipe = getattr(process, stream)
    return str(pipe.readline()) if select.select([pipe], [], [], LONG)[0] else ""


def watched(process: subprocess.Popen[str]) -> int:
    """Return how many folders the process watches (Linux tells)."""
    count = 0
    for file in Path(f"/proc/{process.pid}/fdinfo").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            count += file.read_text(encoding="ascii").count("inotify wd:")
    return count


def address_in(line: str) -> str:
    found = re.match(r"http://127\.0\.0\.1:\d+/\S*", line)
    assert found, line
    return found[0]


def visited(address: str) -> bytes:
    """Return what a browser, which keeps cookies, gets at an address."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=LONG) as page:
        return bytes(page.read())


def test_it_says_where_it_is_tells_of_every_save_and_ends_at_ctrl_c(shell: Shell) -> None:
    with previewing(shell, "--port", "0") as process:
        address = address_in(line_of(process))
        assert b"Digitalisierung" in visited(address)
        wait_for(lambda: watched(process) > 0)

        shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "Wir laden", "Wir bitten")
        saved = line_of(process, "stderr")
        shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "date: 7.10.2020", "date: 7.13.2020")
        broken = line_of(process, "stderr")
        process.send_signal(signal.SIGINT)

        assert re.fullmatch(rf"\d\d:\d\d:\d\d CES?T  {ANNOUNCEMENT} saved · 3 variants · \d+ ms\n", saved)
        assert re.search(rf"{ANNOUNCEMENT}: error\[C210\] campaigns/{ANNOUNCEMENT}\.yaml:5:\d+: ", broken)
        assert "the page keeps the last good version" in broken
        assert process.wait(LONG) == 0
        assert "Traceback" not in process.communicate()[1]


def test_a_port_that_is_taken_is_left_alone(shell: Shell) -> None:
    with previewing(shell, "--port", "0") as first:
        port = address_in(line_of(first)).split(":")[2].split("/")[0]
        with previewing(shell, "--port", port) as second:
            said = line_of(second)

    assert f"port {port} is taken" in said
    assert f":{port}/" not in said


def test_a_file_of_a_new_folder_is_noticed(shell: Shell) -> None:
    with previewing(shell, "--port", "0") as process:
        visited(address_in(line_of(process)))
        wait_for(lambda: watched(process) > 0)
        before = watched(process)

        (shell.folder / "templates").mkdir(exist_ok=True)
        line_of(process, "stderr")
        wait_for(lambda: watched(process) > before)
        (shell.folder / "templates" / "note.txt").write_text("x", encoding="utf-8")

        assert " saved · " in line_of(process, "stderr")


def test_a_token_that_can_be_guessed_is_refused(shell: Shell) -> None:
    refused = shell.run("preview", "--token", "s3cret-word", "--no-open", code=2)

    assert "error[W718] the token of the preview can be guessed: it has 11 characters" in refused.stderr
    assert "leave --token out" in refused.stderr
