"""`ccmail doctor`: the sender's domain, the mail server, this computer."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import Console, shown, step, width
from ccmail.cli.language import said, tr
from ccmail.problems import CcmailError
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from ccmail.doctor import BounceInbox, Finding, Verdict
    from ccmail.workspace import Workspace

_STYLES = {"ok": "green", "warning": "warning", "error": "error", "not checked": "note"}
_LABELS = {
    str(label): label
    for label in (
        say("sender's domain"),
        say("mail server"),
        say("bounces"),
        say("this computer"),
        say("connection"),
        say("certificate"),
        say("login methods"),
        say("login"),
        say("provider"),
        say("size"),
        say("speed"),
        say("notifications"),
        say("mail to oneself"),
        say("Message-ID on arrival"),
        say("header on arrival"),
        say("text on arrival"),
        say("calendar on arrival"),
        say("signature on arrival"),
        say("tokens"),
        say("clock"),
        say("time zones"),
        say("cache"),
        say("keyring"),
        say("rights"),
        say("place"),
        say("room"),
        say("lock"),
        say("ledger"),
        say("public pages"),
        say("public address"),
        say("key of the links"),
        say("links in sent mails"),
        say("imprint"),
        say("privacy"),
        say("links to unsubscribe"),
        say("proxy"),
        say("port"),
        say("answer from outside"),
        say("ok"),
        say("warning"),
        say("error"),
        say("not checked"),
    )
}
"""The areas, the things that are looked at, and the verdicts; `--json` has them as keys, in English."""


@click.command(cls=Command, name="doctor")
@click.option("--no-login", is_flag=True, help="Do not try to log in at the mail server.")
@click.option("--dns", metavar="ADDRESS[:PORT]", help="The name server to ask, instead of this computer's.")
@click.option("--bounces", is_flag=True, help="Send one mail to the address for bounces, to see if it takes a token.")
@click.option("--mail", is_flag=True, help="Send one mail to your own mailbox, and compare it with what arrives.")
@click.pass_obj
def command(context: CliContext, /, *, no_login: bool, dns: str | None, bounces: bool, mail: bool) -> None:
    """Look at what sending needs: the sender's domain, the mail server, this computer.

    Sends nothing without --bounces or --mail. What cannot be looked at is “not checked”.
    """
    from ccmail.doctor import examine
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    context.console.say(tr("Asking the DNS and the mail server …"))
    inbox = _inbox(context.console, workspace) if bounces or mail else None
    findings = list(examine(workspace, dns=dns, login=not no_login, mail=mail, bounces=bounces, inbox=inbox))
    sys.exit(show(context.console, findings, "ccmail doctor", step("ccmail", tr("shows where each campaign stands"))))


def show(console: Console, findings: list[Finding], again: str, then: str) -> int:
    """Show findings, and return the exit code: 1 if there is an error.

    Args:
        console: The output.
        findings: Those of an area stand together.
        again: The command that comes next when something has to be mended.
        then: The step that comes next when all is well.
    """
    from ccmail.doctor import Verdict

    counts = Counter(finding.verdict for finding in findings)
    data = {
        "checks": findings,
        "errors": counts[Verdict.ERROR],
        "warnings": counts[Verdict.WARNING],
        "not_checked": counts[Verdict.NOT_CHECKED],
    }
    if counts[Verdict.ERROR] or counts[Verdict.WARNING]:
        then = step(again, tr("again, when it is mended"))
    console.result("\n".join(_lines(console, findings, counts)), data, then=[then])
    return int(counts[Verdict.ERROR] > 0)


def _inbox(console: Console, workspace: Workspace) -> BounceInbox | None:
    """Return the mailbox for bounces, None if there is none in ccmail.yaml or it cannot be read."""
    from ccmail.doctor import BounceInbox
    from ccmail.feedback.inbox import recent_mails

    if workspace.settings.inbox is None:
        return None
    try:
        return BounceInbox(recent_mails(workspace))
    except CcmailError as error:
        console.warn(say("the mailbox for bounces cannot be read: {why} [{code}]", why=error.message, code=error.code))
        return None


def _lines(console: Console, findings: list[Finding], counts: Counter[Verdict]) -> Iterator[str]:
    columns = tuple(max(width(_label(word)) for word in words) for words in ([f.what for f in findings], _STYLES))
    for area, group in itertools.groupby(findings, key=lambda finding: finding.area):
        yield console.paint(_label(area.value), "bold")
        for finding in group:
            yield from _finding(console, finding, *columns)
        yield ""
    yield ", ".join(
        _counted(verdict, count)
        for verdict, count in sorted(counts.items(), key=lambda item: list(_STYLES).index(item[0].value))
    )


def _counted(verdict: Verdict, count: int) -> str:
    from ccmail.doctor import Verdict

    if verdict is Verdict.ERROR:
        return said(say_n("{n:,} error", "{n:,} errors", count))
    if verdict is Verdict.WARNING:
        return said(say_n("{n:,} warning", "{n:,} warnings", count))
    return f"{count} {_label(verdict.value)}"


def _label(word: str) -> str:
    """Return an area, a thing that is looked at, or a verdict in the language of the person at the terminal."""
    return said(_LABELS.get(word, word))


def _finding(console: Console, finding: Finding, whats: int, verdicts: int) -> Iterator[str]:
    what, word = _label(finding.what), _label(finding.verdict.value)
    verdict = console.paint(word, _STYLES[finding.verdict.value]) + " " * (verdicts - width(word))
    yield f"  {what}{' ' * (whats - width(what))}   {verdict}   {shown(said(finding.words))}"
    if finding.repair:
        yield f"  {' ' * whats}   {' ' * verdicts}   → {shown(said(finding.repair))}"
