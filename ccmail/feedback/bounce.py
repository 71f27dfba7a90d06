"""Bounces: whom a server could not reach, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ccmail.feedback.bounce_reason import BounceVerdict, Step, find_step, judge
from ccmail.feedback.delivery_status import RecipientStatus, statuses_in_parts, statuses_in_text
from ccmail.feedback.evidence import BounceClass, RecipientReport, Trace
from ccmail.feedback.header_fields import HeaderFields, addresses_in
from ccmail.feedback.known_forms import find_known_forms
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.report_text import AddressLines, ReportText, find_recipients, read_report
from ccmail.feedback.server_mail import goes_on_trying, is_machine, is_of_a_server, speaks_of_bounces
from ccmail.feedback.words import one_line

_LONGEST_SAID, _MOST_RECIPIENTS = 1000, 100
_OF_THE_MAILBOX = ("to", "reply-to", "delivered-to")
_OF_THE_WRITER = ("from", "sender", "reply-to", "return-path", "message-id")


def read_bounce(parts: MailParts, mail: bytes) -> tuple[RecipientReport, ...]:
    """Return a report for each recipient that a bounce is about, none if the mail is no bounce.

    The surest source that names anybody counts: a delivery status, then the forms that flufl.bounce knows, then the
    words of the server. A bounce that names nobody has one report without an address: a token may say whom it means.
    """
    report = read_report(parts.text)
    statuses = statuses_in_parts(parts)
    if not statuses:
        is_bounce = is_of_a_server(parts, report)
        statuses = statuses_in_text(parts.text) if is_bounce or speaks_of_bounces(parts) else ()
        if not statuses and not is_bounce:
            return ()
    failed = [status for status in statuses if status.has_failed]
    if statuses and not failed:
        return ()  # it was delivered, or passed on
    named = tuple(_of_statuses(failed, report)) or tuple(islice(_of_words(parts, report, mail), _MOST_RECIPIENTS))
    return named or (_of_nobody(failed, parts, report),)


def _of_statuses(failed: Sequence[RecipientStatus], report: ReportText) -> Iterator[RecipientReport]:
    beside = {one.address.lower(): one.said for one in find_recipients(report.words, ())}
    for status in failed:
        about = next((beside[key] for a in status.addresses if (key := a.lower()) in beside), "")
        around = report.words if len(failed) == 1 else ""
        step = find_step(f"{status.said} {about}", around)
        for address in status.addresses[:1]:
            yield _report(address, _judge_status(status, about or around, step), status.said or about, Trace.RFC3464)


def _judge_status(status: RecipientStatus, words: str, step: Step) -> BounceVerdict:
    """Judge by what the remote server said; by the reporting one's words if that gives no reason."""
    is_delayed = status.action == "delayed"
    if status.is_local:
        return BounceVerdict(BounceClass.DELAYED if is_delayed else BounceClass.SOFT, "system", status.status)
    for said in (status.said, f"{status.said} {status.gloss}", f"{status.said} {words}"):
        verdict = judge(said, status.status, step, is_delayed=is_delayed)
        if verdict.by_words:
            return verdict
    return judge(status.said, status.status, step, is_delayed=is_delayed)


def _of_words(parts: MailParts, report: ReportText, mail: bytes) -> Iterator[RecipientReport]:
    originals = (*parts.originals, report.original)
    written_to = {a.lower(): a for fields in originals for a in addresses_in(fields.get("to"))}
    excluded = _cannot_be_meant(parts, originals) - set(written_to)
    lines = {
        one.address.lower(): one
        for one in find_recipients(report.words, excluded)
        if one.address.lower() in written_to or not is_machine(one.address)
    }
    is_delayed = goes_on_trying(parts, report)
    for address, trace in _first_that_names(parts, mail, lines, excluded, tuple(written_to.values())):
        one = lines.get(address.lower()) or AddressLines(address, report.words)
        verdict = judge(one.said, step=find_step(one.said, report.words), is_delayed=is_delayed)
        if not verdict.by_words and len(lines) < 2:  # noqa: PLR2004 - with one recipient, all words are about it
            verdict = judge(report.words, step=find_step(report.words), is_delayed=is_delayed)
        yield _report(address, verdict, one.said, trace)


def _first_that_names(
    parts: MailParts, mail: bytes, lines: dict[str, AddressLines], excluded: set[str], written_to: Sequence[str]
) -> list[tuple[str, Trace]]:
    """Return the recipients, with the way they are known, of the first source that names any."""
    failed = addresses_in(parts.fields.get("x-failed-recipients"))
    known = () if failed else find_known_forms(mail)
    return (
        [(address, Trace.TEXT) for address in failed]
        or [(a, Trace.FLUFL) for a in known if a.lower() not in excluded and not is_machine(a)]
        or [(one.address, Trace.TEXT) for one in lines.values()]
        or [(address, Trace.TEXT) for address in written_to if len(written_to) == 1]
    )


def _of_nobody(failed: Sequence[RecipientStatus], parts: MailParts, report: ReportText) -> RecipientReport:
    for status in failed[:1]:
        verdict = _judge_status(status, report.words, find_step(status.said, report.words))
        return _report("", verdict, status.said or report.words)
    verdict = judge(report.words, step=find_step(report.words), is_delayed=goes_on_trying(parts, report))
    return _report("", verdict, report.words)


def _cannot_be_meant(parts: MailParts, originals: Iterable[HeaderFields]) -> set[str]:
    """Return the addresses of the server, of this mailbox and of the one who wrote the mail that came back."""
    here = " ".join(value for name in _OF_THE_MAILBOX for value in parts.fields.all(name))
    theirs = " ".join(fields.get(name) for fields in originals for name in _OF_THE_WRITER)
    return {address.lower() for address in (parts.sender, *addresses_in(here), *addresses_in(theirs))}


def _report(address: str, verdict: BounceVerdict, said: str, *traces: Trace) -> RecipientReport:
    words = one_line(said, _LONGEST_SAID)
    return RecipientReport(address, verdict.bounce_class, verdict.status, verdict.reason, words, traces)
