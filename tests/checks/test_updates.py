"""A calendar file beside the one that was sent before: items 35 to 40 of the checklist, U01 to U06."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo

import pytest

from ccmail.calendar import (
    CalendarEntry,
    CalendarUser,
    Method,
    Revision,
    event_uid,
    next_revision,
    record,
    write_invitation,
)
from ccmail.checks.updates import check_update

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2020, 9, 21, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
JANA, KIM = CalendarUser("Jana", "jana@bonn.example"), CalendarUser("Kim", "kim@leipzig.example")
EVENT = CalendarEntry(
    event_uid("2020-10", "", "cities.example"),
    dt.datetime(2020, 10, 7, 13, tzinfo=BERLIN),
    dt.datetime(2020, 10, 7, 15, tzinfo=BERLIN),
    "Fachaustausch",
    location="Rathaus",
    organizer=CalendarUser("Fatina", "fatina@cities.example"),
)
SENT = write_invitation(EVENT, Revision(0, NOW, Method.PUBLISH))
ASKED = write_invitation(EVENT, Revision(0, NOW, Method.REQUEST), JANA)
MOVED = dataclasses.replace(EVENT, location="Stadthalle")
LONGER = dataclasses.replace(EVENT, days=2)
RENAMED = dataclasses.replace(EVENT, summary="Austausch")


def codes(octets: bytes, sent: bytes = SENT) -> list[str]:
    return [f"{problem.code} {problem.severity.value}" for problem in check_update(octets, sent)]


def published(entry: CalendarEntry, sequence: int = 0, stamp: dt.datetime = LATER) -> bytes:
    return write_invitation(entry, Revision(sequence, stamp, Method.PUBLISH))


@pytest.mark.parametrize("entry", [EVENT, MOVED, LONGER, RENAMED], ids=["the same", "moved", "longer", "renamed"])
def test_the_revision_that_ccmail_would_make_breaks_no_rule(entry: CalendarEntry) -> None:
    sent = record(EVENT, Revision(0, NOW, Method.PUBLISH))

    octets = write_invitation(entry, next_revision(sent, entry, LATER))

    assert codes(octets) == []


def test_calling_an_event_off_breaks_no_rule() -> None:
    assert codes(write_invitation(EVENT, Revision(1, LATER, Method.CANCEL))) == []


def test_another_uid_is_another_event() -> None:  # U01
    other = dataclasses.replace(EVENT, uid=event_uid("2020-11", "", "cities.example"))

    assert codes(published(other)) == ["E422 error"]


def test_the_reader_in_an_invitations_uid_makes_no_other_event() -> None:  # U01, U05
    of_jana, of_kim = (dataclasses.replace(EVENT, uid=EVENT.uid.replace("@", f"-{token}@")) for token in ("j", "k"))
    asked = Revision(0, NOW, Method.REQUEST)

    assert codes(write_invitation(of_kim, asked, KIM), write_invitation(of_jana, asked, JANA)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"location": "Stadthalle"},
        {"end": dt.datetime(2020, 10, 7, 16, tzinfo=BERLIN)},
        {"start": dt.date(2020, 10, 7), "end": None},
        {
            "start": dt.datetime(2020, 10, 7, 13, tzinfo=zoneinfo.ZoneInfo("Europe/Paris")),
            "end": dt.datetime(2020, 10, 7, 15, tzinfo=zoneinfo.ZoneInfo("Europe/Paris")),
        },
    ],
    ids=["place", "end", "all day", "zone"],
)
def test_a_new_time_or_place_needs_a_higher_sequence(changes: dict[str, object]) -> None:  # U02
    entry = dataclasses.replace(EVENT, **changes)  # type: ignore[arg-type]

    assert codes(published(entry)) == ["E423 error"]
    assert codes(published(entry, sequence=1)) == []


def test_other_words_need_no_higher_sequence() -> None:  # U03
    assert codes(published(RENAMED, sequence=1)) == ["E423 warning"]


def test_a_sequence_never_falls() -> None:
    assert codes(published(EVENT), published(EVENT, sequence=2, stamp=NOW)) == ["E423 error"]


@pytest.mark.parametrize("stamp", [NOW, NOW - dt.timedelta(days=1)], ids=["the same", "earlier"])
def test_a_change_needs_a_later_stamp(stamp: dt.datetime) -> None:  # U04
    assert codes(published(RENAMED, stamp=stamp)) == ["E424 error"]


def test_answers_go_where_they_went() -> None:  # U05
    other = dataclasses.replace(EVENT, organizer=KIM)

    assert "E422 error" in codes(write_invitation(other, Revision(0, LATER, Method.REQUEST), JANA), ASKED)


def test_an_invitation_does_not_change_hands() -> None:  # U05
    assert codes(write_invitation(EVENT, Revision(0, NOW, Method.REQUEST), KIM), ASKED) == ["E422 error"]


def test_an_entry_does_not_become_an_invitation() -> None:  # U06
    problems = list(check_update(ASKED, SENT))

    assert "the event was sent as PUBLISH and is now REQUEST" in {problem.message for problem in problems}
