"""Evidence and the marks in it become decisions; nothing is written.

Only a mark of our own leaves somebody out: a token, or the Message-ID of their mail. An address that stands in a mail
proves nothing, for anybody can write one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ccmail.feedback.evidence import BounceClass, Evidence, InvitationAnswer, MessageKind, RecipientReport, Trace
from ccmail.feedback.marks import Marks
from ccmail.feedback.matching import Match
from ccmail.feedback.settled import FeedbackFinding, FeedbackOutcome
from ccmail.feedback.strikes import Strike, Strikes
from ccmail.ledger import SuppressionReason
from ccmail.mail_address import address_key
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.feedback.marks import MailedRecipient

_OUTCOMES = {
    BounceClass.HARD: FeedbackOutcome.BOUNCED_ONCE,
    BounceClass.SOFT: FeedbackOutcome.BOUNCED_THIS_TIME,
    BounceClass.DELAYED: FeedbackOutcome.DELAYED,
}
_MILDEST_FIRST = (BounceClass.DELAYED, BounceClass.SOFT, None, BounceClass.HARD)
_UNPROVEN = say("nothing in it proves that it is about our mail")
_FOREIGN_TOKEN = say("a token that is not ours")


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """A finding with what follows from it.

    Attributes:
        recipient: The row that it is kept beside, None if there is none.
        details: The values that the ledger keeps of it.
        suppress: The reason why the recipient gets nothing from now on, None if nothing changes.
        unsubscribe: The address that goes into the list of the unsubscribed, or "".
        sending: The id of the sending that it answers, if there is no recipient.
    """

    finding: FeedbackFinding
    recipient: MailedRecipient | None = None
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    suppress: SuppressionReason | None = None
    unsubscribe: str = ""
    sending: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """The knowledge of people before a mail is read.

    Attributes:
        strikes: The bounces that count against them.
        asked_again: Returns when the person with an address key has last asked for mails again.
        is_stale: Says of campaign, address key and SEQUENCE whether an answer is of an earlier revision.
    """

    strikes: Strikes
    asked_again: Callable[[str], dt.datetime | None]
    is_stale: Callable[[str, str, int | None], bool]


def decide(evidence: Evidence, match: Match, marks: Marks, history: History, at: dt.datetime) -> Iterable[Decision]:
    """Return a decision for each person that a mail is about; `at` is when it was written."""
    recipient = match.recipient
    match evidence.kind:
        case MessageKind.BOUNCE | MessageKind.COMPLAINT if recipient:
            report = _report_about(evidence.reports, recipient.key)
            is_complaint = evidence.kind is MessageKind.COMPLAINT
            return ((_complained if is_complaint else _bounced)(recipient, report, match.traces, history, at),)
        case MessageKind.BOUNCE | MessageKind.COMPLAINT:
            return _unproven(evidence.reports or (RecipientReport(""),), match, marks)
        case MessageKind.UNSUBSCRIBE:
            return (_unsubscribed(evidence, match, marks, history, at),)
        case MessageKind.RSVP if evidence.answer:
            return (_answered(evidence.answer, match, marks, history),)
        case MessageKind.AUTO_REPLY:
            return (Decision(FeedbackFinding(FeedbackOutcome.AWAY, evidence.sender), recipient),)
    campaign = recipient.sending.campaign if recipient else ""
    return (Decision(FeedbackFinding(FeedbackOutcome.TO_READ, evidence.sender, campaign, match.traces), recipient),)


# ── bounces and complaints ──


def _bounced(
    recipient: MailedRecipient, report: RecipientReport, traces: tuple[Trace, ...], history: History, at: dt.datetime
) -> Decision:
    traces = _in_order(traces, report.traces)
    outcome = _OUTCOMES.get(report.bounce_class or BounceClass.SOFT, FeedbackOutcome.BOUNCED_THIS_TIME)
    is_enough = outcome is FeedbackOutcome.BOUNCED_ONCE and _is_enough(recipient, report, history, at)
    outcome = FeedbackOutcome.BOUNCED_FOR_GOOD if is_enough else outcome
    finding = FeedbackFinding(outcome, recipient.email, recipient.sending.campaign, traces, report)
    reason = SuppressionReason.BOUNCED if is_enough else None
    return Decision(finding, recipient, _details_of(report, traces, is_sure=True), reason)


def _is_enough(recipient: MailedRecipient, report: RecipientReport, history: History, at: dt.datetime) -> bool:
    """Count a bounce for good, and return whether nobody at this address is to get mails any more."""
    asked = history.asked_again(recipient.key)
    if asked and at <= asked:
        return False
    strike = Strike(recipient.sending.id, at)
    is_enough = history.strikes.are_enough(recipient.key, report, strike, asked)
    history.strikes.add(recipient.key, strike)
    return is_enough


def _complained(
    recipient: MailedRecipient, report: RecipientReport, traces: tuple[Trace, ...], history: History, at: dt.datetime
) -> Decision:
    traces = _in_order(traces, report.traces)
    finding = FeedbackFinding(FeedbackOutcome.COMPLAINED, recipient.email, recipient.sending.campaign, traces, report)
    asked = history.asked_again(recipient.key)
    reason = None if asked and at <= asked else SuppressionReason.COMPLAINED
    return Decision(finding, recipient, _details_of(report, traces, is_sure=True), reason)


def _unproven(reports: Iterable[RecipientReport], match: Match, marks: Marks) -> Iterator[Decision]:
    """Yield decisions about people whom no mark names: the mail is kept, and nobody is left out for it."""
    for report in reports:
        rows = [] if match.is_forged else marks.by_key.get(address_key(report.address), [])
        traces, details = report.traces, _details_of(report, report.traces, is_sure=False)
        if rows:
            email, campaign = rows[0].email, rows[0].sending.campaign
            yield Decision(
                FeedbackFinding(FeedbackOutcome.UNSURE, email, campaign, traces, report, _UNPROVEN), rows[0], details
            )
        else:
            note = _FOREIGN_TOKEN if match.is_forged else ""
            yield Decision(FeedbackFinding(FeedbackOutcome.NOT_OURS, report.address, "", traces, report, note))


def _details_of(report: RecipientReport, traces: tuple[Trace, ...], *, is_sure: bool) -> dict[str, Any]:
    return {
        "class": report.bounce_class.value if report.bounce_class else None,
        "status": report.status,
        "reason": report.reason,
        "said": report.said,
        "traces": [trace.value for trace in traces],
        "sure": is_sure,
    }


def _report_about(reports: Sequence[RecipientReport], key: str) -> RecipientReport:
    """Return the report about a recipient whom a mark names: the mildest, if the mail names only others.

    A mail that was passed on comes back with the addresses that it was passed on to; some of them may have got it.
    """
    own = [report for report in reports if address_key(report.address) == key]
    found = own or sorted(reports, key=lambda report: _MILDEST_FIRST.index(report.bounce_class))
    return found[0] if found else RecipientReport("")


def _in_order(*traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Return traces, the surest first, each of them once."""
    found = frozenset(itertools.chain(*traces))
    return tuple(trace for trace in Trace if trace in found)


# ── unsubscriptions and answers ──


def _unsubscribed(evidence: Evidence, match: Match, marks: Marks, history: History, at: dt.datetime) -> Decision:
    """Decide about a wish for no more mails: the sender's own, or that of whoever has the token.

    From is enough, though it can be forged: at worst somebody gets no mails, and is told so when they ask.
    """
    own = next(iter(marks.by_key.get(address_key(evidence.sender), ())), None)
    recipient = match.recipient if Trace.VERP in match.traces else own
    if recipient is None:
        note = say("wants no more mails, and got none under this address")
        if match.recipient:
            note = say(
                "wants no more mails, and got none under this address; the mail was sent to {address}",
                address=match.recipient.email,
            )
        return Decision(FeedbackFinding(FeedbackOutcome.TO_READ, evidence.sender, note=note))
    asked = history.asked_again(recipient.key)
    traces = match.traces if recipient is match.recipient else (Trace.SENDER,)
    finding = FeedbackFinding(FeedbackOutcome.UNSUBSCRIBED, recipient.email, recipient.sending.campaign, traces)
    return Decision(finding, recipient, unsubscribe="" if asked and at <= asked else recipient.email)


def _answered(answer: InvitationAnswer, match: Match, marks: Marks, history: History) -> Decision:
    recipient = match.recipient
    sendings = [recipient.sending] if recipient else marks.events.get(answer.uid.strip().lower(), [])
    if not sendings:
        return Decision(
            FeedbackFinding(FeedbackOutcome.NOT_OURS, answer.attendee, note=_FOREIGN_TOKEN if match.is_forged else "")
        )
    campaign = sendings[0].campaign
    writers = {address_key(address) for address in (answer.attendee, answer.answered_by) if address}
    details = details_of_answer(answer, campaign, match.traces)
    if recipient is None or recipient.key not in writers:
        finding = FeedbackFinding(
            FeedbackOutcome.FORWARDED, answer.attendee, campaign, match.traces, note=_invited(answer, recipient)
        )
        return Decision(finding, recipient, {**details, "forwarded": True}, sending=sendings[0].id)
    is_stale = history.is_stale(campaign, recipient.key, answer.sequence)
    outcome = (
        FeedbackOutcome.COUNTERED
        if answer.is_counter
        else FeedbackOutcome.STALE
        if is_stale
        else FeedbackOutcome.ANSWERED
    )
    return Decision(FeedbackFinding(outcome, recipient.email, campaign, match.traces), recipient, details)


def _invited(answer: InvitationAnswer, recipient: MailedRecipient | None) -> str:
    """Return a note that names the invited person, if somebody else answers."""
    if recipient is None:
        return say("not one of the recipients")
    if address_key(answer.delegated_from) == recipient.key:
        return say("delegate of {address}", address=recipient.email)
    return say("invited was {address}", address=recipient.email)


def details_of_answer(answer: InvitationAnswer, campaign: str, found_by: Iterable[Trace] = ()) -> dict[str, Any]:
    """Return the values of an answer that the ledger keeps: none that is empty."""
    stamp = answer.stamp.isoformat() if answer.stamp else ""
    traces = [trace.value for trace in found_by]
    details = {**dataclasses.asdict(answer), "stamp": stamp, "campaign": campaign, "traces": traces}
    return {name: value for name, value in details.items() if value is not False and value not in ("", None)}
