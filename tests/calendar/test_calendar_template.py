"""The quick way to write an invitation per recipient is the slow one, only quicker."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccmail.calendar import (
    Entry,
    Method,
    Person,
    Revision,
    invitation_template,
    recipient_uid,
    write_invitation,
)

NAMES = st.one_of(
    st.text(max_size=150),
    st.text(alphabet="aé🏙\\^\"' ,;:’", max_size=150),
    st.text(alphabet="ab c", min_size=30, max_size=120),
)
LOCALS = st.text(alphabet="abcABC019.+-_'=ü\\^", min_size=1, max_size=64)
DOMAINS = st.sampled_from(["example.org", "stadt-fürth.example", "X.Example", "a." * 40 + "example"])
PEOPLE = st.builds(lambda name, local, domain: Person(name, f"{local}@{domain}"), NAMES, LOCALS, DOMAINS)
TOKENS = st.text(alphabet="abcdef0123456789", min_size=1, max_size=64)


@settings(max_examples=150, deadline=None)
@given(anna=PEOPLE, token=TOKENS)
@example(anna=Person("Jana Müller", "jana@example.org"), token="0" * 32)
@example(anna=Person("x" * 19, "a\\b@example.org"), token="0")
@example(anna=Person("", "ü" * 64 + "@" + "a." * 40 + "example"), token="0" * 64)
def test_a_filled_template_equals_the_whole_invitation(
    entry: Entry, requested: Revision, anna: Person, token: str
) -> None:
    uid = recipient_uid(entry.uid, token)
    template = invitation_template(entry, requested)

    filled = template.fill(anna, uid)

    assert filled == write_invitation(dataclasses.replace(entry, uid=uid), requested, anna)


def test_a_cancellation_can_be_filled_too(entry: Entry, requested: Revision) -> None:
    cancelled = Revision(1, requested.dtstamp, Method.CANCEL)
    anna = Person("Anna", "anna@example.org")
    event = dataclasses.replace(entry, description="END:VEVENT\r\nBEGIN:VEVENT\r\n" * 20)

    filled = invitation_template(event, cancelled).fill(anna, event.uid)

    assert filled == write_invitation(event, cancelled, anna)


def test_an_entry_for_everybody_needs_no_template(entry: Entry, published: Revision) -> None:
    with pytest.raises(ValueError, match="PUBLISH"):
        invitation_template(entry, published)


def test_a_recipients_uid_keeps_the_event_and_the_domain(entry: Entry) -> None:
    event, domain = entry.uid.split("@")

    assert recipient_uid(entry.uid, "7f3a") == f"{event}-7f3a@{domain}"
