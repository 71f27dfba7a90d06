"""Evidence is matched with the mails that were sent, and becomes rows of the ledger and suppressions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.feedback.decide import Decision, History, decide
from ccmail.feedback.evidence import Evidence, MessageKind, Trace
from ccmail.feedback.marks import MarkMaker, Marks, find_marks
from ccmail.feedback.matching import Match, match_answer, match_mail
from ccmail.feedback.rsvp import read_mail
from ccmail.feedback.settled import FeedbackFinding, SettledMail
from ccmail.feedback.strikes import Strikes
from ccmail.ledger import (
    Feedback,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
    current_sender,
)
from ccmail.report.revisions import stale_answers
from ccmail.suppression.keep import suppress
from ccmail.suppression.suppressed import read_suppressed
from ccmail.suppression.unsubscribe import unsubscribe
from ccmail.workspace.key import find_token_key

if TYPE_CHECKING:
    from ccmail.feedback.mailbox import Mailbox
    from ccmail.feedback.marks import MailedRecipient
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace

_BATCH = 2000  # mails for which the rows of the ledger are streamed once: evidence is small
_PLACE = "mailbox"  # the kind of the rows that say how far a mailbox was read
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_ARRIVED = "a mail that came back shows: it has arrived at a server"
_SURE = frozenset({Trace.VERP, Trace.ENVELOPE_ID, Trace.MESSAGE_ID})


def settle(
    workspace: Workspace, ledger: Ledger | None, mailbox: Mailbox, *, look_only: bool = False
) -> Iterator[SettledMail]:
    """Read a mailbox, and yield each of its mails as it is settled; one that was read before changes nothing.

    Args:
        workspace: Its lists, its keys.
        ledger: None if nothing was ever sent: then nothing in the mailbox is ours.
        mailbox: The mails.
        look_only: Whether nothing is written.

    Raises:
        UsageError: The list of the unsubscribed is written so that nobody can be added to it.
    """
    read = ((mail.name, read_mail(mail.content), mail.place) for mail in mailbox.mails)  # one mail in memory at a time
    settler = _Settler(workspace, ledger, look_only=look_only) if ledger else None
    while batch := list(itertools.islice(read, _BATCH)):
        mails = [(name, evidence) for name, evidence, _ in batch]
        yield from settler.settle(mails) if settler else _unmatched(mails)
        if ledger and mailbox.key and not look_only:
            _keep_place(ledger, mailbox.key, batch[-1][2])


def last_place(ledger: Ledger | None, mailbox: str) -> str:
    """Return how far a mailbox was read, by its key; "" if it never was."""
    rows = ledger.feedback(kind=_PLACE) if ledger else ()
    places = [str(row.details.get("place", "")) for row in rows if row.message == mailbox]
    return places[-1] if places else ""


def _keep_place(ledger: Ledger, mailbox: str, place: str) -> None:
    now = clock.now()
    ledger.add_feedback([Feedback(mailbox, _PLACE, now, now, details={"place": place})])


def _unmatched(batch: Sequence[tuple[str, Evidence]]) -> Iterator[SettledMail]:
    """Yield mails with what they say, where nothing was ever sent."""
    history = History(Strikes(()), lambda _key: None, lambda _campaign, _key, _sequence: False)
    for name, evidence in batch:
        decisions = decide(evidence, Match(), Marks(), history, clock.now())
        yield SettledMail(name, evidence, findings=tuple(decision.finding for decision in decisions))


class _Settler:
    """Settles mails one after the other; of each it knows those before it."""

    def __init__(self, workspace: Workspace, ledger: Ledger, *, look_only: bool) -> None:
        sender = workspace.settings.sender
        self._workspace, self._ledger, self._look_only = workspace, ledger, look_only
        self._maker = MarkMaker(
            find_token_key(workspace),
            sender.bounces or sender.address,
            sender.address.rpartition("@")[2],
            tuple(file.stem for file in workspace.campaign_files()),
        )
        self._history = History(
            Strikes(ledger.feedback(kind=MessageKind.BOUNCE.value)), self._asked_again, stale_answers(ledger)
        )
        self._suppressed = read_suppressed(workspace, ledger)
        self._stopped: set[str] = set()  # since then
        self._seen: set[str] = set()
        self._arrived: set[tuple[int, int]] = set()

    def settle(self, batch: Sequence[tuple[str, Evidence]]) -> Iterator[SettledMail]:
        """Yield some mails as they are settled."""
        marks = find_marks(self._ledger, self._maker, (evidence for _, evidence in batch))
        for name, evidence in batch:
            is_known = evidence.digest in self._seen or self._ledger.is_read(evidence.digest)
            self._seen.add(evidence.digest)
            yield SettledMail(name, evidence, is_known, () if is_known else self._settle(evidence, marks))

    def _settle(self, evidence: Evidence, marks: Marks) -> tuple[FeedbackFinding, ...]:
        now = clock.now()
        at = evidence.date if evidence.date and _EARLIEST < evidence.date < now else now
        find = match_answer if evidence.kind is MessageKind.RSVP else match_mail
        match = find(evidence, marks, self._maker)
        decisions = tuple(decide(evidence, match, marks, self._history, at))
        has_arrived = self._has_arrived(match)
        if not self._look_only:
            if has_arrived and match.recipient:
                change = StateChange(match.recipient.position, State.ACCEPTED, "inbox", text=_ARRIVED)
                self._ledger.record(match.recipient.sending, [change])
            self._carry_out(evidence, decisions, at, now)
        return tuple(dataclasses.replace(each.finding, has_arrived=has_arrived) for each in decisions)

    def _asked_again(self, key: str) -> dt.datetime | None:
        found = self._ledger.resubscriptions([key])
        return found[0].at if found else None

    def _has_arrived(self, match: Match) -> bool:
        """Return whether a mark of ours shows that the mail of somebody in doubt has arrived; once for each mail."""
        recipient = match.recipient
        if recipient is None or not self._is_doubtful(recipient):
            return False
        place = recipient.sending.id, recipient.position
        if place in self._arrived or not (_SURE & {*match.traces} or self._is_only_mail(recipient, match)):
            return False
        self._arrived.add(place)
        return True

    def _is_doubtful(self, recipient: MailedRecipient) -> bool:
        """Return whether somebody is in doubt, or will be: their mail was in flight when the process died."""
        if recipient.state is not State.IN_FLIGHT:
            return recipient.state is State.IN_DOUBT
        # where there are no locks, nobody can know that it died
        campaign = recipient.sending.campaign
        return not (current_sender(self._workspace.state, campaign) or self._ledger.sender(campaign))

    def _is_only_mail(self, recipient: MailedRecipient, match: Match) -> bool:
        """Return whether an answer can only be to this mail: the token in a UID is the same in all of a campaign."""
        sendings = [s for s in self._ledger.sendings(recipient.sending.campaign) if s.delivery is SendingKind.SMTP]
        rows = (row for sending in sendings for row in self._ledger.rows(sending, keys=[recipient.key]))
        return Trace.UID in match.traces and sum(row.state is not State.LEFT_OUT for row in rows) == 1

    def _carry_out(self, evidence: Evidence, decisions: Sequence[Decision], at: dt.datetime, now: dt.datetime) -> None:
        """Write what follows from a mail, and last that it was read: after a crash it is read once more."""
        for decision in decisions:
            if decision.suppress and decision.recipient:
                self._suppress(decision.recipient.key, decision.suppress, f"{evidence.kind.value} of {at:%Y-%m-%d}")
            if decision.unsubscribe:
                unsubscribe(self._workspace, [decision.unsubscribe])
        self._ledger.add_feedback([_row(evidence, decision, at, now) for decision in decisions])

    def _suppress(self, key: str, reason: SuppressionReason, source: str) -> None:
        """Suppress an address; a bounce does not replace a wish of the person."""
        if reason is not SuppressionReason.BOUNCED or not (key in self._suppressed or key in self._stopped):
            self._stopped.add(key)
            suppress(self._workspace, self._ledger, [SuppressionEntry(key, reason, clock.now(), source)])


def _row(evidence: Evidence, decision: Decision, at: dt.datetime, now: dt.datetime) -> Feedback:
    recipient = decision.recipient
    return Feedback(
        message=evidence.digest,
        kind=evidence.kind.value,
        at=at,
        read_at=now,
        sending=recipient.sending.id if recipient else decision.sending,
        position=recipient.position if recipient else None,
        key=recipient.key if recipient else "",
        details={"outcome": decision.finding.outcome.value, **decision.details},
    )
