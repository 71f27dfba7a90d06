from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ccmail.ledger import MOVES, OPEN, SETTLED, State, may_move


def test_every_state_has_its_moves() -> None:
    assert not set(State) - set(MOVES)


def test_a_state_is_open_or_settled() -> None:
    assert set(State) == OPEN | SETTLED
    assert not OPEN & SETTLED


@pytest.mark.parametrize("after", list(State))
def test_nothing_leaves_accepted(after: State) -> None:
    assert not may_move(State.ACCEPTED, after)


def test_who_is_in_doubt_is_never_claimed_without_being_queued_by_a_person() -> None:
    assert {before for before in State if may_move(before, State.CLAIMED)} == {State.QUEUED}
    assert MOVES[State.IN_DOUBT] == {State.QUEUED, State.ACCEPTED}


def test_states_are_known_without_loading_the_database() -> None:
    program = "import sys, ccmail.ledger, ccmail.delivery; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )

    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"sqlalchemy", "aiosmtplib", "keyring", "idna"})
