"""Preferences in the ledger: the latest counts, and a claim leaves out whoever does not want the mail now."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import NewRecipient, Preference, Purpose, State
from tests.ledger.example import NOW, person, started

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.ledger.example import Clock

DAY = dt.timedelta(days=1)


def named(number: int, segment: str = "german") -> NewRecipient:
    return dataclasses.replace(person(number, segment), person=f"person:{number}")


def wish(number: int, *left: str, until: dt.datetime | None = None, language: str = "") -> Preference:
    return Preference(f"person:{number}", left, language, until, NOW)


def test_the_latest_preference_of_a_person_counts(ledger: Ledger) -> None:
    ledger.preferences.keep(wish(1, "german", language="fr"))
    ledger.preferences.keep(wish(1, until=NOW + DAY))

    assert ledger.preferences.all() == (wish(1, until=NOW + DAY),)
    assert ledger.preferences.of(("person:2", "person:1")) == wish(1, until=NOW + DAY)
    assert ledger.preferences.of(("person:2",)) is None


def test_whoever_pauses_or_has_left_the_segment_is_left_out_of_a_claim(ledger: Ledger) -> None:
    sending = started(ledger, named(1), named(2), named(3), named(4, "international"))
    ledger.preferences.keep(wish(1, until=NOW + DAY))
    ledger.preferences.keep(wish(2, "german"))
    ledger.preferences.keep(wish(3, language="en"))
    ledger.preferences.keep(wish(4, "german"))

    claims = ledger.claim(sending, 10)

    assert [claim.position for claim in claims] == [3, 4]
    assert {row.position: row.reason for row in ledger.rows(sending, State.LEFT_OUT)} == {
        1: "paused",
        2: "left the segment",
    }


def test_a_choice_after_the_claim_is_known_too(ledger: Ledger) -> None:
    sending = started(ledger, named(1), named(2))
    ledger.claim(sending, 10)
    ledger.preferences.keep(wish(2, until=NOW + DAY))

    assert ledger.unwanted_at(sending, [1, 2]) == {2: "paused"}


def test_a_pause_ends(ledger: Ledger, clock: Clock) -> None:
    sending = started(ledger, named(1))
    ledger.preferences.keep(wish(1, until=NOW + DAY))
    clock.now = NOW + DAY

    assert len(ledger.claim(sending, 10)) == 1


@pytest.mark.parametrize(
    ("purpose", "people"),
    [(Purpose.UPDATE, 2), (Purpose.CANCELLATION, 2), (Purpose.REMINDER, 0), (Purpose.CAMPAIGN, 0)],
)
def test_whoever_has_an_event_is_told_when_it_changes(ledger: Ledger, purpose: Purpose, people: int) -> None:
    sending = started(ledger, named(1), named(2), purpose=purpose)
    ledger.preferences.keep(wish(1, until=NOW + DAY))
    ledger.preferences.keep(wish(2, "german"))

    assert len(ledger.claim(sending, 10)) == people


def test_a_preference_is_erased_with_its_person(ledger: Ledger) -> None:
    started(ledger, named(1), named(2))
    ledger.preferences.keep(wish(1, "german"))
    ledger.preferences.keep(wish(2, "german"))

    ledger.erase("person1@x.example", "erased:1", person="person:1", is_theirs=lambda _: False, blobs_in=lambda _: ())

    assert ledger.preferences.all() == (wish(2, "german"),)
