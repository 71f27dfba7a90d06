"""The moments at which mails are handed over, found in the writes of a client to its sockets."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.e2e.recording import SYNCS, WRITES, Call

_RECIPIENT = re.compile(rb"RCPT TO:<([^>]*)>", re.IGNORECASE)
_CHUNK = re.compile(rb"BDAT (\d+)( LAST)?", re.IGNORECASE)
_DOT = b"\r\n.\r\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Handover:
    """A mail that the server may have from `final` on.

    Attributes:
        before: The previous write to this connection: the end of the text, as a rule.
        final: The write with the final dot (RFC 5321 4.1.1.4), or with the last BDAT (RFC 3030 2).
    """

    recipient: str
    before: Call
    final: Call

    def follows_a_sync(self, ledger_calls: Iterable[Call]) -> bool:
        """Return whether between `before` and `final` a ledger was written to, and then synced."""
        between = [call for call in ledger_calls if self.before.precedes(call) and call.precedes(self.final)]
        writes = [call for call in between if call.name in WRITES]
        syncs = [call for call in between if call.name in SYNCS]
        return any(write.precedes(sync) and write.on == sync.on for write in writes for sync in syncs)


def handovers(calls: Iterable[Call]) -> tuple[Handover, ...]:
    """Return all handovers in a recording. The server must have said yes to every DATA."""
    connections: defaultdict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.name in WRITES and call.data:
            connections[call.on].append(call)
    spoken = [c for c in connections.values() if c[0].data[:5].upper() in (b"EHLO ", b"HELO ")]
    return tuple(sorted(itertools.chain(*map(_of_connection, spoken)), key=lambda handover: handover.final.began))


def _of_connection(calls: list[Call]) -> Iterator[Handover]:
    ends = list(itertools.accumulate(len(call.data) for call in calls))
    for recipient, at in _finals(b"".join(call.data for call in calls)):
        carrier = bisect.bisect_right(ends, at)
        yield Handover(recipient, calls[carrier - 1], calls[carrier])


def _finals(stream: bytes) -> Iterator[tuple[str, int]]:
    """Yield recipient and position of each final dot, also if other bytes are written together with it."""
    recipient, at = "", 0
    while (end := stream.find(b"\r\n", at)) >= 0:
        line, begin, at = stream[at:end], at, end + 2
        if found := _RECIPIENT.match(line):
            recipient = found[1].decode()
        elif line.upper() == b"DATA":
            dot = stream.find(_DOT, end)  # in an empty mail the line end of DATA is the dot's own
            if dot < 0:
                return
            yield recipient, dot + 2
            at = dot + len(_DOT)
        elif found := _CHUNK.fullmatch(line):
            at += int(found[1])
            if found[2] and at <= len(stream):
                yield recipient, at - 1 if int(found[1]) else begin
