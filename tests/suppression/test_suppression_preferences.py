"""Preferences stand in the ledger under a hash, and are not lost with a key that is gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import Preference
from ccmail.problems import CcmailError
from ccmail.suppression.preferences import find_preference, keep_preference, read_preferences, rejoin
from tests.small_workspace import ADA, BO, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def kept(small: SmallWorkspace, ledger: Ledger) -> Ledger:
    """A ledger in which Ada wants French."""
    keep_preference(small.workspace, ledger, Preference(ADA, (), "fr", None, MORNING))
    return ledger


def test_a_preference_is_found_by_the_address_and_stands_under_a_hash(small: SmallWorkspace, kept: Ledger) -> None:
    (stored,) = kept.preferences.all()
    found = read_preferences(small.workspace, kept)

    assert stored.key.startswith("person:")
    assert find_preference(small.workspace, kept, ADA) == stored
    assert found is not None
    assert (found(ADA), found(BO)) == (stored, None)


def test_nobody_s_preference_costs_no_hash(small: SmallWorkspace, ledger: Ledger) -> None:
    assert read_preferences(small.workspace, ledger) is None
    assert read_preferences(small.workspace, None) is None


def test_a_key_that_is_gone_is_not_made_anew_while_somebody_has_a_preference(
    small: SmallWorkspace, kept: Ledger
) -> None:
    (small.workspace.state / "erasure.key").unlink()

    with pytest.raises(CcmailError) as caught:
        keep_preference(small.workspace, kept, Preference(BO, (), "", None, MORNING))

    assert caught.value.code == "W791"


def test_whoever_subscribes_to_a_segment_gets_its_mails_again(small: SmallWorkspace, ledger: Ledger) -> None:
    until = MORNING + dt.timedelta(days=30)
    keep_preference(small.workspace, ledger, Preference(ADA, ("german", "international"), "fr", until, MORNING))

    rejoin(small.workspace, ledger, ADA, "german")
    rejoin(small.workspace, ledger, BO, "german")

    found = find_preference(small.workspace, ledger, ADA)
    assert found is not None
    assert (found.left_segments, found.language, found.paused_until) == (("international",), "", None)
    assert len(ledger.preferences.all()) == 1
