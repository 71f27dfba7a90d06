"""Hostile texts: they try to become properties or components."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccmail.calendar import CalendarEntry, CalendarUser, Revision, write_invitation

if TYPE_CHECKING:
    from collections.abc import Callable

Line = tuple[str, dict[str, str], str]

HOSTILE = (
    "a\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM",
    "a\nATTACH:https://evil.example/x",
    "a\rATTENDEE:mailto:evil@example.org",
    "a\x0bb",
    "a\x0cb",
    "a\x00b",
    "a\x85b",
    "a\u2028ATTENDEE:x\u2029b",
    "a%0d%0aATTENDEE:x",
    "=?utf-8?q?=0A?=",
    "x" * 10_000,
    "🏙" * 5_000,
    "\\" * 9_000,
    "a\u202egpj.exe",
    "a\ud800b",
    "\ufeffa",
    r"\N\n\;\,\\",
    '";CN="evil":mailto:evil@example.org',
    "^n^'^^",
    "END:VEVENT\r\nEND:VCALENDAR\r\n",
    " \t leading and trailing \t ",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=200),
    st.text(alphabet="\\;,:\"'^\r\n\t\x0b\u2028aü🏙 ", max_size=300),
)
few = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def shape(octets: bytes) -> list[tuple[str, int]]:
    """Return every component's name and number of properties, as icalendar reads them."""
    calendar = icalendar.Calendar.from_ical(octets)
    return [(str(part.name), len(part.property_items(recursive=False))) for part in calendar.walk()]


@few
@given(text=texts)
@example(text=HOSTILE[0])
@example(text=HOSTILE[-2])
def test_texts_never_change_the_structure(  # S17, X02
    entry: CalendarEntry, requested: Revision, broken_rules: Callable[[bytes], set[str]], text: str
) -> None:
    harmless = dataclasses.replace(entry, summary="a", description="a", location="a")
    hostile = dataclasses.replace(
        entry,
        summary="a" + text,
        description="a" + text,
        location="a" + text,
        organizer=CalendarUser(text, "a@b.example"),
    )
    anna = CalendarUser(text, "anna@example.org")

    octets = write_invitation(hostile, requested, anna)

    assert broken_rules(octets) <= {"X03", "X04"}  # the meaning of the words does not matter to the writer
    assert shape(octets) == shape(write_invitation(harmless, requested, anna))


@few
@given(text=st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=200))
@example(text=r"\N")
def test_ordinary_text_is_read_back_as_it_was_written(entry: CalendarEntry, published: Revision, text: str) -> None:
    event = dataclasses.replace(entry, summary=text, description=f"{text}\n{text}")

    read = icalendar.Calendar.from_ical(write_invitation(event, published)).walk("VEVENT")[0]

    assert str(read["SUMMARY"]) == text
    assert str(read["DESCRIPTION"]) == f"{text}\n{text}"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_an_address_is_clean_or_refused(entry: CalendarEntry, requested: Revision, text: str) -> None:  # S13
    try:
        octets = write_invitation(entry, requested, CalendarUser("Anna", f"{text}@example.org"))
    except ValueError:
        return

    (attendee,) = (who for who in octets.decode().replace("\r\n ", "").split("\r\n") if who.startswith("ATTENDEE"))
    assert attendee.isascii()
    assert attendee.isprintable()
    assert attendee.count("mailto:") == 1
