"""The writes and syncs of a process, in the order in which the kernel saw them: a recording by strace.

strace stops a thread before and after each call, one thread at a time. A call that others overtook stands in two
lines, so a call that ended in an earlier line than another one began was over when that one began.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.e2e.shell import LONG

SYNCS = frozenset({"fsync", "fdatasync"})
WRITES = frozenset({"write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg"})
_RECORDED = ",".join(sorted(SYNCS | WRITES | {"ftruncate"}))

# --seccomp-bpf: the calls that are not recorded stop nobody
_STRACE = ("strace", "-f", "--seccomp-bpf", "-e", f"trace={_RECORDED}")

_WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)\b")
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)\) += (-?\d+)\b")
_ON = re.compile(r"\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_LAST_NUMBER = re.compile(r", (\d+)$")


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A call to the kernel.

    Attributes:
        on: The file, or a name for the socket.
        data: The written bytes that the kernel took.
        number: The last argument if that is a number: where pwrite64 writes, how long ftruncate leaves a file.
        began, ended: Line numbers. One that never ended has ended after all others.
    """

    name: str
    on: str
    data: bytes
    number: int
    began: int
    ended: int

    def precedes(self, other: Call) -> bool:
        """Return whether this was over when the other one began."""
        return self.ended < other.began


def obstacle() -> str:
    """Return why nothing can be recorded here, "" if it can."""
    if not shutil.which("strace"):
        return "strace is not installed (Debian: apt-get install strace)"
    command = [*_STRACE, "-o", "/dev/null", "true"]
    tried = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LONG, check=False)
    return tried.stderr.strip().partition("\n")[0] if tried.returncode else ""


def record(program: Sequence[str], folder: Path, environment: Mapping[str, str], into: Path) -> tuple[Call, ...]:
    """Run a program in a folder, which must end well, and return its calls; `into` keeps strace's own words."""
    command = [*_STRACE, "-y", "-xx", "-v", "-s", "10000000", "-o", str(into)]
    done = subprocess.run(
        [*command, *program],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with into.open(encoding="ascii") as lines:
        return tuple(sorted(read(lines), key=lambda call: call.began))


def read(lines: Iterable[str]) -> Iterator[Call]:
    """Read a recording; calls come in the order in which they ended."""
    begun: dict[str, tuple[int, str, str]] = {}
    number = -1
    for number, line in enumerate(lines):
        if whole := _WHOLE.match(line):
            _, name, arguments, result = whole.groups()
            began = number
        elif resumed := _RESUMED.match(line):
            thread, rest, result = resumed.groups()
            began, name, arguments = begun.pop(thread)
            arguments += rest
        else:
            if unfinished := _BEGUN.match(line):
                thread, name, arguments = unfinished.groups()
                begun[thread] = (number, name, arguments)
            continue
        if int(result) >= 0:  # a call that failed has done nothing
            yield _call(name, arguments, int(result), began, number)
    for began, name, arguments in begun.values():  # nobody knows how much of it was done
        yield _call(name, arguments, None, began, number + 1)


def _call(name: str, arguments: str, result: int | None, began: int, ended: int) -> Call:
    on, last = _ON.match(arguments), _LAST_NUMBER.search(arguments)
    data = bytes.fromhex("".join(_TEXT.findall(arguments)).replace("\\x", "")) if name in WRITES else b""
    return Call(
        name=name,
        on=_plain(on[1]) if on else "",
        data=data[:result],
        number=int(last[1]) if last else 0,
        began=began,
        ended=ended,
    )


def _plain(text: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)
