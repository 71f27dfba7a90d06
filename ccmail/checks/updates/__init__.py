"""A calendar file beside the one that was sent before: whether calendars take it for news of the same event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.entry import read_entry
from ccmail.checks.updates import identity, sequence, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Problem

__all__ = ["RULES", "check_update"]

RULES = (identity, sequence, stamp)


def check_update(octets: bytes, sent: bytes) -> Iterator[Problem]:
    """Yield what keeps calendars from taking a calendar file for the next state of one that was sent."""
    entry, earlier = read_entry(octets), read_entry(sent)
    for rule in RULES:
        yield from rule.check(entry, earlier)
