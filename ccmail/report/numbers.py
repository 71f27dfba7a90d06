"""A campaign in numbers that can be passed on: no names."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccmail.ledger import Counts, Purpose, SendingKind, State
from ccmail.report.balance import balance

if TYPE_CHECKING:
    from ccmail.ledger import RecipientRow, Sending
    from ccmail.ledger.store import Ledger

Group = tuple[str, tuple[str, ...]]
"""A segment and languages."""

_MOST_REASONS = 5
_ADDRESS = re.compile(r"<?[^\s<>@:]+@[^\s<>@:]+>?")


@dataclasses.dataclass(frozen=True, slots=True)
class GroupNumbers:
    """The numbers of people with the same segment and languages; people left out at the start have no languages.

    Attributes:
        terms: How many people, by the terms of `balance`.
        refusals: How many refused people, by the server's words without addresses; the most frequent ones.
        reasons: How many people are left out, by reason.
    """

    segment: str
    languages: tuple[str, ...]
    candidates: int
    terms: Mapping[str, int]
    refusals: Mapping[str, int]
    reasons: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a campaign's real sending; of its rehearsal, if there is no real one.

    Attributes:
        purpose: The purpose of the sending.
        changed_at: The time of the last change of a recipient.
        terms: Of all groups together.
    """

    campaign: str
    purpose: Purpose
    delivery: SendingKind
    version: str
    started_at: dt.datetime
    changed_at: dt.datetime
    candidates: int
    terms: Mapping[str, int]
    groups: tuple[GroupNumbers, ...]


def main_sending(ledger: Ledger, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> Sending | None:
    """Return a campaign's latest real sending, its rehearsal if there is no real one, None if there is neither."""
    real = ledger.latest(campaign, SendingKind.SMTP, purpose)
    return real or ledger.latest(campaign, SendingKind.OUTBOX, purpose)


def count_up(ledger: Ledger, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> Numbers | None:
    """Return a campaign's numbers, None if its mail for a purpose has neither been sent nor rehearsed."""
    sending = main_sending(ledger, campaign, purpose)
    if sending is None:
        return None
    counts, refusals = ledger.counts(sending), _refusals(ledger, sending)
    groups = dict.fromkeys((count.segment, count.languages) for count in counts.counts)
    return Numbers(
        campaign=campaign,
        purpose=purpose,
        delivery=sending.delivery,
        version=sending.version,
        started_at=sending.started_at,
        changed_at=ledger.last_change(sending) or sending.started_at,
        candidates=counts.candidates,
        terms=balance(counts),
        groups=tuple(_group(counts, group, refusals.get(group, Counter())) for group in groups),
    )


def _group(counts: Counts, group: Group, refusals: Counter[str]) -> GroupNumbers:
    own = Counts(tuple(count for count in counts.counts if (count.segment, count.languages) == group))
    return GroupNumbers(*group, own.candidates, balance(own), dict(refusals.most_common(_MOST_REASONS)), own.reasons)


def _refusals(ledger: Ledger, sending: Sending) -> dict[Group, Counter[str]]:
    """Count the refusals by reply code, each with its first text: many servers put an address into each text."""
    words: dict[tuple[int | None, str], str] = {}
    found: dict[Group, Counter[str]] = {}
    for row in ledger.rows(sending, State.REFUSED):
        said = words.setdefault((row.code, row.enhanced), _said(row))
        found.setdefault((row.segment, row.languages), Counter())[said] += 1
    return found


def _said(row: RecipientRow) -> str:
    text = " ".join(_ADDRESS.sub("…", row.text).split())
    return " ".join(str(part) for part in (row.code, row.enhanced, text) if part)
