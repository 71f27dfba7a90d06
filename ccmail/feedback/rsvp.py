"""An answer to an invitation: the calendar files of a mail become an `InvitationAnswer`.

What mail programs send differs widely. METHOD counts where the file says it, not the part's parameter; ORGANIZER,
SUMMARY and times are not looked at, for Exchange leaves the first out and translates the others.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Sequence

from ccmail.calendar.content_lines import ContentLine, read_lines
from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import Evidence, InvitationAnswer, MessageKind
from ccmail.feedback.mail_parts import take_apart
from ccmail.mail_address import address_key

_METHODS = frozenset({"REPLY", "COUNTER"})  # the others are no answers (RFC 5546 1.4)
_ANSWERS = frozenset({"ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED"})
_LONGEST_COMMENT, _LONGEST_UID = 2000, 500
_STAMPS = ("DTSTAMP", "X-MICROSOFT-CDO-REPLYTIME")
_STAMP = re.compile(r"(\d{8}T\d{6})Z?", re.IGNORECASE)
_SCHEME = re.compile(r".*mailto:", re.IGNORECASE | re.DOTALL)
_SEPARATES = re.compile(r"[\s,;]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")  # RFC 6868
_CARETS = {"n": "\n", "^": "^", "'": '"'}


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
        lines, _ = read_lines(text)
        method = next((line.value.strip().upper() for line in lines if line.name == "METHOD"), "")
        events = dict.fromkeys(line.number for line in lines if line.component.strip().upper() == "VEVENT")
        for number in events if method in _METHODS else ():
            event = [line for line in lines if line.number == number]
            if (answer := _read_event(event, sender, date, is_counter=method == "COUNTER")) is not None:
                return answer
    return None


def _read_event(
    event: Sequence[ContentLine], sender: str, date: dt.datetime | None, *, is_counter: bool
) -> InvitationAnswer | None:
    uid = _first(event, "UID").strip()
    attendee = _attendee(event, sender)
    if attendee is None or not uid or len(uid) > _LONGEST_UID:
        return None
    partstat = attendee.parameters.get("PARTSTAT", "").strip().upper()
    partstat = partstat if partstat in _ANSWERS else ""
    if not partstat and not is_counter:
        return None
    return InvitationAnswer(
        uid=uid,
        partstat=partstat,
        attendee=_address(attendee),
        answered_by=_answered_by(attendee, sender),
        sequence=_sequence(event),
        stamp=_stamp(event) or date,
        comment=_comment(event, attendee),
        delegated_to=_mailto(attendee.parameters.get("DELEGATED-TO", "")),
        delegated_from=_mailto(attendee.parameters.get("DELEGATED-FROM", "")),
        is_counter=is_counter,
    )


def _first(event: Sequence[ContentLine], name: str) -> str:
    """Return the value of the first line of a name, "" without one."""
    return next((line.value for line in event if line.name == name), "")


# ── people ──


def _attendee(event: Sequence[ContentLine], sender: str) -> ContentLine | None:
    """Return the line of the participant who answers; of several, the one who wrote the mail."""
    named = [line for line in event if line.name == "ATTENDEE" and _address(line)]
    if len(named) == 1:
        return named[0]
    return next((line for line in named if address_key(_address(line)) == address_key(sender)), None)


def _answered_by(attendee: ContentLine, sender: str) -> str:
    """Return the writer of the answer, if that is not the participant: an assistant, or another address of theirs."""
    writers = (sender, _mailto(attendee.parameters.get("SENT-BY", "")))
    return next((each for each in writers if each and address_key(each) != address_key(_address(attendee))), "")


def _address(person: ContentLine) -> str:
    """Return the address of a calendar user, "" if the line leads to none."""
    return _mailto(person.value) or _mailto(f"mailto:{person.parameters.get('EMAIL', '')}")


def _mailto(uri: str) -> str:
    """Return the address in a mailto: link, in any case and with blanks; "" if it is another link."""
    scheme = _SCHEME.match(uri)
    address = uri[scheme.end() :].strip().strip('"<>').strip() if scheme else ""
    return address if "@" in address and not _SEPARATES.search(address) else ""


# ── when, and what ──


def _sequence(event: Sequence[ContentLine]) -> int | None:
    digits = _first(event, "SEQUENCE").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004


def _stamp(event: Sequence[ContentLine]) -> dt.datetime | None:
    moments = (_moment(line.value) for name in _STAMPS for line in event if line.name == name)
    return next(filter(None, moments), None)


def _moment(value: str) -> dt.datetime | None:
    """Return a stamp, which is in UTC whether it says so or not; None if it is none."""
    found = _STAMP.fullmatch(value.strip())
    try:
        return dt.datetime.strptime(f"{found[1].upper()}+0000", "%Y%m%dT%H%M%S%z") if found else None
    except ValueError:  # 00000000T000000
        return None


def _comment(event: Sequence[ContentLine], attendee: ContentLine) -> str:
    """Return the participant's own words: of COMMENT, else of Google's parameter."""
    comments = (_unescaped(line.value) for line in event if line.name == "COMMENT")
    parameter = attendee.parameters.get("X-RESPONSE-COMMENT", "")
    words = next(filter(None, comments), "") or _CARET.sub(lambda found: _CARETS[found[1]], parameter)
    return words.strip()[:_LONGEST_COMMENT]


def _unescaped(text: str) -> str:
    """Return a text without its escapes (RFC 5545 3.3.11)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()
