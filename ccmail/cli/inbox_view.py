"""The mails that came back, in lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ccmail.cli.console import columns, count_of, number, shown
from ccmail.feedback.settled import FeedbackFinding, FeedbackOutcome, SettledMail

if TYPE_CHECKING:
    from ccmail.feedback.mailbox import Mailbox

_MOST_NAMES = 10
_MOST_LINES = 50
_ANSWERS = (
    FeedbackOutcome.ANSWERED,
    FeedbackOutcome.STALE,
    FeedbackOutcome.COUNTERED,
    FeedbackOutcome.FORWARDED,
)


def inbox_text(mailbox: Mailbox, mails: Sequence[SettledMail], *, look_only: bool) -> str:
    """Return how many mails were read, and a line for each kind with what follows from it."""
    new = [mail for mail in mails if not mail.is_known]
    known = f", {number(len(mails) - len(new))} were read before" if len(mails) > len(new) else ""
    lines = [f"Read {count_of(len(new), 'new message')} ({shown(mailbox.name)}, nothing deleted){known}"]
    if mailbox.skipped:
        lines.append(f"  {count_of(mailbox.skipped, 'other file')} there: not read, for they are no .eml files")
    if look_only:
        lines.append("Nothing was written (-n). This is what would follow:")
    if rows := list(_rows(new)):
        lines.append(columns(rows, right={1}))
    return "\n".join(lines)


def campaigns_answered(mails: Iterable[SettledMail]) -> tuple[str, ...]:
    """Return the campaigns that new mails have answered."""
    return tuple(dict.fromkeys(each.campaign for each in _findings(mails) if each.outcome in _ANSWERS))


def _rows(mails: Sequence[SettledMail]) -> Iterator[list[str]]:
    by_outcome: dict[FeedbackOutcome, list[FeedbackFinding]] = {outcome: [] for outcome in FeedbackOutcome}
    for each in _findings(mails):
        by_outcome[each.outcome].append(each)
    yield from _said(_SAYS_FIRST, by_outcome)
    yield from _counted(mails)
    forwarded = by_outcome[FeedbackOutcome.FORWARDED]
    yield from _listed(
        "forwarded", [f"{shown(e.email)} ({shown(e.note)}): not confirmed   {e.campaign}" for e in forwarded]
    )
    proposals = by_outcome[FeedbackOutcome.COUNTERED]
    yield from _listed("another time proposed", [f"{shown(each.email)}   {each.campaign}" for each in proposals])
    if arrived := [mail for mail in mails if any(each.has_arrived for each in mail.findings)]:
        yield ["not in doubt any more", number(len(arrived)), "a mail that came back shows that theirs has arrived"]
    yield from _said(_SAYS_LAST, by_outcome)
    to_read = [(m, each) for m in mails for each in m.findings if each.outcome is FeedbackOutcome.TO_READ]
    yield from _listed("for you to read", [_subject(mail, each) for mail, each in to_read])


def _said(
    says: dict[FeedbackOutcome, tuple[str, _Say]], by_outcome: dict[FeedbackOutcome, list[FeedbackFinding]]
) -> Iterator[list[str]]:
    for outcome, (words, phrase) in says.items():
        if found := by_outcome[outcome]:
            yield [words, number(len(found)), phrase(found)]


def _counted(mails: Iterable[SettledMail]) -> Iterator[list[str]]:
    """Yield the answers of each campaign, and those to an earlier revision of the event."""
    counts: dict[tuple[str, FeedbackOutcome], Counter[str]] = {}
    for mail in mails:
        for each in mail.findings:
            if each.outcome in {FeedbackOutcome.ANSWERED, FeedbackOutcome.STALE} and mail.evidence.answer:
                place = each.campaign, each.outcome
                counts.setdefault(place, Counter())[mail.evidence.answer.partstat.lower()] += 1
    for (campaign, outcome), said in counts.items():
        others = (f"{word} {number(said[word])}" for word in ("declined", "tentative", "delegated") if said[word])
        which = "accepted" if outcome is FeedbackOutcome.ANSWERED else "accepted the old time"
        yield [which, number(said["accepted"]), "   ".join(filter(None, [" · ".join(others), campaign]))]


def _listed(words: str, lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield a row for each line, the first with the number of all; not more than a person reads."""
    for at, line in enumerate(lines[:_MOST_LINES]):
        yield ["" if at else words, "" if at else number(len(lines)), line]
    if len(lines) > _MOST_LINES:
        yield ["", "", f"… and {number(len(lines) - _MOST_LINES)} more"]


def _subject(mail: SettledMail, finding: FeedbackFinding) -> str:
    note = f": {shown(finding.note)}" if finding.note else ""
    return f"“{shown(mail.evidence.subject)}” from {shown(finding.email) or 'nobody'}{note}   {shown(mail.name)}"


def _names(found: Sequence[FeedbackFinding]) -> str:
    names = list(dict.fromkeys(shown(each.email) for each in found))
    more = f" and {number(len(names) - _MOST_NAMES)} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _reasons(found: Sequence[FeedbackFinding]) -> str:
    reasons = Counter(each.report.reason or "no reason given" for each in found if each.report)
    return " · ".join(f"{number(count)} {shown(reason)}" for reason, count in reasons.most_common())


def _notes(found: Sequence[FeedbackFinding]) -> str:
    notes = Counter(each.note for each in found if each.note)
    return " · ".join(["ignored", *(f"{number(count)} with {shown(note)}" for note, count in notes.items())])


def _findings(mails: Iterable[SettledMail]) -> Iterator[FeedbackFinding]:
    for mail in mails:
        yield from mail.findings


_Say = Callable[[Sequence[FeedbackFinding]], str]
_SAYS_FIRST: dict[FeedbackOutcome, tuple[str, _Say]] = {
    FeedbackOutcome.BOUNCED_FOR_GOOD: ("bounced for good", lambda found: f"left out from now on: {_names(found)}"),
    FeedbackOutcome.BOUNCED_ONCE: ("bounced once", lambda found: f"left out if it happens again: {_names(found)}"),
    FeedbackOutcome.BOUNCED_THIS_TIME: ("bounced this time", _reasons),
    FeedbackOutcome.DELAYED: ("delayed", lambda _: "their servers go on trying"),
    FeedbackOutcome.COMPLAINED: ("complaints", lambda found: f"left out from now on: {_names(found)}"),
    FeedbackOutcome.UNSUBSCRIBED: ("unsubscribed", lambda found: f"recipients/unsubscribed.csv: {_names(found)}"),
}
_SAYS_LAST: dict[FeedbackOutcome, tuple[str, _Say]] = {
    FeedbackOutcome.AWAY: ("away messages", lambda _: "ignored"),
    FeedbackOutcome.UNSURE: (
        "unproven",
        lambda found: f"without a mark of ours, nobody is left out for it: {_names(found)}",
    ),
    FeedbackOutcome.NOT_OURS: ("not ours", _notes),
}
