"""An invitation filled from a template has the same bytes as one that is written whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccmail.calendar import (
    CalendarEntry,
    CalendarUser,
    Method,
    Revision,
    invitation_template,
    recipient_uid,
    write_invitation,
)
from ccmail.workspace import TextCache

NAMES = st.one_of(
    st.text(max_size=150),
    st.text(alphabet="aé🏙\\^\"' ,;:’", max_size=150),
    st.text(alphabet="ab c", min_size=30, max_size=120),
)
LOCALS = st.text(alphabet="abcABC019.+-_'=ü\\^", min_size=1, max_size=64)
DOMAINS = st.sampled_from(["example.org", "stadt-fürth.example", "X.Example", "a." * 40 + "example"])
PEOPLE = st.builds(lambda name, local, domain: CalendarUser(name, f"{local}@{domain}"), NAMES, LOCALS, DOMAINS)
TOKENS = st.text(alphabet="abcdef0123456789", min_size=1, max_size=64)


@settings(max_examples=150)
@given(anna=PEOPLE, token=TOKENS)
@example(anna=CalendarUser("Jana Müller", "jana@example.org"), token="0" * 32)
@example(anna=CalendarUser("x" * 19, "a\\b@example.org"), token="0")
@example(anna=CalendarUser("", "ü" * 64 + "@" + "a." * 40 + "example"), token="0" * 64)
def test_a_filled_template_equals_the_whole_invitation(
    entry: CalendarEntry, requested: Revision, anna: CalendarUser, token: str
) -> None:
    uid = recipient_uid(entry.uid, token)
    template = invitation_template(entry, requested)

    filled = template.fill(anna, uid)

    assert filled == write_invitation(dataclasses.replace(entry, uid=uid), requested, anna)


def test_a_cancellation_can_be_filled_too(entry: CalendarEntry, requested: Revision) -> None:
    cancelled = Revision(1, requested.dtstamp, Method.CANCEL)
    anna = CalendarUser("Anna", "anna@example.org")
    event = dataclasses.replace(entry, description="END:VEVENT\r\nBEGIN:VEVENT\r\n" * 20)

    filled = invitation_template(event, cancelled).fill(anna, event.uid)

    assert filled == write_invitation(event, cancelled, anna)


def test_an_entry_for_everybody_needs_no_template(entry: CalendarEntry, published: Revision) -> None:
    with pytest.raises(ValueError, match="PUBLISH"):
        invitation_template(entry, published)


def test_a_recipients_uid_keeps_the_event_and_the_domain(entry: CalendarEntry) -> None:
    event, domain = entry.uid.split("@")

    assert recipient_uid(entry.uid, "7f3a") == f"{event}-7f3a@{domain}"


def test_a_kept_file_is_the_one_that_would_have_been_written_at_that_time(
    entry: CalendarEntry, published: Revision, requested: Revision, tmp_path: Path
) -> None:
    anna = CalendarUser("Anna", "anna@example.org")
    event = dataclasses.replace(entry, description="\r\nDTSTAMP:20000101T000000Z\r\n" * 20)
    for minutes in range(3):
        later = dt.timedelta(minutes=minutes)
        public = dataclasses.replace(published, dtstamp=published.dtstamp + later)
        asking = dataclasses.replace(requested, dtstamp=requested.dtstamp + later)
        cache = TextCache(tmp_path)

        assert write_invitation(event, public, cache=cache) == write_invitation(event, public)
        assert invitation_template(event, asking, cache) == invitation_template(event, asking)
        assert write_invitation(event, asking, anna, cache) == write_invitation(event, asking, anna)
        assert len(list(tmp_path.iterdir())) == 3


def test_another_event_has_a_file_of_its_own(entry: CalendarEntry, published: Revision, tmp_path: Path) -> None:
    cache = TextCache(tmp_path)
    write_invitation(entry, published, cache=cache)
    for other in (dataclasses.replace(entry, summary="X"), dataclasses.replace(entry, uid="x@example.org")):
        assert write_invitation(other, published, cache=cache) == write_invitation(other, published)
