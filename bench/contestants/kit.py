"""The common part of the Python contestants: letter, readers, a reader's calendar entry, stopwatch.

They are called with PORT N and find the letter in the folder of the environment variable LETTER.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

HOST = "127.0.0.1"
PORT, COUNT = map(int, sys.argv[1:3])
LETTER = Path(os.environ["LETTER"])
HTML = (LETTER / "letter.html").read_text(encoding="utf-8")
TEXT = (LETTER / "letter.txt").read_text(encoding="utf-8")
ABOUT = SimpleNamespace(**json.loads((LETTER / "letter.json").read_text(encoding="utf-8")))
UNSUBSCRIBE_POST = "List-Unsubscribe=One-Click"

_INVITE = (LETTER / "invite.ics").read_bytes().decode()
_ATTENDEE = 'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="{name}":mailto:{email}'

with (LETTER / "readers.jsonl").open(encoding="utf-8") as lines:
    READERS = [json.loads(line) for line in islice(lines, COUNT)]


def invite(reader: dict[str, str]) -> str:
    """Return the calendar entry with the reader as its attendee."""
    return _INVITE.replace("@@ATTENDEE@@", _folded(_ATTENDEE.format(**reader)))


def _folded(line: str) -> str:
    """Fold a line at 75 octets, between characters (RFC 5545 3.1)."""
    out, room = [], 75
    for character in line:
        room -= len(character.encode())
        if room < 0:
            out.append("\r\n ")
            room = 74 - len(character.encode())
        out.append(character)
    return "".join(out)


@contextlib.contextmanager
def stopwatch() -> Iterator[None]:
    """Print the time of the block in the form that bench.py reads."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    yield
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"n": COUNT, "wall": wall, "cpu": cpu}))
