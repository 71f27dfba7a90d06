"""One planning of a simulation, in a process of its own: its time and its memory, from the list to the queue.

    CCMAIL_LEDGER=postgresql://… .venv/bin/python bench/planned.py FOLDER [--straight N] [--copied N] …

It does what `ccmail send` does until the first mail leaves. With `--straight` so many more people are written into the
ledger directly, by the same function to which a plan gives its people: copies of the first ones with other addresses.
With `--copied` PostgreSQL makes such copies itself, which is quicker.
Where the ledger is a file, there is no queue: this process sends by itself, for so many seconds. It prints JSON.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from ccmail import gc_tuning, pipeline
from ccmail.delivery import Delivered, Progress
from ccmail.ledger import NewRecipient, State, open_ledger
from ccmail.sending.send_plan import SendOptions
from ccmail.suppression.keep import open_hashes
from ccmail.workspace import open_workspace

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages.dkim import Signer
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace

SAMPLES = 20
COPIED = 1000  # people whose rows are copied
COPIED_TOGETHER = 100_000  # in one transaction


def main() -> int:
    """Plan, confirm and enqueue (or send); print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("campaign")
    parser.add_argument("--straight", type=int, default=0)
    parser.add_argument("--copied", type=int, default=0)
    parser.add_argument("--send-for", type=float, default=0)
    asked = parser.parse_args()
    memory = Memory()
    workspace = open_workspace(asked.folder)
    figures: dict[str, Any] = {}
    clock = Clock()
    with open_ledger(workspace.ledger_place) as ledger, ledger.alone_with(asked.campaign):
        planning = pipeline.plan_sending(workspace, ledger, asked.campaign, SendOptions(), memory.note)
        with planning as plan:
            signers = pipeline.ready(workspace, plan, untested=True)
            figures["plan"] = clock.lap() | {"memory": memory.samples, "peak": peak()}
            people = plan.people
            if asked.copied:
                assert plan.sending is not None
                people += copy_rows(str(workspace.ledger_place), plan.sending.id, asked.copied)
                figures["copied"] = clock.lap()
            if asked.straight:
                assert plan.sending is not None
                more = copies(workspace, ledger, plan.sending, asked.straight)
                people += ledger.add(plan.sending, memory.watched(more))
                figures["straight"] = clock.lap() | {"memory": memory.samples, "peak": peak()}
            if ledger.is_shared:
                from ccmail.jobs import open_queue  # noqa: PLC0415 - an extra
                from ccmail.sending.by_workers import enqueue  # noqa: PLC0415

                enqueue(workspace, ledger, open_queue(workspace), plan, people, signers)
                figures["enqueue"] = clock.lap() | {"peak": peak()}
            elif asked.send_for:
                figures["sending"] = send_for(asked.send_for, workspace, ledger, plan, signers)
            figures["people"] = people
    print(json.dumps(figures))
    return 0


def copies(workspace: Workspace, ledger: Ledger, sending: Sending, count: int) -> Iterator[NewRecipient]:
    """Yield people like the first ones of a sending, with addresses of their own."""
    rows = ((row, ledger.claim_at(sending, row.position)) for row in ledger.rows(sending, State.QUEUED))
    first = list(itertools.islice(rows, COPIED))
    person = open_hashes(workspace, ledger).person
    for number in range(count):
        row, claim = first[number % len(first)]
        email = f"copy{number}@city{number % 400}.example"
        yield NewRecipient(
            email,
            email,
            row.segment,
            row.languages,
            row.contact,
            f"<{number:022}@cities.example>",
            mail=claim.mail,
            personal_parts=claim.personal_parts,
            person=person(email),
        )


COPY_RECIPIENTS = """
    INSERT INTO recipient (sending, position, key, email, segment, languages, contact, mail, state, reason, message_id,
                           code, enhanced, text, server, updated_at, date, person, owner)
    SELECT sending, %(known)s + n, 'copied' || n || '@city' || n %% 400 || '.example',
           'copied' || n || '@city' || n %% 400 || '.example', segment, languages, contact, mail, state, reason,
           message_id, code, enhanced, text, server, updated_at, date, 'copied:' || md5(n::text), owner
      FROM generate_series(%(first)s::int, %(last)s::int) n
      JOIN recipient ON sending = %(sending)s AND position = 1 + n %% %(of)s
"""
COPY_PARTS = """
    INSERT INTO parts (sending, position, data)
    SELECT sending, %(known)s + n, data
      FROM generate_series(%(first)s::int, %(last)s::int) n
      JOIN parts ON sending = %(sending)s AND position = 1 + n %% %(of)s
"""


def copy_rows(address: str, sending: int, count: int) -> int:
    """Let PostgreSQL copy the first rows of a sending, with addresses of their own; return how many it has made."""
    with psycopg.connect(address, autocommit=True) as connection:
        query = "SELECT max(position) FROM recipient WHERE sending = %s"
        known = connection.execute(query, (sending,)).fetchall()[0][0]
        for first in range(1, count + 1, COPIED_TOGETHER):
            last = min(count, first + COPIED_TOGETHER - 1)
            values = {"sending": sending, "known": known, "first": first, "last": last, "of": COPIED}
            with connection.transaction():
                connection.execute(COPY_RECIPIENTS, values)
                connection.execute(COPY_PARTS, values)
    return count


def send_for(
    seconds: float, workspace: Workspace, ledger: Ledger, plan: SendPlan, signers: Sequence[Signer]
) -> dict[str, Any]:
    """Send for so many seconds, as Ctrl-C would end it; return the mails of each tenth of them."""
    moments: list[float] = []

    def report(progress: Progress) -> None:
        if isinstance(progress, Delivered) and progress.outcome.state is State.ACCEPTED:
            moments.append(time.monotonic())

    gc_tuning.tighten()  # as the command does
    gc_tuning.freeze()
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    before = resident()
    timer.start()
    begun = time.monotonic()
    sent = pipeline.send(workspace, ledger, plan, plan.confirmation, signers, report)
    timer.cancel()
    length = (moments[-1] - begun) / 10
    tenths = [sum(begun + n * length < moment <= begun + (n + 1) * length for moment in moments) for n in range(10)]
    return {
        "mails": sent.accepted,
        "seconds": sent.seconds,
        "cpu": sent.cpu_seconds,
        "rates": [mails / length for mails in tenths],
        "memory": [before, resident()],
    }


class Clock:
    """The time and the processor time since the last lap."""

    def __init__(self) -> None:
        self._last = self._now()

    def lap(self) -> dict[str, float]:
        """Return both in seconds."""
        now, before = self._now(), self._last
        self._last = now
        return {"seconds": now[0] - before[0], "cpu": now[1] - before[1]}

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), time.process_time()


class Memory:
    """The memory of this process at some points of a stream.

    Attributes:
        samples: Number of people and megabytes.
    """

    def __init__(self) -> None:
        self.samples: list[tuple[int, float]] = []

    def note(self, done: int, of: int) -> None:
        """Note it, if this is one of the points."""
        step = max(1, of // SAMPLES)
        if done % step == 0 or done == 1:
            self.samples.append((done, resident()))

    def watched(self, people: Iterator[NewRecipient]) -> Iterator[NewRecipient]:
        """Yield people, and note it each million or so."""
        for number, each in enumerate(people, 1):
            if number % 100_000 == 0:
                self.samples.append((number, resident()))
            yield each


def resident() -> float:
    """Return the memory of this process now, in megabytes (Linux)."""
    return _status("VmRSS")


def peak() -> float:
    """Return the most memory it has had, in megabytes."""
    return _status("VmHWM")


def _status(name: str) -> float:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(rf"{name}:\s+(\d+)", text)[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
