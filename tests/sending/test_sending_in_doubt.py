"""A person's word on people in doubt."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import NewRecipient, Purpose, State
from ccmail.privacy.erasure import erase_recipient
from ccmail.problems import UsageError
from ccmail.sending.in_doubt import InDoubt, find_in_doubt, resolve
from tests.sending.conftest import Begun
from tests.small_workspace import ADA, BO, CY, DEE, EVE

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


@pytest.fixture
def doubtful(begun: Begun) -> Begun:
    """Ada has it, Bo and Cy are in doubt, Dee is queued."""
    begun.settle(BO, State.IN_DOUBT)
    begun.settle(CY, State.IN_DOUBT)
    return begun


def addresses(found: InDoubt) -> tuple[list[str], list[str]]:
    """Return who is in doubt, and who was until a moment ago."""
    return [row.email for row in found.in_doubt], [row.email for row in found.resolved]


# ── who is in doubt ──


def test_where_nothing_was_sent_nobody_is_in_doubt(ledger: Ledger) -> None:
    assert find_in_doubt(ledger, "news") == InDoubt("news", Purpose.CAMPAIGN, None, ())


def test_those_in_doubt_are_found(doubtful: Begun) -> None:
    found = find_in_doubt(doubtful.ledger, "news")

    assert addresses(found) == ([BO, CY], [])
    assert (found.campaign, found.sending) == ("news", doubtful.sending)


def test_what_a_dead_process_left_in_flight_is_in_doubt(begun: Begun) -> None:
    begun.settle(BO, State.IN_FLIGHT)
    begun.settle(CY, State.CLAIMED)

    found = find_in_doubt(begun.ledger, "news")

    assert addresses(found) == ([BO], [])
    assert begun.states()[CY] == "queued"


# ── what a person says ──


@pytest.mark.parametrize("state", [State.ACCEPTED, State.QUEUED])
def test_the_word_of_a_person_settles_it_for_whom_they_name(doubtful: Begun, state: State) -> None:
    found = resolve(doubtful.ledger, "news", [BO.upper()], state)

    assert addresses(found) == ([CY], [BO])
    assert found.resolved[0].state is State.IN_DOUBT  # as they were then
    assert doubtful.states() == {ADA: "accepted", BO: state.value, CY: "in_doubt", DEE: "queued"}


def test_without_names_all_of_them_are_meant(doubtful: Begun) -> None:
    found = resolve(doubtful.ledger, "news", None, State.ACCEPTED)

    assert addresses(found) == ([], [BO, CY])
    assert doubtful.states() == {ADA: "accepted", BO: "accepted", CY: "accepted", DEE: "queued"}


def test_who_is_named_twice_is_meant_once(doubtful: Begun) -> None:
    found = resolve(doubtful.ledger, "news", [CY, CY.upper(), BO], State.ACCEPTED)

    assert addresses(found) == ([], [CY, BO])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.ACCEPTED, "a person said: they have it"),
        (State.QUEUED, "a person said: send it again"),
    ],
)
def test_the_word_is_written_into_the_log(doubtful: Begun, state: State, words: str) -> None:
    resolve(doubtful.ledger, "news", [BO], state)

    *_, last = doubtful.ledger.attempts(doubtful.sending, 2)
    assert (last.phase, last.text, last.state) == ("person", words, state)


def test_where_nobody_is_in_doubt_a_word_on_all_of_them_changes_nothing(begun: Begun) -> None:
    before = begun.dump()

    assert addresses(resolve(begun.ledger, "news", None, State.QUEUED)) == ([], [])
    assert begun.dump() == before


# ── who is not in doubt ──


@pytest.mark.parametrize(
    ("address", "standing"),
    [
        (ADA, "accepted"),
        (DEE, "queued"),
        (EVE, "not on the lists of this sending"),
    ],
)
def test_a_word_on_somebody_who_is_not_in_doubt_is_refused_with_where_they_stand(
    doubtful: Begun, address: str, standing: str
) -> None:
    before = doubtful.dump()

    with pytest.raises(UsageError) as refused:
        resolve(doubtful.ledger, "news", [BO, address], State.ACCEPTED)

    assert refused.value.code == "W780"
    assert refused.value.message == f"“{address}” is not in doubt, but {standing}. Nothing was changed."
    assert doubtful.dump() == before


def test_who_was_left_out_is_named_with_the_reason(doubtful: Begun) -> None:
    doubtful.ledger.add(doubtful.sending, [NewRecipient(EVE, EVE, "german", left_out="unsubscribed")])

    with pytest.raises(UsageError, match=r"but left out \(unsubscribed\)\."):
        resolve(doubtful.ledger, "news", [EVE], State.ACCEPTED)


def test_of_two_rows_the_served_one_is_named(doubtful: Begun) -> None:
    with sqlite3.connect(doubtful.small.workspace.ledger_file) as connection:
        connection.execute("UPDATE recipient SET position = 9 WHERE position = 1")
    connection.close()
    doubtful.ledger.add(doubtful.sending, [NewRecipient(ADA, ADA, "international", left_out="other segment")])

    with pytest.raises(UsageError, match=r"but accepted\."):
        resolve(doubtful.ledger, "news", [ADA], State.ACCEPTED)


def test_a_slip_of_the_finger_is_answered_with_the_nearest_address_in_doubt(doubtful: Begun) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(doubtful.ledger, "news", ["cy@tatru.example"], State.ACCEPTED)

    assert refused.value.hint == f"did you mean {CY}?"


def test_an_address_that_is_near_to_none_is_answered_with_the_way_to_the_list(doubtful: Begun) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(doubtful.ledger, "news", ["nobody.at.all@riga.test"], State.ACCEPTED)

    assert refused.value.hint == "ccmail resolve news lists who is in doubt"


def test_where_nothing_was_sent_no_name_is_in_doubt(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="not on the lists of this sending"):
        resolve(ledger, "news", [ADA], State.ACCEPTED)


# ── people who were erased ──


def test_nobody_can_write_to_somebody_who_was_erased(doubtful: Begun) -> None:
    erase_recipient(doubtful.small.workspace, BO)

    found = resolve(doubtful.ledger, "news", None, State.QUEUED)

    (left,) = found.in_doubt
    assert left.key.startswith("erased:")
    assert [row.email for row in found.resolved] == [CY]


def test_somebody_who_was_erased_may_count_as_having_it(doubtful: Begun) -> None:
    erase_recipient(doubtful.small.workspace, BO)

    found = resolve(doubtful.ledger, "news", None, State.ACCEPTED)

    assert (len(found.in_doubt), len(found.resolved)) == (0, 2)
