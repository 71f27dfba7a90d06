"""The pauses of the ledger, and the quick looks that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import Pause, RecipientFilter, State, StateChange
from tests.ledger.example import LATER, NOW, person, started

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.ledger.example import Clock

EVERYBODY = RecipientFilter()


def test_the_last_pause_of_a_campaign_counts_until_it_is_lifted(ledger: Ledger, clock: Clock) -> None:
    ledger.pauses.pause("news", "kim@desk", "a wrong date")
    ledger.pauses.pause("other", "kim@desk")
    clock.now = LATER
    ledger.pauses.pause("news", "lee@hall")

    assert ledger.pauses.of("news") == Pause("news", LATER, "lee@hall")
    assert ledger.pauses.all() == {
        "news": Pause("news", LATER, "lee@hall"),
        "other": Pause("other", NOW, "kim@desk"),
    }
    assert [ledger.pauses.lift("news"), ledger.pauses.lift("news")] == [True, False]
    assert ledger.pauses.of("news") is None
    assert ledger.pauses.all().keys() == {"other"}


@pytest.mark.parametrize("state", [State.QUEUED, State.CLAIMED, State.IN_FLIGHT, State.DEFERRED])
def test_whoever_is_not_served_yet_is_left(ledger: Ledger, state: State) -> None:
    sending = started(ledger, person(1), person(2, "international"), person(3))
    ledger.claim(sending, 3)
    ledger.record(sending, [StateChange(1, State.IN_FLIGHT), StateChange(3, State.IN_FLIGHT)])
    ledger.record(sending, [StateChange(1, State.ACCEPTED), StateChange(3, State.REFUSED)])
    if state is not State.CLAIMED:
        ledger.record(sending, [StateChange(2, state)])

    assert ledger.has_left(sending, EVERYBODY)
    assert ledger.has_left(sending, EVERYBODY, in_hands=True) is (state in {State.CLAIMED, State.IN_FLIGHT})
    assert ledger.has_left(sending, RecipientFilter(segments=("international",)))
    assert not ledger.has_left(sending, RecipientFilter(segments=("german",)))


def test_nobody_is_left_when_all_are_served_or_left_out(ledger: Ledger) -> None:
    sending = started(ledger, person(1), person(2, left_out="duplicate"))
    (claim,) = ledger.claim(sending, 9)
    ledger.record(sending, [StateChange(claim.position, State.ACCEPTED)])

    assert not ledger.has_left(sending, EVERYBODY)
    assert ledger.people_by_state(sending) == {State.ACCEPTED: 1, State.LEFT_OUT: 1}
