"""The lines of an .ics file, built and folded by icalendar.

Values that icalendar would write wrongly are corrected before: texts (`ccmail.calendar.text`), addresses
(`ccmail.calendar.uri`), time zones (`ccmail.calendar.timezone`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import icalendar
from icalendar.parser import Contentline, Parameters

from ccmail.calendar.name import ASKING, calendar_name
from ccmail.calendar.revision import Method, Revision
from ccmail.calendar.text import clean_line, clean_text, cut, escape, escaped_size
from ccmail.calendar.timezone import FIRST_YEAR, Observance, ZoneRules
from ccmail.calendar.uri import mail_uri, web_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.calendar.entry import CalendarEntry, CalendarUser
    from ccmail.calendar.published import PublishedEvent


PRODUCT = "-//ccmail//ccmail//EN"
LONGEST_LINE = 1_000  # octets of SUMMARY and LOCATION, escaped
LONGEST_TEXT = 12_000  # octets of DESCRIPTION, escaped: the file stays below 30 kB

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_file(
    entry: CalendarEntry,
    revision: Revision,
    rules: ZoneRules | None,
    *,
    uid: str | None,
    attendee: CalendarUser | None,
    answerable: bool = False,
) -> bytes:
    """Return the file of an event; `rules` are those of its time zone, None for whole days and for times in UTC."""
    file = _begun(revision.method)
    if rules:
        file.add_component(_timezone(rules))
    event = _event(entry, revision, rules, is_off=revision.method is Method.CANCEL)
    if entry.organizer and (attendee or answerable):
        event["ORGANIZER"] = _participant(entry.organizer)
    # the properties of the recipient are last, so that all before them is written once
    if uid:
        event["UID"] = _plain(uid)
    if attendee:
        event["ATTENDEE"] = _participant(attendee, asked=True)
    file.add_component(event)
    octets: bytes = file.to_ical(sorted=False)
    return octets


def published_file(
    events: Sequence[tuple[PublishedEvent, ZoneRules | None]],
    zones: Sequence[ZoneRules],
    name: str = "",
    refresh: dt.timedelta | None = None,
) -> bytes:
    """Return a file of events for whoever asks, also of events that are off: METHOD:PUBLISH, and no people.

    Args:
        events: In the order of the file, with the rules of their time zones as in `calendar_file`.
        zones: The rules of all time zones, each once.
        name: The name of the calendar that people subscribe to; "" for a file that is opened once.
        refresh: The time after which calendars are to ask again, None for such a file.
    """
    file = _begun(Method.PUBLISH)
    if name:
        file["NAME"] = file["X-WR-CALNAME"] = _text(clean_line(name), LONGEST_LINE)  # few know RFC 7986 5.1
    if refresh:
        file["REFRESH-INTERVAL"] = icalendar.vDuration(refresh, params={"VALUE": "DURATION"})  # RFC 7986 5.7
        file["X-PUBLISHED-TTL"] = icalendar.vDuration(refresh)  # Outlook's word for it
    for rules in zones:
        file.add_component(_timezone(rules))
    for published, own in events:
        event = _event(published.entry, published.revision, own, is_off=published.is_off)
        event["UID"] = _plain(published.entry.uid)
        file.add_component(event)
    octets: bytes = file.to_ical(sorted=False)
    return octets


def _begun(method: Method) -> icalendar.Calendar:
    file = icalendar.Calendar()  # not Calendar.new: that adds a random UID
    file["VERSION"] = _plain("2.0")
    file["PRODID"] = _plain(PRODUCT)
    file["METHOD"] = _plain(method.value)
    return file


def _event(entry: CalendarEntry, revision: Revision, rules: ZoneRules | None, *, is_off: bool) -> icalendar.Event:
    """Return an event without the properties that name people, and without its UID."""
    event = icalendar.Event()
    _add_times(event, entry, revision, rules)
    _add_texts(event, entry)
    event["STATUS"] = _plain("CANCELLED" if is_off else "CONFIRMED")
    event["TRANSP"] = _plain("TRANSPARENT" if entry.all_day else "OPAQUE")  # whole days do not make people busy
    return event


def _add_times(event: icalendar.Event, entry: CalendarEntry, revision: Revision, rules: ZoneRules | None) -> None:
    event["SEQUENCE"] = icalendar.vInt(revision.sequence)
    event["DTSTAMP"] = icalendar.vDatetime(revision.dtstamp.astimezone(dt.UTC).replace(microsecond=0))
    event["DTSTART"] = _time(entry.start, rules)
    event["DTEND"] = _time(entry.until, rules)
    if entry.days > 1:
        # in the time of DTSTART's zone: each day begins at the same hour, also after a clock change (RFC 5545 3.3.10)
        event["RRULE"] = _plain(f"FREQ=DAILY;COUNT={entry.days}")


def _time(moment: dt.date, rules: ZoneRules | None) -> icalendar.vDatetime | icalendar.vDate:
    if not isinstance(moment, dt.datetime):
        day = icalendar.vDate(moment)
        day.params["VALUE"] = "DATE"
        return day
    if rules is None:
        return icalendar.vDatetime(moment.astimezone(dt.UTC))
    wall = icalendar.vDatetime(moment.replace(tzinfo=None, fold=0))
    wall.params["TZID"] = rules.tzid
    return wall


def _add_texts(event: icalendar.Event, entry: CalendarEntry) -> None:
    event["SUMMARY"] = _text(clean_line(entry.summary), LONGEST_LINE)
    if description := _description(entry):
        event["DESCRIPTION"] = description
    if place := clean_line(entry.place):
        event["LOCATION"] = _text(place, escaped_size(place) if entry.online and entry.link else LONGEST_LINE)
    if entry.url:
        event["URL"] = icalendar.vUri(web_uri(entry.url))
    if entry.link:
        # one feature: icalendar writes several in quotes, where they are one unknown word (RFC 7986 5.7)
        video = {"VALUE": "URI", "FEATURE": "VIDEO"}
        event["CONFERENCE"] = icalendar.vUri(web_uri(entry.link), params=video)


def _description(entry: CalendarEntry) -> icalendar.prop.vUnknown | None:
    """Return the description with the link at its end: few calendars show CONFERENCE."""
    description = clean_text(entry.description)
    link = web_uri(entry.link) if entry.link else ""
    is_there = link in description.split() and escaped_size(description) <= LONGEST_TEXT  # and is not cut off
    ending = f"\n\n{link}" if link and not is_there else ""
    shortened = cut(description, LONGEST_TEXT - escaped_size(ending), escaped_size)
    whole = (shortened + ending).strip()
    return _plain(escape(whole)) if whole else None


def _text(line: str, longest: int) -> icalendar.prop.vUnknown:
    return _plain(escape(cut(line, longest, escaped_size)))


def _plain(value: str) -> icalendar.prop.vUnknown:
    """Return a value that icalendar writes unchanged."""
    return icalendar.prop.vUnknown(value)


class _QuotedName(Parameters):
    """Parameters with every CN in quotes, so that the form of the line does not depend on the name."""

    always_quoted = (*Parameters.always_quoted, "CN")  # type: ignore[assignment] # a tuple of nine there


def _participant(person: CalendarUser, *, asked: bool = False) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(mail_uri(person.address))
    address.params = _QuotedName({**(ASKING if asked else {}), "CN": calendar_name(person)})
    return address


def _timezone(rules: ZoneRules) -> icalendar.Timezone:
    zone = icalendar.Timezone()
    zone["TZID"] = _plain(rules.tzid)
    zone.add_component(_observance(icalendar.TimezoneStandard(), rules.standard))
    if rules.daylight:
        zone.add_component(_observance(icalendar.TimezoneDaylight(), rules.daylight))
    return zone


def _observance(
    part: icalendar.TimezoneStandard | icalendar.TimezoneDaylight, observance: Observance
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    begins = dt.datetime(FIRST_YEAR, 1, 1)  # noqa: DTZ001 (RFC 5545 3.6.5: local time)
    if onset := observance.onset:
        begins = onset.in_year(FIRST_YEAR)
    part["DTSTART"] = icalendar.vDatetime(begins)
    if onset:
        weekday = f"{onset.nth}{_WEEKDAYS[onset.weekday]}"
        part["RRULE"] = icalendar.vRecur({"FREQ": "YEARLY", "BYMONTH": onset.month, "BYDAY": weekday})
    part["TZNAME"] = _plain(observance.name)
    part["TZOFFSETFROM"] = icalendar.vUTCOffset(observance.offset_from)
    part["TZOFFSETTO"] = icalendar.vUTCOffset(observance.offset_to)
    return part


def fold(line: str) -> bytes:
    """Fold a line without breaking escapes."""
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded + b"\r\n"
