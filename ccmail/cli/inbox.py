"""`ccmail inbox`: reads the mails that came back, and says what became of each."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import shown
from ccmail.cli.language import tr
from ccmail.cli.values import FilePath
from ccmail.problems import CcmailError

if TYPE_CHECKING:
    from ccmail.feedback.evidence import RecipientReport
    from ccmail.feedback.mailbox import Mailbox
    from ccmail.feedback.settled import FeedbackFinding, SettledMail
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


@click.command(cls=Command, name="inbox")
@click.option(
    "--from",
    "source",
    type=FilePath(),
    metavar="PATH",
    help="A Maildir, an mbox file, a folder of .eml files, or one of them. Without it: the mailbox of ccmail.yaml.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would become of them; nothing is written.")
@click.pass_obj
def command(context: CliContext, /, *, source: Path | None, dry_run: bool) -> None:
    """Read bounces, complaints, unsubscriptions and answers; nothing in the mailbox is changed."""
    from ccmail.cli.inbox_view import campaigns_answered, inbox_text
    from ccmail.feedback.inbox import open_inbox
    from ccmail.feedback.mailbox import open_mailbox
    from ccmail.feedback.settle import settle
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    mails: list[SettledMail] = []
    with _ledger(workspace, look_only=dry_run) as ledger:
        mailbox = open_mailbox(source) if source else open_inbox(workspace, ledger)
        context.console.begin(tr("Reading {mailbox} …", mailbox=shown(mailbox.name)))
        try:
            mails.extend(settle(workspace, ledger, mailbox, look_only=dry_run))
        except (CcmailError, KeyboardInterrupt):
            if not context.console.json and mails:  # they are settled, and will not be new again
                context.console.result(inbox_text(mailbox, mails, look_only=dry_run))
            raise
    then = [] if dry_run else [f"ccmail answers {campaign}" for campaign in campaigns_answered(mails)]
    data = _data(mailbox, mails, look_only=dry_run)
    context.console.result(inbox_text(mailbox, mails, look_only=dry_run), data, then=then)


@contextlib.contextmanager
def _ledger(workspace: Workspace, *, look_only: bool) -> Iterator[Ledger | None]:
    """Open the ledger; whoever writes into it waits for another run of this command."""
    from ccmail.ledger import ledger_if_any, open_ledger, take_turns

    if look_only:
        with ledger_if_any(workspace.ledger_place) as ledger:
            yield ledger
    else:
        with take_turns(workspace.state, "inbox"), open_ledger(workspace.ledger_place) as ledger:
            yield ledger


# ── for programs ──


def _data(mailbox: Mailbox, mails: Sequence[SettledMail], *, look_only: bool) -> dict[str, Any]:
    return {
        "mailbox": mailbox.name,
        "new": sum(not mail.is_known for mail in mails),
        "known": sum(mail.is_known for mail in mails),
        "skipped": mailbox.skipped,
        "written": not look_only,
        "messages": [_message(mail) for mail in mails],
        "findings": [_finding(mail, each) for mail in mails for each in mail.findings],
    }


def _message(mail: SettledMail) -> dict[str, Any]:
    from ccmail.feedback.evidence import Trace

    reports = [each.report for each in mail.findings if each.report] or list(mail.evidence.reports)
    shown = _most_frequent(reports)
    traces = {trace for each in mail.findings for trace in each.traces}
    traces.update(trace for report in reports for trace in report.traces)
    return {
        "file": mail.name,
        "kind": mail.evidence.kind,
        "recipients": list(dict.fromkeys(filter(None, _recipients(mail)))),
        "class": shown.bounce_class if shown else None,
        "status": shown.status if shown else "",
        "reason": shown.reason if shown else "",
        "evidence": [trace.value for trace in Trace if trace in traces],
        "reports": [
            {"recipient": each.address, "class": each.bounce_class, "status": each.status, "reason": each.reason}
            for each in reports
        ],
    }


def _most_frequent(reports: Sequence[RecipientReport]) -> RecipientReport | None:
    """Return the report that stands for a whole mail: the first one of the class that most of its recipients have."""
    classes = Counter(each.bounce_class for each in reports)
    return max(reports, key=lambda each: classes[each.bounce_class], default=None)


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
