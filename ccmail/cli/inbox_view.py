"""The mails that came back, in lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ccmail.cli.console import columns, number, shown
from ccmail.cli.language import said, tr, tr_n
from ccmail.feedback.settled import FeedbackFinding, FeedbackOutcome, SettledMail
from ccmail.wording import say

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
    read = tr_n(
        "Read {n:,} new message ({mailbox}, nothing deleted)",
        "Read {n:,} new messages ({mailbox}, nothing deleted)",
        len(new),
        mailbox=shown(mailbox.name),
    )
    if len(mails) > len(new):
        read = tr("{read}, {mails:,} were read before", read=read, mails=len(mails) - len(new))
    lines = [read]
    if mailbox.skipped:
        lines.append(
            tr_n(
                "  {n:,} other file there: not read, for they are no .eml files",
                "  {n:,} other files there: not read, for they are no .eml files",
                mailbox.skipped,
            )
        )
    if look_only:
        lines.append(tr("Nothing was written (-n). This is what would follow:"))
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
    yield from _outcomes(_SAYS_FIRST, by_outcome)
    yield from _counted(mails)
    forwarded = by_outcome[FeedbackOutcome.FORWARDED]
    yield from _listed(tr("forwarded"), [f"{_not_confirmed(each)}   {each.campaign}" for each in forwarded])
    proposals = by_outcome[FeedbackOutcome.COUNTERED]
    yield from _listed(tr("another time proposed"), [f"{shown(each.email)}   {each.campaign}" for each in proposals])
    if arrived := [mail for mail in mails if any(each.has_arrived for each in mail.findings)]:
        shows = tr("a mail that came back shows that theirs has arrived")
        yield [tr("not in doubt any more"), number(len(arrived)), shows]
    yield from _outcomes(_SAYS_LAST, by_outcome)
    to_read = [(m, each) for m in mails for each in m.findings if each.outcome is FeedbackOutcome.TO_READ]
    yield from _listed(tr("for you to read"), [_subject(mail, each) for mail, each in to_read])


def _outcomes(
    says: dict[FeedbackOutcome, tuple[str, _Say]], by_outcome: dict[FeedbackOutcome, list[FeedbackFinding]]
) -> Iterator[list[str]]:
    for outcome, (words, phrase) in says.items():
        if found := by_outcome[outcome]:
            yield [said(words), number(len(found)), phrase(found)]


def _counted(mails: Iterable[SettledMail]) -> Iterator[list[str]]:
    """Yield the answers of each campaign, and those to an earlier revision of the event."""
    counts: dict[tuple[str, FeedbackOutcome], Counter[str]] = {}
    for mail in mails:
        for each in mail.findings:
            if each.outcome in {FeedbackOutcome.ANSWERED, FeedbackOutcome.STALE} and mail.evidence.answer:
                place = each.campaign, each.outcome
                counts.setdefault(place, Counter())[mail.evidence.answer.partstat.lower()] += 1
    for (campaign, outcome), answers in counts.items():
        others = (f"{said(word)} {number(answers[name])}" for name, word in _OTHER_ANSWERS.items() if answers[name])
        which = tr("accepted") if outcome is FeedbackOutcome.ANSWERED else tr("accepted the old time")
        yield [which, number(answers["accepted"]), "   ".join(filter(None, [" · ".join(others), campaign]))]


def _not_confirmed(finding: FeedbackFinding) -> str:
    return tr("{address} ({note}): not confirmed", address=shown(finding.email), note=shown(said(finding.note)))


def _listed(words: str, lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield a row for each line, the first with the number of all; not more than a person reads."""
    for at, line in enumerate(lines[:_MOST_LINES]):
        yield ["" if at else words, "" if at else number(len(lines)), line]
    if len(lines) > _MOST_LINES:
        yield ["", "", tr("… and {more:,} more", more=len(lines) - _MOST_LINES)]


def _subject(mail: SettledMail, finding: FeedbackFinding) -> str:
    sender = shown(finding.email) or tr("nobody")
    what = tr("“{subject}” from {sender}", subject=shown(mail.evidence.subject), sender=sender)
    note = f": {shown(said(finding.note))}" if finding.note else ""
    return f"{what}{note}   {shown(mail.name)}"


def _names(found: Sequence[FeedbackFinding]) -> str:
    names = list(dict.fromkeys(shown(each.email) for each in found))
    first, more = tuple(names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    return tr("{names} and {more:,} more", names=first, more=more) if more > 0 else ", ".join(first)


def _reasons(found: Sequence[FeedbackFinding]) -> str:
    reasons = Counter(each.report.reason or tr("no reason given") for each in found if each.report)
    return " · ".join(f"{number(count)} {shown(reason)}" for reason, count in reasons.most_common())


def _notes(found: Sequence[FeedbackFinding]) -> str:
    notes = Counter(each.note for each in found if each.note)
    with_notes = (tr("{mails:,} with {note}", mails=count, note=shown(said(note))) for note, count in notes.items())
    return " · ".join([tr("ignored"), *with_notes])


def _left_out(found: Sequence[FeedbackFinding]) -> str:
    return tr("left out from now on: {names}", names=_names(found))


def _findings(mails: Iterable[SettledMail]) -> Iterator[FeedbackFinding]:
    for mail in mails:
        yield from mail.findings


_Say = Callable[[Sequence[FeedbackFinding]], str]
_SAYS_FIRST: dict[FeedbackOutcome, tuple[str, _Say]] = {
    FeedbackOutcome.BOUNCED_FOR_GOOD: (say("bounced for good"), _left_out),
    FeedbackOutcome.BOUNCED_ONCE: (
        say("bounced once"),
        lambda found: tr("left out if it happens again: {names}", names=_names(found)),
    ),
    FeedbackOutcome.BOUNCED_THIS_TIME: (say("bounced this time"), _reasons),
    FeedbackOutcome.DELAYED: (say("delayed"), lambda _: tr("their servers go on trying")),
    FeedbackOutcome.COMPLAINED: (say("complaints"), _left_out),
    FeedbackOutcome.UNSUBSCRIBED: (
        say("unsubscribed"),
        lambda found: f"recipients/unsubscribed.csv: {_names(found)}",
    ),
}
_SAYS_LAST: dict[FeedbackOutcome, tuple[str, _Say]] = {
    FeedbackOutcome.AWAY: (say("away messages"), lambda _: tr("ignored")),
    FeedbackOutcome.UNSURE: (
        say("unproven"),
        lambda found: tr("without a mark of ours, nobody is left out for it: {names}", names=_names(found)),
    ),
    FeedbackOutcome.NOT_OURS: (say("not ours"), _notes),
}
_OTHER_ANSWERS = {"declined": say("declined"), "tentative": say("tentative"), "delegated": say("delegated")}
