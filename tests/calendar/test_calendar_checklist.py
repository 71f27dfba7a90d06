"""The checklist on finished files. The codes are those of the reader in conftest.py."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Callable

import pytest

from ccmail.calendar import CalendarEntry, CalendarUser, Method, Revision, write_invitation

Line = tuple[str, dict[str, str], str]
Rules = Callable[[bytes], set[str]]
Reader = Callable[[bytes], list[Line]]

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
JANA = CalendarUser("Jana Müller", "jana.mueller@stadt-fürth.example")
STAMP = dt.datetime(2020, 9, 22, 9, 0, tzinfo=dt.UTC)
CANCELLED = Revision(1, STAMP, Method.CANCEL)
LINK = "https://meet.connective-cities.example/digital"

ROOM = {"online": False, "location": "Rathaus, Saal 3; Marktplatz 1"}
DAYS = {"start": dt.date(2021, 3, 30), "end": dt.date(2021, 4, 1), **ROOM}
EVENTS: dict[str, dict[str, object]] = {
    "as it is": {},
    "with a link": {"link": LINK, "url": "https://connective-cities.example/veranstaltung"},
    "in a room": ROOM,
    "several days": DAYS,
    "several days with hours": {"days": 3},
    "one day": {**DAYS, "end": None},
    "without an end": {"end": None},
    "in UTC": {
        "start": dt.datetime(2020, 10, 7, 11, tzinfo=dt.UTC),
        "end": dt.datetime(2020, 10, 7, 12, tzinfo=dt.UTC),
    },
    "without a description": {"description": ""},
}


def value(lines: list[Line], name: str) -> str:
    (found,) = (value for other, _, value in lines if other == name)
    return found


@pytest.mark.parametrize("changes", EVENTS.values(), ids=EVENTS)
def test_no_rule_is_broken_by_an_entry_for_everybody(
    entry: CalendarEntry, published: Revision, broken_rules: Rules, changes: dict[str, object]
) -> None:
    event = dataclasses.replace(entry, **changes)  # type: ignore[arg-type]

    octets = write_invitation(event, published)

    assert broken_rules(octets) == set()


@pytest.mark.parametrize("changes", EVENTS.values(), ids=EVENTS)
def test_no_rule_is_broken_by_an_invitation_that_can_be_answered(
    entry: CalendarEntry, requested: Revision, broken_rules: Rules, changes: dict[str, object]
) -> None:
    event = dataclasses.replace(entry, **changes)  # type: ignore[arg-type]

    octets = write_invitation(event, requested, JANA)

    assert broken_rules(octets) == set()


@pytest.mark.parametrize("attendee", [None, JANA], ids=["for everybody", "for one person"])
def test_no_rule_is_broken_by_a_cancellation(
    entry: CalendarEntry, broken_rules: Rules, read_lines: Reader, attendee: CalendarUser | None
) -> None:
    octets = write_invitation(entry, CANCELLED, attendee)

    assert broken_rules(octets) == set()
    assert value(read_lines(octets), "STATUS") == "CANCELLED"  # M02


BREAKS = {
    "B01": (b"SUMMARY:", b"SUMMARY:\x0b"),
    "B02": (b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\n"),
    "B03": (b"TRANSP:OPAQUE", b"TRANSP:OPAQUE\r\nX-LONG:" + b"a" * 69),
    "B04": ("ü".encode(), b"\xc3\r\n \xbc"),
    "B05": (b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\r\n\r\n"),
    "B06": (b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\r\n" + b"X-MUCH:a\r\n" * 3000),
    "S01": (b"END:VEVENT\r\n", b"END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n"),
    "S02": (b"VERSION:2.0\r\n", b""),
    "S03": (b"PRODID:", b"PRODID:x\r\nPRODID:"),
    "S04": (b"METHOD:REQUEST", b"METHOD:INVITE"),
    "S05": (b"METHOD:", b"X-WR-CALNAME:x\r\nMETHOD:"),
    "S06": (b"METHOD:", b"UID:x@example.org\r\nMETHOD:"),
    "E00": (b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\r\nTRANSP:OPAQUE\r\n"),
    "E01": (b"@connective-cities.example\r\nATT", b"\r\nATT"),
    "E02": (b"DTSTAMP:20200921T090000Z", b"DTSTAMP:20200921T090000"),
    "E03": (b"DTSTART;TZID=Europe/Berlin:2020", b"DTSTART:2020"),
    "E04": (b"20201007T153000", b"20201007T130000"),
    "E06": (b"SEQUENCE:0\r\n", b""),
    "E07": (b"STATUS:CONFIRMED", b"STATUS:BUSY"),
    "T01": (b"TZID=Europe/Berlin:20201007T13", b"TZID=CEST:20201007T13"),
    "T02": (b"TZID:Europe/Berlin", b"TZID:Europe/Bonn"),
    "T03": (b"BYDAY=-1SU", b"BYMONTHDAY=25"),
    "X01": (b"SUMMARY:", b"COMMENT:"),
    "X02": (b"DESCRIPTION:", b"DESCRIPTION:a, "),
    "X03": (b"DESCRIPTION:", b"DESCRIPTION:{{ first_name }} "),
    "X04": ("ü".encode(), "ü".encode().decode("latin-1").encode()),
    "X05": (b"URL:https://", b"URL:"),
    "M01": (b"CN=", b"X-CN=1;CN=^"),
    "M02": (b"ORGANIZER", b"X-ORGANIZER"),
    "M04": (b"ATTENDEE", b"ATTENDEE;CN=x;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:x@example.org\r\nATTENDEE"),
    "M05": (b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED"),
    "A01": (b"TRANSP:", b"ATTACH:https://example.org/x\r\nTRANSP:"),
}


@pytest.mark.parametrize("rule", BREAKS)
def test_the_checklist_notices_a_broken_rule(
    entry: CalendarEntry, requested: Revision, broken_rules: Rules, rule: str
) -> None:
    found, put = BREAKS[rule]
    event = dataclasses.replace(entry, url="https://connective-cities.example")
    octets = write_invitation(event, requested, CalendarUser("Jana", "jana@fuerth.example"))
    assert found in octets

    spoiled = octets.replace(found, put)

    assert rule in broken_rules(spoiled)


def test_the_instants_are_those_of_the_campaign(  # E05
    entry: CalendarEntry, published: Revision, instants: Callable[[bytes], tuple[dt.datetime, dt.datetime]]
) -> None:
    octets = write_invitation(entry, published)

    assert instants(octets) == (entry.start, entry.end)


def test_days_end_on_the_day_after_the_last_one(  # E04
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:
    event = dataclasses.replace(entry, start=dt.date(2021, 3, 30), end=dt.date(2021, 4, 1))

    lines = read_lines(write_invitation(event, published))

    assert ("DTSTART", {"VALUE": "DATE"}, "20210330") in lines
    assert ("DTEND", {"VALUE": "DATE"}, "20210402") in lines


def test_an_event_without_an_end_lasts_an_hour(
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:  # E04
    event = dataclasses.replace(entry, end=None)

    lines = read_lines(write_invitation(event, published))

    assert ("DTEND", {"TZID": "Europe/Berlin"}, "20201007T140000") in lines


def test_the_same_values_make_the_same_bytes(entry: CalendarEntry, published: Revision) -> None:  # S05
    first = write_invitation(entry, published)

    second = write_invitation(dataclasses.replace(entry), published)

    assert first == second


def test_the_link_stands_where_every_calendar_looks(
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:  # X05
    event = dataclasses.replace(entry, link=LINK)

    lines = read_lines(write_invitation(event, published))

    assert value(lines, "LOCATION") == LINK
    assert value(lines, "DESCRIPTION").endswith(f"\\n\\n{LINK}")
    assert ("CONFERENCE", {"VALUE": "URI", "FEATURE": "VIDEO"}, LINK) in lines


def test_a_link_that_the_description_has_is_not_repeated(
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:
    event = dataclasses.replace(entry, link=LINK, description=f"Zugang: {LINK}")

    lines = read_lines(write_invitation(event, published))

    assert value(lines, "DESCRIPTION") == f"Zugang: {LINK}"


def test_a_link_that_would_be_cut_off_is_repeated_at_the_end(entry: CalendarEntry, published: Revision) -> None:
    long = dataclasses.replace(entry, link=LINK, description="Wort " * 4_000 + LINK)

    description = write_invitation(long, published).replace(b"\r\n ", b"").decode().split("DESCRIPTION:")[1]

    assert description.split("\r\n")[0].endswith(f"Wort…\\n\\n{LINK}")


def test_a_link_into_a_meeting_does_not_hide_the_room(
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:
    event = dataclasses.replace(entry, link=LINK, online=False, location="Rathaus, Saal 3")

    lines = read_lines(write_invitation(event, published))

    assert value(lines, "LOCATION") == r"Rathaus\, Saal 3"


def test_addresses_are_percent_encoded(entry: CalendarEntry, published: Revision, read_lines: Reader) -> None:  # X05
    event = dataclasses.replace(entry, url="https://städte.example/ü?a b=100%&c=%20")

    lines = read_lines(write_invitation(event, published))

    assert value(lines, "URL") == "https://xn--stdte-hra.example/%C3%BC?a%20b=100%25&c=%20"


def test_a_backslash_before_an_n_stays_one(
    entry: CalendarEntry, published: Revision, read_lines: Reader
) -> None:  # X02
    event = dataclasses.replace(entry, summary=r"C:\Neu und \n; a, b")

    lines = read_lines(write_invitation(event, published))

    assert value(lines, "SUMMARY") == r"C:\\Neu und \\n\; a\, b"


def test_an_entry_for_everybody_names_nobody(entry: CalendarEntry, published: Revision) -> None:  # M02
    octets = write_invitation(entry, published)

    assert b"ORGANIZER" not in octets
    assert b"ATTENDEE" not in octets


def test_a_name_with_quotes_needs_no_escapes(
    entry: CalendarEntry, requested: Revision, read_lines: Reader
) -> None:  # M01
    octets = write_invitation(entry, requested, CalendarUser('Jana "JJ" Müller; ^n', "jana@fuerth.example"))

    (attendee,) = (line for line in read_lines(octets) if line[0] == "ATTENDEE")
    assert attendee[1]["CN"] == "Jana 'JJ' Müller; n"
    assert attendee[2] == "mailto:jana@fuerth.example"


def test_an_address_with_umlauts_becomes_ascii(
    entry: CalendarEntry, requested: Revision, read_lines: Reader
) -> None:  # M01
    octets = write_invitation(entry, requested, CalendarUser("", "jörg@stadt-fürth.example"))

    assert value(read_lines(octets), "ATTENDEE") == "mailto:j%C3%B6rg@xn--stadt-frth-geb.example"


def test_a_long_description_is_cut_and_keeps_the_link(  # B06
    entry: CalendarEntry, published: Revision, read_lines: Reader, broken_rules: Rules
) -> None:
    event = dataclasses.replace(entry, description="Grüße aus Südost, " * 5000, link=LINK)

    octets = write_invitation(event, published)

    assert broken_rules(octets) == set()
    assert value(read_lines(octets), "DESCRIPTION").endswith(f"…\\n\\n{LINK}")


@pytest.mark.parametrize(
    ("revision", "attendee", "organizer"),
    [
        (Revision(0, STAMP, Method.PUBLISH), JANA, JANA),
        (Revision(0, STAMP, Method.REQUEST), None, JANA),
        (Revision(0, STAMP, Method.REQUEST), JANA, None),
        (CANCELLED, JANA, None),
    ],
    ids=["PUBLISH with attendee", "REQUEST to nobody", "REQUEST from nobody", "CANCEL from nobody"],
)
def test_a_method_with_the_wrong_people_is_refused(  # M02
    entry: CalendarEntry, revision: Revision, attendee: CalendarUser | None, organizer: CalendarUser | None
) -> None:
    event = dataclasses.replace(entry, organizer=organizer)

    with pytest.raises(ValueError, match=r"attendee|organizer"):
        write_invitation(event, revision, attendee)


def test_nothing_can_be_cancelled_before_it_was_sent() -> None:  # M06
    with pytest.raises(ValueError, match="SEQUENCE"):
        Revision(0, STAMP, Method.CANCEL)


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": "no domain"},
        {"uid": "x\r\n@example.org"},
        {"start": dt.datetime(2020, 10, 7, 13)},  # noqa: DTZ001 (the point of the test)
        {"start": dt.date(2020, 10, 7)},
        {"end": dt.datetime(2020, 10, 7, 13, tzinfo=BERLIN)},
        {"end": dt.datetime(2020, 10, 7, 15, tzinfo=dt.UTC)},
        {"start": dt.date(2020, 10, 7), "end": dt.date(2020, 10, 6)},
        {"url": "www.example.org"},
        {"link": "javascript:alert(1)"},
        {"link": "https://example.org/" + "ü" * 400},
        {"organizer": CalendarUser("x", "nobody")},
        {"organizer": CalendarUser("x", "a@b>\r\nc")},
    ],
    ids=str,
)
def test_values_that_no_calendar_can_hold_are_refused(entry: CalendarEntry, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        dataclasses.replace(entry, **changes)  # type: ignore[arg-type]
