"""An answer to an invitation: the calendar files of a mail become an `InvitationAnswer`.

What mail programs send differs widely. METHOD counts where the file says it, not the part's parameter; ORGANIZER,
SUMMARY and times are not looked at, for Exchange leaves the first out and translates the others.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from ccmail.calendar.content_lines import ContentLine, read_events, read_mailto
from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import Evidence, InvitationAnswer, MessageKind
from ccmail.feedback.mail_parts import take_apart
from ccmail.mail_address import address_key

_METHODS = frozenset({"REPLY", "COUNTER"})  # the others are no answers (RFC 5546 1.4)
_ANSWERS = frozenset({"ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED"})
_LONGEST_COMMENT, _LONGEST_UID = 2000, 500
_STAMPS = ("DTSTAMP", "X-MICROSOFT-CDO-REPLYTIME")


def read_mail(mail: bytes) -> Evidence:
    """Return the evidence in a mail, with the answer of an RSVP."""
    evidence = classify(mail)
    if evidence.kind is not MessageKind.RSVP:
        return evidence
    parts = take_apart(mail)
    return dataclasses.replace(evidence, answer=read_answer(parts.calendars, parts.sender, parts.date))


def read_answer(calendars: Iterable[str], sender: str, date: dt.datetime | None) -> InvitationAnswer | None:
    """Return the answer in the calendar files of a mail, None if there is none, or nobody can tell whose it is.

    Args:
        calendars: The files, as text. Mail programs send the same one twice.
        sender: The address in From.
        date: The Date of the mail, for an answer without a stamp.
    """
    for text in calendars:
        method, events = read_events(text)
        for event in events if method in _METHODS else ():
            if (answer := _read_event(event, method == "COUNTER", sender, date)) is not None:
                return answer
    return None


def _read_event(
    event: Sequence[ContentLine],
    is_counter: bool,  # noqa: FBT001
    sender: str,
    date: dt.datetime | None,
) -> InvitationAnswer | None:
    uid = _first(event, "UID").strip()
    attendee = _attendee(event, sender)
    if attendee is None or not uid or len(uid) > _LONGEST_UID:
        return None
    partstat = attendee.parameters.get("PARTSTAT", "").upper()
    partstat = partstat if partstat in _ANSWERS else ""
    if not partstat and not is_counter:
        return None
    return InvitationAnswer(
        uid=uid,
        partstat=partstat,
        attendee=attendee.address,
        answered_by=_answered_by(attendee, sender),
        sequence=_sequence(event),
        stamp=_stamp(event) or date,
        comment=_comment(event, attendee),
        delegated_to=read_mailto(attendee.parameters.get("DELEGATED-TO", "")),
        delegated_from=read_mailto(attendee.parameters.get("DELEGATED-FROM", "")),
        is_counter=is_counter,
    )


def _first(event: Sequence[ContentLine], name: str) -> str:
    """Return the value of the first line of a name, "" without one."""
    return next((line.value for line in event if line.name == name), "")


def _attendee(event: Sequence[ContentLine], sender: str) -> ContentLine | None:
    """Return the line of the participant who answers; of several, the one who wrote the mail."""
    named = [line for line in event if line.name == "ATTENDEE" and line.address]
    if len(named) == 1:
        return named[0]
    return next((line for line in named if address_key(line.address) == address_key(sender)), None)


def _answered_by(attendee: ContentLine, sender: str) -> str:
    """Return who wrote the answer, if that is not the participant: an assistant, or another address of theirs."""
    writers = (sender, read_mailto(attendee.parameters.get("SENT-BY", "")))
    return next((each for each in writers if each and address_key(each) != address_key(attendee.address)), "")


def _sequence(event: Sequence[ContentLine]) -> int | None:
    digits = _first(event, "SEQUENCE").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004


def _stamp(event: Sequence[ContentLine]) -> dt.datetime | None:
    moments = (line.moment for name in _STAMPS for line in event if line.name == name)
    return next((moment for moment in moments if moment), None)


def _comment(event: Sequence[ContentLine], attendee: ContentLine) -> str:
    """Return the participant's own words: of COMMENT, else of Google's parameter."""
    comments = [line.text for line in event if line.name == "COMMENT"]
    words = next(filter(None, comments), attendee.parameters.get("X-RESPONSE-COMMENT", ""))
    return words.strip()[:_LONGEST_COMMENT]
