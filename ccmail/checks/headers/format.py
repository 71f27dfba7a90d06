"""The form of header fields, and of all bytes."""

from __future__ import annotations

import re
from collections import Counter
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, flaws, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_FORM = re.compile(r"<[!-;=?A-~]+@((?:[a-z0-9-]+\.)+[a-z0-9-]+)>", re.IGNORECASE)


@rule(
    "M625",
    Severity.ERROR,
    Severity.WARNING,
    why=say("RFC 5322 3.6.4: threads and bounces depend on it; with another domain than the sender's it looks forged"),
)
def message_id(mail: ParsedMail) -> Iterator[Flaw]:
    """A Message-ID that no other mail program would have made.

    An error for a Message-ID without a whole domain, a warning for one of another domain than From's.
    """
    found = _FORM.fullmatch(mail.field("Message-ID").strip())
    if not found:
        yield Flaw(say("“{field}” is not a Message-ID with a whole domain", field=mail.field("Message-ID")))
    elif found[1].casefold() != parseaddr(mail.field("From"))[1].rpartition("@")[2].casefold():
        yield Flaw(say("the Message-ID is of {domain}, the sender is not", domain=found[1]), severity=Severity.WARNING)


@rule(
    "M626",
    Severity.ERROR,
    why=say("RFC 5322 3.3: a mail without a time and zone is sorted into 1970, or taken for spam"),
)
def unreadable_date(mail: ParsedMail) -> Iterator[Flaw]:
    """A Date that cannot be read."""
    try:
        date = parsedate_to_datetime(mail.field("Date"))
    except ValueError:
        yield Flaw(say("“{field}” is not the date of a mail", field=mail.field("Date")))
        return
    if date.tzinfo is None:
        yield Flaw(say("the Date has no time zone"))


_LONG, _TOO_LONG = 70, 150
_WORD = 10
_TOKEN = re.compile(r"\{\{|\}\}|\{%|\bNone\b|\bundefined\b|\blorem\b", re.IGNORECASE)


@rule(
    "M638",
    Severity.ERROR,
    Severity.WARNING,
    why=say(
        "readers decide by the subject whether they open a mail; phones show 40 characters, no program more than 70"
    ),
)
def subject_line(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A subject that inboxes cut off, or filters dislike.

    An error for a subject that is missing, overlong or not filled in, a warning for one that is long or loud.
    """
    subject = str(make_header(decode_header(mail.field("Subject")))).removeprefix("[TEST").strip()
    marks = origin.marks_of_field("subject", "title")
    if not subject:
        yield Flaw(say("the mail has no subject"), marks)
    elif len(subject) > _TOO_LONG:
        hint = say("at most {limit}: “{beginning}…”", limit=_LONG, beginning=subject[:_LONG])
        yield Flaw(say("the subject has {count} characters", count=len(subject)), marks, hint)
    elif len(subject) > _LONG:
        hint = say(
            "write “subject:” with at most {limit}; programs show “{beginning}…”",
            limit=_LONG,
            beginning=subject[:_LONG],
        )
        yield Flaw(
            say("the subject has {count} characters", count=len(subject)), marks, hint, severity=Severity.WARNING
        )
    if _TOKEN.search(subject):
        yield Flaw(say("something was not filled into the subject: “{subject}”", subject=subject[:60]), marks)
    letters = [c for c in subject if c.isalpha()]
    is_loud = len(letters) > _WORD and sum(c.isupper() for c in letters) > len(letters) * 0.7
    if is_loud or "!!" in subject:
        yield Flaw(say("the subject shouts: “{subject}”", subject=subject[:60]), marks, severity=Severity.WARNING)


_LONGEST = 998
_CONTROL = bytes(b for b in (*range(32), 127) if b not in b"\t\r\n")


@rule(
    "M642",
    Severity.ERROR,
    why=say("RFC 5322 2.1: CRLF, 7 bit and lines of at most 998 octets arrive everywhere as they were signed"),
)
def wire_format(mail: ParsedMail) -> Iterator[Flaw]:
    """Bytes that servers change or refuse on the way."""
    raw = mail.raw
    breaks = raw.count(b"\r\n")
    yield from flaws(
        {
            say("the mail has a line that does not end with CRLF"): {raw.count(b"\n"), raw.count(b"\r")} != {breaks},
            say("the mail has a control character"): len(raw.translate(None, _CONTROL)) != len(raw),
            say("the mail has a byte with the eighth bit set"): not raw.isascii(),
        }
    )
    longest = max(map(len, raw.split(b"\r\n")))
    if longest > _LONGEST:
        yield Flaw(
            say("a line of the mail has {longest:,} octets", longest=longest),
            hint=say("at most {limit}", limit=_LONGEST),
        )


_LONGEST_HEADER_LINE = 78


@rule("M643", Severity.WARNING, why=say("RFC 5322 2.1.1: lines over 78 characters are cut or wrapped by old programs"))
def folding(mail: ParsedMail) -> Iterator[Flaw]:
    """A header line that could have been folded, and was not."""
    for line in mail.header_bytes.split(b"\r\n"):
        if len(line) > _LONGEST_HEADER_LINE and b" " in line.strip().partition(b": ")[2]:
            name = line.partition(b":")[0].decode("ascii", "replace").strip()
            yield Flaw(say("the header line {name} has {count} characters", name=name[:40], count=len(line)))


_NEEDED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_SINGLE = ("Sender", "Reply-To", "Cc", "In-Reply-To", "References", "List-Id", "List-Unsubscribe", "Content-Type")


@rule(
    "M644",
    Severity.ERROR,
    why=say("RFC 5322 3.6: servers refuse or repair mails without them; a Date alone costs 2.7 points of spam"),
)
def fields(mail: ParsedMail) -> Iterator[Flaw]:
    """Header fields that are missing, or stand there twice."""
    counts = Counter(header.name.casefold() for header in mail.headers)
    for name in _NEEDED:
        if not counts[name.casefold()]:
            yield Flaw(say("the mail has no {name}", name=name))
    for name in (*_NEEDED, *_SINGLE):
        if counts[name.casefold()] > 1:
            yield Flaw(say("the mail has {count} fields {name}", count=counts[name.casefold()], name=name))
