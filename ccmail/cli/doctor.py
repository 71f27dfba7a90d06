"""`ccmail doctor`: the sender's domain, the mail server, this computer."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import Console, count_of, shown, width
from ccmail.cli.language import said
from ccmail.problems import CcmailError

if TYPE_CHECKING:
    from ccmail.doctor import BounceInbox, Finding, Verdict
    from ccmail.workspace import Workspace

_STYLES = {"ok": "green", "warning": "warning", "error": "error", "not checked": "note"}


@click.command(cls=Command, name="doctor")
@click.option("--no-login", is_flag=True, help="Do not try to log in at the mail server.")
@click.option("--dns", metavar="ADDRESS[:PORT]", help="The name server to ask, instead of this computer's.")
@click.option("--bounces", is_flag=True, help="Send one mail to the address for bounces, to see if it takes a token.")
@click.pass_obj
def command(context: CliContext, /, *, no_login: bool, dns: str | None, bounces: bool) -> None:
    """Look at what sending needs: the sender's domain, the mail server, this computer.

    Sends nothing without --bounces. What cannot be looked at is “not checked”.
    """
    from ccmail.doctor import Verdict, examine
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    context.console.say("Asking the DNS and the mail server …")
    inbox = _inbox(context.console, workspace) if bounces else None
    findings = list(examine(workspace, dns=dns, login=not no_login, bounces=bounces, inbox=inbox))
    counts = Counter(finding.verdict for finding in findings)
    data = {
        "checks": findings,
        "errors": counts[Verdict.ERROR],
        "warnings": counts[Verdict.WARNING],
        "not_checked": counts[Verdict.NOT_CHECKED],
    }
    wrong = counts[Verdict.ERROR] + counts[Verdict.WARNING]
    then = ["ccmail doctor     again, when it is mended"] if wrong else ["ccmail     shows where each campaign stands"]
    context.console.result("\n".join(_lines(context.console, findings, counts)), data, then=then)
    sys.exit(int(counts[Verdict.ERROR] > 0))


def _inbox(console: Console, workspace: Workspace) -> BounceInbox | None:
    """Return the mailbox for bounces, None if there is none in ccmail.yaml or it cannot be read."""
    from ccmail.doctor import BounceInbox
    from ccmail.feedback.inbox import recent_mails

    if workspace.settings.inbox is None:
        return None
    try:
        return BounceInbox(recent_mails(workspace))
    except CcmailError as error:
        console.warn(f"the mailbox for bounces cannot be read: {said(error.message)} [{error.code}]")
        return None


def _lines(console: Console, findings: list[Finding], counts: Counter[Verdict]) -> Iterator[str]:
    from ccmail.doctor import Verdict

    whats = max(width(finding.what) for finding in findings)
    for area, group in itertools.groupby(findings, key=lambda finding: finding.area):
        yield console.paint(area.value, "bold")
        for finding in group:
            yield from _finding(console, finding, whats)
        yield ""
    yield ", ".join(
        count_of(count, verdict.value) if verdict in {Verdict.ERROR, Verdict.WARNING} else f"{count} {verdict.value}"
        for verdict, count in sorted(counts.items(), key=lambda item: list(_STYLES).index(item[0].value))
    )


def _finding(console: Console, finding: Finding, whats: int) -> Iterator[str]:
    word = finding.verdict.value
    verdict = console.paint(word, _STYLES[word]) + " " * (len("not checked") - len(word))
    yield f"  {finding.what}{' ' * (whats - width(finding.what))}   {verdict}   {shown(said(finding.words))}"
    if finding.repair:
        yield f"  {' ' * whats}   {' ' * len('not checked')}   → {shown(said(finding.repair))}"
