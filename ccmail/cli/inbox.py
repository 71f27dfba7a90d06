"""`ccmail inbox`: reads the mails that came back, and says what became of each."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import columns, count_of, number, shown
from ccmail.problems import CcmailError

if TYPE_CHECKING:
    from ccmail.feedback.mailbox import Mailbox
    from ccmail.feedback.settled import FeedbackFinding, SettledMail
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace

_MOST_NAMES = 10
_MOST_SUBJECTS = 50


@click.command(cls=Command, name="inbox")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A Maildir, an mbox file, a folder of .eml files, or one of them. Without it: the mailbox of ccmail.yaml.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would become of them; nothing is written.")
@click.pass_obj
def command(context: CliContext, /, *, source: Path | None, dry_run: bool) -> None:
    """Read bounces, complaints, unsubscriptions and answers; nothing in the mailbox is changed."""
    from ccmail.feedback.inbox import open_inbox
    from ccmail.feedback.mailbox import open_mailbox
    from ccmail.feedback.settle import settle
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    mails: list[SettledMail] = []
    with _ledger(workspace, look_only=dry_run) as ledger:
        mailbox = open_mailbox(source) if source else open_inbox(workspace, ledger)
        context.console.begin(f"Reading {shown(mailbox.name)} …")
        try:
            mails.extend(settle(workspace, ledger, mailbox, look_only=dry_run))
        except CcmailError:
            if not context.console.json and mails:  # they are settled, and will not be new again
                context.console.result(_text(workspace, mailbox, mails, look_only=dry_run))
            raise
    campaigns = dict.fromkeys(each.campaign for each in _findings(mails) if _is_answer(each))
    context.console.result(
        _text(workspace, mailbox, mails, look_only=dry_run),
        _data(mailbox, mails, look_only=dry_run),
        then=[] if dry_run else [f"ccmail answers {campaign}" for campaign in campaigns],
    )


@contextlib.contextmanager
def _ledger(workspace: Workspace, *, look_only: bool) -> Iterator[Ledger | None]:
    """Open the ledger; whoever writes into it waits for another run of this command."""
    from ccmail.ledger import ledger_if_any, open_ledger, take_turns

    if look_only:
        with ledger_if_any(workspace.ledger_file) as ledger:
            yield ledger
    else:
        with take_turns(workspace.state, "inbox"), open_ledger(workspace.ledger_file) as ledger:
            yield ledger


# ── for people ──


def _text(workspace: Workspace, mailbox: Mailbox, mails: Sequence[SettledMail], *, look_only: bool) -> str:
    new = [mail for mail in mails if not mail.is_known]
    known = f", {number(len(mails) - len(new))} were read before" if len(mails) > len(new) else ""
    lines = [f"Read {count_of(len(new), 'new message')} ({shown(mailbox.name)}, nothing deleted){known}"]
    if mailbox.unread:
        lines.append(f"  {count_of(mailbox.unread, 'other file')} there: not read, for they are no .eml files")
    rows = list(_rows(workspace, new, look_only=look_only))
    if rows:
        lines.append(columns(rows, right={1}))
    if look_only:
        lines.append("Nothing was written (-n).")
    return "\n".join(lines)


def _rows(workspace: Workspace, mails: Sequence[SettledMail], *, look_only: bool) -> Iterator[list[str]]:
    from ccmail.feedback.settled import FeedbackOutcome

    by_outcome: dict[FeedbackOutcome, list[FeedbackFinding]] = {outcome: [] for outcome in FeedbackOutcome}
    for each in _findings(mails):
        by_outcome[each.outcome].append(each)
    gone = "would be left out from now on" if look_only else "left out from now on"
    says: dict[FeedbackOutcome, tuple[str, Callable[[Sequence[FeedbackFinding]], str]]] = {
        FeedbackOutcome.BOUNCED_FOR_GOOD: ("bounced for good", lambda found: f"{gone}: {_names(found)}"),
        FeedbackOutcome.BOUNCED_ONCE: ("bounced once", lambda found: f"left out if it happens again: {_names(found)}"),
        FeedbackOutcome.BOUNCED_THIS_TIME: ("bounced this time", _reasons),
        FeedbackOutcome.DELAYED: ("delayed", lambda _: "their servers go on trying"),
        FeedbackOutcome.COMPLAINED: ("complaints", lambda found: f"{gone}: {_names(found)}"),
        FeedbackOutcome.UNSUBSCRIBED: (
            "unsubscribed",
            lambda found: f"{workspace.shown(workspace.unsubscribed_file)}: {_names(found)}",
        ),
    }
    for outcome, (words, say) in says.items():
        if found := by_outcome[outcome]:
            yield [words, number(len(found)), say(found)]
    yield from _answers(mails)
    for outcome, words in (
        (FeedbackOutcome.FORWARDED, "forwarded"),
        (FeedbackOutcome.COUNTERED, "another time proposed"),
    ):
        for each in by_outcome[outcome]:
            note = f" ({shown(each.note)}): not confirmed" if each.note else ""
            yield [words, "1", f"{shown(each.email)}{note}   {each.campaign}"]
    if arrived := [mail.findings[0] for mail in mails if mail.findings and mail.findings[0].has_arrived]:
        yield ["not in doubt any more", number(len(arrived)), "a mail that came back shows that theirs has arrived"]
    if away := by_outcome[FeedbackOutcome.AWAY]:
        yield ["away messages", number(len(away)), "ignored"]
    if unsure := by_outcome[FeedbackOutcome.UNSURE]:
        yield ["bounced, unproven", number(len(unsure)), f"left out is nobody for this: {_names(unsure)}"]
    if foreign := by_outcome[FeedbackOutcome.NOT_OURS]:
        yield ["not ours", number(len(foreign)), _notes(foreign)]
    yield from _to_read(mails)


def _answers(mails: Iterable[SettledMail]) -> Iterator[list[str]]:
    """Yield the answers of each campaign, and those to an earlier revision of the event."""
    from ccmail.feedback.settled import FeedbackOutcome

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


def _to_read(mails: Sequence[SettledMail]) -> Iterator[list[str]]:
    from ccmail.feedback.settled import FeedbackOutcome

    found = [(mail, each) for mail in mails for each in mail.findings if each.outcome is FeedbackOutcome.TO_READ]
    for at, (mail, each) in enumerate(found[:_MOST_SUBJECTS]):
        note = f": {shown(each.note)}" if each.note else ""
        words = f"“{shown(mail.evidence.subject)}” from {shown(each.email) or 'nobody'}{note}   {shown(mail.name)}"
        yield ["" if at else "for you to read", "" if at else number(len(found)), words]
    if len(found) > _MOST_SUBJECTS:
        yield ["", "", f"… and {number(len(found) - _MOST_SUBJECTS)} more"]


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


def _is_answer(finding: FeedbackFinding) -> bool:
    from ccmail.feedback.settled import FeedbackOutcome

    return finding.outcome in {
        FeedbackOutcome.ANSWERED,
        FeedbackOutcome.STALE,
        FeedbackOutcome.COUNTERED,
        FeedbackOutcome.FORWARDED,
    }


# ── for programs ──


def _data(mailbox: Mailbox, mails: Sequence[SettledMail], *, look_only: bool) -> dict[str, Any]:
    return {
        "mailbox": mailbox.name,
        "new": sum(not mail.is_known for mail in mails),
        "known": sum(mail.is_known for mail in mails),
        "unread": mailbox.unread,
        "written": not look_only,
        "messages": [_message(mail) for mail in mails],
        "findings": [_finding(mail, each) for mail in mails for each in mail.findings],
    }


def _message(mail: SettledMail) -> dict[str, Any]:
    from ccmail.feedback.evidence import Trace

    reports = [each.report for each in mail.findings if each.report] or list(mail.evidence.reports)
    first = reports[0] if reports else None
    traces = {trace for each in mail.findings for trace in each.traces}
    traces.update(trace for report in reports for trace in report.traces)
    return {
        "file": mail.name,
        "kind": mail.evidence.kind,
        "recipients": list(dict.fromkeys(filter(None, _recipients(mail)))),
        "class": first.bounce_class if first else None,
        "status": first.status if first else "",
        "reason": first.reason if first else "",
        "evidence": [trace.value for trace in Trace if trace in traces],
    }


def _recipients(mail: SettledMail) -> Iterator[str]:
    """Yield the people whom a mail is about; a mail that is for people to read is about nobody."""
    from ccmail.feedback.evidence import MessageKind

    evidence = mail.evidence
    if evidence.kind in {MessageKind.AUTO_REPLY, MessageKind.OTHER}:
        return
    yield from (each.email for each in mail.findings)
    if not mail.findings:  # it was read before
        yield from (report.address for report in evidence.reports)
        yield evidence.answer.attendee if evidence.answer else ""


def _finding(mail: SettledMail, finding: FeedbackFinding) -> dict[str, Any]:
    return {
        "file": mail.name,
        "outcome": finding.outcome,
        "email": finding.email,
        "campaign": finding.campaign,
        "note": finding.note,
        "has_arrived": finding.has_arrived,
    }
