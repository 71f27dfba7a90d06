"""The examples in the pages load, run, and print the output that the pages show."""

from __future__ import annotations

import dataclasses
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ccmail import pipeline
from ccmail.cli.app import ccmail
from ccmail.workspace import load_workspace, open_workspace
from ccmail.workspace.create import EXAMPLES, copy_example

if TYPE_CHECKING:
    from tests.conftest import Smtpd

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOW = "2020-09-21T09:00"
HOST = "smtp.staedte.example"

_STEP = re.compile(
    r"^<!-- (?P<do>typed|change|write|append): (?P<what>.*?) *-->$|^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class Block:
    """A block of a page, with the instructions in the comments before it."""

    info: str
    body: str
    line: int
    asked: tuple[tuple[str, str], ...]


def blocks(page: Path) -> Iterator[Block]:
    text, asked = page.read_text(encoding="utf-8"), list[tuple[str, str]]()
    for step in _STEP.finditer(text):
        if step["do"]:
            asked.append((step["do"], step["what"]))
        else:
            yield Block(step["info"].strip(), step["body"], text.count("\n", 0, step.start()) + 1, tuple(asked))
            asked.clear()


def marked(info: str) -> list[object]:
    found = [(page, block) for page in PAGES for block in blocks(page) if block.info == info]
    return [pytest.param(b.body, id=f"{p.relative_to(ROOT).as_posix()}:{b.line}") for p, b in found]


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def completed(example: str, base: str) -> str:
    """Return the example, completed with the top-level keys of `base` that it does not have."""
    written = set(re.findall(r"^(\w+):", example, re.MULTILINE))
    parts = re.split(r"^(?=\w+:)", base, flags=re.MULTILINE)[1:]
    return "\n".join([example, *(part for part in parts if part.partition(":")[0] not in written)])


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example workspace, at a time before its event."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    monkeypatch.setenv("NO_COLOR", "1")
    return copy_example(tmp_path / "example")


@pytest.mark.parametrize("text", marked("yaml campaign"))
def test_a_campaign_in_the_pages_has_no_errors(text: str, example: Path) -> None:
    base = (example / "campaigns" / "2020-10-digitalisierung.yaml").read_text(encoding="utf-8")
    (example / "campaigns" / "from-the-docs.yaml").write_text(completed(text, base), encoding="utf-8")

    checked = pipeline.check(open_workspace(example), "from-the-docs")

    assert [p for p in checked.problems if p.is_error] == []
    assert checked.plan is not None


@pytest.mark.parametrize("text", marked("yaml workspace"))
def test_a_workspace_in_the_pages_has_no_errors(text: str, example: Path) -> None:
    settings = example / "ccmail.yaml"
    settings.write_text(completed(text, settings.read_text(encoding="utf-8")), encoding="utf-8")

    workspace, problems = load_workspace(example)

    assert problems == ()
    assert workspace is not None


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Follower:
    """Carries out the steps of a page, in a folder of its own."""

    def __init__(self, home: Path, smtpd: Smtpd) -> None:
        self.home = home
        self.folder = home
        self._smtpd = smtpd

    def follow(self, block: Block) -> None:
        typed = None
        for do, what in block.asked:
            if do == "typed":
                typed = what.strip().split("|")
            elif do == "change":
                self._change(*(part.strip() for part in what.split(" | ")))
            else:
                file = self.folder / what
                before = file.read_text(encoding="utf-8") if do == "append" else ""
                file.write_text(before + self._with_our_server(block.body), encoding="utf-8")
        for command, shown in shown_commands(block):
            self._run(command, shown, typed)

    def _change(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def _with_our_server(self, text: str) -> str:
        """Return a text with the server of this test in the place of the reader's."""
        if f"host: {HOST}" not in text:
            return text
        shutil.copy(self._smtpd.ca_file, self.folder / "ca.pem")
        for old, new in (
            (f"host: {HOST}", f"host: {self._smtpd.host}\n  ca_file: ca.pem"),
            ("port: 587", f"port: {self._smtpd.port}"),
            ("user: newsletter@staedte.example", f"user: {self._smtpd.user}"),
            ("password: keyring", "password: env:CCMAIL_SMTP_PASSWORD"),
        ):
            assert old in text
            text = text.replace(old, new)
        return text

    def _run(self, command: str, shown: list[str], typed: list[str] | None) -> None:
        line, _, comment = command.partition(" # → exit ")
        name, *words = shlex.split(line)
        if name == "cd":
            self.folder /= words[0]
            os.chdir(self.folder)
            return
        assert name == "ccmail", command
        code, printed = in_terminal(words, typed) if typed is not None else in_process(words)
        assert code == int(comment or 0), f"{command}\n{printed}"
        said = [self._comparable(each) for each in printed.splitlines()]
        for each in shown:
            assert self._comparable(each) in said, f"{command}\nshown: {each}\n\n{printed}"

    def _comparable(self, line: str) -> str:
        """Return a line without the values that differ in each run."""
        line = line.replace(str(self.home), "/home/kim")
        line = line.replace(f"{self._smtpd.host}:{self._smtpd.port}", f"{HOST}:587").replace(self._smtpd.host, HOST)
        line = re.sub(r"\b[0-9a-f]{4}-[0-9a-f]{4}\b(?!-)", "(version)", line)
        line = re.sub(r"\b[\d.]+ (kB|MB)\b", "(size)", line)
        return " ".join(re.sub(r"\bin \d+\.\d s\.", "(time)", line).split())


def shown_commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Yield every command of a block with the lines that are shown below it."""
    if block.info != "console":
        return
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, *below = part.splitlines()
        yield re.sub(r"\s+# →", " # →", command), [line for line in below if line.strip() not in {"", "…"}]


def in_process(words: list[str]) -> tuple[int, str]:
    done = CliRunner().invoke(ccmail, words)
    return done.exit_code, done.output


def in_terminal(words: list[str], typed: list[str]) -> tuple[int, str]:
    """Run ccmail as somebody at a terminal would, and type an answer whenever it waits for one."""
    ours, theirs = os.openpty()
    running = subprocess.Popen([sys.executable, "-m", "ccmail", *words], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    answers = list(typed)
    while True:
        ready, _, _ = select.select([ours], [], [], 0.1)
        if ready:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # on Linux: the other end is closed
                break
            if not piece:
                break
            printed += piece
        elif printed and not printed.endswith(b"\n") and answers:
            os.write(ours, answers.pop(0).encode() + b"\n")
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode())
    return running.wait(), text.replace("\r", "\n")


@pytest.fixture
def follower(tmp_path: Path, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> Follower:
    """A follower with an empty folder, at a pretended time in September 2020."""
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")  # the pages show lines whole
    monkeypatch.setenv("CCMAIL_SMTP_PASSWORD", smtpd.password)
    monkeypatch.chdir(tmp_path)
    return Follower(tmp_path, smtpd)


@pytest.mark.slow
def test_the_readme_runs_and_prints_what_it_shows(follower: Follower) -> None:
    follower.folder = copy_example(follower.home / "example")
    os.chdir(follower.folder)

    for block in blocks(ROOT / "README.md"):
        follower.follow(block)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.smtpd(rcpt={"presse@rostock.example": "550 5.1.1 no such user here"})
def test_the_tutorial_runs_and_prints_what_it_shows(follower: Follower, smtpd: Smtpd) -> None:
    for block in blocks(ROOT / "docs" / "tutorial.md"):
        follower.follow(block)

    assert smtpd.recipients == [
        "jana.mueller@stadt-bonn.example",
        "kim.beck@staedte.example",
        "kim.beck@staedte.example",
        "r.tamm@tartu.example",
    ]


def test_the_readme_and_the_screenshots_show_the_version_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    workspace = open_workspace(copy_example(tmp_path / "example"))

    version = pipeline.preview(workspace, EXAMPLES[0]).version

    assert f"version {version} ·" in (ROOT / "README.md").read_text(encoding="utf-8")
