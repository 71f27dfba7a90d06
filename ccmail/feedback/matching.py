"""The recipient whom a mail that came back is about, by the marks of our own in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ccmail.feedback.evidence import Evidence, Trace
from ccmail.feedback.marks import event_of_uid
from ccmail.mail_address import address_key

if TYPE_CHECKING:
    from ccmail.feedback.marks import MailedRecipient, MarkMaker, Marks


class Match(NamedTuple):
    """The recipient to whom the marks in a mail lead.

    Attributes:
        recipient: None if no mark leads to anybody.
        traces: The marks that lead there, the surest first.
        is_forged: Whether it has a token that is not ours, where one of ours would be.
    """

    recipient: MailedRecipient | None = None
    traces: tuple[Trace, ...] = ()
    is_forged: bool = False


def match_mail(evidence: Evidence, marks: Marks, maker: MarkMaker) -> Match:
    """Return the recipient by the token in the address for bounces, by that of the envelope, or by the Message-ID.

    A wrong token ends the search: whoever makes one up can write a Message-ID beside it, too.
    """
    tokens = [token for address in evidence.sent_to if (token := maker.bounce_token(address)) is not None]
    by_token = next((marks.by_token[token] for token in tokens if token in marks.by_token), None)
    if by_token is None and tokens and maker.secret:
        return Match(is_forged=True)
    by_envelope = next((marks.by_token[each] for each in evidence.envelope_ids if each in marks.by_token), None)
    by_id = next((marks.by_message_id[each] for each in evidence.message_ids if each in marks.by_message_id), None)
    recipient = by_token or by_envelope or by_id
    named = ((Trace.VERP, by_token), (Trace.ENVELOPE_ID, by_envelope), (Trace.MESSAGE_ID, by_id))
    return Match(recipient, tuple(trace for trace, found in named if found and found == recipient))


def match_answer(evidence: Evidence, marks: Marks, maker: MarkMaker) -> Match:
    """Return the recipient whose invitation is answered: by the UID of their own entry, else as `match_mail`.

    The UID of an entry that everybody has names the event only; there the participant's address has to do.
    """
    answer = evidence.answer
    if answer is None:
        return Match()
    uid = answer.uid.strip().lower()
    if uid in marks.by_uid:
        return Match(marks.by_uid[uid], (Trace.UID,))
    if event_of_uid(uid) in marks.events:
        return Match(is_forged=True)
    for sending in marks.events.get(uid, ()):
        rows = [
            row
            for address in (answer.attendee, answer.answered_by)
            for row in marks.rows_of(address_key(address), sending.campaign)
        ]
        if rows:
            return Match(rows[0], (Trace.SENDER,))
    return match_mail(evidence, marks, maker)
