"""A reader of .ics files that shares no code with the writer, and the checklist for finished files."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ccmail.calendar import CalendarEntry, CalendarUser, Method, Revision, event_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Line: TypeAlias = tuple[str, dict[str, str], str]

CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
ZONES = zoneinfo.available_timezones()
TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION")


@pytest.fixture(scope="session")
def entry() -> CalendarEntry:
    """Return the announcement's event: 7 October 2020, 13:00-15:30 in Berlin, online, without a link."""
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    return CalendarEntry(
        uid=event_uid("2020-10-digitalisierung", "", "connective-cities.example"),
        start=dt.datetime(2020, 10, 7, 13, 0, tzinfo=berlin),
        end=dt.datetime(2020, 10, 7, 15, 30, tzinfo=berlin),
        summary="Digitalisierung von kommunalen Dienstleistungen in Südosteuropa und im Kaukasus",
        description=("Online-Veranstaltung als Reaktion auf die COVID-19 Pandemie\n\nKonferenzsprache ist Englisch."),
        location="virtuelle Veranstaltung",
        online=True,
        organizer=CalendarUser("Irakli Samkharadze", "irakli.samkharadze@giz.de"),
    )


@pytest.fixture(scope="session")
def published() -> Revision:
    """Return the first revision of an entry for everybody's calendar."""
    return Revision(0, dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC), Method.PUBLISH)


@pytest.fixture(scope="session")
def requested() -> Revision:
    """Return the first revision of an invitation that can be answered."""
    return Revision(0, dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC), Method.REQUEST)


@pytest.fixture(scope="session")
def read_lines() -> Callable[[bytes], list[Line]]:
    """Return a reader: bytes -> (name, parameters, value as written) of every unfolded line."""
    return _lines


@pytest.fixture(scope="session")
def broken_rules() -> Callable[[bytes], set[str]]:
    """Return the checklist: bytes -> codes of the rules that the file breaks."""
    return lambda octets: set(_findings(octets))


def _lines(octets: bytes) -> list[Line]:
    unfolded = octets.replace(b"\r\n ", b"").decode()
    return [_parse(line) for line in unfolded.split("\r\n") if line]


def _parse(line: str) -> Line:
    head = re.match(r'(?:[^":]|"[^"]*")*', line)
    assert head, line
    name, *parameters = re.findall(r'(?:[^";]|"[^"]*")+', head[0])
    pairs = (parameter.split("=", 1) for parameter in parameters)
    return name, {key: value.strip('"') for key, value in pairs}, line[head.end() + 1 :]


def _findings(octets: bytes) -> Iterator[str]:
    yield from _octet_findings(octets)
    lines = _lines(octets)
    yield from _structure_findings(lines)
    yield from _event_findings(lines)
    yield from _zone_findings(lines)
    yield from _text_findings(lines)
    yield from _people_findings(lines)


def _octet_findings(octets: bytes) -> Iterator[str]:
    physical = octets.split(b"\r\n")
    if CONTROL.search(octets.replace(b"\r\n ", b"").decode()):
        yield "B01"
    if physical[-1] or re.search(rb"(?<!\r)\n|\r(?!\n)", octets):
        yield "B02"
    if any(len(line) > 75 for line in physical):
        yield "B03"
    if not all(_is_utf8(line) for line in physical):
        yield "B04"
    if any(not line.strip() for line in physical[:-1]):
        yield "B05"
    if len(octets) >= 30_000:
        yield "B06"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _structure_findings(lines: list[Line]) -> Iterator[str]:
    begins = [value for name, _, value in lines if name == "BEGIN"]
    top = _within(lines, "VCALENDAR")
    if begins.count("VCALENDAR") != 1 or begins.count("VEVENT") != 1 or lines[-1] != ("END", {}, "VCALENDAR"):
        yield "S01"
    if _values(top, "VERSION") != ["2.0"]:
        yield "S02"
    if len(_values(top, "PRODID")) != 1:
        yield "S03"
    if _values(top, "METHOD") not in (["PUBLISH"], ["REQUEST"], ["CANCEL"]):
        yield "S04"
    if any(name == "UID" or name.startswith("X-WR-") for name, _, _ in top):
        yield "S05"
    if len(_values(lines, "UID")) != 1:
        yield "S06"
    if set(begins) - {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"} or _values(lines, "ATTACH"):
        yield "A01"


def _event_findings(lines: list[Line]) -> Iterator[str]:
    event = _within(lines, "VEVENT")
    names = [name for name, _, _ in event]
    if len(names) != len(set(names)):
        yield "E00"
    if not re.fullmatch(r"[!-~]+@[a-z0-9.-]+", "".join(_values(event, "UID"))):
        yield "E01"
    if not re.fullmatch(r"\d{8}T\d{6}Z", "".join(_values(event, "DTSTAMP"))):
        yield "E02"
    start, end = _only(event, "DTSTART"), _only(event, "DTEND")
    if _form(start) == "floating":
        yield "E03"
    if _form(start) != _form(end) or end[2] <= start[2]:
        yield "E04"
    if not re.fullmatch(r"\d+", "".join(_values(event, "SEQUENCE"))):
        yield "E06"
    if _values(event, "STATUS") not in (["CONFIRMED"], ["CANCELLED"]) or _values(event, "TRANSP") not in (
        ["OPAQUE"],
        ["TRANSPARENT"],
    ):
        yield "E07"


def _form(line: Line) -> str:
    _, parameters, value = line
    if parameters.get("VALUE") == "DATE":
        return "day" if re.fullmatch(r"\d{8}", value) else "floating"
    if "TZID" in parameters:
        return parameters["TZID"] if re.fullmatch(r"\d{8}T\d{6}", value) else "floating"
    return "utc" if re.fullmatch(r"\d{8}T\d{6}Z", value) else "floating"


def _zone_findings(lines: list[Line]) -> Iterator[str]:
    used = {parameters["TZID"] for _, parameters, _ in lines if "TZID" in parameters}
    defined = _values(lines, "TZID")
    if any(zone not in ZONES or "/" not in zone for zone in used):
        yield "T01"
    if sorted(used) != sorted(defined):
        yield "T02"
    begins = [value for name, _, value in lines if name == "BEGIN"]
    zones = _within(lines, "VTIMEZONE") + _within(lines, "STANDARD") + _within(lines, "DAYLIGHT")
    if begins.count("STANDARD") != len(defined) or begins.count("DAYLIGHT") > len(defined):
        yield "T03"
    rule = r"FREQ=YEARLY;(BYMONTH=\d+;BYDAY=(-1|[1-4])[A-Z]{2}|BYDAY=(-1|[1-4])[A-Z]{2};BYMONTH=\d+)"
    if _values(zones, "RDATE") or not all(re.fullmatch(rule, value) for value in _values(zones, "RRULE")):
        yield "T03"


def _text_findings(lines: list[Line]) -> Iterator[str]:
    event = _within(lines, "VEVENT")
    if not "".join(_values(event, "SUMMARY")):
        yield "X01"
    for name in TEXTS:
        for value in _values(event, name):
            if re.search(r"[\\;,]", re.sub(r"\\[\\;,n]", "", value)):
                yield "X02"
            if re.search(r"\{\{|\{%|</?[a-z]+>|&(amp|lt|gt|nbsp|#\d+);", value):
                yield "X03"
            if re.search("Ã¤|Ã¶|Ã¼|ÃŸ|â€", value):
                yield "X04"
    links = [*_values(event, "URL"), *_values(event, "CONFERENCE")]
    if not all(re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~%]+", link) for link in links):
        yield "X05"
    for name, parameters, _ in event:
        if name == "CONFERENCE" and parameters != {"VALUE": "URI", "FEATURE": "VIDEO"}:
            yield "X05"


def _people_findings(lines: list[Line]) -> Iterator[str]:
    event = _within(lines, "VEVENT")
    people = [line for line in event if line[0] in {"ORGANIZER", "ATTENDEE"}]
    method = "".join(_values(lines, "METHOD"))
    asked = [parameters for name, parameters, _ in people if name == "ATTENDEE"]
    for _, parameters, value in people:
        if not re.fullmatch(r"mailto:[!-~]+@[a-z0-9.-]+", value) or re.search(r'["^]', parameters["CN"]):
            yield "M01"
    if (method == "PUBLISH" and people) or (method == "REQUEST" and len(people) != 2):
        yield "M02"
    if (method == "CANCEL") != (_values(event, "STATUS") == ["CANCELLED"]):
        yield "M02"
    if len(asked) > 1:
        yield "M04"
    if any(who.get("RSVP") != "TRUE" or who.get("PARTSTAT") != "NEEDS-ACTION" for who in asked):
        yield "M05"
    if method == "CANCEL" and _values(event, "SEQUENCE") == ["0"]:
        yield "M06"


def _within(lines: list[Line], component: str) -> list[Line]:
    """Return the lines of a component, without those of the components in it."""
    inside: list[str] = []
    own = []
    for line in lines:
        if line[0] == "BEGIN":
            inside.append(line[2])
        elif line[0] == "END":
            inside.pop()
        elif inside and inside[-1] == component:
            own.append(line)
    return own


def _values(lines: list[Line], name: str) -> list[str]:
    return [value for found, _, value in lines if found == name]


def _only(lines: list[Line], name: str) -> Line:
    found = [line for line in lines if line[0] == name]
    return found[0] if len(found) == 1 else (name, {}, "")


@pytest.fixture(scope="session")
def instants() -> Callable[[bytes], tuple[dt.datetime, dt.datetime]]:
    """Return a function that reads DTSTART and DTEND as Outlook does: bytes -> two instants in UTC."""
    return lambda octets: (_instant(_lines(octets), "DTSTART"), _instant(_lines(octets), "DTEND"))


def _instant(lines: list[Line], name: str) -> dt.datetime:
    _, parameters, value = _only(_within(lines, "VEVENT"), name)
    if "TZID" not in parameters:
        return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    wall = dt.datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    return wall - _outlook_offset(lines, wall)


def _outlook_offset(lines: list[Line], wall: dt.datetime) -> dt.timedelta:
    """Return the offset by MS-OXCICAL 2.1.3.1.1.19: a bias, and two yearly dates in local time."""
    standard, daylight = _within(lines, "STANDARD"), _within(lines, "DAYLIGHT")
    winter = _minutes(_only(standard, "TZOFFSETTO")[2])
    if not daylight:
        return winter
    summer = _minutes(_only(daylight, "TZOFFSETTO")[2])
    to_winter, to_summer = (_system_time(part, wall.year) for part in (standard, daylight))
    if to_summer < to_winter:
        return summer if to_summer <= wall < to_winter else winter
    return winter if to_winter <= wall < to_summer else summer


def _system_time(part: list[Line], year: int) -> dt.datetime:
    """Return the change of one year, from the RRULE's month and numbered weekday and DTSTART's time."""
    rule = dict(item.split("=") for item in _only(part, "RRULE")[2].split(";"))
    number, weekday = (
        int(rule["BYDAY"][:-2]),
        ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(rule["BYDAY"][-2:]),
    )
    clock = dt.datetime.strptime(_only(part, "DTSTART")[2], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    day = dt.datetime(year, int(rule["BYMONTH"]), 1, clock.hour, clock.minute, tzinfo=dt.UTC)
    day += dt.timedelta(days=(weekday - day.weekday()) % 7)
    weeks = [day + dt.timedelta(weeks=n) for n in range(5)]
    weeks = [week for week in weeks if week.month == day.month]
    return weeks[-1] if number == -1 else weeks[number - 1]


def _minutes(offset: str) -> dt.timedelta:
    assert re.fullmatch(r"[+-]\d{4}", offset), offset
    return dt.timedelta(minutes=int(offset[0] + "1") * (int(offset[1:3]) * 60 + int(offset[3:])))
