"""Bounces: whom a server could not reach, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ccmail.feedback.bounce_reason import Step, Verdict, find_step, judge
from ccmail.feedback.bounce_words import reason_of_words
from ccmail.feedback.delivery_status import RecipientStatus, delivery_statuses
from ccmail.feedback.evidence import BounceClass, RecipientReport, Trace
from ccmail.feedback.header_fields import HeaderFields, addresses_in
from ccmail.feedback.known_forms import find_known_forms
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.report_text import AddressLines, ReportText, find_recipients, read_report
from ccmail.feedback.words import one_line

_LONGEST_SAID = 1000
_LONGEST_WORDS = 6000
_MACHINES = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|poostmaster|mdaemon|bounces?|mail(?:er)?|mta|noreply-mailer|mail-?delivery|listserv|smtp)\b",
    re.IGNORECASE,
)
_MACHINE_NAMES = re.compile(
    r"mail(?:er)?[ -]?(?:deliver\w*|daemon|administrator|system)|postmaster|system administrator", re.IGNORECASE
)
_SUBJECTS = re.compile(
    r"undeliver|unzustellbar|nicht zugestellt|return(?:ed|ing) (?:mail|message|to sender)|fail(?:ure|ed)|delivery (?:status|report|notif|has|problem|error)"
    r"|bounce|could not (?:be delivered|send)|warning|mail (?:system )?error|not delivered|delay|unroutable|rejected|non remis|non-remise|échec|onbestelbaar|mancata consegna|no se (?:ha )?(?:podido )?entreg",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:not|n't|un(?:able|successful)|never|fail\w*|error\w*|reject\w*|problem\w*|return\w*)\b.{0,120}\b(?:deliver|reach|send|sent|address|recipient|mail)"
    r"|deliver\w*.{0,80}\b(?:fail|problem|error|delay|temporar|not\b)|undeliver|unzustell|nicht (?:zu(?:gestellt|stellbar)|ausgeliefert)|(?:temporary|permanent|fatal) (?:error|failure)"
    r"|user unknown|no such user|is delayed|transcript of session|unknown recipient|(?:mailbox|quota) .{0,20}(?:full|exceed)|smtp error|returned mail",
    re.IGNORECASE | re.DOTALL,
)
_STILL_TRYING = re.compile(
    r"delivery to the following recipients? has been delayed|(?:will|would) (?:be retried|keep trying|retry|continue (?:to try|trying)|try again)|warning message only"
    r"|do not need to resend|need not (?:be )?re-?sen[dt]|(?:has|is|was) (?:been )?delayed|still (?:trying|undelivered|being)|not yet been delivered|message will be retried|temporary failure report"
    r"|keine erneute|wird weiter(?:hin)? versucht|noch nicht zugestellt|verzögert|delivery (?:status notification )?\(?delay|could not send mail for past|delivery attempts will continue",
    re.IGNORECASE,
)


def read_bounce(parts: MailParts, mail: bytes) -> tuple[RecipientReport, ...]:
    """Return a report for each recipient that a bounce is about, none if the mail is no bounce.

    The surest source that names anybody counts: a delivery status, then the forms that flufl.bounce knows, then the
    words of the server. A bounce that names nobody has one report without an address: a token may say whom it means.
    """
    report = read_report(parts.text)
    statuses = delivery_statuses(parts)
    if statuses and not any(status.has_failed for status in statuses):
        return ()  # it was delivered, relayed or expanded
    if not statuses and not _is_of_a_server(parts, report):
        return ()
    named = tuple(_of_statuses(statuses, report)) or tuple(_of_words(parts, report, mail))
    return named or (_report("", _judge_words(parts, report, report.words[:_LONGEST_WORDS]), report.words, ()),)


def _is_of_a_server(parts: MailParts, report: ReportText) -> bool:
    """Return whether a server speaks of a mail that it could not deliver, by who writes and by what is said."""
    if parts.fields.raw("x-failed-recipients"):
        return True
    name = parts.fields.get("from")
    local = parts.sender.partition("@")[0]
    signs = (
        bool(_MACHINES.match(local) or _MACHINE_NAMES.search(name)) or not parts.sender,
        parts.fields.raw("return-path").strip() == "<>",
        bool(_SUBJECTS.search(parts.subject)),
        bool(parts.originals or report.original.fields),
    )
    words = report.words[:_LONGEST_WORDS]
    return sum(signs) > (1 if _WORDS.search(words) or reason_of_words(words) else 2)


def _of_statuses(statuses: Sequence[RecipientStatus], report: ReportText) -> Iterator[RecipientReport]:
    failed = [status for status in statuses if status.has_failed and status.addresses]
    beside = {one.address.lower(): one.said for one in find_recipients(report.words, ())}
    for status in failed:
        about = next((beside[a.lower()] for a in status.addresses if a.lower() in beside), "")
        words = about or (report.words[:_LONGEST_WORDS] if len(failed) == 1 else "")
        verdict = _judge_status(
            status, words, find_step(f"{status.said} {about}", report.words if len(failed) == 1 else "")
        )
        yield _report(status.addresses[0], verdict, status.said or about, (Trace.RFC3464,))


def _judge_status(status: RecipientStatus, words: str, step: Step) -> Verdict:
    """Judge by the report's own fields; by the words beside them if these say nothing of a reason."""
    is_delayed = status.action == "delayed"
    if status.is_local:
        return Verdict(BounceClass.DELAYED if is_delayed else BounceClass.SOFT, "system", status.status)
    for said in (status.said, f"{status.said} {status.gloss}", f"{status.said} {words}"):
        verdict = judge(said, status.status, step, is_delayed=is_delayed)
        if verdict.by_words:
            return verdict
    return judge(status.said, status.status, step, is_delayed=is_delayed)


def _of_words(parts: MailParts, report: ReportText, mail: bytes) -> Iterator[RecipientReport]:
    written_to = _lower(addresses_in(" ".join(fields.get("to") for fields in _originals(parts, report))))
    excluded = _cannot_be_meant(parts, report) - written_to
    named = find_recipients(report.words, excluded)
    beside = {one.address.lower(): one for one in named}
    for address, trace in _first_that_names(parts, mail, named, excluded, written_to):
        one = beside.get(address.lower()) or AddressLines(address, report.words[:_LONGEST_WORDS])
        verdict = _judge_words(parts, report, one.said)
        if not verdict.by_words and len(beside) < 2:  # noqa: PLR2004 - with one recipient, all words are about it
            verdict = _judge_words(parts, report, report.words[:_LONGEST_WORDS])
        yield _report(address, verdict, one.said, (trace,))


def _first_that_names(
    parts: MailParts, mail: bytes, named: Iterable[AddressLines], excluded: set[str], written_to: set[str]
) -> list[tuple[str, Trace]]:
    failed = addresses_in(" ".join(parts.fields.all("x-failed-recipients")))
    if failed:
        return [(address, Trace.TEXT) for address in failed]
    known = [(a, Trace.FLUFL) for a in find_known_forms(mail) if a.lower() not in excluded and not _is_machine(a)]
    return (
        known
        or [
            (one.address, Trace.TEXT)
            for one in named
            if not _is_machine(one.address) or one.address.lower() in written_to
        ]
        or [(address, Trace.TEXT) for address in written_to if len(written_to) == 1]
    )


def _judge_words(parts: MailParts, report: ReportText, said: str) -> Verdict:
    is_delayed = bool(_STILL_TRYING.search(f"{parts.subject} {report.words[:_LONGEST_WORDS]}"))
    return judge(said, step=find_step(said, report.words), is_delayed=is_delayed)


def _originals(parts: MailParts, report: ReportText) -> list[HeaderFields]:
    return [*parts.originals, report.original]


def _cannot_be_meant(parts: MailParts, report: ReportText) -> set[str]:
    """Return the addresses of the server, of this mailbox and of the one who wrote the mail that came back."""
    here = [
        parts.sender,
        *(a for name in ("to", "reply-to", "delivered-to") for v in parts.fields.all(name) for a in addresses_in(v)),
    ]
    theirs = [
        a
        for fields in _originals(parts, report)
        for name in ("from", "sender", "reply-to", "return-path", "message-id")
        for a in addresses_in(fields.get(name))
    ]
    return _lower([*here, *theirs])


def _lower(addresses: Iterable[str]) -> set[str]:
    return {address.lower() for address in addresses}


def _is_machine(address: str) -> bool:
    return bool(_MACHINES.fullmatch(address.partition("@")[0]))


def _report(address: str, verdict: Verdict, said: str, traces: tuple[Trace, ...]) -> RecipientReport:
    return RecipientReport(
        address, verdict.bounce_class, verdict.status, verdict.reason, one_line(said, _LONGEST_SAID), traces
    )
