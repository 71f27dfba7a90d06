"""The calendar file as a whole: bytes, components, its event's marks, its place in the mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, flaws, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.ics import CalendarFile
    from ccmail.checks.mail.message import ParsedMail, ParsedPart

_LONGEST, _LARGEST = 75, 30_000
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff]")


@rule(
    "E410",
    Severity.ERROR,
    why=say("RFC 5545 3.1: UTF-8, CRLF and lines of at most 75 octets; Outlook refuses what is otherwise"),
)
def encoding(entry: CalendarFile) -> Iterator[Flaw]:
    """A calendar file whose bytes some calendars cannot read."""
    lines = entry.octets.split(b"\r\n")
    has_control = _CONTROL.search(entry.octets.decode("utf-8", "replace"))
    yield from flaws(
        {
            say("the calendar file is not UTF-8, or has a line that is broken inside a character"): not all(
                _is_utf8(line) for line in lines
            ),
            say("the calendar file has a byte order mark or control characters"): has_control,
            say("the calendar file has lines that do not end with CRLF"): lines[-1] or _BARE.search(entry.octets),
            say("the calendar file has lines of more than 75 octets"): any(len(line) > _LONGEST for line in lines),
            say("the calendar file has empty lines"): any(not line.strip() for line in lines[:-1]),
            say("the calendar file is larger than 30 kB"): len(entry.octets) > _LARGEST,
        }
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


_METHODS = ("PUBLISH", "REQUEST", "CANCEL")


@rule("E411", Severity.ERROR, why=say("two events, or a UID on the calendar, make Outlook open a second calendar"))
def component(entry: CalendarFile) -> Iterator[Flaw]:
    """A calendar file that is not one event."""
    top = {
        name: [line.value for line in entry.all(name, "VCALENDAR")] for name in ("VERSION", "PRODID", "METHOD", "UID")
    }
    counts = [entry.components.count(name) for name in ("VCALENDAR", "VEVENT")]
    has_method = len(top["METHOD"]) == 1 and top["METHOD"][0] in _METHODS
    has_name = top["UID"] or any(line.name.startswith("X-WR-") for line in entry.lines)
    yield from flaws(
        {
            say("the calendar file is not one calendar with one event"): counts != [1, 1],
            say("the calendar file does not say VERSION:2.0"): top["VERSION"] != ["2.0"],
            say("the calendar file has not one PRODID"): len(top["PRODID"]) != 1,
            say("the calendar file has not one METHOD that is known"): not has_method,
            say("the calendar file has a UID or name of its own"): has_name,
            say("the calendar file has not one UID"): sum(line.name == "UID" for line in entry.lines) != 1,
        }
    )


_UID = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_UTC = re.compile(r"\d{8}T\d{6}Z")


@rule("E412", Severity.ERROR, why=say("RFC 5545 3.6.1, 3.8.7: calendars find an update by UID, DTSTAMP and SEQUENCE"))
def event(entry: CalendarFile) -> Iterator[Flaw]:
    """An event that calendars cannot tell from others, or update."""
    names = [line.name for line in entry.lines if line.component == "VEVENT"]
    twice = next((name for name in names if names.count(name) > 1), "")
    stamps = [line.value for name in ("CREATED", "LAST-MODIFIED") for line in entry.all(name)]
    has_status = entry.value("STATUS") in {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    has_transparency = entry.value("TRANSP") in {"OPAQUE", "TRANSPARENT"}
    yield from flaws(
        {
            say("the event in the calendar file says {name} twice", name=twice): twice,
            say("the event in the calendar file has no UID like x@domain"): not _UID.fullmatch(entry.value("UID")),
            say("the event in the calendar file has no DTSTAMP in UTC"): not _UTC.fullmatch(entry.value("DTSTAMP")),
            say("the event in the calendar file has a CREATED or LAST-MODIFIED that is not in UTC"): not all(
                map(_UTC.fullmatch, stamps)
            ),
            say("the event in the calendar file has no SEQUENCE"): not entry.value("SEQUENCE").isdigit(),
            say("the event in the calendar file has no STATUS that is known"): not has_status,
            say("the event in the calendar file has no TRANSP that is known"): not has_transparency,
        }
    )


_KNOWN = {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}


@rule(
    "E417",
    Severity.ERROR,
    why=say("readers decide whether their phone rings; and a file in an entry looks like an attack"),
)
def alarm(entry: CalendarFile) -> Iterator[Flaw]:
    """A calendar entry that rings, or carries something."""
    for name in sorted(set(entry.components) - _KNOWN):
        yield Flaw(say("the calendar file has a {name}", name=name))
    if entry.all("ATTACH"):
        yield Flaw(say("the calendar entry has a file attached"))


_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.ics")


@rule(
    "E418",
    Severity.ERROR,
    why=say(
        "Outlook shows PUBLISH among the alternatives as raw text; an invitation as an attachment "
        "has no buttons, and its end takes nothing off"
    ),
)
def place(entry: CalendarFile, mail: ParsedMail) -> Iterator[Flaw]:
    """A calendar part at the wrong place of the mail."""
    parts = [p for p in mail.calendars if p.kind == "text/calendar"]
    copies = [p for p in mail.calendars if p.kind == "application/ics"]
    if len(parts) != 1 or any(copy.content != parts[0].content for copy in copies):
        yield Flaw(say("the mail has not one calendar part, or a copy that differs from it"))
        return
    method, charset = (parts[0].parameters.get(name, "") for name in ("method", "charset"))
    files = [p for p in mail.calendars if p.disposition == "attachment"]
    yield from flaws(
        {
            say("the calendar part says another method in its type than inside"): method.upper() != entry.method,
            say("the calendar part is not marked as UTF-8"): charset.casefold() != "utf-8",
            say("the calendar part is not in base64 or quoted-printable"): parts[0].encoding
            not in {"base64", "quoted-printable"},
        }
    )
    has_buttons = entry.method == "REQUEST" or bool(entry.all("ATTENDEE"))  # of an invitation, or of its end
    yield from _invitation_place(parts[0], mail) if has_buttons else _file_place(parts[0])
    yield from flaws(
        {
            say("the calendar part has no name in ASCII that ends in .ics"): not all(
                _NAME.fullmatch(file.name) for file in files
            ),
            say("the calendar part has two names"): any(p.parameters.get("name", p.name) != p.name for p in files),
        }
    )


def _invitation_place(part: ParsedPart, mail: ParsedMail) -> Iterator[Flaw]:
    last = [p for p in mail.leaves if p.within[-1:] == ("alternative",)][-1:]
    is_nested = any("alternative" in p.within[:-1] for p in mail.leaves)
    return flaws(
        {
            say("the calendar part is not the last alternative"): last != [part] or part.disposition == "attachment",
            say("the calendar part stands beside a multipart, for which Thunderbird drops the HTML"): is_nested,
        }
    )


def _file_place(part: ParsedPart) -> Iterator[Flaw]:
    return flaws(
        {
            say("the calendar part is an alternative, though it is no invitation"): "alternative" in part.within,
            say("the calendar part is no attachment"): part.disposition != "attachment",
        }
    )
